//! Jobs as rules look at them, and how long their work takes, as far as its scripts tell.

use k8s_openapi::api::batch::v1 as batch;

use super::probed::running;
use super::subject::Subject;
use crate::finding::Interval;
use crate::hook::{Duration, Exit};
use crate::manifest::place::Located;
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::programs::{Kind, Rule, Runs};
use crate::shell::Step;
use crate::timeline::{HookScript, command_or_args};
use crate::yaml::path::FieldPath;

/// A Job, or the Jobs that a CronJob makes.
pub(super) struct Job<'s> {
    pub workload: &'s Workload,
    /// What it says.
    pub spec: &'s batch::JobSpec,
    /// Where that stands.
    pub path: FieldPath,
    /// What the CronJob says that makes it.
    pub cron: Option<&'s batch::CronJobSpec>,
}

impl<'s> Job<'s> {
    /// The Job of an object that is whole.
    pub(super) fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let workload = running(subject)?;
        let (spec, path, cron) = match &workload.spec {
            WorkloadSpec::Job(spec) => (&**spec, "spec", None),
            WorkloadSpec::CronJob(cron) => {
                (cron.job_template.spec.as_ref()?, "spec.jobTemplate.spec", Some(&**cron))
            }
            _ => return None,
        };
        Some(Self { workload, spec, path: FieldPath::of(path), cron })
    }

    /// The same, unless it waits for somebody to let it go on, or has no Pods.
    pub(super) fn working(subject: &'s Subject<'s>) -> Option<Self> {
        Self::of(subject).filter(|job| {
            let cron_waits = job.cron.is_some()
                && job.workload.object.at(&FieldPath::of("spec.suspend")).is_some_and(is_not_false);
            let waits = job.workload.object.at(&job.path.key("suspend")).is_some_and(is_not_false);
            let has_pods = job.spec.completions != Some(0) && job.spec.parallelism != Some(0);
            !cron_waits && !waits && has_pods
        })
    }

    /// A field of it is set, to whatever.
    pub(super) fn has(&self, field: &'static str) -> bool {
        self.workload.object.at(&self.path.key(field)).is_some()
    }

    /// Something else than the end of its work ends it: a deadline of its own or of its Pods, or that some of its
    /// Pods have succeeded.
    pub(super) fn is_ended_early(&self) -> bool {
        let of_pods = self.workload.pod_spec_path.key("activeDeadlineSeconds");
        self.has("activeDeadlineSeconds")
            || self.has("successPolicy")
            || self.workload.object.at(&of_pods).is_some()
    }

    /// How often Pods run one after another, at the least.
    fn rounds(&self) -> f64 {
        let is_open = |field: &'static str| self.workload.is_open(&self.path.key(field));
        // Without `completions` the first success is enough.
        let Some(completions) = self.spec.completions.filter(|number| *number > 0) else { return 1.0 };
        if is_open("parallelism") || self.has("successPolicy") {
            return 1.0;
        }
        let at_once = self.spec.parallelism.unwrap_or(1).max(1);
        (f64::from(completions) / f64::from(at_once)).ceil()
    }

    /// How long its work takes.
    pub(super) fn work(&self, subject: &'s Subject<'s>) -> Work<'s> {
        let runs = runs(subject, self.workload);
        let of_kind =
            |kind: ContainerKind| runs.iter().filter(move |run| run.container.kind == kind).map(Run::takes);
        let before = of_kind(ContainerKind::Init).fold(Interval::ZERO, Interval::plus);
        let longest = of_kind(ContainerKind::Container).fold(Interval::ZERO, Interval::both);
        // Its Pods end with their containers, but for those of which nothing is known.
        let pod = before.plus(longest);
        let is_known = |one: &&Container| runs.iter().any(|run| run.container.path == one.path);
        let mut latest = pod.latest.filter(|_| self.workload.containers.iter().all(|one| is_known(&one)));
        let rounds = self.rounds();
        if rounds > 1.0 {
            latest = None;
        }
        let decisive = runs.into_iter().max_by(|a, b| a.takes().earliest.total_cmp(&b.takes().earliest));
        Work { pod: Interval { latest, ..pod }, rounds, decisive }
    }
}

/// A switch that is on, or is to be filled in.
fn is_not_false(node: crate::yaml::Node<'_>) -> bool {
    node.as_bool() != Some(false)
}

/// How long the work of a Job takes, from the start of its first container to the end of its last one.
pub(super) struct Work<'s> {
    /// One Pod of it, in seconds.
    pub pod: Interval,
    /// How often Pods run one after another, at the least.
    pub rounds: f64,
    /// The container that takes the longest.
    pub decisive: Option<Run<'s>>,
}

impl Work<'_> {
    /// Besides what is known something runs that takes time of its own.
    pub(super) fn has_more(&self) -> bool {
        self.decisive.as_ref().is_some_and(|run| !run.duration.known)
    }

    /// All of it, in seconds, at the least; infinite where it never ends.
    pub(super) fn shortest(&self) -> f64 {
        self.pod.earliest * self.rounds
    }
}

/// What a container of a Job runs, where its manifest says it.
pub(super) struct Run<'s> {
    pub container: &'s Container,
    /// The words that decide how long it takes.
    pub place: Located,
    duration: Duration,
    /// All its programs are known to end with it.
    is_known: bool,
    /// It runs on for ever, or fails.
    never_succeeds: bool,
}

impl Run<'_> {
    /// How long it takes, in seconds.
    pub(super) fn takes(&self) -> Interval {
        let latest = self.duration.longest.seconds().filter(|_| self.is_known);
        Interval { earliest: self.duration.shortest, latest }
    }

    /// It never ends by itself.
    pub(super) fn never_ends(&self) -> bool {
        self.duration.never_ends()
    }

    /// It never ends by itself, or only by failing.
    pub(super) fn never_succeeds(&self) -> bool {
        self.never_succeeds
    }
}

/// What the init containers and containers of a workload run. A container ends with its first process, whatever that has
/// left in the background. One is left out where something there may end what is waited for, and so is one that fails
/// each time, as it is run again.
pub(super) fn runs<'s>(subject: &'s Subject<'s>, workload: &'s Workload) -> Vec<Run<'s>> {
    let run = |container: &'s Container| {
        let command = command_or_args(subject.set, workload, container)?;
        let script = HookScript::of_container(subject.set, subject.source, workload, container, &command);
        let trace = script.trace(&subject.settings.knowledge);
        let always_fails = matches!(Exit::of(&trace), Exit::Fails(_)) && !trace.never_succeeds;
        if trace.steps.iter().any(may_end_others) || always_fails {
            return None;
        }
        let duration = Duration::of_program(&trace);
        let ends = |step: &Step| step.program.is_none_or(|program| program.kind != Kind::Product);
        let is_known = duration.known && trace.steps.iter().all(ends);
        let place = match &duration.decisive {
            Some(words) => script.locate(words),
            None => script.whole(),
        };
        Some(Run { container, place, duration, is_known, never_succeeds: trace.never_succeeds })
    };
    let works = |one: &&Container| matches!(one.kind, ContainerKind::Init | ContainerKind::Container);
    workload.containers.iter().filter(works).filter_map(run).collect()
}

/// It sends a signal from the background, so that what is waited for may end before its time.
pub(super) fn may_end_others(step: &Step) -> bool {
    let rule = step.program.map(|program| program.runs);
    step.background && matches!(rule, Some(Runs::Rule(Rule::Kill | Rule::KillByName)))
}
