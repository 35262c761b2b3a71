//! One chart of a run: from a place in what it rendered to the place in its templates, and to the values that are
//! written there.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::lines::{self, Origin};
use super::outline::{Action, Line, Outline, Piece, Step};
use super::pattern::{Pattern, Shares};
use super::trace::{self, Key, Library, Site, ValuePath};
use super::values::{self, Layer, Values};
use crate::finding::{Place, Related, SourceId};
use crate::text::{Source, Span};
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Kind, Node, Tree};

/// A file of a chart.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChartFile<'r> {
    pub(super) id: SourceId,
    pub(super) source: &'r Source,
}

/// The templates of a chart, and its values.
#[derive(Debug)]
pub(super) struct View<'r> {
    /// The templates, as the library numbers them.
    files: Vec<ChartFile<'r>>,
    /// Where they lie within the chart.
    paths: Vec<&'r Path>,
    library: Library,
}

/// Trees by the first and the last line of their text; `None` for what is no YAML.
type Blocks = BTreeMap<(usize, usize), Option<Arc<Tree>>>;

/// A text that a template of a chart rendered.
#[derive(Debug)]
pub(super) struct RenderedText<'r> {
    source: &'r Source,
    /// The number of the chart.
    pub(super) chart: usize,
    /// The path of the template, as Helm says it.
    pub(super) inside: &'r Path,
    lines: OnceLock<Vec<Option<Origin>>>,
    /// What actions wrote as blocks.
    blocks: Mutex<Blocks>,
}

impl<'r> RenderedText<'r> {
    pub(super) fn new(source: &'r Source, chart: usize, inside: &'r Path) -> Self {
        Self { source, chart, inside, lines: OnceLock::new(), blocks: Mutex::default() }
    }
}

/// A place in a template, and what is known of it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) source: SourceId,
    pub(super) span: Span,
    /// The values that are written there.
    pub(super) named: Vec<Named>,
    /// What was rendered there, where it is more than text of the template.
    pub(super) written: Option<String>,
}

/// A value that is written somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    /// `.Values.image.tag`.
    pub(super) value: String,
    pub(super) set: SetBy,
    /// Where it is set, or would be; what is given on the command line has the place where it is written.
    pub(super) source: SourceId,
    pub(super) span: Span,
}

/// What sets a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetBy {
    /// A file of values.
    File,
    /// The command line.
    CommandLine,
    /// Nothing.
    Nothing,
}

impl Named {
    /// The place, and what is to be seen there.
    pub(super) fn related(&self) -> Related {
        let message = match self.set {
            SetBy::File => format!("`{}` is set here", self.value),
            SetBy::CommandLine => format!("`{}` is given by --set", self.value),
            SetBy::Nothing => format!("`{}` is set nowhere; it would stand here", self.value),
        };
        Related { place: Place { source: self.source, span: self.span, path: FieldPath::root() }, message }
    }
}

/// More values are not named at one place.
const MOST_NAMED: usize = 4;

impl<'r> View<'r> {
    /// The templates of a chart, by their paths within it.
    pub(super) fn of(templates: &[(&'r Path, ChartFile<'r>)]) -> Self {
        let files: Vec<ChartFile<'r>> = templates.iter().map(|(_, file)| *file).collect();
        let outlines: Vec<Outline> = files.iter().map(|file| Outline::of(file.source.text())).collect();
        let mut defined: HashMap<String, usize> = HashMap::new();
        let mut depths: HashMap<String, usize> = HashMap::new();
        for (number, ((path, _), outline)) in templates.iter().zip(&outlines).enumerate() {
            // What a chart defines replaces what the charts in it do.
            let depth = path.components().filter(|part| part.as_os_str() == "charts").count();
            for name in outline.defined.keys() {
                if depths.get(name).is_none_or(|known| depth <= *known) {
                    depths.insert(name.clone(), depth);
                    defined.insert(name.clone(), number);
                }
            }
        }
        let paths = templates.iter().map(|(path, _)| *path).collect();
        Self { files, paths, library: Library { outlines, defined } }
    }

    /// The number of a template.
    pub(super) fn number(&self, path: &Path) -> Option<usize> {
        self.paths.iter().position(|own| *own == path)
    }

    /// Where a place in a rendered text of a template was written.
    pub(super) fn find(
        &self,
        rendered: &RenderedText<'r>,
        template: usize,
        values: &Values<'_>,
        span: Span,
    ) -> Option<Found> {
        let texts: Vec<&str> = self.files.iter().map(|file| file.source.text()).collect();
        let lines = rendered
            .lines
            .get_or_init(|| lines::of(rendered.source, &texts, &self.library, values, template));
        let number = rendered.source.position(span.start).line - 1;
        let origin = lines.get(number)?.as_ref()?;
        let outline = self.library.outlines.get(origin.file)?;
        let file = self.files.get(origin.file)?;
        let body = match &origin.defined {
            Some(name) => outline.defined.get(name.as_ref())?,
            None => &outline.body,
        };
        let Some(Step::Write(line)) = body.steps.get(origin.step) else { return None };
        let whole = rendered.source.line_span(number + 1)?;
        let text = rendered.source.slice(whole);
        let own = lines::without_blanks(text, origin.indented);
        let start = span.start.saturating_sub(whole.start).saturating_sub(text.len() - own.len());
        let end = span.end.min(whole.end).saturating_sub(whole.start).saturating_sub(text.len() - own.len());
        let touched = Touched::of(file.source.text(), line, origin, own, (start, end.max(start)))?;
        let at = Asked { view: self, rendered, values, origin, outline, own, byte: span.start };
        let named = at.named(line, &touched, file);
        let written = (!touched.holes.is_empty()).then(|| own.get(start..end)).flatten().map(str::to_owned);
        Some(Found { source: file.id, span: on_one_line(file.source, touched.span), named, written })
    }
}

/// As much of a span as lies on its first line.
fn on_one_line(source: &Source, span: Span) -> Span {
    let line = source.line_span(source.position(span.start).line);
    let end = line.map_or(span.end, |line| span.end.min(line.start + source.slice(line).trim_end().len()));
    Span::new(span.start, end)
}

/// The part of a line of a template that wrote a part of a rendered line.
struct Touched {
    span: Span,
    /// The pieces that actions wrote, with what each wrote.
    holes: Vec<(usize, std::ops::Range<usize>)>,
}

impl Touched {
    fn of(text: &str, line: &Line, origin: &Origin, own: &str, (start, end): (usize, usize)) -> Option<Self> {
        let last = line.pieces.len().checked_sub(1)?;
        let shares: Shares = match origin.goes_on {
            true => std::iter::repeat_n(0..0, last).chain(std::iter::once(0..own.len())).collect(),
            false => Pattern::of(text, line).shares(own, origin.is_first)?,
        };
        let pieces: Vec<(usize, &Piece, std::ops::Range<usize>)> = line
            .pieces
            .iter()
            .zip(shares)
            .enumerate()
            .map(|(number, (piece, share))| (number, piece, share))
            .collect();
        let is_touched = |share: &std::ops::Range<usize>| {
            share.start < end && start < share.end
                || share.start == start && (start == end || share.is_empty())
        };
        let touched: Vec<_> = pieces.iter().filter(|(_, _, share)| is_touched(share)).collect();
        let at = |piece: &Piece, share: &std::ops::Range<usize>, byte: usize| match piece {
            // Blanks before the first line of a document are gone.
            Piece::Literal(span) => {
                let gone = (span.end - span.start).saturating_sub(share.len());
                let gone = if share.start == 0 && origin.is_first { gone } else { 0 };
                let byte = span.start + gone + byte.saturating_sub(share.start);
                Span::new(byte.min(span.end), byte.min(span.end))
            }
            Piece::Hole(span, _) => *span,
        };
        let first = touched.first().map(|(_, piece, share)| at(piece, share, start))?;
        let end = touched.last().map(|(_, piece, share)| at(piece, share, end.min(share.end)))?;
        let holes = |all: &[&(usize, &Piece, std::ops::Range<usize>)]| {
            let holes = all.iter().filter(|(_, piece, _)| matches!(piece, Piece::Hole(..)));
            holes.map(|(number, _, share)| (*number, share.clone())).collect::<Vec<_>>()
        };
        Some(Self { span: Span::new(first.start, end.end), holes: holes(&touched) })
    }
}

/// What values are asked for: those behind a byte of a rendered text.
struct Asked<'a, 'r> {
    view: &'a View<'r>,
    rendered: &'a RenderedText<'r>,
    values: &'a Values<'a>,
    origin: &'a Origin,
    outline: &'a Outline,
    /// The rendered line, without the blanks of whoever included its template.
    own: &'a str,
    byte: usize,
}

impl<'r> Asked<'_, 'r> {
    fn named(&self, line: &Line, touched: &Touched, file: &ChartFile<'r>) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        for (number, share) in &touched.holes {
            let Some(Piece::Hole(span, actions)) = line.pieces.get(*number) else { continue };
            let written = self.own.get(share.clone()).unwrap_or_default();
            let is_all =
                line.pieces.iter().enumerate().all(|(at, piece)| at == *number || self.is_blank(piece, file));
            let block = is_all.then(|| self.block()).flatten();
            let actions = actions.iter().filter_map(|action| self.outline.actions.get(*action));
            let actions: Vec<&Action> = actions.collect();
            let is_only = actions.len() == 1;
            for action in actions {
                let here = (file.id, on_one_line(file.source, *span));
                for one in self.of_action(action, (is_only, written), block.as_deref(), here) {
                    if named.len() < MOST_NAMED && !named.contains(&one) {
                        named.push(one);
                    }
                }
            }
        }
        named
    }

    fn is_blank(&self, piece: &Piece, file: &ChartFile<'_>) -> bool {
        matches!(piece, Piece::Literal(span) if file.source.slice(*span).trim().is_empty())
    }

    /// Where in what the action wrote the byte lies, if that is several lines or a collection.
    fn block(&self) -> Option<Vec<Key>> {
        let (first, last) = self.origin.run;
        let source = self.rendered.source;
        let (start, end) = (source.line_span(first + 1)?.start, source.line_span(last + 1)?.end);
        let text = source.text().get(start..end)?;
        let least = text.lines().filter(|line| !line.trim().is_empty());
        let least = least.map(|line| line.len() - line.trim_start_matches(' ').len()).min()?;
        let mut plain = String::with_capacity(text.len());
        let mut byte = None;
        let mut at = start;
        for line in text.split_inclusive('\n') {
            let own = lines::without_blanks(line, least);
            if (at..at + line.len()).contains(&self.byte) {
                byte = Some(plain.len() + (self.byte - at).saturating_sub(line.len() - own.len()));
            }
            plain.push_str(own);
            at += line.len();
        }
        let mut blocks = self.rendered.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let tree = blocks.entry((first, last)).or_insert_with(|| {
            let documents = yaml::documents(&Source::new("", plain), false);
            Some(Arc::new(documents.into_iter().next()?.content.ok()?))
        });
        let tree = tree.as_ref()?;
        let mut keys = Vec::new();
        descend(tree.root(), byte?, &mut keys);
        Some(keys)
    }

    /// The values that an action writes. It may be the only one of its piece, and is known to have written a text.
    fn of_action(
        &self,
        action: &Action,
        (is_only, written): (bool, &str),
        block: Option<&[Key]>,
        here: (SourceId, Span),
    ) -> Vec<Named> {
        let values = self.values;
        let site = Site { file: self.origin.file, scope: action.scope, given: &self.origin.given };
        let paths = self.view.library.eval(site, &action.value).paths();
        let is_direct = is_only && !trace::includes(&action.value);
        let named =
            |path: &[Key], set, (source, span)| Named { value: values::shown(path), set, source, span };
        let mut found: Vec<(bool, Named)> = Vec::new();
        for (number, path) in paths.iter().enumerate() {
            let is_first = is_direct && number == 0;
            if values.is_given(path) {
                let is_said = is_first || paths.len() == 1;
                found.extend(is_said.then(|| (true, named(path, SetBy::CommandLine, here))));
                continue;
            }
            let best = self.written_of(path, written, block, is_first);
            found.extend(
                best.map(|(is_sure, set)| (is_sure, named(&set.path, SetBy::File, (set.source, set.span)))),
            );
        }
        // What is surely written leaves no doubt about the others.
        if found.iter().any(|(is_sure, _)| *is_sure) {
            found.retain(|(is_sure, _)| *is_sure);
        }
        let unset = (found.is_empty() && is_direct).then(|| paths.first()).flatten();
        let unset = unset.and_then(|path| {
            let home = values.home(path)?;
            Some(named(path, SetBy::Nothing, (home.source, home.span)))
        });
        found.into_iter().map(|(_, named)| named).chain(unset).collect()
    }

    /// Which of all that a path can mean was written, as far into it as the written lines tell, and whether that is
    /// sure. Of the items of a list it is the one whose text is there.
    fn written_of(
        &self,
        path: &[Key],
        written: &str,
        block: Option<&[Key]>,
        is_first: bool,
    ) -> Option<(bool, values::Set<'_>)> {
        let sets = self.values.find(path);
        let is_one = sets.len() == 1;
        let fitting = sets.into_iter().filter_map(|set| {
            let (deep, is_whole) = deepest(set, block.unwrap_or_default());
            // What is a template itself is written as another text.
            let is_template = |text: &str| is_whole && block.is_some() && text.contains("{{");
            let is_seen = match deep.node.is_collection() {
                true => deep.path.len() > path.len(),
                false => deep
                    .node
                    .text()
                    .is_some_and(|text| !text.is_empty() && (written.contains(text) || is_template(text))),
            };
            let is_meant = is_seen || is_one && is_first;
            is_meant.then_some((is_whole && is_seen, deep))
        });
        fitting.max_by_key(|(is_sure, deep)| (*is_sure, deep.path.len()))
    }
}

/// The keys on the way to a byte.
fn descend(node: Node<'_>, byte: usize, keys: &mut Vec<Key>) {
    const DEEPEST: usize = 100;
    if keys.len() > DEEPEST {
        return;
    }
    match node.kind() {
        Kind::Mapping => {
            let before = node.entries().filter(|(key, _)| key.span().start <= byte);
            if let Some((key, value)) = before.max_by_key(|(key, _)| key.span().start) {
                keys.push(Key::Name(key.text().unwrap_or_default().to_owned()));
                descend(value, byte, keys);
            }
        }
        Kind::Sequence => {
            let before = node.items().enumerate().filter(|(_, item)| item.span().start <= byte);
            if let Some((index, item)) = before.max_by_key(|(_, item)| item.span().start) {
                keys.push(Key::Index(index));
                descend(item, byte, keys);
            }
        }
        _ => {}
    }
}

/// As far as the keys lead within a value, and whether that is all the way.
fn deepest<'r>(set: values::Set<'r>, keys: &[Key]) -> (values::Set<'r>, bool) {
    let mut set = set;
    for key in keys {
        match set.step(key).into_iter().next() {
            Some(next) => set = next,
            None => return (set, false),
        }
    }
    (set, true)
}

/// The values of a chart within charts: what stands in its own file, and in those of the charts around it.
pub(super) fn layered<'r>(
    prefix: &[String],
    given: &[(SourceId, Node<'r>)],
    own: impl Fn(&[String]) -> Option<(SourceId, Node<'r>)>,
    sets: &[String],
) -> Values<'r> {
    let layer = |(source, root), prefix: &[String]| Layer { source, root, prefix: prefix.to_vec() };
    let mut layers: Vec<Layer<'r>> = given.iter().rev().map(|file| layer(*file, prefix)).collect();
    for depth in 0..=prefix.len() {
        let (outer, inner) = prefix.split_at(depth);
        layers.extend(own(outer).map(|file| layer(file, inner)));
    }
    let below = |path: ValuePath| {
        let is_global = path.first() == Some(&Key::Name("global".to_owned()));
        let mut keys = path.iter();
        let is_ours = prefix.iter().all(|name| matches!(keys.next(), Some(Key::Name(key)) if key == name));
        match is_ours {
            true => Some(keys.cloned().collect()),
            false => is_global.then_some(path),
        }
    };
    let sets = sets.iter().flat_map(|set| values::set_paths(set)).filter_map(below);
    Values { layers, sets: sets.filter(|path: &ValuePath| !path.is_empty()).collect() }
}
