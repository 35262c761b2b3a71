//! A node of a tree, and what can be asked of it.

use super::kind::Kind;
use super::record::{NodeId, Record, Shape, Stretch};
use super::scalar::{self, Scalar};
use super::span;
use super::style::Style;
use super::tree::{FEW_ENTRIES, Tree};
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// A node of a tree. Aliases are followed: the node is what the alias stands for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node<'t> {
    pub(super) tree: &'t Tree,
    pub(super) id: NodeId,
}

impl<'t> Node<'t> {
    /// Its number.
    pub(crate) fn id(self) -> NodeId {
        self.id
    }

    /// The number of the node that an alias stands for, else its own.
    pub(crate) fn target_id(self) -> NodeId {
        // Aliases of aliases do not exist: an anchor stands on a node with content.
        match self.tree.data(self.id).map(|data| &data.shape) {
            Some(Shape::Alias(target)) => *target,
            _ => self.id,
        }
    }

    fn data(self) -> Option<&'t Record> {
        self.tree.data(self.target_id())
    }

    /// The tree it is of.
    pub(crate) fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its type.
    pub(crate) fn kind(self) -> Kind {
        match self.data().map(|data| data.shape) {
            Some(Shape::Written { kind, .. } | Shape::Unfolded { kind, .. }) => kind,
            Some(Shape::Sequence { .. }) => Kind::Sequence,
            Some(Shape::Mapping { .. }) => Kind::Mapping,
            Some(Shape::Alias(_)) | None => Kind::Null,
        }
    }

    /// A mapping or a sequence.
    pub(crate) fn is_collection(self) -> bool {
        matches!(self.kind(), Kind::Mapping | Kind::Sequence)
    }

    /// How it is written.
    pub(crate) fn style(self) -> Style {
        match self.data().map(|data| data.shape) {
            Some(
                Shape::Written { style, .. }
                | Shape::Unfolded { style, .. }
                | Shape::Sequence { style, .. }
                | Shape::Mapping { style, .. },
            ) => style,
            Some(Shape::Alias(_)) | None => Style::Plain,
        }
    }

    /// The text of a scalar of any type.
    pub(crate) fn text(self) -> Option<&'t str> {
        let Record { shape, span } = self.data()?;
        match *shape {
            Shape::Written { style, .. } => self.tree.written(span.within_quotes(style)),
            Shape::Unfolded { text, .. } => self.tree.texts.get(text.range()),
            _ => None,
        }
    }

    /// The value of a number or a boolean, which its text tells; none of anything else.
    fn value(self) -> Option<Scalar> {
        let is_told = matches!(self.kind(), Kind::Bool | Kind::Int | Kind::Float);
        self.text().filter(|_| is_told).map(|text| scalar::untagged(text, self.tree.is_json))
    }

    /// The text, if its type is text.
    pub(crate) fn as_str(self) -> Option<&'t str> {
        self.text().filter(|_| self.kind() == Kind::String)
    }

    /// The integer; a number without a fraction is one (fact L7).
    pub(crate) fn as_i64(self) -> Option<i64> {
        match self.value()? {
            Scalar::Int(number) => Some(number),
            Scalar::Float(number) => {
                let fits = number.fract() == 0.0 && number.abs() < 9.0e15;
                fits.then_some(number as i64)
            }
            _ => None,
        }
    }

    /// The number.
    pub(crate) fn as_f64(self) -> Option<f64> {
        match self.value()? {
            Scalar::Int(number) => Some(number as f64),
            Scalar::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The boolean.
    pub(crate) fn as_bool(self) -> Option<bool> {
        match self.value()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn item_ids(self) -> &'t [NodeId] {
        match self.data().map(|data| data.shape) {
            Some(Shape::Sequence { items, .. }) => self.tree.links.get(items.range()).unwrap_or_default(),
            _ => &[],
        }
    }

    pub(super) fn entry_ids(self) -> &'t [[NodeId; 2]] {
        match self.data().map(|data| data.shape) {
            Some(Shape::Mapping { entries, .. }) => self.pairs(entries),
            _ => &[],
        }
    }

    pub(super) fn raw_entry_ids(self) -> &'t [[NodeId; 2]] {
        match self.tree.raw.get(&self.target_id()) {
            Some(pairs) => self.pairs(*pairs),
            None => self.entry_ids(),
        }
    }

    fn pairs(self, links: Stretch) -> &'t [[NodeId; 2]] {
        self.tree.links.get(links.range()).unwrap_or_default().as_chunks().0
    }

    /// The items of a sequence; none for anything else.
    pub(crate) fn items(self) -> impl Iterator<Item = Node<'t>> {
        self.item_ids().iter().map(move |id| self.tree.node(*id))
    }

    /// Keys and values of a mapping as kubectl keeps them; none for anything else.
    pub(crate) fn entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        self.entry_ids().iter().map(move |pair| self.pair(pair))
    }

    /// Keys and values of a mapping as they are written, in the order of the text: a key that stands twice
    /// is there twice, and a merge key (`<<`) with what it names is there in place of what that brings in.
    /// None for anything else.
    pub(crate) fn raw_entries(self) -> impl Iterator<Item = (Node<'t>, Node<'t>)> {
        self.raw_entry_ids().iter().map(move |pair| self.pair(pair))
    }

    fn pair(self, [key, value]: &[NodeId; 2]) -> (Node<'t>, Node<'t>) {
        (self.tree.node(*key), self.tree.node(*value))
    }

    /// A key and its value.
    pub(crate) fn get_entry(self, name: &str) -> Option<(Node<'t>, Node<'t>)> {
        let long = || self.tree.sorted.get(&self.target_id());
        let Some(sorted) = (self.entry_ids().len() > FEW_ENTRIES).then(long).flatten() else {
            return self.entries().find(|(key, _)| key.text() == Some(name));
        };
        let pairs = self.pairs(*sorted);
        let before = pairs.partition_point(|[key, _]| self.tree.node(*key).text() < Some(name));
        pairs.get(before).map(|pair| self.pair(pair)).filter(|(key, _)| key.text() == Some(name))
    }

    /// The value of a key.
    pub(crate) fn get(self, name: &str) -> Option<Node<'t>> {
        self.get_entry(name).map(|(_, value)| value)
    }

    /// The value of a key, when it is there and not null, which is as good as unset (fact L8).
    pub(crate) fn field(self, name: &str) -> Option<Node<'t>> {
        self.get(name).filter(|value| value.kind() != Kind::Null)
    }

    /// The text of a scalar under a key, when it is set and not empty.
    pub(crate) fn text_of(self, name: &str) -> Option<&'t str> {
        self.field(name)?.text().filter(|text| !text.is_empty())
    }

    /// The node a field path leads to.
    pub(crate) fn at(self, path: &FieldPath) -> Option<Node<'t>> {
        path.steps().iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().nth(*index),
        })
    }

    /// The value as written; at the anchor, for an alias.
    pub(crate) fn span(self) -> Span {
        self.data().map(|data| self.tree.span(data.span)).unwrap_or_default()
    }

    /// Where the alias stands, when the node is one.
    pub(crate) fn alias_span(self) -> Option<Span> {
        let data = self.tree.data(self.id)?;
        matches!(data.shape, Shape::Alias(_)).then(|| self.tree.span(data.span))
    }

    /// A few words to point at: the first key of a mapping, the first words of a list.
    pub(crate) fn head_span(self) -> Span {
        const MAX_HEADS: usize = 8;
        let mut node = self;
        for _ in 0..MAX_HEADS {
            let first = match node.kind() {
                Kind::Mapping => node.entries().next().map(|(key, _)| key),
                Kind::Sequence => node.items().next(),
                _ => None,
            };
            match first {
                Some(first) => node = first,
                None => break,
            }
        }
        node.span()
    }

    /// The source of a range of bytes of a scalar's text, whatever its style.
    pub(crate) fn source_span(self, range: std::ops::Range<usize>) -> Span {
        let whole = self.span();
        let (Some(text), Some(written)) = (self.text(), self.tree.text.get(whole.range())) else {
            return whole;
        };
        span::in_source(text, range, written, self.style())
            .map_or(whole, |inside| Span::new(whole.start + inside.start, whole.start + inside.end))
    }

    /// Which characters of the scalar's text a span of the source covers, as numbers that are the same
    /// wherever and however the same text is written; white space is not counted.
    pub(crate) fn marks(self, span: Span) -> Option<std::ops::Range<usize>> {
        let whole = self.span();
        let inside = span.start.checked_sub(whole.start)?..span.end.checked_sub(whole.start)?;
        span::marks_in(self.tree.text.get(whole.range())?, inside, self.style())
    }

    /// Where the characters of these numbers are written; the whole scalar where there are none.
    pub(crate) fn marked(self, marks: std::ops::Range<usize>) -> Span {
        let whole = self.span();
        let written = self.tree.text.get(whole.range()).unwrap_or_default();
        span::of_marks(written, marks, self.style())
            .map_or(whole, |inside| Span::new(whole.start + inside.start, whole.start + inside.end))
    }
}
