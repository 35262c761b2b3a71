//! What API servers of several versions check differently, beyond what gates say (`kubernetes::gates`). Whatever
//! has no row here is checked alike from 1.28 to 1.36.
//!
//! What stands and falls with a gate, and is said by `unsupported-field` or by looking at the gate: names of
//! variables (RelaxedEnvironmentVariableValidation, 1.32; KEP-4369), search domains (RelaxedDNSSearchValidation, 1.33;
//! KEP-4427), a sleep of 0 (PodLifecycleSleepActionAllowZero, 1.33; KEP-4818), sidecars (SidecarContainers, 1.29;
//! KEP-753), restart policies and rules of containers (ContainerRestartRules, 1.35; KEP-5307), the action
//! RestartAllContainers (1.36; KEP-5532), the action FailIndex (JobBackoffLimitPerIndex, 1.29; KEP-3850), files as sources of variables (EnvFiles, 1.35; KEP-3721), `hostnameOverride`
//! (HostnameOverride, 1.35; KEP-4762), `status.hostIPs` in a variable (PodHostIPs, 1.29; KEP-2681), `hostUsers` in the
//! node's network (UserNamespacesHostNetworkSupport, off; KEP-5607).

use crate::kubernetes::version::KubernetesVersion;
use crate::rules::subject::Subject;

/// A check that came with a version.
#[derive(Debug)]
pub(super) struct Change {
    /// The first version that makes it.
    since: KubernetesVersion,
}

impl Change {
    const fn since(minor: u32) -> Self {
        Self { since: KubernetesVersion::new(1, minor) }
    }

    /// The version that is judged makes it.
    pub(super) fn holds(&self, subject: &Subject<'_>) -> bool {
        subject.settings.kubernetes_version >= self.since
    }
}

/// The pod template of a StatefulSet is validated (fact K2): before, the set is accepted and its Pods are refused
/// (`ValidatePodTemplateSpecForStatefulSet` in pkg/apis/apps/validation; kubernetes/kubernetes#131790).
pub(super) static TEMPLATE_OF_STATEFUL_SET: Change = Change::since(34);

/// A schedule may not hold a time zone (facts H22 and K48): before, it may where `timeZone` is not set
/// (`validateScheduleFormat` in pkg/apis/batch/validation; kubernetes/kubernetes#115904).
pub(super) static ZONE_IN_SCHEDULE: Change = Change::since(29);

/// The `status` of a condition in a failure policy is filled in for the Jobs of a CronJob too: before, it has to be
/// there (pkg/apis/batch/v1/zz_generated.defaults.go; kubernetes/kubernetes#131525).
pub(super) static STATUS_OF_CONDITION: Change = Change::since(34);

/// `serviceName` of a StatefulSet is a label, as the name of a Service is (`ValidateStatefulSetSpec` in
/// pkg/apis/apps/validation; kubernetes/kubernetes#130233). Before, its Pods are refused.
pub(super) static NAME_OF_SERVICE: Change = Change::since(33);

/// The claims that a StatefulSet makes are validated (`validateVolumeClaimTemplates` there). Before, it waits for
/// claims that are refused.
pub(super) static CLAIM_TEMPLATES: Change = Change::since(34);

/// What an autoscaler scales has to be named with its API group (`ValidateAPIVersion` in
/// pkg/apis/autoscaling/validation). Before, it is not found.
pub(super) static GROUP_OF_TARGET: Change = Change::since(34);
