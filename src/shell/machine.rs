//! Runs a script on what is known about values, and notes what it does.
//!
//! Where a command can go either way both ways are followed, and joined where they meet. A command of
//! which only the second run can fail counts as succeeding; what stands behind its failing is followed
//! aside, so that the trace holds it without a say in time and status.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::fate::Fate;
use super::parse;
use super::script::Command;
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::time::{Longest, Time};
use super::trace::{Arg, CommandLine, Failure, Flaw, InText, Reach, Step, TextRef, Trace, Wait, Words};
use super::value::Value;
use crate::programs::Manner;
use crate::text::Span;
use crate::text::placeholder::is_filled_in;

/// How many commands are followed in one script, loops unrolled.
const MOST_STEPS: usize = 30_000;
/// So many variables, parameters and jobs weigh as much as a step.
const LIGHT: usize = 64;
/// How deep commands, functions and nested shells may stand in each other.
pub(super) const DEEPEST: usize = 40;
/// How many waits are kept for the explanation.
const MOST_WAITS: usize = 50;
/// How many reasons of failing commands are kept.
const MOST_REASONS: usize = 50;
/// How many steps are noted, and how many of one command in a loop.
const MOST_NOTED: usize = 4_000;
pub(super) const MOST_ROUNDS: usize = 8;
/// How many pipelines one and-or list may have to be followed aside.
pub(super) const LONGEST_CHAIN: usize = 200;

/// What a command needs to know about where it stands.
#[derive(Clone, Copy)]
pub(super) struct Frame<'s> {
    pub(super) place: &'s InText,
    /// The script's text.
    pub(super) source: &'s Rc<str>,
    /// Which of the scripts that were read.
    pub(super) script: usize,
    /// A failure here does not end the shell under `set -e`.
    pub(super) checked: bool,
    /// It stands in the condition of an `if` or a loop, so it is asked for its success.
    pub(super) condition: bool,
    /// What its failing does.
    pub(super) fate: Fate,
    /// Where its pipeline begins, when it stands in one of several commands.
    pub(super) pipeline_start: Option<usize>,
    /// What the command before it in the pipeline writes, when its words say it.
    pub(super) input: Option<&'s str>,
}

impl Frame<'_> {
    /// A list inside: its commands stand in pipelines of their own.
    pub(super) fn inside(self) -> Self {
        Self { pipeline_start: None, input: None, ..self }
    }

    /// What stands inside words: nobody asks for its status.
    pub(super) fn unasked(self) -> Self {
        Self { fate: self.fate.ignored(), checked: true, ..self }
    }

    /// Its failing is the script's.
    pub(super) fn kills(&self, state: &State) -> bool {
        self.fate.last || self.aborts(state)
    }

    fn aborts(&self, state: &State) -> bool {
        state.errexit && !self.checked && self.fate.abort
    }
}

/// A function with the text it stands in.
pub(super) struct Function {
    pub(super) body: Command,
    pub(super) place: InText,
    pub(super) source: Rc<str>,
    pub(super) script: usize,
}

/// Follows one command line.
pub(super) struct Machine<'a> {
    pub(super) line: CommandLine<'a>,
    /// Braces expand.
    pub(super) braces: bool,
    pub(super) functions: BTreeMap<String, Rc<Function>>,
    pub(super) depth: usize,
    /// A function runs, so that it can have variables of its own.
    pub(super) in_function: bool,
    /// How many loops stand around what is followed.
    pub(super) loops: usize,
    /// An expression could not be computed, which ends the shell.
    pub(super) cannot_compute: bool,
    /// The script looks at the clock or counts with an unknown number, so that a loop which seems
    /// to wait without bound may count.
    pub(super) counts_unknown: bool,
    /// A trap runs where a command fails, and may end the script as it likes.
    pub(super) traps_failures: bool,
    /// What is being noted.
    pub(super) trace: Trace,
    /// Why commands fail, by the number that their status holds.
    pub(super) reasons: Vec<Failure>,
    /// What is followed comes only after a failure that nobody expects.
    pub(super) aside: usize,
    /// How many splits stand open: what is reached may not be.
    pub(super) open: usize,
    /// The time at which the shell that is followed started.
    since: Time,
    pub(super) in_background: bool,
    /// How the command that runs tells the server to stop.
    pub(super) stops: Option<Manner>,
    rounds: HashMap<(usize, Span), usize>,
    scripts: usize,
    steps: usize,
}

/// Follows a command line from its items.
pub(super) fn run(line: &CommandLine<'_>, braces: bool) -> Trace {
    let mut machine = Machine {
        line: *line,
        braces,
        functions: BTreeMap::new(),
        depth: 0,
        in_function: false,
        loops: 0,
        cannot_compute: false,
        counts_unknown: false,
        traps_failures: false,
        trace: Trace::of(Time::NONE),
        reasons: Vec::new(),
        aside: 0,
        open: 0,
        since: Time::NONE,
        in_background: false,
        stops: None,
        rounds: HashMap::new(),
        scripts: 0,
        steps: 0,
    };
    let (source, args) = as_script(line.argv);
    let items: Rc<[(Span, usize)]> =
        args.iter().zip(line.argv).map(|(arg, text)| (arg.span, text.len())).collect();
    let place = InText::Items(items);
    let whole = Words::new(TextRef::Argument(0), 0..line.argv.first().map_or(0, String::len));
    let directory = line.working_dir.map_or_else(|| Value::unknown("."), Value::of).text;
    let frame = Frame {
        place: &place,
        source: &source,
        script: 0,
        checked: true,
        condition: false,
        fate: Fate::OF_SCRIPT,
        pipeline_start: None,
        input: None,
    };
    let span = Span::new(0, source.len());
    let start = State::new(directory);
    let mut end =
        machine.nested(&start, frame, |machine, state| machine.call(&args, whole, span, &[], state, frame));
    let (own, never_succeeds) = (end.time, end.never_succeeds() && !machine.traps_failures);
    end.end();
    Trace { own, never_succeeds, ..machine.report(&end) }
}

/// The command line as a shell would write it, in quotes where a shell would read more into a word.
fn as_script(argv: &[String]) -> (Rc<str>, Vec<Arg>) {
    let mut text = String::new();
    let mut args = Vec::new();
    for (at, word) in argv.iter().enumerate() {
        if at > 0 {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&quoted(word));
        args.push(Arg {
            value: Value::of(word),
            words: Words::new(TextRef::Argument(at), 0..word.len()),
            span: Span::new(start, text.len()),
            exact: true,
            open: false,
            literal: true,
        });
    }
    (text.into(), args)
}

fn quoted(word: &str) -> String {
    let is_plain =
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

impl Trace {
    /// Nothing is known but how long it takes.
    pub(super) fn of(time: Time) -> Self {
        Self {
            steps: Vec::new(),
            last_tests: Vec::new(),
            waits: Vec::new(),
            endless: None,
            failure: None,
            fatal: None,
            stop: None,
            time,
            own: time,
            never_succeeds: false,
            until_stop: None,
            stops_surely: false,
            status: Status::UNKNOWN,
        }
    }
}

impl Machine<'_> {
    fn report(self, end: &State) -> Trace {
        let mut waits = self.trace.waits;
        waits.sort_by(|a, b| (&a.words.text, a.words.start).cmp(&(&b.words.text, b.words.start)));
        let fatal = end.status.cause().and_then(|cause| self.reasons.get(cause));
        // `sleep $(DELAY)` has no operand because of what stands in its place.
        let meant = self.trace.failure.as_ref().filter(|failure| failure.flaw == Flaw::Variable);
        let fatal = fatal.map(|fatal| meant.unwrap_or(fatal).clone());
        Trace {
            waits,
            fatal,
            stop: self.trace.stop.filter(|_| end.stopped),
            time: end.time,
            until_stop: end.stopped.then_some(end.live),
            stops_surely: end.stopped_surely,
            status: end.status,
            ..self.trace
        }
    }

    /// Notes a command that takes time.
    pub(super) fn note(&mut self, wait: Wait) {
        if self.aside > 0 {
            return;
        }
        let waits = &mut self.trace.waits;
        let has_room = waits.len() < MOST_WAITS;
        match waits.iter_mut().find(|known| known.words == wait.words && known.what == wait.what) {
            Some(known) => known.rounds = known.rounds.saturating_add(wait.rounds),
            None if has_room => waits.push(wait),
            None => {}
        }
    }

    /// A status of a command that cannot work, and why.
    pub(super) fn faulty(
        &mut self,
        flaw: Flaw,
        status: Status,
        words: Words,
        reason: impl Into<String>,
    ) -> Status {
        let known = self.reasons.iter().position(|known| known.words == words);
        let cause = known.or_else(|| {
            let has_room = self.reasons.len() < MOST_REASONS;
            has_room.then(|| self.reasons.push(Failure { flaw, words, reason: reason.into() }));
            has_room.then(|| self.reasons.len() - 1)
        });
        status.because(cause)
    }

    /// The same, and notes that it fails where it was meant to wait.
    pub(super) fn fail(
        &mut self,
        flaw: Flaw,
        status: Status,
        words: Words,
        reason: impl Into<String>,
    ) -> Status {
        let status = self.faulty(flaw, status, words, reason);
        if let (0, Some(failure)) = (self.aside, status.cause().and_then(|cause| self.reasons.get(cause))) {
            self.trace.failure.get_or_insert_with(|| failure.clone());
        }
        status
    }

    /// Notes a wait without bound.
    pub(super) fn waits_for_ever(&mut self, words: &Words) {
        if self.aside == 0 {
            self.trace.endless.get_or_insert_with(|| words.clone());
        }
    }

    /// Notes a step; its number, unless enough are noted.
    pub(super) fn step_runs(&mut self, step: Step, script: usize) -> Option<usize> {
        let rounds = self.rounds.entry((script, step.span)).or_default();
        *rounds += 1;
        let steps = &mut self.trace.steps;
        if *rounds > MOST_ROUNDS || steps.len() >= MOST_NOTED {
            return None;
        }
        let starts = self.since.then(step.starts);
        let reach = match (self.aside, self.open) {
            (0, 0) => Reach::Always,
            (0, _) => Reach::Maybe,
            _ => Reach::AfterFailure,
        };
        let background = self.in_background;
        steps.push(Step { starts, reach, background, ..step });
        Some(steps.len() - 1)
    }

    /// One more step; false when there have been too many.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps <= MOST_STEPS
    }

    /// What is known at one moment is copied from one to the next, so much of it counts as more steps.
    pub(super) fn weigh(&mut self, state: &State) {
        let parameters = state.positional.as_ref().map_or(0, Vec::len);
        self.steps += (state.vars.len() + parameters + state.jobs.len()) / LIGHT;
    }

    /// There have been too many steps, so that nothing is followed any more.
    pub(super) fn is_tired(&self) -> bool {
        self.steps > MOST_STEPS
    }

    /// Follows what is reached on some runs only.
    pub(super) fn maybe<T>(&mut self, is_open: bool, run: impl FnOnce(&mut Self) -> T) -> T {
        self.open += usize::from(is_open);
        let ran = run(self);
        self.open -= usize::from(is_open);
        ran
    }

    /// Runs something in a subshell of its own, from time zero, up to its end.
    pub(super) fn nested(
        &mut self,
        state: &State,
        frame: Frame,
        run: impl FnOnce(&mut Self, State) -> Outcome,
    ) -> State {
        let child = state.child();
        let fallback = child.clone();
        let begins = self.since.then(state.time);
        let since = std::mem::replace(&mut self.since, begins);
        let mut end = run(self, child).joined().unwrap_or(fallback);
        if let Some((script, words)) = end.trap.take().map(|trap| *trap) {
            let place = InText::From(words);
            let status = end.status;
            let frame = Frame { fate: frame.fate.ignored(), ..frame };
            let mut ran = self.script(&script, &place, end.clone(), frame);
            // The status stays what it was, unless the trap itself exits.
            if let Some(next) = ran.take_next() {
                let succeeds_at = end.succeeds_at;
                ran.add(Flow::Exit, State { status, succeeds_at, ..next });
            }
            end = ran.joined().unwrap_or(end);
        }
        self.since = since;
        for job in &mut end.jobs {
            job.mine = false;
        }
        end
    }

    /// Runs a script's text in the present shell.
    pub(super) fn script(&mut self, text: &str, place: &InText, state: State, frame: Frame) -> Outcome {
        self.scripts += 1;
        let source: Rc<str> = text.into();
        let inner = Frame {
            place,
            source: &source,
            script: self.scripts,
            checked: frame.checked,
            condition: false,
            fate: frame.fate,
            pipeline_start: None,
            input: None,
        };
        match parse::parse(text) {
            Ok(list) => self.list(&list, state, inner),
            // What a template tool fills in may make it whole.
            Err(error) if !error.broken || is_filled_in(&text.replace("[[", "")) => {
                let mut state = state;
                state.spend(Time::UNKNOWN);
                self.lost(state)
            }
            Err(error) => {
                let at = error.at.min(text.len());
                let end =
                    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| at + found);
                let mut outcome = self.readable_part(text, at, state, inner);
                // A script that ends before is never read so far (fact P11).
                if let Some(state) = outcome.take_next() {
                    let status = self.fail(
                        Flaw::Unreadable,
                        Status::code(2),
                        place.words(Span::new(at, end)),
                        format!("the shell cannot read this: {}", error.message),
                    );
                    outcome.add(Flow::Exit, state.ended(status));
                }
                outcome
            }
        }
    }

    /// A shell runs a broken script line by line up to the command it cannot read.
    fn readable_part(&mut self, text: &str, at: usize, state: State, frame: Frame) -> Outcome {
        let mut end = at;
        for _ in 0..40 {
            let Some(line) = text.get(..end).and_then(|before| before.rfind('\n')) else { break };
            end = line;
            if let Some(Ok(list)) = text.get(..end).map(parse::parse) {
                return self.list(&list, state, frame);
            }
        }
        Outcome::next(state)
    }

    pub(super) fn lost(&mut self, mut state: State) -> Outcome {
        state.lose_track();
        Outcome::next(state)
    }
}

/// Whether a time can be more than none.
pub(super) fn is_unbounded(time: Time) -> bool {
    time.longest == Longest::Unbounded
}
