//! How values are written.

/// How a scalar or collection is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A block mapping or sequence.
    Block,
    /// `{…}` or `[…]`.
    Flow,
}
