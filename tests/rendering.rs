//! Overlays and charts as a user meets them: through real programs, and through ones that misbehave.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn practice() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/_render")
}

fn tool(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"));
    command.arg("lint").args(arguments).current_dir(directory).stdin(Stdio::null());
    command.env_remove("KUBECTL_PATH").env("COLUMNS", "400");
    command
}

fn json(command: &mut Command) -> (i32, Value) {
    let output = command.args(["-o", "json"]).output().unwrap();
    let status = output.status.code().expect("an exit status");
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (status, report)
}

/// Written past the test runner, which would keep it to itself.
fn has(program: &str, arguments: &[&str]) -> bool {
    let has = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !has {
        let said = format!("SKIPPED: {program} is not on PATH, so nothing was rendered through it\n");
        std::io::stderr().write_all(said.as_bytes()).unwrap();
    }
    has
}

fn has_kubectl() -> bool {
    has("kubectl", &["version", "--client"])
}

fn has_helm() -> bool {
    has("helm", &["version"])
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
    if !has_kubectl() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("base/kustomization.yaml", "resources: [pod.yaml]\n");
    write("over/kustomization.yaml", "resources: [../base]\n");
    write(
        "base/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  restartPolicy: Never\n  containers:\n  - name: a\n    \
         image: a # lifecycle: ignore[lastest-tag] -- x\n  - name: b\n    image: b:1 # lifecycle: ignore[latest-tag] -- for \
         another overlay\n",
    );
    let (status, report) = json(&mut tool(directory.path(), &["-k", "over"]));
    assert_eq!(status, 1);
    assert_eq!(
        findings(&report, directory.path()),
        ["latest-tag a base/pod.yaml:8:12 a", "invalid-suppression a base/pod.yaml:8:34 lastest-tag"]
    );
}

/// `kustomize build` writes all Services of an overlay into one text.
#[test]
fn every_service_of_an_overlay_is_joined() {
    if !has_kubectl() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
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
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a}}\nspec:\n  containers:\n  - name: web\n    image: \
         a:1\n    ports: [{containerPort: 8080}]\n    readinessProbe: {exec: {command: [ready]}}\n  - name: admin\n    image: \
         a:1\n    ports: [{containerPort: 9090}]\n    readinessProbe: {exec: {command: [ready]}}\n",
    );
    let (_, report) = json(&mut tool(directory.path(), &["-k", "."]));
    assert_eq!(
        findings(&report, directory.path()),
        ["missing-prestop-sleep web pod.yaml:6:11 web", "missing-prestop-sleep admin pod.yaml:10:11 admin"]
    );
}

#[test]
fn findings_of_an_overlay_stand_where_the_field_was_written() {
    if !has_kubectl() {
        return;
    }
    let (status, report) = json(&mut tool(&practice(), &["-k", "overlays/dev"]));
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
    let (_, report) = json(&mut tool(&practice(), &["-k", "overlays/prod"]));
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
fn every_way_to_set_a_field_has_its_line() {
    if !has_kubectl() {
        return;
    }
    let base = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: db}\n  spec:\n    initContainers:\n    - {name: init, image: init}\n    containers:\n    - name: db\n      image: example.com/db:latest\n      readinessProbe: {exec: {command: [a]}}\n      lifecycle:\n        postStart:\n          exec: {command: [sh, -c, \"cd /\\nmkdir data\"]}\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: db-admin}\n  spec:\n    containers:\n    - {name: admin, image: 'admin:1', readinessProbe: {exec: {command: [a]}}}\n";
    let middle = "namePrefix: mid-\nresources: [../base]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: db}\n  spec:\n    containers:\n    - name: db\n      lifecycle: {preStop: {exec: {command: [sh, -c, 'true; sleep 100']}}}\npatchesJson6902:\n- path: operations.yaml\n  target: {version: v1, kind: Pod, name: db-admin}\nimages:\n- {name: example.com/db, newName: mirror.example.com/db}\n";
    let operations = "- op: replace\n  path: /spec/containers/0/image\n  value: admin:latest\n- op: add\n  path: /spec/containers/-\n  value:\n    name: extra\n    image: extra\n    readinessProbe: {exec: {command: [a]}}\n";
    let top = "namePrefix: top-\nresources: [../mid]\nreplacements:\n- source: {kind: ConfigMap, name: v, fieldPath: data.image}\n  targets:\n  - select: {kind: Pod, name: db}\n    fieldPaths: [spec.initContainers.0.image]\nconfigMapGenerator:\n- {name: v, literals: ['image=made:latest']}\n";
    let here = directory(&[
        ("base/all.yaml", base),
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("mid/kustomization.yaml", middle),
        ("mid/operations.yaml", operations),
        ("top/kustomization.yaml", top),
    ]);
    let (_, report) = json(&mut tool(here.path(), &["-k", "top"]));
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
    if !has_kubectl() {
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
    let here = directory(&[
        ("base/all.yaml", &web),
        ("base/kustomization.yaml", "resources: [all.yaml]\n"),
        ("suffix/kustomization.yaml", "kind: Component\nnameSuffix: -x\n"),
        ("top/kustomization.yaml", top),
        ("top/web.yaml", &hook("web")),
        ("top/a-web.yaml", &hook("a-web")),
    ]);
    let (_, report) = json(&mut tool(here.path(), &["-k", "top"]));
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
    if !has_kubectl() {
        return;
    }
    let (_, report) = json(&mut tool(&practice(), &["-k", "overlays/dev"]));
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
    if !has_kubectl() {
        return;
    }
    let (_, report) = json(&mut tool(&practice(), &["-k", "overlays/dev", "-k", "overlays/prod"]));
    let found = findings(&report, &practice());
    let of_web = |found: &&String| found.contains("base/web.yaml:17:18");
    assert_eq!(found.iter().filter(of_web).count(), 1, "{found:#?}");
    assert!(report.to_string().contains("the same in Deployment `web-prod` of `overlays/prod`"));
}

#[test]
fn nothing_is_left_in_the_temporary_directory() {
    if !has_kubectl() {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    for overlay in ["overlays/dev", "chart"] {
        json(tool(&practice(), &["-k", overlay]).env("TMPDIR", temporary.path()));
    }
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn a_build_that_fails_is_trouble_in_the_programs_own_words() {
    if !has_kubectl() {
        return;
    }
    let here = directory(&[("app/kustomization.yaml", "resources: [nowhere.yaml]\n")]);
    let (status, report) = json(&mut tool(here.path(), &["-k", "app"]));
    assert_eq!(status, 2);
    let said = trouble(&report);
    assert!(said.contains("nowhere.yaml") && !said.contains("kubectl-lifecycle-"), "{said}");
}

#[test]
fn a_remote_base_is_refused_at_its_line_and_nothing_is_fetched() {
    if !has_kubectl() {
        return;
    }
    let kustomization = "resources:\n  - https://example.com/org/repo//deploy?ref=v1\n";
    let here = directory(&[("app/kustomization.yaml", kustomization)]);
    let started = Instant::now();
    let (status, report) = json(&mut tool(here.path(), &["-k", "app"]));
    assert_eq!((status, &report["trouble"][0]["line"]), (2, &2.into()));
    assert_eq!(report["trouble"][0]["file"], "app/kustomization.yaml");
    assert!(trouble(&report).contains("not allowed") || trouble(&report).contains("refused"), "{report}");
    assert!(started.elapsed() < Duration::from_secs(20));
}

#[test]
fn findings_in_a_chart_name_the_template_and_show_the_rendered_line() {
    if !has_helm() {
        return;
    }
    let (status, report) = json(&mut tool(&practice(), &["--helm", "chart", "--set", "wait=40"]));
    let finding = &report["findings"][0];
    assert_eq!(status, 1);
    assert_eq!(finding["rule"], "prestop-exceeds-grace-period");
    assert_eq!(finding["file"], "chart/templates/deployment.yaml");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "the chart's test was linted: {report}");
    let shown = tool(&practice(), &["--helm", "chart", "--set", "wait=40"]).output().unwrap();
    assert!(text(&shown.stdout).contains(r#"command: [sleep, "40"]"#), "{}", text(&shown.stdout));
    let here = directory(&[("values.yaml", "image: {tag: latest}\n")]);
    let values = here.path().join("values.yaml");
    let (_, report) =
        json(&mut tool(&practice(), &["--helm", "chart", "--values", values.to_str().unwrap()]));
    assert!(report.to_string().contains("latest-tag"), "{report}");
}

#[test]
fn a_chart_without_its_dependencies_says_how_to_get_them() {
    if !has_helm() {
        return;
    }
    let chart = "apiVersion: v2\nname: a\nversion: 0.1.0\ndependencies:\n- {name: b, version: 1.0.0, repository: 'https://example.com'}\n";
    let here = directory(&[("a/Chart.yaml", chart), ("a/templates/a.yaml", "a: 1\n")]);
    let (status, report) = json(&mut tool(here.path(), &["--helm", "a"]));
    assert_eq!(status, 2);
    assert!(trouble(&report).contains("helm dependency build a"), "{report}");
}

#[test]
fn values_without_a_chart_are_bad_usage() {
    for arguments in [["--values", "a.yaml"], ["--set", "a=b"]] {
        assert_eq!(tool(&practice(), &arguments).output().unwrap().status.code(), Some(2));
    }
}

#[test]
fn what_is_not_on_this_machine_is_refused() {
    for arguments in [["-k", "https://github.com/org/repo//app"], ["--helm", "oci://example.com/chart"]] {
        let output = tool(&practice(), &arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    }
    let (status, report) = json(&mut tool(&practice(), &["-k", "github.com/org/repo/app"]));
    assert_eq!(status, 2);
    assert!(trouble(&report).contains("nothing is fetched"), "{report}");
    let (status, report) = json(&mut tool(&practice(), &["--helm", "repository/chart"]));
    assert_eq!((status, trouble(&report).contains("not fetched")), (2, true), "{report}");
}

#[test]
fn a_directory_run_takes_patches_for_parts_and_passes_templates_over() {
    let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: web, image: 'a:1', ports: [{containerPort: 80}]}\n";
    let here = directory(&[
        ("kustomization.yaml", "resources: [all]\npatches: [{path: patch.yaml}]\n"),
        ("patch.yaml", patch),
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n"),
        ("chart/values.yaml", "a: 1\n"),
        ("chart/templates/a.yaml", "a: {{ .Values.a }}\n"),
        ("chart/templates/b.yaml", patch),
        ("chart/charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 0.1.0\n"),
        ("chart/charts/sub/templates/c.yaml", patch),
    ]);
    let (status, report) = json(&mut tool(here.path(), &["."]));
    assert_eq!((status, &report["findings"]), (0, &Value::Array(Vec::new())));
    let skipped: Vec<&str> =
        report["skipped"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(skipped, ["chart"], "{report}");
    assert_eq!(report["summary"]["files"], 8);
}

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(unix)]
mod programs {
    use super::*;

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, readinessProbe: {exec: {command: [a]}}}]}\n";

    /// A directory of programs, each a script, and an overlay and a chart beside them.
    fn programs(scripts: &[(&str, &str)]) -> tempfile::TempDir {
        use std::os::unix::fs::PermissionsExt;
        let here = directory(&[
            ("app/kustomization.yaml", "resources: [a.yaml]\n"),
            ("app/a.yaml", POD),
            ("chart/Chart.yaml", "name: My_Chart\nversion: 1.0.0\n"),
            ("chart/templates/a.yaml", ""),
        ]);
        for (name, script) in scripts {
            let path = here.path().join("bin").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, format!("#!/bin/sh\n{script}")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        here
    }

    fn run(here: &tempfile::TempDir, arguments: &[&str], kubectl: Option<&str>) -> (i32, Value) {
        let bin: OsString = here.path().join("bin").into();
        let mut command = tool(here.path(), arguments);
        command.env("PATH", &bin);
        if let Some(kubectl) = kubectl {
            command.env("KUBECTL_PATH", here.path().join("bin").join(kubectl));
        }
        json(&mut command)
    }

    fn image(name: &str) -> String {
        format!("echo '{}'", POD.replace("image: a", &format!("image: {name}")))
    }

    #[test]
    fn the_kubectl_that_is_named_comes_first_then_kubectl_then_kustomize() {
        let (named, kubectl, kustomize) = (image("named"), image("kubectl"), image("kustomize"));
        let all = [("mine", named.as_str()), ("kubectl", &kubectl), ("kustomize", &kustomize)];
        for (scripts, path, expected) in [
            (&all[..], Some("mine"), "named"),
            (&all[..], None, "kubectl"),
            (&all[2..], None, "kustomize"),
            (&all[2..], Some("gone"), "kustomize"),
        ] {
            let (_, report) = run(&programs(scripts), &["-k", "app"], path);
            let message = report["findings"][0]["message"].as_str().unwrap_or_default();
            assert!(message.contains(expected), "{expected}: {report}");
        }
        let (status, report) = run(&programs(&[]), &["-k", "app"], None);
        assert_eq!(status, 2);
        assert!(trouble(&report).contains("install one of them"), "{report}");
        let (status, report) = run(&programs(&[]), &["--helm", "chart"], None);
        assert_eq!((status, trouble(&report).contains("install Helm")), (2, true), "{report}");
    }

    #[test]
    fn only_these_arguments_are_passed() {
        let here = programs(&[("kubectl", "echo \"$@\" >> log\nexit 1\n"), ("helm", "echo \"$@\" >> log\n")]);
        run(&here, &["-k", "app"], None);
        std::fs::create_dir(here.path().join("-app")).unwrap();
        run(&here, &["-k=-app"], None);
        run(
            &here,
            &[
                "--helm",
                "chart",
                "--set",
                "a=--post-renderer",
                "--values",
                "app/a.yaml",
                "--kubernetes-version",
                "1.30",
            ],
            None,
        );
        let log = std::fs::read_to_string(here.path().join("log")).unwrap();
        let lines: Vec<&str> = log.lines().collect();
        assert!(lines[0].starts_with("kustomize /") && lines[0].contains("kubectl-lifecycle-"), "{log}");
        assert_eq!(lines[1], "kustomize app");
        assert_eq!(lines[3], "kustomize ./-app");
        assert_eq!(
            lines[4],
            "template my-chart chart --skip-tests --kube-version=1.30 --values=app/a.yaml --set=a=--post-renderer"
        );
    }

    #[test]
    fn a_program_that_hangs_is_stopped_with_all_it_has_started() {
        let here = programs(&[("kubectl", "PATH=/bin:/usr/bin\nsleep 300 &\necho $! > child\nsleep 300\n")]);
        let started = Instant::now();
        let (status, report) = run(&here, &["-k", "app", "--render-timeout", "1"], None);
        assert_eq!((status, trouble(&report).contains("stopped after 1 s")), (2, true), "{report}");
        assert!(started.elapsed() < Duration::from_secs(20));
        let child = std::fs::read_to_string(here.path().join("child")).unwrap();
        let is_gone = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
            state.is_empty() || state.contains(") Z ")
        };
        let gone = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            is_gone()
        });
        assert!(gone, "process {child} still runs");
    }

    #[test]
    fn an_interrupt_ends_the_program_and_starts_it_no_second_time() {
        let here = programs(&[("kubectl", "PATH=/bin:/usr/bin\necho $$ >> pids\nexec sleep 300\n")]);
        let temporary = tempfile::tempdir().unwrap();
        let pids = || std::fs::read_to_string(here.path().join("pids")).unwrap_or_default();
        for run in 1..=5 {
            let tool = tool(here.path(), &["-k", "app"])
                .env("PATH", here.path().join("bin"))
                .env("TMPDIR", temporary.path())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let started = Instant::now();
            while pids().lines().count() < run && started.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(10));
            }
            Command::new("/bin/sh").args(["-c", &format!("kill -TERM {}", tool.id())]).status().unwrap();
            let ended = tool.wait_with_output().unwrap();
            assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended.status), Some(15));
            assert_eq!((text(&ended.stdout), text(&ended.stderr)), (String::new(), String::new()));
            assert_eq!(pids().lines().count(), run, "it was started again");
        }
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
        std::thread::sleep(Duration::from_millis(200));
        for pid in pids().lines() {
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(state.is_empty() || state.contains(") Z "), "{state}");
        }
    }

    #[test]
    fn a_program_that_writes_without_end_is_stopped() {
        let here = programs(&[(
            "kubectl",
            "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done\n",
        )]);
        let (status, report) = run(&here, &["-k", "app", "--max-file-size", "1"], None);
        assert_eq!((status, trouble(&report).contains("more than 1 MiB")), (2, true), "{report}");
    }

    #[test]
    fn what_a_program_says_is_bounded_and_cannot_move_the_cursor() {
        let script = "PATH=/bin:/usr/bin\nprintf '\\033[31mred' >&2\nhead -c 300000 /dev/zero | tr '\\0' x >&2\nexit 3\n";
        let here = programs(&[("kubectl", script)]);
        let output = Command::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"))
            .args(["lint", "-k", "app"])
            .current_dir(here.path())
            .env("PATH", here.path().join("bin"))
            .env_remove("KUBECTL_PATH")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(!output.stdout.contains(&0x1b) && output.stdout.len() < 10_000);
    }

    #[test]
    fn what_cannot_be_placed_stands_in_the_rendered_text() {
        let script = image("unknown");
        let here = programs(&[("kubectl", &script)]);
        let (_, report) = run(&here, &["-k", "app"], None);
        assert_eq!(report["findings"][0]["file"], "app/kustomization.yaml");
        let shown: Output =
            tool(here.path(), &["-k", "app"]).env("PATH", here.path().join("bin")).output().unwrap();
        assert!(text(&shown.stdout).contains("image: unknown"), "{}", text(&shown.stdout));
    }
}
