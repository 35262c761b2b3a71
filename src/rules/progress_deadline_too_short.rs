//! `progress-deadline-too-short`: a rollout counts as failed before a new Pod can be Ready.

use strum::{IntoStaticStr, VariantNames};

use super::probed::{Probe, running, whole};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::manifest::place::related;
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::timeline::{self, Given, ProbeKind, Startup, Story};
use crate::yaml::path::{FieldPath, Step};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "progress-deadline-too-short",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Deployment's progressDeadlineSeconds is over before a new Pod can be Ready.",
    reason: "progressDeadlineSeconds is how long a Deployment may go without progress: a new Pod, one that becomes Ready or available, an old one that goes. What needs longer to start than that is reported as failed (ProgressDeadlineExceeded) in each rollout, though nothing is wrong. kubectl rollout status ends with an error, and pipelines, Helm and GitOps tools that wait for it give up or roll back.",
    options: None,
    facts: &["E7", "E14", "E16", "E17", "K37"],
    docs: &[
        Link {
            title: "Progress deadline seconds",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds",
        },
        Link {
            title: "Failed Deployment",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",
        },
    ],
    page: page!("progress-deadline-too-short"),
    verdicts: Late::VARIANTS,
    check: Check::Object(check),
};

/// What the API server fills in, in seconds (fact E17).
const DEFAULT: i32 = 600;

/// The field.
const FIELD: &str = "spec.progressDeadlineSeconds";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    let WorkloadSpec::Deployment(spec) = &workload.spec else { return };
    let path = FieldPath::of(FIELD);
    let deadline = spec.progress_deadline_seconds.unwrap_or(DEFAULT);
    // The largest number is none (fact E17); a rollout that is paused has no deadline either; and one that is not
    // above minReadySeconds is refused (fact K37).
    let is_none = deadline == i32::MAX || workload.is_open(&path) || spec.paused == Some(true);
    if is_none || deadline <= spec.min_ready_seconds.unwrap_or(0) {
        return;
    }
    let conditions = subject.settings.conditions(Given::NOTHING);
    let startup = timeline::startup(subject.set, subject.source, workload, &conditions);
    let deadline = f64::from(deadline);
    let late = match startup.ready.earliest {
        // Nothing is Ready, ever: that is said elsewhere.
        ready if ready.is_infinite() => return,
        ready if ready > deadline => last_ready(workload, &startup).map(|of| (Late::Ready, of, ready.ceil())),
        _ => budget(workload)
            .filter(|(_, budget)| *budget > deadline)
            .map(|(of, budget)| (Late::Budget, of, budget)),
    };
    let Some((how, (container, decides), mut takes)) = late else { return };
    // A delay may be over a second sooner than it says: starts are noted in whole seconds.
    if how == Late::Ready && decides.steps().last() == Some(&Step::Key("initialDelaySeconds".into())) {
        takes += 1.0;
    }
    let is_set = subject.object.at(&path).is_some();
    let place = subject.place(if is_set { &path } else { &decides });
    let label = match how {
        _ if !is_set => format!("the deadline is {}, by default", seconds(deadline)),
        Late::Ready => format!("a Pod needs {}", seconds(takes)),
        Late::Budget => format!("a start may take {}", seconds(takes)),
    };
    let why = match how {
        Late::Ready => format!("`{}` is not Ready before {}", container.name(), seconds(takes)),
        Late::Budget => format!("a start of `{}` may take {}", container.name(), seconds(takes)),
    };
    let related = is_set.then(|| related(subject.source, subject.object, &decides, why));
    let verdict = TooLate { how, container, takes, deadline, is_set };
    let severity = match how {
        Late::Ready => Severity::Warning,
        Late::Budget => Severity::Info,
    };
    seen.push(Seen::new(severity, place, verdict).container(container).label(label).related(related));
}

/// The container that is Ready last, and the field that decides when.
fn last_ready<'w>(workload: &'w Workload, startup: &Startup<'_>) -> Option<(&'w Container, FieldPath)> {
    let both = || workload.containers.iter().zip(&startup.starts);
    let takes = |container: &Container| {
        let start = both().find(|(one, _)| one.path == container.path)?.1.as_ref()?;
        let own = start.ready.or(start.ends)?.earliest - start.starts.earliest;
        Some(own)
    };
    // What takes the most of it itself, and not what only comes behind it.
    let (container, _) = workload
        .containers
        .iter()
        .filter_map(|container| Some((container, takes(container)?)))
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    Some((container, decides(workload, container)))
}

/// The field that decides when a container is Ready, or has ended.
fn decides(workload: &Workload, container: &Container) -> FieldPath {
    let probes = [ProbeKind::Readiness, ProbeKind::Startup].into_iter();
    let probes = probes.filter_map(|kind| Probe::of(workload, container, kind));
    let delay = |probe: &Probe<'_>| probe.numbers.map_or(0.0, |numbers| numbers.delay);
    let longest = probes.max_by(|a, b| delay(a).total_cmp(&delay(b)));
    match longest {
        Some(probe) if delay(&probe) > 0.0 && container.post_start().is_none() => probe.delay_path(workload),
        _ if container.post_start().is_some() => container.post_start_path(),
        _ if container.kind == ContainerKind::Init => container.path.key("command"),
        _ => container.path.clone(),
    }
}

/// The longest that a startup probe allows a start, and whose it is (fact E14).
fn budget(workload: &Workload) -> Option<((&Container, FieldPath), f64)> {
    let of = |container| {
        let probe = Probe::of(workload, container, ProbeKind::Startup)?;
        let numbers = probe.numbers?;
        Some(((container, probe.path.clone()), numbers.delay + numbers.failures * numbers.period))
    };
    workload.containers.iter().filter_map(of).max_by(|(_, a), (_, b)| a.total_cmp(b))
}

/// What lies past the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Late {
    /// The earliest moment at which a Pod is Ready.
    Ready,
    /// The latest moment that a startup probe allows.
    Budget,
}

/// A new Pod is Ready, or may be, only when the deadline is over.
struct TooLate<'s> {
    how: Late,
    container: &'s Container,
    /// In seconds.
    takes: f64,
    /// In seconds.
    deadline: f64,
    is_set: bool,
}

impl TooLate<'_> {
    /// A deadline with room for a slow node, in full minutes.
    fn proposed(&self) -> f64 {
        const MINUTE: f64 = 60.0;
        const ROOM: f64 = 1.5;
        (ROOM * self.takes / MINUTE).ceil() * MINUTE
    }
}

impl Verdict for TooLate<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, takes, deadline) = (self.container.name(), seconds(self.takes), seconds(self.deadline));
        let given = if self.is_set { "" } else { ", which the API server fills in," };
        match self.how {
            Late::Ready => Words::new(
                format!("no Pod can be Ready before about {takes}, and the progress deadline is {deadline}"),
                format!(
                    "The deadline of {deadline}{given} counts from the last progress, and a Pod that starts makes none until it \
                     is Ready; pulling images comes on top. Every rollout is reported as failed (ProgressDeadlineExceeded), and \
                     what waits for it gives up."
                ),
            ),
            Late::Budget => Words::new(
                format!(
                    "the startup probe of `{name}` allows a start {takes}, and the progress deadline is {deadline}"
                ),
                format!(
                    "A start that uses the time it is given makes no progress for longer than the deadline of {deadline}{given} allows: the \
                     rollout is reported as failed (ProgressDeadlineExceeded) while it still goes on."
                ),
            ),
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::guess(
            "Let the deadline be longer than the slowest start, with the time that pulling images takes on top.",
            vec![Operation::set(FieldPath::of(FIELD), whole(self.proposed()))],
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}
