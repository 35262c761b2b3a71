//! The programs that read scripts: POSIX shells and their dialects, and others.

/// Which shell reads a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// bash, zsh, ksh: braces expand.
    Bash,
    /// dash or busybox: braces stand for themselves.
    Posix,
    /// `sh`: one or the other, depending on the image.
    Sh,
}

const SHELLS: &[(&str, Dialect)] = &[
    ("sh", Dialect::Sh),
    ("bash", Dialect::Bash),
    ("ksh", Dialect::Bash),
    ("mksh", Dialect::Bash),
    ("zsh", Dialect::Bash),
    ("dash", Dialect::Posix),
    ("ash", Dialect::Posix),
];

const WINDOWS_SHELLS: &[&str] = &["cmd", "powershell", "pwsh"];
const OTHER_INTERPRETERS: &[&str] = &[
    "python", "python2", "python3", "perl", "node", "ruby", "php", "lua", "deno", "bun", "tclsh", "java",
    "fish", "csh", "tcsh",
];

/// The last part of a program's path.
pub(crate) fn base_name(program: &str) -> &str {
    program.rsplit(['/', '\\']).next().unwrap_or(program)
}

/// The dialect of a shell.
pub(crate) fn shell(program: &str) -> Option<Dialect> {
    let name = base_name(program);
    SHELLS.iter().find(|(shell, _)| *shell == name).map(|(_, dialect)| *dialect)
}

/// An interpreter that is no POSIX shell: its name, and whether it is a shell of Windows.
pub(crate) fn other_interpreter(program: &str) -> Option<(String, bool)> {
    let lower = base_name(program).to_ascii_lowercase();
    let name = lower.strip_suffix(".exe").unwrap_or(&lower);
    let windows = WINDOWS_SHELLS.contains(&name);
    let other = OTHER_INTERPRETERS.contains(&name) || name.starts_with("python3.");
    (windows || other).then(|| (name.to_owned(), windows))
}

/// The name is that of a shell.
pub(crate) fn is_shell(name: &str) -> bool {
    shell(name).is_some()
}
