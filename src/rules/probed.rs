//! The probes of a workload's containers, as rules look at them.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::missing_readiness_probe::probe;
use super::subject::Subject;
use crate::edit::Content;
use crate::manifest::kinds::Nature;
use crate::manifest::{Container, Workload};
use crate::set::replicas::Replicas;
use crate::timeline::{Numbers, ProbeKind};
use crate::yaml::path::FieldPath;

/// The workload whose Pods run as its manifest says: no patch, no platform of its own kind in between, and more
/// of them than none.
pub(super) fn running<'s>(subject: &'s Subject<'s>) -> Option<&'s Workload> {
    let workload = subject.workload.filter(|workload| !workload.is_fragment)?;
    let is_managed = workload.kind.nature == Nature::Managed;
    (!is_managed && subject.set.replicas(workload) != Replicas::Fixed(0)).then_some(workload)
}

/// A probe of a container.
#[derive(Debug, Clone)]
pub(super) struct Probe<'s> {
    /// Which.
    pub kind: ProbeKind,
    /// As it is written.
    pub spec: &'s core::Probe,
    /// Its field, from the object's root.
    pub path: FieldPath,
    /// Its numbers with what the API server fills in; `None` where one is to be filled in.
    pub numbers: Option<Numbers>,
    /// What it asks.
    pub question: Question<'s>,
    handler: (&'static str, Content),
}

impl<'s> Probe<'s> {
    /// The probe of that kind of a container; `None` without one, and where the API server takes no handler of it.
    pub(super) fn of(workload: &Workload, container: &'s Container, kind: ProbeKind) -> Option<Self> {
        let spec = kind.of(container)?;
        let path = container.path.key(kind.key());
        let is_open = Numbers::KEYS.iter().any(|key| workload.is_open(&path.key(*key)));
        let numbers = (!is_open).then(|| Numbers::of(spec));
        let (question, handler) = (Question::of(spec, container)?, probe::of_probe(spec)?);
        let probe = Self { kind, spec, path, numbers, question, handler };
        container.kind.is_long_running().then_some(probe)
    }

    /// All probes of a container.
    pub(super) fn all(workload: &Workload, container: &'s Container) -> impl Iterator<Item = Self> {
        let kinds = [ProbeKind::Startup, ProbeKind::Readiness, ProbeKind::Liveness];
        kinds.into_iter().filter_map(move |kind| Self::of(workload, container, kind))
    }

    /// What becomes of a container, or its Pod, when the probe fails each time.
    pub(super) fn failing(&self) -> &'static str {
        match self.kind {
            ProbeKind::Readiness => "the Pod never becomes Ready",
            ProbeKind::Startup => "the container is stopped and started again for ever",
            ProbeKind::Liveness => "the container is stopped and started again and again",
        }
    }

    /// The same when it cannot even be asked. The kubelet takes that for no answer: it throws the result away and leaves
    /// the container as it is (`doProbe` in `pkg/kubelet/prober/worker.go`; measured).
    pub(super) fn not_asked(&self) -> &'static str {
        match self.kind {
            ProbeKind::Readiness => "the Pod never becomes Ready",
            ProbeKind::Startup => {
                "the container never counts as started: its other probes are not asked, the Pod never becomes Ready, and nothing \
                 starts it again"
            }
            ProbeKind::Liveness => {
                "the container is never restarted, however its program is: what cannot be asked counts for nothing"
            }
        }
    }

    /// The place that decides how long it waits: its delay, or else the probe.
    pub(super) fn delay_path(&self, workload: &Workload) -> FieldPath {
        let delay = self.path.key("initialDelaySeconds");
        if workload.object.at(&delay).is_some() { delay } else { self.path.clone() }
    }

    /// A probe with the same handler that is asked once in so many seconds, and gives up after so many failures.
    pub(super) fn patient(&self, period: f64, failures: f64) -> Content {
        let times = [("periodSeconds", whole(period)), ("failureThreshold", whole(failures))];
        Content::Fields(std::iter::once(self.handler.clone()).chain(times).collect())
    }
}

/// A number of seconds or times for a field.
pub(super) fn whole(number: f64) -> Content {
    Content::Int(number.ceil() as i64)
}

/// What a probe asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Question<'s> {
    /// A command in the container.
    Command(&'s [String]),
    /// A page.
    Page { port: Port<'s>, path: &'s str, host: &'s str, scheme: &'s str, headers: &'s [core::HTTPHeader] },
    /// Whether a port is open.
    Open { port: Port<'s>, host: &'s str },
    /// A gRPC server.
    Grpc { port: Port<'s>, service: &'s str },
}

/// A port of a container.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Port<'s> {
    Number(i32),
    /// One that the container does not declare.
    Name(&'s str),
}

impl<'s> Question<'s> {
    fn of(probe: &'s core::Probe, container: &'s Container) -> Option<Self> {
        let port = |port: &'s IntOrString| Port::of(port, container);
        let word = |text: &'s Option<String>, default: &'s str| match text.as_deref() {
            None | Some("") => default,
            Some(text) => text,
        };
        if let Some(get) = &probe.http_get {
            return Some(Self::Page {
                port: port(&get.port),
                path: word(&get.path, "/"),
                host: word(&get.host, ""),
                scheme: word(&get.scheme, "HTTP"),
                headers: get.http_headers.as_deref().unwrap_or_default(),
            });
        }
        if let Some(socket) = &probe.tcp_socket {
            return Some(Self::Open { port: port(&socket.port), host: word(&socket.host, "") });
        }
        if let Some(grpc) = &probe.grpc {
            return Some(Self::Grpc { port: Port::Number(grpc.port), service: word(&grpc.service, "") });
        }
        let command = probe.exec.as_ref()?.command.as_deref().filter(|command| !command.is_empty())?;
        Some(Self::Command(command))
    }

    /// The port that it asks.
    pub(super) fn port(&self) -> Option<Port<'s>> {
        match self {
            Self::Page { port, .. } | Self::Open { port, .. } | Self::Grpc { port, .. } => Some(*port),
            Self::Command(_) => None,
        }
    }
}

impl<'s> Port<'s> {
    /// A name is looked up among the ports that the container declares.
    fn of(port: &'s IntOrString, container: &Container) -> Self {
        match port {
            IntOrString::Int(number) => Self::Number(*number),
            IntOrString::String(name) => {
                let declared = container.ports().iter().find(|one| one.name.as_ref() == Some(name));
                declared.map_or(Self::Name(name), |one| Self::Number(one.container_port))
            }
        }
    }
}
