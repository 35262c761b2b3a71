//! What does not fit a type, and how it is called.

use crate::text::Span;
use crate::yaml::kind::Kind;
use crate::yaml::node::Node;
use crate::yaml::path::FieldPath;

/// Something that does not fit the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// From the object's root.
    pub path: FieldPath,
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ProblemKind,
}

/// The ways not to fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    /// A value of the wrong type (fact L7).
    WrongType {
        /// In words: "a whole number".
        expected: String,
        /// In words: "text \"30s\"".
        found: String,
    },
    /// A key that the struct has no field for (facts L5, L6).
    UnknownField {
        /// The key.
        name: String,
        /// The fields it has.
        known: &'static [&'static str],
    },
}

/// What a value is, in words.
pub(super) fn describe(node: Node<'_>) -> String {
    const SHOWN: usize = 40;
    let text: String = node.text().unwrap_or_default().chars().take(SHOWN).collect();
    match node.kind() {
        Kind::Null => "null".to_owned(),
        Kind::Bool => format!("the boolean {text}"),
        Kind::Int | Kind::Float => format!("the number {text}"),
        Kind::String => format!("the text {text:?}"),
        Kind::Sequence => "a list".to_owned(),
        Kind::Mapping => "a mapping".to_owned(),
    }
}
