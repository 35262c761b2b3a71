//! Commands that run scripts: shells, files, `eval`.

use super::calls::Call;
use super::fate::Fate;
use super::first_line::{FirstLine, first_line};
use super::invocation;
use super::machine::{DEEPEST, Frame, Machine};
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::trace::{Arg, Flaw, InText, TextRef};
use super::value::Value;
use crate::programs::{self, Dialect};
use crate::text::placeholder::is_filled_in;

/// What stands in the place of a script file's name is a script itself, or the name of a program.
fn is_no_file(text: &str) -> bool {
    // Names that people give to scripts as well.
    const ALSO_SCRIPTS: [&str; 4] = ["install", "service", "test", "watch"];
    let is_program = || programs::find(text).is_some_and(programs::is_usual) && !ALSO_SCRIPTS.contains(&text);
    !is_filled_in(text) && (invocation::is_text(text) || is_program())
}

/// What a shell is told when it starts.
struct Start {
    positional: Vec<Value>,
    errexit: bool,
    pipefail: bool,
}

impl Machine<'_> {
    /// Runs another shell.
    pub(super) fn shell(&mut self, dialect: Dialect, call: Call, mut state: State) -> Outcome {
        let texts: Vec<Option<&str>> = (1..call.args.len()).map(|at| call.text(at)).collect();
        let Some(shell) = invocation::shell_call(&texts) else { return self.unknown_script(call, state) };
        if let Some(arg) = shell.impossible.and_then(|at| call.args.get(at + 1)) {
            let text = arg.known().unwrap_or_default();
            let reason = format!(
                "`{text}` is one item, so the shell takes each of its letters for an option, and not all of them are"
            );
            let status = self.faulty(Flaw::Glued, Status::code(2), arg.words.clone(), reason);
            return Outcome::next(state.ended(status));
        }
        let Some(at) = shell.script.map(|at| at + 1) else {
            if shell.inline {
                let status = self.faulty(
                    Flaw::Split,
                    Status::code(2),
                    call.whole.clone(),
                    "the item behind `-c` is the script, and there is none",
                );
                return Outcome::next(state.ended(status));
            }
            // Without a script a shell reads its input; a hook's is empty.
            let is_empty = call.redirections.is_empty() && call.frame.pipeline_start.is_none();
            return match is_empty && call.is_known() && call.input.is_none() {
                true => Outcome::next(state.ended(Status::SUCCESS)),
                false => self.unknown_script(call, state),
            };
        };
        let (Some(text), Some(arg)) = (call.text(at), call.args.get(at)) else {
            return self.unknown_script(call, state);
        };
        if !shell.inline {
            return match (self.line.files)(text) {
                // The first line is a comment to a shell that was called by name.
                Some(script) => {
                    let options =
                        FirstLine { errexit: shell.errexit, pipefail: shell.pipefail, ..first_line(script) };
                    self.script_file(script, text, options, call.without(at), state)
                }
                None if arg.exact && is_no_file(text) => {
                    let reason = format!(
                        "without `-c` the shell takes `{text}` for the name of a script file, and there is none"
                    );
                    let status = self.fail(Flaw::NoOption, Status::FAILURE, arg.words.clone(), reason);
                    Outcome::next(state.ended(status))
                }
                None => self.unknown_script(call, state),
            };
        }
        let place = self.place_of(arg, text, call.frame);
        let positional = call.args.iter().skip(at + 1).map(|arg| arg.value.clone()).collect();
        let braces = self.braces;
        self.braces |= dialect == Dialect::Bash;
        let start = Start { positional, errexit: shell.errexit, pipefail: shell.pipefail };
        let child = self.in_new_shell(text, &place, start, &state, call.frame);
        self.braces = braces;
        if let Some(extra) = call.args.get(at + 1) {
            self.explain_lost_operand(text, extra, &child);
        }
        state.absorb(child);
        Outcome::next(state)
    }

    fn unknown_script(&mut self, call: Call, state: State) -> Outcome {
        self.noted(call, None, state, Self::unknown)
    }

    /// `sh -c sleep 5`: the 5 becomes `$0`.
    fn explain_lost_operand(&mut self, script: &str, extra: &Arg, child: &State) {
        let is_one_word = script.split_whitespace().count() == 1;
        let cause = child.status.cause().and_then(|cause| self.reasons.get_mut(cause));
        let (true, Some(failure), Some(value)) = (is_one_word, cause, extra.known()) else { return };
        failure.flaw = Flaw::Split;
        failure.reason =
            format!("the script is only `{script}`; `{value}` becomes its $0, not an operand of `{script}`");
        if let Some(noted) = self.trace.failure.as_mut().filter(|noted| noted.words == failure.words) {
            noted.clone_from(failure);
        }
    }

    fn in_new_shell(
        &mut self,
        text: &str,
        place: &InText,
        start: Start,
        state: &State,
        frame: Frame,
    ) -> State {
        let functions = std::mem::take(&mut self.functions);
        let ends = frame.kills(state);
        let fate = Fate { last: ends, abort: ends, ..frame.fate };
        let inner = Frame { fate, checked: false, ..frame };
        let end = self.nested(state, inner, |machine, mut state| {
            state.positional = Some(start.positional);
            state.errexit = start.errexit;
            state.pipefail = start.pipefail;
            let State { vars, exported, .. } = &mut state;
            for (name, value) in vars {
                // Inherited only when the image has set the variable as well.
                if !exported.contains(name) && !machine.line.env.contains_key(name) {
                    *value = Value::unknown(name);
                }
            }
            machine.script(text, place, state, inner)
        });
        self.functions = functions;
        State {
            vars: state.vars.clone(),
            positional: state.positional.clone(),
            errexit: state.errexit,
            pipefail: state.pipefail,
            ..end
        }
    }

    /// Where an inner script's text lies: right in the argument when it is written there as it is.
    fn place_of(&self, arg: &Arg, text: &str, frame: Frame) -> InText {
        let InText::In(reference, base) = frame.place else {
            // An item of `command` itself.
            return match (&arg.words.text, arg.words.range().len() == text.len()) {
                (TextRef::Argument(at), true) => InText::In(TextRef::Argument(*at), arg.words.start),
                _ => InText::From(arg.words.clone()),
            };
        };
        let written = frame.source.get(arg.span.range());
        match written.and_then(|written| Some(arg.span.start + written.find(text)?)) {
            Some(start) => InText::In(reference.clone(), base + start),
            None => InText::From(arg.words.clone()),
        }
    }

    /// Runs a file of the container whose text is known.
    pub(super) fn file(&mut self, text: &str, path: &str, call: Call, state: State) -> Outcome {
        self.script_file(text, path, first_line(text), call, state)
    }

    fn script_file(
        &mut self,
        text: &str,
        path: &str,
        first: FirstLine,
        call: Call,
        mut state: State,
    ) -> Outcome {
        self.depth += 8;
        if first.is_foreign || self.depth > DEEPEST {
            self.depth -= 8;
            return self.unknown_script(call, state);
        }
        let place = InText::In(TextRef::File(path.to_owned()), 0);
        let positional = call.args.iter().map(|arg| arg.value.clone()).collect();
        let start = Start { positional, errexit: first.errexit, pipefail: first.pipefail };
        let child = self.in_new_shell(text, &place, start, &state, call.frame);
        self.depth -= 8;
        state.absorb(child);
        Outcome::next(state)
    }

    /// `. file`: the file's commands run in this shell.
    pub(super) fn sourced(&mut self, call: Call, state: State) -> Outcome {
        let text = call.text(1).and_then(|path| Some((path, (self.line.files)(path)?)));
        let Some((path, text)) = text else { return self.unknown_script(call, state) };
        let place = InText::In(TextRef::File(path.to_owned()), 0);
        self.depth += 8;
        let outcome = match self.depth > DEEPEST {
            true => self.unknown_script(call, state),
            false => self.script(text, &place, state, call.frame),
        };
        self.depth -= 8;
        outcome.map(|flow| if flow == Flow::Return { Flow::Next } else { flow })
    }

    /// `eval` puts its arguments together and reads them as a script.
    pub(super) fn eval(&mut self, call: Call, state: State) -> Outcome {
        let values: Option<Vec<&str>> = call.values().into_iter().collect();
        let (Some(values), true) = (values, call.is_known()) else {
            return self.unknown_script(call, state);
        };
        let text = values.join(" ");
        let place = match call.args {
            [_, only] => self.place_of(only, &text, call.frame),
            _ => InText::From(call.whole.clone()),
        };
        self.depth += 4;
        let outcome = match self.depth > DEEPEST {
            true => self.unknown_script(call, state),
            false => self.script(&text, &place, state, call.frame),
        };
        self.depth -= 4;
        outcome
    }
}
