//! What is known at one moment of a script's run, and where a run can go on from there.

use std::collections::{BTreeMap, BTreeSet};

use super::guard::{self, Answer, Guard};
use super::output::Away;
use super::status::Status;
use super::time::{Longest, Time};
use super::trace::Words;
use super::value::Value;

/// Where control goes after a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// To the next command.
    Next,
    /// Out of so many loops.
    Break(usize),
    /// To the next round of the loop so many levels up.
    Continue(usize),
    /// Out of the function, or of a sourced file.
    Return,
    /// Out of the shell.
    Exit,
}

/// The states a command can end in, one for each way it can go on.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome(BTreeMap<Flow, State>);

impl Outcome {
    pub(super) fn next(state: State) -> Self {
        Self::of(Flow::Next, state)
    }

    pub(super) fn of(flow: Flow, state: State) -> Self {
        Self(BTreeMap::from([(flow, state)]))
    }

    pub(super) fn take_next(&mut self) -> Option<State> {
        self.0.remove(&Flow::Next)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, flow: Flow, state: State) {
        let state = match self.0.remove(&flow) {
            Some(before) => before.join(state),
            None => state,
        };
        self.0.insert(flow, state);
    }

    pub(super) fn add_all(&mut self, other: Self) {
        for (flow, state) in other.0 {
            self.add(flow, state);
        }
    }

    /// The same, with flows renamed; those that become the same are joined.
    pub(super) fn map(self, rename: impl Fn(Flow) -> Flow) -> Self {
        let mut result = Self::default();
        for (flow, state) in self.0 {
            result.add(rename(flow), state);
        }
        result
    }

    /// Some way goes on to the next command.
    pub(super) fn goes_on(&self) -> bool {
        self.0.contains_key(&Flow::Next)
    }

    /// Where all ways of a construct go on to the next command, what each holds is forgotten: one of
    /// them is always taken.
    pub(super) fn forget_beyond(&mut self, entry: &[Guard]) {
        if self.0.keys().all(|flow| *flow == Flow::Next) {
            self.for_each(|state| state.guards = entry.to_vec());
        }
    }

    /// All ways lead out of the shell, and on none of them it ends with the status 0.
    pub(super) fn only_fails(&self) -> bool {
        self.0.iter().all(|(flow, state)| *flow == Flow::Exit && state.only_fails())
    }

    /// Changes every state.
    pub(super) fn for_each(&mut self, change: impl Fn(&mut State)) {
        self.0.values_mut().for_each(change);
    }

    /// A state in which it ends: that of the next command, if any.
    pub(super) fn peek(&self) -> Option<&State> {
        self.0.values().next()
    }

    /// All states joined, wherever they go.
    pub(super) fn joined(self) -> Option<State> {
        self.0.into_values().reduce(State::join)
    }
}

/// A job in the background.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    /// When it started.
    pub(super) start: Time,
    /// How long it takes.
    pub(super) time: Time,
    /// It holds the hook's output open (B7).
    pub(super) open: bool,
    /// `wait` waits for it.
    pub(super) mine: bool,
    /// It is one program, so that nothing of it is left when it is killed.
    pub(super) single: bool,
}

/// One moment of the run.
#[derive(Debug, Clone)]
pub(super) struct State {
    /// The time since the start.
    pub(super) time: Time,
    /// The shortest time before the server was told to stop, in seconds.
    pub(super) live: f64,
    /// The server was told to stop.
    pub(super) stopped: bool,
    /// It was on every way that leads here, and nothing unknown came before.
    pub(super) stopped_surely: bool,
    /// How the last command ended.
    pub(super) status: Status,
    /// The shortest time in seconds of the ways joined here on which it ended with 0: none, where that is not the
    /// shortest of all, is infinite. `None` as long as nothing was joined.
    pub(super) succeeds_at: Option<f64>,
    /// One of the ways joined here never ends.
    pub(super) runs_on: bool,
    /// What that says about the world.
    pub(super) answer: Answer,
    /// The last command only counts as succeeding: a second run of it may fail.
    pub(super) assumed: bool,
    /// What holds here because it was asked for.
    pub(super) guards: Vec<Guard>,
    /// The working directory.
    pub(super) directory: String,
    /// Variables that the script has set.
    pub(super) vars: BTreeMap<String, Value>,
    /// Those that belong to the function that runs, with what they were before it.
    pub(super) locals: BTreeMap<String, Option<Value>>,
    /// The variables among them that programs inherit.
    pub(super) exported: BTreeSet<String>,
    /// `$0`, `$1` …; `None` as a whole when nobody knows how many there are.
    pub(super) positional: Option<Vec<Value>>,
    /// What runs in the background.
    pub(super) jobs: Vec<Job>,
    /// `set -e`.
    pub(super) errexit: bool,
    /// `set -o pipefail`.
    pub(super) pipefail: bool,
    /// What `trap … EXIT` has asked for.
    pub(super) trap: Option<Box<(String, Words)>>,
    /// Where the shell's own outputs go: what goes elsewhere its jobs do not hold open.
    pub(super) away: Away,
}

impl State {
    pub(super) fn new(directory: String) -> Self {
        Self {
            time: Time::NONE,
            live: 0.0,
            stopped: false,
            stopped_surely: false,
            status: Status::SUCCESS,
            succeeds_at: None,
            runs_on: false,
            answer: Answer::default(),
            assumed: false,
            guards: Vec::new(),
            directory,
            vars: BTreeMap::new(),
            locals: BTreeMap::new(),
            exported: BTreeSet::new(),
            positional: Some(Vec::new()),
            jobs: Vec::new(),
            errexit: false,
            pipefail: false,
            trap: None,
            away: Away::default(),
        }
    }

    /// Lets time pass.
    pub(super) fn spend(&mut self, time: Time) {
        self.time = self.time.then(time);
        if !self.stopped {
            self.live += time.shortest;
        }
    }

    /// The shortest time in seconds in which it can be here with the status 0; infinite where it cannot.
    fn earliest_success(&self) -> f64 {
        match self.status.success() {
            Some(false) => f64::INFINITY,
            _ => self.succeeds_at.unwrap_or(self.time.shortest),
        }
    }

    /// On one of the ways that lead here it never ends.
    fn may_run_on(&self) -> bool {
        self.runs_on || self.time.shortest.is_infinite()
    }

    /// It runs on for ever, or fails: no way ends with the status 0, and one never ends.
    pub(super) fn never_succeeds(&self) -> bool {
        self.may_run_on() && self.earliest_success().is_infinite()
    }

    /// It can only end by failing.
    pub(super) fn only_fails(&self) -> bool {
        self.earliest_success().is_infinite()
    }

    /// A copy that starts counting at zero: a subshell.
    pub(super) fn child(&self) -> Self {
        Self {
            time: Time::NONE,
            live: 0.0,
            stopped: false,
            stopped_surely: false,
            succeeds_at: None,
            runs_on: false,
            jobs: Vec::new(),
            trap: None,
            ..self.clone()
        }
    }

    /// Takes over what a child spent and left behind.
    pub(super) fn absorb(&mut self, child: Self) {
        let start = self.time;
        let jobs = child.jobs.into_iter();
        self.jobs.extend(jobs.map(|job| Job { start: start.then(job.start), mine: false, ..job }));
        self.time = start.then(child.time);
        if !self.stopped {
            self.live += child.live;
            self.stopped = child.stopped;
            self.stopped_surely = child.stopped_surely && start.known;
        }
        self.status = child.status;
        self.succeeds_at = child.succeeds_at.map(|seconds| start.shortest + seconds);
        self.runs_on |= child.runs_on;
        self.answer = child.answer;
        self.assumed = child.assumed;
    }

    /// Either of the two.
    pub(super) fn join(self, other: Self) -> Self {
        let succeeds_at = self.earliest_success().min(other.earliest_success());
        let runs_on = self.may_run_on() || other.may_run_on();
        let mut vars = self.vars;
        for (name, value) in &mut vars {
            let theirs = other.vars.get(name);
            if theirs != Some(&*value) {
                let dynamic = value.dynamic || theirs.is_some_and(|theirs| theirs.dynamic);
                *value = Value::unknown(name).and_dynamic(dynamic);
            }
        }
        for (name, value) in other.vars {
            vars.entry(name).or_insert_with_key(|name| Value::unknown(name).and_dynamic(value.dynamic));
        }
        let mut locals = self.locals;
        for (name, before) in other.locals {
            locals.entry(name).or_insert(before);
        }
        let mut jobs = self.jobs;
        for job in other.jobs {
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        let is_same_place = self.directory == other.directory;
        Self {
            time: self.time.or(other.time),
            live: self.live.min(other.live),
            stopped: self.stopped || other.stopped,
            stopped_surely: self.stopped_surely && other.stopped_surely,
            status: self.status.or(other.status),
            succeeds_at: Some(succeeds_at),
            runs_on,
            answer: if self.answer == other.answer { self.answer } else { Answer::default() },
            assumed: self.assumed || other.assumed,
            guards: guard::meet(self.guards, &other.guards),
            directory: if is_same_place { self.directory } else { Value::unknown(".").text },
            vars,
            locals,
            exported: self.exported.intersection(&other.exported).cloned().collect(),
            positional: if self.positional == other.positional { self.positional } else { None },
            jobs,
            errexit: self.errexit && other.errexit,
            pipefail: self.pipefail && other.pipefail,
            trap: self.trap.or(other.trap),
            away: self.away.meet(other.away),
        }
    }

    /// The states in which the last command succeeded, and in which it failed.
    pub(super) fn split(mut self) -> (Option<Self>, Option<Self>) {
        let answer = std::mem::take(&mut self.answer);
        self.succeeds_at = None;
        match self.status.success() {
            Some(true) => (Some(self.knowing(answer.yes)), None),
            Some(false) => (None, Some(self.knowing(answer.no))),
            None => {
                let failed = Self { status: Status::FAILURE, ..self.clone() };
                let succeeded = Self { status: Status::SUCCESS, ..self };
                (Some(succeeded.knowing(answer.yes)), Some(failed.knowing(answer.no)))
            }
        }
    }

    /// The last command failed, which nobody expects.
    pub(super) fn surprised(mut self) -> Self {
        let answer = std::mem::take(&mut self.answer);
        Self { status: Status::FAILURE, assumed: false, ..self }.knowing(answer.no)
    }

    fn knowing(mut self, more: Vec<Guard>) -> Self {
        guard::know(&mut self.guards, more);
        self
    }

    /// The last command ended so, which says nothing about the world.
    #[must_use]
    pub(super) fn ended(self, status: Status) -> Self {
        Self { status, succeeds_at: None, answer: Answer::default(), assumed: false, ..self }
    }

    /// Something was asked whose answer may differ on a second run.
    pub(super) fn is_asked(&self) -> bool {
        self.guards.contains(&Guard::Asked)
    }

    /// Waits for the jobs of this shell; with `all` false only for one of them, nobody knows which.
    pub(super) fn wait(&mut self, all: bool) {
        let (mine, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.jobs).into_iter().partition(|job| job.mine);
        let before = self.time;
        let only = all || mine.len() == 1;
        for job in &mine {
            let end = job.start.then(job.time);
            let shortest = if only { self.time.shortest.max(end.shortest) } else { self.time.shortest };
            self.time = Time { shortest, ..self.time.beside(end) };
        }
        if !self.stopped {
            self.live += (self.time.shortest - before.shortest).max(0.0);
        }
        self.jobs = others;
        if !only {
            self.jobs.extend(mine);
        }
    }

    /// The end of the hook: jobs that hold its output open keep it running (facts B7, N11).
    pub(super) fn end(&mut self) {
        for job in std::mem::take(&mut self.jobs).into_iter().filter(|job| job.open) {
            self.time = self.time.beside(job.start.then(job.time));
        }
    }

    /// Gives up: nobody knows how long it goes on from here.
    pub(super) fn lose_track(&mut self) {
        self.time.known = false;
        if self.time.longest != Longest::Unbounded {
            self.time.longest = Longest::Unknown;
        }
        self.status = Status::UNKNOWN;
        self.answer = Answer::default();
    }
}
