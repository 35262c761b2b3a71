//! Makes fixes: in the files, in a stream, or as a diff.

use std::io::{self, Write};
use std::path::Path;

use super::files;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::finding::{Report, Trouble};
use crate::lint::{Fixed, FixedFile};
use crate::report::shared::guard::CommandGuard;
use crate::report::shared::look::Look;
use crate::report::shared::{diff, fixes, line};
use crate::text::system;

/// Writes every file that has fixes, and tells in the report which ones could not be written.
pub(super) fn write(fixed: Fixed) -> Report {
    let Fixed { files, mut report, .. } = fixed;
    for file in &files {
        let Some(path) = &file.path else { continue };
        let Err(cause) = to_file(path, file) else { continue };
        let message = format!("its fixes could not be written: {cause}");
        report.trouble.push(Trouble { file: file.name.clone(), line: None, column: None, message });
        if let Some(made) = &mut report.fixes_made {
            made.files.remove(&file.name);
        }
    }
    report.trouble.sort();
    report
}

/// Replaces a file by its new text, unless it is not what was linted any more.
fn to_file(path: &Path, file: &FixedFile) -> Result<(), String> {
    let cause = |error: io::Error| format!("{}; {}", system::words(&error), files::next_step(path));
    if std::fs::read(path).map_err(cause)? != file.before.as_bytes() {
        return Err("it has changed meanwhile; run again".to_owned());
    }
    files::replace_own(path, |mut out| out.write_all(file.after.as_bytes())).map_err(cause)
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
        diff::write(&file.name, &file.before, &file.after, look, &mut out)?;
    }
    match (quiet, &fixed.report.fixes_made) {
        (false, Some(made)) => writeln!(streams.err, "{}", fixes::would(made)),
        _ => Ok(()),
    }
}
