//! Does what the arguments say, and tells how it ended.

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::args::{Cli, Command, Completer, Format, Lint};
use super::{complete, man};
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
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut exit = Exit::Clean;
    let done = match complete::asked(&arguments) {
        Some(words) => streams.out.write_all(complete::answer(Cli::command(), words).as_bytes()),
        None => match parse(arguments, (streams.look)(ColorChoice::Auto).width) {
            Ok(cli) => command(cli, streams, &mut exit),
            Err(error) => usage(&error, streams, &mut exit),
        },
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

/// Reads the arguments; help is as wide as any other output.
fn parse(arguments: impl IntoIterator<Item = OsString>, width: usize) -> Result<Cli, clap::Error> {
    let matches = Cli::command().term_width(width).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// `exit` is set before anything is written, so that a closed pipe does not change it.
fn command(cli: Cli, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let look = (streams.look)(cli.color);
    match cli.command {
        None => {
            let help = Cli::command().term_width(look.width).render_help();
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
        Some(Command::Completion { completer }) => streams.out.write_all(completion(completer).as_bytes()),
        Some(Command::Man { directory: None }) => man::page(Cli::command(), streams.out),
        Some(Command::Man { directory: Some(directory) }) => man::directory(Cli::command(), &directory)
            .or_else(|error| {
                *exit = Exit::Trouble;
                let place = escape::line(&directory.to_string_lossy()).into_owned();
                writeln!(streams.err, "error: the pages could not be written into {place}: {error}")
            }),
    }
}

fn run_lint(lint: &Lint, look: &Look, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let Some(report) = guarded(streams.lint, &lint.options()) else {
        *exit = Exit::Trouble;
        return writeln!(streams.err, "{BUG}");
    };
    *exit = Exit::of(&report, lint.fail_on.into());
    if lint.verbose {
        // Notes that cannot be written must not cost the report.
        let _ =
            report.notes.iter().try_for_each(|note| writeln!(streams.err, "note: {}", escape::line(note)));
    }
    match lint.output {
        Format::Human => report::human::write(&report, look, lint.quiet, streams.out),
        Format::Json => report::json::write(&report, streams.out),
    }
}

/// The completion script of a shell, or the program that kubectl asks.
fn completion(completer: Completer) -> String {
    let Some(shell) = completer.shell() else { return complete::KUBECTL_SHIM.to_owned() };
    // clap_complete panics on a write error, so it gets a buffer that has none.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "kubectl-lifecycle", &mut script);
    // Its bash script writes the hyphen of the executable's name in two ways (4.6.11), and so never
    // finds the subcommands. Other shells' scripts do not hold the words that are mended here.
    String::from_utf8_lossy(&script).replace("kubectl__subcmd__lifecycle", "kubectl__lifecycle")
}

/// What the user can do about a panic, which is never the manifest's fault.
const BUG: &str = "error: this is a bug in kubectl lifecycle, and not in your manifests; please report it with \
    the message above. Linting fewer files at once finds the one that causes it.";

/// Lints; `None` after a panic, whose message then stands on standard error. The exit status must
/// not be Rust's 101: only 0, 1 and 2 have a meaning.
fn guarded(lint: &dyn Fn(&Options) -> Report, options: &Options) -> Option<Report> {
    panic::catch_unwind(AssertUnwindSafe(|| lint(options))).ok()
}

/// Help and version are what was asked for; the rest is bad usage.
fn usage(error: &clap::Error, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    let look = (streams.look)(ColorChoice::Auto);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => print(&error.render(), &look, streams.out),
        _ => {
            *exit = Exit::Trouble;
            // Standard error may not be a terminal when standard output is: no colours there.
            write!(streams.err, "{}", escape::block(&error.render().to_string()))
        }
    }
}

fn print(text: &clap::builder::StyledStr, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    if look.color { write!(out, "{}", text.ansi()) } else { write!(out, "{text}") }
}

/// Runs the process's own command line on its standard streams.
pub fn main() -> Exit {
    // Not locked: a thread that panics while this one waits for it writes to standard error too.
    let mut out = io::BufWriter::new(io::stdout());
    let mut err = io::stderr();
    let mut streams = Streams { out: &mut out, err: &mut err, look: &Look::of_stdout, lint: &lint::lint };
    run(std::env::args_os(), &mut streams)
}
