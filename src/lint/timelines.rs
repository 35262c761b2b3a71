//! The timelines of the workloads that are judged, and notes of them for `--verbose`.

use rayon::prelude::*;

use super::project::ReadFile;
use super::run::Run;
use super::{assemble, guarded, owned};
use crate::finding::{ObjectRef, Skipped, Source, SourceId, Trouble};
use crate::kubernetes::version::KubernetesVersion;
use crate::manifest::id;
use crate::project::input::Role;
use crate::rules::settings::Settings;
use crate::suppress;
use crate::timeline::{Conditions, Event, Given, Timeline};

/// The timelines of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timelines {
    /// One of each workload that is judged, in file order; of a range of versions, in the oldest.
    pub timelines: Vec<Timeline>,
    /// Workloads that have none, in file order.
    pub without: Vec<Without>,
    /// The files that were read, in their order.
    pub sources: Vec<Source>,
    /// Files and documents that were knowingly not read, and objects that are not looked at for their own sake.
    pub skipped: Vec<Skipped>,
    /// What could not be read or understood.
    pub trouble: Vec<Trouble>,
    /// Commands that read what this run could not see whole.
    pub hints: Vec<String>,
}

/// A workload without a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Without {
    /// The workload.
    pub object: ObjectRef,
    /// The file it was read from.
    pub source: SourceId,
    /// Why, as a clause.
    pub reason: &'static str,
}

impl Timelines {
    /// Those of a run.
    pub(super) fn of(run: &Run<'_>, given: &Given) -> Self {
        let mut report = assemble::report(run.project, suppress::Outcome::default());
        report.left_out = owned::left_out(run.project, &run.owners);
        let workloads = Workloads::of(run);
        Self {
            timelines: workloads.timelines(given),
            without: workloads.without(),
            skipped: report.not_linted(),
            trouble: report.trouble,
            hints: report.hints,
            sources: report.sources,
        }
    }

    /// The file that a timeline, or a place of an event, is of.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0)
    }
}

/// The workloads of a run that are judged.
#[derive(Clone, Copy)]
pub(super) struct Workloads<'r, 'p>(&'r Run<'p>);

impl<'r, 'p> Workloads<'r, 'p> {
    /// Those of a run.
    pub(super) fn of(run: &'r Run<'p>) -> Self {
        Self(run)
    }

    /// The timelines of every workload that is judged, in file order, in the oldest of its versions.
    fn timelines(self, given: &Given) -> Vec<Timeline> {
        self.each(|settings, make| {
            let mut timeline = make(&at(settings, settings.versions().oldest(), given))?;
            timeline.places().for_each(|place| {
                self.0.relocator.relocate_place(place);
                self.0.charts.relocate_place(place);
            });
            Some(timeline)
        })
    }

    /// The workloads that are judged and have no timeline.
    fn without(self) -> Vec<Without> {
        let mut without = Vec::new();
        for (source, one) in self.0.project.numbered() {
            let items = one.loaded.items.iter().enumerate().filter(|_| one.file.role == Role::Target);
            let judged = items.filter(|(item, _)| self.0.owners.left_out((source.0, *item)).is_none());
            let workloads = judged.filter_map(|(_, item)| item.workload.as_deref());
            without.extend(workloads.filter_map(|workload| {
                let object = (*workload.object.id).clone();
                Some(Without { object, source, reason: Timeline::lacking(workload)? })
            }));
        }
        without
    }

    /// A note for each event, in the order of time, workload by workload. Where a range of versions is asked for,
    /// those of the oldest, and those of the newest where they are others.
    pub(super) fn notes(self) -> Vec<String> {
        let told = self.each(|settings, make| {
            let [oldest, newest] = [settings.versions().oldest(), settings.versions().newest()];
            let notes = |version, named: &str| {
                let timeline = make(&at(settings, version, Given::NOTHING))?;
                Some(self.told(&timeline, named))
            };
            let first = notes(oldest, "")?;
            // A reason may name the version that it is computed for; that alone is no other story.
            let [of_oldest, of_newest] = [oldest, newest].map(|version| version.to_string());
            let is_other = |last: &Vec<String>| {
                last.iter().map(|note| note.replace(&of_newest, &of_oldest)).ne(first.iter().cloned())
            };
            let last = (oldest != newest).then(|| notes(newest, "")).flatten();
            if !last.is_some_and(|last| is_other(&last)) {
                return Some(first);
            }
            let both = [oldest, newest].map(|version| notes(version, &format!(" in Kubernetes {version}")));
            Some(both.into_iter().flatten().flatten().collect())
        });
        told.into_iter().flatten().collect()
    }

    /// What is made of each workload that is judged, in file order, from its settings and from its timeline under
    /// any conditions.
    fn each<T: Send>(
        self,
        of: impl Fn(&Settings, &dyn Fn(&Conditions<'_>) -> Option<Timeline>) -> Option<T> + Sync,
    ) -> Vec<T> {
        let Run { project, sets, owners, .. } = self.0;
        let of_file = |(index, ReadFile { file, settings, loaded, .. }): (usize, &ReadFile)| {
            if file.role != Role::Target {
                return Vec::new();
            }
            let set = sets.of(file);
            let items = loaded.items.iter().enumerate();
            let judged = items.filter(|(item, _)| owners.left_out((index, *item)).is_none());
            let made = judged.filter_map(|(item, one)| {
                let copies = owners.labels_of_copies((index, item));
                let workload = one.workload.as_deref()?;
                let make = |conditions: &Conditions<'_>| {
                    Timeline::of(set, SourceId(index), workload, copies, conditions)
                };
                of(settings, &make)
            });
            // A bug of ours costs the timelines of one file.
            guarded(|| made.collect()).unwrap_or_default()
        };
        project.files.par_iter().enumerate().flat_map_iter(of_file).collect()
    }

    /// A note for each event; `named` names the version where it has to be told.
    fn told(self, timeline: &Timeline, named: &str) -> Vec<String> {
        let file = self.0.project.file(timeline.source).map_or("", |one| one.file.name.as_str());
        let name = format!("{}{named}", id::named(&timeline.object));
        let note = |story: &str, event: &Event| format!("{file}: {story} of {name}, {}", event.sentence());
        let mut notes: Vec<String> = timeline.startup.iter().map(|event| note("start", event)).collect();
        notes.extend(timeline.shutdown.iter().map(|event| note("stop", event)));
        let rollout = timeline.rollout.as_ref().map(|rollout| rollout.sentence());
        notes.extend(rollout.map(|sentence| format!("{file}: a rollout of {name} {sentence}")));
        notes
    }
}

/// The conditions of one of the versions.
fn at<'a>(settings: &'a Settings, version: KubernetesVersion, given: &'a Given) -> Conditions<'a> {
    Conditions { version, ..settings.conditions(given) }
}
