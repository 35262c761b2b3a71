//! One YAML truth: a text is parsed once, and every span, comment and typed value comes from that.

mod build;
pub(crate) mod decode;
mod error;
pub(crate) mod path;
mod scalar;
mod span;
mod stream;
mod style;
#[cfg(test)]
mod styles;
mod template;
pub(crate) mod tree;

pub(crate) use decode::{Problem, ProblemKind, decode};
pub(crate) use error::DocumentError;
pub use path::{FieldPath, Step};
pub(crate) use stream::{Document, documents, loose_comments};
pub(crate) use style::Style;
pub(crate) use tree::{Duplicate, Kind, Node, NodeId, Tree, marked_in_text};
