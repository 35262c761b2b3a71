//! Writes the report to every place that was asked for.

use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::Lint;
use super::args_output::Output;
use super::files;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::finding::Report;
use crate::report::format::Format;
use crate::report::shared::guard::CommandGuard;
use crate::report::shared::look::Look;
use crate::report::shared::presentation::Presentation;
use crate::report::shared::root::Root;
use crate::text::{escape, system};

/// The variable that names the file of the job summary; GitHub's contract is to add to it.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Writes the report in the formats the user asked for.
pub(super) fn write(
    report: &Report,
    lint: &Lint,
    outputs: &[Output],
    quiet: bool,
    look: &Look,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    let show_suppressed = lint.output.show_suppressed;
    let how = Presentation {
        look: *look,
        quiet,
        show_suppressed,
        may_be_brief: lint.output.may_be_brief(),
        statistics: lint.output.statistics,
        root: Root::of_process(),
    };
    to_all(report, outputs, &how, streams, exit)
}

/// Writes files first: a reader of standard output that has read enough must not cost a file. A file
/// that cannot be written is trouble, and the others are written all the same.
fn to_all(
    report: &Report,
    outputs: &[Output],
    how: &Presentation,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    let in_file = Presentation { look: Look::PIPE, may_be_brief: false, ..how.clone() };
    for output in outputs {
        let Some(path) = &output.file else { continue };
        if let Err(cause) = to_file(path, output.format, report, &in_file) {
            *exit = Exit::Trouble;
            let name = path.to_string_lossy();
            writeln!(
                streams.err,
                "error: {} could not be written: {}; {}",
                escape::line(&name),
                system::words(&cause),
                files::next_step(path)
            )?;
        }
    }
    let to_stdout = outputs.iter().filter(|output| output.file.is_none());
    for Output { format, .. } in to_stdout {
        if format.is_text() {
            format.write(report, how, &mut CommandGuard::new(streams.out))?;
        } else {
            format.write(report, how, streams.out)?;
        }
    }
    Ok(())
}

fn to_file(path: &Path, format: Format, report: &Report, how: &Presentation) -> io::Result<()> {
    if is_summary(path, std::env::var_os(SUMMARY).as_deref()) {
        return written(OpenOptions::new().append(true).open(path)?, format, report, how);
    }
    files::replace(path, |file| written(file, format, report, how))
}

fn is_summary(path: &Path, summary: Option<&OsStr>) -> bool {
    let summary = summary.filter(|name| !name.is_empty()).map(PathBuf::from);
    summary
        .and_then(|summary| summary.canonicalize().ok())
        .is_some_and(|summary| path.canonicalize().is_ok_and(|path| path == summary))
}

fn written(file: impl Write, format: Format, report: &Report, how: &Presentation) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    format.write(report, how, &mut out)?;
    out.flush()
}
