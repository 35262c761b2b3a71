//! Who answers at a Service: whether any other Pod than those of one workload can.

use super::selector::Selects;
use super::services::{Service, ServicePort, TargetPort};
use super::{Placed, Set};
use crate::manifest::Workload;
use crate::yaml::Node;

impl Set {
    /// The Service of the set that a name in DNS leads to from a workload's Pods (`web`, `web.shop`,
    /// `web.shop.svc.cluster.local`), where it selects those Pods, and of the set no others. `None` where several
    /// have the name, of which one runs.
    pub(crate) fn own_service(&self, workload: &Workload, host: &str) -> Option<&Placed<Service>> {
        let mut labels = host.trim_end_matches('.').splitn(3, '.');
        let (name, namespace, rest) = (labels.next()?, labels.next(), labels.next());
        let is_here = namespace.is_none_or(|namespace| namespace == workload.object.namespace());
        if !is_here || rest.is_some_and(|rest| rest != "svc" && !rest.starts_with("svc.")) {
            return None;
        }
        let namespace = self.namespace_of(workload)?;
        let is_own = |service: &&Placed<Service>| {
            service.item.selects(&workload.labels) && self.is_of(namespace, service, workload)
        };
        let mut own = namespace.services_named(name).iter().filter(is_own);
        let service = own.next().filter(|_| own.next().is_none())?;
        let is_same = |other: &Workload| {
            let (other, own) = (&other.object.id, &workload.object.id);
            other.kind == own.kind && other.name == own.name
        };
        let mut selected = namespace.workloads.selected(service.item.selector()?);
        // What stands in another place is with the Service that is nearest to it.
        let is_alone =
            selected.all(|other| is_same(&other.item) || !self.is_of(namespace, service, &other.item));
        is_alone.then_some(service)
    }
}

impl Service {
    /// It leads TCP connections to this port on; the name of a headless one leads to every port.
    pub(crate) fn takes(&self, port: i32) -> bool {
        self.is_headless() || self.target_of(port).is_some()
    }

    /// The port of the Pods to which it leads TCP connections to this one of its own.
    pub(crate) fn target_of(&self, port: i32) -> Option<&TargetPort> {
        let number = |one: &ServicePort| self.object.at(&one.path().key("port")).and_then(Node::as_i64);
        let mut ports = self.ports().iter();
        ports.find(|one| one.is_tcp() && number(one) == Some(i64::from(port))).map(|one| &one.target)
    }
}
