//! Every manifest under `testdata/<rule-id>/` says in its own comments what must be found in it:
//!
//! - `# expect: <rule> <severity>; …` at the end of a line: found on that line;
//! - `# expect-line: <line> <rule> <severity>` anywhere: found on that line;
//! - `# options: strict propagation-delay=10 kubernetes-version=1.29`.
//!
//! Nothing else may be found. A file is linted alone, a directory as one set.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use kubectl_lifecycle::lint::{Input, Options, lint};
use kubectl_lifecycle::rules::RULES;

/// File name, line, rule, severity.
type Expected = (String, usize, String, String);

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn is_manifest(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}

fn files(case: &Path) -> Vec<PathBuf> {
    match case.is_dir() {
        true => entries(case).into_iter().flat_map(|path| files(&path)).collect(),
        false if is_manifest(case) => vec![case.to_owned()],
        false => Vec::new(),
    }
}

fn name(path: &Path) -> String {
    path.strip_prefix(testdata()).unwrap().to_string_lossy().replace('\\', "/")
}

fn expected(file: &Path) -> Vec<Expected> {
    let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some((_, rest)) = line.split_once("# expect-line:") {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let [at, rule, severity] = words[..] else { panic!("{}: {line}", file.display()) };
            found.push((name(file), at.parse().unwrap(), rule.to_owned(), severity.to_owned()));
        } else if let Some((_, rest)) = line.split_once("# expect:") {
            for one in rest.split(';') {
                let words: Vec<&str> = one.split_whitespace().collect();
                let [rule, severity] = words[..] else { panic!("{}: {line}", file.display()) };
                found.push((name(file), index + 1, rule.to_owned(), severity.to_owned()));
            }
        }
    }
    found
}

fn options(case: &Path) -> Options {
    let mut options = Options::of([Input::path(case.to_owned())]);
    for file in files(case) {
        let text = String::from_utf8_lossy(&std::fs::read(file).unwrap()).into_owned();
        let words = text.lines().filter_map(|line| line.strip_prefix("# options:"));
        for word in words.flat_map(str::split_whitespace) {
            match word.split_once('=') {
                None if word == "strict" => options.settings.strict = true,
                Some(("propagation-delay", value)) => {
                    options.settings.propagation_delay = value.parse().unwrap()
                }
                Some(("kubernetes-version", value)) => {
                    options.settings.kubernetes_version = value.parse().unwrap()
                }
                _ => panic!("unknown option {word}"),
            }
        }
    }
    options
}

fn cases() -> Vec<PathBuf> {
    RULES
        .iter()
        .flat_map(|rule| entries(&testdata().join(rule.id)))
        .filter(|case| !files(case).is_empty())
        .collect()
}

#[test]
fn every_fixture_has_exactly_the_findings_it_names() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut want: Vec<Expected> = files(&case).iter().flat_map(|file| expected(file)).collect();
        let report = lint(&options(&case));
        let mut got: Vec<Expected> = report
            .findings
            .iter()
            .map(|finding| {
                let source = report.source(finding.place.source).unwrap();
                let line = source.position(finding.place.span.start).line;
                let file = name(Path::new(source.name()));
                (file, line, finding.rule.to_owned(), finding.severity.as_str().to_owned())
            })
            .collect();
        want.sort();
        got.sort();
        for (file, line, rule, severity) in want.iter().filter(|one| !got.contains(one)) {
            wrong.push(format!("{file}:{line}: missing {rule} {severity}"));
        }
        for (file, line, rule, severity) in got.iter().filter(|one| !want.contains(one)) {
            wrong.push(format!("{file}:{line}: not expected {rule} {severity}"));
        }
        if wrong.is_empty() && want != got {
            wrong.push(format!("{}: found twice on one line: {got:?}", name(&case)));
        }
        for trouble in report.trouble {
            wrong.push(format!("{}: trouble: {}", trouble.file, trouble.message));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_rule_has_bad_good_and_mixed_fixtures() {
    for rule in RULES {
        let names: Vec<String> = entries(&testdata().join(rule.id))
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        for kind in ["bad-", "good-", "mixed-"] {
            assert!(names.iter().any(|name| name.starts_with(kind)), "{} has no {kind}* fixture", rule.id);
        }
    }
}

#[test]
fn rules_pages_and_fixture_folders_are_the_same_set() {
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let pages: BTreeSet<String> = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"))
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_str()?.strip_suffix(".md")?.to_owned()))
        .filter(|page| page != "README")
        .collect();
    let folders: BTreeSet<String> = entries(&testdata())
        .iter()
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .filter(|name| !name.starts_with('_'))
        .collect();
    assert_eq!(rules, pages);
    assert_eq!(rules, folders);
}
