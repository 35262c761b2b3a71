//! The one entry of the library: from inputs to a report.

mod assemble;
mod joins;
mod judge;
mod load;
pub mod meter;
mod owned;

use rayon::prelude::*;

use crate::finding::{Finding, Report, SourceId, Trouble};
pub use crate::input::Input;
use crate::input::{self, File, Role};
use crate::set::Set;
use crate::settings::Settings;
use judge::Known;
use load::Loaded;
use meter::Meter;

/// What to lint, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The targets, which findings are reported in: files, directories, standard input.
    pub inputs: Vec<Input>,
    /// The context, which is only known about: a Service in it is joined with the workloads it selects.
    pub context: Vec<Input>,
    /// What rules depend on.
    pub settings: Settings,
    /// Larger files are not read, in bytes.
    pub max_file_size: u64,
    /// How many threads work; `None` is one a core.
    pub threads: Option<usize>,
    /// What standard input is called, where it has a name.
    pub stdin_filename: Option<String>,
    /// The report's notes also tell which objects were joined.
    pub explain_joins: bool,
    /// Counts what is done while it is done.
    pub meter: Meter,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: vec![Input::Path { path: ".".into(), recursive: true }],
            context: Vec::new(),
            settings: Settings::default(),
            max_file_size: 64 * 1024 * 1024,
            threads: None,
            stdin_filename: None,
            explain_joins: false,
            meter: Meter::default(),
        }
    }
}

impl Options {
    /// The settings that a file is judged by.
    fn settings_for(&self, _file: &File) -> &Settings {
        &self.settings
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
    let mut found = input::collect(&options.inputs, &options.context);
    if let Some(name) = &options.stdin_filename {
        found.name_stdin(name);
    }
    options.meter.expect(found.files.len());
    let loaded: Vec<Loaded> = found
        .files
        .par_iter()
        .map(|file| {
            let loaded = guarded(|| load::load(file, options.max_file_size));
            options.meter.count_read();
            loaded.unwrap_or_else(|| Loaded::bug(file))
        })
        .collect();
    let set = join(&loaded);
    let owners = owned::owners(&found.files, &loaded);
    let known = Known { set: &set, owners: &owners, is_partial: is_partial(options) };
    let judged: Vec<Option<Vec<Finding>>> = found
        .files
        .par_iter()
        .zip(&loaded)
        .enumerate()
        .map(|(index, (file, loaded))| {
            if file.role == Role::Context {
                return Some(Vec::new());
            }
            let settings = options.settings_for(file);
            let findings = guarded(|| judge::file(loaded, SourceId(index), &known, settings));
            options.meter.count_judged();
            findings
        })
        .collect();
    let joins = match options.explain_joins {
        true => joins::notes(&found.files, &loaded, &set, &owners),
        false => Vec::new(),
    };
    drop(set);
    let bugs = found.files.iter().zip(&judged).filter(|(_, findings)| findings.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    found.trouble.extend(bugs);
    let findings = judge::merge(judged.into_iter().flatten().flatten().collect());
    let left_out = owned::left_out(&found.files, &loaded, &owners);
    let mut report = assemble::report(found, loaded, findings);
    report.left_out = left_out;
    let skipped = report.not_linted();
    report.notes.extend(skipped.iter().map(|one| format!("{}: skipped: {}", one.file, one.reason)));
    report.notes.extend(joins);
    report.notes.sort();
    report
}

/// Only single files were named, and no context: what they lack may stand in files that were not. A
/// stream without a name is what a tool rendered, so it is whole.
fn is_partial(options: &Options) -> bool {
    let is_file = |input: &Input| match input {
        Input::Path { path, .. } => !path.is_dir(),
        Input::Stdin => options.stdin_filename.is_some(),
    };
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
