//! The parts of the bars of a row, and where their words stand.

use super::colors::of_phase;
use super::text::{CELL, cells};
use crate::finding::{Bar, Phase, Row};

/// How high a bar is, in pixels.
pub(super) const BAR: f64 = 20.0;

/// Where seconds stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// Where the second 0 stands, in pixels.
    pub(super) left: f64,
    /// How wide all seconds are, in pixels.
    pub(super) plot: f64,
    /// The last second.
    pub(super) end: f64,
}

impl Scale {
    pub(super) fn x(self, seconds: f64) -> f64 {
        self.left + self.plot * (seconds / self.end).clamp(0.0, 1.0)
    }

    pub(super) fn right(self) -> f64 {
        self.left + self.plot
    }

    /// It is within what is shown.
    pub(super) fn shows(self, seconds: f64) -> bool {
        seconds <= self.end
    }
}

/// A part of a bar, in pixels; `top` counts from that of the bar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) top: f64,
    pub(super) height: f64,
    is_sure: bool,
}

impl Piece {
    pub(super) fn class(self, bar: &Bar) -> String {
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
pub(super) fn pieces(bar: &Bar, scale: Scale) -> Vec<Piece> {
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

/// The pieces of all bars of a row. Where two may both go on, or either, each has half of the height.
pub(super) fn bars(row: &Row, scale: Scale) -> Vec<(&Bar, Vec<Piece>)> {
    let mut bars: Vec<(&Bar, Vec<Piece>)> = row.bars.iter().map(|bar| (bar, pieces(bar, scale))).collect();
    let is_wide = |piece: &Piece| !piece.is_sure && piece.height >= BAR;
    let wide: Vec<(usize, Piece)> = bars
        .iter()
        .enumerate()
        .flat_map(|(at, (_, own))| own.iter().filter(|piece| is_wide(piece)).map(move |piece| (at, *piece)))
        .collect();
    for (at, (_, own)) in bars.iter_mut().enumerate() {
        for piece in own.iter_mut().filter(|piece| is_wide(piece)) {
            let meets = |other: &Piece| other.from < piece.to && piece.from < other.to;
            let (before, after) = (
                wide.iter().any(|(other, one)| *other < at && meets(one)),
                wide.iter().any(|(other, one)| *other > at && meets(one)),
            );
            if before || after {
                piece.height = BAR / 2.0;
                piece.top = if before { BAR / 2.0 } else { 0.0 };
            }
        }
    }
    bars
}

/// Where the words of a bar stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Words {
    /// In it, from here on.
    Inside(f64),
    /// Below it: there is no room, or they could be taken for those of another bar.
    Below,
    /// Nowhere: what is drawn over it leaves nothing of it.
    Covered,
}

pub(super) fn words_of_bars(row: &Row, scale: Scale) -> Vec<(&Bar, Words)> {
    let bars = bars(row, scale);
    let place = |at: usize, bar: &Bar, own: &[Piece]| {
        let Some(high) = own.iter().find(|piece| piece.height >= BAR) else { return Words::Below };
        let span = |piece: &Piece| (piece.from, piece.to);
        let later = bars.iter().skip(at + 1).flat_map(|(_, pieces)| pieces);
        let over: Vec<(f64, f64)> = later.filter(|piece| piece.is_sure).map(span).collect();
        let (from, to) = longest_free(span(high), &over);
        if own.len() == 1 && high.is_sure && from >= to {
            return Words::Covered;
        }
        let others = bars.iter().enumerate().filter(|(other, _)| match high.is_sure {
            true => *other > at,
            false => *other != at,
        });
        let covers: Vec<(f64, f64)> = others.flat_map(|(_, (_, pieces))| pieces).map(span).collect();
        let (from, to) = longest_free(span(high), &covers);
        let need = CELL * cells(words(bar)) as f64 + 10.0;
        if to - from >= need { Words::Inside(from) } else { Words::Below }
    };
    // A hook that takes no time has no bar, and is still there.
    let is_told = |bar: &Bar| is_hook(bar) && scale.shows(bar.possible().0);
    let shown = bars.iter().enumerate().filter(|(_, (bar, own))| !own.is_empty() || is_told(bar));
    shown.map(|(at, (bar, own))| (*bar, place(at, bar, own))).collect()
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
pub(super) fn words(bar: &Bar) -> &str {
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

/// It is a hook with words for what it does.
fn is_hook(bar: &Bar) -> bool {
    matches!(bar.what, Phase::PostStart | Phase::PreStop) && !bar.label.is_empty()
}

/// It is as it should be, and no mere want of something.
pub(super) fn is_full(bar: &Bar) -> bool {
    bar.certain().is_some() && !matches!(bar.what, Phase::Cut | Phase::Waits)
}
