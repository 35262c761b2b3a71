//! A place in a rendered object that is looked for in the files the object was made from.

use std::ops::Range;

use super::follow::{FoundField, same};
use crate::manifest::Object;
use crate::text::{Source, Span};
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{self, Node};

/// The field of a rendered object that a place lies in.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'r> {
    /// The object.
    pub(super) object: &'r Object,
    /// The field, as far as it exists: what is missing stands for its nearest parent.
    pub(super) path: FieldPath,
    /// Its value.
    pub(super) node: Node<'r>,
    /// What of it.
    pub(super) aspect: Aspect,
}

/// What of a field a place points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aspect {
    /// Its key.
    Key,
    /// Its value.
    Value,
    /// Some words of its text, by the numbers of their characters.
    Words(Range<usize>),
}

/// How well a candidate fits; better is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The field is there, with other contents.
    Partly,
    /// Its value is part of the rendered one: a name that got a prefix or a hash, an image that got
    /// another repository.
    Renamed,
    /// Its value is the rendered one.
    Exactly,
}

/// A place in a source file where the field may have come from.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) fit: Fit,
    pub(super) span: Span,
}

impl<'r> Wanted<'r> {
    pub(super) fn of(object: &'r Object, path: &FieldPath, span: Span) -> Self {
        let mut wanted = Self { object, path: FieldPath::root(), node: object.root(), aspect: Aspect::Value };
        let mut key = None;
        for step in path.steps() {
            let next = match step {
                Step::Key(name) => wanted.node.get_entry(name).map(|(key, value)| (Some(key), value)),
                Step::Index(index) => wanted.node.items().nth(*index).map(|item| (None, item)),
            };
            let Some((its_key, node)) = next else { break };
            wanted.path.push(step.clone());
            (wanted.node, key) = (node, its_key);
        }
        let is_key = key.is_some_and(|key: Node<'_>| key.span() == span);
        let is_inside = || wanted.node.span() != span && !wanted.node.is_collection();
        wanted.aspect = match () {
            () if is_key => Aspect::Key,
            () if is_inside() => wanted.node.marks(span).map_or(Aspect::Value, Aspect::Words),
            () => Aspect::Value,
        };
        wanted
    }

    /// A field of another version of the object, if it may be where this one came from.
    pub(super) fn candidate(&self, found: &FoundField<'_>) -> Option<Candidate> {
        let fit = self.fit(found)?;
        Some(Candidate { fit, span: self.span_of(found, fit) })
    }

    fn fit(&self, found: &FoundField<'_>) -> Option<Fit> {
        if same(self.node, found.node) {
            return Some(Fit::Exactly);
        }
        if self.node.is_collection() && found.node.is_collection() {
            return Some(Fit::Partly);
        }
        let (rendered, written) = (self.node.text()?, found.node.text()?);
        let is_renamed = match self.path.steps().last() {
            Some(Step::Key(key)) if key.ends_with("ame") => !written.is_empty() && rendered.contains(written),
            // The repository is another, and the release is from here.
            _ if self.is_image() => release(rendered).is_some() && release(rendered) == release(written),
            _ => false,
        };
        is_renamed.then_some(Fit::Renamed)
    }

    /// It is the image of a container.
    pub(super) fn is_image(&self) -> bool {
        matches!(self.path.steps().last(), Some(Step::Key(key)) if key == "image")
    }

    fn span_of(&self, found: &FoundField<'_>, fit: Fit) -> Span {
        match (&self.aspect, found.key) {
            (Aspect::Key, Some(key)) => key.span(),
            (Aspect::Words(marks), _) if fit == Fit::Exactly => found.node.marked(marks.clone()),
            _ if found.node.is_collection() => found.node.head_span(),
            _ => found.node.span(),
        }
    }
}

/// The tag or digest of an image, with what separates it.
fn release(image: &str) -> Option<&str> {
    let after_name = image.rfind('/').map_or(0, |at| at + 1);
    let at = image.get(after_name..)?.find([':', '@'])?;
    image.get(after_name + at..)
}

/// Parses YAML that stands as text in a scalar.
pub(super) fn inline(text: &str) -> Vec<yaml::Tree> {
    let documents = yaml::documents(&Source::new("", text), false);
    documents.into_iter().filter_map(|document| document.content.ok()).collect()
}
