//! The lines of a file that a finding is about, with what it points at.
//!
//! A browser wraps and scrolls, so nothing is fitted to a width; but a line of a million characters is cut.

use std::collections::BTreeSet;

use crate::finding::{Finding, Report, SourceId};
use crate::report::shared::page::Prose;
use crate::report::shared::presentation::Presentation;
use crate::text::{Source, Span, escape};

/// Lines shown above and below the marked ones.
const CONTEXT: usize = 1;
/// Of a mark over more lines, only the first is shown.
const MOST_LINES: usize = 10;
/// The most further places of a finding.
const MOST_RELATED: usize = 20;
/// Characters of a line that are shown on either side of what is marked in it.
const MOST: usize = 160;

/// Lines of one file.
pub(super) struct Excerpt {
    /// The file, where it is not that of the finding.
    pub(super) other: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// A line as it is shown.
pub(super) struct Line {
    pub(super) number: usize,
    /// Lines are left out before it.
    pub(super) is_apart: bool,
    pub(super) parts: Vec<Part>,
    /// What is said of the words marked in it.
    pub(super) notes: Vec<Prose>,
}

/// Some words of a line.
pub(super) struct Part {
    /// `here` for what the finding is about, `there` for what else it speaks of, empty for the rest.
    pub(super) class: &'static str,
    pub(super) text: String,
}

struct Mark {
    span: Span,
    note: Option<String>,
    class: &'static str,
    lines: (usize, usize),
}

/// The finding's own file first, then the others that it speaks of.
pub(super) fn of(report: &Report, how: &Presentation, finding: &Finding) -> Vec<Excerpt> {
    let mut files: Vec<(SourceId, Vec<Mark>)> = Vec::new();
    let own = (&finding.place, None, "here");
    let related = finding.related.iter().take(MOST_RELATED);
    let related = related.map(|one| (&one.place, Some(one.message.as_str()), "there"));
    for (place, note, class) in std::iter::once(own).chain(related) {
        let Some(source) = report.source(place.source) else { continue };
        let mark = Mark::new(source, place.span, note, class);
        match files.iter_mut().find(|(known, _)| *known == place.source) {
            Some((_, marks)) => marks.push(mark),
            None => files.push((place.source, vec![mark])),
        }
    }
    let excerpt = |(id, marks): (SourceId, Vec<Mark>)| {
        let other = (id != finding.place.source).then(|| super::name(report, how, id));
        Some(Excerpt { other, lines: lines(report.source(id)?, &marks) })
    };
    files.into_iter().filter_map(excerpt).collect()
}

impl Mark {
    fn new(source: &Source, span: Span, note: Option<&str>, class: &'static str) -> Self {
        // A line break at its end begins no line that it covers.
        let text = source.slice(span);
        let span = Span::new(span.start, span.end - (text.len() - text.trim_end().len()));
        let first = source.position(span.start).line;
        let last = source.position(span.end).line;
        let mut note = note.map(str::to_owned);
        let is_long = last - first >= MOST_LINES;
        if is_long {
            let more = format!("and {} more lines", last - first);
            note = Some(note.map_or(more.clone(), |note| format!("{note} ({more})")));
        }
        Self { span, note, class, lines: (first, if is_long { first } else { last }) }
    }

    fn covers(&self, line: usize) -> bool {
        (self.lines.0..=self.lines.1).contains(&line)
    }
}

fn lines(source: &Source, marks: &[Mark]) -> Vec<Line> {
    let around = |mark: &Mark| mark.lines.0.saturating_sub(CONTEXT).max(1)..=mark.lines.1 + CONTEXT;
    let numbers: BTreeSet<usize> = marks.iter().flat_map(around).collect();
    let mut shown: Vec<Line> = Vec::new();
    for number in numbers {
        let Some(span) = source.line_span(number) else { break };
        let is_last = span.start == span.end && number == source.line_count();
        if is_last && number > 1 && !marks.iter().any(|mark| mark.covers(number)) {
            continue;
        }
        let here: Vec<&Mark> = marks.iter().filter(|mark| mark.covers(number)).collect();
        let ends = here.iter().filter(|mark| mark.lines.1 == number);
        shown.push(Line {
            number,
            is_apart: shown.last().is_some_and(|before| before.number + 1 < number),
            parts: parts(source, span, &here),
            notes: ends.filter_map(|mark| mark.note.as_deref()).map(Prose::of).collect(),
        });
    }
    shown
}

/// The words of a line, parted where a mark begins or ends.
fn parts(source: &Source, line: Span, marks: &[&Mark]) -> Vec<Part> {
    let within = |at: usize| at.clamp(line.start, line.end);
    let span = |mark: &Mark| Span::new(within(mark.span.start), within(mark.span.end));
    let first = marks.iter().map(|mark| span(mark).start).min();
    let last = marks.iter().map(|mark| span(mark).end).max();
    let shown = shown(source, line, first.unwrap_or(line.start), last.unwrap_or(line.start));
    let mut ends: BTreeSet<usize> = [shown.start, shown.end].into();
    ends.extend(marks.iter().flat_map(|mark| [span(mark).start, span(mark).end]));
    ends.retain(|end| (shown.start..=shown.end).contains(end));
    let mut parts = Vec::new();
    if shown.start > line.start {
        parts.push(Part { class: "", text: "…".into() });
    }
    let ends: Vec<usize> = ends.into_iter().collect();
    for (at, from) in ends.iter().enumerate() {
        if marks.iter().any(|mark| mark.class == "here" && span(mark) == Span::new(*from, *from)) {
            parts.push(Part { class: "here", text: "‸".into() });
        }
        let Some(to) = ends.get(at + 1) else { break };
        let over = |mark: &&&Mark| span(mark).start <= *from && *to <= span(mark).end;
        let class = marks.iter().filter(over).map(|mark| mark.class).min().unwrap_or("");
        parts.push(Part { class, text: visible(source.slice(Span::new(*from, *to)), *from == 0) });
    }
    if shown.end < line.end {
        parts.push(Part { class: "", text: "…".into() });
    }
    parts
}

/// As much of a line as is worth showing around what is marked in it.
fn shown(source: &Source, line: Span, first: usize, last: usize) -> Span {
    if line.end - line.start <= 2 * MOST {
        return line;
    }
    let before = source.slice(Span::new(line.start, first));
    let skipped = before.char_indices().rev().nth(MOST / 4).map_or(0, |(at, _)| at);
    let start = line.start + skipped;
    let rest = source.slice(Span::new(start, line.end));
    let least = last.min(first + MOST).saturating_sub(start);
    let fits = |(at, c): (usize, char)| Some(at + c.len_utf8()).filter(|end| *end >= least);
    let end = rest.char_indices().take(2 * MOST).filter_map(fits).last();
    Span::new(start, start + end.unwrap_or(rest.len()))
}

/// Tabs as spaces; a byte order mark is no part of the text.
fn visible(text: &str, is_start: bool) -> String {
    let text = if is_start { text.trim_start_matches('\u{feff}') } else { text };
    escape::line(&text.replace('\t', "    ")).into_owned()
}
