//! How a field is taken out: with its lines, where it has lines of its own, else with its comma.

use super::{TextEdit, insert};
use crate::text::Span;
use crate::yaml::{Node, Style};

/// The edit that takes a field out of the mapping that it is written in; of the only one of a block nothing is
/// left, which is as good as unset (fact L8). `None` for one that shares its first line with something else,
/// and where a comment in it would be lost.
pub(super) fn entry(mapping: Node<'_>, key: Node<'_>, value: Node<'_>) -> Option<TextEdit> {
    let tree = mapping.tree();
    let others: Vec<(Node<'_>, Node<'_>)> =
        mapping.raw_entries().filter(|(other, _)| other.span() != key.span()).collect();
    let (start, end) = (key.span().start, insert::end(key, value));
    let span = match mapping.style() {
        Style::Block => {
            let lines = lines(tree.text(), start, end)?;
            // A comment at the end of the line stays, on a line of its own.
            match tree.comments().find(|one| end <= one.span.start && one.span.start < lines.end) {
                Some(comment) => Span::new(start, comment.span.start),
                None => lines,
            }
        }
        _ => {
            let before =
                others.iter().map(|(key, value)| insert::end(*key, *value)).filter(|at| *at <= start);
            let behind = others.iter().map(|(key, _)| key.span().start).filter(|at| *at >= end);
            match (before.max(), behind.min()) {
                (Some(before), _) => Span::new(before, end),
                (None, Some(behind)) => Span::new(start, behind),
                (None, None) => Span::new(start, end),
            }
        }
    };
    (!tree.holds_comment(span)).then(|| TextEdit { span, text: String::new() })
}

/// The whole lines of an entry, with the end of the last one, or that of the line before where it has none.
fn lines(text: &str, start: usize, end: usize) -> Option<Span> {
    let (first, _) = insert::line_of(text, start);
    if !text.get(first..start)?.trim().is_empty() {
        return None;
    }
    let (_, last) = insert::line_of(text, end);
    let line_end = insert::line_end(text, last);
    match text.get(last..)?.starts_with(line_end) {
        true => Some(Span::new(first, last + line_end.len())),
        false => {
            Some(Span::new(first.checked_sub(insert::line_end(text, first.checked_sub(1)?).len())?, last))
        }
    }
}
