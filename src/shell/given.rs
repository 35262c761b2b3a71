//! The arguments of a command: which are options, which are operands.

use super::trace::Arg;
use super::value::Value;

/// The arguments behind a command's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a>(pub(crate) &'a [Arg]);

impl<'a> Given<'a> {
    /// Some word may hold options that are not known.
    pub(crate) fn is_open(&self) -> bool {
        self.0.iter().any(|arg| arg.open)
    }

    /// One of these options stands among the arguments, also as `--option=value` or among short
    /// options written together. `values` are the options that take a value.
    pub(crate) fn has(&self, options: &[&str], values: &[&str]) -> bool {
        let given = self.options(values);
        options.iter().any(|option| given.iter().any(|(_, text)| matches(text, option, values)))
    }

    /// The values given to these options, as `-o value`, `-ovalue` or `--option=value`.
    pub(crate) fn values_of(&self, options: &[&str], values: &[&str]) -> Vec<Value> {
        let mut found = Vec::new();
        for (at, text) in self.options(values) {
            for option in options {
                if takes_next(text, option, values) {
                    found.extend(self.0.get(at + 1).map(|arg| arg.value.clone()));
                } else if let Some(rest) = attached(text, option, values) {
                    let whole = self.0.get(at).map(|arg| arg.value.clone()).unwrap_or_default();
                    found.push(Value { text: rest.to_owned(), ..whole });
                }
            }
        }
        found
    }

    /// The options with the index at which each stands.
    fn options(&self, values: &[&str]) -> Vec<(usize, &'a str)> {
        let mut found = Vec::new();
        let mut skip = false;
        for (at, arg) in self.0.iter().enumerate() {
            let text = arg.value.text.as_str();
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

    /// The arguments that are neither options nor their values.
    pub(crate) fn operands(&self, values: &[&str]) -> Vec<&'a Arg> {
        let mut operands = Vec::new();
        let (mut skip, mut ended) = (false, false);
        for arg in self.0 {
            let text = arg.value.text.as_str();
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

    /// All of these words stand among the arguments, in this order, in any case; `*` is any word, and what ends in
    /// `=` is the beginning of one.
    pub(crate) fn holds(&self, wanted: &[&str]) -> bool {
        let mut rest = self.0.iter();
        let is_it = |text: &str, word: &str| match word.ends_with('=') {
            true => text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)),
            false => text.eq_ignore_ascii_case(word),
        };
        wanted
            .iter()
            .all(|word| rest.any(|arg| *word == "*" || arg.known().is_some_and(|text| is_it(text, word))))
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
