//! `kubectl lifecycle timeline -o svg` and `-o html`.

use html5gum::{Token, Tokenizer};

use crate::tool::{Tool, repository};

/// Two workloads, one of which has names that would be elements, attributes and entities.
const HOSTILE: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata: {name: "web\"><script>alert(1)</script>", namespace: "a&amp;b"}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: "a]]><svg onload=alert(1)>"
        image: nginx:1.27.5
        lifecycle: {preStop: {exec: {command: [sleep, "7</title>::error::x ##[error]y"]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: job}
spec: {containers: [{name: "::error::x", image: "nginx:1.27.5"}]}
"#;

fn drawn(format: &str) -> String {
    let here = Tool::with(&[("web.yaml", HOSTILE)]);
    let ran = here.command(&["timeline", "-o", format, "web.yaml"]).end();
    assert_eq!(ran.code(), 0, "{}", ran.err);
    ran.out
}

/// The names of all elements and attributes.
fn names(page: &str) -> (Vec<String>, Vec<String>) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let (mut elements, mut attributes) = (Vec::new(), Vec::new());
    for token in Tokenizer::new(page) {
        if let Token::StartTag(tag) = token.unwrap() {
            elements.push(text(&tag.name));
            attributes.extend(tag.attributes.keys().map(|key| text(key)));
        }
    }
    (elements, attributes)
}

#[test]
fn several_workloads_are_one_document_that_any_reader_of_xml_takes() {
    let document = drawn("svg");
    let mut reader = quick_xml::Reader::from_str(&document);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    assert!(document.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{document}");
    assert!(document.ends_with("</svg>\n"));
    // The start and the stop of each, and a rollout of the Deployment.
    assert_eq!(document.matches("<svg class=\"chart\"").count(), 5);
    assert_eq!(document.matches("<style>").count(), 1);
}

#[test]
fn names_of_a_manifest_make_no_element_no_attribute_and_no_command() {
    for format in ["svg", "html"] {
        let page = drawn(format);
        let (elements, attributes) = names(&page);
        let scripts = elements.iter().filter(|name| *name == "script").count();
        assert_eq!(scripts, usize::from(format == "html"), "{page}");
        assert!(!attributes.iter().any(|name| name.starts_with("on")), "{attributes:?}");
        assert!(!page.contains("##["));
        assert!(!page.lines().any(|line| line.trim_start().starts_with("::")));
        assert!(page.contains("&#60;svg onload=alert(1)&#62;"), "the name is shown as it is: {page}");
    }
}

#[test]
fn the_page_draws_each_story_and_tells_each_event_with_its_line() {
    let page = drawn("html");
    for said in ["<h5>Start</h5>", "<h5>Stop</h5>", "<h5>Rollout</h5>", "<code class=\"dim\">line "] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(page.matches("<svg class=\"chart\"").count(), 5);
    assert!(page.contains("default-src 'none'") || page.contains("default-src &#39;none&#39;"));
}

#[test]
fn a_story_that_cannot_be_drawn_says_why() {
    let here = Tool::with(&[("web.yaml", HOSTILE)]);
    let told =
        |format| here.command(&["timeline", "--event", "liveness", "-o", format, "web.yaml"]).end().out;
    assert!(told("html").contains("Nothing to draw: "));
    assert!(told("svg").contains("<title>nothing to draw</title>"));
}

#[test]
fn what_could_not_be_read_stands_on_the_page_too() {
    let here = Tool::with(&[("web.yaml", HOSTILE), ("broken.yaml", "a: [\n")]);
    let ran = here.command(&["timeline", "-o", "html", "."]).end();
    assert_eq!(ran.code(), 2);
    assert!(ran.out.contains("Could not be read") && ran.out.contains("broken.yaml"), "{}", ran.out);
}

#[test]
fn all_practice_manifests_are_drawn_in_the_same_bytes_each_time() {
    let run = || crate::tool::Run::tool(&repository("")).args(&["timeline", "-o", "html", "k8s/"]).end().out;
    assert_eq!(run(), run());
}
