//! Where everything of a chart stands.

use unicode_width::UnicodeWidthChar;

use super::colors::{of_instant, of_phase};
use super::flags::{self, Flag};
use super::shape::{self, Px, Shape};
use crate::finding::{Bar, Chart, Instant, Mark, Part, Phase, Row};
use crate::text::escape;

/// How wide every drawing is, in pixels.
pub(super) const WIDTH: f64 = 720.0;
/// Between the edge and what is drawn.
const PAD: f64 = 16.0;
/// A cell of the fixed-width font at 13 pixels; none of the fonts that are asked for is wider.
const CELL: f64 = 7.9;
/// The same at 12 pixels.
const SMALL_CELL: f64 = 7.3;
/// What a letter of the title may take, which is in no fixed width.
const TITLE_CELL: f64 = 9.0;
/// The longest name in the left column, in cells.
const LONGEST_NAME: usize = 22;
/// From the top of a row to its bars, and from its last words to the next row.
const ROW_PAD: f64 = 9.0;
/// How high a bar is.
const BAR: f64 = 20.0;
/// From the words of one level to those of the next.
const LEVEL: f64 = 17.0;
/// The lowest row has room for a name and what bears it.
const LOWEST_ROW: f64 = 46.0;
/// Half of a mark.
const MARK: f64 = 5.0;
/// What the pointed end of a bar that goes on takes.
const POINT: f64 = 7.0;
/// Room for words that hang on the last instant is made at the cost of the seconds, down to this share.
const LEAST_SHARE: f64 = 0.55;

/// A drawing, ready to be written down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawing {
    /// In pixels.
    pub(super) height: f64,
    /// Its name.
    pub(super) title: String,
    /// All of it in words, for who cannot see it.
    pub(super) told: String,
    /// From back to front.
    pub(super) shapes: Vec<Shape>,
}

/// Where seconds stand.
#[derive(Debug, Clone, Copy)]
struct Scale {
    left: f64,
    plot: f64,
    end: f64,
}

impl Scale {
    fn x(self, seconds: f64) -> f64 {
        self.left + self.plot * (seconds / self.end).clamp(0.0, 1.0)
    }

    fn right(self) -> f64 {
        self.left + self.plot
    }

    /// It is within what is shown.
    fn shows(self, seconds: f64) -> bool {
        seconds <= self.end
    }
}

/// Words that hang below a bar.
struct Hanging<'a> {
    seconds: f64,
    bar: Option<&'a Bar>,
    mark: Option<&'a Mark>,
    text: String,
    when: String,
}

impl Hanging<'_> {
    fn width(&self) -> f64 {
        MARK + 5.0 + CELL * cells(&self.text) as f64 + SMALL_CELL * cells(&self.when) as f64
    }
}

impl Drawing {
    pub(super) fn of(chart: &Chart) -> Self {
        let mut drawing = Self {
            height: 0.0,
            title: escape::line(&chart.title).into_owned(),
            told: told(chart),
            shapes: Vec::new(),
        };
        let scale = scale(chart);
        drawing.head(chart);
        let axis = drawing.height;
        drawing.height += 26.0;
        let first = drawing.shapes.len();
        for row in &chart.rows {
            drawing.row(row, scale);
        }
        let grid = axis_of(chart, scale, axis, drawing.height);
        drawing.shapes.splice(first..first, grid);
        drawing.legend(chart);
        let back = Shape::rect("back", 0.0, 0.0, WIDTH, drawing.height);
        drawing.shapes.insert(0, back);
        drawing
    }

    /// Width and height.
    pub(super) fn px(&self) -> (Px, Px) {
        (Px(WIDTH), Px(self.height))
    }

    fn add(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    fn head(&mut self, chart: &Chart) {
        let room = ((WIDTH - 2.0 * PAD) / TITLE_CELL) as usize;
        // Names stand in backticks, which are for a text without fonts.
        self.add(cut("text title", PAD, 26.0, &chart.title.replace('`', ""), room));
        self.height = 34.0;
        if !chart.zero.is_empty() {
            let room = ((WIDTH - 2.0 * PAD) / SMALL_CELL) as usize;
            self.add(cut("dim small", PAD, 45.0, &format!("0 s: {}", chart.zero), room));
            self.height = 52.0;
        }
    }

    fn row(&mut self, row: &Row, scale: Scale) {
        let top = self.height;
        let y = top + ROW_PAD;
        self.add(Shape::line("grid", (PAD, top), (WIDTH - PAD, top)));
        self.add(cut("text strong", PAD, y + 14.5, &row.name, LONGEST_NAME));
        if let Some(word) = word(row) {
            self.add(Shape::text("dim small", PAD, y + 30.0, word));
        }
        for bar in &row.bars {
            self.bar(bar, scale, y);
        }
        let hanging = hanging(row, scale);
        for (bar, room) in words_in_bars(row, scale) {
            if let Some((x, _)) = room {
                let class = if is_full(bar) { "on" } else { "text halo" };
                self.add(Shape::text(class, x + 6.0, y + 14.5, escape::line(words(bar))));
            }
        }
        let bottom = y + BAR;
        let flags: Vec<Flag> =
            hanging.iter().map(|one| Flag { x: scale.x(one.seconds), width: one.width() }).collect();
        let levels = flags::levels(&flags);
        for (one, level) in hanging.iter().zip(&levels) {
            self.hang(one, bottom, bottom + 19.0 + LEVEL * *level as f64, scale);
        }
        let below = levels.iter().max().map_or(0.0, |deepest| 10.0 + LEVEL * (*deepest as f64 + 1.0));
        self.height = top + (2.0 * ROW_PAD + BAR + below).max(LOWEST_ROW);
    }

    /// The parts of a bar, and a point where it goes on behind what is shown.
    fn bar(&mut self, bar: &Bar, scale: Scale, y: f64) {
        let name = of_phase(bar.what).name;
        let said = bar_in_words(bar);
        let pieces = pieces(bar, scale);
        for piece in &pieces {
            let (top, width) = (y + piece.top, (piece.to - piece.from).max(2.0));
            let class = piece.class(bar);
            self.add(Shape::rect(&class, piece.from, top, width, piece.height).titled(&said));
            if bar.what == Phase::Cut {
                let form = shape::hatched(piece.from, piece.to, top, piece.height);
                self.add(Shape::path(&format!("{name} open"), form));
            }
        }
        let goes_on = bar.possible().1.is_none_or(|to| to > scale.end);
        if let Some(last) = pieces.last().filter(|_| goes_on) {
            let (x, tip) = (Px(last.to), Px(last.to + POINT));
            let (top, low) = (y + last.top, y + last.top + last.height);
            let form = format!("M{x} {}L{tip} {}L{x} {}Z", Px(top), Px((top + low) / 2.0), Px(low));
            self.add(Shape::path(&last.class(bar), form).titled(&said));
        }
    }

    /// Words on their line, behind the form of their mark, and a beam over the seconds in which it may happen.
    fn hang(&mut self, one: &Hanging<'_>, bar: f64, y: f64, scale: Scale) {
        let x = scale.x(one.seconds);
        self.add(Shape::line("lead", (x, bar), (x, y - 4.0)));
        let text = x + MARK + 5.0;
        if let Some(mark) = one.mark {
            let name = of_instant(mark.what).name;
            let said = mark_in_words(mark);
            let last = mark.at.latest.map_or(scale.right(), |latest| scale.x(latest));
            if last - x >= 0.5 {
                self.add(Shape::line(&format!("{name} beam"), (x, bar + 4.0), (last, bar + 4.0)));
            }
            let class = if mark.surely { name.to_owned() } else { format!("{name} hollow") };
            let form = shape::of_instant(mark.what, x, y - 4.0, MARK);
            self.add(Shape::path(&class, form).titled(said));
        }
        if let Some(bar) = one.bar {
            let class = format!("{}{}", of_phase(bar.what).name, if is_full(bar) { "" } else { " shade" });
            self.add(Shape::rect(&class, x - MARK + 1.0, y - 8.0, 2.0 * MARK - 2.0, 2.0 * MARK - 2.0));
        }
        let room = ((WIDTH - PAD - text) / CELL).max(1.0) as usize;
        self.add(cut("text", text, y, &one.text, room));
        let x = text + CELL * cells(&one.text).min(room) as f64;
        if x + SMALL_CELL * cells(&one.when) as f64 <= WIDTH - PAD + 1.0 {
            self.add(Shape::text("dim small", x, y, one.when.clone()));
        }
    }

    /// What shading and hollow marks mean, where there are some.
    fn legend(&mut self, chart: &Chart) {
        let bars = || chart.rows.iter().flat_map(|row| &row.bars);
        let marks = || chart.rows.iter().flat_map(|row| &row.marks);
        let is_shaded =
            bars().any(|bar| bar.certain().is_none_or(|sure| bar.possible() != (sure.0, Some(sure.1))));
        let is_wide = marks().any(|mark| mark.at.width() > 0.0);
        let is_hollow = marks().any(|mark| !mark.surely);
        self.add(Shape::line("grid", (PAD, self.height), (WIDTH - PAD, self.height)));
        self.height += 6.0;
        if !is_shaded && !is_wide && !is_hollow {
            return;
        }
        let y = self.height + 14.0;
        let mut at = PAD;
        let word = |drawing: &mut Self, at: f64, shape: Shape, text: &str| {
            drawing.add(shape);
            drawing.add(Shape::text("dim small", at + 28.0, y, text));
            at + 28.0 + SMALL_CELL * cells(text) as f64 + 20.0
        };
        if is_shaded || is_wide {
            at = word(self, at, Shape::rect("gray", at, y - 10.0, 22.0, 12.0), "certainly");
            at = word(self, at, Shape::rect("gray shade dash", at, y - 10.0, 22.0, 12.0), "possibly");
        }
        if is_hollow {
            let form = shape::of_instant(Instant::Signal, at + 11.0, y - 4.0, MARK);
            word(self, at, Shape::path("gray hollow", form), "only if it is needed by then");
        }
        self.height += 26.0;
    }
}

/// Lines and numbers of the seconds.
fn axis_of(chart: &Chart, scale: Scale, top: f64, bottom: f64) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let widest = SMALL_CELL * cells(&number(scale.end)) as f64 + 14.0;
    let most = (scale.plot / widest.max(48.0)).max(1.0) as usize;
    for seconds in chart.ticks(most) {
        let x = scale.x(seconds);
        shapes.push(Shape::line("grid", (x, top + 18.0), (x, bottom)));
        shapes.push(Shape::text("dim small mid", x, top + 13.0, number(seconds)));
    }
    shapes
}

/// Seconds as they stand at the scale.
fn number(seconds: f64) -> String {
    format!("{} s", (seconds * 1000.0).round() / 1000.0)
}

/// As wide as the words at the right edge allow.
fn scale(chart: &Chart) -> Scale {
    let names = chart.rows.iter().map(|row| cells(&row.name).min(LONGEST_NAME) as f64 * CELL);
    let words = chart.rows.iter().filter_map(word).map(|word| cells(word) as f64 * SMALL_CELL);
    let left = PAD + names.chain(words).fold(40.0, f64::max) + 20.0;
    let end = if chart.end.is_finite() && chart.end > 0.0 { chart.end } else { 1.0 };
    let most = WIDTH - PAD - POINT - left;
    let mut scale = Scale { left, plot: most, end };
    // What does not fit into its bar hangs below it, and wants room itself.
    for _ in 0..2 {
        let before = scale;
        for one in chart.rows.iter().flat_map(|row| hanging(row, before)) {
            let share = (one.seconds / end).clamp(0.0, 1.0);
            if share > 0.0 {
                scale.plot = scale.plot.min((WIDTH - PAD - left - one.width()) / share);
            }
        }
        scale.plot = scale.plot.max(most * LEAST_SHARE);
    }
    scale
}

/// What hangs below the bars of a row: its marks, and the words that have no room in their bar, unless a mark
/// says the same.
fn hanging(row: &Row, scale: Scale) -> Vec<Hanging<'_>> {
    let bars = words_in_bars(row, scale).into_iter().filter(|(_, room)| room.is_none()).map(|(bar, _)| {
        let text = escape::line(words(bar)).into_owned();
        Hanging { seconds: bar.possible().0, bar: Some(bar), mark: None, text, when: String::new() }
    });
    let is_said = |one: &Hanging<'_>| row.marks.iter().any(|mark| mark.label == one.text);
    let marks = row.marks.iter().filter(|mark| scale.shows(mark.at.earliest)).map(|mark| Hanging {
        seconds: mark.at.earliest,
        bar: None,
        mark: Some(mark),
        text: escape::line(&mark.label).into_owned(),
        when: format!(" {}", mark.at.words()),
    });
    bars.filter(|one| !is_said(one)).chain(marks).collect()
}

/// A part of a bar, in pixels; `top` counts from that of the bar.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: f64,
    to: f64,
    top: f64,
    height: f64,
    is_sure: bool,
}

impl Piece {
    fn class(self, bar: &Bar) -> String {
        let name = of_phase(bar.what).name;
        match (self.is_sure, is_full(bar)) {
            (true, true) => name.to_owned(),
            (true, false) => format!("{name} shade"),
            (false, _) => format!("{name} shade dash"),
        }
    }
}

/// Full is what is certain. What is not is shaded, and half as high: below where the bar may have begun, above
/// where it may go on, so that what comes to its end and what follows do not cover each other. Where it has
/// begun, if it is not over yet, it is shaded in its full height.
fn pieces(bar: &Bar, scale: Scale) -> Vec<Piece> {
    let (from, to) = bar.possible();
    if !scale.shows(from) {
        return Vec::new();
    }
    let (begin, end) = (scale.x(from), to.map_or(scale.right(), |to| scale.x(to)));
    let half = BAR / 2.0;
    let shaded = |from, to, top, height| Piece { from, to, top, height, is_sure: false };
    let mut pieces = match bar.certain().filter(|(from, _)| *from < scale.end) {
        Some((sure_from, sure_to)) => {
            let (full, over) = (scale.x(sure_from), scale.x(sure_to));
            let sure = Piece { from: full, to: over, top: 0.0, height: BAR, is_sure: true };
            vec![shaded(begin, full, half, half), sure, shaded(over, end, 0.0, half)]
        }
        None => {
            let begun = bar.from.latest.map_or(end, |latest| scale.x(latest).min(end));
            vec![shaded(begin, begun, half, half), shaded(begun, end, 0.0, BAR)]
        }
    };
    pieces.retain(|piece| piece.is_sure || piece.to - piece.from >= 0.5);
    pieces
}

/// Where the words of each bar stand in it, from and to; `None` where there is no room, or where they could be
/// taken for those of another bar.
fn words_in_bars(row: &Row, scale: Scale) -> Vec<(&Bar, Option<(f64, f64)>)> {
    let bars: Vec<(&Bar, Vec<Piece>)> = row.bars.iter().map(|bar| (bar, pieces(bar, scale))).collect();
    let whole = |pieces: &[Piece]| {
        let (first, last) = (pieces.first()?, pieces.last()?);
        Some((first.from, last.to))
    };
    let room = |at: usize, bar: &Bar, own: &[Piece]| {
        let high = own.iter().find(|piece| piece.height >= BAR)?;
        let others = bars.iter().enumerate().filter(
            |(other, _)| {
                if high.is_sure { *other > at } else { *other != at }
            },
        );
        let covers: Vec<(f64, f64)> = others.filter_map(|(_, (_, pieces))| whole(pieces)).collect();
        let (from, to) = longest_free((high.from, high.to), &covers);
        (to - from >= CELL * cells(words(bar)) as f64 + 10.0).then_some((from, to))
    };
    let shown = bars.iter().enumerate().filter(|(_, (_, own))| !own.is_empty());
    shown.map(|(at, (bar, own))| (*bar, room(at, bar, own))).collect()
}

/// The longest part that nothing covers.
fn longest_free((from, to): (f64, f64), covers: &[(f64, f64)]) -> (f64, f64) {
    let mut parts = vec![(from, to)];
    for (begin, end) in covers {
        let cut = |(from, to): (f64, f64)| [(from, to.min(*begin)), (from.max(*end), to)];
        parts = parts.into_iter().flat_map(cut).filter(|(from, to)| from < to).collect();
    }
    let longest = parts.into_iter().rev().max_by(|a, b| (a.1 - a.0).total_cmp(&(b.1 - b.0)));
    longest.unwrap_or((from, from))
}

/// What is said of a bar: no colour says anything alone.
fn words(bar: &Bar) -> &str {
    match bar.what {
        _ if !bar.label.is_empty() => &bar.label,
        Phase::Runs => "runs",
        Phase::PostStart => "postStart",
        Phase::PreStop => "preStop",
        Phase::Cut => "cut",
        Phase::Stops => "told to stop",
        Phase::Traffic => "requests can come",
        Phase::Pod => "not Ready",
        Phase::Waits => "waits",
    }
}

/// It is as it should be, and no mere want of something.
fn is_full(bar: &Bar) -> bool {
    bar.certain().is_some() && !matches!(bar.what, Phase::Cut | Phase::Waits)
}

/// Words on their base line, in as many cells; all of them where they are pointed at.
fn cut(class: &str, x: f64, y: f64, text: &str, room: usize) -> Shape {
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

/// The cells that a text takes once it is shown.
fn cells(text: &str) -> usize {
    escape::line(text).chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// What bears the name, unless the name says it.
fn word(row: &Row) -> Option<&'static str> {
    let word = match row.of {
        Part::Pod => "Pod",
        Part::Container => "container",
        Part::InitContainer => "init container",
        Part::Sidecar => "sidecar",
        Part::Service => "Service",
    };
    (!row.name.eq_ignore_ascii_case(word)).then_some(word)
}

/// All of a chart in words.
fn told(chart: &Chart) -> String {
    let mut said = format!("0 s: {}.", escape::line(&chart.zero));
    for row in &chart.rows {
        let kind = word(row).map(|word| format!("{word} ")).unwrap_or_default();
        let bars = row.bars.iter().map(|bar| (bar.from.earliest, bar_in_words(bar)));
        let marks = row.marks.iter().map(|mark| (mark.at.earliest, mark_in_words(mark)));
        let mut parts: Vec<(f64, String)> = bars.chain(marks).collect();
        parts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let parts: Vec<String> = parts.into_iter().map(|(_, words)| words).collect();
        said.push_str(&format!(" {kind}{}: {}.", escape::line(&row.name), parts.join("; ")));
    }
    said
}

fn bar_in_words(bar: &Bar) -> String {
    format!("{}, from {} until {}", escape::line(words(bar)), bar.from.words(), bar.to.words())
}

fn mark_in_words(mark: &Mark) -> String {
    let needed = if mark.surely { "" } else { ", if it is needed by then" };
    format!("{} at {}{needed}", escape::line(&mark.label), mark.at.words())
}
