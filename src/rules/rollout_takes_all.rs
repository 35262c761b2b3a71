//! `rollout-takes-all`: all Pods that answer may be stopped at once by a rollout.

use strum::{IntoStaticStr, VariantNames};

use super::rollouts::{
    Pods, all_pods, answering_alone, led_by, led_from, pods, ready_after, rolled_out, scaled_by, shown,
};
use super::subject::{ContainerView, Subject, have};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::{Chart, Related, Severity};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::strategy::{Fenceposts, Strategy};
use crate::timeline::Story;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "rollout-takes-all",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A rolling update may stop all Pods that answer before any new one is ready.",
    reason: "maxUnavailable says how many of the wanted Pods may be missing during a rollout. If that is all of them, the controller stops all old Pods as soon as the rollout begins, and the Service has none that answers until the first new one is Ready. A rolling update is asked for so that this does not happen.",
    options: None,
    facts: &["H1", "H2", "H5", "P2"],
    docs: &[
        Link {
            title: "Deployments: max unavailable",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
        },
        Link {
            title: "Rolling update Deployment",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-update-deployment",
        },
    ],
    page: page!("rollout-takes-all"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(taken) = Taken::of(subject) else { return };
    let place = subject.place(&taken.path());
    let label = match taken.posts.unavailable.path() {
        Some(_) => taken.posts.unavailable.pods.map(|pods| format!("comes to {pods}")),
        None => Some("leaves one Pod that may be missing".to_owned()),
    };
    let related = taken.related(subject);
    seen.push(Seen::new(RULE.severity(), place, taken).label(label).related(related));
}

/// It speaks of the workload: that one Pod is no second one is said with it.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    Taken::of(subject).is_some()
}

/// A rollout that may stop all Pods at once.
struct Taken<'s> {
    workload: &'s Workload,
    pods: Option<Pods<'s>>,
    posts: Fenceposts,
    served: Vec<&'s ContainerView<'s>>,
    how: How,
}

/// How many that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The one there is.
    TheOne,
    /// All, however many there are.
    All,
    /// All, where an autoscaler wants no more than its fewest.
    AtMinimum,
}

impl<'s> Taken<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let (workload, strategy) = rolled_out(subject)?;
        let Strategy::Rolling(rolling) = strategy else { return None };
        let pods = Pods::of(subject, workload);
        let takes = |count: i64| !rolling.is_refused() && rolling.fenceposts(Some(count)).takes_all(count);
        // What takes all of these takes all of any number.
        const MANY: i64 = 1000;
        let how = match pods {
            Some(Pods { fewest: 1, most: 1, .. }) if takes(1) => How::TheOne,
            Some(Pods { most, .. }) if takes(most) => How::All,
            Some(Pods { fewest, .. }) if takes(fewest) => How::AtMinimum,
            None if takes(MANY) => How::All,
            Some(_) | None => return None,
        };
        let served = answering_alone(subject, workload)?;
        if subject.set.may_have_to_be_alone(workload) {
            return None;
        }
        let judged = pods.filter(|pods| how == How::AtMinimum || !pods.is_scaled());
        let posts = rolling.fenceposts(judged.map(|pods| pods.fewest));
        Some(Self { workload, pods, posts, served, how })
    }

    /// What decides: it may be the surge that leaves nothing else.
    fn path(&self) -> FieldPath {
        let written = self.posts.unavailable.path().or_else(|| self.posts.surge.path());
        written.unwrap_or_else(|| FieldPath::of("spec.strategy"))
    }

    fn related(&self, subject: &Subject<'_>) -> Vec<Related> {
        let surge = self.posts.surge.path().filter(|path| *path != self.path());
        let surge = surge.and_then(|_| shown(subject.source, subject.object, &self.posts.surge));
        let scaler = self.pods.and_then(|pods| pods.autoscaler).filter(|_| self.how == How::AtMinimum);
        led_from(&self.served).into_iter().chain(surge).chain(scaler.map(scaled_by)).collect()
    }

    /// How many may be missing, and how that comes about.
    fn working(&self) -> String {
        let Fenceposts { surge, unavailable } = &self.posts;
        match unavailable.is_raised() {
            false => unavailable.working(),
            true => format!(
                "{} and {}, which lets one Pod be missing all the same",
                surge.working(),
                unavailable.working()
            ),
        }
    }
}

impl Verdict for Taken<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (workload, services) = (named(&self.workload.object.id), led_by(&self.served));
        let working = self.working();
        let (have, ready) = (have(&services), ready_after(subject));
        let gap = format!("{services} {have} no ready Pod until a new one is Ready{ready}.");
        match self.how {
            How::TheOne => Words::new(
                format!("a rollout of {workload} stops its one Pod before the next one is ready"),
                format!(
                    "As {working}, the one Pod is told to stop as soon as the rollout begins, and {gap} A drain of \
                     its node does the same, as there is no second one."
                ),
            ),
            How::All => {
                let all = all_pods(self.pods.filter(|pods| !pods.is_scaled()).map(|pods| pods.fewest));
                Words::new(
                    format!("a rollout of {workload} may stop {all} at once"),
                    format!(
                        "As {working}, the old Pods are told to stop as soon as the rollout begins, and {gap}"
                    ),
                )
            }
            How::AtMinimum => {
                let fewest = self.pods.map_or(1, |pods| pods.fewest);
                Words::new(
                    format!(
                        "a rollout of {workload} stops all of its Pods while it runs at its minimum of {fewest}"
                    ),
                    format!(
                        "As {working}, and the autoscaler may want no more than {}, the old Pods are told to stop as soon as the \
                         rollout begins, and {gap}",
                        pods(fewest)
                    ),
                )
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let rolling = FieldPath::of("spec.strategy.rollingUpdate");
        let none = Operation::set(rolling.key("maxUnavailable"), Content::Int(0));
        let surge = (self.posts.surge.pods == Some(0))
            .then(|| Operation::set(rolling.key("maxSurge"), Content::Int(1)));
        Mend::guess(
            "Let a new Pod be ready before an old one goes; the nodes need room for one more.",
            std::iter::once(none).chain(surge).collect(),
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Rollout)
    }
}
