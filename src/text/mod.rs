//! Text: where it comes from, where a byte of it lies, how it is shown and compared.

pub mod digest;
pub mod escape;
pub mod nearest;
pub mod source;
pub mod wildcard;
pub mod wrap;

pub use source::{Position, Source, SourceId, Span};
