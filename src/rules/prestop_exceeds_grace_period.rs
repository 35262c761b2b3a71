//! `prestop-exceeds-grace-period`: SIGKILL can come before preStop is done.

use super::subject::{ContainerView, Subject};
use super::{Check, Rule, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::seconds;
use crate::finding::{Finding, Severity};
use crate::kubernetes::version::KubernetesVersion;
use crate::manifest::place::related;
use crate::manifest::{Container, Workload};
use crate::shell::Longest;
use crate::timeline::{Handler, PreStop};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "prestop-exceeds-grace-period",
    severity: Severity::Error,
    summary: "A preStop hook needs the whole grace period or more, so nothing is left for a clean shutdown.",
    page: page!("prestop-exceeds-grace-period"),
    check: Check::Object(check),
};

const DOCS: &[&str] = &[
    "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
    "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
];

/// How long the kubelet lets a container run after the stop signal when the grace period is used
/// up, in seconds (facts A7, A9).
const LAST_SECONDS: f64 = 2.0;

/// Time for the program itself to stop, in seconds, when a new grace period is suggested.
const TIME_TO_STOP: f64 = 25.0;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workload) = subject.workload else { return };
    let Some(grace) = workload.grace_period() else { return };
    for view in &subject.containers {
        let Some(hook) = &view.pre_stop else { continue };
        let finding = match grace {
            ..=0 => no_grace(subject, workload, view, hook, grace),
            _ => match hook.handler {
                Handler::Sleep { seconds } => sleep_action(subject, workload, view, hook, seconds, grace),
                _ => hook_time(subject, workload, view, hook, grace as f64),
            },
        };
        findings.extend(finding.map(|finding| finding.docs(DOCS).container(view.container).build()));
    }
}

/// Facts A12–A15, A17 and A18.
fn no_grace(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &PreStop<'_>,
    grace: i64,
) -> Option<FindingBuilder> {
    let budget = 1.0;
    let is_sleep = matches!(hook.handler, Handler::Sleep { .. });
    if grace < 0 && !is_sleep && hook.duration.shortest <= budget {
        return None;
    }
    let path = workload.grace_path();
    let name = view.container.name();
    let why = match (grace, &hook.handler) {
        (0, Handler::Sleep { seconds: 1.. }) => {
            "The API server refuses a sleep action that is longer than terminationGracePeriodSeconds.".to_owned()
        }
        (0, _) => "With a grace period of 0 a delete removes the Pod's object at once; the kubelet then gives the hook 1 s \
                   at most, and skips it altogether when a probe has the container restarted."
            .to_owned(),
        (_, Handler::Sleep { .. }) => {
            "The API server refuses any sleep action beside a negative terminationGracePeriodSeconds.".to_owned()
        }
        _ => format!(
            "A negative grace period is treated as 1 s, and the hook takes at least {}: the stop signal comes while it \
             still runs, and the kill {} later.",
            seconds(hook.duration.shortest),
            seconds(LAST_SECONDS)
        ),
    };
    let needed = if hook.duration.known { hook.duration.shortest } else { 0.0 };
    Some(
        subject
            .finding(RULE.id, Severity::Error, &path)
            .message(format!(
                "the grace period is {grace} s, so the preStop hook of `{name}` has no time to run"
            ))
            .why(why)
            .help("Give the Pod time for the hook and then for the program to stop.", suggested_grace(needed))
            .related(related(subject.source, subject.object, &view.container.pre_stop_path(), "the hook")),
    )
}

/// Facts B17 and K9–K11: what the API server accepts of a sleep action.
fn sleep_action(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &PreStop<'_>,
    sleep: i64,
    grace: i64,
) -> Option<FindingBuilder> {
    let version = subject.settings.kubernetes_version;
    // Up to 1.29 the field is unknown, or dropped before validation (fact K1).
    if version < KubernetesVersion::new(1, 30) {
        return None;
    }
    let name = view.container.name();
    let zero_is_refused = version < KubernetesVersion::new(1, 33);
    let finding = |severity| subject.finding_at(RULE.id, severity, hook.words.clone());
    let refused = match (workload.object.id.kind.as_str(), version < KubernetesVersion::new(1, 34)) {
        // The template of a StatefulSet is not validated up to 1.33 (fact K2).
        ("StatefulSet", true) => "The API server takes the StatefulSet, and then refuses every Pod of it",
        _ => "The API server refuses it",
    };
    if sleep < 0 || (sleep == 0 && zero_is_refused) {
        let floor = if zero_is_refused { "greater than 0" } else { "non-negative" };
        return Some(
            finding(Severity::Error)
                .message(format!("the preStop hook of `{name}` sleeps {sleep} s, which is not accepted"))
                .why(format!("{refused}: a sleep action must be {floor} in Kubernetes {version}."))
                .help("Sleep a positive number of seconds.", "sleep:\n  seconds: 5"),
        );
    }
    if sleep > grace {
        return Some(with_grace(
            subject,
            workload,
            sleep as f64,
            finding(Severity::Error)
                .message(format!(
                    "the preStop hook of `{name}` sleeps {sleep} s, longer than the grace period of {}",
                    grace_words(workload, grace)
                ))
                .why(format!(
                    "{refused}: a sleep action may not be longer than terminationGracePeriodSeconds."
                )),
        ));
    }
    (sleep == grace).then(|| equal(subject, workload, view.container, hook, grace as f64))
}

fn hook_time(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &PreStop<'_>,
    grace: f64,
) -> Option<FindingBuilder> {
    let name = view.container.name();
    let time = &hook.duration;
    let finding = |severity| subject.finding_at(RULE.id, severity, hook.words.clone());
    let words = grace_words(workload, grace as i64);
    if time.shortest > grace && !time.never_ends() {
        return Some(with_grace(
            subject,
            workload,
            time.shortest,
            finding(Severity::Error)
                .message(format!(
                    "the preStop hook of `{name}` takes at least {}, longer than the grace period of {words}",
                    seconds(time.shortest)
                ))
                .why(overrun_story(subject, grace)),
        ));
    }
    if time.shortest >= grace && !time.never_ends() {
        return Some(equal(subject, workload, view.container, hook, grace));
    }
    let longest = if time.never_ends() { Longest::Unbounded } else { time.longest };
    match longest {
        Longest::Seconds(longest) if longest > grace => Some(with_grace(
            subject,
            workload,
            longest,
            finding(Severity::Warning)
                .message(format!(
                    "the preStop hook of `{name}` can take {}, longer than the grace period of {words}",
                    seconds(longest)
                ))
                .why(overrun_story(subject, grace)),
        )),
        Longest::Unbounded => Some(with_grace(
            subject,
            workload,
            if time.never_ends() { 0.0 } else { time.shortest },
            finding(Severity::Info)
                .message(format!("the preStop hook of `{name}` waits without a bound, and the grace period of {words} cuts it"))
                .why(format!(
                    "As long as what it waits for does not happen, the hook runs until the grace period is over; the \
                     container then gets the stop signal, and is killed {} later.",
                    seconds(LAST_SECONDS)
                )),
        )),
        _ => None,
    }
}

/// Equality leaves the program two seconds (facts B17, A9).
fn equal(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    hook: &PreStop<'_>,
    grace: f64,
) -> FindingBuilder {
    let finding = subject
        .finding_at(RULE.id, Severity::Warning, hook.words.clone())
        .message(format!(
            "the preStop hook of `{}` takes the whole grace period of {}",
            container.name(),
            grace_words(workload, grace as i64)
        ))
        .why(format!(
            "preStop counts against the grace period: the stop signal comes at {}, when nothing of it is left, and the \
             program is killed {} later.",
            seconds(grace),
            seconds(LAST_SECONDS)
        ));
    with_grace(subject, workload, grace, finding)
}

fn with_grace(
    subject: &Subject<'_>,
    workload: &Workload,
    needed: f64,
    finding: FindingBuilder,
) -> FindingBuilder {
    let finding = finding.help(
        "Raise the grace period in the pod spec above the hook's time and the time the program needs to stop, or \
         shorten the hook.",
        suggested_grace(needed),
    );
    if workload.pod_spec().termination_grace_period_seconds.is_none() {
        return finding.also_why(&subject.unread("a patch elsewhere may set a longer grace period"));
    }
    finding.related(related(subject.source, subject.object, &workload.grace_path(), "the grace period"))
}

fn suggested_grace(needed: f64) -> String {
    let rounded = ((needed + TIME_TO_STOP) / 5.0).ceil() * 5.0;
    format!("terminationGracePeriodSeconds: {}", rounded.max(30.0) as i64)
}

fn grace_words(workload: &Workload, grace: i64) -> String {
    match workload.pod_spec().termination_grace_period_seconds {
        Some(_) => format!("{grace} s"),
        None => format!("{grace} s (the default)"),
    }
}

/// Facts A7, A8 and A11.
fn overrun_story(subject: &Subject<'_>, grace: f64) -> String {
    if subject.settings.kubernetes_version < KubernetesVersion::new(1, 28) {
        return format!(
            "The kubelet stops waiting for the hook after {0} and sends the stop signal while it still runs. Up to \
             Kubernetes 1.27 the program then gets another {0}; from 1.28 on it is killed after {1}.",
            seconds(grace),
            seconds(LAST_SECONDS)
        );
    }
    format!(
        "The kubelet stops waiting for the hook after {}, sends the stop signal while it still runs, and kills the \
         container {} later: the program never gets its time to stop.",
        seconds(grace),
        seconds(LAST_SECONDS)
    )
}
