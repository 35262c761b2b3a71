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
        after("c:\n- name: a\n  args:\n  - |-\n    x\n\n", "c.0.lifecycle"),
        "c:\n- name: a\n  args:\n  - |-\n    x\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5\n\n",
        "before the blank lines and the last line end, not behind them"
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
fn an_object_may_stand_far_to_the_right() {
    let list = format!("[{{\"a\": \"{}\"}}, {{\"b\": 1}}]", "x".repeat(70_000));
    let source = Source::new("a", list.as_str());
    let tree = yaml::documents(&source, true).remove(0).content.unwrap();
    let last = tree.root().items().last().unwrap();
    let edits = edits(last, &[Operation::set(path("b"), Content::Int(2))]).unwrap();
    assert_eq!(applied(&list, 0, &edits).unwrap(), list.replace("\"b\": 1", "\"b\": 2"));
    let blanks = " ".repeat(70_000);
    assert_eq!(
        yaml(&format!("a:\n{blanks}b: 1\n"), "a.lifecycle", sleep()),
        Some(format!(
            "a:\n{blanks}b: 1\n{blanks}lifecycle:\n{blanks}  preStop:\n{blanks}    sleep:\n{blanks}      seconds: 5\n"
        ))
    );
}

#[test]
fn a_byte_order_mark_is_no_blank() {
    let rename = Operation::Rename { path: path("spec"), name: "specs".to_owned() };
    let text = "\u{feff}kind: Pod\nspec: {a: 1}\n";
    assert_eq!(changed(text, false, &[rename]), Some(text.replace("spec:", "specs:")));
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

#[test]
fn a_collection_becomes_another_where_no_comment_is_lost() {
    let words = Content::Words(vec!["sh".to_owned(), "-c".to_owned()]);
    for (before, content, after) in [
        (
            "a:\n  exec:\n    command:\n    - x\n    - y\nb: 1\n",
            sleep(),
            "a:\n  preStop:\n    sleep:\n      seconds: 5\nb: 1\n",
        ),
        ("a: {exec: {}} # c\n", sleep(), "a: {preStop: {sleep: {seconds: 5}}} # c\n"),
        ("a:\n- x\n- y\n", words.clone(), "a: [\"sh\", \"-c\"]\n"),
        ("a: null\n", sleep(), "a:\n  preStop:\n    sleep:\n      seconds: 5\n"),
        ("a: ~ # c\n", Content::Int(1), "a: 1 # c\n"),
        ("{a: null}\n", Content::Int(1), "{a: 1}\n"),
    ] {
        assert_eq!(yaml(before, "a", content).as_deref(), Some(after), "{before}");
    }
    for text in ["a:\n- x # why\n- y\n", "a:\n  # why\n  b: 1\n", "a: [x, # why\n  y]\n"] {
        assert_eq!(yaml(text, "a", words.clone()), None, "{text}");
    }
}

#[test]
fn a_field_goes_with_its_lines_or_its_comma() {
    let removed = |text: &str, is_json| changed(text, is_json, &[Operation::Remove { path: path("a.b") }]);
    for (before, after) in [
        ("a:\n  b: 1\n  c: 2\n", "a:\n  c: 2\n"),
        (
            "a:\n  c: 2 # kept\n  b:\n    d: 1\n\n  # of e\n  e: 3\n",
            "a:\n  c: 2 # kept\n\n  # of e\n  e: 3\n",
        ),
        ("a:\r\n  c: 2\r\n  b: |\r\n    x\r\n    y\r\n  e: 3\r\n", "a:\r\n  c: 2\r\n  e: 3\r\n"),
        ("a:\n  c: 2\n  b: 1", "a:\n  c: 2"),
        ("a: {b: 1, c: 2}\n", "a: {c: 2}\n"),
        ("a: {c: 2, b: {d: 1}, e: 3}\n", "a: {c: 2, e: 3}\n"),
        ("a: {c: 2, b: 1}\n", "a: {c: 2}\n"),
        ("a: {b: 1}\n", "a: {}\n"),
        ("a: # c\n  b: 1\nd: 2\n", "a: # c\nd: 2\n"),
        ("a:\n  b: 1 # why\n  c: 2\n", "a:\n  # why\n  c: 2\n"),
    ] {
        assert_eq!(removed(before, false).as_deref(), Some(after), "{before}");
    }
    assert_eq!(removed("{\"a\": {\"b\": 1, \"c\": 2}}", true).as_deref(), Some("{\"a\": {\"c\": 2}}"));
}

#[test]
fn a_field_that_takes_more_with_it_stays() {
    for text in [
        "a:\n  b:\n    # why\n    d: 1\n  c: 2\n",
        "x: &x {b: 1}\na:\n  <<: *x\n  c: 2\n",
        "a:\n  b: &b 1\n  c: *b\n",
        "a:\n  c: 2\n",
    ] {
        assert_eq!(changed(text, false, &[Operation::Remove { path: path("a.b") }]), None, "{text}");
    }
    // The key stands behind the dash of its item.
    let first = Operation::Remove { path: path("a.0.b") };
    assert_eq!(changed("a:\n- b: 1\n  c: 2\n", false, &[first]), None);
}

#[test]
fn a_key_that_is_dropped_goes_and_the_one_that_is_kept_stays() {
    let gone = |text: &str| {
        let source = Source::new("a", text);
        let tree = yaml::documents(&source, false).remove(0).content.unwrap();
        let duplicate = &tree.duplicate_keys()[0];
        let operation = Operation::RemoveDropped { path: duplicate.path.clone(), key: duplicate.earlier };
        Some(applied(text, 0, &edits(tree.root(), &[operation])?).unwrap())
    };
    for (before, after) in [
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", "a:\n  c: 2\n  b: 3\n"),
        ("a:\n  b:\n    d: 1\n  b: 3 # c\n", "a:\n  b: 3 # c\n"),
        ("{b: 1, c: 2, b: 3}\n", "{c: 2, b: 3}\n"),
        ("x: &x {c: 1}\na:\n  b: 1\n  <<: *x\n  b: 3\n", "x: &x {c: 1}\na:\n  <<: *x\n  b: 3\n"),
    ] {
        assert_eq!(gone(before).as_deref(), Some(after), "{before}");
    }
    assert_eq!(gone("- b: 1\n  b: 3\n"), None, "it stands behind the dash of its item");
    assert_eq!(gone("a:\n  b: &b 1\n  b: 3\nc: *b\n"), None, "what an alias stands for would be gone");
}

#[test]
fn what_is_merged_in_last_is_the_end_of_its_mapping() {
    let text = "x: &x\n  c: 1\na:\n  b:\n    d: 1\n    <<: *x\nf: 1\n";
    let after = "x: &x\n  c: 1\na:\n  b:\n    d: 1\n    <<: *x\n  e: 5\nf: 1\n";
    assert_eq!(yaml(text, "a.e", Content::Int(5)).as_deref(), Some(after));
    let only = "x: &x\n  c: 1\na:\n  <<: *x\nf: 1\n";
    let after = "x: &x\n  c: 1\na:\n  <<: *x\n  e: 5\nf: 1\n";
    assert_eq!(yaml(only, "a.e", Content::Int(5)).as_deref(), Some(after));
}

#[test]
fn words_of_a_text_become_others_in_its_style() {
    let splice = |text: &str, at: Range<usize>, part: &str, is_json| {
        let operation = Operation::Splice { path: path("a"), at, text: part.to_owned() };
        changed(text, is_json, &[operation])
    };
    for (before, at, part, after) in [
        ("a: mkdir /x # c\n", 0..8, "mkdir -p /x", "a: \"mkdir -p /x\" # c\n"),
        ("a: 'mkdir /x'\n", 0..5, "echo 'y'; mkdir", "a: 'echo ''y''; mkdir /x'\n"),
        ("a: \"mkdir /x\"\n", 0..0, "sleep 5; ", "a: \"sleep 5; mkdir /x\"\n"),
        ("a: \"mkdir /x\\nrm y\"\n", 9..11, "rm -f", "a: \"mkdir /x\\nrm -f y\"\n"),
        ("a: \"mkdir /x\\nrm y\"\n", 0..0, "sleep 5\n", "a: \"sleep 5\\nmkdir /x\\nrm y\"\n"),
        ("a: |\n  mkdir /x\n  rm y\nb: 1\n", 9..11, "rm -f", "a: |\n  mkdir /x\n  rm -f y\nb: 1\n"),
        (
            "a: |-\n    mkdir /x\n    rm y\n",
            0..0,
            "sleep 5\n",
            "a: |-\n    sleep 5\n    mkdir /x\n    rm y\n",
        ),
        ("a: |\n  sleep 1\n  rm y\n", 0..8, "sleep 5\n", "a: |\n  sleep 5\n  rm y\n"),
        ("a: |\r\n  x\r\n  y\r\n", 0..0, "sleep 5\n", "a: |\r\n  sleep 5\r\n  x\r\n  y\r\n"),
        ("a: >\n  mkdir /x\n  && rm y\n", 12..14, "rm -f", "a: >\n  mkdir /x\n  && rm -f y\n"),
    ] {
        assert_eq!(splice(before, at, part, false).as_deref(), Some(after), "{before}");
    }
    let json = splice("{\"a\": \"x\\ny\"}", 2..3, "echo \"z\"", true);
    assert_eq!(json.as_deref(), Some("{\"a\": \"x\\necho \\\"z\\\"\"}"));
    assert_eq!(splice("a: [b]\n", 0..1, "c", false), None, "it is no text");
    assert_eq!(splice("a: bc\n", 1..9, "c", false), None, "it has no such part");
    assert_eq!(splice("a: é\n", 1..2, "c", false), None, "that is half a letter");
    assert_eq!(splice("a: >\n  b\n  c\n", 1..2, "\n", false), None, "a folded line end is a blank");
}

/// What is shown, and what is to be done with it.
fn told(text: &str, operation: &Operation) -> Option<(String, FieldPath)> {
    let source = Source::new("a", text);
    let tree = yaml::documents(&source, false).remove(0).content.unwrap();
    let (snippet, path) = shown(tree.root(), operation)?;
    let action = snippet.action.unwrap().as_str();
    Some((format!("{action}\n{}", snippet.indented()), path))
}

#[test]
fn what_is_to_be_written_is_shown_as_it_stands_in_its_place() {
    let sleep = |at| Operation::set(path(at), sleep());
    let grace = |at| Operation::set(path(at), Content::Int(60));
    for (text, operation, shown, at) in [
        (
            "a:\n    b: 1\n",
            sleep("a.lifecycle"),
            "add\n    lifecycle:\n      preStop:\n        sleep:\n          seconds: 5",
            "a",
        ),
        ("a: {b: 1}\n", sleep("a.lifecycle"), "add\nlifecycle: {preStop: {sleep: {seconds: 5}}}", "a"),
        ("a:\n  grace: 30\n", grace("a.grace"), "replace\n  grace: 60", "a.grace"),
        ("a:\n  grace: ~\n", grace("a.grace"), "replace\n  grace: 60", "a.grace"),
        ("a:\n  grace: &g 30\n", grace("a.grace"), "replace\n  grace: &g 60", "a.grace"),
        (
            "a:\n  lifecycle:\n  b: 1\n",
            Operation::set(path("a.lifecycle.preStop.sleep.seconds"), Content::Int(5)),
            "replace\n  lifecycle:\n    preStop:\n      sleep:\n        seconds: 5",
            "a.lifecycle",
        ),
        ("b: 1\n", grace("a.grace"), "add\na:\n  grace: 60", ""),
        (
            "a:\n  c: [sh, -c, \"rm x\"]\n",
            Operation::Splice { path: path("a.c.2"), at: 0..2, text: "rm -f".to_owned() },
            "replace\n  c: [\"sh\", \"-c\", \"rm -f x\"]",
            "a.c",
        ),
        (
            "a:\n  c: [sh, -c, \"rm x\\nrm y\\n\"]\n",
            Operation::Splice { path: path("a.c.2"), at: 0..2, text: "rm -f".to_owned() },
            "replace\n  c:\n  - sh\n  - -c\n  - |\n    rm -f x\n    rm y",
            "a.c",
        ),
    ] {
        let (said, field) = told(text, &operation).unwrap();
        assert_eq!((said.as_str(), field.to_string().as_str()), (shown, at), "{text}");
    }
    assert_eq!(told("a: {b: 1}\n", &Operation::Remove { path: path("a.b") }), None, "the sentence says it");
    let long = format!("a: [sh, -c, \"{}\"]\n", "true; ".repeat(60));
    let splice = Operation::Splice { path: path("a.2"), at: 0..0, text: "sleep 5; ".to_owned() };
    assert_eq!(told(&long, &splice), None);
}

#[test]
fn what_is_shown_can_be_pasted() {
    for text in
        ["one\ntwo\n", "one\n\n  two", "one\ntwo\n\n", " one\ntwo", "\nx\n", "tab\there\n", "a\u{7}\n"]
    {
        let words = vec!["sh".to_owned(), "-c".to_owned(), text.to_owned()];
        let operation = Operation::set(path("c"), Content::Words(words));
        let (said, _) = told("b: 1\n", &operation).unwrap();
        let source = Source::new("a", said.strip_prefix("add\n").unwrap());
        let tree = yaml::documents(&source, false).remove(0).content.unwrap();
        assert_eq!(tree.root().at(&path("c.2")).unwrap().as_str(), Some(text), "{said}");
    }
}

#[test]
fn a_field_may_come_where_the_last_one_goes() {
    let operations = [Operation::Remove { path: path("a.b") }, Operation::set(path("a.c"), Content::Int(1))];
    for (before, after) in [
        ("a:\n  x: 2\n  b: 3\n", Some("a:\n  x: 2\n  c: 1\n")),
        ("a:\n  x: 2\n  b: 3\nd: 4\n", Some("a:\n  x: 2\n  c: 1\nd: 4\n")),
        ("a:\n  x: 2\n  b: 3", Some("a:\n  x: 2\n  c: 1")),
        ("a:\r\n  x: 2\r\n  b: 3\r\n", Some("a:\r\n  x: 2\r\n  c: 1\r\n")),
        ("a:\n  b: 3\n  x: 2\n", Some("a:\n  x: 2\n  c: 1\n")),
        ("a:\n  x: 2\n  b: 3 # why\n", Some("a:\n  x: 2\n  # why\n  c: 1\n")),
    ] {
        assert_eq!(changed(before, false, &operations).as_deref(), after, "{before}");
    }
}

#[test]
fn a_text_with_comments_directly_behind_values_is_left_as_it_is() {
    for text in ["a: \"b\"#c\n", "{#c\n}"] {
        let tree = yaml::documents(&Source::new("a", text), false).remove(0).content.unwrap();
        assert_eq!(edits(tree.root(), &[Operation::set(path("a"), Content::Int(1))]), None, "{text}");
    }
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
