//! The rules: the one list that names each of them once.

use crate::finding::Severity;

/// What is known about a rule without running it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleInfo {
    /// Kebab-case; never changes its meaning.
    pub id: &'static str,
    /// The highest severity its findings have.
    pub severity: Severity,
    /// One line: what it reports.
    pub summary: &'static str,
    /// The rule's page, in Markdown.
    pub page: &'static str,
}

macro_rules! rule {
    ($id:literal, $severity:ident, $summary:literal) => {
        RuleInfo {
            id: $id,
            severity: Severity::$severity,
            summary: $summary,
            page: include_str!(concat!("../../rules/", $id, ".md")),
        }
    };
}

/// Every rule, sorted by id.
pub const RULES: &[RuleInfo] = &[
    rule!("duplicate-key", Warning, "a key is written twice, and only the last one counts"),
    rule!("invalid-manifest", Error, "a value has the wrong type, or the API server rejects it"),
    rule!("latest-tag", Warning, "an image has no tag, or the tag `latest`"),
    rule!("missing-prestop-sleep", Warning, "the stop signal can come while traffic still arrives"),
    rule!("missing-readiness-probe", Warning, "traffic can come before the container is ready"),
    rule!("non-idempotent-poststart", Warning, "a postStart hook fails or adds up when it runs twice"),
    rule!("prestop-exceeds-grace-period", Error, "the grace period ends before the preStop hook does"),
    rule!("unknown-field", Warning, "a field that Kubernetes does not know, or not there"),
];

/// The rule called `id`.
pub fn find(id: &str) -> Option<&'static RuleInfo> {
    RULES.iter().find(|rule| rule.id == id)
}

/// The id that was probably meant by `id`; `None` when nothing is near.
pub fn nearest(id: &str) -> Option<&'static str> {
    const NEAR: f64 = 0.75;
    let wanted: String = id.to_lowercase().replace(['_', ' '], "-").chars().take(64).collect();
    RULES
        .iter()
        .map(|rule| (strsim::jaro_winkler(&wanted, rule.id), rule.id))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_unique() {
        assert!(RULES.windows(2).all(|pair| matches!(pair, [a, b] if a.id < b.id)));
    }

    #[test]
    fn a_misspelt_rule_is_recognised() {
        assert_eq!(nearest("latest-tags"), Some("latest-tag"));
        assert_eq!(nearest("missing_prestop_sleep"), Some("missing-prestop-sleep"));
        assert_eq!(nearest("prestop-exceed-grace"), Some("prestop-exceeds-grace-period"));
        assert_eq!(nearest("xyzzy"), None);
    }
}
