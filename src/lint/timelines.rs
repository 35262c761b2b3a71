//! The timelines of the workloads that are judged, and notes of them for `--verbose`.

use rayon::prelude::*;

use super::guarded;
use super::rendered::Sets;
use crate::finding::{Source, SourceId};
use crate::manifest::id::named;
use crate::project::input::{File, Role};
use crate::project::load::Loaded;
use crate::rules::settings::Settings;
use crate::set::owners::Owners;
use crate::timeline::{Event, Given, Timeline};

/// The timelines of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timelines {
    /// One of each workload that is judged, in file order.
    pub timelines: Vec<Timeline>,
    /// The files that were read, in their order.
    pub sources: Vec<Source>,
}

impl Timelines {
    /// The file that a timeline, or a place of an event, is of.
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0)
    }
}

/// Where the workloads of a run stand.
#[derive(Clone, Copy)]
pub(super) struct Workloads<'r> {
    pub(super) files: &'r [File],
    pub(super) loaded: &'r [Loaded],
    pub(super) sets: &'r Sets<'r>,
    pub(super) owners: &'r Owners,
}

impl<'r> Workloads<'r> {
    /// The timelines of every workload that is judged, in file order. `settings` are those of a file, by
    /// its number.
    pub(super) fn timelines(
        self,
        given: &Given,
        settings: impl Fn(usize) -> Option<&'r Settings> + Sync,
    ) -> Vec<Timeline> {
        let of_file = |(index, (file, loaded)): (usize, (&File, &Loaded))| {
            let (Role::Target, Some(settings)) = (file.role, settings(index)) else { return Vec::new() };
            let conditions = settings.conditions(given);
            let set = self.sets.of(file);
            let items = loaded.items.iter().enumerate();
            let judged = items.filter(|(item, _)| self.owners.left_out((index, *item)).is_none());
            let timelines = judged.filter_map(|(item, one)| {
                let copies = self.owners.labels_of_copies((index, item));
                Timeline::of(set, SourceId(index), one.workload.as_deref()?, copies, &conditions)
            });
            // A bug of ours costs the timelines of one file.
            guarded(|| timelines.collect()).unwrap_or_default()
        };
        self.files.par_iter().zip(self.loaded).enumerate().flat_map_iter(of_file).collect()
    }

    /// A note for each event, in the order of time, workload by workload.
    pub(super) fn notes(self, timelines: &[Timeline]) -> Vec<String> {
        let mut notes = Vec::new();
        for timeline in timelines {
            let file = self.files.get(timeline.source.0).map_or("", |file| file.name.as_str());
            let name = named(&timeline.object);
            let note =
                |story: &str, event: &Event| format!("{file}: {story} of {name}, {}", event.sentence());
            notes.extend(timeline.startup.iter().map(|event| note("start", event)));
            notes.extend(timeline.shutdown.iter().map(|event| note("stop", event)));
            let rollout = timeline.rollout.as_ref().map(|rollout| rollout.sentence());
            notes.extend(rollout.map(|sentence| format!("{file}: a rollout of {name} {sentence}")));
        }
        notes
    }
}
