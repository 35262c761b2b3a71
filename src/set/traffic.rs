//! Whether a container gets traffic, and of what sort.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Set;
use super::services::{Reach, ServicePort};
use crate::kubernetes::images;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, ContainerKind, Workload};

/// How sure we are that a container gets traffic; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Serving {
    /// No sign of it, or of a kind that never serves.
    None,
    /// It declares a port, and no other container of the Pod has a readiness probe; or a headless Service
    /// without ports leads to its Pod.
    Possible,
    /// It declares a port and has a readiness probe over the network.
    Likely,
    /// A Service in the set reaches it.
    Certain,
}

/// The container is of a kind that can get traffic at all.
pub(crate) fn can_serve(workload: &Workload, container: &Container) -> bool {
    container.kind.is_long_running() && !matches!(workload.kind.nature, Nature::Batch | Nature::Managed)
}

/// How sure we are that `container` of `workload` gets traffic; `traffic` is [`Set::traffic`].
pub(crate) fn serving(workload: &Workload, container: &Container, traffic: &[Reach<'_>]) -> Serving {
    if !can_serve(workload, container) || is_pause(container) || is_injected(container) {
        return Serving::None;
    }
    let mut reaching = traffic.iter().filter(|reach| reach.container == container.path).peekable();
    let otherwise = if reaching.peek().is_some() { Serving::Possible } else { Serving::None };
    if reaching.any(|reach| !reach.through.is_empty()) {
        return Serving::Certain;
    }
    let is_kubelets = |port: &core::ContainerPort| is_named(port.name.as_deref(), &HEALTH_WORDS);
    if container.ports().iter().all(is_kubelets) {
        return otherwise;
    }
    if container.has_network_readiness_probe() {
        return Serving::Likely;
    }
    // What runs to its end by itself may open a port for anything.
    if matches!(workload.pod_spec().restart_policy.as_deref(), Some("Never" | "OnFailure")) {
        return otherwise;
    }
    let other_has_probe = workload
        .containers
        .iter()
        .any(|other| other.path != container.path && other.spec.readiness_probe.is_some());
    if other_has_probe { otherwise } else { Serving::Possible }
}

/// It does nothing: what a Service wants of its Pod is put there by something else.
fn is_pause(container: &Container) -> bool {
    container.spec.command.is_none() && container.spec.image.as_deref().is_some_and(images::is_pause)
}

/// What it lacks here, such as a probe, an injector may have put there by the time it runs.
fn is_injected(container: &Container) -> bool {
    container.spec.image.as_deref().is_some_and(images::is_injected)
}

/// It declares a port for more than metrics, health, debugging or what its Pods tell one another.
fn declares_port(container: &Container) -> bool {
    container.ports().iter().any(|port| !is_beside(port))
}

/// The port is there beside what the container is for.
pub(crate) fn is_beside(port: &core::ContainerPort) -> bool {
    let named = |words: &[&str]| is_named(port.name.as_deref(), words);
    named(&METRICS_WORDS)
        || named(&HEALTH_WORDS)
        || named(&DEBUG_WORDS)
        || named(&PEER_WORDS)
        || port.protocol.as_deref() == Some("UDP")
}

/// The name of a port of a Service says the same.
pub(super) fn is_named_beside(name: &str) -> bool {
    let named = |words: &[&str]| is_named(Some(name), words);
    named(&METRICS_WORDS) || named(&HEALTH_WORDS) || named(&DEBUG_WORDS) || named(&PEER_WORDS)
}

/// It says over the network whether it is ready, and not on a port for that alone. A liveness probe shows
/// nothing: a worker that nobody connects to has one as well.
fn is_ready_over_the_network(container: &Container) -> bool {
    let probe = container.spec.readiness_probe.as_ref();
    let Some(probe) = probe.filter(|_| container.has_network_readiness_probe()) else { return false };
    let http = probe.http_get.as_ref().map(|http| &http.port);
    let port = http.or(probe.tcp_socket.as_ref().map(|tcp| &tcp.port));
    let is_asked = |declared: &core::ContainerPort| match port {
        Some(IntOrString::Int(number)) => declared.container_port == *number,
        Some(IntOrString::String(name)) => declared.name.as_deref() == Some(name),
        None => false,
    };
    !container.ports().iter().any(|declared| is_asked(declared) && is_beside(declared))
}

/// An application container behind a sidecar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upstream<'w> {
    /// The container.
    pub container: &'w Container,
    /// Its manifest shows that it listens.
    pub listens: bool,
}

/// Words in the name of a port that only developers ask.
const DEBUG_WORDS: [&str; 4] = ["debug", "pprof", "zpages", "profiling"];

/// Words in the name of a port on which the Pods of one workload tell one another who is there.
const PEER_WORDS: [&str; 3] = ["memberlist", "gossip", "serf"];

/// Words in the name of a port that metrics are read from: `http-metrics`, `http-envoy-prom`.
const METRICS_WORDS: [&str; 5] = ["metrics", "monitoring", "prom", "servicemonitor", "telemetry"];

/// How Services are called that metrics are read through, as kubebuilder and exporters call them. `metrics-server` is
/// none: it answers the API server.
const OF_METRICS: [&str; 3] = ["-exporter", "-metrics", "-metrics-service"];

/// Words in the name of a port that only the kubelet asks: `health-probe`.
const HEALTH_WORDS: [&str; 11] = [
    "health",
    "healthz",
    "healthcheck",
    "probe",
    "probes",
    "live",
    "livez",
    "liveness",
    "ready",
    "readyz",
    "readiness",
];

impl Set {
    /// The application container to which sidecars pass their traffic on: one that a Service sends more than
    /// metrics requests to as well, else one that shows that it listens, by a port or by a readiness probe
    /// over the network, else the first, of which nothing is known. `traffic` is [`Set::traffic`].
    pub(crate) fn behind_sidecars<'w>(
        &self,
        workload: &'w Workload,
        traffic: &[Reach<'_>],
    ) -> Option<Upstream<'w>> {
        let mains = || workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
        let is_reached = |one: &&Container| {
            let mut reaching = traffic.iter().filter(|reach| reach.container == one.path);
            reaching.any(|reach| !reach.through.is_empty()) && !self.is_scrape_only(one, traffic)
        };
        let found = mains()
            .find(is_reached)
            .or_else(|| mains().find(|one| declares_port(one) && is_ready_over_the_network(one)))
            .or_else(|| mains().find(|one| declares_port(one)))
            .or_else(|| mains().find(|one| is_ready_over_the_network(one)));
        let container = found.or_else(|| mains().next())?;
        Some(Upstream { container, listens: found.is_some() })
    }

    /// The only traffic of a container is metrics being read. The names of its ports have to say so, and
    /// nothing may speak of more: each Service port that leads to it is named after metrics, or its Service is, or it
    /// leads to a port that is; no Ingress or other route leads to such a Service; and each port it declares is
    /// one of those, or named after metrics, health or the Pods' own talk. An annotation `prometheus.io/port` shows nothing:
    /// it often names the port that serves everything.
    pub(crate) fn is_scrape_only(&self, container: &Container, traffic: &[Reach<'_>]) -> bool {
        let reaching = || traffic.iter().filter(|reach| reach.container == container.path);
        let says_so = |reach: &Reach<'_>, port: &ServicePort| {
            let name = &reach.service.item.object.id.name;
            // `invoice-exporter` may serve whom it likes.
            let is_for_all = ["grpc", "http", "web"].contains(&port.name.as_str());
            is_named(Some(&port.name), &METRICS_WORDS)
                || (!is_for_all && OF_METRICS.iter().any(|end| name.ends_with(end)))
        };
        let is_read = |port: &core::ContainerPort| {
            let leads =
                |reach: &Reach<'_>, through: &ServicePort| says_so(reach, through) && through.target.is(port);
            is_named(port.name.as_deref(), &METRICS_WORDS)
                || reaching().any(|reach| reach.through.iter().any(|through| leads(reach, through)))
        };
        let is_read_through = |reach: &Reach<'_>, port: &ServicePort| {
            says_so(reach, port)
                || container.ports().iter().any(|declared| port.target.is(declared) && is_read(declared))
        };
        let has_metrics =
            reaching().any(|reach| !reach.through.is_empty()) || container.ports().iter().any(is_read);
        let is_nobodys = |port: &core::ContainerPort| {
            is_named(port.name.as_deref(), &HEALTH_WORDS) || is_named(port.name.as_deref(), &PEER_WORDS)
        };
        has_metrics
            && container.ports().iter().all(|port| is_read(port) || is_nobodys(port))
            && reaching().all(|reach| {
                !reach.through.is_empty()
                    && reach.through.iter().all(|port| is_read_through(reach, port))
                    && self.routes_to(&reach.service.item).next().is_none()
            })
    }
}

fn is_named(name: Option<&str>, words: &[&str]) -> bool {
    name.is_some_and(|name| name.split('-').any(|word| words.contains(&word)))
}
