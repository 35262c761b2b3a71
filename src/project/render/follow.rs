//! The same field in another version of an object: list items are met by their names, because what is
//! merged into a list moves them.

use crate::yaml::path::Step;
use crate::yaml::{Kind, Node};

/// What tells the items of the lists of the API apart, most telling first.
const IDENTITIES: [&str; 9] =
    ["name", "containerPort", "mountPath", "devicePath", "port", "ip", "topologyKey", "key", "path"];
/// Deeper than any manifest.
const DEEPEST: usize = 200;

/// A field that was found.
#[derive(Debug, Clone)]
pub(super) struct FoundField<'t> {
    /// Its key, when it has one.
    pub(super) key: Option<Node<'t>>,
    /// Its value.
    pub(super) node: Node<'t>,
}

/// The field of `there` that `steps` lead to from `here`, in another version of the same object.
pub(super) fn follow<'t>(here: Node<'_>, steps: &[Step], there: Node<'t>) -> Option<FoundField<'t>> {
    let mut here = here;
    let mut field = FoundField { key: None, node: there };
    for step in steps {
        match step {
            Step::Key(name) => {
                here = here.get(name)?;
                let (key, node) = field.node.get_entry(name)?;
                field = FoundField { key: Some(key), node };
            }
            Step::Index(index) => {
                let item = here.items().nth(*index)?;
                let at = counterpart(here, *index, item, field.node)?;
                field = FoundField { key: None, node: field.node.items().nth(at)? };
                here = item;
            }
        }
    }
    Some(field)
}

/// Which item of another list is the same one.
fn counterpart(list: Node<'_>, index: usize, item: Node<'_>, other: Node<'_>) -> Option<usize> {
    if item.kind() != Kind::Mapping {
        // A list of plain values, such as a command, is one value: it is replaced as a whole.
        return same(list, other).then_some(index);
    }
    let identity = IDENTITIES.iter().find_map(|key| Some((*key, item.get(key)?.text()?)));
    if let Some((key, value)) = identity {
        let is_it = |other: Node<'_>| other.get(key).and_then(Node::text) == Some(value);
        return other.items().position(is_it);
    }
    other.items().position(|other| same(item, other)).or_else(|| {
        let is_as_long = list.items().count() == other.items().count();
        is_as_long.then_some(index)
    })
}

/// The two say the same, however they are written.
pub(super) fn same(one: Node<'_>, other: Node<'_>) -> bool {
    same_at(one, other, 0)
}

fn same_at(one: Node<'_>, other: Node<'_>, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (one.kind(), other.kind()) {
        (Kind::Null, kind) | (kind, Kind::Null) => kind == Kind::Null,
        (Kind::Mapping, Kind::Mapping) => {
            one.entries().count() == other.entries().count()
                && one.entries().all(|(key, value)| {
                    let other = key.text().and_then(|key| other.get(key));
                    other.is_some_and(|other| same_at(value, other, depth + 1))
                })
        }
        (Kind::Sequence, Kind::Sequence) => {
            one.items().count() == other.items().count()
                && one.items().zip(other.items()).all(|(one, other)| same_at(one, other, depth + 1))
        }
        (Kind::Mapping | Kind::Sequence, _) | (_, Kind::Mapping | Kind::Sequence) => false,
        _ => one.text() == other.text(),
    }
}
