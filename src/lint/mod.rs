//! The one entry of the library: from inputs to a report.

mod assemble;
mod caused;
mod judge;
mod known;
mod load;

use rayon::prelude::*;

use crate::baseline::Baseline;
use crate::changes::Changes;
use crate::finding::{Finding, Report, SourceId, Trouble};
pub use crate::input::Input;
use crate::input::{self, File, Role};
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
    /// What git says has changed: those of the inputs that did are the targets, and the others only
    /// get the findings that a change causes in them.
    pub changes: Option<Changes>,
    /// Findings that are known, and not reported.
    pub baseline: Option<Baseline>,
    /// What rules depend on.
    pub settings: Settings,
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
            changes: None,
            baseline: None,
            settings: Settings::default(),
            max_file_size: 64 * 1024 * 1024,
            threads: None,
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
    if let Some(changes) = &options.changes {
        caused::assign_roles(&mut found, changes);
    }
    let loaded: Vec<Loaded> = found
        .files
        .par_iter()
        .map(|file| guarded(|| load::load(file, options.max_file_size)).unwrap_or_else(|| Loaded::bug(file)))
        .collect();
    let set = join(&loaded);
    let is_partial = is_partial(options);
    let is_target =
        |source: SourceId| found.files.get(source.0).is_some_and(|file| file.role == Role::Target);
    // A script in a target may be run by a workload of the context, and is judged where it stands.
    let holds_scripts = |(file, loaded): (&File, &Loaded)| {
        file.role == Role::Target && loaded.items.iter().any(|item| item.object.id.kind == "ConfigMap")
    };
    let judges_context = found.files.iter().zip(&loaded).any(holds_scripts);
    let judged: Vec<Option<Vec<Finding>>> = found
        .files
        .par_iter()
        .zip(&loaded)
        .enumerate()
        .map(|(index, (file, loaded))| {
            if file.role != Role::Target && !judges_context {
                return Some(Vec::new());
            }
            let settings = options.settings_for(file);
            let judge = |item| judge::judge(item, SourceId(index), &set, settings, is_partial);
            guarded(|| {
                let findings = loaded.items.iter().flat_map(judge);
                match file.role {
                    Role::Target => findings.collect(),
                    _ => findings.filter(|finding| is_target(finding.place.source)).collect(),
                }
            })
        })
        .collect();
    let caused = match &options.changes {
        Some(changes) => caused::findings(options, changes, &found.files, &loaded, &set),
        None => Vec::new(),
    };
    drop(set);
    let bugs = found.files.iter().zip(&judged).filter(|(_, findings)| findings.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    found.trouble.extend(bugs);
    let linted = options
        .baseline
        .as_ref()
        .map(|_| known::Linted::of(options, &found.files, &loaded))
        .unwrap_or_default();
    let findings = judge::merge(judged.into_iter().flatten().flatten().chain(caused).collect());
    let mut report = assemble::report(found, loaded, findings);
    if let Some(baseline) = &options.baseline {
        known::part(&mut report, baseline, &linted);
    }
    report
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
