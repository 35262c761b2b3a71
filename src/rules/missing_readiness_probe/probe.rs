//! The probe that is proposed: what the manifests say of the container decides how it asks.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::edit::Content;
use crate::kubernetes::images;
use crate::kubernetes::protocols::{Asks, asks, ready_page};
use crate::rules::invalid_manifest::{asked_port, is_port, is_port_name};
use crate::rules::subject::{ContainerView, Subject};
use crate::set::services::{ServicePort, TargetPort};
use crate::timeline::{self, HookScript};

/// How to ask, in a sentence and as the handler of a probe; without one where nothing says what can be asked.
pub(super) type Proposed = (&'static str, Option<Content>);

/// Takes over what the manifests say about the container's health, else about its port. A handler that may never
/// succeed is worse than none: the Pod would never be Ready.
pub(super) fn proposed(subject: &Subject<'_>, view: &ContainerView<'_>) -> Proposed {
    let spec = &view.container.spec;
    let liveness = spec.liveness_probe.as_ref().map(|probe| {
        const SAME: &str = "Add one that fails while the container cannot serve; this one asks what the liveness probe asks.";
        (SAME, probe, "livenessProbe")
    });
    let startup = spec.startup_probe.as_ref().map(|probe| {
        const SAME: &str =
            "Add one that fails while the container cannot serve; this one asks what the startup probe asks.";
        (SAME, probe, "startupProbe")
    });
    for (text, probe, key) in liveness.into_iter().chain(startup) {
        let fails = || fails_always(subject, view, probe, key);
        if let Some(handler) = of_probe(probe).filter(|_| !fails()) {
            return (text, Some(with_times(handler)));
        }
    }
    match Port::of(view) {
        Listens::On(port) => {
            let (text, handler) = port.handler(view);
            return (text, Some(with_times(handler)));
        }
        Listens::Elsewhere => {
            return (
                "Add one that fails while the container cannot serve. Ask the port on which it listens: that of the Service \
                 is none of those that the container declares.",
                None,
            );
        }
        Listens::OverUdp => {
            return (
                "Add one that fails while the container cannot serve: a command of the image, as no probe asks over UDP or SCTP.",
                None,
            );
        }
        Listens::Nowhere => {}
    }
    let further = &subject.settings.knowledge.images;
    let text = match spec.image.as_deref().and_then(|image| images::has_no_shell(image, further)) {
        Some(_) => {
            "Add one that succeeds only once the work has begun: the image holds no program but its own, so let that answer \
             on a port."
        }
        None => {
            "Add one that succeeds only once the work has begun, and asks what the program offers for it: a page, a port, or \
             a command of its own."
        }
    };
    (text, None)
}

/// The command of a probe fails each time, so whoever wrote it wants to see what follows.
fn fails_always(
    subject: &Subject<'_>,
    view: &ContainerView<'_>,
    probe: &core::Probe,
    key: &'static str,
) -> bool {
    let command = probe.exec.as_ref().and_then(|exec| exec.command.as_ref());
    command.zip(subject.workload).is_some_and(|(command, workload)| {
        let base = view.container.path.dotted(key).dotted("exec.command");
        timeline::always_fails(
            HookScript::of(subject.set, subject.source, workload, view.container, command, base),
            &subject.settings.knowledge,
        )
    })
}

fn with_times(handler: (&'static str, Content)) -> Content {
    let times = [("periodSeconds", Content::Int(5)), ("failureThreshold", Content::Int(3))];
    Content::Fields(std::iter::once(handler).chain(times).collect())
}

fn word(text: &str) -> Content {
    Content::Text(text.to_owned())
}

/// The handler of another probe, whole; `None` for one that the API server refuses.
pub(in crate::rules) fn of_probe(probe: &core::Probe) -> Option<(&'static str, Content)> {
    if let Some(get) = probe.http_get.as_ref().filter(|get| is_port(&get.port)) {
        let mut fields = vec![("path", word(get.path.as_deref().unwrap_or("/"))), ("port", port(&get.port))];
        fields.extend(get.scheme.as_deref().map(|scheme| ("scheme", word(scheme))));
        fields.extend(get.host.as_deref().map(|host| ("host", word(host))));
        let headers = get.http_headers.iter().flatten().map(|header| {
            Content::Fields(vec![("name", word(&header.name)), ("value", word(&header.value))])
        });
        let headers: Vec<Content> = headers.collect();
        fields.extend((!headers.is_empty()).then_some(("httpHeaders", Content::Items(headers))));
        return Some(("httpGet", Content::Fields(fields)));
    }
    if let Some(socket) = probe.tcp_socket.as_ref().filter(|socket| is_port(&socket.port)) {
        let host = socket.host.as_deref().map(|host| ("host", word(host)));
        let fields = std::iter::once(("port", port(&socket.port))).chain(host).collect();
        return Some(("tcpSocket", Content::Fields(fields)));
    }
    if let Some(grpc) = probe.grpc.as_ref().filter(|grpc| (1..=65535).contains(&grpc.port)) {
        let service = grpc.service.as_deref().map(|service| ("service", word(service)));
        let fields = std::iter::once(("port", Content::Int(grpc.port.into()))).chain(service).collect();
        return Some(("grpc", Content::Fields(fields)));
    }
    let command = probe.exec.as_ref()?.command.as_ref().filter(|command| !command.is_empty())?;
    Some(("exec", Content::Fields(vec![("command", Content::Words(command.clone()))])))
}

fn port(port: &IntOrString) -> Content {
    match port {
        IntOrString::Int(number) => Content::Int((*number).into()),
        IntOrString::String(name) => word(name),
    }
}

/// Where the container listens, as far as it is known.
enum Listens {
    On(Port),
    /// Its Services send traffic to ports that it does not declare, though it declares others.
    Elsewhere,
    /// Only where no probe can ask.
    OverUdp,
    /// Nothing says that it listens.
    Nowhere,
}

/// A TCP port of the container.
struct Port {
    /// How a probe names it.
    asked: Content,
    number: Option<i32>,
    name: Option<String>,
}

impl Port {
    /// The one that a Service sends its traffic to, best one that is declared; else the first that is declared,
    /// best one that is there for what the container does. To whom a headless Service leads decides who asks: its
    /// ports are no more than a note.
    fn of(view: &ContainerView<'_>) -> Listens {
        let declared = view.container.ports();
        let through = || view.reaches.iter().flat_map(|reach| &reach.through);
        let tcp = || through().filter(|port| port.is_tcp());
        let is_declared = |port: &&&ServicePort| declared.iter().any(|one| port.target.is(one));
        if let Some(port) = tcp().find(is_declared).and_then(|port| Self::of_service(port, declared)) {
            return Listens::On(port);
        }
        if through().next().is_some() && tcp().next().is_none() {
            return Listens::OverUdp;
        }
        let own = Self::declared(view);
        let is_headless = view.reaches.iter().all(|reach| reach.service.item.is_headless());
        match (tcp().next(), own) {
            (None, Some(own)) => Listens::On(own),
            (Some(_), Some(own)) if is_headless => Listens::On(own),
            (Some(_), Some(_)) => Listens::Elsewhere,
            (Some(port), None) => Self::of_service(port, declared).map_or(Listens::Nowhere, Listens::On),
            (None, None) => Listens::Nowhere,
        }
    }

    fn of_service(port: &ServicePort, declared: &[core::ContainerPort]) -> Option<Self> {
        let found = declared.iter().find(|one| port.target.is(one));
        let number = match (&port.target, found) {
            (TargetPort::Number(number), _) => i32::try_from(*number).ok(),
            (TargetPort::Name(_), found) => found.map(|one| one.container_port),
        };
        let own = found.and_then(|one| one.name.clone()).filter(|name| is_port_name(name));
        let asked = match (&port.target, &own) {
            (TargetPort::Name(name), _) | (_, Some(name)) if is_port_name(name) => word(name),
            _ => Content::Int(number.filter(|number| (1..=65535).contains(number))?.into()),
        };
        let name = own.or_else(|| Some(port.name.clone()).filter(|name| !name.is_empty()));
        Some(Self { asked, number, name })
    }

    fn declared(view: &ContainerView<'_>) -> Option<Self> {
        let (port, asked) = asked_port(view.container)?;
        Some(Self { asked, number: Some(port.container_port), name: port.name.clone() })
    }

    fn handler(self, view: &ContainerView<'_>) -> (&'static str, (&'static str, Content)) {
        let image = view.container.spec.image.as_deref();
        if let Some(page) = image.and_then(|image| ready_page(image, self.number)) {
            let fields = vec![("path", word(page)), ("port", self.asked)];
            return (
                "Add one that fails while the container cannot serve; this one asks the page that the image has for it.",
                ("httpGet", Content::Fields(fields)),
            );
        }
        let text = match asks(self.number, self.name.as_deref(), image) {
            Some(Asks::Tcp) => {
                "Add one that fails while the container cannot serve; this one asks only whether the port is open."
            }
            Some(Asks::Https) => {
                "Add one that fails while the container cannot serve. This one asks only whether the port is open: if the \
                 program has a page for it, such as /readyz, let `httpGet` with `scheme: HTTPS` ask that."
            }
            Some(Asks::Http) | None => {
                "Add one that fails while the container cannot serve. This one asks only whether the port is open: if the \
                 program has a page for it, such as /healthz, let `httpGet` ask that."
            }
        };
        (text, ("tcpSocket", Content::Fields(vec![("port", self.asked)])))
    }
}
