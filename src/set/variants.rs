//! Variants: several objects of one kind, namespace and name, of which one runs. Each is joined with those of its
//! own kind of place: the same file, else the nearest directory.

use super::selector::{Labels, Selecting, Selects};
use super::{Namespace, Placed, Set};
use crate::finding::SourceId;
use crate::manifest::{Object, Workload};

/// The things of one name that select Pods, in the order of their files: more than one are variants.
pub(super) struct Named<'s, T> {
    all: &'s Selecting<T>,
    indices: &'s [usize],
}

impl<'s, T: Selects> Named<'s, T> {
    /// Those at these places.
    pub(super) fn new(all: &'s Selecting<T>, indices: Option<&'s Vec<usize>>) -> Self {
        Self { all, indices: indices.map_or(&[], Vec::as_slice) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'s Placed<T>> + use<'s, T> {
        let all = self.all;
        self.indices.iter().filter_map(|index| all.get(*index))
    }

    /// The one that an object of a file is.
    pub(super) fn find(&self, source: SourceId, object: &Object) -> Option<&'s Placed<T>> {
        self.of_file(source).find(|one| one.item.object().root().span() == object.root().span())
    }

    /// Those of one file.
    fn of_file(&self, source: SourceId) -> impl Iterator<Item = &'s Placed<T>> + use<'s, T> {
        let all = self.all;
        let is_before = |index: &usize| all.get(*index).is_some_and(|one| one.source < source);
        let from = self.indices.partition_point(is_before);
        let rest = self.indices.get(from..).unwrap_or_default().iter().filter_map(|index| all.get(*index));
        rest.take_while(move |one| one.source == source)
    }
}

/// What a file is called.
#[derive(Debug, Clone)]
pub(super) struct FileName {
    name: String,
    /// The directories that lead to it, by their numbers.
    directories: Vec<u32>,
}

impl Set {
    /// The name of a file that objects are added from, as given, with forward slashes.
    pub(crate) fn name(&mut self, source: SourceId, name: &str) {
        let mut number = |directory: &str| {
            let next = u32::try_from(self.directories.len()).unwrap_or(u32::MAX);
            *self.directories.entry(directory.to_owned()).or_insert(next)
        };
        let path = name.rsplit_once('/').map_or("", |(path, _)| path);
        let directories = path.split('/').filter(|_| !path.is_empty()).map(&mut number).collect();
        self.files.insert(source, FileName { name: name.to_owned(), directories });
    }

    /// What it is called.
    pub(crate) fn file(&self, source: SourceId) -> Option<&str> {
        self.files.get(&source).map(|file| file.name.as_str())
    }

    /// Two files stand in one directory.
    pub(crate) fn are_beside(&self, a: SourceId, b: SourceId) -> bool {
        let directories = |source| self.files.get(&source).map(|file| &file.directories);
        a == b || directories(a) == directories(b)
    }

    /// Two files stand in one directory, or one of them above the other: what is applied together mostly does.
    pub(crate) fn are_in_line(&self, a: SourceId, b: SourceId) -> bool {
        let directories = |source| self.files.get(&source).map(|file| &file.directories);
        match (directories(a), directories(b)) {
            (Some(a), Some(b)) => a.starts_with(b) || b.starts_with(a),
            _ => true,
        }
    }

    /// How near two files are: one file is nearest to itself, else the more directories they share.
    pub(super) fn nearness(&self, a: SourceId, b: SourceId) -> usize {
        if a == b {
            return usize::MAX;
        }
        let (Some(a), Some(b)) = (self.files.get(&a), self.files.get(&b)) else { return 0 };
        let (a, b) = (&a.directories, &b.directories);
        let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
        // Of two that share as many, the one that is no further down is nearer.
        let apart = a.len() + b.len() - 2 * shared;
        (shared * 256).saturating_sub(apart)
    }

    /// What selects the workload is of the same variant: none of those of its name (`named`) is nearer to the
    /// workload, and none of the workload's name is nearer to it.
    pub(super) fn are_together<T: Selects>(
        &self,
        namespace: &Namespace,
        thing: &Placed<T>,
        named: &Named<'_, T>,
        workload: &Workload,
    ) -> bool {
        let variants = || namespace.workloads.named(workload);
        // Most runs hold one of each.
        if named.indices.len() < 2 && variants().nth(1).is_none() {
            return true;
        }
        let Some(own) = namespace.workloads.source_of(workload) else { return true };
        // Nothing is nearer than what stands in the same file, which most variants have beside them.
        if thing.source == own {
            return true;
        }
        let here = self.nearness(thing.source, own);
        let selects = |one: &Placed<T>, labels: &Labels| {
            one.item.selector().is_some_and(|selector| selector.selects(labels))
        };
        let beside_it = || namespace.workloads.named_in(workload, thing.source);
        if named.of_file(own).any(|one| selects(one, &workload.labels))
            || beside_it().any(|one| selects(thing, &one.item.labels))
        {
            return false;
        }
        let selecting = named.iter().filter(|one| selects(one, &workload.labels));
        let selected = variants().filter(|one| selects(thing, &one.item.labels));
        selecting.map(|one| one.source).all(|one| self.nearness(one, own) <= here)
            && selected.map(|one| one.source).all(|one| self.nearness(thing.source, one) <= here)
    }

    /// Another object of the same kind, namespace and name was read: one may be a patch of the other.
    pub(crate) fn has_namesake(&self, workload: &Workload) -> bool {
        self.namespace_of(workload)
            .is_some_and(|namespace| namespace.workloads.named(workload).nth(1).is_some())
    }

    /// How near a file is to a workload.
    pub(super) fn nearness_to(&self, workload: &Workload, source: SourceId) -> usize {
        let own = self.namespace_of(workload).and_then(|namespace| namespace.workloads.source_of(workload));
        own.map_or(0, |own| self.nearness(source, own))
    }

    /// Of the variants of a workload, none other is as near to a file, unless it stands in the directory of the file:
    /// it is certain which of them is meant, or that each is in its turn.
    pub(super) fn is_surely_nearest(
        &self,
        namespace: &Namespace,
        workload: &Workload,
        source: SourceId,
    ) -> bool {
        let named = || namespace.workloads.named(workload);
        let Some(own) = namespace.workloads.source_of(workload) else { return named().next().is_none() };
        let here = self.nearness(source, own);
        let directory = |source| self.files.get(&source).map(|file| &file.directories);
        directory(own) == directory(source)
            || named().filter(|one| self.nearness(source, one.source) >= here).nth(1).is_none()
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
        let own = self.namespace_of(workload).and_then(|namespace| namespace.workloads.source_of(workload));
        let Some(own) = own else { return Some(first) };
        let nearer = |best: &'s Placed<T>, one: &'s Placed<T>| {
            if self.nearness(one.source, own) > self.nearness(best.source, own) { one } else { best }
        };
        Some(others.iter().fold(first, nearer))
    }
}
