//! What the API server rejects in Deployments, StatefulSets, DaemonSets, ReplicaSets and ReplicationControllers,
//! around the pod template: pkg/apis/apps/validation and pkg/apis/core/validation.

use super::faults::Faults;

pub(super) fn deployment(_: &mut Faults<'_, '_>) {}

pub(super) fn stateful_set(_: &mut Faults<'_, '_>) {}

pub(super) fn daemon_set(_: &mut Faults<'_, '_>) {}

pub(super) fn replica_set(_: &mut Faults<'_, '_>) {}

pub(super) fn replication_controller(_: &mut Faults<'_, '_>) {}
