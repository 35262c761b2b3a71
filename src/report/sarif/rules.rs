//! The rules as SARIF describes them: their pages, for whoever reads an alert.

use super::level;
use super::log::{MultiformatMessageString, ReportingConfiguration, ReportingDescriptor, RuleProperties};
use crate::finding::Severity;
use crate::report::shared::look::Look;
use crate::report::shared::rule_page;
use crate::rules::Rule;

/// Where to read about the tool; about its subject, as long as it has no home of its own.
pub(super) fn home() -> &'static str {
    match env!("CARGO_PKG_REPOSITORY") {
        "" => "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
        home => home,
    }
}

/// A text without Markdown.
pub(super) fn text(text: &str) -> MultiformatMessageString {
    MultiformatMessageString { markdown: None, text: text.to_owned() }
}

/// A rule with its page.
pub(super) fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let page = unlinked(rule.page);
    let help = rule_page::render(&page, &Look::PIPE);
    ReportingDescriptor {
        default_configuration: ReportingConfiguration { level: level(rule.severity()) },
        full_description: text(&format!("{} {}", rule.summary, rule.reason)),
        help: MultiformatMessageString { markdown: Some(page), text: help },
        help_uri: rule.url(),
        id: rule.id,
        name: pascal(rule.id),
        properties: RuleProperties {
            tags: ["kubernetes", "lifecycle", "reliability"],
            precision: "high",
            problem_severity: problem(rule.severity()),
        },
        short_description: text(rule.summary),
    }
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

/// `LatestTag`: the name that goes with an id in SARIF.
fn pascal(id: &str) -> String {
    let words = id.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    words.collect()
}

/// The page without links to other pages, which lead nowhere outside the repository: their text stays.
fn unlinked(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("](") {
        let (address, following) = after.split_once(')').unwrap_or((after, ""));
        match before.rsplit_once('[') {
            Some((before, label)) if !address.contains("://") && address.contains(".md") => {
                text.push_str(before);
                text.push_str(label);
                rest = following;
            }
            _ => {
                text.push_str(before);
                text.push_str("](");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn every_rule_has_a_help_page_a_reason_and_an_address() {
        for rule in RULES {
            let descriptor = descriptor(rule);
            assert!(descriptor.help_uri.ends_with(&format!("/rules/{}/", rule.id)), "{}", rule.id);
            assert!(descriptor.full_description.text.len() > rule.summary.len() + 20, "{}", rule.id);
            assert!(!descriptor.help.markdown.unwrap().contains(".md)"), "{}", rule.id);
        }
    }

    #[test]
    fn links_to_other_pages_keep_their_text() {
        assert_eq!(
            unlinked("see [a-rule](a-rule.md), [docs](https://x.org/y.md) and [b](b.md#why)."),
            "see a-rule, [docs](https://x.org/y.md) and b."
        );
    }

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal("missing-prestop-sleep"), "MissingPrestopSleep");
    }
}
