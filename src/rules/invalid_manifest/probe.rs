//! What the API server rejects in a probe (facts E2, K6–K8, K20–K24).

use k8s_openapi::api::core::v1 as core;

use super::{Fault, handler, is_undecoded};
use crate::manifest::{Container, Workload};
use crate::rules::subject::Subject;
use crate::yaml::path::FieldPath;

pub(super) fn faults(subject: &Subject<'_>, workload: &Workload, container: &Container) -> Vec<Fault> {
    let mut faults = Vec::new();
    if !container.kind.is_long_running() {
        return faults;
    }
    let probes = [
        ("readinessProbe", &container.spec.readiness_probe),
        ("livenessProbe", &container.spec.liveness_probe),
        ("startupProbe", &container.spec.startup_probe),
    ];
    for (name, probe) in probes {
        let Some(probe) = probe else { continue };
        let path = container.path.key(name);
        handlers(subject, workload, name, probe, &path, &mut faults);
        numbers(probe, &path, &mut faults);
        thresholds(name, probe, &path, &mut faults);
    }
    faults
}

/// Exactly one handler (fact K24), with a port that can be.
fn handlers(
    subject: &Subject<'_>,
    workload: &Workload,
    name: &str,
    probe: &core::Probe,
    path: &FieldPath,
    faults: &mut Vec<Fault>,
) {
    let set: Vec<&'static str> = [
        ("exec", probe.exec.is_some()),
        ("httpGet", probe.http_get.is_some()),
        ("tcpSocket", probe.tcp_socket.is_some()),
        ("grpc", probe.grpc.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, is_set)| is_set.then_some(field))
    .collect();
    match set.as_slice() {
        [] if workload.is_fragment || is_undecoded(subject, path) => {}
        [] => faults.push(
            Fault::key(
                path.clone(),
                format!("`{name}` has no handler"),
                "The API server says: must specify a handler type.",
                "Give it one of httpGet, tcpSocket, grpc or exec.",
            )
            .yaml("httpGet:\n  path: /ready\n  port: 8080"),
        ),
        [_] => {}
        [first, rest @ ..] => faults.extend(rest.iter().map(|second| {
            Fault::key(
                path.key(*second),
                format!("`{name}` has a second handler, `{second}`, beside `{first}`"),
                "The API server says: may not specify more than 1 handler type.",
                "Keep one.",
            )
        })),
    }
    if let Some(exec) = &probe.exec {
        faults.extend(handler::empty_command(subject, workload, name, exec, path));
    }
    let is_missing = |path: &FieldPath| workload.object.at(path).is_none();
    if let Some(get) = &probe.http_get {
        let port = path.dotted("httpGet.port");
        faults.extend(handler::port_fault(&get.port, &port, is_missing(&port), workload.is_fragment));
        faults.extend(handler::scheme(get, &path.key("httpGet")));
    }
    if let Some(socket) = &probe.tcp_socket {
        let port = path.dotted("tcpSocket.port");
        faults.extend(handler::port_fault(&socket.port, &port, is_missing(&port), workload.is_fragment));
    }
}

/// Fact K23; an explicit 0 is taken for unset (fact E1).
fn numbers(probe: &core::Probe, path: &FieldPath, faults: &mut Vec<Fault>) {
    let fields = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("periodSeconds", probe.period_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (field, value) in fields {
        let Some(value) = value.filter(|value| *value < 0) else { continue };
        faults.push(Fault::value(
            path.key(field),
            format!("`{field}` may not be negative, and is {value}"),
            "The API server says: must be greater than or equal to 0.",
            "Write a number from 0 up, or remove the line for the default.",
        ));
    }
}

/// Facts K20–K22.
fn thresholds(name: &str, probe: &core::Probe, path: &FieldPath, faults: &mut Vec<Fault>) {
    let is_readiness = name == "readinessProbe";
    // 0 is defaulted to 1 before validation (fact E1), a negative one is reported above.
    if let Some(successes) = probe.success_threshold.filter(|value| *value > 1 && !is_readiness) {
        faults.push(Fault::value(
            path.key("successThreshold"),
            format!("`{name}.successThreshold` must be 1, not {successes}"),
            "The API server says: must be 1. Only a readiness probe can ask for several successes in a row.",
            "Remove the line; 1 is the default.",
        ));
    }
    let Some(grace) = probe.termination_grace_period_seconds else { return };
    let field = path.key("terminationGracePeriodSeconds");
    if is_readiness {
        faults.push(Fault::key(
            field,
            "a readinessProbe may not have `terminationGracePeriodSeconds`",
            "The API server says: must not be set for readinessProbes. A readiness probe never stops a container.",
            "Remove the line; the pod spec's own grace period applies.",
        ));
    } else if grace <= 0 {
        faults.push(Fault::value(
            field,
            format!("`{name}.terminationGracePeriodSeconds` must be above 0, and is {grace}"),
            "The API server says: must be greater than 0.",
            "Write how many seconds the container may take to stop when this probe fails, or remove the line.",
        ));
    }
}
