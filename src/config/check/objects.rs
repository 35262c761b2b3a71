//! The conditions of an override, and what one of objects and containers may say.

use std::collections::BTreeMap;

use super::Checker;
use crate::config::file::{AsWritten, Override};
use crate::config::objects::{self, Names, Objects};
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Kind};

/// The keys that tell which files, objects and containers an override is about.
const CONDITIONS: [&str; 6] = ["files", "kinds", "namespaces", "names", "labels", "containers"];
/// Settings that hold for whole files.
const OF_FILES: [&str; 4] = ["kubernetesVersion", "featureGates", "strict", "hooks"];

impl Checker<'_> {
    /// The objects that an override is about; without a condition, it is about whole files.
    pub(super) fn objects(&mut self, at: &FieldPath, entry: &Override) -> Objects {
        self.conditions(at);
        let kinds = self.names(&at.key("kinds"), &entry.kinds, kind_is_meant);
        let namespaces = self.names(&at.key("namespaces"), &entry.namespaces, |_| Ok(()));
        let names = self.names(&at.key("names"), &entry.names, |_| Ok(()));
        let labels = self.labels(&at.key("labels"), &entry.labels);
        let containers = self.names(&at.key("containers"), &entry.containers, |_| Ok(()));
        let objects = Objects { kinds, namespaces, names, labels, containers };
        let is_blank = |reason: &String| reason.trim().is_empty();
        if entry.reason.as_ref().is_some_and(is_blank) {
            self.refuse(
                &at.key("reason"),
                "`reason` is empty; say why, for whoever reads this next".to_owned(),
            );
        }
        if !objects.is_empty() {
            self.only_levels(at, entry);
        }
        objects
    }

    /// One at least must be given, and none be empty.
    fn conditions(&mut self, at: &FieldPath) {
        let Some(node) = self.tree.root().at(at).filter(|node| node.kind() == Kind::Mapping) else { return };
        let given = |key: &&str| node.get(key).is_some_and(|value| value.kind() != Kind::Null);
        let is_empty = |value: yaml::Node<'_>| match value.kind() {
            Kind::Sequence => value.items().next().is_none(),
            Kind::Mapping => value.entries().next().is_none(),
            _ => false,
        };
        let given: Vec<&str> = CONDITIONS.into_iter().filter(|key| given(key)).collect();
        for key in given.iter().filter(|key| node.get(key).is_some_and(is_empty)) {
            self.refuse(&at.key(*key), format!("`{key}` is empty and matches nothing; list what is meant"));
        }
        if given.is_empty() {
            let known = CONDITIONS.join("`, `");
            self.refuse(at, format!("an override that says of nothing what it is about; list `{known}`"));
        }
    }

    fn names(
        &mut self,
        path: &FieldPath,
        patterns: &[String],
        is_meant: impl Fn(&str) -> Result<(), String>,
    ) -> Names {
        for (index, pattern) in patterns.iter().enumerate() {
            let path = path.index(index);
            // An item that is no text was refused as that.
            if self.is_text(&path)
                && let Err(reason) = objects::check(pattern).and_then(|()| is_meant(pattern))
            {
                self.refuse(&path, format!("`{pattern}` {reason}"));
            }
        }
        Names::new(patterns.to_vec())
    }

    fn labels(&mut self, path: &FieldPath, labels: &BTreeMap<String, AsWritten>) -> BTreeMap<String, Names> {
        let mut found = BTreeMap::new();
        for (key, AsWritten(value)) in labels {
            if let Err(reason) = objects::check(value) {
                self.refuse(&path.key(key.clone()), format!("`{value}` {reason}"));
            }
            found.insert(key.clone(), Names::new(vec![value.clone()]));
        }
        found
    }

    /// Findings of one object have a severity of their own; what a file is judged by, it is judged by as a whole.
    fn only_levels(&mut self, at: &FieldPath, entry: &Override) {
        let node = self.tree.root().at(at);
        let is_given = |key: &str| {
            node.is_some_and(|node| node.get(key).is_some_and(|value| value.kind() != Kind::Null))
        };
        if !is_given("reason") {
            let why =
                "an override of objects or containers has no `reason`; say why, for whoever reads this next";
            self.refuse(at, why.to_owned());
        }
        let next = "give it an override of its own, with `files` alone";
        for key in OF_FILES {
            if is_given(key) {
                let message = format!("`{key}` holds for whole files, and not for single objects; {next}");
                let at = self.key_start(&at.key(key));
                self.wrong.push((at, message));
            }
        }
        let rules = at.key("rules");
        for name in entry.rules.keys() {
            let path = rules.key(name.clone());
            let table = self.tree.root().at(&path).filter(|node| node.kind() == Kind::Mapping);
            let options = table.into_iter().flat_map(|table| table.entries());
            let options = options.filter_map(|(key, _)| Some((key.text()?, key.span().start)));
            let options = options.filter(|(option, _)| *option != "severity");
            let refused = options.map(|(option, at)| (at, format!("{name}.{option}"))).collect::<Vec<_>>();
            let since = (name == super::SINCE).then(|| (self.key_start(&path), super::SINCE.to_owned()));
            for (at, key) in refused.into_iter().chain(since) {
                let message =
                    format!("`rules.{key}` holds for whole files, and not for single objects; {next}");
                self.wrong.push((at, message));
            }
        }
    }
}

/// kubectl takes `daemonset` for a kind, and manifests do not.
fn kind_is_meant(pattern: &str) -> Result<(), String> {
    match pattern.starts_with(|c: char| c.is_ascii_lowercase()) {
        true => {
            Err("begins with a small letter, as no kind does; write it as manifests do, like `DaemonSet`"
                .to_owned())
        }
        false => Ok(()),
    }
}
