//! Words to what a command gets.

use super::arithmetic::{self, Variables};
use super::run::{Frame, Machine};
use super::simple::Arg;
use super::state::State;
use crate::shell::script::{CommandKind, List, Piece, Simple, Word};

/// Longer values are not followed.
const LONGEST: usize = 16 * 1024;
/// More words than this are not followed.
const MOST_WORDS: usize = 20_000;

struct Scripted<'m, 's> {
    env: &'m super::Env,
    state: &'s mut State,
    /// An unknown value was counted with.
    unknown: bool,
}

impl Variables for Scripted<'_, '_> {
    fn get(&self, name: &str) -> Option<String> {
        lookup(self.env, self.state, name)
    }

    fn set(&mut self, name: &str, value: Option<i64>) {
        self.unknown |= value.is_none();
        self.state.vars.insert(name.to_owned(), value.map(|value| value.to_string()));
    }
}

/// A variable's value; `None` when it is not known. A name that neither the script nor the
/// manifest sets may be set by the image.
fn lookup(env: &super::Env, state: &State, name: &str) -> Option<String> {
    match state.vars.get(name) {
        Some(value) => value.clone(),
        None => env.get(name).cloned().flatten(),
    }
}

impl Machine<'_> {
    pub(super) fn arithmetic(&mut self, expression: &str, state: &mut State) -> Option<i64> {
        let mut variables = Scripted { env: self.hook.env, state, unknown: false };
        let value = arithmetic::evaluate(expression, &mut variables);
        let unknown = variables.unknown;
        self.counts_unknown |= value.is_none() || unknown;
        value
    }

    /// The words of a command, split and with braces expanded. False: nobody knows how many there
    /// are.
    pub(super) fn expand_all(&mut self, words: &[Word], state: &mut State, scope: Frame) -> (Vec<Arg>, bool) {
        let mut args = Vec::new();
        let mut exact = true;
        for word in words {
            exact &= self.expand(word, state, scope, &mut args);
            if args.len() > MOST_WORDS {
                args.truncate(MOST_WORDS);
                return (args, false);
            }
        }
        (args, exact)
    }

    /// Words that are neither split nor expanded to several: those of `[[`, `case` and assignments.
    pub(super) fn expand_whole(
        &mut self,
        words: &[Word],
        state: &mut State,
        scope: Frame,
    ) -> Vec<Option<String>> {
        words.iter().map(|word| self.joined(word, state, scope)).collect()
    }

    fn joined(&mut self, word: &Word, state: &mut State, scope: Frame) -> Option<String> {
        let mut text = Some(String::new());
        for piece in &word.pieces {
            let value = match piece {
                Piece::Literal { text, .. } => Some(text.clone()),
                other => self.value(other, state, scope),
            };
            text = text.zip(value).map(|(text, value)| text + &value).filter(|text| text.len() < LONGEST);
        }
        text
    }

    fn expand(&mut self, word: &Word, state: &mut State, scope: Frame, into: &mut Vec<Arg>) -> bool {
        let words = scope.place.words(word.span);
        if let [Piece::Literal { text, quoted: false }] = word.pieces.as_slice() {
            let values = if self.braces { braces(text) } else { None };
            let globs =
                text.contains(['*', '?']) || (text.contains('[') && !matches!(text.as_str(), "[" | "[["));
            let exact = !globs;
            let values = values.unwrap_or_else(|| vec![text.clone()]);
            into.extend(values.into_iter().map(|value| Arg {
                value: Some(value),
                words: words.clone(),
                exact,
            }));
            return exact;
        }
        let mut fields = Fields { exact: true, ..Fields::default() };
        for piece in &word.pieces {
            match piece {
                Piece::Literal { text, quoted } => fields.push(text, *quoted),
                Piece::Variable { name, .. } if name == "@" || name == "*" => match &state.positional {
                    Some(all) => fields.separate(all.iter().skip(1)),
                    None => fields.unknown(false),
                },
                other => match self.value(other, state, scope) {
                    Some(value) if self.quoted(word, scope) => fields.push(&value, true),
                    Some(value) => fields.split(&value),
                    None => fields.unknown(self.quoted(word, scope)),
                },
            }
        }
        let exact = fields.exact;
        let arg = |value| Arg { value, words: words.clone(), exact };
        into.extend(fields.finish().into_iter().map(arg));
        exact
    }

    /// The word is written in quotes, so its expansions are not split.
    fn quoted(&self, word: &Word, scope: Frame) -> bool {
        scope.source.get(word.span.range()).is_some_and(|text| text.contains('"'))
    }

    /// What a piece expands to.
    fn value(&mut self, piece: &Piece, state: &mut State, scope: Frame) -> Option<String> {
        match piece {
            Piece::Literal { text, .. } => Some(text.clone()),
            Piece::Arithmetic(expression) => {
                self.arithmetic(expression, state).map(|value| value.to_string())
            }
            Piece::Substitution(list) => self.substitution(list, state, scope),
            Piece::Variable { name, default, changed } => {
                let value = self.variable(name, state);
                if *changed {
                    return None;
                }
                match (value, default) {
                    (Some(value), Some(default)) if value.is_empty() => self.joined(default, state, scope),
                    (value, _) => value,
                }
            }
            Piece::Other(_) => None,
        }
    }

    fn variable(&mut self, name: &str, state: &State) -> Option<String> {
        let positional = |at: usize| match &state.positional {
            Some(all) => all.get(at).cloned().unwrap_or_else(|| Some(String::new())),
            None => None,
        };
        match name {
            "?" => state
                .status
                .map(|status| if status { "0" } else { "1" }.to_owned())
                .filter(|status| status == "0"),
            "#" => state.positional.as_ref().map(|all| all.len().saturating_sub(1).to_string()),
            // The last job in the background; there is none when nothing was started.
            "!" => Some(if state.jobs.iter().any(|job| job.mine) { "%job" } else { "" }.to_owned()),
            "@" | "*" => {
                let all = state.positional.as_ref()?;
                let all: Option<Vec<String>> = all.iter().skip(1).cloned().collect();
                all.map(|all| all.join(" "))
            }
            "SECONDS" | "EPOCHSECONDS" => {
                self.counts_unknown = true;
                None
            }
            _ => match name.parse() {
                Ok(at) => positional(at),
                Err(_) => lookup(self.hook.env, state, name),
            },
        }
    }

    /// Runs a command substitution; its output when that is known.
    fn substitution(&mut self, list: &List, state: &mut State, scope: Frame) -> Option<String> {
        let mut child = self.nested(state, |machine, state| machine.list(list, state, scope));
        // The shell waits until the substitution's output is closed.
        child.end();
        let output = self.output(list, state, scope, child.status);
        state.absorb(child);
        output.map(|text| text.trim_end_matches('\n').to_owned())
    }

    fn output(&mut self, list: &List, state: &State, scope: Frame, status: Option<bool>) -> Option<String> {
        let [statement] = list.as_slice() else { return None };
        let [command] = statement.first.commands.as_slice() else { return None };
        let CommandKind::Simple(Simple { words, .. }) = &command.kind else { return None };
        if !statement.rest.is_empty() || !command.redirections.is_empty() {
            return None;
        }
        let mut scratch = state.clone();
        let (args, exact) = self.expand_all(words, &mut scratch, scope);
        let values: Option<Vec<String>> = args.into_iter().map(|arg| arg.value).collect();
        let values = values.filter(|_| exact)?;
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        match values.as_slice() {
            ["echo", "-n" | "-e" | "-ne", rest @ ..] | ["echo", rest @ ..] => Some(rest.join(" ")),
            ["printf", "%s" | "%d" | "%s\\n", value] => Some((*value).to_owned()),
            ["printf", text] if !text.contains(['%', '\\']) => Some((*text).to_owned()),
            ["seq", rest @ ..] => sequence(rest),
            ["expr", rest @ ..] => {
                self.arithmetic(&rest.join(" "), &mut scratch).map(|value| value.to_string())
            }
            // It is not there, so it prints nothing.
            [_] if status == Some(false) => Some(String::new()),
            _ => None,
        }
    }
}

/// Gathers the fields of one word.
#[derive(Default)]
struct Fields {
    done: Vec<Option<String>>,
    current: Option<Option<String>>,
    exact: bool,
}

impl Fields {
    fn push(&mut self, text: &str, quoted: bool) {
        if text.is_empty() && !quoted {
            return;
        }
        let current = self.current.get_or_insert_with(|| Some(String::new()));
        if let Some(value) = current {
            value.push_str(text);
            if value.len() > LONGEST {
                *current = None;
            }
        }
    }

    fn split(&mut self, value: &str) {
        let mut parts = value.split([' ', '\t', '\n']).peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                self.push(part, true);
            }
            if parts.peek().is_some() {
                self.done.extend(self.current.take());
            }
        }
    }

    fn separate<'v>(&mut self, values: impl Iterator<Item = &'v Option<String>>) {
        self.done.extend(self.current.take());
        self.done.extend(values.cloned());
    }

    fn unknown(&mut self, quoted: bool) {
        self.current = Some(None);
        self.exact &= quoted;
    }

    fn finish(mut self) -> Vec<Option<String>> {
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
    count(first, step, last).map(|numbers| numbers.join("\n"))
}

fn count(first: i64, step: i64, last: i64) -> Option<Vec<String>> {
    if step == 0 || last.checked_sub(first)?.checked_div(step)? > MOST_WORDS as i64 {
        return None;
    }
    let mut numbers = Vec::new();
    let mut at = first;
    while if step > 0 { at <= last } else { at >= last } {
        numbers.push(at.to_string());
        at = at.checked_add(step)?;
    }
    Some(numbers)
}

/// One pair of braces in an unquoted word: `{1..10}`, `a{b,c}`.
fn braces(text: &str) -> Option<Vec<String>> {
    let (front, rest) = text.split_once('{')?;
    let (inner, back) = rest.split_once('}')?;
    if inner.contains('{') || back.contains('{') || front.ends_with('$') {
        return None;
    }
    let values = match inner.split("..").collect::<Vec<_>>().as_slice() {
        [first, last] => range(first, last, 1)?,
        [first, last, step] => range(first, last, step.parse().ok()?)?,
        _ if inner.contains(',') => inner.split(',').map(str::to_owned).collect(),
        _ => return None,
    };
    Some(values.into_iter().map(|value| format!("{front}{value}{back}")).collect())
}

fn range(first: &str, last: &str, step: i64) -> Option<Vec<String>> {
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    let step = step.checked_abs()?.max(1);
    count(first, if first <= last { step } else { -step }, last)
}
