//! Whether a budget ever lets a Pod go, as the disruption controller counts: `getExpectedPodCount` and
//! `updatePdbStatus` in `pkg/controller/disruption/disruption.go` (facts H24 to H27, P1).

use std::collections::BTreeSet;
use std::sync::Arc;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::budgets::Budget;
use super::replicas::Replicas;
use super::{Placed, Set};
use crate::kubernetes::shares::{self, Rounding};
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::manifest::spec::WorkloadSpec;
use crate::yaml::path::FieldPath;

/// Path of the Pods that have to stay.
pub(crate) const MIN_AVAILABLE: &str = "spec.minAvailable";
/// Path of the Pods that may go.
pub(crate) const MAX_UNAVAILABLE: &str = "spec.maxUnavailable";

/// The fields that say what a budget lets go.
const CHANGED: [&str; 3] = [MIN_AVAILABLE, MAX_UNAVAILABLE, "spec.selector"];

/// What bounds the disruptions of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound {
    /// So many have to stay.
    MinAvailable(Amount),
    /// So many may be missing.
    MaxUnavailable(Amount),
    /// Neither is set.
    Neither,
    /// A placeholder, or what the API server refuses.
    Unknown,
}

/// A number of Pods, or a share of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// So many.
    Pods(i64),
    /// So many of a hundred.
    Share(i64),
}

impl Amount {
    /// As the API server takes it: no negative number, and no share above 100 %.
    fn read(value: &IntOrString) -> Option<Self> {
        match value {
            IntOrString::Int(pods) => (*pods >= 0).then_some(Self::Pods(i64::from(*pods))),
            IntOrString::String(share) => {
                shares::percent(share).filter(|share| *share <= 100).map(Self::Share)
            }
        }
    }

    /// Of so many Pods: a share rounds up, whichever bound it is of (fact H24).
    fn of(self, pods: i64) -> i64 {
        match self {
            Self::Pods(number) => number,
            Self::Share(share) => shares::part(share, pods, Rounding::Up).unwrap_or(i64::MAX),
        }
    }

    /// None, of however many.
    fn is_none(self) -> bool {
        matches!(self, Self::Pods(0) | Self::Share(0))
    }
}

impl Bound {
    /// How many of so many Pods have to be healthy.
    pub(crate) fn keeps(self, pods: i64) -> i64 {
        match self {
            Self::MinAvailable(least) => least.of(pods),
            Self::MaxUnavailable(most) => (pods - most.of(pods)).max(0),
            Self::Neither | Self::Unknown => 0,
        }
    }

    /// It keeps none, however many there are.
    pub(crate) fn keeps_none(self) -> bool {
        match self {
            Self::MinAvailable(least) => least.is_none(),
            Self::MaxUnavailable(most) => most == Amount::Share(100),
            Self::Neither | Self::Unknown => false,
        }
    }

    /// It is counted by the scale of what runs the Pods, and not by the Pods (fact H27).
    fn needs_scale(self) -> bool {
        matches!(self, Self::MaxUnavailable(_) | Self::MinAvailable(Amount::Share(_)))
    }

    /// Why no Pod may go though all are well: `None` where one may, and where that depends on a number of Pods
    /// that is not known.
    pub(crate) fn refusal(self, has_scale: bool, pods: Option<i64>) -> Option<Refusal> {
        match self {
            Self::Unknown => None,
            Self::Neither => Some(Refusal::NoBound),
            Self::MinAvailable(Amount::Share(100)) => Some(Refusal::NoneMissing),
            Self::MaxUnavailable(most) if most.is_none() => Some(Refusal::NoneMissing),
            _ if self.needs_scale() && !has_scale => Some(Refusal::NoScale),
            Self::MaxUnavailable(_) => None,
            Self::MinAvailable(_) => {
                let pods = pods.filter(|pods| *pods > 0)?;
                let keeps = self.keeps(pods);
                (keeps >= pods).then_some(Refusal::AllNeeded { keeps, pods })
            }
        }
    }
}

/// Why a budget lets no Pod go though all of them are well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It sets no bound, so the controller expects no Pod at all (fact H26).
    NoBound,
    /// None may be missing, however many there are.
    NoneMissing,
    /// It is counted by a scale, which what runs the Pods does not have.
    NoScale,
    /// As many have to be healthy as there are, or more.
    AllNeeded {
        /// So many have to be healthy.
        keeps: i64,
        /// So many there are.
        pods: i64,
    },
}

/// When a budget lets no Pod of a workload go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// At any time.
    Always,
    /// At any time, as even the most Pods that an autoscaler runs are too few.
    AtMaximum,
    /// While an autoscaler runs the fewest Pods.
    AtMinimum,
    /// While there are Pods of a Job or a DaemonSet that it selects as well.
    Beside,
}

/// A budget that lets no Pod go.
#[derive(Debug, Clone)]
pub(crate) struct Refused<'s> {
    /// Why.
    pub refusal: Refusal,
    /// When.
    pub when: When,
    /// The workloads whose Pods are held, in the order of the set; none, where the set does not hold them.
    pub workloads: Vec<&'s Placed<Arc<Workload>>>,
    /// A Job or a DaemonSet, whose Pods no scale counts, and which are selected as well.
    pub unscaled: Option<&'s Placed<Arc<Workload>>>,
    /// What runs the Pods that are held has a scale.
    pub has_scale: bool,
}

impl Budget {
    /// What bounds its disruptions.
    pub(crate) fn bound(&self) -> Bound {
        let is_set = |path| self.object.at(&FieldPath::of(path)).is_some();
        let spec = &self.spec;
        let read = match (is_set(MIN_AVAILABLE), is_set(MAX_UNAVAILABLE)) {
            (false, false) => Some(Bound::Neither),
            (true, false) => spec.min_available.as_ref().and_then(Amount::read).map(Bound::MinAvailable),
            (false, true) => spec.max_unavailable.as_ref().and_then(Amount::read).map(Bound::MaxUnavailable),
            // The API server refuses both (fact K42).
            (true, true) => None,
        };
        read.unwrap_or(Bound::Unknown)
    }
}

impl Set {
    /// Whether a budget lets no Pod go of what it governs in the set; of what it selects, where that is nothing of the
    /// set. Where it governs several workloads only what holds for any number of Pods is known. Pods of DaemonSets
    /// are none that a drain evicts (fact P1), but are counted with the others.
    pub(crate) fn refused<'s>(&'s self, budget: &'s Placed<Budget>) -> Option<Refused<'s>> {
        let bound = budget.item.bound();
        let is_patched = |path| self.is_changed(budget.source, &budget.item.object, path);
        if !budget.item.selects_any() || CHANGED.iter().any(|path| is_patched(path)) {
            return None;
        }
        let governed = self.governed(budget);
        if governed.is_empty() {
            let (workloads, unscaled) = (Vec::new(), None);
            let refusal = bound.refusal(true, None)?;
            return Some(Refused { refusal, when: When::Always, workloads, unscaled, has_scale: true });
        }
        let running = governed
            .into_iter()
            .filter(|one| self.replicas(&one.item) != Replicas::Fixed(0) && makes_pods(&one.item));
        let (drained, of_nodes): (Vec<_>, Vec<_>) = running.partition(|one| is_drained(&one.item));
        let (lasting, passing): (Vec<_>, Vec<_>) = drained.into_iter().partition(|one| is_lasting(&one.item));
        let held = if lasting.is_empty() { &passing } else { &lasting };
        if held.is_empty() {
            return None;
        }
        let has_scale = held.iter().any(|one| has_scale(&one.item));
        let jobs = passing.iter().filter(|one| one.item.kind.nature == Nature::Batch);
        let unscaled = of_nodes.first().copied().or_else(|| jobs.copied().next());
        let refused = |refusal, when| Refused { refusal, when, workloads: held.clone(), unscaled, has_scale };
        if let Some(refusal) = bound.refusal(has_scale, None) {
            return Some(refused(refusal, When::Always));
        }
        // The controller gives up at the first Pod whose owner has no scale, running or not.
        let job = passing.iter().find(|one| keeps_pods(&one.item));
        if let (true, Some(beside)) = (bound.needs_scale() && has_scale, of_nodes.first().or(job)) {
            let unscaled = Some(*beside);
            return Some(Refused { unscaled, ..refused(Refusal::NoScale, When::Beside) });
        }
        // What nothing counts but the Pods themselves is no number of a manifest, nor is that of the nodes.
        let names: BTreeSet<&str> = lasting.iter().map(|one| one.item.object.id.name.as_str()).collect();
        if names.len() != 1 || !has_scale || !of_nodes.is_empty() {
            return None;
        }
        let each = lasting.iter().map(|one| all_needed(bound, self.replicas(&one.item)));
        // Of variants, one of which runs, all have to say so.
        let each: Vec<(Refusal, When)> = each.collect::<Option<_>>()?;
        let (refusal, when) = *each.first()?;
        Some(refused(refusal, when))
    }
}

/// The most Pods that are needed are fewest where an autoscaler runs most: a share of more leaves more over.
fn all_needed(bound: Bound, replicas: Replicas) -> Option<(Refusal, When)> {
    let of = |pods: i64| bound.refusal(true, Some(pods));
    match replicas {
        Replicas::Fixed(pods) => Some((of(pods)?, When::Always)),
        Replicas::Autoscaled { min, max } => match of(max) {
            Some(refusal) => Some((refusal, When::AtMaximum)),
            // Scaled to none there is nothing to evict: the next number is one.
            None => Some((of(min.max(1))?, When::AtMinimum)),
        },
        Replicas::Unknown => None,
    }
}

/// A drain evicts its Pods: it leaves those of a DaemonSet where they are.
pub(crate) fn is_drained(workload: &Workload) -> bool {
    workload.kind.kind != "DaemonSet"
}

/// Its Pods run until something stops them.
fn is_lasting(workload: &Workload) -> bool {
    workload.kind.nature == Nature::Managed || workload.is_long_running()
}

/// It is no Job that is not to run.
fn makes_pods(workload: &Workload) -> bool {
    match &workload.spec {
        WorkloadSpec::Job(job) => job.suspend != Some(true) && job.parallelism != Some(0),
        WorkloadSpec::CronJob(job) => job.suspend != Some(true),
        _ => true,
    }
}

/// What runs its Pods has a scale: neither a Job nor a Pod without a controller has one (facts H27, P1).
pub(crate) fn has_scale(workload: &Workload) -> bool {
    matches!(workload.kind.nature, Nature::LongRunning | Nature::Managed)
}

/// A Job, or what makes Jobs, whose Pods are kept when they have ended, or for long.
fn keeps_pods(workload: &Workload) -> bool {
    if workload.kind.nature != Nature::Batch {
        return false;
    }
    let object = &workload.object;
    let number = |path| object.at(&FieldPath::of(path)).and_then(|node| node.as_i64());
    let policy = FieldPath::of("metadata.annotations").key("helm.sh/hook-delete-policy");
    let is_deleted = object.at(&policy).and_then(|node| node.as_str());
    match &workload.spec {
        WorkloadSpec::Job(job) => {
            job.ttl_seconds_after_finished.is_none()
                && !is_deleted.is_some_and(|policy| policy.contains("hook-succeeded"))
        }
        WorkloadSpec::CronJob(job) => {
            let template = job.job_template.spec.as_ref();
            template.is_none_or(|template| template.ttl_seconds_after_finished.is_none())
                && number("spec.successfulJobsHistoryLimit") != Some(0)
        }
        _ => true,
    }
}
