//! Redirections.

use super::super::script::{Piece, Redirection, RedirectionKind, Word};
use super::{Parsed, Reader};

/// Every operator with what it does; of two that begin alike the longer one stands first.
const OPERATORS: [(&str, RedirectionKind); 12] = [
    ("<<<", RedirectionKind::HereString),
    ("<<-", RedirectionKind::HereDocument),
    ("<<", RedirectionKind::HereDocument),
    ("<>", RedirectionKind::ReadWrite),
    ("<&", RedirectionKind::Duplicate),
    ("<", RedirectionKind::Read),
    ("&>>", RedirectionKind::Append),
    ("&>", RedirectionKind::Write),
    (">>", RedirectionKind::Append),
    (">|", RedirectionKind::Write),
    (">&", RedirectionKind::Duplicate),
    (">", RedirectionKind::Write),
];

impl Reader<'_> {
    /// A redirection, if one comes next.
    pub(super) fn redirection(&mut self) -> Parsed<Option<Redirection>> {
        let start = self.at;
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let behind = self.rest().get(digits..).unwrap_or_default();
        let Some((operator, kind)) = OPERATORS.iter().find(|(operator, _)| behind.starts_with(operator))
        else {
            return Ok(None);
        };
        let numbered = digits > 0 && !operator.starts_with('&');
        if digits > 0 && !numbered || behind.starts_with("<(") || behind.starts_with(">(") {
            return Ok(None);
        }
        let descriptor = self.slice(start, start + digits).parse().ok();
        self.at += digits + operator.len();
        self.blanks();
        if self.ends_word() {
            return Err(self.unexpected());
        }
        let from = self.at;
        let target = match kind {
            RedirectionKind::HereDocument => {
                let tag = self.word()?;
                self.await_document(&tag, self.slice(from, self.at), *operator == "<<-")
            }
            _ => self.word()?,
        };
        Ok(Some(Redirection { descriptor, kind: *kind, target, span: self.span_from(start) }))
    }

    /// `<( … )`: runs beside the command; nothing is known about it.
    pub(super) fn process(&mut self) -> Parsed<Word> {
        let start = self.at;
        self.at += "<(".len();
        self.commands()?;
        if !self.take(")") {
            return Err(self.unexpected());
        }
        Ok(Word { pieces: vec![Piece::Other("<(".to_owned())], span: self.span_from(start) })
    }
}
