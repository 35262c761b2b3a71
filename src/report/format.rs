//! The formats of a report: what they are called, and who writes them.

use std::io::{self, Write};

use super::shared::guard::CommandGuard;
use super::shared::presentation::Presentation;
use super::{concise, github, gitlab, html, human, json, junit, markdown, sarif};
use crate::finding::Report;

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For people in a hurry, editors and grep.
    Concise,
    /// For programs.
    Json,
    /// For code scanning.
    Sarif,
    /// For the log of a GitHub Actions step.
    Github,
    /// For GitLab's merge requests.
    Gitlab,
    /// For CI systems that show tests.
    Junit,
    /// For a job summary or a comment.
    Markdown,
    /// For a browser.
    Html,
}

/// Every format with its name and what it is for.
pub(crate) const FORMATS: [(Format, &str, &str); 9] = [
    (Format::Human, "human", "What, where, why and how to mend it, for people"),
    (
        Format::Concise,
        "concise",
        "One line for each finding: file:line:column: severity[rule] message (object)",
    ),
    (Format::Json, "json", "Everything, for programs: JSON, version 1"),
    (Format::Sarif, "sarif", "SARIF 2.1.0, for code scanning"),
    (Format::Github, "github", "Annotations of GitHub Actions"),
    (Format::Gitlab, "gitlab", "A code quality report for GitLab"),
    (Format::Junit, "junit", "JUnit XML: a test suite for each file"),
    (Format::Markdown, "markdown", "A page for a job summary or a merge request"),
    (Format::Html, "html", "One page for a browser, with drawings: complete in itself, no network"),
];

impl Format {
    /// The format of a name.
    pub(crate) fn find(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|(_, known, _)| *known == name).map(|(format, ..)| format)
    }

    /// It is read as lines of text, so a manifest could smuggle commands of a CI system into them.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Human | Self::Concise | Self::Junit | Self::Markdown)
    }

    /// Writes the report in this format.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write(self, report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write(report, how, out),
            Self::Concise => concise::write(report, how, out),
            Self::Json if how.statistics => json::write_with_statistics(report, out),
            Self::Json => json::write(report, out),
            Self::Sarif => sarif::write(report, &how.root, out),
            Self::Github => github::write(report, &how.root, out),
            Self::Gitlab => gitlab::write(report, &how.root, out),
            Self::Junit => junit::write(report, out),
            Self::Markdown => markdown::write(report, how, out),
            Self::Html => html::write(report, how, &mut CommandGuard::markup(out)),
        }
    }
}
