//! `kubectl lifecycle explain`: a rule's page, or what was probably meant.

use crate::report::shared::look::Look;
use crate::report::shared::rule_page;
use crate::rules::{self, Choice, Group};
use crate::text::escape;

/// There is no such rule; the message says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule or group `{id}`; {advice}")]
pub(super) struct UnknownRule {
    id: String,
    advice: String,
}

/// The page of the rule called `id`, or the rules of that group, rendered for `look`.
pub(super) fn explain(id: &str, look: &Look) -> Result<String, UnknownRule> {
    match Choice::of(id) {
        Some(Choice::Rule(rule)) => Ok(rule_page::render(rule.page, look)),
        Some(Choice::Group(group)) => Ok(rule_page::render(&of_group(group), look)),
        None => Err(unknown(id)),
    }
}

fn of_group(group: Group) -> String {
    let rules = Choice::Group(group).rules();
    let rules: String = rules.map(|rule| format!("- `{}`: {}\n", rule.id, rule.summary)).collect();
    format!("# {}\n\n{}\n\n{rules}", group.id(), group.summary())
}

fn unknown(id: &str) -> UnknownRule {
    let all = || "`kubectl lifecycle rules` lists them all".to_owned();
    let advice = rules::meant(id).unwrap_or_else(all);
    UnknownRule { id: escape::line(id).into_owned(), advice }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_rule_has_a_page() {
        for rule in rules::RULES {
            assert!(!explain(rule.id, &Look::PIPE).unwrap().trim().is_empty(), "{}", rule.id);
        }
    }

    #[test]
    fn a_group_lists_its_rules() {
        let text = explain("stop", &Look::PIPE).unwrap();
        assert!(text.contains("How a container stops"), "{text}");
        assert!(text.contains("`prestop-exceeds-grace-period`: A preStop hook"), "{text}");
        assert!(!text.contains("latest-tag"), "{text}");
    }

    #[test]
    fn a_wrong_rule_name_suggests_the_nearest_or_the_list() {
        let message = |id| explain(id, &Look::PIPE).unwrap_err().to_string();
        assert_eq!(message("stpo"), "there is no rule or group `stpo`; did you mean `stop`?");
        assert_eq!(
            message("latest-tags"),
            "there is no rule or group `latest-tags`; did you mean `latest-tag`?"
        );
        assert_eq!(
            message("prestop"),
            "there is no rule or group `prestop`; did you mean `missing-prestop-sleep`, \
             `prestop-exceeds-grace-period`, `prestop-writes-lost` or `prestop-in-job`?"
        );
        assert_eq!(
            message("Idempotent"),
            "there is no rule or group `Idempotent`; did you mean `non-idempotent-poststart`?"
        );
        assert_eq!(
            message("\u{1b}["),
            "there is no rule or group `\\u{1b}[`; `kubectl lifecycle rules` lists them all"
        );
    }
}
