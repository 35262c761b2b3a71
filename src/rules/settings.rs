//! What the user set that rules depend on: from flags, the configuration file, and its overrides.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::finding::Severity;
use crate::kubernetes::features::{Feature, Support};
use crate::kubernetes::version::KubernetesVersion;
use crate::kubernetes::versions::KubernetesVersions;
use crate::rules::missing_prestop_sleep;
use crate::rules::options::{Chosen, OptionError, Options};
use crate::rules::{Release, Rule};
use crate::shell::Knowledge;
use crate::timeline::{Conditions, Given};

/// The settings one file is judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The version that is advised for and judged by.
    pub kubernetes_version: KubernetesVersion,
    /// The versions that manifests have to be right on, where there are several: each is judged in its turn as
    /// [`Settings::kubernetes_version`]. `None` is that one alone. [`Settings::set_versions`] sets both.
    pub kubernetes_versions: Option<KubernetesVersions>,
    /// Feature gates that the cluster sets otherwise than its version does, by name.
    pub feature_gates: BTreeMap<String, bool>,
    /// Also say what cannot be known, and give advice.
    pub strict: bool,
    /// Also give advice: findings of severity info.
    pub advice: bool,
    /// Rules that are off, or have another severity than their page says, by id.
    pub levels: BTreeMap<&'static str, Level>,
    /// Rules that a later release brought are off unless they are set; `None` is any release.
    pub since: Option<Release>,
    /// What the user knows of programs and images.
    pub knowledge: Knowledge,
    /// What rules are told.
    pub options: Chosen,
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
        kubernetes_version: KubernetesVersion::LATEST,
        kubernetes_versions: None,
        feature_gates: BTreeMap::new(),
        strict: false,
        advice: false,
        levels: BTreeMap::new(),
        since: None,
        knowledge: Knowledge::NONE,
        options: Chosen::NONE,
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

    /// Findings of this severity are reported.
    pub fn shows(&self, severity: Severity) -> bool {
        severity > Severity::Info || self.strict || self.advice
    }

    /// What timelines are computed for, beside what is given of a run.
    pub(crate) fn conditions<'a>(&'a self, given: &'a Given) -> Conditions<'a> {
        Conditions {
            version: self.kubernetes_version,
            gates: &self.feature_gates,
            given,
            knowledge: &self.knowledge,
            propagation_delay: self.propagation_delay(),
        }
    }

    /// Tells a rule the value of one of its options, named as in the configuration.
    ///
    /// # Errors
    /// Where there is no such rule or option, and where the value cannot be used.
    pub fn set(&mut self, rule: &str, option: &str, value: Value) -> Result<(), OptionError> {
        let unknown = || OptionError::NoOption { rule: rule.to_owned(), option: option.to_owned() };
        self.options.set(super::find(rule).ok_or_else(unknown)?, option, value)
    }

    /// The options of a rule.
    pub(crate) fn of<O: Options>(&self) -> &O {
        self.options.of()
    }

    /// What an option of a rule was set to.
    pub(crate) fn value(&self, rule: &Rule, option: &str) -> Option<&Value> {
        self.options.value(rule, option)
    }

    /// The versions that manifests have to be right on.
    pub fn versions(&self) -> KubernetesVersions {
        self.kubernetes_versions.unwrap_or_else(|| self.kubernetes_version.into())
    }

    /// Manifests have to be right on one version, or on each of a range.
    pub fn set_versions(&mut self, versions: impl Into<KubernetesVersions>) {
        let versions = versions.into();
        self.kubernetes_version = versions.oldest();
        self.kubernetes_versions = Some(versions).filter(|versions| versions.is_range());
    }

    /// The same while one of its versions is judged.
    pub(crate) fn at(&self, version: KubernetesVersion) -> Self {
        Self { kubernetes_version: version, ..self.clone() }
    }

    /// What the cluster makes of a feature, in the version that is judged.
    pub(crate) fn support(&self, feature: &Feature) -> Support {
        feature.in_version(self.kubernetes_version, self.feature_gates.get(feature.gate).copied())
    }

    /// The worst that the cluster makes of a feature in any of the versions: what advice has to go by.
    pub(crate) fn support_in_all(&self, feature: &Feature) -> Support {
        feature.in_versions(self.versions(), self.feature_gates.get(feature.gate).copied())
    }

    /// How long after deletion endpoints can still receive traffic, in seconds.
    pub fn propagation_delay(&self) -> f64 {
        self.of::<missing_prestop_sleep::Options>().propagation_delay
    }
}
