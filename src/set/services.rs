//! Services and the containers they reach, as the endpoint slice controller joins them.

use std::collections::{BTreeMap, HashSet};

use super::Placed;
use crate::manifest::{Container, ContainerKind, Object, Workload};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// What of a Service matters to its endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// The object.
    pub object: Object,
    /// Never empty: a Service without a selector gets no endpoints (fact G10).
    selector: BTreeMap<String, String>,
    ports: Vec<ServicePort>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ServicePort {
    protocol: String,
    target: TargetPort,
    path: FieldPath,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TargetPort {
    Number(i64),
    Name(String),
}

/// A Service port that leads to a container.
#[derive(Debug, Clone)]
pub(crate) struct Reach<'s> {
    /// The Service.
    pub service: &'s Placed<Service>,
    /// Path of the port in the Service; of the selector when it lists no port.
    pub port: FieldPath,
    /// Path of the container in the workload.
    pub container: FieldPath,
}

impl Service {
    /// Reads a Service; `None` when it gets no endpoints from a selector (fact G10), or when it
    /// publishes Pods that are not ready, which makes it no evidence of serving (fact G2).
    pub(super) fn of(object: &Object) -> Option<Self> {
        let selector = object.strings(&FieldPath::of("spec.selector"));
        let external =
            object.at(&FieldPath::of("spec.type")).and_then(|node| node.as_str()) == Some("ExternalName");
        let publishes_unready = object
            .at(&FieldPath::of("spec.publishNotReadyAddresses"))
            .and_then(|node| node.as_bool())
            .unwrap_or(false);
        if selector.is_empty() || external || publishes_unready {
            return None;
        }
        let path = FieldPath::of("spec.ports");
        let ports = object
            .at(&path)
            .into_iter()
            .flat_map(|node| node.items().enumerate())
            .filter_map(|(index, node)| port(node, path.index(index)))
            .collect();
        Some(Self { object: object.clone(), selector, ports })
    }

    /// Every label of the selector is on the Pod.
    fn selects(&self, labels: &BTreeMap<String, String>) -> bool {
        self.selector.iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

/// The Services of a namespace, found by one pair of their selectors.
#[derive(Debug, Clone, Default)]
pub(super) struct Services {
    all: Vec<Placed<Service>>,
    by_pair: BTreeMap<(String, String), Vec<usize>>,
}

impl Services {
    pub(super) fn add(&mut self, service: Placed<Service>) {
        let Some((key, value)) = service.item.selector.first_key_value() else { return };
        self.by_pair.entry((key.clone(), value.clone())).or_default().push(self.all.len());
        self.all.push(service);
    }

    /// Those that select Pods with one of these sets of labels, each once: by the first that it selects,
    /// and then in the order they were added.
    pub(super) fn selecting<'l>(
        &self,
        pods: impl IntoIterator<Item = &'l BTreeMap<String, String>>,
    ) -> Vec<&Placed<Service>> {
        let mut seen = HashSet::new();
        let mut found: Vec<usize> = Vec::new();
        for labels in pods {
            let first = found.len();
            found.extend(
                labels
                    .iter()
                    .filter_map(|(key, value)| self.by_pair.get(&(key.clone(), value.clone())))
                    .flatten()
                    .filter(|at| self.all.get(**at).is_some_and(|service| service.item.selects(labels)))
                    .filter(|at| seen.insert(**at))
                    .copied(),
            );
            found.get_mut(first..).unwrap_or_default().sort_unstable();
        }
        found.into_iter().filter_map(|at| self.all.get(at)).collect()
    }
}

/// `targetPort` defaults to `port` (fact G12).
fn port(node: Node<'_>, path: FieldPath) -> Option<ServicePort> {
    let text = |key: &str| node.get(key).and_then(|value| value.text()).filter(|text| !text.is_empty());
    let number = |key: &str| node.get(key).and_then(|value| value.as_i64());
    let target = match (number("targetPort"), text("targetPort")) {
        (Some(number), _) if number != 0 => TargetPort::Number(number),
        (None, Some(name)) if name != "null" && name != "~" => TargetPort::Name(name.to_owned()),
        _ => TargetPort::Number(number("port")?),
    };
    let protocol = text("protocol").unwrap_or("TCP").to_owned();
    Some(ServicePort { protocol, target, path })
}

/// The containers of a selected workload that a Service's ports lead to.
pub(super) fn reaches<'s>(service: &'s Placed<Service>, workload: &Workload) -> Vec<Reach<'s>> {
    let reach = |port: &FieldPath, container: &Container| Reach {
        service,
        port: port.clone(),
        container: container.path.clone(),
    };
    if service.item.ports.is_empty() {
        // A headless Service may list no port; its DNS name still leads to the Pod.
        let selector = FieldPath::of("spec.selector");
        return fallback(workload).map(|container| reach(&selector, container)).into_iter().collect();
    }
    let mut found: Vec<Reach<'s>> = Vec::new();
    for port in &service.item.ports {
        let Some(container) = target(port, workload) else { continue };
        if found.iter().all(|known| known.container != container.path) {
            found.push(reach(&port.path, container));
        }
    }
    found
}

/// A name is looked up in each Pod and leads nowhere when no container declares it (fact G11); a
/// number leads to whoever listens, which the declared ports only document.
fn target<'w>(port: &ServicePort, workload: &'w Workload) -> Option<&'w Container> {
    let declares = |container: &&Container| {
        container.ports().iter().any(|declared| {
            let protocol = declared.protocol.as_deref().unwrap_or("TCP");
            protocol == port.protocol
                && match &port.target {
                    TargetPort::Number(number) => i64::from(declared.container_port) == *number,
                    TargetPort::Name(name) => declared.name.as_deref() == Some(name),
                }
        })
    };
    let declaring = long_running(workload).find(declares);
    match port.target {
        TargetPort::Name(_) => declaring,
        TargetPort::Number(_) => declaring.or_else(|| fallback(workload)),
    }
}

fn long_running(workload: &Workload) -> impl Iterator<Item = &Container> {
    workload.containers.iter().filter(|container| container.kind.is_long_running())
}

/// The only container, else the first.
fn fallback(workload: &Workload) -> Option<&Container> {
    workload.containers.iter().find(|container| container.kind == ContainerKind::Container)
}
