//! When a Pod stops: preStop, the stop signal, the kill and the end of each container.

use super::conditions::Conditions;
use super::given::{OnSignal, Program};
use super::grace::Grace;
use super::hook::Hook;
use crate::finding::Interval;
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::kubelet::{LAST_SECONDS, OVERHEAD, RELIST};
use crate::manifest::{ContainerKind, Workload};
use crate::shell::Longest;

/// How a Pod stops, from what begins it: the deletion, or the end of what holds it up.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown {
    /// What the Pod gets; `None` where the manifest leaves it open.
    pub grace: Option<Grace>,
    /// How each container of the workload stops, in their order; `None` for one that does not run.
    pub stops: Vec<Option<Stop>>,
    /// When the last of them has ended, and no hook holds the Pod.
    pub ends: Interval,
}

/// How a container stops.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stop {
    /// It is stopped at each run; else only where it runs at all.
    pub surely: bool,
    /// When the kubelet begins with it, and preStop with that (facts A5, A6 and D5).
    pub begins: Interval,
    /// When preStop is over or cut; `None` where none runs.
    pub hook: Option<Interval>,
    /// When preStop itself tells the program to stop (fact B34).
    pub told: Option<Moment>,
    /// The latest that a sidecar waits for its turn: the end of what it serves.
    pub turn: Option<Interval>,
    /// When the stop signal comes; `None` where the program has ended before.
    pub signal: Option<Moment>,
    /// When the container is killed; `None` where the program has ended before.
    pub kill: Option<Moment>,
    /// When the program has ended.
    pub ends: Interval,
    /// When the kubelet is done with it: a sleep action holds the Pod though the program has ended (fact
    /// N13).
    pub done: Interval,
}

/// An instant, and whether it comes at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// When.
    pub when: Interval,
    /// It comes at each run; else the program may have ended before.
    pub surely: bool,
}

/// How the time of a preStop hook stands to the grace period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fit {
    /// It is over before.
    Fits,
    /// It takes all of it.
    Whole,
    /// It certainly takes longer.
    Longer,
    /// It can take so many seconds, which is longer.
    MayBeLonger(f64),
    /// It waits without a bound for something else.
    Unbounded,
    /// Nobody knows.
    Unknown,
}

impl Fit {
    /// Of a hook that has so many seconds.
    pub(crate) fn of(hook: &Hook<'_>, seconds: i64) -> Self {
        let (time, seconds) = (&hook.duration, seconds as f64);
        let stops_program = time.stops_surely && time.until_stop < seconds && hook.ends_with_its_program();
        match time.longest {
            // It ends with its program, and nobody knows how soon that does.
            _ if stops_program && time.shortest >= seconds => Self::Unknown,
            _ if time.never_ends() => Self::Unbounded,
            _ if time.shortest > seconds => Self::Longer,
            _ if time.shortest >= seconds => Self::Whole,
            Longest::Seconds(longest) if longest > seconds => Self::MayBeLonger(longest),
            Longest::Seconds(_) => Self::Fits,
            Longest::Unbounded => Self::Unbounded,
            // A wait of so many rounds takes them all where nothing ends it sooner.
            Longest::Unknown if time.counted.is_finite() && time.counted > seconds => {
                Self::MayBeLonger(time.counted)
            }
            Longest::Unknown => Self::Unknown,
        }
    }
}

/// What is killed, and how.
#[derive(Clone, Copy)]
pub(crate) struct Killed<'a> {
    /// Its preStop hook.
    pub hook: Option<&'a Hook<'a>>,
    /// What it gets; `None` where nobody knows.
    pub grace: Option<Grace>,
    /// Its program.
    pub program: &'a Program,
    /// When the program ends by itself, since the kubelet began; may lie in the past.
    pub alone: Option<Interval>,
    /// When the containers have ended that it waits for.
    pub turn: Option<Interval>,
}

/// How a deletion finds a Pod.
#[derive(Debug, Clone)]
pub(crate) struct Deleted {
    /// Which of its containers run when the kubelet begins to stop them; instants are since the deletion.
    pub running: Running,
    /// When the kubelet begins after the deletion.
    pub begins: Interval,
}

/// The containers of a workload, in their order; `None` for one that does not run.
pub(crate) type Running = Vec<Option<Live>>;

/// A container that runs.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    /// When its program ends by itself, where it does.
    pub alone: Option<Interval>,
    /// How it is stopped already, since its postStart has failed.
    pub stopping: Option<Stop>,
    /// It runs for sure.
    pub surely: bool,
}

impl Live {
    /// It runs on until it is stopped.
    pub(crate) const SERVER: Self = Self { alone: None, stopping: None, surely: true };
}

impl Shutdown {
    /// Of a Pod that is Ready and deleted. `hooks` are the preStop hooks of its containers.
    pub(crate) fn of_ready(
        workload: &Workload,
        hooks: &[Option<Hook<'_>>],
        conditions: &Conditions<'_>,
    ) -> Self {
        let running: Running = workload
            .containers
            .iter()
            .map(|one| one.kind.is_long_running().then_some(Live::SERVER))
            .collect();
        let of_any = Program::default();
        let programs = vec![&of_any; running.len()];
        let begins = begins(conditions, Interval::ZERO, Lately::Idle);
        Self::of(workload, hooks, &programs, conditions, &Deleted { running, begins })
    }

    /// What a Pod gets that is deleted; `None` where the manifest leaves it open.
    pub(crate) fn grace_of(workload: &Workload, conditions: &Conditions<'_>) -> Option<Grace> {
        let request = conditions.given.delete_grace;
        let spec = workload.grace_period().or(request)?;
        Some(Grace::on_deletion(spec, request, conditions.kubelet()))
    }

    /// Of a Pod that is deleted as `deleted` says. `programs` are those of its containers.
    pub(crate) fn of(
        workload: &Workload,
        hooks: &[Option<Hook<'_>>],
        programs: &[&Program],
        conditions: &Conditions<'_>,
        deleted: &Deleted,
    ) -> Self {
        let Deleted { running, begins } = deleted;
        let begins = *begins;
        let kubelet = conditions.kubelet();
        let grace = Self::grace_of(workload, conditions);
        let count = workload.containers.len();
        let mut stops: Vec<Option<Stop>> = vec![None; count];
        // Those that wait come last, the last sidecar first (facts D5 and D7).
        let waits = kubelet.orders_sidecars && has_sidecars(conditions);
        let is_waiting = |at: &usize| {
            waits && workload.containers.get(*at).is_some_and(|one| one.kind == ContainerKind::Sidecar)
        };
        let first = (0..count).filter(|at| !is_waiting(at));
        let order: Vec<usize> = first.chain((0..count).rev().filter(is_waiting)).collect();
        let mut turn = Interval::ZERO;
        for at in order {
            let (Some(container), Some(program), Some(Some(live))) =
                (workload.containers.get(at), programs.get(at), running.get(at))
            else {
                continue;
            };
            let is_waiting = is_waiting(&at);
            let stop = Stop::of(Killed {
                hook: hooks.get(at).and_then(Option::as_ref),
                grace,
                program,
                alone: live.alone.map(|alone| alone.since(begins)),
                turn: is_waiting.then_some(turn),
            });
            // One that is being stopped already is over when the kubelet begins with the others.
            if live.stopping.is_none() && (is_waiting || container.kind == ContainerKind::Container) {
                turn = match live.surely {
                    true => turn.both(stop.done),
                    false => Interval { earliest: turn.earliest, ..turn.both(stop.done) },
                };
            }
            if let Some(place) = stops.get_mut(at) {
                *place = Some(live.stopping.clone().unwrap_or_else(|| stop.shown(live, begins)));
            }
        }
        let ends = stops.iter().flatten().map(|stop| stop.done).reduce(Interval::both);
        Self { grace, stops, ends: ends.unwrap_or(begins) }
    }
}

/// The version has sidecars, else the field makes no difference (fact D12).
pub(crate) fn has_sidecars(conditions: &Conditions<'_>) -> bool {
    conditions.support(&features::SIDECARS) == Support::Works
}

/// What a kubelet has had to do with a Pod before it is to stop it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lately {
    /// Nothing.
    Idle,
    /// It has started or stopped one of its containers.
    Busy,
    /// A startup or readiness probe has passed: each of its results is a round of the kubelet of its own, and
    /// the deletion comes behind them.
    Probed,
}

/// When the kubelet begins with what it could begin with at `free`. Before each round it looks at its
/// containers anew.
pub(crate) fn begins(conditions: &Conditions<'_>, free: Interval, lately: Lately) -> Interval {
    let relist = u8::from(conditions.kubelet().waits_for_relist);
    let looks = match lately {
        Lately::Idle => relist,
        Lately::Busy => relist + 1,
        Lately::Probed => 2,
    };
    free.plus(Interval::between(0.0, f64::from(looks) * RELIST))
}

impl Stop {
    /// From the moment the kubelet begins (`killContainer` of the kubelet, facts A5 to A14).
    pub(crate) fn of(killed: Killed<'_>) -> Self {
        let Killed { grace, program, turn, .. } = killed;
        // Where the grace period is 0 a hook is skipped (fact A12).
        let hook = killed.hook.filter(|hook| !hook.is_dropped && grace.is_none_or(|grace| grace.hook > 0));
        let told = hook.and_then(|hook| told(hook, grace, program));
        let by_hook = told.and_then(|told| ended_by(told, program.on_signal));
        let over = by_hook.into_iter().chain(killed.alone).reduce(Interval::first);
        let hook_ends = hook.map(|hook| hook_ends(hook, grace, over));
        let hook_time = hook_ends.unwrap_or(Interval::ZERO);
        let signal = match (turn, grace) {
            (None, _) => hook_time,
            (Some(turn), Some(grace)) => hook_time.both(turn).first(grace.deadline(hook_time)),
            (Some(turn), None) => Interval { latest: None, ..hook_time.both(turn) },
        };
        let kill = match grace {
            Some(grace) => grace.kill(hook_time, signal),
            None => Interval { earliest: signal.earliest + LAST_SECONDS as f64, latest: None },
        };
        let signal = Moment::unless(signal, over, 0.0);
        let by_signal = signal.and_then(|signal| ended_by(signal, program.on_signal));
        let ends = over.into_iter().chain(by_signal).reduce(Interval::first);
        let kill = signal.and_then(|signal| Some((Moment::unless(kill, ends, OVERHEAD)?, signal)));
        let kill = kill.map(|(kill, signal)| Moment { surely: kill.surely && signal.surely, ..kill });
        let ends = ends.into_iter().chain(kill.map(|kill| kill.when)).reduce(Interval::first);
        let ends = ends.unwrap_or(Interval::UNKNOWN);
        let begins = Interval::ZERO;
        Self {
            surely: true,
            begins,
            hook: hook_ends,
            told,
            turn,
            signal,
            kill,
            ends,
            done: hook_time.both(ends),
        }
    }

    /// The same where the kubelet begins at that moment.
    #[must_use]
    pub(crate) fn beginning(mut self, at: Interval) -> Self {
        self.shift(at);
        self
    }

    /// The same of a container that runs like that, since the deletion.
    fn shown(mut self, live: &Live, begins: Interval) -> Self {
        self.shift(begins);
        // What ends by itself does not wait for the kubelet.
        if let Some(alone) = live.alone.map(|alone| alone.shifted(0.0)) {
            let ends_alone = self.signal.is_none() && self.told.is_none();
            self.ends = if ends_alone { alone } else { self.ends.first(alone) };
        }
        self.surely = live.surely;
        for moment in [&mut self.told, &mut self.signal, &mut self.kill].into_iter().flatten() {
            moment.surely &= live.surely;
        }
        self
    }

    /// So many seconds sooner; what has happened by then happens at once.
    #[must_use]
    pub(crate) fn sooner(mut self, seconds: f64) -> Self {
        self.instants().for_each(|when| *when = when.shifted(-seconds));
        self
    }

    fn shift(&mut self, by: Interval) {
        self.instants().for_each(|when| *when = when.plus(by));
    }

    fn instants(&mut self) -> impl Iterator<Item = &mut Interval> {
        let moments = [&mut self.told, &mut self.signal, &mut self.kill].into_iter().flatten();
        let rest = self.hook.iter_mut().chain(&mut self.turn);
        let own = [&mut self.begins, &mut self.ends, &mut self.done];
        moments.map(|moment| &mut moment.when).chain(rest).chain(own)
    }

    /// The first moment in which the program may be told to stop, by the hook or by the signal.
    pub(crate) fn first_told(&self) -> Interval {
        let both = self.told.into_iter().chain(self.signal).map(|moment| moment.when);
        both.reduce(Interval::first).unwrap_or(self.ends)
    }
}

impl Moment {
    /// What comes at `when`, if the program has not ended before; its end is seen up to so many seconds late.
    fn unless(when: Interval, over: Option<Interval>, late: f64) -> Option<Self> {
        match over {
            None => Some(Self { when, surely: true }),
            Some(over) if over.latest.is_some_and(|latest| latest + late <= when.earliest) => None,
            Some(over) => {
                Some(Self { when, surely: when.latest.is_some_and(|latest| latest < over.earliest) })
            }
        }
    }
}

/// When a program that is told to stop ends; `None` where it goes on.
fn ended_by(told: Moment, on_signal: OnSignal) -> Option<Interval> {
    let ends = match on_signal {
        OnSignal::Unknown => Interval { latest: None, ..told.when },
        OnSignal::EndsAfter(seconds) => told.when.plus(Interval::exactly(seconds)),
        OnSignal::Ignores => return None,
    };
    Some(if told.surely { ends } else { Interval { latest: None, ..ends } })
}

/// When a hook tells the program to stop before it is cut.
fn told(hook: &Hook<'_>, grace: Option<Grace>, program: &Program) -> Option<Moment> {
    let time = &hook.duration;
    let own = Moment {
        when: Interval { earliest: time.until_stop, latest: time.stop_by.seconds() },
        surely: time.stops_surely,
    };
    let heard = hook.signals.iter().filter(|signal| program.also_on.contains(&signal.name));
    let heard = heard.map(|signal| Moment {
        when: Interval { earliest: signal.after.shortest, latest: signal.after.longest.seconds() },
        surely: signal.surely,
    });
    let all = time.stop.is_some().then_some(own).into_iter().chain(heard);
    let first = all.reduce(|a, b| if b.when.earliest < a.when.earliest { b } else { a })?;
    let is_cut = grace.is_some_and(|grace| first.when.earliest > grace.hook as f64);
    let latest = first.when.latest.filter(|_| first.surely);
    (!is_cut).then_some(Moment { when: Interval { latest, ..first.when }, ..first })
}

/// When a hook is over or cut, at the latest with its program where it ends with that.
fn hook_ends(hook: &Hook<'_>, grace: Option<Grace>, over: Option<Interval>) -> Interval {
    let takes = match over.filter(|_| hook.ends_with_its_program()) {
        Some(over) => hook.takes().first(over),
        None => hook.takes(),
    };
    grace.map_or(takes, |grace| grace.cut(takes))
}
