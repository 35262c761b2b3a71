//! How a workload replaces its Pods: how many at once, how long at least, and whether it gets stuck.

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::interval::Interval;
use crate::finding::words::seconds;
use crate::manifest::Workload;
use crate::manifest::spec::WorkloadSpec;
use crate::set::Set;
use crate::set::replicas::Replicas;

/// How a rollout replaces the Pods of a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollout {
    /// In which manner.
    pub manner: Manner,
    /// How many Pods are to be replaced; `None` where the manifests do not say.
    pub pods: Option<i64>,
    /// How many are replaced at once, at most; `None` where the manifests do not say.
    pub at_once: Option<i64>,
    /// How long it takes at least, in seconds, on a cluster that has the images and room for the Pods;
    /// `None` where the number of Pods is not known, or nothing is replaced without a person.
    pub at_least: Option<f64>,
    /// `progressDeadlineSeconds`: how long the rollout may go on without progress, in seconds, before it
    /// counts as failed; `None` where there is no such limit.
    pub deadline: Option<f64>,
    /// No new Pod can be Available before the deadline.
    pub is_stuck: bool,
}

/// In which manner Pods are replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// One after the other, each once its predecessor is gone (facts H7 and H8).
    InOrder,
    /// Only when somebody deletes a Pod (fact H9).
    OnDelete,
}

/// When a Pod of the workload is gone and when a new one is Available, each since it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// From the deletion until the Pod has ended.
    pub ends: Interval,
    /// From the start of the first container until the Pod is Available.
    pub available: Interval,
}

/// What `progressDeadlineSeconds` means no deadline (fact E17).
const NO_DEADLINE: i32 = i32::MAX;
/// What it is where it is not set, in seconds (fact E17).
const DEFAULT_DEADLINE: i32 = 600;

impl Rollout {
    /// How a workload replaces its Pods; `None` for a kind that does not.
    pub(super) fn of(set: &Set, workload: &Workload, pace: Pace) -> Option<Self> {
        let replicas = match set.replicas(workload) {
            Replicas::Fixed(count) => Some(count.max(0)),
            Replicas::Autoscaled { .. } | Replicas::Unknown => None,
        };
        match &workload.spec {
            WorkloadSpec::Deployment(spec) => Some(deployment(spec, replicas, pace)),
            WorkloadSpec::StatefulSet(spec) => Some(stateful_set(spec, replicas, pace)),
            WorkloadSpec::DaemonSet(spec) => Some(daemon_set(spec, pace)),
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

    /// In one sentence that follows on "a rollout", without a final period.
    pub fn sentence(&self) -> String {
        let manner = match (self.manner, self.at_once) {
            (Manner::Rolling { surge: Some(surge), unavailable: Some(unavailable) }, Some(at_once)) => {
                format!("replaces up to {at_once} at once (maxSurge {surge}, maxUnavailable {unavailable})")
            }
            (Manner::Rolling { .. }, _) => {
                "replaces as many at once as maxSurge and maxUnavailable make of the number of Pods"
                    .to_owned()
            }
            (Manner::Recreate, _) => "stops all old Pods before it starts new ones (Recreate)".to_owned(),
            (Manner::InOrder, _) => "replaces one Pod after the other, each once it is gone".to_owned(),
            (Manner::OnDelete, _) => "replaces a Pod only when somebody deletes it (OnDelete)".to_owned(),
        };
        let of_pods = match self.pods {
            Some(1) => " for its one Pod".to_owned(),
            Some(pods) => format!(" for {pods} Pods"),
            None => " for each Pod".to_owned(),
        };
        let least = self.at_least.map(|least| format!(", which takes at least {}{of_pods}", seconds(least)));
        let deadline = self.deadline.map(|deadline| {
            let late = if self.is_stuck { ", before any new Pod can be Available" } else { "" };
            let deadline = seconds(deadline);
            format!(
                ", and counts as failed after {deadline} without progress (progressDeadlineSeconds){late}"
            )
        });
        format!("{manner}{}{}", least.unwrap_or_default(), deadline.unwrap_or_default())
    }
}

/// Facts H1 to H5, E16 and E17. At most `surge + unavailable` new Pods are not Available at once, so the
/// rollout takes as many rounds as they need.
fn deployment(spec: &apps::DeploymentSpec, replicas: Option<i64>, pace: Pace) -> Rollout {
    let strategy = spec.strategy.as_ref();
    let recreates = strategy.and_then(|strategy| strategy.type_.as_deref()) == Some("Recreate");
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    let available = pace.available.earliest;
    let (manner, at_once, at_least) = if recreates {
        (Manner::Recreate, replicas, Some(pace.ends.earliest + available))
    } else {
        let bound = |field: fn(&apps::RollingUpdateDeployment) -> Option<&IntOrString>, up| {
            let written = rolling.and_then(field);
            replicas.and_then(|replicas| resolved(written.unwrap_or(&quarter()), replicas, up))
        };
        let surge = bound(|rolling| rolling.max_surge.as_ref(), true);
        let unavailable = bound(|rolling| rolling.max_unavailable.as_ref(), false);
        // Fact H2: both resolve to 0, and one may be missing after all.
        let unavailable = if surge == Some(0) && unavailable == Some(0) { Some(1) } else { unavailable };
        let at_once = surge.zip(unavailable).map(|(surge, unavailable)| surge + unavailable);
        let rounds = at_once.zip(replicas).filter(|(at_once, _)| *at_once > 0);
        let rounds = rounds.map(|(at_once, replicas)| (replicas as f64 / at_once as f64).ceil());
        (Manner::Rolling { surge, unavailable }, at_once, rounds.map(|rounds| rounds * available))
    };
    let deadline = spec.progress_deadline_seconds.unwrap_or(DEFAULT_DEADLINE);
    let deadline = (deadline != NO_DEADLINE).then(|| f64::from(deadline));
    Rollout {
        manner,
        pods: replicas,
        at_once,
        at_least: at_least.filter(|least| least.is_finite()),
        deadline,
        is_stuck: replicas != Some(0) && deadline.is_some_and(|deadline| available > deadline),
    }
}

/// Facts H7 to H9: those below the partition are left alone.
fn stateful_set(spec: &apps::StatefulSetSpec, replicas: Option<i64>, pace: Pace) -> Rollout {
    let strategy = spec.update_strategy.as_ref();
    let waits = strategy.and_then(|strategy| strategy.type_.as_deref()) == Some("OnDelete");
    let partition = strategy.and_then(|strategy| strategy.rolling_update.as_ref()?.partition);
    let pods = replicas.map(|replicas| (replicas - i64::from(partition.unwrap_or(0))).max(0));
    let each = pace.ends.earliest + pace.available.earliest;
    let at_least = pods.map(|pods| pods as f64 * each).filter(|least| !waits && least.is_finite());
    let manner = if waits { Manner::OnDelete } else { Manner::InOrder };
    Rollout { manner, pods, at_once: (!waits).then_some(1), at_least, deadline: None, is_stuck: false }
}

/// Fact H15: percentages round up, and those of the nodes are not known.
fn daemon_set(spec: &apps::DaemonSetSpec, pace: Pace) -> Rollout {
    let strategy = spec.update_strategy.as_ref();
    if strategy.and_then(|strategy| strategy.type_.as_deref()) == Some("OnDelete") {
        let manner = Manner::OnDelete;
        return Rollout {
            manner,
            pods: None,
            at_once: None,
            at_least: None,
            deadline: None,
            is_stuck: false,
        };
    }
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    let number = |bound: Option<&IntOrString>, default: i64| match bound {
        None => Some(default),
        Some(IntOrString::Int(number)) => Some(i64::from(*number)),
        Some(IntOrString::String(share)) if percent(share) == Some(0) => Some(0),
        Some(IntOrString::String(_)) => None,
    };
    let surge = number(rolling.and_then(|rolling| rolling.max_surge.as_ref()), 0);
    let unavailable = number(rolling.and_then(|rolling| rolling.max_unavailable.as_ref()), 1);
    // One of the two is 0, so the other says how many nodes are worked on at once.
    let at_once = surge.zip(unavailable).map(|(surge, unavailable)| surge.max(unavailable));
    // With a surge the old Pod goes once the new one is there.
    let ends = if surge == Some(0) { pace.ends.earliest } else { 0.0 };
    let at_least = Some(ends + pace.available.earliest).filter(|least| least.is_finite());
    let manner = Manner::Rolling { surge, unavailable };
    Rollout { manner, pods: None, at_once, at_least, deadline: None, is_stuck: false }
}

/// What both bounds are where they are not set (fact H1).
fn quarter() -> IntOrString {
    IntOrString::String("25%".to_owned())
}

/// A number of Pods, or a share of them; `None` for what is neither.
fn resolved(bound: &IntOrString, replicas: i64, up: bool) -> Option<i64> {
    match bound {
        IntOrString::Int(number) => Some(i64::from(*number).max(0)),
        IntOrString::String(share) => {
            let hundredths = percent(share)?.checked_mul(replicas)?;
            Some(if up { hundredths.checked_add(99)? / 100 } else { hundredths / 100 })
        }
    }
}

fn percent(share: &str) -> Option<i64> {
    share.strip_suffix('%')?.parse().ok().filter(|percent| *percent >= 0)
}
