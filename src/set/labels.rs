//! The recommended labels, and which workloads beside one carry them
//! (<https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Placed, Set};
use crate::finding::SourceId;
use crate::manifest::Workload;
use crate::manifest::kinds::Nature;
use crate::yaml::path::FieldPath;

/// What their keys begin with.
pub(crate) const PREFIX: &str = "app.kubernetes.io/";

/// The workloads of a directory, and whether they carry recommended labels.
#[derive(Debug, Clone, Default)]
pub(super) struct Labelled {
    /// The first that does.
    first: Option<Placed<Arc<Workload>>>,
    /// How many do.
    with: usize,
    /// How many do not.
    without: usize,
}

/// The labels of a workload itself and of its Pods, those of the workload first.
pub(crate) fn of(workload: &Workload) -> BTreeMap<String, String> {
    let mut labels = workload.labels.clone();
    labels.extend(workload.object.strings(&FieldPath::of("metadata.labels")));
    labels
}

/// It carries one of them.
pub(crate) fn is_labelled(workload: &Workload) -> bool {
    let is_one = |key: &str| key.starts_with(PREFIX);
    workload.labels.keys().any(|key| is_one(key))
        || workload.object.strings(&FieldPath::of("metadata.labels")).keys().any(|key| is_one(key))
}

impl Set {
    /// A kustomization gives the objects of a file some of them.
    pub(crate) fn is_given_labels(&mut self, source: SourceId) {
        self.labelled.insert(source);
    }

    /// A kustomization gives what stands in the file some of them.
    pub(crate) fn gets_labels(&self, source: SourceId) -> bool {
        self.labelled.contains(&source)
    }

    /// A kustomization gives the workloads of a file selectors.
    pub(crate) fn is_given_selectors(&mut self, source: SourceId) {
        self.selecting.insert(source);
    }

    /// A kustomization gives what stands in the file selectors.
    pub(crate) fn gets_selectors(&self, source: SourceId) -> bool {
        self.selecting.contains(&source)
    }

    /// The first workload that carries them in the directory of a file, in one namespace, if as many there carry them
    /// as do not: whoever wrote those meant all to be found. A folder of examples holds one or two at most.
    pub(crate) fn labelled_beside(
        &self,
        source: SourceId,
        workload: &Workload,
    ) -> Option<&Placed<Arc<Workload>>> {
        let here = self.namespace_of(workload)?.labelled.get(&self.directory(source)?)?;
        here.first.as_ref().filter(|_| here.with >= here.without)
    }

    /// Counts a workload; a Pod of its own is there for a while.
    pub(super) fn count_labels(&mut self, source: SourceId, workload: &Arc<Workload>) {
        if workload.kind.nature == Nature::BarePod {
            return;
        }
        let Some(directory) = self.directory(source) else { return };
        let here = self.namespace_mut(workload.object.namespace()).labelled.entry(directory).or_default();
        if is_labelled(workload) {
            here.first.get_or_insert_with(|| Placed { source, item: Arc::clone(workload) });
            here.with += 1;
        } else {
            here.without += 1;
        }
    }

    /// The directory of a file. Of what a program wrote it is one for all of it.
    fn directory(&self, source: SourceId) -> Option<String> {
        let file = self.file(source)?;
        Some(file.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned())
    }
}
