//! `-o FORMAT[=FILE]` as a user meets it: which formats go where, and the exit status.

use crate::tool::{Ran, Run, Tool, entries};

const BAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: nginx\n    readinessProbe: {exec: {command: [ready]}}\n";

fn project() -> Tool {
    Tool::with(&[("bad.yaml", BAD)])
}

fn run(here: &Tool, arguments: &[&str]) -> Ran {
    lint(here, arguments).end()
}

fn lint(here: &Tool, arguments: &[&str]) -> Run {
    here.command(&["lint"]).args(arguments)
}

#[test]
fn every_format_is_written_in_one_run_with_one_exit_status() {
    let here = project();
    let output = run(
        &here,
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
            "-o",
            "html=r.html",
            "bad.yaml",
        ],
    );
    assert_eq!(output.code(), 1, "{}", output.err);
    assert!(output.out.contains("warning[latest-tag]"));
    assert!(here.read("c.txt").starts_with("bad.yaml:7:12: warning[latest-tag] image `nginx`"));
    for name in ["r.json", "r.sarif", "g.json"] {
        serde_json::from_str::<serde_json::Value>(&here.read(name)).unwrap();
    }
    assert!(here.read("g.txt").starts_with("::warning file=bad.yaml,line=7,endLine=7,col=12,endColumn=17,"));
    assert!(here.read("j.xml").starts_with("<?xml"));
    assert!(here.read("m.md").contains("`bad.yaml:7`"));
    let page = here.read("r.html");
    assert!(
        page.starts_with("<!doctype html>") && page.ends_with("</html>\n") && page.contains("latest-tag")
    );
    let left = entries(here.path()).len();
    assert_eq!(left, 9, "only the manifest and the outputs");
}

#[test]
fn people_still_see_the_report_when_every_format_goes_to_a_file() {
    let here = project();
    let output = run(&here, &["-o", "sarif=out.sarif"]);
    assert_eq!(output.code(), 1);
    assert!(output.out.contains("warning[latest-tag]"));
    let output = run(&here, &["-o", "json", "-o", "sarif=out.sarif"]);
    assert!(output.out.starts_with('{'));
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
        let output = run(&here, arguments);
        assert_eq!(output.code(), 2, "{arguments:?}");
        assert_eq!(output.out, "", "{arguments:?}");
        assert!(output.err.contains(said), "{arguments:?}: {}", output.err);
    }
    assert_eq!(entries(here.path()).len(), 1);
}

#[test]
fn a_file_that_cannot_be_written_is_trouble_and_costs_no_other() {
    let here = project();
    std::fs::create_dir(here.at("folder")).unwrap();
    let output = run(&here, &["-o", "json=nowhere/r.json", "-o", "junit=folder", "-o", "sarif=r.sarif"]);
    assert_eq!(output.code(), 2);
    let said = &output.err;
    assert!(
        said.contains("nowhere/r.json could not be written") && said.contains("create its directory"),
        "{said}"
    );
    assert!(said.contains("folder could not be written") && said.contains("name a file in it"), "{said}");
    assert!(here.read("r.sarif").contains("latest-tag"));
    assert!(output.out.contains("latest-tag"));
}

#[test]
fn a_file_is_replaced_as_a_whole_and_the_job_summary_is_added_to() {
    let here = project();
    for name in ["old.md", "summary.md"] {
        here.write(name, "before\n");
    }
    let both = ["-o", "markdown=old.md", "-o", "human=summary.md"];
    let output = lint(&here, &both).env("GITHUB_STEP_SUMMARY", here.at("summary.md")).end();
    assert_eq!(output.code(), 1);
    assert!(here.read("old.md").starts_with("## kubectl lifecycle"));
    assert!(here.read("summary.md").starts_with("before\nwarning[latest-tag] "));
}

#[test]
fn colours_stay_out_of_files() {
    let here = project();
    let output = run(&here, &["-o", "human=r.txt", "-o", "concise", "--color", "always"]);
    assert_eq!(output.code(), 1);
    assert!(!here.read("r.txt").contains('\u{1b}') && output.out.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn others_may_read_a_new_file_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let here = project();
    here.write("real.json", "");
    std::os::unix::fs::symlink("real.json", here.at("link.json")).unwrap();
    run(&here, &["-o", "json=link.json", "-o", "sarif=new.sarif", "-o", "junit=/dev/null"]);
    let mode = std::fs::metadata(here.at("new.sarif")).unwrap().permissions().mode();
    assert_ne!(mode & 0o044, 0, "{mode:o}");
    assert!(std::fs::symlink_metadata(here.at("link.json")).unwrap().is_symlink());
    assert!(here.read("real.json").contains("latest-tag"));
}

#[test]
fn paths_are_relative_to_the_repository_that_ci_names() {
    let here = project();
    here.write("k8s/a b.yaml", BAD);
    let whole = here.at("k8s/a b.yaml");
    let output = Run::tool(&here.at("k8s"))
        .args(&["lint", "-o", "github", "-o", "sarif=../r.sarif", whole.to_str().unwrap()])
        .env("GITHUB_WORKSPACE", here.path())
        .end();
    assert!(output.out.starts_with("::warning file=k8s/a b.yaml,"), "{}", output.out);
    assert!(here.read("r.sarif").contains("\"uri\":\"k8s/a%20b.yaml\""));
}

#[test]
fn a_hostile_file_name_stays_on_its_line() {
    let name = "::error::x%0A,y.yaml";
    let here = Tool::with(&[(name, BAD)]);
    for format in ["human", "concise", "github", "junit", "markdown", "html"] {
        let printed = run(&here, &["-o", format, name]).out;
        let commands: Vec<&str> =
            printed.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert_eq!(commands.len(), usize::from(format == "github"), "{format}: {printed}");
        assert!(
            commands.iter().all(|line| line.starts_with("::warning file=%3A%3Aerror%3A%3Ax%250A%2Cy.yaml,"))
        );
    }
}

/// So many Pods with the fault of [`BAD`], one below the other.
fn pods(count: usize) -> Tool {
    let pod = |number: usize| BAD.replace("name: a}", &format!("name: a{number}}}"));
    Tool::with(&[("bad.yaml", &(0..count).map(pod).collect::<Vec<_>>().join("---\n"))])
}

#[test]
fn more_than_30_findings_are_told_in_short_unless_somebody_asks_for_all() {
    let many = pods(31);
    let short = run(&many, &[]);
    assert_eq!(short.code(), 1);
    assert_eq!(short.out.matches("warning[latest-tag] image `nginx`").count(), 31, "{}", short.out);
    assert!(short.out.contains("it means\n         `latest` (Pod a30)\n\n"), "{}", short.out);
    assert_eq!(short.out.lines().count(), 2 * 31 + 8, "{}", short.out);
    assert!(short.out.contains("\n  31  latest-tag  31 warnings\n") && short.out.contains("`--full`"));
    assert!(!short.out.contains("why:"));
    for arguments in [&["--full"][..], &["-o", "human"]] {
        let whole = run(&many, arguments);
        assert_eq!(whole.out.matches("╭▸ bad.yaml").count(), 31);
        assert!(!whole.out.contains("`--full`"));
    }
    assert_eq!(run(&pods(30), &[]).out.matches("╭▸ bad.yaml").count(), 30);
}

#[test]
fn a_file_that_was_asked_for_holds_every_finding() {
    let many = pods(31);
    let output = run(&many, &["-o", "human=r.txt"]);
    assert!(output.out.contains("`--full`"), "{}", output.out);
    assert_eq!(many.read("r.txt").matches("╭▸ bad.yaml").count(), 31);
}

#[test]
fn statistics_count_for_people_and_for_programs() {
    let many = pods(3);
    let people = run(&many, &["--statistics"]);
    assert_eq!(people.code(), 1);
    assert!(people.out.starts_with("rules\n  3  latest-tag  3 warnings\n\nfiles\n"), "{}", people.out);
    let programs = run(&many, &["--statistics", "-o", "json"]).json();
    assert_eq!(programs["findings"].as_array().unwrap().len(), 3);
    let statistics = &programs["statistics"];
    assert_eq!(statistics["rules"][0]["rule"], "latest-tag");
    assert_eq!(
        (&statistics["files"][0]["findings"], &statistics["files"][0]["warnings"]),
        (&3.into(), &3.into())
    );
    assert_eq!(statistics["objects"].as_array().unwrap().len(), 3);
    assert!(statistics["namespaces"][0]["namespace"].is_null());
    assert!(run(&many, &["-o", "json"]).json().get("statistics").is_none());
}

#[test]
fn a_pipe_is_as_wide_as_it_is_asked_to_be() {
    let here = project();
    let widest = |columns: &str| {
        let output = lint(&here, &[]).env("COLUMNS", columns).end();
        let lines = output.out.lines().filter(|line| !line.contains("https://"));
        lines.map(|line| line.chars().count()).max().unwrap()
    };
    assert!(widest("50") <= 50);
    assert!((81..=120).contains(&widest("300")));
}

/// A Pod that stops at once, and so many Services that send it requests.
fn served(services: usize) -> Tool {
    let service = |number: usize| {
        format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s{number}}}\nspec: {{selector: {{app: a}}, ports: [{{port: 80}}]}}\n"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: a, pod-template-hash: a}}\nspec:\n  containers:\n  - name: web\n    image: nginx:1.27.5\n    ports: [{containerPort: 80}]\n    readinessProbe: {httpGet: {path: /, port: 80}}\n";
    let all: String = std::iter::once(pod.to_owned()).chain((0..services).map(service)).collect();
    Tool::with(&[("served.yaml", &all)])
}

#[test]
fn a_strip_shows_the_container_whatever_sends_it_requests_and_no_kill_before_its_time() {
    for (services, sender) in [(1, "svc/s0"), (5, "5 Services")] {
        let shown = run(&served(services), &["."]).out;
        let rows: Vec<&str> = shown.lines().filter(|line| line.contains('░')).collect();
        assert_eq!(rows.len(), 2, "{shown}");
        assert!(rows[0].contains(&format!("│ {sender} ")), "{shown}");
        assert!(rows[1].contains("│ web ") && rows[1].contains("▲░ told to stop"), "{shown}");
        // It comes after the grace period of 30 s, and the strip ends before.
        assert!(!shown.contains("SIGKILL"), "{shown}");
    }
}

#[test]
fn places_beyond_the_third_are_counted() {
    let shown = run(&served(5), &["."]).out;
    assert_eq!(shown.matches("sends traffic here").count(), 3, "{shown}");
    assert!(shown.contains("… and 2 more related places"), "{shown}");
}
