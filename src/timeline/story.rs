//! What is told of a workload, and in which order.

use super::Timeline;
use super::event::{Event, What, Whose};
use super::rollout::{Manner, Pace};
use crate::finding::Interval;

/// Something that happens to a Pod from a first moment on, to be told or drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Story {
    /// It starts.
    Start,
    /// It is deleted, and stops.
    Stop,
    /// All Pods of the workload are replaced.
    Rollout,
    /// Its node is drained.
    Drain,
    /// The liveness probe of a container has failed for good.
    Liveness,
    /// A rollout replaces it: both Pods.
    Replacement,
}

impl Timeline {
    /// The events of a story, in the order of time. Those of a rollout as a whole are those of its Pods:
    /// [`Rollout::sentence`](super::Rollout::sentence) tells of it.
    pub fn events(&self, story: Story) -> Vec<Event> {
        match story {
            Story::Start => self.startup.clone(),
            Story::Stop => self.shutdown.clone(),
            Story::Drain => self.drain.clone(),
            Story::Liveness => self.liveness.clone(),
            Story::Replacement => {
                self.rollout.as_ref().map_or_else(Vec::new, |rollout| self.replacement(rollout.pace))
            }
            Story::Rollout => Vec::new(),
        }
    }

    /// Why there is nothing to be told or drawn of a story; `None` where there is.
    pub fn untold(&self, story: Story) -> Option<&'static str> {
        let is_on_delete = || self.rollout.as_ref().is_some_and(|rollout| rollout.manner == Manner::OnDelete);
        let has_no_pods = || self.rollout.as_ref().is_some_and(|rollout| rollout.pods == Some(0));
        match story {
            // Ephemeral ones come later, and are of no Pod that has no others.
            Story::Start | Story::Stop if !self.startup.iter().any(|event| event.what == What::Starts) => {
                Some("it has no containers")
            }
            Story::Drain if self.drain.is_empty() => {
                Some("a drain leaves the Pods of a DaemonSet where they are")
            }
            Story::Liveness if self.liveness.is_empty() => {
                Some("none of its containers has a liveness probe")
            }
            Story::Rollout | Story::Replacement if self.rollout.is_none() => {
                Some("nothing replaces its Pods when its template changes")
            }
            Story::Rollout if is_on_delete() => {
                Some("a Pod is replaced only when somebody deletes it (OnDelete)")
            }
            Story::Rollout | Story::Replacement if has_no_pods() => Some("it has no Pods"),
            _ => None,
        }
    }

    /// The new Pod's start, which takes so long, and the old Pod's stop, in the order of the rollout's manner (facts H1
    /// to H9 and H15).
    pub(super) fn replacement(&self, pace: Pace) -> Vec<Event> {
        let Some(rollout) = self.rollout.as_ref().filter(|rollout| rollout.pods != Some(0)) else {
            return Vec::new();
        };
        let (old, new) = match rollout.manner {
            Manner::Rolling { surge: Some(0), .. }
            | Manner::Recreate
            | Manner::InOrder { .. }
            | Manner::OnDelete => (Interval::ZERO, pace.ends),
            Manner::Rolling { unavailable: Some(0), .. } => (pace.available, Interval::ZERO),
            Manner::Rolling { surge: Some(_), unavailable: Some(_) } => (Interval::ZERO, Interval::ZERO),
            Manner::Rolling { .. } => (Interval { earliest: 0.0, ..pace.available }, Interval::ZERO),
        };
        let startup: Vec<Event> = self
            .startup
            .iter()
            .cloned()
            .map(|event| match event.what {
                What::Ready => Event { when: pace.ready, ..event },
                What::Available => Event { when: pace.available, ..event },
                _ => event,
            })
            .collect();
        let mut events = later(&startup, new, Whose::New);
        events.extend(later(&self.shutdown, old, Whose::Old));
        in_order(&mut events);
        events
    }
}

/// What is told of a drain, whose eviction is told first.
pub(super) fn drained(mut eviction: Vec<Event>, shutdown: &[Event]) -> Vec<Event> {
    if eviction.iter().any(|event| event.what == What::EvictionGranted) {
        eviction.extend_from_slice(shutdown);
    }
    eviction
}

/// The same in one of two Pods, so much later.
fn later(events: &[Event], by: Interval, whose: Whose) -> Vec<Event> {
    let moved = events.iter().map(|event| Event {
        when: event.when.plus(by),
        surely: event.surely && by.latest.is_some(),
        pod: Some(whose),
        ..event.clone()
    });
    moved.filter(|event| !event.when.is_never()).collect()
}

/// By the earliest, then the latest; what happens at once stays in the order in which it was told.
pub(super) fn in_order(events: &mut [Event]) {
    let latest = |event: &Event| event.when.latest.unwrap_or(f64::INFINITY);
    events.sort_by(|a, b| a.when.earliest.total_cmp(&b.when.earliest).then(latest(a).total_cmp(&latest(b))));
}
