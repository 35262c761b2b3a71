//! The first line of a script file.

use super::interpreters::shell;
use super::invocation;
use crate::programs;

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
