//! What the API server rejects in a probe (facts E2, K6–K8, K20–K24).

use k8s_openapi::api::core::v1 as core;

use super::fault::Fault;
use super::faults::Faults;
use super::{handler, is_fragment, is_undecoded};
use crate::manifest::Container;
use crate::rules::subject::Subject;
use crate::yaml::path::FieldPath;

pub(super) fn faults<'s>(subject: &'s Subject<'s>, container: &'s Container, faults: &mut Faults<'_, 's>) {
    if !container.kind.is_long_running() {
        return;
    }
    let probes = [
        ("readinessProbe", &container.spec.readiness_probe),
        ("livenessProbe", &container.spec.liveness_probe),
        ("startupProbe", &container.spec.startup_probe),
    ];
    for (name, probe) in probes {
        let Some(probe) = probe else { continue };
        let path = container.path.key(name);
        handlers(subject, name, probe, &path, faults);
        numbers(probe, &path, faults);
        thresholds(name, probe, &path, faults);
    }
}

/// Exactly one handler (fact K24), with a port that can be.
fn handlers<'s>(
    subject: &'s Subject<'s>,
    name: &'static str,
    probe: &'s core::Probe,
    path: &FieldPath,
    faults: &mut Faults<'_, 's>,
) {
    let set = [
        ("exec", probe.exec.is_some()),
        ("httpGet", probe.http_get.is_some()),
        ("tcpSocket", probe.tcp_socket.is_some()),
        ("grpc", probe.grpc.is_some()),
    ];
    let mut set = set.into_iter().filter_map(|(field, is_set)| is_set.then_some(field));
    let Some(first) = set.next() else {
        if !is_fragment(subject) && !is_undecoded(subject, path) {
            faults.add(path.clone(), Fault::ProbeWithoutHandler { probe: name });
        }
        return;
    };
    for second in set {
        faults.add(path.key(second), Fault::SecondHandlerOfProbe { probe: name, first, second });
    }
    if let Some(exec) = &probe.exec {
        handler::empty_command(subject, name, exec, path, faults);
    }
    if let Some(get) = &probe.http_get {
        handler::http_get(subject, get, &path.key("httpGet"), faults);
    }
    if let Some(socket) = &probe.tcp_socket {
        handler::port(subject, &socket.port, path.dotted("tcpSocket.port"), faults);
    }
    if let Some(grpc) = &probe.grpc {
        handler::port_number(subject, grpc.port, path.dotted("grpc.port"), faults);
    }
}

/// Fact K23; an explicit 0 is taken for unset (fact E1).
fn numbers(probe: &core::Probe, path: &FieldPath, faults: &mut Faults<'_, '_>) {
    let fields = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("periodSeconds", probe.period_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (field, value) in fields {
        if let Some(value) = value.filter(|value| *value < 0) {
            faults.add(path.key(field), Fault::Negative { field, value });
        }
    }
}

/// Facts K20–K22.
fn thresholds(name: &'static str, probe: &core::Probe, path: &FieldPath, faults: &mut Faults<'_, '_>) {
    let is_readiness = name == "readinessProbe";
    // 0 is defaulted to 1 before validation (fact E1), a negative one is reported above.
    if let Some(successes) = probe.success_threshold.filter(|value| *value > 1 && !is_readiness) {
        faults.add(path.key("successThreshold"), Fault::Successes { probe: name, successes });
    }
    let field = path.key("terminationGracePeriodSeconds");
    match probe.termination_grace_period_seconds {
        Some(_) if is_readiness => faults.add(field, Fault::GraceOnReadiness),
        Some(grace) if grace <= 0 => faults.add(field, Fault::NoProbeGrace { probe: name, grace }),
        _ => {}
    }
}
