//! What a container waits for before it starts.

use super::*;

#[test]
fn the_next_container_waits_for_the_post_start_of_the_one_before() {
    let timeline = started(
        "
containers:
  - {name: a, image: 'a:1', lifecycle: {postStart: {exec: {command: [sleep, '8']}}}}
  - {name: b, image: 'b:1'}
",
    );
    assert_eq!(start(&timeline, "b", &What::Starts).when.words(), "8 s to 8.25 s");
    assert!(start(&timeline, "b", &What::Starts).reason.contains("postStart of `a`"));
}

#[test]
fn the_main_container_waits_for_the_post_start_of_a_sidecar() {
    let timeline = started(
        "
initContainers:
  - {name: side, image: 'side:1', restartPolicy: Always, lifecycle: {postStart: {exec: {command: [sleep, '6']}}}}
containers: [{name: app, image: 'app:1'}]
",
    );
    assert_eq!(start(&timeline, "app", &What::Starts).when.words(), "6 s to 7.25 s");
}

#[test]
fn what_follows_a_sidecar_waits_for_its_startup_probe_and_for_no_other() {
    let with = |probe: &str| {
        started(&format!(
            "
initContainers:
  - name: side
    image: side:1
    restartPolicy: Always
    {probe}: {{httpGet: {{port: 8080}}, initialDelaySeconds: 4, periodSeconds: 2}}
containers: [{{name: app, image: 'app:1'}}]
"
        ))
    };
    // 3.9 s were measured: the start of a container is noted in whole seconds.
    let behind = start(&with("startupProbe"), "app", &What::Starts).when;
    assert_eq!((behind.earliest, behind.latest), (3.0, None));
    assert_eq!(start(&with("readinessProbe"), "app", &What::Starts).when.words(), "0 s to 1 s", "fact D1");
}

#[test]
fn init_containers_run_one_after_the_other_for_as_long_as_their_commands_take() {
    let timeline = started(
        "
initContainers:
  - {name: one, image: 'one:1', command: [sh, -c], args: ['sleep $(DELAY)'], env: [{name: DELAY, value: '7'}]}
  - {name: two, image: 'two:1'}
containers: [{name: app, image: 'app:1'}]
",
    );
    assert_eq!(
        start(&timeline, "one", &What::Completes).when.words(),
        "7 s",
        "fact B5: $(DELAY) is expanded"
    );
    assert_eq!(
        start(&timeline, "two", &What::Starts).when.words(),
        "7 s to 9 s",
        "it is seen a little later"
    );
    assert_eq!(start(&timeline, "two", &What::Completes).when.words(), "7 s or later", "the image decides");
    assert_eq!(start(&timeline, "app", &What::Starts).when.words(), "7 s or later");
}

#[test]
fn an_init_container_that_never_ends_lets_nothing_start() {
    let timeline = started(
        "
initContainers: [{name: wait, image: 'busybox:1.36', command: [sleep, infinity]}]
containers: [{name: app, image: 'app:1'}]
",
    );
    assert_eq!(timeline.starting(Some("app"), |_| true), None);
    assert_eq!(timeline.starting(None, |what| *what == What::Ready), None);
}

#[test]
fn before_1_29_a_sidecar_is_an_init_container_like_any_other() {
    let text = pod("
initContainers: [{name: side, image: 'side:1', restartPolicy: Always, command: [sleep, infinity]}]
containers: [{name: app, image: 'app:1'}]
");
    let old = of(&text, &Given::default(), 28);
    assert_eq!(old.starting(Some("app"), |_| true), None, "fact D12");
    let gates = [("SidecarContainers".to_owned(), true)].into();
    let gated = of(&text, &Given { gates, ..Given::default() }, 28);
    assert_eq!(start(&gated, "app", &What::Starts).when.words(), "0 s to 1 s");
}
