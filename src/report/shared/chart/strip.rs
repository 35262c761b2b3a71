//! A chart in a few lines, for a place where one finding is told.

use super::labels::{Label, placed};
use super::text::Plot;
use crate::finding::Chart;
use crate::report::shared::look::Look;

/// So many rows are understood at a glance.
const ROWS: usize = 3;
/// So many lines of labels below a bar.
const LABEL_LINES: usize = 2;

/// The instants above, then each row with its words; no line wider than `width`. The name of a row is shown
/// where there are several.
pub(crate) fn strip(chart: &Chart, width: usize, look: &Look) -> Vec<String> {
    let plot = match chart.rows.len() {
        0 => return Vec::new(),
        1 => Plot::new(chart, look, 0, width),
        _ => Plot::of(chart, look, width),
    };
    let rows = || chart.rows.iter().take(ROWS);
    let finite = |at: &f64| at.is_finite() && *at <= chart.end;
    let marks = rows().flat_map(|row| &row.marks).map(|mark| mark.at.earliest);
    let bars = rows().flat_map(|row| &row.bars);
    let edges = bars.flat_map(|bar| [Some(bar.from.earliest), bar.to.latest].into_iter().flatten());
    let mut instants: Vec<f64> = marks.chain(edges).filter(finite).collect();
    instants.sort_by(f64::total_cmp);
    instants.dedup();
    let mut taken = 0;
    let labels = instants.into_iter().filter_map(|at| {
        let words = format!("{} s", (at * 100.0).round() / 100.0);
        let free = plot.column(at).max(taken);
        // One that had to be moved far would be taken for another moment.
        let is_near = free <= plot.column(at) + words.len();
        let label = is_near.then(|| Label { at: free, sign: None, words: vec![words.clone()] })?;
        taken = free + words.len() + 2;
        Some(label)
    });
    let labels: Vec<Label> = labels.collect();
    let numbers = placed(&labels, plot.width, 1, plot.signs.more());
    let mut lines: Vec<String> = numbers.first().map(|line| plot.unnamed(line)).into_iter().collect();
    for row in rows() {
        lines.extend(plot.row(row, false, LABEL_LINES));
    }
    lines
}
