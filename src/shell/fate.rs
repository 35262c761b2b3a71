//! What a command's failing does to its script.

use super::script::{Command, CommandKind, Connector, Piece, Pipeline, Statement, Word};

/// What a command's failing does.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fate {
    /// Its status is that of the whole script.
    pub(super) last: bool,
    /// When `set -e` ends this shell, the script fails.
    pub(super) abort: bool,
    /// It is the condition of an `until` without another end: failing makes the loop go on for ever.
    pub(super) hangs: bool,
    /// The same of succeeding, in the condition of a `while`: behind a `!` it is failing.
    pub(super) turns: bool,
}

impl Fate {
    /// A whole script: its status is that of its last command.
    pub(super) const OF_SCRIPT: Self = Self { last: true, abort: true, hangs: false, turns: false };

    /// Nobody asks for the status.
    pub(super) fn ignored(self) -> Self {
        Self { last: false, abort: false, hangs: false, turns: false }
    }

    /// Behind a `!` nobody asks for the status but the loop, and that the other way round.
    pub(super) fn negated(self) -> Self {
        Self { hangs: self.turns, turns: self.hangs, ..self.ignored() }
    }
}

/// What the failing of one pipeline of an and-or list does.
pub(super) fn reach(statement: &Statement, at: usize, fate: Fate) -> Fate {
    // What else is in the list decides as well whether a loop goes on.
    let fate = Fate { turns: fate.turns && statement.rest.is_empty(), ..fate };
    let handler = statement.rest.get(at..).unwrap_or_default().iter().find(|(c, _)| *c == Connector::Or);
    match handler {
        None => fate,
        Some((_, handler)) if always_fails(handler) => {
            let leaves = matches!(handler.commands.as_slice(), [command] if exits(command));
            Fate { last: fate.last || (leaves && fate.abort), hangs: false, ..fate }
        }
        Some(_) => fate.ignored(),
    }
}

/// What stands behind a statement leaves its status alone: nothing, or `exit` without a number.
pub(super) fn carries_status(rest: &[Statement]) -> bool {
    match rest {
        [] => true,
        [first, ..] => match (first.first.commands.as_slice(), first.rest.is_empty()) {
            ([Command { kind: CommandKind::Simple(simple), .. }], true) => {
                let code = simple.words.get(1);
                matches!(simple.name().as_deref(), Some("exit" | "return")) && code.is_none_or(is_last_status)
            }
            _ => false,
        },
    }
}

fn is_last_status(word: &Word) -> bool {
    matches!(word.pieces.as_slice(), [Piece::Variable { name, .. }] if name == "?")
}

/// The command ends the shell.
fn exits(command: &Command) -> bool {
    match &command.kind {
        CommandKind::Simple(simple) => simple.name().as_deref() == Some("exit"),
        CommandKind::Group(list) => list
            .last()
            .is_some_and(|statement| statement.rest.is_empty() && statement.first.commands.iter().all(exits)),
        _ => false,
    }
}

/// The command ends with a failing status in every case: `exit 1`, `false`, `{ echo no; exit 1; }`.
fn always_fails(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else { return false };
    match &command.kind {
        CommandKind::Simple(simple) => match simple.name().as_deref() {
            Some("false") => true,
            // Without a number it is the status of the command that has just failed.
            Some("exit" | "return") => {
                simple.words.get(1).is_none_or(|word| word.literal().is_none_or(|text| text != "0"))
            }
            _ => false,
        },
        CommandKind::Group(list) | CommandKind::Subshell(list) => list.last().is_some_and(|last| {
            // In `{ echo no; exit; }` the status is that of `echo`.
            let bare = matches!(last.first.commands.as_slice(), [Command { kind: CommandKind::Simple(s), .. }]
                if s.words.len() == 1 && s.name().as_deref() != Some("false"));
            last.rest.is_empty() && !(bare && list.len() > 1) && always_fails(&last.first)
        }),
        _ => false,
    }
}

/// The loop's body has a way out of the loop, at its own level or one deeper.
pub(super) fn may_leave(statement: &Statement) -> bool {
    let pipelines = std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, p)| p));
    pipelines.flat_map(|pipeline| &pipeline.commands).any(|command| match &command.kind {
        CommandKind::Simple(simple) => matches!(simple.name().as_deref(), Some("exit" | "break" | "return")),
        CommandKind::Group(_) | CommandKind::If { .. } | CommandKind::Case { .. } => true,
        _ => false,
    })
}
