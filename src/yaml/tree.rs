//! The spanned tree of one document.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::kind::Kind;
use super::node::Node;
use super::record::{NodeId, Record, Stretch};
use super::refused::Refused;
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// A comment: where it stands, from the `#` to the end of its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comment {
    /// With its `#`.
    pub span: Span,
}

/// A key that stands twice in one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Duplicate {
    /// The key.
    pub name: String,
    /// From the document's root.
    pub path: FieldPath,
    /// The key that is dropped.
    pub earlier: Span,
    /// The key whose value is kept (fact L3).
    pub later: Span,
}

/// What kubectl makes otherwise of a document's text.
#[derive(Debug, Default)]
pub(super) struct Otherwise {
    /// In the order of the text.
    pub(super) refused: Vec<Refused>,
    /// Where what stands behind the document's end begins.
    pub(super) dropped: Option<usize>,
    /// Comments were left out to read it, so that what is put in has to mind what the tree does not hold.
    pub(super) lacks_comments: bool,
}

/// Few keys are compared sooner than looked up.
pub(super) const FEW_ENTRIES: usize = 64;

/// One document, parsed.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(super) text: Arc<str>,
    /// Where the document begins in the text.
    pub(super) start: usize,
    pub(super) is_json: bool,
    pub(super) root: NodeId,
    pub(super) nodes: Vec<Record>,
    /// The children of all collections.
    pub(super) links: Vec<NodeId>,
    /// The texts of scalars that are written otherwise than they are meant.
    pub(super) texts: String,
    pub(super) comments: Vec<Stretch>,
    pub(super) duplicates: Vec<Duplicate>,
    /// What kubectl makes otherwise of the text; absent for nearly all.
    pub(super) otherwise: Option<Box<Otherwise>>,
    /// What aliases stand for, once each time.
    pub(super) shared: Vec<NodeId>,
    /// The pairs of the mappings of which kubectl keeps others than are written.
    pub(super) raw: BTreeMap<NodeId, Stretch>,
    /// The entries of long mappings in the order of their keys: finding one after the other in turn would
    /// take time that grows with the square of their number.
    pub(super) sorted: BTreeMap<NodeId, Stretch>,
}

/// Where a field path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldNodes {
    /// The value; the key when the value is null; the nearest parent's key when it is missing.
    pub span: Span,
    /// The key of the last step found.
    pub key_span: Option<Span>,
    /// The whole path exists.
    pub exact: bool,
    /// The last alias followed on the way.
    pub alias: Option<Span>,
}

impl Tree {
    /// Without nodes.
    pub(super) fn new(text: &Arc<str>, start: usize, is_json: bool) -> Self {
        Self {
            text: Arc::clone(text),
            start,
            is_json,
            root: NodeId(0),
            nodes: Vec::new(),
            links: Vec::new(),
            texts: String::new(),
            comments: Vec::new(),
            duplicates: Vec::new(),
            otherwise: None,
            shared: Vec::new(),
            raw: BTreeMap::new(),
            sorted: BTreeMap::new(),
        }
    }

    /// Gives back the memory that nothing came to fill.
    pub(super) fn shrink_to_fit(&mut self) {
        self.nodes.shrink_to_fit();
        self.links.shrink_to_fit();
        self.texts.shrink_to_fit();
        self.comments.shrink_to_fit();
        self.duplicates.shrink_to_fit();
        self.shared.shrink_to_fit();
    }

    /// The document's outermost node.
    pub(crate) fn root(&self) -> Node<'_> {
        self.node(self.root)
    }

    /// A node by its number.
    pub(crate) fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// The whole text the document is part of.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// It is JSON: keys and texts have quotes.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// A change of these bytes changes what an alias stands for.
    pub(crate) fn is_shared(&self, span: Span) -> bool {
        let holds = |id: &NodeId| {
            let node = self.node(*id);
            let whole = node.span();
            // Behind the last field of a collection is inside of it.
            let end = if node.is_collection() { whole.end + 1 } else { whole.end };
            match span.start == span.end {
                true => whole.start < span.start && span.start < end,
                false => span.start < end && whole.start < span.end,
            }
        };
        self.shared.iter().any(holds)
    }

    /// An alias stands for the node, or for what holds it.
    pub(crate) fn is_shared_whole(&self, node: Node<'_>) -> bool {
        let span = node.span();
        self.shared.iter().any(|id| {
            let whole = self.node(*id).span();
            whole.start <= span.start && span.end <= whole.end
        })
    }

    /// The comments in the order written.
    pub(crate) fn comments(&self) -> impl Iterator<Item = Comment> {
        self.comments.iter().map(|at| Comment { span: self.span(*at) })
    }

    /// A comment begins among these bytes.
    pub(crate) fn holds_comment(&self, span: Span) -> bool {
        self.comments().any(|one| span.start <= one.span.start && one.span.start < span.end)
    }

    /// Keys that stand twice in a mapping, in the order of the later ones.
    pub(crate) fn duplicate_keys(&self) -> &[Duplicate] {
        &self.duplicates
    }

    /// All comments of the text are known.
    pub(crate) fn holds_all_comments(&self) -> bool {
        self.otherwise.as_ref().is_none_or(|otherwise| !otherwise.lacks_comments)
    }

    /// The byte where text begins that stands behind the document's end, so that kubectl drops it (fact O5).
    pub(crate) fn dropped(&self) -> Option<usize> {
        self.otherwise.as_ref()?.dropped
    }

    /// Where a field path leads from an object's root.
    pub(crate) fn locate(&self, root: Node<'_>, path: &FieldPath) -> FieldNodes {
        let mut node = root;
        let mut located = FieldNodes { span: root.head_span(), key_span: None, exact: true, alias: None };
        for step in path.steps() {
            let next = match step {
                Step::Key(key) => node.get_entry(key).map(|(key, value)| (Some(key.span()), value)),
                Step::Index(index) => node.items().nth(*index).map(|item| (None, item)),
            };
            let Some((key, value)) = next else {
                located.exact = false;
                return located;
            };
            located.alias = value.alias_span().or(located.alias);
            located.span = match (key, value.is_collection()) {
                // A whole block is no place to look at: its key is.
                (Some(key), true) => key,
                (Some(key), false) if value.kind() == Kind::Null => key,
                (_, true) => value.head_span(),
                _ => value.span(),
            };
            located.key_span = key;
            node = value;
        }
        located
    }

    pub(super) fn data(&self, id: NodeId) -> Option<&Record> {
        self.nodes.get(id.0 as usize)
    }

    /// What is written in these bytes of the document.
    pub(super) fn written(&self, range: Range<usize>) -> Option<&str> {
        self.text.get(self.start + range.start..self.start + range.end)
    }

    /// Bytes of the document as bytes of the text.
    pub(super) fn span(&self, at: Stretch) -> Span {
        let Range { start, end } = at.range();
        Span::new(self.start + start, self.start + end)
    }
}
