//! What the API server rejects in a container by its kind (facts K12–K19).

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::{is_fragment, is_undecoded};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names;
use crate::manifest::{Container, ContainerKind};
use crate::rules::subject::Subject;
use crate::text::placeholder;
use crate::yaml::Node;
use crate::yaml::path::Step;

/// Signals a container on Linux may ask for (fact C4), but for the real-time ones.
pub(super) const SIGNALS: [&str; 34] = [
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

/// What a container may do when it ends (facts K19, O1).
pub(super) const POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];

/// Windows knows two (fact C3).
const WINDOWS_SIGNALS: [&str; 2] = ["SIGTERM", "SIGKILL"];

pub(super) fn faults<'s>(subject: &Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    let has_image = container.spec.image.as_deref().is_some_and(|image| !image.is_empty());
    let path = container.path.key("image");
    if !has_image && !is_fragment(subject) && !is_undecoded(subject, &path) {
        faults.add(path, Fault::NoImage);
    }
    match container.kind {
        ContainerKind::Init => {
            // What stands for the policy may make a sidecar of it.
            let policy = subject.object.at(&container.path.key("restartPolicy"));
            if !policy.and_then(Node::text).is_some_and(placeholder::hides) {
                for field in hooks_and_probes(subject, container) {
                    faults.add(container.path.key(field), Fault::OnInit { field });
                }
            }
        }
        ContainerKind::Ephemeral => on_ephemeral(subject, container, faults),
        ContainerKind::Container | ContainerKind::Sidecar => {}
    }
    restart_policy(subject, container, faults);
    stop_signal(subject, container, faults);
}

/// What every container has (`validateContainerCommon` in pkg/apis/core/validation; facts K44 and K49).
pub(super) fn fields<'s>(container: &'s Container, field: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let name = field.key("name");
    faults.required(&name, "A container is known by its name.");
    faults.named(&name, "the name of a container", &names::DNS_LABEL);
    faults.one_of(&field.key("imagePullPolicy"), &["Always", "IfNotPresent", "Never", ""]);
    faults.one_of(&field.key("terminationMessagePolicy"), &["File", "FallbackToLogsOnError", ""]);
    // Not what it may have (`allowedEphemeralContainerFields`).
    if container.kind == ContainerKind::Ephemeral {
        for key in ["restartPolicy", "restartPolicyRules", "resizePolicy"] {
            let field = field.key(key);
            if !field.is_empty() {
                faults.add(field.path(), Fault::OnEphemeral { field: key });
            }
        }
    }
}

/// Hooks and probes that are set, by field: an empty one is set as well. A `lifecycle` of which nothing is
/// left once its signal is dropped goes too (fact O2).
fn hooks_and_probes(subject: &Subject<'_>, container: &Container) -> impl Iterator<Item = &'static str> {
    let keeps_signals = subject.settings.support(&features::STOP_SIGNALS) == Support::Works;
    let is_set = |field: &'static str| subject.object.at(&container.path.key(field)).is_some();
    let is_dropped = container.spec.lifecycle.as_ref().is_some_and(|hooks| {
        !keeps_signals
            && hooks.stop_signal.is_some()
            && hooks.pre_stop.is_none()
            && hooks.post_start.is_none()
    });
    [
        ("lifecycle", is_set("lifecycle") && !is_dropped),
        ("livenessProbe", is_set("livenessProbe")),
        ("readinessProbe", is_set("readinessProbe")),
        ("startupProbe", is_set("startupProbe")),
    ]
    .into_iter()
    .filter_map(|(field, is_set)| is_set.then_some(field))
}

/// Facts K15 and K16. A live Pod shows the ephemeral containers that were added to it.
fn on_ephemeral<'s>(subject: &Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    let resources = container.spec.resources.as_ref();
    let mut fields: Vec<&'static str> = hooks_and_probes(subject, container).collect();
    fields.extend((!container.ports().is_empty()).then_some("ports"));
    fields.extend(resources.is_some_and(|resources| *resources != Default::default()).then_some("resources"));
    for field in fields {
        faults.add(container.path.key(field), Fault::OnEphemeral { field });
    }
    let is_first = container.path.steps().last() == Some(&Step::Index(0));
    if is_first && !subject.object.is_live() {
        faults.add(container.path.parent().unwrap_or_default(), Fault::EphemeralInManifest);
    }
}

/// Facts K17–K19.
fn restart_policy<'s>(subject: &Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    // ContainerRestartRules is on by default from 1.35; before, only sidecars had a policy, from 1.28.
    let rules_are_on = subject.settings.support(&features::RESTART_RULES) == Support::Works;
    if subject.settings.support(&features::SIDECARS) == Support::Unknown {
        return;
    }
    let has_rules = container.spec.restart_policy_rules.as_ref().is_some_and(|rules| !rules.is_empty());
    let path = container.path.key("restartPolicy");
    match (container.kind, container.spec.restart_policy.as_deref()) {
        (ContainerKind::Init, Some(policy)) if !rules_are_on => {
            faults.add(path, Fault::PolicyOnInit { policy });
        }
        (ContainerKind::Container | ContainerKind::Init, Some(policy))
            if rules_are_on && !POLICIES.contains(&policy) =>
        {
            faults.add(path, Fault::NoPolicy { policy });
        }
        (_, None) if has_rules && rules_are_on && !is_fragment(subject) => {
            faults.add(path, Fault::RulesWithoutPolicy);
        }
        _ => {}
    }
}

/// Facts K12 and K13, where the gate is on.
fn stop_signal<'s>(subject: &Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    let signal = container.spec.lifecycle.as_ref().and_then(|hooks| hooks.stop_signal.as_deref());
    let Some(signal) = signal else { return };
    let os = subject.workload.and_then(|workload| workload.pod_spec().os.as_ref());
    let fault = match (subject.settings.support(&features::STOP_SIGNALS), os.map(|os| os.name.as_str())) {
        // What the version makes of the field is for another rule to say.
        (Support::Unknown | Support::Dropped | Support::Refused, _) => return,
        (_, os) if os != Some("windows") && !is_signal(signal) => Fault::NoSignal { signal },
        (_, Some("windows")) if !WINDOWS_SIGNALS.contains(&signal) => Fault::NoWindowsSignal { signal },
        (_, None) if !is_fragment(subject) => Fault::SignalWithoutOs { signal },
        _ => return,
    };
    faults.add(container.path.dotted("lifecycle.stopSignal"), fault);
}

/// The name of a signal that was written without its prefix, or in small letters.
pub(super) fn full_name(signal: &str) -> Option<&'static str> {
    let capitals = signal.to_uppercase();
    SIGNALS
        .into_iter()
        .find(|known| *known == capitals || known.strip_prefix("SIG") == Some(capitals.as_str()))
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
