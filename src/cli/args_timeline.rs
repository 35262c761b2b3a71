//! `kubectl lifecycle timeline`: what is drawn, and of what.

use clap::{Args, ValueEnum};

use super::args_config::{ClusterArgs, ConfigArgs};
use super::args_input::InputArgs;
use crate::finding::ObjectRef;
use crate::report::timeline::Format;
use crate::timeline::{Given, Story};

pub(super) const EXAMPLES: &str = "\
Examples:
  kubectl lifecycle timeline k8s/                     Draw every workload
  kubectl lifecycle timeline --object deploy/web k8s/ Draw one
  kubectl lifecycle timeline --show stop web.yaml     Draw how it stops
  kubectl lifecycle timeline --event drain k8s/       Draw a drain of the node
  kubectl lifecycle timeline -k k8s/overlays/prod     Draw what kustomize builds
  kubectl lifecycle timeline -o mermaid web.yaml      Write charts for Markdown
  kubectl lifecycle timeline -o svg web.yaml >web.svg Write a picture
  kubectl lifecycle timeline -o html k8s/ >k8s.html   Write a page for a browser

Exit status:
  0  everything that was read is drawn, or is said to have nothing to draw
  2  bad usage, input that could not be read, or an --object that is not there";

#[derive(Debug, Args)]
pub(super) struct ShowTimeline {
    #[command(flatten)]
    pub(super) input: InputArgs,

    /// Draw only this workload, as in deployment/web; may be repeated
    #[arg(long = "object", value_name = "KIND/NAME", value_parser = named, help_heading = "Timeline")]
    pub(super) objects: Vec<Named>,

    /// Draw only this; may be repeated, or several separated by commas [default: all three]
    #[arg(long, value_enum, value_name = "STORY", value_delimiter = ',', help_heading = "Timeline")]
    show: Vec<Show>,

    /// Draw what an event makes of a Pod
    #[arg(long, value_enum, value_name = "EVENT", conflicts_with = "show", help_heading = "Timeline")]
    event: Option<Occasion>,

    /// The grace period of the delete request, in seconds, as of `kubectl delete --grace-period` [default: the
    /// Pod's own]
    #[arg(
        long,
        value_name = "SECONDS",
        value_parser = clap::value_parser!(i64).range(0..=i64::from(i32::MAX)),
        help_heading = "Timeline"
    )]
    grace_period: Option<i64>,

    #[command(flatten)]
    pub(super) cluster: ClusterArgs,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    /// The format
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t, help_heading = "Output")]
    pub(super) output: Format,
}

/// `--show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum Show {
    /// How a Pod starts
    Start,
    /// How it stops when it is deleted
    Stop,
    /// How all Pods of the workload are replaced
    Rollout,
}

/// `--event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Occasion {
    /// The Pod is deleted, as in a scale-down
    Delete,
    /// Its node is drained: a PodDisruptionBudget may hold that up
    Drain,
    /// The liveness probe of a container has failed for good
    Liveness,
    /// A rollout replaces it: the new Pod's start beside the old Pod's stop
    Rollout,
}

impl ShowTimeline {
    /// What is told of each workload.
    pub(super) fn stories(&self) -> Vec<Story> {
        if let Some(event) = self.event {
            return vec![match event {
                Occasion::Delete => Story::Stop,
                Occasion::Drain => Story::Drain,
                Occasion::Liveness => Story::Liveness,
                Occasion::Rollout => Story::Replacement,
            }];
        }
        let all = [(Show::Start, Story::Start), (Show::Stop, Story::Stop), (Show::Rollout, Story::Rollout)];
        let is_shown = |show: &Show| self.show.is_empty() || self.show.contains(show);
        all.into_iter().filter(|(show, _)| is_shown(show)).map(|(_, story)| story).collect()
    }

    /// What the manifests do not say.
    pub(super) fn given(&self) -> Given {
        Given { delete_grace: self.grace_period, ..Given::default() }
    }

    /// The object was asked for.
    pub(super) fn wants(&self, object: &ObjectRef) -> bool {
        self.objects.is_empty() || self.objects.iter().any(|named| named.is(object))
    }
}

/// A kind and a name, as kubectl takes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    kind: String,
    name: String,
}

/// The short names that kubectl knows.
const SHORT: [(&str, &str); 7] = [
    ("cj", "cronjob"),
    ("deploy", "deployment"),
    ("ds", "daemonset"),
    ("po", "pod"),
    ("rc", "replicationcontroller"),
    ("rs", "replicaset"),
    ("sts", "statefulset"),
];

impl Named {
    /// It means this object: the kind may be short or in the plural, with its group or version and group behind
    /// it (`deployment.apps`, as `kubectl get -o name` writes it), and its case does not matter.
    pub(super) fn is(&self, object: &ObjectRef) -> bool {
        let kind = object.kind.to_ascii_lowercase();
        let typed = self.kind.to_ascii_lowercase();
        let (typed, group) = typed.split_once('.').unwrap_or((&typed, ""));
        let (of, version) = object.api_version.split_once('/').unwrap_or(("", &object.api_version));
        let is_of_group = group.is_empty() || group == of || group == format!("{version}.{of}");
        let is_short = SHORT.contains(&(typed, kind.as_str()));
        object.name == self.name && is_of_group && (typed == kind || typed == format!("{kind}s") || is_short)
    }

    /// As it was typed.
    pub(super) fn words(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

fn named(text: &str) -> Result<Named, String> {
    match text.split_once('/') {
        Some((kind, name)) if !kind.is_empty() && !name.is_empty() && !name.contains('/') => {
            Ok(Named { kind: kind.to_owned(), name: name.to_owned() })
        }
        _ => Err("not a kind and a name; write it like `deployment/web`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_taken_as_kubectl_takes_it() {
        let web = ObjectRef {
            api_version: "apps/v1".to_owned(),
            kind: "StatefulSet".to_owned(),
            name: "web".to_owned(),
            ..ObjectRef::default()
        };
        let is = |text: &str| named(text).is_ok_and(|named| named.is(&web));
        for text in [
            "StatefulSet/web",
            "statefulset/web",
            "statefulsets/web",
            "sts/web",
            "statefulset.apps/web",
            "statefulsets.v1.apps/web",
        ] {
            assert!(is(text), "{text}");
        }
        for text in [
            "sts/other",
            "deploy/web",
            "set/web",
            "web",
            "sts/",
            "/web",
            "sts/web/x",
            "statefulset.batch/web",
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
