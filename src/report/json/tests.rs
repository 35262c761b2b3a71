#![allow(clippy::unwrap_used, clippy::expect_used)]
use insta::assert_snapshot;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::super::fixture;
use super::*;
use crate::text::escape;

/// The JSON Schema of the report, as it is published.
fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<JsonReport<'_>>().to_value()
}

fn written(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_report_has_the_fields_of_version_1_in_their_order() {
    let text = written(&fixture::full());
    let back: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back["findings"][0]["related"][1]["file"], "k8s/svc.yaml");
    assert_snapshot!(text);
}

#[test]
fn twenty_related_places_are_listed_and_the_others_counted() {
    let mut report = fixture::full();
    let one = &mut report.findings[0];
    let place = one.related[0].clone();
    one.related = vec![place; 23];
    let back: Value = serde_json::from_str(&written(&report)).unwrap();
    assert_eq!(back["findings"][0]["related"].as_array().unwrap().len(), 20);
    assert_eq!(back["findings"][0]["moreRelated"], 3);
    assert!(back["findings"][1].get("moreRelated").is_none());
}

/// `UPDATE_DOCS=1 cargo test` writes it.
#[test]
fn the_schema_in_the_repository_is_that_of_what_is_written() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/report.schema.json");
    let schema = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &schema).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == schema, "run UPDATE_DOCS=1 cargo test");
}

#[test]
fn an_empty_report_still_has_every_field() {
    let back: Value = serde_json::from_str(&written(&Report::default())).unwrap();
    let keys: Vec<&String> = back.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["version", "findings", "suppressed", "obsolete", "skipped", "trouble", "hints", "summary"]
    );
}

#[test]
fn columns_count_characters_and_the_end_is_exclusive() {
    let report = fixture::single("名前: {image: näh}\n", "näh");
    let back: Value = serde_json::from_str(&written(&report)).unwrap();
    let finding = &back["findings"][0];
    assert_eq!((finding["column"].as_u64(), finding["endColumn"].as_u64()), (Some(13), Some(16)));
}

#[test]
fn a_thousand_findings_in_one_line_of_megabytes_are_written_quickly() {
    let text = "{\"image\": \"nginx\"}, ".repeat(200_000);
    let source = crate::text::Source::new("min.json", text.as_str());
    let mut finding = fixture::finding(&source, 0, "nginx");
    finding.place.span = crate::text::Span::new(text.len() - 12, text.len() - 7);
    let report = fixture::report(vec![source], vec![finding; 1000]);
    let start = std::time::Instant::now();
    assert!(written(&report).contains("\"column\": 3999989"));
    // Generous: counting through the line for each finding takes minutes.
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn unsafe_characters_are_escaped_and_mean_the_same() {
    let mut report = Report::default();
    let evil = "a\u{1b}[31m\u{9b}\u{202e}\u{e0041}\u{7f}\"\\\n名";
    report.skipped = vec![crate::finding::Skipped { file: evil.into(), reason: String::new() }];
    let text = written(&report);
    assert!(!text.chars().any(|c| c != '\n' && escape::is_unsafe(c)), "{text:?}");
    let back: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back["skipped"][0]["file"], evil);
}
