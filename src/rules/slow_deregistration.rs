//! `slow-deregistration`: the wait is long enough for the cluster, and too short for what brings the traffic.

use strum::{IntoStaticStr, VariantNames};

use super::missing_prestop_sleep::held;
use super::missing_prestop_sleep::mend::wait_first;
use super::missing_prestop_sleep::served::{self, Loss, Served, Traffic};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, abrupt_stop, no_grace_period, page};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Severity};
use crate::manifest::place::related;
use crate::set::services::Reach;
use crate::set::ways::{self, Way};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "slow-deregistration",
    aliases: &[],
    group: Group::Stop,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "preStop waits long enough for the cluster, but not for the load balancer that sends the traffic.",
    reason: "Inside the cluster a deleted Pod gets no new connections after a few seconds. A load balancer that sends traffic to the addresses of Pods is slower: a controller has to see the deletion, ask the cloud to take the address out of the targets, and the cloud has to tell all of its nodes. Until then it goes on sending requests to a Pod that has stopped, and answers them with 502 or 504. The same holds for clients that found the Pod by the name of a headless Service and keep its address.",
    options: None,
    facts: &["A4", "G1", "G9", "G14", "G15", "G16", "G18", "G19", "G21"],
    docs: &[
        Link {
            title: "Termination behaviour for Pods and their endpoints",
            url: "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
        },
        Link {
            title: "Pod termination flow",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow",
        },
        Link {
            title: "Services: headless Services",
            url: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
        },
    ],
    page: page!("slow-deregistration"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// In seconds: a wait that is shorter is too short for any load balancer (fact G14).
const LEAST: f64 = 10.0;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let is_whole = subject.workload.is_some_and(|workload| !workload.is_fragment);
    if !is_whole || subject.settings.propagation_delay() <= 0.0 || no_grace_period::speaks(subject) {
        return;
    }
    for late in served::all(subject, Traffic::Known).into_iter().filter_map(|one| Late::of(subject, one)) {
        let view = late.served.view;
        let place = match &view.pre_stop {
            Some(hook) => hook.words.clone(),
            None => subject.container_place(view.container),
        };
        let sign = subject.set.sign_of(late.way, late.reach.service);
        let sign = sign.map(|(source, object, path)| {
            let message = format!("by {}", late.way.name);
            related(source, object, &path, message)
        });
        let (severity, label) = (late.severity(), format!("holds it for {}", seconds(late.held)));
        let related = late.served.reached_by().into_iter().chain(sign);
        let related: Vec<_> = related.collect();
        seen.push(Seen::new(severity, place, late).container(view.container).label(label).related(related));
    }
}

/// A container that stops before what brings its traffic has heard of it.
struct Late<'s> {
    served: Served<'s, 's>,
    way: &'static Way,
    /// How long that still brings some, in seconds.
    needs: f64,
    /// The traffic that it brings.
    reach: Reach<'s>,
    /// How long the container is held back, in seconds.
    held: f64,
    how: How,
}

/// What is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// A load balancer, and the wait is too short for any.
    LoadBalancer,
    /// A load balancer that needs longer than most.
    SlowLoadBalancer,
    /// Clients that found the Pod by its name.
    Name,
}

impl<'s> Late<'s> {
    fn of(subject: &'s Subject<'s>, served: Served<'s, 's>) -> Option<Self> {
        let view = served.view;
        if served.waits
            || served.is_scraped
            || served.loss == Loss::Readings
            || abrupt_stop::of_hook(view).is_some()
        {
            return None;
        }
        let workload = subject.workload?;
        let reaches: Vec<Reach<'s>> =
            served.reaches().filter(|reach| !reach.through.is_empty()).cloned().collect();
        let (way, needs, service) = ways::slowest(&subject.set.arrivals(&reaches))?;
        let reach = reaches.into_iter().find(|reach| std::ptr::eq(reach.service, service))?;
        // How long a hook takes of which nobody knows that, nobody can call too short.
        let is_known = view.pre_stop.as_ref().is_none_or(|hook| {
            (hook.duration.known || hook.duration.stops_surely)
                && hook.duration.failure.is_none()
                && hook.fault.is_none()
                && !hook.is_dropped
        });
        let held = held(subject, view) + subject.lingers(workload, view.container);
        // What does not wait for the cluster either is another fault.
        let waits = held >= subject.settings.propagation_delay();
        let how = match () {
            () if way.is_by_name() => How::Name,
            () if held < LEAST => How::LoadBalancer,
            () => How::SlowLoadBalancer,
        };
        (is_known && waits && held < needs).then_some(Self { served, way, needs, reach, held, how })
    }

    fn severity(&self) -> Severity {
        match self.how {
            How::LoadBalancer if self.served.loss == Loss::Requests => Severity::Warning,
            How::LoadBalancer | How::SlowLoadBalancer | How::Name => Severity::Info,
        }
    }
}

impl Verdict for Late<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _subject: &Subject<'_>) -> Words {
        let (name, held, needs) =
            (self.served.view.container.name(), seconds(self.held), seconds(self.needs));
        let service = &self.reach.service.item.object.id.name;
        let way = self.way.name;
        let none = match self.served.loss {
            Loss::NoneMore => {
                " Its one Pod stops before the next one starts, so a longer wait makes the gap longer."
            }
            _ => "",
        };
        match self.how {
            How::LoadBalancer | How::SlowLoadBalancer => Words::new(
                format!("`{name}` stops {held} after the deletion, while {way} can still send it requests"),
                format!(
                    "The traffic of Service `{service}` comes by {way}, which sends it to the Pods themselves and has to be \
                     told of each that goes; {} {needs}. Requests from {held} on are answered with 502 or 504.{none}",
                    self.way.says
                ),
            ),
            How::Name => Words::new(
                format!(
                    "`{name}` stops {held} after the deletion, while clients may still know its address by name"
                ),
                format!(
                    "The name of headless Service `{service}` leads to the Pods themselves. Those who asked {way} for it {} \
                     {needs}; to connect fails from {held} on, unless they ask again.{none}",
                    self.way.says.trim_start_matches("clients ")
                ),
            ),
        }
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        let reaches: Vec<Reach<'_>> = self.served.reaches().cloned().collect();
        let arrivals = subject.set.arrivals(&reaches);
        subject.stopped(self.served.view, |stopped| stopped.chart_with_traffic(&arrivals))
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let hook = self.served.view.pre_stop.as_ref();
        let mend = wait_first(subject, &self.served, hook, self.needs);
        let (way, needs) = (self.way.name, seconds(self.needs));
        match self.how {
            How::LoadBalancer | How::SlowLoadBalancer => {
                mend.said(|text| format!("{} needs {needs}. {text}", capitalised(way)))
            }
            How::Name => {
                mend.guessed().said(|text| format!("An address from {way} may be kept for {needs}. {text}"))
            }
        }
    }
}
