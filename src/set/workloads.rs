//! The workloads of a namespace, by name and by the labels of their Pods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Placed;
use super::autoscalers::Target;
use super::selector::Selector;
use crate::manifest::Workload;

/// The workloads of a namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct Workloads {
    all: Vec<Placed<Arc<Workload>>>,
    names: BTreeSet<Target>,
    by_pair: BTreeMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Workloads {
    pub(super) fn add(&mut self, workload: Placed<Arc<Workload>>) {
        let index = self.all.len();
        for (key, value) in &workload.item.labels {
            let values = self.by_pair.entry(key.clone()).or_default();
            values.entry(value.clone()).or_default().push(index);
        }
        self.names.insert(Target::of(&workload.item.object));
        self.all.push(workload);
    }

    /// There is one of this name.
    pub(super) fn has(&self, target: &Target) -> bool {
        self.names.contains(target)
    }

    /// Those whose Pods a selector selects, in the order they were added. Looked for among those that
    /// carry the rarest of the selector's pairs: all of a release may carry another.
    pub(super) fn selected<'s>(
        &'s self,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        let carrying = |(key, value)| {
            let carrying = self.by_pair.get(key).and_then(|values| values.get(value));
            carrying.map_or(&[][..], Vec::as_slice)
        };
        let rarest = selector.pairs().map(carrying).min_by_key(|carrying| carrying.len());
        let candidates = rarest.unwrap_or_default().iter().filter_map(|index| self.all.get(*index));
        candidates.filter(|workload| selector.selects(&workload.item.labels))
    }
}
