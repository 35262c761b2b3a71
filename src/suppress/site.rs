//! Where a suppression stands, and what it belongs to.

use crate::finding::{ObjectRef, Place, Span};

/// A place, and what it belongs to in words.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) place: Place,
    pub(super) object: ObjectRef,
    /// The span of the object.
    pub(super) object_span: Span,
    pub(super) container: Option<String>,
    pub(super) field: String,
    /// What a comment covers, for people.
    pub(super) covers: Covers,
}

/// What a comment or annotation covers, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    /// The whole file.
    File,
    /// The line it stands on.
    Line,
    /// The field that follows.
    Field,
    /// The first field of an object.
    FirstField,
    /// Nothing: an empty line, the end, or a separator follows.
    Nothing,
    /// The object.
    Object,
    /// A container of the object.
    Container,
}
