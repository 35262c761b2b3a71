//! Does what the arguments say, and tells how it ended.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use super::args::{Cli, Command, Format, Lint};
use crate::exit::Exit;
use crate::explain::explain;
use crate::finding::Report;
use crate::lint::{self, Options};
use crate::report::look::{ColorChoice, Look};
use crate::report::{self, escape};
use crate::rules::RULES;

/// What the command line talks to.
pub struct Streams<'a> {
    /// The report.
    pub out: &'a mut dyn Write,
    /// Usage errors and notes.
    pub err: &'a mut dyn Write,
    /// How the report looks for a `--color`.
    pub look: &'a dyn Fn(ColorChoice) -> Look,
    /// The linter.
    pub lint: &'a dyn Fn(&Options) -> Report,
}

/// Runs the command line `arguments`, the first of which is the executable.
///
/// A closed pipe is no trouble: whoever read the output has read enough.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Exit {
    let mut exit = Exit::Clean;
    let done = match Cli::try_parse_from(arguments) {
        Ok(cli) => command(cli, streams, &mut exit),
        Err(error) => usage(&error, streams, &mut exit),
    };
    match done.and_then(|()| streams.out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            // Nothing is left to be told if standard error is gone as well.
            let _ = writeln!(streams.err, "error: the output could not be written: {error}");
            Exit::Trouble
        }
    }
}

/// `exit` is set before anything is written, so that a closed pipe does not change it.
fn command(cli: Cli, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let look = (streams.look)(cli.color);
    match cli.command {
        None => {
            let help = Cli::command().render_help();
            print(&help, &look, streams.out)
        }
        Some(Command::Lint(lint)) => run_lint(&lint, &look, streams, exit),
        Some(Command::Explain { rule }) => match explain(&rule, &look) {
            Ok(page) => streams.out.write_all(page.as_bytes()),
            Err(error) => {
                *exit = Exit::Trouble;
                writeln!(streams.err, "error: {error}")
            }
        },
        Some(Command::Rules { output: Format::Human }) => report::rules::human(RULES, &look, streams.out),
        Some(Command::Rules { output: Format::Json }) => report::rules::json(RULES, streams.out),
        Some(Command::Completion { shell }) => {
            // clap_complete panics on a write error, so it gets a buffer that has none.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "kubectl-lifecycle", &mut script);
            streams.out.write_all(&script)
        }
    }
}

fn run_lint(lint: &Lint, look: &Look, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let report = (streams.lint)(&lint.options());
    *exit = Exit::of(&report, lint.fail_on.into());
    if lint.verbose {
        report.notes.iter().try_for_each(|note| writeln!(streams.err, "note: {}", escape::line(note)))?;
    }
    match lint.output {
        Format::Human => report::human::write(&report, look, lint.quiet, streams.out),
        Format::Json => report::json::write(&report, streams.out),
    }
}

/// Help and version are what was asked for; the rest is bad usage.
fn usage(error: &clap::Error, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let look = (streams.look)(ColorChoice::Auto);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print(&error.render(), &look, streams.out),
        _ => {
            *exit = Exit::Trouble;
            // Standard error may not be a terminal when standard output is: no colours there.
            write!(streams.err, "{}", error.render())
        }
    }
}

fn print(text: &clap::builder::StyledStr, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if look.color { write!(out, "{}", text.ansi()) } else { write!(out, "{text}") }
}

impl Streams<'_> {
    /// Runs the process's own command line on its standard streams.
    pub fn of_process() -> Exit {
        let mut out = io::BufWriter::new(io::stdout().lock());
        let mut err = io::stderr().lock();
        let mut streams = Streams { out: &mut out, err: &mut err, look: &Look::of_stdout, lint: &lint::lint };
        run(std::env::args_os(), &mut streams)
    }
}
