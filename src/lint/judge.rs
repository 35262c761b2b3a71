//! From one object to its findings, and from all findings to their total order.

use super::load::Item;
use crate::finding::{Finding, ObjectRef, Place, SourceId};
use crate::manifest::Object;
use crate::manifest::workload::Workload;
use crate::path::{FieldPath, Step};
use crate::rules::subject::{ContainerView, Subject};
use crate::rules::{self, Check, RULES};
use crate::set::{self, Set};
use crate::settings::Settings;
use crate::timeline::PreStop;

/// What the rules that are on find in one object, with the severities that the user gave them.
pub(super) fn judge(
    item: &Item,
    source: SourceId,
    set: &Set,
    settings: &Settings,
    is_partial: bool,
) -> Vec<Finding> {
    let workload = item.workload.as_ref();
    let subject = Subject {
        source,
        object: &item.object,
        problems: &item.problems,
        workload,
        containers: workload.map(|workload| views(workload, source, set, settings)).unwrap_or_default(),
        set,
        settings,
        is_partial,
    };
    let mut findings = Vec::new();
    for rule in RULES.iter().filter(|rule| settings.is_on(rule.id)) {
        if let Check::Object(check) = rule.check {
            check(&subject, &mut findings);
        }
    }
    for finding in &mut findings {
        finding.field = if finding.place.source == source {
            lasting_field(&item.object, &finding.place.path)
        } else {
            finding.place.path.to_string()
        };
        if let Some(rule) = rules::find(finding.rule) {
            finding.severity = settings.severity(rule, finding.severity);
        }
    }
    findings
}

/// A field path whose list items are called by their names, where they have one: an item that is put
/// in before them does not change it.
fn lasting_field(object: &Object, path: &FieldPath) -> String {
    let mut node = Some(object.root());
    let mut text = String::new();
    for step in path.steps() {
        node = node.and_then(|node| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.items().nth(*index),
        });
        let name = node.and_then(|node| node.get("name")).and_then(|name| name.text());
        match (step, name) {
            (Step::Index(_), Some(name)) => {
                text.push('[');
                text.push_str(name);
                text.push(']');
            }
            _ => {
                let mut one = FieldPath::root();
                one.push(step.clone());
                let one = one.to_string();
                if !text.is_empty() && !one.starts_with('[') {
                    text.push('.');
                }
                text.push_str(&one);
            }
        }
    }
    text
}

fn views<'a>(
    workload: &'a Workload,
    source: SourceId,
    set: &'a Set,
    settings: &Settings,
) -> Vec<ContainerView<'a>> {
    let reaches = set.reaches(workload);
    workload
        .containers
        .iter()
        .map(|container| ContainerView {
            container,
            serving: set::serving(workload, container, &reaches),
            reaches: reaches.iter().filter(|reach| reach.container == container.path).cloned().collect(),
            pre_stop: PreStop::of(set, source, workload, container, settings),
        })
        .collect()
}

/// Sorts into the total order, and makes one of what was found at one place for several
/// containers: a script that two of them run is mended once.
pub(super) fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut().filter(|last| is_same(last, &finding)) {
            Some(last) => {
                let new = finding
                    .related
                    .into_iter()
                    .filter(|place| !last.related.contains(place))
                    .collect::<Vec<_>>();
                last.related.extend(new);
            }
            None => merged.push(finding),
        }
    }
    merged
}

fn key(finding: &Finding) -> (&Place, &str, &str, &ObjectRef, &Option<String>) {
    (&finding.place, finding.rule, &finding.message, &finding.object, &finding.container)
}

/// In a text of another object, so read through a mount; an alias is one finding per container.
fn is_same(a: &Finding, b: &Finding) -> bool {
    let is_mounted = |finding: &Finding| matches!(finding.place.path.steps().first(), Some(Step::Key(key)) if key == "data");
    a.rule == b.rule && a.place == b.place && is_mounted(a)
}
