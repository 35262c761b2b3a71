//! What a `$` or a backquote begins.

use super::super::script::{Piece, Word};
use super::word::push_text;
use super::{Origin, ParseError, Parsed, Reader, limits, name_length};

/// The parameters whose name is one sign.
const SPECIAL: &str = "@*#?-$!0";

impl Reader<'_> {
    /// What begins with the `$` that comes next.
    pub(super) fn dollar(&mut self, quoted: bool, pieces: &mut Vec<Piece>) -> Parsed<()> {
        let start = self.at;
        self.at += 1;
        let behind = self.rest();
        let piece = match self.peek(0) {
            Some(b'(') => self.parenthesized()?,
            Some(b'{') => self.deeper(|reader| reader.braced(start, quoted))?,
            Some(b'[') => match self.bracketed() {
                Some(expression) => Piece::Arithmetic(expression.to_owned()),
                None => {
                    push_text(pieces, "$", quoted);
                    return Ok(());
                }
            },
            Some(b'\'') if !quoted => return self.ansi_c(pieces),
            Some(b'"') if !quoted => {
                self.at += 1;
                return self.double_quoted(pieces);
            }
            _ => match parameter_length(behind, false) {
                0 => {
                    push_text(pieces, "$", quoted);
                    return Ok(());
                }
                length => {
                    self.at += length;
                    let name = behind.get(..length).unwrap_or_default().to_owned();
                    Piece::Variable { name, default: None, changed: false }
                }
            },
        };
        pieces.push(piece);
        Ok(())
    }

    /// `$(( … ))` or `$( … )`, of which the `$` was read.
    fn parenthesized(&mut self) -> Parsed<Piece> {
        if let Some(expression) = self.arithmetic_inside() {
            return Ok(Piece::Arithmetic(expression.to_owned()));
        }
        // What may be arithmetic is looked into by bash only when it comes to run it.
        let doubtful = self.closes_twice();
        let read = self.deeper(Self::substitution);
        read.map_err(|error| ParseError { broken: error.broken && !doubtful, ..error })
    }

    /// `$[ … ]`, as arithmetic was written once; of which the `$` was read.
    fn bracketed(&mut self) -> Option<&str> {
        const LONGEST: usize = 200;
        let end = self.rest().bytes().take(LONGEST).position(|byte| byte == b']')?;
        let start = self.at + 1;
        self.at += end + 1;
        self.text.get(start..self.at - 1)
    }

    fn substitution(&mut self) -> Parsed<Piece> {
        self.at += 1;
        let list = self.list();
        if self.at >= self.text.len() {
            return Err(self.unclosed("`$(`"));
        }
        let list = list?;
        if self.take(")") { Ok(Piece::Substitution(list)) } else { Err(self.unexpected()) }
    }

    /// `` ` … ` ``: some characters are escaped in it, so that it is another text than what is written.
    pub(super) fn backquotes(&mut self, quoted: bool, pieces: &mut Vec<Piece>) -> Parsed<()> {
        let start = self.at;
        let mut inner = String::new();
        let mut changed = false;
        let mut chars = self.rest().char_indices().skip(1);
        let end = loop {
            match chars.next() {
                None => return Err(self.unclosed("a backquote")),
                Some((at, '`')) => break start + at,
                Some((_, '\\')) => match chars.next() {
                    Some((_, c)) if "`$\\".contains(c) || quoted && c == '"' => {
                        inner.push(c);
                        changed = true;
                    }
                    next => {
                        inner.push('\\');
                        inner.extend(next.map(|(_, c)| c));
                    }
                },
                Some((_, c)) => inner.push(c),
            }
        };
        let origin = match changed {
            true => Origin::Somewhere(self.origin.span(start, end + 1)),
            false => self.origin.at(start + 1),
        };
        if self.depth >= limits::DEEPEST {
            return Err(self.error(start, "the script is nested too deeply to be read", false));
        }
        // bash reads what stands in backquotes only when it comes to run it, so a fault in there does
        // not end the script.
        let list = Reader::new(&inner, origin, self.depth + 1).script();
        let list = list.map_err(|error| ParseError { broken: false, ..error })?;
        pieces.push(Piece::Substitution(list));
        self.at = end + 1;
        Ok(())
    }

    /// `${ … }`
    fn braced(&mut self, start: usize, quoted: bool) -> Parsed<Piece> {
        self.at += 1;
        if self.peek(0) == Some(b'!') && self.peek(1) != Some(b'}') {
            // The value of a variable is the name of another.
            return self.unknown(start, quoted);
        }
        let counts = self.peek(0) == Some(b'#') && {
            let length = parameter_length(self.rest().get(1..).unwrap_or_default(), true);
            length > 0 && matches!(self.peek(1 + length), Some(b'}' | b'['))
        };
        if counts {
            self.at += 1;
        }
        let length = parameter_length(self.rest(), true);
        let name = self.slice(self.at, self.at + length).to_owned();
        self.at += length;
        if length == 0 || self.peek(0) == Some(b'[') {
            return self.unknown(start, quoted);
        }
        let colon = usize::from(self.peek(0) == Some(b':'));
        let changed = match (self.peek(0), self.peek(colon)) {
            (Some(b'}'), _) => counts,
            (_, Some(b'-' | b'=')) => {
                self.at += colon + 1;
                let default = Some(Box::new(self.operand(quoted)?));
                return Ok(Piece::Variable { name, default, changed: false });
            }
            (Some(b':' | b'?' | b'+' | b'%' | b'#' | b'/'), _) => true,
            _ => return self.unknown(start, quoted),
        };
        self.operand(quoted)?;
        Ok(Piece::Variable { name, default: None, changed })
    }

    /// An expansion that the model has no name for.
    fn unknown(&mut self, start: usize, quoted: bool) -> Parsed<Piece> {
        self.operand(quoted)?;
        Ok(Piece::Other(self.slice(start, self.at).to_owned()))
    }

    /// The word behind an operator, and the brace that closes the expansion.
    fn operand(&mut self, quoted: bool) -> Parsed<Word> {
        let from = self.at;
        let mut pieces = Vec::new();
        self.tilde(&mut pieces);
        loop {
            match self.peek(0) {
                None => return Err(self.unclosed("`${`")),
                Some(b'}') => break,
                Some(b'\'') if quoted => {
                    push_text(&mut pieces, "'", false);
                    self.at += 1;
                }
                Some(_) => self.piece(&mut pieces)?,
            }
        }
        let span = self.span_from(from);
        self.at += 1;
        Ok(Word { pieces, span })
    }

    /// `$'…'`
    fn ansi_c(&mut self, pieces: &mut Vec<Piece>) -> Parsed<()> {
        let inner = self.rest().get(1..).unwrap_or_default();
        let mut escaped = false;
        let end = inner.find(|c| {
            let ends = c == '\'' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some(end) = end else { return Err(self.unclosed("a single quote")) };
        push_text(pieces, &unescaped(inner.get(..end).unwrap_or_default()), true);
        self.at += end + 2;
        Ok(())
    }
}

/// How long the name of a parameter is at the start of a text. Only in braces may a number have more
/// than one digit.
fn parameter_length(text: &str, braced: bool) -> usize {
    let digits = match text.starts_with(|c: char| matches!(c, '1'..='9')) {
        true if braced => text.bytes().take_while(u8::is_ascii_digit).count(),
        true => 1,
        false => 0,
    };
    let special = usize::from(text.starts_with(|c| SPECIAL.contains(c)));
    digits.max(special).max(name_length(text))
}

/// The commonest escapes of `$'…'`; the others stay as written.
fn unescaped(text: &str) -> String {
    const ESCAPES: [(char, char); 7] =
        [('n', '\n'), ('t', '\t'), ('r', '\r'), ('\\', '\\'), ('\'', '\''), ('"', '"'), ('e', '\x1b')];
    let mut result = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let escape = (c == '\\').then(|| chars.peek()).flatten();
        match escape.and_then(|next| ESCAPES.iter().find(|(name, _)| name == next)) {
            Some((_, meaning)) => {
                result.push(*meaning);
                chars.next();
            }
            None => result.push(c),
        }
    }
    result
}
