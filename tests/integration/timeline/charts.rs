//! What a chart shows of a timeline.

use kubectl_lifecycle::finding::{Bar, Chart, Instant, Interval, Part, Phase, Row};
use kubectl_lifecycle::timeline::{Given, OnSignal, Story};

use super::{given, of, pod, started};

const HOOKED: &str = "
containers:
- name: app
  image: busybox:1.37.0
  lifecycle: {preStop: {exec: {command: [sleep, \"45\"]}}}
";

fn row<'c>(chart: &'c Chart, name: &str) -> &'c Row {
    chart.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name}: {chart:#?}"))
}

fn phases(row: &Row) -> Vec<(Phase, String, String)> {
    row.bars.iter().map(|bar| (bar.what, bar.from.words(), bar.to.words())).collect()
}

fn marks(row: &Row) -> Vec<(Instant, &str, String)> {
    row.marks.iter().map(|mark| (mark.what, mark.label.as_str(), mark.at.words())).collect()
}

#[test]
fn a_stop_shows_the_hook_its_cut_the_signal_and_the_kill() {
    let chart = started(HOOKED).chart(Story::Stop).unwrap();
    assert_eq!(chart.title, "stop of Pod `web`");
    assert_eq!(chart.zero, "the Pod is deleted");
    assert_eq!(chart.end, 50.0);
    let app = row(&chart, "app");
    assert_eq!(app.of, Part::Container);
    let own = |phase, from: &str, to: &str| (phase, from.to_owned(), to.to_owned());
    assert_eq!(
        phases(app),
        [
            own(Phase::Runs, "0 s", "30 s"),
            own(Phase::PreStop, "0 s", "30 s"),
            own(Phase::Cut, "30 s", "45 s"),
            own(Phase::Stops, "30 s", "30 s to 32 s"),
        ]
    );
    assert_eq!(
        marks(app),
        [(Instant::Signal, "stop signal", "30 s".to_owned()), (Instant::Kill, "SIGKILL", "32 s".to_owned())]
    );
    assert_eq!(app.bars[1].label, "preStop: sleep 45");
}

#[test]
fn a_program_that_is_known_to_end_is_seen_to_end() {
    let given = given(&[("app", OnSignal::EndsAfter(1.0))]);
    let chart = of(&pod(HOOKED), &given, 36).chart(Story::Stop).unwrap();
    let app = row(&chart, "app");
    assert_eq!(app.bars.last().unwrap().certain(), Some((30.0, 31.0)));
    assert_eq!(marks(app).last().unwrap(), &(Instant::Ends, "ended", "31 s".to_owned()));
    assert_eq!(marks(row(&chart, "Pod")).last().unwrap(), &(Instant::Ends, "ended", "31 s".to_owned()));
}

#[test]
fn a_start_shows_the_containers_in_their_order_and_the_pod_last() {
    let chart = started(
        "
initContainers:
- {name: first, image: \"busybox:1.37.0\", command: [sleep, \"3\"]}
- {name: proxy, image: \"busybox:1.37.0\", restartPolicy: Always}
containers:
- name: app
  image: busybox:1.37.0
  lifecycle: {postStart: {exec: {command: [sleep, \"4\"]}}}
",
    )
    .chart(Story::Start)
    .unwrap();
    let rows: Vec<(&str, Part)> = chart.rows.iter().map(|row| (row.name.as_str(), row.of)).collect();
    let expected = [
        ("first", Part::InitContainer),
        ("proxy", Part::Sidecar),
        ("app", Part::Container),
        ("Pod", Part::Pod),
    ];
    assert_eq!(rows, expected);
    assert_eq!(row(&chart, "first").bars[0].to, Interval { earliest: 3.0, latest: Some(3.0) });
    let hook = &row(&chart, "app").bars[1];
    assert_eq!((hook.what, hook.label.as_str()), (Phase::PostStart, "postStart: sleep 4"));
}

fn deployment(fields: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  {fields}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: app
        image: busybox:1.37.0
        lifecycle: {{preStop: {{sleep: {{seconds: 5}}}}}}
"
    )
}

fn drawn(text: &str, story: Story) -> Option<Chart> {
    of(text, &Given::default(), 36).chart(story)
}

#[test]
fn a_recreated_deployment_has_a_gap_and_a_rolling_one_an_overlap() {
    let recreated = drawn(&deployment("strategy: {type: Recreate}"), Story::Rollout).unwrap();
    let gap = &row(&recreated, "all Pods").bars[0];
    assert_eq!(
        (gap.what, gap.from, gap.to.earliest),
        (Phase::Waits, Interval { earliest: 0.0, latest: Some(0.0) }, 5.0)
    );
    let rolling = drawn(&deployment("replicas: 2\n  minReadySeconds: 10"), Story::Rollout).unwrap();
    let names: Vec<&str> = rolling.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["new Pod 1", "old Pod 1", "new Pod 2", "old Pod 2"]);
    let deleted = |name| marks(row(&rolling, name))[0].2.clone();
    assert_eq!([deleted("old Pod 1"), deleted("old Pod 2")], ["10 s to 11 s", "20 s to 22 s"]);
}

#[test]
fn what_replaces_nothing_has_no_rollout_to_draw() {
    let timeline = started(HOOKED);
    assert_eq!(timeline.chart(Story::Rollout), None);
    assert_eq!(timeline.untold(Story::Rollout), Some("nothing replaces its Pods when its template changes"));
    let none = of(&deployment("replicas: 0"), &Given::default(), 36);
    assert_eq!((none.chart(Story::Rollout), none.untold(Story::Rollout)), (None, Some("it has no Pods")));
}

#[test]
fn a_pod_whose_program_has_ended_is_not_ready_any_longer() {
    let text =
        "\nrestartPolicy: Never\ncontainers: [{name: app, image: busybox:1.37.0, command: [sleep, '60']}]\n";
    let chart = started(text).chart(Story::Start).unwrap();
    let pod = row(&chart, "Pod");
    let certain: Vec<_> =
        pod.bars.iter().map(|bar| (bar.what, bar.certain().map(|(from, _)| from))).collect();
    assert_eq!(certain, [(Phase::Pod, None), (Phase::Runs, Some(1.0)), (Phase::Pod, Some(61.0))]);
    assert_eq!(marks(pod)[1], (Instant::Ends, "no longer Ready", "60 s to 61 s".to_owned()));
}

#[test]
fn a_hook_beside_its_program_has_a_row_that_names_its_container() {
    let hook = "lifecycle: {preStop: {exec: {command: [sh, -c, \"nginx -s quit; sleep 10\"]}}}";
    let text = format!(
        "\ncontainers:\n- {{name: web, image: 'nginx:1.27.5', {hook}}}\n- {{name: api, image: 'nginx:1.27.5', {hook}}}\n"
    );
    let chart = started(&text).chart(Story::Stop).unwrap();
    let rows: Vec<_> = chart.rows.iter().map(|row| (row.name.as_str(), row.of)).collect();
    let expected = [
        ("Pod", Part::Pod),
        ("web", Part::Container),
        ("preStop of web", Part::Hook),
        ("api", Part::Container),
        ("preStop of api", Part::Hook),
    ];
    assert_eq!(rows, expected);
    let has_no_length = |bar: &&Bar| bar.what == Phase::Runs && bar.from == bar.to;
    assert_eq!(chart.rows.iter().flat_map(|row| &row.bars).find(has_no_length), None);
}

#[test]
fn pods_that_a_stuck_rollout_never_starts_are_said_to_wait() {
    let text = deployment("replicas: 2\n  minReadySeconds: 10\n  progressDeadlineSeconds: 11").replace(
        "lifecycle:",
        "startupProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 20}\n        lifecycle:",
    );
    let chart = drawn(&text, Story::Rollout).unwrap();
    let last = row(&chart, "new Pod 2");
    assert!(!last.bars.is_empty(), "{chart:#?}");
}

#[test]
fn a_pod_of_ephemeral_containers_alone_has_nothing_to_draw() {
    let timeline = started("\nephemeralContainers: [{name: debug, image: busybox:1.37.0}]\n");
    for story in [Story::Start, Story::Stop] {
        assert_eq!(timeline.untold(story), Some("it has no containers"), "{story:?}");
    }
}
