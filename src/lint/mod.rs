//! The one entry of the library: from inputs to a report.

mod assemble;
mod judge;
mod load;
mod rendered;

use std::time::Duration;

use rayon::prelude::*;

use crate::finding::{Finding, Report, SourceId, Trouble};
pub use crate::input::Input;
use crate::input::{self, File, Role};
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
    /// Larger files are not read, in bytes.
    pub max_file_size: u64,
    /// How many threads work; `None` is one a core.
    pub threads: Option<usize>,
    /// How long a program may take to render an input.
    pub render_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: vec![Input::Path { path: ".".into(), recursive: true }],
            context: Vec::new(),
            settings: Settings::default(),
            max_file_size: 64 * 1024 * 1024,
            threads: None,
            render_timeout: Duration::from_secs(30),
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
    let plan = rendered::plan(options, &mut found);
    let loaded: Vec<Loaded> = found
        .files
        .par_iter()
        .zip(&plan.readings)
        .map(|(file, reading)| {
            let load = || load::load(file, *reading, options.max_file_size);
            guarded(load).unwrap_or_else(|| Loaded::bug(file))
        })
        .collect();
    let sets = rendered::join(&found.files, &plan, &loaded);
    let is_partial = is_partial(options);
    let relocator = plan.relocator(&found.files, &loaded);
    let mut judged: Vec<Option<Vec<Finding>>> = found
        .files
        .par_iter()
        .zip(&loaded)
        .enumerate()
        .map(|(index, (file, loaded))| {
            if file.role == Role::Context {
                return Some(Vec::new());
            }
            let settings = options.settings_for(file);
            let set = sets.of(file);
            guarded(|| {
                let items = loaded.items.iter();
                let judge = |item| judge::judge(item, SourceId(index), set, settings, is_partial);
                let mut findings: Vec<Finding> = items.flat_map(judge).collect();
                findings.iter_mut().for_each(|finding| relocator.relocate(finding));
                findings
            })
        })
        .collect();
    drop(sets);
    let bugs = found.files.iter().zip(&judged).filter(|(_, findings)| findings.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    found.trouble.extend(bugs);
    relocator.merge(&mut judged);
    let findings = judge::merge(judged.into_iter().flatten().flatten().collect());
    drop(relocator);
    assemble::report(found, loaded, findings, plan.hints)
}

/// Only files were named, and no context: what they lack may stand in files that were not.
fn is_partial(options: &Options) -> bool {
    let is_file = |input: &Input| matches!(input, Input::Path { path, .. } if !path.is_dir());
    let mut plain = options.inputs.iter().filter(|input| !input.is_rendered()).peekable();
    options.context.is_empty() && plain.peek().is_some() && plain.all(is_file)
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
