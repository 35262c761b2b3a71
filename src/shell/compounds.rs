//! Commands, and those that hold other commands: conditions, `case`, subshells and functions.

use std::rc::Rc;

use super::answers;
use super::fate::Fate;
use super::guard::{self, Guard};
use super::machine::{DEEPEST, Frame, Function, Machine};
use super::pattern;
use super::script::{Command, CommandKind, List, Piece, Word};
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::time::Time;
use super::trace::Arg;
use crate::programs::{self, Rule, Runs};

impl Machine<'_> {
    pub(super) fn command(&mut self, command: &Command, state: State, frame: Frame) -> Outcome {
        if !self.step() {
            return self.lost(state);
        }
        self.weigh(&state);
        let mut state = state;
        let before = state.away;
        let is_redirected = !command.redirections.is_empty();
        if is_redirected {
            if !matches!(command.kind, CommandKind::Simple(_)) {
                self.redirects(command, &mut state, frame);
            }
            // What runs inside inherits its outputs, a function and a nested shell as well.
            state.away = before.and(&command.redirections, frame.source);
        }
        let mut outcome = match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, command, state, frame),
            CommandKind::Group(list) => self.list(list, state, frame),
            CommandKind::Subshell(list) => {
                let abort = frame.kills(&state);
                let inner = Frame { fate: Fate { abort, ..frame.fate }, ..frame };
                let child = self.nested(&state, inner, |machine, state| machine.list(list, state, inner));
                state.absorb(child);
                Outcome::next(state)
            }
            CommandKind::If { branches, otherwise } => {
                self.branches(branches, otherwise.as_ref(), state, frame)
            }
            CommandKind::While { until, condition, body } => {
                self.while_loop(*until, condition, body, command, state, frame)
            }
            CommandKind::For { variable, words, body } => {
                self.for_loop(variable, words.as_deref(), body, state, frame)
            }
            CommandKind::ForArithmetic { start, condition, step, body } => {
                self.arithmetic_loop(start, [condition, step], body, command, state, frame)
            }
            CommandKind::Case { word, arms } => self.case(word, arms, state, frame),
            CommandKind::Function { name, body } => {
                let function = Function {
                    body: Command::clone(body),
                    place: frame.place.clone(),
                    source: Rc::clone(frame.source),
                    script: frame.script,
                };
                self.functions.insert(name.clone(), Rc::new(function));
                Outcome::next(state.ended(Status::SUCCESS))
            }
            CommandKind::Test(words) => {
                let values = self.expand_whole(words, &mut state, frame.unasked());
                Outcome::next(answers::tested(state, &values))
            }
            CommandKind::Arithmetic(expression) => {
                let value = self.arithmetic(expression, &mut state);
                Outcome::next(state.ended(Status::answer(value.map(|value| value != 0))))
            }
            CommandKind::Other => {
                state.spend(Time::UNKNOWN);
                self.lost(state)
            }
        };
        if is_redirected && !is_lone_exec(command) {
            outcome.for_each(|state| state.away = before);
        }
        outcome
    }

    fn branches(
        &mut self,
        branches: &[(List, List)],
        otherwise: Option<&List>,
        state: State,
        frame: Frame,
    ) -> Outcome {
        let asked = Frame { checked: true, condition: true, fate: frame.fate.ignored(), ..frame };
        let entry = state.guards.clone();
        let mut result = Outcome::default();
        let mut next = Some(state);
        let mut is_open = false;
        for (condition, body) in branches {
            let Some(state) = next.take() else { break };
            let mut outcome = self.maybe(is_open, |machine| machine.list(condition, state, asked));
            let answered = outcome.take_next();
            result.add_all(outcome);
            let (yes, no) = answered.map_or((None, None), State::split);
            is_open |= yes.is_some() && no.is_some();
            if let Some(yes) = yes {
                result.add_all(self.maybe(is_open, |machine| machine.list(body, yes, frame)));
            }
            next = no;
        }
        if let Some(state) = next {
            match otherwise {
                Some(body) => {
                    result.add_all(self.maybe(is_open, |machine| machine.list(body, state, frame)));
                }
                None => result.add(Flow::Next, state.ended(Status::SUCCESS)),
            }
        }
        result.forget_beyond(&entry);
        result
    }

    fn case(&mut self, word: &Word, arms: &[(Vec<Word>, List)], mut state: State, frame: Frame) -> Outcome {
        let entry = state.guards.clone();
        let before = state.status;
        let value = self.joined(word, &mut state, frame.unasked());
        // bash lets what the word runs change `$?`, and dash does not.
        state.status = before.or(state.status);
        if value.dynamic {
            guard::know(&mut state.guards, [Guard::Asked]);
        }
        let mut result = Outcome::default();
        let mut open = true;
        let mut is_sure = true;
        for (patterns, body) in arms {
            let matches =
                patterns.iter().map(|pattern| matches(pattern, value.known())).fold(Some(false), any);
            if matches != Some(false) && open {
                is_sure &= matches == Some(true);
                // `$?` in an arm still is that of the command before.
                let state = state.clone();
                let state = if body.is_empty() { state.ended(Status::SUCCESS) } else { state };
                result.add_all(self.maybe(!is_sure, |machine| machine.list(body, state, frame)));
            }
            open &= matches != Some(true);
        }
        if open {
            result.add(Flow::Next, state.ended(Status::SUCCESS));
        }
        result.forget_beyond(&entry);
        result
    }

    /// Calls a function with its arguments.
    pub(super) fn function(
        &mut self,
        function: &Function,
        args: &[Arg],
        mut state: State,
        frame: Frame,
    ) -> Outcome {
        let values = args.iter().map(|arg| arg.value.clone()).collect();
        let before = state.positional.replace(values);
        if args.iter().any(|arg| !arg.exact) {
            state.positional = None;
        }
        let inner = Frame {
            place: &function.place,
            source: &function.source,
            script: function.script,
            ..frame.inside()
        };
        let locals = std::mem::take(&mut state.locals);
        let around = std::mem::replace(&mut self.in_function, true);
        self.depth += 1;
        let outcome =
            if self.depth > DEEPEST { self.lost(state) } else { self.command(&function.body, state, inner) };
        self.depth -= 1;
        self.in_function = around;
        let mut outcome = outcome.map(|flow| if flow == Flow::Return { Flow::Next } else { flow });
        outcome.for_each(|state| {
            state.positional = before.clone();
            for (name, before) in std::mem::replace(&mut state.locals, locals.clone()) {
                match before {
                    Some(value) => state.vars.insert(name, value),
                    None => state.vars.remove(&name),
                };
            }
        });
        outcome
    }
}

/// `exec >file`: its redirections are the shell's own from now on.
fn is_lone_exec(command: &Command) -> bool {
    let CommandKind::Simple(simple) = &command.kind else { return false };
    simple.words.len() == 1
        && simple.name().is_some_and(|name| {
            programs::find(&name).is_some_and(|program| program.runs == Runs::Rule(Rule::Exec))
        })
}

fn any(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// A pattern of `case` matches the word.
fn matches(word: &Word, value: Option<&str>) -> Option<bool> {
    let pattern = word.literal()?;
    if pattern == "*" {
        return Some(true);
    }
    let value = value?;
    let is_equal = pattern == value;
    // In quotes a `*` stands for itself.
    let is_quoted = word.pieces.iter().any(|piece| matches!(piece, Piece::Literal { quoted: true, .. }));
    let matched = pattern::matches(&pattern, value);
    matched.filter(|matched| !is_quoted || *matched == is_equal)
}
