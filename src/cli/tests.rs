#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::RefCell;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{CommandFactory, Parser};
use insta::assert_snapshot;

use super::args::{Cli, Command};
use super::run::run;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::finding::{Finding, Help, ObjectRef, Place, Report, Severity, SourceId, Trouble};
use crate::kubernetes::version::KubernetesVersion;
use crate::lint::{Input, Options};
use crate::report::shared::look::Look;
use crate::text::{Source, Span};
use crate::yaml::path::FieldPath;

struct Ran {
    exit: Exit,
    out: String,
    err: String,
    options: Option<Options>,
}

fn run_with(words: &[&str], report: &Report) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let options = RefCell::new(None);
    let lint = |given: &Options| {
        *options.borrow_mut() = Some(given.clone());
        report.clone()
    };
    let mut streams = Streams { out: &mut out, err: &mut err, look: &|_| Look::PIPE, lint: &lint };
    let arguments = std::iter::once(&"/usr/local/bin/kubectl-lifecycle").chain(words).map(OsString::from);
    let exit = run(arguments, &mut streams);
    Ran {
        exit,
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
        options: options.into_inner(),
    }
}

fn ran(words: &[&str]) -> Ran {
    run_with(words, &Report::default())
}

fn options(words: &[&str]) -> Options {
    let ran = ran(words);
    assert_eq!(ran.exit, Exit::Clean, "{}", ran.err);
    ran.options.unwrap()
}

fn path(path: &str, recursive: bool) -> Input {
    Input::Path { path: PathBuf::from(path), recursive }
}

fn report_of(severities: &[Severity]) -> Report {
    let finding = |severity: &Severity| Finding {
        verdict: "moving",
        rule: "latest-tag",
        severity: *severity,
        message: "message".into(),
        why: String::new(),
        help: Help::default(),
        fix: None,
        docs: vec![],
        place: Place { source: SourceId(0), span: Span::new(0, 1), path: FieldPath::root() },
        label: None,
        related: vec![],
        chart: None,
        object: ObjectRef::default(),
        container: None,
        field: String::new(),
    };
    Report {
        findings: severities.iter().map(finding).collect(),
        sources: vec![Source::new("a.yaml", "a: 1\n")],
        notes: vec!["a \u{1b}note".into()],
        ..Report::default()
    }
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_help_text_says_kubectl_lifecycle() {
    fn walk(command: &mut clap::Command) {
        command.build();
        for text in [command.render_help().to_string(), command.render_long_help().to_string()] {
            assert!(text.contains("Usage: kubectl lifecycle"), "{text}");
            // The completion scripts are for the executable, and their help has to say so.
            let clean = command.get_name() == "completion"
                || !text.replace(".kubectl-lifecycle.yaml", "").contains("kubectl-lifecycle");
            assert!(clean, "{text}");
        }
        command.get_subcommands_mut().for_each(walk);
    }
    walk(&mut Cli::command());
}

#[test]
fn help_of_every_command() {
    for words in [
        &["--help"][..],
        &["-h"],
        &["lint", "--help"],
        &["timeline", "--help"],
        &["lint", "-h"],
        &["explain", "--help"],
        &["rules", "--help"],
        &["config", "--help"],
        &["completion", "--help"],
        &["man", "--help"],
    ] {
        let ran = ran(words);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Clean, ""));
        let widest = ran.out.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 80, "{words:?}: {widest}");
        assert_snapshot!(words.join("_").replace('-', ""), ran.out);
    }
}

#[test]
fn bare_invocation_shows_short_help() {
    let bare = ran(&[]);
    assert_eq!(bare.exit, Exit::Clean);
    assert_eq!(bare.out, ran(&["-h"]).out);
}

#[test]
fn the_version_is_that_of_the_plugin() {
    assert_eq!(ran(&["--version"]).out, format!("kubectl lifecycle {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn lint_reads_the_current_directory_unless_told_otherwise() {
    let options = options(&["lint"]);
    assert_eq!(options.inputs, [path(".", true)]);
    assert_eq!(options.settings.propagation_delay(), 5.0);
    assert_eq!(options.settings.kubernetes_version, KubernetesVersion::new(1, 36));
    assert_eq!(options.max_file_size, 64 * 1024 * 1024);
    assert_eq!((options.settings.strict, options.threads), (false, None));
}

#[test]
fn advice_that_fails_a_run_is_shown() {
    let shows = |words: &[&str]| options(words).settings.shows(Severity::Info);
    let fail_on = |level| shows(&["lint", "--fail-on", level]);
    assert_eq!(["info", "warning", "error", "never"].map(fail_on), [true, false, false, false]);
    assert!(!shows(&["lint"]) && shows(&["lint", "--strict"]));
}

#[test]
fn positional_directories_recurse_and_those_of_kubectl_only_with_r() {
    assert_eq!(options(&["lint", "a", "b.yaml"]).inputs, [path("a", true), path("b.yaml", true)]);
    assert_eq!(
        options(&["lint", "-f", "a", "--filename=b", "c"]).inputs,
        [path("c", true), path("a", false), path("b", false)]
    );
    assert_eq!(options(&["lint", "-R", "-f", "a"]).inputs, [path("a", true)]);
}

#[test]
fn a_dash_is_standard_input_once() {
    assert_eq!(options(&["lint", "-"]).inputs, [Input::Stdin]);
    assert_eq!(options(&["lint", "-f", "-"]).inputs, [Input::Stdin]);
    assert_eq!(options(&["lint", "-", "-f", "-", "a"]).inputs, [Input::Stdin, path("a", true)]);
}

#[test]
fn a_delay_is_written_in_seconds() {
    for (text, seconds) in [("5", 5.0), ("5s", 5.0), ("7.5", 7.5), ("7.5s", 7.5), ("0", 0.0), (".5", 0.5)] {
        assert_eq!(
            options(&["lint", "--propagation-delay", text]).settings.propagation_delay(),
            seconds,
            "{text}"
        );
    }
    for text in ["", "s", "five", "-1", "5m", "5 s", "1e3", "inf", "NaN", "86401", "."] {
        let refused = ran(&["lint", &format!("--propagation-delay={text}")]);
        assert_eq!(refused.exit, Exit::Trouble, "{text}");
        assert!(
            text.is_empty() || refused.err.contains("write it like `5`, `5s` or `7.5`"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn sizes_threads_and_versions_are_read() {
    let options = options(&[
        "lint",
        "--max-file-size=1",
        "--threads",
        "2",
        "--kubernetes-version",
        "v1.29.3",
        "--strict",
    ]);
    assert_eq!(options.max_file_size, 1024 * 1024);
    assert_eq!(options.threads, Some(2));
    assert_eq!(options.settings.kubernetes_version, KubernetesVersion::new(1, 29));
    assert!(options.settings.strict);
}

#[test]
fn bad_usage_is_trouble_and_says_how_to_do_it() {
    for (words, said) in [
        (&["lint", "https://example.org/a.yaml"][..], "only local files are read"),
        (&["lint", "-f", "HTTP://example.org/a.yaml"], "curl -fsSL <URL> | kubectl lifecycle lint -"),
        (&["lint", "--kubernetes-version", "1.20"], "supported are 1.25 to 1.37"),
        (&["lint", "--max-file-size", "0"], "from 1 to 4096"),
        (&["lint", "--threads", "0"], "0 is not in 1..=1024"),
        (&["lint", ""], "an empty path"),
        (&["lint", "--strickt"], "--strict"),
        (&["lnt"], "lint"),
        (&["lint", "-q", "-v"], "cannot be used with"),
        (&["explain"], "Usage: kubectl lifecycle explain"),
        (&["explain", "latest-tags"], "did you mean `latest-tag`?"),
        (&["completion", "tcsh"], "powershell"),
    ] {
        let ran = ran(words);
        assert_eq!(ran.exit, Exit::Trouble, "{words:?}");
        assert_eq!(ran.out, "", "{words:?}");
        assert!(ran.err.contains(said), "{words:?}: {}", ran.err);
        assert!(!ran.err.contains("kubectl-lifecycle"), "{words:?}: {}", ran.err);
    }
}

#[test]
fn the_exit_status_follows_fail_on_and_trouble_wins() {
    use Severity::{Error, Info, Warning};
    let table: &[(&[&str], &[Severity], Exit)] = &[
        (&["lint"], &[], Exit::Clean),
        (&["lint"], &[Info], Exit::Clean),
        (&["lint"], &[Info, Warning], Exit::Findings),
        (&["lint", "--fail-on", "info"], &[Info], Exit::Findings),
        (&["lint", "--fail-on", "error"], &[Warning], Exit::Clean),
        (&["lint", "--fail-on", "error"], &[Error], Exit::Findings),
        (&["lint", "--fail-on", "never"], &[Error], Exit::Clean),
        (&["lint", "-o", "json"], &[Warning], Exit::Findings),
    ];
    for (words, severities, exit) in table {
        let mut report = report_of(severities);
        assert_eq!(run_with(words, &report).exit, *exit, "{words:?} {severities:?}");
        report.trouble = vec![Trouble { file: "a".into(), line: None, column: None, message: "m".into() }];
        assert_eq!(run_with(words, &report).exit, Exit::Trouble, "{words:?} {severities:?}");
    }
}

#[test]
fn what_is_reported_is_written_whatever_the_threshold() {
    assert!(run_with(&["lint"], &report_of(&[Severity::Info])).out.contains("info[latest-tag]"));
}

#[test]
fn notes_go_to_standard_error_when_asked_for() {
    let report = report_of(&[Severity::Info]);
    assert_eq!(run_with(&["lint"], &report).err, "");
    assert_eq!(run_with(&["lint", "-v"], &report).err, "note: a \\u{1b}note\n");
}

#[test]
fn rules_are_listed_for_people_and_for_programs() {
    let listed = ran(&["rules"]).out;
    let start = listed.find("latest-tag").unwrap();
    let end = listed.find("registry-needed-at-restart").unwrap();
    assert_eq!(
        &listed[start..end],
        "latest-tag                    warning   An image has no fixed tag and no digest,\n\
         \x20                                       so nobody can say which code will run.\n"
    );
    for rule in crate::rules::RULES {
        let heads = listed.lines().filter(|line| line.split(' ').next() == Some(rule.id));
        let severities: Vec<&str> = heads.filter_map(|line| line.split_whitespace().nth(1)).collect();
        assert_eq!(severities, [rule.severity().as_str()], "{}", rule.id);
    }
    let json: serde_json::Value = serde_json::from_str(&ran(&["rules", "-o", "json"]).out).unwrap();
    assert_eq!(json["rules"].as_array().unwrap().len(), crate::rules::RULES.len());
    assert_eq!(json["rules"][0]["id"], crate::rules::RULES[0].id);
}

#[test]
fn a_page_is_explained() {
    let page = ran(&["explain", "latest-tag"]);
    assert_eq!(page.exit, Exit::Clean);
    assert!(page.out.contains("latest-tag"));
}

#[test]
fn there_is_a_completion_script_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = ran(&["completion", shell]);
        assert_eq!(script.exit, Exit::Clean);
        assert!(
            script.out.contains("kubectl-lifecycle") && script.out.contains("propagation-delay"),
            "{shell}"
        );
    }
}

#[test]
fn the_bash_script_finds_the_options_of_every_subcommand() {
    let script = ran(&["completion", "bash"]).out;
    let states: Vec<&str> =
        script.lines().filter_map(|line| line.trim().strip_prefix("cmd=\"")?.strip_suffix('"')).collect();
    assert!(states.iter().any(|state| state.ends_with("lint")), "{states:?}");
    for state in states.iter().filter(|state| !state.is_empty()) {
        assert!(script.lines().any(|line| line.trim() == format!("{state})")), "{state}");
    }
}

#[test]
fn kubectl_is_given_a_program_that_asks_the_plugin() {
    let script = ran(&["completion", "kubectl"]).out;
    assert!(script.starts_with("#!/bin/sh\n"), "{script}");
    assert!(script.ends_with("exec kubectl-lifecycle __complete \"$@\"\n"), "{script}");
}

#[test]
fn completion_answers_in_the_protocol_of_kubectl() {
    let completed = ran(&["__complete", "lint", "--fail-on", "e"]);
    assert_eq!((completed.exit, completed.err.as_str()), (Exit::Clean, ""));
    assert_eq!(completed.out, "error\tOnly what fails every time\n:4\n");
}

#[test]
fn the_manual_page_has_the_sections_of_one() {
    let page = ran(&["man"]).out;
    for section in [".TH kubectl-lifecycle 1", ".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS", ".SH SUBCOMMANDS"] {
        assert!(page.lines().any(|line| line.starts_with(section)), "{section}: {page}");
    }
    assert!(page.contains("kubectl\\-lifecycle \\- Finds"), "{page}");
}

#[test]
fn every_command_gets_a_manual_page_in_a_directory() {
    let here = tempfile::tempdir().unwrap();
    let into = here.path().join("new/man1");
    assert_eq!(ran(&["man", into.to_str().unwrap()]).exit, Exit::Clean);
    let mut names: Vec<String> = std::fs::read_dir(&into)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    for name in ["kubectl-lifecycle.1", "kubectl-lifecycle-lint.1", "kubectl-lifecycle-explain.1"] {
        assert!(names.iter().any(|have| have == name), "{names:?}");
    }
    let lint = std::fs::read_to_string(into.join("kubectl-lifecycle-lint.1")).unwrap();
    assert!(lint.contains("propagation\\-delay") && lint.contains("Exit status"), "{lint}");
    std::fs::write(here.path().join("file"), "").unwrap();
    let refused = ran(&["man", here.path().join("file").to_str().unwrap()]);
    assert_eq!(refused.exit, Exit::Trouble);
    assert!(refused.err.contains("could not be written"), "{}", refused.err);
}

#[test]
fn color_may_stand_before_and_after_the_command() {
    for words in [["x", "--color", "always", "lint"], ["x", "lint", "--color", "always"]] {
        let cli = Cli::try_parse_from(words).unwrap();
        assert_eq!(cli.color, crate::report::shared::look::ColorChoice::Always);
        assert!(matches!(cli.command, Some(Command::Lint(_))));
    }
}

/// Fails every write with `kind`.
struct Failing(io::ErrorKind);

impl Write for Failing {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn run_into(kind: io::ErrorKind, words: &[&str]) -> (Exit, String) {
    let (mut out, mut err) = (Failing(kind), Vec::new());
    let lint = |_: &Options| report_of(&[Severity::Error]);
    let mut streams = Streams { out: &mut out, err: &mut err, look: &|_| Look::PIPE, lint: &lint };
    let exit = run(std::iter::once(&"x").chain(words).map(OsString::from), &mut streams);
    (exit, String::from_utf8(err).unwrap())
}

#[test]
fn a_closed_pipe_ends_quietly_and_keeps_the_status() {
    let pipe = io::ErrorKind::BrokenPipe;
    assert_eq!(run_into(pipe, &["lint"]), (Exit::Findings, String::new()));
    assert_eq!(run_into(pipe, &["lint", "-o", "json"]), (Exit::Findings, String::new()));
    assert_eq!(run_into(pipe, &["--help"]), (Exit::Clean, String::new()));
    assert_eq!(run_into(pipe, &["completion", "bash"]), (Exit::Clean, String::new()));
}

#[test]
fn a_panic_is_trouble_and_said_to_be_our_fault() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let lint = |_: &Options| -> Report { panic!("provoked by a test") };
    let mut streams = Streams { out: &mut out, err: &mut err, look: &|_| Look::PIPE, lint: &lint };
    let exit = run(["x", "lint"].map(OsString::from), &mut streams);
    assert_eq!(exit, Exit::Trouble);
    assert!(String::from_utf8(err).unwrap().contains("a bug in kubectl lifecycle"));
}

#[test]
fn control_characters_in_arguments_are_escaped() {
    assert!(!ran(&["lint", "--\u{1b}[31m"]).err.contains('\u{1b}'));
}

#[test]
fn a_full_disk_is_trouble() {
    let (exit, said) = run_into(io::ErrorKind::StorageFull, &["lint"]);
    assert_eq!(exit, Exit::Trouble);
    assert!(said.contains("could not be written"), "{said}");
}
