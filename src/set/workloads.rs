//! The workloads of a namespace, by name and by the labels of their Pods.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use super::Placed;
use super::autoscalers::ScaleTarget;
use super::selector::Selector;
use crate::finding::SourceId;
use crate::manifest::Workload;
use crate::yaml::NodeId;

/// The workloads of a namespace that no controller made, in the order they were added.
#[derive(Debug, Clone, Default)]
pub(super) struct Workloads {
    all: Vec<Placed<Arc<Workload>>>,
    /// Made when it is first asked: most runs do not.
    index: OnceLock<Index>,
}

/// Where in the list workloads stand, by numbers of their names and of their labels.
#[derive(Debug, Clone, Default)]
struct Index {
    by_name: BTreeMap<u64, Vec<u32>>,
    by_pair: BTreeMap<u64, Vec<u32>>,
    /// By where its object stands in memory.
    by_object: BTreeMap<(usize, NodeId), SourceId>,
}

/// Stands for words in an index: of thousands of workloads, each with a handful of labels, the words
/// themselves would be kept twice. Two may share a number, so what is found is compared again.
fn number(words: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.hash(&mut hasher);
    hasher.finish()
}

/// Where an object stands: in which tree, and where in that.
fn place(workload: &Workload) -> (usize, NodeId) {
    (Arc::as_ptr(&workload.object.tree).addr(), workload.object.node)
}

impl Workloads {
    pub(super) fn add(&mut self, workload: Placed<Arc<Workload>>) {
        self.index.take();
        self.all.push(workload);
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Placed<Arc<Workload>>> {
        self.all.iter()
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (at, workload) in (0..).zip(&self.all) {
                for (key, value) in &workload.item.labels {
                    index.by_pair.entry(number((key, value))).or_default().push(at);
                }
                index.by_object.entry(place(&workload.item)).or_insert(workload.source);
                index.by_name.entry(number(&workload.item.object.id.name)).or_default().push(at);
            }
            index
        })
    }

    /// There is one of this name.
    pub(super) fn has(&self, target: &ScaleTarget) -> bool {
        let named = self.index().by_name.get(&number(&target.name)).into_iter().flatten();
        self.each(named).any(|workload| target.is(&workload.item.object))
    }

    /// Those of the kind and name of one: more than one are variants.
    pub(super) fn named<'s>(&'s self, one: &'s Workload) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        self.of_name(&one.object.id.kind, &one.object.id.name)
    }

    /// Those of a kind and name.
    pub(super) fn of_name<'s>(
        &'s self,
        kind: &'s str,
        name: &'s str,
    ) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        let named = self.index().by_name.get(&number(name)).into_iter().flatten();
        self.each(named)
            .filter(move |other| other.item.object.id.kind == kind && other.item.object.id.name == name)
    }

    /// Those of [`Self::named`] that stand in one file.
    pub(super) fn named_in<'s>(
        &'s self,
        one: &'s Workload,
        source: SourceId,
    ) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        let id = &one.object.id;
        let named = self.index().by_name.get(&number(&id.name)).map_or(&[][..], Vec::as_slice);
        let at = |index: &u32| self.all.get(usize::try_from(*index).ok()?).map(|other| other.source);
        let from = named.partition_point(|index| at(index).is_some_and(|other| other < source));
        self.each(named.get(from..).unwrap_or_default())
            .take_while(move |other| other.source == source)
            .filter(|other| other.item.object.id.kind == id.kind && other.item.object.id.name == id.name)
    }

    /// The file that a workload stands in.
    pub(super) fn source_of(&self, workload: &Workload) -> Option<SourceId> {
        self.index().by_object.get(&place(workload)).copied()
    }

    /// Those whose Pods a selector selects. Looked for among those that carry the rarest of the
    /// selector's pairs: all of a release may carry another. One without pairs may select any.
    pub(super) fn selected<'s>(
        &'s self,
        selector: &'s Selector,
    ) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        let index = self.index();
        let carrying = |pair| index.by_pair.get(&number(pair)).map_or(&[][..], Vec::as_slice);
        let rarest = selector.pairs().map(carrying).min_by_key(|carrying| carrying.len());
        let carrying = rarest.map(|rarest| self.each(rarest));
        let any = carrying.is_none().then_some(&self.all);
        let candidates = carrying.into_iter().flatten().chain(any.into_iter().flatten());
        candidates.filter(|workload| selector.selects(&workload.item.labels))
    }

    fn each<'s>(
        &'s self,
        indices: impl IntoIterator<Item = &'s u32>,
    ) -> impl Iterator<Item = &'s Placed<Arc<Workload>>> {
        indices.into_iter().filter_map(|index| self.all.get(usize::try_from(*index).ok()?))
    }
}
