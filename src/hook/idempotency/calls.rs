//! One call: what the table says of it, what it hands on, and what it wraps.

use super::args::{Arg, Call};
use super::candidate::{self, Candidate};
use super::effects::{clone_folder, is_form};
use super::place::{Expander, Value};
use super::sql::{self, Client};
use super::table::{Form, Row, TABLE, Target};
use super::walk::Walk;
use crate::shell::script::{Command, CommandKind, RedirectionKind, Word};
use crate::text::Span;

/// Commands that run another one, with their own options that take a value and the number of
/// operands in front of it.
const WRAPPERS: &[(&str, &[&str], usize)] = &[
    ("env", &["-u", "--unset", "-C", "--chdir"], 0),
    ("nice", &["-n", "--adjustment"], 0),
    ("ionice", &["-c", "-n"], 0),
    ("nohup", &[], 0),
    ("setsid", &[], 0),
    ("stdbuf", &["-i", "-o", "-e"], 0),
    ("time", &[], 0),
    ("timeout", &["-s", "--signal", "-k", "--kill-after"], 1),
    ("exec", &["-a"], 0),
    ("command", &[], 0),
    ("builtin", &[], 0),
    ("busybox", &[], 0),
];

/// The index of the word behind a wrapper, counted from the wrapper's name.
pub(super) fn behind_wrapper(call: &Call) -> Option<usize> {
    let (name, values, operands) = WRAPPERS.iter().find(|(name, ..)| *name == call.name)?;
    if *name == "command" && call.has(&["-v", "-V"], &[]) {
        return None;
    }
    let mut at = 0;
    let mut operands = *operands;
    while let Some(arg) = call.args.get(at) {
        let text = arg.value.text.as_str();
        if text.starts_with('-') && text.len() > 1 {
            at += if values.contains(&text) { 2 } else { 1 };
        } else if *name == "env" && text.contains('=') {
            at += 1;
        } else if operands > 0 {
            operands -= 1;
            at += 1;
        } else {
            return Some(at + 1);
        }
    }
    None
}

/// A script in a word of a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    /// The word's index.
    pub(super) at: usize,
    /// A shell of its own runs it.
    pub(super) own_shell: bool,
    /// That shell has `-e`.
    pub(super) errexit: bool,
}

/// `sh -c '…'` and `eval '…'`.
pub(super) fn nested_script(call: &Call) -> Option<Script> {
    if call.name == "eval" {
        return (call.args.len() == 1).then_some(Script { at: 1, own_shell: false, errexit: false });
    }
    if !matches!(call.name.as_str(), "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh") {
        return None;
    }
    let at = call.args.iter().position(|arg| {
        let text = &arg.value.text;
        text.starts_with('-') && !text.starts_with("--") && text.ends_with('c')
    })?;
    let options = call.args.get(..=at)?;
    let short = |letter| {
        options.iter().any(|arg| !arg.value.text.starts_with("--") && arg.value.text.contains(letter))
    };
    Some(Script { at: at + 2, own_shell: true, errexit: short('e') })
}

/// What a command writes to a pipe, when its words say it.
pub(super) fn output(command: &Command, scope: &Expander<'_>) -> Option<String> {
    let CommandKind::Simple(simple) = &command.kind else { return None };
    let call = Call::read(&simple.words, scope)?;
    match call.name.as_str() {
        "echo" | "printf" => {
            let words =
                call.args.iter().filter(|arg| !matches!(arg.value.text.as_str(), "-e" | "-n" | "-E" | "-en"));
            let words: Vec<String> = words.map(|arg| arg.value.readable()).collect();
            Some(words.join(" ").replace("\\n", "\n"))
        }
        "cat" if call.args.is_empty() => input_text(command, scope),
        _ => None,
    }
}

/// The text of a here-document or here-string.
fn input_text(command: &Command, scope: &Expander<'_>) -> Option<String> {
    let here = |kind| matches!(kind, RedirectionKind::HereDocument | RedirectionKind::HereString);
    let redirection = command.redirections.iter().rev().find(|redirection| here(redirection.kind))?;
    Some(scope.value(&redirection.target).readable())
}

/// Commands that make no file another command could take away.
const MAKE_NOTHING: &[&str] = &[
    "exec",
    "echo",
    "printf",
    "sleep",
    "true",
    "false",
    ":",
    "[",
    "test",
    "cd",
    "set",
    "export",
    "unset",
    "local",
    "read",
    "exit",
    "return",
    "break",
    "continue",
    "shift",
    "trap",
    "wait",
    "umask",
    "ulimit",
    "readonly",
    "declare",
    "mkdir",
    "rmdir",
    "rm",
    "mv",
    "ln",
    "chmod",
    "chown",
    "chgrp",
    "cat",
    "ls",
    "stat",
    "grep",
    "egrep",
    "find",
    "id",
    "getent",
    "whoami",
    "hostname",
    "date",
    "ps",
    "pgrep",
    "pidof",
    "kill",
    "pkill",
    "killall",
    "nc",
    "ping",
    "ip",
    "iptables",
    "sysctl",
    "nginx",
    "redis-cli",
    "psql",
    "mysql",
    "pg_isready",
    "mysqladmin",
    "rabbitmqctl",
    "useradd",
    "groupadd",
    "adduser",
    "addgroup",
    "usermod",
    "sync",
    "df",
    "du",
    "free",
    "mount",
    "umount",
    "sed",
    "head",
    "tail",
    "wc",
    "cut",
    "tr",
    "sort",
    "uniq",
    "which",
    "type",
    "command",
    "hash",
    "basename",
    "dirname",
    "readlink",
    "realpath",
    "logger",
    "seq",
    "expr",
    "env",
    "printenv",
    "service",
    "systemctl",
    "supervisorctl",
    "let",
    "source-highlight",
    "uname",
];

/// The command may make files this reader knows nothing of.
pub(super) fn may_make_files(call: &Call) -> bool {
    call.own_path || !MAKE_NOTHING.contains(&call.name.as_str())
}

/// Looks a call up in the table and keeps what may be found.
pub(super) fn look(
    walk: &mut Walk<'_>,
    call: &Call,
    command: &Command,
    input: Option<&str>,
    whole: Span,
    (kills, repeats): (bool, bool),
) {
    let end = call.args.last().map_or(call.span.end, |arg| arg.span.end);
    let span = Span::new(call.span.start, end);
    let here = input_text(command, &walk.scope);
    let input = here.as_deref().or(input);
    let piped = if here.is_none() && input.is_some() { Span::new(whole.start, end) } else { span };
    if let Some(client) = sql::client(call) {
        statements(walk, call, client, input, (span, piped), (kills, repeats));
        return;
    }
    let rows = TABLE.iter().filter(|row| row.names.contains(&call.name.as_str()));
    let Some((row, from_input)) = rows.filter_map(|row| speaks(row, call, input)).next() else { return };
    let Some(paths) = paths(row, call, &walk.scope) else { return };
    let mut candidate = Candidate::new(row, walk, if from_input { piped } else { span });
    candidate.mend = fill(row, call, &candidate.written, &paths, walk);
    if let Target::Links | Target::Moves = row.target {
        let others = call.operands(row.values);
        let absolute =
            others.iter().filter(|arg| arg.value.text.starts_with('/') || row.target == Target::Moves);
        let into = call.values_of(&["-t", "--target-directory"], row.values);
        let values = absolute.map(|arg| &arg.value).chain(&into);
        candidate.grounds = values.map(|value| walk.scope.path(value)).collect();
    }
    walk.push(Candidate { kills, repeats, paths, call: Some(call.clone()), ..candidate });
}

/// The row speaks of the call; with whether it does so because of standard input.
fn speaks<'r>(row: &'r Row, call: &Call, input: Option<&str>) -> Option<(&'r Row, bool)> {
    let with = row.with.is_empty() || call.has(row.with, row.values);
    if !with || call.has(row.safe, row.values) || call.is_open() {
        return None;
    }
    if is_form(call, row.form, row.values) {
        return (row.target != Target::Accounts || makes_account(row, call)).then_some((row, false));
    }
    // `echo "LPUSH list x" | redis-cli`
    let (Form::Word(words), Some(input)) = (row.form, input) else { return None };
    let first = |line: &str| line.split_whitespace().next().map(str::to_ascii_lowercase);
    let said = input.lines().filter_map(first).any(|word| words.contains(&word.as_str()));
    (said && call.operands(row.values).is_empty()).then_some((row, true))
}

/// `adduser user group` adds a member, which may be done twice.
fn makes_account(row: &Row, call: &Call) -> bool {
    call.operands(row.values).len() == 1
}

/// The paths on which the harm depends; `None` when there is nothing to judge.
fn paths(row: &Row, call: &Call, scope: &Expander<'_>) -> Option<Vec<String>> {
    let operands = call.operands(row.values);
    let path = |arg: &&Arg| (!arg.value.fresh).then(|| scope.path(&arg.value));
    let found: Vec<String> = match row.target {
        Target::Accounts | Target::Network | Target::Server => return Some(Vec::new()),
        Target::File(option) => {
            return Some(
                call.values_of(&[option], row.values).iter().map(|value| scope.path(value)).collect(),
            );
        }
        Target::Makes | Target::Takes | Target::Appends => operands.iter().filter_map(path).collect(),
        Target::Edits => operands.iter().skip(super::sed::script_operands(call)).filter_map(path).collect(),
        Target::Clones => {
            clone_folder(call).filter(|folder| !folder.fresh).iter().map(|f| scope.path(f)).collect()
        }
        Target::Links => link_names(call, row, scope),
        Target::Moves => {
            let into = !call.values_of(&["-t", "--target-directory"], row.values).is_empty();
            let sources = if into { operands.len() } else { operands.len().saturating_sub(1) };
            operands.iter().take(sources).filter_map(path).collect()
        }
    };
    (!found.is_empty()).then_some(found)
}

fn link_names(call: &Call, row: &Row, scope: &Expander<'_>) -> Vec<String> {
    let operands = call.operands(row.values);
    let name = |value: &Value| value.text.rsplit('/').next().unwrap_or_default().to_owned();
    let last = match operands.as_slice() {
        [] => return Vec::new(),
        [only] => Value { text: name(&only.value), ..only.value.clone() },
        [.., last] => last.value.clone(),
    };
    if last.fresh { Vec::new() } else { vec![scope.path(&last)] }
}

fn statements(
    walk: &mut Walk<'_>,
    call: &Call,
    client: &'static Client,
    input: Option<&str>,
    (span, piped): (Span, Span),
    (kills, repeats): (bool, bool),
) {
    let found = client.repeats(call, input);
    let harmful =
        found.iter().find(|s| s.row.harm == super::Harm::AddsUp || (s.reaches && (kills || repeats)));
    let Some(statement) = harmful else { return };
    let has_option = client.has_statement(call);
    let mut candidate = Candidate::new(&statement.row, walk, if has_option { span } else { piped });
    candidate.mend = statement_mend(walk, call, &candidate.written, statement, client);
    candidate.kills = kills && statement.reaches;
    candidate.repeats = repeats && statement.reaches;
    if let Some(file) = client.database_file(call) {
        if file.fresh || matches!(file.text.as_str(), ":memory:") {
            return;
        }
        let path = walk.scope.path(&file);
        if walk.effects.removes(&path) {
            return;
        }
        candidate.paths = vec![path];
        candidate.row.target = Target::Makes;
    }
    walk.push(candidate);
}

/// The call with its statement made safe. A statement in a here-document stands apart from the
/// call, so that there the statement itself is mended.
fn statement_mend(
    walk: &Walk<'_>,
    call: &Call,
    written: &str,
    statement: &sql::Statement,
    client: &Client,
) -> String {
    let inside = written.contains(&statement.text);
    let source = if inside { written } else { &statement.text };
    sql::mended(source, statement, client).unwrap_or_else(|| match inside {
        true => fill(&statement.row, call, written, &[], walk),
        false => format!("[ -e {} ] || {written}", candidate::marker(walk.context)),
    })
}

/// Puts a call into the row's template.
fn fill(row: &Row, call: &Call, written: &str, paths: &[String], walk: &Walk<'_>) -> String {
    let name = walk.written(call.span).to_owned();
    let args = match (call.args.first(), call.args.last()) {
        (Some(first), Some(last)) => walk.written(Span::new(first.span.start, last.span.end)).to_owned(),
        _ => String::new(),
    };
    let operands = call.operands(row.values);
    let last = operands.last().map(|arg| walk.written(arg.span).to_owned()).unwrap_or_default();
    let path = first_path(row, call, paths, walk);
    let marker = candidate::marker(walk.context);
    let mut text = String::new();
    let mut rest = row.mend;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        // `{ {cmd}; }` is a group of the shell, not a hole.
        let Some((hole, after)) =
            behind.split_once('}').filter(|(hole, _)| !hole.contains([' ', '{']) || hole.contains("=>"))
        else {
            text.push('{');
            rest = behind;
            continue;
        };
        match hole {
            "cmd" => text.push_str(written),
            "0" => text.push_str(&name),
            "args" => text.push_str(&args),
            "path" => text.push_str(&path),
            "name" => text.push_str(&last),
            "marker" => text.push_str(&marker),
            hole => text.push_str(&swapped(hole, call, written, walk)),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The call as written with one word replaced: `{-A=>-C}`.
fn swapped(hole: &str, call: &Call, written: &str, walk: &Walk<'_>) -> String {
    let Some((from, to)) = hole.split_once("=>") else { return written.to_owned() };
    let Some(arg) = call.args.iter().find(|arg| walk.written(arg.span) == from) else {
        return written.to_owned();
    };
    let end = call.args.last().map_or(arg.span.end, |last| last.span.end);
    let head = walk.written(Span::new(call.span.start, arg.span.start));
    let tail = walk.written(Span::new(arg.span.end, end));
    if to.is_empty() { format!("{}{tail}", head.trim_end()) } else { format!("{head}{to}{tail}") }
}

/// What the call works on, as written if it is.
fn first_path(row: &Row, call: &Call, paths: &[String], walk: &Walk<'_>) -> String {
    let wanted = paths.first().map(String::as_str).unwrap_or_default();
    let operands = call.operands(row.values);
    let written = operands.iter().find(|arg| walk.scope.path(&arg.value) == wanted);
    match written {
        Some(arg) => walk.written(arg.span).to_owned(),
        None => candidate::readable(wanted.rsplit('/').next().unwrap_or(wanted)),
    }
}

/// The first word of a command that has one, for `>>`.
pub(super) fn first_word(words: &[Word], scope: &Expander<'_>) -> Option<String> {
    Call::read(words, scope).map(|call| call.name)
}
