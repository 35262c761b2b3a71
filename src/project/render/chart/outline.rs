//! A template as the lines that it can write: literal text with holes where actions write, under the branches
//! and loops around them.

use std::collections::HashMap;

use super::expression::{self, Block, Pipeline, Statement, Term};
use super::lexer::{self, Token};
use super::steps::{Atom, body};
use crate::text::Span;

/// What of a pipeline's value a variable or the dot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// All of it.
    Whole,
    /// A key or an index of it.
    Key,
    /// An item of it.
    Item,
}

/// What the dot or a variable is from one place of the template on.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    /// What holds besides.
    pub(super) parent: Option<usize>,
    /// The variable; `None` is the dot.
    pub(super) name: Option<String>,
    /// Its value.
    pub(super) value: Pipeline,
    /// Where the variables of the value are known from.
    pub(super) seen_from: Option<usize>,
    /// What of the value.
    pub(super) share: Share,
}

/// An action that writes something.
#[derive(Debug, Clone)]
pub(super) struct Action {
    /// With its braces.
    pub(super) span: Span,
    /// What it writes; of `template`, the call of `include` that writes the same.
    pub(super) value: Pipeline,
    /// Where its variables are known from.
    pub(super) scope: Option<usize>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands in the template.
    Literal(Span),
    /// What actions write: one, or those of a whole `{{ if }} … {{ end }}` within the line.
    Hole(Span, Vec<usize>),
}

/// A line that a template can write.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// In order; never empty.
    pub(super) pieces: Vec<Piece>,
    /// It is one action, which writes with at least so many blanks before each line.
    pub(super) indentation: Option<usize>,
}

/// The condition of a branch.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    pub(super) block: Block,
    pub(super) value: Pipeline,
    pub(super) scope: Option<usize>,
}

/// A step of a body, as of a small machine that writes lines.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Writes a line.
    Write(Line),
    /// Goes on with the next step, or at another.
    Branch(Condition, usize),
    /// Goes on at another step.
    Jump(usize),
}

/// What a template, or one that it defines, writes.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    pub(super) steps: Vec<Step>,
}

/// One file of templates.
#[derive(Debug, Clone, Default)]
pub(super) struct Outline {
    /// What the file itself writes.
    pub(super) body: Body,
    /// What it defines, by name.
    pub(super) defined: HashMap<String, Body>,
    pub(super) actions: Vec<Action>,
    pub(super) scopes: Vec<Scope>,
}

/// A block that is open while the tokens are read.
struct Open {
    scope: Option<usize>,
    /// What is defined: the name, and what stands around.
    define: Option<(String, Vec<Atom>)>,
    /// The variables that were set inside and stay.
    assigned: Vec<Scope>,
}

impl Outline {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        let mut builder =
            Builder { text, outline: Self::default(), atoms: Vec::new(), open: Vec::new(), scope: None };
        for token in lexer::tokens(text) {
            match token {
                Token::Text(span) => builder.text(span),
                Token::Action { span, inner } => {
                    let inner = text.get(inner.range()).unwrap_or_default();
                    builder.statement(expression::statement(inner), span);
                }
            }
        }
        // What is not closed ends with the file.
        while !builder.open.is_empty() {
            builder.statement(Statement::End, Span::new(text.len(), text.len()));
        }
        let atoms = std::mem::take(&mut builder.atoms);
        let mut outline = std::mem::take(&mut builder.outline);
        outline.body = body(text, &outline.actions, &atoms);
        outline
    }
}

struct Builder<'t> {
    text: &'t str,
    outline: Outline,
    atoms: Vec<Atom>,
    open: Vec<Open>,
    scope: Option<usize>,
}

impl Builder<'_> {
    fn text(&mut self, span: Span) {
        let mut at = span.start;
        for line in self.text.get(span.range()).unwrap_or_default().split_inclusive('\n') {
            let end = at + line.len();
            let words = line.strip_suffix('\n').unwrap_or(line);
            if !words.is_empty() {
                self.atoms.push(Atom::Literal(Span::new(at, at + words.len())));
            }
            if words.len() < line.len() {
                self.atoms.push(Atom::Newline);
            }
            at = end;
        }
    }

    fn statement(&mut self, statement: Statement, span: Span) {
        match statement {
            Statement::Nothing => {}
            Statement::Output(value) => self.action(value, span),
            Statement::Template(name, value) => self.action(included(name, value), span),
            Statement::Set(value) => self.set(&value, Share::Whole),
            Statement::Open(block, value) => {
                let condition = Condition { block, value: value.clone(), scope: self.scope };
                self.atoms.push(Atom::Open(condition, span));
                self.open.push(Open { scope: self.scope, define: None, assigned: Vec::new() });
                self.enter(block, &value);
            }
            Statement::Else(further) => {
                let Some(open) = self.open.last().filter(|open| open.define.is_none()) else { return };
                self.scope = open.scope;
                let condition = further.map(|(block, value)| {
                    let condition = Condition { block, value: value.clone(), scope: self.scope };
                    self.enter(block, &value);
                    condition
                });
                self.atoms.push(Atom::Else(condition));
            }
            Statement::Define(name, written) => {
                if let Some(value) = written {
                    self.action(included(name.clone(), value), span);
                }
                let around = std::mem::take(&mut self.atoms);
                self.open.push(Open {
                    scope: self.scope,
                    define: Some((name, around)),
                    assigned: Vec::new(),
                });
                self.scope = None;
            }
            Statement::End => {
                let Some(open) = self.open.pop() else { return };
                self.scope = open.scope;
                match open.define {
                    Some((name, around)) => {
                        let atoms = std::mem::replace(&mut self.atoms, around);
                        let body = body(self.text, &self.outline.actions, &atoms);
                        self.outline.defined.insert(name, body);
                    }
                    None => {
                        self.atoms.push(Atom::End(span));
                        for scope in open.assigned {
                            self.push(Scope { parent: self.scope, ..scope.clone() });
                            self.remember(scope);
                        }
                    }
                }
            }
        }
    }

    fn action(&mut self, value: Pipeline, span: Span) {
        self.atoms.push(Atom::Action(self.outline.actions.len()));
        self.outline.actions.push(Action { span, value, scope: self.scope });
    }

    fn push(&mut self, scope: Scope) {
        self.scope = Some(self.outline.scopes.len());
        self.outline.scopes.push(scope);
    }

    /// What is assigned in a block holds behind it too.
    fn remember(&mut self, scope: Scope) {
        const MOST: usize = 100;
        if let Some(open) = self.open.last_mut().filter(|open| open.assigned.len() < MOST) {
            open.assigned.push(scope);
        }
    }

    fn set(&mut self, value: &Pipeline, share: Share) {
        let seen_from = self.scope;
        for name in &value.sets {
            let own = Pipeline { sets: Vec::new(), ..value.clone() };
            let scope = Scope { parent: self.scope, name: Some(name.clone()), value: own, seen_from, share };
            if value.assigns {
                self.remember(scope.clone());
            }
            self.push(scope);
        }
    }

    fn enter(&mut self, block: Block, value: &Pipeline) {
        let share = if block == Block::Range { Share::Item } else { Share::Whole };
        let own = Pipeline { sets: Vec::new(), ..value.clone() };
        let seen_from = self.scope;
        let is_keyed = block == Block::Range && value.sets.len() == 2;
        for (at, name) in value.sets.iter().enumerate() {
            let share = if is_keyed && at == 0 { Share::Key } else { share };
            let name = Some(name.clone());
            self.push(Scope { parent: self.scope, name, value: own.clone(), seen_from, share });
        }
        if block != Block::If {
            self.push(Scope { parent: self.scope, name: None, value: own, seen_from, share });
        }
    }
}

/// `template` as the call of `include` that writes the same.
fn included(name: String, value: Pipeline) -> Pipeline {
    let call = vec![Term::Word("include".to_owned()), Term::Text(name), Term::Group(value, Vec::new())];
    Pipeline { commands: vec![call], ..Pipeline::default() }
}

/// The functions whose value has lines of its own.
const WRITES_LINES: [&str; 3] = ["toYaml", "indent", "nindent"];
/// Those whose value has some where nothing else stands in the line.
const MAY_WRITE_LINES: [&str; 2] = ["include", "tpl"];

impl Action {
    /// The last function and its first operand.
    fn last(&self) -> Option<(&str, Option<&Term>)> {
        let last = self.value.commands.last()?;
        match last.first()? {
            Term::Word(word) => Some((word, last.get(1))),
            _ => None,
        }
    }

    /// It begins a new line before it writes anything.
    pub(super) fn begins_a_line(&self) -> bool {
        self.last().is_some_and(|(word, _)| word == "nindent")
    }

    /// What it writes may be several lines, by its functions, and by whether it is alone in its line.
    pub(super) fn writes_lines(&self, is_alone: bool) -> bool {
        let mut words = self.value.commands.iter().filter_map(|command| match command.first() {
            Some(Term::Word(word)) => Some(word.as_str()),
            _ => None,
        });
        words.any(|word| WRITES_LINES.contains(&word) || is_alone && MAY_WRITE_LINES.contains(&word))
    }

    /// How many blanks stand at least before each line that it writes.
    pub(super) fn indentation(&self) -> Option<usize> {
        match self.last()? {
            ("indent" | "nindent", Some(Term::Word(count))) => count.parse().ok(),
            _ => None,
        }
    }
}
