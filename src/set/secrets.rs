//! Secrets: which keys they have. What stands under a key is not read.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::manifest::Object;
use crate::manifest::id::ObjectRef;
use crate::yaml::path::FieldPath;

/// A Secret without its values.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    /// Which it is.
    pub id: Arc<ObjectRef>,
    /// The keys of `data` and `stringData`.
    pub keys: BTreeSet<String>,
}

/// Reads a Secret.
pub(super) fn read(object: &Object) -> Secret {
    let maps = ["data", "stringData"].into_iter().filter_map(|field| object.at(&FieldPath::of(field)));
    let keys = maps.flat_map(|map| map.entries()).filter_map(|(key, _)| Some(key.text()?.to_owned()));
    Secret { id: Arc::clone(&object.id), keys: keys.collect() }
}
