//! The report for machines: JSON, version 1. Fields are added, never changed, within a version.
//!
//! Positions are 1-based, columns count characters, `endColumn` is exclusive. `help` is the sentence,
//! an empty line, and the YAML to paste, as far as there are any. The output is one object over
//! several lines, and the same for the same report. Characters that a terminal would act on are
//! written as `\u` escapes, which mean the same in JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter};

use super::escape;
use crate::finding::{Finding, Help, Place, Report, Summary};
use crate::source::Source;

/// The version of the format.
const VERSION: u32 = 1;

/// Writes the whole report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    to_writer(&Document::of(report), out)
}

/// Writes any value the way all JSON output here is written.
pub fn to_writer(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Pretty(PrettyFormatter::new()));
    value.serialize(&mut serializer)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    findings: Vec<JsonFinding<'a>>,
    skipped: Vec<JsonSkipped>,
    trouble: Vec<JsonTrouble<'a>>,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    severity: &'a str,
    message: &'a str,
    why: &'a str,
    help: String,
    docs: &'a [&'static str],
    fixable: bool,
    #[serde(flatten)]
    region: Region<'a>,
    path: String,
    object: JsonObject<'a>,
    container: Option<&'a str>,
    related: Vec<JsonRelated<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonObject<'a> {
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: &'a str,
}

#[derive(Serialize)]
struct JsonRelated<'a> {
    #[serde(flatten)]
    region: Region<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonSkipped {
    file: String,
    reason: String,
}

#[derive(Serialize)]
struct JsonTrouble<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonSummary {
    files: usize,
    documents: usize,
    workloads: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    baselined: usize,
    context_files: usize,
    context_unread: usize,
}

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let skipped = report.not_linted().into_iter();
        let skipped = skipped.map(|one| JsonSkipped { file: one.file, reason: one.reason });
        let trouble = report.trouble.iter().map(|one| JsonTrouble {
            file: &one.file,
            line: one.line,
            column: one.column,
            message: &one.message,
        });
        Self {
            version: VERSION,
            findings: report.findings.iter().map(|finding| JsonFinding::of(report, finding)).collect(),
            skipped: skipped.collect(),
            trouble: trouble.collect(),
            summary: JsonSummary::of(&report.summary),
        }
    }
}

impl<'a> JsonFinding<'a> {
    fn of(report: &'a Report, finding: &'a Finding) -> Self {
        let related = finding.related.iter().map(|related| JsonRelated {
            region: Region::of(report, &related.place),
            message: &related.message,
        });
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            why: &finding.why,
            help: help(&finding.help),
            docs: &finding.docs,
            fixable: false,
            region: Region::of(report, &finding.place),
            path: finding.place.path.to_string(),
            object: JsonObject {
                api_version: &finding.object.api_version,
                kind: &finding.object.kind,
                namespace: finding.object.namespace.as_deref(),
                name: &finding.object.name,
            },
            container: finding.container.as_deref(),
            related: related.collect(),
        }
    }
}

impl<'a> Region<'a> {
    fn of(report: &'a Report, place: &Place) -> Self {
        let source = report.source(place.source);
        let at = |byte| {
            source.map_or((1, 1), |source| {
                let position = source.position(byte);
                (position.line, position.column)
            })
        };
        let (line, column) = at(place.span.start);
        let (end_line, end_column) = at(place.span.end);
        Self { file: source.map_or("", Source::name), line, column, end_line, end_column }
    }
}

impl JsonSummary {
    fn of(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            documents: summary.documents,
            workloads: summary.workloads,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            context_files: summary.context_files,
            context_unread: summary.context_unread,
        }
    }
}

fn help(help: &Help) -> String {
    let parts: Vec<&str> =
        [help.text.as_str(), help.yaml.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// serde_json's pretty formatter, which escapes what a terminal would act on as well.
struct Pretty<'a>(PrettyFormatter<'a>);

impl Formatter for Pretty<'_> {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| escape::is_unsafe(*c)) {
            writer.write_all(fragment.get(plain..at).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(fragment.get(plain..).unwrap_or_default().as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use insta::assert_snapshot;
    use serde_json::Value;

    use super::super::fixture;
    use super::*;

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
    fn an_empty_report_still_has_every_field() {
        let back: Value = serde_json::from_str(&written(&Report::default())).unwrap();
        let keys: Vec<&String> = back.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["version", "findings", "skipped", "trouble", "summary"]);
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
        let source = crate::source::Source::new("min.json", text.as_str());
        let mut finding = fixture::finding(&source, 0, "nginx");
        finding.place.span = crate::source::Span::new(text.len() - 12, text.len() - 7);
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
}
