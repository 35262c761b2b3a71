//! What the API server rejects in a pod spec, beside its containers and volumes: `ValidatePodSpec` in
//! pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::metadata;
use crate::kubernetes::names;
use crate::manifest::kinds::Schema;

const SHARED_PROCESSES: Fault<'static> = Fault::Conflict {
    what: "`shareProcessNamespace` stands beside `hostPID`",
    why: "The API server says: ShareProcessNamespace and HostPID cannot both be enabled. Processes are those of the Pod \
          or those of the node.",
    mend: "Keep one of the two.",
};

const NO_NAMESERVER: &str = "With `dnsPolicy: None` the Pod asks the servers that are named here.";

/// The fields of every pod spec, in a template or not.
pub(super) fn faults<'s>(spec: &Field<'_, 's>, schema: Schema, faults: &mut Faults<'_, 's>) {
    faults
        .one_of(&spec.key("dnsPolicy"), &["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None", ""]);
    dns_config(spec, faults);
    metadata::labels(&spec.key("nodeSelector"), faults);
    for gate in spec.key("readinessGates").items() {
        let condition = gate.key("conditionType");
        faults.required(&condition, "Nothing says which condition the Pod waits for.");
        faults.named(&condition, "the name of a condition", &names::QUALIFIED_NAME);
    }
    let gates = spec.key("schedulingGates");
    let gates: Vec<_> = gates.items().collect();
    let gates: Vec<_> = gates.iter().map(|gate| gate.key("name")).collect();
    for gate in &gates {
        faults.required(gate, "");
        faults.named(gate, "the name of a gate", &names::QUALIFIED_NAME);
    }
    let node = spec.key("nodeName");
    if schema == Schema::Pod && !gates.is_empty() && !faults.object().is_live() && !node.is_empty() {
        faults.forbidden(
            &node,
            "beside `schedulingGates`",
            "A Pod that waits for its gates is on no node yet.",
        );
    }
    faults.unique(gates, "gate called", "");
    const OBJECT: &str = "the name of an object";
    let host = spec.key("hostname");
    let subdomain = spec.key("subdomain");
    // A StatefulSet gives its Pods these two itself.
    if schema != Schema::StatefulSet {
        faults.named(&host, "the name of a host", &names::DNS_LABEL);
        faults.named(&subdomain, "the name of a subdomain", &names::DNS_LABEL);
    }
    host_name(&spec.key("hostnameOverride"), spec, faults);
    faults.named(&spec.key("nodeName"), "the name of a node", &names::DNS_SUBDOMAIN);
    faults.named(&spec.key("serviceAccountName"), OBJECT, &names::DNS_SUBDOMAIN);
    faults.named(&spec.key("priorityClassName"), OBJECT, &names::DNS_SUBDOMAIN);
    // Those two have no default.
    even_empty(&spec.key("runtimeClassName"), OBJECT, faults);
    faults.one_of(&spec.key("preemptionPolicy"), &["PreemptLowerPriority", "Never"]);
    for alias in spec.key("hostAliases").items() {
        let address = alias.key("ip");
        faults.required(&address, "");
        faults.named(&address, "an IP address", &names::IP_ADDRESS);
        for name in alias.key("hostnames").items() {
            faults.named(&name, "the name of a host", &names::DNS_SUBDOMAIN);
        }
    }
    namespaces(spec, faults);
}

/// Also of an empty text.
fn even_empty<'s>(field: &Field<'_, 's>, noun: &'static str, faults: &mut Faults<'_, 's>) {
    if let Some(text) = field.text() {
        faults.is_named(&field.path(), text, noun, &names::DNS_SUBDOMAIN);
    }
}

/// `validatePodHostName`; where the gate is off the field is dropped before (fact K1).
fn host_name<'s>(name: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    if !faults.is_kept("HostnameOverride") {
        return;
    }
    even_empty(name, "the name of a host", faults);
    const WHY: &str = "The Pod would be told two names.";
    if spec.key("setHostnameAsFQDN").is_true() {
        faults.forbidden(name, "beside `setHostnameAsFQDN`", WHY);
    } else if spec.key("hostNetwork").is_true() {
        faults.forbidden(name, "beside `hostNetwork`", "In the node's network the Pod has the node's name.");
    }
}

fn dns_config<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let config = spec.key("dnsConfig");
    let servers = config.key("nameservers");
    if spec.key("dnsPolicy").text() == Some("None") {
        match config.is_set() {
            true => faults.required(&servers, NO_NAMESERVER),
            false => faults.required(&config, NO_NAMESERVER),
        }
    }
    if servers.items().count() > 3 {
        faults.add(servers.path(), TOO_MANY_SERVERS);
    }
    for server in servers.items() {
        faults.named(&server, "an IP address", &names::IP_ADDRESS);
    }
    for domain in config.key("searches").items() {
        // Which versions take a dot alone and an underscore is for another rule to say.
        faults.named(&domain, "a search domain", &names::SEARCH_DOMAIN);
    }
    for option in config.key("options").items() {
        faults.required(&option.key("name"), "");
    }
}

const TOO_MANY_SERVERS: Fault<'static> = Fault::Conflict {
    what: "there are more than three nameservers",
    why: "The API server says: must not have more than 3 nameservers. The C library asks no more.",
    mend: "Keep three.",
};

/// The gate of `hostUsers`.
const USERS: &str = "UserNamespacesSupport";

/// What a Pod shares with its node, and on which systems it can (`validateWindows`, `validateHostUsers`).
fn namespaces<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let (pids, shares) = (spec.key("hostPID"), spec.key("shareProcessNamespace"));
    let ipc = spec.key("hostIPC");
    let users = spec.key("hostUsers");
    if pids.is_true() && shares.is_true() {
        faults.against(shares.path(), SHARED_PROCESSES, pids.path(), "the other");
    }
    let os = spec.key("os");
    let name = os.key("name");
    if os.is_set() {
        faults.required(&name, "Nothing says which system the Pod is for.");
        if !name.is_empty() {
            faults.one_of(&name, &["linux", "windows"]);
        }
    }
    if name.text() == Some("windows") {
        const HERE: &str = "for a Windows Pod";
        let users = Some(users).filter(|_| faults.is_kept(USERS));
        let set = [shares].into_iter().chain(users).chain([pids, ipc].into_iter().filter(Field::is_true));
        for field in set {
            faults.forbidden(&field, HERE, "Windows has nothing of the kind.");
        }
        return;
    }
    let has_own_users = users.node().and_then(|node| node.as_bool()) == Some(false);
    if has_own_users && faults.is_kept(USERS) {
        let network = Some(spec.key("hostNetwork")).filter(|_| !may_share_network(faults));
        for field in [pids, ipc].into_iter().chain(network).filter(Field::is_true) {
            faults.forbidden(
                &field,
                "beside `hostUsers: false`",
                "A Pod with users of its own does not share more of the node.",
            );
        }
    }
}

/// A Pod with users of its own may be in the node's network, where an alpha gate of 1.35 and later is on (KEP-5607).
fn may_share_network(faults: &Faults<'_, '_>) -> bool {
    let gates = &faults.subject.settings.feature_gates;
    gates.get("UserNamespacesHostNetworkSupport").copied().unwrap_or_default()
}
