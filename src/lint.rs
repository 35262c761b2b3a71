//! The one entry of the library: from inputs to a report.

use std::sync::Arc;

use rayon::prelude::*;

use crate::finding::{Finding, Report, Severity, Skipped, SourceId, Summary, Trouble};
pub use crate::input::Input;
use crate::input::{self, File};
use crate::manifest::kinds;
use crate::manifest::object::{self, Object};
use crate::manifest::typed;
use crate::manifest::workload::{self, Workload};
use crate::rules::RULES;
use crate::rules::subject::{ContainerView, Settings, Subject, named};
use crate::set::{self, Set};
use crate::source::Source;
use crate::timeline::{self, PreStop};
use crate::version::KubernetesVersion;
use crate::yaml::{self, DocumentError, Problem};

/// What to lint, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Files, directories, standard input.
    pub inputs: Vec<Input>,
    /// How long after deletion endpoints can still receive traffic, in seconds.
    pub propagation_delay: f64,
    /// The version that is advised for and judged by.
    pub kubernetes_version: KubernetesVersion,
    /// Also say what cannot be known.
    pub strict: bool,
    /// Larger files are not read, in bytes.
    pub max_file_size: u64,
    /// How many threads work; `None` is one a core.
    pub threads: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            inputs: vec![Input::Path { path: ".".into(), recursive: true }],
            propagation_delay: 5.0,
            kubernetes_version: KubernetesVersion::default(),
            strict: false,
            max_file_size: 64 * 1024 * 1024,
            threads: None,
        }
    }
}

/// One object, typed as far as its kind is known.
struct Item {
    object: Object,
    workload: Option<Workload>,
    problems: Vec<Problem>,
}

/// What became of one file.
#[derive(Default)]
struct Loaded {
    source: Option<Source>,
    items: Vec<Item>,
    documents: usize,
    skipped: Vec<Skipped>,
    trouble: Vec<Trouble>,
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
    let found = input::collect(&options.inputs);
    let loaded: Vec<Loaded> = found
        .files
        .par_iter()
        .map(|file| guarded(|| load(file, options.max_file_size)).unwrap_or_else(|| Loaded::bug(file)))
        .collect();
    let set = join(&loaded);
    let settings = Settings {
        propagation_delay: options.propagation_delay,
        kubernetes_version: options.kubernetes_version,
        strict: options.strict,
    };
    let judged: Vec<Option<Vec<Finding>>> = loaded
        .par_iter()
        .enumerate()
        .map(|(index, file)| {
            guarded(|| {
                file.items.iter().flat_map(|item| judge(item, SourceId(index), &set, settings)).collect()
            })
        })
        .collect();
    let bugs = found.files.iter().zip(&judged).filter(|(_, findings)| findings.is_none());
    let bugs: Vec<Trouble> = bugs.map(|(file, _)| bug(file)).collect();
    let findings = judged.into_iter().flatten().flatten().collect();
    drop(set);
    let mut found = found;
    found.trouble.extend(bugs);
    report(found, loaded, merge(findings))
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

fn load(file: &File, limit: u64) -> Loaded {
    let mut loaded = Loaded::default();
    let source = match file.read(limit) {
        Ok(source) => source,
        Err(trouble) => {
            loaded.trouble.push(trouble);
            return loaded;
        }
    };
    for document in yaml::documents(&source, file.is_json()) {
        match document.content {
            Ok(tree) => {
                loaded.documents += 1;
                let contents = object::objects(&Arc::new(tree));
                loaded.skipped.extend(contents.skipped.into_iter().map(|reason| skipped(file, reason)));
                for object in contents.objects {
                    loaded.skipped.extend(unknown_workload(&object).map(|reason| skipped(file, reason)));
                    loaded.items.extend(item(object));
                }
            }
            Err(error) => refuse(file, &source, &error, &mut loaded),
        }
    }
    loaded.source = Some(source);
    loaded
}

/// `None` for an object that no rule has anything to say about: its tree is not kept, which halves
/// the memory of a run over definitions and roles.
fn item(object: Object) -> Option<Item> {
    if let Some((workload, problems)) = workload::workload(&object) {
        return Some(Item { object, workload: Some(workload), problems });
    }
    let problems = typed::problems(&object);
    let is_needed = Set::joins(&object) || !problems.is_empty() || !object.tree.duplicate_keys().is_empty();
    is_needed.then_some(Item { object, workload: None, problems })
}

/// A kind that is not in the table, and carries a pod template all the same.
fn unknown_workload(object: &Object) -> Option<String> {
    if kinds::find(&object.id.api_version, &object.id.kind).is_some() {
        return None;
    }
    let path = kinds::hidden_template(object)?;
    Some(format!(
        "{} ({}) carries a pod template at `{path}`, and its kind is not linted",
        named(&object.id),
        object.id.api_version
    ))
}

fn skipped(file: &File, reason: String) -> Skipped {
    Skipped { file: file.name.clone(), reason }
}

fn refuse(file: &File, source: &Source, error: &DocumentError, loaded: &mut Loaded) {
    let position = source.position(error.at());
    if let DocumentError::Template { reason, .. } = error {
        loaded.skipped.push(skipped(file, format!("{reason} (line {})", position.line)));
        return;
    }
    loaded.trouble.push(Trouble {
        file: file.name.clone(),
        line: Some(position.line),
        column: Some(position.column),
        message: error.to_string(),
    });
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

fn judge(item: &Item, source: SourceId, set: &Set, settings: Settings) -> Vec<Finding> {
    let workload = item.workload.as_ref();
    let subject = Subject {
        source,
        object: &item.object,
        problems: &item.problems,
        workload,
        containers: workload.map(|workload| views(workload, source, set)).unwrap_or_default(),
        set,
        settings,
    };
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(&subject, &mut findings);
    }
    findings
}

fn views<'a>(workload: &'a Workload, source: SourceId, set: &'a Set) -> Vec<ContainerView<'a>> {
    let reaches = set.reaches(workload);
    workload
        .containers
        .iter()
        .map(|container| ContainerView {
            container,
            serving: set::serving(workload, container, &reaches),
            reaches: reaches.iter().filter(|reach| reach.container == container.path).cloned().collect(),
            pre_stop: PreStop::of(set, source, workload, container),
        })
        .collect()
}

/// Sorts into the total order, and makes one of what was found at one place for several
/// containers: a script that two of them run is mended once.
fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut().filter(|last| is_same(last, &finding)) {
            Some(last) => {
                let new = finding
                    .related
                    .into_iter()
                    .filter(|place| !last.related.contains(place))
                    .collect::<Vec<_>>();
                last.related.extend(new);
            }
            None => merged.push(finding),
        }
    }
    merged
}

fn key(
    finding: &Finding,
) -> (&crate::finding::Place, &str, &str, &crate::finding::ObjectRef, &Option<String>) {
    (&finding.place, finding.rule, &finding.message, &finding.object, &finding.container)
}

/// In a text of another object, so read through a mount; an alias is one finding per container.
fn is_same(a: &Finding, b: &Finding) -> bool {
    let is_mounted = |finding: &Finding| matches!(finding.place.path.steps().first(), Some(crate::path::Step::Key(key)) if key == "data");
    a.rule == b.rule && a.place == b.place && is_mounted(a)
}

fn counted(loaded: &Loaded) -> String {
    let workloads = loaded.items.iter().filter(|item| item.workload.is_some()).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{} and {}", plural(loaded.documents, "document"), plural(workloads, "workload"))
}

/// What was looked at and not judged, or only in part.
fn notes(file: &File, item: &Item) -> Vec<String> {
    let Some(workload) = &item.workload else { return Vec::new() };
    let object = named(&workload.object.id);
    let mut notes = Vec::new();
    if workload.is_fragment {
        notes.push(format!(
            "{}: {object} is a patch or a part of a whole, judged only by what it contains",
            file.name
        ));
    }
    for (container, hook) in workload.containers.iter().flat_map(|container| {
        [("preStop", container.pre_stop()), ("postStart", container.post_start())]
            .into_iter()
            .filter_map(move |(name, hook)| Some((container, (name, hook?.exec.as_ref()?.command.as_ref()?))))
    }) {
        let (name, command) = hook;
        if let Some(reason) = timeline::unread(workload, command) {
            notes.push(format!(
                "{}: the {name} hook of `{}` in {object} is not read: {reason}",
                file.name, container.name
            ));
        }
    }
    notes
}

fn report(found: input::Files, loaded: Vec<Loaded>, findings: Vec<Finding>) -> Report {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = Summary {
        files: found.files.len(),
        documents: loaded.iter().map(|file| file.documents).sum(),
        workloads: loaded.iter().flat_map(|file| &file.items).filter(|item| item.workload.is_some()).count(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        suppressed: 0,
    };
    let mut report =
        Report { findings, skipped: found.skipped, trouble: found.trouble, summary, ..Report::default() };
    for (file, loaded) in found.files.iter().zip(loaded) {
        report
            .notes
            .extend(loaded.source.is_some().then(|| format!("{}: read, {}", file.name, counted(&loaded))));
        report.notes.extend(loaded.items.iter().flat_map(|item| notes(file, item)));
        report.skipped.extend(loaded.skipped);
        report.trouble.extend(loaded.trouble);
        let source = loaded.source.unwrap_or_else(|| Source::new(file.name.as_str(), ""));
        report.sources.push(source);
    }
    report.notes.sort();
    report.skipped.sort();
    report.skipped.dedup();
    report.trouble.sort();
    report
}
