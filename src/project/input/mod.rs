//! Which files are read, in which order, and what becomes of those that cannot be.

mod decode;
mod walk;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::{Skipped, Trouble};
use crate::text::{Source, system};

pub(crate) use walk::identity;
pub(crate) use walk::{Selection, collect, display, is_manifest_name, name_order};

/// What the tool's own configuration file is called. It is YAML, and no manifest.
pub(crate) const CONFIGURATION: &str = ".kubectl-lifecycle.yaml";

/// So many times as large as a file may standard input be: it holds all of a cluster's objects.
const STREAM_LIMIT: u64 = 16;

/// What the user asked to be linted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file, or a directory.
    Path {
        /// As given.
        path: PathBuf,
        /// Directories below a directory are read too.
        recursive: bool,
    },
    /// A text in memory, such as one that an editor has not saved yet. It stands for the file of its path, which
    /// is not read, and may not be there.
    Text {
        /// The file that it stands for.
        path: PathBuf,
        /// The text.
        text: Arc<str>,
    },
    /// Standard input.
    Stdin,
    /// What kustomize builds of a directory.
    Kustomize {
        /// As given.
        directory: PathBuf,
    },
    /// What Helm renders of a chart.
    Helm {
        /// A directory or an archive, as given.
        chart: PathBuf,
        /// Files of values, in order.
        values: Vec<PathBuf>,
        /// `key=value`, in order.
        sets: Vec<String>,
    },
}

/// What charts are rendered with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartValues {
    /// Files of values, in order.
    pub files: Vec<PathBuf>,
    /// `key=value`, in order.
    pub sets: Vec<String>,
}

impl Input {
    /// A file, or a directory with everything below it.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self::Path { path: path.into(), recursive: true }
    }

    /// A text that stands for a file.
    pub fn text(path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        Self::Text { path: path.into(), text: text.into() }
    }

    /// A program renders it.
    pub fn is_rendered(&self) -> bool {
        matches!(self, Self::Kustomize { .. } | Self::Helm { .. })
    }
}

/// One file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// The name findings carry: as given, with forward slashes.
    pub name: String,
    /// Where its text is.
    pub content: Content,
    /// What it is read for.
    pub role: Role,
}

/// Where the text of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    /// On disk.
    Path(PathBuf),
    /// On standard input.
    Stdin,
    /// In memory: it stands for the file of that name.
    Text(Arc<str>),
    /// In memory: a program rendered it.
    Rendered {
        /// The text.
        text: Arc<str>,
        /// The command, for people: `helm template chart`.
        by: Arc<str>,
    },
}

/// What a file is read for; ordered, so that the stronger is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Role {
    /// To know about.
    Context,
    /// To report what a change in another file causes in it.
    Watched,
    /// To report findings in.
    Target,
}

/// The files of a run and what was said about the others while looking for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Files {
    /// In their total order.
    pub files: Vec<File>,
    /// Passed over, with the reason.
    pub skipped: Vec<Skipped>,
    /// Could not be looked at.
    pub trouble: Vec<Trouble>,
    /// How many manifests of the targets git ignores, which are not read.
    pub ignored: usize,
    /// For `--verbose`: what was left out because the user said so.
    pub notes: Vec<String>,
}

impl Files {
    /// Calls standard input `name` from here on. It then stands for the file of that name, which is
    /// not read: an editor passes what is not yet saved.
    pub(crate) fn name_stdin(&mut self, name: &str) {
        let is_stdin = |file: &File| file.content == Content::Stdin;
        if !self.files.iter().any(is_stdin) {
            return;
        }
        let path = Path::new(name);
        let name = walk::display(path);
        if let Ok(saved) = std::fs::canonicalize(path) {
            self.files.retain(|file| is_stdin(file) || walk::identity(file) != saved);
        }
        for file in self.files.iter_mut().filter(|file| is_stdin(file)) {
            file.name.clone_from(&name);
        }
        walk::sort(&mut self.files);
    }
}

impl File {
    /// The path it is known by; `None` for standard input without a name.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Path(path) => Some(path),
            Content::Stdin if self.name == "-" => None,
            Content::Stdin | Content::Text(_) | Content::Rendered { .. } => Some(Path::new(&self.name)),
        }
    }

    /// The file on disk that it is, or that its text stands for; `None` for a stream and for what was rendered.
    pub(crate) fn on_disk(&self) -> Option<&Path> {
        self.path().filter(|_| !self.is_rendered())
    }

    /// It is standard input, and stands for no file.
    pub(crate) fn is_stream(&self) -> bool {
        self.content == Content::Stdin && self.path().is_none()
    }

    /// A program has made its text.
    pub(crate) fn is_rendered(&self) -> bool {
        matches!(self.content, Content::Rendered { .. })
    }

    /// A `.json` file is JSON from the first byte: scalars mean what JSON says (fact L7).
    pub(crate) fn is_json(&self) -> bool {
        let extension = Path::new(&self.name).extension();
        !self.is_rendered() && extension.is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
    }

    /// Reads the file into text, at most `limit` bytes of it.
    ///
    /// # Errors
    /// Names the cause and the next step: not readable, too large, binary, not UTF-8.
    pub(crate) fn read(&self, limit: u64) -> Result<Source, Trouble> {
        let bytes = match &self.content {
            Content::Path(path) => self.read_path(path, limit)?,
            Content::Stdin => {
                let limit = limit.saturating_mul(STREAM_LIMIT);
                self.read_all(std::io::stdin().lock(), limit)?
            }
            Content::Text(text) => return Ok(Source::new(self.name.as_str(), Arc::clone(text))),
            Content::Rendered { text, by } => {
                return Ok(Source::rendered(self.name.as_str(), Arc::clone(text), Arc::clone(by)));
            }
        };
        decode::text(bytes)
            .map(|text| Source::new(self.name.as_str(), text))
            .map_err(|fault| self.trouble(fault.line, fault.column, fault.message))
    }

    fn read_path(&self, path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
        let unreadable = |cause: std::io::Error| self.unreadable(&cause);
        let metadata = std::fs::metadata(path).map_err(unreadable)?;
        if metadata.is_file() && metadata.len() > limit {
            return Err(self.too_large(limit));
        }
        self.read_all(std::fs::File::open(path).map_err(unreadable)?, limit)
    }

    /// Reads one byte more than the limit, so that a stream that grows is caught too.
    fn read_all(&self, reader: impl Read, limit: u64) -> Result<Vec<u8>, Trouble> {
        let mut bytes = Vec::new();
        reader
            .take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|cause| self.unreadable(&cause))?;
        if bytes.len() as u64 > limit {
            return Err(self.too_large(limit));
        }
        Ok(bytes)
    }

    fn unreadable(&self, cause: &std::io::Error) -> Trouble {
        self.trouble(None, None, system::unreadable(cause))
    }

    fn too_large(&self, limit: u64) -> Trouble {
        let message = format!(
            "is larger than {} MiB and was not read; raise --max-file-size if it really is a manifest",
            limit / (1024 * 1024)
        );
        self.trouble(None, None, message)
    }

    fn trouble(&self, line: Option<usize>, column: Option<usize>, message: String) -> Trouble {
        Trouble { file: self.name.clone(), line, column, message }
    }
}
