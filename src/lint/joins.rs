//! Which objects of a run were joined, and how: notes for `--verbose`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::rendered::Sets;
use crate::finding::SourceId;
use crate::manifest::id::named;
use crate::manifest::{Object, Workload};
use crate::project::input::File;
use crate::project::load::Loaded;
use crate::set::owners::Owners;
use crate::set::{Placed, Set};
use crate::yaml::path::FieldPath;

type Labels = BTreeMap<String, String>;

/// One note for each join of a workload that is judged; unsorted.
pub(super) fn notes(files: &[File], loaded: &[Loaded], sets: &Sets<'_>, owners: &Owners) -> Vec<String> {
    let budgets = Budgets::of(loaded);
    let mut notes = Vec::new();
    for (index, (file, one)) in files.iter().zip(loaded).enumerate() {
        let set = sets.of(file);
        for (item, one) in one.items.iter().enumerate() {
            let Some(workload) = &one.workload else { continue };
            if owners.left_out((index, item)).is_none() {
                let here = Here { files, set, workload, source: SourceId(index) };
                notes.extend(here.services(owners.labels_of_copies((index, item))));
                notes.extend(here.config_maps());
                notes.extend(budgets.governing(workload).map(|budget| here.joined(budget, "governs")));
            }
        }
    }
    notes
}

/// A workload and where it is joined.
struct Here<'a> {
    files: &'a [File],
    set: &'a Set,
    workload: &'a Workload,
    source: SourceId,
}

impl Here<'_> {
    fn services(&self, copies: &[Labels]) -> Vec<String> {
        let reaches = self.set.reaches(self.workload, copies);
        let note = |reach: &crate::set::services::Reach<'_>| {
            let mut containers = self.workload.containers.iter();
            let container = containers.find(|container| container.path == reach.container)?;
            let service = reach.service;
            let verb = format!("reaches container `{}` of", container.name());
            Some(self.note(service.source, &service.item.object, &verb))
        };
        reaches.iter().filter_map(note).collect()
    }

    fn config_maps(&self) -> Vec<String> {
        let namespace = self.workload.object.namespace();
        let placed =
            config_maps(self.workload).into_iter().filter_map(|name| self.set.config_map(namespace, name));
        placed.map(|map| self.joined(map, "is mounted in")).collect()
    }

    fn joined(&self, other: &Placed<Object>, verb: &str) -> String {
        self.note(other.source, &other.item, verb)
    }

    /// `svc.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml`.
    fn note(&self, source: SourceId, other: &Object, verb: &str) -> String {
        let workload = named(&self.workload.object.id);
        format!("{}: {} {verb} {workload} in {}", self.file(source), named(&other.id), self.file(self.source))
    }

    fn file(&self, source: SourceId) -> &str {
        self.files.get(source.0).map_or("", |file| file.name.as_str())
    }
}

/// The ConfigMaps among the volumes, each once.
fn config_maps(workload: &Workload) -> BTreeSet<&str> {
    let volumes = || workload.pod_spec().volumes.iter().flatten();
    let direct = volumes().filter_map(|volume| volume.config_map.as_ref()).map(|map| map.name.as_str());
    let sources = volumes().filter_map(|volume| volume.projected.as_ref()?.sources.as_ref()).flatten();
    let projected = sources.filter_map(|source| source.config_map.as_ref()).map(|map| map.name.as_str());
    direct.chain(projected).collect()
}

/// The PodDisruptionBudgets of a run, found by their namespace and one pair of their selectors.
struct Budgets<'a>(HashMap<BudgetKey<'a>, Vec<(Labels, Placed<Object>)>>);

type BudgetKey<'a> = (&'a str, Option<(String, String)>);

impl<'a> Budgets<'a> {
    fn of(loaded: &'a [Loaded]) -> Self {
        let mut all: HashMap<_, Vec<_>> = HashMap::new();
        for (index, file) in loaded.iter().enumerate() {
            for object in file.items.iter().map(|item| &item.object) {
                let Some(labels) = selector(object) else { continue };
                let pair = labels.first_key_value().map(|(key, value)| (key.clone(), value.clone()));
                let placed = Placed { source: SourceId(index), item: object.clone() };
                all.entry((object.namespace(), pair)).or_default().push((labels, placed));
            }
        }
        Self(all)
    }

    fn governing<'s>(&'s self, workload: &'s Workload) -> impl Iterator<Item = &'s Placed<Object>> {
        let namespace = workload.object.namespace();
        let pairs = workload.labels.iter().map(|(key, value)| Some((key.clone(), value.clone())));
        std::iter::once(None)
            .chain(pairs)
            .filter_map(move |pair| self.0.get(&(namespace, pair)))
            .flatten()
            .filter(|(wanted, _)| wanted.iter().all(|(key, value)| workload.labels.get(key) == Some(value)))
            .map(|(_, budget)| budget)
    }
}

/// What a PodDisruptionBudget selects by; an empty selector selects every Pod of the namespace.
/// Expressions are not read here, so a budget that has some is not said to govern.
fn selector(object: &Object) -> Option<Labels> {
    let is_budget = object.id.kind == "PodDisruptionBudget" && object.id.api_version.starts_with("policy/");
    let path = FieldPath::of("spec.selector");
    if !is_budget || object.at(&path).is_none() || object.at(&path.key("matchExpressions")).is_some() {
        return None;
    }
    Some(object.strings(&path.key("matchLabels")))
}
