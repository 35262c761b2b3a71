//! A finding as it stands on the page.

use super::excerpt::{self, Excerpt};
use crate::finding::{Finding, Report, Snippet};
use crate::report::shared::page::Prose;
use crate::report::shared::presentation::Presentation;
use crate::report::shared::spot::Spot;
use crate::report::shared::svg;
use crate::rules::RULES;
use crate::text::escape;

/// All that is said of a finding.
pub(super) struct Card {
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
    pub(super) message: Prose,
    /// `48:37`, and for rendered text what that counts in.
    pub(super) place: String,
    pub(super) object: String,
    pub(super) excerpts: Vec<Excerpt>,
    pub(super) chart: Option<String>,
    pub(super) why: Prose,
    pub(super) help: Prose,
    pub(super) snippets: Vec<ToWrite>,
    pub(super) links: Vec<Link>,
}

/// What is to be written.
pub(super) struct ToWrite {
    pub(super) label: Prose,
    pub(super) lines: Vec<String>,
}

/// A page to read.
pub(super) struct Link {
    /// `None` where it is not among those that the rule names: it is then only shown.
    pub(super) address: Option<String>,
    pub(super) text: String,
}

impl Card {
    pub(super) fn of(report: &Report, how: &Presentation, finding: &Finding) -> Self {
        let spot = Spot::of(report, &finding.place);
        let place = match spot.remark() {
            Some(remark) => remark,
            None => format!("{}:{}", spot.start.line, spot.start.column),
        };
        Self {
            severity: finding.severity.as_str(),
            rule: finding.rule,
            message: Prose::of(&finding.message),
            place,
            object: object(finding),
            excerpts: excerpt::of(report, how, finding),
            chart: finding.chart.as_ref().and_then(|chart| svg::element(chart).ok()),
            why: Prose::of(&finding.why),
            help: Prose::of(&finding.help.text),
            snippets: finding.help.snippets.iter().map(ToWrite::of).collect(),
            links: finding.docs.iter().map(|address| Link::of(finding.rule, address)).collect(),
        }
    }
}

/// `Deployment orders in shop, container export`.
fn object(finding: &Finding) -> String {
    let object = &finding.object;
    let mut said = format!("{} {}", escape::line(&object.kind), escape::line(&object.name)).trim().to_owned();
    if let Some(namespace) = &object.namespace {
        said.push_str(&format!(" in {}", escape::line(namespace)));
    }
    if let Some(container) = &finding.container {
        said.push_str(&format!(", container {}", escape::line(container)));
    }
    said
}

impl ToWrite {
    fn of(snippet: &Snippet) -> Self {
        let lines = snippet.indented();
        let lines = lines.lines().map(|line| escape::line(&line.replace('\t', "    ")).into_owned());
        Self { label: Prose::of(&snippet.label()), lines: lines.collect() }
    }
}

impl Link {
    fn of(rule: &str, address: &str) -> Self {
        let text = escape::line(address).into_owned();
        let address = is_known(rule, address).then(|| text.clone());
        let text = match &address {
            Some(known) if page(rule).as_ref() == Some(known) => format!("the rule {rule}"),
            Some(known) => known.trim_start_matches("https://").to_owned(),
            None => text,
        };
        Self { address, text }
    }
}

/// The address of a rule's page.
pub(super) fn page(id: &str) -> Option<String> {
    RULES.iter().find(|rule| rule.id == id).map(|rule| rule.url())
}

/// The rule itself names it.
fn is_known(id: &str, address: &str) -> bool {
    RULES.iter().filter(|rule| rule.id == id).any(|rule| {
        address.starts_with("https://")
            && (rule.url() == address || rule.docs.iter().any(|link| link.url == address))
    })
}
