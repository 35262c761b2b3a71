//! Findings that a change in one file causes in another: there with the files as they are, and not
//! with the files as they were.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::Options;
use super::judge::Surroundings;
use super::project::ReadFile;
use super::rendered::{self, Sets};
use super::run::Run;
use crate::finding::Judged;
use crate::finding::{Finding, ObjectRef, Severity, SourceId};
use crate::project::changes::Changes;
use crate::project::input::{self, Content, File, Files, Input, Role};
use crate::project::load::{Loaded, Loader};
use crate::set::Set;
use crate::text::Source;

/// Makes targets of the changed files, and lets the others be watched.
pub(super) fn assign_roles(found: &mut Files, changes: &Changes) {
    for file in found.files.iter_mut().filter(|file| file.role == Role::Target) {
        if !is_changed(file, changes) {
            file.role = Role::Watched;
        }
    }
}

fn is_changed(file: &File, changes: &Changes) -> bool {
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

/// A file as it was at the merge base.
struct Before {
    name: String,
    loaded: Loaded,
}

/// What the changes cause in the files that are watched.
pub(super) fn findings(run: &Run<'_>, changes: &Changes, now: &Surroundings<'_>) -> Vec<Judged> {
    let files = &run.project.files;
    let changed: Vec<usize> = (0..files.len())
        .filter(|index| files.get(*index).is_some_and(|one| is_changed(&one.file, changes)))
        .collect();
    let before = before(&run.project.options, changes, files);
    let causes = causes(files, &changed, &before);
    // A change of workloads alone changes nothing about others.
    if causes.is_empty() {
        return Vec::new();
    }
    let sets = Sets::of_plain(then(files, &changed, &before));
    let then = Surroundings { sets: &sets, ..*now };
    files
        .par_iter()
        .enumerate()
        .filter(|(_, one)| {
            one.file.role == Role::Watched && !matches!(one.file.content, Content::Rendered { .. })
        })
        .flat_map_iter(|(index, one)| {
            let judge = |known| {
                let mut judged = run.judge(SourceId(index), one, known).unwrap_or_default();
                judged.retain(Judged::is_shown);
                judged
            };
            new(judge(now), judge(&then))
        })
        // What lies in a changed file is reported without a cause: the file is a target.
        .filter(|judged| changed.binary_search(&judged.finding.place.source.0).is_err())
        .map(|judged| Judged {
            finding: explained(judged.finding, changes, files, &changed, &causes),
            ..judged
        })
        .collect()
}

/// The set as it was, in the order in which its files would have been read.
fn then(files: &[ReadFile], changed: &[usize], before: &[Before]) -> Set {
    let unchanged = files.iter().enumerate();
    let unchanged = unchanged.filter(|(index, one)| {
        changed.binary_search(index).is_err() && rendered::is_joined(&one.file, one.reading)
    });
    let unchanged = unchanged.map(|(index, one)| (one.file.name.as_str(), index, one.loaded.as_ref()));
    let before = before.iter().enumerate();
    let before = before.map(|(at, file)| (file.name.as_str(), files.len() + at, &file.loaded));
    let mut all: Vec<(&str, usize, &Loaded)> = unchanged.chain(before).collect();
    all.sort_by_key(|(name, index, _)| (input::name_order(name), *index));
    let mut set = Set::default();
    for (_, index, file) in all {
        for item in &file.items {
            set.add(SourceId(index), &item.object, item.workload.as_ref());
        }
    }
    set
}

/// The findings of `now` that `then` does not have.
fn new(now: Vec<Judged>, then: Vec<Judged>) -> Vec<Judged> {
    type Key = (&'static str, ObjectRef, Option<String>, String, Severity);
    let key = |finding: &Finding| -> Key {
        let Finding { rule, object, container, field, severity, .. } = finding;
        (rule, object.clone(), container.clone(), field.clone(), *severity)
    };
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for judged in &then {
        *known.entry(key(&judged.finding)).or_default() += 1;
    }
    now.into_iter()
        .filter(|judged| match known.get_mut(&key(&judged.finding)) {
            Some(count @ 1..) => {
                *count -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// The files of this run that changed, as they were; those that are gone as well.
fn before(options: &Options, changes: &Changes, files: &[ReadFile]) -> Vec<Before> {
    let mut names: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for one in files {
        if let Content::Path(path) = &one.file.content
            && let Ok(path) = std::fs::canonicalize(path)
        {
            names.insert(path, &one.file.name);
        }
    }
    let roots: Vec<PathBuf> = options.inputs.iter().chain(&options.context).filter_map(directory).collect();
    changes
        .files
        .iter()
        .filter_map(|(path, change)| {
            let text = change.before.as_ref()?;
            let name = match names.get(path) {
                Some(name) => (*name).to_owned(),
                None if change.is_deleted => deleted(path, &roots)?,
                None => return None,
            };
            let file = File { name: name.clone(), content: Content::Path(path.clone()), role: Role::Context };
            // What was silenced before is no question.
            let loader = Loader { limit: options.max_file_size, kinds: &options.kinds, keeps: |_| false };
            let text = Source::new(name.as_str(), std::sync::Arc::clone(text));
            let loaded = loader.load_text(&file, text);
            Some(Before { name, loaded })
        })
        .collect()
}

fn directory(input: &Input) -> Option<PathBuf> {
    match input {
        Input::Path { path, .. } => std::fs::canonicalize(path).ok().filter(|path| path.is_dir()),
        Input::Text { .. } | Input::Stdin | Input::Kustomize { .. } | Input::Helm { .. } => None,
    }
}

/// The name of a file that is gone, if this run would have read it.
fn deleted(path: &Path, roots: &[PathBuf]) -> Option<String> {
    let root = roots.iter().find(|root| path.starts_with(root))?;
    let relative = path.strip_prefix(root).ok()?;
    Some(input::display(relative))
}

/// The names of the changed files that hold, or held, objects which others are joined with.
fn causes(files: &[ReadFile], changed: &[usize], before: &[Before]) -> BTreeSet<String> {
    let joins = |loaded: &Loaded| loaded.items.iter().any(|item| Set::joins(&item.object));
    let now = changed.iter().filter_map(|index| files.get(*index));
    let now = now.filter(|one| joins(&one.loaded)).map(|one| one.file.name.clone());
    let then = before.iter().filter(|file| joins(&file.loaded)).map(|file| file.name.clone());
    now.chain(then).collect()
}

/// Says that the change caused it, and in which file: the one that is among the related places, else
/// any that could have.
fn explained(
    mut finding: Finding,
    changes: &Changes,
    files: &[ReadFile],
    changed: &[usize],
    causes: &BTreeSet<String>,
) -> Finding {
    const MOST: usize = 3;
    let related: BTreeSet<&str> = finding
        .related
        .iter()
        .map(|related| related.place.source.0)
        .filter(|source| changed.binary_search(source).is_ok())
        .filter_map(|source| files.get(source).map(|one| one.file.name.as_str()))
        .collect();
    let names: Vec<&str> = if related.is_empty() {
        causes.iter().map(String::as_str).collect()
    } else {
        related.into_iter().collect()
    };
    let cause = match names.as_slice() {
        [one] => format!("The change in {one}"),
        many if many.len() <= MOST => format!("A change in {}", many.join(" or ")),
        many => format!("A change in {} other files", many.len()),
    };
    finding.why = format!(
        "{} {cause} since {} causes this; this file itself did not change.",
        finding.why, changes.since
    );
    finding
}
