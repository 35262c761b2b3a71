//! Why a shell that is the first process of a container keeps the stop signal from the program below it, and where in
//! its script that is decided (facts I1 to I4, N12 and P10).

use super::calls::program_of;
use super::first_line::first_line;
use super::first_process::{Part, commands, inside, is, is_deaf, is_open, parts, runs_another};
use super::interpreters;
use super::invocation::{self, Invocation};
use super::parse::parse;
use super::script::{Command, CommandKind, Connector, List, Simple};
use super::trace::{TextRef, Words};
use crate::programs::{self, GivesWay, Kind, Rule, Runs};
use crate::text::Span;

/// A stop signal that nobody hears.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    /// Why.
    pub(crate) why: Why,
    /// The command that hears nothing.
    pub(crate) words: Words,
    /// The same, as it is written.
    pub(crate) written: String,
    /// Where `exec` in front of the last command would let it hear; `None` where that is not enough.
    pub(crate) exec: Option<Words>,
    /// Something ran before it that may have left programs behind, which hear nothing either.
    pub(crate) is_beside: bool,
}

/// Why nobody hears it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// What runs does nothing but wait, and has no handler.
    Idle,
    /// The shell waits for it, as something follows.
    Followed,
    /// It is part of a pipeline.
    Piped,
    /// It runs in a loop.
    Looped,
    /// It runs in the background, and the shell waits for it, or for something else.
    Background,
    /// A handler waits until it is over.
    Trapped,
    /// bash does not give way to a command with redirections.
    Redirected,
    /// The shell of busybox does not give way to one with a line end behind it.
    LineEnd,
    /// dash gives way to no command.
    Never,
    /// No shell gives way to a command of a script file.
    InFile,
    /// Some shells give way to it, and which one this is nobody knows.
    Depends,
}

/// Who keeps the stop signal from what a container with this command runs; `None` where nobody does, or where that is
/// not known. `sh` is the name of the shell that the image calls so, where it is known, and `file` gives the text of a
/// file of the container.
pub(crate) fn kept(argv: &[String], sh: Option<&str>, file: &dyn Fn(&str) -> Option<String>) -> Option<Kept> {
    match invocation::resolve(argv) {
        Invocation::Program { argument: 0 } if argv.first().is_some_and(|name| is_deaf(name)) => Some(Kept {
            why: Why::Idle,
            words: Words::new(TextRef::Items(0), 0..0),
            written: argv.join(" "),
            exec: None,
            is_beside: false,
        }),
        Invocation::Script { argument, text, .. } => {
            let name = programs::base_name(argv.first()?);
            // Behind a wrapper the shell may not be the first process.
            interpreters::is_shell(name).then_some(())?;
            let known = |name: &str| programs::find(name).and_then(|shell| shell.gives_way);
            let gives_way = known(name).or_else(|| known(sh.filter(|_| name == "sh")?));
            in_script(&text, gives_way, TextRef::Argument(argument))
        }
        Invocation::ScriptFile { argument, path, .. } => {
            let is_own = argument == 0 || interpreters::is_shell(programs::base_name(argv.first()?));
            let text = file(&path).filter(|text| is_own && !first_line(text).is_foreign)?;
            let kept = in_script(&text, Some(GivesWay::Never), TextRef::File(path))?;
            Some(Kept { why: if kept.why == Why::Never { Why::InFile } else { kept.why }, ..kept })
        }
        _ => None,
    }
}

fn in_script(text: &str, shell: Option<GivesWay>, at: TextRef) -> Option<Kept> {
    let list = parse(text).ok()?;
    // The parser takes the word `time` for nothing.
    if text.split_whitespace().any(|word| word == "time") {
        return None;
    }
    let found = in_list(&list, shell, text.ends_with('\n'))?;
    let words = |span: Span| Words::new(at.clone(), span.range());
    let written = text.get(found.span.range())?.split_whitespace().collect::<Vec<_>>().join(" ");
    let exec = found.exec.map(|start| words(Span { start, end: start }));
    Some(Kept { why: found.why, words: words(found.span), written, exec, is_beside: found.is_beside })
}

/// What a list of commands makes of the signal.
struct Found {
    why: Why,
    span: Span,
    /// Where `exec` could stand, in bytes.
    exec: Option<usize>,
    /// Something else of the script ran before.
    is_beside: bool,
}

fn in_list(list: &List, shell: Option<GivesWay>, ends_in_line_end: bool) -> Option<Found> {
    let all = parts(list);
    let (last, before) = all.split_last()?;
    let is_last_exec = |command: &Command| last.commands.iter().any(|own| std::ptr::eq(own, command));
    let open = list.iter().flat_map(commands).filter(|command| is_open(command, &is_last_exec));
    let mut is_trapped = false;
    for command in open {
        match &command.kind {
            CommandKind::Simple(simple) if is_handler(simple) && is_of(before, command) => is_trapped = true,
            _ => return None,
        }
    }
    let found = |why: Why, part: &Part<'_>| {
        let why = if is_trapped && why != Why::Idle { Why::Trapped } else { why };
        let is_beside = before.iter().any(|one| !one.background && !std::ptr::eq(one, part) && one.is_real());
        Some(Found { why, span: part.span()?, exec: None, is_beside })
    };
    let jobs = || before.iter().filter(|part| part.background && !part.is_instant());
    let real_job = jobs().find(|part| part.is_real());
    let running = before.iter().rfind(|part| !part.background && !part.is_instant());
    if last.background {
        return None;
    }
    if let [Command { kind: CommandKind::While { .. } | CommandKind::ForArithmetic { .. }, .. }] =
        last.commands
    {
        // Between two commands a handler runs.
        return match (is_trapped, real_job) {
            (true, _) => None,
            (false, Some(job)) => found(Why::Background, job),
            (false, None) => found(if last.is_real() { Why::Looped } else { Why::Idle }, last),
        };
    }
    if last.commands.len() > 1 {
        let why = if last.is_real() { Why::Piped } else { Why::Idle };
        return if last.joined_by == Some(Connector::Or) { None } else { found(why, last) };
    }
    let simple = last.only_simple();
    let is_wait = |part: &Part<'_>| part.only_simple().is_some_and(|simple| is(simple, Rule::Wait));
    let is_over = last.is_instant() || (last.is_compound() && !last.is_real());
    if is_wait(last) || (is_over && running.is_some_and(is_wait)) {
        // `wait` is what a handler interrupts.
        let job = real_job.or_else(|| jobs().next()).filter(|_| !is_trapped)?;
        return found(if job.is_real() { Why::Background } else { Why::Idle }, job);
    }
    if is_over {
        let part = running?;
        return found(if part.is_real() { Why::Followed } else { Why::Idle }, part);
    }
    let simple = simple?;
    if is(simple, Rule::Exec) {
        let name = simple.words.get(1).and_then(|word| word.literal())?;
        return if is_deaf(&name) { found(Why::Idle, last) } else { None };
    }
    let name = simple.name()?;
    if is_deaf(&name) {
        return match real_job.filter(|_| !is_trapped) {
            Some(job) => found(Why::Background, job),
            None => found(Why::Idle, last),
        };
    }
    let is_interpreter =
        program_of(&name).is_some_and(|program| matches!(program.runs, Runs::Interpreter { .. }));
    if (runs_another(&name) && !is_interpreter) || last.joined_by == Some(Connector::Or) {
        return None;
    }
    if is_trapped || last.negated {
        return found(Why::Followed, last);
    }
    let has_redirections = last.commands.iter().any(|command| !command.redirections.is_empty());
    let why = match shell {
        None => Why::Depends,
        Some(GivesWay::Never) => Why::Never,
        Some(GivesWay::ToPlain) if has_redirections => Why::Redirected,
        Some(GivesWay::ToSimple) if ends_in_line_end => Why::LineEnd,
        Some(_) => return None,
    };
    // A shell with jobs may stay.
    if real_job.is_some() && why == Why::Depends {
        return None;
    }
    let is_word = programs::find(&name).is_some_and(|program| program.kind == Kind::Word);
    let exec = simple.words.first().map(|word| word.span.start);
    let exec = exec.filter(|_| simple.assignments.is_empty() && !is_word);
    Some(Found { exec, ..found(why, last)? })
}

/// `trap '…' TERM`, with something to do.
fn is_handler(simple: &Simple) -> bool {
    let words: Vec<String> = simple.words.iter().skip(1).filter_map(|word| word.literal()).collect();
    let signals = words.get(1..).unwrap_or_default();
    let is_term = |signal: &String| {
        let upper = signal.to_ascii_uppercase();
        matches!(upper.strip_prefix("SIG").unwrap_or(&upper), "TERM" | "15")
    };
    is(simple, Rule::Trap)
        && words.len() + 1 == simple.words.len()
        && !words.iter().any(String::is_empty)
        && signals.iter().any(is_term)
}

/// The command is one of the list's own.
fn is_of(parts: &[Part<'_>], command: &Command) -> bool {
    parts.iter().any(|part| matches!(part.commands, [only] if std::ptr::eq(only, command)))
}

impl Part<'_> {
    /// All of it.
    fn span(&self) -> Option<Span> {
        let (first, last) = (self.commands.first()?, self.commands.last()?);
        Some(Span { start: first.span.start, end: last.span.end })
    }

    /// It is a group, in a shell of its own or not.
    fn is_compound(&self) -> bool {
        matches!(self.commands, [Command { kind: CommandKind::Group(_) | CommandKind::Subshell(_), .. }])
    }

    /// Something of it does more than to wait, and takes its time: it loses something when it is killed.
    fn is_real(&self) -> bool {
        self.commands.iter().any(is_real)
    }
}

fn is_real(command: &Command) -> bool {
    match &command.kind {
        CommandKind::Simple(simple) => match simple.name() {
            Some(name) => {
                let part = [command.clone()];
                let part = Part { commands: &part, negated: false, joined_by: None, background: false };
                !is_deaf(&name) && !part.is_instant() && !is_looking(&name)
            }
            None => !simple.words.is_empty(),
        },
        CommandKind::Function { .. } | CommandKind::Test(_) | CommandKind::Arithmetic(_) => false,
        CommandKind::Other => true,
        _ => inside(command).into_iter().flatten().any(|statement| {
            let rest = statement.rest.iter().map(|(_, pipeline)| pipeline);
            std::iter::once(&statement.first).chain(rest).flat_map(|one| &one.commands).any(is_real)
        }),
    }
}

/// It looks at something, and has nothing to lose.
fn is_looking(name: &str) -> bool {
    program_of(name).is_some_and(|program| {
        matches!(
            program.runs,
            Runs::Reads | Runs::Rule(Rule::Wait | Rule::Read | Rule::Usleep | Rule::Break | Rule::Continue)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(argv: &[&str], sh: Option<&str>) -> Option<(Why, String)> {
        let argv: Vec<String> = argv.iter().map(|&word| word.to_owned()).collect();
        kept(&argv, sh, &|_| None).map(|kept| (kept.why, kept.written))
    }

    fn each(script: &str) -> [Option<Why>; 4] {
        [("dash", None), ("bash", None), ("sh", Some("ash")), ("sh", None)]
            .map(|(shell, sh)| of(&[shell, "-c", script], sh).map(|(why, _)| why))
    }

    use Why::{Background, Depends, Followed, Idle, LineEnd, Looped, Never, Piped, Redirected, Trapped};

    /// dash, bash, the shell of busybox, and one that is not known.
    #[test]
    fn a_shell_keeps_the_signal_from_what_it_waits_for() {
        for (script, expected) in [
            ("/app/server", [Some(Never), None, None, Some(Depends)]),
            ("cd /app && ./server", [Some(Never), None, None, Some(Depends)]),
            ("cd /app && node server.js", [Some(Never), None, None, Some(Depends)]),
            ("env A=1 /app/server", [None; 4]),
            ("/app/migrate; /app/server", [Some(Never), None, None, Some(Depends)]),
            ("/app/server >/log 2>&1", [Some(Never), Some(Redirected), None, Some(Depends)]),
            ("/app/server\n", [Some(Never), None, Some(LineEnd), Some(Depends)]),
            ("exec /app/server", [None; 4]),
            ("cd /app; exec ./server", [None; 4]),
            ("exec sleep infinity", [Some(Idle); 4]),
            ("/app/server; echo done", [Some(Followed); 4]),
            ("/app/server || exit 1", [Some(Followed); 4]),
            ("/app/server || (echo failed; exit 1)", [Some(Followed); 4]),
            ("/app/a & /app/b & wait -n; exit $?", [Some(Background); 4]),
            ("trap 'kill $p' TERM; /app/server & p=$!; wait $p; exit $?", [None; 4]),
            ("/app/start; tail -f /dev/null", [Some(Idle); 4]),
            ("/app/server | tee /log", [Some(Piped); 4]),
            ("/app/migrate && /app/server | tee /log", [Some(Piped); 4]),
            ("/app/server & wait", [Some(Background); 4]),
            ("/app/server & tail -f /dev/null", [Some(Background); 4]),
            ("while true; do /app/step; sleep 5; done", [Some(Looped); 4]),
            ("until /app/server; do sleep 1; done", [Some(Looped); 4]),
            ("while true; do echo tick; sleep 5; done", [Some(Idle); 4]),
            ("sleep infinity", [Some(Idle); 4]),
            ("sleep infinity & wait", [Some(Idle); 4]),
            ("trap 'exit 0' TERM; /app/server", [Some(Trapped); 4]),
            ("trap 'kill 7' TERM INT; /app/server; exit 0", [Some(Trapped); 4]),
            ("trap 'kill $p' TERM; /app/server & p=$!; wait $p", [None; 4]),
            ("trap 'exit 0' TERM; while true; do sleep 1; done", [None; 4]),
            ("trap 'exit 0' TERM; sleep infinity & wait", [None; 4]),
            ("trap 'echo bye' EXIT; /app/server", [None; 4]),
            ("trap '' TERM; /app/server", [None; 4]),
            ("date; echo done", [None; 4]),
            ("/app/server & exit 0", [None; 4]),
            ("/app/a || /app/b", [None; 4]),
            ("eval /app/server", [None; 4]),
            (". /run.sh", [None; 4]),
            ("run() { /app/server; }; run", [None; 4]),
            ("if true; then /app/server; fi", [None; 4]),
            ("$START", [None; 4]),
            ("if", [None; 4]),
            ("", [None; 4]),
        ] {
            assert_eq!(each(script), expected, "{script}");
        }
    }

    #[test]
    fn what_the_shell_waits_for_is_named_and_exec_stands_before_its_name() {
        let argv = ["dash", "-c", "cd /app && ./server --port 80"].map(str::to_owned);
        let found = kept(&argv, None, &|_| None);
        let found = found.map(|kept| (kept.written, kept.exec.map(|words| words.range())));
        assert_eq!(found, Some(("./server --port 80".to_owned(), Some(11..11))));
        assert_eq!(of(&["sh", "-c", "A=1 ./server"], Some("dash")).map(|(why, _)| why), Some(Never));
        let text = "#!/bin/sh\nset -e\n./server\n".to_owned();
        let in_file = kept(&["/run.sh".to_owned()], None, &|_| Some(text.clone()));
        let in_file = in_file.map(|kept| (kept.why, kept.written));
        assert_eq!(in_file, Some((Why::InFile, "./server".to_owned())));
        let text = "#!/usr/bin/python3\nserve()\n".to_owned();
        assert_eq!(kept(&["/run.sh".to_owned()], None, &|_| Some(text.clone())), None);
    }

    #[test]
    fn what_ran_before_may_have_left_programs_behind() {
        let is_beside = |script: &str| {
            kept(&["sh", "-c", script].map(str::to_owned), None, &|_| None).map(|kept| kept.is_beside)
        };
        assert_eq!(is_beside("/app/start; tail -f /dev/null"), Some(true));
        assert_eq!(is_beside("mkdir -p /run/app; sleep infinity"), Some(false));
    }

    #[test]
    fn a_program_hears_it_unless_it_has_no_handler() {
        assert_eq!(of(&["/app/server"], None), None);
        assert_eq!(of(&["tini", "--", "sh", "-c", "a; b; echo"], None), None);
        assert_eq!(of(&["sleep", "infinity"], None), Some((Idle, "sleep infinity".to_owned())));
        assert_eq!(of(&["tail", "-f", "/dev/null"], None).map(|(why, _)| why), Some(Idle));
    }
}
