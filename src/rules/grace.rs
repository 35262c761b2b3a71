//! How long a grace period has to be, and how it is raised.

use super::subject::Subject;
use super::verdict::Mend;
use crate::edit::{Content, Operation};
use crate::manifest::Workload;

/// Time for the program itself to stop, in seconds, when a new grace period is suggested.
const TIME_TO_STOP: f64 = 25.0;

/// The longest that a hook of the Pod takes, in seconds: one grace period is for all of them.
pub(super) fn needed_by_all(subject: &Subject<'_>) -> f64 {
    let hooks = subject.containers.iter().filter_map(|view| view.pre_stop.as_ref());
    let times = hooks.filter(|hook| !hook.is_dropped).map(|hook| {
        let longest = hook.duration.longest.seconds().filter(|longest| longest.is_finite());
        longest.unwrap_or(hook.duration.shortest)
    });
    times.filter(|time| time.is_finite()).fold(0.0, f64::max)
}

/// In seconds: no time that anybody waits; what is beyond is a slip of the finger.
pub(super) const YEAR: f64 = 365.0 * 86_400.0;

/// In seconds: a longer grace period is for a person to want, as a drain waits for it, and the cluster autoscaler does
/// not (its `--max-graceful-termination-sec` is 600 by default).
pub(super) const MOST_WITHOUT_ASKING: i64 = 600;

/// The mend of a grace period that is too short for a hook, which takes so many seconds, and for what has to follow.
pub(super) fn mend_by_grace(subject: &Subject<'_>, workload: &Workload, hook: f64) -> Mend {
    let grace = suggested_grace(hook.max(needed_by_all(subject)));
    Mend::edit(
        grace <= MOST_WITHOUT_ASKING,
        "Raise the grace period above the hook's time and the time the program needs to stop, or shorten the hook.",
        vec![set_grace(workload, grace)],
    )
}

/// Room for what is needed and for the program to stop, in seconds.
pub(super) fn suggested_grace(needed: f64) -> i64 {
    let rounded = ((needed.min(YEAR) + TIME_TO_STOP) / 5.0).ceil() * 5.0;
    rounded.max(30.0) as i64
}

/// The Pod gets so many seconds.
pub(super) fn set_grace(workload: &Workload, grace: i64) -> Operation {
    Operation::set(workload.grace_path(), Content::Int(grace))
}
