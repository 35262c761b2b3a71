//! `docs/truth.md`: where each claim is from. A rule without a row in `truth.tsv` fails a test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use kubectl_lifecycle::rules::RULES;

use super::claims::CLAIMS;
use super::{Experiment, HOMES, Judged, experiments};
use crate::tool::{hold, repository};

/// Rule; what the node shows where it is right, or `-` with the reason why it cannot be run; where it was read.
const TRUTH: &str = include_str!("truth.tsv");

/// Facts by the ids that comments and the entries of rules name.
const FACTS: &str = include_str!("facts.tsv");

/// Of these one row tells of all.
const FAMILIES: [char; 3] = ['K', 'L', 'O'];

/// What stands around the table.
const BEGIN: &str = "<!-- Generated from here on; a test holds it. -->\n";

struct Row {
    rule: &'static str,
    /// What the node shows.
    shows: Option<&'static str>,
    /// Why it cannot.
    why_not: &'static str,
    read: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = TRUTH.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let rows = lines.map(|line| {
        let [rule, shows, read] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("truth.tsv: {line:?} has not three columns");
        };
        let why_not = shows.strip_prefix("- ");
        let shows = if why_not.is_some() { None } else { Some(shows) };
        Row { rule, shows, why_not: why_not.unwrap_or_default(), read }
    });
    rows.collect()
}

#[test]
fn every_rule_says_where_its_claim_is_from() {
    let rows = rows();
    let named: BTreeSet<&str> = rows.iter().map(|row| row.rule).collect();
    assert_eq!(named.len(), rows.len(), "a rule has two rows");
    for rule in RULES {
        assert!(
            named.contains(rule.id),
            "{} has no row in tests/integration/observed/truth.tsv. Write what a node shows where the rule is right, \
             or `- ` and why none can show it, and where it was read. What a node shows needs a row in claims.rs, and \
             experiments in testdata/_kubelet/rules/{}/, or in testdata/_controllers/{}/ where no kubelet decides it: \
             see lab/README.md",
            rule.id,
            rule.id,
            rule.id
        );
    }
    for row in &rows {
        assert!(RULES.iter().any(|rule| rule.id == row.rule), "no rule is called {}", row.rule);
        let is_measured = CLAIMS.iter().any(|(rule, _)| *rule == row.rule);
        assert_eq!(row.shows.is_some(), is_measured, "{}: truth.tsv and claims.rs differ", row.rule);
        assert!(!row.read.is_empty(), "{}", row.rule);
    }
}

/// Id, fact, and where it is from.
fn facts() -> Vec<[&'static str; 3]> {
    let lines = FACTS.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [id, fact, from] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("facts.tsv: {line:?} has not three columns");
            };
            assert!(fact.ends_with('.') && !from.is_empty(), "{id}");
            [id, fact, from]
        })
        .collect()
}

#[test]
fn every_fact_that_a_rule_goes_by_is_told() {
    let known: BTreeSet<&str> = facts().iter().map(|[id, ..]| *id).collect();
    for rule in RULES {
        for id in rule.facts {
            assert!(
                known.contains(id) || id.starts_with(FAMILIES),
                "fact {id} of {} has no row in tests/integration/observed/facts.tsv",
                rule.id
            );
        }
    }
}

#[test]
fn the_page_about_truth_is_that_of_the_experiments() {
    let path = repository("docs/truth.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let Some((above, _)) = text.split_once(BEGIN) else { panic!("docs/truth.md has no line {BEGIN}") };
    hold(&path, &format!("{above}{BEGIN}{}", table()));
}

fn table() -> String {
    let all = experiments();
    let by_rule = |id: &str| -> Vec<&Experiment> { all.iter().filter(|one| one.rule.id == id).collect() };
    let rows = rows();
    let mut out = String::from("\n| rule | what a node shows | on | run |\n| --- | --- | --- | --- |\n");
    // In the order of the rules.
    let ordered = || RULES.iter().filter_map(|rule| rows.iter().find(|row| row.rule == rule.id));
    for row in ordered() {
        let Some(shows) = row.shows else { continue };
        let (on, run) = observed(row.rule, &by_rule(row.rule));
        writeln!(out, "| [{0}](../rules/{0}.md) | {shows} | {on} | {run} |", row.rule).unwrap();
    }
    out.push_str("\nNot to be shown by a node alone:\n\n| rule | why |\n| --- | --- |\n");
    for row in ordered().filter(|row| row.shows.is_none()) {
        writeln!(out, "| [{0}](../rules/{0}.md) | {1} |", row.rule, row.why_not).unwrap();
    }
    out.push_str(
        "\n## Read\n\nWhere it stands in the source of Kubernetes, or else in its documentation.\n\n",
    );
    out.push_str("| rule | read in | facts |\n| --- | --- | --- |\n");
    for row in ordered() {
        let facts =
            RULES.iter().find(|rule| rule.id == row.rule).map_or(&[][..], |rule| rule.facts).join(" ");
        writeln!(out, "| [{0}](../rules/{0}.md) | {1} | {facts} |", row.rule, row.read).unwrap();
    }
    out.push_str(
        "\n## Facts\n\nComments in the source name facts by these ids, and so does `rules -o json`.\n\n",
    );
    out.push_str("| id | fact | from |\n| --- | --- | --- |\n");
    for [id, fact, from] in facts() {
        writeln!(out, "| {id} | {fact} | {from} |").unwrap();
    }
    out
}

/// The versions, and how many manifests of each kind.
fn observed(rule: &str, experiments: &[&Experiment]) -> (String, String) {
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for one in experiments {
        one.seen.keys().for_each(|version| *versions.entry(version).or_default() += 1);
    }
    let on: Vec<&str> = versions.keys().rev().copied().collect();
    let count = |judged| experiments.iter().filter(|one| one.judged == judged).count();
    let further = |judged, called: &str| match count(judged) {
        0 => String::new(),
        some => format!(", {some} {called}"),
    };
    let (open, missed) = (further(Judged::Open, "open"), further(Judged::Missed, "missed"));
    let (bad, good) = (count(Judged::Bad), count(Judged::Good));
    let home = HOMES.iter().find(|home| repository(home).join(rule).is_dir()).unwrap();
    (on.join(", "), format!("[{bad} wrong, {good} right{open}{missed}](../{home}/{rule}/)"))
}
