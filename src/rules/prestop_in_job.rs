//! `prestop-in-job`: a hook that does not run when the work is done.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::Severity;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, ContainerKind, Workload};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "prestop-in-job",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A preStop hook in a Job, where it does not run when the work is done.",
    reason: "preStop runs when the kubelet stops a container that is still running. A container of a Job ends by itself when its work is done, or when it fails: nobody stops it, and no hook runs. What is meant as the last step of the work is left out each time that the work gets to its end.",
    options: None,
    facts: &["A23", "D5"],
    docs: &[
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
        Link {
            title: "Jobs with sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#jobs-with-sidecar-containers",
        },
    ],
    page: page!("prestop-in-job"),
    verdicts: &["left-out"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for view in &subject.containers {
        let Some(workload) = speaks_of(subject, view.container) else { continue };
        let Some(hook) = view.pre_stop.as_ref() else { continue };
        // What is refused or dropped, and what cannot run, is reported as that.
        if hook.is_dropped || hook.duration.failure.is_some() {
            continue;
        }
        let container = view.container;
        let place = subject.key_place(&container.pre_stop_path());
        let label = "not when the work is done".to_owned();
        let verdict = LeftOut { workload, container };
        seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
    }
}

/// The workload, where the preStop of a container is one that the end of its work leaves out. A sidecar is
/// stopped by the kubelet once the work is done, so its hook runs (fact D5).
pub(super) fn speaks_of<'s>(subject: &Subject<'s>, container: &Container) -> Option<&'s Workload> {
    subject.workload.filter(|workload| {
        workload.kind.nature == Nature::Batch
            && container.kind == ContainerKind::Container
            && container.pre_stop().is_some()
            && !is_beside_the_work(workload, container)
    })
}

/// A container that serves beside the one that works, such as a proxy, does not end by itself.
fn is_beside_the_work(workload: &Workload, container: &Container) -> bool {
    let mut mains = workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
    !container.ports().is_empty() && mains.any(|one| one.path != container.path)
}

/// A hook that the end of the work leaves out.
struct LeftOut<'s> {
    workload: &'s Workload,
    container: &'s Container,
}

impl Verdict for LeftOut<'_> {
    fn name(&self) -> &'static str {
        "left-out"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, kind) = (self.container.name(), self.workload.object.id.kind.as_str());
        Words::new(
            format!("the preStop hook of `{name}` does not run when the work of the {kind} is done"),
            format!(
                "`{name}` ends by itself then, and a hook runs only in a container that the kubelet stops: when the Pod is \
                 deleted, evicted or preempted, or its Job is suspended or past its deadline."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::prose(
            "Do it in the command itself, behind the work, or with `trap … EXIT` in the shell that runs it. A sidecar \
             (an init container with `restartPolicy: Always`) is stopped once the work is done, so a preStop of its own \
             does run.",
        )
    }
}
