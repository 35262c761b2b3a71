//! Simple commands, assignments and function definitions.

use super::super::script::{Assignment, Command, CommandKind, Simple, Word};
use super::{Parsed, Reader, is_meta, name_length};

/// The reserved words that begin no command.
const RESERVED: [&str; 10] = ["in", "then", "elif", "else", "fi", "do", "done", "esac", "}", "]]"];

impl Reader<'_> {
    /// A command of any kind, with its redirections.
    pub(super) fn command(&mut self) -> Parsed<Command> {
        self.blanks();
        if let Some(command) = self.compound()? {
            return Ok(command);
        }
        if self.keyword() == "function" {
            return self.named_function();
        }
        if let Some(length) = self.function_name() {
            let (start, name) = (self.at, self.slice(self.at, self.at + length));
            self.at += length;
            return self.function(start, name.to_owned());
        }
        self.simple()
    }

    fn simple(&mut self) -> Parsed<Command> {
        if RESERVED.contains(&self.keyword()) {
            return Err(self.unexpected());
        }
        let start = self.at;
        let mut end = self.at;
        let mut simple = Simple::default();
        let mut redirections = Vec::new();
        loop {
            self.blanks();
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
            } else if self.ends_word() {
                break;
            } else if let Some(assignment) = self.assignment(&simple)? {
                simple.assignments.push(assignment);
            } else {
                simple.words.push(self.word()?);
            }
            end = self.at;
        }
        if end == start {
            return Err(self.unexpected());
        }
        let span = self.origin.span(start, end);
        Ok(Command { kind: CommandKind::Simple(simple), redirections, span })
    }

    /// No word begins here.
    pub(super) fn ends_word(&self) -> bool {
        let process = self.starts_with("<(") || self.starts_with(">(");
        self.peek(0).is_none_or(is_meta) && !process
    }

    /// `NAME=value` in front of a command's name.
    fn assignment(&mut self, before: &Simple) -> Parsed<Option<Assignment>> {
        let length = assignment_length(self.rest());
        if !before.words.is_empty() || length == 0 {
            return Ok(None);
        }
        let head = self.slice(self.at, self.at + length);
        let name = head.get(..name_length(head)).unwrap_or_default().to_owned();
        self.at += length;
        let scalar = !head.contains('[') && self.peek(0) != Some(b'(');
        let value = self.value()?;
        Ok(Some(Assignment { name, value: scalar.then_some(value), append: head.ends_with("+=") }))
    }

    /// What stands behind a `=`: nothing, a word, or an array.
    fn value(&mut self) -> Parsed<Word> {
        if self.peek(0).is_some_and(|byte| is_meta(byte) && byte != b'(') {
            return Ok(Word { pieces: Vec::new(), span: self.span_from(self.at) });
        }
        self.word_behind(true)
    }

    /// How long the name is, where `name()` comes next.
    fn function_name(&self) -> Option<usize> {
        let bytes = self.rest().as_bytes();
        let length = bytes.iter().position(|byte| is_meta(*byte) || b"'\"\\$`=".contains(byte))?;
        let behind = self.rest().get(length..)?.trim_start_matches([' ', '\t']).strip_prefix('(')?;
        let empty = behind.trim_start_matches([' ', '\t']).starts_with(')');
        (length > 0 && empty).then_some(length)
    }

    /// `function name { … }`, with or without parentheses.
    fn named_function(&mut self) -> Parsed<Command> {
        let start = self.at;
        self.at += "function".len();
        self.blanks();
        if self.ends_word() {
            return Err(self.unexpected());
        }
        let from = self.at;
        self.word()?;
        let name = self.slice(from, self.at).to_owned();
        self.function(start, name)
    }

    /// The rest of a definition, behind the name.
    fn function(&mut self, start: usize, name: String) -> Parsed<Command> {
        self.blanks();
        if self.take("(") {
            self.blanks();
            if !self.take(")") {
                return Err(self.unexpected());
            }
        }
        self.newlines()?;
        let Some(body) = self.deeper(Self::compound)? else { return Err(self.unexpected()) };
        let span = self.span_from(start);
        Ok(Command {
            kind: CommandKind::Function { name, body: Box::new(body) },
            redirections: Vec::new(),
            span,
        })
    }

    /// The redirections behind a compound command, and the command made of all.
    pub(super) fn finish(&mut self, start: usize, kind: CommandKind) -> Parsed<Command> {
        let mut end = self.at;
        let mut redirections = Vec::new();
        loop {
            self.blanks();
            let Some(redirection) = self.redirection()? else { break };
            redirections.push(redirection);
            end = self.at;
        }
        Ok(Command { kind, redirections, span: self.origin.span(start, end) })
    }
}

/// How long `NAME=`, `NAME+=` or `NAME[index]=` is at the start of a text; 0 when none stands there.
pub(super) fn assignment_length(text: &str) -> usize {
    let mut length = name_length(text);
    if length == 0 {
        return 0;
    }
    let behind = text.get(length..).unwrap_or_default();
    if behind.starts_with('[') {
        let inside = behind.find([']', ' ', '\t', '\n']).unwrap_or(behind.len());
        if behind.as_bytes().get(inside) != Some(&b']') {
            return 0;
        }
        length += inside + 1;
    }
    let behind = text.get(length..).unwrap_or_default();
    match behind.strip_prefix('+').unwrap_or(behind).starts_with('=') {
        true => length + if behind.starts_with('+') { 2 } else { 1 },
        false => 0,
    }
}
