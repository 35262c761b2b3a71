//! Programs that render and misbehave: scripts stand in for them.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{json, lint, trouble};
use crate::programs::script;
use crate::tool::{Run, Tool};

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: a, readinessProbe: {exec: {command: [a]}}}]}\n";

/// A directory of programs, each a script, and an overlay and a chart beside them.
fn programs(scripts: &[(&str, &str)]) -> Tool {
    let here = Tool::with(&[
        ("app/kustomization.yaml", "resources: [a.yaml]\n"),
        ("app/a.yaml", POD),
        ("chart/Chart.yaml", "name: My_Chart\nversion: 1.0.0\n"),
        ("chart/templates/a.yaml", ""),
    ]);
    for (name, text) in scripts {
        script(&here.at("bin").join(name), &format!("#!/bin/sh\n{text}"));
    }
    here
}

/// A run that finds the programs of this directory and no others.
fn start(here: &Tool, arguments: &[&str]) -> Run {
    lint(here.path(), arguments).env("PATH", here.at("bin"))
}

fn run(here: &Tool, arguments: &[&str], kubectl: Option<&str>) -> (i32, Value) {
    let run = start(here, arguments);
    json(match kubectl {
        Some(kubectl) => run.env("KUBECTL_PATH", here.at("bin").join(kubectl)),
        None => run,
    })
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
    std::fs::create_dir(here.at("-app")).unwrap();
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
    let log = here.read("log");
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
    let child = here.read("child");
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
    let pids = || std::fs::read_to_string(here.at("pids")).unwrap_or_default();
    for run in 1..=5 {
        let tool = start(&here, &["-k", "app"]).env("TMPDIR", temporary.path()).start();
        let started = Instant::now();
        while pids().lines().count() < run && started.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(10));
        }
        Run::program("sh", here.path()).args(&["-c", &format!("kill -TERM {}", tool.id())]).end();
        let ended = tool.end();
        assert_eq!(ended.signal(), Some(15));
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
        assert_eq!(pids().lines().count(), run, "it was started again");
    }
    assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    std::thread::sleep(Duration::from_millis(200));
    for pid in pids().lines() {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(state.is_empty() || state.contains(") Z "), "{state}");
    }
}

/// As under `nohup`. Elsewhere the system does not tell what is ignored.
#[cfg(target_os = "linux")]
#[test]
fn a_hang_up_that_was_ignored_from_the_start_stays_without_effect() {
    let waits = "PATH=/bin:/usr/bin\necho > begun\nuntil [ -e go ]; do sleep 0.02; done\n";
    let here = programs(&[("kubectl", &format!("{waits}{}", image("a")))]);
    let begin = format!("trap '' HUP; exec '{}' lint -k app", crate::tool::executable().display());
    let path = format!("{}:/bin:/usr/bin", here.at("bin").display());
    let tool = Run::program("/bin/sh", here.path()).args(&["-c", &begin]).env("PATH", path).start();
    let started = Instant::now();
    while !here.at("begun").exists() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(10));
    }
    Run::program("sh", here.path()).args(&["-c", &format!("kill -HUP {}", tool.id())]).end();
    std::thread::sleep(Duration::from_millis(100));
    here.write("go", "");
    let ended = tool.end();
    assert_eq!((ended.signal(), ended.err.as_str()), (None, ""));
    assert!(ended.out.contains("latest-tag"), "{ended:?}");
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
    let script =
        "PATH=/bin:/usr/bin\nprintf '\\033[31mred' >&2\nhead -c 300000 /dev/zero | tr '\\0' x >&2\nexit 3\n";
    let here = programs(&[("kubectl", script)]);
    let ran = start(&here, &["-k", "app"]).end();
    assert_eq!(ran.code(), 2);
    assert!(!ran.out.contains('\u{1b}') && ran.out.len() < 10_000, "{}", ran.out);
}

#[test]
fn what_cannot_be_placed_stands_in_the_rendered_text() {
    let script = image("unknown");
    let here = programs(&[("kubectl", &script)]);
    let (_, report) = run(&here, &["-k", "app"], None);
    assert_eq!(report["findings"][0]["file"], "app/kustomization.yaml");
    let shown = start(&here, &["-k", "app"]).end();
    assert!(shown.out.contains("image: unknown"), "{}", shown.out);
}
