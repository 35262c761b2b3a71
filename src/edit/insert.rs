//! Where a new field goes: behind the last one, written as they are.

use super::{Content, TextEdit, render};
use crate::text::{Span, blanks};
use crate::yaml::path::Step;
use crate::yaml::{Kind, Node, Style};

/// The entry of a key that is written in the mapping itself: not merged into it.
pub(super) fn own_entry<'t>(mapping: Node<'t>, name: &str) -> Option<(Node<'t>, Node<'t>)> {
    mapping.get_entry(name).filter(|(key, _)| is_own(mapping, *key))
}

pub(super) fn is_own(mapping: Node<'_>, key: Node<'_>) -> bool {
    mapping.span().start <= key.span().start && key.span().start < mapping.span().end
}

/// The edit that makes a field in a mapping that has none of that name, or one without a value.
pub(super) fn insert(mapping: Node<'_>, steps: &[Step], content: &Content) -> Option<TextEdit> {
    let (Step::Key(first), rest) = steps.split_first()? else { return None };
    let content = rest.iter().rev().try_fold(content.clone(), |content, step| match step {
        Step::Key(std::borrow::Cow::Borrowed(name)) => Some(Content::Fields(vec![(*name, content)])),
        _ => None,
    })?;
    if mapping.kind() != Kind::Mapping {
        return None;
    }
    // What is merged into the mapping would be hidden.
    if mapping.get_entry(first).is_some_and(|(key, _)| !is_own(mapping, key)) {
        return None;
    }
    let text = mapping.tree().text();
    let is_json = mapping.tree().is_json();
    match (own_entry(mapping, first), mapping.style()) {
        // `preStop:` with nothing behind it, or with `null`.
        (Some((key, value)), Style::Block) if value.alias_span().is_none() => {
            let colon = text.get(key.span().end..)?.find(':')? + key.span().end + 1;
            let between = text.get(key.span().end..colon)?;
            let behind = text.get(colon..)?.lines().next().unwrap_or_default();
            if !between.trim_end_matches(':').is_empty() || behind.trim_start().starts_with(['&', '!']) {
                return None;
            }
            let indent = column(text, key.span().start)?;
            let field = render::block("", &content, indent, line_end(text, colon), is_json);
            let end = if is_nothing(value) { colon } else { value.span().end };
            if mapping.tree().holds_comment(Span::new(colon, end)) {
                return None;
            }
            Some(TextEdit { span: Span::new(colon, end), text: field.strip_prefix(':')?.to_owned() })
        }
        (Some((_, value)), Style::Flow) if value.alias_span().is_none() && !is_nothing(value) => {
            Some(TextEdit { span: value.span(), text: render::flow(&content, is_json) })
        }
        (Some(_), _) => None,
        (None, Style::Block) => {
            let indent = indent(mapping)?;
            let last = mapping.raw_entries().map(|(key, value)| end(key, value)).max()?;
            let at = line_of(text, last).1;
            let line_end = line_end(text, at);
            let field = render::block(first, &content, indent, line_end, is_json);
            Some(TextEdit { span: Span::new(at, at), text: format!("{line_end}{}{field}", blanks(indent)) })
        }
        (None, Style::Flow) => in_flow(mapping, first, &content),
        (None, _) => None,
    }
}

/// How many blanks stand before the keys of a block.
pub(super) fn indent(mapping: Node<'_>) -> Option<usize> {
    let (first, _) = mapping.raw_entries().next()?;
    column(mapping.tree().text(), first.span().start)
}

/// Not even `null` is written.
fn is_nothing(value: Node<'_>) -> bool {
    let written = value.tree().text().get(value.span().range());
    value.alias_span().is_none() && value.kind() == Kind::Null && written.is_some_and(str::is_empty)
}

/// Behind the last field of `{…}`, in a line of its own where they have lines of their own.
fn in_flow(mapping: Node<'_>, name: &str, content: &Content) -> Option<TextEdit> {
    let text = mapping.tree().text();
    let is_json = mapping.tree().is_json();
    let field = format!("{}: {}", render::key(name, is_json), render::flow(content, is_json));
    let entries = mapping.raw_entries().map(|(key, value)| (key, end(key, value)));
    let Some((key, last)) = entries.max_by_key(|(_, end)| *end) else {
        let inside = mapping.span().start + 1;
        let is_empty = text.get(inside..mapping.span().end)?.trim_start().starts_with('}');
        return is_empty.then(|| TextEdit { span: Span::new(inside, inside), text: field });
    };
    let (start, _) = line_of(text, key.span().start);
    let before = text.get(start..key.span().start)?;
    let separator = match before.trim().is_empty() {
        true => format!(",{}{before}", line_end(text, last)),
        false => ", ".to_owned(),
    };
    // A comma that follows the last field stays where it is, and comes behind the new one.
    Some(TextEdit { span: Span::new(last, last), text: format!("{separator}{field}") })
}

/// Where an entry ends, without the blank lines and comments that follow.
pub(super) fn end(key: Node<'_>, value: Node<'_>) -> usize {
    value_end(value).max(key.span().end)
}

fn value_end(value: Node<'_>) -> usize {
    if let Some(alias) = value.alias_span() {
        return alias.end;
    }
    let own = match (value.kind(), value.style()) {
        (Kind::Mapping, Style::Block) => value.raw_entries().map(|(key, value)| end(key, value)).max(),
        (Kind::Sequence, Style::Block) => value.items().map(value_end).max(),
        _ => None,
    };
    let whole = value.span();
    let text = value.tree().text().get(whole.range()).unwrap_or_default();
    own.unwrap_or(whole.start + text.trim_end().len())
}

/// The line that a byte stands in, without its end.
pub(super) fn line_of(text: &str, at: usize) -> (usize, usize) {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    (start, at + line.trim_end_matches('\r').len())
}

/// How the line that a byte stands in, or the one before it, ends.
pub(super) fn line_end(text: &str, at: usize) -> &'static str {
    let (start, end) = line_of(text, at);
    let here = text.get(end..).unwrap_or_default();
    let before = text.get(..start).unwrap_or_default();
    let is_windows = match here.starts_with(['\r', '\n']) {
        true => here.starts_with("\r\n"),
        false => before.ends_with("\r\n"),
    };
    if is_windows { "\r\n" } else { "\n" }
}

/// How many characters stand before a byte in its line; `None` where a tab is among them.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let before = text.get(line_of(text, at).0..at)?;
    (!before.contains('\t')).then(|| before.trim_start_matches('\u{feff}').chars().count())
}
