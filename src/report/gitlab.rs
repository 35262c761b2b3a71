//! A code quality report for GitLab.

use crate::text::digest;
use std::collections::HashMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::finding::identity::fingerprints;
use crate::finding::{Finding, Report, Severity, Trouble};
use crate::report::shared::diff;
use crate::report::shared::json;
use crate::report::shared::markdown;
use crate::report::shared::root::Root;
use crate::report::shared::spot::Spot;
use crate::text::escape;

/// Writes the findings, and what could not be read, since GitLab shows nothing else.
pub(crate) fn write(report: &Report, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let mut issues: Vec<Issue> = report
        .findings
        .iter()
        .zip(fingerprints(report))
        .map(|(finding, fingerprint)| issue(report, root, finding, fingerprint))
        .collect();
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for trouble in &report.trouble {
        let nth = seen.entry((&trouble.file, &trouble.message)).or_default();
        issues.push(unread(trouble, root, *nth));
        *nth += 1;
    }
    json::to_writer(&issues, out)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

/// Code Climate's field for what is more than a line, in Markdown.
#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// GitLab's word for a severity.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "info",
    }
}

fn issue(report: &Report, root: &Root, finding: &Finding, fingerprint: String) -> Issue {
    let spot = Spot::of(report, &finding.place);
    let remark = spot.remark().map(|remark| format!(" ({remark})")).unwrap_or_default();
    Issue {
        description: format!("{}{remark}", escape::line(&finding.message)),
        content: Some(Content { body: body(report, finding) }),
        check_name: finding.rule,
        fingerprint,
        severity: level(finding.severity),
        location: location(root, spot.file, spot.in_file().start.line),
    }
}

/// Why, and how to mend it.
fn body(report: &Report, finding: &Finding) -> String {
    let mut parts = vec![markdown::prose(&finding.why), markdown::prose(&finding.help.text)];
    let diff = finding.fix.as_ref().and_then(|fix| diff::of_fix(report, fix));
    match diff {
        Some(diff) => parts.push(markdown::fenced(&diff, "diff")),
        None => parts.extend(finding.help.snippets.iter().map(|snippet| {
            let code = markdown::fenced(&snippet.indented(), snippet.language.as_str());
            [markdown::prose(&snippet.label()), code].join("\n\n")
        })),
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn unread(trouble: &Trouble, root: &Root, nth: usize) -> Issue {
    let path = root.path(&trouble.file);
    Issue {
        description: escape::line(&trouble.message).into_owned(),
        content: None,
        check_name: "trouble",
        fingerprint: digest::of(&format!("trouble {path:?} {:?} {nth}", trouble.message)),
        severity: "blocker",
        location: location(root, &trouble.file, trouble.line.unwrap_or(1)),
    }
}

fn location(root: &Root, file: &str, line: usize) -> Location {
    Location { path: root.path(file), lines: Lines { begin: line } }
}
