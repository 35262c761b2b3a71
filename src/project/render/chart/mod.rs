//! Charts: where in its templates a finding in what Helm rendered was written, and which value stands there.
//!
//! Helm says of each document which template wrote it, and nothing of lines. So the template is read as the lines
//! that it can write ([`outline`]), the rendered lines are aligned with those ([`align`]), and the actions of the line
//! that was found are followed to the values they write ([`trace`], [`values`]). Where two lines of a template could
//! have written one that was rendered, the place stays in the rendered text.

mod align;
mod expression;
mod files;
mod known;
mod lexer;
mod lines;
mod outline;
mod pattern;
mod steps;
mod trace;
mod values;
mod view;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use super::book::Book;
use crate::finding::{Finding, Place, SourceId, words};
use crate::project::input::{Content, File, Role};
use crate::text::Source;
use crate::yaml::Node;
use crate::yaml::path::Step;
use view::{ChartFile, Named, RenderedText, SetBy, View};

/// A chart that was rendered.
#[derive(Debug, Clone)]
pub(crate) struct RenderedChart {
    /// As given.
    pub(super) directory: PathBuf,
    /// Files of values, in order.
    pub(super) values: Vec<PathBuf>,
    /// `key=value`, in order.
    pub(super) sets: Vec<String>,
    /// What was rendered, each with the path of its template within the chart as Helm says it.
    pub(super) templates: Vec<(File, PathBuf)>,
    /// The files of the chart, by their paths within it.
    inside: Vec<PathBuf>,
}

impl RenderedChart {
    pub(super) fn new(
        directory: &Path,
        (values, sets): (&[PathBuf], &[String]),
        templates: Vec<(File, PathBuf)>,
    ) -> Self {
        let inside = files::of(directory);
        Self {
            directory: directory.to_owned(),
            values: values.to_vec(),
            sets: sets.to_vec(),
            templates,
            inside,
        }
    }

    /// The files that places are looked for in: templates and values.
    pub(crate) fn sources(&self) -> Vec<File> {
        let own = self.inside.iter().map(|inside| files::file(&self.directory, inside));
        let values = self.values.iter().map(|path| File {
            name: super::names::display(path),
            content: Content::Path(path.clone()),
            role: Role::Context,
        });
        own.chain(values).collect()
    }

    fn rendered(&self, file: &File) -> Option<&Path> {
        let is = |(own, _): &&(File, PathBuf)| own.name == file.name && own.content == file.content;
        self.templates.iter().find(is).map(|(_, inside)| inside.as_path())
    }
}

/// Knows where the fields of rendered charts were written.
#[derive(Debug, Default)]
pub(crate) struct ChartRelocator<'r> {
    charts: Vec<(&'r RenderedChart, OnceLock<View<'r>>)>,
    texts: BTreeMap<SourceId, RenderedText<'r>>,
    sources: BTreeMap<SourceId, &'r Source>,
    book: Book<'r>,
}

/// Longer texts are not repeated beside a line.
const LONGEST_LABEL: usize = 60;

impl<'r> ChartRelocator<'r> {
    /// For the charts of a run and all its files.
    pub(crate) fn of(
        charts: &'r [RenderedChart],
        files: impl Iterator<Item = (SourceId, &'r File, &'r Source)> + Clone,
    ) -> Self {
        if charts.is_empty() {
            return Self::default();
        }
        let text = |(id, file, source): (SourceId, &'r File, &'r Source)| {
            let mut numbered = charts.iter().enumerate();
            let (chart, inside) =
                numbered.find_map(|(number, chart)| Some((number, chart.rendered(file)?)))?;
            Some((id, RenderedText::new(source, chart, inside)))
        };
        Self {
            charts: charts.iter().map(|chart| (chart, OnceLock::new())).collect(),
            texts: files.clone().filter_map(text).collect(),
            sources: files.clone().map(|(id, _, source)| (id, source)).collect(),
            book: Book::of(files),
        }
    }

    /// Moves the places of a finding to where they were written, as far as that is known, and names the values that
    /// are written there.
    pub(crate) fn relocate(&self, finding: &mut Finding) {
        let mut named: Vec<Named> = Vec::new();
        if let Some(found) = self.find(&finding.place) {
            if finding.label.as_deref().is_none_or(str::is_empty) {
                finding.label = found.written.as_deref().and_then(label);
            }
            // At a container that lacks something its name is not what is to be mended.
            if !matches!(finding.place.path.steps().last(), Some(Step::Key(key)) if key == "name") {
                finding.help.text.extend(self.advice(&found.named));
            }
            named.extend(found.named);
            (finding.place.source, finding.place.span) = (found.source, found.span);
        }
        for related in &mut finding.related {
            if let Some(found) = self.find(&related.place) {
                named.extend(found.named);
                (related.place.source, related.place.span) = (found.source, found.span);
            }
        }
        for one in named.iter().map(Named::related) {
            if !finding.related.contains(&one) {
                finding.related.push(one);
            }
        }
    }

    /// Moves a place to where it was written, as far as that is known.
    pub(crate) fn relocate_place(&self, place: &mut Place) {
        if let Some(found) = self.find(place) {
            (place.source, place.span) = (found.source, found.span);
        }
    }

    /// Where the values are to be changed, in a sentence that follows on others.
    fn advice(&self, named: &[Named]) -> Option<String> {
        let told = named.iter().map(|one| {
            let at = self
                .sources
                .get(&one.source)
                .map(|source| format!("{}:{}", source.name(), source.position(one.span.start).line));
            match (one.set, at) {
                (SetBy::CommandLine, _) => format!("`{}` (given by --set)", one.value),
                (SetBy::File, Some(at)) => format!("`{}` (set at {at})", one.value),
                (SetBy::Nothing, Some(at)) => {
                    format!("`{}` (set nowhere; it would stand at {at})", one.value)
                }
                (SetBy::File | SetBy::Nothing, None) => format!("`{}`", one.value),
            }
        });
        Some(format!(" The chart writes {} here.", words::listed(told)?))
    }

    fn find(&self, place: &Place) -> Option<view::Found> {
        let text = self.texts.get(&place.source)?;
        let (chart, view) = self.charts.get(text.chart)?;
        let own = Own { chart, book: &self.book };
        let view = view.get_or_init(|| View::of(&own.templates()));
        let (prefix, inside) = own.resolve(text.inside)?;
        view.find(text, view.number(&inside)?, &own.values(&prefix), place.span)
    }
}

/// What an action has written, for beside its line.
fn label(written: &str) -> Option<String> {
    let written = written.trim();
    let is_short = !written.is_empty() && written.chars().count() <= LONGEST_LABEL;
    is_short.then(|| format!("rendered as `{written}`"))
}

/// The files of one chart among those of the run.
struct Own<'a, 'r> {
    chart: &'r RenderedChart,
    book: &'a Book<'r>,
}

impl<'a, 'r> Own<'a, 'r> {
    fn templates(&self) -> Vec<(&'r Path, ChartFile<'r>)> {
        let is_template = |path: &&PathBuf| path.components().any(|part| part.as_os_str() == "templates");
        let templates = self.chart.inside.iter().filter(is_template).filter_map(|path| {
            let page = self.book.page(&self.chart.directory.join(path))?;
            Some((path.as_path(), ChartFile { id: page.id, source: page.source }))
        });
        templates.collect()
    }

    /// The names of the charts around a template, outermost first, and where it really lies: a chart in `charts` may be
    /// called otherwise than its directory. `None` for a path out of the chart.
    fn resolve(&self, inside: &Path) -> Option<(Vec<String>, PathBuf)> {
        let mut prefix = Vec::new();
        let mut real = PathBuf::new();
        let mut parts = inside.components().map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        });
        while let Some(part) = parts.next() {
            let part = part?;
            if part != "charts" || real.components().any(|part| part.as_os_str() == "templates") {
                real.push(part);
                continue;
            }
            let name = parts.next()??;
            real = self.chart_in(&real, name);
            prefix.push(name.to_owned());
        }
        Some((prefix, real))
    }

    /// The directory of a chart in another, by the name that it goes by there.
    fn chart_in(&self, outer: &Path, name: &str) -> PathBuf {
        let called = outer.join("charts").join(name);
        if self.chart.inside.iter().any(|path| path.starts_with(&called)) {
            return called;
        }
        let dependencies = ["Chart.yaml", "requirements.yaml"]
            .into_iter()
            .filter_map(|file| Some(self.root(&outer.join(file))?.1.get("dependencies")?.items()));
        let is_it = |node: &Node<'_>| node.text_of("alias") == Some(name);
        let own = dependencies.flatten().find(is_it).and_then(|node| node.text_of("name")).unwrap_or(name);
        let charts = outer.join("charts");
        let descriptions = self.chart.inside.iter().filter(|path| path.ends_with("Chart.yaml"));
        let mut directories = descriptions.filter_map(|path| path.parent());
        let is_called = |path: &&Path| {
            path.parent() == Some(charts.as_path())
                && self
                    .root(&path.join("Chart.yaml"))
                    .is_some_and(|(_, root)| root.text_of("name") == Some(own))
        };
        directories.find(is_called).map_or(called, Path::to_owned)
    }

    fn root(&self, inside: &Path) -> Option<(SourceId, Node<'a>)> {
        self.root_of(&self.chart.directory.join(inside))
    }

    fn root_of(&self, path: &Path) -> Option<(SourceId, Node<'a>)> {
        let page = self.book.page(path)?;
        Some((page.id, page.trees().first()?.root()))
    }

    fn values(&self, prefix: &[String]) -> values::Values<'a> {
        let given: Vec<_> = self.chart.values.iter().filter_map(|path| self.root_of(path)).collect();
        let own = |outer: &[String]| {
            let directory = outer.iter().fold(PathBuf::new(), |outer, name| self.chart_in(&outer, name));
            self.root(&directory.join("values.yaml"))
        };
        view::layered(prefix, &given, own, &self.chart.sets)
    }
}
