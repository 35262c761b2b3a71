//! What the documents say is true: every example in a rule's page is linted, every generated part
//! is generated again and compared. `UPDATE_DOCS=1 cargo test --test integration documents` writes
//! them.

use kubectl_lifecycle::finding::{Report, Severity};
use kubectl_lifecycle::lint::{Input, Options, lint};
use kubectl_lifecycle::rules::{Group, RULES};

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
            // Advice is shown at the strictest only.
            let is_advice = rule.severity() == Severity::Info;
            let found: Vec<&str> =
                linted(&example, is_advice).findings.iter().map(|finding| finding.rule).collect();
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
fn every_page_has_the_same_headings() {
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
        let mut in_block = false;
        let headings: Vec<&str> = rule
            .page
            .lines()
            .filter(|line| {
                in_block ^= line.starts_with("```");
                !in_block && line.starts_with("## ")
            })
            .collect();
        assert_eq!(headings, HEADINGS, "{}", rule.id);
    }
}

#[test]
fn the_head_and_the_references_of_every_page_are_those_of_its_rule() {
    for rule in RULES {
        let head = format!(
            "# {}\n\n{}\n\n**Severity:** {} · **Group:** {} · **Since:** {}{}\n\n",
            rule.id,
            rule.summary,
            rule.severities_in_words(),
            rule.group.id(),
            rule.since,
            if rule.fixable { " · **Fix:** yes" } else { "" }
        );
        let parts = rule.page.split_once("## What it reports\n");
        let parts = parts.and_then(|(_, rest)| rest.rsplit_once("## References\n"));
        let Some((text, references)) = parts else {
            panic!("rules/{}.md has not the headings `## What it reports` and `## References`", rule.id);
        };
        let references = references.trim_start_matches('\n');
        let links = rule.docs.iter().map(|link| format!("- [{}]({})\n", link.title, link.url));
        // What is about this tool alone is told by its own documents.
        let references = if rule.docs.is_empty() { references.to_owned() } else { links.collect() };
        let page = format!("{head}## What it reports\n{text}## References\n\n{references}");
        hold(&repository(&format!("rules/{}.md", rule.id)), &page);
    }
}

#[test]
fn the_reason_of_a_rule_is_what_its_page_says_first_about_why() {
    for rule in RULES {
        let why = rule.page.split_once("\n## Why\n\n").map(|(_, why)| why);
        let first = why.and_then(|why| why.split("\n\n").next()).unwrap_or_default();
        assert_eq!(
            first.replace('`', ""),
            rule.reason,
            "the first paragraph under `## Why` of rules/{}.md is not the `reason` of its entry",
            rule.id
        );
    }
}

#[test]
fn no_name_stands_for_two_rules_or_for_a_rule_and_a_group() {
    let names = RULES.iter().flat_map(|rule| rule.aliases.iter().chain([&rule.id]).copied());
    let mut names: Vec<&str> = names.chain(Group::ALL.iter().map(|group| group.id())).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}

fn table(prefix: &str) -> String {
    let rows = RULES.iter().map(|rule| {
        format!(
            "| [{}]({prefix}{}.md) | {} | {} |\n",
            rule.id,
            rule.id,
            rule.severities_in_words(),
            rule.summary
        )
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
