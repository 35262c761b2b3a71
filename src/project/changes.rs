//! What git says has changed: which files, and what they held before.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use thiserror::Error;

use super::cleanup;
use super::input;
use crate::text::system;

/// The files that differ from the merge base of a revision and `HEAD`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Changes {
    /// The revision, as the user named it.
    pub since: String,
    /// By their absolute paths; a renamed file is one that went and one that came.
    pub files: BTreeMap<PathBuf, Change>,
    /// The root of the repository.
    root: PathBuf,
    /// The commit that is the merge base.
    base: String,
}

/// The files of the merge base in a directory that goes when this does, and when the run is interrupted.
pub(crate) struct CheckedOut {
    /// Without links.
    directory: PathBuf,
    repository: PathBuf,
    _guard: cleanup::Guard,
    _scratch: tempfile::TempDir,
}

impl CheckedOut {
    /// Where a path of the repository is there; any other path is itself.
    pub(crate) fn path(&self, path: &Path) -> PathBuf {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        real.strip_prefix(&self.repository)
            .map_or_else(|_| path.to_owned(), |below| self.directory.join(below))
    }

    /// A path that is there, from the root of the repository, for people.
    pub(crate) fn named(&self, path: &str) -> String {
        let below = Path::new(path).strip_prefix(&self.directory);
        below.map_or_else(|_| path.to_owned(), input::display)
    }
}

impl Changes {
    /// Writes the files of the merge base into a directory of their own. The repository is left as it is: an index of
    /// its own, no hooks, and nothing is fetched.
    ///
    /// # Errors
    /// Where git fails, or there is no room.
    pub(crate) fn check_out(&self) -> Result<CheckedOut, ChangesError> {
        let no_room = |error: std::io::Error| ChangesError::Git(format!("no room for its files: {error}"));
        let scratch = tempfile::Builder::new().prefix("kubectl-lifecycle-").tempdir().map_err(no_room)?;
        let guard = cleanup::guard(scratch.path());
        let root = std::fs::canonicalize(scratch.path()).map_err(no_room)?;
        let (index, directory) = (root.join("index"), root.join("files"));
        let git = Git { directory: &self.root };
        let run = |arguments: &[&OsStr]| {
            let mut command = git.command();
            let command = command.args(arguments).env("GIT_INDEX_FILE", &index);
            // Large files of other kinds would be fetched, and are no manifests.
            succeeded(command.env("GIT_LFS_SKIP_SMUDGE", "1"))
        };
        let mut prefix = OsString::from("--prefix=");
        prefix.push(&directory);
        prefix.push("/");
        run(&[OsStr::new("read-tree"), OsStr::new(&self.base)])?;
        run(&[OsStr::new("checkout-index"), OsStr::new("--all"), &prefix])?;
        let repository = self.root.clone();
        Ok(CheckedOut { directory, repository, _guard: guard, _scratch: scratch })
    }
}

/// What a file was and is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Change {
    /// Its text at the merge base; `None` when it was not there, or was no text.
    pub before: Option<Arc<str>>,
    /// It is not there any more.
    pub is_deleted: bool,
}

/// Why git could not be asked.
#[derive(Debug, Error)]
pub(crate) enum ChangesError {
    /// No git.
    #[error(
        "--changed-since needs git, and it could not be started: {0}; install it or name the files yourself"
    )]
    NoGit(String),
    /// The working directory is in no repository.
    #[error("--changed-since needs a git repository around the working directory: {0}")]
    NoRepository(String),
    /// There is no such revision.
    #[error(
        "git knows no revision `{revision}`: {said}; fetch it first (`git fetch origin main`, or `fetch-depth: 0` for \
         actions/checkout)"
    )]
    NoRevision {
        /// As given.
        revision: String,
        /// In git's words.
        said: String,
    },
    /// The histories do not meet, as far as they are here.
    #[error(
        "`{0}` and HEAD have no common ancestor in this clone; fetch more history (`git fetch --unshallow`, or \
         `fetch-depth: 0` for actions/checkout)"
    )]
    NoMergeBase(String),
    /// Anything else.
    #[error("git failed: {0}")]
    Git(String),
}

/// Asks git what has changed in the repository around `directory` since the merge base of `revision`
/// and `HEAD`: committed, staged, not staged, and not tracked (unless ignored).
///
/// # Errors
/// See [`ChangesError`].
pub(crate) fn since(revision: &str, directory: &Path) -> Result<Changes, ChangesError> {
    let git = Git { directory };
    let root = git.line(["rev-parse", "--show-toplevel"]).map_err(no_repository)?;
    let root = PathBuf::from(root);
    let root = std::fs::canonicalize(&root).unwrap_or(root);
    let git = Git { directory: &root };
    let commit = format!("{revision}^{{commit}}");
    let commit =
        git.line(["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|error| {
            let said = match error {
                ChangesError::Git(said) if !said.is_empty() => said,
                ChangesError::Git(_) => "it is neither a branch, a tag nor a commit here".to_owned(),
                other => return other,
            };
            ChangesError::NoRevision { revision: revision.to_owned(), said }
        })?;
    let base = git
        .line(["merge-base", &commit, "HEAD"])
        .map_err(|_| ChangesError::NoMergeBase(revision.to_owned()))?;
    let mut files = BTreeMap::new();
    let mut tracked = Vec::new();
    let changed = git.output(&["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", &base, "--"])?;
    let new = git.output(&["ls-files", "--others", "--exclude-standard", "-z"])?;
    for name in names(&changed) {
        let path = root.join(&name);
        let is_deleted = !path.exists();
        tracked.push((name, path.clone()));
        files.insert(path, Change { before: None, is_deleted });
    }
    for name in names(&new) {
        files.entry(root.join(name)).or_default();
    }
    for (path, text) in git.contents(&base, tracked)? {
        if let Some(change) = files.get_mut(&path) {
            change.before = Some(text);
        }
    }
    Ok(Changes { since: revision.to_owned(), files, base, root })
}

fn no_git(error: std::io::Error) -> ChangesError {
    ChangesError::NoGit(system::words(&error))
}

fn no_repository(error: ChangesError) -> ChangesError {
    match error {
        ChangesError::Git(said) => ChangesError::NoRepository(said),
        other => other,
    }
}

struct Git<'a> {
    directory: &'a Path,
}

impl Git<'_> {
    /// git without anything that would make it run other programs or take locks.
    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command
            .args(["-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "--no-pager"])
            .current_dir(self.directory)
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    fn output(&self, arguments: &[&str]) -> Result<Vec<u8>, ChangesError> {
        succeeded(self.command().args(arguments))
    }

    fn line<const N: usize>(&self, arguments: [&str; N]) -> Result<String, ChangesError> {
        let output = self.output(&arguments)?;
        Ok(String::from_utf8_lossy(&output).trim_end_matches(['\n', '\r']).to_owned())
    }

    /// The texts of files at a commit, by one process for all of them.
    fn contents(
        &self,
        commit: &str,
        files: Vec<(OsString, PathBuf)>,
    ) -> Result<Vec<(PathBuf, Arc<str>)>, ChangesError> {
        // The protocol is one name a line, so a name of two lines cannot be asked for.
        let asked: Vec<(OsString, PathBuf)> = files
            .into_iter()
            .filter(|(name, path)| {
                crate::project::input::is_manifest_name(path) && !name.as_encoded_bytes().contains(&b'\n')
            })
            .collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut child = self
            .command()
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(no_git)?;
        let stdin = child.stdin.take();
        let requests: Vec<u8> = asked
            .iter()
            .flat_map(|(name, _)| [commit.as_bytes(), b":", name.as_encoded_bytes(), b"\n"].concat())
            .collect();
        // Written from a thread of its own: git answers before it has read all, and both pipes are finite.
        let writer = std::thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&requests)));
        let output = child.wait_with_output().map_err(|error| ChangesError::Git(error.to_string()))?;
        let _ = writer.join();
        Ok(blobs(&output.stdout, asked))
    }
}

/// What a program wrote, if it succeeded.
fn succeeded(command: &mut Command) -> Result<Vec<u8>, ChangesError> {
    let output = command.output().map_err(no_git)?;
    if output.status.success() { Ok(output.stdout) } else { Err(ChangesError::Git(words(&output.stderr))) }
}

/// Reads the answers of `git cat-file --batch`, which come in the order of the questions.
fn blobs(mut answer: &[u8], asked: Vec<(OsString, PathBuf)>) -> Vec<(PathBuf, Arc<str>)> {
    let mut found = Vec::new();
    for (_, path) in asked {
        let Some(end) = answer.iter().position(|byte| *byte == b'\n') else { break };
        let header = String::from_utf8_lossy(answer.get(..end).unwrap_or_default()).into_owned();
        answer = answer.get(end + 1..).unwrap_or_default();
        // `<object> blob <size>`, or `<name> missing` for a file that is new.
        let mut words = header.rsplit(' ');
        let size = words.next().and_then(|size| size.parse::<usize>().ok());
        let (Some(size), Some(kind)) = (size, words.next()) else { continue };
        let text =
            answer.get(..size).filter(|_| kind == "blob").and_then(|text| std::str::from_utf8(text).ok());
        found.extend(text.map(|text| (path, Arc::from(text))));
        answer = answer.get(size + 1..).unwrap_or_default();
    }
    found
}

/// The names of a list that ends each with a NUL byte.
fn names(list: &[u8]) -> impl Iterator<Item = OsString> {
    list.split(|byte| *byte == 0).filter(|name| !name.is_empty()).map(os_string)
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStrExt;
    OsStr::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    OsStr::new(&*String::from_utf8_lossy(bytes)).to_owned()
}

/// The first line of what git wrote, without its `fatal: `.
fn words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().next().unwrap_or_default().trim();
    line.strip_prefix("fatal: ").unwrap_or(line).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn asked(names: &[&str]) -> Vec<(OsString, PathBuf)> {
        names.iter().map(|name| (OsString::from(name), PathBuf::from(name))).collect()
    }

    #[test]
    fn answers_are_matched_with_their_questions() {
        let answer = b"0123 blob 5\na: 1\n\nbase:new.yaml missing\n4567 blob 0\n\n";
        let found = blobs(answer, asked(&["a.yaml", "new.yaml", "empty.yaml"]));
        let found: Vec<(&str, &str)> =
            found.iter().map(|(path, text)| (path.to_str().unwrap(), &**text)).collect();
        assert_eq!(found, [("a.yaml", "a: 1\n"), ("empty.yaml", "")]);
    }

    #[test]
    fn an_answer_that_is_cut_off_or_no_text_gives_nothing() {
        assert_eq!(blobs(b"0123 blob 50\na: 1", asked(&["a.yaml", "b.yaml"])), []);
        assert_eq!(blobs(b"0123 blob 2\n\xff\xfe\n", asked(&["a.yaml"])), []);
        assert_eq!(blobs(b"", asked(&["a.yaml"])), []);
    }
}
