//! Where a server keeps its data: what its image says, and what moves it.

use std::borrow::Cow;

use super::started::Started;
use crate::kubernetes::images::Data;
use crate::manifest::{Container, Workload};
use crate::rules::subject::Subject;
use crate::set::environment::environment;
use crate::yaml::path::FieldPath;

/// Where the data is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Directory<'s> {
    /// In this directory.
    At(Cow<'s, str>),
    /// More than the manifest decides.
    Unknown,
    /// In memory.
    Nowhere,
}

impl<'s> Directory<'s> {
    /// Options come before variables, and both before what the image says.
    pub(super) fn of(
        subject: &Subject<'_>,
        workload: &Workload,
        container: &Container,
        data: &'static Data,
        started: &Started,
    ) -> Self {
        let values = data.options.iter().flat_map(|option| started.values(option));
        if let Some(value) = values.last() {
            return value.map_or(Self::Unknown, Self::named);
        }
        if let Some(place) = data.operand_of.and_then(|word| started.operand_of(word)) {
            return Self::named(place);
        }
        if started.names_settings(data.files) {
            return Self::Unknown;
        }
        let known = environment(subject.set, workload, container);
        for variable in data.variables {
            if let Some(value) = known.get(*variable) {
                return value.as_deref().map_or(Self::Unknown, Self::named);
            }
        }
        if let Some(moved) = imported(subject, workload, container, data.variables) {
            return moved.map_or(Self::Unknown, |value| Self::named(&value));
        }
        data.directory.map_or(Self::Unknown, |directory| Self::At(Cow::Borrowed(directory)))
    }

    /// A directory as an option or a variable names it; CockroachDB writes `path=` before it.
    fn named(value: &str) -> Self {
        const OPEN: &[char] = &['$', '{', '(', '<', ',', '*'];
        if value.starts_with("type=mem") {
            return Self::Nowhere;
        }
        let value = value.strip_prefix("path=").unwrap_or(value).trim_end_matches('/');
        match value.starts_with('/') && !value.contains(OPEN) {
            true => Self::At(Cow::Owned(value.to_owned())),
            false => Self::Unknown,
        }
    }
}

/// What `envFrom` says of some variables; `None` where nothing that could be read does, and `Some(None)` where something
/// that could not be read may.
fn imported(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    variables: &[&str],
) -> Option<Option<String>> {
    let mut is_open = false;
    for import in container.spec.env_from.iter().flatten().filter(|_| !variables.is_empty()) {
        let prefix = import.prefix.as_deref().unwrap_or_default();
        let map =
            import.config_map_ref.as_ref().and_then(|from| subject.set.config_map(workload, &from.name));
        let Some(map) = map else {
            // Passwords are what Secrets hold.
            is_open |= import.config_map_ref.is_some();
            continue;
        };
        let value = variables.iter().find_map(|variable| {
            let key = variable.strip_prefix(prefix)?.to_owned();
            map.item.at(&FieldPath::of("data").key(key))?.as_str()
        });
        if let Some(value) = value {
            return Some(Some(value.to_owned()));
        }
    }
    is_open.then_some(None)
}
