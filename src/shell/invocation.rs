//! From a `command` to what really runs: a script, a program, another interpreter.

use std::ops::Range;

use super::interpreters::{self, other_interpreter, shell};
use super::trace::Arg;
use crate::programs::{self, Dialect, Kind, Rule, Runs, Wrapper, base_name};
use crate::text::placeholder::is_filled_in;

/// What a command runs. Indices are those of `command`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// A shell runs a script that stands in the command.
    Script {
        /// The argument whose text is the script.
        argument: usize,
        /// The script.
        text: String,
        /// Which shell.
        dialect: Dialect,
        /// `$0`, `$1` … of the script.
        positional: Vec<String>,
        /// It runs under `set -e` from the start.
        errexit: bool,
    },
    /// A shell runs a script from a file of the container.
    ScriptFile {
        /// The argument that names the file.
        argument: usize,
        /// Its path.
        path: String,
        /// Which shell; `None` when the file's first line decides.
        dialect: Option<Dialect>,
    },
    /// A program, found behind wrappers such as `env` and `nice`.
    Program {
        /// The argument that names it.
        argument: usize,
    },
    /// An interpreter that is no POSIX shell: its scripts are not read.
    OtherInterpreter {
        /// Its name.
        name: String,
        /// It is a shell of Windows.
        windows: bool,
    },
    /// A shell without a script: it reads its empty input and ends.
    Nothing,
    /// The command cannot run.
    CannotRun {
        /// The argument that is wrong.
        argument: usize,
        /// Where in it.
        range: Range<usize>,
        /// Why.
        reason: String,
    },
}

/// What a shell's own arguments ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShellCall {
    /// The argument that holds the script (with `-c`) or names its file, counted from the first
    /// argument behind the shell's name.
    pub script: Option<usize>,
    /// The script stands in the argument itself.
    pub inline: bool,
    /// `-e`, or `-o errexit`.
    pub errexit: bool,
    /// `-o pipefail`.
    pub pipefail: bool,
    /// The argument that holds options which no shell has, such as the script itself: `-c sleep 10` in one item.
    pub impossible: Option<usize>,
}

/// Reads a shell's options. Arguments that nobody knows are `None`; one of them in the place of an
/// option ends the reading with `None`.
pub(crate) fn shell_call(arguments: &[Option<&str>]) -> Option<ShellCall> {
    let mut call =
        ShellCall { script: None, inline: false, errexit: false, pipefail: false, impossible: None };
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let argument = (*argument)?;
        match argument {
            "--" | "-" => {
                at += 1;
                break;
            }
            "--rcfile" | "--init-file" => at += 2,
            _ if argument.starts_with("--") => at += 1,
            _ if argument.starts_with(['-', '+']) && argument.len() > 1 => {
                if !is_filled_in(argument) && !argument.chars().skip(1).all(|c| c.is_ascii_alphanumeric()) {
                    return Some(ShellCall { script: None, inline: false, impossible: Some(at), ..call });
                }
                let on = argument.starts_with('-');
                for letter in argument.chars().skip(1) {
                    match letter {
                        'c' if on => call.inline = true,
                        'e' => call.errexit = on,
                        // The option's name is the next argument.
                        'o' | 'O' => {
                            at += 1;
                            let name = arguments.get(at).copied().flatten();
                            call.errexit |= on && name == Some("errexit");
                            call.pipefail |= on && name == Some("pipefail");
                        }
                        _ => {}
                    }
                }
                at += 1;
            }
            _ => break,
        }
    }
    call.script = (at < arguments.len()).then_some(at);
    Some(call)
}

/// How many arguments a wrapper takes for itself, its own name included; `None` for no wrapper, or
/// one whose arguments are not understood.
pub(crate) fn wrapper_arguments(arguments: &[Option<&str>]) -> Option<usize> {
    let name = base_name(arguments.first().copied().flatten()?);
    let program = programs::find(name)?;
    let wrapper = match program.runs {
        Runs::Wraps(wrapper) => wrapper,
        Runs::Rule(Rule::Exec | Rule::Command) => Wrapper { values: &["-a"], assignments: false },
        _ => return None,
    };
    // To the first process of a container `-v` is to say more.
    let asks = program.kind != Kind::Product;
    let mut at = 1;
    loop {
        let argument = match arguments.get(at) {
            Some(argument) => (*argument)?,
            None => return None,
        };
        match argument {
            "--" => return (at + 1 < arguments.len()).then_some(at + 1),
            // These only ask.
            "-v" | "-V" if asks => return None,
            "--version" | "--help" | "-S" => return None,
            _ if wrapper.values.contains(&argument) => at += 2,
            _ if argument.starts_with('-') => at += 1,
            _ if wrapper.assignments && argument.contains('=') => at += 1,
            _ => return Some(at),
        }
    }
}

/// The same for words that have been expanded.
pub(super) fn behind_wrapper(args: &[Arg]) -> Option<usize> {
    let texts: Vec<Option<&str>> = args.iter().map(Arg::known).collect();
    wrapper_arguments(&texts)
}

/// What a command runs.
pub(crate) fn resolve(argv: &[String]) -> Invocation {
    let known: Vec<Option<&str>> = argv.iter().map(|argument| Some(argument.as_str())).collect();
    let mut first = 0;
    let is_program = |at: usize| argv.get(at).is_some_and(|name| no_such_program(name).is_none());
    while let Some(taken) = known.get(first..).filter(|_| is_program(first)).and_then(wrapper_arguments) {
        first += taken;
    }
    let Some(program) = argv.get(first) else {
        return cannot_run(0, 0..0, "the command is empty");
    };
    if let Some(reason) = no_such_program(program) {
        return cannot_run(first, 0..program.len(), reason);
    }
    if let Some((name, windows)) = other_interpreter(program) {
        return Invocation::OtherInterpreter { name, windows };
    }
    match shell(program) {
        Some(dialect) => run_shell(argv, &known, first + 1, dialect),
        None if is_script_path(program) => {
            Invocation::ScriptFile { argument: first, path: program.clone(), dialect: None }
        }
        None => Invocation::Program { argument: first },
    }
}

fn run_shell(argv: &[String], known: &[Option<&str>], behind: usize, dialect: Dialect) -> Invocation {
    let call = known.get(behind..).and_then(shell_call);
    let script = call.and_then(|call| Some((call, behind + call.script?)));
    let Some((call, argument)) = script else { return Invocation::Nothing };
    let text = argv.get(argument).cloned().unwrap_or_default();
    if !call.inline {
        return Invocation::ScriptFile { argument, path: text, dialect: Some(dialect) };
    }
    let positional = argv.get(argument + 1..).unwrap_or_default().to_vec();
    Invocation::Script { argument, text, dialect, positional, errexit: call.errexit }
}

fn cannot_run(argument: usize, range: Range<usize>, reason: impl Into<String>) -> Invocation {
    Invocation::CannotRun { argument, range, reason: reason.into() }
}

fn is_script_path(program: &str) -> bool {
    program.contains('/') && base_name(program).ends_with("sh")
}

/// Why no program can have this name. The hook is executed without a shell (B4), so the first
/// argument is the name of a file.
pub(crate) fn no_such_program(program: &str) -> Option<String> {
    if program.is_empty() {
        return Some("the name of the program is empty".to_owned());
    }
    // A template tool may still put a program there.
    if is_filled_in(program) {
        return None;
    }
    if is_text(program) {
        return Some(format!(
            "the first item of `command` is the name of a program, blanks included, and no program is called `{}`",
            shorten(program)
        ));
    }
    if program.contains('$') {
        return Some("no shell reads the command, so nothing expands in the name of the program".to_owned());
    }
    programs::find(program)
        .is_some_and(|found| found.kind == Kind::Word)
        .then(|| format!("`{program}` is a word of the shell and no program, and no shell reads the command"))
}

/// Words with blanks between them, and no path that holds one: `/opt/My App/run`.
pub(crate) fn is_text(words: &str) -> bool {
    let Some((first, _)) = words.split_once(char::is_whitespace) else { return false };
    let (folders, _) = words.rsplit_once('/').unwrap_or_default();
    let is_path = words.starts_with('/')
        && folders.contains(char::is_whitespace)
        && super::program_of(first).is_none()
        && words.split(char::is_whitespace).skip(1).all(|part| part.starts_with(char::is_alphanumeric))
        && !words.contains(['\n', ';', '&', '|', '<', '>', '$', '\'', '"', '`', '=']);
    !is_path
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// What runs a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunBy {
    /// The kernel.
    Kernel,
    /// A shell, as a command.
    Shell,
    /// A shell or another program, which only reads it.
    Reader,
}

/// The file that a command runs and nothing else: the argument that names it, its path, and what runs it. It can
/// be looked up among mounted ConfigMaps.
pub(crate) fn only_file(argv: &[String]) -> Option<(usize, String, RunBy)> {
    match resolve(argv) {
        Invocation::ScriptFile { argument, path, dialect: Some(_) } => Some((argument, path, RunBy::Reader)),
        Invocation::ScriptFile { argument, path, dialect: None } => {
            Some((argument, path, run_directly(argument)))
        }
        Invocation::Program { argument } => {
            let path = argv.get(argument).filter(|path| path.contains('/'))?;
            Some((argument, path.clone(), run_directly(argument)))
        }
        Invocation::Script { argument, text, .. } => {
            let list = super::parse::parse(&text).ok()?;
            let [statement] = list.as_slice() else { return None };
            let [command] = statement.first.commands.as_slice() else { return None };
            let super::script::CommandKind::Simple(simple) = &command.kind else { return None };
            let path = script_paths(&list).into_iter().next().filter(|_| statement.rest.is_empty())?;
            let is_negated = statement.first.negated || statement.background;
            let by = if simple.name().as_ref() == Some(&path) { RunBy::Shell } else { RunBy::Reader };
            (!is_negated).then_some((argument, path, by))
        }
        _ => None,
    }
}

/// Behind a wrapper a library may run what the kernel does not.
fn run_directly(argument: usize) -> RunBy {
    if argument == 0 { RunBy::Kernel } else { RunBy::Shell }
}

/// The paths of programs and scripts that the top level of a script runs, in its order.
pub(crate) fn script_paths(list: &super::script::List) -> Vec<String> {
    use super::script::CommandKind;
    let pipelines = list.iter().flat_map(|statement| {
        std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, pipeline)| pipeline))
    });
    let commands = pipelines.flat_map(|pipeline| &pipeline.commands);
    commands
        .filter_map(|command| match &command.kind {
            CommandKind::Simple(simple) => {
                let words: Vec<_> = simple.words.iter().map(|word| word.literal()).collect();
                file_run_by(&words.iter().map(Option::as_deref).collect::<Vec<_>>())
            }
            _ => None,
        })
        .collect()
}

/// The file that a command executes or reads as a script.
fn file_run_by(words: &[Option<&str>]) -> Option<String> {
    let mut words = words;
    while let Some(taken) = wrapper_arguments(words) {
        words = words.get(taken..)?;
    }
    let name = words.first().copied().flatten()?;
    let path = match name {
        "." | "source" => words.get(1).copied().flatten()?,
        _ if interpreters::is_shell(base_name(name)) => {
            let arguments = words.get(1..)?;
            let call = shell_call(arguments).filter(|call| !call.inline)?;
            arguments.get(call.script?).copied().flatten()?
        }
        _ => name,
    };
    path.contains('/').then(|| path.to_owned())
}
