//! How a workload replaces its Pods: how many at once, how long at least, and whether it gets stuck.

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::conditions::Conditions;
use crate::finding::Interval;
use crate::finding::words::seconds;
use crate::kubernetes::control_plane::ControlPlane;
use crate::kubernetes::features::{MAX_UNAVAILABLE_STATEFUL_SET, Support};
use crate::kubernetes::shares::{Rounding, scaled, scaled_of_any};
use crate::manifest::Workload;
use crate::manifest::place::Place;
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::strategy::{Fenceposts, Strategy};
use crate::set::Set;
use crate::set::replicas::Replicas;
use crate::yaml::path::FieldPath;

/// How a rollout replaces the Pods of a workload.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rollout {
    /// In which manner.
    pub manner: Manner,
    /// How many Pods are to be replaced; `None` where the manifests do not say.
    pub pods: Option<i64>,
    /// How many are replaced at once, at most; `None` where the manifests do not say.
    pub at_once: Option<i64>,
    /// How long it takes at least, in seconds, on a cluster that has the images and room for the Pods: for
    /// all Pods, or for each where their number is not known. `None` where nothing is replaced, or only by
    /// a person.
    pub at_least: Option<f64>,
    /// `progressDeadlineSeconds`: how long the rollout may go on without progress, in seconds, before it
    /// counts as failed; `None` where there is no such limit.
    pub deadline: Option<f64>,
    /// Nothing that counts as progress can come before the deadline.
    pub is_stuck: bool,
    /// The fields that decide.
    pub because: Vec<Place>,
    /// How long a Pod takes.
    pub(super) pace: Pace,
}

/// In which manner Pods are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Manner {
    /// So many Pods more than are wanted may exist, and so many of those wanted may be missing; `None`
    /// where the number of Pods decides, and is not known.
    Rolling {
        /// `maxSurge`, resolved.
        surge: Option<i64>,
        /// `maxUnavailable`, resolved.
        unavailable: Option<i64>,
    },
    /// All old Pods are gone before the first new one comes (fact H4).
    Recreate,
    /// From the highest ordinal down to the partition, each once the new Pod of the one above it is
    /// Available (facts H7 and H8).
    InOrder {
        /// `partition`: ordinals below it are left alone.
        partition: i64,
    },
    /// Only when somebody deletes a Pod (fact H9).
    OnDelete,
}

/// How long a Pod of the workload takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// From the deletion until the Pod has ended.
    pub ends: Interval,
    /// From the start of the first container until the Pod is Ready.
    pub ready: Interval,
    /// And until it is Available.
    pub available: Interval,
    /// And until the next one may be replaced, where one Pod comes after the other.
    pub next: Interval,
}

/// How long a new Pod takes to be Ready in a drawing where nothing bounds that, in seconds.
pub(super) const DRAWN: f64 = 10.0;

impl Pace {
    /// The same for a drawing: where a new Pod is Ready only when its program says so, it is drawn as Ready
    /// [`DRAWN`] seconds after it can be, so that the order of a rollout is seen. `None` where it is as known as it
    /// can be.
    pub(super) fn drawn(self) -> Option<Self> {
        let is_open = |when: Interval| when.latest.is_none() && !when.is_never();
        let bounded = |when: Interval| match is_open(when) {
            true => Interval::exactly(when.earliest + DRAWN),
            false => when,
        };
        let Self { ready, available, next, .. } = self;
        is_open(available).then(|| Self {
            ready: bounded(ready),
            available: bounded(available),
            next: bounded(next),
            ..self
        })
    }
}

/// What `progressDeadlineSeconds` means no deadline (fact E17).
const NO_DEADLINE: i32 = i32::MAX;
/// What it is where it is not set, in seconds (fact E17).
const DEFAULT_DEADLINE: i32 = 600;

impl Rollout {
    /// How a workload replaces its Pods; `None` for a kind that does not, and where a placeholder hides how.
    pub(super) fn of(
        set: &Set,
        workload: &Workload,
        pace: Pace,
        conditions: &Conditions<'_>,
    ) -> Option<Self> {
        let replicas = match set.replicas(workload) {
            Replicas::Fixed(count) => Some(count.max(0)),
            Replicas::Autoscaled { .. } | Replicas::Unknown => None,
        };
        match &workload.spec {
            WorkloadSpec::Deployment(spec) => deployment(workload, spec, replicas, pace),
            WorkloadSpec::StatefulSet(spec) => stateful_set(workload, spec, replicas, pace, conditions),
            WorkloadSpec::DaemonSet(spec) => daemon_set(spec, pace),
            // None of them replaces its Pods when its template changes, and a custom resource does it in
            // its own way.
            WorkloadSpec::Pod(_)
            | WorkloadSpec::ReplicationController(_)
            | WorkloadSpec::ReplicaSet(_)
            | WorkloadSpec::Job(_)
            | WorkloadSpec::CronJob(_)
            | WorkloadSpec::Template(_) => None,
        }
    }

    /// The fields of a workload that decide how its Pods are replaced.
    pub(super) fn fields(workload: &Workload) -> &'static [&'static str] {
        match workload.spec {
            WorkloadSpec::Deployment(_) => {
                &["spec.strategy", "spec.replicas", "spec.progressDeadlineSeconds"]
            }
            WorkloadSpec::DaemonSet(_) => &["spec.updateStrategy"],
            _ => &["spec.updateStrategy", "spec.replicas"],
        }
    }

    /// One that nothing but a person's hand brings on.
    fn on_delete(pods: Option<i64>, pace: Pace) -> Self {
        let manner = Manner::OnDelete;
        Self {
            manner,
            pods,
            at_once: None,
            at_least: None,
            deadline: None,
            is_stuck: false,
            because: Vec::new(),
            pace,
        }
    }

    /// In one sentence that follows on "a rollout", without a final period.
    pub fn sentence(&self) -> String {
        let manner = match (self.manner, self.at_once) {
            _ if self.pods == Some(0) => return "has no Pod to replace".to_owned(),
            (Manner::Rolling { surge: Some(surge), unavailable: Some(unavailable) }, Some(at_once)) => {
                format!("replaces up to {at_once} at once (maxSurge {surge}, maxUnavailable {unavailable})")
            }
            (Manner::Rolling { .. }, _) => {
                "replaces as many at once as maxSurge and maxUnavailable make of the number of Pods"
                    .to_owned()
            }
            (Manner::Recreate, _) => "stops all old Pods before it starts new ones (Recreate)".to_owned(),
            (Manner::InOrder { partition: 0 }, _) => {
                "replaces one Pod after the other, each once the new one before it is Available".to_owned()
            }
            (Manner::InOrder { partition }, _) => format!(
                "replaces one Pod after the other down to ordinal {partition} (partition), each once the new one \
                 before it is Available"
            ),
            (Manner::OnDelete, _) => "replaces a Pod only when somebody deletes it (OnDelete)".to_owned(),
        };
        let of_pods = match self.pods {
            Some(1) => " for 1 Pod".to_owned(),
            Some(pods) => format!(" for {pods} Pods"),
            None if self.manner == Manner::Recreate => String::new(),
            None => " for each Pod".to_owned(),
        };
        let least = self.at_least.filter(|least| *least > 0.0);
        let least = least.map(|least| format!(", which takes at least {}{of_pods}", seconds(least)));
        let deadline = self.deadline.map(|deadline| {
            let late = if self.is_stuck { ", before the first new Pod can be Ready" } else { "" };
            let deadline = seconds(deadline);
            format!(
                ", and counts as failed after {deadline} without progress (progressDeadlineSeconds){late}"
            )
        });
        format!("{manner}{}{}", least.unwrap_or_default(), deadline.unwrap_or_default())
    }
}

/// Facts H1 to H5, E16 and E17. At most `surge + unavailable` new Pods are not Available at once, so the
/// rollout takes as many rounds as they need. That a new Pod is Ready is progress already, and that old ones
/// stop is none (`DeploymentProgressing`).
fn deployment(
    workload: &Workload,
    spec: &apps::DeploymentSpec,
    replicas: Option<i64>,
    pace: Pace,
) -> Option<Rollout> {
    let available = pace.available.earliest;
    let strategy = Strategy::of(workload)?;
    let (manner, at_once, at_least) = match &strategy {
        Strategy::Recreate => (Manner::Recreate, replicas, Some(pace.ends.earliest + available)),
        Strategy::Rolling(rolling) => {
            let Fenceposts { surge, unavailable } = rolling.fenceposts(replicas);
            let (surge, unavailable) = (surge.pods, unavailable.pods);
            let together = surge.zip(unavailable).map(|(surge, missing)| surge.saturating_add(missing));
            let at_once = together.zip(replicas).map(|(together, replicas)| together.min(replicas));
            let rounds = at_once.zip(replicas).map(|(at_once, replicas)| rounds(replicas, at_once));
            (Manner::Rolling { surge, unavailable }, at_once, rounds.map(|rounds| rounds * available))
        }
    };
    let deadline = match spec.progress_deadline_seconds {
        Some(NO_DEADLINE) => None,
        None if workload.is_open(&FieldPath::of("spec.progressDeadlineSeconds")) => None,
        written => Some(f64::from(written.unwrap_or(DEFAULT_DEADLINE))),
    };
    let first_progress = match strategy {
        Strategy::Recreate => pace.ready.earliest.max(pace.ends.earliest),
        Strategy::Rolling(_) => pace.ready.earliest,
    };
    let some = replicas != Some(0);
    Some(Rollout {
        manner,
        pods: replicas,
        at_once,
        at_least: at_least.filter(|least| some && least.is_finite()),
        deadline,
        is_stuck: some && deadline.is_some_and(|deadline| first_progress > deadline),
        because: Vec::new(),
        pace,
    })
}

/// Facts H7 to H9: those below the partition are left alone.
fn stateful_set(
    workload: &Workload,
    spec: &apps::StatefulSetSpec,
    replicas: Option<i64>,
    pace: Pace,
    conditions: &Conditions<'_>,
) -> Option<Rollout> {
    let strategy = spec.update_strategy.as_ref();
    match strategy.and_then(|strategy| strategy.type_.as_deref()) {
        Some("OnDelete") => return Some(Rollout::on_delete(replicas, pace)),
        None | Some("RollingUpdate") => {}
        Some(_) => return None,
    }
    if workload.is_open(&FieldPath::of("spec.updateStrategy.rollingUpdate.partition")) {
        return None;
    }
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    let partition = i64::from(rolling.and_then(|rolling| rolling.partition).unwrap_or(0).max(0));
    let pods = replicas.map(|replicas| replicas.saturating_sub(partition).max(0));
    let waits_for_ready = spec.pod_management_policy.as_deref() == Some("Parallel")
        && !ControlPlane::of(conditions.version).waits_for_available;
    let pace = Pace { next: if waits_for_ready { pace.ready } else { pace.available }, ..pace };
    let each = pace.ends.earliest + pace.next.earliest;
    let gate = conditions.support(&MAX_UNAVAILABLE_STATEFUL_SET);
    let missing = rolling.and_then(|rolling| rolling.max_unavailable.as_ref());
    let at_once = match missing.filter(|_| gate == Support::Works) {
        None => Some(1),
        Some(bound) => {
            replicas.and_then(|replicas| scaled(bound, replicas, Rounding::Up)).map(|most| most.max(1))
        }
    };
    let rounds = pods.zip(at_once).map(|(pods, at_once)| rounds(pods, at_once));
    let at_least = rounds.map(|rounds| rounds * each).filter(|least| pods != Some(0) && least.is_finite());
    let manner = Manner::InOrder { partition };
    Some(Rollout {
        manner,
        pods,
        at_once,
        at_least,
        deadline: None,
        is_stuck: false,
        because: Vec::new(),
        pace,
    })
}

/// Fact H15: percentages round up, and those of the nodes are not known.
fn daemon_set(spec: &apps::DaemonSetSpec, pace: Pace) -> Option<Rollout> {
    let strategy = spec.update_strategy.as_ref();
    match strategy.and_then(|strategy| strategy.type_.as_deref()) {
        Some("OnDelete") => return Some(Rollout::on_delete(None, pace)),
        None | Some("RollingUpdate") => {}
        Some(_) => return None,
    }
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    let number = |bound: Option<&IntOrString>, default: i64| match bound {
        None => Some(default),
        Some(bound) => scaled_of_any(bound, None, Rounding::Up),
    };
    let surge = number(rolling.and_then(|rolling| rolling.max_surge.as_ref()), 0);
    let unavailable = number(rolling.and_then(|rolling| rolling.max_unavailable.as_ref()), 1);
    // One of the two is 0, so the other says how many nodes are worked on at once.
    let at_once = surge.zip(unavailable).map(|(surge, unavailable)| surge.max(unavailable));
    // With a surge the old Pod goes once the new one is there.
    let ends = if surge == Some(0) { pace.ends.earliest } else { 0.0 };
    let at_least = Some(ends + pace.available.earliest).filter(|least| least.is_finite());
    let manner = Manner::Rolling { surge, unavailable };
    Some(Rollout {
        manner,
        pods: None,
        at_once,
        at_least,
        deadline: None,
        is_stuck: false,
        because: Vec::new(),
        pace,
    })
}

/// How often so many at once have to be replaced.
fn rounds(pods: i64, at_once: i64) -> f64 {
    (pods as f64 / at_once.max(1) as f64).ceil()
}
