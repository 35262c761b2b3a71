//! What a postStart hook does to the start of its Pod, in sentences.

use crate::finding::words::listed;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, ContainerKind, Workload};

/// How many containers a sentence names.
const MOST_NAMED: usize = 3;

/// What follows when it fails (facts B23 and N8).
pub(super) fn killed(workload: &Workload, container: &Container) -> String {
    let policy = workload.pod_spec().restart_policy.as_deref();
    let is_once = matches!(workload.kind.nature, Nature::Batch | Nature::BarePod) && policy == Some("Never");
    let after = match container.kind {
        ContainerKind::Sidecar => {
            "and started again with growing pauses, for ever, and no container behind it is started meanwhile"
        }
        _ if is_once => "and not started again, as its Pod has `restartPolicy: Never`",
        _ => "and started again with growing pauses, for ever (CrashLoopBackOff), whatever its program does",
    };
    format!("A container whose postStart has failed (FailedPostStartHook) is stopped {after}.")
}

/// The containers that the kubelet starts only when this one's postStart has returned (facts B24 and D2), as a
/// subject: "containers `a` and `b`"; `None` of none.
pub(super) fn behind(workload: &Workload, container: &Container) -> Option<String> {
    let order = |one: &Container| match one.kind {
        ContainerKind::Init | ContainerKind::Sidecar => Some(0),
        ContainerKind::Container => Some(1),
        ContainerKind::Ephemeral => None,
    };
    let place = |at: usize, one: &Container| order(one).map(|list| (list, at));
    let all = || workload.containers.iter().enumerate();
    let own = all().find(|(_, one)| one.path == container.path).and_then(|(at, one)| place(at, one))?;
    let mut later: Vec<(usize, &Container)> =
        all().filter(|(at, one)| place(*at, one).is_some_and(|place| place > own)).collect();
    later.sort_by_key(|(at, one)| place(*at, one));
    let more = later.len().saturating_sub(MOST_NAMED);
    let noun = if later.len() == 1 { "container" } else { "containers" };
    let names = later.iter().take(MOST_NAMED).map(|(_, one)| format!("`{}`", one.name()));
    Some(format!("{noun} {}", listed(names.chain((more > 0).then(|| format!("{more} more"))))?))
}
