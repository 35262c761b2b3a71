//! Rules are held to what a real node did with manifests that they report, and with those that they do not:
//! `testdata/_kubelet/rules/`; and to what the API server and the controllers of its cluster did: `testdata/_controllers/`.
//! What `lab/run` saw stands in each file, and what would be a failure here.

mod claims;
mod truth;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use kubectl_lifecycle::finding::{Finding, Severity};
use kubectl_lifecycle::lint::{Input, Level, Options, lint};
use kubectl_lifecycle::rules::{RULES, Rule, find};

use crate::documents::blocks;
#[cfg(unix)]
use crate::programs::is_there;
#[cfg(unix)]
use crate::tool::Run;
use crate::tool::{entries, repository};
use claims::CLAIMS;

/// Where the experiments of rules are, a folder for each rule.
pub(super) const HOMES: [&str; 2] = ["testdata/_kubelet/rules", "testdata/_controllers"];

/// What the header says of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Judged {
    /// It reports the manifest, and the node shows why.
    Bad,
    /// It is silent, and the node shows nothing.
    Good,
    /// It says that something decides which the manifest does not tell: the node shows one or the other.
    Open,
    /// It is silent, and the node shows the failure all the same.
    Missed,
}

/// One file.
pub(super) struct Experiment {
    path: PathBuf,
    pub(super) rule: &'static Rule,
    judged: Judged,
    /// The manifest is that of the rule's page: `bad 2`.
    page: Option<String>,
    /// All lines of its header: what stands in front of the first `: `, and behind it.
    header: Vec<(String, String)>,
    /// What was seen, by version.
    seen: BTreeMap<String, Seen>,
    manifest: String,
}

/// What one version made of it, line by line.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    lines: Vec<String>,
}

impl Experiment {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.display();
        let lines = text.lines().skip(1).map_while(|line| line.strip_prefix("# "));
        let header: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{name}: {line}")))
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let word = |key: &str| header.iter().find(|(is, _)| is == key).map(|(_, value)| value.clone());
        let rule = word("rule").unwrap_or_else(|| panic!("{name} is about no rule"));
        let judged = match word("judged").as_deref() {
            Some("bad") => Judged::Bad,
            Some("good") => Judged::Good,
            Some("open") => Judged::Open,
            Some("missed") => Judged::Missed,
            other => panic!("{name}: judged {other:?}"),
        };
        let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
        for (key, value) in &header {
            if let Some(version) = key.strip_prefix("seen ") {
                seen.entry(version.to_owned()).or_default().lines.push(value.clone());
            }
        }
        let is_header = |line: &&str| line.starts_with("# ");
        let manifest = text.lines().skip_while(is_header).map(|line| format!("{line}\n")).collect();
        let rule = find(&rule).unwrap_or_else(|| panic!("{name}: no rule is called {rule}"));
        let page = word("page");
        Self { rule, judged, page, seen, manifest, header, path }
    }

    fn name(&self) -> String {
        let path = self.path.strip_prefix(repository("testdata")).unwrap();
        path.to_string_lossy().replace('\\', "/")
    }

    /// What its rule finds in it, at the strictest.
    fn findings(&self) -> Vec<Finding> {
        let alone = tempfile::tempdir().unwrap();
        let is_whole = self.header.iter().any(|(key, _)| key == "whole");
        let input = if is_whole {
            std::fs::copy(&self.path, alone.path().join("manifest.yaml")).unwrap();
            Input::path(alone.path())
        } else {
            Input::path(&self.path)
        };
        let mut options = Options::of([input]);
        options.settings.strict = true;
        options.settings.advice = true;
        let others = RULES.iter().filter(|rule| rule.id != self.rule.id);
        options.settings.levels.extend(others.map(|rule| (rule.id, Level::Off)));
        lint(&options).findings
    }

    /// The seconds in a line of the header, as those of `program app: listens after 3 s`.
    pub(super) fn seconds(&self, start: &str, end: &str) -> Option<f64> {
        self.header
            .iter()
            .flat_map(|(_, value)| value.split(", "))
            .find_map(|part| part.strip_prefix(start).and_then(|rest| rest.strip_suffix(end))?.parse().ok())
    }

    /// What is wrong between the rule, the header and the node.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let findings = self.findings();
        let gravest = findings.iter().map(|finding| finding.severity).max();
        match (self.judged, gravest) {
            (Judged::Bad, None) => faults.push("it is not reported".to_owned()),
            (Judged::Good, Some(_)) => faults.push(format!("it is reported: {}", findings[0].message)),
            (Judged::Open, None | Some(Severity::Error)) => {
                faults.push("what is open is said to be certain, or is not told".to_owned());
            }
            (Judged::Missed, Some(_)) => {
                faults.push(format!("it is reported, so it is `judged: bad`: {}", findings[0].message));
            }
            _ => {}
        }
        let Some((_, fails)) = CLAIMS.iter().find(|(rule, _)| *rule == self.rule.id) else {
            faults.push("claims.rs does not say what the node shows where this rule is right".to_owned());
            return faults;
        };
        if self.seen.is_empty() {
            faults.push("nothing was seen: lab/run --write".to_owned());
        }
        for (version, seen) in &self.seen {
            match (self.judged, fails(self, seen)) {
                (Judged::Bad | Judged::Missed, false) => faults.push(format!("{version} shows no failure")),
                (Judged::Good, true) => faults.push(format!("{version} shows a failure")),
                _ => {}
            }
        }
        faults.into_iter().map(|fault| format!("{}: {fault}", self.name())).collect()
    }
}

impl Seen {
    /// There is one that begins so.
    pub(super) fn begins(&self, start: &str) -> bool {
        self.lines.iter().any(|one| one.starts_with(start))
    }

    /// There is one of any container that begins so: `event FailedPostStartHook`, `restarts`.
    pub(super) fn of_any(&self, start: &str) -> bool {
        self.lines.iter().any(|one| one.split_once(' ').is_some_and(|(_, rest)| rest.starts_with(start)))
    }

    /// There is one that holds these words.
    pub(super) fn says(&self, words: &str) -> bool {
        self.lines.iter().any(|one| one.contains(words))
    }

    /// The seconds in the line that is otherwise this one: `app signal`, `ready after`.
    pub(super) fn at(&self, what: &str) -> Option<f64> {
        self.lines
            .iter()
            .find_map(|one| one.strip_prefix(what)?.strip_prefix(' ')?.strip_suffix(" s")?.parse().ok())
    }

    /// The seconds in such lines, of whatever container.
    pub(super) fn all_at(&self, what: &str) -> Vec<f64> {
        let of_any = self.lines.iter().filter_map(|one| one.split_once(' ').map(|(_, rest)| rest));
        of_any
            .filter_map(|rest| rest.strip_prefix(what)?.strip_prefix(' ')?.strip_suffix(" s")?.parse().ok())
            .collect()
    }
}

/// All of them.
pub(super) fn experiments() -> Vec<Experiment> {
    let homes = HOMES.iter().flat_map(|home| entries(&repository(home)));
    let rules: Vec<PathBuf> = homes.filter(|path| path.is_dir()).collect();
    let files = rules.iter().flat_map(|rule| entries(rule));
    files.map(Experiment::read).collect()
}

#[test]
fn the_node_shows_what_each_rule_reports_and_nothing_where_it_is_silent() {
    let faults: Vec<String> = experiments().iter().flat_map(Experiment::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn each_file_is_in_the_folder_of_its_rule() {
    for one in experiments() {
        let folder = one.path.parent().and_then(Path::file_name).unwrap();
        assert_eq!(folder.to_string_lossy(), one.rule.id, "{}", one.name());
    }
}

#[test]
fn what_was_seen_of_a_page_was_seen_of_its_manifest() {
    for one in experiments() {
        let Some(page) = &one.page else { continue };
        let (kind, number) = page.split_once(' ').unwrap_or((page, "1"));
        let number: usize = number.parse().unwrap();
        let manifests = blocks(one.rule.page, kind);
        assert!(
            manifests.get(number - 1) == Some(&one.manifest),
            "{}: the page has another manifest: lab/pages, and then lab/run --write {}",
            one.name(),
            one.name()
        );
    }
}

#[test]
fn every_manifest_of_the_page_of_a_measured_rule_was_run() {
    let all = experiments();
    for (id, _) in CLAIMS {
        let rule = find(id).unwrap();
        let pages = all.iter().filter(|one| one.rule.id == *id).filter_map(|one| one.page.as_deref());
        let pages: BTreeSet<&str> = pages.collect();
        for kind in ["bad", "good"] {
            for number in 1..=blocks(rule.page, kind).len() {
                let name = if number == 1 { kind.to_owned() } else { format!("{kind} {number}") };
                let is_there = pages.contains(name.as_str());
                assert!(is_there, "{id}: no experiment has `# page: {name}`: see lab/README.md");
            }
        }
    }
}

/// The checks themselves can fail.
#[test]
fn a_missed_failure_would_be_told_once_it_is_reported() {
    let mut one =
        Experiment::read(repository("testdata/_controllers/drain-blocked").join("max-unavailable-0.yaml"));
    assert_eq!(one.faults(), Vec::<String>::new());
    one.judged = Judged::Missed;
    assert!(one.faults()[0].contains("so it is `judged: bad`"), "{:?}", one.faults());
    one.seen.values_mut().for_each(|seen| seen.lines.clear());
    assert!(one.faults()[1].contains("shows no failure"), "{:?}", one.faults());
}

#[test]
fn a_contradiction_would_be_told() {
    let read =
        |name: &str| Experiment::read(repository("testdata/_kubelet/rules/failing-poststart").join(name));
    let (mut bad, mut good) = (read("exit-15.yaml"), read("on-one-way-only.yaml"));
    assert_eq!((bad.faults(), good.faults()), (vec![], vec![]));
    std::mem::swap(&mut bad.seen, &mut good.seen);
    assert!(bad.faults()[0].contains("shows no failure"), "{:?}", bad.faults());
    assert!(good.faults()[0].contains("shows a failure"), "{:?}", good.faults());
    std::mem::swap(&mut bad.judged, &mut good.judged);
    assert!(bad.faults()[0].contains("it is reported: "), "{:?}", bad.faults());
    assert!(good.faults()[0].contains("it is not reported"), "{:?}", good.faults());
    bad.seen.clear();
    assert!(bad.faults()[1].contains("nothing was seen"), "{:?}", bad.faults());
}

/// They are run by hand, and seldom.
#[cfg(unix)]
#[test]
fn the_scripts_of_the_lab_can_be_read() {
    let is_file = |path: &PathBuf| path.is_file();
    let files: Vec<PathBuf> = [entries(&repository("lab")), entries(&repository("lab/harness"))].concat();
    let texts = files.into_iter().filter(is_file).map(|path| (std::fs::read_to_string(&path).unwrap(), path));
    let (shell, other): (Vec<_>, Vec<_>) = texts.partition(|(text, path)| {
        text.starts_with("#!/usr/bin/env bash") || path.extension().is_some_and(|extension| extension == "sh")
    });
    let python = other.into_iter().filter(|(text, path)| {
        text.starts_with("#!/usr/bin/env python3")
            || path.extension().is_some_and(|extension| extension == "py")
    });
    let python: Vec<_> = python.collect();
    assert!(shell.len() >= 5 && python.len() >= 10, "{} and {}", shell.len(), python.len());
    let reads = |program: &str, arguments: &[&str], path: &Path| {
        let ran = Run::program(program, &repository("lab")).args(arguments).args(&[path]).end();
        assert_eq!(ran.code(), 0, "{}: {}", path.display(), ran.err);
    };
    if is_there("bash", &["--version"], "the scripts of the lab are not read") {
        shell.iter().for_each(|(_, path)| reads("bash", &["-n"], path));
    }
    if is_there("python3", &["--version"], "the programs of the lab are not read") {
        let parse = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
        python.iter().for_each(|(_, path)| reads("python3", &["-c", parse], path));
    }
}
