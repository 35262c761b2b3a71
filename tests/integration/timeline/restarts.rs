//! What follows when a container or its postStart fails or ends.

use super::*;

#[test]
fn a_failed_post_start_is_followed_by_the_whole_pre_stop_and_then_by_a_restart() {
    let timeline = started(
        "
containers:
  - name: app
    image: app:1
    lifecycle:
      postStart: {exec: {command: [sh, -c, 'sleep 2; exit 15']}}
      preStop: {exec: {command: [sleep, '4']}}
",
    );
    assert_eq!(start(&timeline, "app", &What::PostStartEnds).when.words(), "2 s");
    assert_eq!(start(&timeline, "app", &What::FailsToStart).when.earliest, 6.0);
    assert_eq!(start(&timeline, "app", &What::Restarts).when.earliest, 6.0);
    assert_eq!(timeline.starting(None, |what| *what == What::Ready), None, "it never is");
}

#[test]
fn a_program_that_ignores_the_signal_has_the_restart_wait_for_the_grace_period() {
    let text = pod("
terminationGracePeriodSeconds: 10
containers:
  - name: app
    image: app:1
    lifecycle: {postStart: {exec: {command: [sh, -c, 'exit 15']}}}
");
    let timeline = of(&text, &given(&[("app", OnSignal::Ignores)]), 36);
    assert_eq!(start(&timeline, "app", &What::FailsToStart).when.words(), "10 s");
    assert_eq!(start(&timeline, "app", &What::Restarts).when.words(), "10 s to 12 s");
}

#[test]
fn a_program_that_ends_by_itself_runs_no_pre_stop_and_takes_its_post_start_along() {
    let text = pod("
containers:
  - name: app
    image: app:1
    lifecycle:
      postStart: {exec: {command: [sleep, '60']}}
      preStop: {exec: {command: [sleep, '4']}}
");
    let program = Program { runs: Some(5.0), ..Program::default() };
    let programs = [("app".to_owned(), program)].into();
    let timeline = of(&text, &Given { programs, ..Given::default() }, 36);
    assert_eq!(start(&timeline, "app", &What::PostStartEnds).when.words(), "5 s");
    assert_eq!(start(&timeline, "app", &What::FailsToStart).when.words(), "5 s", "no preStop in between");
    assert_eq!(start(&timeline, "app", &What::Restarts).when.words(), "5 s to 7 s");
}

#[test]
fn a_program_that_has_ended_before_the_deletion_is_not_stopped() {
    let text = pod("
restartPolicy: Never
containers:
  - name: app
    image: app:1
    lifecycle: {preStop: {exec: {command: [sleep, '2']}}}
");
    let program = Program { runs: Some(3.0), ..Program::default() };
    let programs = [("app".to_owned(), program)].into();
    let given = Given { programs, deleted: Deletion::After(8.0), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert_eq!(timeline.stopping(Some("app"), |_| true), None);
    assert_eq!(timeline.starting(Some("app"), |what| *what == What::Restarts), None, "restartPolicy Never");
}

#[test]
fn a_sidecar_does_not_wait_for_a_main_container_that_has_ended() {
    let text = pod("
restartPolicy: Never
initContainers:
  - name: side
    image: side:1
    restartPolicy: Always
    lifecycle: {preStop: {exec: {command: [sleep, '3']}}}
containers: [{name: app, image: app:1}]
");
    let program = Program { runs: Some(5.0), ..Program::default() };
    let programs = [("app".to_owned(), program)].into();
    let given = Given { programs, deleted: Deletion::After(5.5), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert_eq!(stop(&timeline, "side", &SIGNAL).when.words(), "3 s", "its own hook");
}
