//! Settings, and where each was made.

use std::fmt;
use std::sync::Arc;

/// Where a setting comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum SetBy {
    /// Nobody set it.
    #[default]
    Default,
    /// The configuration file.
    File {
        /// Its name.
        name: Arc<str>,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// It stands in an override.
        in_override: bool,
    },
    /// A flag, as it is called: `--strict`.
    Flag(&'static str),
}

impl fmt::Display for SetBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { name, line, in_override: false, .. } => write!(f, "{name}:{line}"),
            Self::File { name, line, in_override: true, .. } => write!(f, "{name}:{line} (override)"),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

/// A value and where it was set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it was set.
    pub set_by: SetBy,
}
