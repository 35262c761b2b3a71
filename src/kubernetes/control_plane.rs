//! What API servers and controllers of a version do, where versions differ and no gate decides.

use super::version::KubernetesVersion;

/// How the API server and the controllers treat workloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ControlPlane {
    /// The API server validates the Pod template of a StatefulSet. Else it takes the StatefulSet, and refuses
    /// each Pod of it (fact K2).
    pub checks_stateful_sets: bool,
    /// A rolling update of a StatefulSet with `podManagementPolicy: Parallel` waits until the new Pod is
    /// available. Else it waits until it is Ready.
    pub waits_for_available: bool,
}

impl ControlPlane {
    /// That of a version.
    pub(crate) fn of(version: KubernetesVersion) -> Self {
        let is_new = version >= KubernetesVersion::new(1, 34);
        Self { checks_stateful_sets: is_new, waits_for_available: is_new }
    }
}
