//! Realms: what stands in a directory of tests or samples is deployed without the rest, each case or sample alone, so
//! that nothing outside of it says anything about it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::project::ReadFile;
use crate::manifest::id::ObjectRef;
use crate::project::load::Item;
use crate::project::render::notice::Reading;

/// Directories below which each directory is something of its own. `test` and `demo` are none of them: they are
/// names of environments as well.
const APART: [(&str, Holds); 17] = [
    ("demos", Holds::Samples),
    ("e2e", Holds::Cases),
    ("example", Holds::Samples),
    ("examples", Holds::Samples),
    ("fixtures", Holds::Cases),
    ("golden", Holds::Cases),
    ("quickstart", Holds::Samples),
    ("quickstarts", Holds::Samples),
    ("sample", Holds::Samples),
    ("samples", Holds::Samples),
    ("test-data", Holds::Cases),
    ("test-fixtures", Holds::Cases),
    ("test_data", Holds::Cases),
    ("testdata", Holds::Cases),
    ("tests", Holds::Cases),
    ("tutorial", Holds::Samples),
    ("tutorials", Holds::Samples),
];

/// Directories that are parts of the one above, wherever they stand.
const PARTS: [&str; 28] = [
    "app",
    "apps",
    "base",
    "bases",
    "common",
    "component",
    "components",
    "config",
    "configmaps",
    "deploy",
    "deployment",
    "deployments",
    "env",
    "environments",
    "envs",
    "ingress",
    "k8s",
    "kubernetes",
    "manifests",
    "overlay",
    "overlays",
    "resources",
    "service",
    "services",
    "shared",
    "statefulsets",
    "templates",
    "workloads",
];

/// What a directory holds that holds things of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// One thing in several files.
    Samples,
    /// The input of tests, where each file may be one.
    Cases,
}

/// Which files of a run stand apart, by their names, and in which realm each of them is.
#[derive(Debug, Default)]
pub(super) struct Realms<'r> {
    by_file: HashMap<&'r str, &'r str>,
    names: BTreeSet<&'r str>,
}

impl<'r> Realms<'r> {
    /// Where a run lies within such a directory as a whole, that says nothing.
    pub(super) fn of(files: &'r [ReadFile]) -> Self {
        let plain = || files.iter().filter(|one| !one.file.is_rendered());
        let shared = shared(plain().map(|one| one.file.name.as_str()));
        let mut realms = HashMap::new();
        let mut cases: BTreeMap<&str, Vec<&ReadFile>> = BTreeMap::new();
        for one in plain() {
            let Some((realm, holds)) = realm(&one.file.name, shared) else { continue };
            realms.insert(one.file.name.as_str(), realm);
            if holds == Holds::Cases {
                cases.entry(directory(&one.file.name)).or_default().push(one);
            }
        }
        for alike in cases.into_values().filter(|files| have_namesakes(files)) {
            realms.extend(alike.into_iter().map(|one| (one.file.name.as_str(), one.file.name.as_str())));
        }
        let names = realms.values().copied().collect();
        Self { by_file: realms, names }
    }

    /// The realm of a file; empty for all that stand nowhere apart.
    pub(super) fn realm(&self, name: &str) -> &'r str {
        self.by_file.get(name).copied().unwrap_or_default()
    }

    /// There is such a realm.
    pub(super) fn is_one(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

fn directory(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// How many bytes the directories have that all files lie in, with the slash behind them.
fn shared<'n>(mut names: impl Iterator<Item = &'n str>) -> usize {
    let Some(first) = names.next() else { return 0 };
    let whole = |name: &str, length: usize| {
        name.get(..length).and_then(|start| start.rfind('/')).map_or(0, |at| at + 1)
    };
    names.fold(whole(first, first.len()), |length, name| {
        let same = first.bytes().zip(name.bytes()).take(length).take_while(|(a, b)| a == b).count();
        whole(first, same)
    })
}

/// The innermost directory that is something of its own, below what all files of the run share.
fn realm(name: &str, shared: usize) -> Option<(&str, Holds)> {
    let directory = directory(name);
    let mut end = shared;
    let mut found = None;
    let mut steps = directory.get(shared..)?.split('/').peekable();
    while let Some(step) = steps.next() {
        end += step.len();
        if let Some((_, holds)) = APART.iter().find(|(name, _)| *name == step) {
            let below = steps.peek().filter(|below| !PARTS.contains(below));
            let end = below.map_or(end, |below| end + 1 + below.len());
            found = Some((directory.get(..end)?, *holds));
        }
        end += 1;
    }
    found
}

/// Two of the files hold a whole object of one kind, namespace and name: they are not meant for one cluster.
fn have_namesakes(files: &[&ReadFile]) -> bool {
    let mut known: HashMap<&ObjectRef, usize> = HashMap::new();
    files.iter().enumerate().filter(|(_, one)| one.reading != Reading::Patch).any(|(file, one)| {
        let is_whole = |item: &&Item| {
            item.object.name().is_some()
                && item.workload.as_ref().is_none_or(|workload| !workload.is_fragment)
        };
        let mut whole = one.loaded.items.iter().filter(is_whole);
        whole.any(|item| *known.entry(&item.object.id).or_insert(file) != file)
    })
}

#[cfg(test)]
mod tests {
    use super::{realm, shared};

    #[test]
    fn what_all_files_share_is_whole_directories() {
        for (names, expected) in [
            (vec!["a/b/c.yaml", "a/b/d.yaml"], "a/b/"),
            (vec!["a/bc/c.yaml", "a/bd/d.yaml"], "a/"),
            (vec!["a.yaml", "b.yaml"], ""),
            (vec!["a/b.yaml"], "a/"),
            (vec!["a/b.yaml", "a/b/c.yaml"], "a/"),
            (vec![], ""),
        ] {
            assert_eq!(shared(names.iter().copied()), expected.len(), "{names:?}");
        }
    }

    #[test]
    fn a_realm_is_the_innermost_case_or_sample() {
        for (name, expected) in [
            ("k8s/web.yaml", None),
            ("samples/web/k8s/web.yaml", Some("samples/web")),
            ("samples/web.yaml", Some("samples")),
            ("samples/base/web.yaml", Some("samples")),
            ("samples/overlays/test/web.yaml", Some("samples")),
            ("pkg/diff/testdata/rollout/a.yaml", Some("pkg/diff/testdata/rollout")),
            ("examples/web/tests/one/a.yaml", Some("examples/web/tests/one")),
            ("overlays/test/web.yaml", None),
        ] {
            assert_eq!(realm(name, 0).map(|(realm, _)| realm), expected, "{name}");
        }
        assert_eq!(realm("samples/web/a.yaml", "samples/".len()), None);
    }
}
