//! What kustomizations change of the objects that they build on, by the files that these are read from: for a run
//! over the files as they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::kustomization::{Body, Kustomization, lexical};
use crate::set::patches::{Change, Changed};
use crate::text::Source;
use crate::yaml::{self, Kind, Node};

/// A patch is a few lines: more bytes of patches are not read in a run.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// More files and directories that kustomizations build on are not followed in a run.
const MOST_STEPS: usize = 200_000;

/// What kustomizations build together, and what they change of it.
#[derive(Debug, Default)]
pub(crate) struct Built {
    /// The numbers of those that build on a file.
    by_file: HashMap<PathBuf, Vec<u32>>,
    /// What each changes, by its number.
    changes: HashMap<u32, Vec<Arc<Change>>>,
}

impl Built {
    /// What each of some kustomizations builds and changes. Of the files that they name only those of the run are read.
    pub(crate) fn of<'k>(all: impl Iterator<Item = &'k Kustomization>, files: &HashSet<PathBuf>) -> Self {
        let by_directory: BTreeMap<PathBuf, &Kustomization> =
            all.filter_map(|one| Some((lexical(one.path.parent()?), one))).collect();
        let mut patches = PatchFiles { files, left: MOST_BYTES };
        let own: HashMap<&Path, Vec<Arc<Change>>> = by_directory
            .iter()
            .map(|(directory, one)| (directory.as_path(), changes(one, &mut patches)))
            .collect();
        let mut built = Self::default();
        let mut left = MOST_STEPS;
        for (number, (directory, one)) in (0..).zip(&by_directory) {
            let mut paths = HashSet::from([directory.clone()]);
            gather(one, &by_directory, &mut paths, &mut left);
            // A component changes what those build that name it.
            let is_part = |path: &&PathBuf| by_directory.get(*path).is_some_and(|one| one.is_component());
            let changing = paths.iter().filter(|path| *path == directory || is_part(path));
            let changes: Vec<Arc<Change>> =
                changing.filter_map(|path| own.get(path.as_path())).flatten().cloned().collect();
            if !changes.is_empty() {
                built.changes.insert(number, changes);
            }
            for path in paths {
                built.by_file.entry(path).or_default().push(number);
            }
        }
        built
    }

    /// The numbers of the kustomizations that build on a file, in order.
    pub(crate) fn builders(&self, file: &Path) -> &[u32] {
        self.by_file.get(file).map_or(&[], Vec::as_slice)
    }

    /// What these change.
    pub(crate) fn changes(&self, builders: &[u32]) -> Vec<Arc<Change>> {
        builders.iter().filter_map(|number| self.changes.get(number)).flatten().cloned().collect()
    }
}

/// The files and directories that a kustomization builds on, and those of the ones that it names.
fn gather<'k>(
    one: &'k Kustomization,
    by_directory: &BTreeMap<PathBuf, &'k Kustomization>,
    paths: &mut HashSet<PathBuf>,
    left: &mut usize,
) {
    let mut open = vec![one];
    while let Some(one) = open.pop() {
        for base in one.bases() {
            let Some(fewer) = left.checked_sub(1) else { return };
            *left = fewer;
            let base = lexical(&base);
            let next = by_directory.get(&base);
            // Kustomizations may name each other in a ring.
            if paths.insert(base) {
                open.extend(next);
            }
        }
    }
}

/// The files in which patches may stand: whatever else a kustomization names is not opened.
struct PatchFiles<'f> {
    files: &'f HashSet<PathBuf>,
    /// How many bytes may still be read.
    left: u64,
}

impl PatchFiles<'_> {
    /// The text of a patch; `None` for what is no file of the run, or is too much.
    fn read(&mut self, path: &Path) -> Option<String> {
        let file = self.files.contains(path).then(|| std::fs::File::open(path).ok()).flatten()?;
        let mut text = String::new();
        let length = file.take(self.left.saturating_add(1)).read_to_string(&mut text).ok()?;
        self.left = self.left.checked_sub(u64::try_from(length).ok()?)?;
        Some(text)
    }
}

/// What one kustomization changes by itself.
fn changes(one: &Kustomization, files: &mut PatchFiles<'_>) -> Vec<Arc<Change>> {
    let mut changes = Vec::new();
    for patch in one.patches() {
        let of = patch.target.map(target);
        match patch.body {
            Body::Inline(text) => patched(text.text().unwrap_or_default(), of.as_ref(), &mut changes),
            Body::File(named) => match files.read(&one.resolve(named)) {
                Some(text) => patched(&text, of.as_ref(), &mut changes),
                None => changes.push(Change::unknown(of.unwrap_or_default())),
            },
        }
    }
    for node in one.items("replicas") {
        let name = node.text_of("name").map(str::to_owned);
        let count = node.get("count").and_then(Node::as_i64);
        changes.push(Change::field(Changed { name, ..Changed::default() }, "spec.replicas", count));
    }
    let replaced = one.items("replacements").filter_map(|node| node.get("targets")).flat_map(Node::items);
    for node in replaced {
        let of = node.get("select").map(target).unwrap_or_default();
        let paths = node.get("fieldPaths").into_iter().flat_map(Node::items).filter_map(Node::text);
        changes.extend(paths.map(|path| Change::field(of.clone(), path, None)));
    }
    changes.into_iter().map(Arc::new).collect()
}

/// The changes of a patch: documents to be merged, or a list of operations.
fn patched(text: &str, of: Option<&Changed>, changes: &mut Vec<Change>) {
    let documents = yaml::documents(&Source::new("", text.to_owned()), false);
    for tree in documents.into_iter().filter_map(|one| one.content.ok()) {
        match tree.root().kind() {
            Kind::Sequence => {
                changes.push(Change::operations(tree.root(), of.cloned().unwrap_or_default()));
            }
            Kind::Mapping => changes.push(Change::merge(tree.root(), of.cloned())),
            _ => {}
        }
    }
}

/// Whom a patch is for. Its kind and its name are patterns.
fn target(node: Node<'_>) -> Changed {
    let is_plain =
        |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    let text = |key| node.text_of(key).filter(|text| !text.is_empty()).filter(is_plain).map(str::to_owned);
    // Requirements of other forms may hold for any.
    let plain = |pair: &str| {
        pair.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
    };
    let is_plain_pair = |pair: &&str| !pair.contains(['!', '(']) && !pair.contains("==");
    let selector = node.text_of("labelSelector").unwrap_or_default();
    let labels = selector.split(',').filter(is_plain_pair).filter_map(plain).collect();
    Changed { kind: text("kind"), name: text("name"), labels }
}
