//! `[[ … ]]`, flattened to its words.

use super::super::script::{CommandKind, Piece, Word};
use super::{Parsed, Reader};
use crate::text::Span;

const UNARY: &str = "abcdefghknoprstuvwxzGLNORS";
const BINARY: [&str; 16] =
    ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot", "==", "=~", "!=", "=", "<", ">", ""];

impl Reader<'_> {
    pub(super) fn test(&mut self) -> Parsed<CommandKind> {
        let start = self.at;
        self.expect("[[")?;
        let mut words = Vec::new();
        let mut open = 0_usize;
        loop {
            self.newlines()?;
            if self.keyword() == "!" {
                self.at += 1;
                words.push(operator("!"));
                continue;
            }
            if self.take("(") {
                open += 1;
                words.push(operator("("));
                continue;
            }
            self.tested_operand(&mut words)?;
            self.newlines()?;
            while open > 0 && self.take(")") {
                open -= 1;
                words.push(operator(")"));
                self.newlines()?;
            }
            if self.take("&&") {
                words.push(operator("&&"));
            } else if self.take("||") {
                words.push(operator("||"));
            } else {
                break;
            }
        }
        if open > 0 {
            return Err(self.unexpected());
        }
        self.expect("]]")?;
        let whole = self.span_from(start);
        for word in &mut words {
            // Operators were given no place of their own.
            if word.span == Span::default() {
                word.span = whole;
            }
        }
        Ok(CommandKind::Test(words))
    }

    /// A comparison, a question about one word, or a word that shall not be empty.
    fn tested_operand(&mut self, words: &mut Vec<Word>) -> Parsed<()> {
        let start = self.at;
        let left = self.tested()?;
        let written = self.slice(start, self.at);
        self.blanks();
        if let Some(found) = self.comparison() {
            self.at += found.len();
            self.blanks();
            let right = if found == "=~" { self.pattern()? } else { self.tested()? };
            words.extend([left, operator(if found == "=" { "==" } else { found }), right]);
            return Ok(());
        }
        let question = written.strip_prefix('-').filter(|letter| letter.len() == 1 && UNARY.contains(letter));
        if question.is_some() && !self.ends_word() && self.keyword() != "]]" {
            // These two have older names.
            let name = match written {
                "-a" => "-e",
                "-L" => "-h",
                other => other,
            };
            words.extend([operator(name), self.tested()?]);
        } else {
            words.extend([operator("-n"), left]);
        }
        Ok(())
    }

    fn tested(&mut self) -> Parsed<Word> {
        if self.ends_word() || self.keyword() == "]]" { Err(self.unexpected()) } else { self.word() }
    }

    fn comparison(&self) -> Option<&'static str> {
        let word = match self.peek(0) {
            Some(b'<') => "<",
            Some(b'>') => ">",
            _ => self.keyword(),
        };
        BINARY.into_iter().find(|name| *name == word && !name.is_empty())
    }

    /// A regular expression: parentheses and bars belong to it, blanks do inside parentheses.
    fn pattern(&mut self) -> Parsed<Word> {
        let start = self.at;
        let mut pieces: Vec<Piece> = Vec::new();
        let mut open = 0_usize;
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\n' if open == 0 => break,
                b')' if open == 0 => break,
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            self.piece(&mut pieces)?;
        }
        if self.at == start {
            return Err(self.unexpected());
        }
        Ok(Word { pieces, span: self.span_from(start) })
    }
}

/// An operator, whose place is that of the whole test.
fn operator(text: &str) -> Word {
    Word::from_literal(text, Span::default())
}
