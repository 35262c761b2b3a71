//! What a timeline says of order: what starts, stops and replaces a Pod waits for what, and for what it
//! does not. Real kubelets (1.36.3 and 1.34.4) and controllers were seen to do each of these.

mod charts;
mod endpoints;
mod probes;
mod restarts;
mod rollouts;
mod starts;
mod versions;

use kubectl_lifecycle::lint::{Input, Options, timelines};
use kubectl_lifecycle::timeline::{
    Answers, Deletion, Event, Given, Manner, OnSignal, ProbeKind, Program, Timeline, What,
};

use crate::tool::Tool;

/// The timeline of the first workload of a text.
fn of(text: &str, given: &Given, minor: u32) -> Timeline {
    let here = Tool::with(&[("a.yaml", text)]);
    let mut options = Options::of([Input::path(here.at("a.yaml"))]);
    options.settings.kubernetes_version = format!("1.{minor}").parse().unwrap();
    timelines(&options, given).timelines.remove(0)
}

/// A Pod with these fields of its spec.
fn pod(spec: &str) -> String {
    let spec: String = spec.trim_matches('\n').lines().map(|line| format!("  {line}\n")).collect();
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web, labels: {{app: web}}}}\nspec:\n{spec}")
}

fn started(spec: &str) -> Timeline {
    of(&pod(spec), &Given::default(), 36)
}

/// Programs that do this on the stop signal.
fn given(programs: &[(&str, OnSignal)]) -> Given {
    let program = |on_signal| Program { on_signal, ..Program::default() };
    let programs = programs.iter().map(|(name, does)| ((*name).to_owned(), program(*does)));
    Given { programs: programs.collect(), ..Given::default() }
}

fn start<'t>(timeline: &'t Timeline, container: &str, what: &What) -> &'t Event {
    timeline
        .starting(Some(container), |is| is == what)
        .unwrap_or_else(|| panic!("{what:?} of {container}: {:#?}", timeline.startup))
}

fn stop<'t>(timeline: &'t Timeline, container: &str, what: &What) -> &'t Event {
    timeline
        .stopping(Some(container), |is| is == what)
        .unwrap_or_else(|| panic!("{what:?} of {container}: {:#?}", timeline.shutdown))
}

const SIGNAL: What = What::StopSignal { named: None };

#[test]
fn each_event_says_where_it_comes_from() {
    let text = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 40
      containers:
        - name: app
          image: app:1
          lifecycle: {preStop: {exec: {command: [sh, -c, 'sleep 7; nginx -s quit']}}}
          readinessProbe: {httpGet: {port: 80}, periodSeconds: 3}
";
    let here = Tool::with(&[("a.yaml", text)]);
    let timeline =
        timelines(&Options::of([Input::path(here.at("a.yaml"))]), &Given::default()).timelines.remove(0);
    let words = |event: &Event| -> Vec<String> {
        event.because.iter().map(|place| text[place.span.start..place.span.end].to_owned()).collect()
    };
    assert_eq!(words(stop(&timeline, "app", &What::PreStopEnds { cut: false })), ["7", "40"]);
    assert_eq!(words(stop(&timeline, "app", &What::ToldByHook)), ["nginx -s quit"]);
    assert_eq!(words(stop(&timeline, "app", &What::Kill)), ["40"]);
    let asked = start(&timeline, "app", &What::ProbeAsked(ProbeKind::Readiness));
    assert_eq!(
        asked.because[1].path.to_string(),
        "spec.template.spec.containers[0].readinessProbe.periodSeconds"
    );
    for event in timeline.startup.iter().chain(&timeline.shutdown) {
        let sentence = event.sentence();
        assert!(
            event.what == What::Deleted || !event.because.is_empty() || event.what == What::PodEnds,
            "{sentence}"
        );
        assert!(sentence.matches(": ").count() >= 1 && !sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn a_patch_and_a_pod_that_a_platform_runs_have_no_timeline() {
    let here = Tool::with(&[(
        "a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {spec: {containers: [{name: a, image: 'a:1'}]}}}\n---\n\
         apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: k}\nspec: {template: {spec: {containers: [{image: 'a:1'}]}}}\n",
    )]);
    assert_eq!(timelines(&Options::of([Input::path(here.at("a.yaml"))]), &Given::default()).timelines, []);
}
