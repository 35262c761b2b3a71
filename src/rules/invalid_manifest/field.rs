//! A field of an object on the way down, which knows its path and builds it only where it is asked for.

use crate::manifest::Object;
use crate::text::placeholder;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node};

/// A field, whether it is there or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'p, 's> {
    way: Way<'p, 's>,
    /// What it holds; `None` where it is not there, and where it is null, which is as good (fact L8).
    node: Option<Node<'s>>,
}

/// How one gets to a field.
#[derive(Debug, Clone, Copy)]
enum Way<'p, 's> {
    Start(&'p FieldPath),
    Key(&'p Field<'p, 's>, Key<'s>),
    Index(&'p Field<'p, 's>, usize),
}

/// The name of a field, known to us or read.
#[derive(Debug, Clone, Copy)]
enum Key<'s> {
    Known(&'static str),
    Read(&'s str),
}

impl<'p, 's> Field<'p, 's> {
    /// The field of an object at a path.
    pub(super) fn of(object: &'s Object, path: &'p FieldPath) -> Self {
        Self { way: Way::Start(path), node: object.at(path) }
    }

    /// A field of this one.
    pub(super) fn key<'q>(&'q self, key: &'static str) -> Field<'q, 's> {
        Field { way: Way::Key(self, Key::Known(key)), node: self.node.and_then(|node| node.field(key)) }
    }

    /// The items of a list, null ones too; none of anything else.
    pub(super) fn items<'q>(&'q self) -> impl Iterator<Item = Field<'q, 's>> {
        let items = self.node.into_iter().flat_map(Node::items).enumerate();
        items.map(move |(index, node)| Field { way: Way::Index(self, index), node: not_null(node) })
    }

    /// The entries of a mapping, null ones too, with their keys; none of anything else.
    pub(super) fn entries<'q>(&'q self) -> impl Iterator<Item = (&'s str, Field<'q, 's>)> {
        let entries = self.node.into_iter().flat_map(Node::entries);
        entries.filter_map(move |(key, node)| {
            // One that is null is no name; kubectl refuses it (fact O5).
            let key = key.text().filter(|_| key.kind() != Kind::Null)?;
            Some((key, Field { way: Way::Key(self, Key::Read(key)), node: not_null(node) }))
        })
    }

    /// Its path from the object's root.
    pub(super) fn path(&self) -> FieldPath {
        match self.way {
            Way::Start(path) => path.clone(),
            Way::Key(up, Key::Known(key)) => up.path().key(key),
            Way::Key(up, Key::Read(key)) => up.path().key(key.to_owned()),
            Way::Index(up, index) => up.path().index(index),
        }
    }

    /// Its own name; that of its list, where it is an item of one.
    pub(super) fn name(&self) -> &'s str {
        match self.way {
            Way::Start(_) => "",
            Way::Key(_, Key::Known(key) | Key::Read(key)) => key,
            Way::Index(up, _) => up.name(),
        }
    }

    /// What it holds.
    pub(super) fn node(&self) -> Option<Node<'s>> {
        self.node
    }

    /// It is there, and not null.
    pub(super) fn is_set(&self) -> bool {
        self.node.is_some()
    }

    /// It is not there, or is an empty text, list or mapping.
    pub(super) fn is_empty(&self) -> bool {
        self.node.is_none_or(|node| match node.kind() {
            Kind::String => node.text().is_none_or(str::is_empty),
            Kind::Sequence => node.items().next().is_none(),
            Kind::Mapping => node.entries().next().is_none(),
            Kind::Null => true,
            Kind::Bool | Kind::Int | Kind::Float => false,
        })
    }

    /// Its text, where it is a text that nothing fills in later; an empty one too.
    pub(super) fn text(&self) -> Option<&'s str> {
        self.node?.as_str().filter(|text| !placeholder::hides(text))
    }

    /// Its whole number.
    pub(super) fn number(&self) -> Option<i64> {
        self.node?.as_i64()
    }

    /// It is true.
    pub(super) fn is_true(&self) -> bool {
        self.node.and_then(Node::as_bool) == Some(true)
    }

    /// What it holds is not known here: a placeholder stands for it.
    pub(super) fn is_hidden(&self) -> bool {
        self.node.and_then(Node::text).is_some_and(placeholder::hides)
    }
}

fn not_null(node: Node<'_>) -> Option<Node<'_>> {
    Some(node).filter(|node| node.kind() != Kind::Null)
}

/// The last field of a path, with the number of its item.
pub(super) fn last_key(path: &FieldPath) -> String {
    let mut words = String::new();
    for step in path.steps().iter().rev() {
        match step {
            Step::Index(index) => words.insert_str(0, &format!("[{index}]")),
            Step::Key(key) => return format!("{key}{words}"),
        }
    }
    words
}
