//! The version matrix: which version has which gate, which has it on, and what it governs; data only.
//!
//! Read in `pkg/features/kube_features.go` of 1.25 to 1.36 and in the lists of feature gates, present and
//! removed, of the documentation (facts, section 0); the numbers of KEPs are those of `kubernetes/enhancements`.
//! A gate is locked from its general availability on, where its row says nothing else. Gates that came and went
//! outside of the versions that are known here have no row: no such version takes them.

use super::features::{Feature, Support};

/// The `sleep` handler of hooks (facts B17 and K1; KEP-3960).
pub(crate) const SLEEP_ACTION: Feature =
    Feature::new("PodLifecycleSleepAction", 29).on(30).locked(34).fields(&[
        "pod.spec.containers.lifecycle.preStop.sleep",
        "pod.spec.containers.lifecycle.postStart.sleep",
    ]);

/// A `sleep` of 0 s: the value is new, and not the field (facts K9 and K10; KEP-4818).
pub(crate) const SLEEP_OF_ZERO: Feature = Feature::new("PodLifecycleSleepActionAllowZero", 32)
    .on(33)
    .locked(34)
    .fields(&[
        "pod.spec.containers.lifecycle.preStop.sleep.seconds: 0",
        "pod.spec.containers.lifecycle.postStart.sleep.seconds: 0",
    ])
    .before(Support::Refused)
    .refused();

/// Init containers with `restartPolicy: Always`, and that they stop behind the containers they serve (facts D5
/// and D12; KEP-753).
pub(crate) const SIDECARS: Feature = Feature::new("SidecarContainers", 28)
    .on(29)
    .locked(33)
    .fields(&["pod.spec.initContainers.restartPolicy: Always"]);

/// `lifecycle.stopSignal` (facts C1, C2 and N20; KEP-4960).
pub(crate) const STOP_SIGNALS: Feature =
    Feature::new("ContainerStopSignals", 33).fields(&["pod.spec.containers.lifecycle.stopSignal"]);

/// `maxUnavailable` of StatefulSets (fact H7; KEP-961). The first patches of 1.35 had it on, and a later one
/// switched it off again: who cannot tell the patch cannot rely on it.
pub(crate) const MAX_UNAVAILABLE_STATEFUL_SET: Feature = Feature::new("MaxUnavailableStatefulSet", 24)
    .on(37)
    .fields(&["statefulset.spec.updateStrategy.rollingUpdate.maxUnavailable"]);

/// `restartPolicyRules` (facts K17 to K19; KEP-5307). The `restartPolicy` of ordinary containers stands or falls
/// with it, in a row of its own.
pub(crate) const RESTART_RULES: Feature =
    Feature::new("ContainerRestartRules", 34).on(35).fields(&["pod.spec.containers.restartPolicyRules"]);

/// The grace period of a probe (fact A21; KEP-2238).
pub(crate) const PROBE_GRACE: Feature =
    Feature::new("ProbeTerminationGracePeriod", 21).on(25).locked(28).fields(&[
        "pod.spec.containers.livenessProbe.terminationGracePeriodSeconds",
        "pod.spec.containers.startupProbe.terminationGracePeriodSeconds",
    ]);

/// That an exec probe is cut when its `timeoutSeconds` are over (fact E10; KEP-1972). Where it is off they mean
/// nothing to one. General availability did not lock it.
pub(crate) const EXEC_PROBE_TIMEOUT: Feature = Feature::new("ExecProbeTimeout", 20).on(20).locked(35);

/// What becomes of Pods that are not ready when they are to be evicted (fact H30; KEP-3017).
pub(crate) const UNHEALTHY_EVICTION: Feature = Feature::new("PDBUnhealthyPodEvictionPolicy", 26)
    .on(27)
    .locked(31)
    .fields(&["poddisruptionbudget.spec.unhealthyPodEvictionPolicy"]);

/// `trafficDistribution` of Services (KEP-4444).
pub(crate) const TRAFFIC_DISTRIBUTION: Feature = Feature::new("ServiceTrafficDistribution", 30)
    .on(31)
    .locked(33)
    .fields(&["service.spec.trafficDistribution"]);

/// `gitRepo` volumes (fact J4; KEP-5040). Where it is off the kubelet mounts none, and the Pod does not start. Older
/// versions have no gate for it.
pub(crate) const GIT_REPO: Feature = Feature::new("GitRepoVolumeDriver", 33)
    .locked(36)
    .fields(&["pod.spec.volumes.gitRepo"])
    .before(Support::Works)
    .refused();

/// Those that rules and timelines ask for: what tells versions apart.
pub(crate) const ASKED: [&Feature; 11] = [
    &SLEEP_ACTION,
    &SLEEP_OF_ZERO,
    &SIDECARS,
    &STOP_SIGNALS,
    &MAX_UNAVAILABLE_STATEFUL_SET,
    &RESTART_RULES,
    &PROBE_GRACE,
    &EXEC_PROBE_TIMEOUT,
    &UNHEALTHY_EVICTION,
    &TRAFFIC_DISTRIBUTION,
    &GIT_REPO,
];

/// The others: those with fields tell what becomes of these, and by the rest nothing is judged so far.
pub(super) const OTHERS: &[Feature] = &[
    // Containers, their probes and hooks.
    // Since sidecars have one, 1.28, the API server refuses the field on others (fact K17; KEP-5307).
    Feature::new("ContainerRestartRules", 34)
        .on(35)
        .fields(&["pod.spec.containers.restartPolicy"])
        .before(Support::Refused)
        .refused(),
    // An action that is not in the list of those that are allowed (fact A35; KEP-5532).
    Feature::new("RestartAllContainersOnContainerExits", 35)
        .on(36)
        .fields(&["pod.spec.containers.restartPolicyRules.action: RestartAllContainers"])
        .before(Support::Refused)
        .refused(),
    // The handler is dropped, and a probe without one is refused (KEP-2727).
    Feature::new("GRPCContainerProbe", 23)
        .on(24)
        .locked(27)
        .fields(&[
            "pod.spec.containers.readinessProbe.grpc",
            "pod.spec.containers.livenessProbe.grpc",
            "pod.spec.containers.startupProbe.grpc",
        ])
        .refused(),
    Feature::new("EphemeralContainers", 16).on(23).locked(25).fields(&["pod.spec.ephemeralContainers"]),
    Feature::new("InPlacePodVerticalScaling", 27)
        .on(33)
        .locked(35)
        .fields(&["pod.spec.containers.resizePolicy"]),
    Feature::new("InPlacePodVerticalScalingAllocatedStatus", 32),
    Feature::new("InPlacePodLevelResourcesVerticalScaling", 35).on(36),
    Feature::new("PodLevelResources", 32).on(34).fields(&["pod.spec.resources"]),
    Feature::new("EnvFiles", 34).on(35).fields(&["pod.spec.containers.env.valueFrom.fileKeyRef"]),
    Feature::new("RelaxedEnvironmentVariableValidation", 30)
        .on(32)
        .locked(34)
        .fields(&["pod.spec.containers.env.name: 1st"])
        .before(Support::Refused)
        .refused(),
    // A field that a variable may tell (KEP-2681).
    Feature::new("PodHostIPs", 28)
        .on(29)
        .locked(30)
        .fields(&["pod.spec.containers.env.valueFrom.fieldRef.fieldPath: status.hostIPs"])
        .before(Support::Refused)
        .refused(),
    Feature::new("RelaxedDNSSearchValidation", 32)
        .on(33)
        .locked(34)
        .fields(&["pod.spec.dnsConfig.searches: _tcp.example.com"])
        .before(Support::Refused)
        .refused(),
    Feature::new("HostnameOverride", 34).on(35).fields(&["pod.spec.hostnameOverride"]),
    Feature::new("IdentifyPodOS", 23).on(24).locked(25).fields(&["pod.spec.os"]),
    Feature::new("PodSchedulingReadiness", 26).on(27).locked(30).fields(&["pod.spec.schedulingGates"]),
    // Up to 1.27 the field was that of UserNamespacesStatelessPodsSupport, off by default (KEP-127).
    Feature::new("UserNamespacesSupport", 28)
        .before(Support::Dropped)
        .on(33)
        .locked(36)
        .fields(&["pod.spec.hostUsers"]),
    Feature::new("RecursiveReadOnlyMounts", 30)
        .on(31)
        .locked(33)
        .fields(&["pod.spec.containers.volumeMounts.recursiveReadOnly"]),
    // KEP-4639.
    Feature::new("ImageVolume", 31).on(35).locked(36).fields(&["pod.spec.volumes.image"]),
    Feature::new("ImageVolumeWithDigest", 35),
    Feature::new("PreventStaticPodAPIReferences", 34).on(34),
    Feature::new("PodObservedGenerationTracking", 33).on(34).locked(35),
    Feature::new("PodHasNetworkCondition", 25).locked(28),
    Feature::new("PodReadyToStartContainersCondition", 28).on(29).locked(37),
    // How Pods are disrupted, and nodes stop them.
    Feature::new("PodDisruptionBudget", 3).on(5).locked(21),
    // KEP-3329.
    Feature::new("PodDisruptionConditions", 25).on(26).locked(31),
    // Up to 1.31 a soft eviction could give a Pod more than its own grace period, without a gate (fact A28).
    Feature::new("AllowOverwriteTerminationGracePeriodSeconds", 32).locked(35).before(Support::Works),
    // Fact A30; KEP-2000. It does nothing until the kubelet is told a period.
    Feature::new("GracefulNodeShutdown", 20).on(21),
    // KEP-2712.
    Feature::new("GracefulNodeShutdownBasedOnPodPriority", 23).on(24),
    // KEP-4802.
    Feature::new("WindowsGracefulNodeShutdown", 32).on(34),
    Feature::new("NodeOutOfServiceVolumeDetach", 24).on(26).locked(28),
    Feature::new("NodeLifecycleConditions", 37),
    Feature::new("SeparateTaintEvictionController", 29).on(29).locked(34),
    Feature::new("OrderedNamespaceDeletion", 30).on(33).locked(34),
    // How kubelets keep Pods running.
    Feature::new("EventedPLEG", 26),
    Feature::new("ChangeContainerStatusOnKubeletRestart", 35),
    Feature::new("KubeletCrashLoopBackOffMax", 32).on(35),
    Feature::new("ReduceDefaultCrashLoopBackOffDecay", 33),
    Feature::new("KubeletEnsureSecretPulledImages", 33).on(35),
    Feature::new("ImageMaximumGCAge", 29).on(30).locked(35),
    Feature::new("HugepageAwareEviction", 37).on(37),
    Feature::new("KubeletInUserNamespace", 22),
    Feature::new("MemoryQoS", 22),
    Feature::new("NodeSwap", 22).on(30).locked(34),
    // Traffic.
    // KEP-1672.
    Feature::new("EndpointSliceTerminatingCondition", 20).on(22).locked(26),
    // KEP-1669: without it, and with no endpoint that is ready, those that still serve get nothing.
    Feature::new("ProxyTerminatingEndpoints", 22).on(26).locked(28),
    Feature::new("KubeProxyDrainingTerminatingNodes", 28).on(30).locked(31),
    Feature::new("StableLoadBalancerNodeSet", 27).on(27).locked(30),
    Feature::new("ServiceInternalTrafficPolicy", 21)
        .on(22)
        .locked(26)
        .fields(&["service.spec.internalTrafficPolicy"]),
    Feature::new("PreferSameTrafficDistribution", 33)
        .on(34)
        .locked(35)
        .fields(&[
            "service.spec.trafficDistribution: PreferSameNode",
            "service.spec.trafficDistribution: PreferSameZone",
        ])
        .before(Support::Refused)
        .refused(),
    // Workloads.
    // KEP-3973: of the status alone.
    Feature::new("DeploymentReplicaSetTerminatingReplicas", 33).on(35),
    Feature::new("LogarithmicScaleDown", 21).on(22).locked(31),
    Feature::new("PodDeletionCost", 21).on(22),
    // KEP-2599.
    Feature::new("StatefulSetMinReadySeconds", 22)
        .on(23)
        .locked(25)
        .fields(&["statefulset.spec.minReadySeconds"]),
    // KEP-1847.
    Feature::new("StatefulSetAutoDeletePVC", 23)
        .on(27)
        .locked(32)
        .fields(&["statefulset.spec.persistentVolumeClaimRetentionPolicy"]),
    Feature::new("StatefulSetStartOrdinal", 26).on(27).locked(31).fields(&["statefulset.spec.ordinals"]),
    // KEP-1591.
    Feature::new("DaemonSetUpdateSurge", 21)
        .on(22)
        .locked(25)
        .fields(&["daemonset.spec.updateStrategy.rollingUpdate.maxSurge"]),
    Feature::new("StaleControllerConsistencyDaemonset", 36).on(36),
    Feature::new("StaleControllerConsistencyJob", 36).on(36),
    Feature::new("StaleControllerConsistencyReplicaSet", 36).on(36),
    Feature::new("StaleControllerConsistencyStatefulSet", 36).on(36),
    Feature::new("HPAConfigurableTolerance", 33).on(35).fields(&[
        "horizontalpodautoscaler.spec.behavior.scaleDown.tolerance",
        "horizontalpodautoscaler.spec.behavior.scaleUp.tolerance",
    ]),
    Feature::new("HPAScaleToZero", 16)
        .fields(&["horizontalpodautoscaler.spec.minReplicas: 0"])
        .before(Support::Refused)
        .refused(),
    // Jobs.
    // KEP-3329.
    Feature::new("JobPodFailurePolicy", 25).on(26).locked(31).fields(&["job.spec.podFailurePolicy"]),
    // KEP-3939.
    Feature::new("JobPodReplacementPolicy", 28).on(29).locked(34).fields(&["job.spec.podReplacementPolicy"]),
    // KEP-3850.
    Feature::new("JobBackoffLimitPerIndex", 28)
        .on(29)
        .locked(33)
        .fields(&["job.spec.backoffLimitPerIndex", "job.spec.maxFailedIndexes"]),
    // An action that is not in the list of those that are allowed.
    Feature::new("JobBackoffLimitPerIndex", 28)
        .on(29)
        .locked(33)
        .fields(&["job.spec.podFailurePolicy.rules.action: FailIndex"])
        .before(Support::Refused)
        .refused(),
    // KEP-3998.
    Feature::new("JobSuccessPolicy", 30).on(31).locked(33).fields(&["job.spec.successPolicy"]),
    Feature::new("JobManagedBy", 30).on(32).locked(35).fields(&["job.spec.managedBy"]),
    Feature::new("JobReadyPods", 23).on(24).locked(29),
    Feature::new("JobTrackingWithFinalizers", 22).on(25).locked(26),
    Feature::new("ElasticIndexedJob", 27).on(27).locked(31),
    Feature::new("IndexedJob", 21).on(22).locked(24).fields(&["job.spec.completionMode"]),
    Feature::new("SuspendJob", 21).on(22).locked(24).fields(&["job.spec.suspend"]),
    Feature::new("MutablePodResourcesForSuspendedJobs", 35).on(36),
    Feature::new("MutableSchedulingDirectivesForSuspendedJobs", 35).on(36),
    Feature::new("CronJobTimeZone", 24).on(25).locked(27).fields(&["cronjob.spec.timeZone"]),
    Feature::new("CronJobsScheduledAnnotation", 28).on(28).locked(32),
    // The API server.
    Feature::new("ServerSideFieldValidation", 23).on(25).locked(27),
    Feature::new("ValidatingAdmissionPolicy", 26).on(30).locked(30),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kubernetes::features::all;
    use crate::kubernetes::version::KubernetesVersion;

    #[test]
    fn every_row_with_a_name_is_among_those_that_are_asked_for() {
        let rows = include_str!("gates.rs").lines().filter(|line| line.starts_with("pub(crate) const "));
        let named = rows.filter(|line| line.contains(": Feature")).count();
        assert_eq!(named, ASKED.len());
        let gates: BTreeSet<&str> = ASKED.iter().map(|feature| feature.gate).collect();
        assert_eq!(gates.len(), ASKED.len());
    }

    #[test]
    fn rows_of_one_gate_have_its_history_and_fields_of_their_own() {
        for (row, feature) in all().enumerate() {
            for other in all().skip(row + 1).filter(|other| other.gate == feature.gate) {
                let bare = |feature: &Feature| {
                    (feature.since, feature.locked, [25, 30, 35].map(|minor| works(feature, minor)))
                };
                assert_eq!(bare(feature), bare(other), "{}", feature.gate);
                assert!(feature.fields.iter().all(|field| !other.fields.contains(field)), "{}", feature.gate);
            }
        }
    }

    #[test]
    fn a_row_is_of_use_in_some_version_that_is_known() {
        for feature in all() {
            assert!(feature.since <= KubernetesVersion::NEWEST, "{}", feature.gate);
            assert!(feature.locked.is_none_or(|locked| locked > feature.since), "{}", feature.gate);
        }
    }

    fn works(feature: &Feature, minor: u32) -> bool {
        feature.in_version(KubernetesVersion::new(1, minor), None) == Support::Works
    }
}
