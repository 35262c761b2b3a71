//! From the paths a user gives to files in a total order.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::{Content, File, Files, Input, Role};
use crate::finding::{Skipped, Trouble};
use crate::project::exclude::{Covering, Exclude};
use crate::project::ignored::Ignored;
use crate::text::system;

/// A kustomization may have no extension.
const KUSTOMIZATION: &str = "Kustomization";

/// What kubectl reads in a directory (fact L1).
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Directories that hold no manifests of the project.
const IGNORED_DIRECTORIES: [&str; 1] = ["node_modules"];

/// What of the files that are found is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// What the user left out.
    pub(crate) exclude: &'a Exclude,
    /// What git ignores is read too.
    pub(crate) reads_ignored: bool,
    /// A directory that is named may hold no manifest.
    pub(crate) allows_empty: bool,
}

/// Finds the files of a run. The order is that of the names, so it does not depend on the file
/// system; a file reached twice is read once, under the first name, and as a target if it is one
/// either way. What is excluded is not read at all, as a target or as context.
pub(crate) fn collect(targets: &[Input], context: &[Input], selection: Selection<'_>) -> Files {
    let mut found = Walk::new(selection);
    let mut has_links = false;
    for (role, inputs) in [(Role::Target, targets), (Role::Context, context)] {
        for input in inputs {
            match input {
                Input::Stdin => {
                    let file = File { name: "-".to_owned(), content: Content::Stdin, role };
                    found.files.files.push(file);
                }
                Input::Text { path, text } => {
                    let file = File { name: display(path), content: Content::Text(Arc::clone(text)), role };
                    found.files.files.push(file);
                }
                Input::Path { path, recursive } => {
                    has_links |= collect_path(path, *recursive, role, &mut found);
                }
                // These files come into being when a program has rendered them.
                Input::Kustomize { .. } | Input::Helm { .. } => {}
            }
        }
    }
    let (mut found, left_out) = found.done();
    // One walk without links meets no file twice, and asking the system for each is slow.
    if targets.len() + context.len() > 1 || has_links {
        // A text in memory stands for the file.
        let is_saved = |file: &File| !matches!(file.content, Content::Text(_));
        found.files.sort_by(|a, b| {
            (b.role, is_saved(a), name_order(&a.name)).cmp(&(a.role, is_saved(b), name_order(&b.name)))
        });
        let mut seen = HashSet::new();
        found.files.retain(|file| seen.insert(identity(file)));
    }
    left_out.tell(&mut found);
    sort(&mut found.files);
    found.skipped.sort();
    found.skipped.dedup();
    found.trouble.sort();
    found.trouble.dedup();
    found
}

/// Puts files in their total order.
pub(super) fn sort(files: &mut [File]) {
    files.sort_by(|a, b| name_order(&a.name).cmp(&name_order(&b.name)));
}

/// What a walk has found, and what it leaves out.
struct Walk<'a> {
    files: Files,
    selection: Selection<'a>,
    used: Vec<Covering>,
    git: Ignored,
    ignored: IgnoredManifests,
}

/// The manifests that git ignores, each with what it is called, what is, and why; those among the targets
/// apart.
#[derive(Default)]
struct IgnoredManifests(BTreeMap<PathBuf, (Role, String)>);

impl IgnoredManifests {
    /// What was reached on another way, which names it, is read.
    fn tell(mut self, found: &mut Files) {
        if self.0.is_empty() {
            return;
        }
        let read: HashSet<PathBuf> = found.files.iter().map(identity).collect();
        self.0.retain(|path, _| !read.contains(path));
        found.ignored = self.0.values().filter(|(role, _)| *role == Role::Target).count();
        let notes: BTreeSet<String> = self.0.into_values().map(|(_, note)| note).collect();
        found.notes.extend(notes);
    }
}

impl<'a> Walk<'a> {
    fn new(selection: Selection<'a>) -> Self {
        Self {
            files: Files::default(),
            selection,
            used: Vec::new(),
            git: Ignored::default(),
            ignored: IgnoredManifests::default(),
        }
    }

    /// Whether a path is left out, which is noted. `waived` are globs that the user overruled by naming
    /// a path they cover.
    fn leaves_out(&mut self, path: &Path, waived: &[Covering]) -> bool {
        if path.file_name().is_some_and(|name| name == super::CONFIGURATION) {
            self.files.notes.push(format!("{}: is the configuration, and no manifest", display(path)));
            return true;
        }
        let Some(covering) = self.selection.exclude.excluding(path, waived) else { return false };
        let by = self.selection.exclude.named(covering);
        self.files.notes.push(format!("{}: left out, excluded by {by}", display(path)));
        self.used.push(covering);
        true
    }

    /// How much was met, whatever became of it.
    fn count(&self) -> usize {
        self.files.files.len() + self.files.trouble.len() + self.used.len() + self.ignored.0.len()
    }

    fn done(mut self) -> (Files, IgnoredManifests) {
        self.files.notes.extend(self.selection.exclude.unused(&self.used));
        (self.files, self.ignored)
    }
}

/// Directory by directory: `a/z.yaml` stands before `a-b/a.yaml`, as in a tree.
pub(crate) fn name_order(name: &str) -> Vec<&str> {
    name.split('/').collect()
}

pub(crate) fn identity(file: &File) -> PathBuf {
    match &file.content {
        Content::Path(path) => std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        Content::Text(_) => {
            let path = PathBuf::from(&file.name);
            std::fs::canonicalize(&path).unwrap_or(path)
        }
        Content::Stdin | Content::Rendered { .. } => PathBuf::from(&file.name),
    }
}

/// Whether a symbolic link was met.
fn collect_path(path: &Path, recursive: bool, role: Role, found: &mut Walk<'_>) -> bool {
    match std::fs::metadata(path) {
        Err(cause) => found.files.trouble.push(Trouble {
            file: display(path),
            line: None,
            column: None,
            message: system::unreadable(&cause),
        }),
        Ok(metadata) if metadata.is_dir() => return collect_directory(path, recursive, role, found),
        Ok(_) => {
            let waived = found.selection.exclude.waived(path);
            if !found.leaves_out(path, &waived) {
                let file = File { name: display(path), content: Content::Path(path.to_owned()), role };
                found.files.files.push(file);
            }
        }
    }
    false
}

fn collect_directory(directory: &Path, recursive: bool, role: Role, found: &mut Walk<'_>) -> bool {
    let mut has_links = false;
    let waived = found.selection.exclude.waived(directory);
    let git = GitWalk::of(directory, found);
    let before = found.count();
    let depth = if recursive { usize::MAX } else { 1 };
    let walk = WalkDir::new(directory).follow_links(true).max_depth(depth).sort_by_file_name();
    let mut walk = walk.into_iter();
    while let Some(entry) = walk.next() {
        if let Ok(entry) = &entry
            && is_passed_over(entry, &waived, found)
        {
            if entry.file_type().is_dir() {
                walk.skip_current_dir();
            }
            continue;
        }
        has_links |= entry.as_ref().is_ok_and(DirEntry::path_is_symlink);
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_manifest_name(entry.path()) => {
                if git.as_ref().is_some_and(|git| git.leaves_out(&entry, role, found)) {
                    continue;
                }
                let name = display(entry.path());
                found.files.files.push(File { name, content: Content::Path(entry.into_path()), role });
            }
            Ok(_) => {}
            Err(cause) => collect_failure(&cause, &mut found.files),
        }
    }
    if found.count() == before {
        tell_of_nothing(directory, recursive, role, found);
    }
    has_links
}

/// A directory that is to be judged and holds nothing to judge is probably another than was meant.
fn tell_of_nothing(directory: &Path, recursive: bool, role: Role, found: &mut Walk<'_>) {
    let (file, nothing) = (display(directory), "no *.yaml, *.yml or *.json files in this directory");
    if role != Role::Target || found.selection.allows_empty {
        found.files.skipped.push(Skipped { file, reason: nothing.to_owned() });
        return;
    }
    let below = if recursive { "" } else { " itself; -R reads what is below it" };
    let message = format!("{nothing}{below}; check the path, or pass --allow-empty if there may be none");
    found.files.trouble.push(Trouble { file, line: None, column: None, message });
}

/// A walk through a repository.
struct GitWalk<'a> {
    directory: &'a Path,
    /// The directory without symbolic links.
    real: PathBuf,
}

impl<'a> GitWalk<'a> {
    /// `None` where nothing is ignored: it was not asked for, or the directory is ignored itself and was named
    /// all the same, with all below it.
    fn of(directory: &'a Path, found: &mut Walk<'_>) -> Option<Self> {
        if found.selection.reads_ignored {
            return None;
        }
        let real = std::fs::canonicalize(directory).ok()?;
        let is_waived = found.git.cause(&real, true).is_some();
        (!is_waived).then_some(Self { directory, real })
    }

    fn leaves_out(&self, entry: &DirEntry, role: Role, found: &mut Walk<'_>) -> bool {
        let Ok(below) = entry.path().strip_prefix(self.directory) else { return false };
        let path = self.real.join(below);
        let Some(cause) = found.git.cause(&path, false) else { return false };
        let named = cause.path.strip_prefix(&self.real).unwrap_or(&cause.path);
        let note =
            format!("{}: left out, ignored by git: {}", display(&self.directory.join(named)), cause.pattern);
        found.ignored.0.entry(path).or_insert((role, note));
        true
    }
}

/// Ignored by everybody, or left out by the user. Globs are asked only about directories and manifests.
fn is_passed_over(entry: &DirEntry, waived: &[Covering], found: &mut Walk<'_>) -> bool {
    let is_directory = entry.file_type().is_dir();
    if entry.depth() > 0 && is_ignored(entry) {
        return true;
    }
    (is_directory || is_manifest_name(entry.path())) && found.leaves_out(entry.path(), waived)
}

fn collect_failure(cause: &walkdir::Error, found: &mut Files) {
    let path = cause.path().unwrap_or_else(|| Path::new("."));
    if cause.loop_ancestor().is_some() {
        let reason = "symbolic link back to a directory above it".to_owned();
        found.skipped.push(Skipped { file: display(path), reason });
        return;
    }
    // A dangling link that is no manifest by its name is nobody's concern.
    if path.is_symlink() && !is_manifest_name(path) {
        return;
    }
    found.trouble.push(Trouble {
        file: display(path),
        line: None,
        column: None,
        message: cause.io_error().map_or_else(|| cause.to_string(), system::unreadable),
    });
}

/// Hidden directories (`.git` among them) and those of package managers.
fn is_ignored(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_dir() && (name.starts_with('.') || IGNORED_DIRECTORIES.contains(&name.as_ref()))
}

/// Its name says that it is a manifest: what a directory is searched for.
pub(crate) fn is_manifest_name(path: &Path) -> bool {
    path.extension()
        .and_then(|extension| extension.to_str())
        .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
        || path.file_name().is_some_and(|name| name == KUSTOMIZATION)
}

/// The path as given, with forward slashes and without a leading `./`.
pub(crate) fn display(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter(|part| !matches!(part, Component::CurDir))
        .map(|part| match part {
            Component::RootDir => String::new(),
            other => other.as_os_str().to_string_lossy().into_owned(),
        })
        .collect();
    match parts.as_slice() {
        [] => ".".to_owned(),
        [only] if only.is_empty() => "/".to_owned(),
        _ => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        root
    }

    fn found(inputs: &[Input]) -> Files {
        let exclude = Exclude::default();
        collect(inputs, &[], Selection { exclude: &exclude, reads_ignored: false, allows_empty: false })
    }

    fn names(root: &tempfile::TempDir, recursive: bool) -> Vec<String> {
        let files = found(&[Input::Path { path: root.path().to_owned(), recursive }]);
        let prefix = format!("{}/", display(root.path()));
        files.files.iter().map(|file| file.name.replace(&prefix, "")).collect()
    }

    #[test]
    fn a_directory_is_read_in_the_order_of_its_tree() {
        let root = tree(&["b.yaml", "a/z.yml", "a-b/a.json", "a/a.YAML", "README.md"]);
        assert_eq!(names(&root, true), ["a/a.YAML", "a/z.yml", "a-b/a.json", "b.yaml"]);
        assert_eq!(names(&root, false), ["b.yaml"]);
    }

    #[test]
    fn hidden_directories_and_node_modules_are_passed_over_but_not_hidden_files() {
        let root = tree(&[".git/a.yaml", "node_modules/a.yaml", ".github/w.yaml", ".a.yaml"]);
        assert_eq!(names(&root, true), [".a.yaml"]);
    }

    #[test]
    fn a_file_given_twice_is_read_once() {
        let root = tree(&["a.yaml"]);
        let path = Input::Path { path: root.path().join("a.yaml"), recursive: true };
        let directory = Input::Path { path: root.path().to_owned(), recursive: true };
        assert_eq!(found(&[path, directory]).files.len(), 1);
    }

    #[test]
    fn a_missing_path_is_trouble_and_so_is_an_empty_directory() {
        let root = tree(&["README.md"]);
        let missing = Input::Path { path: root.path().join("nowhere"), recursive: true };
        let directory = Input::Path { path: root.path().to_owned(), recursive: true };
        let found = found(&[missing, directory]);
        assert_eq!((found.trouble.len(), found.skipped.len()), (2, 0));
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_said() {
        let root = tree(&["a/a.yaml"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("a/up")).unwrap();
        let found = found(&[Input::Path { path: root.path().to_owned(), recursive: true }]);
        assert_eq!((found.files.len(), found.skipped.len()), (1, 1));
    }
}
