//! The programs that read scripts, and what the first line of a script file asks for.

use super::invocation;
use crate::programs::{self, Dialect, Runs};

/// The dialect of a shell.
pub(crate) fn shell(program: &str) -> Option<Dialect> {
    match programs::find(programs::base_name(program))?.runs {
        Runs::Shell(dialect) => Some(dialect),
        _ => None,
    }
}

/// The name is that of a shell.
pub(crate) fn is_shell(name: &str) -> bool {
    shell(name).is_some()
}

/// An interpreter that is no POSIX shell: its name, and whether it is a shell of Windows.
pub(crate) fn other_interpreter(program: &str) -> Option<(String, bool)> {
    let lower = programs::base_name(program).to_ascii_lowercase();
    let name = lower.strip_suffix(".exe").unwrap_or(&lower);
    let known = if name.starts_with("python3.") { "python3" } else { name };
    match programs::find(known)?.runs {
        Runs::Interpreter { windows } => Some((name.to_owned(), windows)),
        _ => None,
    }
}

/// What the first line of a script file asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FirstLine {
    /// It names a program that is no POSIX shell.
    pub(super) is_foreign: bool,
    /// `-e`
    pub(super) errexit: bool,
    /// `-o pipefail`
    pub(super) pipefail: bool,
}

/// Reads the `#!` of a script.
pub(super) fn first_line(text: &str) -> FirstLine {
    let Some(line) = text.lines().next().and_then(|line| line.strip_prefix("#!")) else {
        return FirstLine::default();
    };
    let mut words = line.split_whitespace().filter(|word| programs::base_name(word) != "env").peekable();
    // `env -S` passes on what stands behind it.
    while words.peek().is_some_and(|word| word.starts_with('-')) {
        words.next();
    }
    let is_foreign = words.next().is_some_and(|program| shell(program).is_none());
    let options: Vec<Option<&str>> = words.map(Some).collect();
    match invocation::shell_call(&options) {
        Some(call) => FirstLine { is_foreign, errexit: call.errexit, pipefail: call.pipefail },
        None => FirstLine { is_foreign, ..FirstLine::default() },
    }
}
