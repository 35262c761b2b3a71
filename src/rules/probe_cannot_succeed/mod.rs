//! `probe-cannot-succeed`: a probe that fails each time it is asked.

mod variables;

use strum::{IntoStaticStr, VariantNames};

use super::probed::{Probe, running, whole};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::finding::words::seconds;
use crate::hook::{Duration, Exit, Server, asked_by};
use crate::kubernetes::features::{EXEC_PROBE_TIMEOUT, Support};
use crate::manifest::place::{self, Located, related};
use crate::manifest::{Container, Workload};
use crate::rules::invalid_manifest::asked_port;
use crate::shell::{Flaw, Trace};
use crate::timeline::fault::{self, Asker, Fault, Lacks};
use crate::timeline::{HookScript, Owner};
use crate::yaml::path::FieldPath;
use variables::{Left, Reference};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "probe-cannot-succeed",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A probe fails each time it is asked, whatever state the program is in.",
    reason: "A probe that cannot succeed does not tell a healthy program from a broken one. A readiness probe that always fails keeps the Pod out of traffic for ever, and a rollout never gets past its first Pod. A liveness or a startup probe that always fails has a healthy container stopped and started again, for ever; one that cannot even be asked, for want of its program or its port, watches over nothing.",
    options: None,
    facts: &["B4", "B5", "B14", "E1", "E8", "E9", "E10", "E12", "I10", "P13"],
    docs: &[
        Link {
            title: "Container probes",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes",
        },
        Link {
            title: "Configure liveness, readiness and startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        },
    ],
    page: page!("probe-cannot-succeed"),
    verdicts: Why::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    for container in &workload.containers {
        for probe in Probe::all(workload, container) {
            let owner = Owner { set: subject.set, source: subject.source, workload, container };
            let found = Asked { subject, owner, probe: &probe }.found();
            for Found { why, place, label } in found {
                let severity = why.severity();
                let deadline = match &why {
                    Why::TooSlow { .. } => {
                        let path = probe.path.key("timeoutSeconds");
                        let is_set = subject.object.at(&path).is_some();
                        is_set.then(|| {
                            related(subject.source, subject.object, &path, "cut after these seconds")
                        })
                    }
                    _ => None,
                };
                let verdict = Fails { probe: probe.clone(), container, why };
                seen.push(
                    Seen::new(severity, place, verdict).container(container).label(label).related(deadline),
                );
            }
        }
    }
}

/// A probe and what it stands in.
struct Asked<'s, 'p> {
    subject: &'s Subject<'s>,
    owner: Owner<'s>,
    probe: &'p Probe<'s>,
}

/// Why it fails, where that stands, and a few words beside it.
struct Found {
    why: Why,
    place: Located,
    label: Option<String>,
}

impl Asked<'_, '_> {
    fn found(&self) -> Vec<Found> {
        let spec = self.probe.spec;
        if let Some(get) = &spec.http_get {
            let path = self.probe.path.key("httpGet");
            let fault = fault::http_get(self.owner, get, &path, Asker::Probe).map(Found::of_fault);
            let headers = get.http_headers.iter().flatten().enumerate();
            let headers = headers.map(|(at, header)| {
                (path.key("httpHeaders").index(at).key("value"), Some(header.value.as_str()), false)
            });
            let texts = [
                (path.key("host"), get.host.as_deref(), true),
                (path.key("path"), get.path.as_deref(), false),
            ];
            let texts = texts.into_iter().chain(headers);
            return fault.into_iter().chain(texts.filter_map(|text| self.request(text))).collect();
        }
        if let Some(socket) = &spec.tcp_socket {
            let path = self.probe.path.key("tcpSocket");
            let fault = fault::tcp_socket(self.owner, socket, &path, Asker::Probe).map(Found::of_fault);
            let host = self.request((path.key("host"), socket.host.as_deref(), true));
            return fault.into_iter().chain(host).collect();
        }
        let command = spec.exec.as_ref().and_then(|exec| exec.command.as_deref());
        command.and_then(|command| self.command(command)).into_iter().collect()
    }

    /// A variable in a request: the kubelet expands none (fact P13).
    fn request(&self, (path, text, is_host): (FieldPath, Option<&str>, bool)) -> Option<Found> {
        let Reference { name, at } = variables::references(text?).next()?;
        let why = Why::Literal { name: name.to_owned(), is_host };
        let place = place::words(self.subject.source, self.subject.object, &path, at);
        Some(Found { why, place, label: Some("sent as it stands here".to_owned()) })
    }

    fn command(&self, command: &[String]) -> Option<Found> {
        let base = self.probe.path.dotted("exec.command");
        let Owner { set, source, workload, container } = self.owner;
        let knowledge = &self.subject.settings.knowledge;
        let (expanded, left) = variables::expanded(command, container);
        let script = HookScript::of(set, source, workload, container, &expanded, base.clone());
        let trace = script.trace(knowledge);
        // What was put in moves the words behind it.
        let is_moved = expanded != command;
        if let Some(fault) = fault::exec(self.owner, &expanded, base.clone(), knowledge) {
            let words = if is_moved { script.whole() } else { fault.words.clone() };
            let fault = Fault { words, ..fault };
            return Some(match left.first() {
                // The variable is the cause.
                Some(left) if matches!(fault.flaw, Flaw::Stray | Flaw::Operands) => {
                    self.variable(left, &base, true)
                }
                _ => Found::of_fault(fault),
            });
        }
        if let Some(left) = left.first().filter(|_| !greets(&trace)) {
            let is_sure = matches!(Exit::of(&trace), Exit::Fails(_)) || asks_nobody(&trace);
            return Some(self.variable(left, &base, is_sure));
        }
        let duration = Duration::of(&trace);
        let place = || match &duration.decisive {
            Some(words) if !is_moved => script.locate(words),
            _ => script.whole(),
        };
        if let Some(deadline) = self.deadline(workload).filter(|deadline| duration.shortest > *deadline) {
            let why = Why::TooSlow { takes: duration.shortest, deadline };
            let label = match duration.never_ends() {
                true => "never ends".to_owned(),
                false => format!("takes at least {}", seconds(duration.shortest)),
            };
            return Some(Found { why, place: place(), label: Some(label) });
        }
        let Exit::Fails(status) = Exit::of(&trace) else { return None };
        let label = Some("fails each time".to_owned());
        Some(Found { why: Why::Status { status }, place: script.whole(), label })
    }

    fn variable(&self, left: &Left, base: &FieldPath, is_sure: bool) -> Found {
        let Left { argument, at, name, is_there } = left;
        let (source, object) = (self.subject.source, self.subject.object);
        let place = place::words(source, object, &base.index(*argument), at.clone());
        let label = match is_there {
            true => "nothing is put in here",
            false => "given to the program as it stands here",
        };
        let why = Why::Variable { name: name.clone(), is_there: *is_there, is_sure };
        Found { why, place, label: Some(label.to_owned()) }
    }

    /// When the command is cut, in seconds (facts E1, E10); `None` where it is not, or where that is to be filled in.
    fn deadline(&self, workload: &Workload) -> Option<f64> {
        let is_cut = self.subject.settings.support(&EXEC_PROBE_TIMEOUT) == Support::Works;
        let is_open = workload.is_open(&self.probe.path.key("timeoutSeconds"));
        let timeout = self.probe.spec.timeout_seconds.filter(|timeout| *timeout > 0).unwrap_or(1);
        (is_cut && !is_open).then(|| f64::from(timeout))
    }
}

impl Found {
    fn of_fault(fault: Fault) -> Self {
        let place = fault.words.clone();
        Self { why: Why::Fault(fault.into()), place, label: Some("fails each time".to_owned()) }
    }
}

/// It only asks whether a server is there, and any name and password will do.
fn greets(trace: &Trace) -> bool {
    trace.steps.iter().any(|step| {
        let greets = step.program.and_then(|program| program.greets);
        greets.is_some_and(|words| {
            let mut given = step.args.iter().filter_map(|arg| arg.known());
            words.is_empty() || given.any(|arg| words.contains(&arg))
        })
    })
}

/// It asks a server by a name that none can have.
fn asks_nobody(trace: &Trace) -> bool {
    asked_by(&trace.steps).iter().any(|server| match server {
        Server::Host { name, .. } => name.contains("$("),
        Server::Api | Server::Unknown => false,
    })
}

/// Why a probe fails.
#[derive(Debug, Clone, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Why {
    /// What it asks, or runs, cannot be asked or run.
    Fault(Box<Fault>),
    /// A variable in a request is not expanded.
    Literal { name: String, is_host: bool },
    /// A variable in a command has no plain value.
    Variable { name: String, is_there: bool, is_sure: bool },
    /// The command takes longer than it is given, in seconds.
    TooSlow { takes: f64, deadline: f64 },
    /// The command ends with another status than 0 at each run.
    Status { status: Option<u8> },
}

impl Why {
    fn severity(&self) -> Severity {
        match self {
            Self::Literal { is_host: false, .. } | Self::Variable { is_sure: false, .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// A probe that fails each time, or may.
struct Fails<'s> {
    probe: Probe<'s>,
    container: &'s Container,
    why: Why,
}

impl Verdict for Fails<'_> {
    fn name(&self) -> &'static str {
        (&self.why).into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let called = format!("the {} probe of `{}`", self.probe.kind.as_str(), self.container.name());
        let follows = self.probe.failing();
        match &self.why {
            Why::Fault(fault) => {
                let unread = match fault.lacks {
                    Lacks::Nothing => String::new(),
                    Lacks::Port => subject.unread("a patch elsewhere may declare the port"),
                    Lacks::Script => subject.unread("the script may stand in another one"),
                };
                let story = match fault.flaw.is_before_the_start() {
                    true => format!("Nothing is asked, so {}.", self.probe.not_asked()),
                    false => format!("It fails each time it is asked, so {follows}."),
                };
                Words::new(format!("{called} cannot succeed: {}", fault.reason), format!("{story}{unread}"))
            }
            Why::Literal { name, is_host: true } => Words::new(
                format!("{called} asks a host called `$({name})`, which there is not"),
                format!(
                    "The kubelet fills in no variables in a request: it looks for that very name, so {follows}."
                ),
            ),
            Why::Literal { name, is_host: false } => Words::new(
                format!("{called} sends `$({name})` as it stands"),
                format!(
                    "The kubelet fills in no variables in a request, and the server is asked with that very text. If it does \
                     not take that, {follows}."
                ),
            ),
            Why::Variable { name, is_there, is_sure } => {
                let (message, story) = match is_there {
                    true => (
                        format!("{called} finds nothing in place of `$({name})`"),
                        format!(
                            "In the command of a probe the kubelet knows only variables that `env` gives a plain `value`; `{name}` \
                             is taken from elsewhere, and is replaced by nothing."
                        ),
                    ),
                    false => (
                        format!("{called} gives its program `$({name})` as it stands"),
                        format!(
                            "In the command of a probe the kubelet knows only variables that `env` gives a plain `value`, which \
                             `{name}` is not, and no shell runs it."
                        ),
                    ),
                };
                let consequence = match is_sure {
                    true => format!("It fails each time it is asked, so {follows}."),
                    false => format!("If the program cannot do without it, {follows}."),
                };
                Words::new(message, format!("{story} {consequence}"))
            }
            Why::TooSlow { takes, deadline } => {
                let takes = match takes.is_finite() {
                    true => format!("takes at least {}", seconds(*takes)),
                    false => "never ends".to_owned(),
                };
                Words::new(
                    format!("{called} {takes}, and is cut after {}", seconds(*deadline)),
                    format!(
                        "What is cut has failed (timeoutSeconds is 1 where it is not set), so {follows}."
                    ),
                )
            }
            Why::Status { status } => {
                let status =
                    status.map_or_else(|| "a status other than 0".to_owned(), |one| format!("status {one}"));
                Words::new(
                    format!("{called} ends with {status} each time"),
                    format!("Only status 0 is a success, so {follows}."),
                )
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        match &self.why {
            Why::Fault(fault) if fault.flaw == Flaw::Port => self.port(),
            Why::Fault(_) => Mend::prose(
                "Mend the command so that it succeeds while the program is well: run it in the container once, as the probe \
                 does, without a shell around it.",
            ),
            Why::Literal { is_host: true, .. } => {
                let handler = if self.probe.spec.http_get.is_some() { "httpGet" } else { "tcpSocket" };
                Mend::guess(
                    "Leave out `host`: the Pod's own address is asked.",
                    vec![Operation::Remove { path: self.probe.path.dotted(handler).key("host") }],
                )
            }
            Why::Literal { is_host: false, .. } => Mend::prose(
                "Write the value itself, or ask by a command: a shell in the container knows the variable.",
            ),
            Why::Variable { name, .. } => Mend::prose(format!(
                "Let a shell in the container read the variable, as in `[sh, -c, 'check \"${name}\"']`."
            )),
            Why::TooSlow { takes, .. } if takes.is_finite() => Mend::guess(
                "Give it more time than it needs, or let it ask instead of wait.",
                vec![Operation::set(self.probe.path.key("timeoutSeconds"), whole(takes + 1.0))],
            ),
            Why::TooSlow { .. } => {
                Mend::prose("Let the command look once, and end: the kubelet asks again by itself.")
            }
            Why::Status { .. } => {
                Mend::prose("Let the command end with status 0 while the program is well, and only then.")
            }
        }
    }
}

impl Fails<'_> {
    /// The port that the container declares: with several a guess would be none.
    fn port(&self) -> Mend {
        const NAME: &str = "Ask a port that the container declares, or by its number.";
        let handler = if self.probe.spec.http_get.is_some() { "httpGet" } else { "tcpSocket" };
        let path = self.probe.path.dotted(handler).key("port");
        match (asked_port(self.container), self.container.ports().len()) {
            (Some((_, asked)), 1) => Mend::guess(NAME, vec![Operation::set(path, asked)]),
            _ => Mend::prose(NAME),
        }
    }
}
