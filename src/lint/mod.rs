//! The one entry of the library: from what is named in [`Options`] to a [`Report`].

mod assemble;
mod caused;
mod hooks;
mod joins;
mod judge;
mod known;
pub(crate) mod meter;
mod options;
mod owned;
mod rendered;
mod timelines;
mod versions;

use std::sync::Arc;

use rayon::prelude::*;

use crate::config::overrides::PerFile;
use crate::finding::Judged;
use crate::finding::{Report, SourceId, Trouble};
pub use crate::kubernetes::version::{KubernetesVersion, VersionError};
pub use crate::kubernetes::versions::{KubernetesVersions, VersionsError};
pub use crate::project::input::Input;
use crate::project::input::{self, File, Files, Role};
use crate::project::load::{Loaded, Loader};
use crate::project::render::Relocator;
use crate::project::render::notice::Reading;
pub use crate::rules::settings::{Level, Settings};
use crate::set;
pub use crate::shell::Knowledge;
use crate::suppress;
use crate::timeline::Given;
use judge::Surroundings;
pub use options::Options;
use rendered::Plan;
pub use timelines::Timelines;
use timelines::Workloads;

/// Lints everything the options name. What cannot be read or is not linted is part of the report;
/// the same input gives the same report on any number of threads.
pub fn lint(options: &Options) -> Report {
    on_threads(options, || lint_here(options))
}

/// When things happen to the Pods of every workload that [`lint`] would judge. What the manifests do not
/// say, `given` can. What cannot be read is left out: [`lint`] names it.
pub fn timelines(options: &Options, given: &Given) -> Timelines {
    on_threads(options, || {
        let Read { found, plan, settings, loaded, .. } = Read::of(options);
        let sets = rendered::join(&found.files, &plan, &loaded);
        let owners = owned::owners(&found.files, &loaded);
        let workloads = Workloads { files: &found.files, loaded: &loaded, sets: &sets, owners: &owners };
        let timelines = workloads.timelines(given, |index| settings.files.get(index).map(Arc::as_ref));
        drop(sets);
        let texts = found.files.iter().zip(loaded);
        let sources = texts.map(|(file, loaded)| assemble::source(file, loaded.source)).collect();
        Timelines { timelines, sources }
    })
}

fn on_threads<T: Send>(options: &Options, run: impl FnOnce() -> T + Send) -> T {
    let pool =
        options.threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    match pool {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

/// What a run has read.
struct Read {
    found: Files,
    plan: Plan,
    settings: PerFile,
    loaded: Vec<Loaded>,
    /// What silences findings in each file that can hold such a thing.
    silences: Vec<suppress::Collected>,
}

impl Read {
    fn of(options: &Options) -> Self {
        let mut found = input::collect(&options.inputs, &options.context, &options.exclude);
        if let Some(name) = &options.stdin_filename {
            found.name_stdin(name);
        }
        if let Some(changes) = &options.changes {
            caused::assign_roles(&mut found, changes);
        }
        let plan = rendered::plan(options, &mut found);
        let settings = options.settings_for(&found.files);
        found.notes.extend(settings.unused.iter().cloned());
        options.meter.expect(found.files.len());
        let loader =
            Loader { limit: options.max_file_size, kinds: &options.kinds, keeps: suppress::may_hold_any };
        let knows_all = knows_all(options);
        let (loaded, silences): (Vec<Loaded>, Vec<Option<suppress::Collected>>) = found
            .files
            .par_iter()
            .zip(&plan.readings)
            .enumerate()
            .map(|(index, (file, reading))| {
                let loaded = guarded(|| loader.load(file, *reading));
                let mut loaded = loaded.unwrap_or_else(|| Loaded::bug(file));
                options.meter.count_read();
                // The documents that no rule asks for go with this.
                let parsed = loaded.parsed.take().zip(loaded.source.as_ref());
                // A panic is our bug, and must not cost the findings.
                let silences = parsed.and_then(|(parsed, source)| {
                    // What makes a patch of it is not said in the file.
                    let is_as_written = *reading != Reading::Patch && !loaded.is_origin;
                    let asked = suppress::Asked {
                        id: SourceId(index),
                        source,
                        parsed: &parsed,
                        items: is_as_written.then_some(&loaded.items),
                        knows_all,
                        kinds: &options.kinds,
                    };
                    guarded(|| suppress::collect(&asked))
                });
                (loaded, silences)
            })
            .unzip();
        let silences = silences.into_iter().flatten().filter(|one| !one.is_empty()).collect();
        Self { found, plan, settings, loaded, silences }
    }
}

fn lint_here(options: &Options) -> Report {
    let Read { mut found, plan, settings, loaded, silences } = Read::of(options);
    let sets = rendered::join(&found.files, &plan, &loaded);
    let owners = owned::owners(&found.files, &loaded);
    let known = Surroundings {
        sets: &sets,
        owners: &owners,
        is_partial: is_partial(options),
        fixes: options.fixes,
        keeps_unshown: !silences.is_empty(),
    };
    let relocator = plan.relocator(&found.files, &loaded);
    let run = Run {
        options,
        files: &found.files,
        loaded: &loaded,
        settings: &settings.files,
        readings: &plan.readings,
        relocator: &relocator,
    };
    let mut judged = judge_files(&run, &known);
    relocator.merge(&mut judged);
    let bugs = found.files.iter().zip(&judged).filter(|(_, judged)| judged.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    let outcome = silence(&run, &known, silences, judged);
    found.trouble.extend(bugs);
    let (joins, times) = match options.explain_joins {
        true => {
            let knowledge =
                |index: usize| settings.files.get(index).map(|settings| settings.knowledge.clone());
            let hooks = hooks::notes(&found.files, &loaded, &sets, knowledge);
            let joins = joins::notes(&found.files, &loaded, &sets, &owners).into_iter().chain(hooks);
            let workloads = Workloads { files: &found.files, loaded: &loaded, sets: &sets, owners: &owners };
            let of_file = |index: usize| settings.files.get(index).map(Arc::as_ref);
            (joins.collect(), workloads.notes(of_file))
        }
        false => (Vec::new(), Vec::new()),
    };
    drop(sets);
    drop(relocator);
    let left_out = owned::left_out(&found.files, &loaded, &owners);
    let linted = options.baseline.as_ref().map(|_| known::Linted::of(options, &found.files, &loaded));
    let findings = judge::merge(outcome.kept);
    let suppressed = judge::merge_suppressed(outcome.suppressed);
    let mut report = assemble::report(found, loaded, findings, suppressed, plan.hints);
    report.left_out = left_out;
    let skipped = report.not_linted();
    report.notes.extend(skipped.iter().map(|one| format!("{}: skipped: {}", one.file, one.reason)));
    report.notes.extend::<Vec<String>>(joins);
    report.notes.sort();
    report.notes.dedup();
    // They stand in the order of time.
    report.notes.extend(times);
    if let (Some(baseline), Some(mut linted)) = (&options.baseline, linted) {
        known::part(&mut report, baseline, &mut linted);
    }
    report
}

/// The files of a run: everywhere by their numbers.
#[derive(Clone, Copy)]
struct Run<'r> {
    options: &'r Options,
    files: &'r [File],
    loaded: &'r [Loaded],
    settings: &'r [Arc<Settings>],
    readings: &'r [Reading],
    relocator: &'r Relocator<'r>,
}

impl Run<'_> {
    /// What the rules find in a file, placed where it was written; `None` after a bug of ours.
    fn judge(&self, index: usize, known: &Surroundings<'_>, settings: &Settings) -> Option<Vec<Judged>> {
        let (file, loaded) = (self.files.get(index)?, self.loaded.get(index)?);
        guarded(|| {
            let mut judged = versions::file(file, loaded, SourceId(index), known, settings);
            judged.iter_mut().for_each(|judged| self.relocator.relocate(&mut judged.finding));
            judged
        })
    }
}

/// What is found in each of the targets; `None` for a file that a bug of ours kept from being judged.
fn judge_files(run: &Run<'_>, known: &Surroundings<'_>) -> Vec<Option<Vec<Judged>>> {
    let is_target = |source: SourceId| run.files.get(source.0).is_some_and(|file| file.role == Role::Target);
    // A script in a target may be run by a workload of the context, and is judged where it stands.
    let holds_scripts = |(file, loaded): (&File, &Loaded)| {
        file.role == Role::Target
            && loaded.items.iter().any(|item| set::kinds::holds_scripts(&item.object.id))
    };
    let judges_context = run.files.iter().zip(run.loaded).any(holds_scripts);
    run.files
        .par_iter()
        .zip(run.settings)
        .enumerate()
        .map(|(index, (file, settings))| {
            if file.role != Role::Target && !judges_context {
                return Some(Vec::new());
            }
            let mut judged = run.judge(index, known, settings)?;
            if file.role != Role::Target {
                judged.retain(|judged| is_target(judged.finding.place.source));
            }
            run.options.meter.count_judged();
            Some(judged)
        })
        .collect()
}

/// Adds what a change causes elsewhere, and splits all findings into those that are reported and those
/// that the user has silenced.
fn silence(
    run: &Run<'_>,
    known: &Surroundings<'_>,
    silences: Vec<suppress::Collected>,
    judged: Vec<Option<Vec<Judged>>>,
) -> suppress::Outcome {
    let files = run.files.iter().zip(run.loaded).zip(run.settings).zip(&judged);
    let texts: Vec<suppress::SilencedFile<'_>> = files
        .map(|(((file, loaded), settings), judged)| suppress::SilencedFile {
            source: loaded.source.as_ref(),
            is_judged: file.role == Role::Target && judged.is_some(),
            is_origin: loaded.is_origin,
            settings,
        })
        .collect();
    let caused =
        run.options.changes.as_ref().map(|changes| caused::findings(run, changes, known)).unwrap_or_default();
    let mut outcome =
        suppress::apply(&texts, silences, judged.into_iter().flatten().flatten().chain(caused).collect());
    // An annotation that silences nothing was found in the rendered text too.
    outcome.kept.iter_mut().for_each(|finding| run.relocator.relocate(finding));
    outcome
}

/// Every file of the project is linted, as far as can be told.
fn knows_all(options: &Options) -> bool {
    !is_partial(options) && options.context.is_empty() && options.changes.is_none()
}

/// Only single files were named, and no context: what they lack may stand in files that were not. A
/// stream without a name is what a tool rendered, so it is whole.
fn is_partial(options: &Options) -> bool {
    let is_file = |input: &Input| match input {
        Input::Path { path, .. } => !path.is_dir(),
        Input::Stdin => options.stdin_filename.is_some(),
        Input::Kustomize { .. } | Input::Helm { .. } => false,
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
