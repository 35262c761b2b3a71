//! What rendering brings into a run: more files, how each is read, and a set for each rendered input.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::LazyLock;

use super::Options;
use super::project::{Project, ReadFile};
use super::realms::Realms;
use crate::finding::SourceId;
use crate::project::input::{self, ChartValues, Content, File, Files, Input};
use crate::project::render::changing::Built;
use crate::project::render::notice::{self, Noticed, Reading};
use crate::project::render::{self, ChartRelocator, Limits, Overlay, Relocator, RenderedChart, lexical};
use crate::set::Set;

/// What is known before any file is read.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// How to lint what is deployed.
    pub(super) hints: Vec<String>,
    overlays: Vec<Overlay>,
    charts: Vec<RenderedChart>,
    /// The names of images to which a kustomization gives a tag, by the files and directories that it names.
    tagged: HashMap<PathBuf, Vec<String>>,
    /// The files and directories to whose objects a kustomization gives recommended labels.
    labelled: HashSet<PathBuf>,
    /// The files and directories to whose workloads a kustomization gives selectors.
    selecting: HashSet<PathBuf>,
    /// What kustomizations build together, and what they change of it.
    built: Built,
    /// The rendered inputs that are made of changes, where changes are asked for.
    pub(super) changed: Vec<Input>,
}

/// Renders what is to be rendered, and takes the files of the run, with the rendered texts and the files they
/// came from, and with how each is to be read.
pub(super) fn plan(options: &Options, found: &mut Files) -> (Vec<(File, Reading)>, Plan) {
    let mut noticed = notice::notice(&found.files, &options.inputs, options.rendered.is_some());
    let mut inputs = options.inputs.clone();
    if let Some(values) = &options.rendered {
        inputs.extend(deployed(&noticed, values));
        // What is rendered is neither passed over nor hinted at.
        let again = notice::notice(&found.files, &inputs, false);
        (noticed.skipped, noticed.hints) = (again.skipped, again.hints);
    }
    found.skipped.extend(noticed.skipped);
    let limits = Limits { time: options.render_timeout, output: options.max_file_size };
    let rendered =
        render::render(&inputs, options.settings.versions().oldest(), limits, options.changes.as_ref());
    found.trouble.extend(rendered.trouble);
    let mut files: Vec<(File, Reading)> =
        std::mem::take(&mut found.files).into_iter().zip(noticed.readings).collect();
    if options.rendered.is_some() {
        notice::demote(&mut files);
    }
    files.extend(rendered.files.into_iter().map(|file| (file, Reading::Manifest)));
    files.extend(origins(&rendered.overlays, &files));
    let sources = chart_sources(&rendered.charts, &mut files);
    files.extend(sources);
    files.sort_by(|(a, _), (b, _)| input::name_order(&a.name).cmp(&input::name_order(&b.name)));
    let changed = rendered.changed;
    let plan = Plan {
        hints: noticed.hints,
        overlays: rendered.overlays,
        charts: rendered.charts,
        tagged: noticed.tagged,
        labelled: noticed.labelled,
        selecting: noticed.selecting,
        built: noticed.built,
        changed,
    };
    (files, plan)
}

/// A file is among these, or its directory is.
fn is_named(file: &File, paths: &HashSet<PathBuf>) -> bool {
    file.on_disk().is_some_and(|path| lexical(path).ancestors().take(2).any(|path| paths.contains(path)))
}

/// The overlays and charts that were noticed, as inputs.
fn deployed(noticed: &Noticed, values: &ChartValues) -> Vec<Input> {
    let overlays = noticed.overlays.iter().map(|path| Input::Kustomize { directory: path.clone() });
    let charts = noticed.charts.iter().map(|path| Input::Helm {
        chart: path.clone(),
        values: values.files.clone(),
        sets: values.sets.clone(),
    });
    overlays.chain(charts).collect()
}

/// The files that charts were rendered from and that are not files of the run anyway, each once. Templates among
/// those that are have to be read as well.
fn chart_sources(charts: &[RenderedChart], files: &mut [(File, Reading)]) -> Vec<(File, Reading)> {
    let mut known: HashMap<PathBuf, Option<usize>> = HashMap::new();
    if !charts.is_empty() {
        let numbered = files.iter().enumerate();
        let on_disk = numbered.filter(|(_, (file, _))| matches!(file.content, Content::Path(_)));
        known.extend(on_disk.map(|(number, (file, _))| (input::identity(file), Some(number))));
    }
    let mut sources = Vec::new();
    for file in charts.iter().flat_map(RenderedChart::sources) {
        match known.entry(input::identity(&file)) {
            Entry::Vacant(entry) => {
                entry.insert(None);
                sources.push((file, Reading::Source));
            }
            Entry::Occupied(entry) => {
                let reading =
                    entry.get().and_then(|number| files.get_mut(number)).map(|(_, reading)| reading);
                if let Some(reading) = reading.filter(|reading| **reading == Reading::Template) {
                    *reading = Reading::Source;
                }
            }
        }
    }
    sources
}

/// The files that overlays were made from and that are not files of the run anyway, each once.
fn origins(overlays: &[Overlay], files: &[(File, Reading)]) -> Vec<(File, Reading)> {
    if overlays.is_empty() {
        return Vec::new();
    }
    let on_disk =
        files.iter().filter(|(file, _)| matches!(file.content, Content::Path(_) | Content::Text(_)));
    let mut seen: HashSet<_> = on_disk.map(|(file, _)| input::identity(file)).collect();
    let sources = overlays.iter().flat_map(Overlay::sources);
    sources.filter(|file| seen.insert(input::identity(file))).map(|file| (file, Reading::Origin)).collect()
}

impl Plan {
    /// The names of images in a file to which a kustomization gives a tag when it builds.
    pub(super) fn tagged(&self, file: &File) -> Vec<String> {
        let Some(path) = file.on_disk() else { return Vec::new() };
        let path = lexical(path);
        let named = path.ancestors().take(2).filter_map(|path| self.tagged.get(path));
        named.flatten().cloned().collect()
    }

    /// A kustomization gives the objects of a file recommended labels when it builds.
    fn gives_labels(&self, file: &File) -> bool {
        is_named(file, &self.labelled)
    }

    /// A kustomization gives the workloads of a file selectors when it builds.
    fn gives_selectors(&self, file: &File) -> bool {
        is_named(file, &self.selecting)
    }

    /// The kustomizations that build on a file.
    fn builders(&self, file: &File) -> &[u32] {
        file.on_disk().map_or(&[], |path| self.built.builders(&lexical(path)))
    }

    /// The text of a file was built of an overlay.
    pub(super) fn is_overlay(&self, file: &File) -> bool {
        file.is_rendered() && self.overlays.iter().any(|overlay| overlay.is_built_into(file))
    }

    /// Knows where the fields of overlays came from.
    pub(super) fn relocator<'r>(&'r self, project: &'r Project) -> Relocator<'r> {
        let sources =
            project.numbered().filter_map(|(id, one)| Some((id, &one.file, one.loaded.source.as_ref()?)));
        Relocator::of(&self.overlays, sources)
    }

    /// Knows where the fields of charts came from.
    pub(super) fn chart_relocator<'r>(&'r self, project: &'r Project) -> ChartRelocator<'r> {
        let sources =
            project.numbered().filter_map(|(id, one)| Some((id, &one.file, one.loaded.source.as_ref()?)));
        ChartRelocator::of(&self.charts, sources)
    }
}

/// The sets of a run: one of the plain files, one of each realm, and one of each rendered input. The same Service in
/// two overlays is two Services, in two clusters.
#[derive(Default)]
pub(super) struct Sets<'r> {
    realms: Realms<'r>,
    by_group: BTreeMap<&'r str, Set>,
}

/// Joins the objects of each set.
pub(super) fn join<'r>(plan: &Plan, files: &'r [ReadFile]) -> Sets<'r> {
    let realms = Realms::of(files);
    let mut by_group: BTreeMap<&'r str, Set> = BTreeMap::new();
    for (index, one) in files.iter().enumerate() {
        let set = by_group.entry(group(&realms, &one.file)).or_default();
        set.name(SourceId(index), &one.file.name);
        set.tags(SourceId(index), plan.tagged(&one.file));
        if plan.gives_labels(&one.file) {
            set.is_given_labels(SourceId(index));
        }
        let builders = plan.builders(&one.file);
        set.is_built(SourceId(index), builders, plan.built.changes(builders));
        if plan.gives_selectors(&one.file) {
            set.is_given_selectors(SourceId(index));
        }
        for item in &one.loaded.items {
            // A patch is no object of the cluster.
            if one.reading == Reading::Patch {
                set.patch(&item.object);
                continue;
            }
            set.add(SourceId(index), &item.object, item.workload.as_ref());
        }
    }
    Sets { realms, by_group }
}

impl Sets<'_> {
    /// All of them, in order of what names them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Set> {
        self.by_group.values()
    }

    /// The realms that objects of the run stand apart in.
    pub(super) fn apart(&self) -> impl Iterator<Item = &str> {
        let joins = self.by_group.iter().filter(|(name, set)| self.realms.is_one(name) && !set.is_empty());
        joins.map(|(name, _)| *name)
    }

    /// The set that a file's objects are of.
    pub(super) fn of(&self, file: &File) -> &Set {
        static EMPTY: LazyLock<Set> = LazyLock::new(Set::default);
        self.by_group.get(group(&self.realms, file)).unwrap_or(&EMPTY)
    }
}

/// What names the set: the command that rendered the file, its realm, or nothing.
fn group<'f>(realms: &Realms<'f>, file: &'f File) -> &'f str {
    match &file.content {
        Content::Rendered { by, .. } => by,
        Content::Path(_) | Content::Text(_) | Content::Stdin => realms.realm(&file.name),
    }
}
