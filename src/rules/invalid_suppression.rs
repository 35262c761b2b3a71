//! `invalid-suppression`: a comment or annotation that means to silence something and cannot.

use super::{Check, Rule, page};
use crate::finding::Severity;

/// The rule. What it reports is found by the pass over suppressions.
pub(crate) const RULE: Rule = Rule {
    id: "invalid-suppression",
    severity: Severity::Error,
    summary: "A comment or annotation means to silence a rule and does not say which, where or why.",
    page: page!("invalid-suppression"),
    check: Check::Suppressions,
};
