//! A small model of a shell script: what the analyses read instead of a parser library's tree.
//!
//! Every span is a range of bytes in the script's text.

use crate::text::Span;

/// A whole script, or the inside of a group, loop, branch or command substitution.
pub(crate) type List = Vec<Statement>;

/// `a && b || c`, possibly sent to the background with `&`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The first pipeline.
    pub first: Pipeline,
    /// The rest, each with what joins it to what stands before (left to right, equal precedence).
    pub rest: Vec<(Connector, Pipeline)>,
    /// It ends in `&`.
    pub background: bool,
}

/// What joins two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// `! a | b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// It starts with `!`.
    pub negated: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// One command with its redirections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    /// What it is.
    pub kind: CommandKind,
    /// In the order written.
    pub redirections: Vec<Redirection>,
    /// All of it, redirections included.
    pub span: Span,
}

/// The kinds of command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CommandKind {
    /// `A=1 name word word`
    Simple(Simple),
    /// `{ …; }`
    Group(List),
    /// `( … )`
    Subshell(List),
    /// `if …; then …; elif …; else …; fi`
    If {
        /// Condition and body of `if` and each `elif`.
        branches: Vec<(List, List)>,
        /// The `else` body.
        otherwise: Option<List>,
    },
    /// `while …; do …; done`, or `until`.
    While {
        /// It is an `until`.
        until: bool,
        /// The condition.
        condition: List,
        /// The body.
        body: List,
    },
    /// `for x in …; do …; done`
    For {
        /// The variable's name.
        variable: String,
        /// The words after `in`; `None` runs over the positional parameters.
        words: Option<Vec<Word>>,
        /// The body.
        body: List,
    },
    /// `for ((a; b; c)); do …; done`: the three expressions as written.
    ForArithmetic {
        /// First expression.
        start: String,
        /// Condition.
        condition: String,
        /// Step.
        step: String,
        /// The body.
        body: List,
    },
    /// `case w in a|b) …;; esac`
    Case {
        /// The word looked at.
        word: Word,
        /// Patterns and body of each arm.
        arms: Vec<(Vec<Word>, List)>,
    },
    /// `name() { … }`: a definition, which runs nothing by itself.
    Function {
        /// Its name.
        name: String,
        /// Its body.
        body: Box<Command>,
    },
    /// `[[ … ]]`: the words inside, operators among them as literals.
    Test(Vec<Word>),
    /// `(( … ))`: the expression as written.
    Arithmetic(String),
    /// Something the model does not tell apart; nothing may be concluded from it.
    Other,
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Simple {
    /// `A=1 B=2` in front.
    pub assignments: Vec<Assignment>,
    /// The command's name and arguments; empty when there are only assignments or redirections.
    pub words: Vec<Word>,
}

/// `NAME=value`, `NAME+=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The variable.
    pub name: String,
    /// The value; `None` for arrays.
    pub value: Option<Word>,
    /// It is `+=`.
    pub append: bool,
}

/// One word of a command, before expansion.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Word {
    /// Its parts in order.
    pub pieces: Vec<Piece>,
    /// The word as written, quotes included.
    pub span: Span,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text that stands for itself (quotes and escapes taken off).
    Literal {
        /// The text.
        text: String,
        /// It stood in quotes or was escaped: no globbing, no braces, no tilde.
        quoted: bool,
    },
    /// `$NAME`, `${NAME}`, `${NAME:-default}`.
    Variable {
        /// The name; `1`, `@`, `?` … for special parameters.
        name: String,
        /// The word of `:-`, `-`, `:=` or `=`.
        default: Option<Box<Word>>,
        /// There is another operator (`%`, `#`, `/`, `:+`, `:?` …), so the value is not the variable's.
        changed: bool,
    },
    /// `$( … )` or backquotes.
    Substitution(List),
    /// `$(( … ))`: the expression as written.
    Arithmetic(String),
    /// Anything else that expands to who knows what.
    Other(String),
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Redirection {
    /// The file descriptor written in front, if any.
    pub descriptor: Option<i32>,
    /// What it does.
    pub kind: RedirectionKind,
    /// File, descriptor, or the text of a here-document or here-string.
    pub target: Word,
    /// All of it.
    pub span: Span,
}

/// The kinds of redirection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectionKind {
    /// `<`
    Read,
    /// `>`, `>|`, `&>`
    Write,
    /// `>>`, `&>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `>&`, `<&`
    Duplicate,
    /// `<<`, `<<-`: the target is the body.
    HereDocument,
    /// `<<<`
    HereString,
}

impl Word {
    /// The word when nothing in it expands: what the command gets. Globs and braces that stand
    /// unquoted are given as written.
    pub(crate) fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal { text: part, .. } => text.push_str(part),
                _ => return None,
            }
        }
        Some(text)
    }

    /// A word that stands for itself.
    pub(crate) fn from_literal(text: &str, span: Span) -> Self {
        Self { pieces: vec![Piece::Literal { text: text.to_owned(), quoted: true }], span }
    }
}

impl Simple {
    /// The command's name, when it is literal.
    pub(crate) fn name(&self) -> Option<String> {
        self.words.first().and_then(Word::literal)
    }
}
