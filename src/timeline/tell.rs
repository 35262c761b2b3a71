//! From computed instants to events, each with its reason.

use std::borrow::Cow;

use super::event::{Event, What};
use super::hook::{Handler, Hook};
use super::story::in_order;
use crate::finding::Interval;
use crate::finding::SourceId;
use crate::finding::words::seconds;
use crate::manifest::place::{self, Place};
use crate::manifest::{Container, Workload};
use crate::set::joins::called;
use crate::shell::Longest;
use crate::yaml::path::FieldPath;

/// Writes the events of a workload.
pub(super) struct Teller<'a> {
    source: SourceId,
    pub(super) workload: &'a Workload,
    events: Vec<Event>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(source: SourceId, workload: &'a Workload) -> Self {
        Self { source, workload, events: Vec::new() }
    }

    pub(super) fn tell(&mut self, event: Event) {
        self.events.push(event);
    }

    /// A field of the workload; its nearest parent where it is not written.
    pub(super) fn field(&self, path: &FieldPath) -> Place {
        place::place(self.source, &self.workload.object, path).place
    }

    /// The name of a container, or the container where it has none.
    pub(super) fn name(&self, container: &Container) -> Place {
        self.field(&container.path.key("name"))
    }

    /// In the order in which they happen; what happens at once stays in the order in which it was told.
    pub(super) fn finish(self) -> Vec<Event> {
        let mut events = self.events;
        events.retain(|event| !event.when.is_never());
        in_order(&mut events);
        events
    }
}

impl Event {
    /// One that happens to the Pod, at each run where anything bounds when.
    pub(super) fn new(what: What, when: Interval, reason: impl Into<String>) -> Self {
        let surely = when.latest.is_some();
        Self { what, container: None, pod: None, when, surely, reason: reason.into(), because: Vec::new() }
    }

    /// It happens to this container.
    pub(super) fn to(self, container: &Container) -> Self {
        Self { container: Some(called(container)), ..self }
    }

    /// What decides.
    pub(super) fn because(self, places: impl IntoIterator<Item = Place>) -> Self {
        Self { because: places.into_iter().collect(), ..self }
    }

    /// Whether it happens at each run.
    pub(super) fn if_so(self, surely: bool) -> Self {
        Self { surely, ..self }
    }
}

/// Why a hook takes as long as it does: "`sleep 5` takes 5 s".
pub(super) fn hook_reason(hook: &Hook<'_>) -> String {
    let time = &hook.duration;
    if let Some(failure) = &time.failure {
        return format!("it cannot run, since {}", failure.reason);
    }
    let takes = match (time.longest, time.known) {
        _ if time.never_ends() => "never ends by itself".to_owned(),
        (Longest::Seconds(longest), true) if longest == time.shortest => {
            format!("takes {}", seconds(longest))
        }
        (Longest::Seconds(longest), _) => format!("takes {} to {}", seconds(time.shortest), seconds(longest)),
        (Longest::Unbounded, _) => "goes on until something else happens".to_owned(),
        (Longest::Unknown, _) => "takes as long as it does, which nobody knows from here".to_owned(),
    };
    match &hook.handler {
        Handler::Sleep { .. } => format!("the sleep action {takes}"),
        Handler::HttpGet { .. } => format!("the request {takes}"),
        Handler::TcpSocket => "the kubelet knows no tcpSocket hook".to_owned(),
        Handler::Exec => match decisive(hook) {
            Some(words) => format!("`{words}` {takes}"),
            None => format!("its command {takes}"),
        },
    }
}

/// A few words for what a hook does: "sleep 5".
pub(super) fn hook_label(hook: &Hook<'_>) -> String {
    match &hook.handler {
        Handler::Sleep { seconds } => format!("sleep {seconds} s"),
        Handler::HttpGet { .. } => "request".to_owned(),
        Handler::TcpSocket => "tcpSocket".to_owned(),
        Handler::Exec => decisive(hook).map_or_else(|| "command".to_owned(), Cow::into_owned),
    }
}

/// What of an exec hook decides, where it can be said in a few words.
fn decisive<'h>(hook: &'h Hook<'_>) -> Option<Cow<'h, str>> {
    const SHOWN: usize = 60;
    let time = &hook.duration;
    let words = match &time.wait {
        // Only where it takes all of the time.
        Some((wait, takes))
            if *takes == time.shortest && takes.is_finite() && time.longest != Longest::Unbounded =>
        {
            Cow::Borrowed(wait.as_str())
        }
        _ => Cow::Owned(hook.command.join(" ")),
    };
    Some(words).filter(|words| words.chars().count() <= SHOWN && !words.contains(char::is_control))
}
