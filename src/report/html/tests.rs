#![allow(clippy::unwrap_used)]

use super::excerpt::{self, Excerpt};
use crate::report::fixture;
use crate::report::shared::look::Look;
use crate::text::Source;

/// The excerpts of a finding over the first `words` of a text, as text: marks in brackets, notes behind an arrow.
fn drawn(text: &str, words: &str) -> String {
    let report = fixture::single(text, words);
    let excerpts = excerpt::of(&report, &fixture::how(Look::PIPE), &report.findings[0]);
    shown(&excerpts)
}

fn shown(excerpts: &[Excerpt]) -> String {
    let mut shown = String::new();
    for excerpt in excerpts {
        if let Some(other) = &excerpt.other {
            shown += &format!("{other}\n");
        }
        for line in &excerpt.lines {
            let gap = if line.is_apart { "…\n" } else { "" };
            shown += &format!("{gap}{}: ", line.number);
            for part in &line.parts {
                match part.class {
                    "" => shown += &part.text,
                    "here" => shown += &format!("[{}]", part.text),
                    _ => shown += &format!("({})", part.text),
                }
            }
            for note in &line.notes {
                let words: String = note.0.iter().map(|words| words.text.as_str()).collect();
                shown += &format!(" <- {words}");
            }
            shown += "\n";
        }
    }
    shown
}

#[test]
fn the_words_are_marked_between_the_lines_around_them() {
    assert_eq!(drawn("a: 1\nb: 2\nc: 3\nd: 4\n", "2"), "1: a: 1\n2: b: [2]\n3: c: 3\n");
    assert_eq!(drawn("a: 1\nb: 2\n", "1\nb"), "1: a: [1]\n2: [b]: 2\n");
}

#[test]
fn further_places_say_what_they_are_and_what_lies_between_is_left_out() {
    let report = fixture::full();
    let excerpts = excerpt::of(&report, &fixture::how(Look::PIPE), &report.findings[0]);
    assert_eq!(
        shown(&excerpts),
        "10:       containers:\n\
         11:         - [name: web]\n\
         12:           image: registry.example:5000/web\n\
         13:           ports:\n\
         14:             - containerPort: (8080) <- Service web sends requests here\n\
         k8s/svc.yaml\n\
         6:   selector:\n\
         7:     (app: web) <- selects this pod template, so requests reach it as soon as it starts\n"
    );
}

#[test]
fn tabs_are_spaces_and_control_characters_are_told() {
    assert_eq!(drawn("a:\tb\u{1b}[31m\u{feff}\n", "b"), "1: a:    [b]\\u{1b}[31m\\u{feff}\n");
    assert_eq!(drawn("\u{feff}a: b\r\nc: d\r\n", "b"), "1: a: [b]\n2: c: d\n");
}

#[test]
fn a_long_line_is_cut_around_the_words() {
    let text = format!("a: {}needle{}\n", "x".repeat(10_000), "é".repeat(10_000));
    let drawn = drawn(&text, "needle");
    assert!(drawn.contains("…x") && drawn.contains("x[needle]é") && drawn.ends_with("é…\n"), "{drawn}");
    assert!(drawn.chars().count() < 400, "{}", drawn.len());
    let all = format!("a: {}\n", "y".repeat(10_000));
    assert!(self::drawn(&all, all.trim()).chars().count() < 400);
}

#[test]
fn where_nothing_stands_the_place_is_shown_all_the_same() {
    let mut report = fixture::single("a: 1\nb: 2\n", "a");
    report.findings[0].place.span = crate::text::Span::new(4, 4);
    let excerpts = excerpt::of(&report, &fixture::how(Look::PIPE), &report.findings[0]);
    assert_eq!(shown(&excerpts), "1: a: 1[‸]\n2: b: 2\n");
    report.findings[0].place.span = crate::text::Span::new(99, 200);
    report.sources = vec![Source::new("k8s/web.yaml", "")];
    excerpt::of(&report, &fixture::how(Look::PIPE), &report.findings[0]);
}

#[test]
fn of_very_many_lines_the_first_is_shown() {
    let text: String = (0..40).map(|line| format!("k{line}: v\n")).collect();
    assert_eq!(drawn(&text, text.trim()), "1: [k0: v] <- and 39 more lines\n2: k1: v\n");
}
