//! Words to what a command gets.

use super::arithmetic::{self, Variables};
use super::braces;
use super::calls::program_of;
use super::fate::Fate;
use super::machine::{Frame, Machine};
use super::script::{Command, CommandKind, List, Piece, RedirectionKind, Simple, Word};
use super::state::State;
use super::status::Status;
use super::substitution;
use super::trace::{Arg, Env};
use super::value::Value;
use crate::programs::{NO_ANSWER, Tells};

/// Longer values are not followed.
const LONGEST: usize = 16 * 1024;
/// More words than this are not followed.
const MOST_WORDS: usize = 20_000;

struct Scripted<'m, 's> {
    env: &'m Env,
    state: &'s mut State,
    /// An unknown value was counted with.
    unknown: bool,
    /// There is no such number.
    cannot_compute: bool,
}

impl Variables for Scripted<'_, '_> {
    fn get(&self, name: &str) -> Option<String> {
        lookup(self.env, self.state, name)
    }

    fn cannot_compute(&mut self) {
        self.cannot_compute = true;
    }

    fn set(&mut self, name: &str, value: Option<i64>) {
        self.unknown |= value.is_none();
        let value = value.map_or_else(|| Value::unknown(name), |value| Value::of(&value.to_string()));
        self.state.vars.insert(name.to_owned(), value);
    }
}

/// A variable's value; `None` when it is not known. A name that neither the script nor the
/// manifest sets may be set by the image.
fn lookup(env: &Env, state: &State, name: &str) -> Option<String> {
    match state.vars.get(name) {
        Some(value) => value.known().map(str::to_owned),
        None => env.get(name).cloned().flatten(),
    }
}

/// Names of variables that hold options rather than an operand.
const OPTION_NAMES: &[&str] = &["OPT", "FLAG", "ARGS", "PARAMS"];

fn may_hold_options(word: &Word) -> bool {
    word.pieces.iter().any(|piece| match piece {
        Piece::Variable { name, .. } => {
            let name = name.to_ascii_uppercase();
            name == "@" || name == "*" || OPTION_NAMES.iter().any(|part| name.contains(part))
        }
        Piece::Other(text) => text.contains(['@', '*']),
        _ => false,
    })
}

impl Machine<'_> {
    pub(super) fn arithmetic(&mut self, expression: &str, state: &mut State) -> Option<i64> {
        let mut variables = Scripted { env: self.line.env, state, unknown: false, cannot_compute: false };
        let value = arithmetic::evaluate(expression, &mut variables);
        let unknown = variables.unknown;
        self.cannot_compute |= variables.cannot_compute;
        self.counts_unknown |= value.is_none() || unknown;
        value
    }

    /// The words of a command, split and with braces expanded. False: nobody knows how many there
    /// are.
    pub(super) fn expand_all(&mut self, words: &[Word], state: &mut State, frame: Frame) -> (Vec<Arg>, bool) {
        let mut args = Vec::new();
        let mut exact = true;
        for word in words {
            exact &= self.expand(word, state, frame, &mut args);
            if args.len() > MOST_WORDS {
                args.truncate(MOST_WORDS);
                return (args, false);
            }
        }
        (args, exact)
    }

    /// Words that are neither split nor expanded to several: those of `[[`, `case` and assignments.
    pub(super) fn expand_whole(&mut self, words: &[Word], state: &mut State, frame: Frame) -> Vec<Value> {
        words.iter().map(|word| self.joined(word, state, frame)).collect()
    }

    pub(super) fn joined(&mut self, word: &Word, state: &mut State, frame: Frame) -> Value {
        let mut value = Value::default();
        for (at, piece) in word.pieces.iter().enumerate() {
            let part = match piece {
                Piece::Literal { text, quoted: false } if at == 0 && text.starts_with('~') => home(text),
                Piece::Literal { text, .. } => Value::of(text),
                other => self.value(other, state, frame),
            };
            value.append(&part);
            if value.text.len() > LONGEST {
                return Value::unknown("long");
            }
        }
        value
    }

    fn expand(&mut self, word: &Word, state: &mut State, frame: Frame, into: &mut Vec<Arg>) -> bool {
        let words = frame.place.words(word.span);
        let literal = word.literal().is_some();
        let arg = |value: Value, exact: bool| Arg {
            value,
            words: words.clone(),
            span: word.span,
            exact,
            open: false,
            literal,
        };
        if let [Piece::Literal { text, quoted: false }] = word.pieces.as_slice() {
            if text.starts_with('~') {
                into.push(arg(home(text), true));
                return true;
            }
            let values = if self.braces { braces::expanded(text) } else { Some(vec![text.clone()]) };
            let globs =
                text.contains(['*', '?']) || (text.contains('[') && !matches!(text.as_str(), "[" | "[["));
            let Some(values) = values else {
                into.push(arg(Value::unknown("braces"), false));
                return false;
            };
            into.extend(values.into_iter().map(|value| arg(Value::of(&value), !globs)));
            return !globs;
        }
        let is_quoted = self.quoted(word, frame);
        let mut fields = Fields { exact: true, ..Fields::default() };
        for piece in &word.pieces {
            match piece {
                Piece::Literal { text, quoted } => fields.push(&Value::of(text), *quoted),
                Piece::Variable { name, .. } if name == "*" && is_quoted => {
                    fields.push(&self.variable(name, state), true);
                }
                Piece::Variable { name, .. } if name == "@" || name == "*" => match &state.positional {
                    Some(all) if is_quoted => fields.each(all.iter().skip(1)),
                    Some(all) => fields.separate(all.iter().skip(1)),
                    None => fields.unknown(Value::unknown(name), false),
                },
                other => {
                    let value = self.value(other, state, frame);
                    match value.known() {
                        Some(_) if is_quoted => fields.push(&value, true),
                        Some(_) => fields.split(&value),
                        None => fields.unknown(value, is_quoted),
                    }
                }
            }
        }
        let exact = fields.exact;
        let values = if self.is_nothing(word, state) { Vec::new() } else { fields.finish() };
        let is_one = values.len() == 1;
        let only_expands =
            word.pieces.iter().all(|piece| !matches!(piece, Piece::Literal { text, .. } if !text.is_empty()));
        let may_be_open = only_expands && may_hold_options(word);
        into.extend(values.into_iter().map(|value| Arg {
            open: may_be_open && is_one && value.known().is_none(),
            ..arg(value, exact)
        }));
        exact
    }

    /// `"$@"` of no parameters is no word at all.
    fn is_nothing(&self, word: &Word, state: &State) -> bool {
        let has_none = state.positional.as_ref().is_some_and(|all| all.len() < 2);
        let is_all = |piece: &Piece| match piece {
            Piece::Variable { name, .. } => name == "@",
            Piece::Literal { text, .. } => text.is_empty(),
            _ => false,
        };
        has_none
            && !word.pieces.is_empty()
            && word.pieces.iter().all(is_all)
            && word.pieces.iter().any(|piece| matches!(piece, Piece::Variable { .. }))
    }

    /// The word is written in quotes, so its expansions are not split.
    fn quoted(&self, word: &Word, frame: Frame) -> bool {
        frame.source.get(word.span.range()).is_some_and(|text| text.contains('"'))
    }

    /// What a piece expands to.
    fn value(&mut self, piece: &Piece, state: &mut State, frame: Frame) -> Value {
        match piece {
            Piece::Literal { text, .. } => Value::of(text),
            Piece::Arithmetic(expression) => match self.arithmetic(expression, state) {
                Some(value) => Value::of(&value.to_string()),
                None => Value::unknown(expression),
            },
            Piece::Substitution(list) => self.substitution(list, state, frame),
            Piece::Variable { name, default, changed } => {
                let value = self.variable(name, state);
                if *changed {
                    return Value::unknown(name).and_dynamic(value.dynamic);
                }
                match (value.known(), default) {
                    (Some(""), Some(default)) => self.joined(default, state, frame),
                    (None, Some(default)) if !self.is_set(name, state) => {
                        Value { guessed: true, ..self.joined(default, state, frame) }
                    }
                    _ => value,
                }
            }
            Piece::Other(text) => Value::unknown(text),
        }
    }

    /// The script or the manifest sets the variable, whatever to.
    fn is_set(&self, name: &str, state: &State) -> bool {
        state.vars.contains_key(name) || self.line.env.contains_key(name) || name.parse::<usize>().is_ok()
    }

    fn variable(&mut self, name: &str, state: &State) -> Value {
        let positional = |at: usize| match &state.positional {
            Some(all) => all.get(at).cloned().unwrap_or_else(|| Value::of("")),
            None => Value::unknown(name),
        };
        match name {
            "?" => match state.status.number() {
                Some(number) => Value::of(&number.to_string()),
                None => Value::unknown(name).and_dynamic(true),
            },
            "#" => match &state.positional {
                Some(all) => Value::of(&all.len().saturating_sub(1).to_string()),
                None => Value::unknown(name),
            },
            // The last job in the background; there is none when nothing was started.
            "!" => Value::of(if state.jobs.iter().any(|job| job.mine) { "%job" } else { "" }),
            "@" | "*" => {
                let Some(all) = &state.positional else { return Value::unknown(name) };
                let mut joined = Value::default();
                for (at, value) in all.iter().skip(1).enumerate() {
                    if at > 0 {
                        joined.append(&Value::of(" "));
                    }
                    joined.append(value);
                }
                joined
            }
            "SECONDS" | "EPOCHSECONDS" => {
                self.counts_unknown = true;
                Value::unknown(name)
            }
            _ => match name.parse() {
                Ok(at) => positional(at),
                Err(_) => match (state.vars.get(name), self.line.env.get(name)) {
                    (Some(value), _) => value.clone(),
                    (None, Some(Some(text))) => Value::of(text),
                    _ => Value::unknown(name),
                },
            },
        }
    }

    /// Runs a command substitution; its output when that is known.
    fn substitution(&mut self, list: &List, state: &mut State, frame: Frame) -> Value {
        let abort = frame.kills(state);
        let inner = Frame { fate: Fate { abort, ..frame.fate }, ..frame };
        let mut child = self.nested(state, inner, |machine, state| machine.list(list, state, inner));
        // The shell waits until the substitution's output is closed.
        child.end();
        let output = self.output(list, state, frame, child.status);
        state.absorb(child);
        match output {
            Some(text) => Value::of(text.trim_end_matches('\n')),
            None => substitution::named(list),
        }
    }

    fn output(&mut self, list: &List, state: &State, frame: Frame, status: Status) -> Option<String> {
        let [statement] = list.as_slice() else { return None };
        let [command] = statement.first.commands.as_slice() else { return None };
        let CommandKind::Simple(Simple { words, .. }) = &command.kind else { return None };
        let is_whole = command.redirections.iter().all(|one| one.descriptor == Some(2));
        if !statement.rest.is_empty() || !is_whole {
            return None;
        }
        let mut scratch = state.clone();
        let (args, exact) = self.quietly(|machine| machine.expand_all(words, &mut scratch, frame));
        let values: Option<Vec<&str>> = args.iter().map(Arg::known).collect();
        let values = values.filter(|_| exact)?;
        let (name, words) = values.split_first()?;
        let program = program_of(name);
        if self.is_unanswered(program, &args, &[]) {
            return program.and_then(|program| program.http).and_then(|_| without_answer(words));
        }
        if !command.redirections.is_empty() {
            return None;
        }
        match (program_of(name).and_then(|program| program.tells), words) {
            (Some(Tells::Words), ["-n" | "-e" | "-ne", rest @ ..] | rest) => Some(rest.join(" ")),
            (Some(Tells::Format), ["%s" | "%d" | "%s\\n", value]) => Some((*value).to_owned()),
            (Some(Tells::Format), [text]) if !text.contains(['%', '\\']) => Some((*text).to_owned()),
            (Some(Tells::Numbers), rest) => sequence(rest),
            (Some(Tells::Expression), rest) => {
                self.arithmetic(&rest.join(" "), &mut scratch).map(|value| value.to_string())
            }
            // It is not there, so it prints nothing.
            (_, []) if status.success() == Some(false) => Some(String::new()),
            _ => None,
        }
    }

    /// Expands words a second time: what they run has been noted already.
    fn quietly<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let steps = self.trace.steps.len();
        let tests = self.trace.last_tests.len();
        let ran = run(self);
        self.trace.steps.truncate(steps);
        self.trace.last_tests.truncate(tests);
        ran
    }

    /// What a command writes to a pipe, when its words say it.
    pub(super) fn written_by(
        &mut self,
        command: &Command,
        state: &mut State,
        frame: Frame,
    ) -> Option<String> {
        let CommandKind::Simple(simple) = &command.kind else { return None };
        let tells = program_of(&simple.name()?)?.tells?;
        if !matches!(tells, Tells::Words | Tells::Format | Tells::Input) {
            return None;
        }
        let mut scratch = state.clone();
        let (args, _) = self.quietly(|machine| machine.expand_all(&simple.words, &mut scratch, frame));
        match tells {
            Tells::Input if args.len() == 1 => {
                self.quietly(|machine| machine.here_text(command, &mut scratch, frame))
            }
            Tells::Input => None,
            _ => {
                let words = args.iter().skip(1).map(|arg| arg.value.readable());
                let words = words.filter(|word| !matches!(word.as_str(), "-e" | "-n" | "-E" | "-en"));
                Some(words.collect::<Vec<_>>().join(" ").replace("\\n", "\n"))
            }
        }
    }

    /// The text of a here-document or here-string.
    pub(super) fn here_text(&mut self, command: &Command, state: &mut State, frame: Frame) -> Option<String> {
        let here = |kind| matches!(kind, RedirectionKind::HereDocument | RedirectionKind::HereString);
        let redirection = command.redirections.iter().rev().find(|redirection| here(redirection.kind))?;
        Some(self.joined(&redirection.target, state, frame).readable())
    }
}

/// `~` and `~user`: a directory that the image decides.
fn home(text: &str) -> Value {
    let (home, rest) = text.split_at(text.find('/').unwrap_or(text.len()));
    let mut value = Value::unknown(home);
    value.append(&Value::of(rest));
    value
}

/// Gathers the fields of one word.
#[derive(Default)]
struct Fields {
    done: Vec<Value>,
    current: Option<Value>,
    exact: bool,
}

impl Fields {
    fn push(&mut self, value: &Value, quoted: bool) {
        if value.text.is_empty() && !quoted {
            return;
        }
        let current = self.current.get_or_insert_with(Value::default);
        current.append(value);
        if current.text.len() > LONGEST {
            *current = Value::unknown("long");
        }
    }

    fn split(&mut self, value: &Value) {
        let mut parts = value.text.split([' ', '\t', '\n']).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.push(&Value { text: part.to_owned(), ..value.clone() }, true);
            }
            if parts.peek().is_some() {
                self.done.extend(self.current.take());
            }
        }
    }

    fn separate<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        self.done.extend(self.current.take());
        self.done.extend(values.cloned());
    }

    /// `"$@"`: each is a word; what stands in front joins the first, what stands behind the last.
    fn each<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        for (at, value) in values.enumerate() {
            if at > 0 {
                self.done.extend(self.current.take());
            }
            self.push(value, true);
        }
    }

    fn unknown(&mut self, value: Value, quoted: bool) {
        self.push(&value, true);
        self.exact &= quoted;
    }

    fn finish(mut self) -> Vec<Value> {
        self.done.extend(self.current.take());
        self.done
    }
}

/// What `seq` prints.
fn sequence(arguments: &[&str]) -> Option<String> {
    let numbers: Option<Vec<i64>> = arguments.iter().map(|argument| argument.parse().ok()).collect();
    let (first, step, last) = match numbers?.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] => (*first, *step, *last),
        _ => return None,
    };
    braces::count(first, step, last).map(|numbers| numbers.join("\n"))
}

/// What a client prints that nobody answered: nothing, but where it is told to print the status of the answer.
fn without_answer(words: &[&str]) -> Option<String> {
    let mut formats = words.iter().filter(|word| word.contains("%{"));
    let Some(format) = formats.next() else { return Some(String::new()) };
    let printed = NO_ANSWER.iter().fold((*format).to_owned(), |text, (name, code)| text.replace(name, code));
    let is_known = formats.next().is_none() && !printed.contains('%');
    is_known.then(|| printed.trim_end_matches("\\n").to_owned())
}
