//! Text to script: reads what bash reads, which is a superset of what `sh` reads in practice.
//!
//! A recursive descent over the bytes of the text. Its depth is bounded, and how often it looks at a
//! byte is as well, so that no text exhausts stack or time.

mod arithmetic;
mod compound;
mod expansion;
mod heredoc;
mod limits;
mod list;
mod redirection;
mod simple;
mod test;
mod word;

use self::heredoc::Awaited;
use super::script::{List, Word};
use crate::text::Span;

/// Why a script could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct ParseError {
    /// The byte of the script where reading stopped.
    pub at: usize,
    /// What is wrong there.
    pub message: String,
    /// A shell fails on the script as well. When false only this reader gave up, and nothing may
    /// be concluded from it.
    pub broken: bool,
}

/// Reads a script as bash does, which is a superset of what `sh` reads in practice.
///
/// # Errors
/// The script is not valid, or too large or too deeply nested to be read safely.
pub(crate) fn parse(text: &str) -> Result<List, ParseError> {
    limits::check(text)?;
    Reader::new(text, Origin::Exact(0), 0).script()
}

type Parsed<T> = Result<T, ParseError>;

/// Where a text that is being read lies in the whole script.
#[derive(Debug, Clone, Copy)]
enum Origin {
    /// Its first byte is this byte of the script, and the rest follows.
    Exact(usize),
    /// It came out of these bytes, but changed on the way (backquotes with escapes).
    Somewhere(Span),
}

impl Origin {
    /// A span of the text as a span of the script.
    fn span(self, start: usize, end: usize) -> Span {
        match self {
            Origin::Exact(base) => Span::new(base + start, base + end),
            Origin::Somewhere(span) => span,
        }
    }

    /// The origin of a part of the text.
    fn at(self, start: usize) -> Self {
        match self {
            Origin::Exact(base) => Origin::Exact(base + start),
            Origin::Somewhere(_) => self,
        }
    }
}

/// Reads one text: the script, or what stands in backquotes or in a here-document.
struct Reader<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
    origin: Origin,
    /// How many commands, substitutions and expansions stand around it.
    depth: usize,
    /// The here-documents whose bodies begin behind the next newline.
    awaited: Vec<Awaited>,
    /// The bodies of here-documents in the order of their operators.
    bodies: Vec<Word>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, origin: Origin, depth: usize) -> Self {
        Self { text, at: 0, origin, depth, awaited: Vec::new(), bodies: Vec::new() }
    }

    fn script(mut self) -> Parsed<List> {
        let mut list = self.list()?;
        if self.at < self.text.len() {
            return Err(self.unexpected());
        }
        if !self.awaited.is_empty() {
            return Err(self.unclosed("a here-document"));
        }
        heredoc::settle(&mut list, &self.bodies);
        Ok(list)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The byte that many bytes ahead.
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes past a text, if it comes next.
    fn take(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    /// The span from a byte of this text to the byte that is read next.
    fn span_from(&self, start: usize) -> Span {
        self.origin.span(start, self.at)
    }

    fn whole(&self) -> Span {
        self.origin.span(0, self.text.len())
    }

    /// Goes past blanks, line continuations and a comment, up to the end of the line.
    fn blanks(&mut self) {
        loop {
            match self.peek(0) {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.peek(1) == Some(b'\n') => self.at += 2,
                Some(b'#') if self.starts_word() => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                _ => return,
            }
        }
    }

    /// No word stands directly in front of the next byte.
    fn starts_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_none_or(|byte| is_meta(*byte) || *byte == b'`')
    }

    /// Goes past blanks, comments and newlines, and reads the here-documents behind them.
    fn newlines(&mut self) -> Parsed<()> {
        self.blanks();
        while self.peek(0) == Some(b'\n') {
            self.newline()?;
            self.blanks();
        }
        Ok(())
    }

    fn newline(&mut self) -> Parsed<()> {
        self.at += 1;
        self.here_documents()
    }

    /// The word that comes next, if it is short, not quoted, and ends where a word may end; empty
    /// otherwise. The caller decides whether it is a reserved word here.
    fn keyword(&self) -> &'a str {
        const LONGEST: usize = "function".len();
        let bytes = self.rest().as_bytes();
        let end = bytes.iter().take(LONGEST + 1).position(|byte| is_meta(*byte)).unwrap_or(bytes.len());
        if end > LONGEST { "" } else { self.slice(self.at, self.at + end) }
    }

    /// Goes past a reserved word, which must come next.
    fn expect(&mut self, word: &str) -> Parsed<()> {
        self.newlines()?;
        if self.keyword() != word {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads something one level deeper.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= limits::DEEPEST {
            return Err(self.error(self.at, "the script is nested too deeply to be read", false));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn error(&self, at: usize, message: impl Into<String>, broken: bool) -> ParseError {
        ParseError { at: self.origin.span(at, at).start, message: message.into(), broken }
    }

    /// What comes next may not stand there.
    fn unexpected(&self) -> ParseError {
        const SHOWN: usize = 20;
        match self.rest().split_whitespace().next() {
            None => self.error(self.text.len(), "the script ends in the middle of a command", true),
            Some(word) => {
                let shown: String = word.chars().take(SHOWN).collect();
                self.error(self.at, format!("syntax error near `{shown}`"), true)
            }
        }
    }

    /// What was opened has no end.
    fn unclosed(&self, what: &str) -> ParseError {
        self.error(self.text.len(), format!("{what} is never closed"), true)
    }
}

/// A byte that ends a word when it is not quoted.
fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// How many bytes of a text, from its start, are the name of a variable.
fn name_length(text: &str) -> usize {
    let letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    match text.as_bytes().first() {
        Some(first) if letter(first) => {
            text.bytes().position(|byte| !letter(&byte) && !byte.is_ascii_digit()).unwrap_or(text.len())
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
