//! The events of a Pod that starts.

use super::event::{Event, What};
use super::probes::{Numbers, ProbeKind, Probed};
use super::startup::{MIN_READY, Start, Startup, min_ready, restarts_always};
use super::tell::{Teller, hook_reason};
use crate::finding::Interval;
use crate::finding::words::seconds;
use crate::kubernetes::kubelet::RELIST;
use crate::manifest::{Container, ContainerKind};
use crate::yaml::path::FieldPath;

/// All events, since the first container was started.
pub(super) fn tell(startup: &Startup<'_>, mut teller: Teller<'_>) -> Vec<Event> {
    let workload = teller.workload;
    let order = |kind: ContainerKind| match kind {
        ContainerKind::Init | ContainerKind::Sidecar => 0,
        ContainerKind::Container | ContainerKind::Ephemeral => 1,
    };
    let mut all: Vec<(&Container, &Start<'_>)> = workload
        .containers
        .iter()
        .zip(&startup.starts)
        .filter_map(|(container, start)| Some((container, start.as_ref()?)))
        .collect();
    // Init containers and sidecars come first, each list in its own order.
    all.sort_by_key(|(container, _)| order(container.kind));
    let mut before: Option<(&Container, &Start<'_>)> = None;
    for (container, start) in all {
        one(&mut teller, container, start, before);
        before = Some((container, start));
    }
    let pod = teller.field(&workload.pod_spec_path);
    let gates = workload.pod_spec().readiness_gates.as_ref().is_some_and(|gates| !gates.is_empty());
    let is_in_doubt = startup.unready.is_some() && startup.ready.latest.is_none();
    let ready = match gates {
        true => "every container is ready; its readiness gates are for others to pass",
        false if is_in_doubt => "every container is ready, if the kubelet has seen that before one has ended",
        false => "every container is ready",
    };
    teller.tell(Event::new(What::Ready, startup.ready, ready).because([pod]));
    if let Some((when, container)) =
        startup.unready.and_then(|(when, at)| Some((when, workload.containers.get(at)?)))
    {
        let name = teller.name(container);
        let reason = format!("`{}` has ended", container.name());
        teller.tell(Event::new(What::Unready, when, reason).because([name]));
    }
    if let Some(seconds_ready) = min_ready(&workload.spec) {
        let path = FieldPath::of(MIN_READY);
        let reason = match seconds_ready > 0.0 {
            _ if workload.is_open(&path) => "minReadySeconds is not known from here".to_owned(),
            true => format!("it has been Ready for minReadySeconds, {}", seconds(seconds_ready)),
            false => "no minReadySeconds is set".to_owned(),
        };
        let at = teller.field(&path);
        teller.tell(Event::new(What::Available, startup.available, reason).because([at]));
    }
    teller.finish()
}

fn one(
    teller: &mut Teller<'_>,
    container: &Container,
    start: &Start<'_>,
    before: Option<(&Container, &Start<'_>)>,
) {
    let name = teller.name(container);
    teller.tell(
        Event::new(What::Starts, start.starts, starts_reason(before)).to(container).because([name.clone()]),
    );
    if let Some(ends) = start.ends {
        let command = teller.field(&container.path.key("command"));
        let takes = start.takes.unwrap_or(Interval::UNKNOWN);
        let reason = match takes.latest {
            Some(_) => format!("its command takes {}", takes.words()),
            None => "how long its program takes is not known from here".to_owned(),
        };
        teller.tell(Event::new(What::Completes, ends, reason).to(container).because([command.clone()]));
        if ends.is_never() {
            let reason = "its command never ends, or fails each time";
            let held = Event::new(What::HoldsUp, start.starts, reason).if_so(true);
            teller.tell(held.to(container).because([command]));
        }
    }
    let mut is_killed = false;
    if let Some(post_start) = &start.post_start {
        let words = post_start.hook.words.place.clone();
        let begins = "lifecycle.postStart, in no order with the program";
        let event = Event::new(What::PostStartBegins, start.starts, begins);
        teller.tell(event.to(container).because([words.clone()]));
        let reason = match start.over.is_some_and(|over| over == post_start.ends) {
            true => "its program has ended, and the hook with it".to_owned(),
            false => hook_reason(&post_start.hook),
        };
        let event = Event::new(What::PostStartEnds, post_start.ends, reason);
        teller.tell(event.to(container).because([words.clone()]));
        if let Some(killed) = &post_start.killed {
            is_killed = true;
            let reason = "its postStart has failed, and preStop and the grace period come first";
            let event = Event::new(What::FailsToStart, killed.ends, reason);
            teller.tell(event.to(container).because([words.clone()]));
            restarts(teller, container, killed.done);
            if container.kind == ContainerKind::Sidecar {
                let reason = "what follows a sidecar waits for its postStart";
                let held = Event::new(What::HoldsUp, post_start.ends, reason);
                teller.tell(held.to(container).because([words]));
            }
        }
    }
    if let Some(over) = start.over.filter(|_| !is_killed) {
        let reason = "its program ends by itself, so that no preStop runs";
        teller.tell(Event::new(What::Ends, over, reason).to(container).because([name]));
        restarts(teller, container, over);
    }
    let over = start.over.filter(|_| !restarts_always(container, teller.workload));
    let is_over_before = |when: Interval| over.is_some_and(|over| over.is_before(when));
    for (kind, probed) in &start.probes {
        if !is_over_before(probed.asked) {
            probe(teller, container, *kind, probed, !is_over_before(probed.fails));
        }
    }
}

/// A container that has ended is started anew where its own restartPolicy says so, as that of a sidecar, or
/// the Pod's; at once the first time, and later each further time.
pub(super) fn restarts(teller: &mut Teller<'_>, container: &Container, ended: Interval) {
    if restarts_always(container, teller.workload) {
        let path = match container.spec.restart_policy {
            Some(_) => container.path.key("restartPolicy"),
            None => teller.workload.pod_spec_path.key("restartPolicy"),
        };
        let at = teller.field(&path);
        let anew = ended.plus(Interval::between(0.0, 2.0 * RELIST));
        let reason = "restartPolicy Always; each further time comes later: 10 s, 20 s, 40 s (back-off)";
        teller.tell(Event::new(What::Restarts, anew, reason).to(container).because([at]));
    }
}

/// What follows from one probe; `can_stop` says that there is something left to be stopped once it has failed.
fn probe(teller: &mut Teller<'_>, container: &Container, kind: ProbeKind, probed: &Probed, can_stop: bool) {
    let Some(written) = kind.of(container) else { return };
    let Numbers { delay, period, successes, failures } = Numbers::of(written);
    let path = container.path.key(kind.key());
    let is_open = Numbers::KEYS.iter().any(|key| teller.workload.is_open(&path.key(*key)));
    let or_open = |reason: String| match is_open {
        true => "its numbers are not known from here".to_owned(),
        false => reason,
    };
    let field = |teller: &Teller<'_>, key: &'static str| teller.field(&path.key(key));
    let behind = match (kind, ProbeKind::Startup.of(container)) {
        (ProbeKind::Readiness | ProbeKind::Liveness, Some(_)) => ", and behind the startup probe",
        _ => "",
    };
    let asked = or_open(format!("initialDelaySeconds {delay}, then within periodSeconds {period}{behind}"));
    let places = [field(teller, "initialDelaySeconds"), field(teller, "periodSeconds")];
    teller.tell(Event::new(What::ProbeAsked(kind), probed.asked, asked).to(container).because(places));
    if kind != ProbeKind::Liveness {
        let reason = or_open(format!("successThreshold {successes}"));
        let event = Event::new(What::ProbePasses(kind), probed.passes, reason);
        teller.tell(event.to(container).because([field(teller, "successThreshold")]));
    }
    let Some(killed) = probed.killed.as_ref().filter(|_| can_stop) else { return };
    let reason = or_open(format!("failureThreshold {failures}, asked every {}", seconds(period)));
    let event = Event::new(What::ProbeStops(kind), probed.fails, reason).if_so(false);
    teller.tell(event.to(container).because([field(teller, "failureThreshold")]));
    if let Some(kill) = killed.kill {
        let own = written.termination_grace_period_seconds.filter(|own| *own > 0);
        let (grace, place) = match own {
            Some(own) => (
                format!("terminationGracePeriodSeconds {own} of"),
                field(teller, "terminationGracePeriodSeconds"),
            ),
            None => ("the Pod's grace period behind".to_owned(), teller.field(&teller.workload.grace_path())),
        };
        let reason = format!("{grace} the {} probe that has failed", kind.as_str());
        teller.tell(
            Event::new(What::KilledByProbe(kind), probed.fails.plus(kill.when), reason)
                .to(container)
                .if_so(false)
                .because([place]),
        );
    }
}

/// What the container waited for (facts B24, D1 and D2).
fn starts_reason(before: Option<(&Container, &Start<'_>)>) -> String {
    let Some((container, start)) = before else {
        return "the first of its Pod; images and volumes come before".to_owned();
    };
    let name = container.name();
    let has_startup_probe = start.probes.iter().any(|(kind, _)| *kind == ProbeKind::Startup);
    match (container.kind, &start.post_start) {
        // So does a sidecar, where the version does not know of them.
        _ if start.ends.is_some() => format!("init container `{name}` has ended"),
        (ContainerKind::Sidecar, None) if has_startup_probe => {
            format!("the startup probe of sidecar `{name}` has passed")
        }
        (ContainerKind::Sidecar, Some(_)) if has_startup_probe => {
            format!("postStart of sidecar `{name}` is over, and its startup probe has passed")
        }
        (ContainerKind::Sidecar, None) => format!("sidecar `{name}` runs"),
        (_, Some(_)) => format!("postStart of `{name}` is over"),
        (_, None) => format!("`{name}` runs"),
    }
}
