//! `unused-suppression`: a comment or annotation that silences nothing.

use super::{Check, Group, Release, Rule, Status, page};
use crate::finding::Severity;

/// The rule. What it reports is found by the pass over suppressions.
pub(crate) const RULE: Rule = Rule {
    id: "unused-suppression",
    aliases: &[],
    group: Group::Suppression,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A comment or annotation silences a rule that finds nothing there.",
    reason: "A suppression that does nothing is one of two things. Either the fault was mended, and the comment now hides the next one. Or it stands in the wrong place, and whoever wrote it believes that something is silenced which is not.",
    options: None,
    facts: &[],
    docs: &[],
    page: page!("unused-suppression"),
    verdicts: &["unused"],
    check: Check::Suppressions,
};
