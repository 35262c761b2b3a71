//! A command line from the outside: whether it can run at all, and which shell reads it.

use super::invocation::{self, Invocation};
use super::machine;
use super::status::Status;
use super::time::Time;
use super::trace::{CommandLine, Failure, TextRef, Trace, Words};
use crate::kubernetes::images;
use crate::programs::{self, Dialect, Kind};

/// What a command line does.
pub(crate) fn trace(line: &CommandLine<'_>) -> Trace {
    let invocation = invocation::resolve(line.argv);
    if let Invocation::CannotRun { argument, range, reason } = invocation {
        return Trace::failed(Words::new(TextRef::Argument(argument), range), reason);
    }
    if let Some(failed) = without_shell(line) {
        return failed;
    }
    match invocation {
        _ if line.windows => Trace::of(Time::UNKNOWN),
        Invocation::OtherInterpreter { .. } => Trace::of(Time::UNKNOWN),
        // Braces expand or not, depending on what `sh` is in the image.
        Invocation::Script { dialect: Dialect::Sh, ref text, .. }
            if text.contains('{') && text.contains("..") =>
        {
            machine::run(line, false).or(machine::run(line, true))
        }
        Invocation::Script { dialect, .. } => machine::run(line, dialect == Dialect::Bash),
        Invocation::Program { argument } => with_lost_operator(line.argv, argument, machine::run(line, true)),
        _ => machine::run(line, true),
    }
}

impl Trace {
    /// It fails at once.
    pub(crate) fn failed(words: Words, reason: String) -> Self {
        Self { failure: Some(Failure { words, reason }), status: Status::NOT_FOUND, ..Self::of(Time::NONE) }
    }

    /// Either of two readings; the steps are those of the first.
    fn or(self, other: Self) -> Self {
        let is_shorter = other.time.shortest < self.time.shortest;
        let until_stop = match (self.until_stop, other.until_stop) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        let (time, status) = (self.time.or(other.time), self.status.or(other.status));
        let (waits, endless) =
            if is_shorter { (other.waits, other.endless) } else { (self.waits, self.endless) };
        Self {
            waits,
            endless,
            failure: self.failure.or(other.failure),
            stop: self.stop.or(other.stop),
            time,
            until_stop,
            status,
            ..self
        }
    }
}

/// Outside a shell `&&` and its like are arguments of the program, and what stands behind them
/// never runs (B4).
fn with_lost_operator(argv: &[String], program: usize, found: Trace) -> Trace {
    const OPERATORS: &[&str] = &["&&", "||", ";", "|", "&"];
    let operator =
        argv.iter().enumerate().skip(program + 1).find(|(_, text)| OPERATORS.contains(&text.as_str()));
    let Some((at, text)) = operator.filter(|_| found.time.known && found.failure.is_none()) else {
        return found;
    };
    let words = Words::new(TextRef::Argument(at), 0..text.len());
    let name = argv.get(program).map_or("", String::as_str);
    let reason = format!("`{text}` is an argument of `{name}` here: without a shell nothing behind it runs");
    // What is at fault decides, and not what is waited for.
    Trace { failure: Some(Failure { words, reason }), waits: Vec::new(), ..found }
}

/// In an image without a shell the usual tools are missing (I10, B28); the application's own
/// programs are not.
fn without_shell(line: &CommandLine) -> Option<Trace> {
    let reason = images::has_no_shell(line.image?, &line.knowledge.shell_less_images)?;
    let program = line.argv.first()?;
    let found = super::program_of(program)?;
    (found.kind != Kind::Product && programs::is_usual(found)).then(|| {
        let words = Words::new(TextRef::Argument(0), 0..program.len());
        Trace::failed(words, format!("`{program}` is not in the image: {reason}"))
    })
}
