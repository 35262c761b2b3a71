//! What the user set that rules depend on: from flags, the configuration file, and its overrides.

use std::collections::BTreeMap;

use crate::finding::Severity;
use crate::kubernetes::version::KubernetesVersion;
use crate::rules::{Release, Rule};
use crate::shell::Knowledge;
use crate::text::wildcard;
use crate::timeline::{Conditions, Given};

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
    /// Rules that a later release brought are off unless they are set; `None` is any release.
    pub since: Option<Release>,
    /// Image tags that count as moving, besides `latest`; `*` stands for any characters.
    pub moving_tags: Vec<String>,
    /// What the user knows of programs and images.
    pub knowledge: Knowledge,
}

/// What becomes of a rule's findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// They are not looked for.
    Off,
    /// They have the severity that the rule's page says.
    On,
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
        since: None,
        moving_tags: Vec::new(),
        knowledge: Knowledge::NONE,
    };

    /// The rule is looked for.
    pub fn is_on(&self, rule: &Rule) -> bool {
        match self.levels.get(rule.id) {
            Some(Level::Off) => false,
            Some(Level::On | Level::At(_)) => true,
            None => !self.is_too_new(rule),
        }
    }

    /// The rule came after the release that the user has settled on, and nothing is said about it.
    pub fn is_too_new(&self, rule: &Rule) -> bool {
        !self.levels.contains_key(rule.id) && self.since.is_some_and(|since| rule.since > since)
    }

    /// The severity of a finding that the rule rates as `own`.
    pub fn severity(&self, rule: &Rule, own: Severity) -> Severity {
        match self.levels.get(rule.id) {
            Some(Level::At(set)) if own < rule.severity() => own.min(*set),
            Some(Level::At(set)) => *set,
            Some(Level::On | Level::Off) | None => own,
        }
    }

    /// What timelines are computed for, beside what is given of a run.
    pub(crate) fn conditions<'a>(&'a self, given: &'a Given) -> Conditions<'a> {
        Conditions {
            version: self.kubernetes_version,
            given,
            knowledge: &self.knowledge,
            propagation_delay: self.propagation_delay,
        }
    }

    /// The tag counts as moving.
    pub fn is_moving(&self, tag: &str) -> bool {
        self.moving_tags.iter().any(|pattern| wildcard::matches(pattern, tag))
    }
}
