//! From the paths a user gives to files in a total order.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::{Content, File, Files, Input, Role};
use crate::finding::{Skipped, Trouble};
use crate::project::exclude::{Covering, Exclude};

/// A kustomization may have no extension.
const KUSTOMIZATION: &str = "Kustomization";

/// What kubectl reads in a directory (fact L1).
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Directories that hold no manifests of the project.
const IGNORED_DIRECTORIES: [&str; 1] = ["node_modules"];

/// Finds the files of a run. The order is that of the names, so it does not depend on the file
/// system; a file reached twice is read once, under the first name, and as a target if it is one
/// either way. What is excluded is not read at all, as a target or as context.
pub(crate) fn collect(targets: &[Input], context: &[Input], exclude: &Exclude) -> Files {
    let mut found = Walk { files: Files::default(), exclude, used: Vec::new() };
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
    let mut found = found.done();
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
    exclude: &'a Exclude,
    used: Vec<Covering>,
}

impl Walk<'_> {
    /// Whether a path is left out, which is noted. `waived` are globs that the user overruled by naming
    /// a path they cover.
    fn leaves_out(&mut self, path: &Path, waived: &[Covering]) -> bool {
        if path.file_name().is_some_and(|name| name == super::CONFIGURATION) {
            self.files.notes.push(format!("{}: is the configuration, and no manifest", display(path)));
            return true;
        }
        let Some(covering) = self.exclude.excluding(path, waived) else { return false };
        let by = self.exclude.named(covering);
        self.files.notes.push(format!("{}: left out, excluded by {by}", display(path)));
        self.used.push(covering);
        true
    }

    fn done(mut self) -> Files {
        self.files.notes.extend(self.exclude.unused(&self.used));
        self.files
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
            message: format!("cannot be read: {cause}; check the path and its permissions"),
        }),
        Ok(metadata) if metadata.is_dir() => return collect_directory(path, recursive, role, found),
        Ok(_) => {
            let waived = found.exclude.waived(path);
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
    let waived = found.exclude.waived(directory);
    let count = |found: &Walk<'_>| found.files.files.len() + found.files.trouble.len() + found.used.len();
    let before = count(found);
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
                let name = display(entry.path());
                found.files.files.push(File { name, content: Content::Path(entry.into_path()), role });
            }
            Ok(_) => {}
            Err(cause) => collect_failure(&cause, &mut found.files),
        }
    }
    if count(found) == before {
        let reason = "no *.yaml, *.yml or *.json files in this directory".to_owned();
        found.files.skipped.push(Skipped { file: display(directory), reason });
    }
    has_links
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
    let why = cause.io_error().map_or_else(|| cause.to_string(), ToString::to_string);
    found.trouble.push(Trouble {
        file: display(path),
        line: None,
        column: None,
        message: format!("cannot be read: {why}; check the path and its permissions"),
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

    fn names(root: &tempfile::TempDir, recursive: bool) -> Vec<String> {
        let files =
            collect(&[Input::Path { path: root.path().to_owned(), recursive }], &[], &Exclude::default());
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
        assert_eq!(collect(&[path, directory], &[], &Exclude::default()).files.len(), 1);
    }

    #[test]
    fn a_missing_path_is_trouble_and_an_empty_directory_is_said() {
        let root = tree(&["README.md"]);
        let missing = Input::Path { path: root.path().join("nowhere"), recursive: true };
        let directory = Input::Path { path: root.path().to_owned(), recursive: true };
        let found = collect(&[missing, directory], &[], &Exclude::default());
        assert_eq!((found.trouble.len(), found.skipped.len()), (1, 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_said() {
        let root = tree(&["a/a.yaml"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("a/up")).unwrap();
        let found = collect(
            &[Input::Path { path: root.path().to_owned(), recursive: true }],
            &[],
            &Exclude::default(),
        );
        assert_eq!((found.files.len(), found.skipped.len()), (1, 1));
    }
}
