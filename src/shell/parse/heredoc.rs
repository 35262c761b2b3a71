//! Here-documents: their bodies stand behind the line that asks for them, so they are read when the
//! line ends and put in their places when the text does.

use super::super::script::{
    Assignment, Command, CommandKind, List, Piece, Redirection, RedirectionKind, Word,
};
use super::{Origin, Parsed, Reader, limits};
use crate::text::Span;

/// A here-document whose body was not read yet.
pub(super) struct Awaited {
    /// The line that ends it.
    tag: String,
    /// Where the tag stands behind the operator.
    span: Span,
    /// Tabs in front of its lines fall away.
    strips: bool,
    /// `$` and backquotes in it are expanded.
    expands: bool,
}

impl Reader<'_> {
    /// Takes note of a here-document. The word that is returned stands in its body's place: its span
    /// is the body's number, counted down from where no text reaches.
    pub(super) fn await_document(&mut self, tag: &Word, written: &str, strips: bool) -> Word {
        let number = self.bodies.len() + self.awaited.len();
        self.awaited.push(Awaited {
            tag: tag.literal().unwrap_or_else(|| written.to_owned()),
            span: tag.span,
            strips,
            expands: !written.contains(['\'', '"', '\\']),
        });
        Word { pieces: Vec::new(), span: Span::new(usize::MAX - number, usize::MAX) }
    }

    /// Reads the bodies that begin here, at the start of a line.
    pub(super) fn here_documents(&mut self) -> Parsed<()> {
        for awaited in std::mem::take(&mut self.awaited) {
            let start = self.at;
            let mut end = None;
            for line in self.rest().split_inclusive('\n') {
                let content = line.strip_suffix('\n').unwrap_or(line);
                let from = self.at;
                self.at += line.len();
                if awaited.strip(content) == awaited.tag {
                    end = Some(from);
                    break;
                }
            }
            let Some(end) = end else { return Err(self.unclosed("a here-document")) };
            let body = self.body(&awaited, start, end)?;
            self.bodies.push(body);
        }
        Ok(())
    }

    fn body(&self, awaited: &Awaited, start: usize, end: usize) -> Parsed<Word> {
        let written = self.slice(start, end);
        if written.is_empty() {
            return Ok(Word { pieces: Vec::new(), span: awaited.span });
        }
        let span = self.origin.span(start, end);
        let stripped: String = written.split_inclusive('\n').map(|line| awaited.strip(line)).collect();
        if !awaited.expands {
            return Ok(Word::from_literal(&stripped, span));
        }
        let origin = if stripped == written { self.origin.at(start) } else { Origin::Somewhere(span) };
        let unread = |_| vec![Piece::Other(stripped.clone())];
        let pieces = match self.depth < limits::DEEPEST {
            true => Reader::new(&stripped, origin, self.depth + 1).document().unwrap_or_else(unread),
            false => vec![Piece::Other(stripped.clone())],
        };
        Ok(Word { pieces, span })
    }
}

impl Awaited {
    fn strip<'a>(&self, line: &'a str) -> &'a str {
        if self.strips { line.trim_start_matches('\t') } else { line }
    }
}

/// Puts the bodies in their places, and makes the commands around them reach as far.
pub(super) fn settle(list: &mut List, bodies: &[Word]) {
    if bodies.is_empty() {
        return;
    }
    for statement in list {
        let rest = statement.rest.iter_mut().map(|(_, pipeline)| pipeline);
        for pipeline in std::iter::once(&mut statement.first).chain(rest) {
            pipeline.commands.iter_mut().for_each(|command| settle_command(command, bodies));
        }
    }
}

fn settle_command(command: &mut Command, bodies: &[Word]) {
    for redirection in &mut command.redirections {
        settle_redirection(redirection, bodies);
        let (all, own) = (command.span, redirection.span);
        command.span = Span::new(all.start.min(own.start), all.end.max(own.end));
    }
    let words = |words: &mut Vec<Word>| words.iter_mut().for_each(|word| settle_word(word, bodies));
    match &mut command.kind {
        CommandKind::Simple(simple) => {
            words(&mut simple.words);
            let value = |assignment: &mut Assignment| {
                assignment.value.iter_mut().for_each(|value| settle_word(value, bodies));
            };
            simple.assignments.iter_mut().for_each(value);
        }
        CommandKind::Group(list)
        | CommandKind::Subshell(list)
        | CommandKind::ForArithmetic { body: list, .. } => settle(list, bodies),
        CommandKind::If { branches, otherwise } => {
            for (condition, body) in branches {
                settle(condition, bodies);
                settle(body, bodies);
            }
            otherwise.iter_mut().for_each(|list| settle(list, bodies));
        }
        CommandKind::While { condition, body, .. } => {
            settle(condition, bodies);
            settle(body, bodies);
        }
        CommandKind::For { words: values, body, .. } => {
            values.iter_mut().for_each(words);
            settle(body, bodies);
        }
        CommandKind::Case { word, arms } => {
            settle_word(word, bodies);
            for (patterns, body) in arms {
                words(patterns);
                settle(body, bodies);
            }
        }
        CommandKind::Function { body, .. } => settle_command(body, bodies),
        CommandKind::Test(tested) => words(tested),
        CommandKind::Arithmetic(_) | CommandKind::Other => {}
    }
}

fn settle_redirection(redirection: &mut Redirection, bodies: &[Word]) {
    if redirection.kind != RedirectionKind::HereDocument {
        settle_word(&mut redirection.target, bodies);
    } else if let Some(body) = bodies.get(usize::MAX - redirection.target.span.start) {
        redirection.target = body.clone();
        redirection.span = body.span;
    }
}

fn settle_word(word: &mut Word, bodies: &[Word]) {
    settle_pieces(&mut word.pieces, bodies);
}

pub(super) fn settle_pieces(pieces: &mut [Piece], bodies: &[Word]) {
    if bodies.is_empty() {
        return;
    }
    for piece in pieces {
        match piece {
            Piece::Substitution(list) => settle(list, bodies),
            Piece::Variable { default: Some(default), .. } => settle_word(default, bodies),
            Piece::Literal { .. } | Piece::Variable { .. } | Piece::Arithmetic(_) | Piece::Other(_) => {}
        }
    }
}
