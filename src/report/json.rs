//! The report for machines: JSON, version 1. Fields are added, never changed, within a version.
//!
//! Positions are 1-based, columns count characters, `endColumn` is exclusive. `help` is the sentence,
//! an empty line, and the YAML to paste, as far as there are any. The output is one object over
//! several lines, and the same for the same report. Characters that a terminal would act on are
//! written as `\u` escapes, which mean the same in JSON.

use super::shared::json;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{
    Action, Finding, Fix, FixesLeft, FixesMade, Help, Place, Report, Snippet, Summary, Suppressed,
};
use crate::report::shared::chart::json::JsonChart;
use crate::report::shared::spot::Spot;
use crate::report::shared::statistics::Statistics;

/// The version of the format.
const VERSION: u32 = 1;
/// So many related places of a finding are listed, and the others counted.
const MOST_RELATED: usize = 20;

/// Writes the whole report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    json::to_writer(&JsonReport::of(report), out)
}

/// Writes the whole report, and how many findings there are of what.
pub(crate) fn write_with_statistics(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let statistics = Some(Statistics::of(report));
    json::to_writer(&JsonReport { statistics, ..JsonReport::of(report) }, out)
}

/// The report of `kubectl lifecycle lint -o json`. Positions are from 1, columns count characters, and
/// `endColumn` is one past the last. Fields are added within a version, and never changed.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Report")]
struct JsonReport<'a> {
    /// The version of this format: 1.
    version: u32,
    /// What was found, sorted by file and position.
    findings: Vec<JsonFinding<'a>>,
    /// What was found and is suppressed by a comment, an annotation or the baseline.
    suppressed: Vec<JsonSuppressed<'a>>,
    /// Entries of the baseline that occur less often than it says, or not at all.
    obsolete: Vec<JsonObsolete<'a>>,
    /// Files and documents that were knowingly not linted.
    skipped: Vec<JsonSkipped>,
    /// What could not be read or understood; the exit status is then 2.
    trouble: Vec<JsonTrouble<'a>>,
    /// Commands that lint what this run could not see whole; the last line may count the rest.
    hints: &'a [String],
    /// The counts.
    summary: JsonSummary,
    /// What became of the fixes: with `--fix`.
    #[serde(skip_serializing_if = "Option::is_none")]
    fixes: Option<JsonFixes<'a>>,
    /// Findings counted by rule, file, object and namespace: with `--statistics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    statistics: Option<Statistics<'a>>,
}

/// Fixes that were made, and those that were not; the findings are those of the files as they are then.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fixes")]
struct JsonFixes<'a> {
    /// The files that were written, sorted.
    files: Vec<JsonFixedFile<'a>>,
    /// Not made: they hold a guess, and `--unsafe-fixes` was not given.
    guesses: usize,
    /// Findings about text that kustomize or Helm rendered, which is not written.
    rendered: usize,
    /// Not made: the file is a symbolic link, or lies behind one.
    links: usize,
    /// Not made: they were tried, and would have brought trouble or another finding.
    harmful: usize,
}

/// A file that was written.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "FixedFile")]
struct JsonFixedFile<'a> {
    /// The file, as given.
    file: &'a str,
    /// How many fixes were made in it.
    fixes: usize,
}

/// A finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct JsonFinding<'a> {
    /// The rule's id, such as `latest-tag`.
    rule: &'a str,
    /// How bad it is.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    severity: &'a str,
    /// What: one sentence without a final period.
    message: &'a str,
    /// Why it matters, with this manifest's own numbers.
    why: &'a str,
    /// How to mend it: a sentence, an empty line, and YAML to paste, as far as there are any.
    help: String,
    /// What is to be written, one by one: `help` holds their texts.
    snippets: Vec<JsonSnippet<'a>>,
    /// Links: the page of the rule, then the documentation of Kubernetes that it rests on.
    docs: &'a [String],
    /// Whether the tool can mend it: `fix` says how.
    fixable: bool,
    /// The mend as changes of the file; null where there is none.
    fix: Option<JsonFix<'a>>,
    #[serde(flatten)]
    region: Region<'a>,
    /// The field, from the object's root.
    path: String,
    /// The field, its list items called by their names, so that it survives edits elsewhere.
    field: &'a str,
    /// The object.
    object: JsonObject<'a>,
    /// The container, if it is about one.
    container: Option<&'a str>,
    /// A few words about the place that the message does not say; null where there are none.
    label: Option<&'a str>,
    /// Further places that help to understand it.
    related: Vec<JsonRelated<'a>>,
    /// How many further places there are besides the 20 of `related`; absent where there are none.
    #[serde(rename = "moreRelated", skip_serializing_if = "Option::is_none")]
    more_related: Option<usize>,
    /// What happens when, where instants matter; absent where they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<JsonChart<'a>>,
}

/// Text to paste.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Snippet")]
struct JsonSnippet<'a> {
    /// What it is written in: of a shell, it is a part of a script.
    #[schemars(extend("enum" = ["yaml", "sh"]))]
    language: &'a str,
    /// What becomes of it in the manifest; null where the sentence before it says so.
    #[schemars(extend("enum" = ["add", "replace", null]))]
    action: Option<&'a str>,
    /// The field that it is added to, or that it replaces, list items called by their names; null without an
    /// action, empty for the object itself.
    field: Option<&'a str>,
    /// How many blanks stand before each of its lines in the manifest.
    indent: usize,
    /// Without that indentation.
    text: &'a str,
}

/// A mend as changes of a file. Mends of two findings can touch: whoever makes one lints again before the next.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct JsonFix<'a> {
    /// It changes nothing but the fault, and holds no guess.
    safe: bool,
    /// The file, as given: that of the object.
    file: &'a str,
    /// From the first to the last in the file; they lie apart, and all belong together.
    edits: Vec<JsonEdit<'a>>,
}

/// A change of the text.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Edit")]
struct JsonEdit<'a> {
    /// The line of what is replaced, from 1.
    line: usize,
    /// Its column, from 1, in characters.
    column: usize,
    /// Its last line.
    end_line: usize,
    /// One past its last column; with `endLine` where it begins, where text is put in.
    end_column: usize,
    /// What takes its place.
    text: &'a str,
}

/// A finding that is suppressed, and by what.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suppressed")]
struct JsonSuppressed<'a> {
    #[serde(flatten)]
    finding: JsonFinding<'a>,
    /// By what.
    suppression: JsonSuppression<'a>,
}

/// What suppresses a finding.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Suppression")]
struct JsonSuppression<'a> {
    /// By which means.
    #[schemars(extend("enum" = ["comment", "annotation", "baseline"]))]
    kind: &'a str,
    /// The user's reason; empty for a baseline.
    reason: &'a str,
    /// Where it is written; null for a baseline, as are the positions.
    file: Option<&'a str>,
    /// The line, from 1.
    line: Option<usize>,
    /// The column, from 1.
    column: Option<usize>,
    /// The last line.
    end_line: Option<usize>,
    /// One past the last column.
    end_column: Option<usize>,
}

/// A place in a text.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Region<'a> {
    /// The file, as given, with forward slashes.
    file: &'a str,
    /// The line, from 1.
    line: usize,
    /// The column, from 1, in characters.
    column: usize,
    /// The last line.
    end_line: usize,
    /// One past the last column.
    end_column: usize,
    /// The command whose output lines and columns count in, when they are not those of the file.
    rendered: Option<&'a str>,
}

/// An object.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Object")]
struct JsonObject<'a> {
    /// `apps/v1`.
    api_version: &'a str,
    /// `Deployment`.
    kind: &'a str,
    /// As written; null where the object names none.
    namespace: Option<&'a str>,
    /// As written; empty where the object has none.
    name: &'a str,
}

/// A second place of a finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Related")]
struct JsonRelated<'a> {
    #[serde(flatten)]
    region: Region<'a>,
    /// What is to be seen there.
    message: &'a str,
}

/// An entry of the baseline that can go.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Obsolete")]
struct JsonObsolete<'a> {
    /// Rule, object, container and field, in words.
    identity: &'a str,
    /// How often the baseline holds it.
    listed: usize,
    /// How often it was found.
    found: usize,
}

/// Something that was not linted.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Skipped")]
struct JsonSkipped {
    /// The file, as given.
    file: String,
    /// Why.
    reason: String,
}

/// Something that could not be read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Trouble")]
struct JsonTrouble<'a> {
    /// The file, as given.
    file: &'a str,
    /// The line, from 1, when known.
    line: Option<usize>,
    /// The column, from 1, when known.
    column: Option<usize>,
    /// Cause, whose fault it is, and the next step.
    message: &'a str,
}

/// The counts of a run.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
#[serde(rename_all = "camelCase")]
struct JsonSummary {
    /// Every file considered, whatever became of it.
    files: usize,
    /// Documents read.
    documents: usize,
    /// Objects that carry a pod template, and Pods.
    workloads: usize,
    /// Those among them that are patches: judged only by what they contain.
    patches: usize,
    /// Findings of severity error.
    errors: usize,
    /// Findings of severity warning.
    warnings: usize,
    /// Findings of severity info.
    infos: usize,
    /// Findings that `--strict` would add: advice, and what cannot be known.
    only_strict: usize,
    /// Findings in changed files that were there at the merge base: with `--changed-since` they are not listed.
    older: usize,
    /// Findings silenced by comments and annotations.
    suppressed: usize,
    /// Findings that the baseline holds.
    baselined: usize,
    /// Files that were only read to know about; not among `files`.
    context_files: usize,
    /// Those of them that could not be read whole.
    context_unread: usize,
}

impl<'a> JsonReport<'a> {
    fn of(report: &'a Report) -> Self {
        let skipped = report.not_linted().into_iter();
        let skipped = skipped.map(|one| JsonSkipped { file: one.file, reason: one.reason });
        let obsolete = report.obsolete.iter().map(|one| JsonObsolete {
            identity: &one.identity,
            listed: one.listed,
            found: one.found,
        });
        let trouble = report.trouble.iter().map(|one| JsonTrouble {
            file: &one.file,
            line: one.line,
            column: one.column,
            message: &one.message,
        });
        Self {
            version: VERSION,
            findings: report.findings.iter().map(|finding| JsonFinding::of(report, finding)).collect(),
            suppressed: report.suppressed.iter().map(|one| JsonSuppressed::of(report, one)).collect(),
            obsolete: obsolete.collect(),
            skipped: skipped.collect(),
            trouble: trouble.collect(),
            hints: &report.hints,
            summary: JsonSummary::of(&report.summary),
            fixes: report.fixes_made.as_ref().map(JsonFixes::of),
            statistics: None,
        }
    }
}

impl<'a> JsonFixes<'a> {
    fn of(made: &'a FixesMade) -> Self {
        let FixesLeft { guesses, rendered, links, harmful } = made.left;
        let files = made.files.iter().map(|(file, fixes)| JsonFixedFile { file, fixes: *fixes });
        Self { files: files.collect(), guesses, rendered, links, harmful }
    }
}

impl<'a> JsonFinding<'a> {
    fn of(report: &'a Report, finding: &'a Finding) -> Self {
        let related = finding.related.iter().take(MOST_RELATED).map(|related| JsonRelated {
            region: Region::of(report, &related.place),
            message: &related.message,
        });
        Self {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            why: &finding.why,
            help: help(&finding.help),
            snippets: finding.help.snippets.iter().map(JsonSnippet::of).collect(),
            docs: &finding.docs,
            fixable: finding.fix.is_some(),
            fix: finding.fix.as_ref().map(|fix| JsonFix::of(report, finding, fix)),
            region: Region::of(report, &finding.place),
            path: finding.place.path.to_string(),
            field: &finding.field,
            object: JsonObject {
                api_version: &finding.object.api_version,
                kind: &finding.object.kind,
                namespace: finding.object.namespace.as_deref(),
                name: &finding.object.name,
            },
            container: finding.container.as_deref(),
            label: finding.label.as_deref(),
            related: related.collect(),
            more_related: finding.related.len().checked_sub(MOST_RELATED).filter(|more| *more > 0),
            chart: finding.chart.as_ref().map(JsonChart::of),
        }
    }
}

impl<'a> JsonFix<'a> {
    fn of(report: &'a Report, finding: &'a Finding, fix: &'a Fix) -> Self {
        let at = |span| Place { source: fix.source, span, path: finding.place.path.clone() };
        let edits = fix.edits.iter().map(|edit| {
            let place = at(edit.span);
            let Region { line, column, end_line, end_column, .. } = Region::of(report, &place);
            JsonEdit { line, column, end_line, end_column, text: &edit.text }
        });
        let file = Region::of(report, &at(finding.place.span)).file;
        Self { safe: fix.is_safe, file, edits: edits.collect() }
    }
}

impl<'a> JsonSuppressed<'a> {
    fn of(report: &'a Report, one: &'a Suppressed) -> Self {
        let region = one.place.as_ref().map(|place| Region::of(report, place));
        let region = region.as_ref();
        Self {
            finding: JsonFinding::of(report, &one.finding),
            suppression: JsonSuppression {
                kind: one.means.as_str(),
                reason: &one.reason,
                file: region.map(|region| region.file),
                line: region.map(|region| region.line),
                column: region.map(|region| region.column),
                end_line: region.map(|region| region.end_line),
                end_column: region.map(|region| region.end_column),
            },
        }
    }
}

impl<'a> Region<'a> {
    fn of(report: &'a Report, place: &Place) -> Self {
        let spot = Spot::of(report, place);
        Self {
            file: spot.file,
            line: spot.start.line,
            column: spot.start.column,
            end_line: spot.end.line,
            end_column: spot.end.column,
            rendered: spot.rendered_by,
        }
    }
}

impl JsonSummary {
    fn of(summary: &Summary) -> Self {
        Self {
            files: summary.files,
            documents: summary.documents,
            workloads: summary.workloads,
            patches: summary.patches,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            only_strict: summary.only_strict,
            older: summary.older,
            suppressed: summary.suppressed,
            baselined: summary.baselined,
            context_files: summary.context_files,
            context_unread: summary.context_unread,
        }
    }
}

impl<'a> JsonSnippet<'a> {
    fn of(snippet: &'a Snippet) -> Self {
        Self {
            language: snippet.language.as_str(),
            action: snippet.action.map(Action::as_str),
            field: snippet.action.map(|_| snippet.field.as_str()),
            indent: snippet.indent,
            text: &snippet.text,
        }
    }
}

fn help(help: &Help) -> String {
    // One alone needs no words on where it belongs: the sentence is enough.
    let is_labelled = help.snippets.len() > 1;
    let snippets = help.snippets.iter().flat_map(|snippet| {
        let label = if is_labelled { snippet.label() } else { String::new() };
        [label, snippet.text.clone()]
    });
    let parts = std::iter::once(help.text.clone()).chain(snippets);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests;
