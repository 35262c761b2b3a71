//! One YAML truth: a text is parsed once, and every span, comment and typed value comes from that.

mod build;
pub mod decode;
pub mod path;
mod scalar;
mod span;
mod stream;
mod template;
pub mod tree;

pub use decode::{Decoded, Problem, ProblemKind, decode};
pub use path::{FieldPath, Step};
pub use stream::{Document, DocumentError, documents, loose_comments};
pub use tree::{Comment, Duplicate, Kind, Node, NodeId, Style, Tree, marked_in_text};
