//! The report as a Markdown page, for a job summary or a comment on a merge request.

use crate::report::shared::line;
use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::finding::{Finding, Report};
use crate::report::shared::look::Look;
use crate::report::shared::markdown::{code, fenced, prose};
use crate::report::shared::presentation::Presentation;
use crate::report::shared::root::Root;
use crate::report::shared::spot::{self, Spot};
use crate::report::shared::summary;
use crate::report::shared::{chart, diff};

/// The longest page, in bytes: GitHub takes a job summary of 1 MiB.
const LONGEST: usize = 1_000_000;
/// Kept free for what is written whatever there is no room for.
const RESERVE: usize = 4_000;
/// The most rows of what was suppressed, skipped, or is obsolete.
const MOST_ROWS: usize = 200;

/// Writes the whole page.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let mut page = SummaryPage { text: String::new(), root: &how.root, report };
    page.heading();
    page.findings();
    page.trouble();
    if how.show_suppressed {
        page.suppressed();
    }
    if !how.quiet {
        page.skipped();
        page.obsolete();
        page.hints();
    }
    page.details();
    out.write_all(page.text.as_bytes())
}

struct SummaryPage<'a> {
    text: String,
    root: &'a Root,
    report: &'a Report,
}

impl SummaryPage<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.text.len() + bytes + RESERVE <= LONGEST
    }

    fn heading(&mut self) {
        self.line("## kubectl lifecycle");
        self.line("");
        self.line(&prose(&summary::closing_line(self.report)));
        self.line("");
        if let Some(made) = summary::fixes_made(self.report) {
            self.line(&prose(&made));
            self.line("");
        }
    }

    /// A table: a row for each finding, the gravest first.
    fn findings(&mut self) {
        let mut findings: Vec<&Finding> = self.report.findings.iter().collect();
        if findings.is_empty() {
            return;
        }
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let (report, root) = (self.report, self.root);
        let rows = findings.into_iter().map(|finding| row(report, root, finding));
        self.table("| | rule | place | finding |\n| --- | --- | --- | --- |", rows, usize::MAX);
    }

    /// As many rows as there is room for, then how many there is none for.
    fn table(&mut self, head: &str, rows: impl ExactSizeIterator<Item = String>, most: usize) {
        self.line(head);
        let left = self.fill(rows, most);
        self.line("");
        self.left_out(left);
    }

    /// Writes what there is room for, and tells how many there is none for; those are not even made.
    fn fill(&mut self, parts: impl ExactSizeIterator<Item = String>, most: usize) -> usize {
        let mut left = parts.len();
        for part in parts.take(most) {
            if !self.has_room(part.len()) {
                break;
            }
            self.line(&part);
            left -= 1;
        }
        left
    }

    fn left_out(&mut self, count: usize) {
        if count > 0 {
            self.line(&format!("… and {count} more, which there is no room for here."));
            self.line("");
        }
    }

    fn trouble(&mut self) {
        let report = self.report;
        if report.trouble.is_empty() {
            return;
        }
        self.line("### Could not be read");
        self.line("");
        let row = |one| format!("| {} | {} |", code(&spot::trouble(one)), prose(&one.message));
        let rows: Vec<String> = report.trouble.iter().map(row).collect();
        self.table("| place | trouble |\n| --- | --- |", rows.into_iter(), MOST_ROWS);
    }

    fn suppressed(&mut self) {
        let report = self.report;
        if report.suppressed.is_empty() {
            return;
        }
        let rows: Vec<String> = report
            .suppressed
            .iter()
            .map(|one| {
                let place = place(self.root, &Spot::of(report, &one.finding.place));
                format!("| {} | {place} | {} |", rule(&one.finding), prose(&line::why(report, one)))
            })
            .collect();
        self.fold(&format!("{} suppressed", rows.len()), |page| {
            page.table("| rule | place | suppressed by |\n| --- | --- | --- |", rows.into_iter(), MOST_ROWS);
        });
    }

    /// Every reason once, with its files.
    fn skipped(&mut self) {
        let report = self.report;
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let not_linted = report.not_linted();
        for skipped in &not_linted {
            reasons.entry(&skipped.reason).or_default().push(&skipped.file);
        }
        if reasons.is_empty() {
            return;
        }
        let rows: Vec<String> = reasons
            .into_iter()
            .flat_map(|(reason, files)| {
                files.into_iter().map(move |file| format!("| {} | {} |", code(file), prose(reason)))
            })
            .collect();
        self.fold("Skipped", |page| {
            page.table("| file | why |\n| --- | --- |", rows.into_iter(), MOST_ROWS);
        });
    }

    fn obsolete(&mut self) {
        let report = self.report;
        if report.obsolete.is_empty() {
            return;
        }
        let rows: Vec<String> =
            report.obsolete.iter().map(|one| format!("| {} |", code(&summary::obsolete(one)))).collect();
        self.fold("Obsolete in the baseline", |page| {
            page.table("| entry |\n| --- |", rows.into_iter(), MOST_ROWS);
            page.line("`--prune-baseline` mends that.");
            page.line("");
        });
    }

    fn hints(&mut self) {
        let report = self.report;
        if report.hints.is_empty() {
            return;
        }
        self.line(&format!("{}:", summary::HINTS));
        self.line("");
        for hint in &report.hints {
            if !self.has_room(hint.len() * 8) {
                break;
            }
            self.line(&format!("- {}", code(hint)));
        }
        self.line("");
    }

    /// Why and how to mend it, for each finding that there is room for.
    fn details(&mut self) {
        let (report, root) = (self.report, self.root);
        if report.findings.is_empty() {
            return;
        }
        self.fold("Why, and how to mend it", |page| {
            let left =
                page.fill(report.findings.iter().map(|finding| detail(report, root, finding)), usize::MAX);
            page.left_out(left);
        });
    }

    fn fold(&mut self, title: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("<details><summary>{title}</summary>\n"));
        inside(self);
        self.line("</details>\n");
    }
}

fn row(report: &Report, root: &Root, finding: &Finding) -> String {
    let spot = Spot::of(report, &finding.place);
    let remark = spot.remark().map(|remark| format!(" ({})", prose(&remark))).unwrap_or_default();
    let (severity, place) = (finding.severity.as_str(), place(root, &spot));
    format!("| {severity} | {} | {place} | {}{remark} |", rule(finding), prose(&finding.message))
}

/// The file and the line, unless the line is none of the file.
fn place(root: &Root, spot: &Spot<'_>) -> String {
    let path = root.path(spot.file);
    match spot.rendered_by {
        Some(_) => code(&path),
        None => code(&format!("{path}:{}", spot.start.line)),
    }
}

fn detail(report: &Report, root: &Root, finding: &Finding) -> String {
    let place = place(root, &Spot::of(report, &finding.place));
    let mut text = format!("**{}** {place}: {}\n", finding.rule, prose(&finding.message));
    if let Some(chart) = &finding.chart {
        let strip = chart::strip(chart, Look::PIPE.width, &Look::PIPE).join("\n");
        text.push_str(&format!("\n{}", fenced(&strip, "")));
    }
    for part in [&finding.why, &finding.help.text] {
        if !part.is_empty() {
            text.push_str(&format!("\n{}\n", sentence(part)));
        }
    }
    let diff = finding.fix.as_ref().and_then(|fix| diff::of_fix(report, fix));
    if let Some(diff) = &diff {
        text.push_str(&format!("\n{}", fenced(diff, "diff")));
    }
    for snippet in finding.help.snippets.iter().filter(|_| diff.is_none()) {
        let label = snippet.label();
        if !label.is_empty() {
            text.push_str(&format!("\n{}\n", sentence(&label)));
        }
        text.push('\n');
        text.push_str(&fenced(&snippet.indented(), snippet.language.as_str()));
    }
    for link in &finding.docs {
        text.push_str(&format!("\n<{link}>\n"));
    }
    text
}

/// The rule, with a link to its page.
fn rule(finding: &Finding) -> String {
    match finding.docs.first() {
        Some(link) => format!("[{}]({link})", finding.rule),
        None => finding.rule.to_owned(),
    }
}

/// A paragraph; it begins with no sign that would make a list or a heading of it.
fn sentence(text: &str) -> String {
    let text = prose(text);
    let is_plain = text.starts_with(|c: char| c.is_alphabetic() || c == '`' || c == '<');
    if is_plain { text } else { format!("&#8203;{text}") }
}
