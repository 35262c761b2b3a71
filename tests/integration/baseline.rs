//! Starting on an old repository: what is in the baseline does not fail, whatever is moved or
//! reformatted, and what is new does. Through the binary.

use crate::tool::{Ran, Tool};

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: web:latest\n        lifecycle: {preStop: {exec: {command: [sleep, \"60\"]}}}\n      - name: proxy\n        image: proxy:latest\n        readinessProbe: {exec: {command: [ready]}}\n";

/// How many findings are reported, and how many the baseline holds.
fn counts(ran: &Ran) -> (usize, u64) {
    let report = ran.json();
    let known = report["summary"]["baselined"].as_u64().unwrap();
    (report["findings"].as_array().unwrap().len(), known)
}

/// A project of which everything that is wrong is in its baseline.
fn adopted() -> Tool {
    let here = Tool::with(&[("k8s/web.yaml", WEB)]);
    let ran = here.lint(&["k8s", "--write-baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (0, (0, 3)), "{}", ran.err);
    assert_eq!(ran.err, "wrote 3 findings to known.txt\n");
    here
}

#[test]
fn what_it_holds_does_not_fail() {
    let here = adopted();
    let ran = here.lint(&["k8s", "--baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (0, (0, 3)));
    assert_eq!(here.lint(&["k8s"]).code(), 1);
}

#[test]
fn its_file_is_sorted_text_without_places_and_the_same_each_time() {
    let here = adopted();
    let text = here.read("known.txt");
    let entries: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        entries,
        [
            "version 1",
            "1 latest-tag apps/Deployment shop/web container=proxy spec.template.spec.containers[proxy].image",
            "1 latest-tag apps/Deployment shop/web container=web spec.template.spec.containers[web].image",
            "1 prestop-exceeds-grace-period apps/Deployment shop/web container=web spec.template.spec.containers[web].lifecycle.preStop.exec.command[1]",
        ]
    );
    here.lint(&["k8s", "--write-baseline", "again.txt", "--threads", "1"]);
    assert_eq!(here.read("again.txt"), text);
}

#[test]
fn a_moved_file_an_added_line_and_a_reformat_change_nothing() {
    let here = adopted();
    std::fs::remove_file(here.at("k8s/web.yaml")).unwrap();
    // The same object as JSON in another file, after another one, with a container put in front.
    let manifest = serde_json::json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"namespace": "shop", "name": "web"},
        "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [
                {"name": "new", "image": "new:1.0.0", "readinessProbe": {"exec": {"command": ["ready"]}}},
                {"name": "proxy", "image": "proxy:latest", "readinessProbe": {"exec": {"command": ["ready"]}}},
                {"image": "web:latest", "name": "web", "lifecycle": {"preStop": {"exec": {"command": ["sleep", "60"]}}}},
            ]},
        }},
    });
    here.write(
        "k8s/apps/all.yaml",
        &format!("# a comment\n\nkind: Namespace\napiVersion: v1\n---\n{manifest:#}\n"),
    );
    let ran = here.lint(&["k8s", "--baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (0, (0, 3)), "{:#}", ran.json()["findings"]);
    assert_eq!(ran.json()["obsolete"], serde_json::json!([]));
}

#[test]
fn what_is_new_fails_alone() {
    let here = adopted();
    here.write("k8s/web.yaml", &format!("{WEB}      - name: new\n        image: new:latest\n"));
    let ran = here.lint(&["k8s", "--baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (1, (1, 3)));
    assert_eq!(ran.json()["findings"][0]["container"], "new");
}

#[test]
fn one_more_of_the_same_is_new() {
    let here = adopted();
    here.write("k8s/zweb.yaml", WEB);
    let ran = here.lint(&["k8s", "--baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (1, (3, 3)));
    let new = &ran.json()["findings"][0];
    assert_eq!((&new["file"], &new["related"][0]["file"]), (&"k8s/zweb.yaml".into(), &"k8s/web.yaml".into()));
}

#[test]
fn what_is_mended_is_reported_and_pruned_when_asked() {
    let here = adopted();
    here.write("k8s/web.yaml", &WEB.replace("proxy:latest", "proxy:1.0.0"));
    let ran = here.lint(&["k8s", "--baseline", "known.txt"]);
    assert_eq!((ran.code(), counts(&ran)), (0, (0, 2)));
    let report = ran.json();
    let obsolete = report["obsolete"].as_array().unwrap();
    assert_eq!(obsolete.len(), 1);
    assert_eq!((&obsolete[0]["listed"], &obsolete[0]["found"]), (&1.into(), &0.into()));
    assert!(here.read("known.txt").contains("container=proxy"));
    let ran = here.lint(&["k8s", "--baseline", "known.txt", "--prune-baseline"]);
    assert_eq!((ran.code(), ran.err.as_str()), (0, "removed 1 finding from known.txt\n"));
    assert!(!here.read("known.txt").contains("container=proxy"));
    here.write("k8s/web.yaml", WEB);
    assert_eq!(here.lint(&["k8s", "--baseline", "known.txt"]).code(), 1);
}

#[test]
fn who_lints_one_file_is_not_told_that_all_others_are_mended() {
    let here = Tool::with(&[("k8s/web.yaml", WEB), ("k8s/other.yaml", &WEB.replace("web", "other"))]);
    here.lint(&["k8s", "--write-baseline", "known.txt"]);
    here.write("k8s/other.yaml", &WEB.replace("web", "other").replace("proxy:latest", "proxy:1.0.0"));
    for arguments in [&["k8s/other.yaml"][..], &["k8s/other.yaml", "--with", "."]] {
        let ran = here.lint(&[arguments, &["--baseline", "known.txt"]].concat());
        assert_eq!(ran.code(), 0);
        assert_eq!(ran.json()["obsolete"].as_array().unwrap().len(), 1, "{:#}", ran.json()["obsolete"]);
    }
}

#[test]
fn a_baseline_that_cannot_be_read_is_trouble_with_file_line_and_next_step() {
    let here = Tool::with(&[
        ("web.yaml", WEB),
        ("broken.txt", "version 1\n1 latest-tag\n"),
        ("none.txt", "hello\n"),
    ]);
    for (file, words) in [
        ("broken.txt", "error: broken.txt: line 2: not an entry"),
        ("none.txt", "error: none.txt: line 1: a baseline begins with"),
        ("nowhere.txt", "error: nowhere.txt: the baseline cannot be read"),
    ] {
        let ran = here.lint(&["web.yaml", "--baseline", file]);
        assert_eq!(ran.code(), 2, "{file}");
        assert!(ran.err.starts_with(words) && ran.err.contains("--write-baseline"), "{}", ran.err);
    }
    let ran = here.lint(&["web.yaml", "--write-baseline", "nowhere/known.txt"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err.contains("nowhere/known.txt"), "{}", ran.err);
}

#[test]
fn trouble_stays_trouble() {
    let here = Tool::with(&[("web.yaml", WEB), ("broken.yaml", "kind: [\n")]);
    assert_eq!(here.lint(&[".", "--write-baseline", "known.txt"]).code(), 2);
    assert_eq!(here.lint(&[".", "--baseline", "known.txt"]).code(), 2);
}

#[test]
fn what_could_not_be_read_is_neither_obsolete_nor_pruned() {
    let here = Tool::with(&[("k8s/web.yaml", WEB), ("k8s/other.yaml", &WEB.replace("web", "other"))]);
    here.lint(&["k8s", "--write-baseline", "known.txt"]);
    let whole = here.read("known.txt");
    here.write("k8s/other.yaml", "kind: [\n");
    let ran = here.lint(&["k8s", "--baseline", "known.txt", "--prune-baseline"]);
    assert_eq!((ran.code(), ran.err.as_str()), (2, ""));
    assert_eq!(here.read("known.txt"), whole);
    // What was read is pruned all the same.
    here.write("k8s/web.yaml", &WEB.replace("proxy:latest", "proxy:1.0.0"));
    let ran = here.lint(&["k8s", "--baseline", "known.txt", "--prune-baseline"]);
    assert_eq!((ran.code(), ran.err.as_str()), (2, "removed 1 finding from known.txt\n"));
}

#[test]
fn options_that_contradict_each_other_are_refused() {
    let here = Tool::with(&[("web.yaml", WEB)]);
    for arguments in [
        &["--baseline", "a", "--write-baseline", "b"][..],
        &["--write-baseline", "b", "--changed-since", "main"],
        &["--prune-baseline"],
    ] {
        assert_eq!(here.lint(arguments).code(), 2, "{arguments:?}");
    }
    assert!(!here.at("b").exists());
}
