//! Features of Kubernetes that decide about lifecycles: which version has each, and which has it on.

use super::version::KubernetesVersion;

/// A feature behind a gate (facts, section 0; `pkg/features/kube_features.go` of each version).
#[derive(Debug)]
pub(crate) struct Feature {
    /// The name of its gate.
    pub gate: &'static str,
    /// The first version that knows it.
    pub since: KubernetesVersion,
    /// The first version that has it on; `None` where none has so far.
    on: Option<KubernetesVersion>,
    /// The first version in which its gate can no longer be set.
    pub locked: Option<KubernetesVersion>,
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

/// `restartPolicy` of ordinary containers, and `restartPolicyRules`.
pub(crate) const RESTART_RULES: Feature =
    Feature { gate: "ContainerRestartRules", since: since(34), on: Some(since(35)), locked: None };

/// All of them.
pub(crate) const ALL: [&Feature; 6] =
    [&SLEEP_ACTION, &SLEEP_OF_ZERO, &SIDECARS, &STOP_SIGNALS, &MAX_UNAVAILABLE_STATEFUL_SET, &RESTART_RULES];

impl Feature {
    /// What a version makes of it whose gate somebody has set so; `None` is as the version has it.
    pub(crate) fn in_version(&self, version: KubernetesVersion, set: Option<bool>) -> Support {
        let set = set.filter(|_| self.can_be_set(version));
        match version {
            _ if version < self.since => Support::Unknown,
            _ if set.unwrap_or_else(|| self.on.is_some_and(|on| version >= on)) => Support::On,
            _ => Support::Off,
        }
    }

    /// The version knows its gate, and takes another value for it.
    pub(crate) fn can_be_set(&self, version: KubernetesVersion) -> bool {
        version >= self.since && self.locked.is_none_or(|locked| version < locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_unknown_then_off_then_on() {
        let of = |feature: &Feature, minor| feature.in_version(since(minor), None);
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
        assert_eq!(STOP_SIGNALS.in_version(since(36), Some(true)), Support::On, "fact N20");
        assert_eq!(STOP_SIGNALS.in_version(since(32), Some(true)), Support::Unknown);
        assert_eq!(SIDECARS.in_version(since(30), Some(false)), Support::Off);
        assert_eq!(SIDECARS.in_version(since(33), Some(false)), Support::On, "the gate is locked");
    }
}
