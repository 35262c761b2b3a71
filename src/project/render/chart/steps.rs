//! The parts of a template, line by line, as the steps of the machine that writes it.

use super::expression::Block;
use super::outline::{Action, Body, Condition, Line, Piece, Step};
use crate::text::Span;

/// A part of a template, its text cut up by lines.
#[derive(Debug, Clone)]
pub(super) enum Atom {
    Literal(Span),
    Newline,
    Action(usize),
    Open(Condition, Span),
    Else(Option<Condition>),
    End(Span),
}

/// Makes a body of its atoms.
pub(super) fn body(text: &str, actions: &[Action], atoms: &[Atom]) -> Body {
    let mut writer = Writer { text, actions, steps: Vec::new(), blocks: Vec::new() };
    for line in atoms.split(|atom| matches!(atom, Atom::Newline)) {
        writer.line(line);
    }
    while !writer.blocks.is_empty() {
        writer.end();
    }
    Body { steps: writer.steps }
}

struct Writer<'t> {
    text: &'t str,
    actions: &'t [Action],
    steps: Vec<Step>,
    blocks: Vec<WrittenBlock>,
}

/// A block that is not closed yet.
struct WrittenBlock {
    /// The branch that leaves it, as long as it has none to go on at.
    branch: Option<usize>,
    /// The jumps behind its end.
    leaves: Vec<usize>,
    /// The branch that a loop goes back to.
    repeats: Option<usize>,
}

impl Writer<'_> {
    fn is_blank(&self, span: Span) -> bool {
        self.text.get(span.range()).is_none_or(|text| text.trim().is_empty())
    }

    fn line(&mut self, atoms: &[Atom]) {
        let is_content = |atom: &Atom| match atom {
            Atom::Literal(span) => !self.is_blank(*span),
            Atom::Action(_) => true,
            _ => false,
        };
        let first = atoms.iter().position(is_content).unwrap_or(atoms.len());
        let mut line = Line::default();
        let mut at = 0;
        while let Some(atom) = atoms.get(at) {
            at += 1;
            match atom {
                Atom::Newline => {}
                Atom::Literal(span) => {
                    if at <= first
                        && self.is_blank(*span)
                        && atoms.get(at).is_some_and(|next| !is_piece(next))
                    {
                        continue;
                    }
                    line.pieces.push(Piece::Literal(*span));
                }
                Atom::Action(number) => {
                    let Some(action) = self.actions.get(*number) else { continue };
                    if action.begins_a_line() {
                        self.write(&mut line);
                    }
                    line.pieces.push(Piece::Hole(action.span, vec![*number]));
                }
                Atom::Open(condition, span) => {
                    let group =
                        (at > first).then(|| self.group(atoms.get(at..).unwrap_or_default())).flatten();
                    match group {
                        Some((length, end, actions)) => {
                            at += length;
                            line.pieces.push(Piece::Hole(Span::new(span.start, end), actions));
                        }
                        None => {
                            self.write(&mut line);
                            self.open(condition.clone());
                        }
                    }
                }
                Atom::Else(condition) => {
                    self.write(&mut line);
                    self.turn(condition.clone());
                }
                Atom::End(_) => {
                    self.write(&mut line);
                    self.end();
                }
            }
        }
        self.write(&mut line);
    }

    /// A block that ends within the line: how many atoms it takes, where it ends, and what is in it. `None` for one
    /// that goes on, or writes lines.
    fn group(&self, atoms: &[Atom]) -> Option<(usize, usize, Vec<usize>)> {
        let mut depth = 0;
        let mut actions = Vec::new();
        for (at, atom) in atoms.iter().enumerate() {
            match atom {
                Atom::Open(..) => depth += 1,
                Atom::End(span) if depth == 0 => return Some((at + 1, span.end, actions)),
                Atom::End(_) => depth -= 1,
                Atom::Action(number) => {
                    if self.actions.get(*number).is_some_and(Action::begins_a_line) {
                        return None;
                    }
                    actions.push(*number);
                }
                Atom::Newline | Atom::Literal(_) | Atom::Else(_) => {}
            }
        }
        None
    }

    fn write(&mut self, line: &mut Line) {
        let mut line = std::mem::take(line);
        let is_content = |piece: &Piece| match piece {
            Piece::Literal(span) => !self.is_blank(*span),
            Piece::Hole(..) => true,
        };
        if !line.pieces.iter().any(is_content) {
            return;
        }
        if let [Piece::Hole(_, actions)] | [Piece::Literal(_), Piece::Hole(_, actions)] =
            line.pieces.as_slice()
            && let [action] = actions.as_slice()
            && !line.pieces.iter().any(|piece| matches!(piece, Piece::Literal(span) if !self.is_blank(*span)))
        {
            line.indentation = self.actions.get(*action).and_then(Action::indentation);
        }
        // Blanks at the end of a line are nothing.
        if let Some(Piece::Literal(span)) = line.pieces.last()
            && self.is_blank(*span)
        {
            line.pieces.pop();
        }
        line.join_holes();
        self.steps.push(Step::Write(line));
    }

    fn open(&mut self, condition: Condition) {
        let at = self.steps.len();
        let repeats = (condition.block == Block::Range).then_some(at);
        self.steps.push(Step::Branch(condition, at + 1));
        self.blocks.push(WrittenBlock { branch: Some(at), leaves: Vec::new(), repeats });
    }

    /// The branch that is left goes on here.
    fn land(&mut self, step: Option<usize>) {
        let here = self.steps.len();
        if let Some(Step::Branch(_, to) | Step::Jump(to)) = step.and_then(|step| self.steps.get_mut(step)) {
            *to = here;
        }
    }

    fn turn(&mut self, condition: Option<Condition>) {
        let Some(mut block) = self.blocks.pop() else { return };
        match block.repeats.take() {
            Some(start) => self.steps.push(Step::Jump(start)),
            None => {
                block.leaves.push(self.steps.len());
                self.steps.push(Step::Jump(self.steps.len()));
            }
        }
        self.land(block.branch.take());
        if let Some(condition) = condition {
            let at = self.steps.len();
            block.branch = Some(at);
            block.repeats = (condition.block == Block::Range).then_some(at);
            self.steps.push(Step::Branch(condition, at + 1));
        }
        self.blocks.push(block);
    }

    fn end(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        if let Some(start) = block.repeats {
            self.steps.push(Step::Jump(start));
        }
        self.land(block.branch);
        for leave in block.leaves {
            self.land(Some(leave));
        }
    }
}

fn is_piece(atom: &Atom) -> bool {
    matches!(atom, Atom::Literal(_) | Atom::Action(_))
}

impl Line {
    /// Nothing tells apart what two actions side by side have written.
    fn join_holes(&mut self) {
        let mut joined: Vec<Piece> = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces.drain(..) {
            match (joined.last_mut(), piece) {
                (Some(Piece::Hole(span, actions)), Piece::Hole(next, more)) => {
                    span.end = next.end;
                    actions.extend(more);
                }
                (_, piece) => joined.push(piece),
            }
        }
        self.pieces = joined;
    }
}
