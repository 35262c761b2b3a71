//! PersistentVolumeClaims and the workloads that mount them.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1 as core;

use super::{Placed, Set};
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Object, Workload};
use crate::yaml;
use crate::yaml::path::FieldPath;

/// A PersistentVolumeClaim.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// The object.
    pub object: Object,
    /// All that it says: access modes, storage class, size.
    pub spec: core::PersistentVolumeClaimSpec,
}

/// Reads a claim.
pub(super) fn read(object: &Object) -> Claim {
    let path = FieldPath::of("spec");
    let spec = object.at(&path).map(|node| yaml::decode(node, path).value).unwrap_or_default();
    Claim { object: object.clone(), spec }
}

impl Set {
    /// The claims of the set that the Pods of a workload mount, by name: those its volumes name, and
    /// those that a StatefulSet's claim templates made, named `<template>-<StatefulSet>-<ordinal>`
    /// (<https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-storage>).
    pub(crate) fn claims(&self, workload: &Workload) -> Vec<&Placed<Claim>> {
        let Some(namespace) = self.namespace_of(workload) else { return Vec::new() };
        let volumes = workload.pod_spec().volumes.iter().flatten();
        let mut names: BTreeSet<&str> = volumes
            .filter_map(|volume| volume.persistent_volume_claim.as_ref())
            .map(|claim| claim.claim_name.as_str())
            .collect();
        if let (WorkloadSpec::StatefulSet(spec), Some(name)) = (&workload.spec, workload.object.name()) {
            let templates = spec.volume_claim_templates.iter().flatten();
            for template in templates.filter_map(|template| template.metadata.name.as_deref()) {
                let prefix = format!("{template}-{name}-");
                let named = namespace.claims.range(prefix.clone()..).map(|(name, _)| name.as_str());
                names.extend(named.take_while(|name| name.starts_with(&prefix)).filter(|name| {
                    let ordinal = name.strip_prefix(&prefix).unwrap_or_default();
                    !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit())
                }));
            }
        }
        names.into_iter().filter_map(|name| namespace.claims.get(name)).collect()
    }
}
