//! The closing line: what was found, in what, and what was left out.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::fixes;
use super::palette::Palette;
use crate::finding::{Obsolete, Report, SourceId, Trouble};
use crate::report::shared::look::Look;
use crate::text::escape;
use crate::text::wrap;

/// What the commands that are hinted at are good for.
pub(crate) const HINTS: &str = "To lint what is really deployed";

/// Writes the closing line, and how to lint what was not seen whole.
pub(crate) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let closing = closing_line(report);
    let palette = Palette::new(look.color);
    for line in wrap::hanging(&closing, look.width, "", "  ") {
        writeln!(out, "{}", palette.strong(&line))?;
    }
    if let Some(made) = fixes_made(report) {
        wrap::lines(&made, look.width).iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    if !report.hints.is_empty() {
        writeln!(out, "{HINTS}:")?;
    }
    // Not wrapped: a command is copied whole.
    report.hints.iter().try_for_each(|hint| writeln!(out, "  {}", escape::line(hint)))
}

/// What became of the fixes, to follow on the closing line; `None` of a run that makes none.
pub(crate) fn fixes_made(report: &Report) -> Option<String> {
    report.fixes_made.as_ref().map(fixes::made)
}

/// The entry of the baseline, and how it fared, on one line.
pub(crate) fn obsolete(one: &Obsolete) -> String {
    let found = match one.found {
        0 => "no longer found".to_owned(),
        some => format!("{} listed, {some} found", one.listed),
    };
    format!("{} ({found})", escape::line(&one.identity))
}

/// What was found, in what, and what was left out, on one line.
pub(crate) fn closing_line(report: &Report) -> String {
    let summary = &report.summary;
    let unread = report.trouble.iter().filter(|trouble| !is_unwritten(report, trouble));
    let unread = distinct(unread.map(|trouble| trouble.file.as_str()));
    let skipped = distinct(report.skipped.iter().map(|skipped| skipped.file.as_str()));
    let left_out: usize = report.left_out.iter().flat_map(|one| one.kinds.values()).sum();
    let not_judged = match left_out {
        1 => "workload not judged",
        _ => "workloads not judged",
    };
    let left_out = [
        (summary.older, "not new"),
        (summary.suppressed, "suppressed"),
        (summary.baselined, "in the baseline"),
        (left_out, not_judged),
        (summary.ignored, "ignored by git"),
        (skipped, "skipped"),
        (unread, "unread"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"))
    .collect::<Vec<_>>()
    .join(", ");
    let (read, stop) = if summary.files == 0 && summary.context_files > 0 && report.findings.is_empty() {
        (format!("No target among the files, so nothing was judged; {}", context(report)), ".")
    } else if summary.objects == 0 && report.findings.is_empty() && unread > 0 {
        ("Nothing could be linted".to_owned(), ".")
    } else if summary.files == 0 && report.findings.is_empty() {
        ("No manifests found: no .yaml, .yml or .json here, or all are excluded".to_owned(), ".")
    } else if summary.objects == 0 && report.findings.is_empty() {
        (format!("Nothing was judged: no Kubernetes object in {}", volume(report)), ".")
    } else if report.findings.is_empty() {
        let new = if summary.baselined + summary.older > 0 { "new " } else { "" };
        (format!("No {new}lifecycle faults found in {}", volume(report)), ".")
    } else {
        (format!("{} in {}", found(report), volume(report)), "")
    };
    let strict = match summary.only_strict {
        0 => String::new(),
        some => format!("--strict adds {some}"),
    };
    let parts = [read, left_out, strict, fixes::can(report)];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    format!("{}{stop}", parts.join("; "))
}

/// "0 errors, 2 warnings, 1 info"; infos only where there are some.
fn found(report: &Report) -> String {
    let summary = &report.summary;
    let mut found = format!("{}, {}", plural(summary.errors, "error"), plural(summary.warnings, "warning"));
    if summary.infos > 0 {
        found.push_str(", ");
        found.push_str(&plural(summary.infos, "info"));
    }
    found
}

/// "3 files (7 documents, 2 workloads, 1 of them a patch)".
fn volume(report: &Report) -> String {
    let summary = &report.summary;
    let workloads = match summary.workloads {
        0 => "no workloads".to_owned(),
        some => plural(some, "workload"),
    };
    let workloads = match (summary.workloads, summary.patches) {
        (_, 0) => workloads,
        (1, _) => "1 patch".to_owned(),
        (all, patches) if all == patches => format!("{patches} patches"),
        (_, 1) => format!("{workloads}, 1 of them a patch"),
        (_, patches) => format!("{workloads}, {patches} of them patches"),
    };
    let volume =
        format!("{} ({}, {workloads})", plural(files(report), "file"), plural(summary.documents, "document"));
    if summary.context_files == 0 { volume } else { format!("{volume}, {}", context(report)) }
}

/// How many files were linted, where the files that the findings in an overlay lie in stand for what was built
/// of it.
fn files(report: &Report) -> usize {
    let found: BTreeSet<SourceId> = report.findings.iter().map(|finding| finding.place.source).collect();
    let origins = found.intersection(&report.origins).count();
    let moved = match origins {
        0 => 0,
        _ => report.overlays.difference(&found).count(),
    };
    (report.summary.files + origins).saturating_sub(moved)
}

/// "812 files as context (3 unread)".
fn context(report: &Report) -> String {
    let summary = &report.summary;
    let unread = match summary.context_unread {
        0 => String::new(),
        some => format!(" ({some} unread)"),
    };
    format!("{} as context{unread}", plural(summary.context_files, "file"))
}

pub(crate) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The file was read, and could not be written with its fixes.
fn is_unwritten(report: &Report, trouble: &Trouble) -> bool {
    let made = report.fixes_made.as_ref();
    trouble.line.is_none() && made.is_some_and(|made| made.unwritten.contains(&trouble.file))
}

fn distinct<'a>(files: impl Iterator<Item = &'a str>) -> usize {
    files.collect::<BTreeSet<_>>().len()
}
