#![allow(clippy::unwrap_used)]

use std::ffi::OsString;

use clap::CommandFactory;

use super::{answer, asked};
use crate::cli::args::Cli;
use crate::rules::RULES;

fn completed(words: &[&str]) -> String {
    let words: Vec<OsString> = words.iter().map(OsString::from).collect();
    answer(Cli::command(), &words)
}

/// The words offered, without their descriptions, and the directive.
fn offered(words: &[&str]) -> (Vec<String>, String) {
    let answer = completed(words);
    let mut lines: Vec<String> =
        answer.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
    let directive = lines.pop().unwrap();
    (lines, directive)
}

fn holds(words: &[&str], wanted: &[&str]) {
    let (lines, _) = offered(words);
    for word in wanted {
        assert!(lines.iter().any(|line| line == word), "{words:?}: no {word} in {lines:?}");
    }
}

#[test]
fn the_words_are_taken_before_clap_reads_them() {
    let arguments = ["x", "__complete", "lint", "--color", ""].map(OsString::from);
    assert_eq!(asked(&arguments).unwrap().len(), 3);
    for other in [&["x"][..], &["x", "lint", "__complete"], &[]] {
        let arguments: Vec<OsString> = other.iter().map(OsString::from).collect();
        assert!(asked(&arguments).is_none(), "{other:?}");
    }
}

#[test]
fn the_first_word_is_a_subcommand_with_its_description() {
    holds(&[""], &["lint", "explain", "rules", "completion", "man"]);
    assert!(completed(&["li"]).starts_with("lint\tLint manifests\n:4\n"));
    assert_eq!(offered(&["lint", "li"]).0, Vec::<String>::new());
}

#[test]
fn paths_are_left_to_the_shell() {
    assert_eq!(offered(&["lint", ""]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["lint", "a.yaml", "b"]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["lint", "-f", ""]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["lint", "--", "-"]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["man", ""]), (vec![], ":16".to_owned()));
}

#[test]
fn options_are_offered_once_unless_they_repeat() {
    holds(&["lint", "-"], &["--fail-on", "--strict", "--color", "--help"]);
    holds(&["lint", "--f"], &["--filename", "--fail-on"]);
    holds(&["lint", "-f", "a", "--f"], &["--filename", "--fail-on"]);
    assert_eq!(offered(&["lint", "--fail-on", "error", "--fail"]).0, Vec::<String>::new());
    assert_eq!(offered(&["lint", "--strict", "--stric"]).0, Vec::<String>::new());
}

#[test]
fn an_option_completes_its_values_however_it_is_written() {
    let levels = ["error", "warning", "info", "never"];
    for words in [
        &["lint", "--fail-on", ""][..],
        &["lint", "--fail-on="],
        &["lint", "k8s/", "--strict", "--fail-on", ""],
    ] {
        assert_eq!(offered(words), (levels.map(String::from).to_vec(), ":4".to_owned()), "{words:?}");
    }
    assert_eq!(offered(&["lint", "--fail-on", "e"]).0, ["error"]);
    holds(&["lint", "-qo", ""], &["human", "json"]);
    holds(&["lint", "--output", ""], &["human", "json"]);
    holds(&["--color", ""], &["auto", "always", "never"]);
    holds(&["--color", "never", ""], &["lint"]);
    assert_eq!(offered(&["lint", "-o", "json=re"]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["lint", "--propagation-delay", ""]), (vec![], ":4".to_owned()));
}

#[test]
fn rules_and_shells_are_named() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(offered(&["explain", ""]).0, ids);
    assert_eq!(offered(&["explain", "latest-tag", ""]), (vec![], ":4".to_owned()));
    holds(&["completion", ""], &["bash", "zsh", "fish", "powershell", "kubectl"]);
}

#[test]
fn half_a_line_that_makes_no_sense_offers_nothing() {
    assert_eq!(offered(&[]).1, ":4");
    assert_eq!(offered(&["lint", "--nonsense=x"]), (vec![], ":0".to_owned()));
    assert_eq!(offered(&["nonsense", ""]), (vec![], ":4".to_owned()));
}

#[test]
fn every_line_holds_one_candidate_and_no_control_character() {
    for words in [&[""][..], &["lint", "-"], &["explain", ""]] {
        for line in completed(words).lines() {
            assert!(line.matches('\t').count() <= 1, "{line:?}");
            assert!(!line.replace('\t', "").contains(char::is_control), "{line:?}");
        }
    }
}
