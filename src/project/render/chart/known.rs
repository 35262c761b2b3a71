//! What the values of a chart tell about what a template writes: which branches are taken, and which texts stand
//! where actions are.

use super::align::Known;
use super::expression::{Pipeline, Term};
use super::outline::{Action, Body, Piece, Step};
use super::trace::{Bound, Library, Site};
use super::values::Values;

/// A text that is found adds no more than this.
const MOST_FOR_TEXT: i32 = 12;
/// A text that should be there and is not.
const MISSED: i32 = -8;

/// What is known of each step of a body.
#[derive(Debug, Default)]
pub(super) struct Facts<'r> {
    taken: Vec<Option<bool>>,
    expected: Vec<Vec<Expected<'r>>>,
    writes_lines: Vec<bool>,
}

/// What is expected where actions write.
#[derive(Debug, Default)]
struct Expected<'r> {
    texts: Vec<&'r str>,
    /// One of them must be there.
    must: bool,
}

impl Known for Facts<'_> {
    fn is_taken(&self, step: usize) -> Option<bool> {
        self.taken.get(step).copied().flatten()
    }

    fn fit(&self, step: usize, piece: usize, written: &str) -> i32 {
        let Some(expected) = self.expected.get(step).and_then(|pieces| pieces.get(piece)) else { return 0 };
        let found =
            expected.texts.iter().filter(|text| written.contains(**text)).map(|text| text.len()).max();
        match found {
            Some(length) => i32::try_from(length).unwrap_or(MOST_FOR_TEXT).min(MOST_FOR_TEXT),
            None if expected.must => MISSED,
            None => 0,
        }
    }

    fn writes_lines(&self, step: usize) -> bool {
        self.writes_lines.get(step).copied().unwrap_or(false)
    }
}

impl<'r> Facts<'r> {
    /// What is known of a body of a file that was given something.
    pub(super) fn of(
        library: &Library,
        values: &Values<'r>,
        (file, given): (usize, &Bound),
        body: &Body,
    ) -> Self {
        let mut facts = Self::default();
        let actions =
            library.outlines.get(file).map(|outline| outline.actions.as_slice()).unwrap_or_default();
        for step in &body.steps {
            let (mut taken, mut expected, mut writes_lines) = (None, Vec::new(), false);
            match step {
                Step::Branch(condition, _) => {
                    let site = Site { file, scope: condition.scope, given };
                    taken = Truth { library, values, site }.of(&condition.value, 0);
                }
                Step::Write(line) => {
                    for piece in &line.pieces {
                        let Piece::Hole(_, all) = piece else {
                            expected.push(Expected::default());
                            continue;
                        };
                        let all: Vec<&Action> =
                            all.iter().filter_map(|action| actions.get(*action)).collect();
                        let is_alone = line.pieces.len() == 1 || line.indentation.is_some();
                        writes_lines |= all.iter().any(|action| action.writes_lines(is_alone));
                        expected.push(expectation(library, values, (file, given), &all));
                    }
                }
                Step::Jump(_) => {}
            }
            facts.taken.push(taken);
            facts.expected.push(expected);
            facts.writes_lines.push(writes_lines);
        }
        facts
    }
}

fn expectation<'r>(
    library: &Library,
    values: &Values<'r>,
    (file, given): (usize, &Bound),
    actions: &[&Action],
) -> Expected<'r> {
    let bounds: Vec<Bound> = actions
        .iter()
        .map(|action| library.eval(Site { file, scope: action.scope, given }, &action.value))
        .collect();
    let paths: Vec<_> = bounds.iter().flat_map(Bound::paths).collect();
    let texts: Vec<&str> = paths.iter().flat_map(|path| values.texts(path)).collect();
    let must = match (actions, bounds.as_slice()) {
        ([action], [Bound::Value(path)]) if writes_as_is(&action.value) => {
            values.text(path).is_some_and(is_written_so)
        }
        _ => false,
    };
    Expected { texts, must }
}

/// The value is written and nothing else is done with it.
fn writes_as_is(value: &Pipeline) -> bool {
    const PLAIN: [&str; 3] = ["quote", "squote", "toString"];
    let is_plain = |command: &Vec<Term>| match command.first() {
        Some(Term::Word(word)) => PLAIN.contains(&word.as_str()),
        _ => true,
    };
    value.commands.iter().all(is_plain)
}

/// No escape and no other form of a number stands for it.
fn is_written_so(text: &str) -> bool {
    const SAFE_DIGITS: usize = 6;
    let is_long_number = text.len() > SAFE_DIGITS && text.parse::<f64>().is_ok();
    !(text.is_empty() || is_long_number || text.contains(['"', '\\', '\n', '\'']))
}

/// Decides conditions.
struct Truth<'a, 'r> {
    library: &'a Library,
    values: &'a Values<'r>,
    site: Site<'a>,
}

/// Conditions within conditions are followed so far.
const DEEPEST: usize = 20;

impl Truth<'_, '_> {
    fn of(&self, value: &Pipeline, depth: usize) -> Option<bool> {
        match value.commands.as_slice() {
            [command] => self.command(command, depth),
            [first, last] => match last.as_slice() {
                [Term::Word(word)] if word == "not" || word == "empty" => {
                    self.command(first, depth).map(|is| !is)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn command(&self, command: &[Term], depth: usize) -> Option<bool> {
        let (first, operands) = command.split_first()?;
        let Term::Word(function) = first else {
            return if operands.is_empty() { self.term(first, depth) } else { None };
        };
        let mut all = operands.iter().map(|term| self.term(term, depth));
        match (function.as_str(), operands) {
            ("true", []) => Some(true),
            ("false", []) => Some(false),
            ("not" | "empty", [term]) => self.term(term, depth).map(|is| !is),
            ("and", _) => {
                let all: Vec<Option<bool>> = all.collect();
                if all.contains(&Some(false)) {
                    Some(false)
                } else {
                    all.into_iter().all(|is| is == Some(true)).then_some(true)
                }
            }
            ("or", _) => {
                if all.any(|is| is == Some(true)) {
                    return Some(true);
                }
                let mut all = operands.iter().map(|term| self.term(term, depth));
                all.all(|is| is == Some(false)).then_some(false)
            }
            ("hasPrefix", [start, text]) => Some(self.text(text)?.starts_with(&self.text(start)?)),
            ("hasSuffix", [end, text]) => Some(self.text(text)?.ends_with(&self.text(end)?)),
            ("contains", [part, text]) => Some(self.text(text)?.contains(&self.text(part)?)),
            ("eq", [one, other]) => Some(self.text(one)? == self.text(other)?),
            ("ne", [one, other]) => Some(self.text(one)? != self.text(other)?),
            _ => None,
        }
    }

    fn term(&self, term: &Term, depth: usize) -> Option<bool> {
        match term {
            Term::Group(inner, fields) if fields.is_empty() && depth < DEEPEST => self.of(inner, depth + 1),
            Term::Word(word) if word == "true" => Some(true),
            Term::Word(word) if word == "false" => Some(false),
            Term::Dot(_) | Term::Variable(..) | Term::Group(..) => match self.bound(term) {
                Bound::Value(path) => self.values.is_true(&path),
                _ => None,
            },
            Term::Text(_) | Term::Word(_) => None,
        }
    }

    fn text(&self, term: &Term) -> Option<String> {
        match term {
            Term::Text(text) | Term::Word(text) => Some(text.clone()),
            _ => match self.bound(term) {
                Bound::Value(path) => self.values.text(&path).map(str::to_owned),
                _ => None,
            },
        }
    }

    fn bound(&self, term: &Term) -> Bound {
        self.library.eval(self.site, &Pipeline { commands: vec![vec![term.clone()]], ..Pipeline::default() })
    }
}
