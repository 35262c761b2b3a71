//! SARIF 2.1.0, for code scanning.

mod log;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use self::log::{
    ArtifactChange, ArtifactLocation, Invocation, Level, Location, LogFix, LogicalLocation, Message,
    Notification, Outcome, OutcomeProperties, PhysicalLocation, Region, Replacement, Run,
    RunAutomationDetails, SarifLog, Suppression, Tool, ToolComponent,
};

use crate::finding::identity::fingerprints;
use crate::finding::{Finding, Fix, Means, ObjectRef, Place, Report, Severity, Skipped, Suppressed, Trouble};
use crate::report::shared::json as writer;
use crate::report::shared::root::{Root, Seen};
use crate::report::shared::spot::Spot;
use crate::rules::RULES;
use crate::text::escape;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// So many related places of a finding are listed.
const MOST_RELATED: usize = 20;
/// What relative addresses are relative to.
const BASE: &str = "%SRCROOT%";
/// The name of our fingerprints; the number changes when what they are made of does.
const FINGERPRINT: &str = "kubectlLifecycleIdentity/v1";

/// Writes the whole report; suppressed findings are in it, marked as such.
pub(crate) fn write(report: &Report, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let log = Log { report, root };
    writer::to_compact_writer(&SarifLog { schema: SCHEMA, version: "2.1.0", runs: [log.run()] }, out)
}

/// The results, made one by one while they are written: twenty thousand of them fill the memory.
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
    fn run(&self) -> Run<Results<'_>> {
        let driver = ToolComponent {
            information_uri: rules::home(),
            name: "kubectl lifecycle",
            rules: RULES.iter().map(rules::descriptor).collect(),
            semantic_version: env!("CARGO_PKG_VERSION"),
            short_description: rules::text(env!("CARGO_PKG_DESCRIPTION")),
            version: env!("CARGO_PKG_VERSION"),
        };
        Run {
            automation_details: RunAutomationDetails { id: "kubectl-lifecycle/" },
            column_kind: "unicodeCodePoints",
            invocations: [self.invocation()],
            language: "en",
            original_uri_base_ids: BTreeMap::from([(BASE, base())]),
            tool: Tool { driver },
            results: Results(self),
        }
    }

    fn result<'f>(&self, finding: &'f Finding, by: Option<&Suppressed>, fingerprint: String) -> Outcome<'f> {
        let spot = Spot::of(self.report, &finding.place);
        let place = Location { logical_locations: logical(finding), ..self.location(&finding.place) };
        let related = finding.related.iter().take(MOST_RELATED).enumerate().map(|(at, related)| Location {
            id: Some(at),
            message: Some(message(&related.message)),
            ..self.location(&related.place)
        });
        Outcome {
            fixes: finding.fix.as_ref().and_then(|fix| self.fix(finding, fix)).map(|fix| [fix]),
            level: level(finding.severity),
            locations: [place],
            message: message(&words(finding, &spot)),
            partial_fingerprints: BTreeMap::from([(FINGERPRINT, fingerprint)]),
            properties: OutcomeProperties { field: &finding.field },
            related_locations: related.collect(),
            rule_id: finding.rule,
            rule_index: RULES.iter().position(|rule| rule.id == finding.rule),
            suppressions: by.map(|by| [self.suppression(by)]),
        }
    }

    /// The edits; `None` for rendered text, which is no file.
    fn fix(&self, finding: &Finding, fix: &Fix) -> Option<LogFix> {
        let source = self.report.source(fix.source).filter(|source| source.rendered_by().is_none())?;
        let replacements = fix.edits.iter().map(|edit| {
            let (start, end) = (source.position(edit.span.start), source.position(edit.span.end));
            let deleted_region = Region {
                start_line: start.line,
                start_column: Some(start.column),
                end_line: Some(end.line),
                end_column: Some(end.column),
            };
            Replacement { deleted_region, inserted_content: Message { text: edit.text.clone() } }
        });
        let change = ArtifactChange {
            artifact_location: self.physical(source.name(), None).physical_location.artifact_location,
            replacements: replacements.collect(),
        };
        let text = escape::line(&finding.help.text);
        let said =
            if fix.is_safe { text.into_owned() } else { format!("{text} It holds a guess: check it.") };
        Some(LogFix { artifact_changes: [change], description: message(&said) })
    }

    fn suppression(&self, by: &Suppressed) -> Suppression {
        let (kind, reason) = match by.means {
            Means::Baseline => ("external", "in the baseline"),
            Means::Comment | Means::Annotation => ("inSource", by.reason.as_str()),
        };
        Suppression {
            justification: escape::line(reason).into_owned(),
            kind,
            location: by.place.as_ref().map(|place| self.location(place)),
            status: "accepted",
        }
    }

    fn invocation(&self) -> Invocation {
        let trouble = self.report.trouble.iter().map(|trouble| self.unread(trouble));
        let not_linted = self.report.not_linted();
        Invocation {
            execution_successful: self.report.trouble.is_empty(),
            tool_execution_notifications: trouble
                .chain(not_linted.iter().map(|skipped| self.skipped(skipped)))
                .collect(),
        }
    }

    fn unread(&self, trouble: &Trouble) -> Notification {
        let region = trouble.line.map(|line| Region {
            start_line: line,
            start_column: trouble.column,
            ..Region::default()
        });
        self.notification(Level::Error, &trouble.file, region, &trouble.message)
    }

    fn skipped(&self, skipped: &Skipped) -> Notification {
        self.notification(Level::Note, &skipped.file, None, &skipped.reason)
    }

    fn notification(&self, level: Level, file: &str, region: Option<Region>, text: &str) -> Notification {
        Notification {
            level,
            locations: [self.physical(file, region)],
            message: message(&escape::line(text)),
        }
    }

    fn location(&self, place: &Place) -> Location {
        let Spot { file, start, end, .. } = Spot::of(self.report, place).in_file();
        let region = Region {
            start_line: start.line,
            start_column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        };
        self.physical(file, Some(region))
    }

    fn physical(&self, file: &str, region: Option<Region>) -> Location {
        let seen = self.root.see(file);
        let artifact_location = ArtifactLocation {
            description: None,
            uri: Some(seen.uri()),
            uri_base_id: matches!(seen, Seen::Below(_)).then_some(BASE),
        };
        Location {
            id: None,
            logical_locations: Vec::new(),
            message: None,
            physical_location: PhysicalLocation { artifact_location, region },
        }
    }
}

fn base() -> ArtifactLocation {
    let text = "The root of the repository, or the directory that the linter ran in.";
    ArtifactLocation { description: Some(message(text)), ..ArtifactLocation::default() }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
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
    for snippet in &finding.help.snippets {
        let label = snippet.label();
        if !label.is_empty() {
            text.push(' ');
            text.push_str(&escape::line(&label));
        }
        text.push_str("\n\n");
        text.push_str(&escape::block(&snippet.indented()));
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
    Message { text }
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

fn place(kind: &'static str, name: &str, whole: String) -> LogicalLocation {
    LogicalLocation { fully_qualified_name: whole, kind, name: name.to_owned() }
}

/// `apps/v1 Deployment shop/web`.
fn whole(object: &ObjectRef) -> String {
    let namespace = object.namespace.as_deref().map(|name| format!("{name}/")).unwrap_or_default();
    format!("{} {} {namespace}{}", object.api_version, object.kind, object.name)
}
