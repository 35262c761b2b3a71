//! What kubelets and gates make of the same Pod.

use super::*;

const HOOK: &str = "
terminationGracePeriodSeconds: 20
containers:
  - name: app
    image: app:1
    lifecycle: {preStop: {exec: {command: [sleep, '15']}}}
";

fn kill(minor: u32) -> String {
    stop(&of(&pod(HOOK), &Given::default(), minor), "app", &What::Kill).when.words()
}

#[test]
fn up_to_1_27_the_program_gets_a_grace_period_of_its_own() {
    assert_eq!(kill(27), "35 s to 36 s", "fact A8");
    assert_eq!(kill(28), "20 s to 21 s");
    assert_eq!(kill(36), "20 s");
}

#[test]
fn up_to_1_28_a_sidecar_does_not_wait() {
    let text = pod("
initContainers: [{name: side, image: 'side:1', restartPolicy: Always}]
containers: [{name: app, image: 'app:1', lifecycle: {preStop: {exec: {command: [sleep, '9']}}}}]
");
    let signal = |minor| {
        let gates = [("SidecarContainers".to_owned(), true)].into();
        let timeline = of(&text, &Given { gates, ..Given::default() }, minor);
        stop(&timeline, "side", &SIGNAL).when.earliest
    };
    assert_eq!(signal(28), 0.0, "fact D8");
    assert_eq!(signal(29), 9.0, "fact D5");
}

#[test]
fn a_sleep_action_that_the_version_drops_holds_nothing_back() {
    let text = pod("containers: [{name: app, image: 'app:1', lifecycle: {preStop: {sleep: {seconds: 9}}}}]");
    let signal = |minor, gates: &[(&str, bool)]| {
        let gates = gates.iter().map(|(gate, on)| ((*gate).to_owned(), *on)).collect();
        stop(&of(&text, &Given { gates, ..Given::default() }, minor), "app", &SIGNAL).when.earliest
    };
    assert_eq!(signal(29, &[]), 0.0);
    assert_eq!(signal(29, &[("PodLifecycleSleepAction", true)]), 9.0);
    assert_eq!(signal(30, &[]), 9.0);
}

#[test]
fn a_forced_deletion_means_nothing_to_kubelets_up_to_1_30() {
    let forced = Given { delete_grace: Some(0), ..Given::default() };
    let signal = |minor| stop(&of(&pod(HOOK), &forced, minor), "app", &SIGNAL).when.earliest;
    assert_eq!(signal(30), 15.0, "fact A15");
    assert_eq!(signal(31), 1.0);
}

#[test]
fn a_container_killed_alone_gets_what_is_left_on_every_kubelet() {
    let text = pod("
terminationGracePeriodSeconds: 20
containers:
  - name: app
    image: app:1
    lifecycle: {preStop: {exec: {command: [sleep, '5']}}}
    livenessProbe: {httpGet: {port: 8080}}
");
    for minor in [27, 36] {
        let timeline = of(&text, &given(&[("app", OnSignal::Ignores)]), minor);
        let stops = start(&timeline, "app", &What::ProbeStops(ProbeKind::Liveness)).when.earliest;
        let kill = start(&timeline, "app", &What::KilledByProbe(ProbeKind::Liveness)).when.earliest;
        assert_eq!(kill - stops, 20.0, "fact A8: 1.{minor}");
    }
}

/// What is said of a grace period that is not simply the Pod's.
#[test]
fn a_grace_period_says_where_it_comes_from() {
    let kill = |grace: &str, delete_grace: Option<i64>, minor: u32| {
        let text = pod(&format!("{grace}\ncontainers: [{{name: app, image: app:1}}]"));
        let timeline = of(&text, &Given { delete_grace, ..Given::default() }, minor);
        stop(&timeline, "app", &What::Kill).reason.clone()
    };
    let own = "terminationGracePeriodSeconds: 9";
    assert_eq!(kill("", None, 36), "the default grace period of 30 s");
    assert_eq!(kill(own, None, 36), "terminationGracePeriodSeconds 9");
    assert_eq!(kill(own, Some(4), 36), "the delete request's grace period of 4 s");
    assert_eq!(
        kill(own, Some(0), 36),
        "the least that a program is given, 2 s from the signal on (the delete request's grace period of 0 s, raised to 1 s)"
    );
    assert_eq!(
        kill(own, Some(0), 30),
        "terminationGracePeriodSeconds 9, since a kubelet of 1.30 takes a request of 0 for none"
    );
    assert_eq!(
        kill("terminationGracePeriodSeconds: -5", None, 36),
        "the least that a program is given, 2 s from the signal on (terminationGracePeriodSeconds -5, which means 1 s)"
    );
    assert_eq!(
        kill(own, None, 27),
        "terminationGracePeriodSeconds 9: a kubelet of 1.27 gives all of that from the signal on"
    );
}
