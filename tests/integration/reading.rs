//! What kubectl reads is read, and what it refuses is told: each form of `testdata/_yaml`.

use kubectl_lifecycle::lint::{Input, Options, lint};
use serde_json::Value;

use crate::tool::repository;

/// A form of YAML, and what kubectl made of it.
struct Form {
    id: String,
    text: String,
    is_accepted: bool,
}

fn forms() -> Vec<Form> {
    let text = std::fs::read_to_string(repository("testdata/_yaml/kubectl.jsonl")).unwrap();
    let form = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| value[key].as_str().unwrap().to_owned();
        let is_accepted = value["kubectl"]["accepted"].as_bool().unwrap();
        assert_eq!(value["kubectl"]["read"], is_accepted, "{line}");
        Form { id: text("id"), text: text("text"), is_accepted }
    };
    text.lines().map(form).collect()
}

/// What keeps a text from being read: trouble, and what `invalid-manifest` says of the text itself and of types.
fn obstacles(text: &str) -> Vec<String> {
    let input = Input::Text { path: "form.yaml".into(), text: text.into() };
    let report = lint(&Options::of(vec![input]));
    let invalid = report.findings.iter().filter(|finding| {
        finding.rule == "invalid-manifest" && ["unread", "wrong-type"].contains(&finding.verdict)
    });
    let invalid = invalid.map(|finding| finding.message.clone());
    report.trouble.iter().map(|trouble| trouble.message.clone()).chain(invalid).collect()
}

#[test]
fn what_kubectl_accepts_is_read_and_what_it_refuses_is_told() {
    let forms = forms();
    assert_eq!(forms.len(), 57);
    let wrong: Vec<String> = forms
        .iter()
        .map(|form| (form, obstacles(&form.text)))
        .filter(|(form, obstacles)| form.is_accepted != obstacles.is_empty())
        .map(|(form, obstacles)| {
            format!("{}: kubectl accepts it: {}, {obstacles:?}", form.id, form.is_accepted)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_refused_does_not_keep_the_rest_from_being_judged() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: app\n    image: \
               nginx\n    workingDir: \"a\\/b\"\n";
    let next = pod.replace("\\/", "/");
    let input = Input::Text { path: "form.yaml".into(), text: format!("{pod}---\n{next}").into() };
    let report = lint(&Options::of(vec![input]));
    let found = |rule: &str| report.findings.iter().filter(|finding| finding.rule == rule).count();
    assert_eq!((found("invalid-manifest"), found("latest-tag"), report.trouble.len()), (1, 2, 0));
}

#[test]
fn what_stands_behind_the_end_of_a_document_is_no_trouble_and_told() {
    let form = forms().into_iter().find(|form| form.id == "doc-end-more").unwrap();
    let input = Input::Text { path: "form.yaml".into(), text: form.text.into() };
    let report = lint(&Options::of(vec![input]));
    let reasons: Vec<&str> = report.skipped.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!((report.trouble.len(), reasons.len(), report.summary.documents), (0, 1, 1));
    assert!(reasons[0].contains("which kubectl drops") && reasons[0].ends_with("(line 10)"), "{reasons:?}");
}

#[test]
fn a_template_is_not_trouble_as_well() {
    let text = "apiVersion: v1\nkind: ConfigMap\ndata:\n{{- range .items }}\n  a: b\n{{ else }}\n--- nothing ---\n{{ end }}\n";
    let input = Input::Text { path: "form.yaml".into(), text: text.into() };
    let report = lint(&Options::of(vec![input]));
    assert_eq!(
        (report.trouble.len(), report.skipped.len()),
        (0, 1),
        "{:?} {:?}",
        report.trouble,
        report.skipped
    );
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let text = "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, \"spec\": {\"containers\": \
                [{\"name\": \"a\", \"image\": \"b\"}]}}";
    let column = |text: &str| {
        let input = Input::Text { path: "form.yaml".into(), text: text.into() };
        let report = lint(&Options::of(vec![input]));
        let finding = report.findings.iter().find(|finding| finding.rule == "latest-tag").unwrap();
        report.source(finding.place.source).unwrap().position(finding.place.span.start).column
    };
    assert_eq!(column(&format!("\u{feff}{text}")), column(text));
}
