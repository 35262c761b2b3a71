//! What a drain of the node makes of a Pod: whether its eviction is granted.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::event::{Event, What};
use crate::finding::Interval;
use crate::manifest::Workload;
use crate::manifest::place;
use crate::manifest::spec::WorkloadSpec;
use crate::set::Set;
use crate::set::budgets::Budget;
use crate::set::evictions::{MAX_UNAVAILABLE, MIN_AVAILABLE, Refusal, When, has_scale};
use crate::set::replicas::Replicas;
use crate::yaml::path::FieldPath;

/// The first events of a drain, before the Pod stops; none for the Pods of a DaemonSet, which a drain leaves
/// where they are (fact P1).
pub(super) fn tell(set: &Set, workload: &Workload) -> Vec<Event> {
    if matches!(workload.spec, WorkloadSpec::DaemonSet(_)) {
        return Vec::new();
    }
    let budgets = set.budgets(workload);
    let [budget] = budgets.as_slice() else {
        let places = budgets
            .iter()
            .map(|one| place::place(one.source, &one.item.object, &FieldPath::of("metadata.name")).place);
        let event = match budgets.len() {
            0 => {
                let reason = "no PodDisruptionBudget that was read governs it";
                Event::new(What::EvictionGranted, Interval::ZERO, reason)
            }
            count => {
                // Fact H28.
                let reason = format!("{count} PodDisruptionBudgets govern it, which no eviction supports");
                Event::new(What::EvictionRefused { budget: String::new() }, Interval::ZERO, reason)
            }
        };
        return vec![event.because(places)];
    };
    let (item, name) = (&budget.item, budget.item.object.id.name.clone());
    let (path, words) = written(item);
    let at = place::place(budget.source, &item.object, &path).place;
    // Where others are governed as well their number counts too.
    let is_alone = set.governed(budget).len() <= 1;
    let pods = match set.replicas(workload) {
        Replicas::Fixed(pods) if is_alone => Some(pods),
        _ => None,
    };
    // Pods without a scale beside these hold all of them (fact H27).
    let is_beside = || set.refused(budget).is_some_and(|refused| refused.when == When::Beside);
    let beside =
        || is_beside().then(|| "cannot be reckoned: other Pods that it selects have no scale".to_owned());
    let event = match refusal(item, workload, pods).or_else(beside) {
        Some(reason) => {
            Event::new(What::EvictionRefused { budget: name }, Interval::ZERO, format!("{words} {reason}"))
        }
        None => {
            let reason = format!(
                "PodDisruptionBudget `{name}` ({words}) has to allow it; until then the drain asks again every 5 s"
            );
            Event::new(What::EvictionGranted, Interval::ZERO, reason)
        }
    };
    vec![event.because([at])]
}

/// What it says, and where.
fn written(budget: &Budget) -> (FieldPath, String) {
    let value = |value: &IntOrString| match value {
        IntOrString::Int(pods) => pods.to_string(),
        IntOrString::String(share) => share.clone(),
    };
    let spec = &budget.spec;
    match (&spec.min_available, &spec.max_unavailable) {
        (Some(least), _) => (FieldPath::of(MIN_AVAILABLE), format!("minAvailable {}", value(least))),
        (None, Some(most)) => (FieldPath::of(MAX_UNAVAILABLE), format!("maxUnavailable {}", value(most))),
        (None, None) => (FieldPath::of("spec"), "a budget with neither bound".to_owned()),
    }
}

/// Why no eviction is ever granted though all Pods are well; `None` where one may be. `pods` is how many the budget
/// governs.
fn refusal(budget: &Budget, workload: &Workload, pods: Option<i64>) -> Option<String> {
    Some(match budget.bound().refusal(has_scale(workload), pods)? {
        Refusal::NoBound => "allows none".to_owned(),
        Refusal::NoneMissing => "allows none to be missing".to_owned(),
        Refusal::NoScale => "needs a workload with a scale, which these Pods do not have".to_owned(),
        Refusal::AllNeeded { pods: 1, .. } => "allows none of 1 Pod to be missing".to_owned(),
        Refusal::AllNeeded { pods, .. } => format!("allows none of {pods} Pods to be missing"),
    })
}
