//! Lists of commands, and what joins them.

use super::super::script::{
    Command, CommandKind, Connector, List, Pipeline, Redirection, RedirectionKind, Simple, Statement, Word,
};
use super::{Parsed, Reader};

impl Reader<'_> {
    /// Commands up to what cannot begin one: the end of the text, a closing parenthesis, the end of
    /// an arm, or a reserved word that closes something.
    pub(super) fn list(&mut self) -> Parsed<List> {
        let mut list = List::new();
        loop {
            self.newlines()?;
            if self.closes() {
                return Ok(list);
            }
            let (first, rest) = self.and_or()?;
            self.blanks();
            let background = self.peek(0) == Some(b'&');
            list.push(Statement { first, rest, background });
            match self.peek(0) {
                Some(b'\n') => {}
                Some(b'&') => self.at += 1,
                Some(b';') if !self.ends_arm() => self.at += 1,
                _ => return Ok(list),
            }
        }
    }

    /// A list that a shell wants at least one command in.
    pub(super) fn commands(&mut self) -> Parsed<List> {
        let list = self.list()?;
        if list.is_empty() { Err(self.unexpected()) } else { Ok(list) }
    }

    pub(super) fn ends_arm(&self) -> bool {
        self.starts_with(";;") || self.starts_with(";&")
    }

    fn closes(&self) -> bool {
        const CLOSING: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];
        matches!(self.peek(0), None | Some(b')')) || self.ends_arm() || CLOSING.contains(&self.keyword())
    }

    fn and_or(&mut self) -> Parsed<(Pipeline, Vec<(Connector, Pipeline)>)> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let connector = match self.rest() {
                next if next.starts_with("&&") => Connector::And,
                next if next.starts_with("||") => Connector::Or,
                _ => return Ok((first, rest)),
            };
            self.at += 2;
            self.newlines()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Parsed<Pipeline> {
        let mut negated = false;
        let mut prefixed = false;
        loop {
            self.blanks();
            match self.keyword() {
                "!" => negated = !negated,
                "time" => {}
                "-p" if prefixed => {}
                _ => break,
            }
            prefixed = true;
            self.at += self.keyword().len();
        }
        if prefixed && self.ends_pipeline() {
            let kind = CommandKind::Simple(Simple::default());
            let nothing = Command { kind, redirections: Vec::new(), span: self.whole() };
            return Ok(Pipeline { negated, commands: vec![nothing] });
        }
        let mut commands = vec![self.command()?];
        loop {
            self.blanks();
            if self.starts_with("||") || !self.take("|") {
                return Ok(Pipeline { negated, commands });
            }
            if self.take("&")
                && let Some(command) = commands.last_mut()
            {
                command.redirections.push(self.errors_too());
            }
            self.newlines()?;
            if self.keyword() == "!" {
                // bash reads it; the model has no place for it.
                return Err(self.error(self.at, "a `!` in the middle of a pipeline", false));
            }
            commands.push(self.command()?);
        }
    }

    fn ends_pipeline(&self) -> bool {
        matches!(self.peek(0), None | Some(b'\n' | b';' | b'&' | b')'))
    }

    /// The `2>&1` that `|&`, which was just read, stands for.
    fn errors_too(&self) -> Redirection {
        let span = self.origin.span(self.at - 2, self.at);
        Redirection {
            descriptor: Some(2),
            kind: RedirectionKind::Duplicate,
            target: Word::from_literal("1", span),
            span,
        }
    }
}
