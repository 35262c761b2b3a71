//! Keeps words of a manifest from becoming commands of a CI system that reads our lines.
//!
//! GitHub Actions obeys a line that begins with `::`, whatever white space stands before it, and,
//! like Azure Pipelines and TeamCity, what follows `##[`, `##vso[` or `##teamcity[` anywhere.

use std::io::{self, Write};

/// Passes everything on but what such commands begin with.
pub(crate) struct CommandGuard<'a> {
    out: &'a mut dyn Write,
    state: State,
    instead: Instead,
}

/// What is written instead of the sign that makes a command.
#[derive(Debug, Clone, Copy)]
struct Instead {
    colon: &'static [u8],
    bracket: &'static [u8],
}

/// What people can read.
const ESCAPES: Instead = Instead { colon: b"\\u{3a}", bracket: b"\\u{5b}" };
/// What HTML and XML read as the same sign.
const REFERENCES: Instead = Instead { colon: b"&#58;", bracket: b"&#91;" };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but white space on this line so far.
    Start,
    /// In a line.
    Inside,
    /// After one `#`.
    Hash,
    /// After `##` and letters.
    Command,
}

impl<'a> CommandGuard<'a> {
    /// A guard before `out`.
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, state: State::Start, instead: ESCAPES }
    }

    /// A guard before `out` for HTML and XML, which mean the same with it.
    pub(crate) fn markup(out: &'a mut dyn Write) -> Self {
        Self { instead: REFERENCES, ..Self::new(out) }
    }
}

impl Write for CommandGuard<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (mut plain, mut at) = (0, 0);
        while let Some(byte) = bytes.get(at) {
            if self.state == State::Inside {
                // Most of a line means nothing, and is passed over at once.
                let rest = bytes.get(at..).unwrap_or_default();
                let Some(next) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | b'#')) else {
                    break;
                };
                if next > 0 {
                    at += next;
                    continue;
                }
            }
            let (next, instead) = step(self.state, *byte, self.instead);
            self.state = next;
            if let Some(instead) = instead {
                self.out.write_all(bytes.get(plain..at).unwrap_or_default())?;
                self.out.write_all(instead)?;
                plain = at + 1;
            }
            at += 1;
        }
        self.out.write_all(bytes.get(plain..).unwrap_or_default())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The next state, and what is written instead of the byte.
fn step(state: State, byte: u8, instead: Instead) -> (State, Option<&'static [u8]>) {
    match (state, byte) {
        (_, b'\n' | b'\r') => (State::Start, None),
        (State::Start, b':') => (State::Inside, Some(instead.colon)),
        (State::Command, b'[') => (State::Inside, Some(instead.bracket)),
        (State::Hash | State::Command, b'#') => (State::Command, None),
        (State::Command, letter) if letter.is_ascii_alphabetic() => (State::Command, None),
        (_, b'#') => (State::Hash, None),
        (State::Start, space) if space.is_ascii_whitespace() => (State::Start, None),
        _ => (State::Inside, None),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn guarded(parts: &[&str]) -> String {
        let mut out = Vec::new();
        let mut guard = CommandGuard::new(&mut out);
        parts.iter().for_each(|part| guard.write_all(part.as_bytes()).unwrap());
        guard.flush().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_cannot_begin_a_workflow_command() {
        assert_eq!(guarded(&["::error::x\n  ::add-mask::y\n"]), "\\u{3a}:error::x\n  \\u{3a}:add-mask::y\n");
        assert_eq!(guarded(&["a\n", ":", ":error::x"]), "a\n\\u{3a}:error::x");
    }

    #[test]
    fn the_old_commands_cannot_stand_anywhere() {
        assert_eq!(guarded(&["a ##[error]b ##vso[x]"]), "a ##\\u{5b}error]b ##vso\\u{5b}x]");
        assert_eq!(guarded(&["#", "##", "[error]"]), "###\\u{5b}error]");
    }

    #[test]
    fn markup_means_the_same_with_it() {
        let mut out = Vec::new();
        CommandGuard::markup(&mut out).write_all(b"<p>\n  ::error::x</p> ##[error]").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "<p>\n  &#58;:error::x</p> ##&#91;error]");
    }

    #[test]
    fn ordinary_text_passes() {
        let text = "## Heading\na: b::c # comment [x]\n- [ ] ::1\n#[derive]\n";
        assert_eq!(guarded(&[text]), text);
    }
}
