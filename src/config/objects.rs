//! Which objects and containers an override is about.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::{Map, Value, json};

use crate::manifest::Object;
use crate::manifest::id::ObjectRef;
use crate::manifest::workload::Workload;
use crate::yaml::path::FieldPath;

/// Conditions, all of which must hold. One that is not given holds of everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Objects {
    /// Of the object.
    pub kinds: Names,
    /// Of the object; one that names none is in `default`.
    pub namespaces: Names,
    /// Of the object.
    pub names: Names,
    /// Each key with its value: of the object, or of its Pods.
    pub labels: BTreeMap<String, Names>,
    /// Of the container that a finding is about.
    pub containers: Names,
}

impl Objects {
    /// Nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { kinds, namespaces, names, labels, containers } = self;
        labels.is_empty() && [kinds, namespaces, names, containers].iter().all(|names| names.is_empty())
    }

    /// The object is meant, or containers of it are.
    pub(crate) fn means(&self, object: &Object, workload: Option<&Workload>) -> bool {
        let ObjectRef { kind, name, .. } = object.id.as_ref();
        self.kinds.hold(kind)
            && self.namespaces.hold(object.namespace())
            && self.names.hold(name)
            && self.means_labels(object, workload)
    }

    fn means_labels(&self, object: &Object, workload: Option<&Workload>) -> bool {
        let hold = |labels: &BTreeMap<String, String>| {
            let holds = |(key, value): (&String, &Names)| labels.get(key).is_some_and(|one| value.hold(one));
            self.labels.iter().all(holds)
        };
        self.labels.is_empty()
            || hold(&object.strings(&FieldPath::of("metadata.labels")))
            || workload.is_some_and(|workload| hold(&workload.labels))
    }

    /// A finding about this container of the object is meant; `None` is one about no container.
    pub(crate) fn means_container(&self, container: Option<&str>) -> bool {
        self.containers.is_empty() || container.is_some_and(|name| self.containers.hold(name))
    }

    /// The object has something that is meant.
    pub(crate) fn occurs_in(&self, object: &Object, workload: Option<&Workload>) -> bool {
        let mut containers = workload.into_iter().flat_map(|workload| &workload.containers);
        self.means(object, workload)
            && (self.containers.is_empty() || containers.any(|one| self.containers.hold(one.name())))
    }

    /// The conditions that are given, by their keys.
    pub(crate) fn list(&self) -> Map<String, Value> {
        let mut list = Map::new();
        let lists = [("kinds", &self.kinds), ("namespaces", &self.namespaces), ("names", &self.names)];
        for (key, names) in lists.into_iter().chain([("containers", &self.containers)]) {
            if !names.is_empty() {
                list.insert(key.to_owned(), json!(names.patterns));
            }
        }
        if !self.labels.is_empty() {
            let label = |(key, value): (&String, &Names)| (key.clone(), json!(value.patterns.concat()));
            list.insert("labels".to_owned(), Value::Object(self.labels.iter().map(label).collect()));
        }
        list
    }
}

/// Names, as patterns with the wildcards of globs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    patterns: Vec<String>,
    set: OnceLock<GlobSet>,
}

impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Names {
    /// Patterns that were checked by [`check`].
    pub(crate) fn new(patterns: Vec<String>) -> Self {
        Self { patterns, set: OnceLock::new() }
    }

    fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// The name is one of them, or no names are given.
    fn hold(&self, name: &str) -> bool {
        let set = self.set.get_or_init(|| {
            let mut builder = GlobSetBuilder::new();
            // What is no pattern was refused before.
            self.patterns.iter().filter_map(|pattern| glob(pattern).ok()).for_each(|glob| {
                builder.add(glob);
            });
            builder.build().unwrap_or_default()
        });
        self.is_empty() || set.is_match(name)
    }
}

fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern).backslash_escape(true).build()
}

/// Why a text is no pattern for names.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    if pattern.trim().is_empty() {
        return Err("is empty; write a name or a pattern, such as `web-*`".to_owned());
    }
    if pattern.starts_with('!') {
        return Err("begins with `!`, which has no meaning here; list only what is meant".to_owned());
    }
    glob(pattern).map(drop).map_err(|error| format!("is no pattern: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_by_one_of_its_patterns() {
        let names = Names::new(["web", "job-?", "{a,b}/*", "[x-z]*"].map(str::to_owned).to_vec());
        for (name, is_held) in [
            ("web", true),
            ("web-1", false),
            ("Web", false),
            ("job-1", true),
            ("job-12", false),
            ("a/b/c", true),
            ("zed", true),
            ("", false),
        ] {
            assert_eq!(names.hold(name), is_held, "{name}");
        }
        assert!(Names::default().hold("anything"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert_eq!(["web-*", "*", "a.b/c"].map(|one| check(one).is_ok()), [true; 3]);
        assert_eq!(["", " ", "!web", "a[", "{a"].map(|one| check(one).is_ok()), [false; 5]);
    }
}
