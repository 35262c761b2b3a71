use insta::assert_snapshot;

use super::*;

const PAGE: &str = "\
# latest-tag

An image *without* a tag means `:latest`, which is **not** a version of anything that anyone could name a week later.

## Why

- first item, long enough to be wrapped when the terminal is as narrow as eighty columns are
- second with `code` and a [link](https://kubernetes.io/docs/)
  - nested

1. one
2. two

```yaml
image: nginx   # never wrapped, however long the line of the example may be, even beyond eighty columns
  indented: true
```

> A quotation.

| Policy | When | Meaning |
| --- | --- | --- |
| `Always` | the tag is `latest`, or there is none | the kubelet asks the registry at every start of the container |
| `IfNotPresent` | otherwise | only when missing |

See [missing-prestop-sleep](missing-prestop-sleep.md) and <https://kubernetes.io>.
";

#[test]
fn a_page_is_plain_in_a_pipe() {
    assert_snapshot!(render(PAGE, &Look::PIPE));
}

#[test]
fn a_page_has_colours_on_a_terminal() {
    assert_snapshot!(render(PAGE, &Look { color: true, ..Look::PIPE }).replace('\u{1b}', "␛"));
}

#[test]
fn only_code_and_addresses_are_wider_than_the_terminal() {
    let page = render(PAGE, &Look { width: 60, ..Look::PIPE });
    let wide: Vec<&str> = page.lines().filter(|line| line.width() > 60).collect();
    assert!(wide.iter().all(|line| line.contains("never wrapped")), "{wide:?}");
}

#[test]
fn odd_pages_do_no_harm() {
    for page in [
        "",
        "|a|\n|-|\n",
        "- \n- - -\n",
        "> - > x",
        "<b>x</b>",
        "[](x)",
        "```\n",
        "***",
        "| | |\n|-|-|\n| | |",
    ] {
        render(page, &Look::PIPE);
    }
}
