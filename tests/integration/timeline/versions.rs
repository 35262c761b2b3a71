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
