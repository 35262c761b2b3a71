//! What the API server rejects in the addresses of a Service: `ValidateServiceClusterIPsRelatedFields` in
//! pkg/apis/core/validation, and `initIPFamilyFields` in pkg/registry/core/service/storage.

use std::net::IpAddr;

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::service::Kind;
use crate::kubernetes::names;

const NONE: &str = "None";

pub(super) fn faults<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>, kind: &Kind<'_>) {
    external(faults, &spec.key("externalIPs"));
    // What it may not have at all is said there.
    if kind.is("ExternalName") {
        return;
    }
    let (one, all) = (spec.key("clusterIP"), spec.key("clusterIPs"));
    families(faults, spec);
    if kind.is_headless && (kind.is("NodePort") || kind.is("LoadBalancer")) {
        let what = "a Service of this type may not be headless";
        let why = "NodePort and LoadBalancer send traffic through the address of the Service, which `None` says it has not.";
        let mend = "Take `clusterIP` out, or make it a Service of type ClusterIP.";
        faults.add(one.path(), Fault::Conflict { what, why, mend });
    }
    let first = all.items().next();
    match (&first, one.text()) {
        (None, Some(text)) if !text.is_empty() && text != NONE => {
            faults.is_named(&one.path(), text, "the address of a Service", &names::IP_ADDRESS);
        }
        (Some(first), text) if !first.is_hidden() && !one.is_hidden() => {
            let is_same = text.unwrap_or_default() == first.text().unwrap_or_default();
            if !is_same && !kind.is_part {
                let what = "the first of `clusterIPs` is not `clusterIP`";
                let why = "Both say the same, so both have to be given, or neither of them.";
                let mend = "Write the first of `clusterIPs` into `clusterIP`.";
                faults.against(all.path(), Fault::Conflict { what, why, mend }, one.path(), "not the same");
            }
            list(faults, &all);
        }
        _ => {}
    }
    agree(faults, spec);
}

/// `clusterIPs`, each by itself and together.
fn list<'s>(faults: &mut Faults<'_, 's>, all: &Field<'_, 's>) {
    let mut known: Vec<IpAddr> = Vec::new();
    for (index, item) in all.items().enumerate() {
        let Some(text) = item.text() else { continue };
        if index == 0 && text == NONE {
            if all.items().nth(1).is_some() {
                let what = "`None` may not stand beside an address";
                let why = "A headless Service has no address.";
                faults.add(
                    all.path(),
                    Fault::Conflict { what, why, mend: "Keep `None` alone, or take it out." },
                );
            }
            continue;
        }
        faults.is_named(&item.path(), text, "the address of a Service", &names::IP_ADDRESS);
        known.extend(text.parse::<IpAddr>());
    }
    let is_one_family = matches!(known.as_slice(), [a, b] if a.is_ipv4() == b.is_ipv4());
    if is_one_family || all.items().nth(2).is_some() {
        let what = "a Service has at most one address of each family";
        let why = "It has an IPv4 and an IPv6 address at the most.";
        faults.add(all.path(), Fault::Conflict { what, why, mend: "Keep one address of each family." });
    }
}

fn families<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>) {
    let (families, policy) = (spec.key("ipFamilies"), spec.key("ipFamilyPolicy"));
    for family in families.items() {
        if family.text() == Some("") {
            faults.add(family.path(), Fault::Required { why: "" });
        }
        faults.one_of(&family, &["IPv4", "IPv6"]);
    }
    faults.unique(families.items().collect::<Vec<_>>(), "family", "A Service has one address of each.");
    if policy.is_set() {
        faults.one_of(&policy, &["PreferDualStack", "RequireDualStack", "SingleStack"]);
    }
    let all = spec.key("clusterIPs");
    let count = |field: &Field<'_, '_>| field.items().count();
    let is_single = !policy.is_set() || policy.text() == Some("SingleStack");
    if is_single && (count(&families) == 2 || count(&all) == 2) && faults.found.is_empty() {
        let fault = Fault::Conflict {
            what: "a Service of two families needs a policy that allows both",
            why: "`ipFamilyPolicy` is SingleStack where it is not set.",
            mend: "Set `ipFamilyPolicy` to PreferDualStack or RequireDualStack.",
        };
        faults.add(policy.path(), fault);
    }
}

/// Each address is of the family that stands at its place.
fn agree<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>) {
    let (one, all, families) = (spec.key("clusterIP"), spec.key("clusterIPs"), spec.key("ipFamilies"));
    let addresses: Vec<Field<'_, '_>> = if all.is_empty() { vec![one] } else { all.items().collect() };
    for (address, family) in addresses.iter().zip(families.items()) {
        let Some(ip) = address.text().and_then(|text| text.parse::<IpAddr>().ok()) else { continue };
        if matches!((family.text(), ip.is_ipv4()), (Some("IPv4"), false) | (Some("IPv6"), true)) {
            let what = "the address is not of the family that `ipFamilies` gives it";
            let why = "The families stand in the order of the addresses.";
            let fault = Fault::Conflict {
                what,
                why,
                mend: "Write the family of the address, or leave `ipFamilies` out.",
            };
            faults.against(address.path(), fault, family.path(), "another family");
        }
    }
}

/// `ValidateEndpointIP`: addresses that lead elsewhere than to a host of the network.
fn external<'s>(faults: &mut Faults<'_, 's>, list: &Field<'_, 's>) {
    for item in list.items() {
        let Some(text) = item.text() else { continue };
        faults.is_named(&item.path(), text, "an address", &names::IP_ADDRESS);
        let is_special = |ip: IpAddr| match ip {
            IpAddr::V4(ip) => {
                let octets = ip.octets();
                ip.is_unspecified()
                    || ip.is_loopback()
                    || ip.is_link_local()
                    || octets.starts_with(&[224, 0, 0])
            }
            IpAddr::V6(ip) => {
                let first = ip.segments().first().copied().unwrap_or_default();
                ip.is_unspecified()
                    || ip.is_loopback()
                    || first & 0xffc0 == 0xfe80
                    // Multicast of the link: ff02 with any flags.
                    || first & 0xff0f == 0xff02
            }
        };
        if text.parse::<IpAddr>().is_ok_and(is_special) {
            let what = "an external address may not be one that only a node or a link knows";
            let why = "Unspecified, loopback and link-local addresses lead nowhere from outside.";
            faults.add(
                item.path(),
                Fault::Conflict { what, why, mend: "Give an address that clients reach the nodes by." },
            );
        }
    }
}
