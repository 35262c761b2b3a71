//! What an edit has made of an object is what was asked for, and nothing else.

use std::ops::Range;

use super::{Content, Operation, TextEdit, applied, insert, splice};
use crate::text::{Source, Span, blanks};
use crate::yaml::path::Step;
use crate::yaml::{self, Kind, Node, Style, Tree};

/// The object, edited and parsed again, holds what the operations make of it. What lies around the fields
/// that they change is not parsed where those can be parsed alone.
pub(super) fn holds(object: Node<'_>, operations: &[Operation], edits: &[TextEdit]) -> bool {
    let changes: Vec<Change<'_>> = operations.iter().filter_map(Change::of).collect();
    let (scope, inner) = scope(object, &changes);
    let is_part_right = || {
        let part = touched(scope, edits)?;
        let after = parsed(scope, part, edits)?;
        let is_in = |key: Node<'_>| part.start <= key.span().start && key.span().start < part.end;
        Some(after.root().kind() == Kind::Mapping && fields(scope, after.root(), &inner, &is_in))
    };
    if is_part_right() == Some(true) {
        return true;
    }
    match edited(scope, edits) {
        Some(after) => changed(scope, after.root(), &inner),
        // An alias in it stands for something outside.
        None => edited(object, edits).is_some_and(|after| changed(object, after.root(), &changes)),
    }
}

/// The innermost mapping that all changes lie in, and the changes seen from there.
fn scope<'t, 'o>(object: Node<'t>, changes: &[Change<'o>]) -> (Node<'t>, Vec<Change<'o>>) {
    let mut scope = (object, changes.to_vec());
    let (mut node, mut inner) = scope.clone();
    while let Some(step) = inner.first().and_then(|change| change.steps.first()) {
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().nth(*index),
        };
        let step = step.clone();
        let behind = behind(&inner, |other| *other == step);
        let is_inside = behind.len() == changes.len() && behind.iter().all(|one| !one.steps.is_empty());
        let Some(next) = next.filter(|next| is_inside && next.is_collection()) else { break };
        (node, inner) = (next, behind);
        if node.kind() == Kind::Mapping {
            scope = (node, inner.clone());
        }
    }
    scope
}

/// The fields of a block that the edits lie in or follow on. Fields of a block have lines of their own, and
/// what an edit does to its lines it does to no others.
fn touched(mapping: Node<'_>, edits: &[TextEdit]) -> Option<Span> {
    if mapping.kind() != Kind::Mapping || mapping.style() != Style::Block {
        return None;
    }
    let (first, last) = (edits.first()?.span.start, edits.last()?.span.end);
    let mut part: Option<Span> = None;
    for (key, value) in mapping.raw_entries().filter(|(key, _)| key.span().start <= last) {
        let own = Span::new(key.span().start, insert::end(key, value));
        part = Some(match part.filter(|_| own.start > first) {
            Some(part) => Span::new(part.start, own.end),
            None => own,
        });
    }
    // An anchor or a tag before the first key is not of its column.
    let text = mapping.tree().text();
    let before = |part: &Span| text.get(insert::line_of(text, part.start).0..part.start);
    part.filter(|part| {
        before(part).is_some_and(|before| before.bytes().all(|byte| matches!(byte, b' ' | b'-')))
    })
}

/// The object alone, with its edits: a document of its own, so that an object of a long list costs no more
/// than itself. What it shares with others through an anchor cannot be parsed so, and is not edited.
pub(super) fn edited(object: Node<'_>, edits: &[TextEdit]) -> Option<Tree> {
    parsed(object, object.span(), edits)
}

/// A part of an object with its edits, as a document of its own.
fn parsed(object: Node<'_>, part: Span, edits: &[TextEdit]) -> Option<Tree> {
    let text = object.tree().text();
    // Lines of a block are indented as its first; of a flow, which may stand far to the right, nothing is. A byte order
    // mark before the first object is no blank.
    let indent = match object.style() {
        Style::Flow => 0,
        _ => {
            let line = text.get(..part.start)?.rfind('\n').map_or(0, |end| end + 1);
            text.get(line..part.start)?.trim_start_matches('\u{feff}').chars().count()
        }
    };
    let end = edits.iter().map(|edit| edit.span.end).max().unwrap_or_default().max(part.end);
    let edited = applied(text.get(part.start..end)?, part.start, edits)?;
    let source = Source::new("", format!("{}{edited}", blanks(indent)));
    let mut documents = yaml::documents(&source, object.tree().is_json()).into_iter();
    documents.next()?.content.ok().filter(|_| documents.next().is_none())
}

/// An operation, seen from a field on its way.
#[derive(Clone, Copy)]
struct Change<'o> {
    /// What of its path is left.
    steps: &'o [Step],
    result: Outcome<'o>,
}

#[derive(Clone, Copy)]
enum Outcome<'o> {
    Holds(&'o Content),
    IsCalled(&'o str),
    IsGone,
    /// A part of the text is another.
    Reads {
        at: &'o Range<usize>,
        text: &'o str,
    },
}

impl<'o> Change<'o> {
    /// `None` for what changes nothing of what kubectl keeps.
    fn of(operation: &'o Operation) -> Option<Self> {
        Some(match operation {
            Operation::RemoveDropped { .. } => return None,
            Operation::Set { path, content } => Self { steps: path.steps(), result: Outcome::Holds(content) },
            Operation::Rename { path, name } => Self { steps: path.steps(), result: Outcome::IsCalled(name) },
            Operation::Remove { path } => Self { steps: path.steps(), result: Outcome::IsGone },
            Operation::Splice { path, at, text } => {
                Self { steps: path.steps(), result: Outcome::Reads { at, text } }
            }
        })
    }

    /// The same, seen from the next field.
    fn behind(self, is_next: impl Fn(&Step) -> bool) -> Option<Self> {
        let (first, steps) = self.steps.split_first()?;
        is_next(first).then_some(Self { steps, ..self })
    }
}

/// The values are the same, however they are written.
pub(super) fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    changed(one, other, &[])
}

/// A value has become another by these changes, and by nothing else.
fn changed(before: Node<'_>, after: Node<'_>, changes: &[Change<'_>]) -> bool {
    if let Some(done) = changes.iter().find(|change| change.steps.is_empty()) {
        let [_] = changes else { return false };
        return match done.result {
            Outcome::Holds(content) => is(after, content),
            Outcome::Reads { at, text } => {
                let expected = before.text().and_then(|before| splice::spliced(before, at, text));
                expected.is_some() && before.kind() == after.kind() && after.text() == expected.as_deref()
            }
            Outcome::IsCalled(_) | Outcome::IsGone => false,
        };
    }
    match before.kind() {
        Kind::Sequence => {
            after.kind() == Kind::Sequence
                && before.items().count() == after.items().count()
                && before.items().zip(after.items()).enumerate().all(|(index, (before, after))| {
                    let own = behind(changes, |step| matches!(step, Step::Index(at) if *at == index));
                    changed(before, after, &own)
                })
        }
        Kind::Mapping => {
            let is_gone =
                |change: &Change<'_>| matches!(change, Change { steps: [_], result: Outcome::IsGone });
            let is_emptied =
                || after.kind() == Kind::Null && !changes.is_empty() && changes.iter().all(is_gone);
            (after.kind() == Kind::Mapping || is_emptied()) && fields(before, after, changes, &|_| true)
        }
        // Nothing was there, and now there is what leads to the field.
        Kind::Null if !changes.is_empty() => made(after, changes),
        kind => changes.is_empty() && kind == after.kind() && before.text() == after.text(),
    }
}

/// The same of the fields that `is_in` takes in: those that were parsed again.
fn fields(
    before: Node<'_>,
    after: Node<'_>,
    changes: &[Change<'_>],
    is_in: &dyn Fn(Node<'_>) -> bool,
) -> bool {
    let is_kept = |key: &str, value: Node<'_>| {
        let own = behind(changes, |step| matches!(step, Step::Key(name) if name == key));
        let is_done = |change: &Change<'_>| change.steps.is_empty();
        if own.iter().any(|change| is_done(change) && matches!(change.result, Outcome::IsGone)) {
            return own.len() == 1 && after.get(key).is_none();
        }
        let name = own.iter().find_map(|change| match change.result {
            Outcome::IsCalled(name) if change.steps.is_empty() => Some(name),
            _ => None,
        });
        match name {
            // The old name is gone, and no other field had the new one.
            Some(name) => {
                own.len() == 1
                    && after.get(key).is_none()
                    && before.get(name).is_none()
                    && after.get(name).is_some_and(|renamed| changed(value, renamed, &[]))
            }
            None => after.get(key).is_some_and(|now| changed(value, now, &own)),
        }
    };
    let all = || before.entries().filter(|(key, _)| is_in(*key));
    if !all().all(|(key, value)| key.text().is_some_and(|key| is_kept(key, value))) {
        return false;
    }
    let new = changes
        .iter()
        .filter(|change| matches!(change.steps.first(), Some(Step::Key(key)) if before.get(key).is_none()));
    let new: Vec<Change<'_>> = new.copied().collect();
    let mut names: Vec<&str> = new.iter().filter_map(|change| key(*change)).collect();
    names.sort_unstable();
    names.dedup();
    let gone =
        changes.iter().filter(|change| change.steps.len() == 1 && matches!(change.result, Outcome::IsGone));
    all().count() + names.len() == after.entries().count() + gone.count()
        && names.iter().all(|name| {
            let own = behind(&new, |step| matches!(step, Step::Key(key) if key == name));
            after.get(name).is_some_and(|value| made(value, &own))
        })
}

/// A value that was not there holds what leads to its fields, and nothing else.
fn made(value: Node<'_>, changes: &[Change<'_>]) -> bool {
    match changes {
        [Change { steps: [], result: Outcome::Holds(content) }] => is(value, content),
        [change] => {
            let mut entries = value.entries();
            let only = entries.next().filter(|_| entries.next().is_none());
            let next = change.behind(|step| matches!(step, Step::Key(_)));
            only.zip(next).is_some_and(|((key_node, value), next)| {
                key_node.text() == key(*change) && made(value, &[next])
            })
        }
        _ => false,
    }
}

fn key<'o>(change: Change<'o>) -> Option<&'o str> {
    match change.steps.first() {
        Some(Step::Key(key)) => Some(key),
        _ => None,
    }
}

fn behind<'o>(changes: &[Change<'o>], is_next: impl Fn(&Step) -> bool) -> Vec<Change<'o>> {
    changes.iter().filter_map(|change| change.behind(&is_next)).collect()
}

/// The value is this content.
fn is(value: Node<'_>, content: &Content) -> bool {
    match content {
        Content::Int(number) => value.as_i64() == Some(*number),
        Content::Bool(truth) => value.as_bool() == Some(*truth),
        Content::Text(text) => value.as_str() == Some(text),
        Content::Words(words) => {
            value.kind() == Kind::Sequence
                && value.items().count() == words.len()
                && value.items().zip(words).all(|(item, word)| item.as_str() == Some(word))
        }
        Content::Items(items) => {
            value.kind() == Kind::Sequence
                && value.items().count() == items.len()
                && value.items().zip(items).all(|(item, content)| is(item, content))
        }
        Content::Fields(fields) => {
            value.kind() == Kind::Mapping
                && value.entries().count() == fields.len()
                && fields
                    .iter()
                    .all(|(name, content)| value.get(name).is_some_and(|value| is(value, content)))
        }
        Content::Texts(texts) => {
            value.kind() == Kind::Mapping
                && value.entries().count() == texts.len()
                && texts
                    .iter()
                    .all(|(name, text)| value.get(name).is_some_and(|value| value.as_str() == Some(text)))
        }
    }
}
