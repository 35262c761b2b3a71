//! `poststart-deadlock`: a hook that waits for what comes only once it has returned.

use strum::{IntoStaticStr, VariantNames};

use super::hooks::{Exec, Listener};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::{Related, Severity};
use crate::hook::{Server, asked};
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::programs::{Asks, Program};
use crate::set::Placed;
use crate::set::handover::Handover;
use crate::set::replicas::Replicas;
use crate::set::services::{Service, TargetPort};
use crate::shell::{Address, Arg, Redirect, Step};
use crate::timeline::HookKind;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "poststart-deadlock",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart hook waits for something that starts only after the hook.",
    reason: "A postStart hook has no time limit, and the Pod stands still until it returns: the containers behind it are not started, and the Pod is neither Running nor Ready, so no Service sends anything to it. A hook that waits for one of these waits for itself. Nothing ends that: no probe runs, and even a delete has to wait.",
    options: None,
    facts: &["B6", "B24", "B25", "B26", "D2", "G2"],
    docs: &[
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
        Link {
            title: "DNS for Services and Pods",
            url: "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#services",
        },
    ],
    page: page!("poststart-deadlock"),
    verdicts: Kind::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for view in &subject.containers {
        let Some(found) = Deadlock::of(subject, view.container) else { continue };
        let severity = found.severity();
        let related = found.related(subject);
        let place = found.exec.script.locate(&found.step.words(found.step.span));
        let label = "waits for itself".to_owned();
        seen.push(
            Seen::new(severity, place, found).container(view.container).label(label).related([related]),
        );
    }
}

/// The postStart of a container waits for itself: that it waits, and for how long, is no matter then.
pub(super) fn speaks_of(subject: &Subject<'_>, container: &Container) -> bool {
    Deadlock::of(subject, container).is_some()
}

/// What a hook waits for.
#[derive(Debug, Clone, Copy)]
enum Awaited<'s> {
    /// A port of this container, which is started later.
    Later(&'s Container),
    /// A Service at which only Pods of the hook's own workload answer.
    Service(&'s Placed<Service>),
    /// The name of such a Service, which leads to Pods that are ready (fact G2).
    Name(&'s Placed<Service>),
}

/// The same, without what it is.
#[derive(Debug, Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Kind {
    /// A port of a later container.
    LaterContainer,
    /// A Service of its own.
    OwnService,
    /// The name of a headless Service of its own.
    OwnName,
}

/// A hook that waits for what comes only once it has returned.
struct Deadlock<'s> {
    workload: &'s Workload,
    container: &'s Container,
    exec: Exec<'s>,
    step: Step,
    server: Server,
    awaited: Awaited<'s>,
    /// One Pod at a time runs, so that none is there to answer another.
    is_alone: bool,
}

impl<'s> Deadlock<'s> {
    fn of(subject: &'s Subject<'s>, container: &'s Container) -> Option<Self> {
        let workload = subject.workload.filter(|workload| {
            let is_served = matches!(workload.kind.nature, Nature::LongRunning | Nature::BarePod);
            is_served && !workload.is_fragment && subject.set.replicas(workload) != Replicas::Fixed(0)
        })?;
        let exec = Exec::of(subject, container, HookKind::PostStart)?;
        // One that fails, or gives up, is started again, and lets the others start.
        if exec.fails() {
            return None;
        }
        let asks = exec.trace.steps.iter().filter(|step| !step.background).find_map(|step| {
            let servers = asked(step.program, &step.args, &step.redirects).into_iter();
            let mut awaited = servers.filter_map(|server| {
                let awaited = Awaited::of(subject, workload, container, step.program, &server)?;
                Some((server, awaited))
            });
            let (server, awaited) = awaited.find(|(server, _)| {
                let is_asked = |program: Option<&Program>, words: &[Arg], redirects: &[Redirect]| {
                    asked(program, words, redirects).contains(server)
                };
                let alone = exec.script.trace_unanswered(&subject.settings.knowledge, &is_asked);
                alone.time.shortest.is_infinite()
            })?;
            Some((step.clone(), server, awaited))
        });
        let (step, server, awaited) = asks?;
        let is_alone = workload.kind.nature == Nature::BarePod
            || matches!(subject.set.handover(workload, &subject.traffic()), Handover::None);
        Some(Self { workload, container, exec, step, server, awaited, is_alone })
    }

    fn kind(&self) -> Kind {
        match self.awaited {
            Awaited::Later(_) => Kind::LaterContainer,
            Awaited::Service(_) => Kind::OwnService,
            Awaited::Name(_) => Kind::OwnName,
        }
    }

    fn severity(&self) -> Severity {
        match self.awaited {
            Awaited::Later(_) => Severity::Error,
            Awaited::Service(_) | Awaited::Name(_) if self.is_alone => Severity::Error,
            Awaited::Service(_) | Awaited::Name(_) => Severity::Warning,
        }
    }

    fn related(&self, subject: &Subject<'_>) -> Related {
        match self.awaited {
            Awaited::Later(later) => {
                let message = format!("`{}` is started once the hook has returned", later.name());
                related(subject.source, subject.object, &later.path.key("name"), message)
            }
            Awaited::Service(service) | Awaited::Name(service) => {
                let (kind, name) = (&self.workload.object.id.kind, &self.workload.object.id.name);
                let message = format!("selects the Pods of {kind} `{name}`, and no others");
                related(service.source, &service.item.object, &FieldPath::of("spec.selector"), message)
            }
        }
    }
}

impl<'s> Awaited<'s> {
    /// What a call asks, where that can answer only once the hook has returned.
    fn of(
        subject: &'s Subject<'s>,
        workload: &'s Workload,
        container: &Container,
        program: Option<&Program>,
        server: &Server,
    ) -> Option<Self> {
        let asks = program.and_then(|program| program.asks);
        let is_name = asks == Some(Asks::Name);
        if server.is_here() {
            return match Listener::of(workload, container, server.port()) {
                Listener::Later(later) if !is_name => Some(Self::Later(later)),
                _ => None,
            };
        }
        let Server::Host { name, .. } = server else { return None };
        let service = subject.set.own_service(workload, name)?;
        if service.item.publishes_not_ready && has_told_its_address(workload) {
            return None;
        }
        // Without a program that asks it is a redirection that connects.
        match asks.unwrap_or(Asks::HostAndPort) {
            Asks::Name => service.item.is_headless().then_some(Self::Name(service)),
            // An address of a Service answers no ping, whoever is ready.
            Asks::Host | Asks::ApiServer => None,
            Asks::Urls | Asks::HostAndPort | Asks::Options { .. } => {
                let takes = |port| service.item.takes(port);
                let is_asked = match server.port() {
                    Some(port) => takes(port),
                    None => program.is_none_or(|program| program.http.is_none()) || takes(80) || takes(443),
                };
                is_asked.then_some(Self::Service(service))
            }
        }
    }
}

/// The Pod's address is known in the cluster while its first postStart runs, so that a Service which leads to Pods
/// that are not ready can lead to it. The kubelet tells it at the end of a round of work in which it gave the Pod its
/// network: that ends with the first init container, and else with the hook (`SyncPod` in `pkg/kubelet/kubelet.go`;
/// measured: `testdata/_kubelet/rules/poststart-deadlock/own-service-of-all*`). On the node's network it is the node's.
fn has_told_its_address(workload: &Workload) -> bool {
    let is_first = |one: &Container| matches!(one.kind, ContainerKind::Init | ContainerKind::Sidecar);
    workload.pod_spec().host_network == Some(true) || workload.containers.iter().any(is_first)
}

/// Facts B24 to B26.
const STANDS_STILL: &str = "Nothing ends the wait: no probe runs before the hook has returned, and even a delete of the Pod waits for it.";

impl Verdict for Deadlock<'_> {
    fn name(&self) -> &'static str {
        self.kind().into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = self.container.name();
        let (kind, own) = (&self.workload.object.id.kind, &self.workload.object.id.name);
        let (service, what) = match self.awaited {
            Awaited::Later(later) => {
                let later = later.name();
                return Words::new(
                    format!(
                        "the postStart hook of `{name}` waits for {}, but `{later}`, which listens there, starts only after \
                         the hook",
                        self.server.words()
                    ),
                    format!(
                        "Containers are started one after the other, each once the postStart of the one before has returned: \
                         `{name}` waits for `{later}`, and `{later}` for `{name}`. {STANDS_STILL}"
                    ),
                );
            }
            Awaited::Service(service) => (service, "an answer of"),
            Awaited::Name(service) => (service, "the name of"),
        };
        let publishes = service.item.publishes_not_ready;
        let service = &service.item.object.id.name;
        let leads = match (self.awaited, publishes) {
            (_, true) => {
                format!("Service `{service}` leads to Pods that are not Ready too, once they have an address")
            }
            (Awaited::Name(_), false) => {
                format!("Service `{service}` is headless, so its name leads to Pods that are Ready")
            }
            _ => format!("Service `{service}` leads to Pods that are Ready"),
        };
        let until = match publishes {
            true => {
                "the kubelet tells that of a Pod without init containers only when its postStart hooks have returned"
            }
            false => "a Pod is not even Running until its postStart hooks have returned",
        };
        let none = match publishes {
            true => "no Pod has one, so none ever gets one",
            false => "no Pod is, so none ever becomes so",
        };
        let others = match self.is_alone {
            true => format!("No other Pod of {kind} `{own}` is there at that time. {STANDS_STILL}"),
            false => {
                format!(
                    "At the first start of {kind} `{own}` {none}; later each new Pod depends on an old one."
                )
            }
        };
        Words::new(
            format!(
                "the postStart hook of `{name}` waits for {what} Service `{service}`, behind which are only its own Pods{}",
                subject.here()
            ),
            format!("{leads}, and {until}. {others}"),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        match self.awaited {
            Awaited::Later(later) => Mend::prose(format!(
                "Let `{later}` start first: put it in front of `{name}`, or make it a sidecar (an init container with \
                 `restartPolicy: Always`); or have the program of `{name}` wait, which holds up nobody else.",
                later = later.name(),
                name = self.container.name()
            )),
            Awaited::Service(service) => match self.asks_itself(&service.item) {
                Some(splice) => Mend::guess(
                    "Ask the container itself, which needs no Service; a wait without an end still holds up the Pod.",
                    vec![splice],
                ),
                None => Mend::prose(self.elsewhere()),
            },
            Awaited::Name(_) => Mend::prose(self.elsewhere()),
        }
    }
}

impl Deadlock<'_> {
    fn elsewhere(&self) -> String {
        format!(
            "Ask `localhost` where the hook needs `{}` itself; where it needs other Pods, have the program wait for them once \
             it runs.",
            self.container.name()
        )
    }

    /// The words with the container itself in place of the Service, where they stand in the manifest as they are.
    fn asks_itself(&self, service: &Service) -> Option<Operation> {
        let Server::Host { name, .. } = &self.server else { return None };
        let port = self.target(service)?;
        let words = self.step.args.get(1..)?;
        match self.step.program?.asks? {
            Asks::Urls => words.iter().find_map(|word| self.address(word, name, port)),
            Asks::HostAndPort => {
                let at = words.iter().position(|word| word.known() == Some(name))?;
                self.host_and_port(words.get(at)?, words.get(at + 1)?, port)
            }
            _ => None,
        }
    }

    /// Other words in place of a host and the port behind it.
    fn host_and_port(&self, host: &Arg, port: &Arg, asked: i32) -> Option<Operation> {
        let ((index, its_host), (its_index, its_port)) =
            (self.exec.item(&host.words)?, self.exec.item(&port.words)?);
        let is_written = host.known() == Some(its_host) && port.known() == Some(its_port);
        let between = self.exec.command.get(index)?.get(host.words.end..port.words.start)?;
        (index == its_index && is_written).then(|| Operation::Splice {
            path: self.exec.path.index(index),
            at: host.words.start..port.words.end,
            text: format!("localhost{between}{asked}"),
        })
    }

    /// Another word in place of one.
    fn word(&self, word: &Arg, text: &str) -> Option<Operation> {
        let (index, written) = self.exec.item(&word.words)?;
        (word.known() == Some(written)).then(|| Operation::Splice {
            path: self.exec.path.index(index),
            at: word.words.range(),
            text: text.to_owned(),
        })
    }

    /// Another host and port in an address.
    fn address(&self, word: &Arg, host: &str, port: i32) -> Option<Operation> {
        let text = word.known()?;
        let address = Address::of(text);
        // The container itself may have another certificate.
        if address.host != host || text.starts_with("https:") {
            return None;
        }
        let at = text.find("://").map_or(0, |scheme| scheme + 3);
        let end = text.len() - address.rest.len();
        // Behind a user and a password the host stands further on.
        let from = text.get(at..end)?.rfind('@').map_or(at, |user| at + user + 1);
        let (front, rest) = (text.get(..from)?, text.get(end..)?);
        self.word(word, &format!("{front}localhost:{port}{rest}"))
    }

    /// The port of the container that the asked port of the Service leads to.
    fn target(&self, service: &Service) -> Option<i32> {
        let asked = self.server.port().unwrap_or(80);
        if service.is_headless() {
            return Some(asked);
        }
        match service.target_of(asked)? {
            TargetPort::Number(number) => i32::try_from(*number).ok(),
            TargetPort::Name(name) => {
                let ports = self.workload.containers.iter().flat_map(|one| one.ports());
                let mut named = ports.filter(|port| port.name.as_deref() == Some(name));
                named.next().map(|port| port.container_port)
            }
        }
    }
}
