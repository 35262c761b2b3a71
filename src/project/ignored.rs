//! What git ignores, by the `.gitignore` files of a repository and by nothing else: what a user's own
//! configuration of git ignores differs from machine to machine.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Where the patterns of a directory stand.
const FILE: &str = ".gitignore";

/// Why a path is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The path that the pattern matches: itself, or a directory above it.
    pub(crate) path: PathBuf,
    /// The pattern and the file that it stands in, in words.
    pub(crate) pattern: String,
}

/// Answers for the repositories that a walk comes through.
#[derive(Debug, Default)]
pub(crate) struct Ignored {
    levels: HashMap<PathBuf, Rc<Level>>,
}

/// What holds in a directory.
#[derive(Debug, Default)]
struct Level {
    /// The root of its repository; `None` outside of any.
    repository: Option<Rc<Path>>,
    /// The patterns of its own file.
    own: Option<Gitignore>,
    /// What holds above it, in the same repository.
    above: Option<Rc<Level>>,
    /// Why it is ignored as a whole.
    cause: Option<Rc<Cause>>,
}

impl Ignored {
    /// Why git ignores a path, which is absolute and without symbolic links above what is walked.
    pub(crate) fn cause(&mut self, path: &Path, is_directory: bool) -> Option<Rc<Cause>> {
        let parent = path.parent()?;
        self.level(parent).cause_of(path, is_directory)
    }

    fn level(&mut self, directory: &Path) -> Rc<Level> {
        if let Some(level) = self.levels.get(directory) {
            return Rc::clone(level);
        }
        let above = directory.parent().map(|parent| self.level(parent));
        let cause = above.as_ref().and_then(|above| above.cause_of(directory, true));
        // A submodule has a file of that name; what stands above it is of another repository.
        let begins = directory.join(".git").symlink_metadata().is_ok();
        let above = above.filter(|_| !begins);
        let repository = match &above {
            Some(above) => above.repository.clone(),
            None => begins.then(|| Rc::from(directory)),
        };
        let own = repository.as_ref().filter(|_| cause.is_none()).and_then(|_| patterns(directory));
        let level = Rc::new(Level { repository, own, above, cause });
        self.levels.insert(directory.to_owned(), Rc::clone(&level));
        level
    }
}

impl Level {
    fn cause_of(&self, path: &Path, is_directory: bool) -> Option<Rc<Cause>> {
        if self.cause.is_some() {
            return self.cause.clone();
        }
        let mut level = Some(self);
        while let Some(one) = level {
            // The patterns of the nearest file decide.
            match one.own.as_ref().map_or(Match::None, |own| own.matched(path, is_directory)) {
                Match::Ignore(glob) => {
                    let file = glob.from().unwrap_or(Path::new(FILE));
                    let root = self.repository.as_deref().unwrap_or(Path::new(""));
                    let file = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
                    let pattern = format!("`{}` ({file})", glob.original());
                    return Some(Rc::new(Cause { path: path.to_owned(), pattern }));
                }
                Match::Whitelist(_) => return None,
                Match::None => level = one.above.as_deref(),
            }
        }
        None
    }
}

/// As git does, a line that is no pattern is passed over, and so is a file that cannot be read.
fn patterns(directory: &Path) -> Option<Gitignore> {
    let file = directory.join(FILE);
    if !file.is_file() {
        return None;
    }
    let mut builder = GitignoreBuilder::new(directory);
    let _ = builder.add(file);
    builder.build().ok().filter(|patterns| !patterns.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn repository(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let root = scratch.path().canonicalize().unwrap();
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        (scratch, root)
    }

    fn ignored(root: &Path, name: &str) -> Option<(String, String)> {
        let cause = Ignored::default().cause(&root.join(name), false)?;
        let path = cause.path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        Some((path, cause.pattern.clone()))
    }

    #[test]
    fn the_nearest_file_decides_and_a_directory_takes_all_below_it_along() {
        let (_scratch, root) = repository(&[
            (".git/HEAD", ""),
            (".gitignore", "# comment\ndist/\n*.gen.yaml\n/top.yaml\n"),
            ("k8s/.gitignore", "!keep.gen.yaml\n"),
            ("dist/.gitignore", "!*.yaml\n"),
        ]);
        let of_root =
            |path: &str, pattern: &str| Some((path.to_owned(), format!("`{pattern}` (.gitignore)")));
        for (name, cause) in [
            ("a.yaml", None),
            ("top.yaml", of_root("top.yaml", "/top.yaml")),
            ("k8s/top.yaml", None),
            ("k8s/a.gen.yaml", of_root("k8s/a.gen.yaml", "*.gen.yaml")),
            ("k8s/keep.gen.yaml", None),
            ("dist/a/b.yaml", of_root("dist", "dist/")),
            ("k8s/dist/b.yaml", of_root("k8s/dist", "dist/")),
        ] {
            assert_eq!(ignored(&root, name), cause, "{name}");
        }
    }

    #[test]
    fn a_repository_in_a_repository_has_patterns_of_its_own() {
        let (_scratch, root) = repository(&[
            (".git/HEAD", ""),
            (".gitignore", "*.gen.yaml\n"),
            ("module/.git", "gitdir: ../.git/modules/module\n"),
            ("module/.gitignore", "local.yaml\n"),
        ]);
        assert_eq!(ignored(&root, "module/a.gen.yaml"), None);
        assert_eq!(
            ignored(&root, "module/local.yaml"),
            Some(("module/local.yaml".to_owned(), "`local.yaml` (.gitignore)".to_owned()))
        );
    }

    #[test]
    fn outside_of_a_repository_nothing_is_ignored() {
        let (_scratch, root) = repository(&[(".gitignore", "*.yaml\n")]);
        assert_eq!(ignored(&root, "a.yaml"), None);
    }

    #[test]
    fn neither_the_excludes_of_the_repository_nor_those_of_the_user_count() {
        let (_scratch, root) = repository(&[(".git/HEAD", ""), (".git/info/exclude", "*.yaml\n")]);
        assert_eq!(ignored(&root, "a.yaml"), None);
    }
}
