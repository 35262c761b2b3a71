//! How rules look at the Pods of a workload together: how many there are, and who answers while they are replaced.

use super::probed::running;
use super::subject::{ContainerView, Subject, reached_by, services};
use crate::finding::words::seconds;
use crate::finding::{Related, SourceId};
use crate::manifest::place::related;
use crate::manifest::strategy::{Fencepost, Strategy};
use crate::manifest::{Object, Workload};
use crate::set::autoscalers::Autoscaler;
use crate::set::handover::Handover;
use crate::set::replicas::Replicas;
use crate::set::services::Reach;
use crate::set::{Placed, Serving};
use crate::timeline::{Given, Timeline, What};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// Where the number of Pods is written.
pub(super) const REPLICAS: &str = "spec.replicas";

/// How many Pods of a workload run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pods<'s> {
    /// The fewest while it runs: one of what an autoscaler may take to none.
    pub fewest: i64,
    /// The most.
    pub most: i64,
    /// What scales it between the two.
    pub autoscaler: Option<&'s Placed<Autoscaler>>,
}

impl<'s> Pods<'s> {
    /// `None` where the manifests do not say.
    pub(super) fn of(subject: &'s Subject<'s>, workload: &Workload) -> Option<Self> {
        let autoscaler = subject.set.autoscalers(workload).into_iter().next();
        match subject.set.replicas(workload) {
            Replicas::Fixed(pods) => Some(Self { fewest: pods, most: pods, autoscaler }),
            Replicas::Autoscaled { min, max } => Some(Self { fewest: min.max(1), most: max, autoscaler }),
            Replicas::Unknown => None,
        }
    }

    /// Its number changes.
    pub(super) fn is_scaled(&self) -> bool {
        self.fewest != self.most
    }
}

/// A Deployment whose Pods run as its manifest says, with how it replaces them; nothing while it is paused, as
/// nothing is replaced then.
pub(super) fn rolled_out<'s>(subject: &'s Subject<'s>) -> Option<(&'s Workload, Strategy)> {
    let workload = running(subject)?;
    let strategy = Strategy::of(workload)?;
    (!is_paused(workload) && !is_replaced_otherwise(subject)).then_some((workload, strategy))
}

/// A patch in the set changes how it replaces its Pods.
pub(super) fn is_replaced_otherwise(subject: &Subject<'_>) -> bool {
    subject.set.is_changed(subject.source, subject.object, "spec.strategy")
}

/// Nothing is replaced until somebody resumes it.
pub(super) fn is_paused(workload: &Workload) -> bool {
    workload.object.at(&FieldPath::of("spec.paused")).and_then(Node::as_bool) == Some(true)
}

/// Its Pods and no others answer for certain, for more than metrics: the containers that do.
pub(super) fn answering_alone<'s>(
    subject: &'s Subject<'s>,
    workload: &Workload,
) -> Option<Vec<&'s ContainerView<'s>>> {
    let certain = subject.containers.iter().filter(|view| view.serving == Serving::Certain);
    let served: Vec<_> = certain.filter(|view| !subject.is_scraped(view)).collect();
    if served.is_empty() {
        return None;
    }
    let traffic = subject.traffic();
    let has_peer = matches!(subject.set.peer(workload, &traffic), Some(Handover::Peer { .. }));
    (!has_peer).then_some(served)
}

/// The Services that lead to containers: `Service `shop``.
pub(super) fn led_by(served: &[&ContainerView<'_>]) -> String {
    let reaches: Vec<&Reach<'_>> = served.iter().flat_map(|view| &view.reaches).collect();
    services(reaches.into_iter()).unwrap_or_default()
}

/// The same as related places.
pub(super) fn led_from(served: &[&ContainerView<'_>]) -> Vec<Related> {
    served.iter().flat_map(|view| reached_by(&view.reaches)).collect()
}

/// `1 Pod`, `3 Pods`.
pub(super) fn pods(count: i64) -> String {
    if count == 1 { "1 Pod".to_owned() } else { format!("{count} Pods") }
}

/// All of so many: `both Pods`, `all 3 Pods`.
pub(super) fn all_pods(count: Option<i64>) -> String {
    match count {
        Some(1) => "its one Pod".to_owned(),
        Some(2) => "both Pods".to_owned(),
        Some(count) => format!("all {count} Pods"),
        None => "all of its Pods".to_owned(),
    }
}

/// `1 replica`, `3 replicas`.
pub(super) fn replicas(count: i64) -> String {
    if count == 1 { "1 replica".to_owned() } else { format!("{count} replicas") }
}

/// A bound as a related place, with how it comes to its number; `None` where it is not written.
pub(super) fn shown(source: SourceId, object: &Object, post: &Fencepost) -> Option<Related> {
    let path = post.path()?;
    let pods = post.pods?;
    Some(related(source, object, &path, format!("comes to {pods}")))
}

/// An autoscaler as a related place.
pub(super) fn scaled_by(autoscaler: &Placed<Autoscaler>) -> Related {
    let Autoscaler { object, min, max, .. } = &autoscaler.item;
    let (kind, name) = (&object.id.kind, &object.id.name);
    let range = match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{kind} `{name}` always wants {min}"),
        (Some(min), Some(max)) if min < max => format!("{kind} `{name}` runs {min} to {max}"),
        _ => format!("{kind} `{name}` scales it"),
    };
    let min = autoscaler.item.min_path();
    let path = if object.at(&min).is_some() { min } else { FieldPath::of("spec.scaleTargetRef") };
    related(autoscaler.source, object, &path, range)
}

/// When a new Pod can first be Ready, behind a sentence that speaks of it; empty where nothing has to pass.
pub(super) fn ready_after(subject: &Subject<'_>) -> String {
    let ready = || {
        let ready = timeline(subject)?.starting(None, |what| *what == What::Ready)?.when.earliest;
        Some(ready).filter(|ready| *ready >= 1.0 && ready.is_finite())
    };
    ready().map_or_else(String::new, |ready| format!(", {} after its start at the earliest", seconds(ready)))
}

/// When a rollout counts as failed, as an end of a sentence that calls it so; empty where there is no such limit.
pub(super) fn failed_after(subject: &Subject<'_>, called: &str) -> String {
    let deadline = timeline(subject).and_then(|timeline| timeline.rollout?.deadline);
    deadline.map_or_else(String::new, |deadline| {
        format!(", and after {} {called} is reported as failed (ProgressDeadlineExceeded)", seconds(deadline))
    })
}

fn timeline(subject: &Subject<'_>) -> Option<Timeline> {
    let conditions = subject.settings.conditions(Given::NOTHING);
    Timeline::of(subject.set, subject.source, subject.workload?, &[], &conditions)
}
