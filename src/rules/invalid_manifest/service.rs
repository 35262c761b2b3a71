//! What the API server rejects in a Service: `ValidateServiceCreate` in pkg/apis/core/validation. Which addresses and
//! node ports are free, and which families and ranges a cluster has, is for the cluster to say.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::{addresses, metadata, service_ports};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names;
use crate::yaml::path::FieldPath;

pub(super) const TYPES: &[&str] = &["", "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

/// In seconds: a client is sent to the same Pod for no longer than a day.
const LONGEST_AFFINITY: i64 = 86_400;

/// What decides about the other fields.
pub(super) struct Kind<'s> {
    /// The type, as it is filled in; `None` where it is not known, or none.
    name: Option<&'s str>,
    pub(super) is_headless: bool,
    /// It may be a patch of another object: what it lacks may stand there.
    pub(super) is_part: bool,
}

impl<'s> Kind<'s> {
    fn of(faults: &Faults<'_, 's>, spec: &Field<'_, 's>) -> Self {
        let kind = spec.key("type");
        let name = if kind.is_set() { kind.text() } else { Some("") };
        let name = name.map(|name| if name.is_empty() { "ClusterIP" } else { name });
        // All of its own, which a patch would not repeat; nothing but a name patches nothing.
        let is_whole = ["selector", "externalName", "clusterIP"].iter().any(|key| spec.key(key).is_set());
        let patches = spec.is_set() || faults.object().at(&FieldPath::of("metadata.annotations")).is_some();
        let is_part = !is_whole && patches;
        Self { name, is_headless: spec.key("clusterIP").text() == Some("None"), is_part }
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name == Some(name)
    }

    /// It is of another type, as far as the object says all.
    pub(super) fn is_other_than(&self, name: &str) -> bool {
        !self.is_part && self.name.is_some_and(|own| own != name && TYPES.contains(&own))
    }
}

pub(super) fn faults(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    let kind = Kind::of(faults, &spec);
    faults.one_of(&spec.key("type"), TYPES);
    service_ports::faults(faults, &spec, &kind);
    addresses::faults(faults, &spec, &kind);
    metadata::labels(&spec.key("selector"), faults);
    affinity(faults, &spec);
    load_balancer(faults, &spec, &kind);
    policies(faults, &spec, &kind);
}

fn affinity<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>) {
    let affinity = spec.key("sessionAffinity");
    faults.one_of(&affinity, &["", "ClientIP", "None"]);
    if affinity.text() == Some("ClientIP") {
        let (config, seconds) = (spec.key("sessionAffinityConfig"), "timeoutSeconds");
        let client = config.key("clientIP");
        faults.within(&client.key(seconds), 1, LONGEST_AFFINITY);
    }
}

/// What only a load balancer has.
fn load_balancer<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>, kind: &Kind<'_>) {
    const BALANCER: &str = "LoadBalancer";
    const HERE: &str = "in a Service that is no LoadBalancer";
    let why = "Only a Service of type LoadBalancer has one.";
    let (ranges, class) = (spec.key("loadBalancerSourceRanges"), spec.key("loadBalancerClass"));
    let is_other = kind.is_other_than(BALANCER);
    if is_other && !ranges.is_empty() {
        faults.forbidden(&ranges, HERE, why);
    }
    for range in ranges.items() {
        if let Some(text) = range.text() {
            // Blanks around it are allowed.
            faults.is_named(&range.path(), text.trim(), "a range of addresses", &names::CIDR);
        }
    }
    if is_other {
        faults.forbidden(&spec.key("allocateLoadBalancerNodePorts"), HERE, why);
        faults.forbidden(&class, HERE, why);
    } else if let (true, Some(text)) = (kind.is(BALANCER), class.text()) {
        faults.is_named(&class.path(), text, "the name of a class", &names::QUALIFIED_NAME);
    }
}

/// Where traffic may go.
fn policies<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>, kind: &Kind<'_>) {
    let (external, port) = (spec.key("externalTrafficPolicy"), spec.key("healthCheckNodePort"));
    let reaches_out = kind.is("NodePort")
        || kind.is("LoadBalancer")
        || kind.is("ClusterIP") && !spec.key("externalIPs").is_empty();
    let is_known = kind.is_other_than("");
    if is_known && !reaches_out && external.text().is_some_and(|text| !text.is_empty()) {
        let why =
            "Traffic from outside reaches a NodePort, a LoadBalancer, or a Service with external addresses.";
        faults.forbidden(&external, "in a Service that nothing outside reaches", why);
    } else {
        faults.one_of(&external, &["", "Cluster", "Local"]);
    }
    let is_checked = kind.is("LoadBalancer") && external.text() == Some("Local");
    let is_open = external.is_hidden() || !is_known;
    match port.number() {
        Some(number) if number != 0 && !is_checked && !is_open => faults.forbidden(
            &port,
            "but for a LoadBalancer with `externalTrafficPolicy: Local`",
            "Only there a load balancer asks each node whether it has a Pod.",
        ),
        _ => faults.within(&port, 0, 65535),
    }
    let internal = spec.key("internalTrafficPolicy");
    faults.one_of(&internal, &["Cluster", "Local"]);
    let distribution = spec.key("trafficDistribution");
    let settings = faults.subject.settings;
    // Where its gate is off the field is dropped before anybody looks at it (fact K1).
    if settings.support(&features::TRAFFIC_DISTRIBUTION) == Support::Works {
        // Those that a version does not have are for another rule to say.
        faults.one_of(&distribution, &["PreferClose", "PreferSameZone", "PreferSameNode"]);
    }
    external_name(faults, spec, kind);
}

/// `ExternalName` is a name in DNS and nothing else.
fn external_name<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>, kind: &Kind<'_>) {
    if !kind.is("ExternalName") {
        return;
    }
    let name = spec.key("externalName");
    if !kind.is_part {
        faults.required(&name, "It is the host that the Service is a name for.");
    }
    if let Some(text) = name.text().filter(|text| !text.is_empty()) {
        let host = text.strip_suffix('.').unwrap_or(text);
        faults.is_named(&name.path(), host, "the name of a host", &names::DNS_SUBDOMAIN);
    }
    let why = "It is a name in DNS, and has no address of its own.";
    for key in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let field = spec.key(key);
        if !field.is_empty() {
            faults.add(field.path(), Fault::Forbidden { here: "in a Service of type ExternalName", why });
        }
    }
}
