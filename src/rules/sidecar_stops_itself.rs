//! `sidecar-stops-itself`: the preStop hook of a sidecar stops it while the containers that it serves still run.

use strum::{IntoStaticStr, VariantNames};

use super::subject::{ContainerView, Subject, reached_by, services};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Severity};
use crate::manifest::ContainerKind;
use crate::manifest::kinds::Nature;
use crate::set::Serving;
use crate::timeline::Hook;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "sidecar-stops-itself",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "The preStop hook of a sidecar stops it before the containers that need it.",
    reason: "The kubelet stops sidecars last: their stop signal waits until every application container has ended. Their preStop hooks do not wait. They begin with the deletion, together with those of the application. A hook that tells the sidecar's own server to stop takes the proxy, the tunnel or the log collector away while the application still answers its last requests, and throws away the order that a sidecar is there for.",
    options: None,
    facts: &["D5", "D6", "D7", "B34", "N10"],
    docs: &[
        Link {
            title: "Pod shutdown and sidecar containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#termination-with-sidecars",
        },
        Link {
            title: "Sidecar containers and Pod lifecycle",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecar-containers-and-pod-lifecycle",
        },
    ],
    page: page!("sidecar-stops-itself"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    // In a Job the hook runs for the most part when its work is done.
    if subject.workload.is_none_or(|workload| workload.kind.nature == Nature::Batch) {
        return;
    }
    for view in &subject.containers {
        let Some(early) = Early::of(subject, view) else { continue };
        let words = early.hook.stop_words.as_ref().unwrap_or(&early.hook.words).clone();
        let label = format!("stops it at {}", seconds(early.at));
        let related = reached_by(&view.reaches);
        let seen_here = Seen::new(Severity::Warning, words, early).container(view.container);
        seen.push(seen_here.label(label).related(related));
    }
}

/// A sidecar that stops itself before what it serves.
struct Early<'s> {
    view: &'s ContainerView<'s>,
    hook: &'s Hook<'s>,
    /// When its hook tells it to stop, in seconds after the deletion.
    at: f64,
    how: How,
}

/// Where its application containers stand then.
#[derive(Debug, Clone, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The last of them is told to stop later.
    Before { last: String, told: f64 },
    /// It is told at the same moment.
    Together { last: String },
}

impl<'s> Early<'s> {
    /// A hook that first waits for something may wait for the right thing, and one that stops its server well after
    /// the application was told to end may be meant so.
    fn of(subject: &'s Subject<'s>, view: &'s ContainerView<'s>) -> Option<Self> {
        let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped)?;
        let stop = view.stop.as_ref().filter(|stop| stop.turn.is_some())?;
        let told = stop.told.filter(|told| told.surely)?;
        // Counted from where the hook begins.
        let latest = told.when.latest? - stop.begins.width();
        let mains = subject.containers.iter().filter(|one| one.container.kind == ContainerKind::Container);
        let told_to_stop =
            |one: &ContainerView<'_>| one.stop.as_ref().map_or(0.0, |stop| stop.first_told().earliest);
        let last = mains.max_by(|a, b| told_to_stop(a).total_cmp(&told_to_stop(b)))?;
        let (main, name) = (told_to_stop(last), last.container.name().to_owned());
        let how = match latest {
            _ if latest < main => How::Before { last: name, told: main },
            _ if latest <= main => How::Together { last: name },
            _ => return None,
        };
        // Readings of metrics come again.
        let is_read = view.serving > Serving::None && subject.is_scraped(view);
        (!is_read).then_some(Self { view, hook, at: told.when.earliest, how })
    }
}

impl Verdict for Early<'_> {
    fn name(&self) -> &'static str {
        (&self.how).into()
    }

    fn words(&self, _subject: &Subject<'_>) -> Words {
        let (name, at) = (self.view.container.name(), seconds(self.at));
        let (last, then) = match &self.how {
            How::Before { last, told } => {
                (last, format!("`{last}` is told to stop at {} only", seconds(*told)))
            }
            How::Together { last } => {
                (last, format!("`{last}` is told to stop at the same moment, and has not ended"))
            }
        };
        let lost = match services(self.view.reaches.iter()) {
            Some(services) => {
                format!(" {} cannot reach the Pod through it from then on.", capitalised(&services))
            }
            None => String::new(),
        };
        Words::new(
            format!("the preStop hook of sidecar `{name}` stops it at {at}, while `{last}` still needs it"),
            format!(
                "The stop signal of a sidecar waits for the application containers, but its preStop begins with the \
                 deletion: it stops at {at}, and {then}.{lost}"
            ),
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.stopped(self.view, |stopped| stopped.chart())
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        const LAST: &str =
            "the kubelet stops a sidecar by itself, once the application containers have ended.";
        match self.hook.only_stops {
            true => Mend::guess(
                format!("Take the hook out: {LAST}"),
                vec![subject.without_pre_stop(self.view.container)],
            ),
            false => Mend::prose(format!("Take the stop out of the hook: {LAST}")),
        }
    }
}
