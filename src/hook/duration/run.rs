//! Lists, pipelines and compound commands.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::output::redirected;
use super::simple::Arg;
use super::state::{Flow, Job, Outcome, State};
use super::{Duration, Failure, HookCommand, Longest, Part, TextRef, Time, Words};
use crate::shell::parse;
use crate::shell::script::{Command, CommandKind, Connector, List, Pipeline, Statement, Word};
use crate::text::Span;

/// How many commands are followed in one hook, loops unrolled.
const MOST_STEPS: usize = 30_000;
/// How deep commands, functions and nested shells may stand in each other.
const DEEPEST: usize = 48;
/// How many parts are kept for the explanation.
const MOST_PARTS: usize = 50;

/// Where a script's text stands.
#[derive(Debug, Clone)]
pub(super) enum InText {
    /// In this text, from this byte on.
    In(TextRef, usize),
    /// It was put together; all of it stands for these words.
    From(Words),
}

impl InText {
    pub(super) fn words(&self, span: Span) -> Words {
        match self {
            Self::In(text, base) => Words { text: text.clone(), range: base + span.start..base + span.end },
            Self::From(words) => words.clone(),
        }
    }
}

/// What a command needs to know about where it stands.
#[derive(Clone, Copy)]
pub(super) struct Frame<'s> {
    pub(super) place: &'s InText,
    /// The script's text.
    pub(super) source: &'s str,
    /// A failure here does not end the shell under `set -e`.
    pub(super) checked: bool,
    /// It stands in the condition of an `if` or a loop, so it is asked for its success.
    pub(super) condition: bool,
}

/// A function with the text it stands in.
pub(super) struct Function {
    body: Command,
    place: InText,
    source: String,
}

/// Follows one hook.
pub(super) struct Machine<'a> {
    pub(super) hook: HookCommand<'a>,
    /// Braces expand.
    pub(super) braces: bool,
    pub(super) functions: BTreeMap<String, Rc<Function>>,
    pub(super) parts: Vec<Part>,
    pub(super) failure: Option<Failure>,
    pub(super) stop: Option<Words>,
    /// The first wait without bound.
    pub(super) endless: Option<Words>,
    /// The script looks at the clock or counts with an unknown number, so that a loop which seems
    /// to wait without bound may count.
    pub(super) counts_unknown: bool,
    pub(super) steps: usize,
    pub(super) depth: usize,
}

/// The program's directory is one of the system's.
pub(super) fn in_system_directory(program: &str) -> bool {
    const DIRECTORIES: &[&str] =
        &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/busybox"];
    program.rsplit_once('/').is_some_and(|(directory, _)| DIRECTORIES.contains(&directory))
}

/// Follows a hook from its `command`.
pub(super) fn hook(command: &HookCommand, braces: bool) -> Duration {
    let mut machine = Machine {
        hook: *command,
        braces,
        functions: BTreeMap::new(),
        parts: Vec::new(),
        failure: None,
        stop: None,
        endless: None,
        counts_unknown: false,
        steps: 0,
        depth: 0,
    };
    let arg = |(at, text): (usize, &String)| {
        let words = Words { text: TextRef::Argument(at), range: 0..text.len() };
        Arg { value: Some(text.clone()), words, exact: true }
    };
    let args: Vec<Arg> = command.argv.iter().enumerate().map(arg).collect();
    let whole = Words { text: TextRef::Argument(0), range: 0..command.argv.first().map_or(0, String::len) };
    let start = State::new(vec![], false);
    let place = InText::From(whole.clone());
    let scope = Frame { place: &place, source: "", checked: true, condition: false };
    let mut end = machine.nested(&start, |machine, state| machine.call(&args, whole, &[], state, scope));
    end.end();
    machine.report(&end)
}

impl Machine<'_> {
    fn report(self, end: &State) -> Duration {
        let until_stop = if end.stopped { end.live } else { end.time.shortest };
        let mut parts = self.parts;
        parts.sort_by(|a, b| (&a.words.text, a.words.range.start).cmp(&(&b.words.text, b.words.range.start)));
        let longest_part = parts
            .iter()
            .filter(|part| part.time.known)
            .max_by(|a, b| a.time.shortest.total_cmp(&b.time.shortest));
        let decisive = match &self.failure {
            Some(failure) if end.time.shortest == 0.0 => Some(failure.words.clone()),
            _ if end.time.longest == Longest::Unbounded => self.endless.clone(),
            _ => None,
        };
        let decisive = decisive
            .or_else(|| longest_part.map(|part| part.decisive.clone()))
            .or_else(|| parts.first().map(|part| part.decisive.clone()))
            .or_else(|| self.stop.clone());
        Duration {
            shortest: end.time.shortest,
            longest: end.time.longest,
            known: end.time.known,
            until_stop: until_stop.min(end.time.shortest),
            stop: self.stop.filter(|_| end.stopped),
            decisive,
            parts,
            failure: self.failure,
        }
    }

    /// Notes a command that takes time.
    pub(super) fn note(&mut self, part: Part) {
        let same = |known: &Part| known.words == part.words && known.what == part.what;
        if self.parts.len() < MOST_PARTS && !self.parts.iter().any(same) {
            self.parts.push(part);
        }
    }

    /// Notes a command that fails where it was meant to wait.
    pub(super) fn fail(&mut self, words: Words, reason: impl Into<String>) {
        self.failure.get_or_insert_with(|| Failure { words, reason: reason.into() });
    }

    /// One more step; false when there have been too many.
    pub(super) fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps <= MOST_STEPS
    }

    /// There have been too many steps, so that nothing is followed any more.
    pub(super) fn is_tired(&self) -> bool {
        self.steps > MOST_STEPS
    }

    /// Runs something in a subshell of its own, from time zero, up to its end.
    pub(super) fn nested(&mut self, state: &State, run: impl FnOnce(&mut Self, State) -> Outcome) -> State {
        let child = state.child();
        let fallback = child.clone();
        let mut end = run(self, child).joined().unwrap_or(fallback);
        if let Some((script, words)) = end.trap.take() {
            let place = InText::From(words);
            let ran = self.script(&script, &place, end.clone());
            end = ran.joined().unwrap_or(end);
        }
        for job in &mut end.jobs {
            job.mine = false;
        }
        end
    }

    /// Runs a script's text in the present shell.
    pub(super) fn script(&mut self, text: &str, place: &InText, state: State) -> Outcome {
        let scope = Frame { place, source: text, checked: false, condition: false };
        match parse::parse(text) {
            Ok(list) => self.list(&list, state, scope),
            Err(error) if !error.broken => {
                let mut state = state;
                state.spend(Time::UNKNOWN);
                state.lose_track();
                Outcome::next(state)
            }
            Err(error) => {
                let at = error.at.min(text.len());
                let end =
                    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| at + found);
                self.fail(
                    place.words(Span::new(at, end)),
                    format!("the shell cannot read this: {}", error.message),
                );
                let mut outcome = self.readable_part(text, at, state, scope);
                outcome.for_each(|state| state.status = Some(false));
                outcome.map(|flow| if flow == Flow::Next { Flow::Exit } else { flow })
            }
        }
    }

    /// A shell runs a broken script line by line up to the command it cannot read.
    fn readable_part(&mut self, text: &str, at: usize, state: State, scope: Frame) -> Outcome {
        let mut end = at;
        for _ in 0..40 {
            let Some(line) = text.get(..end).and_then(|before| before.rfind('\n')) else { break };
            end = line;
            if let Some(Ok(list)) = text.get(..end).map(parse::parse) {
                return self.list(&list, state, scope);
            }
        }
        Outcome::next(state)
    }

    pub(super) fn list(&mut self, list: &List, state: State, scope: Frame) -> Outcome {
        self.depth += 1;
        let outcome =
            if self.depth > DEEPEST { self.lost(state) } else { self.statements(list, state, scope) };
        self.depth -= 1;
        outcome
    }

    fn lost(&mut self, mut state: State) -> Outcome {
        state.lose_track();
        Outcome::next(state)
    }

    fn statements(&mut self, list: &List, state: State, scope: Frame) -> Outcome {
        let mut result = Outcome::default();
        let mut next = Some(state);
        for statement in list {
            let Some(state) = next.take() else { break };
            let mut outcome = self.statement(statement, state, scope);
            next = outcome.take_next();
            result.add_all(outcome);
        }
        if let Some(state) = next {
            result.add(Flow::Next, state);
        }
        result
    }

    fn statement(&mut self, statement: &Statement, state: State, scope: Frame) -> Outcome {
        if statement.background {
            return self.background(statement, state, scope);
        }
        self.and_or(statement, state, scope)
    }

    fn background(&mut self, statement: &Statement, mut state: State, scope: Frame) -> Outcome {
        let child = self.nested(&state, |machine, state| machine.and_or(statement, state, scope));
        let open = !state.quiet && !redirected(statement, scope.source);
        state.jobs.push(Job { start: state.time, time: child.time, open, mine: true });
        for job in child.jobs {
            state.jobs.push(Job { start: state.time.then(job.start), ..job });
        }
        // A stop signal sent from the background can come at any time from now on.
        if child.stopped {
            state.stopped = true;
        }
        state.status = Some(true);
        Outcome::next(state)
    }

    fn and_or(&mut self, statement: &Statement, state: State, scope: Frame) -> Outcome {
        let last = statement.rest.len();
        let checked = |at: usize| Frame { checked: scope.checked || at < last, ..scope };
        let mut outcome = self.pipeline(&statement.first, state, checked(0));
        for (at, (connector, pipeline)) in statement.rest.iter().enumerate() {
            let Some(state) = outcome.take_next() else { break };
            let (succeeded, failed) = state.split();
            let (go, skip) = match connector {
                Connector::And => (succeeded, failed),
                Connector::Or => (failed, succeeded),
            };
            if let Some(go) = go {
                outcome.add_all(self.pipeline(pipeline, go, checked(at + 1)));
            }
            if let Some(skip) = skip {
                outcome.add(Flow::Next, skip);
            }
        }
        outcome
    }

    fn pipeline(&mut self, pipeline: &Pipeline, state: State, scope: Frame) -> Outcome {
        let inner = Frame { checked: scope.checked || pipeline.negated, ..scope };
        let mut outcome = match pipeline.commands.as_slice() {
            [command] => self.command(command, state, inner),
            commands => self.piped(commands, state, inner),
        };
        let Some(mut next) = outcome.take_next() else { return outcome };
        if pipeline.negated {
            next.status = next.status.map(|status| !status);
        }
        // A compound command fails by what failed in it, which has had its say already.
        let counts = match pipeline.commands.as_slice() {
            [command] => matches!(
                command.kind,
                CommandKind::Subshell(_)
                    | CommandKind::Simple(_)
                    | CommandKind::Test(_)
                    | CommandKind::Arithmetic(_)
            ),
            _ => true,
        };
        if next.errexit && counts && !scope.checked && !pipeline.negated {
            let (succeeded, failed) = next.split();
            if let Some(failed) = failed {
                outcome.add(Flow::Exit, failed);
            }
            if let Some(succeeded) = succeeded {
                outcome.add(Flow::Next, succeeded);
            }
        } else {
            outcome.add(Flow::Next, next);
        }
        outcome
    }

    /// The parts of a pipeline run beside each other, and the shell waits for all of them.
    fn piped(&mut self, commands: &[Command], mut state: State, scope: Frame) -> Outcome {
        let mut together: Option<State> = None;
        for (at, command) in commands.iter().enumerate() {
            let mut part = self.nested(&state, |machine, state| machine.command(command, state, scope));
            // A writer that goes on for ever ends when nobody reads any more.
            if at + 1 < commands.len() && part.time.shortest.is_infinite() {
                part.time.shortest = 0.0;
                part.live = 0.0;
            }
            together = Some(match together {
                None => part,
                Some(before) => beside(before, part),
            });
        }
        if let Some(together) = together {
            let vars = state.vars.clone();
            state.absorb(together);
            state.vars = vars;
        }
        Outcome::next(state)
    }

    pub(super) fn command(&mut self, command: &Command, state: State, scope: Frame) -> Outcome {
        if !self.step() {
            return self.lost(state);
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command, state, scope),
            CommandKind::Group(list) => self.list(list, state, scope),
            CommandKind::Subshell(list) => {
                let mut state = state;
                let child = self.nested(&state, |machine, state| machine.list(list, state, scope));
                state.absorb(child);
                Outcome::next(state)
            }
            CommandKind::If { branches, otherwise } => {
                self.branches(branches, otherwise.as_ref(), state, scope)
            }
            CommandKind::While { until, condition, body } => {
                self.while_loop(*until, condition, body, command, state, scope)
            }
            CommandKind::For { variable, words, body } => {
                self.for_loop(variable, words.as_deref(), body, state, scope)
            }
            CommandKind::ForArithmetic { start, condition, step, body } => {
                self.arithmetic_loop(start, [condition, step], body, command, state, scope)
            }
            CommandKind::Case { word, arms } => self.case(word, arms, state, scope),
            CommandKind::Function { name, body } => {
                let function = Function {
                    body: Command::clone(body),
                    place: scope.place.clone(),
                    source: scope.source.to_owned(),
                };
                self.functions.insert(name.clone(), Rc::new(function));
                Outcome::next(State { status: Some(true), ..state })
            }
            CommandKind::Test(words) => {
                let mut state = state;
                let values = self.expand_whole(words, &mut state, scope);
                state.status = super::test::answer(&values);
                Outcome::next(state)
            }
            CommandKind::Arithmetic(expression) => {
                let mut state = state;
                state.status = self.arithmetic(expression, &mut state).map(|value| value != 0);
                Outcome::next(state)
            }
            CommandKind::Other => {
                let mut state = state;
                state.spend(Time::UNKNOWN);
                self.lost(state)
            }
        }
    }

    fn branches(
        &mut self,
        branches: &[(List, List)],
        otherwise: Option<&List>,
        state: State,
        scope: Frame,
    ) -> Outcome {
        let asked = Frame { checked: true, condition: true, ..scope };
        let mut result = Outcome::default();
        let mut next = Some(state);
        for (condition, body) in branches {
            let Some(state) = next.take() else { break };
            let mut outcome = self.list(condition, state, asked);
            let answered = outcome.take_next();
            result.add_all(outcome);
            let (yes, no) = answered.map_or((None, None), State::split);
            if let Some(yes) = yes {
                result.add_all(self.list(body, yes, scope));
            }
            next = no;
        }
        if let Some(state) = next {
            let state = State { status: Some(true), ..state };
            match otherwise {
                Some(body) => result.add_all(self.list(body, state, scope)),
                None => result.add(Flow::Next, state),
            }
        }
        result
    }

    fn case(&mut self, word: &Word, arms: &[(Vec<Word>, List)], mut state: State, scope: Frame) -> Outcome {
        let value = self.expand_whole(std::slice::from_ref(word), &mut state, scope).pop().flatten();
        let mut result = Outcome::default();
        let mut open = true;
        for (patterns, body) in arms {
            let matches =
                patterns.iter().map(|pattern| matches(pattern, value.as_deref())).fold(Some(false), either);
            if matches != Some(false) && open {
                result.add_all(self.list(body, State { status: Some(true), ..state.clone() }, scope));
            }
            open &= matches != Some(true);
        }
        if open {
            result.add(Flow::Next, State { status: Some(true), ..state });
        }
        result
    }

    /// Calls a function with its arguments.
    pub(super) fn function(
        &mut self,
        function: &Function,
        args: &[Arg],
        mut state: State,
        scope: Frame,
    ) -> Outcome {
        let values = args.iter().map(|arg| arg.value.clone()).collect();
        let before = state.positional.replace(values);
        if args.iter().any(|arg| !arg.exact) {
            state.positional = None;
        }
        let inner = Frame { place: &function.place, source: &function.source, ..scope };
        self.depth += 1;
        let outcome =
            if self.depth > DEEPEST { self.lost(state) } else { self.command(&function.body, state, inner) };
        self.depth -= 1;
        let mut outcome = outcome.map(|flow| if flow == Flow::Return { Flow::Next } else { flow });
        outcome.for_each(|state| state.positional = before.clone());
        outcome
    }
}

/// Two parts of a pipeline; the later one's status counts.
fn beside(before: State, later: State) -> State {
    let live = match (before.stopped, later.stopped) {
        (true, true) => before.live.min(later.live),
        (true, false) => before.live,
        (false, true) => later.live,
        (false, false) => before.live.max(later.live),
    };
    let mut jobs = before.jobs;
    jobs.extend(later.jobs);
    State {
        time: before.time.beside(later.time),
        live,
        stopped: before.stopped || later.stopped,
        jobs,
        ..later
    }
}

fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// A pattern of `case` matches the word.
fn matches(pattern: &Word, value: Option<&str>) -> Option<bool> {
    let pattern = pattern.literal()?;
    if pattern == "*" {
        return Some(true);
    }
    let value = value?;
    match pattern.split_once('*') {
        _ if pattern.contains(['?', '[', '\\']) => None,
        None => Some(pattern == value),
        Some((front, "")) => Some(value.starts_with(front)),
        Some(("", back)) if !back.contains('*') => Some(value.ends_with(back)),
        Some(_) => None,
    }
}
