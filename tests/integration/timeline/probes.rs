//! When probes are asked, and what they can do.

use super::*;

#[test]
fn no_probe_is_asked_while_a_post_start_runs() {
    let timeline = started(
        "
containers:
  - name: app
    image: app:1
    lifecycle: {postStart: {exec: {command: [sleep, '12']}}}
    livenessProbe: {httpGet: {port: 8080}, periodSeconds: 1, failureThreshold: 2}
",
    );
    let asked = start(&timeline, "app", &What::ProbeAsked(ProbeKind::Liveness));
    assert_eq!(asked.when.words(), "12 s to 14.25 s", "12.7 s were measured");
    assert_eq!(start(&timeline, "app", &What::ProbeStops(ProbeKind::Liveness)).when.earliest, 13.0);
}

#[test]
fn a_probe_that_fails_gives_its_own_grace_period() {
    let with = |own: &str| {
        let text = pod(&format!(
            "
containers:
  - name: app
    image: app:1
    lifecycle: {{preStop: {{exec: {{command: [sleep, '10']}}}}}}
    livenessProbe: {{httpGet: {{port: 8080}}, periodSeconds: 1, failureThreshold: 2{own}}}
"
        ));
        let timeline = of(&text, &given(&[("app", OnSignal::Ignores)]), 36);
        let stops = start(&timeline, "app", &What::ProbeStops(ProbeKind::Liveness)).when.earliest;
        start(&timeline, "app", &What::KilledByProbe(ProbeKind::Liveness)).when.earliest - stops
    };
    assert_eq!(
        with(", terminationGracePeriodSeconds: 3"),
        5.0,
        "the hook is cut after 3 s, and 2 s are left"
    );
    assert_eq!(with(""), 30.0);
}

#[test]
fn a_container_killed_alone_under_grace_0_runs_no_pre_stop() {
    let text = pod("
terminationGracePeriodSeconds: 0
containers:
  - name: app
    image: app:1
    lifecycle: {preStop: {exec: {command: [sleep, '5']}}}
    livenessProbe: {httpGet: {port: 8080}, periodSeconds: 1, failureThreshold: 1}
");
    let timeline = of(&text, &given(&[("app", OnSignal::Ignores)]), 36);
    let stops = start(&timeline, "app", &What::ProbeStops(ProbeKind::Liveness)).when.earliest;
    assert_eq!(
        start(&timeline, "app", &What::KilledByProbe(ProbeKind::Liveness)).when.earliest - stops,
        2.0,
        "fact A14, measured"
    );
    assert_eq!(
        stop(&timeline, "app", &What::PreStopEnds { cut: true }).when.words(),
        "1 s",
        "on deletion it has 1 s"
    );
}

#[test]
fn liveness_and_readiness_wait_for_the_startup_probe() {
    let timeline = started(
        "
containers:
  - name: app
    image: app:1
    startupProbe: {httpGet: {port: 8080}, initialDelaySeconds: 20, periodSeconds: 1}
    readinessProbe: {httpGet: {port: 8080}}
    livenessProbe: {httpGet: {port: 8080}, initialDelaySeconds: 5}
",
    );
    for kind in [ProbeKind::Readiness, ProbeKind::Liveness] {
        assert_eq!(start(&timeline, "app", &What::ProbeAsked(kind)).when.words(), "19 s or later");
    }
}

#[test]
fn a_pod_is_ready_once_all_its_containers_are_and_available_a_while_later() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  minReadySeconds: 15
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: 'app:1', readinessProbe: {httpGet: {port: 8080}, initialDelaySeconds: 11}}
        - {name: beside, image: 'beside:1'}
";
    let timeline = of(text, &Given::default(), 36);
    let when = |what: What| timeline.starting(None, |is| *is == what).unwrap().when.earliest;
    assert_eq!(when(What::Ready), 10.0);
    assert_eq!(when(What::Available), 25.0);
}
