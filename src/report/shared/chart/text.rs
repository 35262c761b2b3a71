//! A chart as lines of a terminal.

use super::canvas::{Canvas, Paint, columns};
use super::labels::{Label, placed};
use super::signs::{Signs, is_sure, moment, words};
use crate::finding::{Bar, Chart, Instant, Part, Phase, Row};
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::text::{escape, shorten, wrap};

/// So many columns at least for what is drawn, whatever the names.
const LEAST: usize = 8;
/// A tick for so many columns.
const PER_TICK: usize = 8;
/// So many lines of labels below a bar are better than shorter labels.
const LABEL_LINES: usize = 3;

/// A chart, no line wider than `look.width`.
pub(crate) fn draw(chart: &Chart, look: &Look) -> Vec<String> {
    let palette = Palette::new(look.color);
    let plot = Plot::of(chart, look, look.width);
    let mut lines = Vec::new();
    let title = escape::line(&chart.title);
    let head = format!("{title}; 0 s: {}", escape::line(&chart.zero));
    for (at, line) in wrap::hanging(&head, look.width, "", "  ").into_iter().enumerate() {
        lines.push(if at == 0 { palette.strong(&line) } else { line });
    }
    lines.push(String::new());
    lines.extend(plot.scale());
    for row in &chart.rows {
        lines.extend(plot.row(row, true, LABEL_LINES));
    }
    let legend = plot.legend(chart);
    if !legend.is_empty() {
        lines.push(String::new());
        lines.extend(legend);
    }
    lines
}

/// Where seconds and names stand.
pub(super) struct Plot {
    pub(super) signs: Signs,
    pub(super) palette: Palette,
    /// Columns for the names; 0 where none are shown.
    pub(super) names: usize,
    /// Columns for what is drawn.
    pub(super) width: usize,
    end: f64,
    ticks: Vec<f64>,
}

impl Plot {
    /// Of a chart in so many columns.
    pub(super) fn of(chart: &Chart, look: &Look, columns_in_all: usize) -> Self {
        let most = columns_in_all * 3 / 10;
        let longest = chart.rows.iter().map(|row| columns(&name(row, most))).max().unwrap_or(0);
        let names = longest.min(most);
        let gap = if names == 0 { 0 } else { 2 };
        Self::new(chart, look, names, columns_in_all.saturating_sub(names + gap).max(LEAST))
    }

    /// With so many columns for the names, and for what is drawn.
    pub(super) fn new(chart: &Chart, look: &Look, names: usize, width: usize) -> Self {
        let end = if chart.end.is_finite() && chart.end > 0.0 { chart.end } else { 1.0 };
        let ticks = chart.ticks(width / PER_TICK);
        Self { signs: Signs::new(look.unicode), palette: Palette::new(look.color), names, width, end, ticks }
    }

    /// The column of a second.
    pub(super) fn column(&self, seconds: f64) -> usize {
        let last = self.width.saturating_sub(1);
        let share = (seconds / self.end).clamp(0.0, 1.0);
        // As the casts of Rust do, what is no number is 0.
        ((share * last as f64).round() as usize).min(last)
    }

    /// A drawn line behind its name.
    fn named(&self, name: &str, canvas: &Canvas) -> String {
        let drawn = canvas.line(self.palette);
        if self.names == 0 {
            return drawn;
        }
        let name = shorten::middle(name, self.names, self.signs.more());
        let blank = " ".repeat(self.names.saturating_sub(columns(&name)) + 2);
        format!("{name}{blank}{drawn}").trim_end().to_owned()
    }

    /// A drawn line below one with a name.
    pub(super) fn unnamed(&self, canvas: &Canvas) -> String {
        self.named("", canvas)
    }

    /// The seconds, and a line with their ticks.
    fn scale(&self) -> Vec<String> {
        let labels: Vec<Label> = self
            .ticks
            .iter()
            .map(|tick| Label { at: self.column(*tick), sign: None, words: vec![format!("{tick} s")] })
            .collect();
        let mut lines: Vec<String> = Vec::new();
        if let Some(numbers) = placed(&labels, self.width, 1, self.signs.more()).first() {
            lines.push(self.unnamed(numbers));
        }
        let [first, line, tick] = self.signs.scale();
        let mut axis = Canvas::new(self.width);
        (0..self.width).for_each(|at| axis.set(at, line, Paint::Dim));
        for label in &labels {
            axis.set(label.at, if label.at == 0 { first } else { tick }, Paint::Dim);
        }
        lines.push(self.unnamed(&axis));
        lines
    }

    /// A row: its bars with what happens on them, and the words for both below; with the seconds where they are
    /// wanted.
    pub(super) fn row(&self, row: &Row, with_seconds: bool, label_lines: usize) -> Vec<String> {
        let (mut canvas, owners) = self.bars(row);
        let mut labels: Vec<Label> = Vec::new();
        for mark in &row.marks {
            if mark.at.earliest > self.end {
                continue;
            }
            let wanted = self.column(mark.at.earliest);
            let is_taken = |at: &usize| matches!(canvas.paint(*at), Some(Paint::Instant(_)) | None);
            // Signs of one moment stand beside each other.
            let at = (wanted..wanted + 4).chain((0..wanted).rev()).find(|at| !is_taken(at)).unwrap_or(wanted);
            let sign = self.signs.instant(mark.what, is_sure(mark));
            canvas.set(at, sign, Paint::Instant(mark.what));
            let is_zero = is_sure(mark) && mark.at.earliest == 0.0;
            // What the second 0 is stands in the title, and a bar begins where it does.
            if mark.label.is_empty() || (is_zero && matches!(mark.what, Instant::Begins | Instant::Deleted)) {
                continue;
            }
            let label = escape::line(&mark.label).into_owned();
            let doubt = self.signs.doubt(is_sure(mark));
            let words = match with_seconds {
                true => vec![format!("{label}{} {}", doubt, moment(mark.at)), label + doubt],
                false => vec![label + doubt],
            };
            labels.push(Label { at, sign: Some((sign, mark.what)), words });
        }
        for (index, bar) in row.bars.iter().enumerate() {
            if let Some(label) = self.bar_label(bar, index, &mut canvas, &owners) {
                labels.push(label);
            }
        }
        labels.sort_by_key(|label| label.at);
        let mut lines = vec![self.named(&name(row, self.names), &canvas)];
        let below = placed(&labels, self.width, label_lines, self.signs.more());
        lines.extend(below.iter().map(|canvas| self.unnamed(canvas)));
        lines
    }

    /// The bars of a row, and which of them each cell is of.
    fn bars(&self, row: &Row) -> (Canvas, Vec<Option<usize>>) {
        let mut canvas = Canvas::new(self.width);
        let mut owners: Vec<Option<usize>> = vec![None; self.width];
        for (index, bar) in row.bars.iter().enumerate() {
            self.bar(bar, index, &mut canvas, &mut owners);
        }
        (canvas, owners)
    }

    fn bar(&self, bar: &Bar, index: usize, canvas: &mut Canvas, owners: &mut [Option<usize>]) {
        let (from, to) = bar.possible();
        if from > self.end || from.is_nan() {
            return;
        }
        // What goes on behind the last second fills the last column.
        let until = |to: f64| if to >= self.end { self.width } else { self.column(to) };
        let perhaps = self.column(from)..to.map_or(self.width, until);
        let certain = bar.certain().map(|(from, to)| {
            let first = self.column(from);
            first..until(to).max(first + 1)
        });
        let paints = |at: usize, canvas: &Canvas| match canvas.paint(at) {
            Some(Paint::Phase(phase)) => matches!(phase, Phase::Runs | Phase::Cut),
            _ => true,
        };
        for at in perhaps {
            let is_certain = certain.as_ref().is_some_and(|certain| certain.contains(&at));
            if !is_certain && paints(at, canvas) {
                canvas.set(at, self.signs.perhaps(), Paint::Perhaps(bar.what));
                owners.get_mut(at).into_iter().for_each(|owner| *owner = Some(index));
            }
        }
        for at in certain.into_iter().flatten() {
            canvas.set(at, self.signs.phase(bar.what), Paint::Phase(bar.what));
            owners.get_mut(at).into_iter().for_each(|owner| *owner = Some(index));
        }
    }

    /// Writes what a bar is called into it; what is to be said below where there is no room.
    fn bar_label(
        &self,
        bar: &Bar,
        index: usize,
        canvas: &mut Canvas,
        owners: &[Option<usize>],
    ) -> Option<Label> {
        if bar.label.is_empty() {
            return None;
        }
        let label = escape::line(&bar.label).into_owned();
        // That something runs perhaps is no place to say that it does.
        let is_own = |at: usize| {
            let is_of_it = owners.get(at) == Some(&Some(index));
            is_of_it
                && match canvas.paint(at) {
                    Some(Paint::Phase(_)) => true,
                    Some(Paint::Perhaps(_)) => bar.what != Phase::Runs,
                    _ => false,
                }
        };
        let mut longest = 0..0;
        let mut begun = None;
        for at in 0..=self.width {
            match (is_own(at), begun) {
                (true, None) => begun = Some(at),
                (false, Some(first)) => {
                    if at - first > longest.len() {
                        longest = first..at;
                    }
                    begun = None;
                }
                _ => {}
            }
        }
        let short = label.split_once(": ").map(|(_, short)| short.to_owned());
        let all = [Some(label.clone()), short];
        let room = longest.len().saturating_sub(3);
        if let Some(words) = all.into_iter().flatten().find(|words| columns(words) <= room) {
            canvas.write(longest.start + 1, &format!(" {words} "), Paint::Plain);
            return None;
        }
        let is_told = matches!(bar.what, Phase::PreStop | Phase::PostStart | Phase::Waits | Phase::Traffic);
        is_told.then(|| Label { at: self.column(bar.from.earliest), sign: None, words: vec![label] })
    }

    /// What the characters mean that are drawn.
    fn legend(&self, chart: &Chart) -> Vec<String> {
        let mut phases: Vec<Phase> = Vec::new();
        let mut is_shaded = false;
        for row in &chart.rows {
            let (canvas, _) = self.bars(row);
            for at in 0..self.width {
                match canvas.paint(at) {
                    Some(Paint::Phase(phase)) => phases.push(phase),
                    Some(Paint::Perhaps(_)) => is_shaded = true,
                    _ => {}
                }
            }
        }
        phases.sort_unstable();
        phases.dedup();
        let mut said: Vec<String> = phases
            .into_iter()
            .filter_map(|phase| Some(format!("{} {}", self.signs.phase(phase), words(phase)?)))
            .collect();
        if is_shaded {
            said.push(format!("{} not known how long", self.signs.perhaps()));
        }
        let marks = || chart.rows.iter().flat_map(|row| &row.marks);
        if let Some(mark) = marks().find(|mark| !is_sure(mark)) {
            said.push(self.signs.hollow(mark.what));
        }
        let joined = said.iter().map(|one| one.replace(' ', wrap::TIED)).collect::<Vec<_>>().join("  ");
        let lines = wrap::lines(&joined, self.names + self.width);
        lines.into_iter().map(|line| self.palette.dim(&line.replace(wrap::TIED, " "))).collect()
    }
}

/// What a row is called: containers and Services may have one name. What a container is stands behind its name
/// where there are columns for both.
fn name(row: &Row, most: usize) -> String {
    let name = escape::line(&row.name);
    let of = match row.of {
        Part::Service => return format!("svc/{name}"),
        Part::InitContainer => " (init)",
        Part::Sidecar => " (sidecar)",
        Part::Container | Part::Hook | Part::Pod => "",
    };
    if columns(&name) + of.len() > most { name.into_owned() } else { format!("{name}{of}") }
}
