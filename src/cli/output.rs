//! Writes the report to every place that was asked for.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args_output::Output;
use super::run::Streams;
use crate::exit::Exit;
use crate::finding::Report;
use crate::report::escape;
use crate::report::format::{Format, Presentation};
use crate::report::guard::Guard;
use crate::report::look::Look;

/// The variable that names the file of the job summary; GitHub's contract is to add to it.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Writes files first: a reader of standard output that has read enough must not cost a file. A file
/// that cannot be written is trouble, and the others are written all the same.
pub(super) fn write(
    report: &Report,
    outputs: &[Output],
    how: &Presentation,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    let in_file = Presentation { look: Look::PIPE, ..how.clone() };
    for output in outputs {
        let Some(path) = &output.file else { continue };
        if let Err(cause) = to_file(path, output.format, report, &in_file) {
            *exit = Exit::Trouble;
            let name = path.to_string_lossy();
            writeln!(
                streams.err,
                "error: {} could not be written: {cause}; {}",
                escape::line(&name),
                next_step(path)
            )?;
        }
    }
    let to_stdout = outputs.iter().filter(|output| output.file.is_none());
    for Output { format, .. } in to_stdout {
        if format.is_text() {
            format.write(report, how, &mut Guard::new(streams.out))?;
        } else {
            format.write(report, how, streams.out)?;
        }
    }
    Ok(())
}

fn next_step(path: &Path) -> &'static str {
    let folder = folder(path);
    if path.is_dir() {
        "it is a directory, name a file in it"
    } else if !folder.is_dir() {
        "create its directory first"
    } else {
        "check the permissions of its directory"
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn to_file(path: &Path, format: Format, report: &Report, how: &Presentation) -> io::Result<()> {
    // A symbolic link stays one: what it leads to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match fs::metadata(&path) {
        Ok(there) if there.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        // A pipe or a device, such as /dev/stderr, cannot be replaced.
        Ok(there) if !there.is_file() => {
            written(OpenOptions::new().write(true).open(&path)?, format, report, how)
        }
        Ok(_) if is_summary(&path, std::env::var_os(SUMMARY).as_deref()) => {
            written(OpenOptions::new().append(true).open(&path)?, format, report, how)
        }
        Ok(there) => replaced(&path, Some(there.permissions()), format, report, how),
        Err(_) => replaced(&path, None, format, report, how),
    }
}

fn is_summary(path: &Path, summary: Option<&OsStr>) -> bool {
    let summary = summary.filter(|name| !name.is_empty()).map(PathBuf::from);
    summary.and_then(|summary| summary.canonicalize().ok()).is_some_and(|summary| summary == path)
}

/// Whoever reads the file sees the old one or the new one, never half of it.
fn replaced(
    path: &Path,
    old: Option<Permissions>,
    format: Format,
    report: &Report,
    how: &Presentation,
) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kubectl-lifecycle-");
    permissions(old).into_iter().for_each(|permissions| {
        builder.permissions(permissions);
    });
    let file = builder.tempfile_in(folder(path))?;
    written(file.as_file(), format, report, how)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The file's own permissions, or those of any new file, less the user's umask: a temporary file
/// would be for the user alone.
#[cfg(unix)]
fn permissions(old: Option<Permissions>) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    old.or_else(|| Some(Permissions::from_mode(0o666)))
}

#[cfg(not(unix))]
fn permissions(_: Option<Permissions>) -> Option<Permissions> {
    None
}

fn written(file: impl Write, format: Format, report: &Report, how: &Presentation) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    format.write(report, how, &mut out)?;
    out.flush()
}
