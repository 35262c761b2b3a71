//! A command line from the outside: whether it can run at all, and which shell reads it.

use super::invocation::{self, Invocation};
use super::machine;
use super::status::Status;
use super::time::Time;
use super::trace::{CommandLine, Failure, Flaw, TextRef, Trace, Words};
use crate::kubernetes::images;
use crate::programs::{self, Dialect, Kind, OnFiles, Strays};
use crate::text::placeholder::is_filled_in;

/// What a command line does.
pub(crate) fn trace(line: &CommandLine<'_>) -> Trace {
    let invocation = invocation::resolve(line.argv);
    if let Invocation::CannotRun { argument, range, reason } = invocation {
        // There a blank may stand in the name of a program.
        if line.windows {
            return Trace::of(Time::UNKNOWN);
        }
        return Trace::failed(Flaw::Program, Words::new(TextRef::Argument(argument), range), reason);
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
        Invocation::Program { argument } => with_lost_operator(line, argument, machine::run(line, true)),
        _ => machine::run(line, true),
    }
}

impl Trace {
    /// It fails at once.
    pub(crate) fn failed(flaw: Flaw, words: Words, reason: String) -> Self {
        let failure = Some(Failure { flaw, words, reason });
        Self { fatal: failure.clone(), failure, status: Status::NOT_FOUND, ..Self::of(Time::NONE) }
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
            fatal: self.fatal.filter(|_| other.fatal.is_some()),
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
fn with_lost_operator(line: &CommandLine<'_>, program: usize, found: Trace) -> Trace {
    const OPERATORS: &[&str] = &["&&", "||", ";", "|", "&"];
    if found.failure.is_some() {
        return found;
    }
    if let Some(refused) = refused(line, program, found.fatal.as_ref()) {
        let failure = Some(refused);
        return Trace {
            fatal: failure.clone(),
            failure,
            status: Status::FAILURE,
            waits: Vec::new(),
            ..found
        };
    }
    let argv = line.argv;
    let operator =
        argv.iter().enumerate().skip(program + 1).find(|(_, text)| OPERATORS.contains(&text.as_str()));
    let Some((at, text)) = operator.filter(|_| found.time.known) else { return found };
    let words = Words::new(TextRef::Argument(at), 0..text.len());
    let name = argv.get(program).map_or("", String::as_str);
    let reason = format!("`{text}` is an argument of `{name}` here: without a shell nothing behind it runs");
    // What is at fault decides, and not what is waited for.
    Trace { failure: Some(Failure { flaw: Flaw::Stray, words, reason }), waits: Vec::new(), ..found }
}

/// The first word for a shell among the arguments of a program that fails on it; `fatal` is what it fails by
/// anyway.
fn refused(line: &CommandLine<'_>, program: usize, fatal: Option<&Failure>) -> Option<Failure> {
    let (name, arguments) = (line.argv.get(program)?, line.argv.get(program + 1..)?);
    let strays = super::program_of(name)?.strays;
    let forces = arguments.iter().any(|text| text == "--force" || is_flag(text, 'f'));
    let takes = match strays {
        Strays::Taken => fatal.is_none(),
        // `rm -f` does not mind what is not there.
        Strays::Refused => forces && super::program_of(name)?.files == OnFiles::Removes,
        // Of `curl URL && sleep 10` that is `10`, at which nobody answers.
        Strays::LastDecides => !arguments.last().is_some_and(|last| is_no_address(last)),
        Strays::RefusedBeforeLast | Strays::OperatorsRefused => false,
    };
    if takes {
        return None;
    }
    let is_stray = |(at, text): &(usize, &String)| {
        let is_last = at + 1 == arguments.len() && strays == Strays::RefusedBeforeLast;
        let is_expanded = || {
            !matches!(strays, Strays::OperatorsRefused | Strays::LastDecides) && names_a_variable(text, line)
        };
        !is_last && !is_filled_in(text) && (is_operator(text) || is_expanded())
    };
    let (at, text) = arguments.iter().enumerate().find(is_stray)?;
    let argument = program + 1 + at;
    let words = Words::new(TextRef::Argument(argument), 0..text.len());
    let why = match fatal {
        Some(fatal) => format!(", which fails: {}", fatal.reason),
        None => ", which fails on it".to_owned(),
    };
    let reason = format!("no shell reads the command, so `{text}` is an argument of `{name}`{why}");
    Some(Failure { flaw: Flaw::Stray, words, reason })
}

/// What a shell reads as the end of a command, as a pipe or as a redirection.
fn is_operator(text: &str) -> bool {
    const WHOLE: &[&str] = &["&&", "||", ";", "|", "&", ">", ">>", "<", "2>", "&>", "2>&1"];
    const STARTS: &[&str] = &[">/", ">>/", "2>/", "&>/", ">&"];
    WHOLE.contains(&text)
        || STARTS.iter().any(|start| text.starts_with(start))
        || (text.len() > 1
            && text.ends_with(';')
            && !text.ends_with("\\;")
            && !text.contains(char::is_whitespace))
}

/// What ends a command, and is the name of no server.
fn is_no_address(text: &str) -> bool {
    text == "true" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Short options that hold this letter.
fn is_flag(text: &str, letter: char) -> bool {
    text.starts_with('-') && !text.starts_with("--") && text.contains(letter)
}

/// `$NAME`, `${NAME}` or `$(NAME)`, where the container has a variable of that name: neither the kubelet nor the
/// program puts its value there (fact B5).
fn names_a_variable(text: &str, line: &CommandLine<'_>) -> bool {
    // What every container has.
    const ALWAYS: &[&str] = &["HOME", "HOSTNAME", "PATH"];
    text.split('$').skip(1).any(|rest| {
        let rest = rest.trim_start_matches(['{', '(']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default();
        ALWAYS.contains(&name) || line.env.contains_key(name)
    })
}

/// In an image without a shell the usual tools are missing (I10, B28); the application's own
/// programs are not.
fn without_shell(line: &CommandLine) -> Option<Trace> {
    let program = line.argv.first()?;
    let found = super::program_of(program).filter(|found| programs::is_usual(found))?;
    let name = programs::base_name(program);
    let reason = images::lacks(line.image?, name, &line.knowledge.images)?;
    // Words of the shell have been told already.
    (found.kind == Kind::Tool).then(|| {
        let words = Words::new(TextRef::Argument(0), 0..program.len());
        Trace::failed(Flaw::Image, words, format!("`{program}` is not in the image: {reason}"))
    })
}
