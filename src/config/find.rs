//! Where the configuration file is.

use std::path::{Component, Path, PathBuf};

use crate::project::input::CONFIGURATION as FILE_NAME;

/// What people call it who write `.yml`; it is not read, and that is said.
pub(super) const OTHER_NAME: &str = ".kubectl-lifecycle.yml";

/// The configuration file for a working directory: in it or in the nearest directory above, up to
/// the root of the repository. Outside a repository only the working directory is looked at, so that
/// a file in a home directory does not govern everything below.
pub(crate) fn find(working_directory: &Path) -> Option<PathBuf> {
    let mut found = None;
    for (height, directory) in working_directory.ancestors().enumerate() {
        if found.is_none() {
            found = [FILE_NAME, OTHER_NAME]
                .iter()
                .find(|name| exists(&directory.join(name)))
                .map(|name| (height, name));
        }
        // In a worktree or a submodule `.git` is a file.
        if exists(&directory.join(".git")) {
            return found.map(|(height, name)| below(height, name));
        }
    }
    found.filter(|(height, _)| *height == 0).map(|(height, name)| below(height, name))
}

/// The path from the working directory: `../../.kubectl-lifecycle.yaml`.
fn below(height: usize, name: &str) -> PathBuf {
    let up = std::iter::repeat_n(Component::ParentDir, height);
    up.collect::<PathBuf>().join(name)
}

/// A dangling link exists as well: it is to be told, and not to be passed over.
fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
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
        std::fs::create_dir_all(root.path().join("a/b/c")).unwrap();
        root
    }

    fn found(files: &[&str], from: &str) -> Option<String> {
        find(&tree(files).path().join(from)).map(|path| path.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_nearest_file_up_to_the_root_of_the_repository_is_taken() {
        let nearest = found(&[".git/HEAD", FILE_NAME, "a/.kubectl-lifecycle.yaml"], "a/b/c");
        assert_eq!(nearest.as_deref(), Some("../../.kubectl-lifecycle.yaml"));
        assert_eq!(found(&[".git/HEAD", FILE_NAME], "").as_deref(), Some(FILE_NAME));
    }

    #[test]
    fn the_root_may_be_a_worktree() {
        let above = found(&[".git", FILE_NAME], "a/b");
        assert_eq!(above.as_deref(), Some("../../.kubectl-lifecycle.yaml"));
    }

    #[test]
    fn a_file_above_the_root_is_not_looked_at() {
        assert_eq!(found(&[FILE_NAME, "a/.git"], "a/b"), None);
    }

    #[test]
    fn outside_a_repository_only_the_working_directory_counts() {
        assert_eq!(found(&[FILE_NAME], "a"), None);
        assert_eq!(found(&[FILE_NAME], "").as_deref(), Some(FILE_NAME));
    }
}
