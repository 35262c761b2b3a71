//! Where everything of a chart stands.

use super::bars::{BAR, Piece, Scale, Words, bars, is_full, words, words_of_bars};
use super::colors::{of_instant, of_phase};
use super::flags::{self, Flag};
use super::shape::{self, Px, Shape};
use super::text::{self, CELL, bar_in_words, cells, cut, mark_in_words, told, word};
use crate::finding::{Bar, Chart, Instant, Mark, Phase, Row};
use crate::text::escape;

/// How wide every drawing is, in pixels.
pub(super) const WIDTH: f64 = 720.0;
/// Between the edge and what is drawn.
const PAD: f64 = 16.0;
/// The same at 12 pixels.
const SMALL_CELL: f64 = 7.3;
/// What a letter of the title may take, which is in no fixed width.
const TITLE_CELL: f64 = 9.8;
/// The longest name in the left column, in cells.
const LONGEST_NAME: usize = 22;
/// From the top of a row to its bars, and from its last words to the next row.
const ROW_PAD: f64 = 9.0;
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
        self.add(text::name("text strong", PAD, y + 14.5, &row.name, LONGEST_NAME));
        if let Some(word) = word(row) {
            self.add(Shape::text("dim small", PAD, y + 30.0, word));
        }
        for (bar, pieces) in bars(row, scale) {
            self.bar(bar, &pieces, scale, y);
        }
        let hanging = hanging(row, scale);
        for (bar, place) in words_of_bars(row, scale) {
            if let Words::Inside(x) = place {
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
    fn bar(&mut self, bar: &Bar, pieces: &[Piece], scale: Scale, y: f64) {
        let name = of_phase(bar.what).name;
        let said = bar_in_words(bar);
        for piece in pieces {
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
            word(self, at, Shape::path("gray hollow", form), "not certain");
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
    let below = words_of_bars(row, scale).into_iter().filter(|(_, place)| *place == Words::Below);
    let bars = below.map(|(bar, _)| {
        let text = escape::line(words(bar)).into_owned();
        Hanging { seconds: bar.possible().0, bar: Some(bar), mark: None, text, when: String::new() }
    });
    let is_said = |one: &Hanging<'_>| row.marks.iter().any(|mark| mark.label == one.text);
    let said = row.marks.iter().filter(|mark| !mark.label.is_empty() && scale.shows(mark.at.earliest));
    let marks = said.map(|mark| Hanging {
        seconds: mark.at.earliest,
        bar: None,
        mark: Some(mark),
        text: escape::line(&mark.label).into_owned(),
        when: format!(" {}", mark.at.words()),
    });
    bars.filter(|one| !is_said(one)).chain(marks).collect()
}
