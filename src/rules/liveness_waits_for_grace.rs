//! `liveness-waits-for-grace`: a container that hangs is restarted only when a long grace period is over.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::{self, Optional};
use super::probed::{Probe, running};
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::{Chart, Severity};
use crate::kubernetes::features::{PROBE_GRACE, Support};
use crate::manifest::place::related;
use crate::timeline::{ProbeKind, Story};
use crate::yaml::path::FieldPath;

/// What the rule can be told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// The longest grace period of a Pod for which a restart is left to wait, in seconds.
    #[schemars(range(min = 1, max = 86400), extend("examples" = [300]))]
    longest_grace_period: i64,
}

impl Default for Options {
    fn default() -> Self {
        <Self as options::Options>::DEFAULT.clone()
    }
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { longest_grace_period: 120 };
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "liveness-waits-for-grace",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A failed liveness probe waits out a long grace period of the Pod before it restarts the container.",
    reason: "A container whose liveness probe has failed is stopped as in a deletion: preStop, stop signal, and the kill only when the grace period is over. A long grace period is for work that has to be finished. A program that hangs finishes nothing, and rarely heeds the signal: it goes on hanging for all of that time, and the kubelet does nothing else with the Pod. A probe can have a grace period of its own.",
    options: Some(Optional::of::<Options>()),
    facts: &["A20", "A21", "A22"],
    docs: &[
        Link {
            title: "Probe-level terminationGracePeriodSeconds",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/probes/#probe-level-terminationgraceperiodseconds",
        },
        Link {
            title: "Pod termination",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
        },
    ],
    page: page!("liveness-waits-for-grace"),
    verdicts: &["long-grace"],
    check: Check::Object(check),
};

/// What a probe's own grace period leaves the program, in seconds.
const OWN: i64 = 30;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = running(subject) else { return };
    let longest = subject.settings.of::<Options>().longest_grace_period;
    let Some(grace) = workload.grace_period().filter(|grace| *grace > longest) else { return };
    if subject.settings.support_in_all(&PROBE_GRACE) != Support::Works {
        return;
    }
    for view in &subject.containers {
        let Some(liveness) = Probe::of(workload, view.container, ProbeKind::Liveness) else { continue };
        let own = liveness.path.key("terminationGracePeriodSeconds");
        // A field that is there but could not be decoded is not missing.
        if subject.object.at(&own).is_some() {
            continue;
        }
        let place = subject.key_place(&liveness.path);
        let long =
            related(subject.source, subject.object, &workload.grace_path(), "the grace period of the Pod");
        let label = format!("waits up to {grace} s");
        let verdict = LongGrace { view, grace, own };
        seen.push(
            Seen::new(RULE.severity(), place, verdict).container(view.container).label(label).related([long]),
        );
    }
}

/// A failed liveness probe has the whole grace period of the Pod (facts A20, A21).
struct LongGrace<'s> {
    view: &'s ContainerView<'s>,
    grace: i64,
    own: FieldPath,
}

impl Verdict for LongGrace<'_> {
    fn name(&self) -> &'static str {
        "long-grace"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, grace) = (self.view.container.name(), self.grace);
        Words::new(
            format!("a failed liveness probe of `{name}` waits out the Pod's grace period of {grace} s"),
            format!(
                "The probe has a grace period of its own only if it says so. If `{name}` hangs and does not heed the stop signal, \
                 it goes on hanging for up to {grace} s after its liveness probe has failed, and nothing else is done with the \
                 Pod in that time."
            ),
        )
    }

    /// preStop counts against it (fact A21), and runs before the program hears of anything.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let longest = subject.settings.of::<Options>().longest_grace_period;
        let hook = self.view.pre_stop.as_ref();
        let takes = hook.and_then(|hook| hook.duration.longest.seconds()).filter(|takes| takes.is_finite());
        let needed = takes.map_or(OWN, |takes| takes.ceil() as i64 + OWN).min(longest);
        Mend::guess(
            "Give the probe a grace period of its own, long enough for the preStop hook and a program that still stops; it does \
             not count when the Pod is deleted.",
            vec![Operation::set(self.own.clone(), Content::Int(needed))],
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Liveness)
    }
}
