//! Advice, which is a finding of severity info: who sees it, and what goes by it although nobody does. Through the
//! binary.

use crate::tool::{Ran, Tool};

/// One piece of advice: no readiness probe in what a Deployment made, and nobody is known to send it requests.
const ADVICE: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: quiet, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: quiet\n    image: quiet:1.0\n";
/// One warning.
const WARNING: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: old, labels: {pod-template-hash: a}}\nspec:\n  containers:\n  - name: old\n    image: old:latest\n    readinessProbe: {exec: {command: [ready]}}\n";
/// How long its hook takes cannot be known.
const UNKNOWN: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, labels: {app: web, pod-template-hash: a}}\nspec:\n  containers:\n  - name: web\n    image: web:1.0\n    readinessProbe: {exec: {command: [ready]}}\n    lifecycle: {preStop: {exec: {command: [/app/drain]}}}\n";
const CONFIGURATION: &str = ".kubectl-lifecycle.yaml";

fn all() -> Tool {
    Tool::with(&[("k8s/advice.yaml", ADVICE), ("k8s/unknown.yaml", UNKNOWN), ("k8s/warning.yaml", WARNING)])
}

fn found(ran: &Ran) -> Vec<String> {
    ran.findings("{file}: {severity}[{rule}]")
}

fn closing_line(here: &Tool, arguments: &[&str]) -> String {
    let ran = here.command(&["lint"]).args(arguments).end();
    let text = ran.out.replace("\n  ", " ");
    let line = text.lines().find(|line| line.contains("(4 documents, ") || line.contains("(1 document, "));
    line.unwrap_or_else(|| panic!("{}", ran.out)).to_owned()
}

const SHOWN: &str = "k8s/warning.yaml: warning[latest-tag]";
const OF_STRICT: &str = "k8s/unknown.yaml: info[missing-prestop-sleep]";
const ADVISED: &str = "k8s/advice.yaml: info[missing-readiness-probe]";

#[test]
fn a_plain_run_shows_errors_and_warnings_and_strict_shows_advice_as_well() {
    let here = all();
    assert_eq!(found(&here.lint(&["k8s"])), [SHOWN]);
    assert_eq!(found(&here.lint(&["k8s", "--strict"])), [ADVISED, OF_STRICT, SHOWN]);
    assert_eq!((here.lint(&["k8s"]).code(), here.lint(&["k8s/advice.yaml", "--strict"]).code()), (1, 0));
}

#[test]
fn no_format_tells_advice_unless_it_is_asked_for() {
    let here = all();
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"] {
        let told = |strict: &str| here.run(&["lint", "k8s", "-o", format, strict]).out;
        let (plain, strict) = (told("--strict=false"), told("--strict"));
        assert!(!plain.contains("quiet") && plain.contains("old"), "{format}: {plain}");
        assert!(strict.contains("quiet"), "{format}: {strict}");
    }
}

#[test]
fn the_closing_line_and_the_json_summary_count_what_strict_would_add() {
    let here = all();
    assert_eq!(
        closing_line(&here, &["k8s"]),
        "0 errors, 1 warning in 3 files (4 documents, 3 workloads); --strict adds 2"
    );
    assert_eq!(
        closing_line(&here, &["k8s/advice.yaml"]),
        "No lifecycle faults found in 1 file (1 document, 1 workload); --strict adds 1."
    );
    assert_eq!(
        closing_line(&here, &["k8s", "--strict"]),
        "0 errors, 1 warning, 2 infos in 3 files (4 documents, 3 workloads); --fix --unsafe-fixes mends 1"
    );
    let counted = |arguments: &[&str]| here.lint(arguments).json()["summary"]["onlyStrict"].clone();
    assert_eq!((counted(&["k8s"]), counted(&["k8s", "--strict"])), (2.into(), 0.into()));
}

#[test]
fn what_one_script_is_advised_for_several_containers_is_counted_as_strict_would_show_it() {
    let hooks =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooks}\ndata:\n  start.sh: |\n    mkdir /data\n";
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{pod-template-hash: a}}}}\nspec:\n  containers:\n  - name: {name}\n    image: a:1\n    readinessProbe: {{exec: {{command: [ready]}}}}\n    lifecycle: {{postStart: {{exec: {{command: [sh, -e, /hooks/start.sh]}}}}}}\n    volumeMounts: [{{name: hooks, mountPath: /hooks}}]\n  volumes: [{{name: hooks, configMap: {{name: hooks}}}}]\n"
        )
    };
    let here = Tool::with(&[("hooks.yaml", hooks), ("a.yaml", &pod("a")), ("b.yaml", &pod("b"))]);
    assert_eq!(found(&here.lint(&["--strict"])), ["hooks.yaml: info[non-idempotent-poststart]"]);
    assert_eq!(here.lint(&[]).json()["summary"]["onlyStrict"], 1);
}

#[test]
fn fail_on_info_shows_advice_and_not_what_cannot_be_known() {
    let here = all();
    let ran = here.lint(&["k8s", "--fail-on", "info"]);
    assert_eq!(found(&ran), [ADVISED, SHOWN]);
    assert_eq!(ran.json()["summary"]["onlyStrict"], 1);
    assert_eq!(here.lint(&["k8s/advice.yaml", "--fail-on", "info"]).code(), 1);
    assert_eq!(here.lint(&["k8s/unknown.yaml", "--fail-on", "info"]).code(), 0);
    assert_eq!(here.lint(&["k8s/unknown.yaml", "--fail-on", "info", "--strict"]).code(), 1);
}

#[test]
fn fail_on_never_reports_and_only_what_cannot_be_read_fails() {
    let here =
        Tool::with(&[("a.yaml", &WARNING.replace("image: old:latest", "image: 5")), ("b.yaml", WARNING)]);
    let ran = here.lint(&["--fail-on", "never"]);
    assert_eq!((ran.code(), found(&ran).len()), (0, 2));
    assert_eq!(here.lint(&[]).code(), 1);
    here.write("c.yaml", "a: [\n");
    assert_eq!(here.lint(&["--fail-on=never"]).code(), 2);
}

#[test]
fn the_configuration_says_the_same_and_the_flag_beats_it() {
    let here = all();
    here.write(CONFIGURATION, "failOn: never\n");
    assert_eq!((here.lint(&["k8s"]).code(), here.lint(&["k8s", "--fail-on", "warning"]).code()), (0, 1));
    let shown = here.run(&["config", "-o", "json"]).json();
    let rows = shown["settings"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["key"] == "failOn" && row["value"] == "never"), "{shown}");
    here.write(CONFIGURATION, "failOn: info\n");
    assert_eq!(found(&here.lint(&["k8s"])), [ADVISED, SHOWN]);
    assert_eq!(found(&here.lint(&["k8s", "--fail-on", "never"])), [SHOWN]);
    here.write(CONFIGURATION, "failOn: always\n");
    let refused = here.lint(&["k8s"]).json();
    let message = refused["trouble"][0]["message"].as_str().unwrap();
    assert_eq!(message, "`failOn` cannot be `always`; write `info`, `warning`, `error`, `never`");
}

#[test]
fn an_override_shows_the_advice_of_its_files() {
    let here = Tool::with(&[("a/advice.yaml", ADVICE), ("b/advice.yaml", ADVICE)]);
    here.write(CONFIGURATION, "overrides: [{files: [b], strict: true}]\n");
    assert_eq!(found(&here.lint(&[])), ["b/advice.yaml: info[missing-readiness-probe]"]);
}

/// The severity that counts is the one that the user gave.
#[test]
fn a_rule_that_is_made_advice_is_hidden_and_one_that_is_made_a_warning_is_shown() {
    let here = Tool::with(&[("a.yaml", WARNING), (CONFIGURATION, "rules: {latest-tag: info}\n")]);
    let plain = here.lint(&[]);
    assert_eq!((found(&plain), plain.code()), (vec![], 0));
    assert_eq!(plain.json()["summary"]["onlyStrict"], 1);
    assert_eq!(found(&here.lint(&["--strict"])), ["a.yaml: info[latest-tag]"]);
    assert_eq!(found(&here.lint(&["--rule", "latest-tag=warning"])), ["a.yaml: warning[latest-tag]"]);
    assert_eq!(found(&here.lint(&["--rule", "latest-tag=error"])), ["a.yaml: error[latest-tag]"]);
}

#[test]
fn a_suppression_of_advice_is_of_use_in_a_plain_run() {
    let comment = "  - name: quiet # lifecycle: ignore[missing-readiness-probe] -- a worker\n";
    let here = Tool::with(&[("a.yaml", &ADVICE.replace("  - name: quiet\n", comment))]);
    let plain = here.lint(&[]);
    assert_eq!((found(&plain), &plain.json()["summary"]["onlyStrict"]), (vec![], &0.into()));
    assert_eq!(here.lint(&["--strict"]).json()["summary"]["suppressed"], 1);
    // One that is of no use is told as before.
    here.write(
        "a.yaml",
        &WARNING.replace("old:latest", "old:1").replace("  - name: old\n", &comment.replace("quiet", "old")),
    );
    assert_eq!(found(&here.lint(&[])), ["a.yaml: warning[unused-suppression]"]);
}

#[test]
fn a_baseline_of_a_strict_run_is_not_obsolete_in_a_plain_one() {
    let here = all();
    here.lint(&["k8s", "--strict", "--write-baseline", "known.txt"]);
    let plain = here.lint(&["k8s", "--baseline", "known.txt"]).json();
    assert_eq!(plain["obsolete"], serde_json::json!([]));
    assert_eq!((&plain["summary"]["baselined"], &plain["summary"]["onlyStrict"]), (&1.into(), &0.into()));
    here.lint(&["k8s", "--baseline", "known.txt", "--prune-baseline"]);
    assert_eq!(here.lint(&["k8s", "--strict", "--baseline", "known.txt"]).json()["summary"]["baselined"], 3);
    // What is mended is obsolete in either run.
    here.write("k8s/advice.yaml", WARNING);
    let obsolete = here.lint(&["k8s", "--baseline", "known.txt"]).json()["obsolete"].clone();
    assert!(obsolete.to_string().contains("missing-readiness-probe Pod quiet"), "{obsolete}");
}

/// A Service, and the one Pod of a Deployment behind it.
fn one_pod(strategy: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  replicas: 1\n  strategy: {strategy}\n  selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers:\n      - name: web\n        image: web:1.0\n        readinessProbe: {{exec: {{command: [ready]}}}}\n        lifecycle: {{preStop: {{sleep: {{seconds: 10}}}}}}\n"
    )
}

#[test]
fn that_there_is_one_pod_is_said_once() {
    let said = |strategy: &str| {
        let here = Tool::with(&[("web.yaml", &one_pod(strategy))]);
        here.lint(&["web.yaml", "--strict"]).findings("{rule}")
    };
    assert_eq!(said("{rollingUpdate: {maxUnavailable: 1}}"), ["rollout-takes-all"]);
    assert_eq!(said("{type: Recreate}"), ["recreate-downtime"]);
    assert_eq!(said("{rollingUpdate: {maxUnavailable: 0}}"), ["single-replica"]);
}
