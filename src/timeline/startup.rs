//! When a Pod starts: its containers in their order, the hooks between them, and the probes.

use super::conditions::Conditions;
use super::given::{Deletion, Program};
use super::grace::Grace;
use super::hook::{Hook, HookKind, Owner};
use super::probes::{Numbers, ProbeKind, Probed};
use super::script::container_time;
use super::shutdown::{Deleted, Killed, Lately, Live, Running, Stop, begins, has_sidecars};
use crate::finding::Interval;
use crate::finding::SourceId;
use crate::kubernetes::kubelet::{OVERHEAD, RELIST};
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::set::Set;
use crate::yaml::path::FieldPath;

/// How a Pod starts, since its first container was started: what pulls images and mounts volumes comes
/// before, and images that are pulled in between come on top.
#[derive(Debug)]
pub(crate) struct Startup<'a> {
    /// How each container of the workload starts, in their order; `None` for an ephemeral one.
    pub starts: Vec<Option<Start<'a>>>,
    /// When the Pod is Ready; without a latest moment where a program may have ended before the kubelet has seen it
    /// run.
    pub ready: Interval,
    /// When it no longer is, and the container whose program has then ended by itself.
    pub unready: Option<(Interval, usize)>,
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
    /// How long that takes.
    pub takes: Option<Interval>,
    /// How long the kubelet is held up by what it starts in one go, since this container's start.
    pub holds: Interval,
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
    /// The same where its container starts at that moment.
    fn beginning(self, starts: Interval) -> Self {
        let killed = self.killed.map(|killed| killed.beginning(starts));
        Self { ends: starts.plus(self.ends), killed, ..self }
    }

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
        let after = match conditions.given.deleted {
            Deletion::OnceReady if !self.ready.is_never() => {
                let begins = begins(conditions, Interval::ZERO, Lately::Idle);
                return Deleted { running: self.running(workload), begins };
            }
            // One that is never Ready is deleted at any time.
            Deletion::OnceReady | Deletion::AtAnyTime => {
                let started = self.starts.iter().flatten().filter(|start| !start.starts.is_never());
                let held = started.map(|start| start.holds).filter(|held| !held.is_never());
                let longest = held.reduce(Interval::both).unwrap_or(Interval::ZERO);
                let held = Interval { earliest: 0.0, ..longest };
                return Deleted {
                    running: self.running(workload),
                    begins: begins(conditions, held, Lately::Busy),
                };
            }
            Deletion::After(after) => after,
        };
        let has_begun = |start: &Start<'_>| start.starts.earliest <= after;
        let begun = || self.starts.iter().flatten().filter(|start| has_begun(start));
        let has_surely = |start: &Start<'_>| start.starts.latest.is_some_and(|latest| latest <= after);
        // One that only may have been started holds the kubelet up no longer than from then on.
        let free = begun().map(|start| match has_surely(start) {
            true => start.free,
            false => Interval { earliest: 0.0, ..start.holds }.shifted(after),
        });
        let free = free.reduce(Interval::both).unwrap_or(Interval::ZERO);
        let is_idle = free.latest.is_some_and(|free| free + 2.0 * RELIST <= after);
        let is_held = free.earliest > after;
        let has_failed =
            begun().any(|start| start.post_start.as_ref().is_some_and(|hook| hook.killed.is_some()));
        // The application containers are started in one go: once the first has begun the others follow.
        let is_main = |container: &Container| container.kind == ContainerKind::Container;
        let both = || workload.containers.iter().zip(&self.starts);
        let mains = || both().filter(|(one, _)| is_main(one)).filter_map(|(_, start)| start.as_ref());
        let (follow, follow_surely) = (mains().any(has_begun), mains().any(has_surely));
        let running = both().map(|(container, start)| {
            let start = start.as_ref()?;
            (has_begun(start) || (follow && is_main(container))).then_some(())?;
            let surely = has_surely(start) || (follow_surely && is_main(container));
            self.live(start, after, surely, restarts_always(container, workload))
        });
        let lately = match (is_held, is_idle, has_failed) {
            _ if !is_held && begun().any(|start| has_just_passed(start, after)) => Lately::Probed,
            (false, false, _) | (true, _, true) => Lately::Busy,
            (false, true, _) | (true, _, false) => Lately::Idle,
        };
        Deleted { running: running.collect(), begins: begins(conditions, free.shifted(-after), lately) }
    }

    /// How a container runs so long after the start; `None` where it has ended for good, and is not killed
    /// (fact A23).
    fn live(&self, start: &Start<'_>, after: f64, surely: bool, restarts: bool) -> Option<Live> {
        let killed = start.post_start.as_ref().and_then(|hook| hook.killed.as_ref());
        if let Some(killed) = killed.filter(|killed| killed.done.latest.is_none_or(|done| after <= done)) {
            let stopping = Some(killed.clone().sooner(after));
            return Some(Live { stopping, surely, ..Live::SERVER });
        }
        let Some(ends) = start.ends.or(start.over).filter(|ends| !ends.is_never()) else {
            return Some(Live { surely, ..Live::SERVER });
        };
        let is_over = ends.latest.is_some_and(|latest| latest < after);
        if !is_over {
            let alone = Interval {
                earliest: ends.earliest - after,
                latest: ends.latest.map(|latest| latest - after),
            };
            return Some(Live { alone: Some(alone), surely, ..Live::SERVER });
        }
        // It was started anew, if it was.
        let is_anew = ends.latest.is_some_and(|latest| latest + 2.0 * RELIST <= after);
        (restarts && start.ends.is_none()).then_some(Live { surely: surely && is_anew, ..Live::SERVER })
    }
}

/// A startup or readiness probe of it may have passed so shortly before `after` that the kubelet still works
/// on what that changed: up to 3.4 s behind it were measured.
fn has_just_passed(start: &Start<'_>, after: f64) -> bool {
    const SETTLES: f64 = 3.5;
    let probes = start.probes.iter().filter(|(kind, _)| *kind != ProbeKind::Liveness);
    probes.into_iter().any(|(_, probed)| probed.passes.latest.is_none_or(|passes| passes + SETTLES > after))
}

/// It is started anew whenever it has ended: by its own restartPolicy, as that of a sidecar, else by the
/// Pod's.
pub(super) fn restarts_always(container: &Container, workload: &Workload) -> bool {
    let own = container.spec.restart_policy.as_deref();
    own.or(workload.pod_spec().restart_policy.as_deref()).is_none_or(|policy| policy == "Always")
}

impl Startup<'_> {
    /// What runs once everything has been started that ever is: servers, and init containers that never end.
    fn running(&self, workload: &Workload) -> Running {
        let all = workload.containers.iter().zip(&self.starts);
        let runs = all.map(|(container, start)| {
            let start = start.as_ref().filter(|start| !start.starts.is_never())?;
            let runs_on = match start.ends {
                None => container.kind.is_long_running(),
                Some(ends) => ends.is_never(),
            };
            runs_on.then_some(Live::SERVER)
        });
        runs.collect()
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
        let mut holds = Interval::ZERO;
        for (at, container) in mains.into_iter().rev() {
            if let Some(start) = starts.get_mut(at).and_then(Option::as_mut) {
                holds = holds.plus(start.holds);
                (start.free, start.holds) = (now, holds);
                self.probe(at, container, start);
            }
        }
        let ready = starts.iter().flatten().filter_map(|start| start.ready).reduce(Interval::both);
        let mut ready = ready.unwrap_or(Interval::UNKNOWN).both(now);
        let gates = self.workload.pod_spec().readiness_gates.as_ref();
        if gates.is_some_and(|gates| !gates.is_empty()) {
            ready.latest = None;
        }
        let mut unready = self.unready(&starts);
        if let Some((when, _)) = unready {
            if when.is_before(ready) {
                (ready, unready) = (Interval::NEVER, None);
            } else if ready.latest.is_none_or(|latest| when.earliest <= latest) {
                ready.latest = None;
            }
        }
        let available = match self.workload.is_open(&FieldPath::of(MIN_READY)) {
            true => Interval { latest: None, ..ready },
            false => ready.plus(Interval::exactly(min_ready(&self.workload.spec).unwrap_or(0.0))),
        };
        Startup { starts, ready, unready, available }
    }

    /// When the first program has ended that is not started anew: the Pod is Ready while all of them run, as far as
    /// the kubelet has seen.
    fn unready(&self, starts: &[Option<Start<'_>>]) -> Option<(Interval, usize)> {
        let containers = self.workload.containers.iter().enumerate();
        let over = containers.zip(starts).filter_map(|((at, container), start)| {
            let is_one = container.kind == ContainerKind::Container;
            let over = start.as_ref()?.over.filter(|over| is_one && !over.is_never())?;
            let seen = over.plus(Interval::between(0.0, RELIST));
            (!restarts_always(container, self.workload)).then_some((seen, at))
        });
        over.reduce(|(first, at), (one, other)| {
            (first.first(one), if one.earliest < first.earliest { other } else { at })
        })
    }

    /// A plain init container: what it runs decides (fact D1).
    fn init(&self, container: &Container, starts: Interval) -> Start<'a> {
        let given = self.given(container).and_then(|program| program.runs).map(Interval::exactly);
        let takes = given
            .or_else(|| container_time(self.set, self.source, self.workload, container, self.conditions))
            .unwrap_or(Interval::UNKNOWN);
        let ends = Some(starts.plus(takes));
        Start {
            starts,
            over: None,
            post_start: None,
            ends,
            takes: Some(takes),
            holds: Interval::ZERO,
            free: starts,
            probes: Vec::new(),
            ready: None,
        }
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
        // A server's command ends with it; that of one that is to end may tell when.
        let by_command = || {
            let time = container_time(set, source, workload, container, conditions)?;
            (!restarts_always(container, workload) && time.latest.is_some()).then_some(time)
        };
        let over = runs.map(Interval::exactly).or_else(by_command);
        // All of it is since the container's start, and moved there at the end.
        let post_start = hook.map(|hook| {
            let takes = hook.takes();
            // What runs in a container ends with it, and has failed.
            let cut = over.filter(|over| hook.ends_with_its_program() && over.is_before(takes));
            let ends = cut.unwrap_or(takes);
            let grace = self.workload.grace_period().map(|grace| grace.max(0));
            let fails = hook.fails || cut.is_some();
            let killed = fails.then(|| self.killed(at, grace, ends, cut.is_some()));
            PostStart { hook, ends, killed }
        });
        let late = Interval::between(0.0, OVERHEAD);
        let holds = post_start.as_ref().map_or(Interval::ZERO, |hook| hook.done().plus(late));
        Start {
            starts,
            over: over.map(|over| starts.plus(over)),
            post_start: post_start.map(|hook| hook.beginning(starts)),
            ends: None,
            takes: None,
            holds,
            free: starts.plus(holds),
            probes: Vec::new(),
            ready: None,
        }
    }

    /// How a container is stopped alone, for a postStart or a probe that has failed: with its preStop, and
    /// in no turn (facts A14, A20, A23, N8 and N15). Its program may be over already.
    fn killed(&self, at: usize, grace: Option<i64>, failed: Interval, is_over: bool) -> Stop {
        let unknown = Program::default();
        let grace = grace.map(Grace::of_container);
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
            let path = container.path.key(kind.key());
            let is_open = Numbers::KEYS.iter().any(|key| self.workload.is_open(&path.key(*key)));
            let numbers = (!is_open).then(|| Numbers::of(probe));
            let mut probed = Probed::of(numbers, start.starts, start.free, allowed);
            if kind != ProbeKind::Readiness {
                // Fact A21.
                let own = probe.termination_grace_period_seconds.filter(|own| *own > 0);
                let grace = own.or_else(|| self.workload.grace_period().map(|grace| grace.max(0)));
                probed.killed = Some(self.killed(at, grace, Interval::ZERO, false));
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
        start.ready = Some(if fails { Interval::NEVER } else { ready });
        start.probes = startup.into_iter().chain(readiness).chain(liveness).collect();
    }

    fn given(&self, container: &Container) -> Option<&Program> {
        self.conditions.given.programs.get(container.name())
    }
}

/// When the next container in the list is started: an init container has ended well, a sidecar runs and its
/// startup probe has passed. That an init container has ended is seen when the kubelet looks at its
/// containers, and acted upon when it has looked once more ("max 2s", `podWorkerLoop`; about 1 s measured).
fn next(start: &Start<'_>) -> Interval {
    let fails = start.post_start.as_ref().is_some_and(|hook| hook.killed.is_some());
    let passed = start.probes.iter().find(|(kind, _)| *kind == ProbeKind::Startup);
    let (done, looks) = match (start.ends, passed) {
        _ if fails => return Interval::NEVER,
        (Some(ends), _) => (ends, 2.0),
        (None, Some((_, probed))) => (start.free.both(probed.passes), 1.0),
        (None, None) => (start.free, 1.0),
    };
    done.plus(Interval::between(0.0, looks * RELIST))
}

fn put<'a>(starts: &mut [Option<Start<'a>>], at: usize, start: Start<'a>) {
    if let Some(place) = starts.get_mut(at) {
        *place = Some(start);
    }
}

/// Where `minReadySeconds` stands.
pub(super) const MIN_READY: &str = "spec.minReadySeconds";

/// `minReadySeconds`, in seconds (fact E16); `None` of a kind that has none.
pub(super) fn min_ready(spec: &WorkloadSpec) -> Option<f64> {
    let seconds = match spec {
        WorkloadSpec::Deployment(spec) => spec.min_ready_seconds,
        WorkloadSpec::StatefulSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::DaemonSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::ReplicaSet(spec) => spec.min_ready_seconds,
        WorkloadSpec::ReplicationController(spec) => spec.min_ready_seconds,
        WorkloadSpec::Pod(_)
        | WorkloadSpec::Job(_)
        | WorkloadSpec::CronJob(_)
        | WorkloadSpec::Template(_) => return None,
    };
    Some(f64::from(seconds.unwrap_or(0).max(0)))
}
