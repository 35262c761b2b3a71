//! Variants: several objects of one kind, namespace and name, of which one runs. Each is joined with those of its
//! own kind of place: the same file, else the nearest directory.

use std::sync::Arc;

use super::services::Service;
use super::{Namespace, Placed, Set};
use crate::finding::SourceId;
use crate::manifest::Workload;

impl Set {
    /// The name of a file that objects are added from, as given, with forward slashes.
    pub(crate) fn name(&mut self, source: SourceId, name: &str) {
        self.files.insert(source, name.into());
    }

    /// What it is called.
    pub(crate) fn file(&self, source: SourceId) -> Option<&str> {
        self.files.get(&source).map(|name| &**name)
    }

    /// How near two files are: one file is nearest to itself, else the more directories they share.
    pub(super) fn nearness(&self, a: SourceId, b: SourceId) -> usize {
        if a == b {
            return usize::MAX;
        }
        let (Some(a), Some(b)) = (self.files.get(&a), self.files.get(&b)) else { return 0 };
        let directories = |name: &'_ Arc<str>| name.rsplit_once('/').map_or("", |(path, _)| path).to_owned();
        let (a, b) = (directories(a), directories(b));
        let shared = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count();
        // Of two that share as many, the one that is no further down is nearer.
        let apart = a.split('/').count() + b.split('/').count() - 2 * shared;
        (shared * 256).saturating_sub(apart)
    }

    /// A Service that selects the workload is of the same variant: none of the Service's name is nearer to the
    /// workload, and none of the workload's name is nearer to the Service.
    pub(super) fn are_together(
        &self,
        namespace: &Namespace,
        service: &Placed<Service>,
        workload: &Workload,
    ) -> bool {
        let name = service.item.object.id.name.as_str();
        let services = namespace.services_named(name);
        let named = || namespace.workloads.named(workload);
        // Most runs hold one of each.
        if services.len() < 2 && named().nth(1).is_none() {
            return true;
        }
        let Some(own) = source_of(namespace, workload) else { return true };
        let here = self.nearness(service.source, own);
        let selecting = services.iter().filter(|one| one.item.selects(&workload.labels));
        let selected = named().filter(|one| service.item.selects(&one.item.labels));
        selecting.map(|one| one.source).all(|one| self.nearness(one, own) <= here)
            && selected.map(|one| one.source).all(|one| self.nearness(service.source, one) <= here)
    }

    /// Of several objects of one name, the one that is nearest to a workload; of some that are as near, the first.
    pub(super) fn nearest<'s, T>(
        &self,
        workload: &Workload,
        variants: &'s [Placed<T>],
    ) -> Option<&'s Placed<T>> {
        let (first, others) = variants.split_first()?;
        // Most runs hold one of each.
        if others.is_empty() {
            return Some(first);
        }
        let Some(own) = self.namespace_of(workload).and_then(|namespace| source_of(namespace, workload))
        else {
            return Some(first);
        };
        let nearer = |best: &'s Placed<T>, one: &'s Placed<T>| {
            if self.nearness(one.source, own) > self.nearness(best.source, own) { one } else { best }
        };
        Some(others.iter().fold(first, nearer))
    }
}

/// The file that a workload stands in.
fn source_of(namespace: &Namespace, workload: &Workload) -> Option<SourceId> {
    let is_it = |one: &&Placed<Arc<Workload>>| {
        let (own, other) = (&workload.object, &one.item.object);
        Arc::ptr_eq(&own.tree, &other.tree) && own.node == other.node
    };
    namespace.workloads.named(workload).find(is_it).map(|one| one.source)
}
