//! `init-never-ends`: nothing behind an init container is ever started.

use strum::{IntoStaticStr, VariantNames};

use super::jobs::may_end_others;
use super::probed::running;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::listed;
use crate::finding::{Chart, Related, Severity};
use crate::hook::{Duration, Server, asked_by};
use crate::kubernetes::features::{SIDECARS, Support};
use crate::manifest::place::{Located, related};
use crate::manifest::{Container, ContainerKind};
use crate::programs::{Asks, Kind};
use crate::set::handover::Handover;
use crate::set::services::Reach as SetReach;
use crate::shell::{Longest, Reach, Step, Trace};
use crate::timeline::{HookScript, Story, command_or_args};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "init-never-ends",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "An init container never ends, so no container behind it is ever started.",
    reason: "Init containers run one after another, and each has to end with success before the next one is started. One that waits for ever, or for a server that only a later container of its own Pod brings, keeps the Pod in Init for ever: nothing fails, nothing is restarted, and no event says why.",
    options: None,
    facts: &["D1"],
    docs: &[
        Link {
            title: "Init containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/",
        },
        Link {
            title: "Differences from init containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#differences-from-init-containers",
        },
    ],
    page: page!("init-never-ends"),
    verdicts: Wait::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for init in scripts(subject) {
        let Some(Never { wait, related }) = init.never(subject) else { continue };
        let container = init.container;
        let label = match &wait {
            Wait::Endless => "never ends".to_owned(),
            Wait::EndsByFailing => "ends only by failing".to_owned(),
            Wait::OwnPort { port, .. } => format!("nothing listens on port {port} yet"),
            Wait::OwnService { .. } => "nobody answers before this Pod is ready".to_owned(),
        };
        let severity = match &wait {
            Wait::OwnService { others: true, .. } => Severity::Warning,
            _ => Severity::Error,
        };
        let behind = behind(subject, container);
        let place = init.place.clone();
        let stuck = Stuck { container, wait, behind };
        seen.push(Seen::new(severity, place, stuck).container(container).label(label).related(related));
    }
}

/// What an init container runs.
pub(super) struct InitScript<'s> {
    /// Which.
    pub container: &'s Container,
    /// The words that decide how long it takes.
    pub place: Located,
    /// How long it takes.
    pub duration: Duration,
    /// It leaves something in the background, which may bring what it waits for.
    pub has_background: bool,
    trace: Trace,
}

/// The scripts of the init containers whose manifests say what they run. A container ends with its first process,
/// whatever that has left in the background. Sidecars are none.
pub(super) fn scripts<'s>(subject: &'s Subject<'s>) -> Vec<InitScript<'s>> {
    let Some(workload) = running(subject) else { return Vec::new() };
    let inits = workload.containers.iter().filter(|container| container.kind == ContainerKind::Init);
    let script = |container: &'s Container| {
        let command = command_or_args(subject.set, workload, container)?;
        let script = HookScript::of_container(subject.set, subject.source, workload, container, &command);
        let trace = script.trace(&subject.settings.knowledge);
        if trace.steps.iter().any(may_end_others) {
            return None;
        }
        let has_background = trace.steps.iter().any(|step| step.background);
        let duration = Duration::of_program(&trace);
        let place = match &duration.decisive {
            Some(words) => script.locate(words),
            None => script.whole(),
        };
        Some(InitScript { container, place, duration, has_background, trace })
    };
    inits.filter_map(script).collect()
}

impl InitScript<'_> {
    /// Why it never ends, or not before its own Pod is there.
    pub(super) fn never(&self, subject: &Subject<'_>) -> Option<Never> {
        if self.duration.never_ends() {
            return Some(Never { wait: Wait::Endless, related: None });
        }
        if self.trace.never_succeeds {
            return Some(Never { wait: Wait::EndsByFailing, related: None });
        }
        if self.duration.longest != Longest::Unbounded || self.has_background {
            return None;
        }
        self.own_port(subject).or_else(|| self.own_service(subject))
    }

    /// The servers that it waits for, whatever else is so.
    fn servers(&self) -> impl Iterator<Item = Server> {
        asked_by(self.waits()).into_iter()
    }

    /// Those that it wants an answer of. A name alone is looked up, and that of a Service is there without any Pod; its
    /// address answers no ping, whoever is ready.
    fn answering(&self) -> impl Iterator<Item = Server> {
        let is_mere_name = |step: &&Step| {
            let asks = step.program.and_then(|program| program.asks);
            matches!(asks, Some(Asks::Name | Asks::Host))
        };
        asked_by(self.waits().filter(|step| !is_mere_name(step))).into_iter()
    }

    /// What it waits for, whatever else is so.
    fn waits(&self) -> impl Iterator<Item = &Step> {
        let is_certain = |step: &&Step| step.hangs && step.reach == Reach::Always && step.guards.is_empty();
        self.trace.steps.iter().filter(is_certain)
    }

    /// A wait for an answer behind a Service that leads to no other Pods than those of this workload, and to them only
    /// when they are ready.
    fn own_service(&self, subject: &Subject<'_>) -> Option<Never> {
        let workload = subject.workload?;
        let traffic: Vec<_> = subject.traffic();
        let is_own = |name: &str, reach: &&SetReach<'_>| {
            let object = &reach.service.item.object;
            is_called(name, &object.id.name, object.namespace())
                && reach.service.item.is_evidence_of_traffic()
                && subject.set.is_alone_behind(workload, reach.service)
        };
        self.answering().find_map(|server| {
            let Server::Host { name, .. } = server else { return None };
            let service = traffic.iter().find(|reach| is_own(&name, reach))?.service;
            let object = &service.item.object;
            let leads = format!("leads to the Pods of `{}` alone", workload.object.id.name);
            let others = !matches!(subject.set.handover(workload, &traffic), Handover::None);
            Some(Never {
                related: Some(related(service.source, object, &FieldPath::of("metadata.name"), leads)),
                wait: Wait::OwnService { service: object.id.name.clone(), others },
            })
        })
    }

    /// A wait for a port that a later container of the Pod brings. What stands before it in the Pod, or what the
    /// script itself starts, may listen there as well, and so may anything on the node whose network it shares.
    fn own_port(&self, subject: &Subject<'_>) -> Option<Never> {
        let workload = subject.workload?;
        let is_sidecar = |one: &Container| one.kind == ContainerKind::Sidecar;
        let shares_node = workload.pod_spec().host_network == Some(true)
            || workload.is_open(&workload.pod_spec_path.key("hostNetwork"));
        let is_known = |step: &Step| step.hangs || is_tool(step);
        if shares_node || workload.containers.iter().any(is_sidecar) || !self.trace.steps.iter().all(is_known)
        {
            return None;
        }
        self.servers().find_map(|server| {
            let Server::Host { name, port: Some(port) } = server else { return None };
            let is_here = matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1");
            let number: i32 = port.parse().ok().filter(|_| is_here)?;
            let mains = workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
            let mut ports = mains.flat_map(|one| {
                let numbered = one.ports().iter().enumerate();
                numbered.map(move |(at, port)| (one, at, port.container_port))
            });
            let (one, at, _) = ports.find(|(_, _, declared)| *declared == number)?;
            let server = one.path.key("ports").index(at);
            let comes = format!("port {number} comes with this one");
            Some(Never {
                related: Some(related(subject.source, subject.object, &server, comes)),
                wait: Wait::OwnPort { port: number, by: one.name().to_owned() },
            })
        })
    }
}

/// A Service is called so by its own namespace or by all of the cluster.
fn is_called(name: &str, service: &str, namespace: &str) -> bool {
    match name.strip_prefix(service) {
        Some("") => true,
        Some(rest) => {
            let rest = rest.strip_prefix('.').and_then(|rest| rest.strip_prefix(namespace));
            !namespace.is_empty()
                && rest.is_some_and(|rest| rest.is_empty() || rest == ".svc" || rest.starts_with(".svc."))
        }
        None => false,
    }
}

/// It is one of the tools that leave nothing running.
fn is_tool(step: &Step) -> bool {
    step.is_empty || step.program.is_some_and(|program| matches!(program.kind, Kind::Word | Kind::Tool))
}

/// The containers that are never started, as they are called.
fn behind(subject: &Subject<'_>, container: &Container) -> Vec<String> {
    let Some(workload) = subject.workload else { return Vec::new() };
    let inits = workload.containers.iter().filter(|one| one.path.parent() == container.path.parent());
    let inits = inits.skip_while(|one| one.path != container.path).skip(1);
    let mains = workload.containers.iter().filter(|one| one.kind == ContainerKind::Container);
    inits.chain(mains).map(|one| format!("`{}`", one.name())).collect()
}

/// What it waits for.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Wait {
    /// For nothing.
    Endless,
    /// For nothing, once its work has succeeded.
    EndsByFailing,
    /// For a port of a later container of the Pod.
    OwnPort { port: i32, by: String },
    /// For a Service that leads to this workload alone; others of its Pods may be there already.
    OwnService { service: String, others: bool },
}

/// That an init container never ends.
pub(super) struct Never {
    pub wait: Wait,
    related: Option<Related>,
}

/// An init container that never ends (fact D1).
struct Stuck<'s> {
    container: &'s Container,
    wait: Wait,
    behind: Vec<String>,
}

impl Verdict for Stuck<'_> {
    fn name(&self) -> &'static str {
        (&self.wait).into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = self.container.name();
        let behind = listed(self.behind.iter().cloned());
        let never = match (&behind, self.behind.len()) {
            (Some(behind), 1) => format!("{behind} is never started"),
            (Some(behind), _) => format!("{behind} are never started"),
            (None, _) => "nothing behind it is ever started".to_owned(),
        };
        let stays = "the Pod stays in Init for ever, and nothing fails or says why";
        match &self.wait {
            Wait::Endless => Words::new(
                format!("init container `{name}` never ends, so {never}"),
                format!(
                    "The next container is started when this one has ended with status 0. It never does: {stays}."
                ),
            ),
            Wait::EndsByFailing => Words::new(
                format!("init container `{name}` ends only by failing, so {never}"),
                format!(
                    "The next container is started when this one has ended with status 0. Each way through its command runs on, or ends by \
                     failing: {stays}."
                ),
            ),
            Wait::OwnPort { port, by, .. } => Words::new(
                format!("init container `{name}` waits for port {port} of its own Pod, so {never}"),
                format!(
                    "Port {port} comes with `{by}`, which is started only when all init containers have ended with status 0. \
                     The wait has no bound: {stays}."
                ),
            ),
            Wait::OwnService { service, others } => {
                let unread = subject.unread("another workload behind that Service may stand elsewhere");
                let wait = match others {
                    true => {
                        "It ends only while another of these Pods is ready: the first of them stays in Init for ever, and so does \
                         each of them once all are gone."
                            .to_owned()
                    }
                    false => format!("There is no other Pod behind it, and the wait has no bound: {stays}."),
                };
                Words::new(
                    format!(
                        "init container `{name}` waits for Service `{service}`, which leads to its own Pod"
                    ),
                    format!(
                        "A Service leads to Pods that are ready, and this one is ready only behind its init containers. \
                         {wait}{unread}"
                    ),
                )
            }
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        const WORKS: &str = "Let it end when its work is done. If it is to run beside the others, make it a sidecar: an init \
                             container that is restarted always, and that the next ones do not wait for.";
        const LATER: &str = "Leave the wait out: nothing of the Pod answers before its init containers have ended. What has to \
                             wait for the server belongs in a container beside it.";
        match &self.wait {
            Wait::Endless | Wait::EndsByFailing
                if subject.settings.support_in_all(&SIDECARS) == Support::Works =>
            {
                let always = Content::Text("Always".to_owned());
                let path = self.container.path.key("restartPolicy");
                Mend::guess(WORKS, vec![Operation::set(path, always)])
            }
            Wait::Endless | Wait::EndsByFailing => Mend::prose(
                "Let it end when its work is done. If it is to run beside the others, it is a container of its own.",
            ),
            Wait::OwnPort { .. } | Wait::OwnService { .. } => Mend::prose(LATER),
        }
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        // What is proved of a wait for its own Pod the timeline does not know.
        (self.wait == Wait::Endless).then(|| subject.story(Story::Start))?
    }
}
