//! What several rules ask about hooks: the script of one, whom it asks, and who listens there.

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::subject::Subject;
use crate::hook::Exit;
use crate::kubernetes::protocols;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::shell::{TextRef, Trace, Words};
use crate::timeline::{HookKind, HookScript};
use crate::yaml::path::FieldPath;

/// An exec hook that can be read.
pub(super) struct Exec<'s> {
    /// Its script.
    pub(super) script: HookScript<'s>,
    /// What that does.
    pub(super) trace: Trace,
    /// The items of its `command`.
    pub(super) command: &'s [String],
    /// Path of its `command`.
    pub(super) path: FieldPath,
}

/// The handler of a hook, and its path.
pub(super) fn handler(container: &Container, kind: HookKind) -> Option<(&core::LifecycleHandler, FieldPath)> {
    let (hook, path) = match kind {
        HookKind::PostStart => (container.post_start(), container.post_start_path()),
        HookKind::PreStop => (container.pre_stop(), container.pre_stop_path()),
    };
    hook.filter(|_| container.kind.is_long_running()).map(|hook| (hook, path))
}

/// What a hook is called.
pub(super) fn name(kind: HookKind) -> &'static str {
    match kind {
        HookKind::PostStart => "postStart",
        HookKind::PreStop => "preStop",
    }
}

impl<'s> Exec<'s> {
    /// The exec hook of a container; `None` where it has none, and on Windows, whose shells are not read.
    pub(super) fn of(subject: &'s Subject<'s>, container: &'s Container, kind: HookKind) -> Option<Self> {
        let workload = subject.workload.filter(|workload| !workload.is_windows())?;
        let (hook, path) = handler(container, kind)?;
        let command = hook.exec.as_ref()?.command.as_deref().filter(|command| !command.is_empty())?;
        let path = path.dotted("exec.command");
        let script = HookScript::of(subject.set, subject.source, workload, container, command, path.clone());
        let trace = script.trace(&subject.settings.knowledge);
        Some(Self { script, trace, command, path })
    }

    /// It fails at each run, which others report.
    pub(super) fn fails(&self) -> bool {
        self.trace.failure.is_some() || matches!(Exit::of(&self.trace), Exit::Fails(_))
    }

    /// The item of the `command` that the words stand in, as they are written there.
    pub(super) fn item(&self, words: &Words) -> Option<(usize, &'s str)> {
        let TextRef::Argument(index) = words.text else { return None };
        Some((index, self.command.get(index)?.get(words.range())?))
    }
}

/// Whose port is asked from a hook, by the container's own address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Listener<'w> {
    /// The hook's own container.
    Own,
    /// Only one that is started once the hook has returned.
    Later(&'w Container),
    /// One that was started before, or nobody knows.
    Other,
}

impl<'w> Listener<'w> {
    /// Who listens on a port of the Pod, as far as the containers declare theirs; of a Pod of one container it
    /// is that one, whatever it declares. Without a number it is the port that a program asks by itself.
    pub(super) fn of(workload: &'w Workload, container: &Container, port: Option<i32>) -> Self {
        let declares = |one: &Container| {
            one.ports().iter().any(|declared| {
                Some(declared.container_port) == port
                    && matches!(declared.protocol.as_deref(), None | Some("TCP"))
            })
        };
        if declares(container) {
            return Self::Own;
        }
        let others = || {
            workload.containers.iter().filter(|one| one.kind.is_long_running() && one.path != container.path)
        };
        let mut declaring = others().filter(|one| declares(one)).peekable();
        if let Some(first) = declaring.peek().copied() {
            return match declaring.all(|one| is_later(one, container)) {
                true => Self::Later(first),
                false => Self::Other,
            };
        }
        let is_shared =
            workload.pod_spec().host_network == Some(true) || port.is_some_and(protocols::is_injected);
        match others().next() {
            None if !is_shared && !workload.is_fragment => Self::Own,
            _ => Self::Other,
        }
    }
}

/// A container is started once the hooks of another have returned (fact B24): sidecars come first, each list in
/// the order written.
fn is_later(one: &Container, other: &Container) -> bool {
    let rank = |container: &Container| (container.kind == ContainerKind::Container, container.path.clone());
    rank(one) > rank(other)
}

/// The number of the port that an httpGet hook asks; `None` where its name leads nowhere, or is to be filled in.
pub(super) fn port(container: &Container, get: &core::HTTPGetAction) -> Option<i32> {
    let number = match &get.port {
        IntOrString::Int(number) => Some(*number),
        IntOrString::String(name) => {
            let named = |port: &&core::ContainerPort| port.name.as_ref() == Some(name);
            container.ports().iter().find(named).map(|port| port.container_port)
        }
    };
    number.filter(|number| (1..=65535).contains(number))
}

/// The Pod has the network of its node, or may have it: what stands for that is to be filled in.
pub(super) fn may_have_host_network(subject: &Subject<'_>, workload: &Workload) -> bool {
    let written = subject.object.at(&workload.pod_spec_path.key("hostNetwork"));
    match written {
        Some(node) => node.as_bool() != Some(false),
        // Of a patch the rest may say it.
        None => workload.is_fragment,
    }
}

/// A request of the kubelet to this host asks the node that it runs on (fact B8).
pub(super) fn is_loopback(host: Option<&str>) -> bool {
    host.is_some_and(|host| {
        let host = host.to_ascii_lowercase();
        matches!(host.as_str(), "localhost" | "::1" | "[::1]") || host.starts_with("127.")
    })
}
