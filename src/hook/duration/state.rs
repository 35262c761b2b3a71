//! What is known at one moment of a script's run, and where a run can go on from there.

use std::collections::{BTreeMap, BTreeSet};

use super::Words;
use crate::hook::time::{Longest, Time};

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

    /// Changes every state.
    pub(super) fn for_each(&mut self, change: impl Fn(&mut State)) {
        self.0.values_mut().for_each(change);
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
    /// The last command succeeded; `None`: either.
    pub(super) status: Option<bool>,
    /// Variables that the script has set; `None`: to an unknown value.
    pub(super) vars: BTreeMap<String, Option<String>>,
    /// The variables among them that programs inherit.
    pub(super) exported: BTreeSet<String>,
    /// `$0`, `$1` …; `None` as a whole when nobody knows how many there are.
    pub(super) positional: Option<Vec<Option<String>>>,
    /// What runs in the background.
    pub(super) jobs: Vec<Job>,
    /// `set -e`.
    pub(super) errexit: bool,
    /// What `trap … EXIT` has asked for.
    pub(super) trap: Option<(String, Words)>,
    /// The shell's own output goes elsewhere, so that its jobs hold nothing open.
    pub(super) quiet: bool,
}

impl State {
    pub(super) fn new(positional: Vec<Option<String>>, errexit: bool) -> Self {
        Self {
            time: Time::NONE,
            live: 0.0,
            stopped: false,
            status: Some(true),
            vars: BTreeMap::new(),
            exported: BTreeSet::new(),
            positional: Some(positional),
            jobs: Vec::new(),
            errexit,
            trap: None,
            quiet: false,
        }
    }

    /// Lets time pass.
    pub(super) fn spend(&mut self, time: Time) {
        self.time = self.time.then(time);
        if !self.stopped {
            self.live += time.shortest;
        }
    }

    /// A copy that starts counting at zero: a subshell.
    pub(super) fn child(&self) -> Self {
        Self { time: Time::NONE, live: 0.0, stopped: false, jobs: Vec::new(), trap: None, ..self.clone() }
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
        }
        self.status = child.status;
    }

    /// Either of the two.
    pub(super) fn join(self, other: Self) -> Self {
        let mut vars = self.vars;
        for (name, value) in &mut vars {
            if other.vars.get(name) != Some(&*value) {
                *value = None;
            }
        }
        for name in other.vars.into_keys() {
            vars.entry(name).or_insert(None);
        }
        let mut jobs = self.jobs;
        for job in other.jobs {
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        Self {
            time: self.time.or(other.time),
            live: self.live.min(other.live),
            stopped: self.stopped || other.stopped,
            status: if self.status == other.status { self.status } else { None },
            vars,
            exported: self.exported.intersection(&other.exported).cloned().collect(),
            positional: if self.positional == other.positional { self.positional } else { None },
            jobs,
            errexit: self.errexit && other.errexit,
            trap: self.trap.or(other.trap),
            quiet: self.quiet && other.quiet,
        }
    }

    /// The states in which the last command succeeded, and in which it failed.
    pub(super) fn split(self) -> (Option<Self>, Option<Self>) {
        match self.status {
            Some(true) => (Some(self), None),
            Some(false) => (None, Some(self)),
            None => {
                let failed = Self { status: Some(false), ..self.clone() };
                (Some(Self { status: Some(true), ..self }), Some(failed))
            }
        }
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

    /// The end of the hook: jobs that hold its output open keep it running (B7).
    pub(super) fn end(&mut self) {
        for job in std::mem::take(&mut self.jobs) {
            let end = job.start.then(job.time);
            if job.open {
                self.time = Time { shortest: self.time.shortest, ..self.time.beside(end) };
            }
        }
    }

    /// Gives up: nobody knows how long it goes on from here.
    pub(super) fn lose_track(&mut self) {
        self.time.known = false;
        if self.time.longest != Longest::Unbounded {
            self.time.longest = Longest::Unknown;
        }
        self.status = None;
    }
}
