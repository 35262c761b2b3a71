//! PersistentVolumeClaims and the workloads that mount them.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1 as core;

use super::{Placed, Set};
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Object, Workload};
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Node};

/// A PersistentVolumeClaim.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// The object.
    pub object: Object,
    /// All that it says: access modes, storage class, size.
    pub spec: core::PersistentVolumeClaimSpec,
}

/// What the class of a claim was named by before there was a field for it.
const CLASS: &str = "volume.beta.kubernetes.io/storage-class";

/// How many may mount the volume of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// One Pod of the whole cluster (`ReadWriteOncePod`).
    OnePod,
    /// All Pods of one node (`ReadWriteOnce`).
    OneNode,
    /// Any, or nobody knows.
    Any,
}

impl Claim {
    /// How many may mount its volume: the attach controller takes no second node where no mode allows one
    /// (`IsMultiAttachAllowed` in pkg/volume/util).
    pub(crate) fn access(&self) -> Access {
        let modes = self.spec.access_modes.as_deref().unwrap_or_default();
        match modes {
            [] => Access::Any,
            modes if modes.iter().all(|mode| mode == "ReadWriteOncePod") => Access::OnePod,
            modes if modes.iter().all(|mode| mode == "ReadWriteOnce") => Access::OneNode,
            _ => Access::Any,
        }
    }

    /// The StorageClass that it names; `None` where it leaves that to the cluster.
    pub(super) fn class(&self) -> Option<&str> {
        let annotation = || self.object.at(&FieldPath::of("metadata.annotations").key(CLASS));
        let written = self.object.at(&FieldPath::of("spec.storageClassName"));
        written.or_else(annotation).and_then(Node::text)
    }
}

/// Reads a claim.
pub(super) fn read(object: &Object) -> Claim {
    let path = FieldPath::of("spec");
    let spec = object.at(&path).map(|node| yaml::decode(node, path).value).unwrap_or_default();
    Claim { object: object.clone(), spec }
}

impl Set {
    /// The claim of the set that a volume of a workload's Pods names.
    pub(crate) fn claim(&self, workload: &Workload, name: &str) -> Option<&Placed<Claim>> {
        self.namespace_of(workload)?.claims.get(name)
    }

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
