//! The command line as a user meets it: exit status, streams, and kubectl itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";
const GOOD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx:1.29\n    readinessProbe: {exec: {command: [ready]}}\n";

fn executable() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"))
}

/// The tool without anything of the caller's environment that changes its output.
fn tool(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(executable());
    command.args(arguments).current_dir(directory).stdin(Stdio::null());
    for variable in ["NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
        command.env_remove(variable);
    }
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    tool(directory, arguments).output().unwrap()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
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

#[test]
fn the_exit_status_is_0_for_clean_1_for_findings_and_2_for_trouble() {
    let here = directory(&[("good.yaml", GOOD), ("bad.yaml", BAD), ("broken.yaml", "kind: [\n")]);
    assert_eq!(status(&run(here.path(), &["lint", "good.yaml"])), 0);
    assert_eq!(status(&run(here.path(), &["lint", "bad.yaml"])), 1);
    assert_eq!(status(&run(here.path(), &["lint", "good.yaml", "broken.yaml"])), 2);
    assert_eq!(status(&run(here.path(), &["lint", "nowhere.yaml"])), 2);
    assert_eq!(status(&run(here.path(), &["lint", "--no-such-flag"])), 2);
}

#[test]
fn trouble_in_one_file_does_not_hide_the_findings_in_another() {
    let here = directory(&[("bad.yaml", BAD), ("broken.yaml", "kind: [\n")]);
    let output = run(here.path(), &["lint"]);
    let printed = text(&output.stdout);
    assert_eq!(status(&output), 2);
    assert!(printed.contains("latest-tag") && printed.contains("broken.yaml"), "{printed}");
}

#[test]
fn fail_on_moves_the_threshold() {
    let here = directory(&[("bad.yaml", BAD)]);
    assert_eq!(status(&run(here.path(), &["lint", "--fail-on", "error"])), 0);
    assert_eq!(status(&run(here.path(), &["lint", "--fail-on", "warning"])), 1);
}

#[test]
fn standard_input_is_read_for_a_hyphen() {
    let here = directory(&[]);
    let mut child =
        tool(here.path(), &["lint", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(BAD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(status(&output), 1);
    assert!(text(&output.stdout).contains("-:7:12"), "{}", text(&output.stdout));
}

#[test]
fn directories_are_read_whole_with_a_path_and_flat_with_f() {
    let here = directory(&[("k8s/good.yaml", GOOD), ("k8s/below/bad.yaml", BAD)]);
    assert_eq!(status(&run(here.path(), &["lint", "k8s"])), 1);
    assert_eq!(status(&run(here.path(), &["lint", "-f", "k8s"])), 0);
    assert_eq!(status(&run(here.path(), &["lint", "-R", "-f", "k8s"])), 1);
}

#[test]
fn json_is_one_object_of_version_1_with_positions_from_1() {
    let here = directory(&[("bad.yaml", BAD), ("values.yaml", "replicas: 1\n"), ("broken.yaml", "a: [\n")]);
    let output = run(here.path(), &["lint", "-o", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
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
            "docs",
            "fixable",
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
    let stream = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/_stream");
    for arguments in
        [&["lint", "control-characters.yaml"][..], &["lint", "-o", "json", "control-characters.yaml"]]
    {
        let output = run(&stream, arguments);
        assert_eq!(status(&output), 1);
        let raw = output.stdout.iter().filter(|byte| **byte < 0x20 && **byte != b'\n').count();
        assert_eq!(raw, 0, "{}", text(&output.stdout));
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let here = directory(&[("bad.yaml", &format!("{BAD}---\n").repeat(2000))]);
    let mut child =
        tool(here.path(), &["lint"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.code().is_some_and(|code| code < 3), "{:?}", output.status);
}

#[test]
fn a_file_above_the_limit_is_trouble_with_the_next_step() {
    let here = directory(&[("large.yaml", &"# filler\n".repeat(200_000))]);
    let output = run(here.path(), &["lint", "--max-file-size", "1"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stdout).contains("--max-file-size"), "{}", text(&output.stdout));
}

#[test]
fn a_wrong_rule_name_suggests_the_nearest() {
    let here = directory(&[]);
    let output = run(here.path(), &["explain", "latest-tags"]);
    assert_eq!(status(&output), 2);
    assert!(text(&output.stderr).contains("latest-tag"), "{}", text(&output.stderr));
}

#[test]
fn verbose_says_what_was_not_read_as_a_script() {
    let manifest = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n    readinessProbe: {exec: {command: [ready]}}\n    lifecycle: {postStart: {exec: {command: [python3, -c, 'print(1)']}}}\n";
    let here = directory(&[("a.yaml", manifest)]);
    let output = run(here.path(), &["lint", "--verbose"]);
    assert_eq!(status(&output), 0);
    assert!(text(&output.stderr).contains("python3"), "{}", text(&output.stderr));
}

#[test]
fn kubectl_runs_it_as_a_plugin() {
    let Ok(kubectl) = Command::new("kubectl").args(["version", "--client"]).output() else {
        // Written past the test runner, which would keep it to itself.
        let said = std::io::stderr()
            .write_all(b"SKIPPED: kubectl is not on PATH, so the plugin was not run through it\n");
        said.unwrap();
        return;
    };
    assert!(kubectl.status.success());
    let here = directory(&[("k8s/bad.yaml", BAD)]);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = executable().parent().unwrap().to_owned();
    let path = std::env::join_paths(std::iter::once(folder).chain(std::env::split_paths(&path))).unwrap();
    let output = Command::new("kubectl")
        .args(["lifecycle", "lint", "k8s/"])
        .current_dir(here.path())
        .env("PATH", path)
        .output()
        .unwrap();
    assert_ne!(status(&output), 0);
    assert!(text(&output.stdout).contains("latest-tag"), "{}", text(&output.stdout));
}
