//! `short-drain-window`: preStop leaves the program little of the grace period.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::grace::mend_by_grace;
use super::options::{self, Optional};
use super::prestop_exceeds_grace_period;
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::kubernetes::kubelet::{Kubelet, LAST_SECONDS};
use crate::manifest::Workload;
use crate::manifest::place::related;
use crate::timeline::Hook;

/// What the rule can be told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// How long a program has to stop after its preStop hook, at least, in seconds.
    #[schemars(range(min = 0, max = 86400), extend("examples" = [10]))]
    pub least: f64,
}

impl Default for Options {
    fn default() -> Self {
        <Self as options::Options>::DEFAULT.clone()
    }
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { least: 5.0 };
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "short-drain-window",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "preStop leaves the program only a few seconds of the grace period to stop.",
    reason: "The grace period is for the hook and for the program together. What a preStop hook takes is missing when the program gets its stop signal: its open requests, its buffers and its connections have to be done in what is left. With a few seconds any slow request is cut by SIGKILL, and nothing says that the hook was the reason.",
    options: Some(Optional::of::<Options>()),
    facts: &["A7", "A8", "A9", "A10"],
    docs: &[
        Link {
            title: "Pod termination flow",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
        },
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
    ],
    page: page!("short-drain-window"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let Some(grace) = workload.grace_period() else { return };
    for view in &subject.containers {
        let Some(short) = Short::of(subject, workload, view, grace) else { continue };
        let beside = workload
            .pod_spec()
            .termination_grace_period_seconds
            .map(|_| related(subject.source, subject.object, &workload.grace_path(), "the grace period"));
        let label = short.how.label(short.until);
        let words = short.hook.words.clone();
        seen.push(
            Seen::new(Severity::Info, words, short).container(view.container).label(label).related(beside),
        );
    }
}

/// A container whose program has little time.
struct Short<'s> {
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
    hook: &'s Hook<'s>,
    /// In seconds.
    grace: i64,
    /// The latest that the program is told to stop, in seconds after the deletion.
    until: f64,
    how: How,
}

/// How much of the grace period the hook takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The same at each run.
    Takes,
    /// As much at most.
    CanTake,
}

impl How {
    /// What the marked words do, in a picture.
    fn label(self, until: f64) -> String {
        match self {
            Self::Takes => format!("takes {}", seconds(until)),
            Self::CanTake => format!("can take {}", seconds(until)),
        }
    }
}

impl<'s> Short<'s> {
    fn of(
        subject: &Subject<'_>,
        workload: &'s Workload,
        view: &'s ContainerView<'s>,
        grace: i64,
    ) -> Option<Self> {
        let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped)?;
        // A sidecar has what its application leaves, and a hook that is not counted takes nothing away (fact A8).
        let waits = view.stop.as_ref().is_some_and(|stop| stop.turn.is_some());
        if waits || !Kubelet::of(subject.settings.kubernetes_version).counts_hooks {
            return None;
        }
        let time = &hook.duration;
        let (shortest, until) = match (time.stop.is_some(), time.stops_surely) {
            // The hook tells the program to stop.
            (true, true) => (time.until_stop, time.stop_by.seconds()?),
            (true, false) => return None,
            (false, _) => (time.shortest, time.longest.seconds()?),
        };
        let left = grace as f64 - until;
        // What leaves no more than the last seconds is reported by another rule, and so is what can take longer.
        let is_short = left < subject.settings.of::<Options>().least && left > LAST_SECONDS as f64;
        let how = if shortest < until { How::CanTake } else { How::Takes };
        let is_told = is_short && until >= 1.0 && !prestop_exceeds_grace_period::reports(subject, view);
        is_told.then_some(Self { workload, view, hook, grace, until, how })
    }
}

impl Verdict for Short<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, until) = (self.view.container.name(), seconds(self.until));
        let left = seconds(self.grace as f64 - self.until);
        let origin = match self.workload.pod_spec().termination_grace_period_seconds {
            Some(_) => format!("{} s", self.grace),
            None => format!("{} s (the default)", self.grace),
        };
        let (takes, comes) = match self.how {
            How::Takes => ("takes", "comes"),
            How::CanTake => ("can take", "can come as late as"),
        };
        let at = if self.how == How::Takes { "at " } else { "" };
        Words::new(
            format!(
                "the preStop hook of `{name}` {takes} {until} of the grace period of {origin}, which leaves the program {left}"
            ),
            format!(
                "The stop signal {comes} {at}{until}, and SIGKILL at {}: what the program has not finished within {left} is cut \
                 off.{}",
                seconds(self.grace as f64),
                match self.workload.pod_spec().termination_grace_period_seconds {
                    Some(_) => String::new(),
                    None => subject.unread("a patch elsewhere may set a longer grace period"),
                }
            ),
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.stopped(self.view, |stopped| stopped.chart())
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        mend_by_grace(subject, self.workload, self.until)
    }
}
