//! The events of a Pod that stops.

use super::conditions::Conditions;
use super::event::{Event, What};
use super::hook::Hook;
use super::interval::Interval;
use super::program::Own;
use super::shutdown::{Fit, Shutdown, Stop};
use super::tell::{Teller, hook_reason};
use crate::finding::words::seconds;
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::kubelet::{LAST_SECONDS, RELIST};
use crate::manifest::place;
use crate::manifest::workload::DEFAULT_GRACE_PERIOD;
use crate::manifest::{Container, ContainerKind, Workload};
use crate::set::ways::Arrival;
use crate::shell::first_process::Hears;
use crate::yaml::path::FieldPath;

/// What the events are told from.
pub(super) struct Stopping<'a> {
    pub(super) workload: &'a Workload,
    pub(super) hooks: &'a [Option<Hook<'a>>],
    pub(super) owns: &'a [Own],
    pub(super) arrivals: &'a [Arrival<'a>],
    pub(super) shutdown: &'a Shutdown,
    pub(super) conditions: &'a Conditions<'a>,
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
            Some(_) => format!("it can take {} to hear of that, says {}", seconds(latest), way.source),
            None => format!("it can take {} to hear of that (propagation delay)", seconds(latest)),
        };
        let ends =
            Event::new(What::TrafficEnds { service, way: way.name }, Interval::between(0.0, latest), reason);
        teller.tell(ends.because([at]));
    }

    fn container(
        &self,
        teller: &mut Teller<'_>,
        container: &Container,
        hook: Option<&Hook<'_>>,
        stop: &Stop,
        hears: Option<Hears>,
    ) {
        let name = teller.name(container);
        let grace = teller.field(&self.workload.grace_path());
        let held = hook.filter(|_| stop.hook.is_some());
        if let (Some(hook), Some(ends)) = (held, stop.hook) {
            let at = teller.field(&container.pre_stop_path());
            let begins = Event::new(What::PreStopBegins, stop.begins, self.begins(stop));
            teller.tell(begins.to(container).because([at]));
            if let Some(told) = stop.told {
                let words = hook.stop_words.as_ref().unwrap_or(&hook.words).place.clone();
                let event = Event::new(What::ToldByHook, told.when, "its own words do that");
                teller.tell(event.to(container).if_so(told.surely).because([words]));
            }
            let over = Event::new(What::PreStopEnds, ends, self.hook_ends(hook));
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
        match stop.begins.earliest > 0.0 {
            true => "lifecycle.preStop, held up by a postStart until then".to_owned(),
            false if self.conditions.kubelet().waits_for_relist => format!(
                "lifecycle.preStop, once a kubelet of {version} has looked at the Pod, every {}",
                seconds(RELIST)
            ),
            false => "lifecycle.preStop, with that of every other container".to_owned(),
        }
    }

    /// Which grace period it is, and where that comes from.
    fn grace(&self) -> String {
        let request = self.conditions.given.delete_grace;
        match (request, self.workload.pod_spec().termination_grace_period_seconds) {
            (Some(request), _) => format!("the delete request's grace period of {request} s"),
            (None, Some(own)) => format!("terminationGracePeriodSeconds {own}"),
            (None, None) => format!("the default grace period of {DEFAULT_GRACE_PERIOD} s"),
        }
    }

    fn hook_ends(&self, hook: &Hook<'_>) -> String {
        let reason = hook_reason(hook);
        let Some(grace) = self.shutdown.grace else { return reason };
        match Fit::of(hook, grace.hook) {
            Fit::Fits => reason,
            Fit::Whole | Fit::Longer => format!("{reason}, and {} cuts it", self.grace()),
            Fit::MayBeLonger(_) | Fit::Unbounded | Fit::Unknown => {
                format!("{reason}, and {} cuts it at the latest", self.grace())
            }
        }
    }

    fn signal_reason(&self, hook: Option<&Hook<'_>>, stop: &Stop) -> String {
        let own = match (hook, stop.hook) {
            (_, Some(_)) => "its preStop is over",
            (Some(hook), None) if hook.is_dropped => "its preStop is dropped by this version",
            (Some(_), None) => "a grace period of 0 leaves no time for its preStop",
            (None, None) => "it has no preStop",
        };
        match stop.turn {
            None => own.to_owned(),
            Some(_) => format!(
                "{own}, and as a sidecar (restartPolicy Always) it waits for what it serves, within {}",
                self.grace()
            ),
        }
    }

    fn kill_reason(&self, stop: &Stop) -> String {
        let Some(grace) = self.shutdown.grace else {
            return "terminationGracePeriodSeconds is not known from here".to_owned();
        };
        let words = self.grace();
        if !self.conditions.kubelet().counts_hooks {
            let version = self.conditions.version;
            return format!("a kubelet of {version} gives all of {words} from the signal on");
        }
        let before = match (stop.hook, stop.turn) {
            (None, None) => "",
            (Some(_), None) => ", less the whole seconds of preStop",
            (_, Some(_)) => ", less the whole seconds before the signal",
        };
        let raised = if grace.all <= LAST_SECONDS || !before.is_empty() {
            format!(", but {LAST_SECONDS} s in any case")
        } else {
            String::new()
        };
        format!("{words}{before}{raised}")
    }

    /// Facts C1, C5 and N20: without the gate the field is dropped.
    fn named_signal<'c>(&self, container: &'c Container) -> Option<&'c str> {
        let support =
            features::STOP_SIGNALS.in_version(self.conditions.version, &self.conditions.given.gates);
        let lifecycle = container.spec.lifecycle.as_ref().filter(|_| support == Support::On)?;
        lifecycle.stop_signal.as_deref().filter(|_| container.kind != ContainerKind::Init)
    }
}

fn ended_reason(stop: &Stop, hears: Option<Hears>) -> &'static str {
    match (stop.signal, stop.kill) {
        (Some(_), Some(kill)) if kill.surely && hears == Some(Hears::Nobody) => {
            "its first process is a shell that waits, or a program that does not handle the signal"
        }
        (Some(_), None) if hears == Some(Hears::Dies) => {
            "its shell, or its program without a handler, ends by the signal"
        }
        (None, _) => "its program has ended by itself, or by its hook",
        (Some(_), None) => "its program ends on the stop signal",
        (Some(_), Some(kill)) if kill.surely => "its program goes on until it is killed",
        (Some(_), Some(_)) => "its program ends on the stop signal, or is killed",
    }
}
