//! Cuts the lines worth showing out of a source, ready to be drawn: cropped to the width, tabs as
//! spaces, control characters escaped, and the marked words translated to where they then are.
//!
//! Drawing from an excerpt instead of the source keeps the cost of a finding small whatever the
//! size of its file, and a line of a million characters a line.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::escape;
use crate::text::{Source, Span};

/// Marks with at most so many lines between them share an excerpt: a gap takes a line as well.
const GAP: usize = 1;
/// A mark over more lines is drawn on its first line only.
const MOST_LINES: usize = 10;
/// Cells between tab stops.
const TAB: usize = 4;
/// Cells that are kept before a mark when its line is cropped.
const LEAD: usize = 12;
/// A label narrower than this is harder to read than a cropped line, in cells.
const LABEL: usize = 24;
/// Cells that the bracket of a mark over several lines takes.
const BRACKET: usize = 3;

/// Words to underline.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Where.
    pub(super) span: Span,
    /// A few words about it.
    pub(super) label: Option<String>,
    /// Whether it is what the finding is about.
    pub(super) primary: bool,
}

impl Mark {
    /// The number of the last line that is drawn for it.
    pub(super) fn last_line(&self, source: &Source) -> usize {
        place(source, self.clone(), "").last
    }
}

/// Lines ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The lines; each ends with a line break.
    pub(super) text: String,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The marks, in order, with spans in `text`.
    pub(super) marks: Vec<Mark>,
    /// Cells there are for a line.
    pub(super) room: usize,
}

impl Excerpt {
    /// The number of the last line.
    pub(super) fn last_line(&self) -> usize {
        self.first_line + self.text.lines().count().saturating_sub(1)
    }

    /// Cells up to the end of a mark, in its last line: as the renderer counts them, which draws a cell for a
    /// mark that takes none.
    pub(super) fn end_column(&self, mark: &Mark) -> usize {
        let before = self.text.get(..mark.span.end).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let marked = before.get(mark.span.start..).unwrap_or_default();
        let bracket = if marked.contains('\n') { BRACKET } else { 0 };
        let least = usize::from(cells(marked, 1) == 0);
        cells(before.get(start..).unwrap_or_default(), usize::MAX) + bracket + least
    }
}

/// A mark with the lines it covers.
struct PlacedMark {
    mark: Mark,
    first: usize,
    last: usize,
}

/// The excerpts that show all `marks` of a source in lines of `room` cells, in order.
pub(super) fn excerpts(source: &Source, marks: Vec<Mark>, room: usize, ellipsis: &str) -> Vec<Excerpt> {
    let mut placed: Vec<PlacedMark> = marks.into_iter().map(|mark| place(source, mark, ellipsis)).collect();
    placed.sort_by_key(|placed| (placed.mark.span, !placed.mark.primary));
    placed.dedup_by(|next, kept| next.mark.span == kept.mark.span && kept.take_in(next));
    let mut groups: Vec<Vec<PlacedMark>> = Vec::new();
    for next in placed {
        match groups.last_mut() {
            Some(group) if group.iter().all(|other| fit_together(source, other, &next, room)) => {
                group.push(next)
            }
            _ => groups.push(vec![next]),
        }
    }
    groups.into_iter().map(|group| draw(source, group, room, ellipsis)).collect()
}

impl PlacedMark {
    /// Says of the same words what another mark says.
    fn take_in(&mut self, other: &Self) -> bool {
        let labels = [self.mark.label.take(), other.mark.label.clone()];
        let labels: Vec<String> = labels.into_iter().flatten().collect();
        self.mark.label = (!labels.is_empty()).then(|| labels.join("; "));
        true
    }
}

/// Clamps a mark to the text, takes the line breaks off its end, and shortens what is too long.
fn place(source: &Source, mut mark: Mark, ellipsis: &str) -> PlacedMark {
    let text = source.text();
    let start = boundary(text, mark.span.start);
    let marked = text.get(start..boundary(text, mark.span.end)).unwrap_or_default().trim_end();
    mark.span = Span::new(start, start + marked.len());
    let first = source.position(start).line;
    let mut last = source.position(mark.span.end).line;
    if last - first >= MOST_LINES {
        let more = format!("{ellipsis} and {} more lines", last - first);
        mark.label = Some(mark.label.map_or(more.clone(), |label| format!("{label} ({more})")));
        let end = source.line_span(first).map_or(start, |line| line.end);
        mark.span = Span::new(start, end.max(start));
        last = first;
    }
    PlacedMark { mark, first, last }
}

/// The character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Whether two marks can be drawn in one excerpt: near each other, those of several lines apart, and on one
/// line only if the line then still fits.
fn fit_together(source: &Source, left: &PlacedMark, right: &PlacedMark, room: usize) -> bool {
    let near = right.first <= left.last + 1 + GAP;
    let apart = right.first > left.last;
    let many_lines = left.first != left.last || right.first != right.last;
    let fits = || {
        let both = Span::new(left.mark.span.start, right.mark.span.end.max(left.mark.span.end));
        cells(source.slice(both), room / 2) < room / 2
    };
    near && (apart || (!many_lines && fits()))
}

/// How many cells a text takes; counts no further than `enough`.
fn cells(text: &str, enough: usize) -> usize {
    end_cell(text, 0, enough)
}

/// The cell at which a text ends that begins at cell `at`; counts no further than `enough`.
fn end_cell(text: &str, mut at: usize, enough: usize) -> usize {
    for c in text.chars() {
        at += cell_width(c, at);
        if at > enough {
            break;
        }
    }
    at
}

/// How many cells a character takes once shown, at cell `at` of its line.
fn cell_width(c: char, at: usize) -> usize {
    if c == '\t' {
        TAB - at % TAB
    } else if escape::is_unsafe(c) {
        c.escape_unicode().len()
    } else {
        c.width().unwrap_or(0)
    }
}

fn draw(source: &Source, group: Vec<PlacedMark>, room: usize, ellipsis: &str) -> Excerpt {
    let first = group.first().map_or(1, |placed| placed.first);
    let last = group.iter().map(|placed| placed.last).max().unwrap_or(1).max(first);
    let brackets = if group.iter().any(|placed| placed.first != placed.last) { BRACKET } else { 0 };
    let room = room.saturating_sub(brackets).max(ShownLine::LEAST);
    let mut text = String::new();
    let mut ends: Vec<(usize, usize)> = vec![(0, 0); group.len()];
    for line in first..=last {
        let Some(span) = source.line_span(line) else { break };
        let focus = focus(&group, line, span);
        let view = View { room, label: free_behind(&group, line, room), ellipsis };
        let shown = ShownLine::new(source.slice(span), focus, &view, span.start == 0);
        for (placed, ends) in group.iter().zip(&mut ends) {
            if placed.first == line {
                ends.0 = text.len() + shown.at(placed.mark.span.start - span.start);
            }
            if placed.last == line {
                ends.1 = text.len() + shown.at(placed.mark.span.end - span.start);
            }
        }
        text.push_str(&shown.text);
        text.push('\n');
    }
    let marks = group
        .into_iter()
        .zip(ends)
        .map(|(placed, (start, end))| Mark {
            span: shortened(&text, start, end, &placed.mark, room),
            ..placed.mark
        })
        .collect();
    Excerpt { text, first_line: first, marks, room }
}

/// How many cells should stay free behind what is marked in a line: what its labels need, and no more than is
/// worth cropping for. A mark of nothing takes a cell all the same.
fn free_behind(group: &[PlacedMark], line: usize, room: usize) -> usize {
    let marks = group.iter().filter(|placed| placed.last == line).map(|placed| &placed.mark);
    let one = |mark: &Mark| {
        let label = mark.label.as_deref();
        label.map_or(0, |label| behind(label, room)) + usize::from(mark.span.start == mark.span.end)
    };
    marks.map(one).max().unwrap_or(0)
}

/// How many cells a label should have in a line of `room`, with the blank before it.
fn behind(label: &str, room: usize) -> usize {
    cells(label, LABEL).min(LABEL).min(room / 2) + 1
}

/// The mark from `start` to `end`; only as much of a line's long words as leaves room for what is said of them.
fn shortened(text: &str, start: usize, end: usize, mark: &Mark, room: usize) -> Span {
    let marked = text.get(start..end).unwrap_or_default();
    let Some(label) = mark.label.as_deref().filter(|_| !mark.primary && !marked.contains('\n')) else {
        return Span::new(start, end);
    };
    let line = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let column = cells(text.get(line..start).unwrap_or_default(), usize::MAX);
    let free = room.saturating_sub(column + behind(label, room)).max(1);
    let mut width = 0;
    let fitting = marked.char_indices().find(|(_, c)| {
        width += c.width().unwrap_or(0);
        width > free
    });
    Span::new(start, fitting.map_or(end, |(at, _)| start + at))
}

/// The bytes of a line that must stay in sight.
fn focus(group: &[PlacedMark], line: usize, span: Span) -> Option<Span> {
    group
        .iter()
        .filter(|placed| placed.first == line || placed.last == line)
        .map(|placed| {
            let start = if placed.first == line { placed.mark.span.start } else { placed.mark.span.end };
            let end = if placed.last == line { placed.mark.span.end } else { placed.mark.span.start };
            // A mark may begin behind the line, at the break that is not part of it.
            let within = |at: usize| at.min(span.end).saturating_sub(span.start);
            Span::new(within(start), within(end))
        })
        .reduce(|left, right| Span::new(left.start.min(right.start), left.end.max(right.end)))
}

/// How much of a line can be shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    /// Cells for the line.
    pub(super) room: usize,
    /// Cells that should stay free behind what is marked.
    pub(super) label: usize,
    /// Stands for what is cropped.
    pub(super) ellipsis: &'a str,
}

/// A line as it is shown.
pub(super) struct ShownLine {
    pub(super) text: String,
    /// For each shown character: its byte in the line, its byte in `text`; then the end. Empty where the line is
    /// shown as it is.
    places: Vec<(usize, usize)>,
}

impl ShownLine {
    /// Cells below which no line is cropped, however narrow the terminal.
    pub(super) const LEAST: usize = 20;

    /// The part of a line around `focus` that fits.
    pub(super) fn new(line: &str, focus: Option<Span>, view: &View<'_>, file_start: bool) -> Self {
        let room = view.room;
        if line.len() + view.label <= room && line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self { text: line.to_owned(), places: Vec::new() };
        }
        let dots = view.ellipsis.width();
        let from = focus.map_or(0, |focus| crop_start(line, focus, view));
        let mut shown = Self { text: String::new(), places: Vec::new() };
        let mut at = 0;
        if from > 0 {
            shown.text.push_str(view.ellipsis);
            at = dots;
        }
        let rest = line.get(from..).unwrap_or_default();
        let whole = end_cell(rest, at, room) <= room;
        // One place for each cell is the most that is worth keeping: marks that combine take none.
        let mut end = from;
        for (count, (offset, c)) in rest.char_indices().enumerate() {
            let width = cell_width(c, at);
            if (!whole && at + width > room.saturating_sub(dots)) || count > 4 * room {
                break;
            }
            shown.places.push((from + offset, shown.text.len()));
            end = from + offset + c.len_utf8();
            match c {
                '\t' => shown.text.extend(std::iter::repeat_n(' ', width)),
                // The byte order mark at the very start of a file is not part of its text.
                '\u{feff}' if file_start && from + offset == 0 => continue,
                c => escape::push(&mut shown.text, c),
            }
            at += width;
        }
        shown.places.push((end, shown.text.len()));
        if end < line.len() {
            shown.text.push_str(view.ellipsis);
            shown.places.push((line.len(), shown.text.len()));
        }
        shown
    }

    /// Where a byte of the line is shown; the nearest shown place if it was cropped away.
    fn at(&self, byte: usize) -> usize {
        if self.places.is_empty() {
            return byte.min(self.text.len());
        }
        let next = self.places.partition_point(|(original, _)| *original < byte);
        self.places.get(next).or(self.places.last()).map_or(0, |(_, shown)| *shown)
    }
}

/// Where to start showing a line so that `focus` is in sight, and a label beside it: at its start if possible.
fn crop_start(line: &str, focus: Span, view: &View<'_>) -> usize {
    let room = view.room;
    let before = line.get(..focus.start).unwrap_or_default();
    let marked = line.get(focus.range()).unwrap_or_default();
    let (start, width) = (cells(before, room), cells(marked, room));
    let is_whole = cells(line, room) <= room;
    if start + width + view.label <= room && (is_whole || start + width < room) {
        return 0;
    }
    // What is too long anyway is shown from its first words on, while they are in sight.
    if start + view.label <= room / 2 {
        return 0;
    }
    let rest = room.saturating_sub(width + view.label + view.ellipsis.width());
    // What follows matters as well where there is much of it.
    let after = cells(line.get(focus.end..).unwrap_or_default(), room);
    let lead = if is_whole { rest } else { LEAD.min(rest).max(rest.saturating_sub(after)) };
    let mut left = lead;
    for (offset, c) in before.char_indices().rev() {
        match left.checked_sub(cell_width(c, 0).max(1)) {
            Some(rest) => left = rest,
            None => return offset + c.len_utf8(),
        }
    }
    0
}
