//! From the paths a user gives to files in a total order.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Content, File, Files, Input, Role};
use crate::finding::{Skipped, Trouble};

/// A kustomization may have no extension.
const KUSTOMIZATION: &str = "Kustomization";

/// What kubectl reads in a directory (fact L1).
const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Directories that hold no manifests of the project.
const IGNORED_DIRECTORIES: [&str; 1] = ["node_modules"];

/// Finds the files of a run. The order is that of the names, so it does not depend on the file
/// system; a file reached twice is read once, under the first name, and as a target if it is one
/// either way.
pub fn collect(targets: &[Input], context: &[Input]) -> Files {
    let mut found = Files::default();
    let mut has_links = false;
    for (role, inputs) in [(Role::Target, targets), (Role::Context, context)] {
        for input in inputs {
            match input {
                Input::Stdin => {
                    found.files.push(File { name: "-".to_owned(), content: Content::Stdin, role });
                }
                Input::Path { path, recursive } => {
                    has_links |= collect_path(path, *recursive, role, &mut found);
                }
                // These files come into being when a program has rendered them.
                Input::Kustomize { .. } | Input::Helm { .. } => {}
            }
        }
    }
    found.files.sort_by(|a, b| order(a).cmp(&order(b)));
    // One walk without links meets no file twice, and asking the system for each is slow.
    if targets.len() + context.len() > 1 || has_links {
        let mut seen = HashSet::new();
        found.files.retain(|file| seen.insert(identity(file)));
    }
    found.skipped.sort();
    found.skipped.dedup();
    found.trouble.sort();
    found.trouble.dedup();
    found
}

/// Directory by directory: `a/z.yaml` stands before `a-b/a.yaml`, as in a tree.
pub(crate) fn order(file: &File) -> (Reverse<Role>, Vec<&str>, &str) {
    (Reverse(file.role), file.name.split('/').collect(), &file.name)
}

pub(crate) fn identity(file: &File) -> PathBuf {
    match &file.content {
        Content::Path(path) => std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        Content::Stdin | Content::Rendered { .. } => PathBuf::from(&file.name),
    }
}

/// Whether a symbolic link was met.
fn collect_path(path: &Path, recursive: bool, role: Role, found: &mut Files) -> bool {
    match std::fs::metadata(path) {
        Err(cause) => found.trouble.push(Trouble {
            file: display(path),
            line: None,
            column: None,
            message: format!("cannot be read: {cause}; check the path and its permissions"),
        }),
        Ok(metadata) if metadata.is_dir() => return collect_directory(path, recursive, role, found),
        Ok(_) => {
            found.files.push(File { name: display(path), content: Content::Path(path.to_owned()), role })
        }
    }
    false
}

fn collect_directory(directory: &Path, recursive: bool, role: Role, found: &mut Files) -> bool {
    let mut has_links = false;
    let before = found.files.len() + found.trouble.len();
    let depth = if recursive { usize::MAX } else { 1 };
    let walk = WalkDir::new(directory).follow_links(true).max_depth(depth).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_ignored(entry)) {
        has_links |= entry.as_ref().is_ok_and(DirEntry::path_is_symlink);
        match entry {
            Ok(entry) if entry.file_type().is_file() && has_extension(entry.path()) => {
                let name = display(entry.path());
                found.files.push(File { name, content: Content::Path(entry.into_path()), role });
            }
            Ok(_) => {}
            Err(cause) => collect_failure(&cause, found),
        }
    }
    if found.files.len() + found.trouble.len() == before {
        let reason = "no *.yaml, *.yml or *.json files in this directory".to_owned();
        found.skipped.push(Skipped { file: display(directory), reason });
    }
    has_links
}

fn collect_failure(cause: &walkdir::Error, found: &mut Files) {
    let path = cause.path().unwrap_or_else(|| Path::new("."));
    if cause.loop_ancestor().is_some() {
        let reason = "symbolic link back to a directory above it".to_owned();
        found.skipped.push(Skipped { file: display(path), reason });
        return;
    }
    // A dangling link that is no manifest by its name is nobody's concern.
    if path.is_symlink() && !has_extension(path) {
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

fn has_extension(path: &Path) -> bool {
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
        let files = collect(&[Input::Path { path: root.path().to_owned(), recursive }], &[]);
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
        assert_eq!(collect(&[path, directory], &[]).files.len(), 1);
    }

    #[test]
    fn a_missing_path_is_trouble_and_an_empty_directory_is_said() {
        let root = tree(&["README.md"]);
        let missing = Input::Path { path: root.path().join("nowhere"), recursive: true };
        let directory = Input::Path { path: root.path().to_owned(), recursive: true };
        let found = collect(&[missing, directory], &[]);
        assert_eq!((found.trouble.len(), found.skipped.len()), (1, 1));
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends_and_is_said() {
        let root = tree(&["a/a.yaml"]);
        std::os::unix::fs::symlink(root.path(), root.path().join("a/up")).unwrap();
        let found = collect(&[Input::Path { path: root.path().to_owned(), recursive: true }], &[]);
        assert_eq!((found.files.len(), found.skipped.len()), (1, 1));
    }
}
