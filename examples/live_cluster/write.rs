//! Writes a List as kubectl does: keys in alphabetical order, lists not indented.

use serde_json::{Value, json};

/// The answer to `kubectl get -o json`.
pub(crate) fn json(items: &[Value]) -> String {
    format!("{:#}", sorted(&list(items)))
}

/// The answer to `kubectl get -o yaml`.
pub(crate) fn yaml(items: &[Value]) -> String {
    let mut out = String::new();
    mapping(&sorted(&list(items)), 0, &mut out);
    out
}

fn list(items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "items": items, "kind": "List", "metadata": {"resourceVersion": ""}})
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            Value::Object(entries.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

fn mapping(value: &Value, indent: usize, out: &mut String) {
    let Value::Object(map) = value else { return };
    for (at, (key, value)) in map.iter().enumerate() {
        // The first key of a list's item stands behind its hyphen.
        if at > 0 || !out.ends_with("- ") {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&string(key));
        out.push(':');
        entry(value, indent, out);
    }
}

fn entry(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            mapping(value, indent + 2, out);
        }
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            sequence(items, indent, out);
        }
        Value::String(text) if text.ends_with('\n') => {
            out.push_str(" |\n");
            for line in text.lines() {
                out.push_str(&format!("{}{line}\n", " ".repeat(indent + 2)));
            }
        }
        other => out.push_str(&format!(" {}\n", scalar(other))),
    }
}

fn sequence(items: &[Value], indent: usize, out: &mut String) {
    for item in items {
        out.push_str(&format!("{}- ", " ".repeat(indent)));
        match item {
            Value::Object(map) if !map.is_empty() => mapping(item, indent + 2, out),
            other => out.push_str(&format!("{}\n", scalar(other))),
        }
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => string(text),
        other => other.to_string(),
    }
}

/// In quotes where it would be read as something else than text.
fn string(text: &str) -> String {
    let begins_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '.'));
    let is_plain = begins_plain
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "/.-_:$ ".contains(c))
        && !text.contains(": ")
        && !text.ends_with(':')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    if is_plain { text.to_owned() } else { json!(text).to_string() }
}
