//! `abrupt-stop`: the stop begins with a kill.

use strum::{IntoStaticStr, VariantNames};

use super::missing_prestop_sleep::early_traffic;
use super::subject::{ContainerView, Subject, reached_by};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Severity};
use crate::hook::Abrupt;
use crate::hook::abrupt::By;
use crate::kubernetes::features::{STOP_SIGNALS, Support};
use crate::kubernetes::images::{self, Server};
use crate::manifest::place::Located;
use crate::manifest::{Container, Workload};
use crate::set::Serving;
use crate::shell::TextRef;
use crate::shell::invocation::{self, Invocation};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "abrupt-stop",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "The stop of a container begins with a kill, or with an order to drop what is under way.",
    reason: "The grace period is there so that a program can finish: answer the requests it has taken, write what it holds in memory, hand over what it leads. A hook that begins with SIGKILL, with nginx -s stop or with shutdown nosave takes that time away, however long the grace period is. What is under way is cut off at every rollout, scale-down and node drain, as if the container had crashed.",
    options: None,
    facts: &["A4", "A5", "B34", "C1", "C3", "C5", "I6", "I7", "I8"],
    docs: &[
        Link {
            title: "Pod termination flow",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
        },
        Link {
            title: "Stop signals",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-stop-signals",
        },
    ],
    page: page!("abrupt-stop"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    if subject.workload.is_none() {
        return;
    }
    for view in &subject.containers {
        if let Some((abrupt, words)) = of_hook(view) {
            let how = How::of(abrupt);
            let label = how.label(abrupt.after);
            seen.push(cut(subject, view, how, words.clone(), Some(abrupt)).label(label));
        }
        if let Some((signal, how)) = of_signal(subject, view.container) {
            let place = subject.place(&signal);
            seen.push(cut(subject, view, how, place, None));
        }
    }
}

/// The hook of a container begins its stop abruptly. That of a sidecar should not stop it at all, which another
/// rule says.
pub(super) fn of_hook<'v>(view: &'v ContainerView<'_>) -> Option<(&'v Abrupt, &'v Located)> {
    let waits = view.stop.as_ref().is_some_and(|stop| stop.turn.is_some());
    let hook = view.pre_stop.as_ref().filter(|hook| !waits && !hook.is_dropped)?;
    hook.abrupt.as_ref().map(|(abrupt, words)| (abrupt, words))
}

/// `lifecycle.stopSignal`, where the version that is judged goes by it (facts C1 and C2).
fn of_signal(subject: &Subject<'_>, container: &Container) -> Option<(FieldPath, How)> {
    let lifecycle = container.spec.lifecycle.as_ref()?;
    let signal = lifecycle.stop_signal.as_deref()?.strip_prefix("SIG")?;
    let is_windows = subject.workload.is_some_and(Workload::is_windows);
    if is_windows || subject.settings.support(&STOP_SIGNALS) != Support::Works {
        return None;
    }
    let path = container.path.dotted("lifecycle.stopSignal");
    if signal == "KILL" {
        return Some((path, How::StopSignal));
    }
    let image = container.spec.image.as_deref().filter(|_| container.spec.command.is_none())?;
    let (server, signal) = images::ended_by(image, signal, &subject.settings.knowledge.images)?;
    Some((path, How::FastStopSignal { server, signal }))
}

fn cut<'s>(
    subject: &'s Subject<'s>,
    view: &'s ContainerView<'s>,
    how: How,
    place: Located,
    abrupt: Option<&'s Abrupt>,
) -> Seen<'s> {
    let related = if early_traffic(subject, view).is_some() { reached_by(&view.reaches) } else { Vec::new() };
    let cut = Cut { view, abrupt, how };
    Seen::new(Severity::Warning, place, cut).container(view.container).related(related)
}

/// A container whose stop begins abruptly.
struct Cut<'s> {
    view: &'s ContainerView<'s>,
    /// The words of its hook; `None` where the stop signal itself is the fault.
    abrupt: Option<&'s Abrupt>,
    how: How,
}

/// How it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The server's own program is told to drop everything.
    Program { loses: &'static str },
    /// The hook sends SIGKILL.
    Kill,
    /// The hook sends SIGKILL to the first process, which the kernel ignores.
    InVain,
    /// The hook sends a signal that this server takes for such an order.
    FastSignal { server: Server, signal: &'static str },
    /// The stop signal is SIGKILL.
    StopSignal,
    /// The stop signal is one that this server takes for such an order.
    FastStopSignal { server: Server, signal: &'static str },
}

impl How {
    fn of(abrupt: &Abrupt) -> Self {
        match abrupt.by {
            By::Program(cuts) => Self::Program { loses: cuts.loses },
            By::Kill => Self::Kill,
            By::InVain => Self::InVain,
            By::Signal(server, signal) => Self::FastSignal { server, signal },
        }
    }

    /// What the marked words do, in a picture.
    fn label(self, after: f64) -> Option<String> {
        Some(match self {
            Self::InVain => "does nothing".to_owned(),
            _ => format!("ends it at {}", seconds(after)),
        })
    }
}

impl Verdict for Cut<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = self.view.container.name();
        let (written, after) =
            self.abrupt.map_or(("", 0.0), |abrupt| (abrupt.written.as_str(), abrupt.after));
        let left = self.left(subject, after);
        let (message, why) = match self.how {
            How::Program { loses } => (
                format!("the preStop hook of `{name}` stops the server without letting it finish: `{written}`"),
                format!("At {} the server drops what it is doing: {loses}{left}.", seconds(after)),
            ),
            How::Kill => (
                format!("the preStop hook of `{name}` begins the stop with SIGKILL: `{written}`"),
                format!(
                    "No program hears of SIGKILL, so nothing that is under way at {} is finished{left}. Where it is \
                     the first process of the container, the kernel keeps the signal from it, and only its children die.",
                    seconds(after)
                ),
            ),
            How::InVain => (
                format!("`{written}` in the preStop hook of `{name}` does nothing: the kernel keeps SIGKILL from process 1"),
                "The first process of a container gets no signal from inside that it does not handle, and nothing handles \
                 SIGKILL. The stop signal of the kubelet, once the hook is over, is what stops it."
                    .to_owned(),
            ),
            How::FastSignal { server, signal } => (
                format!(
                    "the preStop hook of `{name}` sends SIG{signal}, on which {} stops without finishing: `{written}`",
                    server.name()
                ),
                format!(
                    "{} finishes what it is doing on SIG{}, and drops it on SIG{signal}: at {} {}{left}.",
                    server.at_the_beginning(),
                    server.graceful,
                    seconds(after),
                    server.loses
                ),
            ),
            How::StopSignal => (
                format!("the stop signal of `{name}` is SIGKILL, so it never gets to stop by itself"),
                format!("No program hears of SIGKILL: the container is killed as soon as it is told to stop{left}."),
            ),
            How::FastStopSignal { server, signal } => (
                format!("the stop signal of `{name}` is SIG{signal}, on which {} stops without finishing", server.name()),
                format!(
                    "{} finishes what it is doing on SIG{}, and drops it on SIG{signal}: {}{left}. The field overrides the \
                     signal that the image asks for.",
                    server.at_the_beginning(), server.graceful, server.loses
                ),
            ),
        };
        let traffic = self.abrupt.and_then(|_| early_traffic(subject, self.view)).unwrap_or_default();
        Words::new(message, format!("{why}{traffic}"))
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        if self.view.serving < Serving::Likely || early_traffic(subject, self.view).is_none() {
            return subject.stopped(self.view, |stopped| stopped.chart());
        }
        let arrivals = subject.set.arrivals(&self.view.reaches);
        subject.stopped(self.view, |stopped| stopped.chart_with_traffic(&arrivals))
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let container = self.view.container;
        let signal_path = container.path.dotted("lifecycle.stopSignal");
        match (self.how, self.abrupt) {
            (How::StopSignal, _) => {
                Mend::guess("Leave the stop signal to the image.", vec![subject.without_hook(signal_path)])
            }
            (How::FastStopSignal { server, .. }, _) => {
                let signal = Content::Text(format!("SIG{}", server.graceful));
                Mend::guess(
                    format!("Send the signal on which {} finishes what it is doing.", server.name()),
                    vec![Operation::set(signal_path, signal)],
                )
            }
            (How::InVain, Some(abrupt)) if abrupt.is_all => Mend::guess(
                "Take the hook out: the kubelet sends the stop signal by itself.",
                vec![subject.without_pre_stop(container)],
            ),
            (How::InVain, _) => {
                Mend::prose("Take the kill out: the kubelet sends the stop signal once the hook is over.")
            }
            (how, abrupt) => {
                let text = match how {
                    How::Kill => {
                        "send SIGTERM, and leave the kill to the kubelet, which does it when the grace period is over."
                    }
                    _ => "ask for a stop that finishes what is under way.",
                };
                let wait = early_traffic(subject, self.view).map(|_| wait(subject));
                let text = match wait {
                    Some(wait) => format!("Wait {wait} s, until traffic has ended; then {text}"),
                    None => capitalised(text),
                };
                match abrupt.and_then(|abrupt| self.rewritten(abrupt, wait)) {
                    Some(operation) => Mend::guess(text, vec![operation]),
                    None => Mend::prose(text),
                }
            }
        }
    }
}

/// For how many seconds traffic still comes.
fn wait(subject: &Subject<'_>) -> i64 {
    (subject.settings.propagation_delay().ceil() as i64).max(1)
}

impl Cut<'_> {
    /// What of the grace period it does not use, to follow on what is lost.
    fn left(&self, subject: &Subject<'_>, after: f64) -> String {
        let grace = subject.workload.and_then(Workload::grace_period).filter(|grace| *grace as f64 > after);
        match grace {
            Some(grace) if after == 0.0 => format!(", although it has a grace period of {grace} s"),
            Some(grace) => {
                format!(
                    ", although {} of its grace period of {grace} s are left",
                    seconds(grace as f64 - after)
                )
            }
            None => String::new(),
        }
    }

    /// The command with the words that it should have, behind a wait of so many seconds. `None` where its words stand
    /// in another object, or are not known.
    fn rewritten(&self, abrupt: &Abrupt, wait: Option<i64>) -> Option<Operation> {
        let hook = self.view.pre_stop.as_ref()?;
        let (words, text) = abrupt.instead.as_ref()?;
        let TextRef::Argument(index) = words.text else { return None };
        let path = self.view.container.pre_stop_path().dotted("exec.command");
        let item = hook.command.get(index)?;
        let (before, behind) = (item.get(..words.start)?, item.get(words.end..)?);
        let is_script = matches!(
            invocation::resolve(hook.command),
            Invocation::Script { argument, .. } if argument == index
        );
        if is_script {
            let (at, first) = match wait {
                // Lines stay lines.
                Some(wait) if item.trim_end().contains('\n') => (0, format!("sleep {wait}\n{before}")),
                Some(wait) => (0, format!("sleep {wait}; {before}")),
                None => (words.start, String::new()),
            };
            let text = format!("{first}{text}");
            return Some(Operation::Splice { path: path.index(index), at: at..words.end, text });
        }
        let item = format!("{before}{text}{behind}");
        let items = hook.command.iter().enumerate().flat_map(|(at, word)| match at == index {
            true => item.split_whitespace().map(str::to_owned).collect(),
            false => vec![word.clone()],
        });
        let words: Vec<String> = items.collect();
        let words = match wait {
            // Only what a shell takes as it stands.
            Some(wait) if words.iter().all(|word| is_plain(word)) => {
                vec!["/bin/sh".to_owned(), "-c".to_owned(), format!("sleep {wait}; {}", words.join(" "))]
            }
            Some(_) => return None,
            None => words,
        };
        Some(Operation::set(path, Content::Words(words)))
    }
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:=,@%+".contains(&byte))
}
