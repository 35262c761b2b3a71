//! The probe that is proposed: what the manifests say of the container decides how it asks.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::edit::Content;
use crate::kubernetes::images;
use crate::kubernetes::protocols::{Asks, asks};
use crate::rules::invalid_manifest::{asked_port, is_port, is_port_name};
use crate::rules::subject::{ContainerView, Subject};
use crate::set::services::TargetPort;

/// How to ask, in a sentence and as the handler of a probe; without one where nothing can be asked.
pub(super) type Proposed = (&'static str, Option<Content>);

/// Takes over what the manifests say about the container's health, else about its port.
pub(super) fn proposed(subject: &Subject<'_>, view: &ContainerView<'_>) -> Proposed {
    if let Some(handler) = view.container.spec.liveness_probe.as_ref().and_then(of_liveness) {
        const AS_LIVENESS: &str = "Add one that fails while the container cannot serve; this one asks what the liveness probe asks.";
        return (AS_LIVENESS, Some(with_times(handler)));
    }
    if let Some(port) = Port::of(view) {
        let (text, handler) = port.handler(view);
        return (text, Some(with_times(handler)));
    }
    if !view.reaches.is_empty() && view.reaches.iter().any(|reach| !reach.through.is_empty()) {
        return (
            "Add one that fails while the container cannot serve: a command of the image, as no probe asks over UDP or SCTP.",
            None,
        );
    }
    let image = view.container.spec.image.as_deref();
    let further = &subject.settings.knowledge.shell_less_images;
    if image.and_then(|image| images::has_no_shell(image, further)).is_some() {
        return (
            "Add one that succeeds only once the work has begun: the image holds no program but its own, so let that \
             answer on a port.",
            None,
        );
    }
    let command = Content::Words(vec!["cat".to_owned(), "/tmp/ready".to_owned()]);
    (
        "Add one that succeeds only once the work has begun (this one looks for a file the program writes).",
        Some(with_times(("exec", Content::Fields(vec![("command", command)])))),
    )
}

fn with_times(handler: (&'static str, Content)) -> Content {
    let times = [("periodSeconds", Content::Int(5)), ("failureThreshold", Content::Int(3))];
    Content::Fields(std::iter::once(handler).chain(times).collect())
}

fn word(text: &str) -> Content {
    Content::Text(text.to_owned())
}

/// The handler of a liveness probe, whole; `None` for one that the API server refuses.
fn of_liveness(probe: &core::Probe) -> Option<(&'static str, Content)> {
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

/// A TCP port of the container, as far as it is known.
struct Port {
    /// How a probe names it.
    asked: Content,
    number: Option<i32>,
    name: Option<String>,
}

impl Port {
    /// The one that a Service sends its traffic to, else the first that is declared.
    fn of(view: &ContainerView<'_>) -> Option<Self> {
        let mut through = view.reaches.iter().flat_map(|reach| &reach.through).peekable();
        let declared = view.container.ports();
        if through.peek().is_some() {
            let port = through.find(|port| port.is_tcp())?;
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
            return Some(Self { asked, number, name });
        }
        let asked = asked_port(view.container)?;
        let is_it = |one: &&core::ContainerPort| match &asked {
            Content::Text(name) => one.name.as_deref() == Some(name),
            Content::Int(number) => i64::from(one.container_port) == *number,
            _ => false,
        };
        let found = declared.iter().find(is_it);
        let (number, name) = (found.map(|one| one.container_port), found.and_then(|one| one.name.clone()));
        Some(Self { asked, number, name })
    }

    fn handler(self, view: &ContainerView<'_>) -> (&'static str, (&'static str, Content)) {
        let get = |scheme: Option<&str>| {
            let mut fields = vec![("path", word("/")), ("port", self.asked.clone())];
            fields.extend(scheme.map(|scheme| ("scheme", word(scheme))));
            ("httpGet", Content::Fields(fields))
        };
        let image = view.container.spec.image.as_deref();
        match asks(self.number, self.name.as_deref(), image) {
            Some(Asks::Http) => {
                ("Add one that fails while the container cannot serve (put your own path).", get(None))
            }
            Some(Asks::Https) => (
                "Add one that fails while the container cannot serve (put your own path).",
                get(Some("HTTPS")),
            ),
            Some(Asks::Tcp) | None => (
                "Add one that fails while the container cannot serve; this one asks only whether the port is open.",
                ("tcpSocket", Content::Fields(vec![("port", self.asked)])),
            ),
        }
    }
}
