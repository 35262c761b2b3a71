//! Kustomization files: what they build on and which other files they name.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::text::Source;
use crate::yaml::{self, Node, Tree};

/// The names that kustomize looks for, in its order.
pub(crate) const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// A kustomization is a short list; larger files are not read here.
const LARGEST: u64 = 4 * 1024 * 1024;
/// More kustomizations are not followed from one overlay.
const MOST: usize = 1000;
/// The fields that name the bases of a kustomization.
const BASES: [&str; 3] = ["resources", "bases", "components"];

/// One kustomization file, parsed.
#[derive(Debug, Clone)]
pub(crate) struct Kustomization {
    /// The file.
    pub path: PathBuf,
    tree: Arc<Tree>,
}

/// A patch that a kustomization applies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patch<'k> {
    /// Which objects it is for; a strategic merge patch may say so itself.
    pub target: Option<Node<'k>>,
    /// Where it is.
    pub body: Body<'k>,
}

/// Where a patch or a generated value is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body<'k> {
    /// In a file: the path as written.
    File(&'k str),
    /// In the kustomization, as text.
    Inline(Node<'k>),
}

impl Kustomization {
    /// Reads a file; `None` when it cannot be read as a kustomization, which the program that builds
    /// it has better words for.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let is_small = std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() <= LARGEST);
        let text = is_small.then(|| std::fs::read_to_string(path).ok()).flatten()?;
        let documents = yaml::documents(&Source::new("", text), false);
        let tree = documents.into_iter().next()?.content.ok()?;
        Some(Self { path: path.to_owned(), tree: Arc::new(tree) })
    }

    /// The file of a directory, if it holds a kustomization.
    pub(crate) fn file_in(directory: &Path) -> Option<PathBuf> {
        NAMES.iter().map(|name| directory.join(name)).find(|path| path.is_file())
    }

    /// Its mapping.
    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root()
    }

    /// A path that it names, from where the file is.
    pub(crate) fn resolve(&self, named: &str) -> PathBuf {
        let directory = self.path.parent().unwrap_or(Path::new(""));
        lexical(&directory.join(named))
    }

    /// What stands in a list of strings.
    pub(crate) fn strings<'k>(&'k self, field: &str) -> impl Iterator<Item = &'k str> + use<'k> {
        self.items(field).filter_map(Node::text)
    }

    /// The items of a list.
    pub(crate) fn items<'k>(&'k self, field: &str) -> impl Iterator<Item = Node<'k>> + use<'k> {
        self.root().get(field).into_iter().flat_map(Node::items)
    }

    /// The files and directories it builds on; remote ones are left out.
    pub(crate) fn bases(&self) -> Vec<PathBuf> {
        let named = BASES.iter().flat_map(|field| self.strings(field));
        named.filter(|name| !is_remote(name)).map(|name| self.resolve(name)).collect()
    }

    /// Every path that it may name, in whatever field.
    pub(crate) fn named(&self) -> Vec<PathBuf> {
        let mut texts = Vec::new();
        scalars(self.root(), &mut texts, 0);
        let paths = texts.into_iter().filter(|text| !is_remote(text) && !text.contains('\n'));
        // A generator gives a key to a file.
        let own =
            paths.flat_map(|text| std::iter::once(text).chain(text.split_once('=').map(|(_, path)| path)));
        own.map(|path| self.resolve(path)).collect()
    }

    /// The names of images to which it gives a tag or a digest.
    pub(crate) fn tagged_images(&self) -> impl Iterator<Item = &str> {
        let is_tagged = |node: &Node<'_>| node.text_of("newTag").or_else(|| node.text_of("digest")).is_some();
        self.items("images").filter(is_tagged).filter_map(|node| node.text_of("name"))
    }

    /// It gives all objects a label whose key begins so.
    pub(crate) fn gives_labels(&self, prefix: &str) -> bool {
        let has_one = |pairs: Node<'_>| {
            pairs.entries().any(|(key, _)| key.text().is_some_and(|key| key.starts_with(prefix)))
        };
        self.root().get("commonLabels").is_some_and(has_one)
            || self.items("labels").filter_map(|node| node.get("pairs")).any(has_one)
    }

    /// It gives all workloads a selector: its labels go there too.
    pub(crate) fn gives_selectors(&self) -> bool {
        let selects = |node: &Node<'_>| {
            let is_set = |key: &str| node.get(key).and_then(|value| value.as_bool()).unwrap_or(false);
            is_set("includeSelectors")
                && node.get("pairs").is_some_and(|pairs| pairs.entries().next().is_some())
        };
        self.root().get("commonLabels").is_some_and(|labels| labels.entries().next().is_some())
            || self.items("labels").any(|node| selects(&node))
    }

    /// The bases it names that would have to be fetched.
    pub(crate) fn remote_bases(&self) -> Vec<Node<'_>> {
        let all = BASES.iter().flat_map(|field| self.items(field));
        all.filter(|node| node.text().is_some_and(|name| is_remote(name) && !self.resolve(name).exists()))
            .collect()
    }

    /// It is a part for other kustomizations, never built by itself.
    pub(crate) fn is_component(&self) -> bool {
        self.root().get("kind").and_then(Node::text) == Some("Component")
    }

    /// The patches in the order they are written.
    pub(crate) fn patches(&self) -> Vec<Patch<'_>> {
        let body = |text: Node<'_>| -> Option<()> { text.text().map(drop) };
        let mut patches = Vec::new();
        for node in self.items("patchesStrategicMerge") {
            let Some(text) = node.text() else { continue };
            // A path, or the patch itself.
            let body = if text.contains('\n') { Body::Inline(node) } else { Body::File(text) };
            patches.push(Patch { target: None, body });
        }
        for node in ["patchesJson6902", "patches"].iter().flat_map(|field| self.items(field)) {
            let target = node.get("target");
            if let Some(path) = node.get("path").and_then(Node::text).filter(|path| !path.is_empty()) {
                patches.push(Patch { target, body: Body::File(path) });
            } else if let Some(inline) = node.get("patch").filter(|node| body(*node).is_some()) {
                patches.push(Patch { target, body: Body::Inline(inline) });
            }
        }
        patches
    }

    /// The files that its patches are in.
    pub(crate) fn patch_files(&self) -> Vec<PathBuf> {
        let files = self.patches().into_iter().filter_map(|patch| match patch.body {
            Body::File(named) => Some(self.resolve(named)),
            Body::Inline(_) => None,
        });
        files.collect()
    }

    /// The files that its ConfigMap generators read, each with the key it becomes; `None` for a file
    /// of many keys.
    pub(crate) fn generator_files<'k>(&'k self, generator: Node<'k>) -> Vec<(Option<&'k str>, PathBuf)> {
        let texts =
            |field: &str| generator.get(field).into_iter().flat_map(Node::items).filter_map(Node::text);
        let mut files: Vec<(Option<&str>, PathBuf)> = texts("files")
            .map(|entry| match entry.split_once('=') {
                Some((key, path)) => (Some(key), self.resolve(path)),
                None => (entry.rsplit('/').next(), self.resolve(entry)),
            })
            .collect();
        let env = generator.get("env").and_then(Node::text);
        files.extend(texts("envs").chain(env).map(|entry| (None, self.resolve(entry))));
        files
    }
}

fn scalars<'k>(node: Node<'k>, texts: &mut Vec<&'k str>, depth: usize) {
    const DEEPEST_FIELD: usize = 12;
    if depth > DEEPEST_FIELD {
        return;
    }
    match node.is_collection() {
        true => {
            let values = node.entries().map(|(_, value)| value);
            values.chain(node.items()).for_each(|one| scalars(one, texts, depth + 1));
        }
        false => texts.extend(node.text()),
    }
}

/// A kustomization with all it builds on: bases before what is built on them, as they are applied.
pub(crate) fn tree(root: &Path) -> Vec<Kustomization> {
    let mut found = Vec::new();
    if let Some(file) = Kustomization::file_in(root) {
        visit(&file, &mut HashSet::new(), &mut found, 0);
    }
    found
}

/// Deeper than anyone stacks overlays.
const DEEPEST: usize = 50;

fn visit(file: &Path, seen: &mut HashSet<PathBuf>, found: &mut Vec<Kustomization>, depth: usize) {
    if depth > DEEPEST || seen.len() >= MOST || !seen.insert(file.to_owned()) {
        return;
    }
    let Some(kustomization) = Kustomization::read(file) else { return };
    for base in kustomization.bases() {
        if let Some(file) = base.is_dir().then(|| Kustomization::file_in(&base)).flatten() {
            visit(&file, seen, found, depth + 1);
        }
    }
    found.push(kustomization);
}

/// What kustomize would fetch: a URL, or the short forms of git.
pub(crate) fn is_remote(named: &str) -> bool {
    const HOSTS: [&str; 4] = ["github.com/", "gitlab.com/", "bitbucket.org/", "git::"];
    named.contains("://")
        || named.starts_with("git@")
        || named.contains("?ref=")
        || HOSTS.iter().any(|host| named.starts_with(host))
}

/// A path without `.` and, where a name stands before it, without `..`.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match plain.components().next_back() {
                Some(Component::Normal(_)) => {
                    plain.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => plain.push(".."),
            },
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_out_of_a_path() {
        let lexical = |path: &str| lexical(Path::new(path)).to_string_lossy().into_owned();
        assert_eq!(lexical("k8s/overlays/prod/../../base/./a.yaml"), "k8s/base/a.yaml");
        assert_eq!(lexical("../../a/../b"), "../../b");
        assert_eq!(lexical("/../a"), "/a");
    }

    #[test]
    fn what_would_be_fetched_is_told_from_a_path() {
        for remote in
            ["https://example.com/a.yaml", "git@github.com:a/b", "github.com/a/b//c", "ssh://h/a", "a?ref=v1"]
        {
            assert!(is_remote(remote), "{remote}");
        }
        for local in ["../base", "a.yaml", "./github.com/a", "my.github.com"] {
            assert!(!is_remote(local), "{local}");
        }
    }
}
