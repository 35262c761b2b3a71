//! Further kinds that carry a pod template.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Checker;
use crate::config::file::FurtherKind;
use crate::config::words::NATURES;
use crate::manifest::kinds::{self, Nature, WorkloadKind};
use crate::project::sourced::Sourced;
use crate::yaml::Kind;
use crate::yaml::path::FieldPath;

impl Checker<'_> {
    /// Those that are complete and meant.
    pub(super) fn kinds(&mut self, kinds: &[FurtherKind]) -> Vec<Sourced<Arc<WorkloadKind>>> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, kind) in kinds.iter().enumerate() {
            let at = FieldPath::of("workloadKinds").index(index);
            if self.tree.root().at(&at).is_none_or(|node| node.kind() != Kind::Mapping) {
                continue;
            }
            let texts = [("group", &kind.group), ("kind", &kind.kind), ("template", &kind.template)];
            let mut complete = true;
            for (key, text) in texts {
                let path = at.key(key);
                match self.tree.root().at(&path) {
                    None => self.refuse(
                        &at,
                        format!("a workload kind without `{key}`; it needs group, kind and template"),
                    ),
                    Some(_) if !self.is_text(&path) => {}
                    Some(_) => match bad_part(key, text) {
                        Some(reason) => self.refuse(&path, format!("`{text}` {reason}")),
                        None => continue,
                    },
                }
                complete = false;
            }
            let nature = kind.nature.as_ref().map_or(Some(Nature::LongRunning), |written| {
                let words = NATURES.map(|(word, _)| word);
                let of =
                    |word: &str| NATURES.iter().find(|(name, _)| *name == word).map(|(_, nature)| *nature);
                self.one_of(&at.key("nature"), &written.0, &words, of)
            });
            let (Some(nature), true) = (nature, complete) else { continue };
            let version = format!("{}/v1", kind.group);
            if kinds::find(&version, &kind.kind).is_some() {
                self.refuse(
                    &at.key("kind"),
                    format!("`{}` of {} is linted without this; remove the entry", kind.kind, kind.group),
                );
            } else if !seen.insert((kind.group.as_str(), kind.kind.as_str())) {
                self.refuse(
                    &at.key("kind"),
                    format!("`{}` of {} is listed twice; keep one", kind.kind, kind.group),
                );
            }
            let value = Arc::new(WorkloadKind::further(&kind.group, &kind.kind, &kind.template, nature));
            found.push(Sourced { value, set_by: self.set_by(&at) });
        }
        found
    }
}

/// Why a text cannot be the group, the kind or the template of a workload kind.
fn bad_part(key: &str, text: &str) -> Option<String> {
    let is_name = |text: &str, more: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
    };
    match key {
        "group" => match text.split_once('/') {
            Some((group, _)) => Some(format!("is an apiVersion; the group is `{group}`")),
            None if !is_name(text, ".-") => Some("is no API group; write it like `example.com`".to_owned()),
            None => None,
        },
        "kind" => (!is_name(text, "")).then(|| "is no kind; write it like `Shop`".to_owned()),
        _ => (!text.split('.').all(|key| is_name(key, "_-"))).then(|| {
            "is no field path; write the keys from the object's root with dots, like `spec.podTemplate`"
                .to_owned()
        }),
    }
}
