//! `[ … ]`, `test` and `[[ … ]]` over words that may be unknown.

use super::pattern;

/// Deeper negations and parentheses are not followed.
const DEEPEST: usize = 20;

/// Words, those unknown among them `None`.
type Unknowns<'a> = &'a [Option<String>];

/// The answer; `None` when it depends on files, on unknown words, or is not understood.
pub(super) fn answer(words: &[Option<String>]) -> Option<bool> {
    or(words, 0)
}

fn is(word: &Option<String>, text: &[&str]) -> bool {
    word.as_deref().is_some_and(|word| text.contains(&word))
}

/// Splits at the first operator that stands between two expressions.
fn split<'a>(words: &'a [Option<String>], operators: &[&str]) -> Option<(Unknowns<'a>, Unknowns<'a>)> {
    // `[ -a file ]` and `[ x = -a ]` do not join anything.
    let at = (1..words.len().saturating_sub(1)).find(|at| {
        let joins = words.get(*at).is_some_and(|word| is(word, operators));
        let after_operator = at.checked_sub(1).and_then(|before| words.get(before)).is_some_and(|word| {
            word.as_deref().is_some_and(|word| BINARY.contains(&word) || UNARY.contains(&word))
        });
        joins && !after_operator
    })?;
    Some((words.get(..at)?, words.get(at + 1..)?))
}

const BINARY: &[&str] =
    &["=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "<", ">", "=~", "-nt", "-ot", "-ef"];
const UNARY: &[&str] = &["-z", "-n", "-e", "-f", "-d", "-s", "-r", "-w", "-x", "-L", "-S", "-h", "-p"];

fn or(words: &[Option<String>], depth: usize) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    match split(words, &["-o", "||"]) {
        Some((left, right)) => match (and(left, depth + 1), or(right, depth + 1)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        None => and(words, depth + 1),
    }
}

fn and(words: &[Option<String>], depth: usize) -> Option<bool> {
    if depth > DEEPEST {
        return None;
    }
    match split(words, &["-a", "&&"]) {
        Some((left, right)) => match (single(left, depth + 1), and(right, depth + 1)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        None => single(words, depth + 1),
    }
}

fn single(words: &[Option<String>], depth: usize) -> Option<bool> {
    match words {
        [] => Some(false),
        [not, rest @ ..] if !rest.is_empty() && is(not, &["!"]) => or(rest, depth + 1).map(|answer| !answer),
        [open, inner @ .., close] if is(open, &["("]) && is(close, &[")"]) => or(inner, depth + 1),
        [word] => word.as_ref().map(|word| !word.is_empty()),
        [operator, word] => unary(operator.as_deref()?, word.as_deref()?),
        [left, operator, right] => binary(left.as_deref()?, operator.as_deref()?, right.as_deref()?),
        _ => None,
    }
}

fn unary(operator: &str, word: &str) -> Option<bool> {
    match operator {
        "-z" => Some(word.is_empty()),
        "-n" => Some(!word.is_empty()),
        // A test of a file whose name is empty fails; every other depends on the container.
        _ if operator.starts_with('-') && word.is_empty() => Some(false),
        _ => None,
    }
}

/// A pattern between `[[` and `]]`, and the same as plain text: in quotes, and between `[` and `]`.
fn matched(text: &str, pattern: &str) -> Option<bool> {
    pattern::matches(pattern, text).filter(|matched| *matched == (text == pattern))
}

fn binary(left: &str, operator: &str, right: &str) -> Option<bool> {
    let numbers = || Some((left.trim().parse::<i64>().ok()?, right.trim().parse::<i64>().ok()?));
    let compare = |holds: fn(i64, i64) -> bool| match numbers() {
        Some((left, right)) => Some(holds(left, right)),
        // "integer expression expected": the test fails.
        None => Some(false),
    };
    let glob = right.contains(['*', '?', '[']);
    match operator {
        "=" | "==" if glob => matched(left, right),
        "!=" if glob => matched(left, right).map(|matched| !matched),
        "=" | "==" => Some(left == right),
        "!=" => Some(left != right),
        "-eq" => compare(|a, b| a == b),
        "-ne" => compare(|a, b| a != b),
        "-lt" => compare(|a, b| a < b),
        "-le" => compare(|a, b| a <= b),
        "-gt" => compare(|a, b| a > b),
        "-ge" => compare(|a, b| a >= b),
        _ => None,
    }
}
