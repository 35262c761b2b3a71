//! What becomes of a signal to the first process of a container, as far as its command tells (facts I1 to
//! I4, I6, N12 and P10).

use super::calls::program_of;
use super::interpreters;
use super::invocation::{self, Invocation};
use super::parse::parse;
use super::script::{Command, CommandKind, Connector, List, Simple, Statement, Word};
use crate::programs::{self, GivesWay, Program, Rule, Runs};

/// Who gets a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hears {
    /// The program that the container runs: it is the first process, or nothing speaks against it.
    Program,
    /// Nobody: a shell waits for its program and passes nothing on, or the program has no handler, and
    /// the kernel keeps from a first process what it does not handle.
    Nobody,
    /// A shell, or a program without a handler, that is not the first process and ends by it at once.
    Dies,
    /// That depends on the shell, or on which of several commands runs.
    Maybe,
}

/// Who gets a signal to a container with this command; `shares` where another process is its first one.
pub(crate) fn hears(argv: &[String], shares: bool) -> Hears {
    let deaf = if shares { Hears::Dies } else { Hears::Nobody };
    match invocation::resolve(argv) {
        Invocation::Program { argument: 0 } if argv.first().is_some_and(|name| is_deaf(name)) => deaf,
        Invocation::Script { text, .. } => {
            // Behind a wrapper the shell may not be the first process.
            let Some(shell) = argv.first().filter(|name| interpreters::is_shell(programs::base_name(name)))
            else {
                return Hears::Maybe;
            };
            let shell = programs::find(programs::base_name(shell)).and_then(|shell| shell.gives_way);
            match parse(&text) {
                // The parser takes the word `time` for nothing, and bash waits for what stands behind it.
                Ok(list) if !text.split_whitespace().any(|word| word == TIME) => {
                    script(&list, shell, text.ends_with('\n'), deaf)
                }
                _ => Hears::Maybe,
            }
        }
        _ => Hears::Program,
    }
}

/// A word in front of a pipeline.
const TIME: &str = "time";

/// It has no handler for the signal.
pub(super) fn is_deaf(name: &str) -> bool {
    program_of(name).is_some_and(|program| {
        matches!(program.runs, Runs::Rule(Rule::Sleep | Rule::Tail | Rule::Endless))
            && !program.ends_on_signal
    })
}

/// One command of a script and what joins it to the one before.
pub(super) struct Part<'s> {
    pub(super) commands: &'s [Command],
    pub(super) negated: bool,
    pub(super) joined_by: Option<Connector>,
    pub(super) background: bool,
}

fn script(list: &List, shell: Option<GivesWay>, ends_in_line_end: bool, deaf: Hears) -> Hears {
    let Some((last, before)) = list.split_last() else { return Hears::Maybe };
    // What may handle the signal, or become the first process before the end, decides.
    let inner = before.iter().chain(std::iter::once(last)).flat_map(commands);
    let is_last_exec = |command: &Command| {
        let end = last.rest.last().map_or(&last.first, |(_, pipeline)| pipeline);
        matches!(end.commands.as_slice(), [only] if std::ptr::eq(only, command))
    };
    if inner.into_iter().any(|command| is_open(command, &is_last_exec)) {
        return Hears::Maybe;
    }
    let parts = parts(list);
    let Some((last, before)) = parts.split_last() else { return Hears::Maybe };
    let waits_before = before.iter().any(|part| !part.background && !part.is_instant());
    match last.only_simple() {
        // What it is replaced by gets the signal, once it runs.
        Some(simple) if is(simple, Rule::Exec) && simple.words.len() > 1 && !last.background => {
            let words: Option<Vec<String>> = simple.words.iter().skip(1).map(Word::literal).collect();
            match words.filter(|words| !words.first().is_some_and(|word| word.starts_with('-'))) {
                Some(words) => hears(&words, deaf == Hears::Dies),
                None => Hears::Maybe,
            }
        }
        // The shell waits for its jobs, and hears of nothing meanwhile.
        Some(simple) if is(simple, Rule::Wait) => deaf,
        // So what takes its time stands before, and the shell waits for it.
        _ if last.is_instant() => {
            if waits_before {
                deaf
            } else {
                Hears::Maybe
            }
        }
        Some(simple) if simple.name().is_none_or(|name| runs_another(&name)) => Hears::Maybe,
        _ if waits_before || last.background || last.joined_by == Some(Connector::Or) => Hears::Maybe,
        _ if last.commands.len() > 1 => deaf,
        Some(simple) => {
            // A shell that waits and a program without a handler are deaf alike.
            if simple.name().is_some_and(|name| is_deaf(&name)) {
                return deaf;
            }
            let is_only = before.is_empty() && simple.assignments.is_empty();
            let has_redirections = last.commands.iter().any(|command| !command.redirections.is_empty());
            let gives_way = match shell {
                _ if last.negated => false,
                None => return Hears::Maybe,
                Some(GivesWay::Never) => false,
                Some(GivesWay::ToOnly) => is_only && !has_redirections,
                Some(GivesWay::ToPlain) => !has_redirections,
                Some(GivesWay::ToSimple) => !ends_in_line_end,
            };
            // bash stays with its jobs, others may not.
            let has_jobs = before.iter().any(|part| part.background);
            match gives_way {
                true if has_jobs => Hears::Maybe,
                true => Hears::Program,
                false => deaf,
            }
        }
        None => match last.commands.first().map(|command| &command.kind) {
            Some(CommandKind::While { .. } | CommandKind::For { .. } | CommandKind::ForArithmetic { .. }) => {
                deaf
            }
            _ => Hears::Maybe,
        },
    }
}

/// The commands of a list, in their order.
pub(super) fn parts(list: &List) -> Vec<Part<'_>> {
    list.iter().flat_map(parts_of).collect()
}

fn parts_of(statement: &Statement) -> impl Iterator<Item = Part<'_>> {
    let rest = statement.rest.iter().map(|(connector, pipeline)| (Some(*connector), pipeline));
    std::iter::once((None, &statement.first)).chain(rest).map(|(joined_by, pipeline)| Part {
        commands: &pipeline.commands,
        negated: pipeline.negated,
        joined_by,
        background: statement.background,
    })
}

impl Part<'_> {
    /// The command, where it is one, and a simple one.
    pub(super) fn only_simple(&self) -> Option<&Simple> {
        match self.commands {
            [Command { kind: CommandKind::Simple(simple), .. }] => Some(simple),
            _ => None,
        }
    }

    /// It is over at once.
    pub(super) fn is_instant(&self) -> bool {
        self.commands.iter().all(|command| match &command.kind {
            CommandKind::Simple(simple) => match simple.name() {
                Some(name) => program_of(&name).is_some_and(returns_at_once),
                None => simple.words.is_empty(),
            },
            CommandKind::Function { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
            _ => false,
        })
    }
}

fn returns_at_once(program: &Program) -> bool {
    match program.runs {
        Runs::Instant | Runs::Succeeds | Runs::Answers | Runs::Fails => true,
        Runs::Rule(rule) => {
            matches!(
                rule,
                Rule::Set
                    | Rule::Shift
                    | Rule::Exit
                    | Rule::Declare
                    | Rule::Let
                    | Rule::Unset
                    | Rule::Directory
                    | Rule::Date
                    | Rule::Test
                    | Rule::Kill
                    | Rule::KillByName
            )
        }
        _ => false,
    }
}

pub(super) fn is(simple: &Simple, rule: Rule) -> bool {
    let program = simple.name().and_then(|name| programs::find(&name));
    program.is_some_and(|program| program.runs == Runs::Rule(rule))
}

/// Its words are run by it: `eval`, `.`, `time`, `command`, a shell.
pub(super) fn runs_another(name: &str) -> bool {
    programs::find(name).is_some_and(|program| match program.runs {
        Runs::Rule(rule) => matches!(rule, Rule::Eval | Rule::Source | Rule::Command | Rule::Xargs),
        Runs::Wraps(_) | Runs::Shell(_) | Runs::Interpreter { .. } => true,
        _ => false,
    })
}

/// All commands of a statement, with those that stand inside of others.
pub(super) fn commands(statement: &Statement) -> Vec<&Command> {
    let pipelines =
        std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, pipeline)| pipeline));
    let mut found = Vec::new();
    for command in pipelines.flat_map(|pipeline| &pipeline.commands) {
        found.push(command);
        found.extend(inside(command).into_iter().flatten().flat_map(commands));
    }
    found
}

/// The lists inside of a command.
pub(super) fn inside(command: &Command) -> Vec<&List> {
    match &command.kind {
        CommandKind::Group(inner) | CommandKind::Subshell(inner) => vec![inner],
        CommandKind::If { branches, otherwise } => {
            let branches = branches.iter().flat_map(|(condition, body)| [condition, body]);
            branches.chain(otherwise).collect()
        }
        CommandKind::While { condition, body, .. } => vec![condition, body],
        CommandKind::For { body, .. } | CommandKind::ForArithmetic { body, .. } => vec![body],
        CommandKind::Case { arms, .. } => arms.iter().map(|(_, body)| body).collect(),
        CommandKind::Function { body, .. } => inside(body),
        CommandKind::Simple(_) | CommandKind::Test(_) | CommandKind::Arithmetic(_) | CommandKind::Other => {
            Vec::new()
        }
    }
}

/// A handler is set, another program may take the place of the shell, or a name may be a function's: what
/// then becomes of the signal is not followed here. An `exec` that ends the script is.
pub(super) fn is_open(command: &Command, is_last: &impl Fn(&Command) -> bool) -> bool {
    match &command.kind {
        CommandKind::Simple(simple) => {
            let sets = is(simple, Rule::Trap) || is(simple, Rule::Eval) || is(simple, Rule::Source);
            sets || (is(simple, Rule::Exec) && simple.words.len() > 1 && !is_last(command))
        }
        CommandKind::Function { .. } | CommandKind::Other => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(argv: &[&str]) -> Hears {
        let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
        hears(&argv, false)
    }

    fn each(script: &str) -> [Hears; 4] {
        ["dash", "bash", "ash", "sh"].map(|shell| of(&[shell, "-c", script]))
    }

    use Hears::{Dies, Maybe, Nobody, Program};

    #[test]
    fn a_program_that_is_the_first_process_hears_unless_it_has_no_handler() {
        assert_eq!(of(&["/app/server", "--port", "80"]), Program);
        assert_eq!(of(&["sleep", "infinity"]), Nobody, "fact I2");
        assert_eq!(of(&["tail", "-f", "/dev/null"]), Nobody);
        assert_eq!(of(&["/pause"]), Program, "it has a handler");
        assert_eq!(of(&["tini", "--", "/app/server"]), Program);
        assert_eq!(of(&["tini", "--", "sh", "-c", "a; b"]), Maybe);
        assert_eq!(of(&[]), Program, "the image decides");
    }

    /// The table of fact I4, each row tried in the shells.
    #[test]
    fn a_shell_gives_way_to_its_last_command_or_waits_for_it() {
        for (script, expected) in [
            ("/app/server", [Nobody, Program, Program, Maybe]),
            ("exec /app/server", [Program; 4]),
            ("cd /app; exec ./server", [Program; 4]),
            ("cd /app && ./server", [Nobody, Program, Program, Maybe]),
            ("export A=1; /app/server", [Nobody, Program, Program, Maybe]),
            ("set -e; /app/server", [Nobody, Program, Program, Maybe]),
            ("A=1 /app/server", [Nobody, Program, Program, Maybe]),
            ("/app/server >/log 2>&1", [Nobody, Nobody, Program, Maybe]),
            ("/app/server\n", [Nobody, Program, Nobody, Maybe]),
            ("/app/server; echo done", [Nobody; 4]),
            ("date; echo done", [Maybe; 4]),
            ("/app/server || exit 1", [Nobody; 4]),
            ("/app/server | tee /log", [Nobody; 4]),
            ("/app/server & wait", [Nobody; 4]),
            ("while true; do /app/step; sleep 5; done", [Nobody; 4]),
            ("exec sleep infinity", [Nobody; 4]),
            ("exec dash -c '/app/server; true'", [Nobody; 4]),
            ("exec bash -c /app/server", [Program; 4]),
            ("exec -a name /app/server", [Maybe; 4]),
            ("! /app/server", [Nobody; 4]),
            ("time /app/server", [Maybe; 4]),
            ("eval /app/server", [Maybe; 4]),
            (". /run.sh", [Maybe; 4]),
            ("run() { /app/server; }; run", [Maybe; 4]),
            ("main() { exec /app/server; }; main", [Maybe; 4]),
            ("exec /app/server || exit 1", [Maybe; 4]),
            ("true; exec /app/server; true", [Maybe; 4]),
            ("for i in 1; do exec /app/server; done", [Maybe; 4]),
            ("if true; then exec /app/server; fi; exit 1", [Maybe; 4]),
            ("/app/server & exit 0", [Maybe; 4]),
            ("sleep 1000 & /app/server", [Nobody, Maybe, Maybe, Maybe]),
            ("sleep infinity", [Nobody; 4]),
            ("{ /app/server; }", [Maybe; 4]),
            ("/app/migrate; /app/server", [Maybe; 4]),
            ("/app/a || /app/b", [Maybe; 4]),
            ("trap 'kill $p' TERM; /app/server & p=$!; wait $p", [Maybe; 4]),
            ("f() { trap : TERM; }; f; /app/server; true", [Maybe; 4]),
            ("if", [Maybe; 4]),
            ("", [Maybe; 4]),
        ] {
            assert_eq!(each(script), expected, "{script}");
        }
    }

    #[test]
    fn where_another_process_is_the_first_one_a_shell_ends_by_the_signal() {
        let argv = ["sh", "-c", "/app/server; echo done"].map(str::to_owned);
        assert_eq!(hears(&argv, true), Dies, "fact N12");
        assert_eq!(hears(&["sleep".to_owned(), "9".to_owned()], true), Dies);
        assert_eq!(hears(&["/app/server".to_owned()], true), Program);
    }
}
