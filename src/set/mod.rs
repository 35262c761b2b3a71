//! The set: every object of a run, with the joins Kubernetes itself makes between them.

pub(crate) mod environment;
pub(crate) mod mounted;
pub(crate) mod owners;
pub(crate) mod services;

use std::collections::BTreeMap;

use crate::finding::SourceId;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, Object, Workload};
use services::{Reach, Service, Services};

/// An object and the file it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    /// The file.
    pub source: SourceId,
    /// The thing.
    pub item: T,
}

/// How sure we are that a container gets traffic; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Serving {
    /// No sign of it, or of a kind that never serves.
    None,
    /// It declares a port, and no other container of the Pod has a readiness probe.
    Possible,
    /// It declares a port and has a readiness probe over the network.
    Likely,
    /// A Service in the set reaches it.
    Certain,
}

/// The objects that others are joined with, by namespace and then in file order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set {
    services: BTreeMap<String, Services>,
    config_maps: BTreeMap<(String, String), Placed<Object>>,
}

impl Set {
    /// The object is of a kind that others are joined with.
    pub(crate) fn joins(object: &Object) -> bool {
        match object.id.kind.as_str() {
            "Service" | "ConfigMap" => object.id.api_version == "v1",
            "PodDisruptionBudget" => object.id.api_version.starts_with("policy/"),
            _ => false,
        }
    }

    /// Takes note of an object, if it is of a kind that others are joined with.
    pub(crate) fn add(&mut self, source: SourceId, object: &Object) {
        let namespace = object.namespace().to_owned();
        match (object.id.api_version.as_str(), object.id.kind.as_str()) {
            ("v1", "Service") => {
                if let Some(item) = Service::of(object) {
                    self.services.entry(namespace).or_default().add(Placed { source, item });
                }
            }
            ("v1", "ConfigMap") => {
                let key = (namespace, object.id.name.clone());
                // The first of a name is kept: two of one name are variants, and either would do.
                self.config_maps.entry(key).or_insert_with(|| Placed { source, item: object.clone() });
            }
            _ => {}
        }
    }

    /// The ConfigMap of a name.
    pub(crate) fn config_map(&self, namespace: &str, name: &str) -> Option<&Placed<Object>> {
        self.config_maps.get(&(namespace.to_owned(), name.to_owned()))
    }

    /// Every Service that sends traffic to a container of the workload, with the port it reaches.
    /// `copies` are the labels of Pods made of it: a Service may select what a controller put on them.
    pub(crate) fn reaches(&self, workload: &Workload, copies: &[BTreeMap<String, String>]) -> Vec<Reach<'_>> {
        // The endpoint controller looks at Pods alone; those of Jobs are no servers by design.
        if workload.kind.nature == Nature::Batch {
            return Vec::new();
        }
        let Some(services) = self.services.get(workload.object.namespace()) else { return Vec::new() };
        services
            .selecting(std::iter::once(&workload.labels).chain(copies))
            .into_iter()
            .flat_map(|service| services::reaches(service, workload))
            .collect()
    }
}

/// The container is of a kind that can get traffic at all.
pub(crate) fn can_serve(workload: &Workload, container: &Container) -> bool {
    container.kind.is_long_running() && !matches!(workload.kind.nature, Nature::Batch | Nature::Managed)
}

/// How sure we are that `container` of `workload` gets traffic.
pub(crate) fn serving(workload: &Workload, container: &Container, reaches: &[Reach<'_>]) -> Serving {
    if !can_serve(workload, container) {
        return Serving::None;
    }
    if reaches.iter().any(|reach| reach.container == container.path) {
        return Serving::Certain;
    }
    if container.ports().is_empty() {
        return Serving::None;
    }
    if container.has_network_readiness_probe() {
        return Serving::Likely;
    }
    let other_has_probe = workload
        .containers
        .iter()
        .any(|other| other.path != container.path && other.spec.readiness_probe.is_some());
    if other_has_probe { Serving::None } else { Serving::Possible }
}
