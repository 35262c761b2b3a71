//! What stands where in a document: the entry or item that follows a comment, and the texts that
//! reach over the line it stands on.

use std::collections::HashSet;

use crate::text::Span;
use crate::yaml::path::Step;
use crate::yaml::{Node, NodeId, Style, Tree};

/// Every entry and item of a document by where it begins.
#[derive(Debug)]
pub(super) struct Index {
    /// Parents before their children.
    units: Vec<Unit>,
    /// Numbers of units, by where they begin.
    by_start: Vec<usize>,
    /// Where the values of entries begin that do not begin with their key, and their unit.
    values: Vec<(usize, usize)>,
    /// Texts of several lines, in order.
    texts: Vec<LongText>,
}

/// An entry of a mapping or an item of a list; the first is the document's root.
#[derive(Debug)]
struct Unit {
    span: Span,
    value: Span,
    node: NodeId,
    parent: Option<usize>,
    step: Option<Step>,
    is_block_item: bool,
}

#[derive(Debug)]
struct LongText {
    span: Span,
    is_block: bool,
}

/// A unit, and the bytes it covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) unit: usize,
    pub(super) span: Span,
}

impl Index {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut index =
            Self { units: Vec::new(), by_start: Vec::new(), values: Vec::new(), texts: Vec::new() };
        index.walk(tree);
        index.by_start = (0..index.units.len()).collect();
        index.by_start.sort_by_key(|at| (index.units.get(*at).map(|unit| unit.span.start), *at));
        index.values.sort_unstable();
        index.texts.sort_unstable_by_key(|text| text.span);
        index
    }

    fn walk(&mut self, tree: &Tree) {
        let root = tree.root();
        let whole = Unit {
            span: root.span(),
            value: root.span(),
            node: root.id(),
            parent: None,
            step: None,
            is_block_item: false,
        };
        let mut seen = HashSet::new();
        let mut open = vec![(root, whole)];
        while let Some((node, unit)) = open.pop() {
            let number = self.units.len();
            if unit.value.start != unit.span.start {
                self.values.push((unit.value.start, number));
            }
            self.units.push(unit);
            // What an alias stands for is walked where it is written.
            if node.alias_span().is_some() {
                continue;
            }
            let inside = node.span();
            if !node.is_collection()
                && tree.text().get(inside.range()).is_some_and(|text| text.contains('\n'))
            {
                let is_block = matches!(node.style(), Style::Literal | Style::Folded);
                self.texts.push(LongText { span: inside, is_block });
            }
            let is_block_item = node.style() == Style::Block;
            let items = node.items().enumerate().map(|(at, item)| {
                let value = written(item);
                let step = Some(Step::Index(at));
                (
                    item,
                    Unit { span: value, value, node: item.id(), parent: Some(number), step, is_block_item },
                )
            });
            // A merge key brings in entries that are written elsewhere.
            let own = node.entries().filter(|(key, _)| {
                let at = key.span().start;
                inside.start <= at && at <= inside.end
            });
            let entries = own.map(|(key, node)| {
                let (span, value) = (key.span(), written(node));
                let value = if value.start < span.start { Span::new(span.end, span.end) } else { value };
                let span = Span::new(span.start, span.end.max(value.end));
                let step = key.text().map(|key| Step::Key(key.to_owned().into()));
                (
                    node,
                    Unit { span, value, node: node.id(), parent: Some(number), step, is_block_item: false },
                )
            });
            let mut children: Vec<_> =
                items.chain(entries).filter(|(_, unit)| seen.insert((unit.node, unit.span.start))).collect();
            children.reverse();
            open.extend(children);
        }
    }

    /// The entry or item that begins at a byte, past the marks that stand before one.
    pub(super) fn at(&self, text: &str, byte: usize) -> Option<Found> {
        let at = past_marks(text, byte);
        let rest = text.get(at..)?;
        let starting = self.by_start.partition_point(|unit| self.start(*unit) < at);
        let mut units =
            self.by_start.get(starting..)?.iter().filter_map(|at| Some((*at, self.units.get(*at)?)));
        if is_dash(rest) {
            let (unit, item) = units.find(|(_, unit)| unit.span.start != at)?;
            return item.is_block_item.then(|| Found { unit, span: Span::new(at, item.span.end) });
        }
        // An outer collection begins where its first key does; the key is what follows. Items of a
        // block list have their dash before them.
        let found = units
            .take_while(|(_, unit)| unit.span.start == at)
            .find(|(_, unit)| unit.parent.is_some() && !unit.is_block_item)
            .map(|(number, unit)| Found { unit: number, span: unit.span });
        found.or_else(|| self.value_at(at)).or_else(|| self.root_at(at))
    }

    fn value_at(&self, at: usize) -> Option<Found> {
        let (start, unit) = self.values.get(self.values.partition_point(|(start, _)| *start < at))?;
        (*start == at).then_some(())?;
        Some(Found { unit: *unit, span: self.units.get(*unit)?.value })
    }

    /// A document in braces.
    fn root_at(&self, at: usize) -> Option<Found> {
        self.units.first().filter(|root| root.span.start == at).map(|root| Found { unit: 0, span: root.span })
    }

    fn start(&self, unit: usize) -> usize {
        self.units.get(unit).map_or(usize::MAX, |unit| unit.span.start)
    }

    /// The texts of several lines that a comment at the end of this line belongs to: a block whose
    /// header it follows, and one in quotes that ends before it.
    pub(super) fn texts(&self, text: &str, line: Span, comment: Span) -> Vec<Span> {
        let block = self.texts.partition_point(|found| found.span.start < line.start);
        let block =
            self.texts.get(block..).unwrap_or_default().iter().find(|found| found.is_block).filter(|found| {
                let between = text.get(comment.end..found.span.start);
                let is_header = between.is_some_and(|between| between.trim().is_empty());
                is_header || (line.start <= found.span.start && found.span.start <= comment.start)
            });
        let before = self.texts.partition_point(|found| found.span.start < line.start);
        let ended = self.texts.get(..before).and_then(<[LongText]>::last).filter(|found| {
            !found.is_block && line.start < found.span.end && found.span.end <= comment.start
        });
        block.into_iter().chain(ended).map(|found| found.span).collect()
    }

    /// The innermost object that a unit is in or is, and the steps from there with what they lead to.
    pub(super) fn steps(
        &self,
        unit: usize,
        is_object: impl Fn(NodeId) -> bool,
    ) -> Option<(NodeId, Vec<(Step, NodeId)>)> {
        let mut steps = Vec::new();
        let mut at = self.units.get(unit)?;
        while !is_object(at.node) {
            steps.push((at.step.clone()?, at.node));
            at = self.units.get(at.parent?)?;
        }
        steps.reverse();
        Some((at.node, steps))
    }
}

/// Where a node stands; for an alias, itself.
fn written(node: Node<'_>) -> Span {
    node.alias_span().unwrap_or_else(|| node.span())
}

/// A dash that begins an item of a block list.
fn is_dash(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Passes over closed brackets, commas, anchors and tags.
fn past_marks(text: &str, byte: usize) -> usize {
    let mut at = byte;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let mark = match rest.chars().next() {
            Some('}' | ']' | ',' | ' ' | '\t') => 1,
            Some('&' | '!') => rest.find(char::is_whitespace).unwrap_or(rest.len()),
            Some('?') if rest.get(1..).is_some_and(|rest| rest.starts_with(' ')) => 1,
            _ => return at,
        };
        at += mark;
    }
}

/// The first bracket or dash of a line that holds nothing else, anchors aside: what opens there is
/// all that a comment behind it can mean.
pub(super) fn opener(text: &str, before: Span) -> Option<usize> {
    let at = past_marks(text, before.start);
    let rest = text.get(at..before.end)?;
    let is_opener = |word: &str| word.starts_with(['&', '!']) || word.chars().all(|c| "{[-".contains(c));
    let opens = rest.starts_with(['{', '[']) || is_dash(rest);
    (opens && rest.split_whitespace().all(is_opener)).then_some(at)
}
