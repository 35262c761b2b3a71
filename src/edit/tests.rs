//! What an edit makes of a text. Each text is a whole document; the edit is what differs.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::text::Source;
use crate::yaml;

fn path(text: &'static str) -> FieldPath {
    text.split('.').fold(FieldPath::root(), |path, step| match step.parse() {
        Ok(index) => path.index(index),
        Err(_) => path.key(step),
    })
}

/// The text with its document changed; `None` where no edit does that.
fn changed(text: &str, is_json: bool, operations: &[Operation]) -> Option<String> {
    let source = Source::new("a", text);
    let tree = yaml::documents(&source, is_json).remove(0).content.unwrap();
    applied(text, 0, &edits(tree.root(), operations)?)
}

fn yaml(text: &str, at: &'static str, content: Content) -> Option<String> {
    changed(text, false, &[Operation::set(path(at), content)])
}

fn sleep() -> Content {
    Content::Fields(vec![(
        "preStop",
        Content::Fields(vec![("sleep", Content::Fields(vec![("seconds", Content::Int(5))]))]),
    )])
}

#[test]
fn a_value_is_replaced_in_its_own_style() {
    let text = |word: &str| Content::Text(word.to_owned());
    for (before, word, after) in [
        ("a: b # c\n", "d", "a: d # c\n"),
        ("a: 'b'\n", "d", "a: 'd'\n"),
        ("a: \"b\"\n", "d\"", "a: \"d\\\"\"\n"),
        ("a: b\n", "yes", "a: \"yes\"\n"),
        ("a: b\n", "1.30", "a: \"1.30\"\n"),
        ("a: 'b'\n", "it's", "a: 'it''s'\n"),
        ("{a: b}\n", "c: d", "{a: \"c: d\"}\n"),
    ] {
        assert_eq!(yaml(before, "a", text(word)).as_deref(), Some(after), "{before}");
    }
    assert_eq!(yaml("a: 30\n", "a", Content::Int(60)).as_deref(), Some("a: 60\n"));
    assert_eq!(yaml("a: |\n  b\n", "a", text("c")), None);
    assert_eq!(yaml("a: b\n", "a", text("c\nd")), None);
}

#[test]
fn a_field_goes_behind_the_last_one_of_its_mapping() {
    let after = |before: &str, at| yaml(before, at, sleep()).unwrap();
    assert_eq!(
        after("c:\n- name: a # first\n  image: b # last\n\n# of c\nd: e\n", "c.0.lifecycle"),
        "c:\n- name: a # first\n  image: b # last\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5\n\n# of c\nd: e\n"
    );
    assert_eq!(
        after("c:\n  - name: a\n    args: |\n      x\n\n      y\n  - name: b\n", "c.0.lifecycle"),
        "c:\n  - name: a\n    args: |\n      x\n\n      y\n    lifecycle:\n      preStop:\n        sleep:\n          seconds: 5\n  - name: b\n"
    );
    assert_eq!(
        after("a: 1", "lifecycle"),
        "a: 1\nlifecycle:\n  preStop:\n    sleep:\n      seconds: 5",
        "at the end of a text without a last line end"
    );
    assert_eq!(
        after("a: 1\r\nb:\r\n  c: 2\r\n", "b.lifecycle"),
        "a: 1\r\nb:\r\n  c: 2\r\n  lifecycle:\r\n    preStop:\r\n      sleep:\r\n        seconds: 5\r\n"
    );
}

#[test]
fn what_leads_to_a_field_is_made() {
    assert_eq!(
        yaml("a:\n  b: 1\n", "a.lifecycle.preStop.sleep.seconds", Content::Int(5)).unwrap(),
        "a:\n  b: 1\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5\n"
    );
    assert_eq!(
        yaml(
            "a:\n  lifecycle: # why\n    postStart: {}\n",
            "a.lifecycle.preStop.sleep.seconds",
            Content::Int(5)
        )
        .unwrap(),
        "a:\n  lifecycle: # why\n    postStart: {}\n    preStop:\n      sleep:\n        seconds: 5\n"
    );
    assert_eq!(
        yaml("a:\n  lifecycle:\n  b: 1\n", "a.lifecycle.preStop.sleep.seconds", Content::Int(5)).unwrap(),
        "a:\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5\n  b: 1\n"
    );
    assert_eq!(
        yaml("a:\n  lifecycle: {}\n  b: 1\n", "a.lifecycle.preStop.sleep.seconds", Content::Int(5)).unwrap(),
        "a:\n  lifecycle: {preStop: {sleep: {seconds: 5}}}\n  b: 1\n"
    );
}

#[test]
fn a_flow_stays_a_flow() {
    let words = Content::Words(vec!["sh".to_owned(), "-c".to_owned()]);
    for (before, after) in [
        ("c: [{name: a, image: b}]\n", "c: [{name: a, image: b, command: [\"sh\", \"-c\"]}]\n"),
        ("c: [{name: a,}]\n", "c: [{name: a, command: [\"sh\", \"-c\"],}]\n"),
        ("c: [{}]\n", "c: [{command: [\"sh\", \"-c\"]}]\n"),
        ("c: [{name: a, command: [x]}] # c\n", "c: [{name: a, command: [\"sh\", \"-c\"]}] # c\n"),
        (
            "c:\n- {\n    name: a, # first\n    image: b\n  }\n",
            "c:\n- {\n    name: a, # first\n    image: b,\n    command: [\"sh\", \"-c\"]\n  }\n",
        ),
    ] {
        assert_eq!(yaml(before, "c.0.command", words.clone()).as_deref(), Some(after), "{before}");
    }
}

#[test]
fn json_stays_json() {
    let json = |text: &str| changed(text, true, &[Operation::set(path("a.lifecycle"), sleep())]).unwrap();
    assert_eq!(
        json("{\"a\": {\"b\": 1}}"),
        "{\"a\": {\"b\": 1, \"lifecycle\": {\"preStop\": {\"sleep\": {\"seconds\": 5}}}}}"
    );
    assert_eq!(
        json("{\n  \"a\": {\n    \"b\": 1\n  }\n}\n"),
        "{\n  \"a\": {\n    \"b\": 1,\n    \"lifecycle\": {\"preStop\": {\"sleep\": {\"seconds\": 5}}}\n  }\n}\n"
    );
}

#[test]
fn a_key_gets_another_name_and_keeps_its_quotes() {
    let rename = |text: &str, to: &str| {
        changed(text, false, &[Operation::Rename { path: path("a.b"), name: to.to_owned() }])
    };
    assert_eq!(rename("a:\n  b: 1 # x\n", "c").as_deref(), Some("a:\n  c: 1 # x\n"));
    assert_eq!(rename("a: {'b': 1}\n", "c").as_deref(), Some("a: {'c': 1}\n"));
    assert_eq!(rename("a: {b: 1, c: 2}\n", "c"), None, "the other would be lost");
}

#[test]
fn several_changes_are_made_together_the_inner_one_first() {
    let text = "spec:\n  containers:\n  - name: a\n";
    let grace = Operation::set(path("spec.terminationGracePeriodSeconds"), Content::Int(60));
    let hook = Operation::set(path("spec.containers.0.lifecycle"), sleep());
    let after = "spec:\n  containers:\n  - name: a\n    lifecycle:\n      preStop:\n        sleep:\n          seconds: 5\n  terminationGracePeriodSeconds: 60\n";
    for operations in [[grace.clone(), hook.clone()], [hook, grace]] {
        assert_eq!(changed(text, false, &operations).as_deref(), Some(after));
    }
}

#[test]
fn what_is_shared_through_an_anchor_is_left_alone() {
    for text in ["x: &x {b: 1}\na: *x\n", "x: &x\n  lifecycle: {postStart: {}}\na:\n  <<: *x\n  b: 1\n"] {
        let at = "a.lifecycle.preStop.sleep.seconds";
        assert_eq!(yaml(text, at, Content::Int(5)), None, "{text}");
    }
    let image = Operation::set(path("a.image"), Content::Text("c".to_owned()));
    let text = "a:\n  image: &image b\nd:\n  image: *image\n";
    assert_eq!(changed(text, false, &[image]), None, "the other would change as well");
    assert_eq!(
        yaml(text, "a.b", Content::Int(1)).unwrap(),
        "a:\n  image: &image b\n  b: 1\nd:\n  image: *image\n"
    );
    let whole = "a: &a\n  b: 1\nd: *a\n";
    assert_eq!(yaml(whole, "a.c", Content::Int(1)), None, "the other would get the field as well");
    // Its own field is its own, beside what is merged.
    assert_eq!(
        yaml("x: &x\n  c: 1\na:\n  <<: *x\n  b: 1\n", "a.d", Content::Int(5)).unwrap(),
        "x: &x\n  c: 1\na:\n  <<: *x\n  b: 1\n  d: 5\n"
    );
}

#[test]
fn an_object_of_a_list_is_edited_alone() {
    let text = "kind: List\nitems:\n  - kind: Pod\n    spec:\n      a: 1\n  - kind: Pod\n";
    let source = Source::new("a", text);
    let tree = yaml::documents(&source, false).remove(0).content.unwrap();
    let item = tree.root().at(&path("items.0")).unwrap();
    let edits = edits(item, &[Operation::set(path("spec.b"), Content::Int(2))]).unwrap();
    assert_eq!(
        applied(text, 0, &edits).unwrap(),
        "kind: List\nitems:\n  - kind: Pod\n    spec:\n      a: 1\n      b: 2\n  - kind: Pod\n"
    );
}

proptest! {
    /// Whatever the text, an edit changes the field and nothing else, or there is none.
    #[test]
    fn an_edit_holds_what_was_asked_for(
        text in "(a|b|c|\\[|\\]|\\{|\\}|: |- |\n|  |'|\"|#|&x |\\*x|\\|\n|1|,|<<: ){0,24}",
        number in 0i64..9,
    ) {
        let source = Source::new("a", text.as_str());
        for document in yaml::documents(&source, false) {
            let Ok(tree) = document.content else { continue };
            for at in ["a", "a.b", "b.c.a", "a.0.b", "c.0"] {
                let operation = Operation::set(path(at), Content::Int(number));
                let Some(edits) = edits(tree.root(), std::slice::from_ref(&operation)) else { continue };
                let changed = applied(&text, 0, &edits).unwrap();
                let found = yaml::documents(&Source::new("a", changed.as_str()), false);
                let found = found.iter().filter_map(|document| document.content.as_ref().ok());
                let numbers = found.filter_map(|tree| tree.root().at(&path(at))?.as_i64());
                prop_assert!(numbers.into_iter().any(|found| found == number), "{text:?} became {changed:?}");
            }
        }
    }
}
