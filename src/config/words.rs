//! The words that the configuration knows for levels, severities and natures.

use crate::finding::Severity;
use crate::kubernetes::images::OwnShell;
use crate::manifest::kinds::Nature;
use crate::rules::settings::Level;

/// What may stand for a nature.
pub(super) const NATURES: [(&str, Nature); 3] =
    [("longRunning", Nature::LongRunning), ("batch", Nature::Batch), ("managed", Nature::Managed)];

/// What may stand for the shell of an image.
pub(super) const SHELLS: [(&str, OwnShell); 4] = [
    ("none", OwnShell::None),
    ("dash", OwnShell::Called("dash")),
    ("ash", OwnShell::Called("ash")),
    ("bash", OwnShell::Called("bash")),
];

/// The signals that programs take for an order to stop.
pub(super) const SIGNALS: [&str; 7] =
    ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"];

/// One of them, for an example.
pub(super) const GRACEFUL: &str = "SIGQUIT";

/// What may stand for the level of a rule.
pub(crate) const LEVELS: [&str; 5] = ["off", "info", "warning", "error", "on"];

/// The threshold that nothing reaches.
pub(super) const NEVER: &str = "never";

/// What may stand for the lowest severity that fails.
pub(super) const THRESHOLDS: [&str; 4] = ["info", "warning", "error", NEVER];

/// The lowest severity that fails, of a word; `Some(None)` where none does.
pub(super) fn threshold(word: &str) -> Option<Option<Severity>> {
    if word.eq_ignore_ascii_case(NEVER) { Some(None) } else { severity(word).map(Some) }
}

/// The severity of a word.
fn severity(word: &str) -> Option<Severity> {
    [Severity::Info, Severity::Warning, Severity::Error]
        .into_iter()
        .find(|severity| severity.as_str().eq_ignore_ascii_case(word))
}

/// The word of a level.
pub(super) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Off => "off",
        Level::On => "on",
        Level::At(severity) => severity.as_str(),
    }
}

/// The level of a word. YAML 1.1 makes `off` and `on` of `false` and `true`.
pub(crate) fn level(word: &str) -> Option<Level> {
    match word.to_ascii_lowercase().as_str() {
        "off" | "false" => Some(Level::Off),
        "on" | "true" => Some(Level::On),
        word => severity(word).map(Level::At),
    }
}
