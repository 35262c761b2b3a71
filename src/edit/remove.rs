//! How a field is taken out: with its lines, where it has lines of its own, else with its comma.

use super::{TextEdit, insert};
use crate::text::Span;
use crate::yaml::{Node, Style};

/// The edit that takes a field out of the mapping that it is written in. `None` for the only field of a
/// mapping, for one that shares its first line with something else, and where a comment would go with it.
pub(super) fn entry(mapping: Node<'_>, key: Node<'_>, value: Node<'_>) -> Option<TextEdit> {
    let tree = mapping.tree();
    let others: Vec<(Node<'_>, Node<'_>)> = mapping
        .entries()
        .filter(|(other, _)| insert::is_own(mapping, *other) && other.span() != key.span())
        .collect();
    if others.is_empty() {
        return None;
    }
    let end = insert::end(key, value);
    let span = match mapping.style() {
        Style::Block => lines(tree.text(), key.span().start, end)?,
        _ => {
            let before = others
                .iter()
                .map(|(key, value)| insert::end(*key, *value))
                .filter(|at| *at <= key.span().start);
            let behind = others.iter().map(|(key, _)| key.span().start).filter(|at| *at >= end);
            match (before.max(), behind.min()) {
                (Some(before), _) => Span::new(before, end),
                (None, Some(behind)) => Span::new(key.span().start, behind),
                (None, None) => return None,
            }
        }
    };
    let holds_comment =
        tree.comments().iter().any(|one| span.start <= one.span.start && one.span.start < span.end);
    (!holds_comment).then(|| TextEdit { span, text: String::new() })
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
