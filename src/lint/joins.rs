//! Which objects of a run were joined, and how: notes for `--verbose`.

use std::collections::{BTreeMap, HashMap};

use super::project::ReadFile;
use super::run::Run;
use crate::finding::SourceId;
use crate::manifest::id::{ObjectRef, named};
use crate::manifest::kinds::group;
use crate::manifest::{Container, Object, Workload};
use crate::set::autoscalers::Autoscaler;
use crate::set::handover::Handover;
use crate::set::joins::{Join, called};
use crate::set::selector::Labels;
use crate::set::services::Reach;
use crate::set::{Placed, Serving, Set, kinds, serving};

/// One note for each join of a workload that is judged, for what that makes of its traffic, and for each
/// join between other objects; unsorted.
pub(super) fn notes(run: &Run<'_>) -> Vec<String> {
    let (files, owners) = (&run.project.files, &run.owners);
    let mut notes = Vec::new();
    let names = Names::of(files);
    let mut told = Told::default();
    for (source, read) in run.project.numbered() {
        let set = run.sets.of(&read.file);
        for (item, one) in read.loaded.items.iter().enumerate() {
            let Some(workload) = &one.workload else { continue };
            let member = (source.0, item);
            if owners.left_out(member).is_none() {
                let here = Here { files, names: &names, set, workload, source };
                notes.extend(here.notes(owners.labels_of_copies(member), &mut told));
            }
        }
    }
    for set in run.sets.all() {
        notes.extend(routes(files, &names, set));
        notes.extend(idle_autoscalers(files, &names, set));
    }
    notes.extend(told.more(files, &names));
    notes.extend(run.sets.apart().map(|realm| {
        format!(
            "{realm}: stands apart, as a case or a sample of its own: nothing outside of it is joined with it"
        )
    }));
    notes
}

/// How many joins of one object with workloads are listed: one label can select all of a cluster's.
const MOST_LISTED: usize = 20;

/// How many joins each object has with workloads, by its file.
#[derive(Default)]
struct Told<'s>(BTreeMap<(usize, &'s ObjectRef), usize>);

impl<'s> Told<'s> {
    /// Counts a join, and says whether it is to be listed.
    fn lists(&mut self, join: &Join<'s>) -> bool {
        let count = self.0.entry((join.source.0, join.object)).or_default();
        *count += 1;
        *count <= MOST_LISTED
    }

    fn more(&self, files: &[ReadFile], names: &Names<'_>) -> Vec<String> {
        let more = self.0.iter().filter_map(|((source, object), count)| {
            let more = count.checked_sub(MOST_LISTED).filter(|more| *more > 0)?;
            let joins = if more == 1 { "join is" } else { "joins are" };
            let from = file(files, SourceId(*source));
            Some(format!("{from}: {}: {more} more {joins} not listed", names.called(object)))
        });
        more.collect()
    }
}

/// The objects of the run, by kind and name.
struct Names<'a>(HashMap<&'a str, HashMap<&'a str, Vec<&'a Object>>>);

impl<'a> Names<'a> {
    fn of(files: &'a [ReadFile]) -> Self {
        let mut names: HashMap<&str, HashMap<&str, Vec<&Object>>> = HashMap::new();
        for object in files.iter().flat_map(|one| &one.loaded.items).map(|item| &item.object) {
            let id = &object.id;
            names.entry(&id.kind).or_default().entry(&id.name).or_default().push(object);
        }
        Self(names)
    }

    fn find(&self, kind: &str, name: &str) -> &[&'a Object] {
        self.0.get(kind).and_then(|named| named.get(name)).map_or(&[], Vec::as_slice)
    }

    /// `Service `web``, and in which namespace where another has one of that name as well.
    fn called(&self, id: &ObjectRef) -> String {
        let namespace = id.namespace.as_deref().unwrap_or("default");
        let others = self.find(&id.kind, &id.name);
        let is_elsewhere = others.iter().any(|other| other.namespace() != namespace);
        match is_elsewhere && !id.name.is_empty() {
            true => format!("{} in namespace `{namespace}`", named(id)),
            false => named(id),
        }
    }
}

/// A workload and where it is joined.
struct Here<'a> {
    files: &'a [ReadFile],
    names: &'a Names<'a>,
    set: &'a Set,
    workload: &'a Workload,
    source: SourceId,
}

impl<'a> Here<'a> {
    fn notes(&self, copies: &[Labels], told: &mut Told<'a>) -> Vec<String> {
        let reaches = self.set.reaches(self.workload, copies);
        let joins = self.set.joins_with(self.workload, &reaches);
        let mut notes: Vec<String> =
            joins.iter().filter(|join| told.lists(join)).map(|join| self.joined(join)).collect();
        let traffic = self.set.traffic(self.workload, copies);
        notes.extend(self.scraped(&traffic));
        notes.extend(self.handed_over(&traffic));
        notes
    }

    /// `svc.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml`.
    fn joined(&self, join: &Join<'_>) -> String {
        let Join { source, object, verb, detail } = join;
        let (from, to) = (file(self.files, *source), file(self.files, self.source));
        let workload = self.names.called(&self.workload.object.id);
        ended(format!("{from}: {} {verb} {workload} in {to}", self.names.called(object)), detail)
    }

    /// The containers that Services reach to read metrics, and for nothing else.
    fn scraped(&self, traffic: &[Reach<'_>]) -> Vec<String> {
        let served = self
            .workload
            .containers
            .iter()
            .filter(|container| serving(self.workload, container, traffic) > Serving::None)
            .filter(|container| traffic.iter().any(|reach| reach.container == container.path));
        let scraped = served.filter(|container| self.set.is_scrape_only(container, traffic));
        let (file, workload) = (file(self.files, self.source), self.names.called(&self.workload.object.id));
        let note = |container: &Container| {
            let name = called(container);
            format!("{file}: container `{name}` of {workload} is only asked for its metrics")
        };
        scraped.map(note).collect()
    }

    /// Who takes the traffic of a workload that a Service reaches, where that is not its own Pods.
    fn handed_over(&self, traffic: &[Reach<'a>]) -> Option<String> {
        if traffic.is_empty() {
            return None;
        }
        let (from, name) = (file(self.files, self.source), self.names.called(&self.workload.object.id));
        match self.set.handover(self.workload, traffic) {
            Handover::Replicas | Handover::Surge | Handover::Assumed => None,
            Handover::Peer { service, workload } => Some(format!(
                "{}: {} takes the traffic of {name} in {from} while it stops: {} reaches both",
                file(self.files, workload.source),
                self.names.called(&workload.item.object.id),
                self.names.called(&service.item.object.id),
            )),
            Handover::None => Some(format!(
                "{from}: nothing takes the traffic of {name} while it stops: its one Pod stops before the next is ready"
            )),
        }
    }
}

/// `ingress.yaml: Ingress `shop` routes to Service `web` in svc.yaml (port 80, class `nginx`)`.
fn routes(files: &[ReadFile], names: &Names<'_>, set: &Set) -> Vec<String> {
    let mut notes = Vec::new();
    for route in set.routes() {
        let id = &route.item.object.id;
        for backend in &route.item.backends {
            let service = set.service(&backend.namespace, &backend.service);
            let port = backend.port.iter().map(|port| format!("port {port}"));
            let class = route.item.class.iter().map(|class| format!("class `{class}`"));
            let detail = port.chain(class).collect::<Vec<_>>().join(", ");
            let found = service.map_or_else(
                || ", which was not read".to_owned(),
                |service| format!(" in {}", file(files, service.source)),
            );
            let (from, verb) = (file(files, route.source), kinds::verbs(id).service);
            let is_elsewhere = |namespace: &str| namespace != backend.namespace;
            let mut others = names.find("Service", &backend.service).iter();
            let leaves = is_elsewhere(route.item.object.namespace())
                || others.any(|other| is_elsewhere(other.namespace()));
            let target = match leaves {
                true => format!("Service `{}` in namespace `{}`", backend.service, backend.namespace),
                false => format!("Service `{}`", backend.service),
            };
            let note = format!("{from}: {} {verb} {target}{found}", names.called(id));
            notes.push(ended(note, &detail));
        }
    }
    notes
}

/// The autoscalers whose target was not read: what they say is known of no workload.
fn idle_autoscalers(files: &[ReadFile], names: &Names<'_>, set: &Set) -> Vec<String> {
    let note = |idle: &Placed<Autoscaler>| {
        let (id, target) = (&idle.item.object.id, &idle.item.target);
        let (from, verb) = (file(files, idle.source), kinds::verbs(id).workload);
        let (kind, name) = (&target.kind, &target.name);
        let namespace = idle.item.object.namespace();
        let found = names.find(kind, name);
        let is_of_group = |object: &&&Object| group(&object.id.api_version) == target.group;
        let is_here = |object: &&&Object| object.namespace() == namespace;
        let elsewhere = found.iter().filter(is_of_group).find(|object| !is_here(object));
        let otherwise = found.iter().filter(is_here).find(|object| !is_of_group(object));
        let read = match (found.iter().filter(is_of_group).find(is_here), elsewhere, otherwise) {
            (None, Some(object), _) => format!("was read in namespace `{}` only", object.namespace()),
            (None, None, Some(object)) => format!("was read as `{}` only", object.id.api_version),
            _ => "was not read whole, or stands apart".to_owned(),
        };
        format!("{from}: {} {verb} {kind} `{name}`, which {read}", names.called(id))
    };
    set.idle_autoscalers().map(note).collect()
}

fn ended(note: String, detail: &str) -> String {
    if detail.is_empty() { note } else { format!("{note} ({detail})") }
}

fn file(files: &[ReadFile], source: SourceId) -> &str {
    files.get(source.0).map_or("", |one| one.file.name.as_str())
}
