//! The files of a run that places are looked for in, by their real paths.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::finding::SourceId;
use crate::project::input::{self, Content, File};
use crate::text::Source;
use crate::yaml::{self, Tree};

/// One file.
#[derive(Debug)]
pub(super) struct BookFile<'r> {
    pub(super) id: SourceId,
    pub(super) source: &'r Source,
    is_json: bool,
    trees: OnceLock<Vec<Arc<Tree>>>,
}

/// The files by their real paths.
#[derive(Debug, Default)]
pub(super) struct Book<'r>(HashMap<PathBuf, BookFile<'r>>);

impl<'r> Book<'r> {
    pub(super) fn of(files: impl Iterator<Item = (SourceId, &'r File, &'r Source)>) -> Self {
        let on_disk =
            files.filter(|(_, file, _)| matches!(file.content, Content::Path(_) | Content::Text(_)));
        let page = |(id, file, source): (SourceId, &'r File, &'r Source)| {
            let page = BookFile { id, source, is_json: file.is_json(), trees: OnceLock::new() };
            (input::identity(file), page)
        };
        Self(on_disk.map(page).collect())
    }

    pub(super) fn page(&self, path: &Path) -> Option<&BookFile<'r>> {
        self.0.get(path).or_else(|| self.0.get(&std::fs::canonicalize(path).ok()?))
    }
}

impl BookFile<'_> {
    /// Its documents, as far as they can be read.
    pub(super) fn trees(&self) -> &[Arc<Tree>] {
        self.trees.get_or_init(|| {
            let documents = yaml::documents(self.source, self.is_json);
            documents.into_iter().filter_map(|document| document.content.ok()).map(Arc::new).collect()
        })
    }
}
