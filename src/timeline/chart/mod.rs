//! From the events of a story to a drawing of it.

mod container;
mod member;
mod pods;
mod start;
mod stop;

pub(crate) use container::Stopped;
pub(crate) use member::Member;

use super::event::{Event, What, Whose};
use super::rollout::{DRAWN, Pace};
use super::{Story, Timeline};
use crate::finding::{Chart, Interval, Part, Row};
use crate::manifest::id;

/// Never: what goes on until then has no end.
const NEVER: Interval = Interval::NEVER;

impl Timeline {
    /// A drawing of a story; `None` where there is nothing to draw: no container is probed for its life, or
    /// nothing replaces the Pods.
    pub fn chart(&self, story: Story) -> Option<Chart> {
        let name = id::named(&self.object);
        // Of what may take any time only the order can be drawn.
        let pace = self.rollout.as_ref().map(|rollout| rollout.pace);
        let drawn = pace.and_then(Pace::drawn);
        let told = match (story, drawn) {
            (Story::Replacement, Some(drawn)) => self.replacement(drawn),
            _ => self.events(story),
        };
        let of = |pod| Told { events: &told, members: &self.members, pod };
        let (what, zero, rows) = match story {
            Story::Start => ("start", "its first container is started", of(None).starting()),
            Story::Stop => ("stop", "the Pod is deleted", of(None).stopping()),
            Story::Drain if told.iter().any(|event| matches!(event.what, What::EvictionRefused { .. })) => {
                ("drain", "a drain asks for the eviction", of(None).stopping())
            }
            Story::Drain => ("drain", "the eviction is granted", of(None).stopping()),
            Story::Liveness => (
                "failed liveness probe",
                "the liveness probe of the container has failed for good",
                of(None).failing(),
            ),
            Story::Replacement => {
                let zero = match told.first() {
                    Some(Event { pod: Some(Whose::New), .. }) => "the new Pod's first container is started",
                    _ => "the old Pod is deleted",
                };
                let mut rows = of(Some(Whose::Old)).stopping();
                rows.extend(of(Some(Whose::New)).starting());
                ("replacement of a Pod", zero, rows)
            }
            Story::Rollout => {
                let rows = self
                    .rollout
                    .as_ref()
                    .map(|rollout| pods::rows(rollout, drawn.unwrap_or(rollout.pace), &self.object.name));
                ("rollout", "it begins", rows.unwrap_or_default())
            }
        };
        let is_assumed = drawn.is_some() && matches!(story, Story::Rollout | Story::Replacement);
        let zero = match is_assumed {
            true => format!(
                "{zero}; when a new Pod is Ready is not known, and drawn as {DRAWN} s after it can be"
            ),
            false => zero.to_owned(),
        };
        (!rows.is_empty()).then(|| Chart::new(format!("{what} of {name}"), zero, rows))
    }
}

/// What is told of one Pod.
#[derive(Clone, Copy)]
struct Told<'t> {
    events: &'t [Event],
    members: &'t [Member],
    /// Whose events they are, where two Pods are told of.
    pod: Option<Whose>,
}

impl<'t> Told<'t> {
    /// The events of this Pod.
    fn events(self) -> impl Iterator<Item = &'t Event> {
        self.events.iter().filter(move |event| event.pod == self.pod)
    }

    /// The first event of a kind, of a container or of the Pod.
    fn first(self, container: Option<&str>, is: impl Fn(&What) -> bool) -> Option<&'t Event> {
        self.events().find(|event| event.container.as_deref() == container && is(&event.what))
    }

    /// The name of a row of this Pod.
    fn name(self, name: &str) -> String {
        match self.pod {
            None => name.to_owned(),
            Some(whose) => format!("{} {name}", whose.as_str()),
        }
    }

    /// A row of the Pod as a whole.
    fn pod(self) -> Row {
        Row::new(self.name("Pod"), Part::Pod)
    }
}
