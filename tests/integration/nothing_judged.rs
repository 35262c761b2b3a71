//! Nothing judged is not clean: a stream without objects and a directory without manifests are trouble, and
//! what may well hold nothing is none.

use crate::repository::Repository;
use crate::tool::{Ran, Tool};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    readinessProbe: {exec: {command: [ready]}}\n";
const CONFIG: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const STATUS: &str = r#"{"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "pods is forbidden", "code": 403}"#;

fn piped(text: &str, arguments: &[&str]) -> Ran {
    Tool::new().command(&["lint", "-o", "json", "-"]).args(arguments).input(text).end()
}

/// What is said of each thing that could not be judged.
fn troubles(ran: &Ran) -> Vec<String> {
    let report = ran.json();
    report["trouble"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["message"].as_str().unwrap().to_owned())
        .collect()
}

/// The closing line, on one line.
fn closing(ran: &Ran) -> String {
    ran.out.rsplit("\n\n").next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_stream_without_objects_is_trouble_that_says_what_it_looks_like() {
    for (text, looks) in [
        ("", "is empty"),
        ("---\n# Source: web/templates/a.yaml\n", "nothing but comments"),
        ("No resources found in shop namespace.\n", "kubectl found nothing"),
        (
            "NAME   READY   STATUS    RESTARTS   AGE\nweb-0  1/1     Running   0          3d\n",
            "the table that `kubectl get` writes",
        ),
        ("Error from server (NotFound): deployments.apps \"web\" not found\n", "the error of a program"),
        ("Unable to connect to the server: dial tcp: lookup a: no such host\n", "the error of a program"),
        (STATUS, "is a Status object"),
        ("apiVersion: v1\nkind: Status\nstatus: Failure\n", "is a Status object"),
        ("replicas: 1\n", "holds nothing to judge"),
        ("- op: add\n", "holds nothing to judge"),
        ("kind: {{ .Values.kind }}\nspec: {{ .Values.spec }}\n", "holds nothing to judge: a template"),
    ] {
        let ran = piped(text, &[]);
        let said = troubles(&ran);
        assert_eq!((ran.code(), said.len()), (2, 1), "{text}: {ran:?}");
        assert!(said[0].contains(looks), "{text}: {said:?}");
        assert_eq!(ran.json()["skipped"].as_array().unwrap().len(), 0, "{text}: it is said once");
    }
}

#[test]
fn the_words_of_an_api_server_are_shown() {
    assert!(troubles(&piped(STATUS, &[]))[0].contains("\"pods is forbidden\""));
}

#[test]
fn a_broken_stream_is_told_of_at_the_place_where_it_breaks() {
    let ran = piped("kind: [\n", &[]);
    assert_eq!((ran.code(), &ran.json()["trouble"][0]["line"]), (2, &1.into()));
}

#[test]
fn a_stream_with_objects_is_judged_however_little_there_is_to_say() {
    let status_and_pod = format!("{STATUS}\n---\n{POD}");
    for text in [
        CONFIG,
        POD,
        &status_and_pod,
        "apiVersion: v1\nkind: List\nitems: []\n",
        "apiVersion: v1\nkind: PodList\nitems: []\n",
    ] {
        assert_eq!(piped(text, &[]).code(), 0, "{text}");
    }
}

#[test]
fn standard_input_that_stands_for_a_file_is_judged_as_one() {
    for text in ["", "replicas: 1\n"] {
        assert_eq!(piped(text, &["--stdin-filename", "values.yaml"]).code(), 0, "{text}");
    }
}

#[test]
fn who_means_it_allows_that_there_is_nothing() {
    for (text, status) in
        [("", 0), ("No resources found\n", 0), ("error: no\n", 2), (STATUS, 2), ("a: 1\n", 2)]
    {
        assert_eq!(piped(text, &["--allow-empty"]).code(), status, "{text}");
    }
    let here = Tool::with(&[("empty/README.md", "")]);
    assert_eq!(here.run(&["lint", "empty", "--allow-empty"]).code(), 0);
}

#[test]
fn a_named_directory_without_manifests_is_trouble() {
    let here = Tool::with(&[("empty/README.md", ""), ("flat/below/a.yaml", POD), ("k8s/a.yaml", POD)]);
    for arguments in [&["empty"][..], &["-f", "empty"], &["k8s", "empty"]] {
        let ran = here.lint(arguments);
        assert_eq!(ran.code(), 2, "{arguments:?}");
        assert!(troubles(&ran)[0].contains("no *.yaml, *.yml or *.json files in this directory"));
    }
    let ran = here.lint(&["-f", "flat"]);
    assert_eq!(ran.code(), 2);
    assert!(troubles(&ran)[0].contains("-R reads what is below it"), "{ran:?}");
    assert_eq!(here.lint(&["-f", "flat", "-R"]).code(), 0);
    assert_eq!(Tool::new().run(&["lint"]).code(), 2, "the current directory stands for none named");
}

#[test]
fn a_directory_whose_manifests_are_left_out_is_no_trouble() {
    let here = Tool::with(&[("k8s/a.yaml", POD), ("with/README.md", "")]);
    assert_eq!(here.run(&["lint", "k8s", "--exclude", "**/*.yaml"]).code(), 0);
    assert_eq!(here.run(&["lint", "k8s", "--with", "with"]).code(), 0, "it is only to be known about");
    let here = Repository::of(&[(".gitignore", "*.yaml\n"), ("k8s/.keep", "")]);
    here.write("k8s/a.yaml", POD);
    assert_eq!(here.run(&["lint", "k8s"]).code(), 0);
}

#[test]
fn no_changes_are_no_trouble() {
    let here = Repository::of(&[("k8s/a.yaml", POD)]);
    let ran = here.run(&["lint", "k8s", "--changed-since", "main"]);
    assert_eq!((ran.code(), ran.err.as_str()), (0, ""));
    here.write("empty/README.md", "");
    assert_eq!(here.run(&["lint", "empty", "--changed-since", "main"]).code(), 0);
}

#[test]
fn named_files_that_hold_other_yaml_pass_and_the_closing_line_says_that_nothing_was_judged() {
    let here = Tool::with(&[
        ("values.yaml", "replicas: 1\n"),
        ("package.json", "{\"name\": \"web\"}\n"),
        ("empty.yaml", ""),
        ("list.yaml", "apiVersion: v1\nkind: List\nitems: []\n"),
        ("status.json", STATUS),
        ("a.yaml", POD),
        ("broken.yaml", "kind: [\n"),
    ]);
    for name in ["values.yaml", "package.json", "empty.yaml", "list.yaml", "status.json"] {
        let ran = here.run(&["lint", name]);
        assert_eq!(ran.code(), 0, "{name}");
        assert!(
            closing(&ran).starts_with("Nothing was judged: no Kubernetes object in 1 file"),
            "{}",
            ran.out
        );
    }
    let ran = here.run(&["lint", "values.yaml", "a.yaml"]);
    assert!(closing(&ran).starts_with("No lifecycle faults found in 2 files"), "{}", ran.out);
    let ran = here.run(&["lint", "values.yaml", "broken.yaml"]);
    assert!(closing(&ran).starts_with("Nothing could be linted"), "{}", ran.out);
}

#[test]
fn the_closing_line_counts_what_is_judged_as_a_patch() {
    let patch = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{template: {{spec: {{containers: [{{name: a, tty: true}}]}}}}}}\n"
        )
    };
    let closes = |documents: &[&str]| {
        let here = Tool::with(&[("all.yaml", &documents.join("---\n"))]);
        closing(&here.run(&["lint", "."]))
    };
    let [a, b] = [patch("a"), patch("b")];
    for (documents, volume) in [
        (&[POD, CONFIG][..], "(2 documents, 1 workload)"),
        (&[a.as_str()], "(1 document, 1 patch)"),
        (&[&a, &b], "(2 documents, 2 patches)"),
        (&[&a, POD], "(2 documents, 2 workloads, 1 of them a patch)"),
        (&[&a, POD, &b], "(3 documents, 3 workloads, 2 of them patches)"),
    ] {
        let closing = closes(documents);
        assert!(closing.contains(volume), "{closing}");
    }
    let here = Tool::with(&[("all.yaml", &format!("{POD}---\n{a}"))]);
    let summary = &here.run(&["lint", "-o", "json", "."]).json()["summary"];
    assert_eq!((&summary["workloads"], &summary["patches"]), (&2.into(), &1.into()));
}
