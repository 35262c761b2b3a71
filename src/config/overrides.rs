//! Settings for some files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::Entry;
use crate::project::exclude::{Base, PathGlobs};
use crate::project::sourced::{SetBy, Sourced};
use crate::rules::settings::Settings;

/// One entry of `overrides`.
#[derive(Debug, Clone, PartialEq)]
struct Override {
    entries: Vec<Entry>,
    set_by: SetBy,
}

/// What holds for some files besides what holds for all, and what the flags say last.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Overrides {
    /// The globs of all entries together: a path is looked up once.
    globs: PathGlobs,
    /// The entry that each glob belongs to.
    owners: Vec<usize>,
    rows: Vec<Override>,
    /// Flags beat the file, so they beat its overrides.
    flags: Vec<Entry>,
}

impl Overrides {
    /// Entries in the order of the file: globs, changes, and where the entry begins.
    pub(super) fn new(base: Base, rows: Vec<(Vec<Sourced<String>>, Vec<Entry>, SetBy)>) -> Self {
        let mut all = Self::default();
        let mut patterns = Vec::new();
        for (files, entries, set_by) in rows {
            all.owners.extend(files.iter().map(|_| all.rows.len()));
            all.rows.push(Override { entries, set_by });
            patterns.extend(files);
        }
        all.globs = PathGlobs::new(base, patterns);
        all
    }

    /// With flags that are applied after every override.
    #[must_use]
    pub(crate) fn with_flags(self, flags: Vec<Entry>) -> Self {
        Self { flags, ..self }
    }

    /// There are none, so that every file has the same settings.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The numbers of the overrides that match a path, in their order.
    pub(crate) fn matching(&self, path: &Path) -> Vec<usize> {
        let globs = self.globs.covering(path).into_iter();
        let mut rows: Vec<usize> = globs.filter_map(|glob| self.owners.get(glob).copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The changes of some overrides and the flags, in the order in which they hold.
    pub(crate) fn entries(&self, rows: &[usize]) -> impl Iterator<Item = &Entry> {
        let rows = rows.iter().filter_map(|row| self.rows.get(*row));
        let entries = rows.flat_map(|row| &row.entries).collect::<Vec<_>>();
        let flags = if entries.is_empty() { &[][..] } else { &self.flags };
        entries.into_iter().chain(flags)
    }

    /// The globs of each override, in order, and where it is written.
    pub(crate) fn list(&self) -> impl Iterator<Item = (Vec<&str>, &SetBy)> {
        self.rows.iter().enumerate().map(|(row, entry)| {
            let globs = self.globs.patterns().iter().zip(&self.owners);
            let own = globs.filter(move |(_, owner)| **owner == row).map(|(glob, _)| glob.value.as_str());
            (own.collect(), &entry.set_by)
        })
    }

    /// Overrides that match none of the files, for notes.
    pub(crate) fn unused(&self, used: &[usize]) -> Vec<String> {
        let rows = self.list().enumerate().filter(|(row, _)| !used.contains(row));
        rows.map(|(_, (globs, set_by))| {
            format!("the override of {} ({}) matches no file of this run", quoted(&globs), place(set_by))
        })
        .collect()
    }

    /// The settings of each path. Files that the same overrides match share theirs, so that thousands
    /// of files make only a few.
    pub(crate) fn settings<'p>(
        &self,
        settings: &Settings,
        paths: impl IntoIterator<Item = Option<&'p Path>>,
    ) -> PerFile {
        let base = Arc::new(settings.clone());
        let mut known: BTreeMap<Vec<usize>, Arc<Settings>> = BTreeMap::new();
        let mut of = |path: Option<&Path>| {
            let rows = match path {
                Some(path) if !self.is_empty() => self.matching(path),
                _ => return Arc::clone(&base),
            };
            if rows.is_empty() {
                return Arc::clone(&base);
            }
            let changed = known.entry(rows);
            let rows = changed.key().clone();
            Arc::clone(changed.or_insert_with(|| {
                let mut own = settings.clone();
                self.entries(&rows).for_each(|entry| entry.change.apply(&mut own));
                Arc::new(own)
            }))
        };
        let files = paths.into_iter().map(&mut of).collect();
        let mut used: Vec<usize> = known.into_keys().flatten().collect();
        used.sort_unstable();
        used.dedup();
        PerFile { files, unused: self.unused(&used) }
    }
}

/// The settings of the files of a run.
#[derive(Debug)]
pub(crate) struct PerFile {
    /// In the order of the files.
    pub files: Vec<Arc<Settings>>,
    /// Notes on overrides that match none.
    pub unused: Vec<String>,
}

fn quoted(globs: &[&str]) -> String {
    globs.iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(", ")
}

/// Where an override stands, without saying again that it is one.
fn place(set_by: &SetBy) -> String {
    match set_by {
        SetBy::File { name, line, .. } => format!("{name}:{line}"),
        other => other.to_string(),
    }
}
