//! Whether a workload is the only one that a Service leads to, and whether a Pod stays alone.

use super::replicas::Replicas;
use super::selector::{self, Selector, Selects};
use super::services::Service;
use super::{Placed, Set};
use crate::finding::SourceId;
use crate::manifest::Workload;
use crate::manifest::kinds::{Nature, Schema};
use crate::yaml::path::FieldPath;

/// The kinds whose controllers adopt any Pod without one that their selectors match, whoever made it (`ClaimPods` in
/// pkg/controller/controller_ref_manager.go). That of a Deployment's ReplicaSet asks for a hash as well.
const ADOPTING: [&str; 2] = ["ReplicaSet", "ReplicationController"];

/// The Pods that a workload takes for its own.
fn own(workload: &Workload) -> Selector {
    let selector = workload.object.at(&FieldPath::of("spec.selector"));
    let read = selector.and_then(|selector| match workload.kind.schema {
        Schema::ReplicationController => selector::pairs(selector).map(Selector::from),
        _ => Selector::read(selector),
    });
    // It is filled in from the template where it is not set.
    read.unwrap_or_else(|| Selector::from(workload.labels.clone()))
}

impl Set {
    /// A controller that stands in line with the Pod of a file, which has none, takes it for one of its own.
    pub(crate) fn is_adopted(&self, source: SourceId, pod: &Workload) -> bool {
        let Some(namespace) = self.namespace_of(pod) else { return false };
        namespace.workloads.all().any(|placed| {
            let one = &placed.item;
            let has_any = |selector: &Selector| !selector.is_empty() && selector.selects(&pod.labels);
            ADOPTING.contains(&one.kind.kind.as_ref())
                && self.are_in_line(source, placed.source)
                && self.replicas(one) != Replicas::Fixed(0)
                && has_any(&own(one))
        })
    }

    /// The Service selects Pods of this workload and, as far as the set tells, of no other: nobody answers behind it
    /// before one of them is ready. Two workloads of one name are variants, of which one runs.
    pub(crate) fn is_alone_behind(&self, workload: &Workload, service: &Placed<Service>) -> bool {
        let Some(namespace) = self.namespace_of(workload) else { return false };
        let Some(selector) = service.item.selector() else { return false };
        let mut selected = namespace.workloads.selected(selector);
        !selected.any(|other| {
            let other = &other.item;
            other.object.id.name != workload.object.id.name
                && other.kind.schema != Schema::PodTemplate
                && other.kind.nature != Nature::Batch
                && self.replicas(other) != Replicas::Fixed(0)
        })
    }
}
