//! What the API server rejects in the ports of containers: `validateContainerPorts`, `checkHostPortConflicts` and
//! `validatePodHostNetworkDeps` in pkg/apis/core/validation.

use std::collections::BTreeMap;

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names;
use crate::manifest::kinds::Schema;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::yaml::path::FieldPath;

const PROTOCOLS: &[&str] = &["TCP", "UDP", "SCTP", ""];

/// The ports of one container.
pub(super) fn faults<'s>(container: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let ports = container.key("ports");
    for port in ports.items() {
        faults.named(&port.key("name"), "the name of a port", &names::PORT_NAME);
        let number = port.key("containerPort");
        faults.required(&number, "Nothing says which port it is.");
        faults.within(&number, 1, 65535);
        let host = port.key("hostPort");
        // 0 is unset.
        if host.number() != Some(0) {
            faults.within(&host, 1, 65535);
        }
        faults.one_of(&port.key("protocol"), PROTOCOLS);
    }
    let ports: Vec<_> = ports.items().collect();
    let names: Vec<_> = ports.iter().map(|port| port.key("name")).collect();
    let well_formed =
        names.iter().filter(|name| name.text().is_some_and(|text| names::PORT_NAME.flaw(text).is_none()));
    faults.unique(well_formed.copied(), "port called", "Services and probes find a port by its name.");
}

/// A port of the node.
struct HostPort<'s> {
    container: &'s Container,
    path: FieldPath,
    protocol: &'s str,
    address: &'s str,
    number: i64,
    text: &'s str,
    /// It is filled in when the Pod is made.
    is_default: bool,
}

impl<'s> HostPort<'s> {
    /// What one container alone can have.
    fn what(&self) -> (&'s str, &'s str, i64) {
        (self.protocol, self.address, self.number)
    }
}

/// The ports of the node that the containers of a Pod take.
pub(super) fn of_host<'s>(workload: &'s Workload, is_on_host: bool, faults: &mut Faults<'_, 's>) {
    // Init containers run one after another, and so share theirs with nobody.
    let (init, together): (Vec<_>, Vec<_>) = workload
        .containers
        .iter()
        .filter(|container| container.kind != ContainerKind::Ephemeral)
        .partition(|container| container.kind != ContainerKind::Container);
    for container in init {
        conflicts(workload, of_container(faults, container, is_on_host), faults);
    }
    let ports = together.iter().flat_map(|container| of_container(faults, container, is_on_host)).collect();
    conflicts(workload, ports, faults);
    if is_on_host {
        for container in together {
            same_as_own(container, &mut faults.of(container));
        }
    }
}

fn of_container<'s>(
    faults: &Faults<'_, 's>,
    container: &'s Container,
    is_on_host: bool,
) -> Vec<HostPort<'s>> {
    let field = Field::of(faults.object(), &container.path);
    let ports = field.key("ports");
    let of_port = |port: Field<'_, 's>| {
        let host = port.key("hostPort");
        let own = port.key("containerPort");
        // In the node's network each port is one of the node (`defaultHostNetworkPorts` in pkg/apis/core/v1).
        let (taken, is_default) = match host.number() {
            Some(0) | None if is_on_host && !host.is_hidden() => (own, true),
            _ => (host, false),
        };
        let number = taken.number().filter(|number| *number != 0)?;
        let protocol = port.key("protocol");
        let protocol = if protocol.is_empty() { "TCP" } else { protocol.text()? };
        let address = port.key("hostIP");
        let address = if address.is_empty() { "" } else { address.text()? };
        let text = taken.node()?.text()?;
        Some(HostPort { container, path: host.path(), protocol, address, number, text, is_default })
    };
    ports.items().filter_map(of_port).collect()
}

fn conflicts<'s>(workload: &Workload, ports: Vec<HostPort<'s>>, faults: &mut Faults<'_, 's>) {
    let mut taken: BTreeMap<_, &HostPort<'s>> = BTreeMap::new();
    for port in &ports {
        let Some(first) = taken.get(&port.what()).copied() else {
            taken.insert(port.what(), port);
            continue;
        };
        let fault = Fault::Duplicate {
            value: port.text,
            noun: "container that takes the node's port",
            why: "Of several that share an address and a protocol, one can have it.",
        };
        let mut faults = faults.of(port.container);
        // A template does not have the port yet.
        let is_of_pod = workload.kind.schema == Schema::Pod || !(port.is_default || first.is_default);
        let mut faults = if is_of_pod { faults.reborrow() } else { faults.of_each_pod() };
        faults.against(port.path.clone(), fault, first.path.clone(), "the first");
    }
}

/// In the node's network a port has one number.
fn same_as_own<'s>(container: &Container, faults: &mut Faults<'_, 's>) {
    let field = Field::of(faults.object(), &container.path);
    let ports = field.key("ports");
    for port in ports.items() {
        let (host, own) = (port.key("hostPort"), port.key("containerPort"));
        if let (Some(host_port), Some(port)) = (host.number(), own.number())
            && host_port != 0
            && host_port != port
        {
            faults.add(host.path(), Fault::HostPort { host: host_port, port });
        }
    }
}
