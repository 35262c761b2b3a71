//! Tells a text template from YAML: Helm and its like are rendered first, and judged then.

use super::error::DocumentError;
use super::kind::Kind;
use super::tree::Tree;
use crate::text::Span;

/// The marks of template languages.
const MARKS: [&str; 3] = ["{{", "{%", "<%"];

/// How far the search for a template goes into a tree.
const MAX_DEPTH: usize = 64;

/// The byte of the first mark in a text.
pub(super) fn mark(text: &str) -> Option<usize> {
    MARKS.iter().filter_map(|mark| text.find(mark)).min()
}

/// What is said of a template.
pub(super) fn template(text: &str, at: usize) -> DocumentError {
    let rest = text.get(at..).unwrap_or_default();
    let reason = if rest.starts_with("{{") {
        "a template, not linted: render it first, for example with `helm template CHART | kubectl lifecycle lint -`"
    } else {
        "a template, not linted: render it first and lint what comes out"
    };
    DocumentError::Template { at, reason: reason.to_owned() }
}

/// The place of a `{{ … }}` that YAML took for a mapping in a mapping: `replicas: {{ .x }}` is
/// valid YAML, and nonsense.
pub(super) fn misread(tree: &Tree) -> Option<usize> {
    let text = tree.text();
    // Most documents hold no mark, and need no walk.
    let whole = tree.root().span();
    mark_in(text, whole)?;
    let mut open = vec![(tree.root(), 0usize)];
    let mut first: Option<usize> = None;
    while let Some((node, depth)) = open.pop() {
        if node.alias_span().is_some() || depth > MAX_DEPTH {
            continue;
        }
        let span = node.span();
        if node.kind() == Kind::Mapping && text.get(span.range()).is_some_and(|text| text.starts_with("{{")) {
            first = Some(first.map_or(span.start, |found| found.min(span.start)));
        }
        for (key, value) in node.entries() {
            open.push((key, depth + 1));
            open.push((value, depth + 1));
        }
        open.extend(node.items().map(|item| (item, depth + 1)));
    }
    first
}

fn mark_in(text: &str, span: Span) -> Option<usize> {
    text.get(span.range()).and_then(|text| text.find("{{"))
}
