//! Words in a drawing: how much room they take, and all of a chart in words.

use unicode_width::UnicodeWidthChar;

use super::bars::words;
use super::shape::Shape;
use crate::finding::{Bar, Chart, Instant, Mark, Part, Row};
use crate::text::{escape, shorten};

/// A cell of the fixed-width font at 13 pixels; none of the fonts that are asked for is wider.
pub(super) const CELL: f64 = 7.9;

/// Words on their base line, in as many cells; all of them where they are pointed at.
pub(super) fn cut(class: &str, x: f64, y: f64, text: &str, room: usize) -> Shape {
    let text = escape::line(text);
    if cells(&text) <= room {
        return Shape::text(class, x, y, text);
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used <= room
    };
    let shown: String = text.chars().take_while(fits).chain(['…']).collect();
    Shape::text(class, x, y, shown).titled(text)
}

/// A name in as many cells; all of it where it is pointed at.
pub(super) fn name(class: &str, x: f64, y: f64, name: &str, room: usize) -> Shape {
    let name = escape::line(name);
    let shown = shorten::middle(&name, room, "…");
    if shown == name { Shape::text(class, x, y, shown) } else { Shape::text(class, x, y, shown).titled(name) }
}

/// The cells that a text takes once it is shown.
pub(super) fn cells(text: &str) -> usize {
    escape::line(text).chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// What bears the name, unless the name says it.
pub(super) fn word(row: &Row) -> Option<&'static str> {
    let word = match row.of {
        Part::Pod => return None,
        Part::Container => "container",
        Part::InitContainer => "init container",
        Part::Sidecar => "sidecar",
        Part::Hook => "hook",
        Part::Service => "Service",
    };
    (!row.name.eq_ignore_ascii_case(word)).then_some(word)
}

/// All of a chart in words.
pub(super) fn told(chart: &Chart) -> String {
    let mut said = format!("0 s: {}.", escape::line(&chart.zero));
    for row in &chart.rows {
        let kind = word(row).map(|word| format!("{word} ")).unwrap_or_default();
        let bars = row.bars.iter().map(|bar| (bar.from.earliest, bar_in_words(bar)));
        let marks = row.marks.iter().filter(|mark| !mark.label.is_empty());
        let marks = marks.map(|mark| (mark.at.earliest, mark_in_words(mark)));
        let mut parts: Vec<(f64, String)> = bars.chain(marks).collect();
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let parts: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
        said.push_str(&format!(" {kind}{}: {}.", escape::line(&row.name), parts.join("; ")));
    }
    said
}

pub(super) fn bar_in_words(bar: &Bar) -> String {
    format!("{}, from {} until {}", escape::line(words(bar)), bar.from.words(), bar.to.words())
}

pub(super) fn mark_in_words(mark: &Mark) -> String {
    let doubt = match mark.what {
        _ if mark.surely => "",
        Instant::Signal | Instant::Kill => ", if it still runs",
        _ => ", which is not certain",
    };
    format!("{} at {}{doubt}", escape::line(&mark.label), mark.at.words())
}
