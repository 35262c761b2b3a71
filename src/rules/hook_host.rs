//! `hook-host`: the request of a hook goes to the node, and not to the Pod.

use k8s_openapi::api::core::v1 as core;
use strum::{IntoStaticStr, VariantNames};

use super::hooks::{self, is_loopback};
use super::subject::{ContainerView, Subject, services};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::timeline::{Given, Hook, HookKind, Owner};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "hook-host",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "An httpGet hook asks `localhost`, which is the node and not the Pod.",
    reason: "The kubelet makes the request of an httpGet hook, and it runs on the node, in the node's own network. host says whom it asks; without it that is the Pod. localhost and 127.0.0.1 are the node there: the program in the container never hears of the request, and the hook fails, or something else answers it, which counts as a success whatever it says.",
    options: None,
    facts: &["B8", "B9", "B15", "B23", "B28"],
    docs: &[
        Link {
            title: "Hook handler implementations",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations",
        },
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
    ],
    page: page!("hook-host"),
    verdicts: Asks::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        for kind in [HookKind::PostStart, HookKind::PreStop] {
            let Some((get, path)) = asks_node(subject, workload, view, kind) else { continue };
            let place = subject.place(&path.dotted("httpGet.host"));
            let verdict = Request { view, get, path, asks: Asks::by(kind), kind };
            let label = "the node, for the kubelet".to_owned();
            seen.push(Seen::new(RULE.severity(), place, verdict).container(view.container).label(label));
        }
    }
}

/// The httpGet handler of a hook that asks the node though the Pod was meant, and the path of the hook.
fn asks_node<'s>(
    subject: &'s Subject<'_>,
    workload: &'s Workload,
    view: &'s ContainerView<'_>,
    kind: HookKind,
) -> Option<(&'s core::HTTPGetAction, FieldPath)> {
    let container = view.container;
    let (hook, path) = hooks::handler(container, kind)?;
    let get = hook.http_get.as_ref().filter(|get| is_loopback(get.host.as_deref()))?;
    if workload.kind.nature == Nature::Managed || hooks::may_have_host_network(subject, workload) {
        return None;
    }
    // One that cannot be asked at all is reported as that.
    let owner = Owner { set: subject.set, source: subject.source, workload, container };
    let hook = Hook::of(owner, kind, &subject.settings.conditions(Given::NOTHING));
    if hook.is_none_or(|hook| hook.duration.failure.is_some()) {
        return None;
    }
    // What the node hears on such a port it hands to the Pod.
    let asked = hooks::port(container, get);
    let is_on_node =
        workload.containers.iter().flat_map(|one| one.ports()).any(|port| port.host_port == asked);
    (asked.is_some() && !is_on_node).then_some((get, path))
}

/// The request of a preStop asks the node, so that nobody knows how long its answer takes.
pub(super) fn speaks_of_pre_stop(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let asks = |workload| asks_node(subject, workload, view, HookKind::PreStop).is_some();
    subject.workload.is_some_and(asks)
}

/// The request of a postStart asks the node.
pub(super) fn speaks_of_post_start(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let asks = |workload| asks_node(subject, workload, view, HookKind::PostStart).is_some();
    subject.workload.is_some_and(asks)
}

/// Which hook it is.
#[derive(Debug, Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Asks {
    /// The container is killed when it fails (fact B23).
    AtStart,
    /// The stop signal comes at once when it fails (fact B28).
    AtStop,
}

impl Asks {
    fn by(kind: HookKind) -> Self {
        match kind {
            HookKind::PostStart => Self::AtStart,
            HookKind::PreStop => Self::AtStop,
        }
    }
}

/// A request to the node.
struct Request<'s> {
    view: &'s ContainerView<'s>,
    get: &'s core::HTTPGetAction,
    path: FieldPath,
    asks: Asks,
    kind: HookKind,
}

impl Verdict for Request<'_> {
    fn name(&self) -> &'static str {
        self.asks.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, host) = (self.view.container.name(), self.get.host.as_deref().unwrap_or_default());
        let port = hooks::port(self.view.container, self.get).unwrap_or_default();
        let fails = match self.asks {
            Asks::AtStart => {
                "the hook fails, and the container is killed and started again, over and over".to_owned()
            }
            Asks::AtStop => {
                let served =
                    services(self.view.reaches.iter()).filter(|_| self.view.serving == Serving::Certain);
                let traffic = served.map_or_else(String::new, |services| {
                    format!(", while {services} can still send requests")
                });
                format!("the hook fails (FailedPreStopHook), and the stop signal comes at once{traffic}")
            }
        };
        Words::new(
            format!(
                "the {} hook of `{name}` asks the node and not the Pod: its host is {host}",
                hooks::name(self.kind)
            ),
            format!(
                "The kubelet sends the request, and {host} is the node that it runs on. `{name}` does not listen \
                 there: where nothing does on port {port}, {fails}. Where something else does, its answer counts as a \
                 success, whatever it is.{}",
                subject.unread("a patch elsewhere may put the Pod into the network of its node")
            ),
        )
    }

    /// Whether the program listens on the address of the Pod, and not on its loopback alone, is not known.
    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::guess(
            "Leave `host` out: the kubelet then asks the Pod, where the program has to listen on more than its loopback \
             address.",
            vec![Operation::Remove { path: self.path.dotted("httpGet.host") }],
        )
    }
}
