//! `autoscaler-fights-replicas`: a manifest sets the number of Pods that an autoscaler is to decide.

use strum::{IntoStaticStr, VariantNames};

use super::rollouts::{REPLICAS, pods, replicas, scaled_by};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::manifest::Object;
use crate::manifest::id::named;
use crate::set::Placed;
use crate::set::autoscalers::Autoscaler;
use crate::set::patches;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "autoscaler-fights-replicas",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A workload sets replicas though an autoscaler scales it, so each apply undoes what the autoscaler did.",
    reason: "An autoscaler writes the number of Pods into the replicas of the workload. A manifest that sets the field writes its own number there with every apply, whatever the load is at that moment: Pods that are needed are stopped, and the autoscaler makes new ones only when it looks again, and those have to start. So deploys under load are outages, and nobody sees why.",
    options: None,
    facts: &["H1", "H5", "P4"],
    docs: &[Link {
        title: "Migrating Deployments and StatefulSets to horizontal autoscaling",
        url: "https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
    }],
    page: page!("autoscaler-fights-replicas"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(fought) = Fought::of(subject) else { return };
    let place = subject.place(&FieldPath::of(REPLICAS));
    let related = scaled_by(fought.autoscaler);
    seen.push(
        Seen::new(RULE.severity(), place, fought)
            .label("set again by each apply".to_owned())
            .related([related]),
    );
}

/// A number of Pods that an autoscaler changes.
struct Fought<'s> {
    object: &'s Object,
    /// What is written.
    replicas: i64,
    autoscaler: &'s Placed<Autoscaler>,
    how: How,
}

/// Where the number lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// Below the fewest Pods that the autoscaler wants.
    BelowMinimum,
    /// Between the fewest and the most.
    Within,
    /// Above the most.
    AboveMaximum,
    /// The bounds are not known.
    Unbounded,
}

impl<'s> Fought<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        // What a cluster answers holds what the autoscaler wrote.
        let object = Some(subject.object).filter(|object| !object.is_live())?;
        let workload = subject.workload.filter(|workload| !workload.is_fragment);
        let replicas = object.at(&FieldPath::of(REPLICAS)).and_then(Node::as_i64)?;
        // Another number is one that is fought over as well.
        if subject.set.is_scaled_by_nobody(subject.source, object) {
            return None;
        }
        // One that is not to run is not scaled either.
        let autoscaler = match workload {
            Some(workload) => subject.set.sure_autoscaler(workload),
            // A Rollout that takes the template of a Deployment is no patch of another.
            None if patches::takes_its_template(object) => {
                subject.set.autoscaler_beside(subject.source, object)
            }
            None => None,
        };
        let autoscaler = autoscaler.filter(|_| replicas > 0)?;
        if autoscaler.item.is_paused() {
            return None;
        }
        let how = match (autoscaler.item.min, autoscaler.item.max) {
            // It always wants that number.
            (Some(min), Some(max)) if min == max && min == replicas => return None,
            (Some(min), Some(max)) if min > max => How::Unbounded,
            (Some(min), _) if replicas < min => How::BelowMinimum,
            (_, Some(max)) if replicas > max => How::AboveMaximum,
            (Some(_), Some(_)) => How::Within,
            _ => How::Unbounded,
        };
        Some(Self { object, replicas, autoscaler, how })
    }
}

impl Verdict for Fought<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (workload, autoscaler) = (named(&self.object.id), named(&self.autoscaler.item.object.id));
        let take = if self.replicas == 1 { "takes" } else { "take" };
        let (set, count) = (replicas(self.replicas), pods(self.replicas));
        let (min, max) = (self.autoscaler.item.min.unwrap_or(0), self.autoscaler.item.max.unwrap_or(0));
        let (range, then) = match self.how {
            How::BelowMinimum => (
                format!(", fewer than the minimum of {min} that {autoscaler} wants"),
                format!(
                    "The apply stops all Pods but {}. The autoscaler sees it when it looks next, within 15 s by default, and the Pods that \
                     it asks for then have to start: until they are Ready, {count} {take} the load of {min} or more.",
                    self.replicas
                ),
            ),
            How::Within if self.replicas == max => (
                format!(", the most that {autoscaler} allows"),
                format!(
                    "At a lower load the apply starts Pods up to {max}, which the autoscaler stops again later: each deploy starts \
                     and stops Pods for nothing."
                ),
            ),
            How::Within => (
                format!(", which {autoscaler} scales from {min} to {max}"),
                format!(
                    "At a load that needs {max}, an apply stops all Pods but {}. The autoscaler sees it when it looks next, \
                     within 15 s by default, and the Pods that it asks for then have to start: until they are Ready, {count} {take} the load.",
                    self.replicas
                ),
            ),
            How::AboveMaximum => (
                format!(", more than the maximum of {max} that {autoscaler} allows"),
                format!(
                    "The apply starts Pods up to {}, and the autoscaler stops all but {max} when it looks next, within 15 s by default: \
                     each deploy starts and stops Pods for nothing.",
                    self.replicas
                ),
            ),
            How::Unbounded => (
                format!(", which {autoscaler} scales"),
                format!(
                    "Whatever number the autoscaler has settled on, the apply makes it {}, until the autoscaler looks next, \
                     within 15 s by default, and the Pods that it asks for then are Ready.",
                    self.replicas
                ),
            ),
        };
        Words::new(format!("each apply sets {workload} to {set}{range}"), then)
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let id = &self.object.id;
        let target = format!("{}/{}", id.kind.to_lowercase(), id.name);
        let namespace =
            id.namespace.as_ref().map_or_else(String::new, |namespace| format!(" -n {namespace}"));
        Mend::guess(
            "Leave the number to the autoscaler. Where it was applied with kubectl before, take the field out of what was applied \
             last as well, before the next apply: else that sets it to 1 once.",
            vec![Operation::Remove { path: FieldPath::of(REPLICAS) }],
        )
        .script(format!("kubectl apply edit-last-applied {target}{namespace}"))
    }
}
