//! Whether another Pod takes the traffic while one stops.

use std::sync::Arc;

use super::replicas::Replicas;
use super::selector::Selects;
use super::services::{self, Reach, Service};
use super::{Placed, Set};
use crate::manifest::Workload;
use crate::manifest::kinds::{Nature, Schema};
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::strategy::Strategy;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// Which other ready Pod can take the traffic while one of a workload stops.
#[derive(Debug, Clone)]
pub(crate) enum Handover<'s> {
    /// One of the same workload: there are always two or more.
    Replicas,
    /// The new one of a rollout: it is ready before the old one is told to stop.
    Surge,
    /// One of another workload that the same Service reaches.
    Peer {
        /// The Service.
        service: &'s Placed<Service>,
        /// The other workload.
        workload: &'s Placed<Arc<Workload>>,
    },
    /// The manifests do not say, and it is taken to be there: for a bare Pod, a DaemonSet, what a
    /// controller made, and an unknown number of replicas, as under an autoscaler that may run one.
    Assumed,
    /// None: the one Pod stops before the next one is ready.
    None,
}

impl Set {
    /// Whether another ready Pod can take the traffic while one of the workload stops: it has two or
    /// more replicas, or a new Pod comes before the old one goes. A StatefulSet of one replica replaces
    /// its Pod once it is gone (fact H8), so does a Deployment of one that recreates (fact H4) or may not
    /// surge (fact H2) or may be unavailable (fact P2); a ReplicaSet and a ReplicationController have no rollout at all (fact H33). Two
    /// workloads behind one Service are each other's handover. Two or more replicas are one whatever the
    /// rollout does: `Recreate` and a `maxUnavailable` of all stop them together, but each Pod that is
    /// evicted or deleted leaves its traffic to the others. `traffic` is [`Set::traffic`].
    pub(crate) fn handover<'s>(&'s self, workload: &Workload, traffic: &[Reach<'s>]) -> Handover<'s> {
        if workload.object.controller().is_some() || workload.kind.nature != Nature::LongRunning {
            return Handover::Assumed;
        }
        match self.replicas(workload) {
            Replicas::Fixed(2..) | Replicas::Autoscaled { min: 2.., .. } => return Handover::Replicas,
            Replicas::Fixed(1) => {}
            Replicas::Fixed(_) | Replicas::Autoscaled { .. } | Replicas::Unknown => {
                return Handover::Assumed;
            }
        }
        let alone = alone(workload);
        match alone {
            Handover::None => self.peer(workload, traffic).unwrap_or(alone),
            _ => alone,
        }
    }

    /// Another workload that a Service reaches as well.
    pub(crate) fn peer<'s>(&'s self, workload: &Workload, traffic: &[Reach<'s>]) -> Option<Handover<'s>> {
        let namespace = self.namespace_of(workload)?;
        traffic.iter().find_map(|reach| {
            let service = reach.service;
            let mut selected = namespace.workloads.selected(service.item.selector()?);
            let peer = selected.find(|other| self.is_peer(workload, &other.item, reach))?;
            Some(Handover::Peer { service, workload: peer })
        })
    }

    /// Two workloads of one name are variants, of which one runs, whatever their kinds. The traffic is
    /// handed over by the ports through which it comes: a peer behind another port gets none of it.
    fn is_peer(&self, workload: &Workload, other: &Workload, reach: &Reach<'_>) -> bool {
        let is_same = |peer: &Reach<'_>| {
            reach.through.is_empty() || peer.through.iter().any(|port| reach.through.contains(port))
        };
        workload.object.id.name != other.object.id.name
            && other.kind.schema != Schema::PodTemplate
            && other.kind.nature != Nature::Batch
            && self.replicas(other) != Replicas::Fixed(0)
            && services::reaches(reach.service, other).iter().any(is_same)
    }
}

/// For a workload of one replica, without a look at others.
fn alone(workload: &Workload) -> Handover<'static> {
    match &workload.spec {
        WorkloadSpec::Deployment(_) => match Strategy::of(workload) {
            Some(Strategy::Recreate) => Handover::None,
            Some(Strategy::Rolling(rolling)) => match rolling.fenceposts(Some(1)).takes_all(1) {
                true => Handover::None,
                false => Handover::Surge,
            },
            None => Handover::Assumed,
        },
        WorkloadSpec::StatefulSet(_)
        | WorkloadSpec::ReplicaSet(_)
        | WorkloadSpec::ReplicationController(_) => Handover::None,
        WorkloadSpec::Template(_) => {
            let strategy = workload.object.at(&FieldPath::of("spec.strategy.type")).and_then(Node::as_str);
            match workload.kind.kind == "StatefulSet" || strategy == Some("Recreate") {
                true => Handover::None,
                false => Handover::Assumed,
            }
        }
        WorkloadSpec::Pod(_)
        | WorkloadSpec::DaemonSet(_)
        | WorkloadSpec::Job(_)
        | WorkloadSpec::CronJob(_) => Handover::Assumed,
    }
}
