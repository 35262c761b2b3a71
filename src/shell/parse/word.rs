//! Words: what is literal in them, and what expands.

use super::super::script::{Piece, Word};
use super::simple::assignment_length;
use super::{Parsed, Reader, is_meta};

impl Reader<'_> {
    /// A word; one must come next.
    pub(super) fn word(&mut self) -> Parsed<Word> {
        if matches!(self.peek(0), Some(b'<' | b'>')) {
            return self.deeper(Self::process);
        }
        let array = assignment_length(self.rest());
        if array > 0 && self.rest().get(array..).is_some_and(|behind| behind.starts_with('(')) {
            return self.word_behind(false);
        }
        let start = self.at;
        let mut pieces = Vec::new();
        self.tilde(&mut pieces);
        self.pieces(&mut pieces)?;
        Ok(Word { pieces, span: self.span_from(start) })
    }

    /// The value of an assignment, or the whole of one that is an argument: an array may be in it.
    pub(super) fn word_behind(&mut self, value: bool) -> Parsed<Word> {
        let start = self.at;
        let mut pieces = Vec::new();
        if value {
            self.tilde(&mut pieces);
        } else {
            let head = self.slice(start, start + assignment_length(self.rest()));
            push_text(&mut pieces, head, false);
            self.at += head.len();
        }
        if self.peek(0) == Some(b'(') {
            self.array(&mut pieces)?;
        } else {
            self.pieces(&mut pieces)?;
        }
        Ok(Word { pieces, span: self.span_from(start) })
    }

    /// `( a b )` behind a `=`.
    fn array(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        self.at += 1;
        push_text(pieces, "(", false);
        loop {
            let start = self.at;
            self.newlines()?;
            push_text(pieces, self.slice(start, self.at), false);
            if self.take(")") {
                push_text(pieces, ")", false);
                return Ok(());
            }
            match self.peek(0) {
                None => return Err(self.unclosed("a parenthesis")),
                Some(byte) if is_meta(byte) => return Err(self.unexpected()),
                Some(_) => self.pieces(pieces)?,
            }
        }
    }

    fn pieces(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        while let Some(byte) = self.peek(0) {
            if byte == b'(' && self.extends_pattern() {
                self.deeper(|reader| reader.extended_pattern(pieces))?;
            } else if is_meta(byte) {
                break;
            } else {
                self.piece(pieces)?;
            }
        }
        Ok(())
    }

    /// The parenthesis that comes next belongs to `?(`, `*(`, `+(`, `@(` or `!(`.
    fn extends_pattern(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_some_and(|byte| b"?*+@!".contains(byte))
    }

    fn extended_pattern(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        self.at += 1;
        push_text(pieces, "(", false);
        loop {
            match self.peek(0) {
                None => return Err(self.unclosed("a parenthesis")),
                Some(b')') => break,
                Some(b'(') => self.deeper(|reader| reader.extended_pattern(pieces))?,
                Some(_) => self.piece(pieces)?,
            }
        }
        self.at += 1;
        push_text(pieces, ")", false);
        Ok(())
    }

    /// One piece, whatever comes next; a byte that means nothing stands for itself.
    pub(super) fn piece(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        match self.peek(0) {
            Some(b'\\') => self.escape(pieces),
            Some(b'\'') => {
                let inner = self.rest().get(1..).unwrap_or_default();
                let Some(end) = inner.find('\'') else { return Err(self.unclosed("a single quote")) };
                push_text(pieces, inner.get(..end).unwrap_or_default(), true);
                self.at += end + 2;
            }
            Some(b'"') => {
                self.at += 1;
                self.double_quoted(pieces)?;
            }
            Some(b'$') => self.dollar(false, pieces)?,
            Some(b'`') => self.backquotes(false, pieces)?,
            _ => {
                let rest = self.rest();
                let special = |c: char| c.is_ascii() && (is_meta(c as u8) || "\\'\"$`}".contains(c));
                // At least one character, which may be special elsewhere.
                let first = rest.chars().next().map_or(0, char::len_utf8);
                let more = rest.get(first..).unwrap_or_default();
                let end = first + more.find(special).unwrap_or(more.len());
                push_text(pieces, rest.get(..end).unwrap_or_default(), false);
                self.at += end;
            }
        }
        Ok(())
    }

    /// A backslash outside quotes.
    fn escape(&mut self, pieces: &mut Vec<Piece>) {
        let escaped = self.rest().chars().nth(1);
        match escaped {
            Some('\n') => {}
            Some(c) => push_text(pieces, c.encode_utf8(&mut [0; 4]), true),
            None => push_text(pieces, "\\", true),
        }
        self.at += 1 + escaped.map_or(0, char::len_utf8);
    }

    /// What stands behind an opening double quote, and the closing one.
    pub(super) fn double_quoted(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        // An empty pair of quotes is still a word.
        push_text(pieces, "", true);
        loop {
            match self.peek(0) {
                None => return Err(self.unclosed("a double quote")),
                Some(b'"') => break,
                _ => self.quoted_piece("$`\"\\", pieces)?,
            }
        }
        self.at += 1;
        Ok(())
    }

    /// The body of a here-document.
    pub(super) fn document(mut self) -> Parsed<Vec<Piece>> {
        let mut pieces = Vec::new();
        while self.at < self.text.len() {
            self.quoted_piece("$`\\", &mut pieces)?;
        }
        super::heredoc::settle_pieces(&mut pieces, &self.bodies);
        Ok(pieces)
    }

    /// A piece inside double quotes, where a backslash escapes a few characters only.
    pub(super) fn quoted_piece(&mut self, escapable: &str, pieces: &mut Vec<Piece>) -> Parsed<()> {
        match self.peek(0) {
            Some(b'$') => self.dollar(true, pieces),
            Some(b'`') => self.backquotes(true, pieces),
            Some(b'\\') if self.peek(1) == Some(b'\n') => {
                self.at += 2;
                Ok(())
            }
            Some(b'\\') if self.rest().chars().nth(1).is_some_and(|c| escapable.contains(c)) => {
                push_text(pieces, self.slice(self.at + 1, self.at + 2), true);
                self.at += 2;
                Ok(())
            }
            _ => {
                let rest = self.rest();
                let first = rest.chars().next().map_or(0, char::len_utf8);
                let more = rest.get(first..).unwrap_or_default();
                let end = first + more.find(['$', '`', '\\', '"', '}']).unwrap_or(more.len());
                push_text(pieces, rest.get(..end).unwrap_or_default(), true);
                self.at += end;
                Ok(())
            }
        }
    }

    /// `~`, `~user` at the start of a word.
    pub(super) fn tilde(&mut self, pieces: &mut Vec<Piece>) {
        let Some(behind) = self.rest().strip_prefix('~') else { return };
        let name = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+".contains(byte);
        let length = behind.bytes().take_while(name).count();
        let ends = behind.as_bytes().get(length).is_none_or(|byte| is_meta(*byte) || b"/:}".contains(byte));
        if ends {
            let end = self.at + 1 + length;
            pieces.push(Piece::Other(self.slice(self.at, end).to_owned()));
            self.at = end;
        }
    }
}

/// Adds text, joined to the piece before when that is of the same kind.
pub(super) fn push_text(pieces: &mut Vec<Piece>, text: &str, quoted: bool) {
    match pieces.last_mut() {
        Some(Piece::Literal { text: before, quoted: same }) if *same == quoted => before.push_str(text),
        _ if text.is_empty() && !quoted => {}
        _ => pieces.push(Piece::Literal { text: text.to_owned(), quoted }),
    }
}
