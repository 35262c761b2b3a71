//! Text with a name: what a manifest is read from, and where a byte of it lies.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A range of bytes in the text of a [`Source`]; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` up to, but not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The span as a range, to slice text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Which of a run's sources a place lies in, counted in the order of the run's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub usize);

/// A place in a text as people count: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// One file or stream: its name as the user gave it, its text, and where its lines start.
#[derive(Debug, Clone)]
pub struct Source {
    name: Arc<str>,
    /// What rendered the text, when it is not that of the file.
    rendered_by: Option<Arc<str>>,
    text: Arc<str>,
    line_starts: Arc<[usize]>,
    /// How many characters stand before each block of the text; counted when first asked for.
    blocks: Arc<OnceLock<Vec<usize>>>,
}

/// Bytes between two known counts of characters.
const BLOCK: usize = 4096;

impl Source {
    /// A source called `name` (forward slashes, as given by the user) holding `text`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let line_starts = std::iter::once(0)
            .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
            .collect();
        Self { name: name.into(), rendered_by: None, text, line_starts, blocks: Arc::default() }
    }

    /// Text that a program (`helm template chart`) made of the file `name`: its lines are not the
    /// lines of that file.
    pub fn rendered(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>, by: impl Into<Arc<str>>) -> Self {
        Self { rendered_by: Some(by.into()), ..Self::new(name, text) }
    }

    /// The command that rendered the text; `None` for the text of a file.
    pub fn rendered_by(&self) -> Option<&str> {
        self.rendered_by.as_deref()
    }

    /// The name, as given, with forward slashes; `-` is standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The text under a span; empty when the span does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte; one past the end is the last position.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0);
        // A byte order mark is no character of its line.
        let start = if start == 0 { self.mark().min(byte) } else { start };
        // Minified JSON is one line of many megabytes: it must not be counted through for each finding.
        let before = if byte - start <= BLOCK {
            characters(self.text.as_bytes().get(start..byte).unwrap_or_default())
        } else {
            self.characters_before(byte) - self.characters_before(start)
        };
        Position { line, column: before + 1 }
    }

    /// How many bytes the byte order mark takes that the text begins with.
    fn mark(&self) -> usize {
        const MARK: char = '\u{feff}';
        if self.text.starts_with(MARK) { MARK.len_utf8() } else { 0 }
    }

    /// The byte of a character of a line, both counted from 1; the end of the line behind its last one.
    pub fn byte(&self, position: Position) -> Option<usize> {
        let line = self.line_span(position.line)?;
        let start = if line.start == 0 { self.mark().min(line.end) } else { line.start };
        let text = self.text.get(start..line.end)?;
        let offset = text.char_indices().nth(position.column.saturating_sub(1));
        Some(start + offset.map_or(text.len(), |(offset, _)| offset))
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        let bytes = self.text.as_bytes();
        let blocks = self.blocks.get_or_init(|| {
            let mut sum = 0;
            let count = |block| {
                let before = sum;
                sum += characters(block);
                before
            };
            bytes.chunks(BLOCK).map(count).collect()
        });
        let block = (byte / BLOCK).min(blocks.len().saturating_sub(1));
        let known = blocks.get(block).copied().unwrap_or(0);
        known + characters(bytes.get(block * BLOCK..byte).unwrap_or_default())
    }

    /// How many lines there are; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The bytes of a line (from 1) without its line break; `None` past the last line.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end)?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Some(Span::new(start, start + text.len()))
    }
}

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_lines_and_characters_from_1() {
        let source = Source::new("a", "näme: 名\r\nb: 1\n");
        let at = |byte| {
            let Position { line, column } = source.position(byte);
            (line, column)
        };
        assert_eq!(
            [at(0), at(7), at(10), at(12), at(17), at(99)],
            [(1, 1), (1, 7), (1, 8), (2, 1), (3, 1), (3, 1)]
        );
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let source = Source::new("a", "\u{feff}ab: c\nd: e\n");
        for (byte, line, column) in [(0, 1, 1), (3, 1, 1), (5, 1, 3), (9, 2, 1)] {
            assert_eq!(source.position(byte), Position { line, column }, "{byte}");
        }
        assert_eq!(source.byte(Position { line: 1, column: 3 }), Some(5));
        assert_eq!(source.byte(Position { line: 2, column: 9 }), Some(13));
        let long = Source::new("a", format!("\u{feff}{}", "x".repeat(9000)));
        assert_eq!(long.position(8003), Position { line: 1, column: 8001 });
    }

    #[test]
    fn a_column_in_a_very_long_line_is_exact() {
        let text = format!("a: 1\n{}", "ä名x".repeat(5000));
        let source = Source::new("a", text.as_str());
        for (nth, (byte, _)) in text.char_indices().skip(5).enumerate().step_by(997) {
            assert_eq!(source.position(byte), Position { line: 2, column: nth + 1 }, "{byte}");
        }
        assert_eq!(source.position(text.len()), Position { line: 2, column: 15_001 });
    }

    #[test]
    fn a_line_is_given_without_its_break() {
        let source = Source::new("a", "a\r\n\nb");
        let line = |number| source.line_span(number).map(|span| source.slice(span));
        assert_eq!(
            [line(0), line(1), line(2), line(3), line(4)],
            [None, Some("a"), Some(""), Some("b"), None]
        );
        assert_eq!(source.line_count(), 3);
    }
}
