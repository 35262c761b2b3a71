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
    /// Also advice
    Info,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Error => Self::Error,
            FailOn::Warning => Self::Warning,
            FailOn::Info => Self::Info,
        }
    }
}
