//! What each comment covers, and that any text can be asked.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn collected(text: &str) -> Collected {
    let source = Source::new("a.yaml", text);
    let documents = yaml::documents(&source, false).into_iter();
    let parsed: Vec<Parsed> =
        documents.map(|one| Parsed { span: one.span, tree: one.content.ok().map(Arc::new) }).collect();
    let kinds = Kinds::default();
    let id = SourceId(0);
    collect(&Asked { id, source: &source, parsed: &parsed, items: None, knows_all: true, kinds: &kinds })
}

/// What each comment covers.
fn covered(text: &str) -> Vec<Vec<&str>> {
    let bytes = |one: &Suppression| match &one.scope {
        Extent::Bytes(spans) => spans.iter().filter_map(|span| text.get(span.range())).collect(),
        Extent::File => vec!["file"],
        Extent::Object(span) => vec![text.get(span.range()).unwrap_or_default()],
    };
    collected(text).suppressions.iter().map(bytes).collect()
}

const IGNORE: &str = "# lifecycle: ignore[latest-tag] -- x";

fn first(body: &str) -> String {
    let text = format!("apiVersion: v1\nkind: Pod\n{}\n", body.replace('@', IGNORE));
    let all = covered(&text);
    let own = all.first().into_iter().flatten().filter(|bytes| **bytes != IGNORE);
    own.copied().collect::<Vec<_>>().join(" + ")
}

#[test]
fn a_comment_covers_what_it_stands_at() {
    for (body, want) in [
        ("a: b @", "a: b"),
        ("a: [b, @\n  c]", "a: [b,"),
        ("@\na:\n  b: c\nd: e", "a:\n  b: c"),
        ("a:\n  @\n  b: c\n  d: e", "b: c"),
        ("a:\n  @\n  - b: c\n    d: e\n  - f", "- b: c\n    d: e"),
        ("a:\n  @\n  - - b\n    - c\n  - f", "- - b\n    - c"),
        ("a:\n@\n- b\n- c", "- b"),
        ("a:\n  @\n  -\n  - c", "-"),
        ("a:\n  -\n    @\n    b: c\n    d: e", "b: c"),
        ("a:\n  - @\n    b: c\n    d: e", "- @\n    b: c\n    d: e"),
        ("a:\n  - &x @\n    b: c\n    d: e", "- &x @\n    b: c\n    d: e"),
        ("a: [\n  @\n  b, c]", "b"),
        ("a: {\n  @\n  \"b\": c, d: e}", "\"b\": c"),
        ("a: [\n  {b: c\n  @\n  }, {d: e}]", "{d: e}"),
        ("a:\n  @\n  [b]", "[b]"),
        ("@\n&k a: b", "a: b"),
        ("@\n? a\n: b", "a\n: b"),
        ("a: | @\n  b\n\n  c\nd: e", "a: | + b\n\n  c\n"),
        ("a: |- @\n\n  b\nd: e", "a: |- + b"),
        ("a: \"b\n  c\" @", "c\" + \"b\n  c\""),
        ("@\n\na: b", ""),
        ("@\n# more\na: b", "a: b"),
        ("@\n---\na: b", ""),
        ("a: b\n@", ""),
    ] {
        let want = want.replace('@', IGNORE);
        let got = first(body);
        assert!(got.trim_end() == want.trim_end(), "{body}:\n{got}\n-- not --\n{want}");
    }
}

#[test]
fn many_comments_take_time_that_grows_with_their_number() {
    let block = format!("{IGNORE}\n").repeat(20_000);
    let text = format!("apiVersion: v1\nkind: Pod\n{block}a: b\n");
    assert_eq!(collected(&text).suppressions.len(), 20_000);
    let items: String = (0..20_000).map(|at| format!("k{at}: v {IGNORE}\n{IGNORE}\n")).collect();
    let text = format!("apiVersion: v1\nkind: Pod\n{items}a: b\n");
    assert_eq!(collected(&text).suppressions.len(), 40_000);
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(
        pieces in proptest::collection::vec(prop::sample::select(vec![
            "# lifecycle: ignore[latest-tag] -- x\n", "# lifecycle: ignore-file[a] -- x\n", "# lifecycle: ignore",
            "ignore.kubectl-lifecycle/latest-tag: ", "container=a: x\n", "metadata: {annotations: {", "---", "\n", "- ",
            "a: ", "{", "}", "[", "]", ", ", "&a ", "*a", "| ", "\"", "'", " ", "  ", "kind: Pod\n", "apiVersion: v1\n",
            "\u{feff}", "\r\n", "\t", "<<: *a\n", "?", "名", "items:\n", "kind: List\n", "{{ .a }}", "...\n",
        ]), 0..24)
    ) {
        let text = pieces.concat();
        for text in [text.clone(), format!("apiVersion: v1\nkind: Pod\n{text}")] {
            let _ = collected(&text);
        }
    }
}
