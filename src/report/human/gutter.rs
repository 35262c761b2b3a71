//! The frame beside the lines of a finding: line numbers, and a quiet line between them and the text.

use super::excerpt::ShownLine;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;

/// The frame of one finding: as wide as its largest line number, in all of its files.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gutter {
    /// Cells for a line number.
    pub(super) digits: usize,
    look: Look,
}

impl Gutter {
    /// Cells beside a line number: a blank, the line, and a blank.
    const BESIDE: usize = 3;

    /// A frame for line numbers up to `last`.
    pub(super) fn new(last: usize, look: Look) -> Self {
        Self { digits: last.to_string().len(), look }
    }

    /// Cells that it takes.
    pub(super) fn width(&self) -> usize {
        self.digits + Self::BESIDE
    }

    /// Cells that it leaves for a line.
    pub(super) fn room(&self) -> usize {
        self.look.width.saturating_sub(self.width()).max(ShownLine::LEAST)
    }

    /// Where a file's lines begin: its corner.
    pub(super) fn corner(&self) -> String {
        let corner = if self.look.unicode { " ╭▸ " } else { "--> " };
        self.dim(&format!("{:width$}{corner}", "", width = self.digits))
    }

    /// A line of the frame without a number; nothing else stands on it but `text`.
    pub(super) fn blank(&self, text: &str) -> String {
        let bar = self.bar();
        let frame = self.dim(&format!("{:width$} {bar}", "", width = self.digits));
        if text.is_empty() { frame } else { format!("{frame} {text}") }
    }

    /// Lines of the file that are left out. A colon alone would be taken for the beginning of a command (see `guard`).
    pub(super) fn gap(&self) -> String {
        let gap = if self.look.unicode { "┆" } else { "..." };
        self.dim(&format!("{:width$} {gap}", "", width = self.digits))
    }

    /// A line of an edit under its number: one that comes (`+`), one that goes (`-`), or one that stays.
    pub(super) fn numbered(&self, number: usize, sign: Option<char>, text: &str) -> String {
        let number = self.dim(&format!("{number:>width$}", width = self.digits));
        let line = |sign: &str| format!("{sign} {text}").trim_end().to_owned();
        match sign {
            Some('+') => format!("{number} {}", self.palette().code(&line("+"))),
            Some(_) => format!("{number} {}", self.palette().removed(&line("-"))),
            None => format!("{number} {}", line(&self.dim(self.bar()))),
        }
    }

    fn bar(&self) -> &'static str {
        if self.look.unicode { "│" } else { "|" }
    }

    fn palette(&self) -> Palette {
        Palette::new(self.look.color)
    }

    fn dim(&self, text: &str) -> String {
        self.palette().dim(text)
    }
}
