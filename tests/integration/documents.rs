//! What the documents say is true: every example in a rule's page is linted, every generated part
//! is generated again and compared. `UPDATE_DOCS=1 cargo test --test integration documents` writes
//! them.

use kubectl_lifecycle::finding::Report;
use kubectl_lifecycle::lint::{Input, Options, lint};
use kubectl_lifecycle::rules::{RULES, Rule};

use crate::tool::{Run, Tool, hold, repository};

pub(crate) fn blocks(page: &str, info: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once(&format!("```yaml {info}\n")) {
        let (block, after) = after.split_once("\n```").expect("an open block");
        found.push(format!("{block}\n"));
        rest = after;
    }
    found
}

pub(crate) fn linted(text: &str, strict: bool) -> Report {
    let here = Tool::with(&[("example.yaml", text)]);
    let path = here.at("example.yaml");
    let mut options = Options::of([Input::path(path)]);
    options.settings.strict = strict;
    lint(&options)
}

#[test]
fn the_wrong_example_of_a_page_is_reported_by_its_rule_and_no_other() {
    for rule in RULES {
        let examples = blocks(rule.page, "bad");
        assert!(!examples.is_empty(), "{}", rule.id);
        for example in examples {
            let found: Vec<&str> =
                linted(&example, false).findings.iter().map(|finding| finding.rule).collect();
            assert!(!found.is_empty() && found.iter().all(|id| *id == rule.id), "{}: {found:?}", rule.id);
        }
    }
}

#[test]
fn the_right_example_of_a_page_is_clean_at_the_strictest() {
    for rule in RULES {
        let examples = blocks(rule.page, "good");
        assert!(!examples.is_empty(), "{}", rule.id);
        for example in examples {
            let report = linted(&example, true);
            assert_eq!(report.findings, [], "{}", rule.id);
            assert_eq!((report.skipped, report.trouble), (vec![], vec![]), "{}", rule.id);
        }
    }
}

#[test]
fn every_page_has_the_same_headings_and_the_summary_of_its_rule() {
    const HEADINGS: [&str; 7] = [
        "## What it reports",
        "## Why",
        "## Wrong",
        "## Right",
        "## When it stays silent",
        "## Options",
        "## References",
    ];
    for rule in RULES {
        let lines: Vec<&str> = rule.page.lines().collect();
        assert_eq!(lines[0], format!("# {}", rule.id));
        assert_eq!(lines[2], rule.summary, "{}", rule.id);
        assert!(severity(rule).starts_with(rule.severity.as_str()), "{}", rule.id);
        let mut in_block = false;
        let headings: Vec<&str> = lines
            .into_iter()
            .filter(|line| {
                in_block ^= line.starts_with("```");
                !in_block && line.starts_with("## ")
            })
            .collect();
        assert_eq!(headings, HEADINGS, "{}", rule.id);
    }
}

fn severity(rule: &Rule) -> &str {
    rule.page.lines().nth(4).unwrap().strip_prefix("**Severity:** ").unwrap()
}

fn table(prefix: &str) -> String {
    let rows = RULES.iter().map(|rule| {
        format!("| [{}]({prefix}{}.md) | {} | {} |\n", rule.id, rule.id, severity(rule), rule.summary)
    });
    format!("| rule | severity | what it reports |\n| --- | --- | --- |\n{}", rows.collect::<String>())
}

/// The text with its rules table replaced by a new one.
fn with_table(text: &str, table: &str) -> String {
    let start = text.find("| rule | severity |").expect("a rules table");
    let rest = &text[start..];
    let end = rest.find("\n\n").map_or(text.len(), |at| start + at + 1);
    format!("{}{table}{}", &text[..start], &text[end..])
}

#[test]
fn the_examples_of_the_formats_are_what_the_tool_prints() {
    let path = repository("docs/output-formats.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut parts = text.split("<!-- example: ");
    let mut wanted = parts.next().unwrap().to_owned();
    let mut shown = Vec::new();
    while let Some(part) = parts.next() {
        let (title, _) = part.split_once(" -->").unwrap();
        let (format, file) = title.split_once(' ').expect("a format and a file");
        let (_, after) = parts.next().and_then(|part| part.split_once("end -->")).expect("an end");
        let example = example(format, file);
        wanted += &format!("<!-- example: {title} -->\n{example}\n<!-- example: end -->{after}");
        shown.push(format);
    }
    // Asked for none, the tool names all.
    let refused = Tool::new().run(&["lint", "-o", ""]).err;
    let names = refused.rsplit_once("human, ").unwrap().1;
    let formats: Vec<&str> =
        names.split_whitespace().map(|name| name.trim_matches([',', ')', ']', '.'])).collect();
    assert_eq!(shown, formats.get(..shown.len()).unwrap_or_default(), "{refused}");
    hold(&path, &wanted);
}

/// What a format makes of a manifest, as a block of code; of SARIF the first result.
fn example(format: &str, file: &str) -> String {
    let printed = Run::tool(&repository("")).args(&["lint", "-o", format, file]).end().out;
    let (language, printed) = match format {
        "json" | "gitlab" => ("json", printed),
        "junit" => ("xml", printed),
        "sarif" => {
            let log: serde_json::Value = serde_json::from_str(&printed).unwrap();
            ("json", serde_json::to_string_pretty(&log["runs"][0]["results"][0]).unwrap())
        }
        "markdown" => ("markdown", printed),
        _ => ("text", printed),
    };
    format!("\n````{language}\n{}\n````\n", printed.trim_end())
}

#[test]
fn the_index_of_the_rule_book_and_the_table_of_the_readme_are_those_of_the_rules() {
    for (path, prefix) in [("rules/README.md", ""), ("README.md", "rules/")] {
        let path = repository(path);
        let text = std::fs::read_to_string(&path).unwrap();
        hold(&path, &with_table(&text, &table(prefix)));
    }
}

#[test]
fn the_sample_of_the_readme_is_what_the_tool_prints() {
    let printed = Run::tool(&repository("")).args(&["lint", "k8s/02-prestop-hook.yaml"]).end().out;
    let path = repository("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- sample:begin -->").unwrap();
    let (_, after) = rest.split_once("<!-- sample:end -->").unwrap();
    let sample = format!(
        "\n```text\n$ kubectl lifecycle lint k8s/02-prestop-hook.yaml\n{}\n```\n",
        printed.trim_end()
    );
    hold(&path, &format!("{before}<!-- sample:begin -->{sample}<!-- sample:end -->{after}"));
}
