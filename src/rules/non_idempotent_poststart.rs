//! `non-idempotent-poststart`: a second run of the hook fails, or adds up.

use super::subject::{ContainerView, Subject};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::words::capitalised;
use crate::finding::{Finding, Related, Severity};
use crate::hook::idempotency::{self, Context, Ground, Harm, Mount, Repeat};
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::manifest::{Container, Workload};
use crate::timeline::HookScript;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "non-idempotent-poststart",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A postStart hook fails, or adds up, when it runs a second time.",
    reason: "Kubernetes delivers hooks at least once, and now and then twice, for example when the kubelet restarts at the wrong moment. That is rare. A restart of the container is not: each new container runs its postStart again, and volumes keep what the first run left there.",
    options: None,
    facts: &["B23", "B32", "J1"],
    docs: &[
        Link {
            title: "Hook delivery guarantees",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-delivery-guarantees",
        },
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
        Link { title: "Volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/" },
    ],
    page: page!("non-idempotent-poststart"),
    check: Check::Object(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let container = view.container;
        let Some(exec) = container.post_start().and_then(|hook| hook.exec.as_ref()) else { continue };
        let Some(command) = exec.command.as_deref().filter(|command| !command.is_empty()) else { continue };
        if !container.kind.is_long_running() || workload.is_windows() {
            continue;
        }
        let base = container.post_start_path().dotted("exec.command");
        let script = HookScript::of(subject.set, subject.source, workload, container, command, base);
        let trace = script.trace(&subject.settings.knowledge);
        let mounts = mounts(container);
        let context = Context { mounts: &mounts, restarts: !is_run_once(workload) };
        for repeat in idempotency::second_run(&trace, &context) {
            findings.push(finding(subject, workload, view, &script, &repeat));
        }
    }
}

/// Every volume outlives a restart of the container (fact J1).
fn mounts(container: &Container) -> Vec<Mount> {
    container
        .volume_mounts()
        .iter()
        .map(|mount| Mount {
            path: mount.mount_path.clone(),
            survives: true,
            read_only: mount.read_only.unwrap_or(false),
        })
        .collect()
}

fn finding(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    script: &HookScript<'_>,
    repeat: &Repeat,
) -> Finding {
    let place = script.locate(&repeat.words);
    let name = view.container.name();
    let runs_once = is_run_once(workload);
    let verb = match repeat.harm {
        Harm::Fails => "fails",
        Harm::AddsUp => "adds up",
    };
    let mut builder = subject
        .finding_at(&RULE, repeat.severity, place)
        .message(format!(
            "`{}` in the postStart hook of `{name}` {verb} when the hook runs again",
            repeat.command
        ))
        .why(why(view.container, repeat, runs_once))
        .help("Make a second run harmless.", repeat.mend.clone())
        .container(view.container);
    if let Some(mount) = mount_related(subject, view.container, repeat) {
        builder = builder.related(mount);
    }
    builder.build()
}

/// A Pod that is never restarted can only be hit by a doubled delivery.
fn is_run_once(workload: &Workload) -> bool {
    let never = workload.pod_spec().restart_policy.as_deref() == Some("Never");
    never && matches!(workload.kind.nature, Nature::Batch | Nature::BarePod)
}

fn mount_related(subject: &Subject<'_>, container: &Container, repeat: &Repeat) -> Option<Related> {
    let Ground::Volume(index) = repeat.ground else { return None };
    let mount = container.volume_mounts().get(index)?;
    let path = container.path.key("volumeMounts").index(index).key("mountPath");
    Some(related(
        subject.source,
        subject.object,
        &path,
        format!("volume `{}` outlives a restart", mount.name),
    ))
}

/// Facts B23, B32 and J1.
fn why(container: &Container, repeat: &Repeat, runs_once: bool) -> String {
    let when = match repeat.ground {
        _ if runs_once => "This Pod's containers are never restarted, so only a doubled delivery of the hook, which Kubernetes \
                           does not rule out, runs it again."
            .to_owned(),
        Ground::Volume(index) => {
            let mount = container.volume_mounts().get(index);
            let (name, path) = mount.map_or(("", ""), |mount| (mount.name.as_str(), mount.mount_path.as_str()));
            format!("Volume `{name}` at {path} keeps what the first run left, and every restart of the container runs the hook again.")
        }
        Ground::Kubelet => "The kubelet keeps that file across restarts of the container, and every restart runs the hook again.".to_owned(),
        Ground::OwnLayer => "A restart empties the container's own layer, so only a doubled delivery of the hook, which Kubernetes \
                             does not rule out, meets what the first run left."
            .to_owned(),
        Ground::Network => "The Pod's network namespace outlives a restart of the container, and every restart runs the hook again.".to_owned(),
        Ground::Server => "What the server holds outlives a restart of the container, and every restart runs the hook again.".to_owned(),
        Ground::Accounts | Ground::Unknown => "Hooks are delivered at least once, so the hook can meet what an earlier run left.".to_owned(),
    };
    let consequence = match (&repeat.harm, repeat.kills) {
        _ if repeat.hangs => " The loop around it then never ends, and a postStart hook has no time limit.",
        (Harm::Fails, true) => {
            " A failed postStart has the container killed and started again, which runs the hook again."
        }
        _ => "",
    };
    format!("{}. {when}{consequence}", capitalised(repeat.reason.trim_end_matches('.')))
}
