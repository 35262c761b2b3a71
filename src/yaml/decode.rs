//! From a tree to the typed structs of the API, by serde.
//!
//! Two things come with it that no other reading gives: a field that a struct does not have is
//! found by the field names serde passes, and a value of the wrong type is taken out and the rest
//! decoded again, so that an error costs its field and not the object.

mod problem;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use problem::describe;
pub(crate) use problem::{Problem, ProblemKind};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::kind::Kind;
use super::node::Node;
use super::record::NodeId;
use super::tree::Tree;
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};

/// How many values of the wrong type are taken out of one object before the rest is given up.
const MAX_ROUNDS: usize = 64;

/// The name of a newtype that takes a scalar of any type by its text: `1.30` is no `1.3`, and `off` no
/// `false`.
pub(crate) const AS_WRITTEN: &str = "AsWritten";

/// What a field takes that counts.
pub(crate) const WHOLE_NUMBER: &str = "a whole number";

/// What a field takes that names, or says.
pub(crate) const TEXT: &str = "text";

/// What a field takes that is a number, or a name or a percentage.
pub(crate) const NUMBER_OR_TEXT: &str = "a number or text";

/// A value, as far as it could be decoded, and what was wrong on the way.
#[derive(Debug, Clone)]
pub(crate) struct Decoded<T> {
    /// With defaults where nothing could be decoded.
    pub value: T,
    /// In the order of the tree.
    pub problems: Vec<Problem>,
}

/// Decodes the value at `base`.
pub(crate) fn decode<T: DeserializeOwned + Default>(node: Node<'_>, base: FieldPath) -> Decoded<T> {
    let state =
        State { base, path: RefCell::default(), found: RefCell::default(), absent: RefCell::default() };
    let mut wrong: Vec<Problem> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        state.found.borrow_mut().clear();
        let before = state.absent.borrow().len();
        let result = T::deserialize(Typed { node, state: &state });
        let mut found = std::mem::take(&mut *state.found.borrow_mut());
        match result {
            Ok(value) => {
                wrong.append(&mut found);
                wrong.sort_by(|a, b| (a.span, &a.path).cmp(&(b.span, &b.path)));
                return Decoded { value, problems: wrong };
            }
            Err(_) => {
                wrong.extend(
                    found.into_iter().filter(|problem| matches!(problem.kind, ProblemKind::WrongType { .. })),
                );
                // Nothing was taken out, so another round would end the same way.
                if state.absent.borrow().len() == before {
                    break;
                }
            }
        }
    }
    Decoded { value: T::default(), problems: wrong }
}

/// A step on the way down, borrowed: it becomes part of a [`FieldPath`] only when there is a problem.
#[derive(Debug, Clone, Copy)]
enum Down<'t> {
    Key(&'t str),
    Index(usize),
}

#[derive(Debug)]
struct State<'t> {
    base: FieldPath,
    path: RefCell<Vec<Down<'t>>>,
    found: RefCell<Vec<Problem>>,
    /// Values of the wrong type, which later rounds pass over.
    absent: RefCell<BTreeSet<NodeId>>,
}

impl<'t> State<'t> {
    fn wrong(&self, node: Node<'_>, expected: &str) -> Wrong {
        if self.absent.borrow_mut().insert(node.target_id()) {
            let kind = ProblemKind::WrongType { expected: expected.to_owned(), found: describe(node) };
            self.push(node.span(), kind);
        }
        Wrong::default()
    }

    fn push(&self, span: Span, kind: ProblemKind) {
        let mut path = self.base.clone();
        for step in &*self.path.borrow() {
            path.push(match step {
                Down::Key(key) => Step::Key((*key).to_owned().into()),
                Down::Index(index) => Step::Index(*index),
            });
        }
        self.found.borrow_mut().push(Problem { path, span, kind });
    }

    fn at<R>(&self, step: Down<'t>, run: impl FnOnce() -> R) -> R {
        self.path.borrow_mut().push(step);
        let result = run();
        self.path.borrow_mut().pop();
        result
    }

    fn is_absent(&self, node: Node<'_>) -> bool {
        let absent = self.absent.borrow();
        !absent.is_empty() && absent.contains(&node.target_id())
    }
}

/// The error serde needs; what it is about is in the state, once somebody knew.
#[derive(Debug, Default)]
struct Wrong {
    /// What a type takes that says so by itself.
    expected: Option<&'static str>,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of the wrong type")
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::default()
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self { expected: (expected.to_string() == "IntOrString").then_some(NUMBER_OR_TEXT) }
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        // What the same type says of a number that it cannot hold.
        Self { expected: (expected.to_string() == "a 32-bit integer").then_some(NUMBER_OR_TEXT) }
    }
}

#[derive(Clone, Copy)]
struct Typed<'t, 's> {
    node: Node<'t>,
    state: &'s State<'t>,
}

impl<'t, 's> Typed<'t, 's> {
    fn items(self) -> Items<'t, 's> {
        let items: &[NodeId] = if self.is_unset() { &[] } else { self.node.item_ids() };
        Items { tree: self.node.tree(), items: items.iter(), at: 0, state: self.state }
    }

    fn is_unset(self) -> bool {
        // Null equals unset (fact L8).
        self.node.kind() == Kind::Null || self.state.is_absent(self.node)
    }

    fn wrong(self, expected: &str) -> Wrong {
        self.state.wrong(self.node, expected)
    }

    fn integer(self, bits: u32) -> Result<i64, Wrong> {
        if self.is_unset() {
            return Ok(0);
        }
        let number = self.node.as_i64().ok_or_else(|| self.wrong(WHOLE_NUMBER))?;
        let limit = 1i128 << (bits - 1);
        if !(-limit..limit).contains(&i128::from(number)) {
            return Err(self.wrong(&format!("{WHOLE_NUMBER} from {} to {}", -limit, limit - 1)));
        }
        Ok(number)
    }
}

macro_rules! integers {
    ($($name:ident $visit:ident $type:ty, $bits:literal;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            let number = self.integer($bits)?;
            visitor.$visit(<$type>::try_from(number).map_err(|_| self.wrong(WHOLE_NUMBER))?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Typed<'_, '_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            return visitor.visit_unit();
        }
        match self.node.kind() {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool => visitor.visit_bool(self.node.as_bool().unwrap_or_default()),
            Kind::Int => visitor.visit_i64(self.node.as_i64().unwrap_or_default()),
            // JSON has one kind of number: 8080.0 is a port.
            Kind::Float => match self.node.as_i64() {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(self.node.as_f64().unwrap_or_default()),
            },
            Kind::String => visitor.visit_str(self.node.text().unwrap_or_default()),
            Kind::Sequence => visitor.visit_seq(self.items()),
            Kind::Mapping => visitor.visit_map(Entries::of(self.node, None, self.state)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            return visitor.visit_bool(false);
        }
        visitor.visit_bool(self.node.as_bool().ok_or_else(|| self.wrong("true or false"))?)
    }

    integers! {
        deserialize_i8 visit_i8 i8, 8;
        deserialize_i16 visit_i16 i16, 16;
        deserialize_i32 visit_i32 i32, 32;
        deserialize_i64 visit_i64 i64, 64;
        deserialize_u8 visit_u8 u8, 16;
        deserialize_u16 visit_u16 u16, 32;
        deserialize_u32 visit_u32 u32, 64;
        deserialize_u64 visit_u64 u64, 64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            return visitor.visit_f64(0.0);
        }
        visitor.visit_f64(self.node.as_f64().ok_or_else(|| self.wrong("a number"))?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            // An item of a list of strings that is a number was reported; what it says is known, and
            // `[sleep, 5]` is no `sleep` without an operand.
            return visitor
                .visit_str(self.node.text().filter(|_| self.node.kind() != Kind::Null).unwrap_or_default());
        }
        visitor.visit_str(self.node.as_str().ok_or_else(|| self.wrong(TEXT))?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        // A quantity that is no text or number would be an error without a word on its type.
        if name == "Quantity"
            && (self.node.is_collection() || self.node.kind() == Kind::Bool)
            && !self.is_unset()
        {
            return Err(self.wrong("a quantity, such as 500m or 2Gi"));
        }
        if name == AS_WRITTEN {
            return match self.node.text() {
                Some(text) => visitor.visit_str(text),
                None => Err(self.wrong("a single value")),
            };
        }
        let before = self.state.absent.borrow().len();
        let result = visitor.visit_newtype_struct(self);
        // A text that is no time is refused by the type itself.
        if name == "Time" && result.is_err() && self.state.absent.borrow().len() == before {
            return Err(self.wrong("a time, such as 2026-01-31T12:00:00Z"));
        }
        result
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if !self.is_unset() && self.node.kind() != Kind::Sequence {
            return Err(self.wrong("a list"));
        }
        visitor.visit_seq(self.items())
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            return visitor.visit_map(Entries::none(self.node, self.state));
        }
        if self.node.kind() != Kind::Mapping {
            return Err(self.wrong("a mapping"));
        }
        visitor.visit_map(Entries::of(self.node, None, self.state))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if self.is_unset() {
            return visitor.visit_map(Entries::none(self.node, self.state));
        }
        if self.node.kind() != Kind::Mapping {
            return Err(self.wrong("a mapping"));
        }
        visitor.visit_map(Entries::of(self.node, Some(fields), self.state))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Wrong> {
        // The structs of the API have no enums; their values are strings.
        Err(self.wrong("a known value"))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_unit()
    }
}

struct Items<'t, 's> {
    tree: &'t Tree,
    items: std::slice::Iter<'t, NodeId>,
    at: usize,
    state: &'s State<'t>,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        let Some(id) = self.items.next() else { return Ok(None) };
        let node = self.tree.node(*id);
        let at = self.at;
        self.at += 1;
        // An item of the wrong type stays as an empty one, so that the others keep their index.
        decode_at(self.state, Down::Index(at), node, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

fn decode_at<'de, 't, T: DeserializeSeed<'de>>(
    state: &State<'t>,
    step: Down<'t>,
    node: Node<'t>,
    seed: T,
) -> Result<T::Value, Wrong> {
    state.at(step, || {
        let before = state.absent.borrow().len();
        let result = seed.deserialize(Typed { node, state });
        // A type that takes several kinds of values, as a port does, refused the value by itself.
        match result {
            Err(Wrong { expected }) if state.absent.borrow().len() == before => {
                Err(state.wrong(node, expected.unwrap_or("a value of this field's type")))
            }
            other => other,
        }
    })
}

struct Entries<'t, 's> {
    tree: &'t Tree,
    entries: std::slice::Iter<'t, [NodeId; 2]>,
    fields: Option<&'static [&'static str]>,
    current: Option<(Node<'t>, Node<'t>)>,
    state: &'s State<'t>,
}

impl<'t, 's> Entries<'t, 's> {
    fn of(node: Node<'t>, fields: Option<&'static [&'static str]>, state: &'s State<'t>) -> Self {
        Self { tree: node.tree(), entries: node.entry_ids().iter(), fields, current: None, state }
    }

    fn none(node: Node<'t>, state: &'s State<'t>) -> Self {
        Self { tree: node.tree(), entries: [].iter(), fields: None, current: None, state }
    }

    fn note_unknown(&self, key: Node<'t>, name: &'t str) {
        let Some(known) = self.fields.filter(|fields| !fields.contains(&name)) else { return };
        let kind = ProblemKind::UnknownField { name: name.to_owned(), known };
        self.state.at(Down::Key(name), || self.state.push(key.span(), kind));
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        while let Some([key, value]) = self.entries.next() {
            let (key, value) = (self.tree.node(*key), self.tree.node(*value));
            let Some(name) = key.text() else { continue };
            self.note_unknown(key, name);
            // Null equals unset (fact L8); a value of the wrong type was reported.
            if value.kind() == Kind::Null || self.state.is_absent(value) {
                continue;
            }
            self.current = Some((key, value));
            return seed.deserialize(de::value::StrDeserializer::<Wrong>::new(name)).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        let Some((key, value)) = self.current.take() else { return Err(Wrong::default()) };
        decode_at(self.state, Down::Key(key.text().unwrap_or_default()), value, seed)
    }
}

#[cfg(test)]
mod tests;
