//! The events of a Pod that starts.

use super::event::{Event, What};
use super::interval::Interval;
use super::probes::{Numbers, ProbeKind, Probed};
use super::startup::{Start, Startup};
use super::tell::{Teller, hook_reason};
use crate::finding::words::seconds;
use crate::kubernetes::kubelet::RELIST;
use crate::manifest::{Container, ContainerKind};
use crate::yaml::path::FieldPath;

/// All events, since the first container was started. `min_ready` are seconds.
pub(super) fn tell(startup: &Startup<'_>, min_ready: f64, mut teller: Teller<'_>) -> Vec<Event> {
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
    let ready = match gates {
        true => "every container is ready; its readiness gates are for others to pass",
        false => "every container is ready",
    };
    teller.tell(Event::new(What::Ready, startup.ready, ready).because([pod]));
    let spec = teller.field(&FieldPath::of("spec.minReadySeconds"));
    let available = match min_ready > 0.0 {
        true => format!("it has been Ready for minReadySeconds, {}", seconds(min_ready)),
        false => "no minReadySeconds is set".to_owned(),
    };
    teller.tell(Event::new(What::Available, startup.available, available).because([spec]));
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
        let reason = match ends.latest {
            Some(_) => "what its command takes",
            None => "how long its program takes is not known from here",
        };
        teller.tell(Event::new(What::Completes, ends, reason).to(container).because([command]));
    }
    if let Some(post_start) = &start.post_start {
        let words = post_start.hook.words.place.clone();
        let begins = "beside the program, and in no order with it";
        teller.tell(
            Event::new(What::PostStartBegins, start.starts, begins).to(container).because([words.clone()]),
        );
        let reason = hook_reason(&post_start.hook);
        teller.tell(
            Event::new(What::PostStartEnds, post_start.ends, reason).to(container).because([words.clone()]),
        );
        if let Some(killed) = &post_start.killed {
            let reason = "its postStart has failed; preStop and the grace period come first";
            teller.tell(Event::new(What::FailsToStart, killed.ends, reason).to(container).because([words]));
            let anew = killed.done.plus(Interval::between(0.0, 2.0 * RELIST));
            let reason = "each further time comes later: 10 s, 20 s, 40 s (back-off)";
            teller.tell(Event::new(What::Restarts, anew, reason).to(container).because([name.clone()]));
        }
    }
    if let Some(over) = start.over {
        let reason = "its program ends by itself, so that no preStop runs";
        teller.tell(Event::new(What::Ends, over, reason).to(container).because([name.clone()]));
        let policy = teller.workload.pod_spec().restart_policy.as_deref().unwrap_or("Always");
        if policy == "Always" {
            let at = teller.field(&teller.workload.pod_spec_path.key("restartPolicy"));
            let anew = over.plus(Interval::between(0.0, 2.0 * RELIST));
            let restarts = Event::new(
                What::Restarts,
                anew,
                "restartPolicy Always, and back-off from the second time on",
            );
            teller.tell(restarts.to(container).because([at]));
        }
    }
    for (kind, probed) in &start.probes {
        probe(teller, container, *kind, probed);
    }
}

/// What follows from one probe.
fn probe(teller: &mut Teller<'_>, container: &Container, kind: ProbeKind, probed: &Probed) {
    let Some(written) = kind.of(container) else { return };
    let Numbers { delay, period, successes, failures } = Numbers::of(written);
    let path = container.path.key(kind.key());
    let field = |teller: &Teller<'_>, key: &'static str| teller.field(&path.key(key));
    let behind = match (kind, ProbeKind::Startup.of(container)) {
        (ProbeKind::Readiness | ProbeKind::Liveness, Some(_)) => ", and behind the startup probe",
        _ => "",
    };
    let asked = format!("initialDelaySeconds {delay}, then within periodSeconds {period}{behind}");
    let places = [field(teller, "initialDelaySeconds"), field(teller, "periodSeconds")];
    teller.tell(Event::new(What::ProbeAsked(kind), probed.asked, asked).to(container).because(places));
    if kind != ProbeKind::Liveness {
        let reason = format!("successThreshold {successes}");
        let event = Event::new(What::ProbePasses(kind), probed.passes, reason);
        teller.tell(event.to(container).because([field(teller, "successThreshold")]));
    }
    let Some(killed) = &probed.killed else { return };
    let reason = format!("failureThreshold {failures}, asked every {}", seconds(period));
    let event = Event::new(What::ProbeStops(kind), probed.fails, reason).if_so(false);
    teller.tell(event.to(container).because([field(teller, "failureThreshold")]));
    if let Some(kill) = killed.kill {
        let (grace, place) = match written.termination_grace_period_seconds {
            Some(own) => (
                format!("terminationGracePeriodSeconds {own} of"),
                field(teller, "terminationGracePeriodSeconds"),
            ),
            None => ("the Pod's grace period behind".to_owned(), teller.field(&teller.workload.grace_path())),
        };
        let reason = format!("{grace} the {} probe that has failed", kind.as_str());
        teller.tell(Event::new(What::Kill, kill.when, reason).to(container).if_so(false).because([place]));
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
        (ContainerKind::Init, _) => format!("init container `{name}` has ended"),
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
