//! What was read and is not judged for its own sake: the copies that controllers made.

use std::collections::BTreeMap;

use super::project::Project;
use crate::finding::{LeftOut, Why};
use crate::project::input::Role;
use crate::set::owners::Owners;

/// Who made whom among the targets: an owner that is only known about reports nothing for its copies.
pub(super) fn owners(project: &Project) -> Owners {
    let targets = project.numbered().filter(|(_, one)| one.file.role == Role::Target);
    Owners::of(targets.flat_map(|(id, one)| {
        let items = one.loaded.items.iter().enumerate();
        items.filter_map(move |(item, one)| Some(((id.0, item), one.workload.as_deref()?)))
    }))
}

/// The workloads that are not judged, counted by file, reason and kind.
pub(super) fn left_out(project: &Project, owners: &Owners) -> Vec<LeftOut> {
    let mut counts: BTreeMap<(&str, Why), BTreeMap<String, usize>> = BTreeMap::new();
    for (id, read) in project.numbered() {
        for (item, one) in read.loaded.items.iter().enumerate() {
            if let Some(why) = owners.left_out((id.0, item)) {
                let kinds = counts.entry((&read.file.name, why)).or_default();
                *kinds.entry(one.object.id.kind.clone()).or_default() += 1;
            }
        }
    }
    counts.into_iter().map(|((file, why), kinds)| LeftOut { file: file.to_owned(), why, kinds }).collect()
}
