//! `no-grace-period`: a Pod is given no time to stop.

use strum::{IntoStaticStr, VariantNames};

use super::grace::{set_grace, suggested_grace};
use super::missing_prestop_sleep::traffic_after;
use super::prestop_exceeds_grace_period::blames_grace;
use super::subject::{ContainerView, Subject, reached_by};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::{Chart, Interval, Severity};
use crate::kubernetes::kubelet::Kubelet;
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::timeline::{Given, Grace, Stopped};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "no-grace-period",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Pod has a grace period of 0 or less, so its containers are killed while they stop.",
    reason: "With terminationGracePeriodSeconds 0 every ordinary delete is a forced one: the Pod is gone from the API at once, while its containers still run, and are killed two seconds after their stop signal. Nobody waits for them: the name is free, and a StatefulSet may start its next Pod beside the old one, with the same identity and the same data. A negative number is taken for 1.",
    options: None,
    facts: &["A9", "A13", "A15", "A16", "A17", "A18", "H12", "N3"],
    docs: &[
        Link {
            title: "Forced Pod termination",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-forced",
        },
        Link {
            title: "Deployment and scaling guarantees of StatefulSets",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#deployment-and-scaling-guarantees",
        },
    ],
    page: page!("no-grace-period"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let (true, Some(workload)) = (speaks(subject), subject.workload) else { return };
    let Some(grace) = workload.grace_period() else { return };
    let served = subject.containers.iter().filter(|view| view.serving == Serving::Certain);
    let served = served.max_by_key(|view| !subject.is_scraped(view));
    let has_identity = workload.object.id.kind == "StatefulSet";
    let how = match (grace, has_identity) {
        (0, true) => How::ZeroIdentity,
        (0, false) => How::Zero,
        _ => How::Negative,
    };
    let severity = match has_identity || served.is_some() {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let shown =
        served.or_else(|| subject.containers.iter().find(|view| view.container.kind.is_long_running()));
    let related = served.map(|view| reached_by(&view.reaches)).unwrap_or_default();
    let unstopped = Unstopped { workload, grace, how, shown };
    seen.push(Seen::new(severity, subject.place(&workload.grace_path()), unstopped).related(related));
}

/// The rule reports the Pods of the workload. Where a hook has no time, another one does; what only waits loses
/// nothing.
pub(super) fn speaks(subject: &Subject<'_>) -> bool {
    let Some(workload) = subject.workload.filter(|workload| workload.kind.nature != Nature::Managed) else {
        return false;
    };
    workload.grace_period().is_some_and(|grace| grace <= 0) && !blames_grace(subject) && !subject.is_idle()
}

/// A Pod without time to stop.
struct Unstopped<'s> {
    workload: &'s Workload,
    /// In seconds; 0 or negative.
    grace: i64,
    how: How,
    /// The container whose stop is told of.
    shown: Option<&'s ContainerView<'s>>,
}

/// What the grace period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// 0: every delete is a forced one (facts A16 and A17).
    Zero,
    /// The same, and the next Pod has the same identity (fact H12).
    ZeroIdentity,
    /// Taken for 1 (fact A18).
    Negative,
}

impl Unstopped<'_> {
    /// What the kubelet makes of it.
    fn given(&self, subject: &Subject<'_>) -> Grace {
        Grace::on_deletion(self.grace, None, Kubelet::of(subject.settings.kubernetes_version))
    }
}

impl Verdict for Unstopped<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let kill = self.given(subject).kill(Interval::ZERO, Interval::ZERO);
        let kill = format!("{} after it", Interval::exactly(kill.earliest).words());
        let traffic = self.shown.and_then(|view| traffic_after(subject, view, 0.0)).unwrap_or_default();
        let grace = self.grace;
        let (message, why) = match self.how {
            How::Zero => (
                "the grace period is 0, so the Pod is deleted by force each time".to_owned(),
                format!(
                    "A delete takes the Pod out of the API at once. The stop signal comes at 0 s and the kill {kill}, and \
                     nobody waits for either."
                ),
            ),
            How::ZeroIdentity => (
                "the grace period is 0, so two Pods of one identity can run at once".to_owned(),
                format!(
                    "A delete takes the Pod out of the API at once, while its containers still run: the stop signal comes \
                     at 0 s and the kill {kill}. The StatefulSet sees that the name is free and starts the next Pod, \
                     beside the one that still writes to the same data."
                ),
            ),
            How::Negative => (
                format!("the grace period is {grace}, which is taken for 1 s"),
                format!(
                    "A negative terminationGracePeriodSeconds is not refused, and means 1 s: the stop signal comes at 0 s \
                     and the kill {kill}."
                ),
            ),
        };
        Words::new(message, format!("{why}{traffic}"))
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        let view = self.shown?;
        let stopped = Stopped {
            source: subject.source,
            workload: self.workload,
            container: view.container,
            hook: view.pre_stop.as_ref(),
            stop: view.stop.as_ref(),
            conditions: &subject.settings.conditions(Given::NOTHING),
        };
        Some(match traffic_after(subject, view, 0.0) {
            Some(_) => stopped.chart_with_traffic(&subject.set.arrivals(&view.reaches)),
            None => stopped.chart(),
        })
    }

    /// One of 0 may be meant: nobody gets there by leaving it out.
    fn mend(&self, _subject: &Subject<'_>) -> Mend {
        Mend::guess("Give the program time to stop.", vec![set_grace(self.workload, suggested_grace(0.0))])
    }
}
