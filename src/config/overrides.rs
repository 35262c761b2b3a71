//! Settings for some files, and levels of rules for some objects and containers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::objects::Objects;
use super::words::level_word;
use super::{Change, Entry};
use crate::manifest::Object;
use crate::manifest::workload::Workload;
use crate::project::exclude::{Base, PathGlobs};
use crate::project::sourced::{SetBy, Sourced};
use crate::rules::Rule;
use crate::rules::settings::{Level, Settings};

/// One entry of `overrides`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Override {
    /// The files; without any, all, and standard input too.
    pub(super) files: Vec<Sourced<String>>,
    /// The objects and containers; without a condition, whole files.
    pub(super) objects: Objects,
    /// Why.
    pub(super) reason: Option<String>,
    /// What changes; for objects, levels of rules alone.
    pub(super) entries: Vec<Entry>,
    /// Where it begins.
    pub(super) set_by: SetBy,
}

impl Override {
    fn is_of_files(&self) -> bool {
        self.objects.is_empty()
    }

    /// The conditions by their keys.
    fn conditions(&self) -> Map<String, Value> {
        let mut conditions = Map::new();
        if !self.files.is_empty() {
            let files: Vec<&str> = self.files.iter().map(|glob| glob.value.as_str()).collect();
            conditions.insert("files".to_owned(), json!(files));
        }
        conditions.extend(self.objects.list());
        conditions
    }

    /// What it is about and why, and for objects also what it says of them.
    fn described(&self) -> Map<String, Value> {
        let mut said = self.conditions();
        if let Some(reason) = &self.reason {
            said.insert("reason".to_owned(), json!(reason));
        }
        if !self.is_of_files() {
            let levels = self.entries.iter().filter_map(|entry| match &entry.change {
                Change::Level(rule, level) => Some(((*rule).to_owned(), json!(level_word(*level)))),
                _ => None,
            });
            said.insert("rules".to_owned(), Value::Object(levels.collect()));
        }
        said
    }

    /// What it is about, in words: ``files `k8s/**`; kinds `DaemonSet` ``, and of files alone their globs.
    fn named(&self) -> String {
        let word = |value: &Value| format!("`{}`", value.as_str().unwrap_or_default());
        let words = self.conditions().into_iter().map(|(key, value)| {
            let words: Vec<String> = match &value {
                Value::Array(items) => items.iter().map(word).collect(),
                Value::Object(labels) => {
                    let label = |(key, value): (&String, &Value)| {
                        format!("`{key}: {}`", value.as_str().unwrap_or_default())
                    };
                    labels.iter().map(label).collect()
                }
                other => vec![word(other)],
            };
            let words = words.join(", ");
            if self.is_of_files() { words } else { format!("{key} {words}") }
        });
        words.collect::<Vec<_>>().join("; ")
    }
}

/// What holds for some files and objects besides what holds for all, and what the flags say last.
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
    /// Entries in the order of the file.
    pub(super) fn new(base: Base, rows: Vec<Override>) -> Self {
        let owners = rows.iter().enumerate().flat_map(|(row, one)| one.files.iter().map(move |_| row));
        let owners = owners.collect();
        let patterns = rows.iter().flat_map(|row| row.files.iter().cloned()).collect();
        Self { globs: PathGlobs::new(base, patterns), owners, rows, flags: Vec::new() }
    }

    /// With flags that are applied after every override.
    #[must_use]
    pub(crate) fn with_flags(self, flags: Vec<Entry>) -> Self {
        Self { flags, ..self }
    }

    /// The same for files that were copied to another directory: their globs are relative to where it is there.
    #[must_use]
    pub(crate) fn moved(&self, to: impl Fn(&Path) -> std::path::PathBuf) -> Self {
        Self { globs: self.globs.moved(to), ..self.clone() }
    }

    /// There are none, so that every file has the same settings.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The numbers of the overrides that name a path, in their order.
    fn naming(&self, path: &Path) -> Vec<usize> {
        let globs = self.globs.covering(path).into_iter();
        let mut rows: Vec<usize> = globs.filter_map(|glob| self.owners.get(glob).copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// The numbers of the overrides of files that match a path, in their order.
    pub(crate) fn matching(&self, path: &Path) -> Vec<usize> {
        let mut rows = self.naming(path);
        rows.retain(|row| self.rows.get(*row).is_some_and(Override::is_of_files));
        rows
    }

    /// The numbers of the overrides that hold for objects of a file, if they are meant, in their order.
    pub(crate) fn of_objects_in(&self, path: Option<&Path>) -> Vec<usize> {
        let is_about = |row: &Override| !row.is_of_files();
        if !self.rows.iter().any(is_about) {
            return Vec::new();
        }
        let naming = path.map(|path| self.naming(path)).unwrap_or_default();
        let rows = self.rows.iter().enumerate().filter(|(_, row)| is_about(row));
        let rows = rows.filter(|(at, row)| row.files.is_empty() || naming.binary_search(at).is_ok());
        rows.map(|(at, _)| at).collect()
    }

    /// The changes of some overrides and the flags, in the order in which they hold.
    pub(crate) fn entries(&self, rows: &[usize]) -> impl Iterator<Item = &Entry> {
        let rows = rows.iter().filter_map(|row| self.rows.get(*row));
        let entries = rows.flat_map(|row| &row.entries).collect::<Vec<_>>();
        let flags = if entries.is_empty() { &[][..] } else { &self.flags };
        entries.into_iter().chain(flags)
    }

    /// What each override is about, in order, and where it is written.
    pub(crate) fn list(&self) -> impl Iterator<Item = (Map<String, Value>, &SetBy)> {
        self.rows.iter().map(|row| (row.described(), &row.set_by))
    }

    /// Notes on overrides that none of these files and objects is meant by.
    pub(crate) fn unused<'f>(&self, files: impl Iterator<Item = InFile<'f>>) -> Vec<String> {
        let mut used = vec![false; self.rows.len()];
        let mut mark = |row: usize| {
            if let Some(used) = used.get_mut(row) {
                *used = true;
            }
        };
        for InFile { path, objects } in files {
            path.map(|path| self.matching(path)).unwrap_or_default().into_iter().for_each(&mut mark);
            let about = self.of_objects_in(path);
            let objects = objects.filter(|_| !about.is_empty());
            for (object, workload) in objects {
                let meant = about.iter().filter(|row| {
                    self.rows.get(**row).is_some_and(|row| row.objects.occurs_in(object, workload))
                });
                meant.copied().for_each(&mut mark);
            }
        }
        let unused = self.rows.iter().zip(used).filter(|(_, used)| !used).map(|(row, _)| row);
        unused
            .map(|row| {
                let what = if row.is_of_files() { "no file" } else { "nothing" };
                format!("the override of {} ({}) matches {what} of this run", row.named(), place(&row.set_by))
            })
            .collect()
    }

    /// The settings of each path. Files that the same overrides match share theirs, so that thousands
    /// of files make only a few.
    pub(crate) fn settings<'p>(
        &self,
        settings: &Settings,
        paths: impl IntoIterator<Item = Option<&'p Path>>,
    ) -> Vec<Arc<Settings>> {
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
        paths.into_iter().map(&mut of).collect()
    }

    /// What levels the rules have for an object of a file, where they are others than those of the file. `about` is
    /// what [`Overrides::of_objects_in`] says of it, and `settings` is what holds for every file.
    pub(crate) fn levels<'a>(
        &'a self,
        settings: &'a Settings,
        (path, about): (Option<&Path>, &[usize]),
        object: &Object,
        workload: Option<&Workload>,
    ) -> Option<Levels<'a>> {
        let is_meant =
            |row: &&usize| self.rows.get(**row).is_some_and(|row| row.objects.means(object, workload));
        let about: Vec<usize> = about.iter().filter(is_meant).copied().collect();
        let of_file = || path.map(|path| self.matching(path)).unwrap_or_default();
        (!about.is_empty()).then(|| Levels { overrides: self, settings, of_file: of_file(), about })
    }
}

/// A file, and what it holds.
pub(crate) struct InFile<'f> {
    /// Its path; `None` for a stream without a name.
    pub path: Option<&'f Path>,
    /// Its objects, each with its workload, if it is one.
    pub objects: Box<dyn Iterator<Item = (&'f Object, Option<&'f Workload>)> + 'f>,
}

/// The levels that rules have for an object that overrides are about.
pub(crate) struct Levels<'a> {
    overrides: &'a Overrides,
    settings: &'a Settings,
    of_file: Vec<usize>,
    /// The overrides that mean the object, or some of its containers.
    about: Vec<usize>,
}

impl Levels<'_> {
    /// The rule is on for some findings, whatever the file says.
    pub(crate) fn may_turn_on(&self, rule: &Rule) -> bool {
        let entries = self.overrides.entries(&self.about);
        let levels = entries.filter_map(|entry| match &entry.change {
            Change::Level(id, level) => Some((*id, *level)),
            _ => None,
        });
        levels.into_iter().any(|(id, level)| id == rule.id && level != Level::Off)
    }

    /// Settings with the levels for findings about a container; `None` is for those about none.
    pub(crate) fn of(&self, container: Option<&str>) -> Settings {
        let means = |row: &&usize| {
            let row = self.overrides.rows.get(**row);
            row.is_some_and(|row| row.objects.means_container(container))
        };
        let mut rows: Vec<usize> = self.about.iter().filter(means).copied().collect();
        rows.extend(&self.of_file);
        rows.sort_unstable();
        let Settings { levels, since, .. } = self.settings;
        let mut own = Settings { levels: levels.clone(), since: *since, ..Settings::default() };
        let entries = self.overrides.entries(&rows);
        let levels = entries.filter(|entry| matches!(entry.change, Change::Level(..) | Change::Since(_)));
        levels.for_each(|entry| entry.change.apply(&mut own));
        own
    }
}

/// Where an override stands, without saying again that it is one.
fn place(set_by: &SetBy) -> String {
    match set_by {
        SetBy::File { name, line, .. } => format!("{name}:{line}"),
        other => other.to_string(),
    }
}
