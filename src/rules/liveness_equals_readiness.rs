//! `liveness-equals-readiness`: what takes a container out of traffic restarts it.

use super::probed::{Probe, running, whole};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::finding::words::seconds;
use crate::manifest::Container;
use crate::manifest::place::related;
use crate::manifest::spec::WorkloadSpec;
use crate::timeline::{Numbers, ProbeKind};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "liveness-equals-readiness",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "Liveness asks what readiness asks, and is no more patient, so what should take a container out of traffic restarts it.",
    reason: "Readiness and liveness have different consequences. A container that is not ready gets no traffic until it is again; one that is not alive is stopped and started. Where both ask the same and give up at the same time, the first never has a chance: overload, or a dependency that is away, restarts the container, all replicas at once, and the restarts make it worse.",
    options: None,
    facts: &["E1", "E8"],
    docs: &[
        Link {
            title: "When should you use a liveness probe?",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/probes/#when-should-you-use-a-liveness-probe",
        },
        Link {
            title: "Configure liveness, readiness and startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        },
    ],
    page: page!("liveness-equals-readiness"),
    verdicts: &["same"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    for container in &workload.containers {
        let Some(liveness) = Probe::of(workload, container, ProbeKind::Liveness) else { continue };
        let Some(readiness) = Probe::of(workload, container, ProbeKind::Readiness) else { continue };
        let (Some(live), Some(ready)) = (liveness.numbers, readiness.numbers) else { continue };
        if liveness.question != readiness.question || patience(live) > patience(ready) {
            continue;
        }
        let place = subject.key_place(&liveness.path);
        let asks = related(subject.source, subject.object, &readiness.path, "asks the same");
        let same = Same { container, liveness, live, ready };
        let label = "asks what readiness asks".to_owned();
        seen.push(Seen::new(RULE.severity(), place, same).container(container).label(label).related([asks]));
    }
}

/// How long it may fail before something follows, in seconds.
fn patience(numbers: Numbers) -> f64 {
    numbers.failures * numbers.period
}

/// Both ask the same, and liveness gives up no later.
struct Same<'s> {
    container: &'s Container,
    liveness: Probe<'s>,
    live: Numbers,
    ready: Numbers,
}

impl Verdict for Same<'_> {
    fn name(&self) -> &'static str {
        "same"
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (live, ready) = (patience(self.live), patience(self.ready));
        let when = match live == ready {
            true => format!("Both give up after about {} of failures", seconds(live)),
            false => format!(
                "Liveness gives up after about {} of failures, and readiness after {}",
                seconds(live),
                seconds(ready)
            ),
        };
        let is_alone = subject.workload.is_some_and(|workload| matches!(workload.spec, WorkloadSpec::Pod(_)));
        let others = match is_alone {
            true => "",
            false => ", and with a cause that all replicas share, all of them",
        };
        Words::new(
            format!(
                "the liveness probe of `{}` asks what its readiness probe asks, and is no more patient",
                self.container.name()
            ),
            format!(
                "{when}: whatever should take the container out of traffic for a while restarts it{others}."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let failures = (3.0 * patience(self.ready) / self.live.period).ceil();
        Mend::guess(
            "Let liveness ask only whether the process itself works, or be more patient: here it gives up after three times as \
             long as readiness.",
            vec![Operation::set(self.liveness.path.key("failureThreshold"), whole(failures))],
        )
    }
}
