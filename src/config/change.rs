//! One setting that is changed, and where.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::kubernetes::images::OwnImage;
use crate::kubernetes::versions::KubernetesVersions;
use crate::project::sourced::SetBy;
use crate::rules::settings::{Level, Settings};
use crate::rules::{Release, Rule};

/// A change of one setting.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// `kubernetesVersion`
    KubernetesVersions(KubernetesVersions),
    /// `featureGates.<gate>`
    FeatureGate(&'static str, bool),
    /// `strict`
    Strict(bool),
    /// `rules.since`
    Since(Release),
    /// `rules.<id>.severity`
    Level(&'static str, Level),
    /// `rules.<id>.<option>`
    Option(&'static Rule, String, Value),
    /// `hooks.instantCommands`
    InstantCommands(BTreeSet<String>),
    /// `hooks.waitingCommands`
    WaitingCommands(BTreeMap<String, f64>),
    /// `hooks.shellLessImages`
    ShellLessImages(Vec<String>),
    /// `images`
    Images(Vec<OwnImage>),
}

impl Change {
    /// Makes the change.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        match self.clone() {
            Self::KubernetesVersions(versions) => settings.set_versions(versions),
            Self::FeatureGate(gate, is_on) => _ = settings.feature_gates.insert(gate.to_owned(), is_on),
            Self::Strict(strict) => settings.strict = strict,
            Self::Since(release) => settings.since = Some(release),
            Self::Level(rule, level) => {
                settings.levels.insert(rule, level);
            }
            // What cannot be set was refused where it was read.
            Self::Option(rule, option, value) => _ = settings.set(rule.id, &option, value),
            Self::InstantCommands(commands) => settings.knowledge.instant_commands = commands,
            Self::WaitingCommands(commands) => settings.knowledge.waiting_commands = commands,
            Self::ShellLessImages(images) => settings.knowledge.images.shell_less = images,
            Self::Images(images) => settings.knowledge.images.images = images,
        }
    }

    /// The key of the setting, as in the file.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::KubernetesVersions(_) => "kubernetesVersion".to_owned(),
            Self::FeatureGate(gate, _) => format!("featureGates.{gate}"),
            Self::Strict(_) => "strict".to_owned(),
            Self::Since(_) => "rules.since".to_owned(),
            Self::Level(rule, _) => format!("rules.{rule}.severity"),
            Self::Option(rule, option, _) => format!("rules.{}.{option}", rule.id),
            Self::InstantCommands(_) => "hooks.instantCommands".to_owned(),
            Self::WaitingCommands(_) => "hooks.waitingCommands".to_owned(),
            Self::ShellLessImages(_) => "hooks.shellLessImages".to_owned(),
            Self::Images(_) => "images".to_owned(),
        }
    }

    /// The rule whose option it is.
    pub(crate) fn option_of(&self) -> Option<&'static Rule> {
        match self {
            Self::Option(rule, ..) => Some(rule),
            _ => None,
        }
    }
}

/// A change and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    /// What changes.
    pub change: Change,
    /// Who says so.
    pub set_by: SetBy,
}
