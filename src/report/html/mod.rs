//! The report as one page for a browser: complete in itself, without a script as well, and nothing in it is
//! fetched.

mod excerpt;
mod finding;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};

use askama::Template;

use crate::finding::{Finding, Report, Severity, Skipped, SourceId};
use crate::report::shared::page::{Frame, Prose};
use crate::report::shared::presentation::Presentation;
use crate::report::shared::spot;
use crate::report::shared::spot::Spot;
use crate::report::shared::statistics::Counts;
use crate::report::shared::{line, summary};
use crate::text::escape;
use finding::Card;

/// Up to so many findings are shown open.
const FEW: usize = 30;

/// Writes the whole page.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let mut out = out;
    Page::of(report, how).write_into(&mut out)?;
    writeln!(out)
}

/// All that stands on the page.
#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    frame: Frame,
    title: String,
    closing: Prose,
    made: Option<String>,
    counts: Vec<Count>,
    rules: Vec<RuleRow>,
    files: Vec<File>,
    trouble: Vec<Row>,
    suppressed: Vec<Row>,
    skipped: Vec<Row>,
    obsolete: Vec<String>,
    hints: Vec<String>,
    are_open: bool,
}

/// How many findings there are of a severity.
struct Count {
    severity: &'static str,
    count: usize,
}

/// A rule and how often it found something.
struct RuleRow {
    id: &'static str,
    page: Option<String>,
    severities: Vec<Count>,
    total: usize,
}

/// The findings in one file.
struct File {
    anchor: usize,
    name: String,
    counts: String,
    cards: Vec<Card>,
}

/// A place and what is said of it.
struct Row {
    rule: &'static str,
    place: String,
    said: Prose,
}

impl Page {
    fn of(report: &Report, how: &Presentation) -> Self {
        let closing = summary::closing_line(report);
        let of_this_file = |left: &Finding, right: &Finding| left.place.source == right.place.source;
        let groups = report.findings.chunk_by(of_this_file).enumerate();
        let files = groups.map(|(at, group)| File::of(report, how, at, group)).collect();
        let trouble = report.trouble.iter().map(|one| Row {
            rule: "",
            place: spot::trouble(one),
            said: Prose::of(&one.message),
        });
        let suppressed = report.suppressed.iter().filter(|_| how.show_suppressed).map(|one| Row {
            rule: one.finding.rule,
            place: Spot::of(report, &one.finding.place).text(),
            said: Prose::of(&line::why(report, one)),
        });
        let unless_quiet = |texts: Vec<String>| if how.quiet { Vec::new() } else { texts };
        Self {
            frame: Frame::new(),
            title: "kubectl lifecycle".to_owned(),
            closing: Prose::of(&closing),
            made: summary::fixes_made(report),
            counts: counts(report.findings.iter()),
            rules: rules(report),
            files,
            trouble: trouble.collect(),
            suppressed: suppressed.collect(),
            skipped: if how.quiet { Vec::new() } else { skipped(report) },
            obsolete: unless_quiet(report.obsolete.iter().map(summary::obsolete).collect()),
            hints: unless_quiet(report.hints.iter().map(|hint| escape::line(hint).into_owned()).collect()),
            are_open: report.findings.len() <= FEW,
        }
    }
}

impl File {
    fn of(report: &Report, how: &Presentation, at: usize, group: &[Finding]) -> Self {
        let source = group.first().map_or(SourceId(0), |finding| finding.place.source);
        Self {
            anchor: at + 1,
            name: name(report, how, source),
            counts: Counts::of(group).words(),
            cards: group.iter().map(|finding| Card::of(report, how, finding)).collect(),
        }
    }
}

/// What a file is called: its path as programs in the repository know it, and what rendered it.
fn name(report: &Report, how: &Presentation, source: SourceId) -> String {
    let Some(source) = report.source(source) else { return String::new() };
    let path = how.root.path(source.name());
    let path = escape::line(&path);
    match source.rendered_by() {
        Some(by) => format!("{path} (as rendered by {})", escape::line(by)),
        None => path.into_owned(),
    }
}

/// The severities that there are, the gravest first.
fn counts<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> Vec<Count> {
    let all = [Severity::Error, Severity::Warning, Severity::Info].into_iter();
    let counted = all.map(|severity| Count {
        severity: severity.as_str(),
        count: findings.clone().filter(|finding| finding.severity == severity).count(),
    });
    counted.filter(|one| one.count > 0).collect()
}

/// The rules that found something, those that found most first.
fn rules(report: &Report) -> Vec<RuleRow> {
    let mut found: BTreeMap<&'static str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        found.entry(finding.rule).or_default().push(finding);
    }
    let row = |(id, findings): (&'static str, Vec<&Finding>)| RuleRow {
        id,
        page: finding::page(id),
        severities: counts(findings.iter().copied()),
        total: findings.len(),
    };
    let mut rows: Vec<RuleRow> = found.into_iter().map(row).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.total));
    rows
}

/// What was not linted, those for one reason beside each other.
fn skipped(report: &Report) -> Vec<Row> {
    let mut all = report.not_linted();
    all.sort_by(|a, b| (&a.reason, &a.file).cmp(&(&b.reason, &b.file)));
    let row = |one: &Skipped| Row {
        rule: "",
        place: escape::line(&one.file).into_owned(),
        said: Prose::of(&one.reason),
    };
    all.iter().map(row).collect()
}
