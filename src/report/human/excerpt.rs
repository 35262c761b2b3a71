//! Cuts the lines worth showing out of a source, ready to be drawn: cropped to the width, tabs as
//! spaces, control characters escaped, and the marked words translated to where they then are.
//!
//! Drawing from an excerpt instead of the source keeps the cost of a finding small whatever the
//! size of its file, and a line of a million characters a line.

use unicode_width::UnicodeWidthChar;

use crate::text::escape;
use crate::text::{Position, Source, Span};

/// Lines shown above and below the marked ones.
const CONTEXT: usize = 1;
/// Marks with at most so many lines between them share an excerpt.
const GAP: usize = 2;
/// A mark over more lines is drawn on its first line only.
const MOST_LINES: usize = 10;
/// Cells between tab stops.
const TAB: usize = 4;
/// Cells that are kept before a mark when its line is cropped.
const LEAD: usize = 12;

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

/// Lines ready to be drawn.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The lines; each ends with a line break.
    pub(super) text: String,
    /// The number of the first line, from 1.
    pub(super) first_line: usize,
    /// The marks, in order, with spans in `text`.
    pub(super) marks: Vec<Mark>,
    /// Where the leading mark lies in the source.
    pub(super) at: Position,
    /// Cells there are for a line.
    pub(super) room: usize,
}

/// A mark with the lines it covers.
struct PlacedMark {
    mark: Mark,
    first: usize,
    last: usize,
}

/// The excerpts that show all `marks` of a source in `width` columns: the primary mark's first, the
/// others in order.
pub(super) fn excerpts(source: &Source, marks: Vec<Mark>, width: usize) -> Vec<Excerpt> {
    let mut placed: Vec<PlacedMark> = marks.into_iter().map(|mark| place(source, mark)).collect();
    placed.sort_by_key(|placed| (placed.mark.span, !placed.mark.primary));
    let mut groups: Vec<Vec<PlacedMark>> = Vec::new();
    for next in placed {
        match groups.last_mut() {
            Some(group) if group.iter().all(|other| fit_together(source, other, &next, width)) => {
                group.push(next)
            }
            _ => groups.push(vec![next]),
        }
    }
    groups.sort_by_key(|group| !group.iter().any(|placed| placed.mark.primary));
    groups.into_iter().map(|group| draw(source, group, width)).collect()
}

/// Clamps a mark to the text, takes the line breaks off its end, and shortens what is too long.
fn place(source: &Source, mut mark: Mark) -> PlacedMark {
    let text = source.text();
    let start = boundary(text, mark.span.start);
    let marked = text.get(start..boundary(text, mark.span.end)).unwrap_or_default().trim_end();
    mark.span = Span::new(start, start + marked.len());
    let first = source.position(start).line;
    let mut last = source.position(mark.span.end).line;
    if last - first >= MOST_LINES {
        let more = format!("… and {} more lines", last - first);
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

/// Whether two marks can be drawn in one excerpt: near each other, not over each other (the
/// renderer would shift the second), and on one line only if the line then still fits.
fn fit_together(source: &Source, left: &PlacedMark, right: &PlacedMark, width: usize) -> bool {
    let near = right.first <= left.last + 2 * CONTEXT + GAP;
    let apart = right.mark.span.start >= left.mark.span.end && right.mark.span.start > left.mark.span.start;
    let many_lines = left.first != left.last || right.first != right.last;
    let same_line = right.first == left.last;
    let fits = || {
        let both = Span::new(left.mark.span.start, right.mark.span.end);
        cells(source.slice(both), width / 2) < width / 2
    };
    near && apart && (!same_line || (!many_lines && fits()))
}

/// How many cells a text takes; counts no further than `enough`.
fn cells(text: &str, enough: usize) -> usize {
    let mut sum = 0;
    for c in text.chars() {
        sum += cell_width(c, sum);
        if sum > enough {
            break;
        }
    }
    sum
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

fn draw(source: &Source, group: Vec<PlacedMark>, width: usize) -> Excerpt {
    let first = group.first().map_or(1, |placed| placed.first).saturating_sub(CONTEXT).max(1);
    let last = group.iter().map(|placed| placed.last).max().unwrap_or(1) + CONTEXT;
    let last = last.min(last_line(source)).max(first);
    let gutter = last.to_string().len() + 4;
    let brackets = if group.iter().any(|placed| placed.first != placed.last) { 4 } else { 0 };
    let room = width.saturating_sub(gutter + brackets).max(20);
    let leading = group.iter().find(|placed| placed.mark.primary).or(group.first());
    let at = source.position(leading.map_or(0, |placed| placed.mark.span.start));
    let mut text = String::new();
    let mut ends: Vec<(usize, usize)> = vec![(0, 0); group.len()];
    for line in first..=last {
        let Some(span) = source.line_span(line) else { break };
        let focus = focus(&group, line, span);
        let shown = ShownLine::new(source.slice(span), focus, room, span.start == 0);
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
        .map(|(placed, (start, end))| Mark { span: Span::new(start, end), ..placed.mark })
        .collect();
    Excerpt { text, first_line: first, marks, at, room }
}

/// The last line that has text: a final line break begins no line.
fn last_line(source: &Source) -> usize {
    let last = source.line_count();
    match source.line_span(last) {
        Some(span) if span.start == span.end && last > 1 => last - 1,
        _ => last,
    }
}

/// The bytes of a line that must stay in sight.
fn focus(group: &[PlacedMark], line: usize, span: Span) -> Option<Span> {
    group
        .iter()
        .filter(|placed| placed.first == line || placed.last == line)
        .map(|placed| {
            let start = if placed.first == line { placed.mark.span.start } else { placed.mark.span.end };
            let end = if placed.last == line { placed.mark.span.end } else { placed.mark.span.start };
            Span::new(start.saturating_sub(span.start), end.saturating_sub(span.start))
        })
        .reduce(|left, right| Span::new(left.start.min(right.start), left.end.max(right.end)))
}

/// A line as it is shown.
struct ShownLine {
    text: String,
    /// For each shown character: its byte in the line, its byte in `text`; then the end.
    places: Vec<(usize, usize)>,
}

impl ShownLine {
    /// The part of a line around `focus` that fits into `room` cells.
    fn new(line: &str, focus: Option<Span>, room: usize, file_start: bool) -> Self {
        let from = focus.map_or(0, |focus| crop_start(line, focus, room));
        let mut shown = Self { text: String::new(), places: Vec::new() };
        let mut at = 0;
        if from > 0 {
            shown.text.push('…');
            at = 1;
        }
        let rest = line.get(from..).unwrap_or_default();
        let whole = at + cells(rest, room) <= room;
        // One place for each cell is the most that is worth keeping: marks that combine take none.
        let mut end = from;
        for (count, (offset, c)) in rest.char_indices().enumerate() {
            let width = cell_width(c, at);
            if (!whole && at + width > room.saturating_sub(1)) || count > 4 * room {
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
            shown.text.push('…');
            shown.places.push((line.len(), shown.text.len()));
        }
        shown
    }

    /// Where a byte of the line is shown; the nearest shown place if it was cropped away.
    fn at(&self, byte: usize) -> usize {
        let next = self.places.partition_point(|(original, _)| *original < byte);
        self.places.get(next).or(self.places.last()).map_or(0, |(_, shown)| *shown)
    }
}

/// Where to start showing a line so that `focus` is in sight: at its start if possible.
fn crop_start(line: &str, focus: Span, room: usize) -> usize {
    let before = line.get(..focus.start).unwrap_or_default();
    let marked = line.get(focus.range()).unwrap_or_default();
    let start = cells(before, room);
    // A label needs some cells too, so a mark should not begin in the last third.
    if cells(line, room) <= room && start <= room * 2 / 3 {
        return 0;
    }
    if start + cells(marked, room) < room && start <= room * 2 / 3 {
        return 0;
    }
    let mut left = LEAD;
    for (offset, c) in before.char_indices().rev() {
        match left.checked_sub(cell_width(c, 0).max(1)) {
            Some(rest) => left = rest,
            None => return offset + c.len_utf8(),
        }
    }
    0
}
