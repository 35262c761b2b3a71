//! The flags that the configuration file can stand for, and those about the file itself.

use std::path::PathBuf;

use clap::Args;

use super::choices::{FailOn, ListFormat};
use super::values;
use crate::config::{Change, Entry};
use crate::finding::Severity;
use crate::kubernetes::versions::KubernetesVersions;
use crate::project::sourced::SetBy;
use crate::rules::settings::Level;
use crate::rules::{self, Choice};

pub(super) const EXAMPLES: &str = "\
Examples:
  kubectl lifecycle config                  Show what holds for every file
  kubectl lifecycle config k8s/web.yaml     Show what holds for one file
  kubectl lifecycle config --schema         Write the JSON Schema for editors";

/// The cluster. Nothing has a default here, so that what the user said can be told from what they left to the
/// configuration.
#[derive(Debug, Args)]
pub(super) struct ClusterArgs {
    /// How long endpoints can still receive traffic after a Pod is deleted, in seconds [default: 5]
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds, help_heading = "Judgement")]
    propagation_delay: Option<f64>,

    /// The cluster's version, from 1.25 to 1.37, or all of a range, as in 1.30-1.34 [default: 1.36]
    #[arg(long, value_name = "VERSION", help_heading = "Judgement")]
    kubernetes_version: Option<KubernetesVersions>,
}

/// How manifests are judged. Nothing has a default here, so that what the user said can be told from
/// what they left to the configuration.
#[derive(Debug, Args)]
pub(super) struct JudgementArgs {
    #[command(flatten)]
    cluster: ClusterArgs,

    /// Also report advice, and what cannot be known to be right, as infos
    #[arg(
        long,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        hide_possible_values = true,
        help_heading = "Judgement"
    )]
    strict: Option<bool>,

    /// Turn a rule or a group of rules off or on, or set the severity of its findings; may be repeated
    #[arg(long = "rule", value_name = "RULE=LEVEL", value_parser = values::rule_level, help_heading = "Judgement")]
    rules: Vec<(Choice, Level)>,

    /// The lowest severity that makes the exit status 1; `info` also shows advice [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Judgement")]
    fail_on: Option<FailOn>,
}

/// A setting that a flag makes.
fn entry(flag: &'static str, change: Change) -> Entry {
    Entry { change, set_by: SetBy::Flag(flag) }
}

impl ClusterArgs {
    /// What the flags say about settings that are also in the file.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let version = self.kubernetes_version.map(Change::KubernetesVersions);
        let rule = rules::find("missing-prestop-sleep");
        let delay = self.propagation_delay.zip(rule).map(|(delay, rule)| {
            Change::Option(rule, "propagationDelay".to_owned(), serde_json::json!(delay))
        });
        let made = [("--kubernetes-version", version), ("--propagation-delay", delay)];
        made.into_iter().filter_map(|(flag, change)| Some(entry(flag, change?))).collect()
    }
}

impl JudgementArgs {
    /// What the flags say about settings that are also in the file.
    pub(super) fn entries(&self) -> Vec<Entry> {
        // A rule that is named beats its group, as in the file.
        let is_group = |(choice, _): &&(Choice, Level)| matches!(choice, Choice::Group(_));
        let groups = self.rules.iter().filter(is_group);
        let rules = groups.chain(self.rules.iter().filter(|one| !is_group(one)));
        let levels =
            rules.flat_map(|(choice, level)| choice.rules().map(|rule| Change::Level(rule.id, *level)));
        let strict = self.strict.map(|strict| entry("--strict", Change::Strict(strict)));
        let mut entries = self.cluster.entries();
        entries.extend(strict);
        entries.extend(levels.map(|change| entry("--rule", change)));
        entries
    }

    /// `--fail-on`, when it is given; `Some(None)` is no severity.
    pub(super) fn fail_on(&self) -> Option<Option<Severity>> {
        self.fail_on.map(FailOn::severity)
    }
}

/// Which configuration is read, and what else is excluded.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// The configuration [default: .kubectl-lifecycle.yaml of this directory or above, up to the
    /// repository's root]
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = "Configuration")]
    pub(super) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, help_heading = "Configuration")]
    pub(super) no_config: bool,

    /// Do not read what matches, besides what the configuration excludes; may be repeated
    #[arg(long, value_name = "GLOB", value_parser = values::glob, help_heading = "Configuration")]
    pub(super) exclude: Vec<String>,

    /// Exclude also paths that are named on the command line
    #[arg(long, help_heading = "Configuration")]
    pub(super) force_exclude: bool,
}

/// `kubectl lifecycle config`.
#[derive(Debug, Args)]
pub(super) struct ShowConfig {
    /// Show what holds for this file, overrides applied
    #[arg(value_name = "FILE", value_parser = values::local_path)]
    pub(super) file: Option<PathBuf>,

    /// The format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) output: ListFormat,

    /// Write the JSON Schema of the configuration file
    #[arg(long, conflicts_with_all = ["file", "output"])]
    pub(super) schema: bool,

    #[command(flatten)]
    pub(super) judgement: JudgementArgs,

    #[command(flatten)]
    pub(super) config: ConfigArgs,
}
