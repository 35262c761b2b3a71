//! Text: where it comes from, where a byte of it lies, how it is shown and compared.

pub(crate) mod digest;
pub(crate) mod escape;
pub(crate) mod nearest;
pub(crate) mod placeholder;
pub(crate) mod shorten;
pub(crate) mod source;
pub(crate) mod spelling;
pub(crate) mod system;
pub(crate) mod wildcard;
pub(crate) mod wrap;

pub use source::{Position, Source, SourceId, Span};
