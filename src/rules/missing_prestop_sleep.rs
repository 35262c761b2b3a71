//! `missing-prestop-sleep`: the stop signal can come before endpoints stop sending traffic.

use super::subject::{ContainerView, Subject, reached_by, services};
use super::{Check, Rule, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Finding, Severity};
use crate::hook::Duration;
use crate::kubernetes::images;
use crate::kubernetes::version::KubernetesVersion;
use crate::manifest::Workload;
use crate::programs;
use crate::set::Serving;
use crate::set::mounted::{self, Mounted};
use crate::shell::{Longest, interpreters, invocation};
use crate::timeline::{Handler, PreStop};

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

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.workload.is_none_or(|workload| workload.is_fragment) {
        return;
    }
    for view in &subject.containers {
        let severity = match view.serving {
            Serving::Certain | Serving::Likely => Severity::Warning,
            Serving::Possible => Severity::Info,
            Serving::None => continue,
        };
        let finding = match &view.pre_stop {
            Some(hook) => present(subject, view, hook, severity),
            None if is_undecoded(subject, view) => None,
            None => Some(absent(subject, view, severity)),
        };
        findings.extend(finding.map(|finding| {
            finding.docs(DOCS).container(view.container).all_related(reached_by(&view.reaches)).build()
        }));
    }
}

/// A hook that is there but could not be decoded, or has no handler, is reported as that.
fn is_undecoded(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    subject.object.at(&view.container.pre_stop_path()).is_some()
}

fn absent(subject: &Subject<'_>, view: &ContainerView<'_>, severity: Severity) -> FindingBuilder {
    let (text, yaml) = advice(subject, view, None);
    subject
        .finding_at(RULE.id, severity, subject.container_place(view.container))
        .message(format!(
            "{} `{}` has no preStop hook{}, so it is told to stop while traffic still comes in",
            view.container.kind.noun(),
            view.container.name(),
            subject.here()
        ))
        .why(format!("{}{}", story(subject, view, 0.0), subject.unread("a patch elsewhere may add one")))
        .help(text, yaml)
}

/// The hook is there: does it hold the stop signal back for long enough?
fn present(
    subject: &Subject<'_>,
    view: &ContainerView<'_>,
    hook: &PreStop<'_>,
    severity: Severity,
) -> Option<FindingBuilder> {
    let delay = subject.settings.propagation_delay;
    let time = &hook.duration;
    // Only the time before the first stop signal holds traffic's end off (fact B34).
    let held = time.shortest.min(time.until_stop);
    // Before 1.30 the sleep action is unknown, or dropped (facts, section 0): the hook disappears.
    let is_dropped = matches!(hook.handler, Handler::Sleep { .. })
        && subject.settings.kubernetes_version < KubernetesVersion::new(1, 30);
    if held >= delay && !is_dropped {
        return None;
    }
    if !time.known && !time.stops_surely && !is_dropped {
        return subject.settings.strict.then(|| unknown(subject, view, hook));
    }
    let name = view.container.name();
    let version = subject.settings.kubernetes_version;
    let (message, held, reason) = match &time.failure {
        _ if is_dropped => (
            format!(
                "the preStop sleep of `{name}` {} in Kubernetes {version}",
                if version < KubernetesVersion::new(1, 29) { "does not exist" } else { "is off by default" }
            ),
            0.0,
            "The sleep action is on by default from Kubernetes 1.30; before, the hook is refused or dropped. ".to_owned(),
        ),
        Some(failure) => (
            format!("the preStop hook of `{name}` cannot run, so it holds nothing back"),
            0.0,
            format!("{}. A failed preStop does not stop the termination (FailedPreStopHook). ", capitalised(&failure.reason)),
        ),
        None if stops_first(time) => (
            format!("the preStop hook of `{name}` stops the server after {}, while traffic still comes in", seconds(held)),
            held,
            "What the hook does after telling the server to stop protects nothing: the server is gone by then. ".to_owned(),
        ),
        None if held == 0.0 => (
            format!("the preStop hook of `{name}` does not wait, so the stop signal comes while traffic still comes in"),
            held,
            match time.longest {
                Longest::Seconds(longest) if longest < 1.0 => "Its commands return at once. ".to_owned(),
                _ => "It can be over at once. ".to_owned(),
            },
        ),
        None => (
            format!("the preStop hook of `{name}` waits {}, less than the {} traffic needs to end", seconds(held), seconds(delay)),
            held,
            String::new(),
        ),
    };
    let words = match &hook.stop_words {
        Some(stop) if time.failure.is_none() && stops_first(time) => stop.clone(),
        _ => hook.words.clone(),
    };
    let (text, yaml) = advice(subject, view, Some(hook));
    let unread = match misses_script(subject, view, hook) {
        true => subject.unread("another may add the script to the ConfigMap"),
        false => String::new(),
    };
    Some(
        subject
            .finding_at(RULE.id, severity, words)
            .message(message)
            .why(format!("{reason}{}{unread}", story(subject, view, held)))
            .help(text, yaml),
    )
}

/// The hook tells the server to stop, and goes on.
fn stops_first(time: &Duration) -> bool {
    time.until_stop < time.shortest || (time.stops_surely && !time.known)
}

/// The hook runs a script that its ConfigMap, as it was read, does not hold.
fn misses_script(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &PreStop<'_>) -> bool {
    let (Some(workload), Some((_, path))) = (subject.workload, invocation::script_path(hook.command)) else {
        return false;
    };
    matches!(mounted::resolve(subject.set, workload, view.container, &path), Mounted::Missing { .. })
}

fn unknown(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &PreStop<'_>) -> FindingBuilder {
    let delay = seconds(subject.settings.propagation_delay);
    let (text, yaml) = advice(subject, view, Some(hook));
    subject
        .finding_at(RULE.id, Severity::Info, hook.words.clone())
        .message(format!("how long the preStop hook of `{}` takes cannot be known from here", view.container.name()))
        .why(format!(
            "Traffic can come in until about {delay} after the deletion. Whether the hook holds the stop signal back \
             for that long is decided in a program this tool does not see."
        ))
        .help(format!("If the hook returns sooner than {delay}, wait in it first. {text}"), yaml)
}

/// Fact A4: nothing orders the kubelet's shutdown and the removal of endpoints.
fn story(subject: &Subject<'_>, view: &ContainerView<'_>, held: f64) -> String {
    let sender = match (services(&view.reaches), view.serving) {
        (Some(services), _) => services,
        (None, Serving::Likely) => {
            "a Service (none is among the files read, but the port and its readiness probe speak of one)"
                .to_owned()
        }
        (None, _) => "whatever sends traffic to its port".to_owned(),
    };
    format!(
        "When the Pod is deleted, the stop signal comes at {}; {sender} can send requests until about {}, and those in \
         between are refused or cut off. Nothing orders the two.",
        seconds(held),
        seconds(subject.settings.propagation_delay)
    )
}

/// The mend for this container: the sleep action where the version has it, else `sleep` by exec;
/// before the hook's own command where it has one.
fn advice(subject: &Subject<'_>, view: &ContainerView<'_>, hook: Option<&PreStop<'_>>) -> (String, String) {
    let wait = (subject.settings.propagation_delay.ceil() as i64).max(1);
    let version = subject.settings.kubernetes_version;
    let grace = grace_advice(subject, wait);
    let keeps = hook.and_then(|hook| own_script(hook));
    if let Some(script) = keeps {
        let command = serde_json::Value::from(format!("sleep {wait}; {script}"));
        let yaml = format!("preStop:\n  exec:\n    command: [\"/bin/sh\", \"-c\", {command}]");
        return (format!("Wait first, then do what the hook does.{grace}"), lifecycle(hook, &yaml));
    }
    let no_shell = view.container.spec.image.as_deref();
    let no_shell =
        no_shell.and_then(|image| images::has_no_shell(image, &subject.settings.knowledge.shell_less_images));
    if version >= KubernetesVersion::new(1, 30) {
        let text = match no_shell {
            Some(_) => format!("Wait with the sleep action, which needs no program in the image.{grace}"),
            None => {
                format!("Wait before the stop signal, in the container `{}`.{grace}", view.container.name())
            }
        };
        return (text, lifecycle(hook, &format!("preStop:\n  sleep:\n    seconds: {wait}")));
    }
    let text = match no_shell {
        Some(_) => format!(
            "The image has no shell and Kubernetes {version} no sleep action: have the program itself wait on SIGTERM, or \
             use an image that has `sleep`.{grace}"
        ),
        None => format!("Wait before the stop signal, in the container `{}`.{grace}", view.container.name()),
    };
    (text, lifecycle(hook, &format!("preStop:\n  exec:\n    command: [\"sleep\", \"{wait}\"]")))
}

/// Without a hook the whole `lifecycle` is missing.
fn lifecycle(hook: Option<&PreStop<'_>>, yaml: &str) -> String {
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
fn own_script(hook: &PreStop<'_>) -> Option<String> {
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
