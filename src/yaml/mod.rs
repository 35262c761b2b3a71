//! One YAML truth: a text is parsed once, and every span, comment and typed value comes from that.

mod build;
pub mod decode;
mod error;
pub mod path;
mod scalar;
mod span;
mod stream;
mod style;
#[cfg(test)]
mod styles;
mod template;
pub mod tree;

pub use decode::{Decoded, Problem, ProblemKind, decode};
pub use error::DocumentError;
pub use path::{FieldPath, Step};
pub use stream::{Document, documents, loose_comments};
pub use style::Style;
pub use tree::{Comment, Duplicate, Kind, Node, NodeId, Tree, marked_in_text};
