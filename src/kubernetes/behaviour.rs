//! What tells versions of Kubernetes apart.

use std::collections::BTreeMap;

use super::control_plane::ControlPlane;
use super::features::{self, Feature, Support};
use super::kubelet::Kubelet;
use super::version::KubernetesVersion;

/// Everything that a manifest is judged by and that versions differ in: two versions of one behaviour find the
/// same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Behaviour {
    supports: Vec<Support>,
    kubelet: Kubelet,
    control_plane: ControlPlane,
}

impl Behaviour {
    /// That of a version, with these feature gates set.
    pub(crate) fn of(version: KubernetesVersion, gates: &BTreeMap<String, bool>) -> Self {
        let support = |feature: &Feature| feature.in_version(version, gates.get(feature.gate).copied());
        Self {
            supports: features::all().filter(|one| features::is_asked(one.gate)).map(support).collect(),
            kubelet: Kubelet::of(version),
            control_plane: ControlPlane::of(version),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(minor: u32, gates: &[(&str, bool)]) -> Behaviour {
        let gates = gates.iter().map(|(gate, is_on)| ((*gate).to_owned(), *is_on)).collect();
        Behaviour::of(KubernetesVersion::new(1, minor), &gates)
    }

    #[test]
    fn versions_that_nothing_tells_apart_behave_alike() {
        assert_eq!(of(34, &[]), of(34, &[("EventedPLEG", true)]), "nothing is judged by it");
        for minor in [25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36] {
            assert_ne!(of(minor, &[]), of(minor + 1, &[]), "1.{minor}");
        }
    }

    #[test]
    fn a_gate_that_is_set_can_tell_versions_apart_and_make_them_alike() {
        assert_ne!(of(31, &[]), of(32, &[("PodLifecycleSleepActionAllowZero", true)]));
        let both = [("SidecarContainers", true), ("PodLifecycleSleepAction", true)];
        assert_ne!(of(28, &both), of(29, &both), "kubelets of 1.28 do not order sidecars");
        let strategy = [("MaxUnavailableStatefulSet", true)];
        assert_eq!(of(36, &strategy), of(37, &strategy));
    }
}
