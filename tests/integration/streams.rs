//! How manifests arrive: each file of `testdata/_stream` and what must come out of it.

use kubectl_lifecycle::lint::{Input, Options, lint};

use crate::tool::{Run, entries, repository};

struct Outcome {
    /// `rule:line` of every finding.
    findings: &'static [&'static str],
    /// Line of every trouble; 0 where it has none.
    trouble: &'static [usize],
    skipped: usize,
    documents: usize,
}

const fn outcome(
    findings: &'static [&'static str],
    trouble: &'static [usize],
    skipped: usize,
    documents: usize,
) -> Outcome {
    Outcome { findings, trouble, skipped, documents }
}

#[rustfmt::skip]
const OUTCOMES: &[(&str, Outcome)] = &[
    ("anchor.yaml", outcome(&["latest-tag:8", "latest-tag:8"], &[], 0, 1)),
    ("behind-the-end.yaml", outcome(&["latest-tag:9"], &[], 1, 1)),
    ("binary.yaml", outcome(&[], &[0], 0, 0)),
    ("bom.yaml", outcome(&["latest-tag:8"], &[], 0, 1)),
    ("broken-among-good.yaml", outcome(&["latest-tag:8", "latest-tag:26"], &[17], 0, 2)),
    ("comment-behind-value.yaml", outcome(&["latest-tag:9"], &[], 0, 1)),
    ("comment-only.yaml", outcome(&[], &[], 0, 0)),
    ("concatenated.json", outcome(&["latest-tag:1", "latest-tag:1"], &[], 0, 2)),
    ("control-characters.yaml", outcome(&["invalid-manifest:7", "latest-tag:8"], &[], 0, 1)),
    ("crlf.yaml", outcome(&["latest-tag:8"], &[], 0, 1)),
    ("directive.yaml", outcome(&["latest-tag:10"], &[1], 0, 1)),
    ("duplicate-key.json", outcome(&["duplicate-key:12", "latest-tag:12"], &[], 0, 1)),
    ("empty-documents.yaml", outcome(&["latest-tag:14"], &[], 0, 1)),
    ("empty.yaml", outcome(&[], &[], 0, 0)),
    ("explicit-end.yaml", outcome(&["latest-tag:9", "latest-tag:22"], &[], 0, 2)),
    ("float.json", outcome(&[], &[], 0, 1)),
    ("json-in-yaml.yaml", outcome(&["latest-tag:9", "latest-tag:14"], &[], 0, 2)),
    ("kyaml.yaml", outcome(&["latest-tag:12"], &[], 0, 1)),
    ("latin-1.yaml", outcome(&[], &[1], 0, 0)),
    ("lines.json", outcome(&["latest-tag:1", "latest-tag:2"], &[], 0, 2)),
    ("list-at-the-top.yaml", outcome(&[], &[], 1, 1)),
    ("list.yaml", outcome(&["latest-tag:11"], &[], 0, 1)),
    ("merge-key-list.yaml", outcome(&["latest-tag:14"], &[], 0, 1)),
    ("merge-key.yaml", outcome(&["latest-tag:9", "latest-tag:9"], &[], 0, 1)),
    ("no-final-newline.yaml", outcome(&["latest-tag:11"], &[], 0, 1)),
    ("not-kubernetes.yaml", outcome(&[], &[], 1, 1)),
    ("one.json", outcome(&["latest-tag:11"], &[], 0, 1)),
    ("quoted-lines.yaml", outcome(&["latest-tag:15"], &[], 0, 1)),
    ("scalar-at-the-top.yaml", outcome(&[], &[], 1, 1)),
    ("scalars.yaml", outcome(&["prestop-exceeds-grace-period:20"], &[], 0, 1)),
    ("self-alias.yaml", outcome(&[], &[6], 0, 0)),
    ("separator-comment.yaml", outcome(&["latest-tag:9", "latest-tag:21"], &[], 0, 2)),
    ("separator-text.yaml", outcome(&["latest-tag:8"], &[12], 0, 1)),
    ("tabs.yaml", outcome(&[], &[4], 0, 0)),
    ("template-among-good.yaml", outcome(&["latest-tag:8", "latest-tag:26"], &[], 1, 2)),
    ("template-and-trouble.yaml", outcome(&[], &[], 1, 0)),
    ("template-block.yaml", outcome(&[], &[], 1, 0)),
    ("template-comment.yaml", outcome(&["latest-tag:9"], &[], 0, 1)),
    ("template-string.yaml", outcome(&["latest-tag:11"], &[], 0, 1)),
    ("template-value.yaml", outcome(&[], &[], 1, 0)),
    ("typed-list.yaml", outcome(&["latest-tag:9"], &[], 0, 1)),
    ("unicode.yaml", outcome(&["invalid-manifest:8", "latest-tag:8"], &[], 0, 1)),
    ("unknown-alias.yaml", outcome(&["latest-tag:20"], &[8], 0, 1)),
    ("utf-16.yaml", outcome(&[], &[0], 0, 0)),
];

fn directory() -> std::path::PathBuf {
    repository("testdata/_stream")
}

#[test]
fn each_stream_gives_its_findings_and_its_trouble() {
    let mut wrong = Vec::new();
    for (name, want) in OUTCOMES {
        let inputs = vec![Input::path(directory().join(name))];
        let report = lint(&Options::of(inputs));
        let findings: Vec<String> = report
            .findings
            .iter()
            .map(|finding| {
                let source = report.source(finding.place.source).unwrap();
                format!("{}:{}", finding.rule, source.position(finding.place.span.start).line)
            })
            .collect();
        let trouble: Vec<usize> = report.trouble.iter().map(|trouble| trouble.line.unwrap_or(0)).collect();
        let got = (findings, trouble, report.skipped.len(), report.summary.documents);
        let want = (
            want.findings.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>(),
            want.trouble.to_vec(),
            want.skipped,
            want.documents,
        );
        if got != want {
            wrong.push(format!("{name}:\n  want {want:?}\n  got  {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_stream_is_in_the_table() {
    let names: Vec<String> = entries(&directory())
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with("README") && !name.starts_with('.'))
        .collect();
    assert_eq!(names, OUTCOMES.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>());
}

#[test]
fn columns_count_characters() {
    let inputs = vec![Input::path(directory().join("unicode.yaml"))];
    let report = lint(&Options::of(inputs));
    let finding = report.findings.iter().find(|finding| finding.rule == "latest-tag").unwrap();
    assert_eq!(report.source(finding.place.source).unwrap().position(finding.place.span.start).column, 30);
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let report = |threads| {
        let arguments = ["lint", "-o", "json", "--strict", "--threads", threads];
        let folders = ["k8s", "testdata/_stream", "testdata/_yaml", "testdata/drain-blocked"];
        let more = ["testdata/invalid-manifest", "testdata/missing-prestop-sleep"];
        Run::tool(&repository("")).args(&arguments).args(&folders).args(&more).end().out
    };
    let alone = report("1");
    assert!(alone.len() > 100_000, "{}", alone.len());
    assert!(alone == report("4"));
}
