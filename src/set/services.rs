//! Services and the containers they reach, as the endpoint slice controller joins them.

use std::sync::Arc;

use k8s_openapi::api::core::v1 as core;

use super::selector::{self, Labels, Selector, Selects};
use super::traffic::{can_serve, is_beside, is_named_beside};
use super::variants::Named;
use super::{Namespace, Placed, Set};
use crate::finding::SourceId;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, ContainerKind, Object, Workload};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The type of a Service that is a name for a host.
pub(super) const EXTERNAL_NAME: &str = "ExternalName";

/// Labels that the controller of a StatefulSet puts on each Pod
/// (<https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-name-label>).
const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";
const POD_INDEX: &str = "apps.kubernetes.io/pod-index";

/// What of a Service matters to its endpoints.
#[derive(Debug, Clone)]
pub(crate) struct Service {
    /// The object.
    pub object: Object,
    /// `None` where nothing ties it to Pods: without a selector (fact G10), and as an ExternalName, for
    /// which the endpoint slice controller makes no endpoints.
    selector: Option<Selector>,
    /// Its endpoints are ready whether or not the Pods are (fact G2).
    pub publishes_not_ready: bool,
    /// Its name in DNS leads to the Pods themselves, so to each of their ports.
    is_headless: bool,
    /// It says which ports it has, though some may not be readable.
    lists_ports: bool,
    ports: Vec<ServicePort>,
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServicePort {
    /// Empty when it has none, as a single port may.
    pub name: String,
    /// `TCP`, `UDP` or `SCTP`.
    protocol: String,
    /// Which port of the Pod it leads to.
    pub target: TargetPort,
    path: FieldPath,
}

impl ServicePort {
    /// From the Service's root.
    pub(crate) fn path(&self) -> &FieldPath {
        &self.path
    }

    /// `TCP`, `UDP` or `SCTP`.
    pub(crate) fn protocol(&self) -> &str {
        &self.protocol
    }

    /// It leads TCP connections, which alone a probe can make.
    pub(crate) fn is_tcp(&self) -> bool {
        self.protocol == "TCP"
    }
}

/// A port of a Pod, as a Service names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetPort {
    /// By its number.
    Number(i64),
    /// By the name that a container gave it.
    Name(String),
}

impl TargetPort {
    /// It is this port of a container, whatever the protocol.
    pub(crate) fn is(&self, port: &core::ContainerPort) -> bool {
        match self {
            Self::Number(number) => i64::from(port.container_port) == *number,
            Self::Name(name) => port.name.as_deref() == Some(name),
        }
    }
}

/// A container that gets traffic whether its Pod is ready or not.
#[derive(Debug, Clone)]
pub(crate) struct Published<'s> {
    /// Whose it is.
    pub workload: &'s Placed<Arc<Workload>>,
    /// Path of the container in it.
    pub container: FieldPath,
}

/// A Service that leads to a container.
#[derive(Debug, Clone)]
pub(crate) struct Reach<'s> {
    /// The Service.
    pub service: &'s Placed<Service>,
    /// Path of the first port that leads there; of the selector where the Service lists no port.
    pub port: FieldPath,
    /// All ports that lead there, in the order written; none where the Service lists no port, so that
    /// it only may lead there.
    pub through: Vec<&'s ServicePort>,
    /// Path of the container in the workload.
    pub container: FieldPath,
}

impl Selects for Service {
    fn selector(&self) -> Option<&Selector> {
        self.selector.as_ref()
    }

    fn object(&self) -> &Object {
        &self.object
    }
}

impl Service {
    /// Its name in DNS leads to the Pods themselves.
    pub(crate) fn is_headless(&self) -> bool {
        self.is_headless
    }

    /// It balances requests over Pods, ready or not.
    fn balances_unready(&self) -> bool {
        let is_of_one =
            |selector: &Selector| selector.pairs().any(|(key, _)| key == POD_NAME || key == POD_INDEX);
        self.publishes_not_ready && !self.is_headless && !self.selector.as_ref().is_some_and(is_of_one)
    }

    /// Those that can be read, in the order written.
    pub(super) fn ports(&self) -> &[ServicePort] {
        &self.ports
    }

    /// It selects Pods with these labels.
    pub(super) fn selects(&self, labels: &Labels) -> bool {
        self.selector.as_ref().is_some_and(|selector| selector.selects(labels))
    }

    /// That it reaches a container shows that the container serves. One that publishes Pods that are
    /// not ready is for peers to find each other before they serve (fact G2).
    pub(crate) fn is_evidence_of_traffic(&self) -> bool {
        self.selector.is_some() && !self.publishes_not_ready
    }
}

/// Reads a Service.
pub(super) fn read(object: &Object) -> Service {
    let text = |path| object.at(&FieldPath::of(path)).and_then(Node::as_str);
    let is_external = text("spec.type") == Some(EXTERNAL_NAME);
    let labels = object.at(&FieldPath::of("spec.selector")).and_then(selector::pairs);
    let selector = labels.filter(|labels| !labels.is_empty() && !is_external);
    let publishes = object.at(&FieldPath::of("spec.publishNotReadyAddresses")).and_then(Node::as_bool);
    let path = FieldPath::of("spec.ports");
    let list = object.at(&path);
    let ports = list.into_iter().flat_map(|node| node.items().enumerate());
    Service {
        object: object.clone(),
        selector: selector.map(Selector::from),
        publishes_not_ready: publishes.unwrap_or(false),
        is_headless: text("spec.clusterIP") == Some("None"),
        lists_ports: list.is_some_and(|node| !node.is_collection() || node.items().next().is_some()),
        ports: ports.filter_map(|(index, node)| port(node, path.index(index))).collect(),
    }
}

impl Namespace {
    /// The Services of a name.
    pub(super) fn services_named(&self, name: &str) -> Named<'_, Service> {
        Named::new(&self.services, self.service_names.get(name))
    }
}

impl Set {
    /// The Service of a name.
    pub(crate) fn service(&self, namespace: &str, name: &str) -> Option<&Placed<Service>> {
        let namespace = self.namespaces.get(namespace)?;
        namespace.services_named(name).iter().next()
    }

    /// The Service of a name that a workload names: of several, the nearest.
    pub(crate) fn service_for(&self, workload: &Workload, name: &str) -> Option<&Placed<Service>> {
        let named = self.namespace_of(workload)?.services_named(name);
        named.iter().reduce(|best, one| {
            let near = |service: &Placed<Service>| self.nearness_to(workload, service.source);
            if near(one) > near(best) { one } else { best }
        })
    }

    /// Every Service that leads to a container of the workload, and through which of its ports: whether
    /// that is evidence of traffic is for [`Service::is_evidence_of_traffic`] to say. `copies` are the
    /// labels of Pods made of the workload: a Service may select what a controller put on them.
    pub(crate) fn reaches(&self, workload: &Workload, copies: &[Labels]) -> Vec<Reach<'_>> {
        // The endpoint controller looks at Pods alone; those of Jobs are no servers by design.
        if workload.kind.nature == Nature::Batch {
            return Vec::new();
        }
        let Some(namespace) = self.namespace_of(workload) else { return Vec::new() };
        let members = members(namespace, workload);
        let labels = std::iter::once(&workload.labels).chain(copies).chain(&members);
        let services = namespace.services.selecting(labels);
        let own = services.into_iter().filter(|service| self.is_of(namespace, service, workload));
        own.flat_map(|service| reaches(service, workload)).collect()
    }

    /// What a Service sends traffic to though it publishes Pods that are not ready (fact G2): the containers that its
    /// ports lead to. Nothing for a headless one, by which peers find each other, for one that leads to a single Pod
    /// by its name, and for ports that are there beside what a container is for.
    pub(crate) fn published<'s>(&'s self, source: SourceId, object: &Object) -> Vec<Published<'s>> {
        let found = || {
            let namespace = self.namespaces.get(object.namespace())?;
            let named = namespace.services_named(object.name()?);
            let service = named.find(source, object)?;
            let selector = service.item.selector.as_ref().filter(|_| service.item.balances_unready())?;
            let selected = namespace.workloads.selected(selector);
            let own = selected.filter(|one| self.is_of(namespace, service, &one.item));
            Some(own.flat_map(|one| sent(service, one)).collect())
        };
        found().unwrap_or_default()
    }

    /// A Service sends traffic to a container though it publishes Pods that are not ready.
    pub(crate) fn is_published(&self, workload: &Workload, container: &Container) -> bool {
        let balances =
            |reach: &Reach<'_>| reach.service.item.balances_unready() && is_for_traffic(reach, container);
        self.reaches(workload, &[]).iter().any(|reach| reach.container == container.path && balances(reach))
    }

    /// A Service that selects the workload is of the same variant.
    pub(super) fn is_of(
        &self,
        namespace: &Namespace,
        service: &Placed<Service>,
        workload: &Workload,
    ) -> bool {
        let named = namespace.services_named(&service.item.object.id.name);
        self.are_together(namespace, service, &named, workload)
    }

    /// There are Services in the namespace.
    pub(crate) fn has_services(&self, namespace: &str) -> bool {
        self.namespaces.get(namespace).is_some_and(|namespace| !namespace.service_names.is_empty())
    }

    /// There are Services beside the file, above it or below it.
    pub(crate) fn has_services_near(&self, source: SourceId, workload: &Workload) -> bool {
        let namespace = self.namespace_of(workload);
        namespace
            .is_some_and(|one| one.services.all().any(|service| self.are_in_line(source, service.source)))
    }

    /// The first Service that selects the workload and leads nowhere: no container declares the ports it names.
    pub(crate) fn dead_end(&self, workload: &Workload) -> Option<&Placed<Service>> {
        let namespace = self.namespace_of(workload)?;
        let services = namespace.services.selecting(std::iter::once(&workload.labels));
        services.into_iter().find(|service| {
            service.item.lists_ports
                && self.is_of(namespace, service, workload)
                && reaches(service, workload).is_empty()
        })
    }

    /// Those of [`Set::reaches`] that are evidence of traffic.
    pub(crate) fn traffic(&self, workload: &Workload, copies: &[Labels]) -> Vec<Reach<'_>> {
        let mut reaches = self.reaches(workload, copies);
        reaches.retain(|reach| reach.service.item.is_evidence_of_traffic());
        reaches
    }
}

/// The containers of a workload that get traffic of a Service.
fn sent<'s>(service: &'s Placed<Service>, workload: &'s Placed<Arc<Workload>>) -> Vec<Published<'s>> {
    let reaches = reaches(service, &workload.item).into_iter();
    let serving = reaches.filter(|reach| {
        let container = workload.item.containers.iter().find(|one| one.path == reach.container);
        container.is_some_and(|one| can_serve(&workload.item, one) && is_for_traffic(reach, one))
    });
    serving.map(|reach| Published { workload, container: reach.container }).collect()
}

/// One of the ports is for more than metrics, health or what Pods tell one another.
fn is_for_traffic(reach: &Reach<'_>, container: &Container) -> bool {
    reach.through.iter().any(|port| {
        let declared = container.ports().iter().find(|declared| port.target.is(declared));
        !is_named_beside(&port.name) && !declared.is_some_and(is_beside)
    })
}

/// The labels of single Pods of a StatefulSet that a Service selects by what the controller puts on them.
fn members(namespace: &Namespace, workload: &Workload) -> Vec<Labels> {
    if workload.kind.kind != "StatefulSet" {
        return Vec::new();
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let of = |selector: &Selector| {
        let own =
            |key: &str| selector.pairs().find(|(name, _)| *name == key).map(|(_, value)| value.to_owned());
        let (name, index) = (own(POD_NAME), own(POD_INDEX));
        let of_name = |name: &String| {
            let index = name.strip_prefix(&workload.object.id.name)?.strip_prefix('-')?;
            is_number(index).then(|| index.to_owned())
        };
        let index = match &name {
            Some(name) => of_name(name)?,
            None => index.filter(|index| is_number(index))?,
        };
        let mut labels = workload.labels.clone();
        labels.insert(POD_NAME.to_owned(), format!("{}-{index}", workload.object.id.name));
        labels.insert(POD_INDEX.to_owned(), index);
        Some(labels)
    };
    namespace.services.all().filter_map(|service| of(service.item.selector.as_ref()?)).collect()
}

/// `targetPort` defaults to `port` (fact G12).
fn port(node: Node<'_>, path: FieldPath) -> Option<ServicePort> {
    let number = |key: &str| node.get(key).and_then(|value| value.as_i64());
    let target = match (number("targetPort"), node.text_of("targetPort")) {
        (Some(number), _) if number != 0 => TargetPort::Number(number),
        (None, Some(name)) => TargetPort::Name(name.to_owned()),
        _ => TargetPort::Number(number("port")?),
    };
    let name = node.text_of("name").unwrap_or_default().to_owned();
    let protocol = node.text_of("protocol").unwrap_or("TCP").to_owned();
    Some(ServicePort { name, protocol, target, path })
}

/// The containers of a selected workload that a Service's ports lead to. One without ports leads to each
/// container if it is headless: nobody can tell which listens. Any other the API server refuses.
pub(super) fn reaches<'s>(service: &'s Placed<Service>, workload: &Workload) -> Vec<Reach<'s>> {
    if !service.item.lists_ports {
        let reach = |container: &Container| Reach {
            service,
            port: FieldPath::of("spec.selector"),
            through: Vec::new(),
            container: container.path.clone(),
        };
        let may_listen = long_running(workload).filter(|_| service.item.is_headless);
        return may_listen.map(reach).collect();
    }
    let mut found: Vec<Reach<'s>> = Vec::new();
    for port in &service.item.ports {
        let Some(container) = target(port, workload) else { continue };
        match found.iter_mut().find(|known| known.container == container.path) {
            Some(known) => known.through.push(port),
            None => found.push(Reach {
                service,
                port: port.path.clone(),
                through: vec![port],
                container: container.path.clone(),
            }),
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
            protocol == port.protocol && port.target.is(declared)
        })
    };
    let declaring = long_running(workload).find(declares);
    match port.target {
        TargetPort::Name(_) => declaring,
        TargetPort::Number(number) => declaring.or_else(|| fallback(workload, number)),
    }
}

fn long_running(workload: &Workload) -> impl Iterator<Item = &Container> {
    workload.containers.iter().filter(|container| container.kind.is_long_running())
}

/// Which application container may listen on a port that none declares: one that has it on its node, else the first
/// that shows that it listens at all, else the first.
fn fallback(workload: &Workload, number: i64) -> Option<&Container> {
    let mains = || workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
    let has_it_on_its_node =
        |one: &&Container| one.ports().iter().any(|port| port.host_port.map(i64::from) == Some(number));
    mains()
        .find(has_it_on_its_node)
        .or_else(|| mains().find(|one| !one.ports().is_empty() || one.has_network_readiness_probe()))
        .or_else(|| mains().next())
}
