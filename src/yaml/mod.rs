//! One YAML truth: a text is parsed once, and every span, comment and typed value comes from that.

mod arena;
mod build;
pub(crate) mod decode;
mod error;
mod fold;
mod kind;
mod node;
pub(crate) mod path;
mod record;
mod refused;
mod scalar;
mod span;
mod stream;
mod style;
#[cfg(test)]
mod styles;
mod template;
mod tree;

pub(crate) use decode::{NUMBER_OR_TEXT, Problem, ProblemKind, TEXT, WHOLE_NUMBER, decode};
pub(crate) use error::DocumentError;
pub(crate) use kind::Kind;
pub(crate) use node::Node;
pub use path::{FieldPath, Step};
pub(crate) use record::NodeId;
pub(crate) use refused::{Refusal, Refused};
pub(crate) use span::marked_in_text;
pub(crate) use stream::{Document, documents, loose_comments};
pub(crate) use style::Style;
pub(crate) use tree::{Duplicate, Tree};
