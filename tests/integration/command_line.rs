//! The command line as a user meets it: exit status, streams, and kubectl itself.

use crate::programs::{has_kubectl, path_with};
use crate::tool::{Run, Tool, executable, repository};

const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";
const GOOD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx:1.29\n    readinessProbe: {exec: {command: [ready]}}\n";

#[test]
fn the_exit_status_is_0_for_clean_1_for_findings_and_2_for_trouble() {
    let here = Tool::with(&[("good.yaml", GOOD), ("bad.yaml", BAD), ("broken.yaml", "kind: [\n")]);
    assert_eq!(here.run(&["lint", "good.yaml"]).code(), 0);
    assert_eq!(here.run(&["lint", "bad.yaml"]).code(), 1);
    assert_eq!(here.run(&["lint", "good.yaml", "broken.yaml"]).code(), 2);
    assert_eq!(here.run(&["lint", "nowhere.yaml"]).code(), 2);
    assert_eq!(here.run(&["lint", "--no-such-flag"]).code(), 2);
}

#[test]
fn trouble_in_one_file_does_not_hide_the_findings_in_another() {
    let here = Tool::with(&[("bad.yaml", BAD), ("broken.yaml", "kind: [\n")]);
    let output = here.run(&["lint"]);
    let printed = &output.out;
    assert_eq!(output.code(), 2);
    assert!(printed.contains("latest-tag") && printed.contains("broken.yaml"), "{printed}");
}

#[test]
fn fail_on_moves_the_threshold() {
    let here = Tool::with(&[("bad.yaml", BAD)]);
    assert_eq!(here.run(&["lint", "--fail-on", "error"]).code(), 0);
    assert_eq!(here.run(&["lint", "--fail-on", "warning"]).code(), 1);
}

#[test]
fn standard_input_is_read_for_a_hyphen() {
    let here = Tool::new();
    let output = here.command(&["lint", "-"]).input(BAD).end();
    assert_eq!(output.code(), 1);
    assert!(output.out.contains("-:7:12"), "{}", output.out);
}

#[test]
fn directories_are_read_whole_with_a_path_and_flat_with_f() {
    let here = Tool::with(&[("k8s/good.yaml", GOOD), ("k8s/below/bad.yaml", BAD)]);
    assert_eq!(here.run(&["lint", "k8s"]).code(), 1);
    assert_eq!(here.run(&["lint", "-f", "k8s"]).code(), 0);
    assert_eq!(here.run(&["lint", "-R", "-f", "k8s"]).code(), 1);
}

#[test]
fn json_is_one_object_of_version_1_with_positions_from_1() {
    let here = Tool::with(&[("bad.yaml", BAD), ("values.yaml", "replicas: 1\n"), ("broken.yaml", "a: [\n")]);
    let output = here.run(&["lint", "-o", "json"]);
    let report = output.json();
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["version", "findings", "suppressed", "obsolete", "skipped", "trouble", "hints", "summary"]
    );
    let finding = report["findings"][0].as_object().unwrap();
    let keys: Vec<&String> = finding.keys().collect();
    assert_eq!(
        keys,
        [
            "rule",
            "severity",
            "message",
            "why",
            "help",
            "snippets",
            "docs",
            "fixable",
            "fix",
            "file",
            "line",
            "column",
            "endLine",
            "endColumn",
            "rendered",
            "path",
            "field",
            "object",
            "container",
            "label",
            "related"
        ]
    );
    assert_eq!(
        (&finding["line"], &finding["column"], &finding["endColumn"]),
        (&7.into(), &12.into(), &17.into())
    );
    assert_eq!(finding["path"], "spec.containers[0].image");
    assert_eq!(report["summary"]["files"], 3);
    assert_eq!(report["skipped"][0]["file"], "values.yaml");
    assert_eq!(report["trouble"][0]["file"], "broken.yaml");
}

#[test]
fn control_characters_of_a_manifest_never_reach_the_terminal() {
    let stream = repository("testdata/_stream");
    for arguments in
        [&["lint", "control-characters.yaml"][..], &["lint", "-o", "json", "control-characters.yaml"]]
    {
        let output = Run::tool(&stream).args(arguments).end();
        assert_eq!(output.code(), 1);
        let raw = output.out.bytes().filter(|byte| *byte < 0x20 && *byte != b'\n').count();
        assert_eq!(raw, 0, "{}", output.out);
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let here = Tool::with(&[("bad.yaml", &format!("{BAD}---\n").repeat(2000))]);
    let output = here.command(&["lint"]).start_unread().end();
    assert_eq!(output.err, "");
    assert!(output.code() < 3, "{output:?}");
}

#[test]
fn a_file_above_the_limit_is_trouble_with_the_next_step() {
    let here = Tool::with(&[("large.yaml", &"# filler\n".repeat(200_000))]);
    let output = here.run(&["lint", "--max-file-size", "1"]);
    assert_eq!(output.code(), 2);
    assert!(output.out.contains("--max-file-size"), "{}", output.out);
}

#[test]
fn a_wrong_rule_name_suggests_the_nearest() {
    let here = Tool::new();
    let output = here.run(&["explain", "latest-tags"]);
    assert_eq!(output.code(), 2);
    assert!(output.err.contains("latest-tag"), "{}", output.err);
}

#[test]
fn every_rule_of_the_list_and_of_sarif_has_the_address_of_its_page() {
    let here = Tool::with(&[("good.yaml", GOOD)]);
    let listed = here.run(&["rules", "-o", "json"]).json();
    let sarif = here.run(&["lint", "-o", "sarif", "good.yaml"]).json();
    let of_sarif = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let pages = listed["rules"].as_array().unwrap().iter().map(|rule| (&rule["id"], &rule["page"]));
    let helps = of_sarif.iter().map(|rule| (&rule["id"], &rule["helpUri"]));
    let mut pages: Vec<_> = pages.map(|(id, page)| (id.to_string(), page.to_string())).collect();
    let mut helps: Vec<_> = helps.map(|(id, page)| (id.to_string(), page.to_string())).collect();
    pages.sort();
    helps.sort();
    assert_eq!(pages, helps);
    assert!(pages.iter().all(|(id, page)| page.ends_with(&format!("/rules/{}/\"", id.trim_matches('"')))));
}

#[test]
fn verbose_says_what_was_not_read_as_a_script() {
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    readinessProbe: {exec: {command: [ready]}}\n    lifecycle: {postStart: {exec: {command: [python3, -c, 'print(1)']}}}\n";
    let here = Tool::with(&[("a.yaml", manifest)]);
    let output = here.run(&["lint", "--verbose"]);
    assert_eq!(output.code(), 0);
    assert!(output.err.contains("python3"), "{}", output.err);
}

#[test]
fn kubectl_runs_it_as_a_plugin() {
    if !has_kubectl("the plugin was not run through it") {
        return;
    }
    let here = Tool::with(&[("k8s/bad.yaml", BAD)]);
    let output = Run::program("kubectl", here.path())
        .args(&["lifecycle", "lint", "k8s/"])
        .env("PATH", path_with(&[executable().parent().unwrap()]))
        .end();
    assert_ne!(output.code(), 0);
    assert!(output.out.contains("latest-tag"), "{}", output.out);
}

#[test]
fn a_pod_spec_in_a_kind_that_is_not_linted_is_named() {
    let spec = "    containers:\n    - {name: a, image: a:1, lifecycle: {preStop: {exec: {command: [sleep, '10']}}}}\n";
    for (text, said) in [
        (format!("spec:\n  podSpec:\n{spec}"), "carries a pod spec at `spec.podSpec`"),
        (
            "spec:\n  overrides:\n  - spec: {containers: [{name: a, lifecycle: {preStop: {sleep: {seconds: 5}}}}]}\n"
                .to_owned(),
            "carries a pod spec at `spec.overrides[0].spec`",
        ),
        (
            "spec:\n  podTemplate: {spec: {containers: [{image: a:1}]}}\n".to_owned(),
            "carries a pod template at `spec.podTemplate`",
        ),
        ("spec:\n  containers: [a, b]\n".to_owned(), ""),
        ("spec:\n  containers: [{name: a, cpu: 1}]\n".to_owned(), ""),
        ("status:\n  podSpec: {containers: [{name: a, image: b:1}]}\n".to_owned(), ""),
    ] {
        let head = "apiVersion: example.com/v1\nkind: Server\nmetadata: {name: s}\n";
        let here = Tool::with(&[("a.yaml", &format!("{head}{text}"))]);
        let skipped = here.run(&["lint", "-o", "json"]).json()["skipped"].clone();
        match said {
            "" => assert_eq!(skipped, serde_json::json!([]), "{text}"),
            said => assert!(skipped[0]["reason"].as_str().unwrap().contains(said), "{skipped}"),
        }
    }
}
