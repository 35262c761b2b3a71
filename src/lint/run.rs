//! The run: what was read is joined, judged, silenced, and reported.

use rayon::prelude::*;

use super::base::{Base, Parted};
use super::judge::Surroundings;
use super::project::{Project, ReadFile, bug};
use super::rendered::{self, Sets};
use super::timelines::Workloads;
use super::{Options, assemble, guarded, hooks, joins, judge, known, owned, versions};
use crate::finding::{Finding, Judged, Report, ReportedBy, SourceId, Span, Trouble};
use crate::project::input::Role;
use crate::project::render::{ChartRelocator, Relocator};
use crate::rules::settings::Settings;
use crate::set;
use crate::set::owners::Owners;
use crate::suppress;

/// A project and the joins between its objects.
pub(super) struct Run<'p> {
    pub(super) project: &'p Project,
    pub(super) sets: Sets<'p>,
    pub(super) owners: Owners,
    pub(super) relocator: Relocator<'p>,
    pub(super) charts: ChartRelocator<'p>,
}

/// What is found in a file; `None` after a bug of ours.
type JudgedFile = Option<Vec<Judged>>;

impl<'p> Run<'p> {
    /// Joins the objects.
    pub(super) fn of(project: &'p Project) -> Self {
        Self {
            project,
            sets: rendered::join(&project.plan, &project.files),
            owners: owned::owners(project),
            relocator: project.plan.relocator(project),
            charts: project.plan.chart_relocator(project),
        }
    }

    /// The report of what is found.
    pub(super) fn lint(&self) -> Report {
        let base = self.project.options.changes.as_ref().map(|changes| Base::of(self.project, changes));
        let (outcome, bugs) = self.find(base.as_ref().is_some_and(Base::reaches_others));
        let Parted { mut outcome, older } = match &base {
            Some(base) => base.part(self.project, outcome),
            None => Parted { outcome, older: 0 },
        };
        let mut unshown = std::mem::take(&mut outcome.unshown);
        let mut report = assemble::report(self.project, outcome);
        report.trouble.extend(bugs);
        report.trouble.sort();
        report.summary.older = older;
        report.notes.extend(base.into_iter().flat_map(|base| base.notes));
        report.left_out = owned::left_out(self.project, &self.owners);
        self.explain(&mut report);
        if let Some(baseline) = &self.project.options.baseline {
            let linted = &mut known::Linted::of(self.project);
            unshown = known::part(&mut report, unshown, baseline, linted);
        }
        report.summary.only_strict = only_strict(unshown, &report.findings);
        report
    }

    /// Everything that is found, parted by what the user has silenced, and the bugs that were met. What is watched
    /// is judged too, if `is_wide`.
    pub(super) fn find(&self, is_wide: bool) -> (suppress::Outcome, Vec<Trouble>) {
        let known = self.surroundings();
        let judged = self.judge_all(&known, is_wide);
        let bugs = self.bugs(&judged);
        (self.silence(judged, is_wide), bugs)
    }

    /// What rules know beside the object that is judged.
    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            sets: &self.sets,
            owners: &self.owners,
            is_partial: self.project.is_partial(),
            fixes: self.project.options.fixes,
            overrides: &self.project.options.overrides,
            settings: &self.project.options.settings,
        }
    }

    /// What the rules find in a file, placed where it was written.
    pub(super) fn judge(&self, id: SourceId, one: &ReadFile, known: &Surroundings<'_>) -> JudgedFile {
        guarded(|| {
            let mut judged = versions::file(one, id, known);
            judged.iter_mut().for_each(|judged| self.relocator.relocate(&mut judged.finding));
            judged
        })
    }

    /// What is found in each of the targets, and in what is watched, if `is_wide`.
    fn judge_all(&self, known: &Surroundings<'_>, is_wide: bool) -> Vec<JudgedFile> {
        let files = &self.project.files;
        let is_target = |one: &ReadFile| is_judged(one, is_wide);
        let is_in_target =
            |judged: &Judged| self.project.file(judged.finding.place.source).is_some_and(is_target);
        let holds_scripts =
            |one: &ReadFile| one.loaded.items.iter().any(|item| set::kinds::holds_scripts(&item.object.id));
        // A script in a target may be run by a workload of the context, and is judged where it stands.
        let judges_context = files.iter().any(|one| is_target(one) && holds_scripts(one));
        let judged = files.par_iter().enumerate().map(|(index, one)| {
            if !is_target(one) && !judges_context {
                return Some(Vec::new());
            }
            let mut judged = self.judge(SourceId(index), one, known)?;
            if !is_target(one) {
                judged.retain(is_in_target);
            }
            self.project.options.meter.count_judged();
            Some(judged)
        });
        let mut judged: Vec<JudgedFile> = judged.collect();
        self.relocator.merge(&mut judged);
        judged
    }

    fn bugs(&self, judged: &[JudgedFile]) -> Vec<Trouble> {
        let files = self.project.files.iter().zip(judged);
        files.filter(|(_, judged)| judged.is_none()).map(|(one, _)| bug(&one.file)).collect()
    }

    /// Splits all findings into those that are reported and those that the user has silenced.
    fn silence(&self, judged: Vec<JudgedFile>, is_wide: bool) -> suppress::Outcome {
        let files = self.project.files.iter().zip(&judged);
        let files = files.map(|(one, judged)| suppress::SilencedFile {
            source: one.loaded.source.as_ref(),
            is_judged: is_judged(one, is_wide) && judged.is_some(),
            is_origin: one.loaded.is_origin,
            settings: &one.settings,
        });
        let files: Vec<suppress::SilencedFile<'_>> = files.collect();
        let silences: Vec<&suppress::Collected> =
            self.project.files.iter().filter_map(|one| one.silences.as_deref()).collect();
        let judged = judged.into_iter().flatten().flatten().collect();
        let own = |source: SourceId, object: Span, container: Option<&str>| {
            self.own_settings(source, object, container)
        };
        let mut outcome = suppress::apply(&files, &silences, judged, &own);
        // An annotation that silences nothing was found in the rendered text too.
        outcome.kept.iter_mut().for_each(|finding| self.relocator.relocate(finding));
        self.place_in_charts(&mut outcome);
        outcome.kept = judge::merge(outcome.kept);
        outcome.suppressed = judge::merge_suppressed(outcome.suppressed);
        outcome
    }

    /// Moves what was found in charts into their templates. Comments are those of the rendered text, so they were
    /// looked at before.
    fn place_in_charts(&self, outcome: &mut suppress::Outcome) {
        outcome.kept.iter_mut().for_each(|finding| self.charts.relocate(finding));
        outcome.unshown.iter_mut().for_each(|(_, finding)| self.charts.relocate(finding));
        for one in &mut outcome.suppressed {
            self.charts.relocate(&mut one.finding);
            one.place.iter_mut().for_each(|place| self.charts.relocate_place(place));
        }
    }

    /// The levels of rules for findings in an object that an override is about, by the file and the span of the
    /// object.
    fn own_settings(&self, source: SourceId, object: Span, container: Option<&str>) -> Option<Settings> {
        let Options { overrides, settings, .. } = &self.project.options;
        let one = self.project.file(source)?;
        let path = one.file.path();
        let about = overrides.of_objects_in(path);
        let mut items = one.loaded.items.iter().filter(|_| !about.is_empty());
        let item = items.find(|item| item.object.root().span() == object)?;
        let workload = item.workload.as_deref();
        Some(overrides.levels(settings, (path, &about), &item.object, workload)?.of(container))
    }

    /// Adds the notes for `--verbose`.
    fn explain(&self, report: &mut Report) {
        let skipped = report.not_linted();
        report.notes.extend(skipped.iter().map(|one| format!("{}: skipped: {}", one.file, one.reason)));
        let explains = self.project.options.explain_joins;
        if explains {
            report.notes.extend(hooks::notes(self));
            report.notes.extend(joins::notes(self));
        }
        report.notes.sort();
        report.notes.dedup();
        // They stand in the order of time.
        if explains {
            report.notes.extend(Workloads::of(self).notes());
        }
    }
}

/// The objects of a file are judged for its own sake.
fn is_judged(one: &ReadFile, is_wide: bool) -> bool {
    match one.file.role {
        Role::Target => true,
        Role::Watched => is_wide && !one.file.is_rendered(),
        Role::Context => false,
    }
}

/// How many findings `--strict` would add to these.
fn only_strict(unshown: Vec<(ReportedBy, Finding)>, shown: &[Finding]) -> usize {
    let of_strict = unshown.into_iter().filter(|(by, _)| *by == ReportedBy::Strict);
    judge::merge_unshown(of_strict.map(|(_, finding)| finding).collect(), shown).len()
}
