//! What stands in an action: its keyword and its pipeline, as `text/template` reads them. Names of functions
//! are words; what they do is not known here.

/// Deeper than anyone writes parentheses.
const DEEPEST: usize = 40;

/// The fields behind a term: `.a.b`.
pub(super) type Fields = Vec<String>;

/// One operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// `.`, `.a.b`.
    Dot(Fields),
    /// `$`, `$x.a`: the name without its sign.
    Variable(String, Fields),
    /// `(…).a`.
    Group(Pipeline, Fields),
    /// A string.
    Text(String),
    /// A function, a number, `true`, `nil`.
    Word(String),
}

/// Commands, each with what is piped into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pipeline {
    /// The variables that it sets.
    pub(super) sets: Vec<String>,
    /// It sets variables that are there already.
    pub(super) assigns: bool,
    /// Each is a list of operands.
    pub(super) commands: Vec<Vec<Term>>,
}

/// What an action does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Statement {
    /// `if`, `with`, `range`.
    Open(Block, Pipeline),
    /// `else`, `else if`, `else with`.
    Else(Option<(Block, Pipeline)>),
    /// `end`.
    End,
    /// `define`, and `block`, which is written where it stands, with what it is given.
    Define(String, Option<Pipeline>),
    /// `template`: what another template makes of what it is given.
    Template(String, Pipeline),
    /// `$x := …`, `$x = …`: nothing is written.
    Set(Pipeline),
    /// What the pipeline makes is written.
    Output(Pipeline),
    /// `break`, `continue`, nothing.
    Nothing,
}

/// What opens a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// `if`.
    If,
    /// `with`.
    With,
    /// `range`.
    Range,
}

/// Reads what stands between the braces. What cannot be read is an empty pipeline, of which nothing is known.
pub(super) fn statement(text: &str) -> Statement {
    let mut reader = Reader { words: words(text), at: 0 };
    let pipeline = |reader: &mut Reader| reader.pipeline(0);
    let block = |word: &str| match word {
        "if" => Some(Block::If),
        "with" => Some(Block::With),
        "range" => Some(Block::Range),
        _ => None,
    };
    let keyword = match reader.peek() {
        Some(Lexeme::Word(word)) => word.clone(),
        None => return Statement::Nothing,
        Some(_) => String::new(),
    };
    if let Some(block) = block(&keyword) {
        reader.at += 1;
        return Statement::Open(block, pipeline(&mut reader));
    }
    match keyword.as_str() {
        "end" => Statement::End,
        "break" | "continue" => Statement::Nothing,
        "else" => {
            reader.at += 1;
            let further = match reader.peek() {
                Some(Lexeme::Word(word)) => block(word),
                _ => None,
            };
            reader.at += usize::from(further.is_some());
            Statement::Else(further.map(|block| (block, pipeline(&mut reader))))
        }
        "define" | "block" | "template" => {
            reader.at += 1;
            let Some(Lexeme::Text(name)) = reader.next() else { return Statement::Nothing };
            match keyword.as_str() {
                "define" => Statement::Define(name, None),
                "block" => Statement::Define(name, Some(pipeline(&mut reader))),
                _ => Statement::Template(name, pipeline(&mut reader)),
            }
        }
        _ => {
            let pipeline = pipeline(&mut reader);
            match pipeline.sets.is_empty() {
                true => Statement::Output(pipeline),
                false => Statement::Set(pipeline),
            }
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Lexeme {
    Word(String),
    Text(String),
    /// `.`, `.a`: one step; whether it stands right behind what is before it.
    Field(String, bool),
    Variable(String),
    Open,
    Close,
    Pipe,
    Comma,
    Declare,
    Assign,
}

fn words(text: &str) -> Vec<Lexeme> {
    let mut lexemes = Vec::new();
    let mut rest = text;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut is_joined = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let name = |text: &str| text.find(|c| !is_name(c)).unwrap_or(text.len());
        let (lexeme, length) = match c {
            '"' | '`' | '\'' => {
                let (text, length) = string(rest, c);
                (Some(Lexeme::Text(text)), length)
            }
            '.' => {
                let end = name(after);
                (Some(Lexeme::Field(after.get(..end).unwrap_or_default().to_owned(), is_joined)), 1 + end)
            }
            '$' => {
                let end = name(after);
                (Some(Lexeme::Variable(after.get(..end).unwrap_or_default().to_owned())), 1 + end)
            }
            '(' => (Some(Lexeme::Open), 1),
            ')' => (Some(Lexeme::Close), 1),
            '|' => (Some(Lexeme::Pipe), 1),
            ',' => (Some(Lexeme::Comma), 1),
            ':' if after.starts_with('=') => (Some(Lexeme::Declare), 2),
            '=' => (Some(Lexeme::Assign), 1),
            c if c.is_whitespace() => (None, c.len_utf8()),
            c => {
                let is_word = |c: char| is_name(c) || "-+.".contains(c);
                let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
                let length = c.len_utf8() + end;
                (Some(Lexeme::Word(rest.get(..length).unwrap_or_default().to_owned())), length)
            }
        };
        is_joined = lexeme.is_some();
        lexemes.extend(lexeme);
        rest = rest.get(length..).unwrap_or_default();
    }
    lexemes
}

/// A string, and how many bytes it takes. Of escapes only those are read that names may hold.
fn string(text: &str, quote: char) -> (String, usize) {
    let mut value = String::new();
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => {
                is_escaped = false;
                value.push(match c {
                    'n' => '\n',
                    't' => '\t',
                    c => c,
                });
            }
            '\\' if quote != '`' => is_escaped = true,
            c if c == quote => return (value, at + c.len_utf8()),
            c => value.push(c),
        }
    }
    (value, text.len())
}

struct Reader {
    words: Vec<Lexeme>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<&Lexeme> {
        self.words.get(self.at)
    }

    fn next(&mut self) -> Option<Lexeme> {
        let next = self.words.get(self.at).cloned();
        self.at += 1;
        next
    }

    fn pipeline(&mut self, depth: usize) -> Pipeline {
        let mut pipeline = Pipeline::default();
        self.declaration(&mut pipeline);
        let mut command = Vec::new();
        while let Some(lexeme) = self.next() {
            let term = match lexeme {
                Lexeme::Close => break,
                Lexeme::Pipe => {
                    pipeline.commands.push(std::mem::take(&mut command));
                    continue;
                }
                Lexeme::Comma | Lexeme::Declare | Lexeme::Assign => continue,
                Lexeme::Open if depth >= DEEPEST => continue,
                Lexeme::Open => {
                    let inner = self.pipeline(depth + 1);
                    Term::Group(inner, self.fields())
                }
                Lexeme::Field(name, _) => {
                    let mut fields: Fields = if name.is_empty() { Vec::new() } else { vec![name] };
                    fields.extend(self.fields());
                    Term::Dot(fields)
                }
                Lexeme::Variable(name) => Term::Variable(name, self.fields()),
                Lexeme::Text(text) => Term::Text(text),
                Lexeme::Word(word) => Term::Word(word),
            };
            command.push(term);
        }
        if !command.is_empty() {
            pipeline.commands.push(command);
        }
        pipeline
    }

    /// `$x :=`, `$x, $y :=`, `$x =`.
    fn declaration(&mut self, pipeline: &mut Pipeline) {
        let mut names = Vec::new();
        let mut at = self.at;
        while let Some(Lexeme::Variable(name)) = self.words.get(at) {
            names.push(name.clone());
            match self.words.get(at + 1) {
                Some(Lexeme::Comma) => at += 2,
                Some(sign @ (Lexeme::Declare | Lexeme::Assign)) => {
                    pipeline.assigns = *sign == Lexeme::Assign;
                    pipeline.sets = names;
                    self.at = at + 2;
                    return;
                }
                _ => return,
            }
        }
    }

    /// The fields that stand right behind what was read last.
    fn fields(&mut self) -> Fields {
        let mut fields = Vec::new();
        while let Some(Lexeme::Field(name, true)) = self.peek() {
            fields.extend((!name.is_empty()).then(|| name.clone()));
            self.at += 1;
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    fn output(text: &str) -> Vec<Vec<Term>> {
        let Statement::Output(pipeline) = statement(text) else { panic!("{text}") };
        pipeline.commands
    }

    #[test]
    fn a_pipeline_is_read_with_its_fields_groups_and_pipes() {
        assert_eq!(
            output(r#" .Values.image.tag | default $.Chart.AppVersion | quote "#),
            [
                vec![Term::Dot(names(&["Values", "image", "tag"]))],
                vec![
                    Term::Word("default".into()),
                    Term::Variable(String::new(), names(&["Chart", "AppVersion"]))
                ],
                vec![Term::Word("quote".into())],
            ]
        );
        let all = output(r#"include "a.b" (dict "x" .Values.a "y" .) "#);
        let [Term::Word(_), Term::Text(name), Term::Group(group, _)] = all[0].as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!((name.as_str(), group.commands[0].len()), ("a.b", 5));
        assert_eq!(output("(index .Values \"a-b\").c")[0].len(), 1);
    }

    #[test]
    fn keywords_open_and_close() {
        assert!(matches!(statement("if .a"), Statement::Open(Block::If, _)));
        assert!(matches!(statement(" else if .a "), Statement::Else(Some((Block::If, _)))));
        assert!(matches!(statement("else"), Statement::Else(None)));
        assert!(matches!(statement("end"), Statement::End));
        assert!(matches!(statement(r#"define "a""#), Statement::Define(_, None)));
        assert!(matches!(statement(r#"template "a" ."#), Statement::Template(_, _)));
        let Statement::Open(Block::Range, range) = statement("range $k, $v := .Values.x") else { panic!() };
        assert_eq!((range.sets, range.assigns), (names(&["k", "v"]), false));
        let Statement::Set(set) = statement("$x = .a") else { panic!() };
        assert!(set.assigns);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[-a-z.$()|:=,\"`'\\\\ 名]{0,60}") {
            statement(&text);
        }
    }

    #[test]
    fn many_parentheses_are_no_stack() {
        statement(&"(".repeat(100_000));
    }
}
