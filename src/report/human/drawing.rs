//! One finding: its sentence, its lines in their frames, the reason, the mend, and where to read more.

use std::io::{self, Write};

use super::Writer;
use super::edit::Edit;
use super::excerpt::{Mark, excerpts};
use super::gutter::Gutter;
use super::snippet;
use super::telling::{Reason, Telling};
use crate::finding::{self, Finding, Fix, Help, Place, Severity, SourceId};
use crate::report::shared::spot::Spot;
use crate::report::shared::{chart, subject};
use crate::text::{Source, blanks, escape, wrap};

/// More related places than this are counted and not drawn.
const MOST_RELATED: usize = 3;

/// The lines of one file.
struct Frame<'a> {
    source: &'a Source,
    /// What the lines are about, behind the place of the first mark.
    title: String,
    /// The mark whose place is named first.
    marks: Vec<Mark>,
    /// Lines that belong to the picture and are drawn below those of the file; each fits into the frame.
    beneath: Vec<String>,
}

impl Writer<'_> {
    pub(super) fn finding(
        &self,
        finding: &Finding,
        telling: &Telling<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let edit = finding.fix.as_ref().and_then(|fix| {
            let source = self.report.source(fix.source)?;
            Some((fix, source, Edit::of(source, fix)?))
        });
        let files = self.marks(finding);
        let gutter = Gutter::new(self.last_line(&files, edit.as_ref().map(|(.., edit)| edit)), self.look);
        self.header(finding, out)?;
        self.frames(finding, files, &gutter, out)?;
        self.why(telling, out)?;
        match &edit {
            Some((fix, source, edit)) => {
                self.fix(finding, fix, out)?;
                if fix.source != finding.place.source {
                    let spot = Spot::at(source, edit.start);
                    writeln!(out, "{}{}", gutter.corner(), spot.text())?;
                }
                edit.drawn(&gutter, &self.look).iter().try_for_each(|line| writeln!(out, "{line}"))?;
            }
            None => self.help(&finding.help, telling.is_first, out)?,
        }
        if telling.is_first { self.more(finding, out) } else { Ok(()) }
    }

    fn header(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let tag = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        let text = format!("{tag} {}", escape::line(&finding.message));
        for (at, line) in wrap::hanging(&text, self.look.width, "", "  ").into_iter().enumerate() {
            match line.strip_prefix(tag.as_str()).filter(|_| at == 0) {
                Some(rest) => {
                    let tag = self.palette.severity(finding.severity, &tag);
                    let tag = match finding.docs.first().filter(|_| self.look.links) {
                        Some(page) => self.palette.linked(page, &tag),
                        None => tag,
                    };
                    writeln!(out, "{tag}{}", self.palette.strong(rest))?;
                }
                None => writeln!(out, "{}", self.palette.strong(&line))?,
            }
        }
        Ok(())
    }

    /// What is marked in the finding's own file, and then in the related files in reading order.
    fn marks(&self, finding: &Finding) -> Vec<(SourceId, Vec<Mark>)> {
        let primary = Mark { span: finding.place.span, label: finding.label.clone(), primary: true };
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
        files
    }

    /// The largest line number of a finding.
    fn last_line(&self, files: &[(SourceId, Vec<Mark>)], edit: Option<&Edit>) -> usize {
        let marked = files.iter().filter_map(|(id, marks)| Some((self.report.source(*id)?, marks)));
        let marked = marked.flat_map(|(source, marks)| marks.iter().map(|mark| mark.last_line(source)));
        marked.chain(edit.map(Edit::last_line)).max().unwrap_or(1)
    }

    /// A frame for each file. How things go in time is drawn beneath the first one.
    fn frames(
        &self,
        finding: &Finding,
        files: Vec<(SourceId, Vec<Mark>)>,
        gutter: &Gutter,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let more = match finding.related.len().checked_sub(MOST_RELATED) {
            Some(more @ 1..) => Some(format!("{} and {more} more related places", self.look.ellipsis())),
            _ => None,
        };
        let strip = finding.chart.as_ref().map(|chart| chart::strip(chart, gutter.room(), &self.look));
        let last = files.len().saturating_sub(1);
        for (at, (source, marks)) in files.into_iter().enumerate() {
            let Some(source) = self.report.source(source) else { continue };
            let title = if at == 0 { subject::of(finding).unwrap_or_default() } else { String::new() };
            let strip = strip.iter().flatten().filter(|_| at == 0);
            let beneath = more.iter().filter(|_| at == last).chain(strip).cloned().collect();
            self.frame(Frame { source, title, marks, beneath }, finding.severity, gutter, out)?;
        }
        Ok(())
    }

    fn frame(
        &self,
        frame: Frame<'_>,
        severity: Severity,
        gutter: &Gutter,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Frame { source, title, marks, beneath } = frame;
        let start = marks.first().map_or(0, |mark| mark.span.start);
        self.place(&Spot::at(source, start), &title, gutter, out)?;
        self.lines(source, marks, severity, gutter, out)?;
        if !beneath.is_empty() {
            writeln!(out, "{}", gutter.blank(""))?;
        }
        beneath.iter().try_for_each(|line| writeln!(out, "{}", gutter.blank(line)))
    }

    /// The marked lines of a file, with gaps between those that are far from each other.
    pub(super) fn lines(
        &self,
        source: &Source,
        marks: Vec<Mark>,
        severity: Severity,
        gutter: &Gutter,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let excerpts = excerpts(source, marks, gutter.room(), self.look.ellipsis());
        for (at, excerpt) in excerpts.iter().enumerate() {
            if at > 0 {
                writeln!(out, "{}", gutter.gap())?;
            }
            out.write_all(snippet::draw(excerpt, severity, &self.look, gutter).as_bytes())?;
        }
        Ok(())
    }

    /// The corner of a frame: a place and what stands there, on one line if that fits.
    fn place(&self, spot: &Spot<'_>, title: &str, gutter: &Gutter, out: &mut dyn Write) -> io::Result<()> {
        let place = spot.text();
        let mut said: Vec<String> = Vec::new();
        said.extend(spot.rendered_by.map(|by| format!("as rendered by {}", escape::line(by))));
        said.extend((!title.is_empty()).then(|| title.to_owned()));
        let dot = if self.look.unicode { " · " } else { ", " };
        let said = said.join(dot);
        let corner = gutter.corner();
        let room = self.look.width.saturating_sub(gutter.width() + 1);
        let line = if said.is_empty() { place.clone() } else { format!("{place}{dot}{said}") };
        if said.is_empty() || wrap::width(&line) <= room {
            return writeln!(out, "{corner}{line}");
        }
        writeln!(out, "{corner}{place}")?;
        let lines = wrap::lines(&said, gutter.room());
        lines.iter().try_for_each(|line| writeln!(out, "{}", gutter.blank(line)))
    }

    fn why(&self, telling: &Telling<'_>, out: &mut dyn Write) -> io::Result<()> {
        const TITLE: &str = "why";
        match telling.why {
            Reason::Whole(why) => self.prose(TITLE, why, out),
            Reason::Line(why) => {
                let room = self.look.width.saturating_sub(TITLE.len() + 2);
                self.prose(TITLE, &wrap::beginning(why, room), out)
            }
        }
    }

    /// What to do, above the lines that do it. The sentence says so where they hold a guess.
    fn fix(&self, finding: &Finding, fix: &Fix, out: &mut dyn Write) -> io::Result<()> {
        let title = if fix.is_safe { "fix" } else { "fix (check it)" };
        self.prose(title, &finding.help.text, out)
    }

    /// A titled paragraph; nothing where there is no text.
    fn prose(&self, title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let title = format!("{title}: ");
        let text = escape::line(text);
        for (at, line) in wrap::hanging(&text, self.look.width, &title, "     ").into_iter().enumerate() {
            match line.strip_prefix(title.as_str()).filter(|_| at == 0) {
                Some(text) => writeln!(out, "{} {text}", self.palette.strong(title.trim_end()))?,
                None => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }

    /// What to do, and what to write: what to do with a snippet stands before it. An empty line ends what is to be
    /// pasted where `more` follows.
    fn help(&self, help: &Help, more: bool, out: &mut dyn Write) -> io::Result<()> {
        let mut said = help.text.clone();
        for (at, snippet) in help.snippets.iter().enumerate() {
            if at > 0 {
                writeln!(out)?;
            }
            let label = snippet.label();
            let blank = if said.is_empty() || label.is_empty() { "" } else { " " };
            self.prose("help", &format!("{said}{blank}{label}"), out)?;
            self.code(snippet, out)?;
            said.clear();
        }
        if more && !help.snippets.is_empty() { writeln!(out) } else { self.prose("help", &said, out) }
    }

    /// Text to paste below an empty line: never wrapped, indented as in its place.
    fn code(&self, snippet: &finding::Snippet, out: &mut dyn Write) -> io::Result<()> {
        const LEAST: usize = 6;
        let is_in_sight = (1..self.look.width).contains(&snippet.indent);
        let indent = if is_in_sight { snippet.indent } else { LEAST };
        writeln!(out)?;
        for line in escape::block(&snippet.text).lines() {
            match line {
                "" => writeln!(out)?,
                line => writeln!(out, "{}{}", blanks(indent), self.palette.code(line))?,
            }
        }
        Ok(())
    }

    /// The page of the rule, and the place in the documentation of Kubernetes that it rests on.
    fn more(&self, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
        let title = self.palette.strong("more:");
        writeln!(out, "{title} kubectl lifecycle explain {}", finding.rule)?;
        match finding.docs.get(1) {
            Some(link) => writeln!(out, "      {}", self.palette.link(&escape::line(link))),
            None => Ok(()),
        }
    }
}
