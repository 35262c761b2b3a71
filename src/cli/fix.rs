//! Makes fixes: in the files, in a stream, or as a diff.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::files;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::finding::{Report, Trouble};
use crate::lint::{Fixed, FixedFile};
use crate::report::shared::guard::CommandGuard;
use crate::report::shared::look::Look;
use crate::report::shared::root::{Root, Seen};
use crate::report::shared::{diff, fixes, line};
use crate::text::system;

/// Writes every file that has fixes. Where some could not be written, the report is of what is on disk, and tells so.
pub(super) fn write(fixed: Fixed) -> Report {
    let mut trouble = Vec::new();
    for file in &fixed.files {
        let Some(path) = &file.path else { continue };
        let Err(cause) = to_file(path, file) else { continue };
        let message = format!("its fixes could not be written: {cause}");
        trouble.push(Trouble { file: file.name.clone(), line: None, column: None, message });
    }
    if trouble.is_empty() {
        return fixed.report;
    }
    let unwritten: BTreeSet<String> = trouble.iter().map(|one| one.file.clone()).collect();
    let mut report = fixed.without(unwritten);
    report.trouble.extend(trouble);
    report.trouble.sort();
    report
}

/// Replaces a file by its new text, unless it is not what was linted any more.
fn to_file(path: &Path, file: &FixedFile) -> Result<(), String> {
    const CHANGED: &str = "it has changed meanwhile; run again";
    let of_file = |error: io::Error| match error.kind() {
        ErrorKind::NotFound => CHANGED.to_owned(),
        _ => format!("{}; check its permissions", system::words(&error)),
    };
    if std::fs::read(path).map_err(of_file)? != file.before.as_bytes() {
        return Err(CHANGED.to_owned());
    }
    // A directory that lets a file be replaced does not say that this one may be changed.
    OpenOptions::new().write(true).open(path).map_err(of_file)?;
    files::replace_own(path, |mut out| out.write_all(file.after.as_bytes()))
}
/// Prints what would change; the exit status is 1 if anything would.
pub(super) fn print(
    fixed: &Fixed,
    quiet: bool,
    look: &Look,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    *exit = match (fixed.report.trouble.as_slice(), fixed.files.as_slice()) {
        ([], []) => Exit::Clean,
        ([], _) => Exit::Findings,
        _ => Exit::Trouble,
    };
    for trouble in &fixed.report.trouble {
        writeln!(streams.err, "{}", line::trouble(trouble))?;
    }
    let mut out = CommandGuard::new(streams.out);
    for file in &fixed.files {
        diff::write(&from_here(&file.name), &file.before, &file.after, look, &mut out)?;
    }
    match (quiet, &fixed.report.fixes_made) {
        (false, Some(made)) => writeln!(streams.err, "{}", fixes::would(made)),
        _ => Ok(()),
    }
}

/// The name of a file below the working directory as seen from there, however it was given: whoever applies a diff
/// takes no other.
fn from_here(name: &str) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    match Root::new(&here, |_| None).see(name) {
        Seen::Below(path) => path,
        Seen::Elsewhere(_) => name.to_owned(),
    }
}
