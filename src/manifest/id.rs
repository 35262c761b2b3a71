//! Which object is meant: its version, kind, namespace and name.

/// Which object a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ObjectRef {
    /// `apps/v1`.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    /// As written; `None` when the object names none.
    pub namespace: Option<String>,
    /// As written; empty when the object has none.
    pub name: String,
}

/// `Deployment web`, for a sentence.
pub(crate) fn named(object: &ObjectRef) -> String {
    match object.name.as_str() {
        "" => format!("this {}", object.kind),
        name => format!("{} `{name}`", object.kind),
    }
}
