//! Overlays and charts as a user meets them: through real programs, and through ones that misbehave.

mod charts;
mod deployed;
#[cfg(unix)]
mod programs;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::programs::{has_helm, has_kubectl};
use crate::tool::{Run, Tool, repository};

const UNTRIED: &str = "nothing was rendered through it";

fn practice() -> PathBuf {
    repository("testdata/_render")
}

fn lint(directory: &Path, arguments: &[&str]) -> Run {
    Run::tool(directory).args(&["lint"]).args(arguments)
}

fn json(run: Run) -> (i32, Value) {
    let ran = run.args(&["-o", "json"]).end();
    (ran.code(), ran.json())
}

/// `rule container file:line:column words`, as they stand in the file.
fn findings(report: &Value, directory: &Path) -> Vec<String> {
    let one = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().unwrap_or("-").to_owned();
        let number = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap();
        let file = std::fs::read_to_string(directory.join(text("file"))).unwrap();
        let line = file.lines().nth(number("line") - 1).unwrap_or_default();
        let words: String =
            line.chars().skip(number("column") - 1).take(number("endColumn") - number("column")).collect();
        let (rule, container, file) = (text("rule"), text("container"), text("file"));
        format!("{rule} {container} {file}:{}:{} {words}", number("line"), number("column"))
    };
    report["findings"].as_array().unwrap().iter().map(one).collect()
}

fn trouble(report: &Value) -> String {
    report["trouble"][0]["message"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_suppression_in_a_source_that_can_work_nowhere_is_told() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let here = Tool::new();
    let write = |name: &str, text: &str| here.write(name, text);
    write("base/kustomization.yaml", "resources: [pod.yaml]\n");
    write("over/kustomization.yaml", "resources: [../base]\n");
    write(
        "base/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  restartPolicy: Never\n  containers:\n  - name: a\n    \
         image: a # lifecycle: ignore[lastest-tag] -- x\n  - name: b\n    image: b:1 # lifecycle: ignore[latest-tag] -- for \
         another overlay\n",
    );
    let (status, report) = json(lint(here.path(), &["-k", "over"]));
    assert_eq!(status, 1);
    assert_eq!(
        findings(&report, here.path()),
        ["latest-tag a base/pod.yaml:8:12 a", "invalid-suppression a base/pod.yaml:8:34 lastest-tag"]
    );
}

/// `kustomize build` writes all Services of an overlay into one text.
#[test]
fn every_service_of_an_overlay_is_joined() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let here = Tool::new();
    let write = |name: &str, text: &str| here.write(name, text);
    let service = |name: &str, port: u16| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}}}\nspec: {{selector: {{app: a}}, ports: [{{port: {port}}}]}}\n"
        )
    };
    write("kustomization.yaml", "resources: [web.yaml, admin.yaml, pod.yaml]\n");
    write("web.yaml", &service("web", 8080));
    write("admin.yaml", &service("admin", 9090));
    write(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a, pod-template-hash: a}}\nspec:\n  containers:\n  - name: web\n    image: \
         a:1\n    ports: [{containerPort: 8080}]\n    readinessProbe: {exec: {command: [ready]}}\n  - name: admin\n    image: \
         a:1\n    ports: [{containerPort: 9090}]\n    readinessProbe: {exec: {command: [ready]}}\n",
    );
    let (_, report) = json(lint(here.path(), &["-k", "."]));
    assert_eq!(
        findings(&report, here.path()),
        ["missing-prestop-sleep web pod.yaml:6:11 web", "missing-prestop-sleep admin pod.yaml:10:11 admin"]
    );
}

#[test]
fn findings_of_an_overlay_stand_where_the_field_was_written() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let (status, report) = json(lint(&practice(), &["-k", "overlays/dev"]));
    let mut found = findings(&report, &practice());
    found.sort();
    assert_eq!(
        found,
        [
            "latest-tag proxy components/sidecar/proxy.yaml:10:18 example.com/proxy:latest",
            "latest-tag web base/web.yaml:17:18 example.com/web",
            "missing-prestop-sleep web base/web.yaml:16:17 web",
            "prestop-exceeds-grace-period proxy overlays/dev/kustomization.yaml:17:35 45",
            "prestop-exceeds-grace-period queue base/stop.sh:3:7 90",
        ]
    );
    assert_eq!(status, 1);
    let (_, report) = json(lint(&practice(), &["-k", "overlays/prod"]));
    let mut found = findings(&report, &practice());
    found.sort();
    assert_eq!(
        found,
        [
            "latest-tag queue overlays/prod/kustomization.yaml:6:13 latest",
            "latest-tag web base/web.yaml:17:18 example.com/web",
            "missing-prestop-sleep web base/web.yaml:16:17 web",
            "prestop-exceeds-grace-period queue overlays/prod/grace.yaml:8:38 -5",
        ]
    );
}

#[test]
fn the_closing_line_counts_the_files_that_the_findings_of_an_overlay_lie_in() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let closing = |arguments: &[&str]| {
        let out = lint(&practice(), arguments).end().out;
        let line = out.lines().find(|line| line.contains(" workload")).unwrap_or_default();
        line.to_owned()
    };
    assert_eq!(
        closing(&["-k", "overlays/dev"]),
        "2 errors, 3 warnings in 4 files (3 documents, 1 workload); --strict adds 1",
        "stop.sh, web.yaml, proxy.yaml and the kustomization"
    );
    assert!(closing(&["-k", "overlays/dev", "-k", "overlays/prod"]).contains(" in 6 files ("));
    assert!(
        closing(&["-k", "overlays/dev", "--rule", "latest-tag=off", "base/stop.sh"])
            .contains(" in 3 files ("),
        "a file that is named is one, however many findings lie in it"
    );
    assert_eq!(
        closing(&["-k", "overlays/dev", "--rule", "stop=off", "--rule", "image=off"]),
        "No lifecycle faults found in 1 file (3 documents, 1 workload); --strict adds 1.",
        "without findings what was built is one"
    );
}

#[test]
fn every_way_to_set_a_field_has_its_line() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let base = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: db, labels: {pod-template-hash: a}}\n  spec:\n    initContainers:\n    - {name: init, image: init}\n    containers:\n    - name: db\n      image: example.com/db:latest\n      readinessProbe: {exec: {command: [a]}}\n      lifecycle:\n        postStart:\n          exec: {command: [sh, -c, \"cd /\\nmkdir data\"]}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: db-admin, labels: {pod-template-hash: a}}\n  spec:\n    containers:\n    - {name: admin, image: 'admin:1', readinessProbe: {exec: {command: [a]}}}\n";
    let middle = "namePrefix: mid-\nresources: [../base]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: db}\n  spec:\n    containers:\n    - name: db\n      lifecycle: {preStop: {exec: {command: [sh, -c, 'true; sleep 100']}}}\npatchesJson6902:\n- path: operations.yaml\n  target: {version: v1, kind: Pod, name: db-admin}\nimages:\n- {name: example.com/db, newName: mirror.example.com/db}\n";
    let operations = "- op: replace\n  path: /spec/containers/0/image\n  value: admin:latest\n- op: add\n  path: /spec/containers/-\n  value:\n    name: extra\n    image: extra\n    readinessProbe: {exec: {command: [a]}}\n";
    let top = "namePrefix: top-\nresources: [../mid]\nreplacements:\n- source: {kind: ConfigMap, name: v, fieldPath: data.image}\n  targets:\n  - select: {kind: Pod, name: db}\n    fieldPaths: [spec.initContainers.0.image]\nconfigMapGenerator:\n- {name: v, literals: ['image=made:latest']}\n";
    let here = Tool::with(&[
        ("base/all.yaml", base),
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("mid/kustomization.yaml", middle),
        ("mid/operations.yaml", operations),
        ("top/kustomization.yaml", top),
    ]);
    let (_, report) = json(lint(here.path(), &["-k", "top", "--strict"]));
    let mut found = findings(&report, here.path());
    found.retain(|finding| !finding.contains(" init "));
    found.sort();
    assert_eq!(
        found,
        [
            "latest-tag admin mid/operations.yaml:3:10 admin:latest",
            "latest-tag db base/all.yaml:12:14 example.com/db:latest",
            "latest-tag extra mid/operations.yaml:8:12 extra",
            "non-idempotent-poststart db base/all.yaml:16:43 mkdir data",
            "prestop-exceeds-grace-period db mid/kustomization.yaml:11:67 100",
        ]
    );
    // A replacement has no line of its own.
    let all = report["findings"].as_array().unwrap();
    let replaced = all.iter().find(|finding| finding["container"] == "init").unwrap();
    assert_eq!(replaced["file"], "top/kustomization.yaml");
}

#[test]
fn an_object_whose_name_becomes_its_neighbours_is_told_from_it() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let pod = |name: &str, container: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  containers:\n  - {{name: app, {container}}}\n"
        )
    };
    let hook = |name: &str| pod(name, "lifecycle: {preStop: {exec: {command: [sleep, '77']}}}");
    let web = format!("{}---\n{}", pod("a-web", "image: one"), pod("web", "image: two"));
    let top = "namePrefix: a-\nresources: [../base]\ncomponents: [../suffix]\npatches:\n- path: web.yaml\n- path: a-web.yaml\n";
    let here = Tool::with(&[
        ("base/all.yaml", &web),
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("suffix/kustomization.yaml", "kind: Component\nnameSuffix: -x\n"),
        ("top/kustomization.yaml", top),
        ("top/web.yaml", &hook("web")),
        ("top/a-web.yaml", &hook("a-web")),
    ]);
    let (_, report) = json(lint(here.path(), &["-k", "top"]));
    let found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| ["latest-tag", "prestop-exceeds-grace-period"].contains(&one["rule"].as_str().unwrap()))
        .map(|one| format!("{} {}:{}", one["object"]["name"], one["file"], one["line"]).replace('"', ""))
        .collect();
    assert_eq!(
        found,
        [
            "a-a-web-x base/all.yaml:6",
            "a-web-x base/all.yaml:13",
            "a-a-web-x top/a-web.yaml:6",
            "a-web-x top/web.yaml:6"
        ]
    );
}

#[test]
fn related_places_are_moved_too_and_objects_keep_the_names_they_are_deployed_with() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let (_, report) = json(lint(&practice(), &["-k", "overlays/dev"]));
    let all = report["findings"].as_array().unwrap();
    let finding = all.iter().find(|finding| finding["rule"] == "missing-prestop-sleep").unwrap();
    assert_eq!(finding["object"]["name"], "dev-web");
    assert_eq!(finding["object"]["namespace"], "dev");
    assert_eq!(
        (&finding["related"][0]["file"], &finding["related"][0]["line"]),
        (&"base/service.yaml".into(), &9.into())
    );
}

#[test]
fn what_two_overlays_share_is_one_finding_that_names_both() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let (_, report) = json(lint(&practice(), &["-k", "overlays/dev", "-k", "overlays/prod"]));
    let found = findings(&report, &practice());
    let of_web = |found: &&String| found.contains("base/web.yaml:17:18");
    assert_eq!(found.iter().filter(of_web).count(), 1, "{found:#?}");
    assert!(report.to_string().contains("the same in Deployment `web-prod` of `overlays/prod`"));
}

#[test]
fn nothing_is_left_in_the_temporary_directory() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    for overlay in ["overlays/dev", "chart"] {
        json(lint(&practice(), &["-k", overlay]).env("TMPDIR", temporary.path()));
    }
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_build_that_fails_is_trouble_in_the_programs_own_words() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let here = Tool::with(&[("app/kustomization.yaml", "resources: [nowhere.yaml]\n")]);
    let (status, report) = json(lint(here.path(), &["-k", "app"]));
    assert_eq!(status, 2);
    let said = trouble(&report);
    assert!(said.contains("nowhere.yaml") && !said.contains("kubectl-lifecycle-"), "{said}");
}

#[test]
fn a_remote_base_is_refused_at_its_line_and_nothing_is_fetched() {
    if !has_kubectl(UNTRIED) {
        return;
    }
    let kustomization = "resources:\n  - https://example.com/org/repo//deploy?ref=v1\n";
    let here = Tool::with(&[("app/kustomization.yaml", kustomization)]);
    let started = Instant::now();
    let (status, report) = json(lint(here.path(), &["-k", "app"]));
    assert_eq!((status, &report["trouble"][0]["line"]), (2, &2.into()));
    assert_eq!(report["trouble"][0]["file"], "app/kustomization.yaml");
    assert!(trouble(&report).contains("not allowed") || trouble(&report).contains("refused"), "{report}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_chart_without_its_dependencies_says_how_to_get_them() {
    if !has_helm(UNTRIED) {
        return;
    }
    let chart = "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n- {name: b, version: 1.0.0, repository: 'https://example.com'}\n";
    let here = Tool::with(&[("a/Chart.yaml", chart), ("a/templates/a.yaml", "a: 1\n")]);
    let (status, report) = json(lint(here.path(), &["--helm", "a"]));
    assert_eq!(status, 2);
    assert!(trouble(&report).contains("helm dependency build a"), "{report}");
}

#[test]
fn values_without_a_chart_are_bad_usage() {
    for arguments in [["--values", "a.yaml"], ["--set", "a=b"]] {
        assert_eq!(lint(&practice(), &arguments).end().code(), 2);
    }
}

#[test]
fn what_is_not_on_this_machine_is_refused() {
    for arguments in [["-k", "https://github.com/org/repo//app"], ["--helm", "oci://example.com/chart"]] {
        let output = lint(&practice(), &arguments).end();
        assert_eq!(output.code(), 2, "{}", output.out);
    }
    let (status, report) = json(lint(&practice(), &["-k", "github.com/org/repo/app"]));
    assert_eq!(status, 2);
    assert!(trouble(&report).contains("nothing is fetched"), "{report}");
    let (status, report) = json(lint(&practice(), &["--helm", "repository/chart"]));
    assert_eq!((status, trouble(&report).contains("not fetched")), (2, true), "{report}");
}

#[test]
fn a_directory_run_takes_patches_for_parts_and_passes_templates_over() {
    let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: 'a:1', ports: [{containerPort: 80}]}\n";
    let here = Tool::with(&[
        ("kustomization.yaml", "resources: [all]\npatches: [{path: patch.yaml}]\n"),
        ("patch.yaml", patch),
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n"),
        ("chart/values.yaml", "a: 1\n"),
        ("chart/templates/a.yaml", "a: {{ .Values.a }}\n"),
        ("chart/templates/b.yaml", patch),
        ("chart/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
        ("chart/charts/sub/templates/c.yaml", patch),
    ]);
    let (status, report) = json(lint(here.path(), &["."]));
    assert_eq!((status, &report["findings"]), (0, &Value::Array(Vec::new())));
    let skipped: Vec<&str> =
        report["skipped"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(skipped, ["chart"], "{report}");
    assert_eq!(report["summary"]["files"], 8);
}
