//! A tree as it grows: what reads a text says what comes, in the order of the text.
//!
//! Places are bytes from the start of the document. An anchor is the number that its aliases name.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Arc;

use super::error::BuildError;
use super::fold;
use super::kind::Kind;
use super::node::Node;
use super::record::{NodeId, Record, Shape, Stretch};
use super::refused::{self, Refusal, Refused};
use super::scalar;
use super::style::Style;
use super::tree::{Duplicate, FEW_ENTRIES, Otherwise, Tree};
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// Deeper nesting is no manifest; deep trees cost stack in everything that walks them.
pub(super) const MAX_DEPTH: usize = 200;

/// How many nodes more than are written a document may stand for once its aliases are followed.
/// go-yaml, which kubectl reads with, bounds it too. What is written is bounded by the file's size: a
/// cluster's answer holds millions of nodes.
const MAX_EXPANDED: u64 = 2_000_000;

/// Fewer bytes than a node of most manifests takes, so that a tree seldom has to grow.
const BYTES_A_NODE: usize = 8;

/// The tree of one document, while it is read.
pub(super) struct Arena {
    tree: Tree,
    document: Span,
    otherwise: Otherwise,
    root: Option<NodeId>,
    open: Vec<Open>,
    /// The finished children of all open collections, those of the innermost last.
    pending: Vec<NodeId>,
    /// What aliases can name, and how many nodes each stands for.
    anchors: HashMap<NonZeroUsize, (NodeId, u64)>,
}

/// A collection whose end has not come yet.
struct Open {
    id: NodeId,
    is_mapping: bool,
    style: Style,
    anchor: Option<NonZeroUsize>,
    /// Its bracket, or where its first child is.
    begin: Stretch,
    /// Where its children begin among those that are pending.
    first: usize,
    /// How many nodes it stands for so far, its aliases followed.
    weight: u64,
}

impl Arena {
    /// An empty tree of the document that these bytes of the text are.
    pub(super) fn new(text: &Arc<str>, document: Span, is_json: bool) -> Result<Self, BuildError> {
        let length = document.end - document.start;
        if Stretch::new(0..length).is_none() {
            return Err(BuildError::TooLong { at: document.start });
        }
        let mut tree = Tree::new(text, document.start, is_json);
        tree.nodes.reserve(length / BYTES_A_NODE);
        tree.links.reserve(length / BYTES_A_NODE);
        let (open, pending, anchors) = (Vec::new(), Vec::new(), HashMap::new());
        let otherwise = Otherwise::default();
        Ok(Self { tree, document, otherwise, root: None, open, pending, anchors })
    }

    /// A scalar with its text as it is meant; `tag` is what stands behind `!!`.
    pub(super) fn scalar(
        &mut self,
        text: &str,
        style: Style,
        tag: Option<&str>,
        anchor: Option<NonZeroUsize>,
        at: Range<usize>,
    ) -> Result<(), BuildError> {
        let kind = scalar::kind(text, style, tag, self.tree.is_json);
        let span = self.stretch(at)?;
        let written = self.tree.written(span.within_quotes(style));
        let shape = if written == Some(text) {
            Shape::Written { kind, style }
        } else {
            if let Some(slash) = written.filter(|_| style == Style::Double).and_then(refused::slash) {
                let at = span.within_quotes(style).start + slash;
                self.refuse_by_kubectl(at..at + 2, Refusal::Escape);
            }
            let start = self.tree.texts.len();
            self.tree.texts.push_str(text);
            Shape::Unfolded { kind, style, text: self.stretch(start..self.tree.texts.len())? }
        };
        let id = self.add(shape, span)?;
        match kind {
            Kind::Null => self.refuse_key(id, span.range()),
            Kind::Float if text.ends_with(['f', 'F', 'n', 'N']) && !self.is_at_key() => {
                self.refuse_by_kubectl(span.range(), Refusal::NoNumber);
            }
            _ => {}
        }
        self.place(id, 1, anchor);
        Ok(())
    }

    /// A sequence, whose items follow up to its end.
    pub(super) fn begin_sequence(
        &mut self,
        style: Style,
        anchor: Option<NonZeroUsize>,
        at: Range<usize>,
    ) -> Result<(), BuildError> {
        self.begin(false, style, anchor, at)
    }

    /// A mapping, whose keys and values follow in turn up to its end.
    pub(super) fn begin_mapping(
        &mut self,
        style: Style,
        anchor: Option<NonZeroUsize>,
        at: Range<usize>,
    ) -> Result<(), BuildError> {
        self.begin(true, style, anchor, at)
    }

    /// The end of the innermost collection that is open.
    pub(super) fn end(&mut self, at: Range<usize>) -> Result<(), BuildError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        if open.weight > MAX_EXPANDED.saturating_add(self.tree.nodes.len() as u64) {
            return Err(BuildError::TooManyAliases { at: self.tree.start + open.begin.start() as usize });
        }
        let span = self.collection_span(&open, self.stretch(at)?);
        let start = self.tree.links.len();
        self.tree.links.extend(self.pending.drain(open.first..));
        let links = self.stretch(start..self.tree.links.len())?;
        let shape = match open.is_mapping {
            true => Shape::Mapping { style: open.style, entries: links },
            false => Shape::Sequence { style: open.style, items: links },
        };
        if let Some(record) = self.tree.nodes.get_mut(open.id.0 as usize) {
            *record = Record { shape, span };
        }
        if open.is_mapping {
            self.fold(open.id)?;
            self.sort(open.id)?;
        }
        self.place(open.id, open.weight, open.anchor);
        Ok(())
    }

    /// An alias of what has this anchor.
    pub(super) fn alias(&mut self, anchor: Option<NonZeroUsize>, at: Range<usize>) -> Result<(), BuildError> {
        let Some((target, weight)) = anchor.and_then(|anchor| self.anchors.get(&anchor)).copied() else {
            return Err(self.refuse(&at, "an alias stands inside what it refers to".to_owned()));
        };
        self.tree.shared.push(target);
        let span = self.stretch(at)?;
        let id = self.add(Shape::Alias(target), span)?;
        self.refuse_key(id, span.range());
        self.place(id, weight, None);
        Ok(())
    }

    /// A comment, with its `#`.
    pub(super) fn comment(&mut self, at: Range<usize>) -> Result<(), BuildError> {
        let span = self.stretch(at)?;
        self.tree.comments.push(span);
        Ok(())
    }

    /// The document has its value.
    pub(super) fn has_root(&self) -> bool {
        self.root.is_some()
    }

    /// The document's value is a mapping, as that of an object is.
    pub(super) fn has_mapping(&self) -> bool {
        self.root.is_some_and(|root| self.tree.node(root).kind() == Kind::Mapping)
    }

    /// What is wrong with the text.
    pub(super) fn refuse(&self, at: &Range<usize>, message: String) -> BuildError {
        BuildError::Syntax { at: self.tree.start + at.start, message }
    }

    /// The tree of all that came; of nothing, it is null.
    pub(super) fn finish(mut self) -> Result<Tree, BuildError> {
        let root = match self.root {
            Some(root) => root,
            None => self.add(Shape::Written { kind: Kind::Null, style: Style::Plain }, Stretch::default())?,
        };
        self.tree.root = root;
        self.tree.duplicates.sort_by_key(|duplicate| duplicate.later);
        let Otherwise { refused, dropped, .. } = &mut self.otherwise;
        if refused::is_json(&self.tree) {
            refused.clear();
        } else {
            refused.extend(refused::in_text(&self.tree, self.document));
            refused.sort_by_key(|one| one.span);
        }
        if !refused.is_empty() || dropped.is_some() {
            self.tree.otherwise = Some(Box::new(self.otherwise));
        }
        // Trees are kept to the end of a run, and what was guessed for one is up to twice what it needs.
        self.tree.shrink_to_fit();
        Ok(self.tree)
    }

    /// The document has an end, behind which text begins at this byte of the document.
    pub(super) fn drop_behind(&mut self, at: usize) {
        self.otherwise.dropped = Some(self.tree.start + at);
    }

    /// What comes is the key of a mapping.
    fn is_at_key(&self) -> bool {
        let is_even = |open: &Open| (self.pending.len() - open.first).is_multiple_of(2);
        self.open.last().is_some_and(|open| open.is_mapping && is_even(open))
    }

    fn refuse_key(&mut self, id: NodeId, at: Range<usize>) {
        if let Some(refusal) = self.is_at_key().then(|| self.tree.refusal_of_key(id)).flatten() {
            self.refuse_by_kubectl(at, refusal);
        }
    }

    fn refuse_by_kubectl(&mut self, at: Range<usize>, refusal: Refusal) {
        let span = Span::new(self.tree.start + at.start, self.tree.start + at.end);
        if self.otherwise.refused.len() < refused::MOST {
            self.otherwise.refused.push(Refused { span, refusal });
        }
    }

    fn stretch(&self, range: Range<usize>) -> Result<Stretch, BuildError> {
        Stretch::new(range).ok_or(BuildError::TooLong { at: self.tree.start })
    }

    fn add(&mut self, shape: Shape, span: Stretch) -> Result<NodeId, BuildError> {
        let id = u32::try_from(self.tree.nodes.len());
        let id = id.map_err(|_| BuildError::TooLong { at: self.tree.start })?;
        self.tree.nodes.push(Record { shape, span });
        Ok(NodeId(id))
    }

    fn begin(
        &mut self,
        is_mapping: bool,
        style: Style,
        anchor: Option<NonZeroUsize>,
        at: Range<usize>,
    ) -> Result<(), BuildError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(BuildError::TooDeep { at: self.tree.start + at.start });
        }
        let begin = self.stretch(at)?;
        // Its number comes before those of its children, so that the root is the first.
        let id = self.add(Shape::Sequence { style, items: Stretch::default() }, begin)?;
        self.refuse_key(id, begin.range());
        let first = self.pending.len();
        self.open.push(Open { id, is_mapping, style, anchor, begin, first, weight: 1 });
        Ok(())
    }

    /// A flow collection has its brackets; a block one reaches from its first child to its last.
    fn collection_span(&self, open: &Open, end: Stretch) -> Stretch {
        let begin = open.begin.start();
        if open.style == Style::Flow {
            return Stretch::between(begin, end.end());
        }
        let children = self.pending.get(open.first..).unwrap_or_default();
        let span = |id: &NodeId| self.tree.data(*id).map(|record| record.span);
        let first = children.first().and_then(span).map_or(begin, Stretch::start);
        let last = children.last().and_then(span).map_or(first, Stretch::end);
        Stretch::between(first.min(begin), last)
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, id: NodeId, weight: u64, anchor: Option<NonZeroUsize>) {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor, (id, weight));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.weight = open.weight.saturating_add(weight);
                self.pending.push(id);
            }
            None => self.root = self.root.or(Some(id)),
        }
    }

    /// A mapping with its pairs as they are written gets the entries that kubectl keeps of them.
    fn fold(&mut self, id: NodeId) -> Result<(), BuildError> {
        let Some(folded) = fold::fold(self.tree.node(id)) else { return Ok(()) };
        let kept = self.link(&folded.entries)?;
        let record = self.tree.nodes.get_mut(id.0 as usize);
        if let Some(Record { shape: Shape::Mapping { entries, .. }, .. }) = record {
            self.tree.raw.insert(id, std::mem::replace(entries, kept));
        }
        for key in folded.refused {
            let range = self.tree.data(key).map(|record| record.span.range()).unwrap_or_default();
            self.refuse_by_kubectl(range, Refusal::Merge);
        }
        let dropped = folded.dropped.into_iter();
        let duplicates: Vec<Duplicate> =
            dropped.filter_map(|[earlier, later]| self.duplicate(earlier, later)).collect();
        self.tree.duplicates.extend(duplicates);
        Ok(())
    }

    /// Sorts what is looked up in a long mapping.
    fn sort(&mut self, id: NodeId) -> Result<(), BuildError> {
        let mapping = self.tree.node(id);
        if mapping.entry_ids().len() > FEW_ENTRIES {
            let mut pairs = mapping.entry_ids().to_vec();
            pairs.sort_by_cached_key(|[key, _]| self.tree.node(*key).text());
            let sorted = self.link(&pairs)?;
            self.tree.sorted.insert(id, sorted);
        }
        Ok(())
    }

    fn link(&mut self, pairs: &[[NodeId; 2]]) -> Result<Stretch, BuildError> {
        let start = self.tree.links.len();
        self.tree.links.extend(pairs.as_flattened());
        self.stretch(start..self.tree.links.len())
    }

    /// Where the mapping lies is known from what is still open around it.
    fn duplicate(&self, earlier: NodeId, later: NodeId) -> Option<Duplicate> {
        let (earlier, later) = (self.tree.node(earlier), self.tree.node(later));
        let span = |key: Node<'_>| key.alias_span().unwrap_or_else(|| key.span());
        let name = later.text()?.to_owned();
        let mut path = FieldPath::root();
        let ends = self.open.iter().skip(1).map(|inner| inner.first).chain([self.pending.len()]);
        for (open, end) in self.open.iter().zip(ends) {
            let before = self.pending.get(open.first..end).unwrap_or_default();
            match open.is_mapping {
                true => {
                    let key = before.last().and_then(|key| self.tree.node(*key).text()).unwrap_or_default();
                    path.push(Step::Key(key.to_owned().into()));
                }
                false => path.push(Step::Index(before.len())),
            }
        }
        Some(Duplicate { path: path.key(name.clone()), name, earlier: span(earlier), later: span(later) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::text::Source;
    use crate::yaml::documents;

    fn arena(text: &str) -> Arena {
        Arena::new(&text.into(), Span::new(0, text.len()), false).unwrap()
    }

    #[test]
    fn a_tree_grows_by_what_comes() {
        let mut arena = arena("a: &x [1, 'b'] # c\nd: *x");
        let anchor = NonZeroUsize::new(1);
        arena.begin_mapping(Style::Block, None, 0..0).unwrap();
        arena.scalar("a", Style::Plain, None, None, 0..1).unwrap();
        arena.begin_sequence(Style::Flow, anchor, 6..7).unwrap();
        arena.scalar("1", Style::Plain, None, None, 7..8).unwrap();
        arena.scalar("b", Style::Single, None, None, 10..13).unwrap();
        arena.end(13..14).unwrap();
        arena.comment(15..18).unwrap();
        arena.scalar("d", Style::Plain, None, None, 19..20).unwrap();
        arena.alias(anchor, 22..24).unwrap();
        arena.end(24..24).unwrap();
        let tree = arena.finish().unwrap();
        assert_eq!((tree.root().id(), tree.root().span()), (NodeId(0), Span::new(0, 24)));
        let [a, d] = ["a", "d"].map(|key| tree.root().get(key).unwrap());
        assert_eq!((a.span(), d.span(), d.alias_span()), (a.span(), a.span(), Some(Span::new(22, 24))));
        let items: Vec<_> = d.items().map(|item| (item.as_i64(), item.as_str())).collect();
        assert_eq!(items, [(Some(1), None), (None, Some("b"))]);
        assert!(tree.comments().map(|comment| comment.span).eq([Span::new(15, 18)]));
        assert!(tree.texts.is_empty(), "all texts stand in the document");
    }

    #[test]
    fn texts_are_what_is_meant_however_they_are_written() {
        for (written, text) in [
            ("plain words", "plain words"),
            ("plain\n  words", "plain words"),
            ("''", ""),
            ("'it''s'", "it's"),
            ("\"in quotes\"", "in quotes"),
            ("\"a\\tb\\u00e9\\\"\"", "a\tbé\""),
            ("\"\\L\\L\"", "\u{2028}\u{2028}"),
            ("|\n  a\n   b\n\n  c", "a\n b\n\nc\n"),
            (">-\n  a\n  b\n\n  c", "a b\nc"),
        ] {
            let source = Source::new("a", format!("before: 'x''y'\nkey: {written}\nafter: \"\\n\"\n"));
            let tree = documents(&source, false).remove(0).content.unwrap();
            let texts = ["before", "key", "after"].map(|key| tree.root().get(key).unwrap().as_str().unwrap());
            assert_eq!(texts, ["x'y", text, "\n"], "{written}");
        }
    }

    #[test]
    fn a_tag_decides_what_a_scalar_is() {
        let source = Source::new("a", "a: !!str 5\nb: !!int '5'\nc: !!bool \"yes\"\nd: !own 5\n");
        let tree = documents(&source, false).remove(0).content.unwrap();
        let of = |key: &str| tree.root().get(key).unwrap();
        assert_eq!((of("a").as_str(), of("a").as_i64()), (Some("5"), None));
        assert_eq!((of("b").as_str(), of("b").as_i64(), of("b").as_f64()), (None, Some(5), Some(5.0)));
        assert_eq!((of("c").as_bool(), of("d").as_i64()), (Some(true), Some(5)));
    }

    #[test]
    fn what_is_too_long_to_count_is_refused() {
        let document = Span::new(7, usize::MAX);
        assert_eq!(Arena::new(&"".into(), document, false).err(), Some(BuildError::TooLong { at: 7 }));
        let mut arena = arena("a");
        let place = usize::MAX..usize::MAX;
        let refused = arena.scalar("a", Style::Plain, None, None, place.clone());
        assert_eq!(refused, Err(BuildError::TooLong { at: 0 }));
        assert_eq!(arena.comment(place), Err(BuildError::TooLong { at: 0 }));
    }

    #[test]
    fn no_memory_is_kept_that_nothing_fills() {
        let source = Source::new("a", "a: [1, 'it''s', {b: c}]\n");
        let tree = documents(&source, false).remove(0).content.unwrap();
        assert_eq!((tree.nodes.len(), tree.nodes.capacity()), (8, 8));
        assert_eq!((tree.links.len(), tree.links.capacity()), (7, 7));
        assert_eq!((tree.texts.as_str(), tree.texts.capacity()), ("it's", 4));
    }
}
