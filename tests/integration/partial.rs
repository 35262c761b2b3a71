//! Where only single files are named, what is missing may stand elsewhere: the findings say so.

use kubectl_lifecycle::finding::Finding;
use kubectl_lifecycle::lint::{Input, Options, lint};

use crate::tool::Tool;

const NO_PROBE: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: web
          image: web
          ports: [{containerPort: 8080}]
          lifecycle: {preStop: {exec: {command: [sleep, '60']}}}
";
const NO_HOOK: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: web:1
      ports: [{containerPort: 8080}]
      readinessProbe: {tcpSocket: {port: 8080}}
";
const NO_PORT: &str = "apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: 'web:1'}]
";
const NO_SCRIPT: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: scripts}
data: {other.sh: 'sleep 5'}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: web
      image: web:1
      ports: [{containerPort: 8080}]
      readinessProbe: {tcpSocket: {port: 8080}}
      lifecycle: {preStop: {exec: {command: [sh, /scripts/stop.sh]}}}
      volumeMounts: [{name: scripts, mountPath: /scripts}]
  volumes: [{name: scripts, configMap: {name: scripts}}]
";

const WHOLE_GRACE: &str = "a patch elsewhere may set a longer grace period";
/// Manifest, rule, what a file elsewhere may change.
const VERDICTS: &[(&str, &str, &str)] = &[
    (NO_PROBE, "missing-readiness-probe", "a patch elsewhere may add one"),
    (NO_PROBE, "latest-tag", "a kustomization elsewhere may set the tag"),
    (NO_PROBE, "prestop-exceeds-grace-period", WHOLE_GRACE),
    (NO_HOOK, "missing-prestop-sleep", "a patch elsewhere may add one"),
    (NO_PORT, "missing-readiness-probe", "a patch elsewhere may add one"),
    (NO_SCRIPT, "hook-cannot-run", "another may add the script to the ConfigMap"),
];

fn project(manifest: &str) -> Tool {
    let here = Tool::with(&[("web.yaml", manifest)]);
    std::fs::create_dir(here.at("other")).unwrap();
    here
}

fn finding(here: &Tool, target: &str, context: Option<&str>, rule: &str) -> Finding {
    let input = |name: &str| Input::path(here.at(name));
    let mut options = Options::of([input(target)]).with_context(context.map(input));
    options.settings.advice = true;
    let report = lint(&options);
    let mut findings = report.findings.into_iter();
    findings.find(|finding| finding.rule == rule).expect(rule)
}

#[test]
fn a_verdict_that_a_file_elsewhere_might_overturn_says_so_and_is_no_milder() {
    for (manifest, rule, change) in VERDICTS {
        let here = project(manifest);
        let alone = finding(&here, "web.yaml", None, rule);
        let sentence = format!(" Only the named files were read: {change}; `--with DIR` reads the rest.");
        assert!(alone.why.ends_with(&sentence), "{rule}: {}", alone.why);
        for whole in [finding(&here, ".", None, rule), finding(&here, "web.yaml", Some("other"), rule)] {
            assert!(
                !whole.why.contains("--with") && !whole.message.contains("files read"),
                "{rule}: {}",
                whole.why
            );
            assert_eq!(alone.severity, whole.severity, "{rule}");
        }
    }
}

#[test]
fn what_is_missing_is_missing_in_the_files_read() {
    let message = |manifest: &str, rule: &str| finding(&project(manifest), "web.yaml", None, rule).message;
    assert_eq!(
        message(NO_PROBE, "missing-readiness-probe"),
        "container `web` declares a port but has no readinessProbe in the files read"
    );
    assert_eq!(
        message(NO_HOOK, "missing-prestop-sleep"),
        "container `web` has no preStop hook in the files read, so it is told to stop while traffic still comes in"
    );
}

#[test]
fn a_grace_period_that_is_written_is_not_doubted() {
    let written =
        NO_PROBE.replace("      containers:", "      terminationGracePeriodSeconds: 30\n      containers:");
    let finding = finding(&project(&written), "web.yaml", None, "prestop-exceeds-grace-period");
    assert!(!finding.why.contains("--with"), "{}", finding.why);
}
