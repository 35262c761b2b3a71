//! A Markdown table in columns that fit the width.

use textwrap::core::display_width;

use crate::report::shared::palette::Palette;
use crate::text::wrap;

/// Cells between columns.
const BETWEEN: usize = 2;
/// No column is squeezed below this.
const NARROWEST: usize = 8;

/// Rows of cells; the first row is the head.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins a row.
    pub(super) fn row(&mut self) {
        self.rows.push(Vec::new());
    }

    /// Adds a cell to the last row.
    pub(super) fn cell(&mut self, text: String) {
        if let Some(row) = self.rows.last_mut() {
            row.push(text);
        }
    }

    /// The table in at most `width` cells, as far as its columns can be squeezed.
    pub(super) fn draw(&self, width: usize, palette: Palette) -> String {
        let widths = self.widths(width);
        let mut drawn = String::new();
        for (at, row) in self.rows.iter().enumerate() {
            for line in draw_row(row, &widths) {
                drawn.push_str(&if at == 0 { palette.strong(&line) } else { line });
                drawn.push('\n');
            }
        }
        drawn
    }

    /// The columns' widths: as wide as their cells, the widest squeezed until the table fits.
    fn widths(&self, width: usize) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| display_width(cell)).max()
        };
        let mut widths: Vec<usize> = (0..columns).map(|column| widest(column).unwrap_or(0)).collect();
        let room = width.saturating_sub(BETWEEN * columns.saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

/// A row in as many lines as its tallest cell needs.
fn draw_row(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> = widths
        .iter()
        .enumerate()
        .map(|(at, width)| wrap::lines(row.get(at).map_or("", |cell| cell), *width))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|line| {
            let mut text = String::new();
            for (cell, width) in cells.iter().zip(widths) {
                let part = cell.get(line).map_or("", |part| part);
                text.push_str(part);
                text.extend(std::iter::repeat_n(' ', (width + BETWEEN).saturating_sub(display_width(part))));
            }
            text.trim_end().to_owned()
        })
        .collect()
}
