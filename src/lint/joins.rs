//! Which objects of a run were joined, and how: notes for `--verbose`.

use super::rendered::Sets;
use crate::finding::SourceId;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::project::input::File;
use crate::project::load::Loaded;
use crate::set::autoscalers::Autoscaler;
use crate::set::handover::Handover;
use crate::set::joins::Join;
use crate::set::owners::Owners;
use crate::set::selector::Labels;
use crate::set::services::Reach;
use crate::set::{Placed, Serving, Set, kinds, serving};

/// One note for each join of a workload that is judged, for what that makes of its traffic, and for each
/// join between other objects; unsorted.
pub(super) fn notes(files: &[File], loaded: &[Loaded], sets: &Sets<'_>, owners: &Owners) -> Vec<String> {
    let mut notes = Vec::new();
    for (index, (file, one)) in files.iter().zip(loaded).enumerate() {
        let set = sets.of(file);
        for (item, one) in one.items.iter().enumerate() {
            let Some(workload) = &one.workload else { continue };
            if owners.left_out((index, item)).is_none() {
                let here = Here { files, set, workload, source: SourceId(index) };
                notes.extend(here.notes(owners.labels_of_copies((index, item))));
            }
        }
    }
    for set in sets.all() {
        notes.extend(routes(files, set));
        notes.extend(idle_autoscalers(files, set));
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

impl<'a> Here<'a> {
    fn notes(&self, copies: &[Labels]) -> Vec<String> {
        let reaches = self.set.reaches(self.workload, copies);
        let joins = self.set.joins_with(self.workload, &reaches);
        let mut notes: Vec<String> = joins.iter().map(|join| self.joined(join)).collect();
        let traffic = self.set.traffic(self.workload, copies);
        notes.extend(self.scraped(&traffic));
        notes.extend(self.handed_over(&traffic));
        notes
    }

    /// `svc.yaml: Service `web` reaches container `app` of Deployment `web` in web.yaml`.
    fn joined(&self, join: &Join<'_>) -> String {
        let Join { source, object, verb, detail } = join;
        let (from, to) = (file(self.files, *source), file(self.files, self.source));
        let workload = named(&self.workload.object.id);
        ended(format!("{from}: {} {verb} {workload} in {to}", named(object)), detail)
    }

    /// The containers whose only traffic is metrics being read.
    fn scraped(&self, traffic: &[Reach<'_>]) -> Vec<String> {
        let served = self
            .workload
            .containers
            .iter()
            .filter(|container| serving(self.workload, container, traffic) > Serving::None);
        let scraped = served.filter(|container| self.set.is_scrape_only(container, traffic));
        let note = |name: &str| {
            let (file, workload) = (file(self.files, self.source), named(&self.workload.object.id));
            format!("{file}: container `{name}` of {workload} gets no traffic but reads of its metrics")
        };
        scraped.map(|container| note(container.name())).collect()
    }

    /// Who takes the traffic of a workload that a Service reaches, where that is not its own Pods.
    fn handed_over(&self, traffic: &[Reach<'a>]) -> Option<String> {
        if traffic.is_empty() {
            return None;
        }
        let (from, name) = (file(self.files, self.source), named(&self.workload.object.id));
        match self.set.handover(self.workload, traffic) {
            Handover::Replicas | Handover::Surge | Handover::Assumed => None,
            Handover::Peer { service, workload } => Some(format!(
                "{}: {} takes the traffic of {name} in {from} while it stops: {} reaches both",
                file(self.files, workload.source),
                named(&workload.item.object.id),
                named(&service.item.object.id),
            )),
            Handover::None => Some(format!(
                "{from}: nothing takes the traffic of {name} while it stops: its one Pod stops before the next is ready"
            )),
        }
    }
}

/// `ingress.yaml: Ingress `shop` routes to Service `web` in svc.yaml (port 80, class `nginx`)`.
fn routes(files: &[File], set: &Set) -> Vec<String> {
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
            let note = format!("{from}: {} {verb} Service `{}`{found}", named(id), backend.service);
            notes.push(ended(note, &detail));
        }
    }
    notes
}

/// The autoscalers whose target was not read: what they say is known of no workload.
fn idle_autoscalers(files: &[File], set: &Set) -> Vec<String> {
    let note = |idle: &Placed<Autoscaler>| {
        let (id, target) = (&idle.item.object.id, &idle.item.target);
        let (from, verb) = (file(files, idle.source), kinds::verbs(id).workload);
        format!("{from}: {} {verb} {} `{}`, which was not read whole", named(id), target.kind, target.name)
    };
    set.idle_autoscalers().map(note).collect()
}

fn ended(note: String, detail: &str) -> String {
    if detail.is_empty() { note } else { format!("{note} ({detail})") }
}

fn file(files: &[File], source: SourceId) -> &str {
    files.get(source.0).map_or("", |file| file.name.as_str())
}
