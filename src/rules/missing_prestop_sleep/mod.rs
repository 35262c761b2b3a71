//! `missing-prestop-sleep`: the stop signal can come before endpoints stop sending traffic.

mod served;

use super::subject::{ContainerView, Subject, services};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Finding, Severity};
use crate::hook::Duration;
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::kubernetes::images;
use crate::manifest::Workload;
use crate::programs;
use crate::set::Serving;
use crate::set::mounted::{self, Mounted};
use crate::shell::{Longest, interpreters, invocation};
use crate::timeline::{Fit, Grace, Handler, Hook};
use served::Served;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-prestop-sleep",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    summary: "A container that serves traffic gets its stop signal before the traffic has stopped.",
    reason: "When a Pod is deleted, two things begin at the same moment, and nothing orders them. The kubelet stops the containers. Meanwhile the control plane takes the Pod out of its EndpointSlices, and every node, ingress controller and load balancer has to hear about it. Until the last of them has, new requests arrive at a server that has already received SIGTERM. They fail with a refused connection, or a 502, at every rollout, scale-down and node drain.",
    facts: &["A4", "A5", "A6", "B34", "D5", "D6", "D7", "G1", "G9", "N3", "N10"],
    docs: &[
        Link {
            title: "Pod termination flow",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
        },
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/",
        },
        Link {
            title: "Termination behaviour for Pods and their endpoints",
            url: "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
        },
    ],
    page: page!("missing-prestop-sleep"),
    check: Check::Object(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let delay = subject.settings.propagation_delay;
    if delay <= 0.0 || subject.workload.is_none_or(|workload| workload.is_fragment) {
        return;
    }
    for served in served::all(subject) {
        let severity = match served.serving() {
            Serving::Certain | Serving::Likely => Severity::Warning,
            Serving::Possible => Severity::Info,
            Serving::None => continue,
        };
        let view = served.view;
        let finding = match &view.pre_stop {
            hook if served.waits => {
                hook.as_ref().and_then(|hook| stops_itself(subject, &served, hook, severity))
            }
            Some(hook) => present(subject, &served, hook, severity),
            None if is_undecoded(subject, view) => None,
            None => Some(absent(subject, &served, severity)),
        };
        findings.extend(
            finding.map(|finding| finding.container(view.container).all_related(served.reached_by()).build()),
        );
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
    let through = served.through();
    subject
        .finding_at(&RULE, severity, subject.container_place(view.container))
        .message(format!(
            "{} `{}` has no preStop hook{}, so it is told to stop while traffic still comes in{through}",
            view.container.kind.noun(),
            view.container.name(),
            subject.here()
        ))
        .why(format!(
            "{}{}",
            story(subject, served, "at", 0.0),
            subject.unread("a patch elsewhere may add one")
        ))
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
    // Where the grace period leaves a hook no time at all another rule says so.
    let never_runs = subject.grace.is_some_and(|grace| grace.hook == 0);
    if !hook.is_dropped && (held >= delay || never_runs || hook.may_be_completed) {
        return None;
    }
    if !time.known && !time.stops_surely && !hook.is_dropped {
        return match cut_at(subject, view).filter(|cut| *cut < delay) {
            Some(cut) => Some(cut_too_soon(subject, served, hook, severity, cut)),
            None => subject.settings.strict.then(|| unknown(subject, served, hook)),
        };
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
        None if stops_first(time) => (
            format!(
                "the preStop hook of `{name}` stops the server after {}, while traffic still comes in",
                seconds(held)
            ),
            GONE_BY_THEN.to_owned(),
        ),
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
            .finding_at(&RULE, severity, words)
            .message(message)
            .why(format!("{reason}{}{unread}", story(subject, served, "at", held)))
            .help(text, yaml),
    )
}

/// When the stop signal comes at the latest, in seconds, of a hook whose time nobody knows: its own bound or
/// the grace period cuts it. With a grace period of 0 another rule says what that leaves.
fn cut_at(subject: &Subject<'_>, view: &ContainerView<'_>) -> Option<f64> {
    let grace = subject.workload.and_then(Workload::grace_period).filter(|grace| *grace > 0)?;
    let signal = view.stop.as_ref()?.signal?;
    signal.when.latest.filter(|latest| *latest <= grace as f64)
}

fn cut_too_soon(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
    cut: f64,
) -> FindingBuilder {
    let (text, yaml) = advice(subject, served, Some(hook));
    let name = served.view.container.name();
    let cut_words = seconds(cut);
    let delay = seconds(subject.settings.propagation_delay);
    subject
        .finding_at(&RULE, severity, hook.words.clone())
        .message(format!(
            "the preStop hook of `{name}` waits {cut_words} at most, less than the {delay} traffic needs to end"
        ))
        .why(format!(
            "How long the hook takes is not known from here, but not longer. {}",
            story(subject, served, "by", cut)
        ))
        .help(text, yaml)
}

const GONE_BY_THEN: &str =
    "What the hook does after telling the server to stop protects nothing: the server is gone by then. ";

/// The stop signal of a sidecar waits, but its hook runs at once with those of the others (fact D6). One
/// that first waits for something, of which nobody knows how long it takes, may do that well.
fn stops_itself(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
) -> Option<FindingBuilder> {
    let delay = subject.settings.propagation_delay;
    let told = served.view.stop.as_ref()?.told.filter(|told| told.surely)?;
    told.when.latest.filter(|latest| *latest < delay)?;
    let held = seconds(told.when.earliest);
    let sender = sender(served);
    let words = hook.stop_words.as_ref().unwrap_or(&hook.words).clone();
    Some(
        subject
            .finding_at(&RULE, severity, words)
            .message(format!(
                "the preStop hook of sidecar `{}` stops its server after {held}, while traffic still comes in",
                served.view.container.name()
            ))
            .why(format!(
                "The stop signal of a sidecar waits for the application containers, but its preStop begins with the \
                 deletion: the server stops at {held}, and {sender} can send requests until about {}.",
                seconds(delay)
            ))
            .help(
                "Take the stop out of the hook: the kubelet stops a sidecar by itself, once the application containers \
                 have ended.",
                "",
            ),
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
        .finding_at(&RULE, Severity::Info, hook.words.clone())
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
fn story(subject: &Subject<'_>, served: &Served<'_, '_>, at: &str, held: f64) -> String {
    let (sender, held, through) = (sender(served), seconds(held), served.through());
    let signal = match through.is_empty() {
        true => "the stop signal comes".to_owned(),
        false => format!("the stop signal of `{}` comes", served.view.container.name()),
    };
    format!(
        "When the Pod is deleted, {signal} {at} {held}; {sender} can send requests{through} until about {}, and those in \
         between are refused or cut off. Nothing orders the two.",
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
            " The stop signal of {sidecars} waits for `{name}`; a wait in a sidecar alone changes nothing for `{name}`."
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
