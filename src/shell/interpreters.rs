//! The programs that read scripts.

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
