//! Simple commands: assignments, and which command is called.

use std::rc::Rc;

use super::run::{Frame, InText, Machine, in_system_directory};
use super::state::{Flow, Outcome, State};
use super::{Part, TextRef, Time, Words};
use crate::hook::commands::{self, Manner};
use crate::hook::interpreters;
use crate::hook::invocation;
use crate::shell::script::{Assignment, Command, Piece, Redirection, RedirectionKind, Simple};

/// One argument of a command.
#[derive(Debug, Clone)]
pub(super) struct Arg {
    /// Its text, when known.
    pub(super) value: Option<String>,
    /// Where it stands.
    pub(super) words: Words,
    /// It is one argument, neither none nor several.
    pub(super) exact: bool,
}

/// A command about to run.
#[derive(Clone, Copy)]
pub(super) struct Call<'c> {
    /// Its name and arguments.
    pub(super) args: &'c [Arg],
    /// All of it.
    pub(super) whole: &'c Words,
    pub(super) redirections: &'c [Redirection],
    pub(super) scope: Frame<'c>,
}

impl<'c> Call<'c> {
    /// The values behind the name.
    pub(super) fn values(&self) -> Vec<Option<String>> {
        self.args.iter().skip(1).map(|arg| arg.value.clone()).collect()
    }

    /// The known text of an argument; 0 is the name.
    pub(super) fn text(&self, at: usize) -> Option<&'c str> {
        self.args.get(at)?.value.as_deref()
    }

    /// Every argument is known.
    pub(super) fn is_known(&self) -> bool {
        self.args.iter().all(|arg| arg.value.is_some() && arg.exact)
    }

    /// The same call without its first words.
    pub(super) fn without(&self, words: usize) -> Call<'c> {
        Call { args: self.args.get(words..).unwrap_or_default(), ..*self }
    }

    /// It reads from a connection or another descriptor, which may block.
    pub(super) fn reads_elsewhere(&self) -> bool {
        self.redirections.iter().any(|redirection| match redirection.kind {
            RedirectionKind::Read | RedirectionKind::ReadWrite => {
                redirection.target.literal().is_none_or(|path| path.starts_with("/dev/tcp"))
            }
            RedirectionKind::Duplicate => {
                self.scope.source.get(redirection.span.range()).is_some_and(|text| text.contains("<&"))
            }
            _ => false,
        })
    }
}

impl Machine<'_> {
    pub(super) fn simple(
        &mut self,
        simple: &Simple,
        command: &Command,
        mut state: State,
        scope: Frame,
    ) -> Outcome {
        let before = (!simple.assignments.is_empty()).then(|| state.clone());
        let status = state.status;
        // `$?` among the words still is the status of the command before.
        let (args, exact) = self.expand_all(&simple.words, &mut state, scope);
        if simple.words.is_empty() {
            state.status = Some(true);
        }
        self.assign(&simple.assignments, &mut state, scope);
        if args.is_empty() {
            let substituted = simple.assignments.iter().filter_map(|assignment| assignment.value.as_ref());
            let runs = substituted
                .flat_map(|word| &word.pieces)
                .any(|piece| matches!(piece, Piece::Substitution(_)));
            if !runs {
                state.status = if exact { Some(true) } else { None };
            }
            return Outcome::next(state);
        }
        state.status = status;
        let whole = scope.place.words(command.span);
        let call = Call { args: &args, whole: &whole, redirections: &command.redirections, scope };
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

    fn assign(&mut self, assignments: &[Assignment], state: &mut State, scope: Frame) {
        for assignment in assignments {
            let value = match &assignment.value {
                Some(word) => self.expand_whole(std::slice::from_ref(word), state, scope).pop().flatten(),
                None => None,
            };
            let value = match assignment.append {
                true => {
                    let before = state.vars.get(&assignment.name).cloned().flatten();
                    before.zip(value).map(|(before, value)| before + &value)
                }
                false => value,
            };
            state.vars.insert(assignment.name.clone(), value);
        }
    }

    /// Runs a command from its words.
    pub(super) fn call(
        &mut self,
        args: &[Arg],
        whole: Words,
        redirections: &[Redirection],
        state: State,
        scope: Frame,
    ) -> Outcome {
        self.dispatch(Call { args, whole: &whole, redirections, scope }, state)
    }

    pub(super) fn dispatch(&mut self, call: Call, state: State) -> Outcome {
        self.depth += 1;
        let outcome = if self.depth > 2 * 48 { self.unknown(call, state) } else { self.named(call, state) };
        self.depth -= 1;
        outcome
    }

    fn named(&mut self, call: Call, state: State) -> Outcome {
        let Some(name) = call.text(0).filter(|_| call.args.first().is_some_and(|arg| arg.exact)) else {
            return self.unknown(call, state);
        };
        if let Some(function) = self.functions.get(name).map(Rc::clone) {
            return self.function(&function, call.args, state, call.scope);
        }
        if let Some(text) = (self.hook.files)(name) {
            return self.file(text, name, call, state);
        }
        if let Some(seconds) = self.hook.knowledge.least_seconds(name) {
            return self.known_to_user(name, seconds, call, state);
        }
        let base = match name.contains('/') {
            true if !in_system_directory(name) => return self.unknown(call, state),
            true => interpreters::base_name(name),
            false => name,
        };
        if let Some(outcome) = self.special(base, call, &state) {
            return outcome;
        }
        if let Some(dialect) = interpreters::shell(base) {
            return self.shell(dialect, call, state);
        }
        let texts: Vec<Option<&str>> = (0..call.args.len()).map(|at| call.text(at)).collect();
        if let Some(taken) = invocation::wrapper_arguments(&texts) {
            return self.wrapped(base, taken, call, state);
        }
        self.by_table(base, call, state)
    }

    /// The user knows that it returns at once, or takes at least so long; it counts as succeeding.
    fn known_to_user(&mut self, name: &str, seconds: f64, call: Call, mut state: State) -> Outcome {
        if seconds > 0.0 {
            let time = Time { shortest: seconds, ..Time::UNKNOWN };
            self.note(Part {
                words: call.whole.clone(),
                decisive: call.whole.clone(),
                what: name.to_owned(),
                time,
            });
            state.spend(time);
        }
        self.instant(name, call, state)
    }

    /// `env A=1 command`, `nice command`, `exec command`.
    fn wrapped(&mut self, name: &str, taken: usize, call: Call, mut state: State) -> Outcome {
        if name == "env" {
            for at in 1..taken {
                if let Some((variable, value)) = call.text(at).and_then(|text| text.split_once('=')) {
                    state.vars.insert(variable.to_owned(), Some(value.to_owned()));
                    state.exported.insert(variable.to_owned());
                }
            }
        }
        let outcome = self.dispatch(call.without(taken), state);
        match name {
            "exec" => outcome.map(|flow| if flow == Flow::Next { Flow::Exit } else { flow }),
            _ => outcome,
        }
    }

    fn by_table(&mut self, name: &str, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        let stops = commands::STOPS.iter().filter(|stop| stop.name == name);
        if let Some(stop) = stops.into_iter().find(|stop| commands::holds(&values, stop.arguments)) {
            self.tells_to_stop(call, &mut state);
            if !stop.at_once {
                return self.unknown(call, state);
            }
            return self.instant(name, call, state);
        }
        let talks =
            commands::TALKS.iter().any(|(talker, words)| *talker == name && commands::holds(&values, words));
        match commands::manner(name) {
            _ if talks => self.instant(name, call, state),
            Some(Manner::Instant) => self.instant(name, call, state),
            Some(Manner::Reads) if call.reads_elsewhere() => self.unknown(call, state),
            Some(Manner::Reads) => self.instant(name, call, state),
            Some(Manner::Answers) => Outcome::next(State { status: None, ..state }),
            Some(Manner::Fails) => Outcome::next(State { status: Some(false), ..state }),
            None if self.names_a_variable(name, call) => {
                Outcome::next(State { status: Some(false), ..state })
            }
            None => self.unknown(call, state),
        }
    }

    /// `$(DELAY)` in a script is a command substitution, and there is no such command (B5).
    fn names_a_variable(&mut self, name: &str, call: Call) -> bool {
        if call.args.len() != 1
            || !self.hook.env.contains_key(name)
            || name.chars().any(|c| c.is_ascii_lowercase())
        {
            return false;
        }
        self.fail(
            call.whole.clone(),
            format!("in a script `$({name})` runs a command called {name}, which does not exist; the variable is `${name}`"),
        );
        true
    }

    /// Returns at once. It counts as succeeding, unless a condition asks for its answer.
    pub(super) fn instant(&mut self, name: &str, call: Call, state: State) -> Outcome {
        const ALWAYS: &[&str] = &["true", ":", "echo", "printf", "export", "local", "unset", "cd"];
        let asked = call.scope.condition && call.args.len() > 1;
        let status = if asked && !ALWAYS.contains(&name) { None } else { Some(true) };
        Outcome::next(State { status, ..state })
    }

    /// Nobody knows how long it takes, nor how it ends.
    pub(super) fn unknown(&mut self, call: Call, mut state: State) -> Outcome {
        let what = call.text(0).unwrap_or("a command").to_owned();
        self.note(Part {
            words: call.whole.clone(),
            decisive: call.whole.clone(),
            what,
            time: Time::UNKNOWN,
        });
        state.spend(Time::UNKNOWN);
        state.status = None;
        // It may set variables only when it runs in this shell, which programs do not.
        Outcome::next(state)
    }

    pub(super) fn tells_to_stop(&mut self, call: Call, state: &mut State) {
        if !state.stopped {
            self.stop.get_or_insert_with(|| call.whole.clone());
        }
        state.stopped = true;
    }

    /// Runs another shell.
    fn shell(&mut self, dialect: interpreters::Dialect, call: Call, mut state: State) -> Outcome {
        let texts: Vec<Option<&str>> = (1..call.args.len()).map(|at| call.text(at)).collect();
        let Some(shell) = invocation::shell_call(&texts) else { return self.unknown(call, state) };
        let Some(at) = shell.script.map(|at| at + 1) else {
            // Without a script a shell reads its input; a hook's is empty.
            return match call.redirections.is_empty() && call.is_known() {
                true => Outcome::next(State { status: Some(true), ..state }),
                false => self.unknown(call, state),
            };
        };
        let (Some(text), Some(arg)) = (call.text(at), call.args.get(at)) else {
            return self.unknown(call, state);
        };
        if !shell.inline {
            return match (self.hook.files)(text) {
                Some(script) => self.file(script, text, call.without(at), state),
                None => self.unknown(call, state),
            };
        }
        let place = self.place_of(arg, text, call.scope);
        let positional: Vec<_> = call.args.iter().skip(at + 1).map(|arg| arg.value.clone()).collect();
        let braces = self.braces;
        self.braces |= dialect == interpreters::Dialect::Bash;
        let child = self.in_new_shell(text, &place, positional, shell.errexit, &state);
        self.braces = braces;
        if let Some(extra) = call.args.get(at + 1) {
            self.explain_lost_operand(text, extra, &child);
        }
        state.absorb(child);
        Outcome::next(state)
    }

    /// `sh -c sleep 5`: the 5 becomes `$0`.
    fn explain_lost_operand(&mut self, script: &str, extra: &Arg, child: &State) {
        let lost = child.status == Some(false) && script.split_whitespace().count() == 1;
        if let (true, Some(failure), Some(value)) = (lost, &mut self.failure, &extra.value) {
            failure.reason = format!(
                "the script is only `{script}`; `{value}` becomes its $0, not an operand of `{script}`"
            );
        }
    }

    fn in_new_shell(
        &mut self,
        text: &str,
        place: &InText,
        positional: Vec<Option<String>>,
        errexit: bool,
        state: &State,
    ) -> State {
        let functions = std::mem::take(&mut self.functions);
        let end = self.nested(state, |machine, mut state| {
            state.positional = Some(positional);
            state.errexit = errexit;
            let State { vars, exported, .. } = &mut state;
            for (name, value) in vars {
                // Inherited only when the image has set the variable as well.
                if !exported.contains(name) && !machine.hook.env.contains_key(name) {
                    *value = None;
                }
            }
            machine.script(text, place, state)
        });
        self.functions = functions;
        State {
            vars: state.vars.clone(),
            positional: state.positional.clone(),
            errexit: state.errexit,
            ..end
        }
    }

    /// Where an inner script's text lies: right in the argument when it is written there as it is.
    fn place_of(&self, arg: &Arg, text: &str, scope: Frame) -> InText {
        let range = &arg.words.range;
        let InText::In(reference, base) = scope.place else {
            // An item of `command` itself.
            return match (&arg.words.text, range.len() == text.len()) {
                (TextRef::Argument(at), true) => InText::In(TextRef::Argument(*at), range.start),
                _ => InText::From(arg.words.clone()),
            };
        };
        let written = range.start.checked_sub(*base).zip(range.end.checked_sub(*base));
        let written = written.and_then(|(start, end)| Some((start, scope.source.get(start..end)?)));
        match written.and_then(|(start, written)| Some(start + written.find(text)?)) {
            Some(start) => InText::In(reference.clone(), base + start),
            None => InText::From(arg.words.clone()),
        }
    }

    /// Runs a file of the container whose text is known.
    fn file(&mut self, text: &str, path: &str, call: Call, mut state: State) -> Outcome {
        let first = text.lines().next().unwrap_or_default();
        let interpreter = first.strip_prefix("#!").map(|line| {
            let mut words = line.split_whitespace().filter(|word| interpreters::base_name(word) != "env");
            words.next().unwrap_or_default().to_owned()
        });
        let foreign = interpreter.as_deref().is_some_and(|program| interpreters::shell(program).is_none());
        self.depth += 8;
        if foreign || self.depth > 48 {
            self.depth -= 8;
            return self.unknown(call, state);
        }
        let place = InText::In(TextRef::File(path.to_owned()), 0);
        let positional = call.args.iter().map(|arg| arg.value.clone()).collect();
        let errexit = first.starts_with("#!") && first.split_whitespace().any(|word| word.starts_with("-e"));
        let child = self.in_new_shell(text, &place, positional, errexit, &state);
        self.depth -= 8;
        state.absorb(child);
        Outcome::next(state)
    }

    /// `. file`: the file's commands run in this shell.
    pub(super) fn sourced(&mut self, call: Call, state: State) -> Outcome {
        let text = call.text(1).and_then(|path| Some((path, (self.hook.files)(path)?)));
        let Some((path, text)) = text else { return self.unknown(call, state) };
        let place = InText::In(TextRef::File(path.to_owned()), 0);
        self.depth += 8;
        let outcome =
            if self.depth > 48 { self.unknown(call, state) } else { self.script(text, &place, state) };
        self.depth -= 8;
        outcome.map(|flow| if flow == Flow::Return { Flow::Next } else { flow })
    }

    /// `eval` puts its arguments together and reads them as a script.
    pub(super) fn eval(&mut self, call: Call, state: State) -> Outcome {
        let values: Option<Vec<String>> = call.values().into_iter().collect();
        let (Some(values), true) = (values, call.is_known()) else { return self.unknown(call, state) };
        let text = values.join(" ");
        let place = match call.args {
            [_, only] => self.place_of(only, &text, call.scope),
            _ => InText::From(call.whole.clone()),
        };
        self.depth += 4;
        let outcome =
            if self.depth > 48 { self.unknown(call, state) } else { self.script(&text, &place, state) };
        self.depth -= 4;
        outcome
    }
}
