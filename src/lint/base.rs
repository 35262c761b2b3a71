//! The merge base: the files as they were, linted the same way, so that only what is new is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Options;
use super::caused::{self, Cause};
use super::project::{Project, ReadFile};
use super::run::Run;
use crate::finding::identity::Identity;
use crate::finding::{Finding, ReportedBy, Severity};
use crate::project::changes::{Changes, CheckedOut};
use crate::project::input::{self, Content, File, Input, Role};
use crate::project::render::notice::Reading;
use crate::set::Set;
use crate::suppress::Outcome;

/// A run's files at the merge base.
pub(super) struct Base {
    /// The plain files.
    project: Project,
    /// What was rendered there, of what changed since, and its files.
    rendered: Option<(Project, CheckedOut)>,
    /// Why something could not be rendered there.
    pub(super) notes: Vec<String>,
    cause: Cause,
}

/// What became of a run's findings.
pub(super) struct Parted {
    /// With what is new alone. What is not stands among what is not shown: the baseline may hold it.
    pub(super) outcome: Outcome,
    /// How many of those in changed files are not new.
    pub(super) older: usize,
}

impl Base {
    /// Reads the merge base.
    pub(super) fn of(run: &Project, changes: &Changes) -> Self {
        let texts = texts(run, changes);
        let options = options(&run.options);
        let is_left = |one: &ReadFile| !one.file.is_rendered() && !caused::is_changed(&one.file, changes);
        let project = run.with_texts(&options, is_left, texts);
        let joins = |one: &&ReadFile| one.loaded.items.iter().any(|item| Set::joins(&item.object));
        let changed = run.numbered().filter(|(_, one)| caused::is_changed(&one.file, changes));
        let changed: BTreeMap<usize, &ReadFile> = changed.map(|(id, one)| (id.0, one)).collect();
        let then = project.files.iter().filter(|one| matches!(one.file.content, Content::Text(_)));
        let names = changed.values().copied().chain(then).filter(joins).map(|one| one.file.name.clone());
        let cause = Cause {
            since: changes.since.clone(),
            files: names.collect(),
            changed: changed.keys().copied().collect(),
        };
        let (rendered, notes) = rendered(run, changes);
        Self { project, rendered, notes, cause }
    }

    /// The change can make findings in files that did not change: one of workloads alone cannot.
    pub(super) fn reaches_others(&self) -> bool {
        !self.cause.files.is_empty()
    }

    /// Parts what a run found into what is new and what was there.
    pub(super) fn part(&self, run: &Project, outcome: Outcome) -> Parted {
        let mut known = Known::default();
        for project in std::iter::once(&self.project).chain(self.rendered.as_ref().map(|(there, _)| there)) {
            known.add(project, Run::of(project).find(self.reaches_others()).0);
        }
        let Outcome { kept, unshown, suppressed } = outcome;
        let mut parted = Parted { outcome: Outcome::default(), older: 0 };
        let is_target = |finding: &Finding| {
            run.file(finding.place.source).is_some_and(|one| one.file.role != Role::Watched)
        };
        let kept = kept.into_iter().map(|finding| (ReportedBy::This, finding));
        for (by, finding, is_known) in known.take(run, kept.chain(unshown).collect()) {
            match (by, is_known) {
                (ReportedBy::This, true) => {
                    parted.older += usize::from(is_target(&finding));
                    parted.outcome.unshown.push((ReportedBy::Other, finding));
                }
                (ReportedBy::This, false) => {
                    parted.outcome.kept.push(caused::explained(finding, run, &self.cause));
                }
                (_, true) => parted.outcome.unshown.push((ReportedBy::Other, finding)),
                (by, false) => parted.outcome.unshown.push((by, finding)),
            }
        }
        for one in suppressed {
            // What a change elsewhere brings is told there, silenced or not.
            if is_target(&one.finding) || !known.holds(&one.finding) {
                parted.outcome.suppressed.push(one);
            }
        }
        parted
    }
}

/// How the merge base is read and judged: as the run is, but for what nobody will see.
fn options(run: &Options) -> Options {
    Options {
        baseline: None,
        fixes: false,
        explain_joins: false,
        meter: super::meter::Meter::default(),
        ..run.clone()
    }
}

/// The findings of the merge base, by what makes them the same.
#[derive(Default)]
struct Known {
    open: BTreeMap<Identity, Vec<Past>>,
    all: BTreeSet<Identity>,
}

/// A finding of the merge base.
struct Past {
    file: String,
    severity: Severity,
}

impl Known {
    fn add(&mut self, base: &Project, outcome: Outcome) {
        let unshown = outcome.unshown.into_iter().filter(|(by, _)| *by == ReportedBy::Strict);
        for finding in outcome.kept.into_iter().chain(unshown.map(|(_, finding)| finding)) {
            let past = Past { file: file(base, &finding).to_owned(), severity: finding.severity };
            self.open.entry(Identity::of(&finding)).or_default().push(past);
        }
        self.all.extend(outcome.suppressed.iter().map(|one| Identity::of(&one.finding)));
        self.all.extend(self.open.keys().cloned());
    }

    /// Tells of each finding whether it was there, and no milder; each that was counts for one. Files that hold an
    /// object of the same name have their own, and what is left over moved.
    fn take(
        &mut self,
        run: &Project,
        findings: Vec<(ReportedBy, Finding)>,
    ) -> Vec<(ReportedBy, Finding, bool)> {
        type Told = (ReportedBy, Finding, bool);
        let mut told: Vec<Told> = findings.into_iter().map(|(by, finding)| (by, finding, false)).collect();
        for is_moved in [false, true] {
            let is_open = |(by, _, is_known): &&mut Told| *by != ReportedBy::Other && !is_known;
            for (_, finding, is_known) in told.iter_mut().filter(is_open) {
                let Some(past) = self.open.get_mut(&Identity::of(finding)) else { continue };
                let file = file(run, finding);
                let is = |one: &Past| one.severity >= finding.severity && (is_moved || one.file == file);
                // Of several the mildest: the graver ones may be needed for graver findings.
                let all = past.iter().enumerate().filter(|(_, one)| is(one));
                let mildest = all.min_by_key(|(_, one)| one.severity).map(|(at, _)| at);
                *is_known = mildest.map(|at| past.remove(at)).is_some();
            }
        }
        told
    }

    /// It was there, be it silenced.
    fn holds(&self, finding: &Finding) -> bool {
        self.all.contains(&Identity::of(finding))
    }
}

fn file<'p>(project: &'p Project, finding: &Finding) -> &'p str {
    project.file(finding.place.source).map_or("", |one| one.file.name.as_str())
}

/// The files of this run that changed, as they were; those that are gone as well.
fn texts(run: &Project, changes: &Changes) -> Vec<(File, Reading)> {
    let mut now: BTreeMap<PathBuf, &ReadFile> = BTreeMap::new();
    for one in run.files.iter().filter(|one| !one.file.is_rendered()) {
        if let Some(Ok(path)) = one.file.path().map(std::fs::canonicalize) {
            now.insert(path, one);
        }
    }
    // What an editor has not saved stands for a file that may be as it was.
    let saved = now.iter().filter(|(path, one)| {
        !changes.files.contains_key(*path) && !matches!(one.file.content, Content::Path(_))
    });
    let saved = saved.filter_map(|(path, one)| {
        let content = Content::Text(std::fs::read_to_string(path).ok()?.into());
        Some((File { content, ..one.file.clone() }, one.reading))
    });
    let roots = |inputs: &[Input]| inputs.iter().filter_map(directory).collect::<Vec<PathBuf>>();
    let (targets, context) = (roots(&run.options.inputs), roots(&run.options.context));
    let texts = changes.files.iter().filter_map(|(path, change)| {
        let content = Content::Text(Arc::clone(change.before.as_ref()?));
        if let Some(one) = now.get(path) {
            let File { name, role, .. } = &one.file;
            return Some((File { name: name.clone(), content, role: *role }, one.reading));
        }
        let gone = |roots: &[PathBuf]| change.is_deleted.then(|| deleted(path, roots)).flatten();
        let (name, role) = match gone(&targets) {
            Some(name) => (name, Role::Target),
            None => (gone(&context)?, Role::Context),
        };
        Some((File { name, content, role }, Reading::Manifest))
    });
    texts.chain(saved).collect()
}

fn directory(input: &Input) -> Option<PathBuf> {
    match input {
        Input::Path { path, .. } => std::fs::canonicalize(path).ok().filter(|path| path.is_dir()),
        Input::Text { .. } | Input::Stdin | Input::Kustomize { .. } | Input::Helm { .. } => None,
    }
}

/// The name of a file that is gone, if this run would have read it.
fn deleted(path: &Path, roots: &[PathBuf]) -> Option<String> {
    let root = roots.iter().find(|root| path.starts_with(root))?;
    let relative = path.strip_prefix(root).ok()?;
    Some(input::display(relative))
}

/// What the inputs that are made of changes rendered to, from the files of the merge base.
fn rendered(run: &Project, changes: &Changes) -> (Option<(Project, CheckedOut)>, Vec<String>) {
    if run.plan.changed.is_empty() {
        return (None, Vec::new());
    }
    let since = &changes.since;
    let there = match changes.check_out() {
        Ok(there) => there,
        Err(error) => {
            let note =
                format!("nothing was rendered at the merge base with {since}, so all of it is new: {error}");
            return (None, vec![note]);
        }
    };
    let inputs = run.plan.changed.iter().filter_map(|input| match input {
        Input::Kustomize { directory } => Some(Input::Kustomize { directory: there.path(directory) }),
        Input::Helm { chart, values, sets } => Some(Input::Helm {
            chart: there.path(chart),
            values: values.iter().map(|path| there.path(path)).collect(),
            sets: sets.clone(),
        }),
        Input::Path { .. } | Input::Text { .. } | Input::Stdin => None,
    });
    let options = Options {
        inputs: inputs.collect(),
        context: Vec::new(),
        changes: None,
        overrides: run.options.overrides.moved(|path| there.path(path)),
        ..options(&run.options)
    };
    let project = Project::once(&options);
    let failed = project.found.trouble.iter().map(|trouble| {
        let (what, message) = (there.named(&trouble.file), &trouble.message);
        format!("{what}: not rendered at the merge base with {since}, so all of it is new: {message}")
    });
    let notes = failed.collect();
    (Some((project, there)), notes)
}
