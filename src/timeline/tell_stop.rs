//! The events of a Pod that stops.

use super::conditions::Conditions;
use super::event::{Event, What};
use super::grace::{Grace, Origin};
use super::hook::Hook;
use super::program::Own;
use super::shutdown::{Fit, Shutdown, Stop};
use super::tell::{Teller, hook_reason};
use crate::finding::Interval;
use crate::finding::words::seconds;
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::kubelet::{LAST_SECONDS, RELIST};
use crate::manifest::place;
use crate::manifest::workload::DEFAULT_GRACE_PERIOD;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::set::ways::Arrival;
use crate::shell::first_process::Hears;
use crate::yaml::path::FieldPath;

/// What a container gets that a probe has stopped.
pub(super) struct Alone {
    /// `terminationGracePeriodSeconds` of the probe; `None` where it is the Pod's (fact A21).
    pub(super) own: Option<i64>,
    /// Where that stands.
    pub(super) path: Option<FieldPath>,
}

/// What the events are told from.
#[derive(Clone, Copy)]
pub(super) struct Stopping<'a> {
    pub(super) workload: &'a Workload,
    pub(super) hooks: &'a [Option<Hook<'a>>],
    pub(super) owns: &'a [Own],
    pub(super) arrivals: &'a [Arrival<'a>],
    /// Another Pod is there for sure to take the traffic.
    pub(super) hands_over: bool,
    pub(super) shutdown: &'a Shutdown,
    pub(super) conditions: &'a Conditions<'a>,
    /// A container is stopped alone, and not with its Pod.
    pub(super) alone: Option<&'a Alone>,
}

impl Stopping<'_> {
    /// All events, since the deletion.
    pub(super) fn tell(&self, mut teller: Teller<'_>) -> Vec<Event> {
        teller.tell(Event::new(What::Deleted, Interval::ZERO, self.request()));
        for arrival in self.arrivals {
            self.traffic(&mut teller, arrival);
        }
        for (at, container) in self.workload.containers.iter().enumerate() {
            let Some(stop) = self.shutdown.stops.get(at).and_then(Option::as_ref) else { continue };
            let hook = self.hooks.get(at).and_then(Option::as_ref);
            let hears = self.owns.get(at).and_then(|own| own.hears);
            self.container(&mut teller, container, hook, stop, hears);
        }
        teller.tell(Event::new(
            What::PodEnds,
            self.shutdown.ends,
            "its last container has ended, and no hook holds it",
        ));
        teller.finish()
    }

    /// What a container gets.
    fn grace(&self) -> Option<Grace> {
        match self.alone {
            None => self.shutdown.grace,
            Some(alone) => {
                let of_pod = || self.workload.grace_period().map(|grace| grace.max(0));
                alone.own.or_else(of_pod).map(Grace::of_container)
            }
        }
    }

    fn request(&self) -> String {
        match self.conditions.given.delete_grace {
            Some(grace) => format!("the request gives it {grace} s"),
            None => String::new(),
        }
    }

    /// Fact A4: nothing orders this and what the kubelet does. Facts G1, N1 and N16.
    fn traffic(&self, teller: &mut Teller<'_>, arrival: &Arrival<'_>) {
        let object = &arrival.service.item.object;
        let service = object.id.name.clone();
        let place = |path: &FieldPath| place::place(arrival.service.source, object, path).place;
        let Some(way) = arrival.way else {
            let at = place(&FieldPath::of("spec.publishNotReadyAddresses"));
            let reason = "publishNotReadyAddresses keeps it ready until the Pod has ended";
            let not_ready = Event::new(What::NotReady { service }, self.shutdown.ends, reason);
            teller.tell(not_ready.because([at]));
            return;
        };
        let at = place(&FieldPath::of("metadata.name"));
        let reason = "a deleted Pod is not ready, though it may still serve where no other is";
        let not_ready = Event::new(What::NotReady { service: service.clone() }, Interval::ZERO, reason);
        teller.tell(not_ready.because([at.clone()]));
        let latest = way.seconds.unwrap_or(self.conditions.propagation_delay);
        let reason = match way.seconds {
            Some(_) => format!("{} {} ({})", way.says, seconds(latest), way.source),
            None => format!("it can take {} to hear of that (propagation delay)", seconds(latest)),
        };
        let what = What::TrafficEnds { service, way: way.name };
        let ends = Event::new(what, Interval::between(0.0, latest), reason);
        // Fact G3: where no endpoint is ready, those that still serve get the traffic.
        teller.tell(ends.if_so(self.hands_over).because([at]));
    }

    /// The events of one container.
    pub(super) fn container(
        &self,
        teller: &mut Teller<'_>,
        container: &Container,
        hook: Option<&Hook<'_>>,
        stop: &Stop,
        hears: Option<Hears>,
    ) {
        let name = teller.name(container);
        let probe = self.alone.and_then(|alone| alone.path.as_ref());
        let grace = teller.field(probe.unwrap_or(&self.workload.grace_path()));
        let held = hook.filter(|_| stop.hook.is_some());
        if let (Some(hook), Some(ends)) = (held, stop.hook) {
            let at = teller.field(&container.pre_stop_path());
            let begins = Event::new(What::PreStopBegins, stop.begins, self.begins(stop));
            teller.tell(begins.to(container).if_so(stop.surely).because([at]));
            if let Some(told) = stop.told {
                let words = hook.stop_words.as_ref().unwrap_or(&hook.words).place.clone();
                let event = Event::new(What::ToldByHook, told.when, "its own words do that");
                teller.tell(event.to(container).if_so(told.surely).because([words]));
            }
            let cut = self.is_cut(hook, stop);
            let over = Event::new(What::PreStopEnds { cut }, ends, self.hook_ends(hook, stop));
            teller.tell(over.to(container).because([hook.words.place.clone(), grace.clone()]));
        }
        if let Some(signal) = stop.signal {
            let place = held.map_or_else(|| name.clone(), |hook| hook.words.place.clone());
            let what = What::StopSignal { named: self.named_signal(container).map(str::to_owned) };
            let event = Event::new(what, signal.when, self.signal_reason(hook, stop));
            teller.tell(event.to(container).if_so(signal.surely).because([place]));
        }
        if let Some(kill) = stop.kill {
            let event = Event::new(What::Kill, kill.when, self.kill_reason(stop));
            teller.tell(event.to(container).if_so(kill.surely).because([grace]));
        }
        let place = match hears {
            None => name,
            Some(_) => teller.field(&container.path.key("command")),
        };
        let ends = Event::new(What::Ends, stop.ends, ended_reason(stop, hears));
        teller.tell(ends.to(container).because([place]));
    }

    /// Fact D5: hooks do not wait for each other.
    fn begins(&self, stop: &Stop) -> String {
        let version = self.conditions.version;
        let relist = self.conditions.kubelet().waits_for_relist;
        match stop.begins {
            _ if self.alone.is_some() => "lifecycle.preStop, while the kubelet does nothing else with the Pod".to_owned(),
            begins if begins.earliest > 0.0 => {
                "lifecycle.preStop, held up by a postStart until then".to_owned()
            }
            begins if begins.width() > 2.0 * RELIST => {
                "lifecycle.preStop, which a postStart can hold up until then".to_owned()
            }
            begins if begins.width() > RELIST => {
                "lifecycle.preStop, once the kubelet is done with what it has just started, or with a probe that has just \
                 passed"
                    .to_owned()
            }
            _ if relist => format!(
                "lifecycle.preStop, once a kubelet of {version} has looked at the Pod, every {}",
                seconds(RELIST)
            ),
            _ => "lifecycle.preStop, in no order with that of any other container".to_owned(),
        }
    }

    /// Which grace period it is, and where that comes from.
    fn grace_words(&self, grace: Grace) -> String {
        if let Some(own) = self.alone.and_then(|alone| alone.own) {
            return format!("terminationGracePeriodSeconds {own} of the probe");
        }
        let (own, all) = (self.workload.pod_spec().termination_grace_period_seconds, grace.all);
        let of_pod = own.map_or_else(
            || format!("the default grace period of {DEFAULT_GRACE_PERIOD} s"),
            |own| format!("terminationGracePeriodSeconds {own}"),
        );
        let asked = match self.conditions.given.delete_grace {
            Some(request) => format!("the delete request's grace period of {request} s"),
            None => of_pod.clone(),
        };
        match grace.origin {
            Origin::Pod => of_pod,
            Origin::Request => asked,
            Origin::PodForZero => {
                format!(
                    "{of_pod}, since a kubelet of {} takes a request of 0 for none",
                    self.conditions.version
                )
            }
            Origin::RaisedFromZero => format!("{asked}, raised to {all} s"),
            Origin::Negative => format!("{asked}, which means {all} s"),
        }
    }

    /// The grace period certainly cuts it.
    fn is_cut(&self, hook: &Hook<'_>, stop: &Stop) -> bool {
        let ends_before = stop.hook.is_some_and(|ends| {
            self.grace().is_some_and(|grace| ends.since(stop.begins).earliest < grace.hook as f64)
        });
        let longer = self.grace().is_some_and(|grace| {
            matches!(Fit::of(hook, grace.hook), Fit::Longer) || hook.duration.never_ends()
        });
        longer && !ends_before
    }

    /// The grace period cuts it, where it takes as long as it can.
    fn may_be_cut(&self, hook: &Hook<'_>) -> bool {
        let fit = self.grace().map(|grace| Fit::of(hook, grace.hook));
        matches!(fit, Some(Fit::MayBeLonger(_) | Fit::Unbounded | Fit::Unknown))
    }

    fn hook_ends(&self, hook: &Hook<'_>, stop: &Stop) -> String {
        let reason = hook_reason(hook);
        let Some(grace) = self.grace() else { return reason };
        let ends = stop.hook.unwrap_or(stop.begins).since(stop.begins);
        let words = self.grace_words(grace);
        match Fit::of(hook, grace.hook) {
            // It would take longer, and ends with what it runs in.
            Fit::Unknown if hook.duration.known => {
                format!("{reason}, but ends with its program, which it stops; {words} cuts it at the latest")
            }
            _ if ends.latest.is_some_and(|latest| latest < hook.duration.shortest.min(grace.hook as f64)) => {
                format!("{reason}, but ends with the program of its container")
            }
            Fit::Fits => reason,
            Fit::Whole => format!("{reason}, all of {words}"),
            Fit::Longer => format!("{reason}, and {words} cuts it"),
            Fit::Unbounded if hook.duration.never_ends() => format!("{reason}, and {words} cuts it"),
            Fit::MayBeLonger(_) | Fit::Unbounded | Fit::Unknown => {
                format!("{reason}, and {words} cuts it at the latest")
            }
        }
    }

    fn signal_reason(&self, hook: Option<&Hook<'_>>, stop: &Stop) -> String {
        let own = match (hook, stop.hook) {
            (Some(hook), Some(_)) if self.is_cut(hook, stop) => "its preStop is cut",
            (Some(hook), Some(_)) if self.may_be_cut(hook) => "its preStop is over, or cut",
            (_, Some(_)) => "its preStop is over",
            (Some(hook), None) if hook.is_dropped => "its preStop is dropped by this version",
            (Some(_), None) => "a grace period of 0 leaves no time for its preStop",
            (None, None) if stop.begins.earliest > 0.0 => {
                "it has no preStop, but a postStart held the deletion up"
            }
            (None, None) => "it has no preStop",
        };
        match (stop.turn, self.grace()) {
            (None, _) => own.to_owned(),
            (Some(_), Some(grace)) => format!(
                "{own}, and as a sidecar (restartPolicy Always) it waits for the containers behind it, within {}",
                self.grace_words(grace)
            ),
            (Some(_), None) => {
                format!(
                    "{own}, and as a sidecar (restartPolicy Always) it waits for the containers behind it"
                )
            }
        }
    }

    fn kill_reason(&self, stop: &Stop) -> String {
        let Some(grace) = self.grace() else {
            return "terminationGracePeriodSeconds is not known from here".to_owned();
        };
        let words = self.grace_words(grace);
        if self.alone.is_none() && !self.conditions.kubelet().counts_hooks {
            let version = self.conditions.version;
            return format!("{words}: a kubelet of {version} gives all of that from the signal on");
        }
        if grace.all <= LAST_SECONDS {
            return format!(
                "the least that a program is given, {LAST_SECONDS} s from the signal on ({words})"
            );
        }
        let before = match (stop.hook, stop.turn) {
            (None, None) => "",
            (Some(_), None) => ", less the whole seconds of preStop",
            (_, Some(_)) => ", less the whole seconds before the signal",
        };
        let raised = match before.is_empty() {
            true => String::new(),
            false => format!(", but {LAST_SECONDS} s in any case"),
        };
        format!("{words}{before}{raised}")
    }

    /// Facts C1, C5 and N20: without the gate the field is dropped.
    fn named_signal<'c>(&self, container: &'c Container) -> Option<&'c str> {
        let support = self.conditions.support(&features::STOP_SIGNALS);
        let lifecycle = container.spec.lifecycle.as_ref().filter(|_| support == Support::Works)?;
        lifecycle.stop_signal.as_deref().filter(|_| container.kind != ContainerKind::Init)
    }
}

fn ended_reason(stop: &Stop, hears: Option<Hears>) -> &'static str {
    match (stop.signal, stop.kill) {
        (None, _) if stop.told.is_some() => "its program ends by what its preStop tells it",
        (None, _) => "its program ends by itself",
        (Some(_), Some(kill)) if kill.surely && hears == Some(Hears::Nobody) => {
            "its first process is a shell that waits, or a program that does not handle the signal"
        }
        (Some(_), Some(kill)) if kill.surely => "its program goes on until it is killed",
        (Some(_), None) if hears == Some(Hears::Dies) => {
            "its shell, or its program without a handler, ends by the signal"
        }
        (Some(signal), None) if signal.surely => "its program ends on the stop signal",
        (Some(_), None) => "its program ends by itself, or on the stop signal",
        (Some(_), Some(_)) if stop.told.is_some() => {
            "its program ends by what its preStop tells it, or on the stop signal, or is killed"
        }
        (Some(_), Some(_)) => "its program ends on the stop signal, or is killed",
    }
}
