//! What the user set that rules depend on: from flags, the configuration file, and its overrides.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Severity;
use crate::rules::Rule;
use crate::version::KubernetesVersion;

/// The settings one file is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How long after deletion endpoints can still receive traffic, in seconds.
    pub propagation_delay: f64,
    /// The version that is advised for and judged by.
    pub kubernetes_version: KubernetesVersion,
    /// Also say what cannot be known.
    pub strict: bool,
    /// Rules that are off, or have another severity than their page says, by id.
    pub levels: BTreeMap<&'static str, Level>,
    /// Image tags that count as moving, besides `latest`; `*` stands for any characters.
    pub moving_tags: Vec<String>,
    /// Programs that return at once, by name, besides those that are known to.
    pub instant_commands: BTreeSet<String>,
    /// Programs that take at least so many seconds, by name.
    pub waiting_commands: BTreeMap<String, f64>,
    /// Repositories of images that hold no shell, besides those that are known to; `*` stands for any
    /// characters.
    pub shell_less_images: Vec<String>,
}

/// What becomes of a rule's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not looked for.
    Off,
    /// They have this severity; those that the rule itself rates milder than usual stay that mild.
    At(Severity),
}

impl Default for Settings {
    fn default() -> Self {
        Self::DEFAULT.clone()
    }
}

impl Settings {
    /// The settings of a run without any, to borrow from.
    pub const DEFAULT: &'static Self = &Self {
        propagation_delay: 5.0,
        kubernetes_version: KubernetesVersion::LATEST,
        strict: false,
        levels: BTreeMap::new(),
        moving_tags: Vec::new(),
        instant_commands: BTreeSet::new(),
        waiting_commands: BTreeMap::new(),
        shell_less_images: Vec::new(),
    };

    /// The rule is looked for.
    pub fn is_on(&self, rule: &str) -> bool {
        self.levels.get(rule) != Some(&Level::Off)
    }

    /// The severity of a finding that the rule rates as `own`.
    pub fn severity(&self, rule: &Rule, own: Severity) -> Severity {
        match self.levels.get(rule.id) {
            Some(Level::At(set)) if own < rule.severity => own.min(*set),
            Some(Level::At(set)) => *set,
            Some(Level::Off) | None => own,
        }
    }

    /// The least seconds that a program takes, by the user's word: 0 for one that returns at once. A
    /// name without a directory stands for the program in any directory.
    pub fn least_seconds(&self, program: &str) -> Option<f64> {
        let base = program.rsplit('/').next().unwrap_or(program);
        [program, base].into_iter().find_map(|name| {
            let instant = || self.instant_commands.contains(name).then_some(0.0);
            self.waiting_commands.get(name).copied().or_else(instant)
        })
    }

    /// The tag counts as moving.
    pub fn is_moving(&self, tag: &str) -> bool {
        self.moving_tags.iter().any(|pattern| matches_wildcard(pattern, tag))
    }

    /// The pattern by which the user says that images of this repository hold no shell.
    pub fn no_shell_in(&self, repository: &str) -> Option<&str> {
        let pattern = self.shell_less_images.iter().find(|pattern| matches_wildcard(pattern, repository));
        pattern.map(String::as_str)
    }
}

/// `*` stands for any characters, none included.
fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asterisk_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("main", "main", true),
            ("main", "main-1", false),
            ("main*", "main-1", true),
            ("*-dev", "1.2-dev", true),
            ("*-dev", "1.2-dev-3", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_program_is_known_by_its_name_in_any_directory_or_by_its_path() {
        let settings = Settings {
            instant_commands: BTreeSet::from(["deregister".to_owned(), "/opt/notify".to_owned()]),
            waiting_commands: BTreeMap::from([("drain".to_owned(), 10.0)]),
            ..Settings::default()
        };
        assert_eq!(settings.least_seconds("/app/bin/deregister"), Some(0.0));
        assert_eq!(settings.least_seconds("drain"), Some(10.0));
        assert_eq!(settings.least_seconds("/opt/notify"), Some(0.0));
        assert_eq!(settings.least_seconds("notify"), None);
    }
}
