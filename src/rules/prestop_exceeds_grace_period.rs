//! `prestop-exceeds-grace-period`: SIGKILL can come before preStop is done.

use super::subject::{ContainerView, Subject};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{self, Content, Operation};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::seconds;
use crate::finding::{Finding, Fix, Severity};
use crate::kubernetes::control_plane::ControlPlane;
use crate::kubernetes::features::{SLEEP_OF_ZERO, Support};
use crate::kubernetes::kubelet::{Kubelet, LAST_SECONDS};
use crate::manifest::place::related;
use crate::manifest::{Container, Workload};
use crate::shell::Longest;
use crate::timeline::{Fit, Handler, Hook};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "prestop-exceeds-grace-period",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Error, Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A preStop hook needs the whole grace period or more, so nothing is left for a clean shutdown.",
    reason: "The grace period covers the hook and the shutdown together. Its clock starts when the Pod is deleted, not when preStop is done. If preStop is still running when the time is up, the kubelet stops waiting for it, sends the stop signal, and allows the application about 2 more seconds before SIGKILL (from Kubernetes 1.28 on). Requests in flight are cut, buffers are not written, and nothing in the events says that preStop was the reason.",
    options: None,
    facts: &[
        "A7", "A8", "A9", "A11", "A13", "A14", "A18", "A21", "B17", "K2", "K9", "K10", "K11", "N3", "N4",
    ],
    docs: &[
        Link {
            title: "Pod termination",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
        },
        Link {
            title: "Pod shutdown and sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars",
        },
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
    ],
    page: page!("prestop-exceeds-grace-period"),
    check: Check::Object(check),
};

/// Time for the program itself to stop, in seconds, when a new grace period is suggested.
const TIME_TO_STOP: f64 = 25.0;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(workload) = subject.workload else { return };
    let Some(grace) = workload.grace_period() else { return };
    for view in &subject.containers {
        let Some(hook) = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped) else { continue };
        let finding = match hook.handler {
            Handler::Sleep { seconds } => sleep_action(subject, workload, view, hook, seconds, grace),
            _ if grace <= 0 => no_grace(subject, workload, view, hook, grace),
            _ => hook_time(subject, workload, view, hook, grace),
        };
        findings.extend(finding.map(|finding| finding.container(view.container).build()));
    }
}

/// A grace period of 0 leaves the hook a second, or nothing; so does a negative one, which means 1 s (facts
/// A12–A15, A17, A18 and N3).
fn no_grace(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &Hook<'_>,
    grace: i64,
) -> Option<FindingBuilder> {
    let given = subject.grace.map_or(1, |grace| grace.hook);
    let name = view.container.name();
    let least = seconds(hook.duration.shortest);
    let last = match subject.grace {
        Some(grace) if !Kubelet::of(subject.settings.kubernetes_version).counts_hooks => grace.all,
        _ => LAST_SECONDS,
    };
    let rest = format!("the stop signal comes while it still runs, and the kill {last} s later");
    let (severity, message, why) = match Fit::of(hook, given) {
        _ if given == 0 => (
            Severity::Error,
            format!("the grace period is {grace} s, so the preStop hook of `{name}` does not run"),
            format!(
                "A kubelet of {} skips preStop where the grace period is 0.",
                subject.settings.kubernetes_version
            ),
        ),
        Fit::Longer | Fit::Unbounded if hook.duration.never_ends() => (
            Severity::Error,
            format!(
                "the grace period is {grace} s, so the preStop hook of `{name}` gets {given} s, and never ends by itself"
            ),
            format!("{}: {rest}.", means(grace)),
        ),
        // A hook that takes all of it is cut as well: its start comes on top.
        Fit::Longer | Fit::Whole => (
            Severity::Error,
            format!(
                "the grace period is {grace} s, so the preStop hook of `{name}` gets {given} s, and takes at least {least}"
            ),
            format!("{}: {rest}.", means(grace)),
        ),
        Fit::Fits => return None,
        Fit::MayBeLonger(_) | Fit::Unbounded | Fit::Unknown => (
            Severity::Warning,
            format!(
                "the grace period is {grace} s, so the preStop hook of `{name}` gets no more than {given} s"
            ),
            format!("{}. If the hook takes longer, {rest}.", means(grace)),
        ),
    };
    let skipped = match grace == 0 && given > 0 && is_restarted_by_probe(view.container) {
        true => " When a probe has the container restarted, the hook is skipped altogether.",
        false => "",
    };
    let finding = grace_finding(subject, workload, view, hook, severity);
    Some(finding.message(message).why(format!("{why}{skipped}")))
}

/// One of its probes can have the container stopped, within the grace period of the Pod (facts A14, A21).
fn is_restarted_by_probe(container: &Container) -> bool {
    let probes = [&container.spec.liveness_probe, &container.spec.startup_probe];
    probes.into_iter().flatten().any(|probe| probe.termination_grace_period_seconds.is_none())
}

fn means(grace: i64) -> &'static str {
    match grace {
        0 => {
            "With a grace period of 0 a delete removes the Pod's object at once, and the kubelet gives the hook 1 s"
        }
        _ => "A negative grace period is treated as 1 s",
    }
}

/// A finding about the grace period itself.
fn grace_finding(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &Hook<'_>,
    severity: Severity,
) -> FindingBuilder {
    let time = &hook.duration;
    let longest = time.longest.seconds().unwrap_or(time.shortest);
    let needed = if longest.is_finite() { longest } else { 0.0 };
    let grace = suggested_grace(needed);
    subject
        .finding(&RULE, severity, &workload.grace_path())
        .help("Give the Pod time for the hook and then for the program to stop.", grace_yaml(grace))
        .fix(raised(subject, workload, hook, grace))
        .related(related(subject.source, subject.object, &view.container.pre_stop_path(), "the hook"))
}

/// Facts B17 and K9–K11: what the API server accepts of a sleep action.
fn sleep_action(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &Hook<'_>,
    sleep: i64,
    grace: i64,
) -> Option<FindingBuilder> {
    let version = subject.settings.kubernetes_version;
    let name = view.container.name();
    let zero_is_refused = subject.settings.support(&SLEEP_OF_ZERO) != Support::Works;
    let finding = |severity| subject.finding_at(&RULE, severity, hook.words.clone());
    let checks_stateful_sets = ControlPlane::of(version).checks_stateful_sets;
    let refused = match workload.object.id.kind.as_str() {
        "StatefulSet" if !checks_stateful_sets => {
            "The API server takes the StatefulSet, and then refuses every Pod of it"
        }
        _ => "The API server refuses it",
    };
    let floor = if zero_is_refused { "greater than 0" } else { "non-negative" };
    let too_short = format!("a sleep action must be {floor} in Kubernetes {version}");
    // No number of seconds is at most a negative one (fact A18), and only 0 is at most 0.
    if grace < 0 || (grace == 0 && (sleep > 0 || zero_is_refused)) {
        let why = match (grace, sleep) {
            (0, 0) => too_short.as_str(),
            (0, _) => "a sleep action may not be longer than terminationGracePeriodSeconds",
            _ => "no sleep action is accepted beside a negative terminationGracePeriodSeconds",
        };
        let message =
            format!("the grace period is {grace} s, so the preStop hook of `{name}` has no time to run");
        let finding = grace_finding(subject, workload, view, hook, Severity::Error);
        return Some(finding.message(message).why(format!("{refused}: {why}.")));
    }
    if sleep < 0 || (sleep == 0 && zero_is_refused) {
        return Some(
            finding(Severity::Error)
                .message(format!("the preStop hook of `{name}` sleeps {sleep} s, which is not accepted"))
                .why(format!("{refused}: {too_short}."))
                .help("Sleep a positive number of seconds.", "sleep:\n  seconds: 5"),
        );
    }
    match Fit::of(hook, grace) {
        Fit::Longer => Some(with_grace(
            subject,
            workload,
            hook,
            sleep as f64,
            finding(Severity::Error)
                .message(format!(
                    "the preStop hook of `{name}` sleeps {sleep} s, longer than the grace period of {}",
                    grace_words(workload, grace)
                ))
                .why(format!(
                    "{refused}: a sleep action may not be longer than terminationGracePeriodSeconds."
                )),
        )),
        Fit::Whole if grace > 0 => Some(equal(subject, workload, view.container, hook, grace)),
        _ => None,
    }
}

fn hook_time(
    subject: &Subject<'_>,
    workload: &Workload,
    view: &ContainerView<'_>,
    hook: &Hook<'_>,
    grace: i64,
) -> Option<FindingBuilder> {
    let name = view.container.name();
    let finding = |severity| subject.finding_at(&RULE, severity, hook.words.clone());
    let words = grace_words(workload, grace);
    let least = hook.duration.shortest;
    let (needed, finding) = match Fit::of(hook, grace) {
        Fit::Fits | Fit::Unknown => return None,
        Fit::Whole => return Some(equal(subject, workload, view.container, hook, grace)),
        Fit::Longer => (
            least,
            finding(Severity::Error)
                .message(format!(
                    "the preStop hook of `{name}` takes at least {}, longer than the grace period of {words}",
                    seconds(least)
                ))
                .why(overrun_story(subject, grace)),
        ),
        Fit::MayBeLonger(longest) => (
            longest,
            finding(Severity::Warning)
                .message(format!(
                    "the preStop hook of `{name}` can take {}, longer than the grace period of {words}",
                    seconds(longest)
                ))
                .why(overrun_story(subject, grace)),
        ),
        Fit::Unbounded => {
            let message = format!(
                "the preStop hook of `{name}` waits without a bound, and the grace period of {words} cuts it"
            );
            let rest = match Kubelet::of(subject.settings.kubernetes_version).counts_hooks {
                true => format!("is killed {LAST_SECONDS} s later"),
                false => {
                    format!("up to Kubernetes 1.27 is killed {grace} s later, from 1.28 on {LAST_SECONDS} s")
                }
            };
            let why = format!(
                "As long as what it waits for does not happen, the hook runs until the grace period is over; the container \
                 then gets the stop signal, and {rest}."
            );
            let finding = finding(Severity::Info).message(message).why(why).help(
                "Bound the wait below the grace period, for example with `timeout`, so that the program has its time to \
                 stop.",
                "",
            );
            return Some(beside_grace(subject, workload, finding));
        }
    };
    Some(with_grace(subject, workload, hook, needed, finding))
}

/// Equality leaves the program two seconds (facts B17, A9), but up to 1.27 (fact A8).
fn equal(
    subject: &Subject<'_>,
    workload: &Workload,
    container: &Container,
    hook: &Hook<'_>,
    grace: i64,
) -> FindingBuilder {
    let kubelet = Kubelet::of(subject.settings.kubernetes_version);
    let why = match kubelet.counts_hooks {
        true => format!(
            "preStop counts against the grace period: the stop signal comes at {grace} s, when nothing of it is left, and \
             the program is killed {LAST_SECONDS} s later."
        ),
        false => format!(
            "The stop signal comes at {grace} s. Up to Kubernetes 1.27 the program then gets another {grace} s; from 1.28 \
             on nothing of the grace period is left, and it is killed after {LAST_SECONDS} s."
        ),
    };
    let finding = subject
        .finding_at(&RULE, Severity::Warning, hook.words.clone())
        .message(format!(
            "the preStop hook of `{}` takes the whole grace period of {}",
            container.name(),
            grace_words(workload, grace)
        ))
        .why(why);
    with_grace(subject, workload, hook, grace as f64, finding)
}

fn with_grace(
    subject: &Subject<'_>,
    workload: &Workload,
    hook: &Hook<'_>,
    needed: f64,
    finding: FindingBuilder,
) -> FindingBuilder {
    let grace = suggested_grace(needed.max(workload.grace_period().unwrap_or_default() as f64));
    let finding = finding
        .help(
            "Raise the grace period in the pod spec above the hook's time and the time the program needs to stop, or \
             shorten the hook.",
            grace_yaml(grace),
        )
        .fix(raised(subject, workload, hook, grace));
    beside_grace(subject, workload, finding)
}

/// The grace period raised. That is no mend of a hook that waits without a bound, and not all of one that
/// is refused whatever the grace period.
fn raised(subject: &Subject<'_>, workload: &Workload, hook: &Hook<'_>, grace: i64) -> Option<Fix> {
    let is_bounded = !hook.duration.never_ends() && hook.duration.longest != Longest::Unbounded;
    let is_refused = match hook.handler {
        Handler::Sleep { seconds } => {
            seconds < 0 || (seconds == 0 && subject.settings.support(&SLEEP_OF_ZERO) != Support::Works)
        }
        _ => false,
    };
    let set = set_grace(workload, grace);
    (is_bounded && !is_refused).then(|| subject.fix(true, &[set]))?
}

/// With the grace period as a related place, where it is written.
fn beside_grace(subject: &Subject<'_>, workload: &Workload, finding: FindingBuilder) -> FindingBuilder {
    if workload.pod_spec().termination_grace_period_seconds.is_none() {
        return finding.also_why(&subject.unread("a patch elsewhere may set a longer grace period"));
    }
    finding.related(related(subject.source, subject.object, &workload.grace_path(), "the grace period"))
}

/// Room for what is needed and for the program to stop, in seconds.
pub(super) fn suggested_grace(needed: f64) -> i64 {
    let rounded = ((needed + TIME_TO_STOP) / 5.0).ceil() * 5.0;
    rounded.max(30.0) as i64
}

/// The Pod gets so many seconds.
pub(super) fn set_grace(workload: &Workload, grace: i64) -> Operation {
    Operation::set(workload.grace_path(), Content::Int(grace))
}

fn grace_yaml(grace: i64) -> String {
    edit::yaml("terminationGracePeriodSeconds", &Content::Int(grace))
}

fn grace_words(workload: &Workload, grace: i64) -> String {
    match workload.pod_spec().termination_grace_period_seconds {
        Some(_) => format!("{grace} s"),
        None => format!("{grace} s (the default)"),
    }
}

/// Facts A7, A8 and A11.
fn overrun_story(subject: &Subject<'_>, grace: i64) -> String {
    match Kubelet::of(subject.settings.kubernetes_version).counts_hooks {
        false => format!(
            "The kubelet stops waiting for the hook after {grace} s and sends the stop signal while it still runs. Up to \
             Kubernetes 1.27 the program then gets another {grace} s; from 1.28 on it is killed after {LAST_SECONDS} s."
        ),
        true => format!(
            "The kubelet stops waiting for the hook after {grace} s, sends the stop signal while it still runs, and kills \
             the container {LAST_SECONDS} s later: the program never gets its time to stop."
        ),
    }
}
