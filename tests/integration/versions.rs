//! Manifests that have to be right on every version of a range.

use kubectl_lifecycle::lint::{Input, KubernetesVersions, Options, lint, timelines};
use kubectl_lifecycle::timeline::{Given, What};

use crate::tool::{Ran, Tool};

const FILE: &str = ".kubectl-lifecycle.yaml";

/// Its hook is unknown to 1.28, dropped by 1.29, and works in the others.
const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: web:1
          ports: [{containerPort: 8080}]
          readinessProbe: {tcpSocket: {port: 8080}}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
";

const FOUND: [&str; 1] =
    ["unsupported-field: Kubernetes 1.28 has no field `lifecycle.preStop.sleep` of `app`"];

fn messages(tool: &Tool, arguments: &[&str]) -> Vec<String> {
    tool.lint(arguments).findings("{rule}: {message}")
}

#[test]
fn the_flag_and_the_configuration_take_a_range() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    for range in ["1.28-1.34", "v1.28-v1.34", "1.28.3-1.34.1", "1.28 - 1.34"] {
        assert_eq!(messages(&here, &["--kubernetes-version", range]), FOUND, "{range}");
    }
    assert_eq!(messages(&here, &["--kubernetes-version", "1.30-1.34"]), [""; 0]);
    here.write(FILE, "kubernetesVersion: 1.28-1.34\n");
    assert_eq!(messages(&here, &[]), FOUND);
    assert_eq!(messages(&here, &["--kubernetes-version", "1.34"]), [""; 0], "the flag replaces the range");
    let shown = here.run(&["config"]).out;
    assert!(shown.lines().any(|line| line.starts_with("kubernetesVersion ") && line.ends_with(" 1.28-1.34")));
}

#[test]
fn an_override_has_versions_of_its_own() {
    let here = Tool::with(&[("a.yaml", WEB), ("old/a.yaml", WEB)]);
    let names = |config: &str| -> Vec<String> {
        here.write(FILE, config);
        here.lint(&[]).findings("{file}")
    };
    let range = "kubernetesVersion: 1.30-1.36\noverrides: [{files: [old], kubernetesVersion: 1.29-1.36}]";
    assert_eq!(names(range), ["old/a.yaml"]);
    let one = "kubernetesVersion: 1.29-1.36\noverrides: [{files: [old], kubernetesVersion: 1.36}]";
    assert_eq!(names(one), ["a.yaml"]);
    let gates = "kubernetesVersion: 1.29-1.36\nfeatureGates: {PodLifecycleSleepAction: true}";
    assert_eq!(names(gates), [""; 0]);
}

#[test]
fn a_range_that_cannot_be_meant_is_refused_with_the_one_that_can() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    let refused = |ran: &Ran, reason: &str| {
        assert!(ran.code() == 2 && ran.err.contains(reason), "{reason}: {}", ran.err);
    };
    let backwards = "the range runs backwards; write `1.30-1.34`";
    refused(&here.run(&["lint", "--kubernetes-version", "1.34-1.30"]), backwards);
    here.write(FILE, "strict: true\nkubernetesVersion: 1.34-1.30\n");
    let place = "2:20: `1.34-1.30` cannot be used: ";
    refused(&here.run(&["config"]), &format!("{place}{backwards}"));
    refused(&here.run(&["lint", "--no-config", "--kubernetes-version", "1.30-1.99"]), "1.25 to 1.37");
}

#[test]
fn a_gate_that_no_version_of_the_range_lets_anybody_set_is_told() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    let said = |range: &str| {
        here.write(
            FILE,
            &format!("kubernetesVersion: {range}\nfeatureGates: {{PodLifecycleSleepAction: true}}\n"),
        );
        here.run(&["lint", "-v"]).err
    };
    let gone = "has no effect in Kubernetes 1.34-1.36: from 1.34 on nobody can set it";
    assert!(said("1.34-1.36").contains(gone));
    assert!(!said("1.33-1.36").contains("no effect"));
}

/// Kubernetes knows it, and a rule may go by it one day.
#[test]
fn a_gate_that_nothing_is_judged_by_is_taken_and_told() {
    let here = Tool::with(&[("a.yaml", WEB), (FILE, "featureGates: {GracefulNodeShutdown: false}\n")]);
    let ran = here.run(&["lint", "-v", "--rule", "latest-tag=off"]);
    let told =
        "featureGates.GracefulNodeShutdown (.kubectl-lifecycle.yaml:1) has no effect: no rule goes by it";
    assert!(ran.code() == 0 && ran.err.contains(told), "{}", ran.err);
    here.write(FILE, "featureGates: {StartupProbe: true}\n");
    let refused =
        "1:16: no feature gate `StartupProbe` is known here; remove it, since nothing is judged by it";
    assert!(here.run(&["config"]).err.contains(refused), "no version that is known here has it");
}

#[test]
fn what_silences_in_one_version_of_the_range_is_of_use() {
    let reason = "# lifecycle: ignore[unsupported-field] -- old clusters drain";
    let silenced = WEB.replace("          lifecycle:", &format!("          {reason}\n          lifecycle:"));
    let here = Tool::with(&[("a.yaml", &silenced)]);
    let found = |range: &str| here.lint(&["--kubernetes-version", range]).findings("{rule}");
    assert_eq!(found("1.29-1.34"), [""; 0]);
    assert_eq!(found("1.30-1.34"), ["unused-suppression"]);
}

/// The first versions of the range, the last, and what both say alike.
#[test]
fn verbose_tells_the_times_of_the_ends_where_they_are_others() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    let said = |range: &str| here.run(&["lint", "-v", "--kubernetes-version", range]).err;
    let signal = |text: &str, version: &str| {
        let start = format!("stop of Deployment `web`{version}, ");
        text.lines().any(|line| line.contains(&start) && line.contains("the stop signal comes to `app`"))
    };
    let both = said("1.29-1.36");
    assert!(signal(&both, " in Kubernetes 1.29") && signal(&both, " in Kubernetes 1.36"), "{both}");
    assert!(!signal(&both, "") && !signal(&both, " in Kubernetes 1.30"), "{both}");
    let same = said("1.31-1.32");
    assert!(signal(&same, "") && !same.contains("in Kubernetes"), "{same}");
}

#[test]
fn timelines_are_those_of_the_oldest_version() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    let signal = |versions: &str| {
        let mut options = Options::of([Input::path(here.at("a.yaml"))]);
        options.settings.set_versions(versions.parse::<KubernetesVersions>().unwrap());
        let run = timelines(&options, &Given::default());
        let [web] = run.timelines.as_slice() else { panic!("{:?}", run.timelines) };
        web.stopping(Some("app"), |what| matches!(what, What::StopSignal { .. })).unwrap().when.earliest
    };
    assert_eq!(signal("1.29-1.36"), 0.0);
    assert_eq!(signal("1.30-1.36"), 5.0);
}

/// A kubelet up to 1.35 can begin so late that the traffic has ended when its hook is over.
const BOUNDED: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, pod-template-hash: a}}
spec:
  containers:
    - name: app
      image: web:1
      ports: [{containerPort: 8080}]
      readinessProbe: {tcpSocket: {port: 8080}}
      lifecycle: {preStop: {exec: {command: [timeout, '4', /app/drain]}}}
";

/// What a plain run does not show of some versions belongs to what it shows of the others.
#[test]
fn a_finding_that_is_advice_in_some_versions_is_one_in_a_plain_run_as_in_a_strict_one() {
    let here = Tool::with(&[("a.yaml", BOUNDED)]);
    let told = |arguments: &[&str]| {
        let ran = here.lint(&[&["--kubernetes-version", "1.34-1.36"], arguments].concat());
        let summary = ran.json()["summary"].clone();
        let found = ran.findings("{severity}[{rule}] {why}");
        (found, summary["onlyStrict"].as_u64())
    };
    let plain = told(&[]);
    assert_eq!(plain, told(&["--strict"]));
    let [one] = plain.0.as_slice() else { panic!("{plain:?}") };
    assert!(one.ends_with("This is a warning for Kubernetes 1.36, and milder for 1.34 and 1.35."), "{one}");
}

/// A range of one behaviour says what its versions say.
#[test]
fn a_range_finds_what_each_of_its_versions_finds() {
    let here = Tool::with(&[("a.yaml", WEB)]);
    let found = |versions: &str| {
        let mut options = Options::of([Input::path(here.at("a.yaml"))]);
        options.settings.strict = true;
        options.settings.set_versions(versions.parse::<KubernetesVersions>().unwrap());
        lint(&options).findings
    };
    assert_eq!(found("1.25-1.27"), found("1.25"));
    let places = |versions: &str| -> Vec<_> {
        found(versions).into_iter().map(|finding| (finding.rule, finding.place)).collect()
    };
    let mut each: Vec<_> = (26..=37).flat_map(|minor| places(&format!("1.{minor}"))).collect();
    each.sort();
    each.dedup();
    let mut all = places("1.26-1.37");
    all.sort();
    assert_eq!(all, each);
}
