//! What becomes of a signal to the first process of a container, as far as its command tells (facts I1 to
//! I4, I6, N12 and P10).

use super::calls::program_of;
use super::interpreters;
use super::invocation::{self, Invocation};
use super::parse::parse;
use super::script::{Command, CommandKind, Connector, List, Simple};
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
                Ok(list) => script(&list, shell, text.ends_with('\n'), deaf),
                Err(_) => Hears::Maybe,
            }
        }
        _ => Hears::Program,
    }
}

/// It has no handler for the signal.
fn is_deaf(name: &str) -> bool {
    let rule = program_of(name).map(|program| program.runs);
    matches!(rule, Some(Runs::Rule(Rule::Sleep | Rule::Tail | Rule::Endless)))
}

/// One command of a script and what joins it to the one before.
struct Part<'s> {
    commands: &'s [Command],
    joined_by: Option<Connector>,
    background: bool,
}

fn script(list: &List, shell: Option<GivesWay>, ends_in_line_end: bool, deaf: Hears) -> Hears {
    if traps(list) {
        return Hears::Maybe;
    }
    let parts: Vec<Part<'_>> = list
        .iter()
        .flat_map(|statement| {
            let first = (None, &statement.first);
            let rest = statement.rest.iter().map(|(connector, pipeline)| (Some(*connector), pipeline));
            std::iter::once(first).chain(rest).map(|(joined_by, pipeline)| Part {
                commands: &pipeline.commands,
                joined_by,
                background: statement.background,
            })
        })
        .collect();
    let Some((last, before)) = parts.split_last() else { return Hears::Maybe };
    let waits_before = before.iter().any(|part| !part.is_instant());
    match last.only_simple() {
        // What it is replaced by gets the signal, once it runs.
        Some(simple) if is(simple, Rule::Exec) && simple.words.len() > 1 && !last.background => {
            match simple.words.get(1).and_then(|word| word.literal()) {
                Some(name) if is_deaf(&name) => deaf,
                _ => Hears::Program,
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
                None => return Hears::Maybe,
                Some(GivesWay::Never) => false,
                Some(GivesWay::ToOnly) => is_only && !has_redirections,
                Some(GivesWay::ToPlain) => !has_redirections,
                Some(GivesWay::ToSimple) => !ends_in_line_end,
            };
            if gives_way { Hears::Program } else { deaf }
        }
        None => match last.commands.first().map(|command| &command.kind) {
            Some(CommandKind::While { .. } | CommandKind::For { .. } | CommandKind::ForArithmetic { .. }) => {
                deaf
            }
            _ => Hears::Maybe,
        },
    }
}

impl Part<'_> {
    /// The command, where it is one, and a simple one.
    fn only_simple(&self) -> Option<&Simple> {
        match self.commands {
            [Command { kind: CommandKind::Simple(simple), .. }] => Some(simple),
            _ => None,
        }
    }

    /// It is over at once.
    fn is_instant(&self) -> bool {
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

fn is(simple: &Simple, rule: Rule) -> bool {
    let program = simple.name().and_then(|name| programs::find(&name));
    program.is_some_and(|program| program.runs == Runs::Rule(rule))
}

/// A handler is set somewhere, so that signals may be passed on.
fn traps(list: &List) -> bool {
    let pipelines = list.iter().flat_map(|statement| {
        std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, pipeline)| pipeline))
    });
    pipelines.flat_map(|pipeline| &pipeline.commands).any(|command| match &command.kind {
        CommandKind::Simple(simple) => is(simple, Rule::Trap),
        CommandKind::Group(inner) | CommandKind::Subshell(inner) => traps(inner),
        CommandKind::If { branches, otherwise } => {
            branches.iter().any(|(condition, body)| traps(condition) || traps(body))
                || otherwise.as_ref().is_some_and(traps)
        }
        CommandKind::While { condition, body, .. } => traps(condition) || traps(body),
        CommandKind::For { body, .. } | CommandKind::ForArithmetic { body, .. } => traps(body),
        CommandKind::Case { arms, .. } => arms.iter().any(|(_, body)| traps(body)),
        CommandKind::Function { body, .. } => match &body.kind {
            CommandKind::Group(inner) | CommandKind::Subshell(inner) => traps(inner),
            _ => true,
        },
        CommandKind::Test(_) | CommandKind::Arithmetic(_) => false,
        // Nothing may be concluded from it.
        CommandKind::Other => true,
    })
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
