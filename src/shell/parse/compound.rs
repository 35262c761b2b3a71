//! Compound commands: groups, branches and loops.

use super::super::script::{Command, CommandKind, List, Word};
use super::{ParseError, Parsed, Reader, name_length};

impl Reader<'_> {
    /// A compound command with its redirections, if one comes next.
    pub(super) fn compound(&mut self) -> Parsed<Option<Command>> {
        let start = self.at;
        if self.peek(0) == Some(b'(') {
            let kind = match self.arithmetic_command() {
                Some(expression) => CommandKind::Arithmetic(expression),
                None => self.deeper(Self::subshell)?,
            };
            return self.finish(start, kind).map(Some);
        }
        let read = match self.keyword() {
            "{" => Self::group,
            "if" => Self::branches,
            "while" | "until" => Self::while_loop,
            "for" => Self::for_loop,
            "select" => Self::select,
            "case" => Self::case,
            "[[" => Self::test,
            "coproc" => Self::coprocess,
            _ => return Ok(None),
        };
        let kind = self.deeper(read)?;
        self.finish(start, kind).map(Some)
    }

    fn subshell(&mut self) -> Parsed<CommandKind> {
        self.at += 1;
        let list = self.commands()?;
        if !self.take(")") {
            return Err(self.unexpected());
        }
        Ok(CommandKind::Subshell(list))
    }

    fn group(&mut self) -> Parsed<CommandKind> {
        self.braces().map(CommandKind::Group)
    }

    fn braces(&mut self) -> Parsed<List> {
        self.expect("{")?;
        let list = self.commands()?;
        self.expect("}")?;
        Ok(list)
    }

    fn branches(&mut self) -> Parsed<CommandKind> {
        self.expect("if")?;
        let mut branches = Vec::new();
        loop {
            let condition = self.commands()?;
            self.expect("then")?;
            branches.push((condition, self.commands()?));
            if self.keyword() != "elif" {
                break;
            }
            self.expect("elif")?;
        }
        let mut otherwise = None;
        if self.keyword() == "else" {
            self.expect("else")?;
            otherwise = Some(self.commands()?);
        }
        self.expect("fi")?;
        Ok(CommandKind::If { branches, otherwise })
    }

    fn while_loop(&mut self) -> Parsed<CommandKind> {
        let until = self.keyword() == "until";
        self.at += "while".len();
        let condition = self.commands()?;
        let body = self.loop_body()?;
        Ok(CommandKind::While { until, condition, body })
    }

    fn loop_body(&mut self) -> Parsed<List> {
        self.expect("do")?;
        let body = self.commands()?;
        self.expect("done")?;
        Ok(body)
    }

    /// The body of a `for`, which may stand in braces.
    fn for_body(&mut self) -> Parsed<List> {
        self.blanks();
        self.take(";");
        self.newlines()?;
        if self.keyword() == "{" { self.braces() } else { self.loop_body() }
    }

    fn for_loop(&mut self) -> Parsed<CommandKind> {
        self.expect("for")?;
        self.blanks();
        if self.starts_with("((") {
            let Some([start, condition, step]) = self.arithmetic_head() else {
                // bash looks into it only when it comes to run it.
                return Err(ParseError { broken: false, ..self.unexpected() });
            };
            return Ok(CommandKind::ForArithmetic { start, condition, step, body: self.for_body()? });
        }
        let (variable, words) = self.loop_head()?;
        Ok(CommandKind::For { variable, words, body: self.for_body()? })
    }

    /// A menu: how often it runs is up to who reads it.
    fn select(&mut self) -> Parsed<CommandKind> {
        self.expect("select")?;
        self.loop_head()?;
        self.for_body()?;
        Ok(CommandKind::Other)
    }

    /// `x in a b`; without `in` there are no words.
    fn loop_head(&mut self) -> Parsed<(String, Option<Vec<Word>>)> {
        self.blanks();
        if self.ends_word() {
            return Err(self.unexpected());
        }
        let start = self.at;
        self.word()?;
        let variable = self.slice(start, self.at).to_owned();
        self.newlines()?;
        if self.keyword() != "in" {
            return Ok((variable, None));
        }
        self.at += "in".len();
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.peek(0) {
                Some(b';' | b'\n') => return Ok((variable, Some(words))),
                _ if self.ends_word() => return Err(self.unexpected()),
                _ => words.push(self.word()?),
            }
        }
    }

    fn case(&mut self) -> Parsed<CommandKind> {
        self.expect("case")?;
        self.blanks();
        if self.ends_word() {
            return Err(self.unexpected());
        }
        let word = self.word()?;
        self.expect("in")?;
        let mut arms = Vec::new();
        let mut falls = false;
        loop {
            self.newlines()?;
            if self.keyword() == "esac" {
                break;
            }
            let patterns = self.patterns()?;
            arms.push((patterns, self.list()?));
            self.blanks();
            if self.take(";;&") || self.take(";&") {
                falls = true;
            } else if !self.take(";;") && self.keyword() != "esac" {
                return Err(self.unexpected());
            }
        }
        self.expect("esac")?;
        Ok(if falls { CommandKind::Other } else { CommandKind::Case { word, arms } })
    }

    /// `a|b)`, possibly with a parenthesis in front.
    fn patterns(&mut self) -> Parsed<Vec<Word>> {
        self.take("(");
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            if self.ends_word() {
                return Err(self.unexpected());
            }
            patterns.push(self.word()?);
            self.blanks();
            if self.take(")") {
                return Ok(patterns);
            }
            if !self.take("|") {
                return Err(self.unexpected());
            }
        }
    }

    /// Runs beside the script; nothing is concluded from it.
    fn coprocess(&mut self) -> Parsed<CommandKind> {
        self.expect("coproc")?;
        self.blanks();
        let length = name_length(self.rest());
        let behind = self.rest().get(length..).unwrap_or_default();
        if length > 0 && behind.trim_start_matches([' ', '\t']).starts_with(['{', '(']) {
            self.at += length;
        }
        self.command()?;
        Ok(CommandKind::Other)
    }
}
