//! The lines of a rendered text, each with what wrote it: the line of a template, or of what that includes.

use std::sync::Arc;

use super::align::{self, Placed};
use super::known::Facts;
use super::outline::{Action, Body, Outline, Piece, Step};
use super::trace::{self, Bound, Library, Site};
use super::values::Values;
use crate::text::Source;

/// What wrote a rendered line.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    /// The file of the template.
    pub(super) file: usize,
    /// What of the file; `None` is what it writes itself.
    pub(super) defined: Option<Arc<str>>,
    /// The step of that body.
    pub(super) step: usize,
    /// It is a further line of what the last action writes.
    pub(super) goes_on: bool,
    /// What the body was given.
    pub(super) given: Arc<Bound>,
    /// So many blanks before the line are of whoever included the body.
    pub(super) indented: usize,
    /// The first line of a document, whose indentation is gone.
    pub(super) is_first: bool,
    /// The lines that the action wrote, from the first to the last.
    pub(super) run: (usize, usize),
}

/// Templates that include each other are followed so far.
const DEEPEST: usize = 4;
/// So many pairs of lines are compared for one rendered text.
const MOST: usize = 16_000_000;
/// What it takes to know about a step, in pairs of lines.
const STEP: usize = 256;
/// Longer templates are not read: no chart has one.
const LONGEST: usize = 20_000;

/// Of each line of a rendered text what wrote it, as far as that is known.
pub(super) fn of(
    rendered: &Source,
    texts: &[&str],
    library: &Library,
    values: &Values<'_>,
    file: usize,
) -> Vec<Option<Origin>> {
    let text = rendered.text();
    let lines: Vec<&str> = text.lines().collect();
    let mut finder = Finder { texts, library, values, left: MOST, found: vec![None; lines.len()] };
    let Some(outline) = library.outlines.get(file) else { return finder.found };
    if outline.body.steps.len() > LONGEST {
        return finder.found;
    }
    let given = Arc::new(Bound::Root);
    let facts = Facts::of(library, values, (file, &given), &outline.body);
    let mut document: Vec<(usize, &str)> = Vec::new();
    let written = Written { file, defined: None, body: &outline.body, given, facts: &facts, indented: 0 };
    let mut is_head = true;
    for (number, line) in lines.iter().enumerate() {
        if line.trim_end() == "---" {
            finder.place(&written, &std::mem::take(&mut document), 0);
            is_head = true;
        } else if !(line.trim().is_empty() || is_head && line.starts_with("# Source: ")) {
            document.push((number, line));
            is_head = false;
        }
    }
    finder.place(&written, &document, 0);
    finder.found
}

/// A body that has written lines.
struct Written<'a, 'r> {
    file: usize,
    defined: Option<Arc<str>>,
    body: &'a Body,
    given: Arc<Bound>,
    facts: &'a Facts<'r>,
    indented: usize,
}

struct Finder<'a, 'r> {
    texts: &'a [&'a str],
    library: &'a Library,
    values: &'a Values<'r>,
    left: usize,
    found: Vec<Option<Origin>>,
}

impl<'a> Finder<'a, '_> {
    /// Finds what wrote these lines, which are numbered, and in which file.
    fn place(&mut self, written: &Written<'_, '_>, lines: &[(usize, &str)], depth: usize) {
        let cells = (written.body.steps.len() + 1).saturating_mul(lines.len() + 1);
        let Some(left) = self.left.checked_sub(cells).filter(|_| !lines.is_empty()) else { return };
        self.left = left;
        let Some(text) = self.texts.get(written.file) else { return };
        let plain: Vec<&str> = lines.iter().map(|(_, line)| *line).collect();
        let Some(placed) = align::align(text, written.body, written.facts, &plain) else { return };
        let is_mostly_found = placed.iter().flatten().count() * 2 >= placed.len();
        // What is included may be written by a template that another one of its name replaces.
        if depth > 0 && !is_mostly_found {
            return;
        }
        let runs = runs(&placed);
        // Where one action wrote everything, whoever included it says more.
        if depth > 0 && lines.len() > 1 && runs.len() == 1 && !self.includes(written, &runs) {
            return;
        }
        for (run, step) in runs {
            let Some(own) = lines.get(run.clone()) else { continue };
            let ends = (own.first().map_or(0, |line| line.0), own.last().map_or(0, |line| line.0));
            for (at, (number, _)) in run.clone().zip(own) {
                if let Some(slot) = self.found.get_mut(*number) {
                    *slot = Some(Origin {
                        file: written.file,
                        defined: written.defined.clone(),
                        step,
                        goes_on: placed.get(at).copied().flatten().is_some_and(|placed| placed.goes_on),
                        given: Arc::clone(&written.given),
                        indented: written.indented,
                        is_first: at == 0,
                        run: ends,
                    });
                }
            }
            if depth < DEEPEST {
                self.follow(written, step, own, depth);
            }
        }
    }

    /// The action of a step that is nothing but an inclusion.
    fn included(&self, written: &Written<'_, '_>, step: usize) -> Option<&'a Action> {
        let Some(Step::Write(line)) = written.body.steps.get(step) else { return None };
        let outline = self.library.outlines.get(written.file)?;
        let text = self.texts.get(written.file).copied().unwrap_or_default();
        only_action(&line.pieces, outline, text).filter(|action| trace::included(&action.value).is_some())
    }

    fn includes(&self, written: &Written<'_, '_>, runs: &[Run]) -> bool {
        runs.iter().all(|(_, step)| self.included(written, *step).is_some())
    }

    /// Looks for the lines in what an action includes.
    fn follow(&mut self, written: &Written<'_, '_>, step: usize, lines: &[(usize, &str)], depth: usize) {
        let library = self.library;
        let Some(Step::Write(line)) = written.body.steps.get(step) else { return };
        let Some(action) = self.included(written, step) else { return };
        let Some((name, _)) = trace::included(&action.value) else { return };
        let Some((file, body)) = library.body(name) else { return };
        let cost = body.steps.len().saturating_mul(STEP);
        let Some(left) = self.left.checked_sub(cost) else { return };
        self.left = left;
        let site = Site { file: written.file, scope: action.scope, given: &written.given };
        let given = trace::given(library, site, &action.value);
        let facts = Facts::of(library, self.values, (file, &given), body);
        let indented = line.indentation.unwrap_or(0);
        let inner: Vec<(usize, &str)> =
            lines.iter().map(|(number, line)| (*number, without_blanks(line, indented))).collect();
        let written = Written {
            file,
            defined: Some(name.into()),
            body,
            given: Arc::new(given),
            facts: &facts,
            indented: written.indented + indented,
        };
        self.place(&written, &inner, depth + 1);
    }
}

/// The action of a line that is nothing else.
fn only_action<'o>(pieces: &[Piece], outline: &'o Outline, text: &str) -> Option<&'o Action> {
    let is_blank = |piece: &Piece| match piece {
        Piece::Literal(span) => text.get(span.range()).unwrap_or_default().trim().is_empty(),
        Piece::Hole(..) => false,
    };
    let mut pieces = pieces.iter().filter(|piece| !is_blank(piece));
    match (pieces.next(), pieces.next()) {
        (Some(Piece::Hole(_, actions)), None) => match actions.as_slice() {
            [action] => outline.actions.get(*action),
            _ => None,
        },
        _ => None,
    }
}

/// Lines that one step wrote at once, and the step.
type Run = (std::ops::Range<usize>, usize);

fn runs(placed: &[Option<Placed>]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, one) in placed.iter().enumerate() {
        let Some(one) = one else { continue };
        match runs.last_mut().filter(|(run, step)| one.goes_on && run.end == at && *step == one.step) {
            Some((run, _)) => run.end = at + 1,
            None => runs.push((at..at + 1, one.step)),
        }
    }
    runs
}

/// A line without so many blanks at its beginning, as far as it has them.
pub(super) fn without_blanks(line: &str, most: usize) -> &str {
    let blanks = (line.len() - line.trim_start_matches(' ').len()).min(most);
    line.get(blanks..).unwrap_or_default()
}
