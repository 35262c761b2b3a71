//! `single-replica`: one Pod answers, and a drain of its node leaves none.

use strum::{IntoStaticStr, VariantNames};

use super::probed::running;
use super::rollouts::{Pods, REPLICAS, answering_alone, led_by, led_from, ready_after, scaled_by};
use super::subject::{ContainerView, Subject, have};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{
    Check, Group, Link, Release, Rule, Status, drain_blocked, page, recreate_downtime, rollout_takes_all,
};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::kinds::Count;
use crate::manifest::spec::WorkloadSpec;
use crate::set::Placed;
use crate::set::autoscalers::Autoscaler;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "single-replica",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "One Pod answers for a Service, so a drain of its node, an eviction or a failed node is an outage.",
    reason: "A rollout of a Deployment starts the new Pod before the old one goes; nothing else does. A drain, an eviction under pressure or the loss of a node takes the Pod first, and only then is another one made, which has to be placed, pull its image and become Ready. Until then the Service has no ready Pod. With two there is always one left.",
    options: None,
    facts: &["H1", "H5", "H8", "H33"],
    docs: &[
        Link {
            title: "Dealing with disruptions",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#dealing-with-disruptions",
        },
        Link {
            title: "Safely drain a node",
            url: "https://kubernetes.io/docs/tasks/administer-cluster/safely-drain-node/",
        },
    ],
    page: page!("single-replica"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(single) = Single::of(subject) else { return };
    // What they say holds for drains too, and they say that.
    if rollout_takes_all::speaks(subject) || recreate_downtime::speaks(subject) {
        return;
    }
    // A drain that is refused takes nothing down.
    if subject.set.budgets(single.workload).iter().any(|budget| drain_blocked::speaks(subject.set, budget)) {
        return;
    }
    // The number is the autoscaler's, whatever stands there.
    let field = if single.autoscaler.is_some() { "metadata.name" } else { REPLICAS };
    let place = subject.place(&FieldPath::of(field));
    let scaled = single.autoscaler.map(scaled_by);
    let related: Vec<_> = led_from(&single.served).into_iter().chain(scaled).collect();
    seen.push(Seen::new(RULE.severity(), place, single).related(related));
}

/// One Pod that answers alone.
struct Single<'s> {
    workload: &'s Workload,
    served: Vec<&'s ContainerView<'s>>,
    autoscaler: Option<&'s Placed<Autoscaler>>,
    how: How,
}

/// Why there is but one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// That is what is written.
    Written,
    /// Nothing is written (facts H1 and H33).
    Unset,
    /// An autoscaler wants no more.
    Fixed,
    /// The fewest that an autoscaler wants.
    AtMinimum,
    /// A StatefulSet, each Pod of which has data of its own.
    WithIdentity,
}

impl<'s> Single<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let workload = running(subject).filter(|workload| workload.kind.count == Count::Replicas)?;
        let pods = Pods::of(subject, workload).filter(|pods| pods.fewest == 1)?;
        // To have none while nobody asks is meant.
        let scales_to_none = pods.is_scaled() && pods.autoscaler.is_some_and(|one| one.item.min == Some(0));
        let has_identity = matches!(workload.spec, WorkloadSpec::StatefulSet(_));
        // A second one cannot be, or goes with the first.
        let is_bound =
            (!has_identity && subject.set.may_write_alone(workload)) || workload.pinned_to().is_some();
        if scales_to_none || is_bound {
            return None;
        }
        let served = answering_alone(subject, workload)?;
        let how = match pods.autoscaler {
            Some(_) if pods.is_scaled() => How::AtMinimum,
            Some(_) => How::Fixed,
            None if has_own_data(workload) => How::WithIdentity,
            None if workload.object.at(&FieldPath::of(REPLICAS)).is_some() => How::Written,
            None => How::Unset,
        };
        Some(Self { workload, served, autoscaler: pods.autoscaler, how })
    }
}

/// A second Pod would begin with empty volumes.
fn has_own_data(workload: &Workload) -> bool {
    match &workload.spec {
        WorkloadSpec::StatefulSet(spec) => spec.volume_claim_templates.iter().flatten().next().is_some(),
        _ => false,
    }
}

impl Verdict for Single<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (workload, services) = (named(&self.workload.object.id), led_by(&self.served));
        let (have, ready) = (have(&services), ready_after(subject));
        let then = match self.workload.spec {
            WorkloadSpec::StatefulSet(_) => "the next one is made once it is gone",
            _ => "the next one is made only then",
        };
        let when = match self.how {
            How::AtMinimum => "Where the autoscaler wants no more, a drain",
            How::Written | How::Unset | How::Fixed | How::WithIdentity => "A drain",
        };
        let one = match self.how {
            How::Unset => format!("{workload} runs one Pod, as no replicas are set"),
            How::AtMinimum => format!("{workload} may run a single Pod, its autoscaler's minimum"),
            How::Fixed => format!("{workload} runs a single Pod, as its autoscaler wants no more"),
            How::Written | How::WithIdentity => format!("{workload} runs a single Pod"),
        };
        Words::new(
            format!("{one}: a drain of its node is an outage"),
            format!(
                "{when} or an eviction stops the one Pod, and {then}: {services} {have} no ready Pod until that is \
                 Ready{ready}."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        const TWO: &str = "Run two or more, where the program can share its work with a second one.";
        match (self.how, self.autoscaler) {
            (How::AtMinimum | How::Fixed, Some(scaler)) => {
                let autoscaler = &scaler.item;
                let min = Operation::set(autoscaler.min_path(), Content::Int(2));
                let max =
                    (self.how == How::Fixed).then(|| Operation::set(autoscaler.max_path(), Content::Int(2)));
                let object = Placed { source: scaler.source, item: autoscaler.object.clone() };
                Mend::guess(TWO, std::iter::once(min).chain(max).collect()).elsewhere(&object)
            }
            (How::WithIdentity, _) => Mend::prose(
                "Where the program can run as several members that share their data, run as many as it needs to lose one; else \
                 plan drains as outages.",
            ),
            _ => Mend::guess(TWO, vec![Operation::set(FieldPath::of(REPLICAS), Content::Int(2))]),
        }
    }
}
