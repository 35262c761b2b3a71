//! Places in manifests: from a field path, or words of a scalar, to the exact text.

use super::object::Object;
use crate::text::{SourceId, Span};
use crate::yaml::path::FieldPath;

/// A place in a source, with the field it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub source: SourceId,
    /// The exact words.
    pub span: Span,
    /// The field, from the object's root.
    pub path: FieldPath,
}

/// A second place that helps to understand a finding, with a short label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is to be seen there: a few words, no final period.
    pub message: String,
}

/// A place, and where the alias stands that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    /// The text itself: at the anchor, for a text shared by an alias.
    pub place: Place,
    /// The alias.
    pub alias: Option<Related>,
}

/// The place of a field of any object.
pub(crate) fn place(source: SourceId, object: &Object, path: &FieldPath) -> Located {
    let found = object.tree.locate(object.root(), path);
    let at = |span| Place { source, span, path: path.clone() };
    Located {
        place: at(found.span),
        alias: found
            .alias
            .map(|span| Related { place: at(span), message: "used here through an alias".to_owned() }),
    }
}

/// The place of a range of bytes of a string's text in any object.
pub(crate) fn words(
    source: SourceId,
    object: &Object,
    path: &FieldPath,
    range: std::ops::Range<usize>,
) -> Located {
    let mut located = place(source, object, path);
    if let Some(node) = object.at(path) {
        located.place.span = node.source_span(range);
    }
    located
}

/// A place of any object under a label.
pub(crate) fn related(
    source: SourceId,
    object: &Object,
    path: &FieldPath,
    message: impl Into<String>,
) -> Related {
    Related { place: place(source, object, path).place, message: message.into() }
}
