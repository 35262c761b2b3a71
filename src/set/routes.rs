//! What sends traffic to Services: Ingresses, routes of the Gateway API, and Services that are names for
//! others.

use std::collections::BTreeSet;

use super::services::{EXTERNAL_NAME, Service};
use super::{Placed, Set};
use crate::manifest::Object;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// An object that sends traffic to Services.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// The object: its annotations say which load balancer it asks for.
    pub object: Object,
    /// The class of controller that serves it, such as `nginx` or `alb`.
    pub class: Option<String>,
    /// Where it sends traffic to, each once, in order of name.
    pub backends: BTreeSet<Backend>,
}

/// A Service as a route names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Backend {
    /// The namespace of the Service.
    pub namespace: String,
    /// Its name.
    pub service: String,
    /// The port's name or number, as written; `None` where all ports are meant.
    pub port: Option<String>,
}

/// The class before `spec.ingressClassName` came:
/// <https://kubernetes.io/docs/concepts/services-networking/ingress/#deprecated-annotation>.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// What the name of a Service in the cluster's DNS goes on with behind its namespace:
/// <https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services>.
const CLUSTER_SUFFIXES: [&str; 2] = ["svc", "svc.cluster.local"];

/// Reads an Ingress of any version: `backend.service.name` in v1, `backend.serviceName` before.
pub(super) fn ingress(object: &Object) -> Route {
    let class = object.at(&FieldPath::of("spec.ingressClassName"));
    let annotation = FieldPath::of("metadata.annotations").key(CLASS_ANNOTATION);
    let class =
        class.or_else(|| object.at(&annotation)).and_then(Node::text).filter(|class| !class.is_empty());
    let defaults = ["spec.defaultBackend", "spec.backend"].into_iter().map(FieldPath::of);
    let rules = object.at(&FieldPath::of("spec.rules")).into_iter().flat_map(Node::items);
    let paths = rules.filter_map(|rule| rule.at(&FieldPath::of("http.paths"))).flat_map(Node::items);
    let backends = defaults
        .filter_map(|path| object.at(&path))
        .chain(paths.filter_map(|path| path.get("backend")))
        .filter_map(|node| backend(object.namespace(), node));
    Route { object: object.clone(), class: class.map(str::to_owned), backends: backends.collect() }
}

fn backend(namespace: &str, node: Node<'_>) -> Option<Backend> {
    let (name, port) = match node.field("service") {
        Some(service) => {
            let port = service.field("port");
            let port = port.and_then(|port| port.text_of("name").or_else(|| port.text_of("number")));
            (service.text_of("name"), port)
        }
        None => (node.text_of("serviceName"), node.text_of("servicePort")),
    };
    Some(Backend {
        namespace: namespace.to_owned(),
        service: name?.to_owned(),
        port: port.map(str::to_owned),
    })
}

/// Reads a route of the Gateway API, of any of its kinds: each rule names Services in `backendRefs`, in
/// the route's own namespace where it names none:
/// <https://gateway-api.sigs.k8s.io/reference/spec/#backendref>.
pub(super) fn gateway(object: &Object) -> Route {
    let rules = object.at(&FieldPath::of("spec.rules")).into_iter().flat_map(Node::items);
    let references = rules.filter_map(|rule| rule.get("backendRefs")).flat_map(Node::items);
    let backends = references.filter_map(|reference| {
        let text = |key: &str| reference.text_of(key);
        let is_service = text("group").is_none() && text("kind").is_none_or(|kind| kind == "Service");
        is_service.then_some(())?;
        Some(Backend {
            namespace: text("namespace").unwrap_or(object.namespace()).to_owned(),
            service: text("name")?.to_owned(),
            port: text("port").map(str::to_owned),
        })
    });
    Route { object: object.clone(), class: None, backends: backends.collect() }
}

/// What an ExternalName Service stands for, where that is a Service of the cluster.
pub(super) fn alias(object: &Object) -> Option<Route> {
    let text = |path| object.at(&FieldPath::of(path)).and_then(Node::as_str);
    if text("spec.type") != Some(EXTERNAL_NAME) {
        return None;
    }
    // Names in DNS are compared without regard to case.
    let name = text("spec.externalName")?.to_ascii_lowercase();
    let (service, rest) = name.trim_end_matches('.').split_once('.')?;
    let (namespace, suffix) = rest.split_once('.')?;
    CLUSTER_SUFFIXES.contains(&suffix).then(|| {
        let backend = Backend { namespace: namespace.to_owned(), service: service.to_owned(), port: None };
        Route { object: object.clone(), class: None, backends: BTreeSet::from([backend]) }
    })
}

impl Set {
    /// All that sends traffic to Services, in file order.
    pub(crate) fn routes(&self) -> &[Placed<Route>] {
        &self.routes
    }

    /// What sends traffic to a Service, in file order.
    pub(crate) fn routes_to(&self, service: &Service) -> impl Iterator<Item = &Placed<Route>> {
        let namespace = self.namespaces.get(service.object.namespace());
        let routed = namespace.and_then(|namespace| namespace.routed.get(service.object.name()?));
        routed.into_iter().flatten().filter_map(|index| self.routes.get(*index))
    }
}
