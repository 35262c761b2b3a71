//! `probe-host`: a probe asks the node, and not the Pod.

use super::probed::{Probe, running};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::manifest::Container;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "probe-host",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A probe names localhost as its host, so the kubelet asks the node and not the Pod.",
    reason: "The kubelet sends httpGet and tcpSocket probes itself, from the node, and without a host to the Pod's address. To the kubelet, localhost, 127.0.0.1 and ::1 are the node. Unless the Pod shares the node's network, its own ports are not there: the probe is refused each time, or a stranger on the node answers it.",
    options: None,
    facts: &["E12", "N6"],
    docs: &[
        Link {
            title: "HTTP probes",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/probes/#http-probes",
        },
        Link {
            title: "Container probes",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes",
        },
    ],
    page: page!("probe-host"),
    verdicts: &["node"],
    check: Check::Object(check),
};

/// Names of whatever asks.
const LOOPBACK: &[&str] = &["localhost", "127.0.0.1", "::1", "[::1]"];

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    let network = subject.object.at(&workload.pod_spec_path.key("hostNetwork"));
    // What is to be filled in may be true.
    if network.is_some_and(|node| node.as_bool() != Some(false)) {
        return;
    }
    for container in &workload.containers {
        for probe in Probe::all(workload, container) {
            let get = probe.spec.http_get.as_ref().and_then(|get| Some(("httpGet", get.host.as_deref()?)));
            let socket = probe.spec.tcp_socket.as_ref();
            let socket = socket.and_then(|socket| Some(("tcpSocket", socket.host.as_deref()?)));
            let Some((handler, host)) = get.or(socket) else { continue };
            if !LOOPBACK.contains(&host) {
                continue;
            }
            let path = probe.path.dotted(handler).key("host");
            let place = subject.place(&path);
            let asks = AsksNode { probe, container, host, path };
            let label = "the node, for the kubelet".to_owned();
            seen.push(Seen::new(RULE.severity(), place, asks).container(container).label(label));
        }
    }
}

/// The probe is sent to the node (facts E12, N6).
struct AsksNode<'s> {
    probe: Probe<'s>,
    container: &'s Container,
    host: &'s str,
    path: FieldPath,
}

impl Verdict for AsksNode<'_> {
    fn name(&self) -> &'static str {
        "node"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let Self { probe, container, host, .. } = self;
        let (kind, name) = (probe.kind.as_str(), container.name());
        let follows = probe.failing();
        Words::new(
            format!("the {kind} probe of `{name}` asks {host}, which is the node and not the Pod"),
            format!(
                "The kubelet makes the request itself, on the node, where {host} is the node: nothing of this Pod listens \
                 there. It is refused, and {follows}; or something else on the node answers for it."
            ),
        )
    }

    /// A server that listens on the Pod's own loopback address alone answers nobody else.
    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::guess(
            "Leave out `host`: the Pod's own address is asked. A server that listens on 127.0.0.1 alone has to listen on all \
             addresses for that, or be asked by a command in the container.",
            vec![Operation::Remove { path: self.path.clone() }],
        )
    }
}
