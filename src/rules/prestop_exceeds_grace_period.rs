//! `prestop-exceeds-grace-period`: SIGKILL can come before preStop is done.

mod stories;

use stories::{counts_hooks, endless_story, means, overrun_story, rest, whole_story};
use strum::{IntoStaticStr, VariantNames};

use super::grace::{MOST_WITHOUT_ASKING, YEAR, needed_by_all, set_grace, suggested_grace};
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::seconds;
use crate::finding::{Chart, Related, Severity};
use crate::kubernetes::control_plane::ControlPlane;
use crate::kubernetes::features::{SLEEP_OF_ZERO, Support};
use crate::kubernetes::kubelet::LAST_SECONDS;
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
    reason: "The grace period covers the hook and the shutdown together. Its clock starts when the Pod is deleted, not when preStop is done. If preStop is still running when the time is up, the kubelet stops waiting for it, sends the stop signal, and allows the application about 2 more seconds before SIGKILL (from Kubernetes 1.28 on). Requests in flight are cut, buffers are not written, and the events hardly say that preStop was the reason: a command that was cut is noted as failed (FailedPreStopHook) once the container has ended, a sleep action not at all.",
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
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let Some(grace) = grace_of(workload, view) else { continue };
        let Some((hook, how)) = of_container(subject, view, grace) else { continue };
        let overrun = Overrun { workload, container: view.container, hook, grace, how };
        let place = match how.is_of_grace() && how != How::SleepWithoutGrace {
            true => subject.place(&workload.grace_path()),
            false => hook.words.clone(),
        };
        let related = overrun.related(subject);
        let label = how.label();
        seen.push(
            Seen::new(how.severity(), place, overrun).container(view.container).label(label).related(related),
        );
    }
}

/// The grace period that the hook of a container is held against, in seconds.
fn grace_of(workload: &Workload, view: &ContainerView<'_>) -> Option<i64> {
    match view.pre_stop.as_ref().map(|hook| &hook.handler) {
        Some(Handler::Sleep { .. }) => workload.validated_grace_period(),
        _ => workload.grace_period(),
    }
}

/// The hook of a container, and how it exceeds the grace period.
fn of_container<'v, 'a>(
    subject: &Subject<'_>,
    view: &'v ContainerView<'a>,
    grace: i64,
) -> Option<(&'v Hook<'a>, How)> {
    let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped)?;
    // One that fails before the grace period is over is another rule's.
    if hook.fault.is_some() && grace > 0 && hook.duration.shortest < grace as f64 {
        return None;
    }
    let how = match hook.handler {
        Handler::Sleep { seconds } => How::of_sleep(hook, seconds, grace),
        _ if grace <= 0 => How::without_grace(subject, hook),
        _ => How::within(hook, grace),
    };
    Some((hook, how.or_else(|| How::nearly(subject, hook, grace))?))
}

/// The rule reports the hook of a container.
pub(super) fn reports(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let grace = subject.workload.and_then(|workload| grace_of(workload, view));
    grace.is_some_and(|grace| of_container(subject, view, grace).is_some())
}

/// The rule reports the grace period, which has no room for a hook.
pub(super) fn blames_grace(subject: &Subject<'_>) -> bool {
    let is_of_grace = |view: &ContainerView<'_>| {
        let grace = subject.workload.and_then(|workload| grace_of(workload, view))?;
        Some(of_container(subject, view, grace)?.1.is_of_grace())
    };
    subject.containers.iter().any(|view| is_of_grace(view) == Some(true))
}

/// A preStop hook that the grace period has no room for.
struct Overrun<'s> {
    workload: &'s Workload,
    container: &'s Container,
    hook: &'s Hook<'s>,
    /// In seconds.
    grace: i64,
    how: How,
}

/// How it exceeds the grace period; all numbers are seconds.
#[derive(Debug, Clone, Copy, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// A grace period of 0 skips the hook (facts A12, A14).
    Skipped,
    /// The second that a grace period of 0 leaves cuts a hook that never ends (facts A13, A18, N3).
    EndlessWithoutGrace { given: i64 },
    /// The same for one that takes longer.
    LongerWithoutGrace { given: i64 },
    /// The same for one that may take longer.
    MayBeLongerWithoutGrace { given: i64 },
    /// No sleep action is accepted beside this grace period (facts A18, K9).
    SleepWithoutGrace,
    /// This number of seconds is not accepted (facts K10, K11).
    SleepRefused { sleep: i64 },
    /// The sleep action is longer than the grace period, which is refused (facts B17, K9).
    SleepTooLong { sleep: i64 },
    /// Equality leaves the program two seconds (facts B17, A9), but up to 1.27 (fact A8).
    Whole,
    /// What the hook leaves is no more than the kubelet gives anyway (fact A9).
    Nearly { least: f64 },
    /// The hook takes longer.
    Longer { least: f64 },
    /// The hook can take longer.
    MayBeLonger { longest: f64 },
    /// The hook waits for something that may never happen.
    Unbounded,
}

impl How {
    /// A grace period of 0 leaves the hook a second, or nothing; so does a negative one, which means 1 s
    /// (facts A12–A15, A17, A18 and N3).
    fn without_grace(subject: &Subject<'_>, hook: &Hook<'_>) -> Option<Self> {
        let given = subject.grace.map_or(1, |grace| grace.hook);
        match Fit::of(hook, given) {
            _ if given == 0 => Some(Self::Skipped),
            Fit::Longer | Fit::Unbounded if hook.duration.never_ends() => {
                Some(Self::EndlessWithoutGrace { given })
            }
            // A hook that takes all of it is cut as well: its start comes on top.
            Fit::Longer | Fit::Whole => Some(Self::LongerWithoutGrace { given }),
            Fit::Fits => None,
            Fit::MayBeLonger(_) | Fit::Unbounded | Fit::Unknown => {
                Some(Self::MayBeLongerWithoutGrace { given })
            }
        }
    }

    /// Facts B17 and K9–K11: what the API server accepts of a sleep action.
    fn of_sleep(hook: &Hook<'_>, sleep: i64, grace: i64) -> Option<Self> {
        // No number of seconds is at most a negative one (fact A18), and only 0 is at most 0. That a version
        // refuses one of 0 is for another rule to say.
        if grace < 0 || (grace == 0 && sleep > 0) {
            return Some(Self::SleepWithoutGrace);
        }
        if sleep < 0 {
            return Some(Self::SleepRefused { sleep });
        }
        match Fit::of(hook, grace) {
            Fit::Longer => Some(Self::SleepTooLong { sleep }),
            Fit::Whole if grace > 0 => Some(Self::Whole),
            _ => None,
        }
    }

    fn within(hook: &Hook<'_>, grace: i64) -> Option<Self> {
        match Fit::of(hook, grace) {
            Fit::Fits | Fit::Unknown => None,
            Fit::Whole => Some(Self::Whole),
            Fit::Longer => Some(Self::Longer { least: hook.duration.shortest }),
            Fit::MayBeLonger(longest) => Some(Self::MayBeLonger { longest }),
            Fit::Unbounded => Some(Self::Unbounded),
        }
    }

    /// From 1.28 on the program gets two seconds whatever the hook has left of the grace period (facts A7, A9);
    /// what takes less than a second is not counted (fact A10).
    fn nearly(subject: &Subject<'_>, hook: &Hook<'_>, grace: i64) -> Option<Self> {
        let least = hook.duration.shortest;
        let is_near = counts_hooks(subject) && least >= 1.0 && least >= (grace - LAST_SECONDS) as f64;
        let fits = grace > 0 && matches!(Fit::of(hook, grace), Fit::Fits);
        (is_near && fits).then_some(Self::Nearly { least })
    }

    /// What the marked words do, in a picture.
    fn label(self) -> Option<String> {
        match self {
            Self::EndlessWithoutGrace { given }
            | Self::LongerWithoutGrace { given }
            | Self::MayBeLongerWithoutGrace { given } => Some(format!("leaves the hook {given} s")),
            Self::Nearly { least } | Self::Longer { least } => {
                Some(format!("takes at least {}", seconds(least)))
            }
            Self::MayBeLonger { longest } => Some(format!("can take {}", seconds(longest))),
            Self::Whole => Some("takes all of it".to_owned()),
            Self::Unbounded => Some("may never end".to_owned()),
            // The number that is marked says all.
            Self::Skipped
            | Self::SleepWithoutGrace
            | Self::SleepRefused { .. }
            | Self::SleepTooLong { .. } => None,
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::Skipped
            | Self::EndlessWithoutGrace { .. }
            | Self::LongerWithoutGrace { .. }
            | Self::SleepWithoutGrace
            | Self::SleepRefused { .. }
            | Self::SleepTooLong { .. }
            | Self::Longer { .. } => Severity::Error,
            Self::MayBeLongerWithoutGrace { .. }
            | Self::Whole
            | Self::Nearly { .. }
            | Self::MayBeLonger { .. } => Severity::Warning,
            Self::Unbounded => Severity::Info,
        }
    }

    /// The fault is the grace period, and not the hook.
    fn is_of_grace(self) -> bool {
        matches!(
            self,
            Self::Skipped
                | Self::EndlessWithoutGrace { .. }
                | Self::LongerWithoutGrace { .. }
                | Self::MayBeLongerWithoutGrace { .. }
                | Self::SleepWithoutGrace
        )
    }
}

impl Verdict for Overrun<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, grace) = (self.container.name(), self.grace);
        let words = self.grace_words();
        let hook = format!("the preStop hook of `{name}`");
        let (message, why) = match self.how {
            How::Skipped => (
                format!("the grace period is {grace} s, so {hook} does not run"),
                format!(
                    "A kubelet of {} skips preStop where the grace period is 0.",
                    subject.settings.kubernetes_version
                ),
            ),
            How::EndlessWithoutGrace { given } => (
                format!("the grace period is {grace} s, so {hook} gets {given} s, and never ends by itself"),
                format!("{}: {}.", means(grace), rest(subject)),
            ),
            How::LongerWithoutGrace { given } => (
                format!(
                    "the grace period is {grace} s, so {hook} gets {given} s, and takes at least {}",
                    seconds(self.hook.duration.shortest)
                ),
                format!("{}: {}.", means(grace), rest(subject)),
            ),
            How::MayBeLongerWithoutGrace { given } => (
                format!("the grace period is {grace} s, so {hook} gets no more than {given} s"),
                format!("{}. If the hook takes longer, {}.", means(grace), rest(subject)),
            ),
            How::SleepWithoutGrace => {
                let why = match grace {
                    0 => TOO_LONG,
                    _ => "no sleep action is accepted beside a negative terminationGracePeriodSeconds",
                };
                (
                    format!("the grace period is {grace} s, so {hook} has no time to run"),
                    format!("{}: {why}.", self.refused(subject)),
                )
            }
            How::SleepRefused { sleep } => (
                format!("{hook} sleeps {sleep} s, which is not accepted"),
                format!("{}: {}.", self.refused(subject), too_short(subject)),
            ),
            How::SleepTooLong { sleep } => (
                format!("{hook} sleeps {sleep} s, longer than the grace period of {words}"),
                format!("{}: {TOO_LONG}.", self.refused(subject)),
            ),
            How::Whole => {
                (format!("{hook} takes the whole grace period of {words}"), whole_story(subject, grace))
            }
            How::Nearly { least } => (
                format!(
                    "{hook} leaves the program no more than {LAST_SECONDS} s of the grace period of {words}"
                ),
                format!(
                    "preStop counts against the grace period: the stop signal comes at {}, and the kill {LAST_SECONDS} s \
                     later, as if nothing of it were left.",
                    seconds(least)
                ),
            ),
            How::Longer { least } => (
                format!("{hook} takes at least {}, longer than the grace period of {words}", seconds(least)),
                overrun_story(subject, grace),
            ),
            How::MayBeLonger { longest } => (
                format!("{hook} can take {}, longer than the grace period of {words}", seconds(longest)),
                overrun_story(subject, grace),
            ),
            How::Unbounded => (
                format!("{hook} waits without a bound, and the grace period of {words} cuts it"),
                endless_story(subject, grace),
            ),
        };
        let more = match self.how {
            How::EndlessWithoutGrace { .. }
            | How::LongerWithoutGrace { .. }
            | How::MayBeLongerWithoutGrace { .. }
                if grace == 0 && is_restarted_by_probe(self.container) =>
            {
                " When a probe has the container restarted, the hook is skipped altogether.".to_owned()
            }
            _ if self.may_be_raised_elsewhere() => {
                subject.unread("a patch elsewhere may set a longer grace period")
            }
            _ => String::new(),
        };
        Words::new(message, format!("{why}{more}"))
    }

    /// What is refused, and a hook that is skipped, happens at no time.
    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        let is_refused =
            matches!(self.how, How::SleepWithoutGrace | How::SleepRefused { .. } | How::SleepTooLong { .. });
        if is_refused || self.how == How::Skipped {
            return None;
        }
        let view = subject.containers.iter().find(|view| view.container.path == self.container.path)?;
        subject.stopped(view, |stopped| stopped.chart())
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        const RAISE: &str = "Raise the grace period in the pod spec above the hook's time and the time the program needs to stop, \
                             or shorten the hook.";
        let needed = match self.how {
            How::SleepRefused { .. } => {
                let seconds = self.container.pre_stop_path().dotted("sleep.seconds");
                let sleep = Operation::set(seconds, Content::Int((self.grace - 1).clamp(1, 5)));
                return Mend::guess("Sleep a positive number of seconds.", vec![sleep]);
            }
            How::Unbounded => {
                return Mend::prose(
                    "Bound the wait below the grace period, for example with `timeout`, so that the program has its time to \
                     stop.",
                );
            }
            how if how.is_of_grace() => {
                let time = &self.hook.duration;
                let longest = time.longest.seconds().unwrap_or(time.shortest);
                if longest.is_finite() { longest } else { 0.0 }
            }
            How::SleepTooLong { sleep } => (sleep as f64).max(self.grace as f64),
            How::Longer { least } => least.max(self.grace as f64),
            How::Nearly { least } => least,
            How::MayBeLonger { longest } => longest.max(self.grace as f64),
            _ => self.grace as f64,
        };
        let text = match self.how.is_of_grace() {
            true => "Give the Pod time for the hook and then for the program to stop.",
            false => RAISE,
        };
        let grace = suggested_grace(needed.max(needed_by_all(subject)));
        if matches!(self.how, How::SleepWithoutGrace) && self.is_refused_anyway(subject) {
            let seconds = self.container.pre_stop_path().dotted("sleep.seconds");
            let sleep = Operation::set(seconds, Content::Int(5));
            return Mend::guess(text, vec![set_grace(self.workload, grace), sleep]);
        }
        // One of 0 may be meant: nobody gets there by leaving it out.
        let is_safe = !self.how.is_of_grace() && self.is_bounded() && grace <= MOST_WITHOUT_ASKING;
        match self.is_mended_by_grace(subject) {
            true => Mend::edit(is_safe, text, vec![set_grace(self.workload, grace)]),
            false => Mend::example(text, self.workload.grace_path(), Content::Int(grace)),
        }
    }
}

impl Overrun<'_> {
    /// The hook beside the grace period, or the grace period beside the hook: where it is not written, the Pod
    /// spec that lacks it.
    fn related(&self, subject: &Subject<'_>) -> Option<Related> {
        let beside = |path, message| related(subject.source, subject.object, path, message);
        let grace = &self.workload.grace_path();
        match self.how {
            // The API server names the sleep action (fact K9).
            How::SleepWithoutGrace => Some(beside(grace, "the grace period")),
            how if how.is_of_grace() => Some(beside(&self.container.pre_stop_path(), "the hook")),
            How::SleepRefused { .. } => None,
            _ if self.has_default_grace() => {
                let place = subject.key_place(&self.workload.pod_spec_path).place;
                let message = format!("no terminationGracePeriodSeconds: {} s", self.grace);
                Some(Related { place, message })
            }
            _ => Some(beside(grace, "the grace period")),
        }
    }

    /// What the hook takes at most is known.
    fn is_bounded(&self) -> bool {
        self.hook.duration.longest.seconds().is_some_and(f64::is_finite)
    }

    fn has_default_grace(&self) -> bool {
        self.workload.pod_spec().termination_grace_period_seconds.is_none()
    }

    fn may_be_raised_elsewhere(&self) -> bool {
        let is_beside = !self.how.is_of_grace() && !matches!(self.how, How::SleepRefused { .. });
        is_beside && self.has_default_grace()
    }

    fn grace_words(&self) -> String {
        let grace = self.grace;
        match self.workload.pod_spec().termination_grace_period_seconds {
            None => format!("{grace} s (the default)"),
            Some(written) if written < grace => format!("{grace} s (to which the negative one is set)"),
            Some(_) => format!("{grace} s"),
        }
    }

    /// How the API server refuses it.
    fn refused(&self, subject: &Subject<'_>) -> &'static str {
        let checks = ControlPlane::of(subject.settings.kubernetes_version).checks_stateful_sets;
        match self.workload.object.id.kind.as_str() {
            "StatefulSet" if !checks => {
                "The API server takes the StatefulSet, and then refuses every Pod of it"
            }
            _ => "The API server refuses it",
        }
    }

    /// A longer grace period is the mend. It is none for a hook that waits without a bound, and not all of it
    /// for one that is refused whatever the grace period.
    fn is_mended_by_grace(&self, subject: &Subject<'_>) -> bool {
        let time = &self.hook.duration;
        let is_bounded = !time.never_ends() && time.longest != Longest::Unbounded;
        is_bounded && time.shortest < YEAR && !self.is_refused_anyway(subject)
    }

    /// It is refused whatever the grace period.
    fn is_refused_anyway(&self, subject: &Subject<'_>) -> bool {
        match self.hook.handler {
            Handler::Sleep { seconds } => seconds < 0 || (seconds == 0 && zero_is_refused(subject)),
            _ => false,
        }
    }
}

const TOO_LONG: &str = "a sleep action may not be longer than terminationGracePeriodSeconds";

fn zero_is_refused(subject: &Subject<'_>) -> bool {
    subject.settings.support(&SLEEP_OF_ZERO) != Support::Works
}

fn too_short(subject: &Subject<'_>) -> String {
    let floor = if zero_is_refused(subject) { "greater than 0" } else { "non-negative" };
    format!("a sleep action must be {floor} in Kubernetes {}", subject.settings.kubernetes_version)
}

/// One of its probes can have the container stopped, within the grace period of the Pod (facts A14, A21).
fn is_restarted_by_probe(container: &Container) -> bool {
    let probes = [&container.spec.liveness_probe, &container.spec.startup_probe];
    probes.into_iter().flatten().any(|probe| probe.termination_grace_period_seconds.is_none())
}
