//! What comments and annotations silence, and what is said of those that silence nothing: each file
//! of `testdata/_suppress` and what must come out of it.

use std::path::{Path, PathBuf};

use kubectl_lifecycle::finding::{Finding, Means, Place, Report, Severity};
use kubectl_lifecycle::lint::{Input, Level, Options, lint};
use kubectl_lifecycle::rules;
use proptest::prelude::*;

use crate::tool::{Run, Tool, entries, repository};

/// File, `rule:line` of what is reported, and `rule:line` of what is silenced.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    ("annotation-block.yaml", &["latest-tag:16", "latest-tag:19"], &["latest-tag:14"]),
    ("annotation-config-map.yaml", &[], &["prestop-exceeds-grace-period:10"]),
    ("annotation-containers.yaml", &["latest-tag:14"], &["latest-tag:12", "latest-tag:17"]),
    ("annotation-cron-job.yaml", &["latest-tag:22"], &["latest-tag:19", "latest-tag:20", "latest-tag:21"]),
    ("annotation-invalid.yaml", &["invalid-suppression:7", "invalid-suppression:9", "invalid-suppression:10", "invalid-suppression:11", "invalid-suppression:12", "invalid-suppression:13", "invalid-suppression:14", "invalid-suppression:15", "latest-tag:21"], &[]),
    ("annotation-list.yaml", &["latest-tag:12"], &["latest-tag:8"]),
    ("annotation-mounted-script.yaml", &["prestop-exceeds-grace-period:8"], &["prestop-exceeds-grace-period:8"]),
    ("annotation-object.yaml", &["latest-tag:27"], &["latest-tag:12", "latest-tag:14", "latest-tag:17"]),
    ("annotation-pod-template.yaml", &[], &["latest-tag:10"]),
    ("annotation-unused.yaml", &["unused-suppression:7", "unused-suppression:8"], &["latest-tag:13"]),
    ("annotation.json", &[], &["latest-tag:3"]),
    ("comment-above-among-comments.yaml", &["unused-suppression:12"], &["latest-tag:13"]),
    ("comment-above-block.yaml", &[], &["prestop-exceeds-grace-period:21"]),
    ("comment-above-empty-line.yaml", &["unused-suppression:10", "latest-tag:12"], &[]),
    ("comment-above-field.yaml", &["latest-tag:13"], &["latest-tag:11"]),
    ("comment-above-first-key.yaml", &["unused-suppression:3", "latest-tag:12"], &[]),
    ("comment-above-item.yaml", &["latest-tag:14"], &["latest-tag:12"]),
    ("comment-above-key.yaml", &["latest-tag:16"], &["latest-tag:11", "latest-tag:13"]),
    ("comment-above-list-item.yaml", &["latest-tag:13"], &["latest-tag:9"]),
    ("comment-above-separator.yaml", &["unused-suppression:2", "unused-suppression:3", "latest-tag:12"], &[]),
    ("comment-above-spec.yaml", &[], &["latest-tag:11"]),
    ("comment-at-a-mounted-script.yaml", &[], &["prestop-exceeds-grace-period:9"]),
    ("comment-at-a-mounting-hook.yaml", &["prestop-exceeds-grace-period:8"], &["prestop-exceeds-grace-period:8"]),
    ("comment-at-an-alias.yaml", &["latest-tag:10"], &["latest-tag:10"]),
    ("comment-at-an-anchor.yaml", &[], &["latest-tag:10", "latest-tag:10"]),
    ("comment-at-the-end.yaml", &["latest-tag:10", "unused-suppression:11"], &[]),
    ("comment-behind-a-dash.yaml", &[], &["latest-tag:11", "latest-tag:14"]),
    ("comment-behind-block-header.yaml", &[], &["prestop-exceeds-grace-period:22"]),
    ("comment-behind-folded-key.yaml", &[], &["prestop-exceeds-grace-period:21"]),
    ("comment-behind-quotes.yaml", &[], &["prestop-exceeds-grace-period:20"]),
    ("comment-bom.yaml", &[], &["latest-tag:10"]),
    ("comment-crlf.yaml", &[], &["latest-tag:10", "latest-tag:13"]),
    ("comment-file-behind-dashes.yaml", &[], &["latest-tag:10"]),
    ("comment-file-below-dashes.yaml", &[], &["latest-tag:11", "latest-tag:21"]),
    ("comment-file-too-late.yaml", &["latest-tag:9", "invalid-suppression:11", "latest-tag:20"], &[]),
    ("comment-file-unused.yaml", &["unused-suppression:1", "latest-tag:10"], &[]),
    ("comment-file.yaml", &[], &["latest-tag:12", "latest-tag:22"]),
    ("comment-in-a-patch.yaml", &[], &[]),
    ("comment-in-a-script.yaml", &["prestop-exceeds-grace-period:21"], &[]),
    ("comment-in-concatenated-json.yaml", &[], &["latest-tag:2", "latest-tag:5"]),
    ("comment-in-flow.yaml", &["latest-tag:16"], &["latest-tag:8", "latest-tag:10", "latest-tag:14", "latest-tag:20"]),
    ("comment-in-kyaml.yaml", &["unused-suppression:2"], &["latest-tag:14", "latest-tag:17"]),
    ("comment-in-values.yaml", &[], &[]),
    ("comment-invalid.yaml", &["latest-tag:10", "invalid-suppression:10", "latest-tag:12", "invalid-suppression:12", "latest-tag:14", "invalid-suppression:14", "latest-tag:16", "invalid-suppression:16", "latest-tag:18", "invalid-suppression:18", "latest-tag:20", "invalid-suppression:20", "latest-tag:22", "invalid-suppression:22", "invalid-suppression:24", "latest-tag:26"], &["latest-tag:24"]),
    ("comment-on-the-unused.yaml", &["unused-suppression:15"], &["unused-suppression:10", "unused-suppression:13"]),
    ("comment-second-document.yaml", &["latest-tag:10"], &["latest-tag:23"]),
    ("comment-several-rules.yaml", &["unused-suppression:10"], &["latest-tag:10"]),
    ("comment-tabs.yaml", &[], &["latest-tag:10"]),
    ("comment-tight.yaml", &[], &["latest-tag:10"]),
    ("comment-trailing-elsewhere.yaml", &["unused-suppression:8", "latest-tag:10"], &[]),
    ("comment-trailing.yaml", &["latest-tag:12"], &["latest-tag:10"]),
    ("comment-with-broken-neighbours.yaml", &["latest-tag:25"], &["latest-tag:10"]),
];

fn directory() -> PathBuf {
    repository("testdata/_suppress")
}

fn linted(path: &Path) -> Report {
    lint(&Options::of([Input::path(path.to_owned())]))
}

fn at(report: &Report, finding: &Finding) -> String {
    let line = report.source(finding.place.source).unwrap().position(finding.place.span.start).line;
    format!("{}:{line}", finding.rule)
}

fn outcome(report: &Report) -> (Vec<String>, Vec<String>) {
    (
        report.findings.iter().map(|finding| at(report, finding)).collect(),
        report.suppressed.iter().map(|one| at(report, &one.finding)).collect(),
    )
}

#[test]
fn each_file_has_what_it_says_reported_and_silenced() {
    let mut wrong = String::new();
    for (name, kept, suppressed) in CASES {
        let (got_kept, got_suppressed) = outcome(&linted(&directory().join(name)));
        if got_kept != *kept || got_suppressed != *suppressed {
            wrong.push_str(&format!("    (\"{name}\", &{got_kept:?}, &{got_suppressed:?}),\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_file_is_in_the_table() {
    let names: Vec<String> = entries(&directory())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("README"))
        .collect();
    assert_eq!(names, CASES.iter().map(|(name, ..)| (*name).to_owned()).collect::<Vec<_>>());
}

/// A manifest in a directory of its own.
struct Manifest(Tool);

impl Manifest {
    fn new(text: &str) -> Self {
        Self(Tool::with(&[("manifest.yaml", text)]))
    }

    fn options(&self) -> Options {
        let inputs = vec![Input::path(self.0.at("manifest.yaml"))];
        Options::of(inputs)
    }

    fn linted(&self) -> Report {
        lint(&self.options())
    }
}

fn pod(container: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: import\nspec:\n  restartPolicy: Never\n  containers:\n{container}"
    )
}

#[test]
fn a_silenced_finding_keeps_its_words_and_has_a_reason_and_a_place() {
    let report = linted(&directory().join("comment-trailing.yaml"));
    let [one] = report.suppressed.as_slice() else { panic!("{:?}", report.suppressed) };
    let place = one.place.as_ref().unwrap();
    assert_eq!((one.means, one.reason.as_str()), (Means::Comment, "rebuilt every night"));
    assert_eq!(
        report.source(place.source).unwrap().slice(place.span),
        "# lifecycle: ignore[latest-tag] -- rebuilt every night"
    );
    assert_eq!((one.finding.rule, one.finding.container.as_deref()), ("latest-tag", Some("web")));
    assert_eq!((report.summary.suppressed, report.summary.warnings), (1, 1));

    let report = linted(&directory().join("annotation-block.yaml"));
    let place = report.suppressed[0].place.as_ref().unwrap();
    assert_eq!(
        (report.suppressed[0].means, report.suppressed[0].reason.as_str()),
        (Means::Annotation, "rebuilt every night")
    );
    assert_eq!(report.source(place.source).unwrap().slice(place.span), "ignore.kubectl-lifecycle/latest-tag");
}

#[test]
fn the_place_of_what_is_said_about_a_suppression_is_its_exact_words() {
    let words = |name: &str| -> Vec<String> {
        let report = linted(&directory().join(name));
        let about = report.findings.iter().filter(|finding| finding.rule.ends_with("-suppression"));
        about.map(|one| report.source(one.place.source).unwrap().slice(one.place.span).to_owned()).collect()
    };
    assert_eq!(words("comment-several-rules.yaml"), ["duplicate-key"]);
    assert_eq!(words("annotation-unused.yaml"), ["ignore.kubectl-lifecycle/duplicate-key", "proxy"]);
    assert_eq!(
        words("comment-invalid.yaml"),
        [
            "lifecycle: ignore",
            "lifecycle: ignore[latest-tag]",
            "[]",
            "[latest-tag -- rebuilt every night",
            "lifecycle: disable[latest-tag] -- rebuilt every night",
            "kubectl-lifecycle: ignore[latest-tag] -- rebuilt every night",
            "invalid-suppression",
            "lastest-tag",
        ]
    );
    assert_eq!(words("annotation-invalid.yaml")[1], "lastest-tag");
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest_one() {
    let help = |name: &str, message: &str| {
        let report = linted(&directory().join(name));
        let found = report.findings.into_iter().find(|finding| finding.message.contains(message)).unwrap();
        found.help.text
    };
    assert!(help("comment-invalid.yaml", "`lastest-tag`").contains("`latest-tag`"));
    assert!(help("annotation-invalid.yaml", "`lastest-tag`").contains("`latest-tag`"));
    assert!(help("annotation-invalid.yaml", "`wep`").contains("`web`"));
}

#[test]
fn a_suppression_that_misses_says_where_the_finding_is_and_what_to_write() {
    let unused = |name: &str| {
        let report = linted(&directory().join(name));
        report.findings.into_iter().find(|finding| finding.rule == "unused-suppression").unwrap()
    };
    assert!(unused("comment-trailing-elsewhere.yaml").help.text.contains("line 10"));
    let first = unused("comment-above-first-key.yaml");
    assert!(first.why.contains("`apiVersion`") && first.help.text.contains("above `spec:`"), "{first:?}");
    assert!(
        first.help.snippets[0].text.contains("ignore.kubectl-lifecycle/latest-tag: \"rebuilt every night\"")
    );
}

#[test]
fn what_is_said_about_a_suppression_names_object_container_and_field() {
    let report = linted(&directory().join("comment-several-rules.yaml"));
    let found = &report.findings[0];
    assert_eq!((found.object.kind.as_str(), found.object.name.as_str()), ("Pod", "import"));
    assert_eq!(
        (found.container.as_deref(), found.field.as_str()),
        (Some("web"), "spec.containers[web].image")
    );
}

#[test]
fn the_two_rules_can_be_off_or_have_another_severity() {
    let manifest = Manifest::new(&pod(
        "    - name: a\n      image: a:1 # lifecycle: ignore[latest-tag] -- x\n    - name: b\n      image: b:1 # lifecycle: ignore\n",
    ));
    let with = |levels: &[(&'static str, Level)]| {
        let mut options = manifest.options();
        options.settings.levels.extend(levels.iter().copied());
        lint(&options).findings.iter().map(|one| (one.rule, one.severity)).collect::<Vec<_>>()
    };
    let (unused, invalid) = ("unused-suppression", "invalid-suppression");
    assert_eq!(with(&[]), [(unused, Severity::Warning), (invalid, Severity::Error)]);
    assert_eq!(
        with(&[(unused, Level::Off), (invalid, Level::At(Severity::Warning))]),
        [(invalid, Severity::Warning)]
    );
    // A suppression of a rule that is off has nothing to silence.
    assert_eq!(with(&[("latest-tag", Level::Off), (invalid, Level::Off)]), []);
}

#[test]
fn a_suppression_of_what_only_strict_finds_is_of_use_in_both_runs() {
    let path = directory().join("../unused-suppression/good-strict-only.yaml");
    let strict = |strict| {
        let mut options = Options::of([Input::path(path.clone())]);
        options.settings.strict = strict;
        let report = lint(&options);
        (report.findings.len(), report.suppressed.len())
    };
    assert_eq!((strict(false), strict(true)), ((0, 0), (0, 1)));
}

#[test]
fn who_lints_one_file_is_not_told_to_take_out_what_a_service_in_another_makes_useful() {
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: web # lifecycle: ignore[missing-prestop-sleep] -- the mesh drains\n        image: web:1.2.3\n        readinessProbe: {exec: {command: [ready]}}\n";
    let here = Tool::with(&[("web.yaml", workload)]);
    assert_eq!(outcome(&linted(&here.at("web.yaml"))), (vec![], vec![]));
    assert_eq!(outcome(&linted(here.path())).0, ["unused-suppression:10"], "now all is known");
}

#[test]
fn in_a_file_that_is_only_context_nothing_is_unused_or_invalid() {
    let here = Tool::new();
    let write = |name: &str, text: String| {
        here.write(name, &text);
        vec![Input::path(here.at(name))]
    };
    let inputs = write("target.yaml", pod("    - name: a\n      image: a:1\n"));
    let context = write(
        "context.yaml",
        pod(
            "    - name: a\n      image: a:1 # lifecycle: ignore[latest-tag] -- x\n    - name: b\n      image: b:1 # lifecycle: ignore\n",
        ),
    );
    assert_eq!(lint(&Options::of(inputs).with_context(context)).findings, []);
}

#[test]
fn a_script_in_another_file_is_silenced_there_and_by_its_workload() {
    let text = std::fs::read_to_string(directory().join("comment-at-a-mounted-script.yaml")).unwrap();
    let (config_map, workload) = text.split_once("---\n").unwrap();
    let here = Tool::with(&[("scripts.yaml", config_map), ("web.yaml", workload)]);
    let inputs = vec![Input::path(here.path().to_owned())];
    let report = lint(&Options::of(inputs.clone()));
    assert_eq!((report.findings.len(), report.suppressed.len()), (0, 1));
    // Without the workload, nobody can say that it is of no use.
    let alone = vec![Input::path(here.at("scripts.yaml"))];
    assert_eq!(lint(&Options::of(alone)).findings, []);
}

#[test]
fn the_tool_counts_what_is_silenced_and_exits_by_what_is_left() {
    let run = |name: &str| {
        let ran = Run::tool(&directory()).args(&["lint", name]).end();
        (ran.code(), ran.out)
    };
    let (status, text) = run("comment-file.yaml");
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("2 suppressed"), "{text}");
    assert_eq!(run("comment-above-first-key.yaml").0, 1);
    assert_eq!(run("comment-invalid.yaml").0, 1);
}

#[test]
fn every_manifest_of_the_guide_silences_what_it_says() {
    let guide = std::fs::read_to_string(repository("docs/suppressing.md")).unwrap();
    let examples: Vec<&str> =
        guide.split("```yaml\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert!(examples.len() >= 6);
    for example in examples {
        let report = Manifest::new(example).linted();
        assert_eq!(report.findings, [], "{example}");
        assert!(report.summary.suppressed > 0, "{example}");
    }
}

/// A finding in words that no edit of a comment changes.
fn identity(finding: &Finding) -> String {
    format!(
        "{} {} {:?} {} {}",
        finding.rule, finding.object.name, finding.container, finding.field, finding.message
    )
}

fn sorted(findings: impl Iterator<Item = String>) -> Vec<String> {
    let mut sorted: Vec<String> = findings.collect();
    sorted.sort();
    sorted
}

/// What the rules about manifests found, reported or silenced.
fn faults(report: &Report) -> Vec<String> {
    let all = report.findings.iter().chain(report.suppressed.iter().map(|one| &one.finding));
    sorted(all.filter(|finding| !finding.rule.ends_with("-suppression")).map(identity))
}

fn reported(report: &Report) -> Vec<String> {
    sorted(report.findings.iter().filter(|one| !one.rule.ends_with("-suppression")).map(identity))
}

fn silenced(report: &Report) -> Vec<String> {
    sorted(
        report
            .suppressed
            .iter()
            .filter(|one| !one.finding.rule.ends_with("-suppression"))
            .map(|one| identity(&one.finding)),
    )
}

/// The text without the words of one suppression.
fn without(text: &str, place: &Place) -> String {
    let (before, after) = (&text[..place.span.start], &text[place.span.end..]);
    let words = &text[place.span.range()];
    match words.starts_with('#') {
        true => format!("{before}#{}{after}", " ".repeat(words.len() - 1)),
        false => format!("{before}{}{after}", words.replace("ignore.kubectl-lifecycle/", "example.com/")),
    }
}

/// Taking a suppression away that is of use brings back what only it silenced, and nothing else.
fn hold_each_suppression(text: &str) {
    let before = Manifest::new(text).linted();
    let mut places: Vec<&Place> = before.suppressed.iter().filter_map(|one| one.place.as_ref()).collect();
    places.sort();
    places.dedup();
    for place in places {
        let after = Manifest::new(&without(text, place)).linted();
        assert_eq!(faults(&before), faults(&after), "{text}");
        let mut want = reported(&before);
        let own = before.suppressed.iter().filter(|one| one.place.as_ref() == Some(place));
        let own = own.filter(|one| !one.finding.rule.ends_with("-suppression"));
        let mut others = silenced(&after);
        for id in silenced(&before) {
            if let Some(at) = others.iter().position(|other| *other == id) {
                others.remove(at);
            } else {
                assert!(own.clone().any(|one| identity(&one.finding) == id), "{id} was not its own\n{text}");
                want.push(id);
            }
        }
        assert_eq!(others, Vec::<String>::new(), "silenced by nothing\n{text}");
        want.sort();
        assert_eq!(reported(&after), want, "{text}");
    }
}

#[test]
fn taking_away_any_suppression_of_the_table_brings_back_exactly_its_findings() {
    // What several containers run is one finding, so those are held by tests of their own.
    for (name, ..) in CASES.iter().filter(|(name, ..)| !name.contains("mount")) {
        hold_each_suppression(&std::fs::read_to_string(directory().join(name)).unwrap());
    }
}

const BASE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: nginx
          ports:
            - {containerPort: 80}
          readinessProbe: {tcpSocket: {port: 80}}
          env: []
          env: []
        - {
            name: proxy,
            image: envoy,
            lifecycle: {preStop: {sleep: {seconds: 40}}}
          }
        - name: log
          image: fluentd
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: web}
  ports: [{port: 80}]
";

/// A comment at or above a line.
fn commented(comments: &[(usize, bool, &str)]) -> String {
    let mut lines: Vec<String> = BASE.lines().map(str::to_owned).collect();
    let mut comments = comments.to_vec();
    comments.sort_by_key(|(line, ..)| std::cmp::Reverse(*line % lines.len()));
    let mut commented: Vec<usize> = Vec::new();
    for (line, is_above, rule) in comments {
        let line = line % BASE.lines().count();
        let comment = format!("# lifecycle: ignore[{rule}] -- a reason");
        if is_above {
            lines.insert(line, comment);
        } else if lines[line] != "---" && !lines[line].contains('#') && !commented.contains(&line) {
            lines[line] = format!("{} {comment}", lines[line]);
        }
        commented.push(line);
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn comments_anywhere_lose_no_finding_and_each_brings_back_its_own(
        comments in proptest::collection::vec(
            (0usize..40, any::<bool>(), prop::sample::select(rules::RULES.iter().map(|rule| rule.id).collect::<Vec<_>>())),
            0..6,
        )
    ) {
        let text = commented(&comments);
        let plain = Manifest::new(BASE).linted();
        let report = Manifest::new(&text).linted();
        prop_assert_eq!(faults(&plain), faults(&report), "{}", text);
        hold_each_suppression(&text);
    }
}
