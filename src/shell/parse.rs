//! Text to script: the only place that knows the shell parser's own types.
//!
//! brush-parser counts in characters and says nothing about some ends; everything that leaves this
//! module counts in bytes of the whole script.

mod limits;
mod word;

use std::panic::{AssertUnwindSafe, catch_unwind};

use brush_parser::ast::{self, SourceLocation};
use brush_parser::{Parser, ParserOptions, SourcePosition, SourceSpan};

use super::script::{
    Assignment, Command, CommandKind, Connector, List, Pipeline, Redirection, RedirectionKind, Simple,
    Statement, Word,
};
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
    match read(text) {
        Err(error) if error.broken && text.contains(";;") && text.contains("((") => retry(text, error),
        // It also ends a substitution at the parenthesis of a `case` pattern.
        Err(error) if case_in_substitution(text) => Err(ParseError { broken: false, ..error }),
        result => result,
    }
}

fn case_in_substitution(text: &str) -> bool {
    text.split_once("$(").is_some_and(|(_, rest)| rest.contains("case "))
}

fn read(text: &str) -> Result<List, ParseError> {
    Reader { text, starts: char_starts(text), origin: Origin::Exact(0), depth: 0 }.script()
}

/// The library takes the `;;` of `for ((;;))` for the end of a `case` arm. The endless loop is
/// written another way, of the same length; where that does not help nothing is concluded.
fn retry(text: &str, error: ParseError) -> Result<List, ParseError> {
    let rewritten = text.replace("for ((;;))", "while true").replace("for((;;))", "while :  ");
    read(&rewritten).map_err(|_| ParseError { broken: false, ..error })
}

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

/// Reads one text: the script, or what stands in a substitution.
struct Reader<'a> {
    text: &'a str,
    /// The byte at which each character starts; `None` when every character is one byte.
    starts: Option<Vec<usize>>,
    origin: Origin,
    /// How many substitutions stand around it.
    depth: usize,
}

fn char_starts(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect())
}

fn options() -> ParserOptions {
    ParserOptions { enable_extended_globbing: true, ..ParserOptions::default() }
}

type Parsed<T> = Result<T, ParseError>;

impl Reader<'_> {
    fn byte(&self, character: usize) -> usize {
        match &self.starts {
            Some(starts) => starts.get(character).copied().unwrap_or(self.text.len()),
            None => character.min(self.text.len()),
        }
    }

    /// Start and end of a library span, in bytes of this text, without blanks and line
    /// continuations in front.
    fn bounds(&self, span: &SourceSpan) -> (usize, usize) {
        let (mut start, end) = (self.byte(span.start.index), self.byte(span.end.index));
        while let Some(rest) = self.text.get(start..end) {
            let skipped = rest
                .strip_prefix("\\\n")
                .map(|_| 2)
                .or_else(|| rest.starts_with([' ', '\t', '\n']).then_some(1));
            match skipped {
                Some(bytes) => start += bytes,
                None => break,
            }
        }
        (start, end.max(start))
    }

    fn span(&self, span: &SourceSpan) -> Span {
        let (start, end) = self.bounds(span);
        self.origin.span(start, end)
    }

    fn whole(&self) -> Span {
        self.origin.span(0, self.text.len())
    }

    fn error(&self, at: usize, message: impl Into<String>, broken: bool) -> ParseError {
        ParseError { at: self.origin.span(at, at).start, message: message.into(), broken }
    }

    /// Runs the library; should it panic, the script counts as not understood.
    fn library<T>(&self, run: impl FnOnce() -> T) -> Parsed<T> {
        catch_unwind(AssertUnwindSafe(run)).map_err(|_| self.error(0, "the script could not be read", false))
    }

    fn script(&self) -> Parsed<List> {
        let program = self
            .library(|| Parser::new(self.text.as_bytes(), &options()).parse_program())?
            .map_err(|error| self.convert_error(&error))?;
        let mut statements = Vec::new();
        for list in &program.complete_commands {
            self.items(list, &mut statements)?;
        }
        Ok(statements)
    }

    fn convert_error(&self, error: &brush_parser::ParseError) -> ParseError {
        use brush_parser::ParseError as Library;
        let at = |position: &SourcePosition| self.byte(position.index);
        match error {
            Library::ParsingNear(position) => {
                let start = at(position);
                let word = self.text.get(start..).and_then(|rest| rest.split_whitespace().next());
                let shown: String = word.unwrap_or("end of line").chars().take(20).collect();
                self.error(start, format!("syntax error near `{shown}`"), true)
            }
            Library::ParsingAtEndOfInput => {
                self.error(self.text.len(), "the script ends in the middle of a command", true)
            }
            Library::Tokenizing { inner, position } => {
                let start = position.as_ref().map_or(self.text.len(), at);
                self.error(start, tokenizer_message(inner), true)
            }
        }
    }

    fn list(&self, list: &ast::CompoundList) -> Parsed<List> {
        let mut statements = Vec::new();
        self.items(list, &mut statements)?;
        Ok(statements)
    }

    fn items(&self, list: &ast::CompoundList, into: &mut List) -> Parsed<()> {
        for ast::CompoundListItem(and_or, separator) in &list.0 {
            let first = self.pipeline(&and_or.first)?;
            let mut rest = Vec::new();
            for item in &and_or.additional {
                let (connector, pipeline) = match item {
                    ast::AndOr::And(pipeline) => (Connector::And, pipeline),
                    ast::AndOr::Or(pipeline) => (Connector::Or, pipeline),
                };
                rest.push((connector, self.pipeline(pipeline)?));
            }
            let background = matches!(separator, ast::SeparatorOperator::Async);
            into.push(Statement { first, rest, background });
        }
        Ok(())
    }

    fn pipeline(&self, pipeline: &ast::Pipeline) -> Parsed<Pipeline> {
        let mut commands = Vec::new();
        for command in &pipeline.seq {
            commands.push(self.command(command)?);
        }
        if commands.is_empty() {
            // `time` or `!` alone.
            let span = self.whole();
            commands.push(Command {
                kind: CommandKind::Simple(Simple::default()),
                redirections: vec![],
                span,
            });
        }
        Ok(Pipeline { negated: pipeline.bang, commands })
    }

    fn command(&self, command: &ast::Command) -> Parsed<Command> {
        let (kind, redirections, loc) = match command {
            ast::Command::Simple(simple) => {
                let (simple, redirections) = self.simple(simple)?;
                (CommandKind::Simple(simple), redirections, command.location())
            }
            ast::Command::Compound(compound, redirects) => {
                (self.compound(compound)?, self.redirections(redirects.as_ref())?, compound.location())
            }
            ast::Command::Function(function) => {
                let body = self.function_body(&function.body)?;
                let name = function.fname.value.clone();
                (CommandKind::Function { name, body: Box::new(body) }, vec![], function.location())
            }
            ast::Command::ExtendedTest(test, redirects) => {
                let mut words = Vec::new();
                self.test_words(&test.expr, self.span(&test.loc), &mut words)?;
                (CommandKind::Test(words), self.redirections(redirects.as_ref())?, Some(test.loc.clone()))
            }
        };
        let mut span = self.command_span(loc.as_ref(), &kind, &redirections);
        for redirection in &redirections {
            span = Span::new(span.start.min(redirection.span.start), span.end.max(redirection.span.end));
        }
        Ok(Command { kind, redirections, span })
    }

    /// The library's span of a command, put right where it is known to be wrong.
    fn command_span(&self, loc: Option<&SourceSpan>, kind: &CommandKind, extra: &[Redirection]) -> Span {
        let simple = |simple: &Simple| {
            let first = simple.words.first()?.span;
            Some(Span::new(first.start, simple.words.last()?.span.end))
        };
        let known = match kind {
            CommandKind::Simple(words) if words.assignments.is_empty() => simple(words),
            _ => None,
        };
        let span = known
            .or_else(|| loc.map(|loc| self.span(loc)))
            .or_else(|| extra.first().map(|redirection| redirection.span))
            .unwrap_or_else(|| self.whole());
        match kind {
            CommandKind::If { branches, otherwise } => {
                Span::new(span.start, self.if_end(span, branches, otherwise))
            }
            _ => span,
        }
    }

    /// Where an `if` ends; the library gives the place of the word `if` alone.
    fn if_end(&self, span: Span, branches: &[(List, List)], otherwise: &Option<List>) -> usize {
        let last = otherwise.as_ref().or_else(|| branches.last().map(|(_, body)| body));
        let inner = last.and_then(list_end).unwrap_or(span.end);
        let Origin::Exact(base) = self.origin else { return span.end };
        let after = self.text.get(inner.saturating_sub(base)..).unwrap_or_default();
        word_end(after, "fi").map_or(inner, |end| inner + end)
    }

    fn compound(&self, compound: &ast::CompoundCommand) -> Parsed<CommandKind> {
        use ast::CompoundCommand as Library;
        Ok(match compound {
            Library::Arithmetic(arithmetic) => CommandKind::Arithmetic(arithmetic.expr.value.clone()),
            Library::ArithmeticForClause(clause) => {
                let text = |part: &Option<ast::UnexpandedArithmeticExpr>| {
                    part.as_ref().map(|part| part.value.clone()).unwrap_or_default()
                };
                CommandKind::ForArithmetic {
                    start: text(&clause.initializer),
                    condition: text(&clause.condition),
                    step: text(&clause.updater),
                    body: self.list(&clause.body.list)?,
                }
            }
            Library::BraceGroup(group) => CommandKind::Group(self.list(&group.list)?),
            Library::Subshell(subshell) => CommandKind::Subshell(self.list(&subshell.list)?),
            Library::ForClause(clause) => {
                let words = match &clause.values {
                    Some(values) => Some(self.words(values)?),
                    // `for x in; do` runs not at all, `for x; do` over "$@"; the library tells
                    // them apart no more, the text does.
                    None => self.says_in(&clause.loc).then(Vec::new),
                };
                let body = self.list(&clause.body.list)?;
                CommandKind::For { variable: clause.variable_name.clone(), words, body }
            }
            Library::CaseClause(clause) => self.case(clause)?,
            Library::IfClause(clause) => self.if_clause(clause)?,
            Library::WhileClause(clause) => self.while_clause(clause, false)?,
            Library::UntilClause(clause) => self.while_clause(clause, true)?,
            Library::Coprocess(_) => CommandKind::Other,
        })
    }

    fn says_in(&self, loc: &SourceSpan) -> bool {
        let (start, end) = self.bounds(loc);
        let text = self.text.get(start..end).unwrap_or_default();
        text.split_whitespace().nth(2).is_some_and(|word| word.trim_end_matches(';') == "in")
    }

    fn case(&self, clause: &ast::CaseClauseCommand) -> Parsed<CommandKind> {
        let mut arms = Vec::new();
        for item in &clause.cases {
            if !matches!(item.post_action, ast::CaseItemPostAction::ExitCase) {
                return Ok(CommandKind::Other);
            }
            let body = item.cmd.as_ref().map_or(Ok(vec![]), |list| self.list(list))?;
            arms.push((self.words(&item.patterns)?, body));
        }
        Ok(CommandKind::Case { word: self.word(&clause.value)?, arms })
    }

    fn if_clause(&self, clause: &ast::IfClauseCommand) -> Parsed<CommandKind> {
        let mut branches = vec![(self.list(&clause.condition)?, self.list(&clause.then)?)];
        let mut otherwise = None;
        for part in clause.elses.iter().flatten() {
            let body = self.list(&part.body)?;
            match &part.condition {
                Some(condition) => branches.push((self.list(condition)?, body)),
                None => otherwise = Some(body),
            }
        }
        Ok(CommandKind::If { branches, otherwise })
    }

    fn while_clause(&self, clause: &ast::WhileOrUntilClauseCommand, until: bool) -> Parsed<CommandKind> {
        let ast::WhileOrUntilClauseCommand(condition, body, _) = clause;
        Ok(CommandKind::While { until, condition: self.list(condition)?, body: self.list(&body.list)? })
    }

    fn function_body(&self, body: &ast::FunctionBody) -> Parsed<Command> {
        let ast::FunctionBody(compound, redirects) = body;
        let (kind, redirections) = (self.compound(compound)?, self.redirections(redirects.as_ref())?);
        let span = self.command_span(compound.location().as_ref(), &kind, &redirections);
        Ok(Command { kind, redirections, span })
    }

    fn test_words(&self, expr: &ast::ExtendedTestExpr, whole: Span, into: &mut Vec<Word>) -> Parsed<()> {
        use ast::ExtendedTestExpr as Library;
        let operator = |text: &str| Word::from_literal(text, whole);
        match expr {
            Library::And(left, right) | Library::Or(left, right) => {
                self.test_words(left, whole, into)?;
                into.push(operator(if matches!(expr, Library::And(..)) { "&&" } else { "||" }));
                self.test_words(right, whole, into)
            }
            Library::Not(inner) => {
                into.push(operator("!"));
                self.test_words(inner, whole, into)
            }
            Library::Parenthesized(inner) => {
                into.push(operator("("));
                self.test_words(inner, whole, into)?;
                into.push(operator(")"));
                Ok(())
            }
            Library::UnaryTest(predicate, word) => {
                into.push(operator(&predicate.to_string()));
                into.push(self.word(word)?);
                Ok(())
            }
            Library::BinaryTest(predicate, left, right) => {
                into.push(self.word(left)?);
                into.push(operator(&predicate.to_string()));
                into.push(self.word(right)?);
                Ok(())
            }
        }
    }

    fn simple(&self, simple: &ast::SimpleCommand) -> Parsed<(Simple, Vec<Redirection>)> {
        let mut result = Simple::default();
        let mut redirections = Vec::new();
        for item in simple.prefix.iter().flat_map(|prefix| &prefix.0) {
            match item {
                ast::CommandPrefixOrSuffixItem::AssignmentWord(assignment, word) => {
                    result.assignments.push(self.assignment(assignment, word)?);
                }
                other => self.item(other, &mut result.words, &mut redirections)?,
            }
        }
        if let Some(name) = &simple.word_or_name {
            result.words.push(self.word(name)?);
        }
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.item(item, &mut result.words, &mut redirections)?;
        }
        Ok((result, redirections))
    }

    fn item(
        &self,
        item: &ast::CommandPrefixOrSuffixItem,
        words: &mut Vec<Word>,
        redirections: &mut Vec<Redirection>,
    ) -> Parsed<()> {
        use ast::CommandPrefixOrSuffixItem as Library;
        match item {
            Library::IoRedirect(redirect) => redirections.push(self.redirection(redirect)?),
            Library::Word(word) | Library::AssignmentWord(_, word) => words.push(self.word(word)?),
            Library::ProcessSubstitution(_, subshell) => words.push(self.process(subshell)),
        }
        Ok(())
    }

    fn assignment(&self, assignment: &ast::Assignment, word: &ast::Word) -> Parsed<Assignment> {
        let (name, indexed) = match &assignment.name {
            ast::AssignmentName::VariableName(name) => (name.clone(), false),
            ast::AssignmentName::ArrayElementName(name, _) => (name.clone(), true),
        };
        let scalar = matches!(assignment.value, ast::AssignmentValue::Scalar(_)) && !indexed;
        let value = if scalar { Some(self.value_of(word)?) } else { None };
        Ok(Assignment { name, value, append: assignment.append })
    }

    fn redirections(&self, redirects: Option<&ast::RedirectList>) -> Parsed<Vec<Redirection>> {
        redirects.iter().flat_map(|list| &list.0).map(|redirect| self.redirection(redirect)).collect()
    }

    fn redirection(&self, redirect: &ast::IoRedirect) -> Parsed<Redirection> {
        use ast::IoFileRedirectTarget as Target;
        let (descriptor, kind, target) = match redirect {
            ast::IoRedirect::File(descriptor, kind, target) => {
                let target = match target {
                    Target::Filename(word) | Target::Duplicate(word) => self.word(word)?,
                    Target::Fd(number) => Word::from_literal(&number.to_string(), Span::default()),
                    Target::ProcessSubstitution(_, subshell) => self.process(subshell),
                };
                (*descriptor, redirection_kind(kind), target)
            }
            ast::IoRedirect::HereDocument(descriptor, document) => {
                (*descriptor, RedirectionKind::HereDocument, self.here_document(document)?)
            }
            ast::IoRedirect::HereString(descriptor, word) => {
                (*descriptor, RedirectionKind::HereString, self.word(word)?)
            }
            // `&>` sends both outputs; the model says "write" and leaves the descriptor open.
            ast::IoRedirect::OutputAndError(word, append) => {
                let kind = if *append { RedirectionKind::Append } else { RedirectionKind::Write };
                (None, kind, self.word(word)?)
            }
        };
        let start = self.operator_start(target.span);
        let span = Span::new(start, target.span.end);
        Ok(Redirection { descriptor, kind, target, span })
    }

    /// Where the operator in front of a redirection's target starts.
    fn operator_start(&self, target: Span) -> usize {
        let Origin::Exact(base) = self.origin else { return target.start };
        let before = target.start.checked_sub(base).and_then(|at| self.text.get(..at)).unwrap_or_default();
        let operator = before.trim_end_matches([' ', '\t']);
        let number = operator.trim_end_matches(['<', '>', '&', '|', '-']);
        if number.len() == operator.len() {
            return target.start;
        }
        let front = number.trim_end_matches(|c: char| c.is_ascii_digit());
        let start = if front.is_empty() || front.ends_with([' ', '\t', '\n', ';', '&', '|', '(', ')']) {
            front.len()
        } else {
            number.len()
        };
        base + start
    }
}

fn redirection_kind(kind: &ast::IoFileRedirectKind) -> RedirectionKind {
    use ast::IoFileRedirectKind as Library;
    match kind {
        Library::Read => RedirectionKind::Read,
        Library::Write | Library::Clobber => RedirectionKind::Write,
        Library::Append => RedirectionKind::Append,
        Library::ReadAndWrite => RedirectionKind::ReadWrite,
        Library::DuplicateInput | Library::DuplicateOutput => RedirectionKind::Duplicate,
    }
}

fn tokenizer_message(error: &brush_parser::TokenizerError) -> &'static str {
    use brush_parser::TokenizerError as Library;
    match error {
        Library::UnterminatedSingleQuote(_) | Library::UnterminatedAnsiCQuote(_) => {
            "a single quote is never closed"
        }
        Library::UnterminatedDoubleQuote(_) => "a double quote is never closed",
        Library::UnterminatedBackquote(_) => "a backquote is never closed",
        Library::UnterminatedVariable => "`${` is never closed",
        Library::UnterminatedCommandSubstitution | Library::UnterminatedExpansion => "`$(` is never closed",
        Library::UnterminatedHereDocuments(..)
        | Library::MissingHereTag(_)
        | Library::MissingHereTagForDocumentBody => "a here-document is never closed",
        Library::UnterminatedExtendedGlob(_) => "a parenthesis is never closed",
        _ => "the script ends in the middle of a word",
    }
}

/// Where a list's last command ends.
fn list_end(list: &List) -> Option<usize> {
    let last = list.last()?;
    let pipeline = last.rest.last().map_or(&last.first, |(_, pipeline)| pipeline);
    pipeline.commands.last().map(|command| command.span.end)
}

/// One past the first `word` that stands alone in `text`, comments left out.
fn word_end(text: &str, word: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split_once('#').map_or(line, |(code, _)| code);
        let mut from = 0;
        while let Some(found) = code.get(from..).and_then(|rest| rest.find(word)) {
            let (start, end) = (from + found, from + found + word.len());
            let apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
            let before = code.get(..start).and_then(|front| front.chars().next_back());
            let after = code.get(end..).and_then(|rest| rest.chars().next());
            if apart(before) && apart(after) {
                return Some(at + end);
            }
            from = end;
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests;
