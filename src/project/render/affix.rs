//! What kustomizations put before and after the names of the objects they build on.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::kustomization::{Kustomization, is_remote};
use crate::yaml::Node;

/// An object that is built in more ways than this gets its name by chance.
const MOST: usize = 64;

/// What is put around the names in each file of an overlay; a file that is built in several ways has
/// several.
#[derive(Debug, Clone, Default)]
pub(super) struct Affixes(HashMap<PathBuf, BTreeSet<Affix>>);

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Affix {
    prefix: String,
    suffix: String,
}

impl Affixes {
    /// For a tree of kustomizations, bases first.
    pub(super) fn of(tree: &[Kustomization]) -> Self {
        let mut found = Self::default();
        let Some(own) = tree.last() else { return found };
        found.add(own.path.clone(), &Affix::default());
        for kustomization in tree.iter().rev() {
            let outer = found.0.get(&kustomization.path).cloned().unwrap_or_default();
            outer.iter().for_each(|outer| found.pass_on(tree, kustomization, outer));
        }
        found
    }

    /// An object of `file` called `name` is deployed as `rendered`.
    pub(super) fn lead(&self, file: &Path, name: &str, rendered: &str) -> bool {
        let is_it = |affix: &Affix| {
            let rest = rendered.strip_prefix(affix.prefix.as_str());
            rest.and_then(|rest| rest.strip_suffix(affix.suffix.as_str())) == Some(name)
        };
        self.0.get(file).is_some_and(|ways| ways.iter().any(is_it))
    }

    /// Hands the affixes of a kustomization to what it builds on. A component also renames what was
    /// there before it.
    fn pass_on(&mut self, tree: &[Kustomization], kustomization: &Kustomization, outer: &Affix) {
        let mut affix = outer.within(kustomization);
        let named = |fields: &[&str]| -> Vec<PathBuf> {
            let names = fields.iter().flat_map(|field| kustomization.strings(field));
            names.filter(|name| !is_remote(name)).map(|name| file_of(kustomization.resolve(name))).collect()
        };
        for component in named(&["components"]).into_iter().rev() {
            self.add(component.clone(), &affix);
            let found = tree.iter().find(|one| one.path == component);
            affix = found.map_or(affix.clone(), |component| affix.within(component));
        }
        for base in named(&["resources", "bases"]) {
            self.add(base, &affix);
        }
    }

    fn add(&mut self, file: PathBuf, affix: &Affix) {
        let ways = self.0.entry(file).or_default();
        if ways.len() < MOST {
            ways.insert(affix.clone());
        }
    }
}

impl Affix {
    fn within(&self, kustomization: &Kustomization) -> Self {
        let says = |key: &str| kustomization.root().get(key).and_then(Node::text).unwrap_or_default();
        Self {
            prefix: format!("{}{}", self.prefix, says("namePrefix")),
            suffix: format!("{}{}", says("nameSuffix"), self.suffix),
        }
    }
}

/// The file itself, or the kustomization of a directory.
fn file_of(path: PathBuf) -> PathBuf {
    Kustomization::file_in(&path).unwrap_or(path)
}
