//! The words that the configuration knows for levels, severities and natures.

use crate::finding::Severity;
use crate::manifest::kinds::Nature;
use crate::rules::settings::Level;

/// What may stand for a nature.
pub(super) const NATURES: [(&str, Nature); 3] =
    [("longRunning", Nature::LongRunning), ("batch", Nature::Batch), ("managed", Nature::Managed)];

/// What may stand for the level of a rule.
pub(crate) const LEVELS: [&str; 5] = ["off", "info", "warning", "error", "on"];

/// What may stand for a severity.
pub(super) const SEVERITIES: [&str; 3] = ["info", "warning", "error"];

/// The severity of a word.
pub(super) fn severity(word: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|severity| severity.as_str().eq_ignore_ascii_case(word))
}

/// The level of a word. YAML 1.1 makes `off` and `on` of `false` and `true`.
pub(crate) fn level(word: &str) -> Option<Level> {
    match word.to_ascii_lowercase().as_str() {
        "off" | "false" => Some(Level::Off),
        "on" | "true" => Some(Level::On),
        word => severity(word).map(Level::At),
    }
}
