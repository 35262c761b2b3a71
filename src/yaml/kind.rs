//! The types of values.

/// The type a node has to kubectl.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Null, `~` or nothing.
    Null,
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A number with a fraction or an exponent.
    Float,
    /// Text.
    String,
    /// A list.
    Sequence,
    /// A mapping.
    Mapping,
}
