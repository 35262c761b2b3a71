//! A git repository in a scratch directory.

use std::path::Path;

use crate::tool::{Run, Tool};

/// git with an author, and without anything that the user has configured.
pub(crate) fn git(directory: &Path, arguments: &[&str]) {
    let ran = Run::program("git", directory)
        .args(&[
            "-c",
            "user.name=author",
            "-c",
            "user.email=author@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .end();
    assert_eq!(ran.code(), 0, "git {arguments:?}: {}", ran.err);
}

pub(crate) struct Repository(pub(crate) Tool);

impl Repository {
    /// A repository with these files committed on `main`.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let here = Self(Tool::new());
        here.git(&["init", "--quiet", "--initial-branch=main"]);
        files.iter().for_each(|(name, text)| here.write(name, text));
        here.commit();
        here
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        git(self.path(), arguments);
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", "a change"]);
    }
}

impl std::ops::Deref for Repository {
    type Target = Tool;

    fn deref(&self) -> &Tool {
        &self.0
    }
}
