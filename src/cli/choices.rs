//! What some flags let one choose from.

use clap::ValueEnum;

use crate::finding::Severity;

/// `-o` of `rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum ListFormat {
    /// For people
    #[default]
    Human,
    /// For programs: JSON, version 1
    Json,
}

/// `--fail-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum FailOn {
    /// Only what fails every time
    Error,
    /// Also what fails under an ordinary event
    #[default]
    Warning,
    /// Also advice, which is then shown
    Info,
    /// No finding
    Never,
}

impl FailOn {
    /// The lowest severity that fails.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Info => Some(Severity::Info),
            Self::Never => None,
        }
    }
}
