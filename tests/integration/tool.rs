//! The one harness: a scratch directory, files in it, a run of the tool, and what came out.

mod run;
#[cfg(unix)]
mod signals;

use std::path::{Path, PathBuf};

pub(crate) use run::{Ran, Run};

/// The executable under test.
pub(crate) fn executable() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"))
}

/// A path of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The names and directories in a directory, in order.
pub(crate) fn entries(directory: &Path) -> Vec<PathBuf> {
    let read =
        std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut entries: Vec<PathBuf> = read.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Writes a file, and its directories if they are not there.
pub(crate) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// Compares a file of the repository with what it should be. `UPDATE_DOCS` writes it instead.
pub(crate) fn hold(path: &Path, want: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, want).unwrap();
    }
    let got = std::fs::read_to_string(path).unwrap_or_default();
    let differs = got.lines().zip(want.lines()).position(|(got, want)| got != want);
    let line = differs.unwrap_or_else(|| got.lines().count().min(want.lines().count()));
    let (is, ought) = (got.lines().nth(line).unwrap_or_default(), want.lines().nth(line).unwrap_or_default());
    assert!(
        got == want,
        "{} is out of date: run UPDATE_DOCS=1 cargo test --test integration documents\nline {}: {is}\nought to be: {ought}",
        path.display(),
        line + 1
    );
}

/// Says something past the test runner, which would keep it to itself.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

/// The tool in a scratch directory of its own.
pub(crate) struct Tool {
    scratch: tempfile::TempDir,
}

impl Tool {
    pub(crate) fn new() -> Self {
        Self { scratch: tempfile::tempdir().unwrap() }
    }

    /// With these files in its directory.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let tool = Self::new();
        files.iter().for_each(|(name, text)| tool.write(name, text));
        tool
    }

    pub(crate) fn path(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        write(&self.at(name), text);
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.at(name)).unwrap()
    }

    /// A run that is still to be furnished.
    pub(crate) fn command(&self, arguments: &[&str]) -> Run {
        Run::tool(self.path()).args(arguments)
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).end()
    }

    /// `lint -o json` with these arguments.
    pub(crate) fn lint(&self, arguments: &[&str]) -> Ran {
        self.lint_in(".", arguments)
    }

    /// `lint -o json` in a directory below.
    pub(crate) fn lint_in(&self, directory: &str, arguments: &[&str]) -> Ran {
        Run::tool(&self.at(directory)).args(&["lint", "-o", "json"]).args(arguments).end()
    }
}
