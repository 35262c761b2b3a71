//! `missing-startup-probe`: a long delay of liveness stands in for a startup probe.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::liveness_kills_slow_start::Contradiction;
use super::options::{self, Optional};
use super::probed::{Probe, running};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::manifest::Container;
use crate::timeline::{Numbers, ProbeKind, Story};

/// What the rule can be told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// The shortest `initialDelaySeconds` of a liveness probe that is reported, in seconds.
    #[schemars(range(min = 1, max = 86400), extend("examples" = [120]))]
    shortest_delay: f64,
}

impl Default for Options {
    fn default() -> Self {
        <Self as options::Options>::DEFAULT.clone()
    }
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { shortest_delay: 60.0 };
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-startup-probe",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A liveness probe waits a minute or more at every start, where a startup probe would end the wait.",
    reason: "initialDelaySeconds is a guess at the slowest start, and it is waited out at every start, also after a crash. If it is too short, liveness stops a container that is still starting; if it is too long, nothing notices for that long that a container hangs. A startup probe needs no guess: liveness begins as soon as it has passed, and it may allow far more time than anybody would put into a delay.",
    options: Some(Optional::of::<Options>()),
    facts: &["E5", "E7", "E14"],
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
    page: page!("missing-startup-probe"),
    verdicts: &["long-delay"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    let shortest = subject.settings.of::<Options>().shortest_delay;
    for container in &workload.containers {
        let has_startup = subject.object.at(&container.path.key(ProbeKind::Startup.key())).is_some();
        let Some(liveness) = Probe::of(workload, container, ProbeKind::Liveness) else { continue };
        let Some(numbers) = liveness.numbers.filter(|numbers| numbers.delay >= shortest) else { continue };
        // What that rule says ends in the same mend.
        if has_startup || Contradiction::of(subject, workload, container).is_some() {
            continue;
        }
        let place = subject.place(&liveness.path.key("initialDelaySeconds"));
        let label = "waited out at every start".to_owned();
        let verdict = LongDelay { container, liveness, numbers };
        seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
    }
}

/// Nothing asks for so long whether the container lives (fact E7).
struct LongDelay<'s> {
    container: &'s Container,
    liveness: Probe<'s>,
    numbers: Numbers,
}

impl LongDelay<'_> {
    /// How long a start may take, in seconds.
    fn allowed(&self) -> f64 {
        self.numbers.delay + (self.numbers.failures - 1.0) * self.numbers.period
    }
}

impl Verdict for LongDelay<'_> {
    fn name(&self) -> &'static str {
        "long-delay"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let delay = seconds(self.numbers.delay);
        Words::new(
            format!(
                "the liveness probe of `{}` waits {delay} at every start, for want of a startup probe",
                self.container.name()
            ),
            format!(
                "For {delay} after every start, also after a crash, nothing notices that the container hangs, and a start that \
                 takes longer than {} is stopped.",
                seconds(self.allowed())
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        const ADD: &str = "Add a startup probe that asks the same, and drop the delay: liveness waits for it. This one allows a \
                           start as much time as the delay and the failures behind it do; give it more where the slowest start \
                           needs more.";
        let failures = (self.allowed() / self.numbers.period).ceil() + 1.0;
        let startup = self.liveness.patient(self.numbers.period, failures);
        Mend::guess(
            ADD,
            vec![
                Operation::set(self.container.path.key(ProbeKind::Startup.key()), startup),
                Operation::Remove { path: self.liveness.path.key("initialDelaySeconds") },
            ],
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}
