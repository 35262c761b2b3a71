//! What a comment says: `lifecycle: ignore[rule, rule] -- reason`.

use std::ops::Range;

use super::attempt;
use crate::rules;

/// A comment that silences something, or tries to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    /// The bytes of the comment that it takes, from its `#`.
    pub range: Range<usize>,
    /// What it says.
    pub content: Result<Ignore, Fault>,
}

/// A well-formed suppression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ignore {
    /// `ignore-file`.
    pub is_file: bool,
    /// The names in the brackets, as written; at least one.
    pub names: Vec<Range<usize>>,
    /// Why; never empty.
    pub reason: String,
}

/// Why a comment silences nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The words to look at.
    pub range: Range<usize>,
    /// What is wrong.
    pub kind: FaultKind,
    /// What it should say.
    pub mend: String,
}

/// What can be wrong with a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// It is written in another way than `lifecycle: ignore[…] -- …`.
    Form,
    /// It names no rule.
    NoRule,
    /// Its bracket is never closed.
    OpenBracket,
    /// It gives no reason.
    NoReason,
}

/// Every suppression in a comment. The comment begins with its `#`; other tools' words may stand
/// before another `#`.
pub(crate) fn parse(comment: &str) -> Vec<Directive> {
    let starts: Vec<usize> = attempt::starts(comment).collect();
    let ends = starts.iter().skip(1).copied().chain([comment.len()]);
    starts.iter().zip(ends).map(|(start, end)| directive(comment, *start..end)).collect()
}

fn directive(comment: &str, range: Range<usize>) -> Directive {
    let text = comment.get(range.clone()).unwrap_or_default();
    let range = range.start..range.start + text.trim_end().len();
    Directive { content: ignore(comment, range.clone()), range }
}

fn ignore(comment: &str, range: Range<usize>) -> Result<Ignore, Fault> {
    let mut rest = Cursor { text: comment.get(..range.end).unwrap_or_default(), at: range.start };
    rest.skip(|c| c == '#' || c.is_whitespace());
    let whole = rest.at..range.end;
    let fault = |kind, range: Range<usize>| Fault { range, kind, mend: mend(comment, whole.clone()) };
    let form = || fault(FaultKind::Form, whole.clone());
    if !rest.take("lifecycle") {
        return Err(form());
    }
    rest.blank();
    if !rest.take(":") {
        return Err(form());
    }
    rest.blank();
    let verb = rest.word();
    let is_file = match comment.get(verb.clone()) {
        Some("ignore") => false,
        Some("ignore-file") => true,
        _ => return Err(form()),
    };
    rest.blank();
    if !rest.take("[") {
        return Err(fault(FaultKind::NoRule, whole.start..verb.end));
    }
    let Some(close) = rest.rest().find(']').map(|close| rest.at + close) else {
        return Err(fault(FaultKind::OpenBracket, rest.at - 1..range.end));
    };
    let names = words(comment, rest.at..close);
    if names.is_empty() {
        return Err(fault(FaultKind::NoRule, rest.at - 1..close + 1));
    }
    rest.at = close + 1;
    rest.blank();
    let reason = rest.rest().strip_prefix("--").map(|reason| reason.trim_start_matches('-').trim());
    match reason.filter(|reason| says_something(reason)) {
        Some(reason) => Ok(Ignore { is_file, names, reason: reason.to_owned() }),
        None => Err(fault(FaultKind::NoReason, whole.clone())),
    }
}

/// A reason has at least one letter or digit.
pub(super) fn says_something(reason: &str) -> bool {
    reason.chars().any(char::is_alphanumeric)
}

/// The words between commas and white space.
pub(super) fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let inside = text.get(range.clone()).unwrap_or_default();
    let mut found = Vec::new();
    let mut start = range.start;
    for piece in inside.split_inclusive(|c: char| c == ',' || c.is_whitespace()) {
        let word = piece.trim_end_matches(|c: char| c == ',' || c.is_whitespace());
        if !word.is_empty() {
            found.push(start..start + word.len());
        }
        start += piece.len();
    }
    found
}

/// The comment as it should stand, with the rules and the reason that can be made out.
fn mend(comment: &str, whole: Range<usize>) -> String {
    let text = comment.get(whole).unwrap_or_default();
    let (head, reason) = text.split_once("--").unwrap_or((text, ""));
    let head_words = || head.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    let mut named: Vec<&str> =
        head_words().filter_map(|word| rules::find(word).map(|rule| rule.id)).collect();
    if named.is_empty() {
        named.extend(head_words().filter(|word| word.contains('-')).find_map(rules::nearest));
    }
    let verb = if head.to_ascii_lowercase().contains("file") { "ignore-file" } else { "ignore" };
    let list = if named.is_empty() { "latest-tag".to_owned() } else { named.join(", ") };
    let reason = if says_something(reason) { reason.trim() } else { "say here why it is fine" };
    format!("# lifecycle: {verb}[{list}] -- {reason}")
}

/// Reads on in a text.
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip(&mut self, is_passed: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(is_passed).len();
    }

    fn blank(&mut self) {
        self.skip(char::is_whitespace);
    }

    fn take(&mut self, expected: &str) -> bool {
        let is_there = self.rest().starts_with(expected);
        if is_there {
            self.at += expected.len();
        }
        is_there
    }

    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        self.skip(|c| c.is_alphanumeric() || c == '-' || c == '_');
        start..self.at
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    /// The rules and the reason, or what is wrong.
    fn said(comment: &str) -> Vec<Result<String, FaultKind>> {
        let ignore = |ignore: Ignore| {
            let names: Vec<&str> = ignore.names.iter().map(|name| &comment[name.clone()]).collect();
            let verb = if ignore.is_file { "file" } else { "here" };
            format!("{verb} {} because {}", names.join("+"), ignore.reason)
        };
        parse(comment).into_iter().map(|one| one.content.map(ignore).map_err(|fault| fault.kind)).collect()
    }

    #[test]
    fn a_suppression_names_rules_and_gives_a_reason() {
        for (comment, want) in [
            ("# lifecycle: ignore[latest-tag] -- pinned by CI", "here latest-tag because pinned by CI"),
            ("# lifecycle: ignore[a, b] -- x", "here a+b because x"),
            ("#lifecycle:ignore[ a,b ]--reason", "here a+b because reason"),
            ("#\tlifecycle :\tignore [a,\tb,]\t--\treason\r", "here a+b because reason"),
            ("## lifecycle: ignore[a b] -- x", "here a+b because x"),
            ("# lifecycle: ignore-file[a] -- see issue #12", "file a because see issue #12"),
            ("# lifecycle: ignore[a] -- x -- y", "here a because x -- y"),
            ("# lifecycle: ignore[a] --- x", "here a because x"),
            ("# lifecycle: ignore[a] -- 「理由」", "here a because 「理由」"),
            ("# nosec # lifecycle: ignore[a] -- x", "here a because x"),
        ] {
            assert_eq!(said(comment), [Ok(want.to_owned())], "{comment}");
        }
        assert_eq!(
            said("# lifecycle: ignore[a] -- x # lifecycle: ignore[b] -- y"),
            [Ok("here a because x".to_owned()), Ok("here b because y".to_owned())]
        );
    }

    #[test]
    fn what_tries_to_be_one_is_never_passed_over() {
        use FaultKind::*;
        for (comment, want) in [
            ("# lifecycle: ignore", NoRule),
            ("# lifecycle: ignore -- because", NoRule),
            ("# lifecycle: ignore latest-tag -- because", NoRule),
            ("# lifecycle: ignore[] -- because", NoRule),
            ("# lifecycle: ignore-file", NoRule),
            ("# lifecycle: ignore[latest-tag -- because", OpenBracket),
            ("# lifecycle: ignore[latest-tag]", NoReason),
            ("# lifecycle: ignore[latest-tag] because", NoReason),
            ("# lifecycle: ignore[latest-tag] -- ", NoReason),
            ("# lifecycle: ignore[latest-tag] -- ...", NoReason),
            ("# lifecycle: ignore[latest-tag] — because", NoReason),
            ("# lifecycle: Ignore[latest-tag] -- x", Form),
            ("# Lifecycle: ignore[latest-tag] -- x", Form),
            ("# lifecycle: disable[latest-tag] -- x", Form),
            ("# lifecycle: disable=latest-tag", Form),
            ("# lifecycle: allow latest-tag", Form),
            ("# lifecycle: ignore_file[latest-tag] -- x", Form),
            ("# lifecycle: ignore-next-line[latest-tag] -- x", Form),
            ("# lifecycle: ignored[latest-tag] -- x", Form),
            ("# lifecycle: ingore[latest-tag] -- x", Form),
            ("# lifecycle: skip", Form),
            ("# lifecyle: ignore[latest-tag] -- x", Form),
            ("# kubectl-lifecycle: ignore[latest-tag] -- x", Form),
            ("# kubectl lifecycle: ignore[latest-tag] -- x", Form),
            ("# kubectl-lifecycle:ignore", Form),
            ("# lifecycle-lint: ignore[latest-tag] -- x", Form),
            ("# lifecycle ignore[latest-tag] -- x", Form),
            ("# lifecycle-ignore[latest-tag] -- x", Form),
            ("# lifecycle ignore latest-tag", Form),
            ("# ignore[latest-tag] -- x", Form),
            ("# TODO: lifecycle: ignore[latest-tag] -- x", Form),
            ("# ignore.kubectl-lifecycle/latest-tag: x", Form),
        ] {
            assert_eq!(said(comment), [Err(want)], "{comment}");
        }
    }

    #[test]
    fn an_ordinary_comment_is_none() {
        for comment in [
            "# lifecycle: see the docs",
            "# lifecycle:",
            "#lifecycle: {}",
            "# lifecycle: ignored by the old kubelet",
            "# lifecycle: the hooks are skipped in tests",
            "# lifecycle: preStop sleeps 5 s -- enough for kube-proxy",
            "# the lifecycle hooks: ignore them",
            "# Terraform: lifecycle ignore_changes",
            "# zizmor: ignore[unpinned-uses]",
            "# kube-linter: ignore",
            "# yamllint disable rule:line-length",
            "# write `# lifecycle: ignore[rule] -- reason` to silence a rule",
            "# ignore[0] is the first",
            "#",
            "#!/bin/sh",
            "# life: ignore",
        ] {
            assert_eq!(said(comment), [], "{comment}");
        }
    }

    #[test]
    fn the_mend_keeps_the_rules_and_the_reason_that_were_meant() {
        let mend = |comment: &str| parse(comment).remove(0).content.unwrap_err().mend;
        assert_eq!(
            mend("# kubectl-lifecycle: disable-file[latest-tag, duplicate-key] -- old"),
            "# lifecycle: ignore-file[latest-tag, duplicate-key] -- old"
        );
        assert_eq!(
            mend("# lifecycle: ignore missing-prestop-slep"),
            "# lifecycle: ignore[missing-prestop-sleep] -- say here why it is fine"
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_within_its_bounds(
            comment in "#.{0,40}|#( |\t|#|lifecycle|:|ignore|-file|\\[|\\]|--|,|latest-tag|名|x){0,14}"
        ) {
            for one in parse(&comment) {
                prop_assert!(comment.get(one.range.clone()).is_some());
                match one.content {
                    Ok(ignore) => for name in ignore.names {
                        prop_assert!(comment.get(name).is_some_and(|name| !name.is_empty()));
                    },
                    Err(fault) => {
                        prop_assert!(comment.get(fault.range).is_some());
                        let mended = parse(&fault.mend);
                        prop_assert!(mended.iter().all(|one| one.content.is_ok()) && mended.len() == 1, "{}", fault.mend);
                    }
                }
            }
        }
    }
}
