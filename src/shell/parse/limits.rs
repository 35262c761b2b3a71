//! What is refused before the shell parser sees it: it recurses, and on some nestings it tries
//! every way of reading, which multiplies the work with each level.

use super::ParseError;

/// The largest script that is read, in bytes; real hooks stay below a few kilobytes.
const LARGEST: usize = 64 * 1024;
/// How deep a script may nest before reading it could exhaust the stack.
const DEEPEST: usize = 40;
/// How deep parentheses and substitutions may nest: the parser's work doubles with each.
pub(super) const DEEPEST_PARENTHESES: usize = 10;
/// How deep `case` may nest: the parser's work triples with each.
const DEEPEST_CASE: usize = 5;
/// How many `!` may stand in a row, and how many `&&` and `||` in one `[[ … ]]`.
const LONGEST_TEST: usize = 200;

/// Refuses what is too large or too deep to be read safely.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let refuse = |at, message: &str| Err(ParseError { at, message: message.to_owned(), broken: false });
    if text.len() > LARGEST {
        return refuse(0, "the script is too large to be read");
    }
    if let Some(at) = longest_number(text) {
        return refuse(at, "the script holds a number that is too long to be read");
    }
    if text.contains('\0') {
        return refuse(0, "the script holds a NUL byte");
    }
    match Scan::new(text).too_deep() {
        Some(at) => refuse(at, "the script is nested too deeply to be read"),
        None => Ok(()),
    }
}

/// Where a number stands that the shell parser would not survive: a file descriptor in front of a
/// redirection, or `~` with a number, of more digits than it expects.
fn longest_number(text: &str) -> Option<usize> {
    let mut start = None;
    for (at, byte) in text.bytes().chain([0]).enumerate() {
        if byte.is_ascii_digit() {
            start.get_or_insert(at);
        } else if let Some(first) = start.take() {
            let descriptor = at - first >= 10 && matches!(byte, b'<' | b'>');
            if descriptor || (at - first >= 19 && text.contains('~')) {
                return Some(first);
            }
        }
    }
    None
}

/// What is open at a place of the script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Parenthesis,
    Brace,
    DoubleQuote,
    Case,
    Compound,
}

/// A coarse reading of the script: quotes, brackets and the words that open something.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    open: Vec<Open>,
    /// The next word is in command position.
    command: bool,
    /// `!`, `&&` and `||` since the last newline or `;`.
    tests: usize,
}

impl<'a> Scan<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, open: Vec::new(), command: true, tests: 0 }
    }

    /// Where the script gets too deep.
    fn too_deep(mut self) -> Option<usize> {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            if self.open.last() == Some(&Open::DoubleQuote) {
                self.in_double_quotes(byte);
            } else {
                self.outside(byte);
            }
            self.at += 1;
            if self.over() {
                return Some(self.at.min(self.bytes.len()));
            }
        }
        None
    }

    fn over(&self) -> bool {
        let count = |kind| self.open.iter().filter(|open| **open == kind).count();
        self.open.len() > DEEPEST
            || self.tests > LONGEST_TEST
            || count(Open::Parenthesis) > DEEPEST_PARENTHESES
            || count(Open::Case) > DEEPEST_CASE
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn in_double_quotes(&mut self, byte: u8) {
        match byte {
            b'\\' => self.at += 1,
            b'"' => self.close(Open::DoubleQuote),
            b'$' if self.peek(1) == Some(b'(') => self.enter(Open::Parenthesis, 1),
            b'$' if self.peek(1) == Some(b'{') => self.enter(Open::Brace, 1),
            _ => {}
        }
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b'\\' => self.at += 1,
            b'\'' => self.skip_to(b'\''),
            b'"' => self.open.push(Open::DoubleQuote),
            b'#' if self.starts_comment() => {
                let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            }
            b'(' => self.enter(Open::Parenthesis, 0),
            // A pattern's closing parenthesis closes nothing.
            b')' => {
                self.close(Open::Parenthesis);
                self.command = true;
            }
            b'{' => self.enter(Open::Brace, 0),
            b'}' => self.close(Open::Brace),
            b';' => self.next_command(),
            // A line that ends in an operator goes on.
            b'\n' if !self.command => self.next_command(),
            b'&' | b'|' => {
                self.command = true;
                self.tests += 1;
            }
            b'!' => self.tests += 1,
            b' ' | b'\t' | b'\n' | b'`' => {}
            byte if byte.is_ascii_alphabetic() => self.word(),
            _ => self.command = false,
        }
    }

    fn next_command(&mut self) {
        self.command = true;
        self.tests = 0;
    }

    fn starts_comment(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.bytes.get(at));
        before.is_none_or(|byte| b" \t\n;&|()".contains(byte))
    }

    /// Reads a word, and takes note when it opens or closes a compound command.
    fn word(&mut self) {
        let start = self.at;
        while self.peek(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            self.at += 1;
        }
        if !self.command {
            return;
        }
        let word = self.bytes.get(start..=self.at).unwrap_or_default();
        self.command =
            matches!(word, b"if" | b"then" | b"elif" | b"else" | b"while" | b"until" | b"do" | b"coproc");
        match word {
            b"case" => self.open.push(Open::Case),
            b"if" | b"while" | b"until" | b"for" | b"coproc" => self.open.push(Open::Compound),
            b"esac" => self.close(Open::Case),
            b"fi" | b"done" => self.close(Open::Compound),
            _ => {}
        }
    }

    fn enter(&mut self, kind: Open, skipped: usize) {
        self.open.push(kind);
        self.at += skipped;
        self.command = true;
    }

    fn close(&mut self, kind: Open) {
        if self.open.last() == Some(&kind) {
            self.open.pop();
        }
    }

    fn skip_to(&mut self, end: u8) {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        self.at += rest.iter().position(|byte| *byte == end).map_or(rest.len(), |found| found + 1);
    }
}
