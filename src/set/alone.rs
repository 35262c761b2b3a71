//! Whether a workload is the only one that a Service leads to.

use super::replicas::Replicas;
use super::selector::Selects;
use super::services::Service;
use super::{Placed, Set};
use crate::manifest::Workload;
use crate::manifest::kinds::{Nature, Schema};

impl Set {
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
