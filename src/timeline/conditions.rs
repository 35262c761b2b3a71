//! What a timeline is computed for.

use std::collections::BTreeMap;

use super::given::Given;
use crate::kubernetes::features::{Feature, Support};
use crate::kubernetes::kubelet::Kubelet;
use crate::kubernetes::version::KubernetesVersion;
use crate::shell::Knowledge;

/// The cluster, and what is known of its programs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Conditions<'a> {
    /// The version of the API server and of the kubelet.
    pub version: KubernetesVersion,
    /// Feature gates that the cluster sets otherwise than its version does, by name.
    pub gates: &'a BTreeMap<String, bool>,
    /// What the manifests do not say; its gates come before the others.
    pub given: &'a Given,
    /// What the user knows about programs and images.
    pub knowledge: &'a Knowledge,
    /// How long after deletion a Service's traffic can still come, in seconds.
    pub propagation_delay: f64,
}

impl Conditions<'_> {
    /// How the kubelet stops Pods.
    pub(crate) fn kubelet(&self) -> Kubelet {
        Kubelet::of(self.version)
    }

    /// What the cluster makes of a feature.
    pub(crate) fn support(&self, feature: &Feature) -> Support {
        let set = self.given.gates.get(feature.gate).or_else(|| self.gates.get(feature.gate));
        feature.in_version(self.version, set.copied())
    }
}
