//! What happens to a hook that is longer than it may be, in sentences.

use crate::kubernetes::kubelet::{Kubelet, LAST_SECONDS};
use crate::rules::subject::Subject;

pub(super) fn means(grace: i64) -> &'static str {
    match grace {
        0 => {
            "With a grace period of 0 a delete removes the Pod's object at once, and the kubelet gives the hook 1 s"
        }
        _ => "A negative grace period is treated as 1 s",
    }
}

/// What becomes of a hook that is cut without a grace period.
pub(super) fn rest(subject: &Subject<'_>) -> String {
    let last = match subject.grace {
        Some(grace) if !counts_hooks(subject) => grace.all,
        _ => LAST_SECONDS,
    };
    format!("the stop signal comes while it still runs, and the kill {last} s later")
}

/// The time of the hook is taken off the grace period (fact A8).
pub(super) fn counts_hooks(subject: &Subject<'_>) -> bool {
    Kubelet::of(subject.settings.kubernetes_version).counts_hooks
}

/// Equality leaves the program two seconds (facts B17, A9), but up to 1.27 (fact A8).
pub(super) fn whole_story(subject: &Subject<'_>, grace: i64) -> String {
    match counts_hooks(subject) {
        true => format!(
            "preStop counts against the grace period: the stop signal comes at {grace} s, when nothing of it is left, and \
             the program is killed {LAST_SECONDS} s later."
        ),
        false => format!(
            "The stop signal comes at {grace} s. Up to Kubernetes 1.27 the program then gets another {grace} s; from 1.28 \
             on nothing of the grace period is left, and it is killed after {LAST_SECONDS} s."
        ),
    }
}

pub(super) fn endless_story(subject: &Subject<'_>, grace: i64) -> String {
    let rest = match counts_hooks(subject) {
        true => format!("is killed {LAST_SECONDS} s later"),
        false => {
            format!("up to Kubernetes 1.27 is killed {grace} s later, from 1.28 on {LAST_SECONDS} s")
        }
    };
    format!(
        "As long as what it waits for does not happen, the hook runs until the grace period is over; the container then \
         gets the stop signal, and {rest}."
    )
}

/// Facts A7, A8 and A11.
pub(super) fn overrun_story(subject: &Subject<'_>, grace: i64) -> String {
    match counts_hooks(subject) {
        false => format!(
            "The kubelet stops waiting for the hook after {grace} s and sends the stop signal while it still runs. Up to \
             Kubernetes 1.27 the program then gets another {grace} s; from 1.28 on it is killed after {LAST_SECONDS} s."
        ),
        true => format!(
            "The kubelet stops waiting for the hook after {grace} s, sends the stop signal while it still runs, and kills \
             the container {LAST_SECONDS} s later: the program never gets its time to stop."
        ),
    }
}
