//! What a change makes of the files of a run: those that changed are targets, the others are watched for what the
//! change causes in them.

use std::collections::BTreeSet;
use std::path::Path;

use super::project::Project;
use crate::finding::Finding;
use crate::project::changes::Changes;
use crate::project::input::{Content, File, Files, Role};

/// Makes targets of the changed files, and lets the others be watched.
pub(super) fn assign_roles(found: &mut Files, changes: &Changes) {
    for file in found.files.iter_mut().filter(|file| file.role == Role::Target) {
        if !is_changed(file, changes) {
            file.role = Role::Watched;
        }
    }
}

/// The file is not what it was at the merge base.
pub(super) fn is_changed(file: &File, changes: &Changes) -> bool {
    match &file.content {
        Content::Path(path) => {
            std::fs::canonicalize(path).is_ok_and(|path| holds(changes, &path))
                || is_changed_link(path, changes)
        }
        Content::Stdin | Content::Text(_) => true,
        // A set of its own: nothing else is joined with it.
        Content::Rendered { .. } => false,
    }
}

/// git names a submodule, and a repository that is not tracked, as one: all that is in it counts.
fn holds(changes: &Changes, path: &Path) -> bool {
    path.ancestors().any(|path| changes.files.contains_key(path))
}

/// The link is what changed, and not the file that it leads to.
fn is_changed_link(path: &Path, changes: &Changes) -> bool {
    let link = || Some(std::fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    path.is_symlink() && link().is_some_and(|link| changes.files.contains_key(&link))
}

/// What can cause findings in files that did not change.
pub(super) struct Cause {
    /// The revision, as the user named it.
    pub(super) since: String,
    /// The names of the changed files that hold, or held, objects which others are joined with.
    pub(super) files: BTreeSet<String>,
    /// The numbers of the changed files.
    pub(super) changed: BTreeSet<usize>,
}

/// Says of a finding in a file that did not change that the change caused it, and in which file: the one that is
/// among the related places, else any that could have.
pub(super) fn explained(mut finding: Finding, run: &Project, cause: &Cause) -> Finding {
    const MOST: usize = 3;
    // What lies in a changed file is reported without a cause: the file is a target.
    let is_watched = run.file(finding.place.source).is_some_and(|one| one.file.role == Role::Watched);
    if !is_watched || cause.files.is_empty() {
        return finding;
    }
    let related: BTreeSet<&str> = finding
        .related
        .iter()
        .filter(|related| cause.changed.contains(&related.place.source.0))
        .filter_map(|related| run.file(related.place.source).map(|one| one.file.name.as_str()))
        .collect();
    let names: Vec<&str> = if related.is_empty() {
        cause.files.iter().map(String::as_str).collect()
    } else {
        related.into_iter().collect()
    };
    let named = match names.as_slice() {
        [one] => format!("The change in {one}"),
        many if many.len() <= MOST => format!("A change in {}", many.join(" or ")),
        many => format!("A change in {} other files", many.len()),
    };
    finding.why = format!(
        "{} {named} since {} causes this; this file itself did not change.",
        finding.why, cause.since
    );
    finding
}
