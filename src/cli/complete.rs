//! Completion through kubectl, which asks plugins in cobra's protocol: the words typed so far, the
//! last of them unfinished; one candidate per line, with a description after a tab; `:N` at the end.

use std::ffi::{OsStr, OsString};

use clap::builder::PossibleValue;
use clap::{Arg, ArgAction, Command, ValueHint};

use crate::rules::{Group, RULES};
use crate::text::escape;

/// What kubectl runs for `kubectl lifecycle <TAB>`, and where it goes.
pub(super) const KUBECTL_SHIM: &str = r#"#!/bin/sh
# Completes `kubectl lifecycle` wherever kubectl's own completion is set up.
# kubectl runs this file under the name kubectl_complete-lifecycle from PATH:
#
#   kubectl lifecycle completion kubectl >~/.local/bin/kubectl_complete-lifecycle
#   chmod +x ~/.local/bin/kubectl_complete-lifecycle
exec kubectl-lifecycle __complete "$@"
"#;

/// What the shell does beyond offering the candidates; the numbers are cobra's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completion {
    /// Offers file names if there are no candidates.
    Files = 0,
    /// Offers the candidates and nothing else.
    OnlyThese = 4,
    /// The same, and the word goes on behind a candidate.
    GoOn = 6,
    /// Offers directories.
    Directories = 16,
}

/// A word that can stand at the place of the unfinished one.
#[derive(Debug)]
struct Candidate {
    word: String,
    about: String,
}

impl Candidate {
    fn new(word: impl Into<String>, about: impl ToString) -> Self {
        Self { word: word.into(), about: about.to_string() }
    }
}

/// The values of an argument.
type Values = fn() -> Vec<Candidate>;
/// What can stand at the place of the unfinished word, and what the shell adds.
type Offer = (Vec<Candidate>, Completion);

/// The values of arguments for which clap knows none, by the argument's id. The rest is read from
/// the definition of the command line.
const VALUES: &[(&str, Values)] = &[("rule", rule_names), ("rules", rule_levels)];

/// The words to complete, if that is what the arguments of the process ask for.
///
/// They are taken as they are, before clap sees them: half a command line is no command line.
pub(super) fn asked(arguments: &[OsString]) -> Option<&[OsString]> {
    let (name, words) = arguments.get(1..)?.split_first()?;
    (name == "__complete" || name == "__completeNoDesc").then_some(words)
}

/// The answer to kubectl.
pub(super) fn answer(mut root: Command, words: &[OsString]) -> String {
    root.build();
    let (last, before) = match words.split_last() {
        Some((last, before)) => (last.to_string_lossy(), before),
        None => ("".into(), words),
    };
    let (candidates, directive) = offer(&Typed::read(&root, before), &last);
    let mut lines: Vec<String> = candidates.iter().map(line).collect();
    lines.push(format!(":{}\n", directive as u8));
    lines.join("\n")
}

/// A candidate on a line of its own; its description must hold neither tabs nor line ends.
fn line(candidate: &Candidate) -> String {
    let about = candidate.about.lines().next().unwrap_or_default();
    match about {
        "" => candidate.word.clone(),
        about => format!("{}\t{}", candidate.word, escape::line(about)),
    }
}

/// What the finished words say.
struct Typed<'c> {
    /// The subcommand they lead to.
    command: &'c Command,
    /// How many positional arguments it was given.
    positionals: usize,
    /// The option whose value comes next.
    pending: Option<&'c Arg>,
    /// The options given so far.
    given: Vec<&'c Arg>,
    /// `--` was among the words: only positional arguments follow.
    ended: bool,
}

impl<'c> Typed<'c> {
    fn read(root: &'c Command, words: &[OsString]) -> Self {
        let mut typed = Self { command: root, positionals: 0, pending: None, given: vec![], ended: false };
        for word in words {
            typed.word(word);
        }
        typed
    }

    fn word(&mut self, word: &OsStr) {
        let word = word.to_string_lossy();
        if self.pending.take().is_some() {
            return;
        }
        match word.as_ref() {
            "--" if !self.ended => self.ended = true,
            long if !self.ended && long.starts_with("--") => self.long(long),
            short if !self.ended && short.len() > 1 && short.starts_with('-') => self.shorts(short),
            name => match self.subcommand(name) {
                Some(subcommand) => self.command = subcommand,
                None => self.positionals += 1,
            },
        }
    }

    fn subcommand(&self, name: &str) -> Option<&'c Command> {
        if self.positionals > 0 || self.ended {
            return None;
        }
        self.command.find_subcommand(name)
    }

    fn long(&mut self, word: &str) {
        let (name, value) = split_long(word);
        let Some(arg) = long(self.command, name) else { return };
        self.given.push(arg);
        if value.is_none() && wants_value(arg) {
            self.pending = Some(arg);
        }
    }

    /// Several short options in one word: the first that takes a value takes the rest of the word.
    fn shorts(&mut self, word: &str) {
        let mut letters = word.chars().skip(1);
        while let Some(letter) = letters.next() {
            let Some(arg) = short(self.command, letter) else { return };
            self.given.push(arg);
            if wants_value(arg) {
                self.pending = letters.next().is_none().then_some(arg);
                return;
            }
        }
    }
}

fn split_long(word: &str) -> (&str, Option<&str>) {
    match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    }
}

fn long<'c>(command: &'c Command, word: &str) -> Option<&'c Arg> {
    let name = word.strip_prefix("--")?;
    command.get_arguments().find(|arg| {
        arg.get_long() == Some(name) || arg.get_all_aliases().is_some_and(|aliases| aliases.contains(&name))
    })
}

fn short(command: &Command, letter: char) -> Option<&Arg> {
    command.get_arguments().find(|arg| arg.get_short() == Some(letter))
}

/// The value is the next word, unless it has to be joined with `=`.
fn wants_value(arg: &Arg) -> bool {
    arg.get_action().takes_values() && !arg.is_require_equals_set()
}

/// Everything that can stand where the unfinished word `last` stands.
fn offer(typed: &Typed<'_>, last: &str) -> Offer {
    if let Some(arg) = typed.pending {
        return values(arg, last);
    }
    if !typed.ended && last.starts_with('-') {
        return match split_long(last) {
            (name, Some(value)) => {
                long(typed.command, name).map_or((vec![], Completion::Files), |arg| values(arg, value))
            }
            (start, None) => options(typed, start),
        };
    }
    let mut candidates = Vec::new();
    let mut directive = Completion::OnlyThese;
    if let Some(arg) = positional(typed) {
        (candidates, directive) = values(arg, last);
    }
    if typed.positionals == 0 && !typed.ended {
        candidates.extend(subcommands(typed.command, last));
    }
    (candidates, directive)
}

/// The positional argument that comes next; the last one may take any number.
fn positional<'c>(typed: &Typed<'c>) -> Option<&'c Arg> {
    let mut positionals = typed.command.get_positionals();
    let next = positionals.nth(typed.positionals);
    next.or_else(|| typed.command.get_positionals().last().filter(|arg| repeats(arg)))
}

/// Whether an argument may be given more than once.
fn repeats(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append | ArgAction::Count)
}

fn subcommands(command: &Command, start: &str) -> Vec<Candidate> {
    command
        .get_subcommands()
        .filter(|subcommand| !subcommand.is_hide_set() && subcommand.get_name().starts_with(start))
        .map(|subcommand| {
            Candidate::new(subcommand.get_name(), subcommand.get_about().cloned().unwrap_or_default())
        })
        .collect()
}

fn options(typed: &Typed<'_>, start: &str) -> Offer {
    let fresh = |arg: &&Arg| {
        let given = typed.given.iter().any(|given| given.get_id() == arg.get_id());
        !arg.is_hide_set() && (repeats(arg) || !given)
    };
    let candidates = typed
        .command
        .get_opts()
        .chain(typed.command.get_arguments().filter(|arg| !arg.get_action().takes_values()))
        .filter(fresh)
        .filter_map(|arg| {
            let word = format!("--{}", arg.get_long()?);
            let about = arg.get_help().cloned().unwrap_or_default();
            word.starts_with(start).then(|| Candidate::new(word, about))
        })
        .collect();
    (candidates, Completion::OnlyThese)
}

/// The values an argument takes that begin with `start`.
fn values(arg: &Arg, start: &str) -> Offer {
    if arg.get_long() == Some("output") && start.contains('=') {
        return (vec![], Completion::Files);
    }
    let mut candidates = described(&arg.get_possible_values());
    if candidates.is_empty() {
        let own = VALUES.iter().find(|(id, _)| *id == arg.get_id().as_str());
        candidates = own.map_or_else(Vec::new, |(_, values)| values());
    }
    candidates.retain(|candidate| candidate.word.starts_with(start));
    let directive = match arg.get_value_hint() {
        ValueHint::DirPath => Completion::Directories,
        ValueHint::AnyPath | ValueHint::FilePath => Completion::Files,
        _ if candidates.iter().any(|candidate| candidate.word.ends_with('=')) => Completion::GoOn,
        _ => Completion::OnlyThese,
    };
    (candidates, directive)
}

fn described(values: &[PossibleValue]) -> Vec<Candidate> {
    let shown = values.iter().filter(|value| !value.is_hide_set());
    shown
        .map(|value| Candidate::new(value.get_name(), value.get_help().cloned().unwrap_or_default()))
        .collect()
}

fn rule_names() -> Vec<Candidate> {
    RULES.iter().map(|rule| Candidate::new(rule.id, rule.summary)).collect()
}

/// The first half of `RULE=LEVEL`.
fn rule_levels() -> Vec<Candidate> {
    let groups = Group::ALL.iter().map(|group| (group.id(), group.summary()));
    let names = RULES.iter().map(|rule| (rule.id, rule.summary)).chain(groups);
    names.map(|(name, about)| Candidate::new(format!("{name}="), about)).collect()
}

#[cfg(test)]
mod tests;
