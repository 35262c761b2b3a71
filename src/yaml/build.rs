//! Events in, tree out: the only place that knows the parser library.

use super::style::Style;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};

use super::scalar::{self, Scalar};
use super::tree::{Comment, Duplicate, NodeData, NodeId, ScalarText, Shape, Tree};
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// Deeper nesting is no manifest; deep trees cost stack in everything that walks them.
const MAX_DEPTH: usize = 200;

/// How many nodes more than are written a document may stand for once its aliases are followed.
/// go-yaml, which kubectl reads with, bounds it too. What is written is bounded by the file's size: a
/// cluster's answer holds millions of nodes.
const MAX_EXPANDED: u64 = 2_000_000;

/// Fewer bytes than a node of most manifests takes, so that a tree seldom has to grow.
const BYTES_A_NODE: usize = 8;

/// Why a text is no tree; `at` is a byte of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BuildError {
    Syntax { at: usize, message: String },
    TooDeep { at: usize },
    TooManyAliases { at: usize },
}

/// Parses the bytes of one document into a tree. Spans count from the start of the whole text.
pub(super) fn build(text: &Arc<str>, span: Span, is_json: bool) -> Result<Tree, BuildError> {
    let mut input = text.get(span.range()).unwrap_or_default();
    let mut start = span.start;
    if let Some(rest) = input.strip_prefix('\u{feff}') {
        start += '\u{feff}'.len_utf8();
        input = rest;
    }
    let mut builder = Builder {
        text,
        start,
        is_json,
        nodes: Vec::with_capacity(input.len() / BYTES_A_NODE),
        weights: Vec::new(),
        open: Vec::new(),
        root: None,
        anchors: HashMap::new(),
        shared: Vec::new(),
        comments: Vec::new(),
        duplicates: Vec::new(),
    };
    let mut options = Options::default();
    options.flow_nesting_limit = MAX_DEPTH * 2;
    options.block_nesting_limit = MAX_DEPTH * 2;
    // A file's size bounds its comments; people comment out hundreds of lines.
    options.max_buffered_comment_events = usize::MAX;
    for event in Parser::new_from_str_with_options(input, options) {
        let (event, at) = event.map_err(|error| BuildError::Syntax {
            at: start + error.marker().byte_offset().unwrap_or(input.len()).min(input.len()),
            message: error.info(),
        })?;
        builder.take(event, at.byte_range().unwrap_or_default())?;
    }
    builder.finish()
}

/// A collection whose end has not come yet.
struct Open {
    id: NodeId,
    anchor: usize,
    style: Style,
    start: usize,
    children: Vec<NodeId>,
    is_mapping: bool,
}

struct Builder<'s> {
    text: &'s Arc<str>,
    start: usize,
    is_json: bool,
    nodes: Vec<NodeData>,
    /// How many nodes each stands for, its aliases followed.
    weights: Vec<u64>,
    open: Vec<Open>,
    root: Option<NodeId>,
    anchors: HashMap<usize, NodeId>,
    /// What aliases stand for.
    shared: Vec<NodeId>,
    comments: Vec<Comment>,
    duplicates: Vec<Duplicate>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, at: std::ops::Range<usize>) -> Result<(), BuildError> {
        let span = Span::new(self.start + at.start, self.start + at.end);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let id = self.scalar(&text, style, tag.as_deref(), span);
                self.place(id, anchor);
            }
            Event::SequenceStart(style, anchor, _) => self.begin(false, style, anchor, span)?,
            Event::MappingStart(style, anchor, _) => self.begin(true, style, anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => {
                let Some(target) = self.anchors.get(&anchor).copied() else {
                    let message = "an alias stands inside what it refers to".to_owned();
                    return Err(BuildError::Syntax { at: span.start, message });
                };
                let weight = self.weight(target);
                self.shared.push(target);
                let id = self.add(Shape::Alias(target), span, weight);
                self.place(id, 0);
            }
            Event::Comment(..) => self.comments.push(Comment { span }),
            Event::UnresolvedAlias(name) => {
                let message = format!("alias `*{name}` has no anchor");
                return Err(BuildError::Syntax { at: span.start, message });
            }
            // kubectl reads one document between two lines of dashes and drops the rest in silence.
            Event::DocumentStart(..) if self.root.is_some() => {
                let message = "text after the end of the document (`...`), which kubectl drops".to_owned();
                return Err(BuildError::Syntax { at: span.start, message });
            }
            // What begins and ends streams and documents, and what later versions of the library add.
            _ => {}
        }
        Ok(())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> NodeId {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let value = self.resolve(text, style, tag);
        let text = match self.text.get(span.range()) {
            Some(source) if source == text => ScalarText::Source(span),
            _ => ScalarText::Owned(text.into()),
        };
        self.add(Shape::Scalar { text, style, value }, span, 1)
    }

    fn resolve(&self, text: &str, style: Style, tag: Option<&Tag>) -> Scalar {
        let plain = |text: &str| if self.is_json { scalar::json(text) } else { scalar::plain(text) };
        let tag = tag.filter(|tag| tag.handle() == "tag:yaml.org,2002:").map(Tag::suffix);
        match (tag, style) {
            (Some("str"), _) => Scalar::String,
            (Some("int" | "float" | "bool" | "null"), _) | (None, Style::Plain) => plain(text),
            _ => Scalar::String,
        }
    }

    fn add(&mut self, shape: Shape, span: Span, weight: u64) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(NodeData { shape, span });
        self.weights.push(weight);
        id
    }

    fn weight(&self, id: NodeId) -> u64 {
        self.weights.get(id.0 as usize).copied().unwrap_or(1)
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, id: NodeId, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(id),
            None => self.root = self.root.or(Some(id)),
        }
    }

    fn begin(
        &mut self,
        is_mapping: bool,
        style: StructureStyle,
        anchor: usize,
        span: Span,
    ) -> Result<(), BuildError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(BuildError::TooDeep { at: span.start });
        }
        let style = match style {
            StructureStyle::Block => Style::Block,
            StructureStyle::Flow => Style::Flow,
        };
        // Its number comes before those of its children, so that the root is the first.
        let id = self.add(Shape::Sequence { items: Vec::new(), style }, span, 1);
        self.open.push(Open { id, anchor, style, start: span.start, children: Vec::new(), is_mapping });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), BuildError> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let weight = open.children.iter().fold(1u64, |sum, child| sum.saturating_add(self.weight(*child)));
        if weight > MAX_EXPANDED.saturating_add(self.nodes.len() as u64) {
            return Err(BuildError::TooManyAliases { at: open.start });
        }
        let span = self.collection_span(&open, span);
        let shape = match open.is_mapping {
            true => Shape::Mapping { entries: self.entries(&open.children), style: open.style },
            false => Shape::Sequence { items: open.children, style: open.style },
        };
        if let Some(data) = self.nodes.get_mut(open.id.0 as usize) {
            *data = NodeData { shape, span };
        }
        if let Some(slot) = self.weights.get_mut(open.id.0 as usize) {
            *slot = weight;
        }
        self.place(open.id, open.anchor);
        Ok(())
    }

    /// A flow collection has its brackets; a block one reaches from its first child to its last.
    fn collection_span(&self, open: &Open, end: Span) -> Span {
        let child =
            |id: Option<&NodeId>| id.and_then(|id| self.nodes.get(id.0 as usize)).map(|data| data.span);
        match open.style {
            Style::Flow => Span::new(open.start, end.end),
            _ => {
                let first = child(open.children.first()).map_or(open.start, |span| span.start);
                let last = child(open.children.last()).map_or(first, |span| span.end);
                Span::new(first.min(open.start), last)
            }
        }
    }

    /// Keys and values as kubectl keeps them: the last of two equal keys (fact L3), with merged keys
    /// folded in (fact L4).
    fn entries(&mut self, children: &[NodeId]) -> Vec<(NodeId, NodeId)> {
        let mut entries: Vec<(NodeId, NodeId)> = Vec::with_capacity(children.len() / 2);
        // Keys that stand only in what is merged: an own key replaces them without being a duplicate.
        let mut merged = HashSet::new();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for pair in children.chunks_exact(2) {
            let &[key, value] = pair else { continue };
            if self.is_merge(key) {
                self.merge(value, &mut entries, &mut merged);
                seen.clear();
                continue;
            }
            let Some(name) = self.key(key) else {
                entries.push((key, value));
                continue;
            };
            // Few keys are compared sooner than hashed.
            const FEW: usize = 16;
            let earlier = if entries.len() < FEW {
                entries.iter().position(|(other, _)| self.key(*other) == Some(name))
            } else {
                if seen.is_empty() {
                    let keys = entries.iter().enumerate();
                    seen = keys.filter_map(|(at, (key, _))| Some((self.key(*key)?.to_owned(), at))).collect();
                }
                seen.get(name).copied()
            };
            match earlier.and_then(|at| Some((at, *entries.get(at)?))) {
                Some((at, (dropped, _))) => {
                    let is_own = !merged.remove(name);
                    let duplicate = is_own.then(|| self.duplicate(dropped, key)).flatten();
                    self.duplicates.extend(duplicate);
                    if let Some(slot) = entries.get_mut(at) {
                        *slot = (key, value);
                    }
                }
                None => {
                    if entries.len() >= FEW {
                        seen.insert(name.to_owned(), entries.len());
                    }
                    entries.push((key, value));
                }
            }
        }
        entries
    }

    fn is_merge(&self, key: NodeId) -> bool {
        matches!(
            self.nodes.get(key.0 as usize).map(|data| &data.shape),
            Some(Shape::Scalar { style: Style::Plain, .. })
        ) && self.key(key) == Some("<<")
    }

    fn key(&self, id: NodeId) -> Option<&str> {
        match &self.nodes.get(self.target(id).0 as usize)?.shape {
            Shape::Scalar { text: ScalarText::Owned(text), .. } => Some(text),
            Shape::Scalar { text: ScalarText::Source(span), .. } => self.text.get(span.range()),
            _ => None,
        }
    }

    fn target(&self, id: NodeId) -> NodeId {
        match self.nodes.get(id.0 as usize).map(|data| &data.shape) {
            Some(Shape::Alias(target)) => *target,
            _ => id,
        }
    }

    /// Folds the keys of what a merge key names into a mapping, where the merge key stands: they
    /// replace keys before it and are replaced by keys after it, as kubectl has it. Of a list of
    /// mappings the first wins.
    fn merge(&self, source: NodeId, entries: &mut Vec<(NodeId, NodeId)>, merged: &mut HashSet<String>) {
        let mapping = |id: NodeId| match self.nodes.get(self.target(id).0 as usize).map(|data| &data.shape) {
            Some(Shape::Mapping { entries, .. }) => entries.as_slice(),
            _ => &[],
        };
        let sources = match self.nodes.get(self.target(source).0 as usize).map(|data| &data.shape) {
            Some(Shape::Sequence { items, .. }) => items.clone(),
            _ => vec![source],
        };
        let names = entries.iter().enumerate();
        let mut at: HashMap<String, usize> =
            names.filter_map(|(at, (key, _))| Some((self.key(*key)?.to_owned(), at))).collect();
        for (key, value) in sources.iter().rev().flat_map(|source| mapping(*source)) {
            let Some(name) = self.key(*key) else { continue };
            match at.get(name).and_then(|at| entries.get_mut(*at)) {
                Some(slot) => *slot = (*key, *value),
                None => {
                    at.insert(name.to_owned(), entries.len());
                    entries.push((*key, *value));
                }
            }
            merged.insert(name.to_owned());
        }
    }

    /// Where the mapping lies is known from what is still open around it.
    fn duplicate(&self, earlier: NodeId, later: NodeId) -> Option<Duplicate> {
        let span = |id: NodeId| self.nodes.get(id.0 as usize).map(|data| data.span);
        let name = self.key(later)?.to_owned();
        let mut path = FieldPath::root();
        for open in &self.open {
            match open.is_mapping {
                true => {
                    let key = open.children.last().and_then(|key| self.key(*key)).unwrap_or_default();
                    path.push(Step::Key(key.to_owned().into()));
                }
                false => path.push(Step::Index(open.children.len())),
            }
        }
        Some(Duplicate { path: path.key(name.clone()), name, earlier: span(earlier)?, later: span(later)? })
    }

    fn finish(mut self) -> Result<Tree, BuildError> {
        let root = match self.root {
            Some(root) => root,
            None => {
                let text = ScalarText::Owned("".into());
                let shape = Shape::Scalar { text, style: Style::Plain, value: Scalar::Null };
                self.add(shape, Span::new(self.start, self.start), 1)
            }
        };
        self.duplicates.sort_by_key(|duplicate| duplicate.later);
        // Trees are kept to the end of a run, and what was guessed for one is up to twice what it needs.
        self.nodes.shrink_to_fit();
        let mut tree = Tree {
            text: Arc::clone(self.text),
            nodes: self.nodes,
            root,
            comments: self.comments,
            duplicates: self.duplicates,
            is_json: self.is_json,
            shared: self.shared,
            by_key: HashMap::new(),
        };
        tree.sort_keys();
        Ok(tree)
    }
}
