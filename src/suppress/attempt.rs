//! Tells a comment that means to silence something from any other: who writes `lifecyle: disable`
//! must be told, and who writes about lifecycles must be left alone.

use crate::rules;

/// Names that are meant for this tool.
const NAMES: [&str; 4] = ["lifecycle", "kubectllifecycle", "lifecyclelint", "kubectllifecyclelint"];

/// Words of other linters for what is called `ignore` here.
const VERBS: [&str; 14] = [
    "ignore",
    "ignorefile",
    "ignoreline",
    "ignorenextline",
    "disable",
    "disablefile",
    "disableline",
    "disablenextline",
    "skip",
    "suppress",
    "allow",
    "exclude",
    "silence",
    "off",
];

/// More than this in one comment begin nothing.
const MOST_MARKS: usize = 64;

/// How alike a mistyped word must be.
const ALIKE: f64 = 0.8;

/// Where in a comment something begins that means to silence: at a `#` that begins the comment or
/// stands behind white space.
pub(super) fn starts(comment: &str) -> impl Iterator<Item = usize> {
    let marks = comment.match_indices('#').map(|(at, _)| at).filter(|at| {
        let before = comment.get(..*at).unwrap_or_default();
        before.is_empty() || before.ends_with(char::is_whitespace)
    });
    // Each is read to the end of the comment: a line of nothing but marks must not take for ever.
    marks.take(MOST_MARKS).filter(|at| {
        let text = comment.get(*at..).unwrap_or_default().trim_start_matches('#');
        // What stands behind the next mark is looked at there.
        let next = text.match_indices(" #").next().map_or(text.len(), |(at, _)| at);
        is_attempt(text.trim(), text.get(..next).unwrap_or_default())
    })
}

fn is_attempt(text: &str, alone: &str) -> bool {
    let Some(mark) = text.find([':', '[']) else { return is_bare(text) };
    let (head, tail) = text.split_at(mark);
    let is_one = match tail.strip_prefix(':') {
        Some(tail) => is_tool(&letters(head)) && means_to_silence(head, tail.trim_start()),
        None => is_headless(&letters(head), tail) || is_bare(text),
    };
    is_one || is_misplaced(alone)
}

/// Behind `lifecycle:`.
fn means_to_silence(head: &str, tail: &str) -> bool {
    let end = tail.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(tail.len());
    let (verb, rest) = tail.split_at(end);
    let name = letters(verb);
    if name.is_empty() {
        return false;
    }
    let rest = rest.trim_start();
    let is_exact = head.trim() == "lifecycle" && matches!(verb, "ignore" | "ignore-file");
    let is_verb = VERBS.contains(&name.as_str());
    let is_nearly = is_alike(&name, "ignore") || is_alike(&name, "ignorefile");
    let has_rule = || names_rule(rest);
    is_exact
        || (is_verb && (rest.is_empty() || rest.starts_with(['[', '(', ':', '=']) || rest.starts_with("--")))
        || ((is_verb || is_nearly) && (rest.starts_with('[') || has_rule()))
}

/// `lifecycle ignore[…]`, `lifecycle-ignore[…]`, and `ignore[…]` with a rule of ours.
fn is_headless(head: &str, tail: &str) -> bool {
    VERBS.iter().filter_map(|verb| head.strip_suffix(verb)).any(|name| match name {
        "" => names_rule(tail),
        name => is_tool(name),
    })
}

/// `lifecycle ignore latest-tag`, without any mark.
fn is_bare(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let mut next = || words.next().map(letters).unwrap_or_default();
    is_tool(&next()) && VERBS.contains(&next().as_str()) && words.any(names_rule)
}

/// Behind other words in the same comment, with a rule of ours.
fn is_misplaced(text: &str) -> bool {
    let after = |word: &str| text.split_once(word).map(|(_, rest)| rest);
    let comment = after("lifecycle:").map(str::trim_start).filter(|rest| rest.starts_with("ignore"));
    // An annotation is no comment.
    comment
        .and_then(|rest| rest.split_once('['))
        .map(|(_, list)| list)
        .or_else(|| after("ignore.kubectl-lifecycle/"))
        .is_some_and(|list| {
            let end = list.find([']', ',', ':', ' ']).unwrap_or(list.len());
            list.get(..end).is_some_and(|name| rules::find(name).is_some())
        })
}

/// One of its words is a rule's id.
fn names_rule(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).any(|word| rules::find(word).is_some())
}

fn is_tool(name: &str) -> bool {
    NAMES.iter().any(|known| is_alike(name, known))
}

pub(super) fn is_alike(a: &str, b: &str) -> bool {
    a == b || (a.len() > 3 && strsim::normalized_damerau_levenshtein(a, b) >= ALIKE)
}

/// The letters and digits, small: `Kubectl-Lifecycle ` is `kubectllifecycle`.
fn letters(text: &str) -> String {
    const LONGEST: usize = 40;
    text.chars().filter(|c| c.is_alphanumeric()).take(LONGEST).flat_map(char::to_lowercase).collect()
}
