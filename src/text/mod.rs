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

/// So many blanks, however many: the width in a format string is 65,535 at most, and an object may stand further to
/// the right in its line.
pub(crate) fn blanks(count: usize) -> String {
    " ".repeat(count)
}
