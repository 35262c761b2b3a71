//! When a Pod starts: its containers in their order, the hooks between them, and the probes.

use super::conditions::Conditions;
use super::given::{Deletion, Program};
use super::grace::Grace;
use super::hook::{Handler, Hook, HookKind, Owner};
use super::interval::Interval;
use super::probes::{ProbeKind, Probed};
use super::script::container_time;
use super::shutdown::{Deleted, Killed, Live, Running, Stop, begins, has_sidecars};
use crate::finding::SourceId;
use crate::kubernetes::kubelet::RELIST;
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::set::Set;

/// How a Pod starts, since its first container was started: what pulls images and mounts volumes comes
/// before, and images that are pulled in between come on top.
#[derive(Debug)]
pub(crate) struct Startup<'a> {
    /// How each container of the workload starts, in their order; `None` for an ephemeral one.
    pub starts: Vec<Option<Start<'a>>>,
    /// When the Pod is Ready.
    pub ready: Interval,
    /// When it has been Ready for `minReadySeconds`.
    pub available: Interval,
}

/// How a container starts.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    /// When its program is started.
    pub starts: Interval,
    /// When its program ends by itself, of one that is given to.
    pub over: Option<Interval>,
    /// Its postStart hook.
    pub post_start: Option<PostStart<'a>>,
    /// When it has ended, of an init container.
    pub ends: Option<Interval>,
    /// When the kubelet is done with what it started in one go: until then it does nothing else with the
    /// Pod (facts B24, B25 and N7).
    pub free: Interval,
    /// Its probes.
    pub probes: Vec<(ProbeKind, Probed)>,
    /// When it is ready; `None` for an init container.
    pub ready: Option<Interval>,
}

/// A postStart hook.
#[derive(Debug)]
pub(crate) struct PostStart<'a> {
    /// What it does.
    pub hook: Hook<'a>,
    /// When it is over.
    pub ends: Interval,
    /// How the container is stopped again, where the hook fails each time (facts B23 and N8).
    pub killed: Option<Stop>,
}

impl PostStart<'_> {
    /// When the kubelet is done with it.
    fn done(&self) -> Interval {
        self.killed.as_ref().map_or(self.ends, |killed| killed.done)
    }
}

/// The Pod as it is started.
struct Starting<'a, 'c> {
    set: &'a Set,
    source: SourceId,
    workload: &'a Workload,
    hooks: &'c [Option<Hook<'a>>],
    programs: &'c [&'c Program],
    conditions: &'c Conditions<'c>,
}

impl<'a> Startup<'a> {
    /// Of a workload whose containers have these preStop hooks and programs.
    pub(crate) fn of(
        set: &'a Set,
        source: SourceId,
        workload: &'a Workload,
        hooks: &[Option<Hook<'a>>],
        programs: &[&Program],
        conditions: &Conditions<'_>,
    ) -> Self {
        Starting { set, source, workload, hooks, programs, conditions }.run()
    }

    /// How a deletion finds the Pod: the kubelet does not stop it while it still starts containers (facts
    /// B26, N7).
    pub(crate) fn at_deletion(&self, workload: &Workload, conditions: &Conditions<'_>) -> Deleted {
        let all = || -> Running {
            workload.containers.iter().map(|one| one.kind.is_long_running().then_some(Live::SERVER)).collect()
        };
        let after = match conditions.given.deleted {
            Deletion::OnceReady => {
                return Deleted { running: all(), begins: begins(conditions, Interval::ZERO) };
            }
            Deletion::AtAnyTime => {
                let held = self.starts.iter().flatten().map(|start| start.free.since(start.starts));
                let longest = held.reduce(Interval::both).unwrap_or(Interval::ZERO);
                let held = Interval { earliest: 0.0, ..longest };
                return Deleted { running: all(), begins: begins(conditions, held) };
            }
            Deletion::After(after) => after,
        };
        let has_begun = |start: &Start<'_>| start.starts.earliest <= after;
        let begun = self.starts.iter().flatten().filter(|start| has_begun(start));
        let held = begun.map(|start| start.free);
        let free = held.map(|free| free.shifted(-after)).reduce(Interval::both).unwrap_or(Interval::ZERO);
        // The application containers are started in one go: once the first has begun the others follow.
        let is_main = |container: &Container| container.kind == ContainerKind::Container;
        let both = || workload.containers.iter().zip(&self.starts);
        let mains_begun =
            both().any(|(container, start)| is_main(container) && start.as_ref().is_some_and(&has_begun));
        let running = both().map(|(container, start)| {
            let runs = |start: &&Start<'_>| has_begun(start) || (mains_begun && is_main(container));
            let start = start.as_ref().filter(runs)?;
            let ends = start.ends.or(start.over).filter(|ends| !ends.is_never()).map(|ends| Interval {
                earliest: ends.earliest - after,
                latest: ends.latest.map(|latest| latest - after),
            });
            // It has ended before, and is not killed (fact A23).
            let is_over = ends.is_some_and(|ends| ends.latest.is_some_and(|latest| latest < 0.0));
            (!is_over).then_some(Live { alone: ends })
        });
        Deleted { running: running.collect(), begins: begins(conditions, free) }
    }
}

impl<'a> Starting<'a, '_> {
    fn run(&self) -> Startup<'a> {
        let containers = &self.workload.containers;
        let mut starts: Vec<Option<Start<'a>>> = containers.iter().map(|_| None).collect();
        let of_kind = |is: fn(ContainerKind) -> bool| {
            containers.iter().enumerate().filter(move |(_, container)| is(container.kind))
        };
        let mut now = Interval::ZERO;
        for (at, container) in of_kind(|kind| matches!(kind, ContainerKind::Init | ContainerKind::Sidecar)) {
            let start = match container.kind == ContainerKind::Sidecar && has_sidecars(self.conditions) {
                true => self.sidecar(at, container, now),
                false => self.init(container, now),
            };
            now = next(&start);
            put(&mut starts, at, start);
        }
        let mains: Vec<(usize, &Container)> = of_kind(|kind| kind == ContainerKind::Container).collect();
        for (at, container) in &mains {
            let start = self.long_running(*at, container, now);
            now = start.free;
            put(&mut starts, *at, start);
        }
        // They are started in one go.
        for (at, container) in mains {
            if let Some(start) = starts.get_mut(at).and_then(Option::as_mut) {
                start.free = now;
                self.probe(at, container, start);
            }
        }
        let ready = starts.iter().flatten().filter_map(|start| start.ready).reduce(Interval::both);
        let mut ready = ready.unwrap_or(Interval::UNKNOWN).both(now);
        let gates = self.workload.pod_spec().readiness_gates.as_ref();
        if gates.is_some_and(|gates| !gates.is_empty()) {
            ready.latest = None;
        }
        let available = ready.plus(Interval::exactly(min_ready(&self.workload.spec)));
        Startup { starts, ready, available }
    }

    /// A plain init container: what it runs decides (fact D1).
    fn init(&self, container: &Container, starts: Interval) -> Start<'a> {
        let given = self.given(container).and_then(|program| program.runs).map(Interval::exactly);
        let takes = given
            .or_else(|| container_time(self.set, self.source, self.workload, container, self.conditions))
            .unwrap_or(Interval::UNKNOWN);
        let ends = Some(starts.plus(takes));
        Start { starts, over: None, post_start: None, ends, free: starts, probes: Vec::new(), ready: None }
    }

    /// A sidecar: the next container waits for its postStart and its startup probe (facts D1 and D2).
    fn sidecar(&self, at: usize, container: &'a Container, starts: Interval) -> Start<'a> {
        let mut start = self.long_running(at, container, starts);
        self.probe(at, container, &mut start);
        start
    }

    /// Any other: it runs, and the next one waits for its postStart (fact B24).
    fn long_running(&self, at: usize, container: &'a Container, starts: Interval) -> Start<'a> {
        let Self { set, source, workload, conditions, .. } = *self;
        let owner = Owner { set, source, workload, container };
        let hook = Hook::of(owner, HookKind::PostStart, conditions).filter(|hook| !hook.is_dropped);
        let runs = self.given(container).and_then(|program| program.runs).filter(|runs| runs.is_finite());
        let over = runs.map(|runs| starts.plus(Interval::exactly(runs)));
        let post_start = hook.map(|hook| {
            let takes = Interval::taking(hook.duration.shortest, hook.duration.longest);
            let ends = starts.plus(takes);
            // What runs in a container ends with it, and has failed.
            let cut = over.filter(|over| hook.handler == Handler::Exec && over.is_before(ends));
            let ends = cut.unwrap_or(ends);
            let grace = self.workload.grace_period().map(|grace| grace.max(0));
            let fails = hook.fails || cut.is_some();
            let killed = fails.then(|| self.killed(at, grace, ends, cut.is_some()));
            PostStart { hook, ends, killed }
        });
        let free = post_start.as_ref().map_or(starts, PostStart::done);
        Start { starts, over, post_start, ends: None, free, probes: Vec::new(), ready: None }
    }

    /// How a container is stopped alone, for a postStart or a probe that has failed: with its preStop, and
    /// in no turn (facts A14, A20, A23, N8 and N15). Its program may be over already.
    fn killed(&self, at: usize, grace: Option<i64>, failed: Interval, is_over: bool) -> Stop {
        let unknown = Program::default();
        let kubelet = self.conditions.kubelet();
        let grace = grace.map(|grace| Grace::of_container(grace, kubelet));
        let killed = Killed {
            hook: self.hooks.get(at).and_then(Option::as_ref),
            grace,
            program: self.programs.get(at).copied().unwrap_or(&unknown),
            alone: is_over.then_some(Interval::ZERO),
            turn: None,
        };
        Stop::of(killed).beginning(failed)
    }

    /// Fills in what follows from a container's probes.
    fn probe(&self, at: usize, container: &Container, start: &mut Start<'a>) {
        let of = |kind: ProbeKind, allowed: Interval| {
            let probe = kind.of(container)?;
            let mut probed = Probed::of(probe, start.starts, start.free, allowed);
            if kind != ProbeKind::Readiness {
                // Fact A21.
                let own = probe.termination_grace_period_seconds.filter(|own| *own > 0);
                let grace = own.or_else(|| self.workload.grace_period().map(|grace| grace.max(0)));
                probed.killed = Some(self.killed(at, grace, probed.fails, false));
            }
            Some((kind, probed))
        };
        let startup = of(ProbeKind::Startup, Interval::ZERO);
        // Nothing else is asked before it has passed (fact E5).
        let passed = startup.as_ref().map_or(Interval::ZERO, |(_, probed)| probed.passes);
        let readiness = of(ProbeKind::Readiness, passed);
        let liveness = of(ProbeKind::Liveness, passed);
        let seen = start.free.plus(Interval::between(0.0, RELIST)).both(passed);
        let ready = readiness.as_ref().map_or(seen, |(_, probed)| probed.passes);
        // A container whose postStart fails is stopped again, each time.
        let fails = start.post_start.as_ref().is_some_and(|hook| hook.killed.is_some());
        let never = Interval { earliest: f64::INFINITY, latest: None };
        start.ready = Some(if fails { never } else { ready });
        start.probes = startup.into_iter().chain(readiness).chain(liveness).collect();
    }

    fn given(&self, container: &Container) -> Option<&Program> {
        self.conditions.given.programs.get(container.name())
    }
}

/// When the next container in the list is started: an init container has ended, a sidecar runs and its
/// startup probe has passed.
fn next(start: &Start<'_>) -> Interval {
    let passed = start.probes.iter().find(|(kind, _)| *kind == ProbeKind::Startup);
    match (start.ends, passed) {
        (Some(ends), _) => ends,
        (None, Some((_, probed))) => start.free.both(probed.passes),
        (None, None) => start.free,
    }
}

fn put<'a>(starts: &mut [Option<Start<'a>>], at: usize, start: Start<'a>) {
    if let Some(place) = starts.get_mut(at) {
        *place = Some(start);
    }
}

/// `minReadySeconds` (fact E16).
pub(crate) fn min_ready(spec: &WorkloadSpec) -> f64 {
    let seconds = match spec {
        WorkloadSpec::Deployment(spec) => spec.min_ready_seconds,
        WorkloadSpec::StatefulSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::DaemonSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::ReplicaSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::ReplicationController(spec) => spec.min_ready_seconds,
        WorkloadSpec::Pod(_)
        | WorkloadSpec::Job(_)
        | WorkloadSpec::CronJob(_)
        | WorkloadSpec::Template(_) => None,
    };
    f64::from(seconds.unwrap_or(0).max(0))
}
