//! `missing-prestop-sleep`: the stop signal can come before endpoints stop sending traffic.

use super::subject::{ContainerView, Subject, reached_by, services};
use super::{Check, Rule, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::{capitalised, listed, seconds};
use crate::finding::{Finding, Related, Severity};
use crate::hook::Duration;
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images;
use crate::manifest::place::related;
use crate::manifest::{ContainerKind, Workload};
use crate::programs;
use crate::set::mounted::{self, Mounted};
use crate::set::services::Reach;
use crate::set::{Serving, behind_sidecars};
use crate::shell::{Longest, interpreters, invocation};
use crate::timeline::{Fit, Grace, Handler, Hook};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-prestop-sleep",
    severity: Severity::Warning,
    summary: "A container that serves traffic gets its stop signal before the traffic has stopped.",
    page: page!("missing-prestop-sleep"),
    check: Check::Object(check),
};

const DOCS: &[&str] = &[
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
    "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
    "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
];

/// A container that serves, or to which a sidecar passes its traffic on.
struct Served<'v, 'a> {
    view: &'v ContainerView<'a>,
    /// The sidecars that serve in front of it, and stop once it has.
    sidecars: Vec<&'v ContainerView<'a>>,
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workload) = subject.workload.filter(|workload| !workload.is_fragment) else { return };
    let sidecars = waiting_sidecars(subject);
    let upstream = behind_sidecars(workload);
    for view in &subject.containers {
        let is_waiting = sidecars.iter().any(|sidecar| std::ptr::eq(*sidecar, view));
        let in_front = upstream.filter(|upstream| upstream.container.path == view.container.path);
        let sidecars = sidecars.iter().copied().filter(|sidecar| {
            // One that waits for long enough by itself may serve without what stops before it.
            in_front.is_some_and(|upstream| {
                upstream.declares_port || held(subject, sidecar) < subject.settings.propagation_delay
            })
        });
        let served = Served { view, sidecars: sidecars.collect() };
        let severity = match served.serving() {
            Serving::Certain | Serving::Likely => Severity::Warning,
            Serving::Possible => Severity::Info,
            Serving::None => continue,
        };
        let finding = match &view.pre_stop {
            _ if is_waiting => {
                view.pre_stop.as_ref().and_then(|hook| stops_itself(subject, &served, hook, severity))
            }
            Some(hook) => present(subject, &served, hook, severity),
            None if is_undecoded(subject, view) => None,
            None => Some(absent(subject, &served, severity)),
        };
        findings.extend(finding.map(|finding| {
            finding.docs(DOCS).container(view.container).all_related(served.reached_by()).build()
        }));
    }
}

/// The sidecars that serve and whose stop signal waits for the application containers (facts D5 to D7 and
/// N10): it cannot come too early unless theirs does.
fn waiting_sidecars<'v, 'a>(subject: &'v Subject<'a>) -> Vec<&'v ContainerView<'a>> {
    let waits = |view: &&ContainerView<'a>| {
        view.container.kind == ContainerKind::Sidecar
            && view.serving > Serving::None
            && view.stop.as_ref().is_some_and(|stop| stop.turn.is_some())
    };
    subject.containers.iter().filter(waits).collect()
}

impl<'v, 'a> Served<'v, 'a> {
    fn serving(&self) -> Serving {
        let in_front = self.sidecars.iter().map(|sidecar| sidecar.serving);
        in_front.fold(self.view.serving, Serving::max)
    }

    fn reaches(&self) -> impl Iterator<Item = &'v Reach<'a>> {
        std::iter::once(self.view).chain(self.sidecars.iter().copied()).flat_map(|view| &view.reaches)
    }

    fn reached_by(&self) -> Vec<Related> {
        let in_front = self.sidecars.iter().flat_map(|sidecar| {
            sidecar.reaches.iter().map(|reach| {
                let service = reach.service;
                let name = &service.item.object.id.name;
                let message =
                    format!("Service `{name}` sends traffic to sidecar `{}`", sidecar.container.name());
                related(service.source, &service.item.object, &reach.port, message)
            })
        });
        reached_by(&self.view.reaches).into_iter().chain(in_front).collect()
    }

    /// `sidecar `a``, `sidecars `a` and `b``; `None` without any.
    fn sidecars(&self) -> Option<String> {
        let names = self.sidecars.iter().map(|sidecar| format!("`{}`", sidecar.container.name()));
        let noun = if self.sidecars.len() == 1 { "sidecar" } else { "sidecars" };
        Some(format!("{noun} {}", listed(names)?))
    }
}

/// How long the container is held back from stopping, in seconds: until the stop signal, or until its own
/// hook tells it to stop (fact B34). A hook that the grace period cuts is for another rule to report.
fn held(subject: &Subject<'_>, view: &ContainerView<'_>) -> f64 {
    let is_cut = |hook: &Hook<'_>, grace: Grace| {
        grace.hook == 0 || matches!(Fit::of(hook, grace.hook), Fit::Longer | Fit::Unbounded)
    };
    let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped);
    match (hook.zip(subject.grace), &view.stop) {
        (Some((hook, grace)), _) if is_cut(hook, grace) => {
            hook.duration.shortest.min(hook.duration.until_stop)
        }
        (_, Some(stop)) => stop.first_told().earliest,
        (_, None) => 0.0,
    }
}

/// A hook that is there but could not be decoded, or has no handler, is reported as that.
fn is_undecoded(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    subject.object.at(&view.container.pre_stop_path()).is_some()
}

fn absent(subject: &Subject<'_>, served: &Served<'_, '_>, severity: Severity) -> FindingBuilder {
    let view = served.view;
    let (text, yaml) = advice(subject, served, None);
    let told = match served.sidecars() {
        Some(sidecars) => format!("it and {sidecars} are told"),
        None => "it is told".to_owned(),
    };
    subject
        .finding_at(RULE.id, severity, subject.container_place(view.container))
        .message(format!(
            "{} `{}` has no preStop hook{}, so {told} to stop while traffic still comes in",
            view.container.kind.noun(),
            view.container.name(),
            subject.here()
        ))
        .why(format!("{}{}", story(subject, served, 0.0), subject.unread("a patch elsewhere may add one")))
        .help(text, yaml)
}

/// The hook is there: does it hold the stop signal back for long enough?
fn present(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
) -> Option<FindingBuilder> {
    let view = served.view;
    let delay = subject.settings.propagation_delay;
    let time = &hook.duration;
    let held = held(subject, view);
    if held >= delay && !hook.is_dropped {
        return None;
    }
    if !time.known && !time.stops_surely && !hook.is_dropped {
        return subject.settings.strict.then(|| unknown(subject, served, hook));
    }
    let name = view.container.name();
    let version = subject.settings.kubernetes_version;
    let (message, reason) = match &time.failure {
        _ if hook.is_dropped => (
            format!(
                "the preStop sleep of `{name}` {} in Kubernetes {version}",
                match SLEEP_ACTION.by_default(version) {
                    Support::Unknown => "does not exist",
                    Support::Off | Support::On => "is off by default",
                }
            ),
            "The sleep action is on by default from Kubernetes 1.30; before, the hook is refused or dropped. ".to_owned(),
        ),
        Some(failure) => (
            format!("the preStop hook of `{name}` cannot run, so it holds nothing back"),
            format!("{}. A failed preStop does not stop the termination (FailedPreStopHook). ", capitalised(&failure.reason)),
        ),
        None if stops_first(time) => (stops_message(name, held), GONE_BY_THEN.to_owned()),
        None if held == 0.0 => (
            format!("the preStop hook of `{name}` does not wait, so the stop signal comes while traffic still comes in"),
            match time.longest {
                Longest::Seconds(longest) if longest < 1.0 => "Its commands return at once. ".to_owned(),
                _ => "It can be over at once. ".to_owned(),
            },
        ),
        None => (
            format!("the preStop hook of `{name}` waits {}, less than the {} traffic needs to end", seconds(held), seconds(delay)),
            String::new(),
        ),
    };
    let words = match &hook.stop_words {
        Some(stop) if time.failure.is_none() && stops_first(time) => stop.clone(),
        _ => hook.words.clone(),
    };
    let (text, yaml) = advice(subject, served, Some(hook));
    let unread = match misses_script(subject, view, hook) {
        true => subject.unread("another may add the script to the ConfigMap"),
        false => String::new(),
    };
    Some(
        subject
            .finding_at(RULE.id, severity, words)
            .message(message)
            .why(format!("{reason}{}{unread}", story(subject, served, held)))
            .help(text, yaml),
    )
}

const GONE_BY_THEN: &str =
    "What the hook does after telling the server to stop protects nothing: the server is gone by then. ";

fn stops_message(name: &str, held: f64) -> String {
    format!(
        "the preStop hook of `{name}` stops the server after {}, while traffic still comes in",
        seconds(held)
    )
}

/// The stop signal of a sidecar waits, but its hook runs at once with those of the others (fact D6).
fn stops_itself(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
) -> Option<FindingBuilder> {
    let delay = subject.settings.propagation_delay;
    let told = served.view.stop.as_ref()?.told.filter(|told| told.when.earliest < delay)?;
    let held = told.when.earliest;
    let sender = sender(served);
    let (text, yaml) = advice(subject, served, Some(hook));
    let words = hook.stop_words.as_ref().unwrap_or(&hook.words).clone();
    Some(
        subject
            .finding_at(RULE.id, severity, words)
            .message(stops_message(served.view.container.name(), held))
            .why(format!(
                "The stop signal of a sidecar waits for the application containers, but its preStop begins with the \
                 deletion: the server stops at {}, and {sender} can send requests until about {}.",
                seconds(held),
                seconds(delay)
            ))
            .help(text, yaml),
    )
}

/// The hook tells the server to stop, and goes on.
fn stops_first(time: &Duration) -> bool {
    time.until_stop < time.shortest || (time.stops_surely && !time.known)
}

/// The hook runs a script that its ConfigMap, as it was read, does not hold.
fn misses_script(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &Hook<'_>) -> bool {
    let (Some(workload), Some((_, path))) = (subject.workload, invocation::script_path(hook.command)) else {
        return false;
    };
    matches!(mounted::resolve(subject.set, workload, view.container, &path), Mounted::Missing { .. })
}

fn unknown(subject: &Subject<'_>, served: &Served<'_, '_>, hook: &Hook<'_>) -> FindingBuilder {
    let delay = seconds(subject.settings.propagation_delay);
    let (text, yaml) = advice(subject, served, Some(hook));
    let name = served.view.container.name();
    subject
        .finding_at(RULE.id, Severity::Info, hook.words.clone())
        .message(format!("how long the preStop hook of `{name}` takes cannot be known from here"))
        .why(format!(
            "Traffic can come in until about {delay} after the deletion. Whether the hook holds the stop signal back \
             for that long is decided in a program this tool does not see."
        ))
        .help(format!("If the hook returns sooner than {delay}, wait in it first. {text}"), yaml)
}

/// Who sends requests, in a sentence.
fn sender(served: &Served<'_, '_>) -> String {
    match (services(served.reaches()), served.serving()) {
        (Some(services), _) => services,
        (None, Serving::Likely) => {
            "a Service (none is among the files read, but the port and its readiness probe speak of one)"
                .to_owned()
        }
        (None, _) => "whatever sends traffic to its port".to_owned(),
    }
}

/// Fact A4: nothing orders the kubelet's shutdown and the removal of endpoints.
fn story(subject: &Subject<'_>, served: &Served<'_, '_>, held: f64) -> String {
    let (sender, held) = (sender(served), seconds(held));
    let name = served.view.container.name();
    let signal = match served.sidecars() {
        Some(sidecars) => {
            format!(
                "the stop signal of `{name}` comes at {held}, and that of {sidecars} once `{name}` has ended"
            )
        }
        None => format!("the stop signal comes at {held}"),
    };
    format!(
        "When the Pod is deleted, {signal}; {sender} can send requests until about {}, and those in between are refused \
         or cut off. Nothing orders the two.",
        seconds(subject.settings.propagation_delay)
    )
}

/// The mend for this container: the sleep action where the version has it, else `sleep` by exec;
/// before the hook's own command where it has one.
fn advice(subject: &Subject<'_>, served: &Served<'_, '_>, hook: Option<&Hook<'_>>) -> (String, String) {
    let container = served.view.container;
    let wait = (subject.settings.propagation_delay.ceil() as i64).max(1);
    let version = subject.settings.kubernetes_version;
    let also = sidecar_advice(served) + &grace_advice(subject, wait);
    let keeps = hook.and_then(|hook| own_script(hook));
    if let Some(script) = keeps {
        let command = serde_json::Value::from(format!("sleep {wait}; {script}"));
        let yaml = format!("preStop:\n  exec:\n    command: [\"/bin/sh\", \"-c\", {command}]");
        return (format!("Wait first, then do what the hook does.{also}"), lifecycle(hook, &yaml));
    }
    let no_shell = container.spec.image.as_deref();
    let no_shell =
        no_shell.and_then(|image| images::has_no_shell(image, &subject.settings.knowledge.shell_less_images));
    let has_action = SLEEP_ACTION.by_default(version) == Support::On;
    let text = match (no_shell, has_action) {
        (Some(_), true) => format!("Wait with the sleep action, which needs no program in the image.{also}"),
        (Some(_), false) => format!(
            "The image has no shell and Kubernetes {version} no sleep action: have the program itself wait on SIGTERM, or \
             use an image that has `sleep`.{also}"
        ),
        (None, _) => format!("Wait before the stop signal, in the container `{}`.{also}", container.name()),
    };
    let yaml = match has_action {
        true => format!("preStop:\n  sleep:\n    seconds: {wait}"),
        false => format!("preStop:\n  exec:\n    command: [\"sleep\", \"{wait}\"]"),
    };
    (text, lifecycle(hook, &yaml))
}

/// Where to wait is the question that a sidecar brings up.
fn sidecar_advice(served: &Served<'_, '_>) -> String {
    let name = served.view.container.name();
    match served.sidecars() {
        Some(sidecars) => format!(
            " A wait there holds {sidecars} back as well, whose stop signal waits for `{name}`; a wait in the sidecar alone \
             changes nothing for `{name}`."
        ),
        None => String::new(),
    }
}

/// Without a hook the whole `lifecycle` is missing.
fn lifecycle(hook: Option<&Hook<'_>>, yaml: &str) -> String {
    match hook {
        Some(_) => yaml.to_owned(),
        None => format!("lifecycle:\n  {}", yaml.replace('\n', "\n  ")),
    }
}

fn grace_advice(subject: &Subject<'_>, wait: i64) -> String {
    match subject.workload.and_then(Workload::grace_period) {
        Some(grace) if grace <= wait => {
            format!(
                " The grace period of {grace} s has to grow as well, to more than {wait} s and the time the program needs."
            )
        }
        _ => String::new(),
    }
}

/// The script of a hook that can run and does not sleep, short enough to be shown again.
fn own_script(hook: &Hook<'_>) -> Option<String> {
    const SHOWN: usize = 120;
    if hook.handler != Handler::Exec || hook.duration.failure.is_some() {
        return None;
    }
    let script = match hook.command {
        [shell, option, script] if interpreters::is_shell(programs::base_name(shell)) && option == "-c" => {
            script.trim().to_owned()
        }
        [_shell, ..] if hook.command.iter().any(|word| word.contains(char::is_whitespace)) => return None,
        words => words.join(" "),
    };
    let is_shown = script.len() <= SHOWN && !script.contains('\n') && !script.contains("sleep");
    is_shown.then_some(script)
}
