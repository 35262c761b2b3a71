//! The configuration: `.kubectl-lifecycle.yaml`, from the file to what a run goes by.

mod change;
mod check;
pub(crate) mod file;
mod find;
mod load;
mod objects;
pub(crate) mod overrides;
pub(crate) mod schema;
mod schema_fields;
pub(crate) mod show;
mod words;

use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use change::{Change, Entry};
pub(crate) use find::find;
pub(crate) use load::{load, load_from};
pub(crate) use overrides::Overrides;
pub(crate) use words::{LEVELS, level};

use crate::finding::Severity;
use crate::manifest::kinds::WorkloadKind;
use crate::project::exclude::PathGlobs;
use crate::project::sourced::Sourced;

/// What the configuration file says; empty without one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// The file's name, as findings would carry it.
    pub file: Option<String>,
    /// What it sets for every file.
    pub entries: Vec<Entry>,
    /// The lowest severity that makes the exit status 1; `never` is none.
    pub fail_on: Option<Sourced<Option<Severity>>>,
    /// What it sets for some files.
    pub overrides: Overrides,
    /// Files that are not read.
    pub exclude: PathGlobs,
    /// Kinds that carry a pod template.
    pub kinds: Vec<Sourced<Arc<WorkloadKind>>>,
    /// What is only known about: directories and files, ready to be read.
    pub context: Vec<Sourced<PathBuf>>,
    /// Notes for `--verbose`.
    pub notes: Vec<String>,
}
