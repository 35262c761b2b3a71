//! Edits: from operations on field paths to changes of the text, in the style of the place.
//!
//! Nothing but what is changed moves: comments, quotes, indentation, line ends and the order of keys stay
//! as they are. What is changed is parsed again, and holds exactly what was asked for, or there is no edit.

mod insert;
mod remove;
mod render;
mod show;
mod splice;
mod verify;

use std::ops::Range;

use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node, Style, Tree};
pub use show::{Action, Language, Snippet};
pub(crate) use show::{MOST_SHOWN, shown};

/// A change of the text: these bytes become that text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced; empty where text is put in.
    pub span: Span,
    /// What takes its place.
    pub text: String,
}

/// What is to be in a field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    /// An integer.
    Int(i64),
    /// A truth value.
    Bool(bool),
    /// A text.
    Text(String),
    /// Texts in one line.
    Words(Vec<String>),
    /// A list of anything.
    Items(Vec<Content>),
    /// Fields in this order.
    Fields(Vec<(&'static str, Content)>),
    /// Texts under keys that a manifest has chosen, such as labels.
    Texts(Vec<(String, String)>),
}

/// A change of an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operation {
    /// The field holds this, whether it was there or not; what leads to it is made where it is missing.
    Set {
        /// From the object's root.
        path: FieldPath,
        /// What it holds then.
        content: Content,
    },
    /// The key has another name.
    Rename {
        /// The field, by its old name.
        path: FieldPath,
        /// The new name.
        name: String,
    },
    /// The field is gone, with its value.
    Remove {
        /// From the object's root.
        path: FieldPath,
    },
    /// A key that stands again further down, where another value is kept, is gone (fact L3).
    RemoveDropped {
        /// The field, by its path.
        path: FieldPath,
        /// Where the key stands that goes.
        key: Span,
    },
    /// A part of a text is another: words of a script.
    Splice {
        /// The text.
        path: FieldPath,
        /// What is replaced, in bytes of the text; empty where words are put in.
        at: Range<usize>,
        /// What takes its place.
        text: String,
    },
}

impl Operation {
    /// Sets a field.
    pub(crate) fn set(path: FieldPath, content: Content) -> Self {
        Self::Set { path, content }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Set { path, .. }
            | Self::Rename { path, .. }
            | Self::Remove { path }
            | Self::RemoveDropped { path, .. }
            | Self::Splice { path, .. } => path.steps().len(),
        }
    }
}

/// The edits of an object that make these changes; `None` where that cannot be done without changing more:
/// the text is shared through an anchor, stands in a block of folded lines, has comments directly behind
/// values, or does not allow it.
pub(crate) fn edits(object: Node<'_>, operations: &[Operation]) -> Option<Vec<TextEdit>> {
    if !object.tree().holds_all_comments() {
        return None;
    }
    let mut placed = Vec::new();
    for operation in operations {
        placed.push((edit(object, operation)?, operation.depth()));
    }
    // What is put in at one place goes from the inner field to the outer one.
    placed.sort_by(|(a, a_depth), (b, b_depth)| (a.span, b_depth, &a.text).cmp(&(b.span, a_depth, &b.text)));
    let mut edits: Vec<TextEdit> = Vec::new();
    for (edit, _) in placed {
        let before = edits.iter().rev().nth(1).map_or(0, |edit| edit.span.end);
        match edits.last_mut() {
            Some(last) if last.span.end > edit.span.start => {
                *last = in_place(object, last, &edit).filter(|one| before <= one.span.start)?;
            }
            Some(last) if last.span == edit.span => last.text.push_str(&edit.text),
            _ => edits.push(edit),
        }
    }
    let is_shared = edits.iter().any(|edit| object.tree().is_shared(edit.span));
    (!is_shared && verify::holds(object, operations, &edits)).then_some(edits)
}

/// What comes where the last field of its mapping goes stands in place of that.
fn in_place(object: Node<'_>, gone: &TextEdit, come: &TextEdit) -> Option<TextEdit> {
    let line_end = if come.text.starts_with("\r\n") { "\r\n" } else { "\n" };
    let start = gone.span.start.checked_sub(line_end.len())?;
    let follows = object.tree().text().get(start..gone.span.start) == Some(line_end);
    let is_put_in = come.span.start == come.span.end && come.text.starts_with(line_end);
    (gone.text.is_empty() && is_put_in && follows)
        .then(|| TextEdit { span: Span::new(start, come.span.start), text: come.text.clone() })
}

/// What an operation changes is also that of another place, through an anchor or a merge key.
pub(crate) fn is_shared(object: Node<'_>, operation: &Operation) -> bool {
    let path = match operation {
        Operation::Set { path, .. }
        | Operation::Rename { path, .. }
        | Operation::Remove { path }
        | Operation::RemoveDropped { path, .. }
        | Operation::Splice { path, .. } => path,
    };
    let mut node = object;
    for step in path.steps() {
        let next = match step {
            Step::Key(key) => node.get_entry(key).map(|(key, value)| (insert::is_own(node, key), value)),
            Step::Index(index) => node.items().nth(*index).map(|item| (true, item)),
        };
        match next.filter(|(_, value)| value.kind() != Kind::Null) {
            Some((is_own, value)) if !is_own || value.alias_span().is_some() => return true,
            Some((_, value)) => node = value,
            // Whatever is put in is put in there.
            None => break,
        }
    }
    object.tree().is_shared_whole(node)
}

/// Two values are the same to kubectl.
pub(crate) fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    verify::is_same(one, other)
}

/// A text as a value of YAML: plain where it stays a text, else in quotes.
pub(crate) fn scalar(text: &str) -> String {
    render::plain_or_quoted(text, false)
}

/// The object with its edits, alone in a tree of its own.
pub(crate) fn edited(object: Node<'_>, edits: &[TextEdit]) -> Option<Tree> {
    verify::edited(object, edits)
}

/// The text with these edits, which are sorted and lie apart; spans count from `start`.
pub(crate) fn applied(text: &str, start: usize, edits: &[TextEdit]) -> Option<String> {
    let mut changed = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (from, to) = (edit.span.start.checked_sub(start)?, edit.span.end.checked_sub(start)?);
        changed.push_str(text.get(at..from)?);
        changed.push_str(&edit.text);
        at = to;
    }
    changed.push_str(text.get(at..)?);
    Some(changed)
}

fn edit(object: Node<'_>, operation: &Operation) -> Option<TextEdit> {
    match operation {
        Operation::Set { path, content } => set(object, path, content),
        Operation::Rename { path, name } => {
            let (Some(parent), Some(Step::Key(key))) = (path.parent(), path.steps().last()) else {
                return None;
            };
            let mapping = own(object, &parent)?;
            let (key, _) = insert::own_entry(mapping, key)?;
            Some(TextEdit {
                span: key.span(),
                text: render::scalar(name, key.style(), object.tree().is_json())?,
            })
        }
        Operation::Remove { path } => {
            let (Some(parent), Some(Step::Key(key))) = (path.parent(), path.steps().last()) else {
                return None;
            };
            let mapping = own(object, &parent)?;
            let (key, value) = insert::own_entry(mapping, key)?;
            remove::entry(mapping, key, value)
        }
        Operation::RemoveDropped { path, key } => {
            let mapping = own(object, &path.parent()?)?;
            let (key, value) = mapping.raw_entries().find(|(one, _)| one.span() == *key)?;
            remove::entry(mapping, key, value)
        }
        Operation::Splice { path, at, text } => splice::splice(own(object, path)?, at.clone(), text),
    }
}

/// The node of a path that no alias and no merged key leads to.
fn own<'t>(object: Node<'t>, path: &FieldPath) -> Option<Node<'t>> {
    path.steps().iter().try_fold(object, |node, step| {
        let next = match step {
            Step::Key(key) => insert::own_entry(node, key)?.1,
            Step::Index(index) => node.items().nth(*index)?,
        };
        next.alias_span().is_none().then_some(next)
    })
}

fn set(object: Node<'_>, path: &FieldPath, content: &Content) -> Option<TextEdit> {
    // The deepest field that is there, and its key.
    let mut node = object;
    let mut own_key = None;
    for (at, step) in path.steps().iter().enumerate() {
        let next = match step {
            Step::Key(key) => insert::own_entry(node, key).map(|(key, value)| (Some(key), value)),
            Step::Index(index) => Some((None, node.items().nth(*index)?)),
        };
        match next.filter(|(_, value)| value.kind() != Kind::Null) {
            Some((_, value)) if value.alias_span().is_some() => return None,
            Some((key, value)) => (node, own_key) = (value, key),
            None => return insert::insert(node, path.steps().get(at..)?, content),
        }
    }
    replace(own_key, node, content)
}

/// The value becomes another.
fn replace(key: Option<Node<'_>>, node: Node<'_>, content: &Content) -> Option<TextEdit> {
    let tree = node.tree();
    let is_json = tree.is_json();
    let text = match (content, node.is_collection()) {
        (Content::Int(number), false) => number.to_string(),
        (Content::Bool(truth), false) => truth.to_string(),
        (Content::Text(text), false) => render::scalar(text, node.style(), is_json)?,
        (Content::Words(_) | Content::Items(_) | Content::Fields(_) | Content::Texts(_), true)
            if node.style() == Style::Flow =>
        {
            render::flow(content, is_json)
        }
        (Content::Words(_) | Content::Items(_) | Content::Fields(_) | Content::Texts(_), true) => {
            let span = Span::new(key?.span().start, insert::end(key?, node));
            // Comments stay.
            if tree.holds_comment(span) {
                return None;
            }
            let text = tree.text();
            let indent = insert::column(text, span.start)?;
            let name = text.get(key?.span().range())?;
            let text = render::block(name, content, indent, insert::line_end(text, span.end), is_json);
            return Some(TextEdit { span, text });
        }
        _ => return None,
    };
    (!node.is_collection() || !tree.holds_comment(node.span())).then(|| TextEdit { span: node.span(), text })
}

#[cfg(test)]
mod tests;
