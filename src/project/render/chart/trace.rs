//! Which values an action is made of: paths below `.Values`, through variables, the dot of a block, and what is
//! included.

use std::cell::Cell;
use std::collections::HashMap;

use super::expression::{Pipeline, Term};
use super::outline::{Body, Outline, Piece, Share, Step};

/// A step below `.Values`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A key of a mapping.
    Name(String),
    /// An item of a list.
    Index(usize),
    /// Whichever item or entry a loop is at.
    Each,
}

/// A path below `.Values`.
pub(super) type ValuePath = Vec<Key>;

/// What is known of a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Bound {
    /// Nothing.
    #[default]
    Unknown,
    /// What a template of the chart is given.
    Root,
    /// A value of the chart.
    Value(ValuePath),
    /// A mapping that a template has made.
    Mapping(Vec<(String, Bound)>),
    /// Made of these, the first before the others.
    Several(Vec<Bound>),
}

/// The templates of a chart.
#[derive(Debug, Default)]
pub(super) struct Library {
    /// The files.
    pub(super) outlines: Vec<Outline>,
    /// The file that defines a name.
    pub(super) defined: HashMap<String, usize>,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    /// The number of the file.
    pub(super) file: usize,
    /// Where its variables are known from.
    pub(super) scope: Option<usize>,
    /// What the template was given: its `$`.
    pub(super) given: &'a Bound,
}

/// So much is looked at for one question: names can be defined in terms of each other.
const MOST: usize = 1000;
/// Variables that are made of variables are followed so far.
const NESTED: usize = 64;
/// Templates that include each other are followed so far.
const DEEPEST: usize = 4;
/// More values are not told of one action.
const MOST_VALUES: usize = 16;
/// Functions whose value says something about their operands and is none of them.
const TESTS: [&str; 16] = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "not",
    "empty",
    "hasKey",
    "has",
    "contains",
    "kindIs",
    "semverCompare",
    "hasPrefix",
    "hasSuffix",
    "len",
];

impl Library {
    /// What a name is defined as, and in which file.
    pub(super) fn body(&self, name: &str) -> Option<(usize, &Body)> {
        let file = *self.defined.get(name)?;
        Some((file, self.outlines.get(file)?.defined.get(name)?))
    }

    /// What a pipeline makes.
    pub(super) fn eval(&self, site: Site<'_>, value: &Pipeline) -> Bound {
        Tracer { library: self, left: Cell::new(MOST), level: Cell::new(0) }.pipeline(site, value, 0)
    }
}

/// The template that a pipeline includes and nothing but includes, with what it is given.
pub(super) fn included(value: &Pipeline) -> Option<(&str, Option<&Term>)> {
    const SHAPES: [&str; 3] = ["indent", "nindent", "trim"];
    let (first, shapes) = value.commands.split_first()?;
    let is_shape = |command: &Vec<Term>| matches!(command.first(), Some(Term::Word(word)) if SHAPES.contains(&word.as_str()));
    match first.as_slice() {
        [Term::Word(word), Term::Text(name), given @ ..]
            if word == "include" && shapes.iter().all(is_shape) =>
        {
            Some((name, given.first()))
        }
        _ => None,
    }
}

impl Bound {
    /// A field of it.
    fn field(self, name: &str) -> Self {
        match self {
            Self::Root if name == "Values" => Self::Value(Vec::new()),
            Self::Root | Self::Unknown => Self::Unknown,
            Self::Value(mut path) => {
                path.push(Key::Name(name.to_owned()));
                Self::Value(path)
            }
            Self::Mapping(entries) => {
                let found = entries.into_iter().find(|(key, _)| key == name);
                found.map(|(_, value)| value).unwrap_or_default()
            }
            Self::Several(all) => Self::Several(all.into_iter().map(|one| one.field(name)).collect()),
        }
    }

    fn fields(self, names: &[String]) -> Self {
        names.iter().fold(self, |bound, name| bound.field(name))
    }

    fn item(self, key: Key) -> Self {
        match self {
            Self::Value(mut path) => {
                path.push(key);
                Self::Value(path)
            }
            Self::Several(all) => Self::Several(all.into_iter().map(|one| one.item(key.clone())).collect()),
            Self::Root | Self::Unknown | Self::Mapping(_) => Self::Unknown,
        }
    }

    fn of(all: Vec<Self>) -> Self {
        let mut all: Vec<Self> =
            all.into_iter().filter(|one| !matches!(one, Self::Unknown | Self::Root)).collect();
        match all.len() {
            0 => Self::Unknown,
            1 => all.pop().unwrap_or_default(),
            _ => Self::Several(all),
        }
    }

    /// The paths that it is made of, each once.
    pub(super) fn paths(&self) -> Vec<ValuePath> {
        let mut paths = Vec::new();
        self.collect(&mut paths);
        paths
    }

    fn collect(&self, paths: &mut Vec<ValuePath>) {
        match self {
            Self::Value(path) if !path.is_empty() && paths.len() < MOST_VALUES && !paths.contains(path) => {
                paths.push(path.clone());
            }
            Self::Several(all) => all.iter().for_each(|one| one.collect(paths)),
            Self::Mapping(entries) => entries.iter().for_each(|(_, one)| one.collect(paths)),
            Self::Unknown | Self::Root | Self::Value(_) => {}
        }
    }
}

struct Tracer<'l> {
    library: &'l Library,
    left: Cell<usize>,
    level: Cell<usize>,
}

impl Tracer<'_> {
    fn is_spent(&self) -> bool {
        let left = self.left.get().saturating_sub(1);
        self.left.set(left);
        left == 0
    }

    fn pipeline(&self, site: Site<'_>, value: &Pipeline, depth: usize) -> Bound {
        let level = self.level.get();
        if level >= NESTED {
            return Bound::Unknown;
        }
        self.level.set(level + 1);
        let mut piped = None;
        for command in &value.commands {
            piped = Some(self.command(site, command, piped, depth));
        }
        self.level.set(level);
        piped.unwrap_or_default()
    }

    fn command(&self, site: Site<'_>, command: &[Term], piped: Option<Bound>, depth: usize) -> Bound {
        if self.is_spent() {
            return Bound::Unknown;
        }
        let Some((first, operands)) = command.split_first() else { return piped.unwrap_or_default() };
        let Term::Word(function) = first else { return self.term(site, first, depth) };
        let all = || {
            let operands = operands.iter().map(|term| self.term(site, term, depth));
            operands.chain(piped.clone()).collect::<Vec<Bound>>()
        };
        match function.as_str() {
            "include" => match operands {
                [Term::Text(name), given @ ..] => {
                    let given = given.first().map(|term| self.term(site, term, depth)).or(piped);
                    self.included(name, &given.unwrap_or_default(), depth)
                }
                _ => Bound::Unknown,
            },
            "dict" => Bound::Mapping(
                operands
                    .chunks(2)
                    .filter_map(|pair| match pair {
                        [Term::Text(key), value] => Some((key.clone(), self.term(site, value, depth))),
                        _ => None,
                    })
                    .collect(),
            ),
            "index" | "get" => {
                let Some((of, keys)) = operands.split_first() else { return piped.unwrap_or_default() };
                keys.iter().fold(self.term(site, of, depth), |bound, key| match key {
                    Term::Text(name) if bound == Bound::Root => bound.field(name),
                    Term::Text(name) if matches!(bound, Bound::Mapping(_)) => bound.field(name),
                    Term::Text(name) => bound.item(Key::Name(name.clone())),
                    Term::Word(number) => match number.parse() {
                        Ok(index) => bound.item(Key::Index(index)),
                        Err(_) => Bound::Unknown,
                    },
                    _ => bound.item(Key::Each),
                })
            }
            // The value comes last, and what stands in for it first.
            "default" | "coalesce" => {
                let mut all = all();
                if function == "default" {
                    all.reverse();
                }
                Bound::of(all)
            }
            test if TESTS.contains(&test) => Bound::Unknown,
            _ => Bound::of(all()),
        }
    }

    fn term(&self, site: Site<'_>, term: &Term, depth: usize) -> Bound {
        if self.is_spent() {
            return Bound::Unknown;
        }
        match term {
            Term::Dot(fields) => self.name(site, None, depth).fields(fields),
            Term::Variable(name, fields) if name.is_empty() => site.given.clone().fields(fields),
            Term::Variable(name, fields) => self.name(site, Some(name), depth).fields(fields),
            Term::Group(inner, fields) => self.pipeline(site, inner, depth).fields(fields),
            Term::Text(_) | Term::Word(_) => Bound::Unknown,
        }
    }

    /// What the dot or a variable is.
    fn name(&self, site: Site<'_>, name: Option<&str>, depth: usize) -> Bound {
        let Some(outline) = self.library.outlines.get(site.file) else { return Bound::Unknown };
        let mut at = site.scope;
        let mut found = Vec::new();
        while let Some(scope) = at.and_then(|at| outline.scopes.get(at)) {
            if self.is_spent() {
                return Bound::Unknown;
            }
            at = scope.parent;
            if scope.name.as_deref() != name {
                continue;
            }
            let value = self.pipeline(Site { scope: scope.seen_from, ..site }, &scope.value, depth);
            found.push(match scope.share {
                Share::Whole => value,
                Share::Item => value.item(Key::Each),
                Share::Key => Bound::Unknown,
            });
            // What is assigned may not have been.
            if !scope.value.assigns {
                return if found.len() == 1 { found.pop().unwrap_or_default() } else { Bound::of(found) };
            }
        }
        match name {
            None => site.given.clone(),
            Some(_) => Bound::of(found),
        }
    }

    /// What a defined template writes.
    fn included(&self, name: &str, given: &Bound, depth: usize) -> Bound {
        let Some((file, body)) = self.library.body(name).filter(|_| depth < DEEPEST) else {
            return Bound::Unknown;
        };
        let Some(outline) = self.library.outlines.get(file) else { return Bound::Unknown };
        let pieces = body.steps.iter().filter_map(|step| match step {
            Step::Write(line) => Some(&line.pieces),
            Step::Branch(..) | Step::Jump(_) => None,
        });
        let holes = pieces.flatten().filter_map(|piece| match piece {
            Piece::Hole(_, actions) => Some(actions),
            Piece::Literal(_) => None,
        });
        let actions = holes.flatten().filter_map(|action| outline.actions.get(*action));
        let values = actions
            .map(|action| self.pipeline(Site { file, scope: action.scope, given }, &action.value, depth + 1));
        Bound::of(values.collect())
    }
}

/// What the template that a pipeline includes is given.
pub(super) fn given(library: &Library, site: Site<'_>, value: &Pipeline) -> Bound {
    match included(value) {
        Some((_, Some(term))) => {
            library.eval(site, &Pipeline { commands: vec![vec![term.clone()]], ..Pipeline::default() })
        }
        _ => Bound::Unknown,
    }
}

/// A template is included somewhere in the pipeline.
pub(super) fn includes(value: &Pipeline) -> bool {
    let is_include = |term: &Term| match term {
        Term::Word(word) => word == "include",
        Term::Group(inner, _) => includes(inner),
        _ => false,
    };
    value.commands.iter().flatten().any(is_include)
}
