//! What the API server rejects in the ports of a Service: `validateServicePort` in pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::service::Kind;
use crate::kubernetes::names;

pub(super) fn faults<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>, kind: &Kind<'_>) {
    let list = spec.key("ports");
    let is_needed = !kind.is_headless && kind.is_other_than("ExternalName");
    if is_needed {
        faults.required(&list, "Only a headless Service needs none.");
    }
    let ports: Vec<Field<'_, 's>> = list.items().collect();
    for port in &ports {
        one(faults, port, kind, ports.len() > 1);
    }
    let why = "Routes and Pods tell the ports of a Service by their names.";
    faults.unique(ports.iter().map(|port| port.key("name")), "port name", why);
    twice(
        faults,
        &ports,
        "port",
        |port| port.path(),
        "The Service could not tell where to send what arrives there.",
    );
    let why = "A node opens each of its ports for one port of a Service.";
    twice(faults, &ports, "nodePort", |port| port.key("nodePort").path(), why);
}

fn one<'s>(faults: &mut Faults<'_, 's>, port: &Field<'_, 's>, kind: &Kind<'_>, is_one_of_several: bool) {
    let (name, number, target) = (port.key("name"), port.key("port"), port.key("targetPort"));
    if is_one_of_several && !kind.is_part {
        faults.required(&name, "Where there are several ports each needs one.");
    }
    faults.named(&name, "the name of a port of a Service", &names::DNS_LABEL);
    if number.is_set() {
        faults.within(&number, 1, 65535);
    } else if !kind.is_part {
        faults.required(&number, "It is what clients connect to.");
    }
    faults.one_of(&port.key("protocol"), &["", "SCTP", "TCP", "UDP"]);
    faults.named(&target, "the name of a container's port", &names::PORT_NAME);
    // 0 is as good as no target, which is the port itself.
    if target.number() != Some(0) {
        faults.within(&target, 1, 65535);
    }
    let protocol = port.key("appProtocol");
    if let Some(text) = protocol.text() {
        faults.is_named(&protocol.path(), text, "the name of a protocol", &names::QUALIFIED_NAME);
    }
    let node = port.key("nodePort");
    if kind.is("ClusterIP") && !kind.is_part && node.number().is_some_and(|number| number != 0) {
        let why = "Only a NodePort or a LoadBalancer opens a port of the nodes.";
        faults.forbidden(&node, "in a Service of type ClusterIP", why);
    }
}

/// Ports that have one number and one protocol in common, each but the first.
fn twice<'p, 's: 'p>(
    faults: &mut Faults<'_, 's>,
    ports: &[Field<'p, 's>],
    key: &'static str,
    path: fn(&Field<'_, 's>) -> crate::yaml::path::FieldPath,
    why: &'static str,
) {
    let mut seen: Vec<(i64, &str, &Field<'p, 's>)> = Vec::new();
    for port in ports {
        let (number, protocol) = (port.key(key), port.key("protocol"));
        let (Some(value), Some(text)) = (number.number(), number.node().and_then(|node| node.text())) else {
            continue;
        };
        if value == 0 || protocol.is_set() && protocol.text().is_none() {
            continue;
        }
        let protocol = protocol.text().filter(|text| !text.is_empty()).unwrap_or("TCP");
        match seen.iter().find(|(same, of, _)| *same == value && *of == protocol) {
            Some((_, _, first)) => {
                let noun = match protocol {
                    "UDP" => "UDP port",
                    "SCTP" => "SCTP port",
                    _ => "TCP port",
                };
                let fault = Fault::Duplicate { value: text, noun, why };
                faults.against(path(port), fault, path(first), "the first");
            }
            None => seen.push((value, protocol, port)),
        }
    }
}
