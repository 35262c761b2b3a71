#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::text::escape;
use insta::assert_snapshot;

use super::super::fixture::{self, WEB, finding, place, related, report, single};
use super::*;
use crate::finding::{Fix, Help, Place, Source, Span, TextEdit, Trouble};

fn shown(report: &Report, look: Look) -> String {
    let mut out = Vec::new();
    write(report, &fixture::how(look), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn piped(report: &Report) -> String {
    shown(report, Look::PIPE)
}

/// Only the frames, without sentences and help.
fn snippet(report: &Report) -> String {
    let text = piped(report);
    let frames =
        text.lines().skip_while(|line| !line.contains("╭▸")).take_while(|line| !line.starts_with("why:"));
    frames.map(|line| format!("{line}\n")).collect()
}

fn widest(text: &str) -> usize {
    text.lines().map(textwrap::core::display_width).max().unwrap_or(0)
}

#[test]
fn a_finding_says_what_where_why_and_how_to_mend_it() {
    assert_snapshot!(piped(&single(WEB, "registry.example:5000/web")));
}

#[test]
fn a_whole_run_is_closed_by_a_count() {
    let text = piped(&fixture::full());
    assert!(widest(&text) <= 80, "{}", widest(&text));
    assert_snapshot!(text);
}

#[test]
fn fifty_columns_are_enough() {
    let text = shown(&fixture::full(), Look { width: 50, ..Look::PIPE });
    assert_snapshot!(text);
}

#[test]
fn colours_mark_severity_and_titles() {
    assert_snapshot!(shown(&fixture::full(), Look { color: true, ..Look::PIPE }).replace('\u{1b}', "␛"));
}

#[test]
fn a_terminal_without_unicode_gets_ascii() {
    let text = shown(&fixture::full(), Look { unicode: false, ..Look::PIPE });
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn quiet_writes_findings_and_trouble_only() {
    let mut out = Vec::new();
    let quiet = Presentation { quiet: true, ..fixture::how(Look::PIPE) };
    write(&fixture::full(), &quiet, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("warning[latest-tag]") && text.contains("trouble: k8s/broken.yaml:3:7"), "{text}");
    assert!(!text.contains("skipped") && !text.contains("0 errors"), "{text}");
}

#[test]
fn a_clean_run_says_so_kindly() {
    let mut clean = report(vec![Source::new("a.yaml", WEB)], vec![]);
    assert_eq!(piped(&clean), "No lifecycle faults found in 1 file (1 document, 1 workload).\n");
    clean.summary.suppressed = 2;
    assert_eq!(
        piped(&clean),
        "No lifecycle faults found in 1 file (1 document, 1 workload); 2 suppressed.\n"
    );
    clean.summary = crate::finding::Summary { suppressed: 0, baselined: 2, ..clean.summary };
    assert_eq!(
        piped(&clean),
        "No new lifecycle faults found in 1 file (1 document, 1 workload); 2 in the\n  baseline.\n"
    );
    assert_eq!(
        piped(&Report::default()),
        "No manifests found: no .yaml, .yml or .json here, or all are excluded.\n"
    );
}

#[test]
fn what_is_silenced_is_counted_and_listed_when_asked_for() {
    let report = fixture::silenced();
    let text = piped(&report);
    assert!(text.contains("; 1 suppressed, 1 in the\n  baseline"), "{text}");
    assert!(!text.contains("comment at"), "{text}");
    assert_snapshot!("the_closing_lines_of_a_silenced_run", text);
    let mut out = Vec::new();
    let how = Presentation { show_suppressed: true, ..fixture::how(Look::PIPE) };
    write(&report, &how, &mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn a_place_in_rendered_text_says_so() {
    let text = piped(&fixture::rendered());
    assert!(
        text.contains("╭▸ chart/templates/web.yaml:12:18\n   │ as rendered by helm template chart · "),
        "{text}"
    );
    assert_snapshot!(text);
}

#[test]
fn a_span_over_several_lines_is_bracketed() {
    let words = "containers:\n        - name: web\n          image: registry.example:5000/web\n";
    assert_snapshot!(snippet(&single(WEB, words)));
}

#[test]
fn a_span_over_very_many_lines_is_marked_on_its_first() {
    let text = format!("data: |\n{}end: x\n", "  line\n".repeat(40));
    let words = format!("data: |\n{}", "  line\n".repeat(40));
    assert_snapshot!(snippet(&single(&text, &words)));
}

#[test]
fn crlf_is_not_shown_and_shifts_nothing() {
    let report = single(&WEB.replace('\n', "\r\n"), "registry.example:5000/web");
    assert_eq!(snippet(&report), snippet(&single(WEB, "registry.example:5000/web")));
}

#[test]
fn tabs_are_shown_as_spaces_and_underlines_stay_right() {
    assert_snapshot!(snippet(&single("a:\t1\nimage:\tnginx\t# tab\n", "nginx")));
}

#[test]
fn wide_characters_are_underlined_in_full() {
    assert_snapshot!(snippet(&single("# 名前\nname: 名前/web 🙂\n", "名前/web")));
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let text = "name: \"\u{1b}[31mred\u{202e}\u{9b}\"\nimage: nginx\u{7}\u{200b} # \u{1b}]0;title\u{7}\r!\n";
    let mut report = single(text, "nginx\u{7}\u{200b}");
    let evil = "\u{1b}[2J\u{202e}\n\r\u{9b}".to_owned();
    let other = Source::new(format!("{evil}.yaml"), text);
    let found = report.findings.first_mut().unwrap();
    found.message = evil.clone();
    found.why = evil.clone();
    found.help = Help::yaml(evil.clone(), format!("image: \u{1b}[31m\nname: {evil}"));
    found.container = Some(evil.clone());
    found.object.name = evil.clone();
    found.object.kind = evil.clone();
    found.object.namespace = Some(evil.clone());
    found.related = vec![related(&other, 1, "red", &evil), related(&other, 0, "name", &evil)];
    report.sources.push(other);
    report.skipped.push(crate::finding::Skipped { file: evil.clone(), reason: evil.clone() });
    report.trouble.push(Trouble { file: evil.clone(), line: None, column: None, message: evil });
    let text = piped(&report);
    assert_eq!(text.chars().find(|c| escape::is_unsafe(*c) && *c != '\n'), None, "{text:?}");
    assert_snapshot!(text);
}

#[test]
fn a_line_of_ten_thousand_characters_is_cropped_around_the_words() {
    let line = format!("a: {{{} image: nginx, {}}}\n", "x: y, ".repeat(2000), "z: w, ".repeat(2000));
    let report = single(&line, "nginx");
    assert!(widest(&piped(&report)) <= 80);
    assert_snapshot!(snippet(&report));
}

#[test]
fn words_longer_than_the_line_are_cropped_at_their_end() {
    let report = single(&format!("image: {}\n", "n".repeat(5000)), &"n".repeat(5000));
    assert!(widest(&piped(&report)) <= 80);
    assert_snapshot!(snippet(&report));
}

#[test]
fn places_over_each_other_are_drawn_together() {
    let source = Source::new("a.yaml", WEB);
    let mut found = finding(&source, 0, "registry.example:5000/web");
    found.related =
        vec![related(&source, 0, "image: registry", "and here"), related(&source, 0, "web", "far")];
    assert_snapshot!(snippet(&report(vec![source], vec![found])));
}

#[test]
fn two_places_on_a_line_are_both_underlined() {
    let source = Source::new("a.yaml", "a: 1\nexec: {command: [sleep, \"40\"]}\n");
    let mut found = finding(&source, 0, "\"40\"");
    found.related = vec![related(&source, 0, "exec", "this handler")];
    assert_snapshot!(snippet(&report(vec![source], vec![found])));
}

#[test]
fn an_empty_span_at_the_end_of_a_file_is_pointed_at() {
    let mut report = single("a: 1\nb:", "b");
    report.findings.first_mut().unwrap().place.span = Span::new(7, 7);
    assert_snapshot!(snippet(&report));
}

#[test]
fn a_span_that_lies_in_no_text_does_no_harm() {
    for (text, span) in
        [("", (0, 0)), ("", (5, 9)), ("ä", (1, 1)), ("ä\n", (0, 99)), ("\n\n", (1, 2)), ("a\n", (2, 2))]
    {
        let mut report = single(text, "");
        report.findings.first_mut().unwrap().place.span = Span::new(span.0, span.1);
        assert!(piped(&report).contains("warning[latest-tag]"), "{text:?} {span:?}");
    }
}

#[test]
fn many_related_places_are_counted_after_the_first_few() {
    let text: String = (0..100).map(|number| format!("place{number}x: 1\n\n\n\n\n")).collect();
    let source = Source::new("a.yaml", text.as_str());
    let mut found = finding(&source, 0, "place0x");
    found.related = (1..100).map(|number| related(&source, 0, &format!("place{number}x"), "here")).collect();
    let text = piped(&report(vec![source], vec![found]));
    assert!(text.contains("… and 96 more related places"), "{text}");
}

/// A finding whose mend replaces the image, and may hold a guess.
fn mended(is_safe: bool) -> Report {
    let mut report = single(WEB, "registry.example:5000/web");
    let found = report.findings.first_mut().unwrap();
    let end = found.place.span.end;
    let edits = vec![TextEdit { span: Span::new(end, end), text: ":1.4.2".into() }];
    found.fix = Some(Fix { is_safe, source: found.place.source, edits });
    report
}

#[test]
fn a_mend_is_lines_that_go_and_lines_that_come() {
    let text = piped(&mended(true));
    assert!(
        text.contains(
            "\nfix: Name a version, and pin it by its digest where it must never change.\n\
         12 -           image: registry.example:5000/web\n\
         12 +           image: registry.example:5000/web:1.4.2\n\
         more: kubectl lifecycle explain latest-tag\n"
        ),
        "{text}"
    );
    assert!(!text.contains("Replace `spec"), "{text}");
}

#[test]
fn a_mend_that_is_a_guess_says_so() {
    assert!(piped(&mended(false)).contains("\nfix (check it): Name a version"));
}

#[test]
fn a_mend_in_another_file_names_it() {
    let mut report = mended(true);
    let script = Source::new("stop.sh", "nginx -s quit\n");
    let found = report.findings.first_mut().unwrap();
    found.place.source = crate::finding::SourceId(1);
    found.place.span = Span::new(0, 5);
    report.sources.push(script);
    let text = piped(&report);
    assert!(text.contains("╭▸ stop.sh:1:1 ·") && text.contains("╭▸ k8s/web.yaml:12:43\n12 - "), "{text}");
}

#[test]
fn the_label_of_the_marked_words_stands_beside_them_where_there_is_room() {
    let mut report = single(WEB, "registry.example:5000/web");
    report.findings.first_mut().unwrap().label = Some("pulled anew at every start".into());
    assert!(piped(&report).contains("━━━ pulled anew at every start\n"), "{}", piped(&report));
    let long = "n".repeat(70);
    let mut report = single(&format!("image: {long}\n"), &long);
    report.findings.first_mut().unwrap().label = Some("a few words".into());
    assert!(!piped(&report).contains("a few words"), "{}", piped(&report));
}

#[test]
fn a_long_label_of_another_place_goes_on_below_itself() {
    let source = Source::new("a.yaml", "a: 1\nexec: {command: [sleep, \"40\"]}\n");
    let mut found = finding(&source, 0, "exec");
    let label = "a label of so many words that they do not fit on one line at all";
    found.related = vec![related(&source, 0, "\"40\"", label), related(&source, 0, "sleep", "here")];
    let report = report(vec![source], vec![found]);
    assert_snapshot!(snippet(&report));
    let colored = shown(&report, Look { color: true, ..Look::PIPE }).replace('\u{1b}', "␛");
    assert_snapshot!(
        "a_long_label_in_colour",
        colored.lines().skip(2).take(8).collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn a_reason_that_was_given_is_not_given_again() {
    let mut report = single(WEB, "registry.example:5000/web");
    let mut again = report.findings.first().cloned().unwrap();
    again.why = format!("{} Nobody sees it.", again.why);
    let same = again.clone();
    report.findings.extend([again, same]);
    let text = piped(&report);
    let said: Vec<&str> =
        text.lines().filter(|line| line.starts_with("why:") || line.starts_with("more:")).collect();
    assert_eq!(
        said,
        [
            "why: With two replicas, a node that pulls later runs other code; the effective",
            "more: kubectl lifecycle explain latest-tag",
            "why: Nobody sees it.",
            "why: With two replicas, a node that pulls later runs other code.",
        ]
    );
}

#[test]
fn many_findings_are_told_in_short_where_nobody_asked_for_all() {
    let mut out = Vec::new();
    let how = Presentation { may_be_brief: true, ..fixture::how(Look::PIPE) };
    write(&fixture::many(), &how, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(widest(&text) <= 80, "{text}");
    assert_snapshot!(text);
}

#[test]
fn few_findings_are_told_whole() {
    let mut out = Vec::new();
    let how = Presentation { may_be_brief: true, ..fixture::how(Look::PIPE) };
    write(&fixture::full(), &how, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), piped(&fixture::full()));
}

#[test]
fn statistics_take_the_place_of_findings() {
    let mut out = Vec::new();
    let how = Presentation { statistics: true, ..fixture::how(Look::PIPE) };
    write(&fixture::many(), &how, &mut out).unwrap();
    assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn the_rule_leads_to_its_page_on_terminals_that_follow_links() {
    let report = single(WEB, "web");
    let text = shown(&report, Look { links: true, ..Look::PIPE });
    let page = report.findings.first().and_then(|finding| finding.docs.first()).unwrap();
    let link = format!("\u{1b}]8;;{page}\u{1b}\\warning[latest-tag]\u{1b}]8;;\u{1b}\\ the image");
    assert!(text.starts_with(&link), "{text:?}");
}

#[test]
fn yaml_to_paste_is_neither_wrapped_nor_changed() {
    let mut report = single(WEB, "web");
    let yaml =
        format!("lifecycle:\n  preStop:\n    exec:\n      command: [{}]\n\n  # end", "\"word\", ".repeat(20));
    report.findings.first_mut().unwrap().help = Help::yaml(String::new(), yaml.clone());
    let text = piped(&report);
    let pasted: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("      ")).collect();
    for line in yaml.lines().filter(|line| !line.is_empty()) {
        assert!(pasted.contains(&line), "{line}");
    }
}

#[test]
fn trouble_points_at_its_place_when_the_text_is_known() {
    let mut report = fixture::full();
    report.sources.push(Source::new("k8s/broken.yaml", "a: 1\nb: 2\nc: d: e\n"));
    assert!(
        piped(&report).contains("trouble: k8s/broken.yaml:3:7\n3 │ c: d: e\n  │       ━\n"),
        "{}",
        piped(&report)
    );
}

#[test]
fn a_thousand_findings_in_a_large_file_are_drawn_quickly() {
    let text: String = (0..20_000).map(|line| format!("line{line}x: value\n")).collect();
    let source = Source::new("big.yaml", text.as_str());
    let findings: Vec<Finding> =
        (0..1000).map(|number| finding(&source, 0, &format!("line{}x", number * 20))).collect();
    let report = report(vec![source], findings);
    let start = std::time::Instant::now();
    let text = piped(&report);
    assert!(text.contains("big.yaml:19981:1"));
    // Generous: the debug build on a busy machine takes well under a second.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_text_and_spans_are_drawn_without_a_panic(
        text in "[a-c :\t\r\n{}ä名\u{1b}\u{301}\u{200b}]{0,200}",
        spans in proptest::collection::vec((0usize..260, 0usize..260), 1..5),
        width in 40usize..121,
    ) {
        let source = Source::new("a.yaml", text.as_str());
        let mut found = finding(&source, 0, "");
        found.place.span = Span::new(spans[0].0, spans[0].1);
        found.related = spans.iter().skip(1).map(|(start, end)| {
            let mut other = related(&source, 0, "", "a label of some words that may need to be wrapped");
            other.place = Place { span: Span::new(*start, *end), ..place(&source, 0, "") };
            other
        }).collect();
        let text = shown(&report(vec![source], vec![found]), Look { width, ..Look::PIPE });
        let raw = text.contains('\u{1b}');
        proptest::prop_assert!(!raw);
        for line in text.lines().skip_while(|line| !line.contains("╭▸")).take_while(|line| !line.starts_with("why")) {
            proptest::prop_assert!(textwrap::core::display_width(line) <= width, "{width}: {line}");
        }
    }
}
