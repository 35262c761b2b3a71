//! Words: what is literal in them, and what expands.

use brush_parser::ast;
use brush_parser::word::{self, Parameter, ParameterExpr, SpecialParameter, WordPiece, WordPieceWithSource};

use super::super::script::{Piece, Word};
use super::{Origin, Parsed, Reader, char_starts, limits, options};

impl Reader<'_> {
    pub(super) fn words(&self, words: &[ast::Word]) -> Parsed<Vec<Word>> {
        words.iter().map(|word| self.word(word)).collect()
    }

    /// A word with its pieces. It is read again from the script's own text, because the library
    /// takes line continuations out of a word's value and squeezes blanks inside substitutions.
    pub(super) fn word(&self, word: &ast::Word) -> Parsed<Word> {
        match self.written(word) {
            Some((start, text)) => self.pieces_of(text, self.origin.at(start)),
            None => self.pieces_of(&word.value, Origin::Somewhere(self.whole())),
        }
    }

    /// What stands behind the `=` of an assignment word.
    pub(super) fn value_of(&self, word: &ast::Word) -> Parsed<Word> {
        let (start, text) = self.written(word).unwrap_or((0, &word.value));
        let value = text.find('=').map_or(text.len(), |at| at + 1);
        self.pieces_of(text.get(value..).unwrap_or_default(), self.origin.at(start + value))
    }

    fn written(&self, word: &ast::Word) -> Option<(usize, &str)> {
        let (start, end) = self.bounds(word.loc.as_ref()?);
        let text = self.text.get(start..end)?;
        // A here-document between the word and its place shifts the library's count.
        let same = text == word.value || squeezed(text) == squeezed(&word.value);
        same.then_some((start, text))
    }

    /// `<( … )`: runs beside the command; nothing is known about it.
    pub(super) fn process(&self, subshell: &ast::SubshellCommand) -> Word {
        let span = self.span(&subshell.loc);
        Word { pieces: vec![Piece::Other("<(".to_owned())], span }
    }

    pub(super) fn here_document(&self, document: &ast::IoHereDocument) -> Parsed<Word> {
        let body = &document.doc;
        // The library's own end of a here-document lies behind the closing tag.
        let found = self.text.find(body.value.as_str()).filter(|_| !body.value.is_empty());
        let span = match (found, &document.here_end.loc) {
            (Some(at), _) => self.origin.span(at, at + body.value.len()),
            (None, Some(tag)) => self.span(tag),
            (None, None) => self.whole(),
        };
        if !document.requires_expansion {
            return Ok(Word::from_literal(&body.value, span));
        }
        let parsed = self.library(|| word::parse_heredoc(&body.value, &options()))?;
        let Ok(parsed) = parsed else {
            return Ok(Word { pieces: vec![Piece::Other(body.value.clone())], span });
        };
        let origin = found.map_or(Origin::Somewhere(span), |at| self.origin.at(at));
        let inner = self.inner(&body.value, origin);
        Ok(Word { pieces: inner.pieces(&parsed, true)?, span })
    }

    fn inner<'b>(&self, text: &'b str, origin: Origin) -> Reader<'b> {
        Reader { text, starts: char_starts(text), origin, depth: self.depth }
    }

    /// What stands inside this text's `$( … )` or `${ … }`.
    fn deeper<'b>(&self, text: &'b str, origin: Origin) -> Reader<'b> {
        Reader { depth: self.depth + 1, ..self.inner(text, origin) }
    }

    fn pieces_of(&self, text: &str, origin: Origin) -> Parsed<Word> {
        let span = origin.span(0, text.len());
        if !text.contains(['\'', '"', '\\', '$', '`', '~']) {
            let pieces = match text {
                "" => vec![],
                _ => vec![Piece::Literal { text: text.to_owned(), quoted: false }],
            };
            return Ok(Word { pieces, span });
        }
        if self.depth > limits::DEEPEST_PARENTHESES {
            return Err(self.error(0, "the script is nested too deeply to be read", false));
        }
        let pieces = match self.library(|| word::parse(text, &options()))? {
            Ok(parsed) => self.inner(text, origin).pieces(&parsed, false)?,
            Err(_) => vec![Piece::Other(text.to_owned())],
        };
        Ok(Word { pieces, span })
    }

    fn pieces(&self, parsed: &[WordPieceWithSource], quoted: bool) -> Parsed<Vec<Piece>> {
        let mut pieces = Vec::new();
        for piece in parsed {
            self.piece(piece, quoted, &mut pieces)?;
        }
        Ok(pieces)
    }

    fn piece(&self, source: &WordPieceWithSource, quoted: bool, into: &mut Vec<Piece>) -> Parsed<()> {
        let (start, end) = (source.start_index, source.end_index);
        match &source.piece {
            WordPiece::Text(text) => push_text(into, &text.replace("\\\n", ""), quoted),
            WordPiece::SingleQuotedText(text) => push_text(into, text, true),
            WordPiece::AnsiCQuotedText(text) => push_text(into, &ansi_c(text), true),
            WordPiece::EscapeSequence(text) if text == "\\\n" => {}
            WordPiece::EscapeSequence(text) => {
                push_text(into, text.strip_prefix('\\').unwrap_or(text), true);
            }
            WordPiece::DoubleQuotedSequence(inner) | WordPiece::GettextDoubleQuotedSequence(inner) => {
                // An empty pair of quotes is still a word.
                push_text(into, "", true);
                for piece in inner {
                    self.piece(piece, true, into)?;
                }
            }
            WordPiece::TildeExpansion(_) => {
                into.push(Piece::Other(self.text.get(start..end).unwrap_or("~").to_owned()));
            }
            WordPiece::ParameterExpansion(expression) => into.push(self.parameter(expression, start, end)?),
            WordPiece::CommandSubstitution(_) => {
                into.push(self.substitution(start + 2, end.saturating_sub(1))?)
            }
            WordPiece::BackquotedCommandSubstitution(text) => into.push(self.backquotes(text, start, end)?),
            WordPiece::ArithmeticExpression(expression) => {
                into.push(Piece::Arithmetic(expression.value.clone()));
            }
        }
        Ok(())
    }

    fn substitution(&self, start: usize, end: usize) -> Parsed<Piece> {
        let text = self.text.get(start..end).unwrap_or_default();
        self.inner_script(text, self.origin.at(start))
    }

    /// The library ends a substitution at the parenthesis of a `case` pattern, so a substitution
    /// that cannot be read is no proof that the script is broken.
    fn inner_script(&self, text: &str, origin: Origin) -> Parsed<Piece> {
        let list = self.deeper(text, origin).script();
        list.map(Piece::Substitution).map_err(|error| super::ParseError { broken: false, ..error })
    }

    fn backquotes(&self, text: &str, start: usize, end: usize) -> Parsed<Piece> {
        let unchanged = self.text.get(start + 1..end.saturating_sub(1)) == Some(text);
        if unchanged {
            return self.substitution(start + 1, end.saturating_sub(1));
        }
        let unescaped = text.replace("\\`", "`").replace("\\\\", "\\").replace("\\$", "$");
        let origin = Origin::Somewhere(self.origin.span(start, end));
        self.inner_script(&unescaped, origin)
    }

    fn parameter(&self, expression: &ParameterExpr, start: usize, end: usize) -> Parsed<Piece> {
        use ParameterExpr as Library;
        let written = || self.text.get(start..end).unwrap_or_default().to_owned();
        let changed = |parameter: &Parameter| match parameter_name(parameter) {
            Some(name) => Piece::Variable { name, default: None, changed: true },
            None => Piece::Other(written()),
        };
        Ok(match expression {
            Library::Parameter { parameter, indirect: false } => match parameter_name(parameter) {
                Some(name) => Piece::Variable { name, default: None, changed: false },
                None => Piece::Other(written()),
            },
            Library::UseDefaultValues { parameter, indirect: false, default_value, .. }
            | Library::AssignDefaultValues { parameter, indirect: false, default_value, .. } => {
                let text = default_value.as_deref().unwrap_or_default();
                let from = end.saturating_sub(1 + text.len());
                let origin = match self.text.get(from..end.saturating_sub(1)) == Some(text) {
                    true => self.origin.at(from),
                    false => Origin::Somewhere(self.origin.span(start, end)),
                };
                let default = self.deeper(text, origin).pieces_of(text, origin)?;
                match parameter_name(parameter) {
                    Some(name) => Piece::Variable { name, default: Some(Box::new(default)), changed: false },
                    None => Piece::Other(written()),
                }
            }
            Library::IndicateErrorIfNullOrUnset { parameter, .. }
            | Library::UseAlternativeValue { parameter, .. }
            | Library::ParameterLength { parameter, .. }
            | Library::RemoveSmallestSuffixPattern { parameter, .. }
            | Library::RemoveLargestSuffixPattern { parameter, .. }
            | Library::RemoveSmallestPrefixPattern { parameter, .. }
            | Library::RemoveLargestPrefixPattern { parameter, .. }
            | Library::Substring { parameter, .. }
            | Library::ReplaceSubstring { parameter, .. } => changed(parameter),
            _ => Piece::Other(written()),
        })
    }
}

/// The name of a parameter that the model can name; elements of arrays have none.
fn parameter_name(parameter: &Parameter) -> Option<String> {
    let special = |parameter: &SpecialParameter| match parameter {
        SpecialParameter::AllPositionalParameters { concatenate: false } => "@",
        SpecialParameter::AllPositionalParameters { concatenate: true } => "*",
        SpecialParameter::PositionalParameterCount => "#",
        SpecialParameter::LastExitStatus => "?",
        SpecialParameter::CurrentOptionFlags => "-",
        SpecialParameter::ProcessId => "$",
        SpecialParameter::LastBackgroundProcessId => "!",
        SpecialParameter::ShellName => "0",
    };
    match parameter {
        Parameter::Positional(number) => Some(number.to_string()),
        Parameter::Special(parameter) => Some(special(parameter).to_owned()),
        Parameter::Named(name) => Some(name.clone()),
        Parameter::NamedWithIndex { .. } | Parameter::NamedWithAllIndices { .. } => None,
    }
}

/// Adds text, joined to the piece before when that is of the same kind.
fn push_text(pieces: &mut Vec<Piece>, text: &str, quoted: bool) {
    match pieces.last_mut() {
        Some(Piece::Literal { text: before, quoted: same }) if *same == quoted => before.push_str(text),
        _ if text.is_empty() && !quoted => {}
        _ => pieces.push(Piece::Literal { text: text.to_owned(), quoted }),
    }
}

/// The commonest escapes of `$'…'`; the others stay as written.
fn ansi_c(text: &str) -> String {
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

/// A text without what the library may drop or change in it: blanks and line continuations.
fn squeezed(text: &str) -> String {
    text.replace("\\\n", "").chars().filter(|c| !c.is_whitespace()).collect()
}
