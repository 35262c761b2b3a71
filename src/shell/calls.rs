//! Simple commands: assignments, and which command is called.

use std::rc::Rc;

use super::answers;
use super::given::Given;
use super::guard::{Answer, Guard};
use super::invocation;
use super::machine::{DEEPEST, Frame, Machine};
use super::script::{Assignment, Command, CommandKind, Piece, Redirection, RedirectionKind, Simple};
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::time::Time;
use super::trace::{Arg, Flaw, Reach, Redirect, Step, Wait, Words};
use super::value::Value;
use crate::programs::{self, Kind, Program, Rule, Runs, Target};
use crate::text::Span;
use crate::text::placeholder::is_filled_in;

/// Longest value of a variable that is followed.
const LONGEST_VALUE: usize = 1024;

/// A command about to run.
#[derive(Clone, Copy)]
pub(super) struct Call<'c> {
    /// Its name and arguments.
    pub(super) args: &'c [Arg],
    /// All of it, in the command line.
    pub(super) whole: &'c Words,
    /// All of it, in its script.
    pub(super) span: Span,
    pub(super) redirections: &'c [Redirection],
    pub(super) frame: Frame<'c>,
    /// What is read, when the script says so.
    pub(super) input: Option<&'c str>,
}

impl<'c> Call<'c> {
    /// The arguments behind the name.
    pub(super) fn given(&self) -> Given<'c> {
        Given(self.args.get(1..).unwrap_or_default())
    }

    /// The known values behind the name.
    pub(super) fn values(&self) -> Vec<Option<&'c str>> {
        self.args.iter().skip(1).map(Arg::known).collect()
    }

    /// The known text of an argument; 0 is the name.
    pub(super) fn text(&self, at: usize) -> Option<&'c str> {
        self.args.get(at)?.known()
    }

    /// Every argument is known.
    pub(super) fn is_known(&self) -> bool {
        self.args.iter().all(|arg| arg.known().is_some() && arg.exact)
    }

    /// The same call without its first words.
    pub(super) fn without(&self, words: usize) -> Call<'c> {
        let args = self.args.get(words..).unwrap_or_default();
        let start = args.first().map_or(self.span.start, |arg| arg.span.start);
        Call { args, span: Span::new(start, self.span.end), ..*self }
    }

    /// It reads from a connection or another descriptor, which may block.
    pub(super) fn reads_elsewhere(&self) -> bool {
        self.redirections.iter().any(|redirection| match redirection.kind {
            RedirectionKind::Read | RedirectionKind::ReadWrite => {
                redirection.target.literal().is_none_or(|path| path.starts_with("/dev/tcp"))
            }
            RedirectionKind::Duplicate => {
                self.frame.source.get(redirection.span.range()).is_some_and(|text| text.contains("<&"))
            }
            _ => false,
        })
    }
}

/// The program's directory is one for programs: `/usr/bin`, `/opt/tools/sbin`.
fn in_program_directory(program: &str) -> bool {
    let folder = program.rsplit('/').nth(1);
    folder.is_some_and(|folder| matches!(folder, "bin" | "sbin" | "busybox"))
}

/// What is known of the program that a name calls: a product may be installed anywhere, and a tool of the
/// same name elsewhere is another one.
pub(crate) fn program_of(name: &str) -> Option<&'static Program> {
    let base = programs::base_name(name);
    let program = programs::find(base)
        .or_else(|| base.strip_suffix(".sh").and_then(programs::find).filter(is_product))?;
    (!name.contains('/') || in_program_directory(name) || is_product(&program)).then_some(program)
}

fn is_product(program: &&'static Program) -> bool {
    program.kind == Kind::Product
}

impl Machine<'_> {
    pub(super) fn simple(
        &mut self,
        simple: &Simple,
        command: &Command,
        mut state: State,
        frame: Frame,
    ) -> Outcome {
        let before = (!simple.assignments.is_empty()).then(|| state.clone());
        let status = state.status;
        self.cannot_compute = false;
        // `$?` among the words still is the status of the command before.
        let ignored = frame.unasked();
        let (args, exact) = self.expand_all(&simple.words, &mut state, ignored);
        // The status of assignments alone is that of what they run.
        let of_assignments = if simple.words.is_empty() { frame } else { ignored };
        self.assign(&simple.assignments, &mut state, of_assignments);
        // dash says 2, bash 1.
        if std::mem::take(&mut self.cannot_compute) {
            return Outcome::of(Flow::Exit, state.ended(Status::FAILURE));
        }
        if args.is_empty() {
            if !command.redirections.is_empty() {
                self.redirects(command, &mut state, frame);
            }
            let substituted = simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref());
            let runs = substituted
                .flat_map(|word| &word.pieces)
                .any(|piece| matches!(piece, Piece::Substitution(_)));
            if !runs && simple.words.is_empty() {
                state = state.ended(Status::SUCCESS);
            } else if !runs && !exact {
                state = state.ended(Status::UNKNOWN);
            }
            return Outcome::next(state);
        }
        state = state.ended(status);
        let here = self.here_text(command, &mut state, frame);
        let whole = frame.place.words(command.span);
        let call = Call {
            args: &args,
            whole: &whole,
            span: command.span,
            redirections: &command.redirections,
            frame,
            input: here.as_deref().or(frame.input),
        };
        match before {
            Some(before) => self.with_variables(call, before, &simple.assignments, state),
            None => self.dispatch(call, state),
        }
    }

    /// `A=1 command`: the variable is the command's alone, and it inherits it.
    fn with_variables(
        &mut self,
        call: Call,
        before: State,
        assignments: &[Assignment],
        mut state: State,
    ) -> Outcome {
        state.exported.extend(assignments.iter().map(|assignment| assignment.name.clone()));
        let mut outcome = self.dispatch(call, state);
        outcome.for_each(|state| {
            state.vars.clone_from(&before.vars);
            state.exported.clone_from(&before.exported);
        });
        outcome
    }

    fn assign(&mut self, assignments: &[Assignment], state: &mut State, frame: Frame) {
        for assignment in assignments {
            let name = &assignment.name;
            let unknown = Value::unknown(name);
            let mut value = match &assignment.value {
                Some(word) => self.joined(word, state, frame),
                None => unknown.clone(),
            };
            if assignment.append {
                let before = state.vars.get(name).cloned().unwrap_or_else(|| unknown.clone());
                value = match (before.known(), value.known()) {
                    (Some(before), Some(more)) => Value::of(&format!("{before}{more}")),
                    _ => unknown.clone().and_dynamic(before.dynamic || value.dynamic),
                };
            }
            if value.text.len() > LONGEST_VALUE {
                value = unknown.and_dynamic(value.dynamic);
            }
            // What is set where something was asked may be set otherwise on a second run.
            let value = value.and_dynamic(state.is_asked());
            state.vars.insert(name.clone(), value);
        }
    }

    /// Runs a command from its words.
    pub(super) fn call(
        &mut self,
        args: &[Arg],
        whole: Words,
        span: Span,
        redirections: &[Redirection],
        state: State,
        frame: Frame,
    ) -> Outcome {
        self.dispatch(Call { args, whole: &whole, span, redirections, frame, input: frame.input }, state)
    }

    pub(super) fn dispatch(&mut self, call: Call, state: State) -> Outcome {
        self.depth += 1;
        let outcome =
            if self.depth > 2 * DEEPEST { self.unknown(call, state) } else { self.named(call, state) };
        self.depth -= 1;
        outcome
    }

    fn named(&mut self, call: Call, state: State) -> Outcome {
        let Some(name) = call.text(0).filter(|_| call.args.first().is_some_and(|arg| arg.exact)) else {
            return self.noted(call, None, state, Self::unknown);
        };
        if let Some(function) = self.functions.get(name).map(Rc::clone) {
            let is_question = call.frame.condition;
            let state = self.noted_redirects(call, state);
            let mut outcome = self.function(&function, call.args, state, call.frame);
            outcome.for_each(|state| state.answer = answers::of_program(None, is_question));
            return outcome;
        }
        if let Some(text) = (self.line.files)(name) {
            let state = self.noted_redirects(call, state);
            return self.file(text, name, call, state);
        }
        let program = program_of(name);
        if let Some(seconds) = self.line.knowledge.least_seconds(name) {
            return self.noted(call, program, state, |machine, call, state| {
                machine.known_to_user(name, seconds, call, state)
            });
        }
        // `'sleep 10'` in quotes is one word. What a template tool fills in may hold anything.
        let is_path = name
            .split_whitespace()
            .next()
            .is_some_and(|first| first.contains('/') && program_of(first).is_none());
        if invocation::is_text(name) && !is_path && !is_filled_in(name) {
            let status = self.fail(
                Flaw::Quoted,
                Status::NOT_FOUND,
                call.whole.clone(),
                format!("the quotes make one word of it, and no program is called `{name}`"),
            );
            return Outcome::next(state.ended(status));
        }
        if let Some(status) = program.and_then(|program| self.lacks_operands(program, call)) {
            return self.noted(call, program, state, |_, _, state| Outcome::next(state.ended(status)));
        }
        match program.map(|program| program.runs) {
            Some(Runs::Shell(dialect)) => {
                let state = self.noted_redirects(call, state);
                self.shell(dialect, call, state)
            }
            Some(Runs::Rule(rule)) => self.by_rule(rule, program, call, state),
            Some(Runs::Wraps(_)) => match invocation::behind_wrapper(call.args) {
                Some(taken) => self.wrapped(name, taken, call, state),
                None => self.noted(call, program, state, Self::unknown),
            },
            _ => self
                .noted(call, program, state, |machine, call, state| machine.by_table(program, call, state)),
        }
    }

    /// Notes the step that a command is, and what it says of the world, around running it.
    pub(super) fn noted(
        &mut self,
        call: Call,
        program: Option<&'static Program>,
        mut state: State,
        run: impl FnOnce(&mut Self, Call, State) -> Outcome,
    ) -> Outcome {
        let redirects = self.redirections(call.redirections, &mut state, call.frame);
        let kills = call.frame.kills(&state);
        let is_unanswered = self.is_unanswered(program, call.args, &redirects);
        let step = Step {
            args: call.args.to_vec(),
            program,
            pipeline_start: call.frame.pipeline_start.unwrap_or(call.span.start),
            input: call.input.map(str::to_owned),
            redirects,
            kills,
            hangs: call.frame.fate.hangs,
            ..step_at(call.span, &state, call.frame)
        };
        let number = self.step_runs(step, call.frame.script);
        let starts = state.time;
        let made = self.made(program, call, &state);
        let stops_before = self.stops;
        self.stops = None;
        let mut outcome = run(self, call, state);
        if is_unanswered {
            outcome.for_each(|state| {
                state.status = Status::FAILURE;
                state.assumed = false;
            });
        }
        let stops = std::mem::replace(&mut self.stops, stops_before);
        let is_test = program.is_some_and(|program| program.runs == Runs::Rule(Rule::Test));
        let says = answers::of_program(program, call.frame.condition);
        outcome.for_each(|state| {
            if !is_test && (state.status.success().is_none() || state.assumed) {
                let yes = match &made {
                    Some(path) => vec![Guard::Absent(path.clone())],
                    None => says.yes.clone(),
                };
                state.answer = Answer { yes, no: says.no.clone() };
            }
        });
        if let Some(step) = number.and_then(|number| self.trace.steps.get_mut(number)) {
            step.stops = stops;
            if let Some(end) = outcome.peek() {
                step.takes = end.time.since(starts);
                step.status = end.status;
            }
        }
        outcome
    }

    /// It is taken for granted that nobody answers where a call asks.
    pub(super) fn is_unanswered(
        &self,
        program: Option<&Program>,
        words: &[Arg],
        redirects: &[Redirect],
    ) -> bool {
        self.line.unanswered.is_some_and(|fails| fails(program, words, redirects))
    }

    /// The name that `mkdir` or `ln` takes as a lock: its failing on the second run is taken care of.
    fn made(&self, program: Option<&'static Program>, call: Call, state: &State) -> Option<String> {
        if call.frame.kills(state) && !call.frame.condition {
            return None;
        }
        let makes = |row: &&programs::SecondRun| matches!(row.target, Target::Makes | Target::Links);
        let row = program?.second.iter().find(makes)?;
        let given = call.given();
        if row.form == programs::Form::Always && given.has(row.safe, row.values) {
            return None;
        }
        Some(given.operands(row.values).last()?.value.path(&state.directory))
    }

    /// Notes the redirections of a command that is followed into.
    pub(super) fn noted_redirects(&mut self, call: Call, mut state: State) -> State {
        if !call.redirections.is_empty() {
            self.note_redirects(call.redirections, (call.span, false), &mut state, call.frame);
        }
        state
    }

    /// Notes the redirections of a compound command.
    pub(super) fn redirects(&mut self, command: &Command, state: &mut State, frame: Frame) {
        let is_empty = matches!(command.kind, CommandKind::Simple(_));
        self.note_redirects(&command.redirections, (command.span, is_empty), state, frame);
    }

    fn note_redirects(
        &mut self,
        redirections: &[Redirection],
        (span, is_empty): (Span, bool),
        state: &mut State,
        frame: Frame,
    ) {
        let redirects = self.redirections(redirections, state, frame);
        let step = Step { is_empty, redirects, ..step_at(span, state, frame) };
        self.step_runs(step, frame.script);
    }

    fn redirections(&mut self, all: &[Redirection], state: &mut State, frame: Frame) -> Vec<Redirect> {
        let redirect = |redirection: &Redirection| Redirect {
            kind: redirection.kind,
            descriptor: redirection.descriptor,
            target: self.joined(&redirection.target, state, frame),
            target_span: redirection.target.span,
            span: redirection.span,
        };
        all.iter().map(redirect).collect()
    }

    /// The user knows that it returns at once, or takes at least so long; it counts as succeeding.
    fn known_to_user(&mut self, name: &str, seconds: f64, call: Call, mut state: State) -> Outcome {
        if seconds > 0.0 {
            let time = Time { shortest: seconds, counted: seconds, ..Time::UNKNOWN };
            self.note(Wait {
                words: call.whole.clone(),
                decisive: call.whole.clone(),
                what: name.to_owned(),
                time,
                rounds: 1,
            });
            state.spend(time);
        }
        self.instant(call, state)
    }

    /// `env A=1 command`, `nice command`, `exec command`.
    pub(super) fn wrapped(&mut self, name: &str, taken: usize, call: Call, mut state: State) -> Outcome {
        let base = programs::base_name(name);
        if base == "env" {
            self.clear(call, taken, &mut state);
            for at in 1..taken {
                if let Some((variable, value)) = call.text(at).and_then(|text| text.split_once('=')) {
                    state.vars.insert(variable.to_owned(), Value::of(value));
                    state.exported.insert(variable.to_owned());
                }
            }
        }
        let outcome = self.dispatch(call.without(taken), state);
        match base {
            // The shell is gone, and its traps with it.
            "exec" => {
                let mut outcome = outcome.map(|flow| if flow == Flow::Next { Flow::Exit } else { flow });
                outcome.for_each(|state| state.trap = None);
                outcome
            }
            _ => outcome,
        }
    }

    /// `env -i` and `env -u NAME`: the command does not get what the container has.
    fn clear(&self, call: Call, taken: usize, state: &mut State) {
        let options = || (1..taken).filter_map(|at| call.text(at));
        let unset: Vec<String> =
            match options().any(|option| matches!(option, "-i" | "-" | "--ignore-environment")) {
                true => self.line.env.keys().chain(state.vars.keys()).cloned().collect(),
                false => (1..taken)
                    .filter(|at| matches!(call.text(*at), Some("-u" | "--unset")))
                    .filter_map(|at| call.text(at + 1))
                    .chain(options().filter_map(|option| option.strip_prefix("--unset=")))
                    .map(str::to_owned)
                    .collect(),
            };
        for name in unset {
            state.vars.insert(name.clone(), Value::of(""));
            state.exported.insert(name);
        }
    }
}

/// A step before anything is known of it but where it stands.
fn step_at(span: Span, state: &State, frame: Frame) -> Step {
    Step {
        args: Vec::new(),
        is_empty: false,
        program: None,
        source: Rc::clone(frame.source),
        place: frame.place.clone(),
        span,
        pipeline_start: span.start,
        input: None,
        redirects: Vec::new(),
        directory: state.directory.clone(),
        starts: state.time,
        takes: Time::NONE,
        status: Status::UNKNOWN,
        reach: Reach::Always,
        guards: state.guards.clone(),
        background: false,
        stops: None,
        kills: false,
        hangs: false,
    }
}
