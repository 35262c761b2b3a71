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
];

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
