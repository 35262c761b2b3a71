//! From a place in the text of a scalar to the place in the file where it is written.
//!
//! Whatever the style, folding and indentation change only white space: the other characters stand
//! in the file in the same order. So a place is found by counting those.

use std::ops::Range;

use super::style::Style;
use crate::text::Span;

/// The bytes of `written` (the scalar as it stands in the file, quotes included, the header of a block left out) that say
/// the bytes `range` of `text`. `None` when the two do not agree.
pub(super) fn in_source(
    text: &str,
    range: Range<usize>,
    written: &str,
    style: Style,
) -> Option<Range<usize>> {
    let marks_before = marks(text.get(..range.start)?);
    let marks_inside = marks(text.get(range.start..range.end.min(text.len()))?);
    let mut seen = 0;
    let (mut start, mut end) = (None, None);
    for (at, after) in written_marks(written, style) {
        if seen >= marks_before && start.is_none() {
            start = Some(at);
        }
        seen += 1;
        if seen >= marks_before + marks_inside.max(1) {
            end = Some(after);
            break;
        }
    }
    Some(start?..end?)
}

/// Which of the characters that are not white space lie in the bytes `inside` of `written`, by their
/// numbers. The same text has the same numbers in every style and file.
pub(super) fn marks_in(written: &str, inside: Range<usize>, style: Style) -> Option<Range<usize>> {
    let marks = written_marks(written, style);
    let first = marks.iter().position(|(at, _)| *at >= inside.start)?;
    let last = marks.iter().rposition(|(_, after)| *after <= inside.end)?;
    (first <= last).then_some(first..last + 1)
}

/// The bytes of `written` that the characters of these numbers stand in.
pub(super) fn of_marks(written: &str, marks: Range<usize>, style: Style) -> Option<Range<usize>> {
    let all = written_marks(written, style);
    let (start, _) = *all.get(marks.start)?;
    let (_, end) = *all.get(marks.end.checked_sub(1)?)?;
    (start < end).then_some(start..end)
}

/// Where the characters of these numbers stand in a text that is no YAML.
pub(crate) fn marked_in_text(text: &str, marks: std::ops::Range<usize>) -> Option<Span> {
    of_marks(text, marks, Style::Plain).map(|inside| Span::new(inside.start, inside.end))
}

fn marks(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// Start and end of every character of the scalar's text that is not white space, as written.
fn written_marks(written: &str, style: Style) -> Vec<(usize, usize)> {
    match style {
        Style::Single => single_quoted(written),
        Style::Double => double_quoted(written),
        // Of a block scalar, the content without its header is what is given.
        Style::Plain | Style::Literal | Style::Folded | Style::Block | Style::Flow => unquoted(written),
    }
}

fn unquoted(written: &str) -> Vec<(usize, usize)> {
    written
        .char_indices()
        .filter(|(_, c)| !c.is_whitespace())
        .map(|(at, c)| (at, at + c.len_utf8()))
        .collect()
}

fn single_quoted(written: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut chars = written.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        if c == '\'' {
            match chars.next_if(|(_, next)| *next == '\'') {
                Some((second, _)) => end = second + 1,
                None => break,
            }
        }
        if !c.is_whitespace() {
            found.push((at, end));
        }
    }
    found
}

fn double_quoted(written: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut chars = written.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => break,
            '\\' => {
                let Some((escape_at, escape)) = chars.next() else { break };
                let digits = match escape {
                    'x' => 2,
                    'u' => 4,
                    'U' => 8,
                    _ => 0,
                };
                let mut end = escape_at + escape.len_utf8();
                let mut code = String::new();
                for _ in 0..digits {
                    if let Some((digit_at, digit)) = chars.next() {
                        code.push(digit);
                        end = digit_at + digit.len_utf8();
                    }
                }
                let is_white = match digits {
                    0 => matches!(
                        escape,
                        'n' | 't' | 'r' | 'v' | 'f' | ' ' | '\t' | 'N' | '_' | 'L' | 'P' | '\n' | '\r'
                    ),
                    _ => u32::from_str_radix(&code, 16)
                        .ok()
                        .and_then(char::from_u32)
                        .is_some_and(char::is_whitespace),
                };
                if !is_white {
                    found.push((at, end));
                }
            }
            _ if c.is_whitespace() => {}
            _ => found.push((at, at + c.len_utf8())),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn found<'w>(text: &str, words: &str, written: &'w str, style: Style) -> &'w str {
        let start = text.find(words).unwrap();
        &written[in_source(text, start..start + words.len(), written, style).unwrap()]
    }

    #[test]
    fn words_are_found_in_every_style() {
        let text = "it's a\ntest \"x\" end";
        assert_eq!(found("a b", "b", "a b", Style::Plain), "b");
        assert_eq!(found(text, "a\ntest", "'it''s a\n\n  test \"x\" end'", Style::Single), "a\n\n  test");
        assert_eq!(found(text, "\"x\" end", r#""it's a\ntest \"x\" end""#, Style::Double), r#"\"x\" end"#);
        assert_eq!(found("a\nb c\n", "b c", "a\n  b c\n", Style::Literal), "b c");
        assert_eq!(found("a b c\n", "b c", "a\n  b\n  c\n", Style::Folded), "b\n  c");
    }

    #[test]
    fn words_are_found_again_in_another_style() {
        let (literal, double) = ("a\n  b c\n", r#""a\nb  c""#);
        let marks = marks_in(literal, 4..7, Style::Literal).unwrap();
        assert_eq!(&double[of_marks(double, marks.clone(), Style::Double).unwrap()], "b  c");
        assert_eq!(&literal[of_marks(literal, marks, Style::Literal).unwrap()], "b c");
        assert_eq!(of_marks("a", 0..2, Style::Plain), None);
    }

    #[test]
    fn an_escaped_character_counts_as_one() {
        assert_eq!(found("aéb", "b", r#""a\u00e9b""#, Style::Double), "b");
        assert_eq!(found("a'b", "'b", "'a''b'", Style::Single), "''b");
    }
}
