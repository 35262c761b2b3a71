//! One rendered line held against one line that a template can write.

use std::ops::Range;

use super::outline::{Line, Piece};

/// Which bytes of the rendered line each piece has written.
pub(super) type Shares = Vec<Range<usize>>;

/// A line of a template, its literal text at hand.
#[derive(Debug, Clone)]
pub(super) struct Pattern<'t> {
    pieces: Vec<Option<&'t str>>,
    /// Characters of literal text that are no blanks.
    pub(super) literal: usize,
    indentation: Option<usize>,
}

impl<'t> Pattern<'t> {
    pub(super) fn of(text: &'t str, line: &Line) -> Self {
        let piece = |piece: &Piece| match piece {
            Piece::Literal(span) => Some(text.get(span.range()).unwrap_or_default()),
            Piece::Hole(..) => None,
        };
        let pieces: Vec<Option<&str>> = line.pieces.iter().map(piece).collect();
        let literal =
            pieces.iter().flatten().flat_map(|text| text.chars()).filter(|c| !c.is_whitespace()).count();
        Self { pieces, literal, indentation: line.indentation }
    }

    /// It is literal text, from end to end.
    pub(super) fn is_literal(&self) -> bool {
        self.pieces.iter().all(Option::is_some)
    }

    /// How many pieces it has.
    pub(super) fn count(&self) -> usize {
        self.pieces.len()
    }

    /// Actions write that piece.
    pub(super) fn is_hole(&self, piece: usize) -> bool {
        self.pieces.get(piece).is_some_and(Option::is_none)
    }

    /// It parts documents.
    pub(super) fn parts_documents(&self) -> bool {
        matches!(self.pieces.as_slice(), [Some(text)] if text.trim_end() == "---")
            || matches!(self.pieces.first(), Some(Some(text)) if text.starts_with("--- "))
    }

    /// An action is the last piece, so further lines may be its too.
    pub(super) fn ends_open(&self) -> bool {
        self.pieces.last().is_some_and(Option::is_none)
    }

    /// Whether the line may be another one of what its action writes.
    pub(super) fn goes_on_with(&self, rendered: &str) -> bool {
        let blanks = rendered.len() - rendered.trim_start_matches(' ').len();
        self.indentation.is_none_or(|least| blanks >= least)
    }

    /// What each piece has written, if they can have written the line. Of the first line of a document the
    /// indentation is gone.
    pub(super) fn shares(&self, rendered: &str, is_first: bool) -> Option<Shares> {
        let rendered = rendered.trim_end();
        if !is_first && self.ends_open() && self.pieces.len() == 1 && !self.goes_on_with(rendered) {
            return None;
        }
        let mut shares = Shares::with_capacity(self.pieces.len());
        let mut at = 0;
        for (number, piece) in self.pieces.iter().enumerate() {
            let Some(text) = piece else {
                // Where it ends is known when the next text is found.
                shares.push(at..rendered.len());
                continue;
            };
            let is_last = number + 1 == self.pieces.len();
            let rest = rendered.get(at..)?;
            let text = if number == 0 && is_first { text.trim_start() } else { text };
            // Blanks before nothing are gone at the end of a line.
            let text = match is_last || text.trim_end().len() >= rest.len() {
                true => text.trim_end(),
                false => text,
            };
            let start = match (number, is_last) {
                (0, _) => rest.starts_with(text).then_some(at),
                (_, true) => rest.ends_with(text).then(|| rendered.len() - text.len()),
                (_, false) => rest.find(text).map(|found| at + found),
            }?;
            if let Some(before) = number.checked_sub(1).and_then(|before| shares.get_mut(before)) {
                before.end = start;
            }
            at = start + text.len();
            shares.push(start..at);
        }
        (self.ends_open() || at == rendered.len()).then_some(shares)
    }
}
