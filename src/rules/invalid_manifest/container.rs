//! What the API server rejects in a container by its kind (facts K12–K19).

use super::Fault;
use crate::kubernetes::features::{self, Support};
use crate::manifest::{Container, ContainerKind, Workload};
use crate::rules::subject::Subject;
use crate::text::nearest;

/// Signals a container on Linux may ask for (fact C4), but for the real-time ones.
const SIGNALS: [&str; 34] = [
    "SIGABRT",
    "SIGALRM",
    "SIGBUS",
    "SIGCHLD",
    "SIGCLD",
    "SIGCONT",
    "SIGFPE",
    "SIGHUP",
    "SIGILL",
    "SIGINT",
    "SIGIO",
    "SIGIOT",
    "SIGKILL",
    "SIGPIPE",
    "SIGPOLL",
    "SIGPROF",
    "SIGPWR",
    "SIGQUIT",
    "SIGSEGV",
    "SIGSTKFLT",
    "SIGSTOP",
    "SIGSYS",
    "SIGTERM",
    "SIGTRAP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGUSR1",
    "SIGUSR2",
    "SIGVTALRM",
    "SIGWINCH",
    "SIGXCPU",
    "SIGXFSZ",
];

/// Windows knows two (fact C3).
const WINDOWS_SIGNALS: [&str; 2] = ["SIGTERM", "SIGKILL"];

pub(super) fn faults(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Vec<Fault> {
    let mut faults = Vec::new();
    match container.kind {
        ContainerKind::Init => forbidden_on_init(container, &mut faults),
        ContainerKind::Ephemeral => forbidden_on_ephemeral(subject, container, &mut faults),
        ContainerKind::Container | ContainerKind::Sidecar => {}
    }
    restart_policy(subject, workload, container, &mut faults);
    stop_signal(subject, workload, container, &mut faults);
    faults
}

/// Hooks and probes that are set, by field.
fn hooks_and_probes(container: &Container) -> impl Iterator<Item = &'static str> {
    [
        ("lifecycle", container.spec.lifecycle.as_ref().is_some_and(|hooks| *hooks != Default::default())),
        ("livenessProbe", container.spec.liveness_probe.is_some()),
        ("readinessProbe", container.spec.readiness_probe.is_some()),
        ("startupProbe", container.spec.startup_probe.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, is_set)| is_set.then_some(field))
}

/// Fact K14.
fn forbidden_on_init(container: &Container, faults: &mut Vec<Fault>) {
    for field in hooks_and_probes(container) {
        faults.push(
            Fault::key(
                container.path.key(field),
                format!("init container `{}` may not have a `{field}`", container.name()),
                "The API server refuses it: an init container runs to completion before the Pod starts, so nothing \
                 probes it or calls its hooks. Only a sidecar, an init container with restartPolicy Always, has them.",
                "Remove the field, or make the container a sidecar if it is meant to keep running.",
            )
            .yaml("restartPolicy: Always"),
        );
    }
}

/// Facts K15 and K16. A live Pod shows the ephemeral containers that were added to it.
fn forbidden_on_ephemeral(subject: &Subject<'_>, container: &Container, faults: &mut Vec<Fault>) {
    let mut fields: Vec<&'static str> = hooks_and_probes(container).collect();
    fields.extend((!container.ports().is_empty()).then_some("ports"));
    fields.extend(has_resources(container).then_some("resources"));
    for field in fields {
        faults.push(Fault::key(
            container.path.key(field),
            format!("ephemeral container `{}` may not have `{field}`", container.name()),
            "The API server refuses it: an ephemeral container is for debugging, is never probed or restarted, and \
             has no resources of its own.",
            "Remove the field.",
        ));
    }
    let is_first = container.path.steps().last() == Some(&crate::yaml::path::Step::Index(0));
    if is_first && !subject.object.is_live() {
        let list = container.path.parent().unwrap_or_default();
        faults.push(Fault::key(
            list,
            "ephemeral containers cannot be part of a manifest",
            "The API server refuses them in a pod template and when a Pod is created: they are only ever added to a \
             running Pod.",
            "Remove the list; use `kubectl debug` on the running Pod.",
        ));
    }
}

fn has_resources(container: &Container) -> bool {
    container.spec.resources.as_ref().is_some_and(|resources| *resources != Default::default())
}

fn has_restart_rules(container: &Container) -> bool {
    container.spec.restart_policy_rules.as_ref().is_some_and(|rules| !rules.is_empty())
}

/// Facts K17–K19.
fn restart_policy(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    faults: &mut Vec<Fault>,
) {
    let version = subject.settings.kubernetes_version;
    // ContainerRestartRules is on by default from 1.35; before, only sidecars had a policy, from 1.28.
    let rules_are_on = subject.settings.support(&features::RESTART_RULES) == Support::Works;
    if subject.settings.support(&features::SIDECARS) == Support::Unknown {
        return;
    }
    let path = container.path.key("restartPolicy");
    match (container.kind, container.spec.restart_policy.as_deref()) {
        (ContainerKind::Container, Some(_)) if !rules_are_on => faults.push(Fault::key(
            path,
            format!("container `{}` may not have a `restartPolicy` in Kubernetes {version}", container.name()),
            "Before Kubernetes 1.35 the API server refuses it on anything but an init container.",
            "Remove it; the Pod's own restartPolicy applies to its containers.",
        )),
        (ContainerKind::Init, Some(policy)) if !rules_are_on => faults.push(
            Fault::value(
                path,
                format!("init container `{}` may only have restartPolicy `Always`, not `{policy}`", container.name()),
                "Before Kubernetes 1.35 the API server knows no other value here: Always makes a sidecar of it.",
                "Remove the line, or write Always for a sidecar.",
            )
            .yaml("restartPolicy: Always"),
        ),
        (_, None) if has_restart_rules(container) && rules_are_on && !workload.is_fragment => faults.push(
            Fault::key(
                container.path.key("restartPolicyRules"),
                format!("container `{}` has restart rules but no `restartPolicy`", container.name()),
                "The API server refuses rules without the policy that applies where no rule does.",
                "Add the policy.",
            )
            .yaml("restartPolicy: Never"),
        ),
        _ => {}
    }
}

/// Facts K12 and K13. The gate is off by default in every version the tool knows; then the field
/// is dropped in silence (fact C2), so it does not do what is written either way.
fn stop_signal(subject: &Subject<'_>, workload: &Workload, container: &Container, faults: &mut Vec<Fault>) {
    let signal = container.spec.lifecycle.as_ref().and_then(|hooks| hooks.stop_signal.as_deref());
    let Some(signal) =
        signal.filter(|_| subject.settings.support(&features::STOP_SIGNALS) != Support::Unknown)
    else {
        return;
    };
    let path = container.path.dotted("lifecycle.stopSignal");
    let os = workload.pod_spec().os.as_ref().map(|os| os.name.as_str());
    let dropped = "Where the feature gate ContainerStopSignals is on, the API server refuses it; where it is off, \
                   the field is dropped in silence.";
    match os {
        _ if os != Some("windows") && !is_signal(signal) => {
            let nearest = nearest::of(signal, SIGNALS).or_else(|| {
                SIGNALS.into_iter().find(|known| known.strip_prefix("SIG") == Some(signal.to_uppercase().as_str()))
            });
            let mend = nearest.map_or_else(
                || "Write the signal's full name, such as SIGTERM or SIGQUIT.".to_owned(),
                |nearest| format!("Write {nearest}: names have the prefix SIG and capital letters, numbers are not accepted."),
            );
            faults.push(Fault::value(path, format!("`{signal}` is not the name of a signal"), dropped, mend));
        }
        Some("windows") if !WINDOWS_SIGNALS.contains(&signal) => faults.push(Fault::value(
            path,
            format!("Windows containers cannot be stopped with `{signal}`"),
            dropped,
            "Write SIGTERM or SIGKILL.",
        )),
        None if !workload.is_fragment => faults.push(
            Fault::value(
                path,
                format!("stopSignal `{signal}` needs the Pod's `spec.os.name`"),
                format!("{dropped} Signals differ between operating systems, so the Pod has to say which it is for."),
                "Name the operating system in the pod spec.",
            )
            .yaml("os:\n  name: linux"),
        ),
        _ => {}
    }
}

fn is_signal(name: &str) -> bool {
    let in_range = |rest: &str, most: u8| rest.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number));
    SIGNALS.contains(&name)
        || matches!(name, "SIGRTMIN" | "SIGRTMAX")
        || name.strip_prefix("SIGRTMIN+").is_some_and(|rest| in_range(rest, 15))
        || name.strip_prefix("SIGRTMAX-").is_some_and(|rest| in_range(rest, 14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_have_their_prefix_and_exact_case() {
        for good in ["SIGTERM", "SIGRTMIN", "SIGRTMIN+15", "SIGRTMAX-14", "SIGRTMAX"] {
            assert!(is_signal(good), "{good}");
        }
        for bad in ["TERM", "sigterm", "15", "SIGRTMIN+16", "SIGRTMAX-0", "SIGRTMIN-1", ""] {
            assert!(!is_signal(bad), "{bad}");
        }
    }
}
