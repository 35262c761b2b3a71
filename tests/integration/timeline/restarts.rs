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

#[test]
fn a_sidecar_whose_post_start_fails_lets_nothing_start_behind_it() {
    let timeline = started(
        "
restartPolicy: Never
initContainers:
  - name: side
    image: side:1
    restartPolicy: Always
    lifecycle: {postStart: {exec: {command: [sh, -c, 'exit 1']}}}
containers: [{name: app, image: app:1}]
",
    );
    assert_eq!(timeline.starting(Some("app"), |_| true), None);
    assert!(timeline.starting(Some("side"), |what| *what == What::HoldsUp).is_some());
    assert!(
        timeline.starting(Some("side"), |what| *what == What::Restarts).is_some(),
        "whatever the Pod says"
    );
    assert_eq!(timeline.stopping(Some("app"), |_| true), None, "what never runs is not stopped");
}

#[test]
fn a_container_that_is_stopped_already_is_not_stopped_again() {
    let text = pod("
terminationGracePeriodSeconds: 3
containers:
  - {name: app, image: app:1, lifecycle: {postStart: {exec: {command: [sh, -c, 'sleep 2; exit 1']}}}}
  - {name: beside, image: beside:1}
");
    let mut given = given(&[("app", OnSignal::Ignores)]);
    given.deleted = Deletion::After(1.5);
    let timeline = of(&text, &given, 36);
    assert_eq!(stop(&timeline, "app", &SIGNAL).when.words(), "0.5 s", "0.6 s were measured");
    assert_eq!(stop(&timeline, "app", &What::Kill).when.words(), "3.5 s", "3.6 s were measured");
    // The kubelet first looks at the Pod again.
    assert_eq!(stop(&timeline, "beside", &SIGNAL).when.words(), "3.5 s to 4.75 s");
}

#[test]
fn a_program_that_has_ended_runs_again_where_its_pod_restarts_it() {
    let text = pod("
containers: [{name: app, image: app:1, lifecycle: {preStop: {exec: {command: [sleep, '2']}}}}]
");
    let programs = [("app".to_owned(), Program { runs: Some(7.0), ..Program::default() })].into();
    let given = Given { programs, deleted: Deletion::After(10.0), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert_eq!(stop(&timeline, "app", &SIGNAL).when.earliest, 2.0, "2.1 s were measured");
}

#[test]
fn a_command_that_ends_is_over_where_nothing_restarts_it() {
    let text = pod("
restartPolicy: Never
containers: [{name: app, image: app:1, command: [sleep, '8']}]
");
    let given = Given { deleted: Deletion::After(4.0), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert_eq!(stop(&timeline, "app", &What::Ends).when.words(), "4 s", "a sleep hears of no signal");
}

#[test]
fn a_container_that_may_not_run_yet_is_not_stopped_for_sure() {
    let text = pod("
initContainers:
  - name: side
    image: side:1
    restartPolicy: Always
    startupProbe: {httpGet: {port: 80}}
    lifecycle: {preStop: {exec: {command: [sleep, '3']}}}
containers: [{name: app, image: app:1}]
");
    let given = Given { deleted: Deletion::After(5.0), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert!(!stop(&timeline, "app", &SIGNAL).surely);
    assert!(stop(&timeline, "side", &SIGNAL).surely);
    assert_eq!(stop(&timeline, "side", &SIGNAL).when.earliest, 3.0);
}

#[test]
fn a_refused_request_fails_a_post_start() {
    let text = pod("
containers: [{name: app, image: app:1, lifecycle: {postStart: {httpGet: {port: 80}}}}]
");
    let refuses = Program { answers: Answers::Refuses, ..Program::default() };
    let given = Given { programs: [("app".to_owned(), refuses)].into(), ..Given::default() };
    let timeline = of(&text, &given, 36);
    assert!(timeline.starting(Some("app"), |what| *what == What::FailsToStart).is_some(), "measured");
}

#[test]
fn a_program_that_ends_takes_the_readiness_of_its_pod_along() {
    let ready = |command: &str| {
        let text = format!(
            "\nrestartPolicy: Never\ncontainers: [{{name: app, image: busybox:1.37.0, command: {command}}}]\n"
        );
        let timeline = started(&text);
        let when = |what: What| timeline.starting(None, |is| *is == what).map(|event| event.when.words());
        (when(What::Ready), when(What::Unready))
    };
    let some = |words: &str| Some(words.to_owned());
    assert_eq!(ready("[sleep, '60']"), (some("0 s to 1 s"), some("60 s to 61 s")));
    // The kubelet may never see it run.
    assert_eq!(ready("[echo, done]"), (some("0 s or later"), some("0 s to 1 s")));
    assert_eq!(ready("[sleep, infinity]"), (some("0 s to 1 s"), None));
    let late = "[echo, done], readinessProbe: {exec: {command: ['true']}, initialDelaySeconds: 5}";
    assert_eq!(ready(late), (None, None), "it has ended before its probe is asked");
    let probed = |command: &str| {
        let probe = "livenessProbe: {exec: {command: ['true']}, initialDelaySeconds: 5, periodSeconds: 10}";
        let text = format!(
            "\nrestartPolicy: Never\ncontainers: [{{name: app, image: busybox:1.37.0, command: {command}, {probe}}}]\n"
        );
        let timeline = started(&text);
        let is_told = |is: fn(&What) -> bool| timeline.starting(None, is).is_some();
        (
            is_told(|what| matches!(what, What::ProbeAsked(_))),
            is_told(|what| matches!(what, What::ProbeStops(_))),
        )
    };
    assert_eq!(probed("[sleep, '2']"), (false, false), "nobody asks what has ended");
    assert_eq!(probed("[sleep, '10']"), (true, false), "it ends before the third failure");
    assert_eq!(probed("[sleep, '60']"), (true, true));
    let text = "\ncontainers: [{name: app, image: busybox:1.37.0, command: [sleep, '60']}]\n";
    assert!(started(text).starting(None, |is| *is == What::Unready).is_none(), "it is started anew");
}
