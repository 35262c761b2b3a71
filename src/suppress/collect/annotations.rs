//! The annotations of an object that silence, or mean to.

use super::{Collected, CollectedObject, Covers, Entry, Extent, FileReader, Site, Suppression};
use crate::finding::{Means, ObjectRef, Place};
use crate::suppress::annotation::{self, Key, ValueFault};
use crate::suppress::invalid::{Complaint, Fault};
use crate::text::Span;
use crate::text::nearest;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

impl FileReader<'_> {
    pub(super) fn annotations(&self, known: &CollectedObject, collected: &mut Collected) {
        for base in metadata_paths(known) {
            for (field, is_label) in [("annotations", false), ("labels", true)] {
                let path = base.key(field);
                let Some(node) = known.object.root().at(&path) else { continue };
                for (key, value) in node.entries() {
                    self.annotation(known, &path, key, value, is_label, collected);
                }
            }
        }
    }

    fn annotation(
        &self,
        known: &CollectedObject,
        base: &FieldPath,
        key: Node<'_>,
        value: Node<'_>,
        is_label: bool,
        collected: &mut Collected,
    ) {
        let Some(name) = key.text() else { return };
        let written = annotation::key(name);
        if written == Key::Other {
            return;
        }
        let path = base.key(name.to_owned());
        let site = |span, covers| Site {
            place: Place { source: self.id, span, path: path.clone() },
            object: ObjectRef::clone(&known.object.id),
            object_span: known.object.root().span(),
            container: None,
            field: path.to_string(),
            covers,
        };
        let mut problem = |span: Span, kind: Fault, mend: String| {
            collected.problems.push(Complaint { site: site(span, Covers::Object), kind, mend });
        };
        let id = match written {
            Key::Rule(_) if is_label => return problem(key.span(), Fault::Label, name.to_owned()),
            Key::Rule(rule) => rule,
            Key::Form(rule) => {
                let mend = format!("{}{}", annotation::PREFIX, rule.unwrap_or("latest-tag"));
                return problem(key.span(), Fault::AnnotationKey, mend);
            }
            Key::Other => return,
        };
        let rule = match super::rule(id) {
            Ok(rule) => rule,
            Err((kind, mend)) => {
                return problem(key.source_span(annotation::PREFIX.len()..name.len()), kind, mend);
            }
        };
        let text = value.text().unwrap_or_default();
        let read = match annotation::value(text) {
            Ok(read) => read,
            Err(fault) => {
                let kind = match fault {
                    ValueFault::NoReason => Fault::AnnotationReason,
                    ValueFault::Containers => Fault::ContainerForm,
                };
                return problem(key.span(), kind, name.to_owned());
            }
        };
        let mut entries = Vec::new();
        for range in &read.containers {
            let container = text.get(range.clone()).unwrap_or_default();
            let span = value.source_span(range.clone());
            match known.container(container) {
                Ok(()) => entries.push(Entry { rule, container: Some(container.to_owned()), span }),
                Err(mend) => problem(span, Fault::UnknownContainer, mend),
            }
        }
        if read.containers.is_empty() {
            entries.push(Entry { rule, container: None, span: key.span() });
        }
        if entries.is_empty() {
            return;
        }
        let covers = if read.containers.is_empty() { Covers::Object } else { Covers::Container };
        collected.suppressions.push(Suppression {
            means: Means::Annotation,
            reason: read.reason,
            site: site(key.span(), covers),
            scope: Extent::Object(known.object.root().span()),
            entries,
            is_judged: known.is_judged,
        });
    }
}

impl CollectedObject {
    /// The object has a container of this name; else the nearest name.
    fn container(&self, name: &str) -> Result<(), String> {
        let containers = self.workload.iter().flat_map(|workload| &workload.containers);
        let names: Vec<&str> = containers.map(|container| container.name()).collect();
        // A patch need not name them all.
        let is_open = self.workload.as_ref().is_some_and(|workload| workload.is_fragment);
        if is_open || names.contains(&name) {
            return Ok(());
        }
        Err(nearest::of(name, names.iter().copied())
            .or_else(|| names.first().copied())
            .unwrap_or_default()
            .to_owned())
    }
}

/// The metadata of the object, of its pod template, and of what a CronJob makes of it.
fn metadata_paths(known: &CollectedObject) -> Vec<FieldPath> {
    let mut paths = vec![FieldPath::of("metadata")];
    if let Some(workload) = &known.workload {
        let template = workload.kind.template_path();
        let outer = template.parent().and_then(|spec| spec.parent());
        let above = outer.filter(|path| !path.steps().is_empty()).map(|path| path.key("metadata"));
        paths.extend(above);
        paths.push(template.key("metadata"));
    }
    paths.dedup();
    paths
}
