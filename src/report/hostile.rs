//! Every format, with hostile text wherever a manifest can put it, and all there is to say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::Write;

use insta::assert_snapshot;
use serde_json::Value;

use super::fixture::{self, EVIL, written};
use super::format::{FORMATS, Format};

use crate::finding::{Chart, Instant, Interval, Part, Phase, Report, Row, Severity};
use crate::report::shared::guard::CommandGuard;
use crate::text::escape;

/// As it reaches standard output.
fn printed(format: Format, report: &Report) -> String {
    let text = written(format, report);
    if !format.is_text() {
        return text;
    }
    let mut out = Vec::new();
    CommandGuard::new(&mut out).write_all(text.as_bytes()).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(format: Format, report: &Report) -> Value {
    serde_json::from_str(&written(format, report)).unwrap()
}

#[test]
fn no_format_lets_a_manifest_move_the_cursor_or_hide_text() {
    for (format, name, _) in FORMATS {
        let text = printed(format, &fixture::hostile());
        let found = text.chars().find(|c| escape::is_unsafe(*c) && *c != '\n');
        assert_eq!(found, None, "{name}: {text:?}");
    }
}

#[test]
fn no_format_lets_a_manifest_give_commands_to_a_ci_system() {
    for (format, name, _) in FORMATS {
        let text = printed(format, &fixture::hostile());
        for line in text.lines() {
            let is_ours = format == Format::Github && line.starts_with("::");
            assert!(is_ours || !line.trim_start().starts_with("::"), "{name}: {line}");
            assert!(is_ours || !line.contains("##["), "{name}: {line}");
            assert!(is_ours || !line.contains("##vso["), "{name}: {line}");
        }
    }
}

#[test]
fn every_format_says_everything_in_the_same_bytes_each_time() {
    for (format, name, _) in FORMATS {
        for (kind, report) in
            [("full", fixture::full()), ("silenced", fixture::silenced()), ("rendered", fixture::rendered())]
        {
            let text = written(format, &report);
            assert_eq!(text, written(format, &report));
            if format != Format::Human && format != Format::Sarif {
                assert_snapshot!(format!("{name}_{kind}"), text);
            }
        }
    }
}

#[test]
fn hostile_text_in_every_format() {
    for (format, name, _) in FORMATS {
        if format != Format::Sarif {
            assert_snapshot!(format!("{name}_hostile"), written(format, &fixture::hostile()));
        }
    }
}

#[test]
fn an_empty_run_is_a_whole_document_in_every_format() {
    let empty = Report::default();
    for format in [Format::Json, Format::Sarif, Format::Gitlab] {
        parsed(format, &empty);
    }
    assert_eq!(parsed(Format::Gitlab, &empty), Value::Array(Vec::new()));
    assert_eq!(parsed(Format::Sarif, &empty)["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(written(Format::Junit, &empty).contains("<testsuites"));
    assert_eq!(written(Format::Github, &empty).lines().count(), 1);
}

#[test]
fn concise_is_one_line_for_each_thing() {
    let report = fixture::hostile();
    let text = written(Format::Concise, &report);
    let things = report.findings.len()
        + report.suppressed.len()
        + report.trouble.len()
        + report.skipped.len()
        + report.obsolete.len();
    assert_eq!(text.lines().count(), things + 1);
}

mod sarif {
    use super::*;

    fn results(report: &Report) -> Vec<Value> {
        parsed(Format::Sarif, report)["runs"][0]["results"].as_array().unwrap().clone()
    }

    fn without_rules(report: &Report) -> String {
        let mut log = parsed(Format::Sarif, report);
        log["runs"][0]["tool"] = Value::Null;
        // Each rule that is added moves the others.
        for result in log["runs"][0]["results"].as_array_mut().unwrap() {
            result["ruleIndex"] = Value::Null;
        }
        serde_json::to_string_pretty(&log).unwrap()
    }

    #[test]
    fn results_regions_and_suppressions() {
        assert_snapshot!("sarif_full", without_rules(&fixture::full()));
        assert_snapshot!("sarif_silenced", without_rules(&fixture::silenced()));
        assert_snapshot!("sarif_rendered", without_rules(&fixture::rendered()));
        assert_snapshot!("sarif_hostile", without_rules(&fixture::hostile()));
    }

    #[test]
    fn every_result_names_its_rule_by_id_and_index() {
        let log = parsed(Format::Sarif, &fixture::full());
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), crate::rules::RULES.len());
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn fingerprints_survive_a_moved_file_and_added_lines_and_are_unique() {
        let fingerprints = |report: &Report| -> Vec<String> {
            results(report).iter().map(|result| result["partialFingerprints"].to_string()).collect()
        };
        let before = fixture::single(fixture::WEB, "registry.example:5000/web");
        let mut after = fixture::single(&format!("# more\n\n{}", fixture::WEB), "registry.example:5000/web");
        after.sources = vec![crate::text::Source::new("other/place.yaml", after.sources[0].text())];
        assert_eq!(fingerprints(&before), fingerprints(&after));
        let twice = fixture::hostile();
        let mut all = fingerprints(&twice);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), twice.findings.len() + twice.suppressed.len());
    }

    #[test]
    fn a_rendered_place_claims_no_line_of_the_file() {
        let result = &results(&fixture::rendered())[0];
        assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 1);
        assert!(
            result["message"]["text"]
                .as_str()
                .unwrap()
                .contains("at line 12 as rendered by helm template chart")
        );
    }

    #[test]
    fn trouble_makes_the_run_unsuccessful_and_findings_do_not() {
        let successful = |report: &Report| {
            parsed(Format::Sarif, report)["runs"][0]["invocations"][0]["executionSuccessful"].clone()
        };
        assert_eq!(successful(&fixture::full()), false);
        assert_eq!(successful(&fixture::silenced()), true);
    }

    #[test]
    fn a_message_holds_no_link_of_a_manifest() {
        let text = results(&fixture::hostile())[0]["message"]["text"].as_str().unwrap().to_owned();
        assert!(EVIL.contains("[a](https") && !text.contains("[a](https") && text.contains("\\[a\\](https"));
    }
}

mod github {
    use super::*;

    fn many(severities: &[(Severity, usize)]) -> Report {
        let mut report = fixture::single(fixture::WEB, "registry.example:5000/web");
        let one = report.findings[0].clone();
        report.findings = severities
            .iter()
            .flat_map(|(severity, count)| {
                std::iter::repeat_n(crate::finding::Finding { severity: *severity, ..one.clone() }, *count)
            })
            .collect();
        report
    }

    fn commands(report: &Report, kind: &str) -> usize {
        written(Format::Github, report).lines().filter(|line| line.starts_with(&format!("::{kind} "))).count()
    }

    #[test]
    fn what_github_would_not_show_is_counted_and_stays_in_the_log() {
        let report = many(&[(Severity::Error, 12), (Severity::Warning, 3), (Severity::Info, 15)]);
        assert_eq!(commands(&report, "error"), 10);
        assert_eq!(commands(&report, "warning"), 3);
        assert_eq!(commands(&report, "notice"), 10);
        let text = written(Format::Github, &report);
        assert!(text.contains("8 more findings are not shown"), "{text}");
        let plain = text.lines().filter(|line| line.starts_with("k8s/web.yaml:")).count();
        assert_eq!(plain, 8);
    }

    #[test]
    fn ten_of_each_kind_are_shown_whole() {
        let report = many(&[(Severity::Error, 10), (Severity::Warning, 10), (Severity::Info, 10)]);
        assert_eq!(commands(&report, "notice"), 10);
        assert!(!written(Format::Github, &report).contains("not shown"));
    }

    #[test]
    fn a_property_ends_where_github_says() {
        let text = written(Format::Github, &fixture::hostile());
        for line in text.lines().filter(|line| line.starts_with("::")) {
            let (properties, _) = line[2..].split_once("::").unwrap();
            let (_, properties) = properties.split_once(' ').unwrap();
            for property in properties.split(',') {
                let (key, value) = property.split_once('=').unwrap();
                assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key), "{line}");
                assert!(!value.contains(':'), "{line}");
            }
        }
    }
}

mod markdown {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    #[test]
    fn hostile_text_makes_no_link_no_html_and_no_heading() {
        let text = written(Format::Markdown, &fixture::hostile());
        let mut headings = Vec::new();
        for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => headings.push(text[range].trim()),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    let of_rule = dest_url.ends_with("/kubectl-lifecycle/rules/latest-tag/");
                    assert!(of_rule || dest_url.starts_with("https://kubernetes.io/"), "{dest_url}");
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let tag = html.trim().trim_start_matches(['<', '/']);
                    let known = ["code>", "details", "summary", "b>"];
                    assert!(known.iter().any(|name| tag.starts_with(name)), "{html}");
                }
                _ => {}
            }
        }
        assert_eq!(headings, ["## kubectl lifecycle", "### Could not be read"]);
    }

    #[test]
    fn every_row_of_a_table_has_its_cells() {
        let text = written(Format::Markdown, &fixture::hostile());
        let bars = |line: &str| line.replace("\\|", "").matches('|').count();
        for line in text.lines().filter(|line| line.starts_with("| warning")) {
            assert_eq!(bars(line), 5, "{line}");
        }
    }

    #[test]
    fn mentions_stand_in_code_only() {
        let text = written(Format::Markdown, &fixture::hostile());
        let mut outside = String::new();
        let mut in_code = 0;
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::InlineHtml(html) if html.as_ref() == "<code>" => in_code += 1,
                Event::InlineHtml(html) if html.as_ref() == "</code>" => in_code -= 1,
                Event::Start(Tag::CodeBlock(_)) => in_code += 1,
                Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code -= 1,
                Event::Text(words) if in_code == 0 => outside.push_str(&words),
                _ => {}
            }
        }
        assert!(!outside.contains('@') && !outside.contains("www."), "{outside}");
    }

    #[test]
    fn a_page_stays_below_the_limit_of_github_and_says_what_is_left_out() {
        let mut report = fixture::single(fixture::WEB, "registry.example:5000/web");
        report.findings = vec![report.findings[0].clone(); 20_000];
        report.findings.iter_mut().for_each(|finding| finding.message = "x".repeat(90));
        let text = written(Format::Markdown, &report);
        assert!(text.len() < 1_048_576 && text.len() > 900_000, "{}", text.len());
        assert!(text.contains("more, which there is no room for here"));
        assert!(text.ends_with("</details>\n\n"));
    }
}

mod html {
    use std::collections::BTreeSet;

    use html5gum::{StartTag, Token, Tokenizer};

    use super::*;

    fn tags(page: &str) -> Vec<StartTag<()>> {
        let tokens = Tokenizer::new(page).map(Result::unwrap);
        let tag = |token| if let Token::StartTag(tag) = token { Some(tag) } else { None };
        tokens.filter_map(tag).collect()
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    fn names(page: &str) -> BTreeSet<String> {
        tags(page).iter().map(|tag| text(&tag.name)).collect()
    }

    #[test]
    fn hostile_text_makes_no_element_and_no_attribute() {
        let hostile = written(Format::Html, &fixture::hostile());
        let mut two_files = fixture::full();
        two_files.findings[1].place.source = crate::finding::SourceId(1);
        let plain = written(Format::Html, &two_files) + &written(Format::Html, &fixture::silenced());
        let known = names(&plain);
        assert!(names(&hostile).is_subset(&known), "{:?}", names(&hostile).difference(&known));
        let attributes = |page: &str| -> BTreeSet<String> {
            tags(page)
                .iter()
                .flat_map(|tag| tag.attributes.keys().map(|key| text(key)).collect::<Vec<_>>())
                .collect()
        };
        let known = attributes(&plain);
        assert!(attributes(&hostile).is_subset(&known), "{:?}", attributes(&hostile).difference(&known));
        assert!(
            !known.iter().any(|name| name.starts_with("on") || name == "src" || name == "style"),
            "{known:?}"
        );
        assert_eq!(tags(&hostile).iter().filter(|tag| tag.name.as_slice() == b"script").count(), 1);
    }

    #[test]
    fn links_lead_to_the_page_itself_and_to_what_the_rules_name() {
        let mut report = fixture::hostile();
        for finding in &mut report.findings {
            finding.docs = vec![
                "javascript:alert(1)".into(),
                "https://evil.example/".into(),
                "https://kubernetes.io/docs/concepts/containers/images/#image-names".into(),
                crate::rules::RULES.iter().find(|rule| rule.id == "latest-tag").unwrap().url(),
            ];
        }
        let page = written(Format::Html, &report);
        for tag in tags(&page).iter().filter(|tag| tag.name.as_slice() == b"a") {
            let address = text(&tag.attributes[&b"href"[..]]);
            let is_known = crate::rules::RULES
                .iter()
                .any(|rule| rule.url() == address || rule.docs.iter().any(|link| link.url == address));
            assert!(address.starts_with('#') || is_known, "{address}");
        }
        assert!(page.contains("<code>https://evil.example/</code>"), "what is not known is shown");
    }

    #[test]
    fn only_our_own_style_sheet_and_script_are_allowed() {
        let page = written(Format::Html, &fixture::hostile());
        let allowed =
            tags(&page).iter().find_map(|tag| tag.attributes.get(&b"content"[..]).map(|one| text(one)));
        let allowed = allowed.unwrap();
        assert!(allowed.starts_with("default-src 'none'; style-src 'sha256-"), "{allowed}");
        assert!(!allowed.contains("unsafe") && !allowed.contains("http"), "{allowed}");
    }

    #[test]
    fn every_name_in_the_page_is_given_once_and_whatever_is_named_is_there() {
        let page = written(Format::Html, &fixture::full());
        let values = |key: &str| -> Vec<String> {
            let of = |tag: &StartTag<()>| tag.attributes.get(key.as_bytes()).map(|value| text(value));
            tags(&page).iter().filter_map(of).collect()
        };
        let ids = values("id");
        let unique: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{ids:?}");
        for named in values("aria-labelledby") {
            assert!(ids.contains(&named), "{named}");
        }
        for link in values("href").iter().filter_map(|link| link.strip_prefix('#').map(str::to_owned)) {
            assert!(ids.contains(&link), "{link}");
        }
    }

    #[test]
    fn headings_go_down_one_step_at_a_time() {
        let page = written(Format::Html, &fixture::full());
        let levels: Vec<usize> = tags(&page)
            .iter()
            .filter_map(|tag| {
                ["h1", "h2", "h3", "h4"].iter().position(|name| name.as_bytes() == tag.name.as_slice())
            })
            .collect();
        assert_eq!(levels.first(), Some(&0));
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    }

    #[test]
    fn few_findings_are_open_and_of_many_one_sees_all_heads() {
        let mut report = fixture::single(fixture::WEB, "registry.example:5000/web");
        let open = |report: &Report| {
            written(Format::Html, report).matches("<details class=\"finding warning\"").count()
        };
        let is_open =
            |report: &Report| written(Format::Html, report).contains("data-severity=\"warning\" open>");
        assert_eq!((open(&report), is_open(&report)), (1, true));
        report.findings = vec![report.findings[0].clone(); 31];
        assert_eq!((open(&report), is_open(&report)), (31, false));
    }
}

mod junit {
    use super::*;

    #[test]
    fn only_characters_of_xml_1_0_are_written() {
        let text = written(Format::Junit, &fixture::hostile());
        let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        assert_eq!(text.chars().find(|c| !is_allowed(*c)), None);
        assert!(!text.contains("<script") && !text.contains("]]>"), "{text}");
    }

    #[test]
    fn a_clean_file_passes_and_a_file_of_the_context_is_not_there() {
        let mut report = crate::report::fixture::report(
            ["a.yaml", "b.yaml"].map(|name| crate::text::Source::new(name, "a: 1\n")).to_vec(),
            vec![],
        );
        report.context.insert(crate::finding::SourceId(1));
        let text = written(Format::Junit, &report);
        assert!(
            text.contains("tests=\"1\"") && text.contains("a.yaml") && !text.contains("b.yaml"),
            "{text}"
        );
    }
}

/// A finding whose chart holds hostile words wherever a manifest can put them.
fn with_hostile_chart() -> Report {
    let mut row = Row::new(EVIL, Part::Service);
    row.bar(Phase::PreStop, format!("preStop: {EVIL}"), Interval::ZERO, Interval::exactly(9.0));
    row.mark(Instant::Signal, EVIL, Interval::exactly(5.0), true);
    let rows = vec![row.clone(), Row { name: "`````".to_owned(), ..row }];
    let mut report = fixture::hostile();
    for finding in &mut report.findings {
        finding.chart = Some(Chart::new(EVIL.to_owned(), EVIL.to_owned(), rows.clone()));
    }
    report
}

#[test]
fn a_chart_is_no_way_in_either() {
    let report = with_hostile_chart();
    for (format, name, _) in FORMATS {
        let text = printed(format, &report);
        let found = text.chars().find(|c| escape::is_unsafe(*c) && *c != '\n');
        assert_eq!(found, None, "{name}: {text:?}");
        for line in text.lines() {
            let is_ours = format == Format::Github && line.starts_with("::");
            assert!(is_ours || !line.trim_start().starts_with("::"), "{name}: {line}");
            assert!(is_ours || !line.contains("##["), "{name}: {line}");
        }
    }
    // A block of code ends where it is meant to.
    let page = printed(Format::Markdown, &report);
    assert!(page.contains("``````\n"), "{page}");
}
