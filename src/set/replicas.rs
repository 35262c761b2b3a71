//! How many Pods of a workload run.

use super::Set;
use crate::manifest::Workload;
use crate::manifest::kinds::Count;
use crate::manifest::spec::WorkloadSpec;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// How many Pods of a workload run, apart from rollouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replicas {
    /// So many.
    Fixed(i64),
    /// As many as an autoscaler of the set wants, between its fewest and its most.
    Autoscaled {
        /// The fewest.
        min: i64,
        /// The most; above `min`.
        max: i64,
    },
    /// The manifests do not say: a bare Pod, a DaemonSet, a Job; a patch that leaves the number out, or one that
    /// changes it; a placeholder.
    Unknown,
}

impl Set {
    /// How many Pods of a workload run: what its autoscalers in the set allow, else what it says itself.
    /// An autoscaler whose fewest and most are one number fixes it. Of several autoscalers, which fight,
    /// the whole range counts.
    pub(crate) fn replicas(&self, workload: &Workload) -> Replicas {
        let autoscalers = self.autoscalers(workload);
        if autoscalers.is_empty() {
            let written = written(workload).filter(|pods| !self.is_patched(workload, *pods));
            return written.map_or(Replicas::Unknown, Replicas::Fixed);
        }
        // One that is paused leaves the number as it is, or at another that it names.
        if autoscalers.iter().any(|one| one.item.is_paused()) {
            return Replicas::Unknown;
        }
        if autoscalers.iter().any(|one| self.is_bound_otherwise(one.source, &one.item.object)) {
            return Replicas::Unknown;
        }
        let bounds = |bound: fn(&super::autoscalers::Autoscaler) -> Option<i64>| {
            autoscalers.iter().map(|one| bound(&one.item)).collect::<Option<Vec<i64>>>()
        };
        let min = bounds(|one| one.min).and_then(|all| all.into_iter().min());
        let max = bounds(|one| one.max).and_then(|all| all.into_iter().max());
        match (min, max) {
            (Some(min), Some(max)) if min < max => Replicas::Autoscaled { min, max },
            (Some(min), Some(max)) if min == max => Replicas::Fixed(min),
            _ => Replicas::Unknown,
        }
    }

    /// A patch or a kustomization gives a workload another number of Pods than this, or none that is known.
    fn is_patched(&self, workload: &Workload, pods: i64) -> bool {
        let source = self.namespace_of(workload).and_then(|one| one.workloads.source_of(workload));
        source.is_some_and(|source| self.is_scaled_otherwise(source, &workload.object, pods))
    }
}

/// What a workload itself says, or is given where it says nothing (facts H1 and H33).
fn written(workload: &Workload) -> Option<i64> {
    let typed = match &workload.spec {
        WorkloadSpec::Deployment(spec) => spec.replicas,
        WorkloadSpec::StatefulSet(spec) => spec.replicas,
        WorkloadSpec::ReplicaSet(spec) => spec.replicas,
        WorkloadSpec::ReplicationController(spec) => spec.replicas,
        WorkloadSpec::Template(_) => None,
        WorkloadSpec::Pod(_)
        | WorkloadSpec::DaemonSet(_)
        | WorkloadSpec::Job(_)
        | WorkloadSpec::CronJob(_) => return None,
    };
    let read = workload.object.at(&FieldPath::of("spec.replicas"));
    match (typed, read) {
        (Some(number), _) => Some(i64::from(number)),
        // Of another type than a number, it is not known; of a custom resource, it is not typed.
        (None, Some(node)) => Node::as_i64(node),
        (None, None) => (workload.kind.count == Count::Replicas && !workload.is_fragment).then_some(1),
    }
}
