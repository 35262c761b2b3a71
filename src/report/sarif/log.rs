//! The shape of a SARIF 2.1.0 log: of all that the standard has room for, what we fill.
//!
//! The fields of each object are written in the order in which they stand here, by the alphabet.

use std::collections::BTreeMap;

use serde::Serialize;

/// `sarifLog`: the whole file. The results of its run are whatever serialises as a list of
/// `result`, so that they need not all be in memory while it is written.
#[derive(Serialize)]
pub(super) struct SarifLog<Results> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<Results>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<Results> {
    pub(super) automation_details: RunAutomationDetails,
    pub(super) column_kind: &'static str,
    pub(super) invocations: [Invocation; 1],
    pub(super) language: &'static str,
    pub(super) original_uri_base_ids: BTreeMap<&'static str, ArtifactLocation>,
    pub(super) tool: Tool,
    pub(super) results: Results,
}

#[derive(Serialize)]
pub(super) struct RunAutomationDetails {
    pub(super) id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
pub(super) struct Notification {
    pub(super) level: Level,
    pub(super) locations: [Location; 1],
    pub(super) message: Message,
}

#[derive(Serialize)]
pub(super) struct Tool {
    pub(super) driver: ToolComponent,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ToolComponent {
    pub(super) information_uri: &'static str,
    pub(super) name: &'static str,
    pub(super) rules: Vec<ReportingDescriptor>,
    pub(super) semantic_version: &'static str,
    pub(super) short_description: MultiformatMessageString,
    pub(super) version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportingDescriptor {
    pub(super) default_configuration: ReportingConfiguration,
    pub(super) full_description: MultiformatMessageString,
    pub(super) help: MultiformatMessageString,
    pub(super) help_uri: String,
    pub(super) id: &'static str,
    pub(super) name: String,
    pub(super) properties: RuleProperties,
    pub(super) short_description: MultiformatMessageString,
}

#[derive(Serialize)]
pub(super) struct ReportingConfiguration {
    pub(super) level: Level,
}

/// What code scanning reads of a rule's property bag.
#[derive(Serialize)]
pub(super) struct RuleProperties {
    pub(super) tags: [&'static str; 3],
    pub(super) precision: &'static str,
    #[serde(rename = "problem.severity")]
    pub(super) problem_severity: &'static str,
}

#[derive(Serialize)]
pub(super) struct MultiformatMessageString {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) markdown: Option<String>,
    pub(super) text: String,
}

/// `result`: a finding.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fixes: Option<[LogFix; 1]>,
    pub(super) level: Level,
    pub(super) locations: [Location; 1],
    pub(super) message: Message,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    pub(super) properties: OutcomeProperties<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location>,
    pub(super) rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_index: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressions: Option<[Suppression; 1]>,
}

/// `fix`: a proposal, which a program can make.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogFix {
    pub(super) artifact_changes: [ArtifactChange; 1],
    pub(super) description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactChange {
    pub(super) artifact_location: ArtifactLocation,
    pub(super) replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Replacement {
    pub(super) deleted_region: Region,
    pub(super) inserted_content: Message,
}

/// What of a finding has no place of its own in SARIF.
#[derive(Serialize)]
pub(super) struct OutcomeProperties<'a> {
    pub(super) field: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

#[derive(Serialize)]
pub(super) struct Suppression {
    pub(super) justification: String,
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<Location>,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
    pub(super) physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
    pub(super) name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ArtifactLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) uri_base_id: Option<&'static str>,
}

/// Lines and columns, both from 1.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_column: Option<usize>,
    pub(super) start_line: usize,
}

#[derive(Serialize)]
pub(super) struct Message {
    pub(super) text: String,
}
