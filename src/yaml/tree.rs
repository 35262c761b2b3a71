//! The spanned tree of one document.

use std::collections::HashMap;
use std::sync::Arc;

use super::kind::Kind;
use super::node::Node;
use super::scalar::Scalar;
use super::style::Style;
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// A node's number in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(super) u32);

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

/// Few keys are compared sooner than looked up.
pub(super) const FEW_ENTRIES: usize = 64;

/// One document, parsed.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(super) text: Arc<str>,
    pub(super) nodes: Vec<NodeData>,
    pub(super) root: NodeId,
    pub(super) comments: Vec<Comment>,
    pub(super) duplicates: Vec<Duplicate>,
    pub(super) is_json: bool,
    /// What aliases stand for, once each time.
    pub(super) shared: Vec<NodeId>,
    /// The entries of long mappings in the order of their keys: finding one after the other in turn would
    /// take time that grows with the square of their number.
    pub(super) by_key: HashMap<NodeId, Vec<u32>>,
}

#[derive(Debug)]
pub(super) struct NodeData {
    pub(super) shape: Shape,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum Shape {
    Scalar {
        text: ScalarText,
        style: Style,
        value: Scalar,
    },
    Sequence {
        items: Vec<NodeId>,
        style: Style,
    },
    /// What kubectl keeps: without dropped duplicates, with merged keys folded in.
    Mapping {
        entries: Vec<(NodeId, NodeId)>,
        style: Style,
    },
    Alias(NodeId),
}

#[derive(Debug)]
pub(super) enum ScalarText {
    /// The source says it as it is.
    Source(Span),
    /// Taken out of quotes, escapes or folds.
    Owned(Box<str>),
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

    /// The comments in the order written.
    pub(crate) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Keys that stand twice in a mapping, in the order of the later ones.
    pub(crate) fn duplicate_keys(&self) -> &[Duplicate] {
        &self.duplicates
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

    /// Sorts what [`Node::get_entry`] looks up in long mappings.
    pub(super) fn sort_keys(&mut self) {
        let mut sorted = HashMap::new();
        for (at, data) in self.nodes.iter().enumerate() {
            let Shape::Mapping { entries, .. } = &data.shape else { continue };
            let (true, Ok(id)) = (entries.len() > FEW_ENTRIES, u32::try_from(at)) else { continue };
            let keys: Vec<Option<&str>> = entries.iter().map(|(key, _)| self.node(*key).text()).collect();
            let mut order: Vec<u32> = (0u32..).take(keys.len()).collect();
            order.sort_by_key(|at| keys.get(*at as usize));
            sorted.insert(NodeId(id), order);
        }
        self.by_key = sorted;
    }

    pub(super) fn data(&self, id: NodeId) -> Option<&NodeData> {
        self.nodes.get(id.0 as usize)
    }
}
