//! Targets and context: findings are reported in the targets, or where a change causes them, and
//! the rest is only known about. Through the binary, in real git repositories.

use serde_json::Value;

use crate::programs::has_kubectl;
use crate::repository::Repository;
use crate::tool::Tool;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: web}\n  ports: [{port: 80, targetPort: 8080}]\n";
/// Nothing is wrong with it as long as no Service sends it traffic.
const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web\n        image: web:1.2.3\n        readinessProbe: {exec: {command: [ready]}}\n";
const FAULTY: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: old}\nspec:\n  containers:\n  - name: old\n    image: old:latest\n    readinessProbe: {exec: {command: [ready]}}\n";

/// `file: rule` of every finding, and the exit status.
fn lint(here: &Repository, arguments: &[&str]) -> (Vec<String>, i32) {
    let ran = here.lint(arguments);
    (ran.findings("{file}: {rule}"), ran.code())
}

fn report(here: &Repository, arguments: &[&str]) -> (Value, i32) {
    let ran = here.lint(arguments);
    (ran.json(), ran.code())
}

#[test]
fn context_is_known_about_and_not_reported_in() {
    let here = Repository::of(&[("svc.yaml", SERVICE), ("web.yaml", WEB), ("old.yaml", FAULTY)]);
    assert_eq!(lint(&here, &["web.yaml"]), (vec![], 0));
    assert_eq!(
        lint(&here, &["web.yaml", "--context", "."]),
        (vec!["web.yaml: missing-prestop-sleep".into()], 1)
    );
    assert_eq!(lint(&here, &["web.yaml", "--context", "svc.yaml", "--context", "old.yaml"]).1, 1);
}

#[test]
fn what_cannot_be_read_in_the_context_does_not_fail_the_targets() {
    let here = Repository::of(&[("broken.yaml", "kind: [\n"), ("web.yaml", WEB)]);
    let (report, status) = report(&here, &["web.yaml", "--context", "."]);
    assert_eq!(status, 0);
    assert_eq!((&report["summary"]["files"], &report["summary"]["contextFiles"]), (&1.into(), &1.into()));
    assert_eq!(report["summary"]["contextUnread"], 1);
    let said = here.run(&["lint", "web.yaml", "--context", ".", "--verbose"]);
    assert!(said.err.contains("broken.yaml: context"), "{}", said.err);
}

#[test]
fn a_context_that_is_not_there_is_trouble() {
    let here = Repository::of(&[("web.yaml", WEB)]);
    assert_eq!(lint(&here, &["web.yaml", "--context", "nowhere"]).1, 2);
}

#[test]
fn what_is_in_a_submodule_that_changed_is_a_target() {
    let module = Repository::of(&[("old.yaml", FAULTY)]);
    let here = Repository::of(&[("web.yaml", WEB)]);
    let url = module.path().to_str().unwrap();
    here.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "vendor"]);
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec!["vendor/old.yaml: latest-tag".into()], 1));
    here.commit();
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec![], 0));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_elsewhere_now_is_a_change() {
    let here = Repository::of(&[("a.yaml", WEB), ("b.yaml", FAULTY), ("k8s/readme", "")]);
    std::os::unix::fs::symlink("../b.yaml", here.at("k8s/link.yaml")).unwrap();
    let found = lint(&here, &["k8s", "--changed-since", "main"]);
    assert_eq!(found, (vec!["k8s/link.yaml: latest-tag".into()], 1));
}

#[test]
fn only_changed_files_are_targets() {
    let here = Repository::of(&[("old.yaml", FAULTY), ("web.yaml", WEB)]);
    here.git(&["switch", "--quiet", "-c", "topic"]);
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec![], 0));
    here.write("new.yaml", &FAULTY.replace("old", "new"));
    assert_eq!(lint(&here, &["--changed-since", "main"]).0, ["new.yaml: latest-tag"]);
    here.commit();
    assert_eq!(lint(&here, &["--changed-since", "main"]).0, ["new.yaml: latest-tag"]);
}

#[test]
fn what_changed_on_the_other_branch_meanwhile_is_not_ours() {
    let here = Repository::of(&[("web.yaml", WEB)]);
    here.git(&["switch", "--quiet", "-c", "topic"]);
    here.write("note.md", "a note");
    here.commit();
    here.git(&["switch", "--quiet", "main"]);
    here.write("old.yaml", FAULTY);
    here.commit();
    here.git(&["switch", "--quiet", "topic"]);
    here.git(&["merge", "--quiet", "--no-edit", "main"]);
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec![], 0));
}

#[test]
fn a_changed_service_makes_a_finding_in_the_file_that_it_reaches() {
    let here = Repository::of(&[
        ("old.yaml", FAULTY),
        ("svc.yaml", &SERVICE.replace("app: web", "app: other")),
        ("web.yaml", WEB),
    ]);
    here.git(&["switch", "--quiet", "-c", "topic"]);
    here.write("svc.yaml", SERVICE);
    let (report, status) = report(&here, &["--changed-since", "main"]);
    assert_eq!(status, 1);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let finding = &findings[0];
    assert_eq!((&finding["file"], &finding["rule"]), (&"web.yaml".into(), &"missing-prestop-sleep".into()));
    assert_eq!(finding["related"][0]["file"], "svc.yaml");
    let why = finding["why"].as_str().unwrap();
    assert!(why.contains("The change in svc.yaml since main causes this"), "{why}");
}

#[test]
fn a_finding_that_was_there_before_is_not_caused_by_an_unrelated_change_of_the_service() {
    let here = Repository::of(&[("svc.yaml", SERVICE), ("web.yaml", WEB)]);
    here.write(
        "svc.yaml",
        &SERVICE.replace("metadata: {name: web}", "metadata: {name: web, labels: {a: b}}"),
    );
    assert_eq!(lint(&here, &["--changed-since", "HEAD"]), (vec![], 0));
}

#[test]
fn a_file_that_is_gone_can_cause_a_finding_too() {
    let script =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooks}\ndata:\n  stop.sh: |\n    sleep 10\n";
    let web = format!(
        "{WEB}        lifecycle: {{preStop: {{exec: {{command: [sh, /hooks/stop.sh]}}}}}}\n        volumeMounts: [{{name: hooks, mountPath: /hooks}}]\n      volumes: [{{name: hooks, configMap: {{name: hooks}}}}]\n"
    );
    let other = script.replace("sleep 10", "true");
    let here = Repository::of(&[
        ("a/hooks.yaml", script),
        ("b/hooks.yaml", &other),
        ("svc.yaml", SERVICE),
        ("web.yaml", &web),
    ]);
    std::fs::remove_file(here.at("a/hooks.yaml")).unwrap();
    let (report, status) = report(&here, &["--changed-since", "main"]);
    assert_eq!(status, 1, "{report:#}");
    let why = report["findings"][0]["why"].as_str().unwrap();
    assert!(why.contains("a/hooks.yaml since main causes this"), "{why}");
}

#[test]
fn a_script_in_a_target_is_judged_for_the_workload_of_the_context_that_runs_it() {
    let hooks =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hooks}\ndata:\n  start.sh: |\n    mkdir /data\n";
    let web = format!(
        "{WEB}        lifecycle: {{postStart: {{exec: {{command: [sh, -e, /hooks/start.sh]}}}}}}\n        volumeMounts: [{{name: hooks, mountPath: /hooks}}]\n      volumes: [{{name: hooks, configMap: {{name: hooks}}}}]\n"
    );
    let here = Repository::of(&[("hooks.yaml", &hooks.replace("mkdir", "mkdir -p")), ("web.yaml", &web)]);
    here.write("hooks.yaml", hooks);
    let want = vec!["hooks.yaml: non-idempotent-poststart".to_owned()];
    assert_eq!(lint(&here, &["hooks.yaml", "--context", ".", "--strict"]).0, want);
    assert_eq!(lint(&here, &["--changed-since", "main", "--strict"]).0, want);
    let (report, _) = report(&here, &["--changed-since", "main", "--strict"]);
    assert!(!report["findings"][0]["why"].as_str().unwrap().contains("did not change"));
}

#[test]
fn the_files_are_those_of_the_repository_from_any_directory_and_names_with_spaces_are_fine() {
    let here = Repository::of(&[("k8s/web.yaml", WEB)]);
    here.write("k8s/a b\u{e4}.yaml", FAULTY);
    let ran = here.lint_in("k8s", &["--changed-since", "main"]);
    assert_eq!((ran.findings("{file}:{line}"), ran.code()), (vec!["a b\u{e4}.yaml:7".to_owned()], 1));
}

#[test]
fn what_git_cannot_tell_is_trouble_with_the_next_step() {
    let here = Repository::of(&[("web.yaml", WEB)]);
    for (revision, words) in
        [("nowhere", "fetch"), ("--output=pwned", "git knows no revision"), ("", "git knows no revision")]
    {
        let ran = here.run(&["lint", &format!("--changed-since={revision}")]);
        assert_eq!(ran.code(), 2, "{revision}");
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    assert!(!here.at("pwned").exists());
    here.git(&["switch", "--quiet", "--orphan", "lonely"]);
    here.commit();
    let ran = here.run(&["lint", "--changed-since", "main"]);
    assert!(ran.err.contains("no common ancestor"), "{}", ran.err);
}

#[test]
fn outside_of_a_repository_it_says_so() {
    let nowhere = Tool::new();
    let ran = nowhere
        .command(&["lint", "--changed-since", "main"])
        .env("GIT_CEILING_DIRECTORIES", nowhere.path().parent().unwrap())
        .end();
    assert_eq!(ran.code(), 2);
    assert!(ran.err.contains("git repository"), "{}", ran.err);
}

#[test]
fn an_overlay_is_a_target_when_anything_it_is_built_of_changed() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let base = "resources: [web.yaml]\n";
    let overlay = "resources: [../../base]\nnamePrefix: prod-\n";
    let faulty = WEB.replace("web:1.2.3", "web:latest");
    let here = Repository::of(&[
        ("base/web.yaml", &faulty),
        ("base/kustomization.yaml", base),
        ("overlays/prod/kustomization.yaml", overlay),
        ("note.md", "a note"),
    ]);
    let since = ["-k", "overlays/prod", "--changed-since", "main"];
    here.write("note.md", "another note");
    assert_eq!(lint(&here, &since), (vec![], 0));
    here.write("overlays/prod/kustomization.yaml", &overlay.replace("prod-", "live-"));
    assert_eq!(lint(&here, &since), (vec!["base/web.yaml: latest-tag".into()], 1));
    here.git(&["checkout", "--quiet", "--", "."]);
    here.write("base/web.yaml", &format!("{faulty}# touched\n"));
    assert_eq!(lint(&here, &since).1, 1);
}
