//! What an edit has made of an object is what was asked for, and nothing else.

use serde_json::{Map, Value};

use super::{Content, Operation, TextEdit, applied};
use crate::text::Source;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{self, Node, Tree};

/// The object, edited and parsed again, holds what the operations make of it.
pub(super) fn holds(object: Node<'_>, operations: &[Operation], edits: &[TextEdit]) -> bool {
    let before = decoded(object);
    let after = before.as_ref().and_then(|_| decoded(edited(object, edits)?.root()));
    let wanted = before.and_then(|before| operations.iter().try_fold(before, changed));
    wanted.is_some() && wanted == after
}

/// The object alone, with its edits: a document of its own, so that an object of a long list costs no more
/// than itself. What it shares with others through an anchor cannot be parsed so, and is not edited.
pub(super) fn edited(object: Node<'_>, edits: &[TextEdit]) -> Option<Tree> {
    let text = object.tree().text();
    let span = object.span();
    let line = text.get(..span.start)?.rfind('\n').map_or(0, |end| end + 1);
    let indent = text.get(line..span.start)?.chars().count();
    let end = edits.iter().map(|edit| edit.span.end).max().unwrap_or_default().max(span.end);
    let edited = applied(text.get(span.start..end)?, span.start, edits)?;
    let source = Source::new("", format!("{:indent$}{edited}", ""));
    let mut documents = yaml::documents(&source, object.tree().is_json()).into_iter();
    documents.next()?.content.ok().filter(|_| documents.next().is_none())
}

fn decoded(node: Node<'_>) -> Option<Value> {
    let decoded = yaml::decode::<Value>(node, FieldPath::root());
    decoded.problems.is_empty().then_some(decoded.value)
}

fn changed(mut value: Value, operation: &Operation) -> Option<Value> {
    match operation {
        Operation::Set { path, content } => {
            *field(&mut value, path)? = json(content);
        }
        Operation::Rename { path, name } => {
            let (parent, Step::Key(old)) = (path.parent()?, path.steps().last()?) else { return None };
            let fields = field(&mut value, &parent)?.as_object_mut()?;
            let kept = fields.remove(old.as_ref())?;
            // Another field of that name would be lost.
            if fields.insert(name.clone(), kept).is_some() {
                return None;
            }
        }
    }
    Some(value)
}

/// The field of a path, made where it is missing.
fn field<'v>(value: &'v mut Value, path: &FieldPath) -> Option<&'v mut Value> {
    path.steps().iter().try_fold(value, |value, step| match step {
        Step::Index(index) => value.get_mut(*index),
        Step::Key(key) => {
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            Some(value.as_object_mut()?.entry(key.as_ref()).or_insert(Value::Null))
        }
    })
}

fn json(content: &Content) -> Value {
    match content {
        Content::Int(number) => Value::from(*number),
        Content::Text(text) => Value::from(text.as_str()),
        Content::Words(words) => Value::from(words.as_slice()),
        Content::Fields(fields) => {
            fields.iter().map(|(name, content)| ((*name).to_owned(), json(content))).collect()
        }
    }
}
