//! `unused-suppression`: a comment or annotation that silences nothing.

use super::{Check, Rule, page};
use crate::finding::Severity;

/// The rule. What it reports is found by the pass over suppressions.
pub(crate) const RULE: Rule = Rule {
    id: "unused-suppression",
    severity: Severity::Warning,
    summary: "A comment or annotation silences a rule that finds nothing there.",
    page: page!("unused-suppression"),
    check: Check::Suppressions,
};
