//! What each finding says that no finding before it has said: the reason and the links of a rule, once.

use std::collections::{HashMap, HashSet};

use crate::finding::Finding;

/// What is told at a finding, given all those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Telling<'a> {
    /// It is the first of its rule: where to read more stands here.
    pub(super) is_first: bool,
    /// The reason.
    pub(super) why: Reason<'a>,
}

/// How much of a reason is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason<'a> {
    /// All of it.
    Whole(&'a str),
    /// One sentence, in one line: the first that is new, or else the first.
    Line(&'a str),
}

/// What is told at each finding, in their order.
pub(super) fn all(findings: &[Finding]) -> Vec<Telling<'_>> {
    let mut told = HashMap::new();
    findings.iter().map(|finding| one(finding, &mut told)).collect()
}

/// What is told at a finding, given the sentences that were told of each rule.
fn one<'a>(finding: &'a Finding, told: &mut HashMap<&'a str, HashSet<&'a str>>) -> Telling<'a> {
    let Finding { rule, why, .. } = finding;
    match told.get_mut(rule) {
        None => {
            told.insert(rule, sentences(why).collect());
            Telling { is_first: true, why: Reason::Whole(why) }
        }
        Some(told) => {
            let new = sentences(why).find(|sentence| !told.contains(sentence));
            told.extend(new);
            let sentence = new.or_else(|| sentences(why).next()).unwrap_or_default();
            Telling { is_first: false, why: Reason::Line(sentence) }
        }
    }
}

/// The sentences of a text: one ends where the next begins with a capital or with code.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let ends = rest.match_indices(". ").map(|(at, _)| at + 1);
        let is_end = |end: &usize| {
            let next = rest.get(*end..).and_then(|next| next.trim_start().chars().next());
            next.is_some_and(|next| next.is_uppercase() || next == '`')
        };
        let end = ends.into_iter().find(is_end).unwrap_or(rest.len());
        let (sentence, after) = rest.split_at_checked(end)?;
        rest = after.trim_start();
        Some(sentence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn told(whys: &[(&'static str, &str)]) -> Vec<Finding> {
        let report = fixture::single(fixture::WEB, "web");
        let finding = report.findings.first().cloned();
        let with = |(rule, why): &(&'static str, &str)| {
            finding.clone().map(|finding| Finding { rule, why: (*why).to_owned(), ..finding })
        };
        whys.iter().filter_map(with).collect()
    }

    #[test]
    fn a_reason_is_told_whole_once_for_each_rule_and_then_in_a_line() {
        let findings = told(&[
            ("a", "One. Two."),
            ("b", "One. Two."),
            ("a", "One. Two."),
            ("a", "One. Three, i.e. 3. Four."),
            ("a", "Four. One."),
            ("a", "One. Three, i.e. 3."),
        ]);
        let reasons: Vec<Reason<'_>> = all(&findings).iter().map(|telling| telling.why).collect();
        assert_eq!(
            reasons,
            [
                Reason::Whole("One. Two."),
                Reason::Whole("One. Two."),
                Reason::Line("One."),
                Reason::Line("Three, i.e. 3."),
                Reason::Line("Four."),
                Reason::Line("One."),
            ]
        );
    }

    #[test]
    fn only_the_first_finding_of_a_rule_says_where_to_read_more() {
        let findings = told(&[("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")]);
        let first: Vec<bool> = all(&findings).iter().map(|telling| telling.is_first).collect();
        assert_eq!(first, [true, false, true, false]);
    }
}
