//! The containers that a drawing shows.

use crate::finding::{Interval, Part};
use crate::manifest::{Container, ContainerKind};
use crate::set::joins::called;
use crate::timeline::hook::Hook;
use crate::timeline::startup::Start;
use crate::timeline::tell::hook_label;

/// A container of the Pod, as a row shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    /// Its name; its path where it has none.
    pub name: String,
    /// What it is.
    pub part: Part,
    /// Its preStop hook.
    pub pre_stop: Option<Planned>,
    /// Its postStart hook.
    pub post_start: Option<Planned>,
}

/// What a hook would do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Planned {
    /// A few words for it: `sleep 45`.
    pub label: String,
    /// How long it takes if nothing cuts it.
    pub takes: Interval,
}

impl Member {
    /// A container with its hooks and its start.
    pub(crate) fn of(container: &Container, pre_stop: Option<&Hook<'_>>, start: Option<&Start<'_>>) -> Self {
        let part = match container.kind {
            ContainerKind::Init => Part::InitContainer,
            ContainerKind::Sidecar if start.is_some_and(|start| start.ends.is_some()) => Part::InitContainer,
            ContainerKind::Sidecar => Part::Sidecar,
            ContainerKind::Container | ContainerKind::Ephemeral => Part::Container,
        };
        let post_start = start.and_then(|start| start.post_start.as_ref());
        Self {
            name: called(container),
            part,
            pre_stop: pre_stop.map(Planned::of),
            post_start: post_start.map(|post_start| Planned::of(&post_start.hook)),
        }
    }
}

impl Planned {
    fn of(hook: &Hook<'_>) -> Self {
        Self { label: hook_label(hook), takes: hook.takes() }
    }
}
