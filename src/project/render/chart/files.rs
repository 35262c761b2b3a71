//! The files of a chart that its templates and values are in. Nothing outside of its directory is read.

use std::path::{Path, PathBuf};

use crate::project::input::{Content, File, Role};
use crate::project::render::kustomization::lexical;
use crate::project::render::names;

/// More files are not read of one chart.
const MOST: usize = 2000;
/// Deeper than charts lie within charts.
const DEEPEST: usize = 24;
/// Larger files are no templates.
const LARGEST: u64 = 4 * 1024 * 1024;
/// What describes a chart, and its values.
const DESCRIPTIONS: [&str; 3] = ["Chart.yaml", "requirements.yaml", "values.yaml"];

/// The templates, values and descriptions of a chart and of the charts in it, by their paths within it, sorted.
/// Links that lead out of it are not followed.
pub(super) fn of(chart: &Path) -> Vec<PathBuf> {
    let Ok(root) = std::fs::canonicalize(chart) else { return Vec::new() };
    let mut found = Vec::new();
    walk(&root, Path::new(""), 0, &mut found);
    found.sort();
    found
}

fn walk(root: &Path, inside: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(root.join(inside)) else { return };
    let mut names: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.file_name())).collect();
    names.sort();
    let is_in_templates = inside.components().any(|part| part.as_os_str() == "templates");
    for name in names {
        let path = inside.join(&name);
        let is_here = std::fs::canonicalize(root.join(&path)).is_ok_and(|real| real == root.join(&path));
        let Some(data) = std::fs::metadata(root.join(&path)).ok().filter(|_| is_here) else { continue };
        let leads_on =
            is_in_templates || name == "templates" || name == "charts" || inside.ends_with("charts");
        if data.is_dir() && leads_on && depth < DEEPEST {
            walk(root, &path, depth + 1, found);
        }
        let is_wanted = is_in_templates || DESCRIPTIONS.iter().any(|one| name == *one);
        if data.is_file() && is_wanted && data.len() <= LARGEST && found.len() < MOST {
            found.push(path);
        }
    }
}

/// A file of a chart, under the name that a user knows it by.
pub(super) fn file(chart: &Path, inside: &Path) -> File {
    let path = chart.join(inside);
    File { name: names::display(&lexical(&path)), content: Content::Path(path), role: Role::Context }
}
