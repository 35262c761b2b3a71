//! How many findings there are, by rule, file, object and namespace.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::summary::plural;
use crate::finding::{Finding, ObjectRef, Report, Severity, Source, SourceId};

/// Findings counted by rule, file, object and namespace. In each list the most come first, and those with as many
/// by name.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Statistics<'a> {
    /// By rule.
    pub(crate) rules: Vec<OfRule<'a>>,
    /// By file.
    pub(crate) files: Vec<OfFile<'a>>,
    /// By object: one that stands in two files is two.
    pub(crate) objects: Vec<OfObject<'a>>,
    /// By namespace, as the objects name it.
    pub(crate) namespaces: Vec<OfNamespace<'a>>,
}

/// Findings by severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub(crate) struct Counts {
    /// All of them.
    pub(crate) findings: usize,
    /// Those of severity error.
    pub(crate) errors: usize,
    /// Those of severity warning.
    pub(crate) warnings: usize,
    /// Those of severity info.
    pub(crate) infos: usize,
}

/// Findings of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfRule<'a> {
    /// The rule's id.
    pub(crate) rule: &'a str,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

/// Findings in a file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfFile<'a> {
    /// The file, as given, with forward slashes.
    pub(crate) file: &'a str,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

/// Findings about an object.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OfObject<'a> {
    /// The file of the findings.
    pub(crate) file: &'a str,
    /// `apps/v1`.
    pub(crate) api_version: &'a str,
    /// `Deployment`.
    pub(crate) kind: &'a str,
    /// As written; null where the object names none.
    pub(crate) namespace: Option<&'a str>,
    /// As written; empty where the object has none.
    pub(crate) name: &'a str,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

/// Findings in a namespace.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct OfNamespace<'a> {
    /// As written; null for objects that name none.
    pub(crate) namespace: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) counts: Counts,
}

impl Counts {
    /// Counts some findings.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        findings.iter().for_each(|finding| counts.add(finding.severity));
        counts
    }

    /// "1 error, 2 warnings": what there is.
    pub(crate) fn words(self) -> String {
        let parts = [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "info")];
        let parts = parts.iter().filter(|(count, _)| *count > 0).map(|(count, noun)| plural(*count, noun));
        parts.collect::<Vec<_>>().join(", ")
    }

    fn add(&mut self, severity: Severity) {
        self.findings += 1;
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }
}

impl<'a> Statistics<'a> {
    /// Counts what was found.
    pub(crate) fn of(report: &'a Report) -> Self {
        let file = |source: SourceId| report.source(source).map_or("", Source::name);
        let key = |finding: &'a Finding| (&finding.object, file(finding.place.source));
        Self {
            rules: rules(report),
            files: counted(report, |finding| file(finding.place.source))
                .into_iter()
                .map(|(file, counts)| OfFile { file, counts })
                .collect(),
            objects: counted(report, key).into_iter().map(of_object).collect(),
            namespaces: counted(report, |finding| finding.object.namespace.as_deref())
                .into_iter()
                .map(|(namespace, counts)| OfNamespace { namespace, counts })
                .collect(),
        }
    }
}

/// What was found, by rule.
pub(crate) fn rules(report: &Report) -> Vec<OfRule<'_>> {
    let counted = counted(report, |finding| finding.rule).into_iter();
    counted.map(|(rule, counts)| OfRule { rule, counts }).collect()
}

fn of_object<'a>(((object, file), counts): ((&'a ObjectRef, &'a str), Counts)) -> OfObject<'a> {
    let ObjectRef { api_version, kind, namespace, name } = object;
    OfObject { file, api_version, kind, namespace: namespace.as_deref(), name, counts }
}

/// The findings with the same key, the most first, and those with as many by that key.
fn counted<'a, K: Ord>(report: &'a Report, key: impl Fn(&'a Finding) -> K) -> Vec<(K, Counts)> {
    let mut counts: BTreeMap<K, Counts> = BTreeMap::new();
    for finding in &report.findings {
        counts.entry(key(finding)).or_default().add(finding.severity);
    }
    let mut counts: Vec<(K, Counts)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.findings));
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn findings_are_counted_by_rule_file_object_and_namespace() {
        let mut report = fixture::many();
        if let Some(finding) = report.findings.first_mut() {
            finding.severity = Severity::Error;
        }
        let all = Statistics::of(&report);
        let rules: Vec<(&str, usize)> = all.rules.iter().map(|one| (one.rule, one.counts.findings)).collect();
        assert_eq!(rules, [("latest-tag", 24), ("missing-prestop-sleep", 12)]);
        let errors = all.files.iter().map(|one| one.counts.errors).sum::<usize>();
        assert_eq!((all.files.len(), errors), (2, 1));
        let objects: Vec<(&str, &str)> = all.objects.iter().map(|one| (one.name, one.file)).collect();
        assert_eq!(objects, [("web", "k8s/a.yaml"), ("web", "k8s/b.yaml")]);
        let namespaces: Vec<Option<&str>> = all.namespaces.iter().map(|one| one.namespace).collect();
        assert_eq!(namespaces, [None, Some("shop")]);
    }
}
