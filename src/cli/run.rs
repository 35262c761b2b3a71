//! Does what the arguments say, and tells how it ended.

use std::ffi::OsString;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use super::args::{Cli, Command, Completer, Lint};
use super::baseline;
use super::choices::ListFormat;
use super::complete;
use super::configured::{self, Configured};
use super::fix;
use super::man;
use super::meant;
use super::output;
use super::progress::Progress;
use super::streams::Streams;
use super::timeline;
use crate::cli::exit::Exit;
use crate::cli::explain::explain;
use crate::finding::Report;
use crate::lint::{self, Fixed, Input, Options};
use crate::project::changes;
use crate::report::shared::look::{ColorChoice, Look};
use crate::report::{self};
use crate::rules::RULES;
use crate::text::{escape, system};

/// Runs the command line `arguments`, the first of which is the executable.
///
/// A closed pipe is no trouble: whoever read the output has read enough.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: &mut Streams<'_>) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let mut exit = Exit::Clean;
    let done = match complete::asked(&arguments) {
        Some(words) => streams.out.write_all(complete::answer(Cli::command(), words).as_bytes()),
        None => match parse(&arguments, (streams.look)(ColorChoice::Auto).width) {
            Ok(cli) => command(cli, streams, &mut exit),
            Err(error) => usage(&error, streams, &mut exit),
        },
    };
    match done.and_then(|()| streams.out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            // Nothing is left to be told if standard error is gone as well.
            let _ =
                writeln!(streams.err, "error: the output could not be written: {}", system::words(&error));
            Exit::Trouble
        }
    }
}

/// Reads the arguments; help is as wide as any other output.
fn parse(arguments: &[OsString], width: usize) -> Result<Cli, clap::Error> {
    let matches = Cli::command().term_width(width).try_get_matches_from(arguments);
    let matches = matches.map_err(|error| meant::explained(error, arguments, &Cli::command()))?;
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
        Some(Command::Timeline(show)) => timeline::run(&show, &look, streams, exit),
        Some(Command::Explain { rule }) => match explain(&rule, &look) {
            Ok(page) => streams.out.write_all(page.as_bytes()),
            Err(error) => {
                *exit = Exit::Trouble;
                writeln!(streams.err, "error: {error}")
            }
        },
        Some(Command::Rules { output: ListFormat::Human }) => report::rules::human(RULES, &look, streams.out),
        Some(Command::Rules { output: ListFormat::Json }) => report::rules::json(RULES, streams.out),
        Some(Command::Config(show)) => configured::show(&show, &look, streams, exit),
        Some(Command::Completion { completer }) => streams.out.write_all(completion(completer).as_bytes()),
        Some(Command::Man { directory: None }) => man::page(Cli::command(), streams.out),
        Some(Command::Man { directory: Some(directory) }) => man::directory(Cli::command(), &directory)
            .or_else(|error| {
                *exit = Exit::Trouble;
                let place = escape::line(&directory.to_string_lossy()).into_owned();
                writeln!(
                    streams.err,
                    "error: the pages could not be written into {place}: {}",
                    system::words(&error)
                )
            }),
    }
}

fn run_lint(lint: &Lint, look: &Look, streams: &mut Streams<'_>, exit: &mut Exit) -> io::Result<()> {
    *exit = Exit::Trouble;
    let outputs = match lint.output.plan(Cli::command()) {
        Ok(outputs) => outputs,
        Err(error) => return usage(&error, streams, exit),
    };
    let Configured { options, fail_on, notes } = match configured::configure(lint) {
        Ok(configured) => configured,
        Err(trouble) => return configured::refuse(trouble, lint, &outputs, look, streams, exit),
    };
    let options = match with_files(lint, options) {
        Ok(options) => options,
        Err(error) => return writeln!(streams.err, "error: {}", escape::line(&error)),
    };
    let progress = Progress::of(&options.meter, lint.wants_progress(&outputs));
    let done = match lint.fixes.wanted() {
        None => guarded(|| (streams.lint)(&options)).map(Done::Linted),
        Some(which) => guarded(|| lint::fixed(&options, which)).map(Done::Fixed),
    };
    drop(progress);
    let (mut report, text) = match done {
        None => return writeln!(streams.err, "{BUG}"),
        Some(Done::Linted(report)) => (report, None),
        Some(Done::Fixed(fixed)) if lint.fixes.diff => {
            return fix::print(&fixed, lint.quiet, look, streams, exit);
        }
        Some(Done::Fixed(fixed)) => {
            // Of one that is no text nothing comes out, and no report either.
            let text =
                options.inputs.contains(&Input::Stdin).then(|| fixed.stdin.clone().unwrap_or_default());
            (fix::write(fixed), text)
        }
    };
    report.notes.splice(0..0, notes);
    match baseline::write(&lint.baseline, options.baseline.as_ref(), &mut report) {
        Ok(None) => {}
        Ok(Some(said)) => writeln!(streams.err, "{}", escape::line(&said))?,
        Err(error) => return writeln!(streams.err, "error: {}", escape::line(&error)),
    }
    *exit = Exit::of(&report, fail_on);
    if lint.verbose {
        // Notes that cannot be written must not cost the report.
        let _ =
            report.notes.iter().try_for_each(|note| writeln!(streams.err, "note: {}", escape::line(note)));
    }
    let Some(text) = text else {
        return output::write(&report, lint, &outputs, lint.quiet, look, streams, exit);
    };
    // The text takes standard output, so the report goes where it can be told apart.
    streams.out.write_all(text.as_bytes())?;
    let mut told = Vec::new();
    let mut aside = Streams { out: &mut told, err: streams.err, look: streams.look, lint: streams.lint };
    output::write(&report, lint, &outputs, lint.quiet, &Look::PIPE, &mut aside, exit)?;
    streams.err.write_all(&told)
}

/// What came of a run.
enum Done {
    Linted(Report),
    Fixed(Fixed),
}

/// The options with what lies in git and in the baseline.
fn with_files(lint: &Lint, options: Options) -> Result<Options, String> {
    if let Some(misuse) = lint.input.misuse() {
        return Err(misuse.to_owned());
    }
    let since = lint.scope.changed_since.as_deref();
    let changes = since.map(|revision| changes::since(revision, Path::new(".")));
    let changes = changes.transpose().map_err(|error| error.to_string())?;
    Ok(Options { changes, baseline: baseline::read(&lint.baseline)?, ..options })
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
pub(super) const BUG: &str = "error: this is a bug in kubectl lifecycle, and not in your manifests; please report it with \
    the message above. Linting fewer files at once finds the one that causes it.";

/// Lints; `None` after a panic, whose message then stands on standard error. The exit status must
/// not be Rust's 101: only 0, 1 and 2 have a meaning.
fn guarded<T>(lint: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(lint)).ok()
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
