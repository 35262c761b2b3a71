//! Every manifest under `testdata/<rule-id>/` is linted with its rule alone. What must be found stands
//! in its own comments, and every word that is said about it in the snapshot beside it.
//! `testdata/README.md` tells how they are written.

pub(crate) mod case;
mod fixes;
mod helps;
mod links;
mod prose;
mod together;
mod whole;

use std::collections::BTreeSet;
use std::path::Path;

use kubectl_lifecycle::finding::{Finding, Severity};
use kubectl_lifecycle::lint::lint;
use kubectl_lifecycle::rules::RULES;

use crate::tool::{entries, repository};
use case::{Case, FOUND, cases, practice};

#[test]
fn every_fixture_has_the_findings_that_it_names_in_the_words_of_its_snapshot() {
    let wrong: Vec<String> = RULES.iter().flat_map(|rule| wrong(rule.id)).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the fixtures of a rule say otherwise.
fn wrong(rule: &'static str) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases(rule) {
        let mut report = lint(&case.options());
        wrong.extend(case.wrong(&report));
        // The words of the others are held by fixtures of their own.
        report.findings.retain(|finding| finding.rule == rule);
        let name = case.name();
        let snapshot = case.snapshot();
        if report.findings.is_empty() {
            if snapshot.exists() {
                wrong.push(format!("{name}: nothing is found, but {} is there", snapshot.display()));
            }
        } else if let Err(reason) = compare(&snapshot, &whole::text(&report, case.root())) {
            wrong.push(format!("{name}: {reason}"));
        }
    }
    wrong
}

/// Compares with a snapshot beside a fixture. The difference is printed; the other fixtures go on.
fn compare(snapshot: &Path, text: &str) -> Result<(), String> {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(snapshot.parent().unwrap());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let stem = snapshot.file_stem().unwrap().to_string_lossy();
    let assert = || settings.bind(|| insta::assert_snapshot!(&*stem, text));
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(assert))
        .map_err(|_| "its words are not those of its snapshot, see above".to_owned())
}

#[test]
fn every_rule_has_bad_good_and_mixed_fixtures() {
    for rule in RULES {
        let cases = cases(rule.id);
        for kind in ["bad-", "good-", "mixed-"] {
            let is_there = cases.iter().any(|case| case.stem().starts_with(kind));
            assert!(is_there, "{} has no {kind}* fixture", rule.id);
        }
    }
}

#[test]
fn what_the_entry_of_a_rule_says_is_what_its_fixtures_show() {
    for rule in RULES {
        let found = FOUND.iter().filter(|(_, finding)| finding.rule == rule.id);
        let found: BTreeSet<Severity> = found.map(|(_, finding)| finding.severity).collect();
        let listed: BTreeSet<Severity> = rule.severities.iter().copied().collect();
        assert_eq!(found, listed, "{}", rule.id);
        let is_fixed = |(_, finding): &(String, Finding)| finding.rule == rule.id && finding.fix.is_some();
        assert_eq!(FOUND.iter().any(is_fixed), rule.fixable, "{}: fixable", rule.id);
        assert!(rule.severities.is_sorted_by(|a, b| a > b), "{}: the gravest comes first", rule.id);
    }
}

#[test]
fn rules_pages_and_fixture_folders_are_the_same_set() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let pages: BTreeSet<String> = entries(&repository("rules"))
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".md")?.to_owned()))
        .filter(|page| page != "README")
        .collect();
    let folders: BTreeSet<String> = entries(&repository("testdata"))
        .iter()
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .filter(|name| !name.starts_with('_'))
        .collect();
    assert_eq!(rules, pages);
    assert_eq!(rules, folders);
}

#[test]
fn every_snapshot_belongs_to_a_fixture() {
    for rule in RULES {
        let cases = cases(rule.id);
        let wanted: BTreeSet<_> = cases.iter().map(Case::snapshot).collect();
        assert_eq!(wanted.len(), cases.len(), "{}: two fixtures share a snapshot", rule.id);
        for path in entries(&repository("testdata").join(rule.id)) {
            let is_snapshot = path.extension().is_some_and(|extension| extension == "snap");
            assert!(!is_snapshot || wanted.contains(&path), "{} belongs to no fixture", path.display());
        }
    }
}

#[test]
fn all_rules_together_say_this_of_the_practice_manifests() {
    let report = lint(&practice());
    assert_eq!((report.trouble.as_slice(), report.skipped.as_slice()), ([].as_slice(), [].as_slice()));
    insta::with_settings!({omit_expression => true}, {
        insta::assert_snapshot!(whole::text(&report, &repository("k8s")));
    });
}

#[test]
fn every_verdict_of_a_rule_is_reached_by_a_fixture() {
    for rule in RULES {
        let found = FOUND.iter().filter(|(_, finding)| finding.rule == rule.id);
        let found: BTreeSet<&str> = found.map(|(_, finding)| finding.verdict).collect();
        for verdict in rule.verdicts {
            assert!(found.contains(verdict), "{}: no fixture reaches the verdict `{verdict}`", rule.id);
        }
        for verdict in found {
            assert!(
                rule.verdicts.contains(&verdict),
                "{}: `{verdict}` is none of the verdicts of its entry",
                rule.id
            );
        }
    }
}
