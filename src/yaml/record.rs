//! What a tree keeps of a node: a few numbers, all nodes of one size. What has a length of its own
//! stands in the tree, behind one another, and the node says which stretch of that is its own.

use std::ops::Range;

use super::kind::Kind;
use super::style::Style;

/// A node's number in its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(super) u32);

/// From where to where, in half the bytes: of a document, of its texts or of its links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stretch {
    start: u32,
    end: u32,
}

impl Stretch {
    /// `None` where that lies beyond what can be counted. It never ends before it starts.
    pub(super) fn new(range: Range<usize>) -> Option<Self> {
        let start = u32::try_from(range.start).ok()?;
        let end = u32::try_from(range.end).ok()?;
        Some(Self::between(start, end))
    }

    /// The same of what is counted already.
    pub(super) fn between(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    pub(super) fn start(self) -> u32 {
        self.start
    }

    pub(super) fn end(self) -> u32 {
        self.end
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Of a scalar of this style, what is within its quotes; the whole of one that has none.
    pub(super) fn within_quotes(self, style: Style) -> Range<usize> {
        let Range { start, end } = self.range();
        match style {
            Style::Single | Style::Double => start.saturating_add(1)..end.saturating_sub(1),
            _ => start..end,
        }
    }
}

/// A node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) shape: Shape,
    /// Where it is written, from the start of its document.
    pub(super) span: Stretch,
}

/// What a node is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A scalar whose text stands in the document as it is, within its quotes if it has some.
    Written { kind: Kind, style: Style },
    /// A scalar whose text is taken out of escapes, folds or indentation: it is among the texts.
    Unfolded { kind: Kind, style: Style, text: Stretch },
    /// Its items are links.
    Sequence { style: Style, items: Stretch },
    /// What kubectl keeps of it are links, keys and values in turn.
    Mapping { style: Style, entries: Stretch },
    /// Stands for another node, which is no alias.
    Alias(NodeId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_small() {
        assert_eq!(size_of::<Record>(), 20);
    }

    #[test]
    fn what_cannot_be_counted_is_refused() {
        let most = u32::MAX as usize;
        assert_eq!(Stretch::new(3..most).map(Stretch::range), Some(3..most));
        assert_eq!(Stretch::new(3..usize::MAX), None);
        assert_eq!(Stretch::new(usize::MAX..usize::MAX), None);
    }
}
