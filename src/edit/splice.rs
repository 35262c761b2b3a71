//! How words of a text become others, in the style that the text is written in.

use std::ops::Range;

use super::{TextEdit, insert, render};
use crate::text::{Span, blanks};
use crate::yaml::{Kind, Node, Style};

/// A text with a part of it replaced; `None` where it has no such part.
pub(super) fn spliced(text: &str, at: &Range<usize>, part: &str) -> Option<String> {
    Some(format!("{}{part}{}", text.get(..at.start)?, text.get(at.end..)?))
}

/// The edit that replaces a part of a text.
pub(super) fn splice(node: Node<'_>, at: Range<usize>, part: &str) -> Option<TextEdit> {
    if node.kind() != Kind::String {
        return None;
    }
    let whole = node.text()?;
    let result = spliced(whole, &at, part)?;
    // What a text in one line becomes is written as one.
    if let Some(text) = render::scalar(&result, node.style(), node.tree().is_json()) {
        return Some(TextEdit { span: node.span(), text });
    }
    // An end that both have stays: behind a line end in a block stands the indentation of the next line.
    let replaced = whole.get(at.clone())?;
    let kept =
        replaced.bytes().rev().zip(part.bytes().rev()).take_while(|(a, b)| a == b && a.is_ascii()).count();
    let (at, part) = (at.start..at.end - kept, part.get(..part.len() - kept)?);
    let source = node.tree().text();
    let span = match at.is_empty() {
        false => node.source_span(at),
        true => {
            let next = whole.get(at.start..)?.chars().next()?;
            let behind = node.source_span(at.start..at.start + next.len_utf8());
            Span::new(behind.start, behind.start)
        }
    };
    let text = match node.style() {
        Style::Double => render::escaped(part),
        Style::Literal | Style::Folded => {
            let line_end = insert::line_end(source, span.start);
            let (start, _) = insert::line_of(source, span.start);
            let line = source.get(start..span.start)?;
            let indent = line.len() - line.trim_start_matches(' ').len();
            part.replace('\n', &format!("{line_end}{}", blanks(indent)))
        }
        _ => return None,
    };
    Some(TextEdit { span, text })
}
