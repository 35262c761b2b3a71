//! A line of cells, each with a character and what it means.

use unicode_width::UnicodeWidthChar;

use crate::finding::{Instant, Phase};
use crate::report::shared::palette::Palette;

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    /// Nothing, or words.
    Plain,
    /// What matters less: a scale.
    Dim,
    /// A phase that goes on at each run.
    Phase(Phase),
    /// One that may.
    Perhaps(Phase),
    /// Something that happens.
    Instant(Instant),
}

#[derive(Debug, Clone)]
struct Cell {
    /// One character and what combines with it; empty behind a wide one.
    text: String,
    paint: Paint,
}

/// A line of cells.
#[derive(Debug)]
pub(super) struct Canvas {
    cells: Vec<Cell>,
}

impl Canvas {
    /// An empty line of so many cells.
    pub(super) fn new(width: usize) -> Self {
        Self { cells: vec![Cell { text: " ".to_owned(), paint: Paint::Plain }; width] }
    }

    /// Sets a cell to a character of one column.
    pub(super) fn set(&mut self, at: usize, sign: char, paint: Paint) {
        if let Some(cell) = self.cells.get_mut(at) {
            *cell = Cell { text: sign.to_string(), paint };
        }
    }

    /// What a cell shows.
    pub(super) fn paint(&self, at: usize) -> Option<Paint> {
        self.cells.get(at).map(|cell| cell.paint)
    }

    /// Writes words from a cell on, as far as there are cells.
    pub(super) fn write(&mut self, at: usize, text: &str, paint: Paint) {
        let mut at = at;
        for c in text.chars() {
            let columns = c.width().unwrap_or(0);
            if columns == 0 {
                if let Some(before) = at.checked_sub(1).and_then(|before| self.cells.get_mut(before)) {
                    before.text.push(c);
                }
                continue;
            }
            if at + columns > self.cells.len() {
                return;
            }
            self.set(at, c, paint);
            for rest in at + 1..at + columns {
                if let Some(cell) = self.cells.get_mut(rest) {
                    *cell = Cell { text: String::new(), paint };
                }
            }
            at += columns;
        }
    }

    /// The line, without what is empty at its end.
    pub(super) fn line(&self, palette: Palette) -> String {
        let is_empty = |cell: &Cell| cell.text == " ";
        let end = self.cells.iter().rposition(|cell| !is_empty(cell)).map_or(0, |last| last + 1);
        let shown = self.cells.get(..end).unwrap_or_default();
        let mut line = String::new();
        for run in shown.chunk_by(|a, b| a.paint == b.paint) {
            let text: String = run.iter().map(|cell| cell.text.as_str()).collect();
            line += &match run.first().map_or(Paint::Plain, |cell| cell.paint) {
                Paint::Plain => text,
                Paint::Dim => palette.dim(&text),
                Paint::Phase(phase) => palette.phase(phase, &text),
                Paint::Perhaps(phase) => palette.perhaps(phase, &text),
                Paint::Instant(instant) => palette.instant(instant, &text),
            };
        }
        line
    }
}

/// How many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text in at most so many columns, with what is left out shown by `more`.
pub(super) fn cropped(text: &str, most: usize, more: &str) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let room = most.saturating_sub(columns(more));
    let mut shown = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken > room {
            break;
        }
        shown.push(c);
    }
    let more: String = more.chars().take(most).collect();
    shown + &more
}
