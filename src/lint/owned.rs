//! What was read and is not judged for its own sake: the copies that controllers made.

use std::collections::BTreeMap;

use crate::finding::{LeftOut, Why};
use crate::project::input::{File, Role};
use crate::project::load::Loaded;
use crate::set::owners::Owners;

/// Who made whom among the targets: an owner that is only known about reports nothing for its copies.
pub(super) fn owners(files: &[File], loaded: &[Loaded]) -> Owners {
    let targets = files.iter().zip(loaded).enumerate().filter(|(_, (file, _))| file.role == Role::Target);
    Owners::of(targets.flat_map(|(index, (_, loaded))| {
        let items = loaded.items.iter().enumerate();
        items.filter_map(move |(item, one)| Some(((index, item), one.workload.as_deref()?)))
    }))
}

/// The workloads that are not judged, counted by file, reason and kind.
pub(super) fn left_out(files: &[File], loaded: &[Loaded], owners: &Owners) -> Vec<LeftOut> {
    let mut counts: BTreeMap<(&str, Why), BTreeMap<String, usize>> = BTreeMap::new();
    for (index, (file, loaded)) in files.iter().zip(loaded).enumerate() {
        for (item, one) in loaded.items.iter().enumerate() {
            if let Some(why) = owners.left_out((index, item)) {
                let kinds = counts.entry((&file.name, why)).or_default();
                *kinds.entry(one.object.id.kind.clone()).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|((file, why), kinds)| LeftOut { file: file.to_owned(), why, kinds }).collect()
}
