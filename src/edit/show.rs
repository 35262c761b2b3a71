//! What a person is told to write: a field as it stands in its place, or a line of a script.

use std::ops::Range;

use super::{Content, Operation, insert, render, splice};
use crate::text::blanks;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node, Style};

/// Text to paste.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// What it is written in.
    pub language: Language,
    /// What becomes of it in the manifest; `None` where the sentence before it says so.
    pub action: Option<Action>,
    /// The field that it is added to, or that it replaces, with items called by their names. Empty for the
    /// object itself, and where there is no action.
    pub field: String,
    /// How many blanks stand before each line in its place.
    pub indent: usize,
    /// Without that indentation, and without a line end behind it.
    pub text: String,
}

impl Snippet {
    /// YAML that the sentence before it says what to do with.
    pub(crate) fn yaml(text: impl Into<String>) -> Self {
        Self { language: Language::Yaml, action: None, field: String::new(), indent: 0, text: text.into() }
    }

    /// Fields that the sentence before it says what to do with.
    pub(crate) fn fields(fields: &[(&'static str, Content)]) -> Self {
        let lines = fields.iter().map(|(name, content)| render::block(name, content, 0, "\n", false));
        Self::yaml(lines.collect::<Vec<_>>().join("\n"))
    }

    /// A part of a script.
    pub(crate) fn shell(text: impl Into<String>) -> Self {
        Self { language: Language::Shell, ..Self::yaml(text) }
    }

    /// What to do with it, up to the colon that it follows; empty where the sentence before says so.
    pub fn label(&self) -> String {
        match (self.action, self.field.as_str()) {
            (None, _) => String::new(),
            (Some(Action::Add), "") => "Add to the object:".to_owned(),
            (Some(Action::Add), field) => format!("Add to `{field}`:"),
            (Some(Action::Replace), field) => format!("Replace `{field}` by:"),
        }
    }

    /// The lines as they stand in their place.
    pub fn indented(&self) -> String {
        let lines = self.text.lines().map(|line| match line {
            "" => String::new(),
            line => format!("{}{line}", blanks(self.indent)),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// What a snippet is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// YAML.
    Yaml,
    /// Commands of a shell.
    Shell,
}

impl Language {
    /// The word that marks a block of code.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Shell => "sh",
        }
    }
}

/// What becomes of a snippet in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is written beside what is there.
    Add,
    /// It takes the place of what is there.
    Replace,
}

impl Action {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace => "replace",
        }
    }
}

/// What an operation writes, and the path of the field that [`Snippet::field`] is to name; `None` for an
/// operation that writes nothing of its own.
pub(crate) fn shown(object: Node<'_>, operation: &Operation) -> Option<(Snippet, FieldPath)> {
    match operation {
        Operation::Set { path, content: Content::Text(word) }
            if matches!(path.steps().last(), Some(Step::Index(_))) =>
        {
            let whole = object.at(path).and_then(Node::text).map_or(0, str::len);
            command(object, path, &(0..whole), word)
        }
        Operation::Set { path, content } => set(object, path, content),
        Operation::Splice { path, at, text } => command(object, path, at, text),
        // The sentence says all of it.
        Operation::Rename { .. } | Operation::Remove { .. } | Operation::RemoveDropped { .. } => None,
    }
}

/// Scripts that are longer, in bytes, are not shown whole.
pub(crate) const MOST_SHOWN: usize = 240;

/// The list of words that the changed one belongs to.
fn command(
    object: Node<'_>,
    path: &FieldPath,
    at: &Range<usize>,
    part: &str,
) -> Option<(Snippet, FieldPath)> {
    let (Some(parent), Some(Step::Index(index))) = (path.parent(), path.steps().last()) else { return None };
    let texts = object.at(&parent)?.items().map(Node::as_str).collect::<Option<Vec<&str>>>()?;
    let changed = splice::spliced(texts.get(*index)?, at, part)?;
    let is_shown = changed.len() <= MOST_SHOWN + part.len();
    let words = texts.iter().enumerate().map(|(here, text)| match here == *index {
        true => changed.clone(),
        false => (*text).to_owned(),
    });
    is_shown.then(|| set(object, &parent, &Content::Words(words.collect())))?
}

fn set(object: Node<'_>, path: &FieldPath, content: &Content) -> Option<(Snippet, FieldPath)> {
    let steps = path.steps();
    let mut node = object;
    let mut there = 0;
    let mut is_null = false;
    for step in steps {
        let next = match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().nth(*index),
        };
        is_null = next.is_some_and(|next| next.kind() == Kind::Null);
        let Some(next) = next.filter(|_| !is_null) else { break };
        (node, there) = (next, there + 1);
    }
    // What is written without a value is written anew.
    let is_there = there == steps.len() || is_null;
    // A whole field is shown: what leads to an item, and what replaces a value, begins with its key.
    let first = match there == steps.len() {
        true => steps.iter().rposition(|step| matches!(step, Step::Key(_)))?,
        false => there,
    };
    let parent = steps.iter().take(first).try_fold(object, |node, step| match step {
        Step::Key(key) => node.get(key),
        Step::Index(index) => node.items().nth(*index),
    })?;
    let Some((Step::Key(name), rest)) = steps.get(first..).and_then(<[Step]>::split_first) else {
        return None;
    };
    let content = rest.iter().rev().try_fold(content.clone(), |content, step| match step {
        Step::Key(std::borrow::Cow::Borrowed(name)) => Some(Content::Fields(vec![(*name, content)])),
        _ => None,
    })?;
    let is_json = object.tree().is_json();
    let anchor =
        insert::own_entry(parent, name).and_then(|(key, value)| anchor(key, value)).unwrap_or_default();
    let (indent, text) = match parent.style() {
        Style::Block => {
            let block = render::block("", &content, 0, "\n", is_json);
            let value = block.strip_prefix(':').unwrap_or(&block);
            (insert::indent(parent).unwrap_or_default(), format!("{name}:{anchor}{value}"))
        }
        _ => (0, format!("{}:{anchor} {}", render::key(name, is_json), render::flow(&content, is_json))),
    };
    let action = if is_there { Action::Replace } else { Action::Add };
    let snippet = Snippet { action: Some(action), indent, ..Snippet::yaml(text) };
    let own = match (is_null, is_there) {
        (true, _) => first + 1,
        (false, true) => steps.len(),
        (false, false) => first,
    };
    let own = steps.iter().take(own);
    Some((snippet, own.cloned().collect()))
}

/// The anchor before a value, behind a blank.
fn anchor<'t>(key: Node<'t>, value: Node<'t>) -> Option<&'t str> {
    let between = key.tree().text().get(key.span().end..value.span().start)?;
    let anchor = between.get(between.find(" &")?..)?;
    Some(anchor.trim_end())
}
