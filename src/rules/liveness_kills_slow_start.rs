//! `liveness-kills-slow-start`: liveness gives up before readiness is first asked.

use strum::{IntoStaticStr, VariantNames};

use super::probed::{Probe, running};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::manifest::place::related;
use crate::manifest::{Container, Workload};
use crate::timeline::{Given, Hook, HookKind, Numbers, Owner, ProbeKind, Story};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "liveness-kills-slow-start",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "The liveness probe can have a container stopped before its readiness probe is first asked.",
    reason: "Without a startup probe, liveness is asked from initialDelaySeconds on, whether or not the program is up. A readiness probe that waits longer says how long a start may take. Where liveness can have failed for good before that, a slow start is stopped, and begun anew, each time: the container never comes up, and under load, when starts are slowest, none of its replicas does.",
    options: None,
    facts: &["B25", "E5", "E7", "E14"],
    docs: &[
        Link {
            title: "Protect slow starting containers with startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#define-startup-probes",
        },
        Link {
            title: "Startup probe",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#startup-probe",
        },
    ],
    page: page!("liveness-kills-slow-start"),
    verdicts: Asks::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    for container in &workload.containers {
        let Some(found) = Contradiction::of(subject, workload, container) else { continue };
        let severity = match found.asks {
            Asks::Same => Severity::Warning,
            Asks::Other => Severity::Info,
        };
        let place = subject.place(&found.liveness.delay_path(workload));
        let label = format!("gives up after {} at the soonest", seconds(found.gives_up));
        let first = format!("first asked after {}", seconds(found.asked));
        let delay = found.readiness.delay_path(workload);
        let readiness = related(subject.source, subject.object, &delay, first);
        seen.push(Seen::new(severity, place, found).container(container).label(label).related([readiness]));
    }
}

/// What the two probes ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Asks {
    /// The same thing, or the same port: what is not up for one is not up for the other.
    Same,
    /// Different things: what liveness asks may be there long before.
    Other,
}

/// Liveness can have failed for good before readiness is asked (facts E7, E14).
pub(super) struct Contradiction<'s> {
    container: &'s Container,
    liveness: Probe<'s>,
    readiness: Probe<'s>,
    /// The liveness probe's.
    numbers: Numbers,
    /// When liveness has failed for good, at the soonest, in seconds since the container's start.
    gives_up: f64,
    /// When readiness is first asked.
    asked: f64,
    asks: Asks,
}

impl<'s> Contradiction<'s> {
    /// Of a container's probes; `None` where there is none, and where a startup probe holds both up (fact E5).
    pub(super) fn of(
        subject: &'s Subject<'s>,
        workload: &'s Workload,
        container: &'s Container,
    ) -> Option<Self> {
        if subject.object.at(&container.path.key(ProbeKind::Startup.key())).is_some() {
            return None;
        }
        let liveness = Probe::of(workload, container, ProbeKind::Liveness)?;
        let readiness = Probe::of(workload, container, ProbeKind::Readiness)?;
        let (numbers, other) = (liveness.numbers?, readiness.numbers?);
        // Nothing is asked while a postStart runs, though the delays count (fact B25).
        let held = held(subject, workload, container)?;
        let gives_up = numbers.delay.max(held) + (numbers.failures - 1.0) * numbers.period;
        let asked = other.delay.max(held);
        let port = liveness.question.port();
        let is_same_port = port.is_some() && port == readiness.question.port();
        let asks = match is_same_port || liveness.question == readiness.question {
            true => Asks::Same,
            false => Asks::Other,
        };
        let is_one = gives_up < asked;
        is_one.then_some(Self { container, liveness, readiness, numbers, gives_up, asked, asks })
    }
}

/// How long a postStart holds the probes up at the most; `None` where nothing bounds that.
fn held(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Option<f64> {
    let owner = Owner { set: subject.set, source: subject.source, workload, container };
    let conditions = subject.settings.conditions(Given::NOTHING);
    match Hook::of(owner, HookKind::PostStart, &conditions).filter(|hook| !hook.is_dropped) {
        Some(hook) => hook.takes().latest,
        None => Some(0.0),
    }
}

impl Verdict for Contradiction<'_> {
    fn name(&self) -> &'static str {
        self.asks.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let Self { numbers, gives_up, asked, .. } = self;
        let (gives_up, asked) = (seconds(*gives_up), seconds(*asked));
        let failures = match numbers.failures {
            1.0 => "fails for good after 1 failure".to_owned(),
            failures => {
                format!("fails for good after {failures} failures, {} apart", seconds(numbers.period))
            }
        };
        let story = format!(
            "Liveness is first asked after {} and {failures}; readiness waits {asked}.",
            seconds(numbers.delay)
        );
        let consequence = match self.asks {
            Asks::Same => format!(
                "A start that takes longer than {gives_up} is stopped and begun anew, each time, though the readiness probe \
                 allows for {asked}."
            ),
            Asks::Other => format!(
                "The two ask different things: if what liveness asks is not there from the first moment either, a start that \
                 takes longer than {gives_up} is stopped and begun anew, each time."
            ),
        };
        Words::new(
            format!(
                "the liveness probe of `{}` can have it stopped after {gives_up}, and its readiness probe is first asked after \
                 {asked}",
                self.container.name()
            ),
            format!("{story} {consequence}"),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        const ADD: &str = "Add a startup probe that asks what liveness asks, and allows the slowest start its time: until it has \
                           passed, liveness is not asked. This one allows for twice what readiness waits.";
        let period = self.numbers.period;
        let startup = self.liveness.patient(period, (2.0 * self.asked / period).ceil());
        let path = self.container.path.key(ProbeKind::Startup.key());
        Mend::guess(ADD, vec![Operation::set(path, startup)])
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}
