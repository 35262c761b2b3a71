//! The events of a container that its liveness probe has stopped.

use super::event::{Event, What};
use super::probes::{Numbers, ProbeKind};
use super::startup::{Start, Startup};
use super::tell::Teller;
use super::tell_start::restarts;
use super::tell_stop::{Alone, Stopping};
use crate::finding::Interval;
use crate::finding::words::seconds;
use crate::kubernetes::kubelet::RELIST;
use crate::manifest::Container;
use crate::manifest::place;
use crate::yaml::path::FieldPath;

/// All events of every container with a liveness probe, each since its own probe has failed for good; the other
/// containers run on (facts A20 to A22 and N15).
pub(super) fn tell(stopping: &Stopping<'_>, startup: &Startup<'_>, mut teller: Teller<'_>) -> Vec<Event> {
    let containers = stopping.workload.containers.iter().zip(&startup.starts).enumerate();
    let mut unready: Option<Interval> = None;
    for (at, (container, start)) in containers {
        let Some(start) = start else { continue };
        let hook = stopping.hooks.get(at).and_then(Option::as_ref);
        let Some(ends) = one(stopping, &mut teller, container, start, hook) else { continue };
        // One that does not run is not ready; whether its readiness probe fails before that nobody knows.
        let seen = ends.plus(Interval::between(0.0, RELIST));
        let is_probed = ProbeKind::Readiness.of(container).is_some();
        let seen = if is_probed { Interval { earliest: 0.0, ..seen } } else { seen };
        unready = Some(unready.map_or(seen, |other| Interval {
            earliest: other.earliest.min(seen.earliest),
            latest: other.latest.zip(seen.latest).map(|(a, b)| a.max(b)),
        }));
    }
    let Some(unready) = unready else { return Vec::new() };
    let mut told: Vec<&str> = Vec::new();
    for arrival in stopping.arrivals.iter().filter(|arrival| arrival.way.is_some()) {
        let object = &arrival.service.item.object;
        if told.contains(&object.id.name.as_str()) {
            continue;
        }
        told.push(&object.id.name);
        let what = What::NotReady { service: object.id.name.clone() };
        let reason = "a liveness probe takes nothing out of a Service: it gets requests until readiness says otherwise, \
                      or the container has ended";
        let at = place::place(arrival.service.source, object, &FieldPath::of("metadata.name")).place;
        teller.tell(Event::new(what, unready, reason).because([at]));
    }
    teller.finish()
}

/// Of one container; when it has ended.
fn one(
    stopping: &Stopping<'_>,
    teller: &mut Teller<'_>,
    container: &Container,
    start: &Start<'_>,
    hook: Option<&super::Hook<'_>>,
) -> Option<Interval> {
    let probe = ProbeKind::Liveness.of(container)?;
    let (_, probed) = start.probes.iter().find(|(kind, _)| *kind == ProbeKind::Liveness)?;
    let stop = probed.killed.as_ref()?;
    let path = container.path.key(ProbeKind::Liveness.key());
    let field = |teller: &Teller<'_>, key: &'static str| teller.field(&path.key(key));
    let is_open = Numbers::KEYS.iter().any(|key| teller.workload.is_open(&path.key(*key)));
    let Numbers { period, failures, .. } = Numbers::of(probe);
    let reason = match is_open {
        true => "its numbers are not known from here".to_owned(),
        false => format!("failureThreshold {failures}, asked every {}", seconds(period)),
    };
    let places = [field(teller, "failureThreshold"), field(teller, "periodSeconds")];
    let failed = Event::new(What::ProbeFails(ProbeKind::Liveness), Interval::ZERO, reason);
    teller.tell(failed.to(container).because(places));
    let own = probe.termination_grace_period_seconds.filter(|own| *own > 0);
    let alone = Alone { own, path: own.map(|_| path.key("terminationGracePeriodSeconds")) };
    let alone = Stopping { alone: Some(&alone), ..*stopping };
    alone.container(teller, container, hook, stop, None);
    restarts(teller, container, stop.done);
    Some(stop.done)
}
