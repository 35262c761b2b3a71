//! Notices kustomizations and charts among plain files: patches are parts and templates are no
//! manifests, and what is deployed is only seen when it is rendered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::changing::Built;
use super::helm::is_library;
use super::kustomization::{self, Kustomization, lexical};
use super::{names, quoted};
use crate::finding::Skipped;
use crate::project::input::{File, Input, Role};
use crate::set::labels;

/// How a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Reading {
    /// Its objects are whole.
    #[default]
    Manifest,
    /// A kustomization applies it as a patch: its objects are parts, however whole they look.
    Patch,
    /// A kustomization, or the values and the description of a chart: known not to be objects.
    Known,
    /// The template of a chart: not read.
    Template,
    /// A file that an overlay was made from: only places are looked for in it.
    Origin,
    /// A file that a chart was rendered from: only places are looked for in it. What silences findings is read in the
    /// rendered text.
    Source,
}

/// What was noticed.
#[derive(Debug, Default)]
pub(crate) struct Noticed {
    /// How each file is read, in their order.
    pub(crate) readings: Vec<Reading>,
    /// One for each chart whose templates were passed over.
    pub(crate) skipped: Vec<Skipped>,
    /// How to lint what is deployed.
    pub(crate) hints: Vec<String>,
    /// What is deployed: overlays that no other kustomization builds on.
    pub(crate) overlays: Vec<PathBuf>,
    /// What is deployed: charts that are no part of another one.
    pub(crate) charts: Vec<PathBuf>,
    /// The names of images to which a kustomization gives a tag, by the files that it builds on.
    pub(crate) tagged: HashMap<PathBuf, Vec<String>>,
    /// The files and directories to whose objects a kustomization gives recommended labels.
    pub(crate) labelled: HashSet<PathBuf>,
    /// The files and directories to whose workloads a kustomization gives selectors.
    pub(crate) selecting: HashSet<PathBuf>,
    /// What kustomizations build together, and what they change of it.
    pub(crate) built: Built,
}

/// More roots are counted and not named.
const MOST_HINTS: usize = 5;

/// Looks through the files of a run, at their names first. What is deployed is looked for in the targets, and in what
/// is watched too, if the look `is_wide`.
pub(crate) fn notice(files: &[File], inputs: &[Input], is_wide: bool) -> Noticed {
    let is_target = |file: &File| file.role == Role::Target || is_wide && file.role == Role::Watched;
    let charts = Charts::of(files);
    let kustomizations = kustomizations(files, is_target);
    let patches: HashSet<PathBuf> = kustomizations.iter().flat_map(|(_, one)| one.patch_files()).collect();
    let readings = files
        .iter()
        .map(|file| {
            let Some(path) = file.on_disk() else { return Reading::Manifest };
            let (name, is_template) = (file_name(path), charts.of_template(path).is_some());
            match () {
                () if is_template => Reading::Template,
                () if patches.contains(&lexical(path)) => Reading::Patch,
                () if kustomization::NAMES.contains(&name) || charts.describes(path) => Reading::Known,
                () => Reading::Manifest,
            }
        })
        .collect();
    let rendered = Given::of(inputs);
    let roots = roots(&kustomizations).into_iter().filter(|path| !rendered.contains(path));
    let overlays: Vec<PathBuf> = roots.map(here).collect();
    let chart_roots: Vec<PathBuf> =
        charts.roots(files, is_target).into_iter().filter(|path| !rendered.contains(path)).collect();
    let shown = |flag: &str, path: &PathBuf| format!("{flag} {}", quoted(&names::display(path)));
    let kustomize = overlays.iter().map(|path| shown("-k", path));
    let helm = chart_roots.iter().map(|path| shown("--helm", path));
    let hints = hints(kustomize.chain(helm).collect());
    let skipped = charts.skipped(files, &rendered);
    let bases = |gives: &dyn Fn(&Kustomization) -> bool| {
        let giving = kustomizations.iter().filter(|(_, one)| gives(one));
        giving.flat_map(|(_, one)| one.bases()).map(|path| lexical(&path)).collect()
    };
    let labelled = bases(&|one| one.gives_labels(labels::PREFIX));
    let selecting = bases(&Kustomization::gives_selectors);
    let tagged = tagged(&kustomizations);
    let on_disk: HashSet<PathBuf> = files.iter().filter_map(|file| file.on_disk()).map(lexical).collect();
    let built = Built::of(kustomizations.iter().map(|(_, one)| one), &on_disk);
    Noticed { readings, skipped, hints, overlays, charts: chart_roots, tagged, labelled, selecting, built }
}

/// A directory as a path that is not empty.
fn here(path: PathBuf) -> PathBuf {
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

/// Reads what overlays are made of as that, and not for its own sake: files that a kustomization names.
pub(crate) fn demote(files: &mut [(File, Reading)]) {
    let plain: Vec<File> = files.iter().map(|(file, _)| file.clone()).collect();
    let all = kustomizations(&plain, |_| true);
    let named: HashSet<PathBuf> = all.iter().flat_map(|(_, one)| one.named()).collect();
    for (file, reading) in files.iter_mut().filter(|(file, _)| file.role != Role::Context) {
        let Some(path) = file.on_disk() else { continue };
        let is_part = matches!(reading, Reading::Manifest | Reading::Patch) && named.contains(&lexical(path));
        let is_kustomization = kustomization::NAMES.contains(&file_name(path));
        if is_part || is_kustomization {
            file.role = Role::Context;
            *reading = Reading::Origin;
        }
    }
}

/// The directories and charts that this very run renders.
struct Given(HashSet<PathBuf>);

impl Given {
    fn of(inputs: &[Input]) -> Self {
        let paths = inputs.iter().filter_map(|input| match input {
            Input::Kustomize { directory } => Some(directory),
            Input::Helm { chart, .. } => Some(chart),
            Input::Path { .. } | Input::Text { .. } | Input::Stdin => None,
        });
        Self(paths.filter_map(|path| std::fs::canonicalize(path).ok()).collect())
    }

    fn contains(&self, path: &Path) -> bool {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        !self.0.is_empty() && std::fs::canonicalize(path).is_ok_and(|path| self.0.contains(&path))
    }
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn directory_of(path: &Path) -> PathBuf {
    lexical(path.parent().unwrap_or(Path::new("")))
}

/// The kustomizations among the files, each with whether it is a target.
fn kustomizations(files: &[File], is_target: impl Fn(&File) -> bool + Sync) -> Vec<(bool, Kustomization)> {
    files
        .par_iter()
        .filter_map(|file| {
            let path = file.on_disk().filter(|path| kustomization::NAMES.contains(&file_name(path)))?;
            Some((is_target(file), Kustomization::read(path)?))
        })
        .collect()
}

/// The names of images to which each kustomization gives a tag, by the files and directories that it names.
fn tagged(kustomizations: &[(bool, Kustomization)]) -> HashMap<PathBuf, Vec<String>> {
    let mut tagged: HashMap<PathBuf, Vec<String>> = HashMap::new();
    for (_, one) in kustomizations {
        let names: Vec<String> = one.tagged_images().map(str::to_owned).collect();
        if names.is_empty() {
            continue;
        }
        for base in one.bases() {
            tagged.entry(lexical(&base)).or_default().extend(names.iter().cloned());
        }
    }
    tagged
}

/// The directories of those targets that no other kustomization builds on.
fn roots(kustomizations: &[(bool, Kustomization)]) -> BTreeSet<PathBuf> {
    let used: HashSet<PathBuf> =
        kustomizations.iter().flat_map(|(_, one)| one.bases()).map(|path| lexical(&path)).collect();
    let targets = kustomizations.iter().filter(|(is_target, one)| *is_target && !one.is_component());
    targets.map(|(_, one)| directory_of(&one.path)).filter(|path| !used.contains(path)).collect()
}

/// The charts that the files are of.
struct Charts(HashMap<PathBuf, bool>);

impl Charts {
    /// A directory is a chart when a `Chart.yaml` stands in it beside `templates`.
    fn of(files: &[File]) -> Self {
        let mut known = HashMap::new();
        for file in files {
            let Some(path) = file.on_disk() else { continue };
            let named = (file_name(path) == "Chart.yaml").then(|| directory_of(path));
            for candidate in candidates(path).chain(named) {
                known.entry(candidate).or_insert_with_key(|path| {
                    path.join("Chart.yaml").is_file() && path.join("templates").is_dir()
                });
            }
        }
        Self(known)
    }

    fn is_chart(&self, path: &Path) -> bool {
        self.0.get(path).copied().unwrap_or(false)
    }

    /// The outermost chart that a file is a template of.
    fn of_template(&self, path: &Path) -> Option<PathBuf> {
        candidates(path)
            .filter(|candidate| self.is_chart(candidate))
            .last()
            .map(|chart| self.outermost(chart))
    }

    /// A chart lies in `charts` of the one that it is a part of.
    fn outermost(&self, chart: PathBuf) -> PathBuf {
        let parent = chart.parent().filter(|path| path.ends_with("charts")).and_then(Path::parent);
        match parent.filter(|parent| parent.join("Chart.yaml").is_file()) {
            Some(parent) => self.outermost(parent.to_owned()),
            None => chart,
        }
    }

    /// `Chart.yaml`, its old companions, and the values.
    fn describes(&self, path: &Path) -> bool {
        let name = file_name(path);
        let is_description = ["Chart.yaml", "requirements.yaml", "values.schema.json"].contains(&name)
            || name.starts_with("values") && !name.ends_with(".json");
        is_description && self.is_chart(&directory_of(path))
    }

    /// The charts that targets are of.
    fn roots(&self, files: &[File], is_target: impl Fn(&File) -> bool) -> BTreeSet<PathBuf> {
        let paths = files.iter().filter(|file| is_target(file)).filter_map(File::on_disk);
        let charts: BTreeSet<PathBuf> = paths.filter_map(|path| self.of_template(path)).collect();
        charts.into_iter().filter(|chart| !is_library(chart)).collect()
    }

    fn skipped(&self, files: &[File], rendered: &Given) -> Vec<Skipped> {
        let mut counts: BTreeMap<PathBuf, usize> = BTreeMap::new();
        for file in files {
            if let Some(path) = file.on_disk()
                && let Some(chart) = self.of_template(path)
            {
                *counts.entry(chart).or_default() += 1;
            }
        }
        counts.retain(|chart, _| !rendered.contains(chart));
        let skipped = counts.into_iter().map(|(chart, count)| Skipped {
            file: names::display(&chart),
            reason: match count {
                1 => "1 template of a Helm chart, not linted before it is rendered".to_owned(),
                _ => format!("{count} templates of a Helm chart, not linted before they are rendered"),
            },
        });
        skipped.collect()
    }
}

/// The directories that hold a `templates` directory which the file lies in, innermost first.
fn candidates(path: &Path) -> impl Iterator<Item = PathBuf> + '_ {
    let above = path.ancestors().skip(1);
    above.filter(|directory| directory.ends_with("templates")).map(directory_of)
}

/// A line for each root, and one for the rest.
fn hints(flags: Vec<String>) -> Vec<String> {
    let mut hints: Vec<String> =
        flags.iter().take(MOST_HINTS).map(|flag| format!("kubectl lifecycle lint {flag}")).collect();
    if let Some(more @ 1..) = flags.len().checked_sub(MOST_HINTS) {
        hints.push(format!("… and {more} more like these"));
    }
    hints
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::project::input::Selection;

    fn noticed(files: &[(&str, &str)]) -> (Noticed, Vec<String>, tempfile::TempDir) {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let inputs = [Input::Path { path: root.path().to_owned(), recursive: true }];
        let exclude = crate::project::exclude::Exclude::default();
        let selection = Selection { exclude: &exclude, reads_ignored: false, allows_empty: false };
        let found = crate::project::input::collect(&inputs, &[], selection);
        let noticed = notice(&found.files, &inputs, false);
        let place = format!("{}/", names::display(root.path()));
        let hints = noticed.hints.iter().map(|hint| hint.replace(&place, "")).collect();
        (noticed, hints, root)
    }

    #[test]
    fn the_roots_are_hinted_at_and_neither_bases_nor_components() {
        let (_, hints, _root) = noticed(&[
            ("base/kustomization.yaml", "resources: [a.yaml]"),
            ("parts/kustomization.yml", "kind: Component"),
            ("over lays/prod/Kustomization", "resources: [../../base]\ncomponents: [../../parts]"),
            ("web/Chart.yaml", "name: web"),
            ("web/templates/a.yaml", ""),
            ("web/charts/db/Chart.yaml", "name: db"),
            ("web/charts/db/templates/a.yaml", ""),
        ]);
        assert_eq!(hints[1], "kubectl lifecycle lint --helm web", "a chart's parts are rendered with it");
        assert!(hints[0].starts_with("kubectl lifecycle lint -k '") && hints[0].contains("over lays/prod'"));
        assert_eq!(hints.len(), 2);
    }

    #[test]
    fn many_roots_are_counted() {
        let files: Vec<String> = (0..9).map(|number| format!("{number}/kustomization.yaml")).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|name| (name.as_str(), "resources: []")).collect();
        let (_, hints, _root) = noticed(&files);
        assert_eq!(hints.len(), 6);
        assert!(hints[5].ends_with("and 4 more like these"), "{hints:?}");
    }

    #[test]
    fn each_file_is_read_as_what_it_is() {
        let (noticed, _, _root) = noticed(&[
            ("chart/Chart.yaml", "name: a"),
            ("chart/templates/a.yaml", ""),
            ("chart/values-prod.yaml", ""),
            ("k8s/a.yaml", ""),
            ("k8s/kustomization.yaml", "patchesStrategicMerge: [./p.yaml]\npatches: [{path: ../q.yaml}]"),
            ("k8s/p.yaml", ""),
            ("q.yaml", ""),
            ("templates/a.yaml", ""),
        ]);
        use Reading::{Known, Manifest, Patch, Template};
        assert_eq!(noticed.readings, [Known, Template, Known, Manifest, Known, Patch, Patch, Manifest]);
    }
}
