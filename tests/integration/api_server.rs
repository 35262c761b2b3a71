//! What the tool says is refused is held to what real API servers refused: `testdata/_apiserver/`.

use std::path::Path;

use kubectl_lifecycle::finding::{Finding, Severity};
use kubectl_lifecycle::lint::{Input, Options, lint};
use serde_json::{Map, Value};

use crate::tool::{entries, repository};

/// Errors of these rules are about what happens later too, and not only about what the API server takes.
const LATER: [&str; 8] = [
    "hook-cannot-run",
    "probe-cannot-succeed",
    "failing-poststart",
    "poststart-deadlock",
    "invalid-image",
    "job-never-ends",
    "job-deadline-too-short",
    "cronjob-misses-starts",
];

/// What it says of fields that a version does not know is no error, since not every client asks for strict fields.
const VERSIONS: &str = "unsupported-field";

/// The server calls some fields otherwise than they are called.
const ALIASES: [(&str, &str); 10] = [
    ("spec.clusterIPs[0]", "spec.clusterIP"),
    ("spec.clusterIPs", "spec.clusterIP"),
    ("LoadBalancerSourceRanges", "loadBalancerSourceRanges"),
    ("resources[storage]", "resources"),
    ("spec.securityContext.shareProcessNamespace", "spec.shareProcessNamespace"),
    ("spec.HostPID", "spec.hostPID"),
    ("spec.HostIPC", "spec.hostIPC"),
    ("template.labels", "template.metadata.labels"),
    ("template.annotations", "template.metadata.annotations"),
    (".VolumeSource.", "."),
];

/// Where nothing is written there, the server says the second because of the first, and one finding is enough.
const ONE_CAUSE: [(&str, &str, &str); 6] = [
    ("/spec/template", "spec.template.spec.containers: Required", "spec.template.metadata.labels: Invalid"),
    (
        "/spec/template",
        "spec.template.spec.containers: Required",
        "spec.template.spec.restartPolicy: Required",
    ),
    (
        "/spec/jobTemplate/spec",
        "spec.jobTemplate.spec.template.spec.containers: Required",
        "spec.jobTemplate.spec.template.spec.restartPolicy: Required",
    ),
    ("/spec/scaleTargetRef", "spec.scaleTargetRef.name: Required", "spec.scaleTargetRef.kind: Required"),
    ("/spec/scaleTargetRef", "spec.scaleTargetRef.name: Required", "spec.scaleTargetRef.apiVersion: Invalid"),
    // It asks for metrics of other objects, of which there are none.
    ("/spec/metrics/of-objects", "spec.minReplicas: Invalid", "spec.metrics: Forbidden"),
];

#[test]
fn what_a_server_refuses_is_an_error_at_that_field_and_nothing_else_is() {
    let mut wrong = Vec::new();
    for directory in entries(&repository("testdata/_apiserver")).iter().filter(|path| is_version(path)) {
        let version = directory.file_name().unwrap().to_str().unwrap();
        for table in entries(directory) {
            let text = std::fs::read_to_string(&table).unwrap();
            for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
                let case = Case::read(line);
                let found = case.found(version);
                for fault in case.faults(&found) {
                    let name = table.file_name().unwrap().to_string_lossy();
                    wrong.push(format!("{version}/{name}:{}: {fault}\n    {line}", at + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} lines differ from the server:\n{}", wrong.len(), wrong.join("\n"));
}

fn is_version(path: &Path) -> bool {
    path.file_name().unwrap().to_string_lossy().starts_with("1.")
}

/// One line of a table.
struct Case<'l> {
    answer: &'l str,
    document: Value,
}

impl<'l> Case<'l> {
    fn read(line: &'l str) -> Self {
        let mut columns = line.split('\t');
        let (base, answer) = (columns.next().unwrap(), columns.next().unwrap());
        assert_ne!(answer, "?", "not asked yet: {line}");
        let base = repository(&format!("testdata/_apiserver/bases/{base}.json"));
        let mut document = serde_json::from_str(&std::fs::read_to_string(base).unwrap()).unwrap();
        for change in columns {
            apply(&mut document, change);
        }
        Self { answer, document }
    }

    fn found(&self, version: &str) -> Vec<Finding> {
        let text = serde_json::to_string_pretty(&self.document).unwrap();
        let mut options = Options::of([Input::text("case.json", text)]);
        options.settings.set_versions(version.parse::<kubectl_lifecycle::lint::KubernetesVersion>().unwrap());
        lint(&options).findings.into_iter().filter(says_that_it_is_refused).collect()
    }

    fn faults(&self, found: &[Finding]) -> Vec<String> {
        let at = |finding: &Finding| finding.place.path.to_string();
        if self.answer == "accepted" {
            // A field that is dropped is no reason to refuse.
            let is_claim = |one: &&Finding| {
                let is_dropped = one.rule == VERSIONS && one.severity < Severity::Error;
                !is_dropped && !LATER.contains(&one.rule)
            };
            let claimed = found.iter().filter(is_claim);
            return claimed.map(|one| format!("accepted, and {} at {}", one.message, at(one))).collect();
        }
        let template = match self.document["kind"].as_str() {
            Some("CronJob") => "spec.jobTemplate.spec.template.",
            Some("PodTemplate") => "template.",
            _ => "spec.template.",
        };
        let answers = self.answer.split("; ").map(|answer| match answer.strip_prefix("pods: ") {
            Some(answer) => format!("{template}{answer}"),
            None => answer.to_owned(),
        });
        let (met, missed): (Vec<_>, Vec<_>) = answers.partition(|answer| {
            let (field, _) = answer.rsplit_once(": ").unwrap();
            found.iter().any(|one| is_at(field, &at(one)))
        });
        let is_one_cause = |answer: &String| {
            ONE_CAUSE.iter().any(|(absent, cause, effect)| {
                let is_absent = self.document.pointer(absent).is_none_or(Value::is_null);
                is_absent && answer.starts_with(effect) && met.iter().any(|met| met.starts_with(cause))
            })
        };
        let missed = missed.into_iter().filter(|answer| !is_one_cause(answer));
        missed.map(|answer| format!("missed: {answer}")).collect()
    }
}

fn says_that_it_is_refused(finding: &Finding) -> bool {
    finding.severity == Severity::Error || ["unknown-field", VERSIONS].contains(&finding.rule)
}

/// Our place is at the server's field, or inside of it where the server names a list or mapping as a whole.
/// Of a wrong type and of some fields the server leaves the indices out.
fn is_at(field: &str, ours: &str) -> bool {
    let named = |field: &str| {
        ALIASES.iter().fold(field.to_owned(), |field, (theirs, name)| field.replace(theirs, name))
    };
    let (field, ours) = (named(field), named(ours));
    let parts = |path: &str| -> Vec<String> {
        path.replace("[\"", "[").replace("\"]", "]").split('.').map(str::to_owned).collect()
    };
    let (theirs, ours) = (parts(&field), parts(&ours));
    let bare = |part: &str| part.split('[').next().unwrap_or_default().to_owned();
    let is_same = |(theirs, ours): (&String, &String)| theirs == ours || *theirs == bare(ours);
    theirs.len() <= ours.len() && theirs.iter().zip(&ours).all(is_same)
}

/// Makes a change as the README of the tables has it.
fn apply(document: &mut Value, change: &str) {
    let (path, value) = match split(change) {
        (path, Some(value)) => (path, Some(serde_json::from_str::<Value>(value).unwrap())),
        (path, None) => (path, None),
    };
    let steps = steps(path);
    let (last, way) = steps.split_last().unwrap();
    let mut at = document;
    for step in way {
        at = match step {
            Step::Key(key) => object(at).entry(key.clone()).or_insert(Value::Null),
            Step::Index(index) => item(at, *index),
        };
    }
    match (last, value) {
        (Step::Key(key), Some(value)) => _ = object(at).insert(key.clone(), value),
        (Step::Key(key), None) => _ = object(at).remove(key),
        (Step::Index(index), Some(value)) => *item(at, *index) = value,
        (Step::Index(index), None) => _ = at.as_array_mut().unwrap().remove(*index),
    }
}

enum Step {
    Key(String),
    Index(usize),
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().unwrap()
}

fn item(value: &mut Value, index: usize) -> &mut Value {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    let items = value.as_array_mut().unwrap();
    while items.len() <= index {
        items.push(Value::Null);
    }
    &mut items[index]
}

/// The path and what stands behind the first `=` that is not in quotes.
fn split(change: &str) -> (&str, Option<&str>) {
    let mut is_quoted = false;
    for (at, c) in change.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            '=' if !is_quoted => return (&change[..at], Some(&change[at + 1..])),
            _ => {}
        }
    }
    (change, None)
}

fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, behind) = quoted.split_once("\"]").unwrap();
            steps.push(Step::Key(key.to_owned()));
            rest = behind;
        } else if let Some(bracket) = rest.strip_prefix('[') {
            let (index, behind) = bracket.split_once(']').unwrap();
            steps.push(Step::Index(index.parse().unwrap()));
            rest = behind;
        } else {
            let plain = rest.strip_prefix('.').unwrap_or(rest);
            let end = plain.find(['.', '[']).unwrap_or(plain.len());
            steps.push(Step::Key(plain[..end].to_owned()));
            rest = &plain[end..];
        }
    }
    steps
}
