//! `missing-prestop-sleep`: the stop signal can come before endpoints stop sending traffic.

pub(super) mod mend;
pub(super) mod served;
mod words;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::options::{self, Optional};
use super::subject::{ContainerView, Subject, services};
use super::verdict::{Mend, Needs, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use super::{abrupt_stop, hook_host, no_grace_period};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Severity};
use crate::hook::Duration;
use crate::kubernetes::features::{SLEEP_OF_ZERO, Support};
use crate::manifest::Workload;
use crate::manifest::place::Located;
use crate::set::Serving;
use crate::shell::Longest;
use crate::timeline::{Fit, Grace, Handler, Hook};
use crate::yaml::Kind;
use crate::yaml::path::FieldPath;
use served::{Loss, Served, Traffic};

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
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let delay = subject.settings.propagation_delay();
    if delay <= 0.0 || subject.workload.is_none_or(|workload| workload.is_fragment) {
        return;
    }
    let mut known = Vec::new();
    for early in served::all(subject, Traffic::Known).into_iter().filter_map(|one| Early::of(subject, one)) {
        let needs = if early.how == How::Unknown { Needs::Strict } else { Needs::Nothing };
        known.push(early.place(subject).place);
        seen.push(early.seen(subject, needs));
    }
    if subject.is_partial {
        let assumed = served::all(subject, Traffic::Assumed).into_iter();
        let assumed = assumed.filter_map(|one| Early::of(subject, one));
        let new = assumed.filter(|early| !known.contains(&early.place(subject).place));
        seen.extend(new.map(|early| early.seen(subject, Needs::Traffic)));
    }
}

/// It reports a hook of this container: what it says of it tells what else is wrong with it.
pub(super) fn speaks_of_hook(subject: &Subject<'_>, path: &FieldPath) -> bool {
    let is_judged = subject.workload.is_some_and(|workload| !workload.is_fragment);
    if !is_judged || subject.settings.propagation_delay() <= 0.0 {
        return false;
    }
    let mut served = served::all(subject, Traffic::Known).into_iter();
    let one = served.find(|one| one.view.container.path == *path);
    let early = one.and_then(|one| Early::of(subject, one));
    early.is_some_and(|early| early.hook.is_some() && early.how != How::Unknown)
}

/// A container that is told to stop while traffic still comes in.
struct Early<'s> {
    served: Served<'s, 's>,
    hook: Option<&'s Hook<'s>>,
    how: How,
}

/// How that comes; all numbers are seconds after the deletion.
#[derive(Debug, Clone, Copy, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// There is no hook.
    NoHook,
    /// What was meant to wait does not, and the hook goes on without it.
    LosesWait,
    /// The hook stops the server itself, or can do so.
    StopsServer { held: f64 },
    /// The hook returns at once.
    AtOnce,
    /// The hook can return at once.
    CanBeAtOnce,
    /// The hook waits too short.
    TooShort { held: f64 },
    /// Nobody knows how long the hook takes, but no longer than `most`, and the stop signal comes then.
    Bounded { most: f64, signal: f64 },
    /// Nobody knows how long the hook takes.
    Unknown,
}

impl<'s> Early<'s> {
    fn of(subject: &'s Subject<'s>, served: Served<'s, 's>) -> Option<Self> {
        if served.serving == Serving::None || served.is_scraped {
            return None;
        }
        let view = served.view;
        let hook = view.pre_stop.as_ref();
        let how = match hook {
            // Another rule names the cause, and tells of the traffic.
            Some(_) if abrupt_stop::of_hook(view).is_some() => None,
            // What cannot run holds nothing back, as the rule says that names its cause.
            Some(hook) if hook.fault.is_some() && !hook.is_dropped => None,
            // Its stop signal comes last; what its own hook does is for another rule to say.
            _ if served.waits => None,
            Some(hook) => How::of(subject, view, hook),
            None if is_undecoded(subject, view) => None,
            None => Some(How::NoHook),
        };
        // A server that is told to go on accepting needs no wait.
        let lingers = || subject.workload.map_or(0.0, |workload| subject.lingers(workload, view.container));
        let how = how.filter(|how| match how {
            How::NoHook | How::AtOnce | How::CanBeAtOnce | How::TooShort { .. } => {
                held(subject, view) + lingers() < subject.settings.propagation_delay()
            }
            _ => true,
        });
        // A Pod that has no time at all is reported as that.
        let stops_itself = matches!(how, Some(How::StopsServer { .. }));
        let how = how.filter(|_| stops_itself || !no_grace_period::speaks(subject));
        // What a Service sends until the Pod has ended is lost whatever the hook does.
        let is_published = || {
            let workload = subject.workload.filter(|_| served.serving < Serving::Certain);
            workload.is_some_and(|workload| subject.set.is_published(workload, view.container))
        };
        let how = how.filter(|_| !is_published());
        Some(Self { served, hook, how: how? })
    }

    fn severity(&self) -> Severity {
        match (self.how, self.served.serving) {
            _ if self.served.loss != Loss::Requests => Severity::Info,
            (How::Unknown, _) | (_, Serving::Possible | Serving::None) => Severity::Info,
            (_, Serving::Certain | Serving::Likely) => Severity::Warning,
        }
    }

    fn place(&self, subject: &Subject<'_>) -> Located {
        let stops = matches!(self.how, How::StopsServer { .. });
        match self.hook {
            None => subject.container_place(self.served.view.container),
            Some(hook) => hook.stop_words.as_ref().filter(|_| stops).unwrap_or(&hook.words).clone(),
        }
    }

    /// What the marked words do, in a picture.
    fn label(&self) -> Option<String> {
        let surely = self.hook.is_some_and(|hook| hook.duration.stops_surely);
        match self.how {
            How::NoHook => Some("no preStop hook".to_owned()),
            How::StopsServer { held } if surely => Some(format!("server stops at {}", seconds(held))),
            How::StopsServer { held } => Some(format!("server can stop at {}", seconds(held))),
            How::AtOnce => Some("returns at once".to_owned()),
            How::CanBeAtOnce => Some("can return at once".to_owned()),
            How::TooShort { held } => Some(format!("waits {}", seconds(held))),
            How::Bounded { most, .. } => Some(format!("waits {} at most", seconds(most))),
            How::LosesWait | How::Unknown => None,
        }
    }

    fn seen(self, subject: &Subject<'_>, needs: Needs) -> Seen<'s> {
        let (severity, place, label) = (self.severity(), self.place(subject), self.label());
        let (container, related) = (self.served.view.container, self.served.reached_by());
        Seen::new(severity, place, self).container(container).label(label).related(related).needs(needs)
    }
}

impl Verdict for Early<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        words::of(subject, self)
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        mend::of(subject, self)
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        let view = self.served.view;
        subject.stopped(view, |stopped| stopped.chart_with_traffic(&subject.set.arrivals(&view.reaches)))
    }
}

impl How {
    /// The hook is there: does it hold the stop signal back for long enough?
    fn of(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &Hook<'_>) -> Option<Self> {
        // What the version makes of the field, and who is asked, is for other rules to say.
        let is_refused = hook.handler == Handler::Sleep { seconds: 0 }
            && subject.settings.support(&SLEEP_OF_ZERO) != Support::Works;
        if hook.is_dropped || is_refused || hook_host::speaks_of_pre_stop(subject, view) {
            return None;
        }
        let delay = subject.settings.propagation_delay();
        let time = &hook.duration;
        let held = held(subject, view);
        // Where the grace period leaves a hook no time at all another rule says so.
        let never_runs = subject.grace.is_some_and(|grace| grace.hook == 0);
        if held >= delay || never_runs {
            return None;
        }
        if !time.known && !time.stops_surely {
            return Some(Self::bounded(subject, view, hook, delay).unwrap_or(Self::Unknown));
        }
        Some(match time.longest {
            _ if time.failure.is_some() => Self::LosesWait,
            _ if stops_first(time) => Self::StopsServer { held },
            Longest::Seconds(longest) if held == 0.0 && longest < 1.0 => Self::AtOnce,
            _ if held == 0.0 => Self::CanBeAtOnce,
            _ => Self::TooShort { held },
        })
    }

    /// The stop signal surely comes before traffic has ended. With a grace period of 0 another rule says what
    /// that leaves.
    fn bounded(subject: &Subject<'_>, view: &ContainerView<'_>, hook: &Hook<'_>, delay: f64) -> Option<Self> {
        subject.workload.and_then(Workload::grace_period).filter(|grace| *grace > 0)?;
        let signal = view.stop.as_ref()?.signal?.when.latest.filter(|latest| *latest < delay)?;
        let most = subject.grace?.cut(hook.takes()).latest?;
        Some(Self::Bounded { most, signal })
    }
}

/// A hook that is there but could not be decoded, or has no handler, is reported as that.
fn is_undecoded(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let path = view.container.pre_stop_path();
    let lifecycle = path.parent().and_then(|path| subject.object.at(&path));
    subject.object.at(&path).is_some() || lifecycle.is_some_and(|node| node.kind() != Kind::Mapping)
}

/// How long the container is held back from stopping, in seconds: until the stop signal, or until its own
/// hook tells it to stop (fact B34). A hook that the grace period cuts is for another rule to report.
pub(super) fn held(subject: &Subject<'_>, view: &ContainerView<'_>) -> f64 {
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

/// What traffic loses by a container that is told to stop before it has ended, as a sentence to follow on: for rules
/// that name another cause of it. `None` where it loses nothing that is known.
pub(super) fn early_traffic(subject: &Subject<'_>, view: &ContainerView<'_>) -> Option<String> {
    traffic_after(subject, view, held(subject, view))
}

/// The same of a container that is told to stop so many seconds after the deletion.
pub(super) fn traffic_after(subject: &Subject<'_>, view: &ContainerView<'_>, held: f64) -> Option<String> {
    let delay = subject.settings.propagation_delay();
    let lingers = subject.workload.map_or(0.0, |workload| subject.lingers(workload, view.container));
    if view.serving < Serving::Likely || held + lingers >= delay || subject.is_scraped(view) {
        return None;
    }
    let sender =
        services(view.reaches.iter()).unwrap_or_else(|| "whatever sends traffic to its port".to_owned());
    Some(format!(
        " {} can send requests until about {}, and those from {} on are refused.",
        capitalised(&sender),
        seconds(delay),
        seconds(held)
    ))
}

/// The container may be held back for long enough by its own hook, for all that is known.
fn may_wait(subject: &Subject<'_>, view: &ContainerView<'_>) -> bool {
    let hook = view.pre_stop.as_ref().filter(|hook| !hook.is_dropped && !hook.fails);
    let longest = hook.map(|hook| hook.takes().latest);
    longest
        .is_some_and(|longest| longest.is_none_or(|longest| longest >= subject.settings.propagation_delay()))
}

/// The hook tells the server to stop, and goes on.
fn stops_first(time: &Duration) -> bool {
    time.until_stop < time.shortest || (time.stops_surely && !time.known)
}
