//! The report for people: findings by file, each with what, where, why and how to mend it.
//!
//! This is the only home of miette and owo-colors.

mod excerpt;
mod snippet;
pub(super) mod suppressed;
use crate::report::shared::summary;
use crate::text::wrap;
pub(super) use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::shared::palette::Palette;
use crate::finding::{self, Finding, Help, LeftOut, Place, Report, Severity, SourceId, Why};
use crate::report::shared::chart;
use crate::report::shared::look::Look;
use crate::report::shared::presentation::Presentation;
use crate::report::shared::spot;
use crate::text::escape;
use crate::text::{Position, Source, Span};
use excerpt::{Mark, excerpts};

/// More related places than this are counted and not drawn.
const MOST_RELATED: usize = 8;

/// So many findings are drawn before threads would be worth their start.
const FEW: usize = 256;
/// So many findings are drawn before they are written.
const BLOCK: usize = 1024;
/// So many of them at a time by one thread.
const SHARE: usize = 16;
/// The usual length of a drawn finding, in bytes.
const USUAL: usize = 3000;

/// Writes the whole report; findings and trouble even if it is to be quiet.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let look = &how.look;
    let writer = Writer { report, look: *look, palette: Palette::new(look.color) };
    writer.findings(out)?;
    if how.show_suppressed {
        suppressed::write(report, look, out)?;
    }
    writer.trouble(out)?;
    if !how.quiet {
        writer.skipped(out)?;
        writer.left_out(out)?;
        suppressed::obsolete(report, look, out)?;
        summary::write(report, look, out)?;
    }
    Ok(())
}

/// A finding to be drawn.
struct Drawing<'a> {
    /// All findings in its file, if it is the first of them.
    group: Option<&'a [Finding]>,
    finding: &'a Finding,
}

struct Writer<'a> {
    report: &'a Report,
    look: Look,
    palette: Palette,
}

impl Writer<'_> {
    /// Drawn on all cores, a block at a time, and written in order.
    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let same_file = |left: &Finding, right: &Finding| left.place.source == right.place.source;
        let groups = self.report.findings.chunk_by(same_file);
        let drawings: Vec<Drawing<'_>> = groups
            .flat_map(|group| {
                group
                    .iter()
                    .enumerate()
                    .map(move |(at, finding)| Drawing { group: (at == 0).then_some(group), finding })
            })
            .collect();
        if drawings.len() <= FEW {
            return out.write_all(&self.drawn(&drawings)?);
        }
        // Threads of their own: the heaps of those that linted are full of the holes the manifests left.
        let pool = ThreadPoolBuilder::new().build().map_err(io::Error::other)?;
        for block in drawings.chunks(BLOCK) {
            let drawn: Vec<io::Result<Vec<u8>>> =
                pool.install(|| block.par_chunks(SHARE).map(|share| self.drawn(share)).collect());
            drawn.into_iter().try_for_each(|drawn| out.write_all(&drawn?))?;
        }
        Ok(())
    }

    /// Findings, each below the name of its file if it is the first in it.
    fn drawn(&self, drawings: &[Drawing<'_>]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(drawings.len() * USUAL);
        for Drawing { group, finding } in drawings {
            if let Some(group) = group {
                let counts = summary::count_words(&summary::Counts::of(group));
                let name = self.palette.strong(&self.title(finding.place.source));
                writeln!(out, "{name}: {counts}\n")?;
            }
            self.finding(finding, &mut out)?;
            writeln!(out)?;
        }
        Ok(out)
    }

    fn finding(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        self.header(finding, out)?;
        self.snippets(finding, out)?;
        self.strip(finding, out)?;
        self.prose("why", &finding.why, out)?;
        self.help(&finding.help, out)?;
        for link in &finding.docs {
            writeln!(out, "  {} {}", self.palette.strong("docs:"), self.palette.link(&escape::line(link)))?;
        }
        Ok(())
    }

    fn header(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let tag = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let text = format!("{tag} {}", escape::line(&finding.message));
        for (at, line) in wrap::hanging(&text, self.look.width, "", "  ").into_iter().enumerate() {
            match line.strip_prefix(tag.as_str()).filter(|_| at == 0) {
                Some(rest) => {
                    let tag = self.palette.severity(finding.severity, &tag);
                    writeln!(out, "{tag}{}", self.palette.strong(rest))?;
                }
                None => writeln!(out, "{}", self.palette.strong(&line))?,
            }
        }
        if let Some(subject) = subject(finding) {
            for line in wrap::hanging(&subject, self.look.width, "  ", "  ") {
                writeln!(out, "{line}")?;
            }
        }
        Ok(())
    }

    /// What happens when, where instants matter.
    fn strip(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        const INDENT: &str = "  ";
        let Some(chart) = &finding.chart else { return Ok(()) };
        for line in chart::strip(chart, self.look.width.saturating_sub(INDENT.len()), &self.look) {
            writeln!(out, "{INDENT}{line}")?;
        }
        writeln!(out)
    }

    /// The finding's own file first, then the related files in reading order.
    fn snippets(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let primary = Mark { span: finding.place.span, label: None, primary: true };
        let mut files: Vec<(SourceId, Vec<Mark>)> = vec![(finding.place.source, vec![primary])];
        let mut seen: Vec<(&Place, &str)> = Vec::new();
        for related in finding.related.iter().take(MOST_RELATED) {
            if seen.contains(&(&related.place, related.message.as_str())) {
                continue;
            }
            seen.push((&related.place, &related.message));
            let mark =
                Mark { span: related.place.span, label: Some(related.message.clone()), primary: false };
            match files.iter_mut().find(|(source, _)| *source == related.place.source) {
                Some((_, marks)) => marks.push(mark),
                None => files.push((related.place.source, vec![mark])),
            }
        }
        for (source, marks) in files {
            let Some(source) = self.report.source(source) else { continue };
            self.excerpts(source, marks, finding.severity, out)?;
        }
        match finding.related.len().checked_sub(MOST_RELATED) {
            Some(more @ 1..) => writeln!(out, "  … and {more} more related places"),
            _ => Ok(()),
        }
    }

    fn excerpts(
        &self,
        source: &Source,
        marks: Vec<Mark>,
        severity: Severity,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for excerpt in excerpts(source, marks, self.look.width) {
            out.write_all(snippet::draw(&excerpt, &spot::title(source), severity, &self.look).as_bytes())?;
        }
        Ok(())
    }

    /// A titled paragraph; nothing where there is no text.
    fn prose(&self, title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let first = format!("  {title}: ");
        let rest = " ".repeat(first.len());
        let text = escape::line(text);
        for (at, line) in wrap::hanging(&text, self.look.width, &first, &rest).into_iter().enumerate() {
            match line.strip_prefix(first.as_str()).filter(|_| at == 0) {
                Some(text) => writeln!(out, "  {} {text}", self.palette.strong(&format!("{title}:")))?,
                None => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }

    /// What to do, and what to write: what to do with a snippet stands before it.
    fn help(&self, help: &Help, out: &mut dyn Write) -> io::Result<()> {
        let mut said = help.text.clone();
        for snippet in &help.snippets {
            let label = snippet.label();
            let blank = if said.is_empty() || label.is_empty() { "" } else { " " };
            self.prose("help", &format!("{said}{blank}{label}"), out)?;
            self.code(snippet, out)?;
            said.clear();
        }
        self.prose("help", &said, out)
    }

    /// Text to paste: never wrapped, indented as in its place, between empty lines.
    fn code(&self, snippet: &finding::Snippet, out: &mut dyn Write) -> io::Result<()> {
        const LEAST: usize = 6;
        let indent = if snippet.indent == 0 { LEAST } else { snippet.indent };
        writeln!(out)?;
        for line in escape::block(&snippet.text).lines() {
            match line {
                "" => writeln!(out)?,
                line => writeln!(out, "{:indent$}{}", "", self.palette.code(line))?,
            }
        }
        writeln!(out)
    }

    /// What could not be read, with the place where that is known.
    fn trouble(&self, out: &mut dyn Write) -> io::Result<()> {
        let sources: HashMap<&str, &Source> =
            self.report.sources.iter().map(|source| (source.name(), source)).collect();
        for trouble in &self.report.trouble {
            let tag = self.palette.severity(Severity::Error, "trouble:");
            writeln!(out, "{tag} {}", self.palette.strong(&spot::trouble(trouble)))?;
            let mark = sources.get(trouble.file.as_str()).and_then(|source| {
                let start = source.byte(Position { line: trouble.line?, column: trouble.column? })?;
                Some((source, Mark { span: Span::new(start, start), label: None, primary: true }))
            });
            if let Some((source, mark)) = mark {
                self.excerpts(source, vec![mark], Severity::Error, out)?;
            }
            for line in wrap::hanging(&escape::line(&trouble.message), self.look.width, "  ", "  ") {
                writeln!(out, "{line}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// What was knowingly not linted: every file, and each reason once.
    fn skipped(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for skipped in &self.report.skipped {
            reasons.entry(&skipped.reason).or_default().push(&skipped.file);
        }
        for (reason, files) in reasons {
            let title = format!("skipped: {}", escape::line(reason));
            for line in wrap::hanging(&title, self.look.width, "", "  ") {
                match line.strip_prefix("skipped:") {
                    Some(rest) => writeln!(out, "{}{rest}", self.palette.strong("skipped:"))?,
                    None => writeln!(out, "{line}")?,
                }
            }
            for file in files {
                writeln!(out, "    {}", escape::line(file))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// What was read and not judged: each reason once, whatever the files.
    fn left_out(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: BTreeMap<Why, LeftOut> = BTreeMap::new();
        for left_out in &self.report.left_out {
            let sum = reasons.entry(left_out.why).or_insert_with(|| LeftOut {
                file: String::new(),
                why: left_out.why,
                kinds: BTreeMap::new(),
            });
            for (kind, count) in &left_out.kinds {
                *sum.kinds.entry(kind.clone()).or_default() += count;
            }
        }
        for sum in reasons.values() {
            let text = format!("not judged: {}", escape::line(&sum.sentence()));
            for line in wrap::hanging(&text, self.look.width, "", "  ") {
                match line.strip_prefix("not judged:") {
                    Some(rest) => writeln!(out, "{}{rest}", self.palette.strong("not judged:"))?,
                    None => writeln!(out, "{line}")?,
                }
            }
        }
        if reasons.is_empty() { Ok(()) } else { writeln!(out) }
    }

    fn title(&self, id: SourceId) -> String {
        self.report.source(id).map_or(String::new(), spot::title)
    }
}

/// "in Deployment `shop/web`, container `app`"; nothing when the object has no name and no kind.
fn subject(finding: &Finding) -> Option<String> {
    let object = &finding.object;
    let name = match &object.namespace {
        Some(namespace) => format!("{namespace}/{}", object.name),
        None => object.name.clone(),
    };
    let object = match (object.kind.is_empty(), object.name.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("`{}`", escape::line(&name))),
        (false, true) => Some(format!("{} without a name", escape::line(&object.kind))),
        (false, false) => Some(format!("{} `{}`", escape::line(&object.kind), escape::line(&name))),
    };
    let container = finding.container.as_deref().map(|name| format!("container `{}`", escape::line(name)));
    match (object, container) {
        (Some(object), Some(container)) => Some(format!("in {object}, {container}")),
        (Some(one), None) | (None, Some(one)) => Some(format!("in {one}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests;
