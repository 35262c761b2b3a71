//! How long a hook takes: its script is run on what is known about values, not on a machine.
//!
//! The result is an interval. Where a command can go either way both ways are followed and joined;
//! loops are unrolled as long as their variables change, and are waits without bound otherwise.

mod arithmetic;
mod expand;
mod expression;
mod loops;
mod output;
mod run;
mod simple;
mod special;
mod state;
mod test;

use std::collections::BTreeMap;
use std::ops::Range;

use super::Knowledge;
use super::commands;
use super::interpreters::{self, Dialect};
use super::invocation::{self, Invocation};
pub(crate) use super::time::{Longest, Time};
use crate::kubernetes::images;

/// The environment of the container: a variable's value, or `None` when it is set to something
/// nobody knows. Names that are missing may be set by the image, so they are unknown as well.
pub(crate) type Env = BTreeMap<String, Option<String>>;

/// An exec hook and what it runs in.
#[derive(Clone, Copy)]
pub(crate) struct HookCommand<'a> {
    /// The `command`.
    pub argv: &'a [String],
    /// The container's variables.
    pub env: &'a Env,
    /// The container's image.
    pub image: Option<&'a str>,
    /// The text of a file of the container, by its path, when a ConfigMap of the set holds it.
    pub files: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The container runs Windows.
    pub windows: bool,
    /// What the user knows about programs and images.
    pub knowledge: &'a Knowledge,
}

/// Which text a range belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextRef {
    /// An item of the hook's `command`.
    Argument(usize),
    /// A file of the container, by its path.
    File(String),
}

/// Some words of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// Where they stand.
    pub text: TextRef,
    /// Which bytes.
    pub range: Range<usize>,
}

/// A command that takes time, or may.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The command.
    pub words: Words,
    /// The words that decide how long it takes: the operands of a sleep.
    pub decisive: Words,
    /// What it is, for people: `sleep 30`.
    pub what: String,
    /// How long it takes each time.
    pub time: Time,
}

/// Why a command takes no time: it cannot do what it is meant to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The words at fault.
    pub words: Words,
    /// Why, as a clause: "`10m30` is no time that sleep understands".
    pub reason: String,
}

/// How long a hook takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Duration {
    /// The shortest time in seconds; infinite when it certainly never ends by itself.
    pub shortest: f64,
    /// The longest time.
    pub longest: Longest,
    /// False when an unknown program takes part: `shortest` then counts only what is known.
    pub known: bool,
    /// The shortest time in seconds before the hook itself tells the server to stop (B34); the same
    /// as `shortest` when it does not.
    pub until_stop: f64,
    /// The command that tells the server to stop, when that is before the end.
    pub stop: Option<Words>,
    /// The words that decide: the command that cannot run, the loop, the sleep's operands.
    pub decisive: Option<Words>,
    /// The commands that take time, in the order of the text.
    pub parts: Vec<Part>,
    /// The first command that fails where it was meant to wait.
    pub failure: Option<Failure>,
}

impl Duration {
    /// It certainly goes on until the grace period cuts it.
    pub(crate) fn never_ends(&self) -> bool {
        self.shortest.is_infinite()
    }

    fn unknown() -> Self {
        Self::of(Time::UNKNOWN)
    }

    fn of(time: Time) -> Self {
        Self {
            shortest: time.shortest,
            longest: time.longest,
            known: time.known,
            until_stop: time.shortest,
            stop: None,
            decisive: None,
            parts: Vec::new(),
            failure: None,
        }
    }

    fn failed(words: Words, reason: String) -> Self {
        let failure = Failure { words: words.clone(), reason };
        Self { decisive: Some(words), failure: Some(failure), ..Self::of(Time::NONE) }
    }

    fn or(self, other: Self) -> Self {
        let time = |it: &Self| Time { shortest: it.shortest, longest: it.longest, known: it.known };
        let joined = time(&self).or(time(&other));
        let shorter = if other.shortest < self.shortest { other.clone() } else { self.clone() };
        Self {
            shortest: joined.shortest,
            longest: joined.longest,
            known: joined.known,
            until_stop: self.until_stop.min(other.until_stop),
            stop: self.stop.or(other.stop),
            failure: self.failure.or(other.failure),
            ..shorter
        }
    }
}

/// How long an exec hook takes.
pub(crate) fn duration(command: &HookCommand) -> Duration {
    let invocation = invocation::resolve(command.argv);
    if let Invocation::CannotRun { argument, range, reason } = invocation {
        return Duration::failed(Words { text: TextRef::Argument(argument), range }, reason);
    }
    if let Some(failure) = without_shell(command) {
        return failure;
    }
    match invocation {
        _ if command.windows => Duration::unknown(),
        Invocation::OtherInterpreter { .. } => Duration::unknown(),
        // Braces expand or not, depending on what `sh` is in the image.
        Invocation::Script { dialect: Dialect::Sh, ref text, .. }
            if text.contains('{') && text.contains("..") =>
        {
            run::hook(command, false).or(run::hook(command, true))
        }
        Invocation::Script { dialect, .. } => run::hook(command, dialect == Dialect::Bash),
        Invocation::Program { argument } => {
            with_lost_operator(command.argv, argument, run::hook(command, true))
        }
        _ => run::hook(command, true),
    }
}

/// Outside a shell `&&` and its like are arguments of the program, and what stands behind them
/// never runs (B4).
fn with_lost_operator(argv: &[String], program: usize, found: Duration) -> Duration {
    const OPERATORS: &[&str] = &["&&", "||", ";", "|", "&"];
    let operator =
        argv.iter().enumerate().skip(program + 1).find(|(_, text)| OPERATORS.contains(&text.as_str()));
    let Some((at, text)) = operator.filter(|_| found.known && found.failure.is_none()) else { return found };
    let words = Words { text: TextRef::Argument(at), range: 0..text.len() };
    let name = argv.get(program).map_or("", String::as_str);
    let reason = format!("`{text}` is an argument of `{name}` here: without a shell nothing behind it runs");
    let failure = Some(Failure { words: words.clone(), reason });
    Duration { failure, decisive: Some(words), ..found }
}

/// In an image without a shell the usual tools are missing (I10, B28); the application's own
/// programs are not.
fn without_shell(command: &HookCommand) -> Option<Duration> {
    let reason = images::has_no_shell(command.image?, &command.knowledge.shell_less_images)?;
    let program = command.argv.first()?;
    let name = interpreters::base_name(program);
    let usual = !program.contains('/') || run::in_system_directory(program);
    (usual && commands::is_system_tool(name)).then(|| {
        let words = Words { text: TextRef::Argument(0), range: 0..program.len() };
        Duration::failed(words, format!("`{program}` is not in the image: {reason}"))
    })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
