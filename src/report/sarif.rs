//! SARIF 2.1.0, for code scanning.

mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, LogicalLocation, Message, Notification, PhysicalLocation,
    PropertyBag, Region, Result as Outcome, ResultLevel, Run, RunAutomationDetails, Suppression, Tool,
    ToolComponent,
};

use crate::finding::identity::fingerprints;
use crate::finding::{Finding, Means, ObjectRef, Place, Report, Severity, Skipped, Suppressed, Trouble};
use crate::report::shared::json as writer;
use crate::report::shared::root::{Root, Seen};
use crate::report::shared::spot::Spot;
use crate::rules::RULES;
use crate::text::escape;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What relative addresses are relative to.
const BASE: &str = "%SRCROOT%";
/// The name of our fingerprints; the number changes when what they are made of does.
const FINGERPRINT: &str = "kubectlLifecycleIdentity/v1";

/// Writes the whole report; suppressed findings are in it, marked as such.
pub(crate) fn write(report: &Report, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let log = Log { report, root };
    let file = LogFile {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [OneRun { run: log.run(), results: Results(&log) }],
    };
    writer::to_compact_writer(&file, out)
}

/// The file, whose results are made one by one while it is written: the library's structs have room
/// for all of SARIF, and twenty thousand of them fill the memory.
#[derive(Serialize)]
struct LogFile<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [OneRun<'a>; 1],
}

#[derive(Serialize)]
struct OneRun<'a> {
    #[serde(flatten)]
    run: Run,
    results: Results<'a>,
}

struct Results<'a>(&'a Log<'a>);

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0.report;
        let suppressed = report.suppressed.iter().map(|one| (&one.finding, Some(one)));
        let all = report.findings.iter().map(|finding| (finding, None)).chain(suppressed);
        let results = all
            .zip(fingerprints(report))
            .map(|((finding, by), fingerprint)| self.0.result(finding, by, fingerprint));
        serializer.collect_seq(results)
    }
}

struct Log<'a> {
    report: &'a Report,
    root: &'a Root,
}

impl Log<'_> {
    fn run(&self) -> Run {
        let driver = ToolComponent {
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            semantic_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            information_uri: Some(rules::home().to_owned()),
            short_description: Some(rules::text(env!("CARGO_PKG_DESCRIPTION"))),
            rules: Some(RULES.iter().map(rules::descriptor).collect()),
            ..ToolComponent::builder().name("kubectl lifecycle").build()
        };
        Run {
            automation_details: Some(RunAutomationDetails {
                id: Some("kubectl-lifecycle/".to_owned()),
                ..RunAutomationDetails::default()
            }),
            column_kind: Some(json!("unicodeCodePoints")),
            language: Some("en".to_owned()),
            invocations: Some(vec![self.invocation()]),
            original_uri_base_ids: Some(BTreeMap::from([(BASE.to_owned(), base())])),
            ..Run::builder().tool(Tool::builder().driver(driver).build()).build()
        }
    }

    fn result(&self, finding: &Finding, by: Option<&Suppressed>, fingerprint: String) -> Outcome {
        let spot = Spot::of(self.report, &finding.place);
        let mut place = self.location(&finding.place);
        place.logical_locations = Some(logical(finding));
        let related = finding.related.iter().enumerate().map(|(at, related)| Location {
            id: i64::try_from(at).ok(),
            message: Some(message(&related.message)),
            ..self.location(&related.place)
        });
        let related: Vec<Location> = related.collect();
        Outcome {
            rule_id: Some(finding.rule.to_owned()),
            rule_index: RULES
                .iter()
                .position(|rule| rule.id == finding.rule)
                .and_then(|at| i64::try_from(at).ok()),
            level: Some(level(finding.severity)),
            locations: Some(vec![place]),
            related_locations: (!related.is_empty()).then_some(related),
            partial_fingerprints: Some(BTreeMap::from([(FINGERPRINT.to_owned(), fingerprint)])),
            suppressions: by.map(|by| vec![self.suppression(by)]),
            properties: properties(finding),
            ..Outcome::builder().message(message(&words(finding, &spot))).build()
        }
    }

    fn suppression(&self, by: &Suppressed) -> Suppression {
        let (kind, reason) = match by.means {
            Means::Baseline => ("external", "in the baseline"),
            Means::Comment | Means::Annotation => ("inSource", by.reason.as_str()),
        };
        Suppression {
            status: Some(json!("accepted")),
            justification: Some(escape::line(reason).into_owned()),
            location: by.place.as_ref().map(|place| self.location(place)),
            ..Suppression::builder().kind(kind).build()
        }
    }

    fn invocation(&self) -> Invocation {
        let trouble = self.report.trouble.iter().map(|trouble| self.unread(trouble));
        let not_linted = self.report.not_linted();
        let notes: Vec<Notification> =
            trouble.chain(not_linted.iter().map(|skipped| self.skipped(skipped))).collect();
        Invocation {
            tool_execution_notifications: (!notes.is_empty()).then_some(notes),
            ..Invocation::builder().execution_successful(self.report.trouble.is_empty()).build()
        }
    }

    fn unread(&self, trouble: &Trouble) -> Notification {
        let region = trouble.line.map(|line| Region {
            start_line: number(line),
            start_column: trouble.column.and_then(number),
            ..Region::default()
        });
        self.notification("error", &trouble.file, region, &trouble.message)
    }

    fn skipped(&self, skipped: &Skipped) -> Notification {
        self.notification("note", &skipped.file, None, &skipped.reason)
    }

    fn notification(&self, level: &str, file: &str, region: Option<Region>, text: &str) -> Notification {
        Notification {
            level: Some(json!(level)),
            locations: Some(vec![self.physical(file, region)]),
            ..Notification::builder().message(message(&escape::line(text))).build()
        }
    }

    fn location(&self, place: &Place) -> Location {
        let Spot { file, start, end, .. } = Spot::of(self.report, place).in_file();
        let region = Region {
            start_line: number(start.line),
            start_column: number(start.column),
            end_line: number(end.line),
            end_column: number(end.column),
            ..Region::default()
        };
        self.physical(file, Some(region))
    }

    fn physical(&self, file: &str, region: Option<Region>) -> Location {
        let seen = self.root.see(file);
        let artifact = ArtifactLocation {
            uri: Some(seen.uri()),
            uri_base_id: matches!(seen, Seen::Below(_)).then(|| BASE.to_owned()),
            ..ArtifactLocation::default()
        };
        let physical =
            PhysicalLocation { artifact_location: Some(artifact), region, ..PhysicalLocation::default() };
        Location { physical_location: Some(physical), ..Location::default() }
    }
}

fn number(count: usize) -> Option<i64> {
    i64::try_from(count).ok()
}

fn base() -> ArtifactLocation {
    let text = "The root of the repository, or the directory that the linter ran in.";
    ArtifactLocation { description: Some(message(text)), ..ArtifactLocation::default() }
}

fn level(severity: Severity) -> ResultLevel {
    match severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Info => ResultLevel::Note,
    }
}

/// What, why and how to mend it; the first sentence stands alone where there is little room.
fn words(finding: &Finding, spot: &Spot<'_>) -> String {
    let remark = spot.remark().map(|remark| format!(" ({remark})")).unwrap_or_default();
    let mut text = format!("{}{remark}.", escape::line(&finding.message));
    for part in [&finding.why, &finding.help.text] {
        if !part.is_empty() {
            text.push(' ');
            text.push_str(&escape::line(part));
        }
    }
    if !finding.help.yaml.is_empty() {
        text.push_str("\n\n");
        text.push_str(&escape::block(&finding.help.yaml));
    }
    text
}

/// A message in plain text, in which `[a](b)` is no link.
fn message(text: &str) -> Message {
    let text = if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    };
    Message { text: Some(text), ..Message::default() }
}

/// The object, the container and the field.
fn logical(finding: &Finding) -> Vec<LogicalLocation> {
    let object = whole(&finding.object);
    let mut locations = vec![place("object", &finding.object.name, object.clone())];
    if let Some(container) = &finding.container {
        locations.push(place("object", container, format!("{object} container {container}")));
    }
    let field = finding.place.path.to_string();
    locations.push(place("property", &field, format!("{object} {field}")));
    locations
}

fn place(kind: &str, name: &str, whole: String) -> LogicalLocation {
    LogicalLocation {
        kind: Some(kind.to_owned()),
        name: Some(name.to_owned()),
        fully_qualified_name: Some(whole),
        ..LogicalLocation::default()
    }
}

/// `apps/v1 Deployment shop/web`.
fn whole(object: &ObjectRef) -> String {
    let namespace = object.namespace.as_deref().map(|name| format!("{name}/")).unwrap_or_default();
    format!("{} {} {namespace}{}", object.api_version, object.kind, object.name)
}

/// What has no place of its own in SARIF.
fn properties(finding: &Finding) -> Option<PropertyBag> {
    let properties: BTreeMap<String, Value> =
        BTreeMap::from([("field".to_owned(), Value::from(finding.field.as_str()))]);
    Some(PropertyBag { additional_properties: properties, ..PropertyBag::default() })
}
