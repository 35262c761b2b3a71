//! Features of Kubernetes that decide about lifecycles: which version has each, and which has it on.

use std::collections::BTreeMap;

use super::version::KubernetesVersion;

/// Feature gates that a cluster sets otherwise than its version does, by name.
pub(crate) type Gates = BTreeMap<String, bool>;

/// A feature behind a gate (facts, section 0; `pkg/features/kube_features.go` of each version).
#[derive(Debug)]
pub(crate) struct Feature {
    /// The name of its gate.
    pub gate: &'static str,
    /// The first version that knows it.
    since: KubernetesVersion,
    /// The first version that has it on; `None` where none has so far.
    on: Option<KubernetesVersion>,
    /// The first version in which its gate can no longer be set.
    locked: Option<KubernetesVersion>,
}

/// What a version makes of a feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Support {
    /// Its fields do not exist.
    Unknown,
    /// Its fields are dropped in silence.
    Off,
    /// It works.
    On,
}

const fn since(minor: u32) -> KubernetesVersion {
    KubernetesVersion::new(1, minor)
}

/// The `sleep` handler of hooks.
pub(crate) const SLEEP_ACTION: Feature = Feature {
    gate: "PodLifecycleSleepAction",
    since: since(29),
    on: Some(since(30)),
    locked: Some(since(34)),
};
/// A `sleep` of 0 s.
pub(crate) const SLEEP_OF_ZERO: Feature = Feature {
    gate: "PodLifecycleSleepActionAllowZero",
    since: since(32),
    on: Some(since(33)),
    locked: Some(since(34)),
};
/// Init containers with `restartPolicy: Always`, and that they stop behind the containers they serve.
pub(crate) const SIDECARS: Feature =
    Feature { gate: "SidecarContainers", since: since(28), on: Some(since(29)), locked: Some(since(33)) };
/// `lifecycle.stopSignal`.
pub(crate) const STOP_SIGNALS: Feature =
    Feature { gate: "ContainerStopSignals", since: since(33), on: None, locked: None };
/// `maxUnavailable` of StatefulSets: on in 1.35.0, and off again from its first patch on.
pub(crate) const MAX_UNAVAILABLE_STATEFUL_SET: Feature =
    Feature { gate: "MaxUnavailableStatefulSet", since: since(24), on: None, locked: None };

impl Feature {
    /// What a version makes of it whose gates stand as `gates` says, and where that says nothing as the
    /// version has them.
    pub(crate) fn in_version(&self, version: KubernetesVersion, gates: &Gates) -> Support {
        let can_be_set = self.locked.is_none_or(|locked| version < locked);
        let is_on = || gates.get(self.gate).copied().filter(|_| can_be_set);
        match version {
            _ if version < self.since => Support::Unknown,
            _ if is_on().unwrap_or_else(|| self.on.is_some_and(|on| version >= on)) => Support::On,
            _ => Support::Off,
        }
    }

    /// The same with the gates as the version has them.
    pub(crate) fn by_default(&self, version: KubernetesVersion) -> Support {
        self.in_version(version, &Gates::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_unknown_then_off_then_on() {
        let of = |feature: &Feature, minor| feature.by_default(since(minor));
        assert_eq!(of(&SLEEP_ACTION, 28), Support::Unknown);
        assert_eq!(of(&SLEEP_ACTION, 29), Support::Off);
        assert_eq!(of(&SLEEP_ACTION, 30), Support::On);
        assert_eq!(of(&SLEEP_OF_ZERO, 32), Support::Off);
        assert_eq!(of(&SLEEP_OF_ZERO, 33), Support::On);
        assert_eq!(of(&SIDECARS, 27), Support::Unknown);
        assert_eq!(of(&SIDECARS, 28), Support::Off);
        assert_eq!(of(&SIDECARS, 29), Support::On);
        assert_eq!(of(&STOP_SIGNALS, 32), Support::Unknown);
        assert_eq!(of(&STOP_SIGNALS, 36), Support::Off, "fact N20");
    }

    #[test]
    fn a_gate_that_the_cluster_sets_counts_from_the_version_that_knows_it() {
        let gates = Gates::from([("ContainerStopSignals".to_owned(), true)]);
        assert_eq!(STOP_SIGNALS.in_version(since(36), &gates), Support::On, "fact N20");
        assert_eq!(STOP_SIGNALS.in_version(since(32), &gates), Support::Unknown);
        let gates = Gates::from([("SidecarContainers".to_owned(), false)]);
        assert_eq!(SIDECARS.in_version(since(30), &gates), Support::Off);
        assert_eq!(SIDECARS.in_version(since(33), &gates), Support::On, "the gate is locked");
    }
}
