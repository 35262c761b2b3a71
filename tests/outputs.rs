//! `-o FORMAT[=FILE]` as a user meets it: which formats go where, and the exit status.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::process::{Command, Output, Stdio};

const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";

fn project() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("bad.yaml"), BAD).unwrap();
    directory
}

fn tool(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-lifecycle"));
    command.arg("lint").args(arguments).current_dir(directory).stdin(Stdio::null());
    for variable in [
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "CI",
        "GITHUB_WORKSPACE",
        "CI_PROJECT_DIR",
        "GITHUB_STEP_SUMMARY",
    ] {
        command.env_remove(variable);
    }
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    tool(directory, arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn read(directory: &Path, name: &str) -> String {
    std::fs::read_to_string(directory.join(name)).unwrap()
}

#[test]
fn every_format_is_written_in_one_run_with_one_exit_status() {
    let here = project();
    let output = run(
        here.path(),
        &[
            "-o",
            "human",
            "-o",
            "concise=c.txt",
            "-o",
            "json=r.json",
            "-o",
            "sarif=r.sarif",
            "-o",
            "github=g.txt",
            "--output=gitlab=g.json",
            "-o",
            "junit=j.xml",
            "-omarkdown=m.md",
            "bad.yaml",
        ],
    );
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(out(&output).contains("warning[latest-tag]"));
    assert!(read(here.path(), "c.txt").starts_with("bad.yaml:7:12: warning[latest-tag] image `nginx`"));
    for name in ["r.json", "r.sarif", "g.json"] {
        serde_json::from_str::<serde_json::Value>(&read(here.path(), name)).unwrap();
    }
    assert!(
        read(here.path(), "g.txt")
            .starts_with("::warning file=bad.yaml,line=7,endLine=7,col=12,endColumn=17,")
    );
    assert!(read(here.path(), "j.xml").starts_with("<?xml"));
    assert!(read(here.path(), "m.md").contains("`bad.yaml:7`"));
    let left = std::fs::read_dir(here.path()).unwrap().count();
    assert_eq!(left, 8, "only the manifest and the outputs");
}

#[test]
fn people_still_see_the_report_when_every_format_goes_to_a_file() {
    let here = project();
    let output = run(here.path(), &["-o", "sarif=out.sarif"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("warning[latest-tag]"));
    let output = run(here.path(), &["-o", "json", "-o", "sarif=out.sarif"]);
    assert!(out(&output).starts_with('{'));
}

#[test]
fn two_formats_in_one_place_an_unknown_format_and_no_file_are_bad_usage() {
    let here = project();
    for (arguments, said) in [
        (&["-o", "json", "-o", "sarif"][..], "json and sarif would both go to standard output"),
        (&["-o", "json", "-o", "sarif=-"], "would both go to standard output"),
        (&["-o", "json=a", "-o", "sarif=./a"], "json and sarif would both be written to ./a"),
        (&["-o", "json=new", "-o", "json=new"], "would both be written to new"),
        (&["-o", "serif"], "sarif"),
        (&["-o", "jsn=x"], "json"),
        (&["-o", "json="], "names no file"),
        (&["-o", ""], "human, concise, json"),
    ] {
        let output = run(here.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(out(&output), "", "{arguments:?}");
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_written_is_trouble_and_costs_no_other() {
    let here = project();
    std::fs::create_dir(here.path().join("folder")).unwrap();
    let output =
        run(here.path(), &["-o", "json=nowhere/r.json", "-o", "junit=folder", "-o", "sarif=r.sarif"]);
    assert_eq!(output.status.code(), Some(2));
    let said = err(&output);
    assert!(
        said.contains("nowhere/r.json could not be written") && said.contains("create its directory"),
        "{said}"
    );
    assert!(said.contains("folder could not be written") && said.contains("name a file in it"), "{said}");
    assert!(read(here.path(), "r.sarif").contains("latest-tag"));
    assert!(out(&output).contains("latest-tag"));
}

#[test]
fn a_file_is_replaced_as_a_whole_and_the_job_summary_is_added_to() {
    let here = project();
    for name in ["old.md", "summary.md"] {
        std::fs::write(here.path().join(name), "before\n").unwrap();
    }
    let both = ["-o", "markdown=old.md", "-o", "human=summary.md"];
    let output =
        tool(here.path(), &both).env("GITHUB_STEP_SUMMARY", here.path().join("summary.md")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(read(here.path(), "old.md").starts_with("## kubectl lifecycle"));
    assert!(read(here.path(), "summary.md").starts_with("before\nbad.yaml: 1 warning"));
}

#[test]
fn colours_stay_out_of_files() {
    let here = project();
    let output = run(here.path(), &["-o", "human=r.txt", "-o", "concise", "--color", "always"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!read(here.path(), "r.txt").contains('\u{1b}') && !out(&output).contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn others_may_read_a_new_file_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let here = project();
    std::fs::write(here.path().join("real.json"), "").unwrap();
    std::os::unix::fs::symlink("real.json", here.path().join("link.json")).unwrap();
    run(here.path(), &["-o", "json=link.json", "-o", "sarif=new.sarif", "-o", "junit=/dev/null"]);
    let mode = std::fs::metadata(here.path().join("new.sarif")).unwrap().permissions().mode();
    assert_ne!(mode & 0o044, 0, "{mode:o}");
    assert!(std::fs::symlink_metadata(here.path().join("link.json")).unwrap().is_symlink());
    assert!(read(here.path(), "real.json").contains("latest-tag"));
}

#[test]
fn paths_are_relative_to_the_repository_that_ci_names() {
    let here = project();
    let below = here.path().join("k8s");
    std::fs::create_dir(&below).unwrap();
    std::fs::write(below.join("a b.yaml"), BAD).unwrap();
    let whole = below.join("a b.yaml");
    let output = tool(&below, &["-o", "github", "-o", "sarif=../r.sarif", whole.to_str().unwrap()])
        .env("GITHUB_WORKSPACE", here.path())
        .output()
        .unwrap();
    assert!(out(&output).starts_with("::warning file=k8s/a b.yaml,"), "{}", out(&output));
    assert!(read(here.path(), "r.sarif").contains("\"uri\":\"k8s/a%20b.yaml\""));
}

#[test]
fn a_hostile_file_name_stays_on_its_line() {
    let here = tempfile::tempdir().unwrap();
    let name = "::error::x%0A,y.yaml";
    std::fs::write(here.path().join(name), BAD).unwrap();
    for format in ["human", "concise", "github", "junit", "markdown"] {
        let printed = out(&run(here.path(), &["-o", format, name]));
        let commands: Vec<&str> =
            printed.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert_eq!(commands.len(), usize::from(format == "github"), "{format}: {printed}");
        assert!(
            commands.iter().all(|line| line.starts_with("::warning file=%3A%3Aerror%3A%3Ax%250A%2Cy.yaml,"))
        );
    }
}
