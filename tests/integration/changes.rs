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
        lint(&here, &["web.yaml", "--with", "."]),
        (vec!["web.yaml: missing-prestop-sleep".into()], 1)
    );
    assert_eq!(lint(&here, &["web.yaml", "--with", "svc.yaml", "--with", "old.yaml"]).1, 1);
}

#[test]
fn what_cannot_be_read_in_the_context_does_not_fail_the_targets() {
    let here = Repository::of(&[("broken.yaml", "kind: [\n"), ("web.yaml", WEB)]);
    let (report, status) = report(&here, &["web.yaml", "--with", "."]);
    assert_eq!(status, 0);
    assert_eq!((&report["summary"]["files"], &report["summary"]["contextFiles"]), (&1.into(), &1.into()));
    assert_eq!(report["summary"]["contextUnread"], 1);
    let said = here.run(&["lint", "web.yaml", "--with", ".", "--verbose"]);
    assert!(said.err.contains("broken.yaml: context"), "{}", said.err);
}

#[test]
fn a_context_that_is_not_there_is_trouble() {
    let here = Repository::of(&[("web.yaml", WEB)]);
    assert_eq!(lint(&here, &["web.yaml", "--with", "nowhere"]).1, 2);
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
    assert_eq!(lint(&here, &["hooks.yaml", "--with", ".", "--strict"]).0, want);
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
    // The merge base is rendered as well: what it had is not new, wherever the file is touched.
    here.write("base/web.yaml", &format!("# touched\n{faulty}"));
    let (report, status) = report(&here, &since);
    assert_eq!((status, &report["findings"], older(&report)), (0, &Value::Array(vec![]), 1));
    here.write(
        "base/web.yaml",
        &faulty.replace(
            "        readinessProbe: {exec: {command: [ready]}}\n",
            "        ports: [{containerPort: 80}]\n",
        ),
    );
    assert_eq!(lint(&here, &since).0, ["base/web.yaml: missing-readiness-probe"]);
}

/// What a comment silences in a file that an overlay was built of is silenced at the merge base too.
#[test]
fn a_comment_that_goes_lets_the_finding_of_an_overlay_be_new() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let faulty = WEB.replace("web:1.2.3", "web:latest # lifecycle: ignore[latest-tag] -- for a while");
    let here = Repository::of(&[
        ("base/web.yaml", &faulty),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        (".kubectl-lifecycle.yaml", "overrides: [{files: [none], rules: {latest-tag: off}}]\n"),
    ]);
    let since = ["-k", "base", "--changed-since", "main"];
    here.write("base/web.yaml", &format!("# touched\n{faulty}"));
    assert_eq!(lint(&here, &since), (vec![], 0));
    here.write("base/web.yaml", &WEB.replace("web:1.2.3", "web:latest"));
    assert_eq!(lint(&here, &since), (vec!["base/web.yaml: latest-tag".into()], 1));
    // The repository holds nothing of what was done at the merge base.
    let listed = |arguments: &[&str]| crate::tool::Run::program("git", here.path()).args(arguments).end().out;
    assert_eq!(listed(&["worktree", "list"]).lines().count(), 1);
    assert_eq!(listed(&["diff", "--name-only", "--cached"]), "");
}

/// Two overlays of one base hold the same objects, and each has a past of its own.
#[test]
fn an_overlay_that_did_not_change_excuses_nothing_in_one_that_did() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let image = |tag: &str| format!("resources: [../base]\nimages: [{{name: web, newTag: {tag}}}]\n");
    let here = Repository::of(&[
        ("base/web.yaml", WEB),
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("dev/kustomization.yaml", &image("latest")),
        ("prod/kustomization.yaml", &image("1.2.4")),
    ]);
    let since = ["-k", "dev", "-k", "prod", "--changed-since", "main"];
    assert_eq!(lint(&here, &since), (vec![], 0));
    here.write("prod/kustomization.yaml", &image("latest"));
    assert_eq!(lint(&here, &since).1, 1);
}

#[test]
fn every_overlay_is_rendered_as_it_was_at_the_merge_base() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let image = |tag: &str| format!("resources: [../base]\nimages: [{{name: web, newTag: '{tag}'}}]\n");
    let here = Repository::of(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", WEB),
        ("dev/kustomization.yaml", &image("latest")),
        ("prod/kustomization.yaml", &image("1.2.4")),
    ]);
    let since = ["--rendered", "--changed-since", "main"];
    assert_eq!(lint(&here, &since), (vec![], 0), "nothing has changed");
    here.write("dev/kustomization.yaml", &format!("# touched\n{}", image("latest")));
    let (report, status) = report(&here, &since);
    assert_eq!((report["findings"].as_array().unwrap().len(), status), (0, 0), "the tag was there: {report}");
    here.write("prod/kustomization.yaml", &image("latest"));
    let (found, status) = lint(&here, &since);
    assert_eq!((found.len(), status), (1, 1), "{found:?}");
}

#[test]
fn an_overlay_that_could_not_be_built_before_is_new_as_a_whole_and_said_to_be() {
    if !has_kubectl("no overlay was built") {
        return;
    }
    let faulty = WEB.replace("web:1.2.3", "web:latest");
    let here = Repository::of(&[("k8s/web.yaml", &faulty)]);
    here.write("k8s/kustomization.yaml", "resources: [web.yaml]\n");
    let since = ["-k", "k8s", "--changed-since", "main"];
    assert_eq!(lint(&here, &since), (vec!["k8s/web.yaml: latest-tag".into()], 1));
    let said = here.command(&["lint", "-v"]).args(&since).end().err;
    assert!(
        said.contains("note: k8s: not rendered at the merge base with main, so all of it is new:"),
        "{said}"
    );
}

/// How many findings of changed files are not listed, because they are not new.
fn older(report: &Value) -> u64 {
    report["summary"]["older"].as_u64().unwrap()
}

#[test]
fn what_was_there_at_the_merge_base_is_counted_and_not_shown() {
    let here = Repository::of(&[("old.yaml", FAULTY), ("other.yaml", &FAULTY.replace("old", "other"))]);
    here.write(
        "old.yaml",
        &format!(
            "# touched\n{}",
            FAULTY.replace(
                "    readinessProbe",
                "    lifecycle: {preStop: {exec: {command: [sleep, '60']}}}\n    readinessProbe"
            )
        ),
    );
    let (report, status) = report(&here, &["--changed-since", "main"]);
    let rules = report["findings"].as_array().unwrap().iter();
    let rules: Vec<&str> = rules.map(|one| one["rule"].as_str().unwrap()).collect();
    assert_eq!((rules, older(&report), status), (vec!["prestop-exceeds-grace-period"], 1, 1));
    here.write("old.yaml", &format!("# touched\n{FAULTY}"));
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec![], 0));
    let said = here.run(&["lint", "--changed-since", "main"]).out.replace("\n  ", " ");
    assert!(
        said.contains(
            "No new lifecycle faults found in 1 file (1 document, 1 workload), 1 file as context; 1 not new."
        ),
        "{said}"
    );
}

/// An editor passes what is not saved yet.
#[test]
fn standard_input_with_a_name_has_the_past_of_that_file() {
    let here = Repository::of(&[("old.yaml", FAULTY)]);
    let since = ["lint", "-o", "json", "-", "--stdin-filename", "old.yaml", "--changed-since", "main"];
    let report = |text: &str| here.command(&since).input(text).end().json();
    assert_eq!(older(&report(&format!("# touched\n{FAULTY}"))), 1);
    here.write("old.yaml", &FAULTY.replace("old:latest", "old:1"));
    assert_eq!(older(&report(FAULTY)), 1);
    let other = report(&FAULTY.replace("name: old}", "name: other}"));
    assert_eq!((older(&other), other["findings"].as_array().unwrap().len()), (0, 1));
}

#[test]
fn a_file_that_moved_has_the_findings_it_had() {
    let here = Repository::of(&[("old.yaml", FAULTY)]);
    here.git(&["mv", "old.yaml", "moved.yaml"]);
    assert_eq!(lint(&here, &["--changed-since", "main"]), (vec![], 0));
    // A copy is one more.
    here.write("copy.yaml", FAULTY);
    assert_eq!(lint(&here, &["--changed-since", "main"]).1, 1);
}

#[test]
fn two_files_with_an_object_of_one_name_have_each_a_past_of_their_own() {
    let fine = FAULTY.replace("old:latest", "old:1.2.3");
    let here =
        Repository::of(&[("prod/old.yaml", &fine), ("staging/old.yaml", FAULTY), ("svc.yaml", SERVICE)]);
    here.write("prod/old.yaml", FAULTY);
    let want = (vec!["prod/old.yaml: latest-tag".to_owned()], 1);
    assert_eq!(lint(&here, &["--changed-since", "main"]), want);
    // The same where the change is looked for everywhere.
    here.write("svc.yaml", &SERVICE.replace("app: web", "app: new"));
    assert_eq!(lint(&here, &["--changed-since", "main"]), want);
}

#[test]
fn a_finding_that_became_graver_is_new() {
    let port = WEB.replace("        readinessProbe: {exec: {command: [ready]}}\n", "");
    let here = Repository::of(&[("web.yaml", &port)]);
    assert_eq!(lint(&here, &["--strict"]).0, ["web.yaml: missing-readiness-probe"]);
    here.write("web.yaml", &format!("{port}        ports: [{{containerPort: 80}}]\n"));
    assert!(
        lint(&here, &["--changed-since", "main", "--strict"])
            .0
            .contains(&"web.yaml: missing-readiness-probe".to_owned())
    );
    assert!(
        lint(&here, &["--changed-since", "main"]).0.contains(&"web.yaml: missing-readiness-probe".to_owned())
    );
}

#[test]
fn advice_that_was_there_is_neither_shown_nor_counted_as_new() {
    let advised = WEB.replace("        readinessProbe: {exec: {command: [ready]}}\n", "");
    let here = Repository::of(&[("web.yaml", &advised)]);
    here.write("web.yaml", &format!("# touched\n{advised}"));
    let counts = |arguments: &[&str]| {
        let (report, _) = report(&here, &[&["--changed-since", "main"], arguments].concat());
        (
            report["findings"].as_array().unwrap().len(),
            older(&report),
            report["summary"]["onlyStrict"].as_u64(),
        )
    };
    assert_eq!((counts(&[]), counts(&["--strict"])), ((0, 0, Some(0)), (0, 1, Some(0))));
}

#[test]
fn a_comment_that_goes_lets_its_finding_be_new() {
    let silenced = FAULTY.replace("old:latest", "old:latest # lifecycle: ignore[latest-tag] -- for a while");
    let here = Repository::of(&[("old.yaml", &silenced)]);
    here.write("old.yaml", &format!("# touched\n{silenced}"));
    let (touched, _) = report(&here, &["--changed-since", "main"]);
    assert_eq!((older(&touched), &touched["summary"]["suppressed"]), (0, &1.into()));
    here.write("old.yaml", FAULTY);
    assert_eq!(lint(&here, &["--changed-since", "main"]).0, ["old.yaml: latest-tag"]);
}

/// What is not new may be in the baseline, which is then not left over.
#[test]
fn the_baseline_is_not_left_over_of_what_is_not_new() {
    let here = Repository::of(&[("old.yaml", FAULTY)]);
    here.lint(&["--write-baseline", "known.txt"]);
    here.write("old.yaml", &format!("# touched\n{FAULTY}"));
    let (report, status) = report(&here, &["--changed-since", "main", "--baseline", "known.txt"]);
    assert_eq!((&report["obsolete"], status), (&Value::Array(vec![]), 0));
}

#[test]
fn a_clone_without_the_merge_base_says_how_to_fetch_it() {
    let here = Repository::of(&[("old.yaml", FAULTY)]);
    here.git(&["switch", "--quiet", "-c", "topic"]);
    here.write("new.yaml", FAULTY);
    here.commit();
    here.git(&["switch", "--quiet", "main"]);
    here.commit();
    let clone = Tool::new();
    let url = format!("file://{}", here.path().display());
    crate::repository::git(
        clone.path(),
        &["clone", "--quiet", "--depth=1", "--no-single-branch", &url, "shallow"],
    );
    crate::repository::git(&clone.at("shallow"), &["switch", "--quiet", "topic"]);
    let ran = clone.lint_in("shallow", &["--changed-since", "origin/main"]);
    assert_eq!(ran.code(), 2);
    assert!(ran.err.contains("git fetch --unshallow") && ran.err.contains("fetch-depth: 0"), "{}", ran.err);
}

/// With a stand-in for Helm that renders by putting the values in.
#[cfg(unix)]
#[test]
fn a_chart_is_rendered_at_the_merge_base_with_the_values_of_then() {
    use crate::programs::{path_with, script};
    let here = Repository::of(&[
        ("charts/web/Chart.yaml", "name: web\nversion: 1.0.0\n"),
        ("charts/web/templates/web.yaml", &WEB.replace("web:1.2.3", "web:TAG")),
        ("values.yaml", "latest"),
    ]);
    let bin = Tool::new();
    let render = "#!/bin/sh\nfor one; do case $one in --values=*) tag=$(cat \"${one#--values=}\");; esac; done\n\
                  printf -- '---\\n# Source: web/templates/web.yaml\\n'\nsed \"s/TAG/$tag/\" \"$3/templates/web.yaml\"\n";
    script(&bin.at("helm"), render);
    let linted = || {
        let since = [
            "lint",
            "-o",
            "json",
            "--helm",
            "charts/web",
            "--values",
            "values.yaml",
            "--changed-since",
            "main",
        ];
        let ran = here.command(&since).env("PATH", path_with(&[bin.path()])).end();
        (ran.findings("{file}: {rule}"), older(&ran.json()))
    };
    assert_eq!(linted(), (vec![], 0));
    let template = here.read("charts/web/templates/web.yaml");
    here.write("charts/web/templates/web.yaml", &format!("# touched\n{template}"));
    assert_eq!(linted(), (vec![], 1));
    // The values of then made another image.
    here.write("values.yaml", "1.2.3");
    here.commit();
    here.write("values.yaml", "latest");
    assert_eq!(linted(), (vec!["charts/web/templates/web.yaml: latest-tag".to_owned()], 0));
}
