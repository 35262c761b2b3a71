//! What kubectl refuses in a document that can be read all the same (fact O5): it reads by go-yaml, whose
//! YAML is that of 1.1.

use super::kind::Kind;
use super::node::Node;
use super::record::{NodeId, Shape};
use super::style::Style;
use super::tree::Tree;
use crate::text::Span;

/// What kubectl refuses, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The characters that it stops at.
    pub span: Span,
    /// Why.
    pub refusal: Refusal,
}

/// Why kubectl refuses a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Refusal {
    /// `"\/"`: JSON has that escape, and YAML 1.1 has not.
    Escape,
    /// A tab among the blanks that a line begins with.
    Tab,
    /// A key that is null.
    NullKey,
    /// A key that is a list or a mapping.
    CollectionKey,
    /// `<<` with something else than mappings.
    Merge,
    /// A character that is a line break to YAML 1.1, where no quotes keep it in its text.
    LineBreak(char),
    /// `.inf` or `.nan`, which JSON cannot say.
    NoNumber,
}

/// More of them are not counted.
pub(super) const MOST: usize = 10_000;

/// The line breaks that YAML 1.1 has besides those of every text.
const LINE_BREAKS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

/// The first `\/` that is an escape, in what stands between double quotes.
pub(super) fn slash(written: &str) -> Option<usize> {
    let first = written.find("\\/")?;
    let mut escaped = false;
    // Of several backslashes every second one is the character itself.
    written.bytes().enumerate().find_map(|(at, byte)| {
        let is_slash = escaped && byte == b'/' && at > first;
        escaped = byte == b'\\' && !escaped;
        is_slash.then(|| at - 1)
    })
}

/// The value of a merge key that brings nothing in, which kubectl takes for an error.
pub(super) fn is_no_merge(value: Node<'_>) -> bool {
    match value.kind() {
        Kind::Mapping => false,
        // An alias has to lead to a mapping itself.
        Kind::Sequence if value.alias_span().is_none() => {
            value.items().any(|item| item.kind() != Kind::Mapping)
        }
        _ => true,
    }
}

/// kubectl reads JSON where a text begins with a brace.
pub(super) fn is_json(tree: &Tree) -> bool {
    tree.text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with('{')
}

/// What only the whole document shows: tabs before the text of a line, and line breaks of YAML 1.1.
pub(super) fn in_text(tree: &Tree, document: Span) -> Vec<Refused> {
    let text = tree.text.get(document.range()).unwrap_or_default();
    let mut found = tabs(tree, text);
    // One character at a time is sought by its bytes, which is many times as fast as three at once.
    if !text.is_ascii() && LINE_BREAKS.iter().any(|c| text.contains(*c)) {
        found.extend(line_breaks(tree));
    }
    found
}

/// A part of the document that decides what a tab in it is.
#[derive(Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    style: Style,
}

/// Scalars, flow collections and comments, in the order of the text, from the start of the document. A
/// comment is as good as a scalar in quotes: what is in it is no indentation.
fn parts(tree: &Tree) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for record in &tree.nodes {
        let style = match record.shape {
            Shape::Written { style, .. } | Shape::Unfolded { style, .. } => style,
            Shape::Sequence { style: Style::Flow, .. } | Shape::Mapping { style: Style::Flow, .. } => {
                Style::Flow
            }
            Shape::Alias(_) => Style::Single,
            Shape::Sequence { .. } | Shape::Mapping { .. } => continue,
        };
        let range = record.span.range();
        parts.push(Part { start: range.start, end: range.end, style });
    }
    parts.extend(tree.comments.iter().map(|comment| {
        let range = comment.range();
        Part { start: range.start, end: range.end, style: Style::Single }
    }));
    parts.sort_by_key(|part| part.start);
    parts
}

/// Tabs where go-yaml takes blanks only: at the start of a line, or behind the dash of an item. Brackets
/// and quotes lift that, and so does text without quotes that may go on there.
fn tabs(tree: &Tree, text: &str) -> Vec<Refused> {
    let mut found = Vec::new();
    if !text.contains('\t') {
        return found;
    }
    let mut known: Option<std::vec::IntoIter<Part>> = None;
    let mut last: Option<Part> = None;
    // From which column on the last part takes tabs, once somebody asked.
    let mut least: Option<usize> = None;
    let mut flow_end = 0;
    let (mut start, mut text_end) = (0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(column) = leading_tab(line) {
            let at = start + column;
            let parts = known.get_or_insert_with(|| parts(tree).into_iter());
            while let Some(part) = parts.as_slice().first().filter(|part| part.start <= at) {
                match part.style {
                    Style::Flow => flow_end = flow_end.max(part.end),
                    _ => (last, least) = (Some(*part), None),
                }
                parts.next();
            }
            let is_taken = last.is_some_and(|part| {
                let is_behind =
                    part.end >= text_end && line.get(..column).is_some_and(|line| !line.contains('-'));
                let goes_on = at < part.end || (is_behind && part.has_blanks());
                goes_on && column >= *least.get_or_insert_with(|| part.least_column(text))
            });
            if at >= flow_end && !is_taken && found.len() < MOST {
                let at = tree.start + at;
                found.push(Refused { span: Span::new(at, at + 1), refusal: Refusal::Tab });
            }
        }
        let length = line.trim_ascii_end().len();
        text_end = if length > 0 { start + length } else { text_end };
        start += line.len();
    }
    found
}

/// The byte of a tab that stands before everything but blanks and the dashes of items.
fn leading_tab(line: &str) -> Option<usize> {
    let mut bytes = line.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\t' => return Some(at),
            b' ' => {}
            b'-' if bytes.peek().is_some_and(|(_, next)| matches!(next, b' ' | b'\t')) => {}
            _ => return None,
        }
    }
    None
}

impl Part {
    /// Lines without text behind it are read as a part of it.
    fn has_blanks(self) -> bool {
        matches!(self.style, Style::Plain | Style::Literal | Style::Folded) && self.end > self.start
    }

    /// The first column in which it takes a tab.
    fn least_column(self, text: &str) -> usize {
        match self.style {
            Style::Plain => self.indent(text) + 1,
            Style::Literal | Style::Folded => {
                text.get(self.start..self.end).and_then(indentation).unwrap_or(usize::MAX)
            }
            _ => 0,
        }
    }

    /// The column of the key or the dash that the text belongs to.
    fn indent(self, text: &str) -> usize {
        let before = text.get(..self.start).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        let mut column = 0;
        let mut rest = line;
        loop {
            let bare = rest.trim_start_matches(' ');
            column += rest.len() - bare.len();
            match bare.strip_prefix("- ") {
                // A key behind the dash stands further to the right.
                Some(behind) if !behind.trim().is_empty() => {
                    column += 2;
                    rest = behind;
                }
                _ if bare.is_empty() => return 0,
                _ => return column,
            }
        }
    }
}

/// The indentation of a block scalar: that of its first line with text.
fn indentation(block: &str) -> Option<usize> {
    let line = block.lines().skip(1).find(|line| !line.trim_ascii().is_empty())?;
    Some(line.len() - line.trim_start_matches(' ').len())
}

/// Text and comments that YAML 1.1 ends within a line, so that what follows begins a line of its own.
fn line_breaks(tree: &Tree) -> Vec<Refused> {
    let mut found = Vec::new();
    let mut flow_end = 0;
    for part in parts(tree) {
        match part.style {
            Style::Flow => flow_end = flow_end.max(part.end),
            // Between brackets text goes on wherever it stands, and aliases hold none.
            Style::Plain if part.start < flow_end => {}
            Style::Plain | Style::Literal | Style::Folded | Style::Single => {
                let written = tree.written(part.start..part.end).unwrap_or_default();
                let is_quoted = part.style == Style::Single && !written.starts_with('#');
                if let Some((at, c)) = line_break(written).filter(|_| !is_quoted && found.len() < MOST) {
                    let at = tree.start + part.start + at;
                    let span = Span::new(at, at + c.len_utf8());
                    found.push(Refused { span, refusal: Refusal::LineBreak(c) });
                }
            }
            Style::Double | Style::Block => {}
        }
    }
    found
}

/// The first line break of YAML 1.1 that has text directly behind it.
fn line_break(written: &str) -> Option<(usize, char)> {
    let mut characters = written.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        if LINE_BREAKS.contains(&c) && next.is_some_and(|next| !next.is_whitespace()) {
            return Some((at, c));
        }
    }
    None
}

impl Tree {
    /// What kubectl refuses in the document, in the order of the text.
    pub(crate) fn refused(&self) -> &[Refused] {
        self.otherwise.as_ref().map_or(&[], |otherwise| &otherwise.refused)
    }

    /// A key whose text says nothing to kubectl.
    pub(super) fn refusal_of_key(&self, id: NodeId) -> Option<Refusal> {
        match self.node(id).kind() {
            Kind::Null => Some(Refusal::NullKey),
            Kind::Sequence | Kind::Mapping => Some(Refusal::CollectionKey),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::text::Source;
    use crate::yaml::documents;

    /// What is refused, each with its line and column.
    fn refused(text: &str) -> Vec<(Refusal, usize, usize)> {
        let source = Source::new("a.yaml", text);
        let tree = documents(&source, false).remove(0).content.unwrap();
        let places = tree.refused().iter().map(|one| {
            let position = source.position(one.span.start);
            (one.refusal, position.line, position.column)
        });
        places.collect()
    }

    #[test]
    fn an_escaped_slash_is_refused_where_the_stream_is_no_json() {
        assert_eq!(refused("a: \"x\\/y\"\n"), [(Refusal::Escape, 1, 6)]);
        assert_eq!(refused("---\n{\"a\": \"x\\/y\"}\n"), [(Refusal::Escape, 2, 9)]);
        for good in ["a: \"x\\\\/y\"\n", "a: 'x\\/y'\n", "a: x\\/y\n", "{\"a\": \"x\\/y\"}\n"] {
            assert!(refused(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_tab_is_no_indentation() {
        for (text, line, column) in [
            ("a: b\n\t\nc: d\n", 2, 1),
            ("a: b\n\t# e\nc: d\n", 2, 1),
            ("\t\na: b\n", 1, 1),
            ("a: b\n\t", 2, 1),
            ("a:\n  b: c\n  \t\n  d: e\n", 3, 3),
            ("a: \"b\"\n   \t\nc: d\n", 2, 4),
            ("a: [b]\n \t\nc: d\n", 2, 2),
            ("a:\n\t\n- b\n", 2, 1),
            ("a:\n-\tb\n", 2, 2),
            ("a: b\n# c\n  \t\nd: e\n", 3, 3),
            ("a: |\n  b\n\t\nc: d\n", 3, 1),
        ] {
            assert_eq!(refused(text), [(Refusal::Tab, line, column)], "{text:?}");
        }
    }

    #[test]
    fn a_tab_that_text_goes_on_with_or_that_brackets_hold_is_fine() {
        for good in [
            "a: b\t\nc:\td\ne: f\t# g\n",
            "a: b\n  \t\nc: d\n",
            "a: b\n  \t# e\nc: d\n",
            "a:\n- b\n \t\n- c\n",
            "a: \"b\n\t\n  c\"\n",
            "a: [b,\n\t\n\t# d\nc]\n",
            "a: |\n  b\n  \tc\n  \t\nd: e\n",
            "{\n\t\"a\":\t1\n}\n",
        ] {
            assert!(refused(good).is_empty(), "{good:?} {:?}", refused(good));
        }
    }

    #[test]
    fn many_tabs_take_time_that_grows_with_their_number() {
        let lines = 300_000;
        for text in [
            format!("a: b\n{}c: d\n", "\t\n".repeat(lines)),
            format!("a: {}\n{}c: d\n", "b".repeat(lines), "  \t\n".repeat(lines)),
            format!("a: |\n{}  b\n{}c: d\n", "\n".repeat(lines), "  \tb\n".repeat(lines)),
        ] {
            assert!(refused(&text).len() <= MOST);
        }
    }

    #[test]
    fn a_key_is_text() {
        assert_eq!(refused("a: {~: b}\n"), [(Refusal::NullKey, 1, 5)]);
        assert_eq!(refused("a:\n  null: b\n"), [(Refusal::NullKey, 2, 3)]);
        assert_eq!(refused("a: {[b]: c}\n"), [(Refusal::CollectionKey, 1, 5)]);
        assert_eq!(refused("a:\n  ? {b: c}\n  : d\n"), [(Refusal::CollectionKey, 2, 5)]);
        assert_eq!(refused("x: &x ~\na: {*x : b}\n"), [(Refusal::NullKey, 2, 5)]);
        assert!(refused("a: {1: b, yes: c, 1.5: d, e, '~': f}\nb: [~, [c], {d: ~}]\n").is_empty());
    }

    #[test]
    fn a_merge_key_brings_in_mappings() {
        for bad in ["text", "", "[a]", "[~]", "[[{b: c}]]", "*x"] {
            assert_eq!(
                refused(&format!("x: &x [{{b: c}}]\na:\n  <<: {bad}\n")),
                [(Refusal::Merge, 3, 3)],
                "{bad}"
            );
        }
        for good in ["<<: {b: c}", "<<: []", "<<: {}", "<<: [{b: c}]", "'<<': text"] {
            assert!(refused(&format!("a:\n  {good}\n")).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_line_break_of_yaml_1_1_ends_text_without_quotes_and_comments() {
        assert_eq!(refused("a: b\u{85}c\n"), [(Refusal::LineBreak('\u{85}'), 1, 5)]);
        assert_eq!(refused("a: |\n  b\u{2028}c\n"), [(Refusal::LineBreak('\u{2028}'), 2, 4)]);
        assert_eq!(refused("# b\u{2029}c\na: b\n"), [(Refusal::LineBreak('\u{2029}'), 1, 4)]);
        for good in ["a: \"b\u{85}c\"\n", "a: 'b\u{2028}c'\n", "a: b\u{85}\n", "a: [b\u{85}c]\n"] {
            assert!(refused(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn a_number_that_json_cannot_say_is_refused() {
        assert_eq!(refused("a: .inf\nb: [-.Inf, .NaN]\n").len(), 3);
        assert!(refused("a: '.inf'\nb: 1e400\n.inf: c\n").is_empty());
    }
}
