//! Ports that a Service names, and the containers that were to declare them.

use std::sync::Arc;

use k8s_openapi::api::core::v1 as core;

use super::selector::Selects;
use super::services::{Service, ServicePort, TargetPort};
use super::{Placed, Set};
use crate::finding::SourceId;
use crate::kubernetes::images;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, Object, Workload};
use crate::text::placeholder;

/// A port of a Service that leads to a name which no Pod that it selects has a port for.
#[derive(Debug, Clone)]
pub(crate) struct Unnamed<'s> {
    /// The port.
    pub port: &'s ServicePort,
    /// The name that it leads to.
    pub name: &'s str,
    /// Whose Pods the Service selects, in the order read.
    pub workloads: Vec<&'s Placed<Arc<Workload>>>,
}

/// A port that a container declares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared<'s> {
    /// Whose container it is.
    pub workload: &'s Placed<Arc<Workload>>,
    /// The container.
    pub container: &'s Container,
    /// Where in its list.
    pub index: usize,
    /// The port.
    pub port: &'s core::ContainerPort,
}

impl Declared<'_> {
    /// `TCP`, `UDP` or `SCTP`.
    pub(crate) fn protocol(&self) -> &str {
        self.port.protocol.as_deref().unwrap_or("TCP")
    }
}

/// Ports of containers that injectors add to Pods: istio, linkerd, dapr, consul.
const INJECTED_PORTS: [&str; 7] = [
    "http-envoy-prom",
    "dapr-http",
    "dapr-grpc",
    "dapr-internal",
    "dapr-metrics",
    "envoy-metrics",
    "status-port",
];

/// What the names of all ports of linkerd's proxy begin with.
const LINKERD: &str = "linkerd-";

/// What annotations and labels say by which an injector adds containers of which nobody knows the ports. The meshes
/// are not among them: their ports are known.
const INJECTORS: [&str; 2] = ["sidecar.opentelemetry.io/inject", "sidecar.jaegertracing.io/inject"];

/// The fields of a Service that say where its ports lead.
const CHANGED: [&str; 2] = ["spec.ports", "spec.selector"];

impl<'s> Unnamed<'s> {
    /// The ports that its containers declare.
    pub(crate) fn declared(&self) -> impl Iterator<Item = Declared<'s>> {
        let workloads = self.workloads.clone();
        workloads.into_iter().flat_map(declared)
    }
}

impl Set {
    /// The ports of a Service whose targets are names that no container of the Pods it selects declares, with the
    /// protocol that is asked for (fact G11, `FindPort` in k8s.io/endpointslice). Nothing where the Service selects no
    /// Pods of the set, and where something else may add the port to them.
    pub(crate) fn unnamed_ports(&self, source: SourceId, object: &Object) -> Vec<Unnamed<'_>> {
        let found = || {
            let namespace = self.namespaces.get(object.namespace())?;
            let named = namespace.services_named(object.name()?);
            // What it leads to, or to whom, is not what stands here.
            if CHANGED.iter().any(|path| self.is_changed(source, object, path)) {
                return None;
            }
            let service = named.find(source, object)?;
            let selected = namespace.workloads.selected(service.item.selector()?);
            let own = selected.filter(|one| self.is_of(namespace, service, &one.item));
            let workloads: Vec<_> = own.collect();
            let is_open = workloads.is_empty() || workloads.iter().any(|one| may_get_ports(&one.item));
            let mut unnamed = if is_open { Vec::new() } else { unnamed(&service.item, &workloads) };
            unnamed.retain(|one| {
                let is_given = |workload: &Placed<Arc<Workload>>| {
                    self.is_given_port(workload.source, &workload.item, one.name)
                };
                !one.workloads.iter().any(|workload| is_given(workload))
            });
            Some(unnamed)
        };
        found().unwrap_or_default()
    }
}

fn unnamed<'s>(service: &'s Service, workloads: &[&'s Placed<Arc<Workload>>]) -> Vec<Unnamed<'s>> {
    let ports = service.ports().iter().filter_map(|port| match &port.target {
        TargetPort::Name(name) => Some((port, name.as_str())),
        TargetPort::Number(_) => None,
    });
    let missing = ports.filter(|(port, name)| {
        let is_known = is_name(name) && !placeholder::hides(name) && !is_injected(name);
        let mut all = workloads.iter().flat_map(|workload| declared(workload));
        is_known && !all.any(|one| port.target.is(one.port) && one.protocol() == port.protocol())
    });
    missing.map(|(port, name)| Unnamed { port, name, workloads: workloads.to_vec() }).collect()
}

fn declared(workload: &Placed<Arc<Workload>>) -> impl Iterator<Item = Declared<'_>> {
    let running = workload.item.containers.iter().filter(|container| container.kind.is_long_running());
    running.flat_map(move |container| {
        let ports = container.ports().iter().enumerate();
        ports.map(move |(index, port)| Declared { workload, container, index, port })
    })
}

/// The API server takes no other (`IsValidPortName`): such a text stands for one.
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn is_injected(name: &str) -> bool {
    INJECTED_PORTS.contains(&name) || name.starts_with(LINKERD)
}

/// Its Pods may have ports of which its manifest does not tell.
fn may_get_ports(workload: &Workload) -> bool {
    let template = workload.kind.template_path();
    let metadata = [template.dotted("metadata.annotations"), template.dotted("metadata.labels")];
    let mut marks = metadata.iter().flat_map(|path| workload.object.strings(path));
    let is_hidden = |container: &Container| {
        let mut names = container.ports().iter().filter_map(|port| port.name.as_deref());
        let image = container.spec.image.as_deref();
        names.any(placeholder::hides)
            || image.is_some_and(images::is_injected)
            || (workload.object.at(&container.path.key("ports")).is_some() && container.spec.ports.is_none())
    };
    workload.kind.nature == Nature::Managed
        || marks.any(|(key, value)| INJECTORS.contains(&key.as_str()) && value != "false")
        || workload.containers.iter().any(is_hidden)
}
