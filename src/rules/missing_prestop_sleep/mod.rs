//! `missing-prestop-sleep`: the stop signal can come before endpoints stop sending traffic.

mod help;
mod served;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::{self, Optional, Refused};
use super::subject::{ContainerView, Subject, services};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::words::{capitalised, seconds, uncapitalised};
use crate::finding::{Finding, Severity};
use crate::hook::Duration;
use crate::kubernetes::features::{SLEEP_ACTION, Support};
use crate::manifest::Workload;
use crate::set::Serving;
use crate::set::mounted::{self, Mounted};
use crate::shell::{Longest, invocation};
use crate::timeline::{Fit, Grace, Hook};
use help::advice;
use served::Served;

/// What the rule can be told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// How long endpoints can still receive traffic after a Pod is deleted, in seconds.
    #[schemars(range(min = 0, max = 86400), extend("examples" = [10]))]
    pub propagation_delay: f64,
}

impl Default for Options {
    fn default() -> Self {
        <Self as options::Options>::DEFAULT.clone()
    }
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { propagation_delay: 5.0 };

    fn check(&self, wrong: &mut Refused) {
        wrong.seconds("propagationDelay", self.propagation_delay);
    }
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "missing-prestop-sleep",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A container that serves traffic gets its stop signal before the traffic has stopped.",
    reason: "When a Pod is deleted, two things begin at the same moment, and nothing orders them. The kubelet stops the containers. Meanwhile the control plane takes the Pod out of its EndpointSlices, and every node, ingress controller and load balancer has to hear about it. Until the last of them has, new requests arrive at a server that has already received SIGTERM. They fail with a refused connection, or a 502, at every rollout, scale-down and node drain.",
    options: Some(Optional::of::<Options>()),
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
    let delay = subject.settings.propagation_delay();
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
            _ if served.is_scraped => None,
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

/// The container may be held back for long enough by its own hook, for all that is known.
fn may_wait(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped && !hook.fails);
    let longest = hook.map(|hook| hook.takes().latest);
    longest
        .is_some_and(|longest| longest.is_none_or(|longest| longest >= subject.settings.propagation_delay()))
}

/// A hook that is there but could not be decoded, or has no handler, is reported as that.
fn is_undecoded(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    subject.object.at(&view.container.pre_stop_path()).is_some()
}

fn absent(subject: &Subject<'_>, served: &Served<'_, '_>, severity: Severity) -> FindingBuilder {
    let view = served.view;
    let mend = advice(subject, served, None);
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
            story(subject, served, &signal_comes(served, "at", 0.0)),
            subject.unread("a patch elsewhere may add one")
        ))
        .help(mend.text, mend.yaml)
        .fix(mend.fix)
}

/// The hook is there: does it hold the stop signal back for long enough?
fn present(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
) -> Option<FindingBuilder> {
    let view = served.view;
    let delay = subject.settings.propagation_delay();
    let time = &hook.duration;
    let held = held(subject, view);
    // Where the grace period leaves a hook no time at all another rule says so.
    let never_runs = subject.grace.is_some_and(|grace| grace.hook == 0);
    if !hook.is_dropped && (held >= delay || never_runs || hook.may_be_completed) {
        return None;
    }
    if !time.known && !time.stops_surely && !hook.is_dropped {
        return match cut_before(subject, view, hook, delay) {
            Some(cut) => Some(cut_too_soon(subject, served, hook, severity, cut)),
            None => subject.settings.strict.then(|| unknown(subject, served, hook)),
        };
    }
    let name = view.container.name();
    let version = subject.settings.kubernetes_version;
    let (message, reason) = match &time.failure {
        _ if hook.is_dropped => {
            let support = subject.settings.support(&SLEEP_ACTION);
            let is_set = subject.settings.feature_gates.contains_key(SLEEP_ACTION.gate);
            let (state, why) = match support {
                Support::Unknown => ("does not exist", DROPPED),
                Support::Refused | Support::Dropped | Support::Works if is_set => {
                    ("is off", "Its feature gate PodLifecycleSleepAction is off, so the hook is dropped. ")
                }
                Support::Refused | Support::Dropped | Support::Works => ("is off by default", DROPPED),
            };
            (format!("the preStop sleep of `{name}` {state} in Kubernetes {version}"), why.to_owned())
        }
        Some(failure) => (
            format!("the preStop hook of `{name}` cannot run, so it holds nothing back"),
            format!(
                "{}. A failed preStop does not stop the termination (FailedPreStopHook). ",
                capitalised(&failure.reason)
            ),
        ),
        None if stops_first(time) => (
            format!(
                "the preStop hook of `{name}` {} the server {}, while traffic still comes in",
                if time.stops_surely { "stops" } else { "can stop" },
                after(held)
            ),
            match time.stops_surely {
                true => GONE_BY_THEN.to_owned(),
                false => String::new(),
            },
        ),
        None if held == 0.0 && matches!(time.longest, Longest::Seconds(longest) if longest < 1.0) => (
            format!(
                "the preStop hook of `{name}` does not wait, so the stop signal comes while traffic still comes in"
            ),
            "Its commands return at once. ".to_owned(),
        ),
        None if held == 0.0 => (
            format!(
                "the preStop hook of `{name}` can be over at once, so the stop signal can come while traffic still comes in"
            ),
            String::new(),
        ),
        None => (
            format!(
                "the preStop hook of `{name}` waits {}, less than the {} traffic needs to end",
                seconds(held),
                seconds(delay)
            ),
            String::new(),
        ),
    };
    let (words, event) = match &hook.stop_words {
        Some(stop) if time.failure.is_none() && !hook.is_dropped && stops_first(time) => {
            let stops = if time.stops_surely { "stops" } else { "can stop" };
            (stop.clone(), format!("the hook {stops} the server at {}", seconds(held)))
        }
        _ => (hook.words.clone(), signal_comes(served, "at", held)),
    };
    let mend = advice(subject, served, Some(hook));
    let unread = match misses_script(subject, view, hook) {
        true => subject.unread("another may add the script to the ConfigMap"),
        false => String::new(),
    };
    Some(
        subject
            .finding_at(&RULE, severity, words)
            .message(message)
            .why(format!("{reason}{}{unread}", story(subject, served, &event)))
            .help(mend.text, mend.yaml)
            .fix(mend.fix),
    )
}

/// What is left of a hook whose time nobody knows.
struct Cut {
    /// Its own bound, or what the grace period leaves it, in seconds.
    most: f64,
    /// When the stop signal comes at the latest, in seconds after the deletion.
    signal: f64,
}

/// The stop signal surely comes before traffic has ended. With a grace period of 0 another rule says what
/// that leaves.
fn cut_before(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &Hook<'_>, delay: f64) -> Option<Cut> {
    subject.workload.and_then(Workload::grace_period).filter(|grace| *grace > 0)?;
    let signal = view.stop.as_ref()?.signal?.when.latest.filter(|latest| *latest < delay)?;
    let most = subject.grace?.cut(hook.takes()).latest?;
    Some(Cut { most, signal })
}

fn cut_too_soon(
    subject: &Subject<'_>,
    served: &Served<'_, '_>,
    hook: &Hook<'_>,
    severity: Severity,
    cut: Cut,
) -> FindingBuilder {
    let mend = advice(subject, served, Some(hook));
    let name = served.view.container.name();
    let most = seconds(cut.most);
    let delay = seconds(subject.settings.propagation_delay());
    let version = subject.settings.kubernetes_version;
    let late = match cut.signal > cut.most {
        true => format!(" A kubelet of {version} can begin up to {} late.", seconds(cut.signal - cut.most)),
        false => String::new(),
    };
    subject
        .finding_at(&RULE, severity, hook.words.clone())
        .message(format!(
            "the preStop hook of `{name}` waits {most} at most, less than the {delay} traffic needs to end"
        ))
        .why(format!(
            "How long the hook takes is not known from here, only that it takes no longer.{late} {}",
            story(subject, served, &signal_comes(served, "by", cut.signal))
        ))
        .help(mend.text, mend.yaml)
        .fix(mend.fix)
}

const DROPPED: &str =
    "The sleep action is on by default from Kubernetes 1.30; before, the hook is refused or dropped. ";

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
    let delay = subject.settings.propagation_delay();
    let stop = served.view.stop.as_ref()?;
    let told = stop.told.filter(|told| told.surely)?;
    // Counted from where the hook begins.
    told.when.latest.filter(|latest| latest - stop.begins.width() < delay)?;
    let held = told.when.earliest;
    let sender = sender(served);
    let words = hook.stop_words.as_ref().unwrap_or(&hook.words).clone();
    Some(
        subject
            .finding_at(&RULE, severity, words)
            .message(format!(
                "the preStop hook of sidecar `{}` stops its server {}, while traffic still comes in",
                served.view.container.name(),
                after(held)
            ))
            .why(format!(
                "The stop signal of a sidecar waits for the application containers, but its preStop begins with the \
                 deletion: the server stops at {}, and {sender} can send requests until about {}.",
                seconds(held),
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
    let delay = seconds(subject.settings.propagation_delay());
    let mend = advice(subject, served, Some(hook));
    let name = served.view.container.name();
    subject
        .finding_at(&RULE, Severity::Info, hook.words.clone())
        .message(format!("how long the preStop hook of `{name}` takes cannot be known from here"))
        .why(format!(
            "Traffic can come in until about {delay} after the deletion. Whether the hook holds the stop signal back \
             for that long is decided in a program this tool does not see."
        ))
        .help(format!("If the hook returns sooner than {delay}: {}", uncapitalised(&mend.text)), mend.yaml)
        .fix(mend.fix)
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

/// `after 2 s`, `at once`.
fn after(held: f64) -> String {
    if held > 0.0 { format!("after {}", seconds(held)) } else { "at once".to_owned() }
}

/// When the stop signal comes, in a sentence.
fn signal_comes(served: &Served<'_, '_>, at: &str, held: f64) -> String {
    let held = seconds(held);
    match served.through().is_empty() {
        true => format!("the stop signal comes {at} {held}"),
        false => format!("the stop signal of `{}` comes {at} {held}", served.view.container.name()),
    }
}

/// Fact A4: nothing orders the kubelet's shutdown and the removal of endpoints. `event` is what stops the
/// server, and when.
fn story(subject: &Subject<'_>, served: &Served<'_, '_>, event: &str) -> String {
    let (sender, through) = (sender(served), served.through());
    format!(
        "When the Pod is deleted, {event}; {sender} can send requests{through} until about {}, and those in \
         between are refused or cut off. Nothing orders the two.",
        seconds(subject.settings.propagation_delay())
    )
}
