//! Draws an excerpt with annotate-snippets: line numbers, underlines and labels.
//!
//! It is handed a few prepared lines and never a whole file. It wraps no labels and draws a frame of its own
//! around each excerpt, so labels of several lines are laid out here, and the frame is the report's.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Padding, Renderer, Snippet};
use unicode_width::UnicodeWidthStr;

use super::excerpt::{Excerpt, Mark};
use super::gutter::Gutter;
use crate::finding::Severity;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::text::{escape, wrap};

/// Wider than any line that is handed over: those are cropped already, around what has to stay in sight.
const NO_CROP: usize = 10_000;
/// Cells in which no few words are read.
const NARROWEST: usize = 12;
/// Begins each line of a label that has several; one in the label's own words is a blank.
const LABEL_LINE: char = '\u{a0}';
/// Begins an escape sequence of a terminal.
const ESCAPE: char = '\u{1b}';

/// The drawn excerpt, each line with its line break, in the frame of `gutter`.
pub(super) fn draw(excerpt: &Excerpt, severity: Severity, look: &Look, gutter: &Gutter) -> String {
    let marks = excerpt.marks.iter().map(|mark| {
        let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(mark.span.range()).label(label(excerpt, mark))
    });
    let snippet =
        Snippet::source(excerpt.text.as_str()).line_start(excerpt.first_line).fold(false).annotations(marks);
    // What follows keeps the frame open: it is cut off below.
    let group = Group::with_level(level(severity)).element(snippet).element(Padding);
    let drawn = renderer(look).render(&[group]);
    let own = excerpt.last_line().to_string().len();
    let pad = gutter.digits.saturating_sub(own);
    let lines: Vec<&str> = drawn.lines().collect();
    // The frame's first line and its end, which are the report's.
    let body = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    let mut out = String::with_capacity(drawn.len() + 16);
    for line in laid_out(body, Palette::new(look.color)) {
        let line = line.trim_end();
        out.extend(std::iter::repeat_n(' ', pad));
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn renderer(look: &Look) -> Renderer {
    let palette = Palette::new(look.color);
    let decor = if look.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    Renderer::plain()
        .term_width(NO_CROP)
        .decor_style(decor)
        .error(palette.severity_style(Severity::Error))
        .warning(palette.severity_style(Severity::Warning))
        .info(palette.severity_style(Severity::Info))
        .context(palette.related_style())
        .line_num(palette.dim_style())
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// The label in lines that fit to the right of the marked words; none for a primary mark that leaves it no room, as
/// the message says what.
fn label(excerpt: &Excerpt, mark: &Mark) -> Option<String> {
    let label = escape::line(mark.label.as_deref()?);
    let label = label.replace(LABEL_LINE, " ");
    let room = excerpt.room.saturating_sub(excerpt.end_column(mark) + 1);
    if label.width() <= room {
        return Some(label);
    }
    (!mark.primary || room >= NARROWEST).then(|| {
        let lines = wrap::lines(&label, room.max(1));
        let lines: Vec<String> = lines.iter().map(|line| format!("{LABEL_LINE}{line}")).collect();
        lines.join("\n")
    })
}

/// The lines, with those that continue a label below its first.
fn laid_out(lines: &[&str], palette: Palette) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    // What stands before a line of the label that is being continued, and how it is coloured.
    let mut label: Option<(String, String)> = None;
    let mut rest = lines.iter().peekable();
    while let Some(line) = rest.next() {
        if let (Some(text), Some((before, style))) = (line.strip_prefix(LABEL_LINE), &label) {
            out.push(format!("{before}{style}{}", closed(text, style)));
            continue;
        }
        let is_continued = rest.peek().is_some_and(|next| next.starts_with(LABEL_LINE));
        match line.rsplit_once(LABEL_LINE).filter(|_| is_continued) {
            Some((before, text)) => {
                let style = trailing_style(before);
                out.push(format!("{before}{}", closed(text, style)));
                label = Some((palette.dim(&bars(before)), style.to_owned()));
            }
            None => out.push((*line).to_owned()),
        }
    }
    out
}

/// A line of a label whose colour ends with it.
fn closed(text: &str, style: &str) -> String {
    const RESET: &str = "\u{1b}[0m";
    let text = text.strip_suffix(RESET).unwrap_or(text);
    if style.is_empty() { text.to_owned() } else { format!("{text}{RESET}") }
}

/// The escape sequences at the end of a text.
fn trailing_style(text: &str) -> &str {
    let mut from = text.len();
    while let Some((before, sequence)) = text.get(..from).and_then(|text| text.rsplit_once(ESCAPE)) {
        // A sequence ends with the first letter in it.
        let is_last =
            sequence.find(|c: char| c.is_ascii_alphabetic()).is_some_and(|at| at + 1 == sequence.len());
        if !is_last {
            break;
        }
        from = before.len();
    }
    text.get(from..).unwrap_or_default()
}

/// What goes on below a line: the frame, and the bars that lead to labels further down.
fn bars(line: &str) -> String {
    let mut out = String::new();
    let mut in_sequence = false;
    for c in line.chars() {
        match c {
            ESCAPE => in_sequence = true,
            c if in_sequence => in_sequence = !c.is_ascii_alphabetic(),
            '│' | '┬' | '┯' => out.push('│'),
            '|' => out.push('|'),
            c => out.extend(std::iter::repeat_n(' ', unicode_width::UnicodeWidthChar::width(c).unwrap_or(0))),
        }
    }
    out
}
