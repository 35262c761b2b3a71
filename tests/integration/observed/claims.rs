//! What a node shows where a rule is right. One row a rule: without one, nothing of it was measured.

use super::{Experiment, Seen};

/// The failure is there.
type Fails = fn(&Experiment, &Seen) -> bool;

/// How long traffic still comes in after a deletion, in seconds, as `missing-prestop-sleep` has it.
const PROPAGATION: f64 = 5.0;

/// By rule. A row is in words in `truth.tsv`.
pub(super) const CLAIMS: &[(&str, Fails)] = &[
    ("missing-prestop-sleep", |_, seen| seen.all_at("signal").iter().any(|at| *at < PROPAGATION)),
    ("prestop-exceeds-grace-period", |_, seen| {
        seen.of_any("event FailedPreStopHook") && seen.all_at("kill").iter().any(|_| true)
    }),
    ("short-drain-window", |_, seen| seen.of_any("kill ")),
    ("no-grace-period", |_, seen| {
        // Gone before its program, or in a state of which the kill is the only end.
        let ends = seen.all_at("ends").into_iter().fold(0.0, f64::max);
        seen.at("gone").is_some_and(|gone| gone < ends) || seen.of_any("kill ")
    }),
    ("abrupt-stop", |_, seen| {
        // Cut, or nothing at all: the program goes on until the stop signal, as if there were no hook.
        seen.begins("request cut") || !seen.begins("request") && in_vain(seen)
    }),
    ("ignored-stop-signal", |_, seen| seen.of_any("hears nothing") && seen.of_any("kill ")),
    ("sidecar-stops-itself", |_, seen| {
        let Some(proxy) = seen.at("proxy ends") else { return false };
        [seen.at("shop signal"), seen.at("app signal")].into_iter().flatten().any(|told| proxy < told)
    }),
    ("sidecar-stops-first", |_, seen| match (seen.at("sql-proxy signal"), seen.at("shop signal")) {
        (Some(proxy), Some(shop)) => proxy < shop,
        _ => false,
    }),
    ("not-ready-addresses", |_, seen| {
        // It leads to the Pod as long as its program runs, through the whole stop.
        let stays = seen.at("Service shop leads to it for").is_none_or(|at| at >= PROPAGATION - 1.0);
        seen.begins("Service shop leads to it") && stays
    }),
    ("hook-cannot-run", |_, seen| failed_hook(seen)),
    ("failing-poststart", |_, seen| seen.of_any("event FailedPostStartHook") && seen.of_any("restarts")),
    ("unbounded-poststart", |_, seen| seen.of_any("postStart not over") && seen.begins("not gone")),
    ("slow-poststart", |_, seen| seen.all_at("postStart ends").iter().any(|at| *at >= 30.0)),
    ("non-idempotent-poststart", |_, seen| {
        seen.of_any("restarts") && seen.of_any("event FailedPostStartHook")
    }),
    ("poststart-deadlock", |_, seen| seen.begins("not ready") && seen.of_any("postStart not over")),
    ("poststart-races-start", |_, seen| seen.of_any("event FailedPostStartHook")),
    ("hook-host", |_, seen| failed_hook(seen)),
    ("hook-only-prints", |_, seen| seen.begins("does not print")),
    ("prestop-writes-lost", |_, seen| seen.begins("does not print")),
    ("prestop-in-job", |_, seen| seen.begins("not called")),
    ("unsupported-field", |_, seen| !seen.of_any("hears SIGUSR1") && !seen.begins("called")),
    ("missing-readiness-probe", |one, seen| {
        let listens = one.seconds("listens after ", " s").unwrap_or_default();
        seen.at("ready after").is_some_and(|ready| ready < listens)
    }),
    ("container-ends-at-once", |_, seen| seen.of_any("restarts") || seen.of_any("never starts")),
    ("init-never-ends", |_, seen| seen.of_any("never starts")),
    ("unbounded-init-wait", |_, seen| seen.of_any("never starts") && !seen.of_any("exits")),
    ("probe-cannot-succeed", |_, seen| {
        // A liveness probe that cannot even be asked leaves its container alone, whatever it is like.
        seen.begins("not ready")
            || seen.of_any("restarts")
            || seen.of_any("event Unhealthy: Liveness probe errored")
    }),
    ("probe-host", |_, seen| seen.begins("not ready")),
    ("liveness-kills-slow-start", |_, seen| seen.of_any("restarts")),
    ("progress-deadline-too-short", |_, seen| seen.begins("ProgressDeadlineExceeded")),
    ("liveness-equals-readiness", |_, seen| seen.of_any("restarts")),
    ("liveness-waits-for-grace", |_, seen| !seen.of_any("restarts")),
    ("invalid-manifest", |_, seen| seen.begins("refused")),
    ("unknown-field", |_, seen| seen.begins("refused")),
    ("duplicate-key", |_, seen| !seen.of_any("postStart")),
    ("rollout-deadlock", |_, seen| seen.says("is not rolled out")),
    ("rollout-takes-all", |_, seen| nobody_answers(seen)),
    ("recreate-downtime", |_, seen| nobody_answers(seen)),
    ("single-replica", |_, seen| nobody_answers(seen)),
    ("autoscaler-fights-replicas", |_, seen| {
        seen.says("wants 8 Pods after it is scaled to 8") && !seen.says("wants 8 Pods after the next apply")
    }),
    ("service-port-unknown", |_, seen| seen.says("leads nowhere")),
    ("statefulset-service", |_, seen| seen.says("no Service names")),
    ("naked-pod", |_, seen| seen.says("does not come back")),
    ("replication-controller", |_, seen| seen.says("is not rolled out: no Pod of the new template")),
    ("drain-blocked", |_, seen| stuck(seen)),
    ("overlapping-budgets", |_, seen| {
        seen.says("is answered 500: This pod has more than one PodDisruptionBudget")
    }),
    ("missing-disruption-budget", |_, seen| nobody_answers(seen)),
    ("unhealthy-pods-block-drain", |_, seen| stuck(seen)),
    ("job-never-ends", |_, seen| seen.says("has not finished")),
    ("job-deadline-too-short", |_, seen| {
        // The deadline of a Pod fails that Pod, and the Job by its backoffLimit.
        seen.says("has failed: DeadlineExceeded") || seen.says("has failed: BackoffLimitExceeded")
    }),
    ("cronjob-overlap", |_, seen| seen.says("several run at once")),
    ("cronjob-misses-starts", |_, seen| seen.says("starts no Job")),
    ("job-not-cleaned-up", |_, seen| seen.says("is still there with its Pods")),
    ("ephemeral-data", |_, seen| seen.says("is lost")),
    ("git-repo-volume", |_, seen| seen.says("git-repo volume plugin has been disabled")),
    ("invalid-image", |_, seen| seen.says("waits: InvalidImageName") || seen.says("event FailedCreate")),
    ("registry-needed-at-restart", |_, seen| seen.says("waits for its image")),
];

/// A budget let no Pod go, however long a drain asked. One that lets some go is at its bound, and not without one.
fn stuck(seen: &Seen) -> bool {
    seen.says("is answered 429") && !seen.says(": every Pod evicted") && !seen.says(": some Pods evicted")
}

/// A Service had nowhere to lead to.
fn nobody_answers(seen: &Seen) -> bool {
    seen.says("has no ready Pod for a time")
}

/// The kubelet says that a hook failed. So it does of a preStop that ended with its container: then the stop signal
/// did not come at once.
fn failed_hook(seen: &Seen) -> bool {
    seen.of_any("event FailedPreStopHook") || seen.of_any("event FailedPostStartHook")
}

/// The hook came to its end, and its container was told to stop like any other.
fn in_vain(seen: &Seen) -> bool {
    !seen.of_any("event FailedPreStopHook")
        && seen.all_at("preStop ends").iter().all(|at| *at < 1.0)
        && seen.of_any("hears SIGTERM")
}
