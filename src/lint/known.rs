//! Takes out of a report what the baseline holds.

use std::collections::BTreeSet;

use super::project::Project;
use crate::finding::identity::Identity;
use crate::finding::{Finding, Report, ReportedBy};
use crate::manifest::kinds;
use crate::project::input::Role;
use crate::suppress::baseline::Baseline;

/// Which entries of a baseline were looked for in a run.
#[derive(Default)]
pub(super) struct Linted {
    /// All there are: directories were given whole, and nothing was left aside as context.
    is_whole: bool,
    /// Group, kind, namespace and name of the workloads that were judged.
    objects: BTreeSet<(String, String, Option<String>, String)>,
}

impl Linted {
    pub(super) fn of(project: &Project) -> Self {
        let is_whole = project.options.is_whole();
        let targets = project.files.iter().filter(|one| one.file.role == Role::Target);
        let objects = targets.flat_map(|one| &one.loaded.items).map(|item| {
            let id = &item.object.id;
            let group = kinds::group(&id.api_version).to_owned();
            (group, id.kind.clone(), id.namespace.clone(), id.name.clone())
        });
        Self { is_whole, objects: objects.collect() }
    }

    /// Somebody who lints one file must not be told that the faults of all others are mended.
    fn holds(&self, identity: &Identity) -> bool {
        let Identity { group, kind, namespace, name, .. } = identity;
        self.is_whole
            || self.objects.contains(&(group.clone(), kind.clone(), namespace.clone(), name.clone()))
    }
}

/// Parts the findings into those that are new and those that the baseline holds, and gives what is not shown
/// and not in it either.
pub(super) fn part(
    report: &mut Report,
    unshown: Vec<(ReportedBy, Finding)>,
    baseline: &Baseline,
    linted: &mut Linted,
) -> Vec<(ReportedBy, Finding)> {
    // What could not be read may hold what was not found.
    linted.is_whole &= report.trouble.is_empty();
    let findings = std::mem::take(&mut report.findings);
    let parted = baseline.part(findings, unshown, |identity| linted.holds(identity));
    report.findings = parted.new;
    report.suppressed.extend(parted.known);
    report.suppressed.sort_by(|a, b| a.finding.place.cmp(&b.finding.place));
    report.obsolete = parted.obsolete;
    report.recount();
    parted.unshown
}
