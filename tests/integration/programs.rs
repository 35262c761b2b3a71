//! Programs of others: which are there, and scripts that stand in for them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::tool::{Run, say};

/// Where PATH leads to a program.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

/// Whether a program can be run, which its answer to these arguments shows; if not, says what is
/// therefore not tried.
pub(crate) fn is_there(program: &str, arguments: &[&str], untried: &str) -> bool {
    let ran = Run::program(program, Path::new(".")).args(arguments).end_if_there();
    let is_there = ran.is_some_and(|ran| ran.code() == 0);
    if !is_there {
        say(&format!("SKIPPED: {program} is not on PATH, so {untried}"));
    }
    is_there
}

pub(crate) fn has_kubectl(untried: &str) -> bool {
    is_there("kubectl", &["version", "--client"], untried)
}

pub(crate) fn has_helm(untried: &str) -> bool {
    is_there("helm", &["version"], untried)
}

/// PATH with these directories first.
pub(crate) fn path_with(directories: &[&Path]) -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let first = directories.iter().map(|directory| directory.to_path_buf());
    std::env::join_paths(first.chain(std::env::split_paths(&path))).unwrap()
}

/// Writes a script that can be run. Another process does: a child that a test beside this one forks would
/// hold a file open that is written here, and then nobody can run it (ETXTBSY).
#[cfg(unix)]
pub(crate) fn script(path: &Path, text: &str) {
    let write = r#"printf %s "$TEXT" > "$0" && chmod 755 "$0""#;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let written =
        std::process::Command::new("/bin/sh").args(["-c", write]).arg(path).env("TEXT", text).status();
    assert!(written.unwrap().success());
}
