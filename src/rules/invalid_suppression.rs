//! `invalid-suppression`: a comment or annotation that means to silence something and cannot.

use super::{Check, Group, Release, Rule, Status, page};
use crate::finding::Severity;

/// The rule. What it reports is found by the pass over suppressions.
pub(crate) const RULE: Rule = Rule {
    id: "invalid-suppression",
    aliases: &[],
    group: Group::Suppression,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A comment or annotation means to silence a rule and does not say which, where or why.",
    reason: "A suppression that silently does nothing is worse than none. Its author believes that the matter is settled, and the finding comes back in someone else's pull request. A reason is required because the next reader has to decide whether it still holds.",
    options: None,
    facts: &[],
    docs: &[],
    page: page!("invalid-suppression"),
    verdicts: &[
        "comment-form",
        "no-rule",
        "open-bracket",
        "no-reason",
        "unknown-rule",
        "not-silenceable",
        "file-too-late",
        "label",
        "annotation-key",
        "annotation-reason",
        "container-form",
        "unknown-container",
    ],
    check: Check::Suppressions,
};
