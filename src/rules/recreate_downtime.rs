//! `recreate-downtime`: all Pods that answer are gone before the first new one starts.

use strum::{IntoStaticStr, VariantNames};

use super::probed::running;
use super::rollouts::{
    Pods, all_pods, answering_alone, is_paused, is_replaced_otherwise, led_by, led_from, ready_after,
};
use super::subject::{ContainerView, Subject, have};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::{Chart, Severity};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::timeline::Story;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "recreate-downtime",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "The strategy Recreate stops all Pods behind a Service before it starts new ones, and nothing asks for that.",
    reason: "With Recreate every rollout is an outage: the old Pods are all deleted, the controller waits until the last one has ended, and only then are the new ones made, which have to be placed, pull their images and become Ready. It is for programs that cannot run twice, such as those that share a volume which one Pod alone may write.",
    options: None,
    facts: &["H4", "P2"],
    docs: &[Link {
        title: "Recreate Deployment",
        url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment",
    }],
    page: page!("recreate-downtime"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// The field that decides.
const TYPE: &str = "spec.strategy.type";

/// The kinds that have this strategy, by whatever group.
const KINDS: [&str; 2] = ["Deployment", "DeploymentConfig"];

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(recreated) = Recreated::of(subject) else { return };
    let place = subject.place(&FieldPath::of(TYPE));
    let related = led_from(&recreated.served);
    let label = "all old Pods end before a new one starts".to_owned();
    seen.push(Seen::new(RULE.severity(), place, recreated).label(label).related(related));
}

/// It speaks of the workload: that one Pod is no second one is said with it.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    Recreated::of(subject).is_some()
}

/// A rollout that stops all Pods first.
struct Recreated<'s> {
    workload: &'s Workload,
    served: Vec<&'s ContainerView<'s>>,
    /// How many there are, where that is one number.
    pods: Option<i64>,
    how: How,
}

/// How many that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The one there is.
    TheOne,
    /// All of several.
    All,
}

impl<'s> Recreated<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let workload = running(subject)?;
        let kind = workload.object.at(&FieldPath::of(TYPE)).and_then(Node::as_str);
        let recreates = KINDS.contains(&workload.kind.kind.as_ref()) && kind == Some("Recreate");
        // With bounds for another strategy the API server refuses it (fact K34).
        let is_refused = workload.object.at(&FieldPath::of("spec.strategy.rollingUpdate")).is_some();
        if !recreates || is_refused || is_paused(workload) || is_replaced_otherwise(subject) {
            return None;
        }
        let served = answering_alone(subject, workload)?;
        let pods = Pods::of(subject, workload).filter(|pods| !pods.is_scaled()).map(|pods| pods.fewest);
        let how = if pods == Some(1) { How::TheOne } else { How::All };
        let is_forced = subject.set.may_have_to_be_alone(workload);
        (!is_forced).then_some(Self { workload, served, pods, how })
    }
}

impl Verdict for Recreated<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (workload, services) = (named(&self.workload.object.id), led_by(&self.served));
        let (have, ready) = (have(&services), ready_after(subject));
        let all = all_pods(self.pods);
        let old = match self.how {
            How::TheOne => "the old one stops",
            How::All => "the old ones stop",
        };
        let drain = match self.how {
            How::TheOne => " A drain of its node does the same, as there is no second Pod.",
            How::All => "",
        };
        Words::new(
            format!("a rollout of {workload} stops {all} before it starts a new one"),
            format!(
                "{services} {have} no ready Pod from the beginning of the rollout, while {old}, and until a new one is \
                 Ready{ready}. Nothing in the manifest keeps two Pods of it from running at once: no volume that one alone \
                 may write, no port of the node.{drain}"
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let rolling = match self.workload.kind.kind.as_ref() {
            "DeploymentConfig" => "Rolling",
            _ => "RollingUpdate",
        };
        Mend::guess(
            "Replace the Pods one after the other, where the program can run in two versions at once for a while.",
            vec![Operation::set(FieldPath::of(TYPE), Content::Text(rolling.to_owned()))],
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Rollout)
    }
}
