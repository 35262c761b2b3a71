//! A command's words: which are options, which are operands.

use super::place::{Expander, Value};
use crate::shell::script::{Piece, Word};
use crate::text::Span;

/// One word of a command and what it expands to.
#[derive(Debug, Clone)]
pub(super) struct Arg {
    /// What it expands to.
    pub(super) value: Value,
    /// Where it stands.
    pub(super) span: Span,
    /// It may hold any number of options (`$CURL_OPTS`, `"$@"`).
    pub(super) open: bool,
}

impl Arg {
    fn read(word: &Word, scope: &Expander<'_>) -> Self {
        let value = scope.value(word);
        let whole =
            word.pieces.iter().all(|piece| !matches!(piece, Piece::Literal { text, .. } if !text.is_empty()));
        let open = value.known().is_none() && whole && may_hold_options(word);
        Self { value, span: word.span, open }
    }

    fn text(&self) -> &str {
        &self.value.text
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

/// A command: its plain name and its arguments.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// The name without folders and without `.sh`, `.exe`.
    pub(super) name: String,
    /// It was called by a path of its own (`/app/setup`, `./x.sh`).
    pub(super) own_path: bool,
    /// Where the name stands.
    pub(super) span: Span,
    /// The arguments.
    pub(super) args: Vec<Arg>,
}

/// Where a container image keeps the tools that everyone knows.
fn is_tool_folder(folder: &str) -> bool {
    folder.split('/').next_back().is_some_and(|last| matches!(last, "bin" | "sbin"))
}

impl Call {
    /// Reads words as a command; `None` when the name is not known.
    pub(super) fn read(words: &[Word], scope: &Expander<'_>) -> Option<Self> {
        let (first, rest) = words.split_first()?;
        let value = scope.value(first);
        let written = value.known()?;
        let (folder, name) = written.rsplit_once('/').unwrap_or(("/bin", written));
        let name = name.strip_suffix(".sh").or_else(|| name.strip_suffix(".exe")).unwrap_or(name);
        let args = rest.iter().map(|word| Arg::read(word, scope)).collect();
        Some(Self { name: name.to_owned(), own_path: !is_tool_folder(folder), span: first.span, args })
    }

    /// Some word may hold options that are not known.
    pub(super) fn is_open(&self) -> bool {
        self.args.iter().any(|arg| arg.open)
    }

    /// One of these options stands among the arguments, also as `--option=value` or among short
    /// options written together. `values` are the options that take a value.
    pub(super) fn has(&self, options: &[&str], values: &[&str]) -> bool {
        let given = self.options(values);
        options.iter().any(|option| given.iter().any(|(_, text)| matches(text, option, values)))
    }

    /// The values given to these options, as `-o value`, `-ovalue` or `--option=value`.
    pub(super) fn values_of(&self, options: &[&str], values: &[&str]) -> Vec<Value> {
        let mut found = Vec::new();
        for (at, text) in self.options(values) {
            for option in options {
                if takes_next(text, option, values) {
                    found.extend(self.args.get(at + 1).map(|arg| arg.value.clone()));
                } else if let Some(rest) = attached(text, option, values) {
                    let whole = self.args.get(at).map(|arg| arg.value.clone()).unwrap_or_default();
                    found.push(Value { text: rest.to_owned(), ..whole });
                }
            }
        }
        found
    }

    /// The options with the index at which each stands.
    fn options(&self, values: &[&str]) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        let mut skip = false;
        for (at, arg) in self.args.iter().enumerate() {
            let text = arg.text();
            if std::mem::take(&mut skip) {
                continue;
            }
            if text == "--" {
                break;
            }
            if text.starts_with('-') && text != "-" {
                skip = values.iter().any(|option| takes_next(text, option, values));
                found.push((at, text));
            }
        }
        found
    }

    /// The operands: what is neither an option nor the value of one.
    pub(super) fn operands(&self, values: &[&str]) -> Vec<&Arg> {
        let mut operands = Vec::new();
        let (mut skip, mut ended) = (false, false);
        for arg in &self.args {
            let text = arg.text();
            if std::mem::take(&mut skip) {
                continue;
            }
            if !ended && text == "--" {
                ended = true;
            } else if !ended && text.starts_with('-') && text != "-" {
                skip = values.iter().any(|option| takes_next(text, option, values));
            } else {
                operands.push(arg);
            }
        }
        operands
    }
}

fn is_short(option: &str) -> bool {
    option.len() == 2 && option.starts_with('-') && option != "--"
}

/// The argument `text` is this option, alone, with `=value`, or among short ones written together.
fn matches(text: &str, option: &str, values: &[&str]) -> bool {
    if text == option || text.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')) {
        return true;
    }
    if !is_short(option) || text.starts_with("--") {
        return false;
    }
    let wanted = option.chars().nth(1);
    for letter in text.chars().skip(1) {
        if Some(letter) == wanted {
            return true;
        }
        let takes_value = values.iter().any(|value| is_short(value) && value.ends_with(letter));
        if takes_value || !letter.is_ascii_alphanumeric() {
            return false;
        }
    }
    false
}

/// The argument `text` ends in this option, so that the next word is the option's value.
fn takes_next(text: &str, option: &str, values: &[&str]) -> bool {
    if text == option {
        return true;
    }
    if !is_short(option) || text.starts_with("--") || text.len() <= 2 {
        return false;
    }
    first_with_value(text, values)
        .is_some_and(|(at, c)| at + c.len_utf8() == text.len() && option.ends_with(c))
}

/// The value written onto an option: `-XPOST`, `-sXPOST`, `--request=POST`.
fn attached<'t>(text: &'t str, option: &str, values: &[&str]) -> Option<&'t str> {
    if !is_short(option) {
        return text.strip_prefix(option)?.strip_prefix('=');
    }
    if text.starts_with("--") {
        return None;
    }
    let (at, letter) = first_with_value(text, values)?;
    text.get(at + letter.len_utf8()..).filter(|rest| !rest.is_empty() && option.ends_with(letter))
}

/// The first letter among short options written together that takes a value.
fn first_with_value(text: &str, values: &[&str]) -> Option<(usize, char)> {
    text.char_indices().skip(1).find(|(_, c)| values.iter().any(|v| is_short(v) && v.ends_with(*c)))
}
