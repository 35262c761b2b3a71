//! The one entry of the library: from inputs to a report.

mod assemble;
mod judge;
mod load;

use rayon::prelude::*;

use crate::config::overrides::PerFile;
use crate::config::{Exclude, Overrides};
use crate::finding::{Finding, Report, SourceId, Trouble};
pub use crate::input::Input;
use crate::input::{self, File, Role};
use crate::manifest::kinds::Kinds;
use crate::set::Set;
use crate::settings::Settings;
use load::Loaded;

/// What to lint, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The targets, which findings are reported in: files, directories, standard input.
    pub inputs: Vec<Input>,
    /// The context, which is only known about: a Service in it is joined with the workloads it selects.
    pub context: Vec<Input>,
    /// What rules depend on.
    pub settings: Settings,
    /// What some files are judged by instead.
    pub overrides: Overrides,
    /// What is not read.
    pub exclude: Exclude,
    /// The kinds that carry a pod template.
    pub kinds: Kinds,
    /// Larger files are not read, in bytes.
    pub max_file_size: u64,
    /// How many threads work; `None` is one a core.
    pub threads: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: vec![Input::Path { path: ".".into(), recursive: true }],
            context: Vec::new(),
            settings: Settings::default(),
            overrides: Overrides::default(),
            exclude: Exclude::default(),
            kinds: Kinds::default(),
            max_file_size: 64 * 1024 * 1024,
            threads: None,
        }
    }
}

impl Options {
    /// The settings that each file is judged by.
    fn settings_for(&self, files: &[File]) -> PerFile {
        self.overrides.settings(&self.settings, files.iter().map(File::path))
    }
}

/// Lints everything the options name. What cannot be read or is not linted is part of the report;
/// the same input gives the same report on any number of threads.
pub fn lint(options: &Options) -> Report {
    let run = || lint_here(options);
    let pool =
        options.threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

fn lint_here(options: &Options) -> Report {
    let mut found = input::collect(&options.inputs, &options.context, &options.exclude);
    let settings = options.settings_for(&found.files);
    let loaded: Vec<Loaded> = found
        .files
        .par_iter()
        .map(|file| {
            guarded(|| load::load(file, options.max_file_size, &options.kinds))
                .unwrap_or_else(|| Loaded::bug(file))
        })
        .collect();
    let set = join(&loaded);
    let is_partial = is_partial(options);
    let judged: Vec<Option<Vec<Finding>>> = found
        .files
        .par_iter()
        .zip(&loaded)
        .zip(&settings.files)
        .enumerate()
        .map(|(index, ((file, loaded), settings))| {
            if file.role == Role::Context {
                return Some(Vec::new());
            }
            guarded(|| {
                let items = loaded.items.iter();
                items
                    .flat_map(|item| judge::judge(item, SourceId(index), &set, settings, is_partial))
                    .collect()
            })
        })
        .collect();
    drop(set);
    let bugs = found.files.iter().zip(&judged).filter(|(_, findings)| findings.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    found.trouble.extend(bugs);
    let findings = judge::merge(judged.into_iter().flatten().flatten().collect());
    found.notes.extend(settings.unused);
    assemble::report(found, loaded, findings)
}

/// Only files were named, and no context: what they lack may stand in files that were not.
fn is_partial(options: &Options) -> bool {
    let is_file = |input: &Input| matches!(input, Input::Path { path, .. } if !path.is_dir());
    options.context.is_empty() && options.inputs.iter().all(is_file)
}

/// A panic is our bug; it costs one file, never the findings in the others.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).ok()
}

fn bug(file: &File) -> Trouble {
    let message =
        "was not linted because of a bug in kubectl lifecycle; please report it with this file".to_owned();
    Trouble { file: file.name.clone(), line: None, column: None, message }
}

impl Loaded {
    fn bug(file: &File) -> Self {
        Self { trouble: vec![bug(file)], ..Self::default() }
    }
}

fn join(loaded: &[Loaded]) -> Set {
    let mut set = Set::default();
    for (index, file) in loaded.iter().enumerate() {
        for item in &file.items {
            set.add(SourceId(index), &item.object);
        }
    }
    set
}
