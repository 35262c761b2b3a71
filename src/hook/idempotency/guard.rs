//! Guards: what stands in front of a command and keeps a second run away from it.

use super::args::Call;
use super::place::{Expander, Value};
use super::table::{Form, TABLE, Target};
use crate::shell::script::{Command, CommandKind, Connector, List, Pipeline, Simple, Statement, Word};

/// What is known where a command stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guard {
    /// The path is not there.
    Absent(String),
    /// The path is there.
    Present(String),
    /// Something was asked whose answer may differ on the second run.
    Asked,
}

/// How a condition is written, which decides what an unknown command in it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `a && b`: `a` is a step that is expected to succeed.
    Chain,
    /// `if a; then`: `a` is a question.
    Question,
}

/// Reads conditions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conditions<'s, 'a> {
    /// What words expand to.
    pub(super) scope: &'s Expander<'a>,
    /// How the condition is written.
    pub(super) style: Style,
    /// `mkdir x` used as a lock: its failing on the second run is taken care of.
    pub(super) lock: bool,
    /// How many groups stand around what is read.
    pub(super) depth: usize,
}

/// How deep groups in conditions are read, and how long a chain; beyond, they count as questions.
const DEEPEST: usize = 5;
const LONGEST_CHAIN: usize = 64;

/// Commands that say nothing that could change from run to run when they succeed: steps, tools
/// that look for a program, and waits for a server.
const STEADY: &[&str] = &[
    ":",
    "true",
    "false",
    "echo",
    "printf",
    "sleep",
    "command",
    "type",
    "which",
    "hash",
    "read",
    "nc",
    "ncat",
    "ping",
    "pg_isready",
    "mysqladmin",
    "mariadb-admin",
    "redis-cli",
    "valkey-cli",
    "curl",
    "wget",
    "pgrep",
    "pidof",
    "kill",
    "id",
    "getent",
    "ls",
    "stat",
    "kubectl",
    "rabbitmqctl",
    "rabbitmq-diagnostics",
    "mountpoint",
    "date",
    "hostname",
    "let",
    "expr",
    "nslookup",
    "dig",
    "host",
    "timeout",
    "cat",
    "cd",
    "wait",
    "set",
    "export",
    "vault",
    "etcdctl",
    "consul",
    "nginx",
    "mongosh",
    "mongo",
    "mysql",
    "psql",
    "cqlsh",
    "whoami",
    "env",
    "printenv",
    "apt-get",
    "apk",
    "chmod",
    "chown",
    "cp",
    "touch",
];

/// Of those, the ones of which even failing says nothing.
const ALWAYS_STEADY: &[&str] =
    &[":", "true", "false", "echo", "printf", "sleep", "command", "type", "which", "hash", "expr", "let"];

/// Tests of `[` that look at a file.
const FILE_TESTS: &[&str] =
    &["-e", "-f", "-d", "-s", "-L", "-h", "-r", "-w", "-x", "-S", "-p", "-b", "-c", "-O", "-G", "-N", "-a"];

/// Commands whose output is the same at each run in the same Pod.
const STEADY_OUTPUT: &[&str] = &[
    "hostname", "uname", "whoami", "id", "nproc", "date", "basename", "dirname", "echo", "printf", "pwd",
    "expr", "seq", "arch", "getconf", "env", "printenv",
];

/// Commands that only pass on what they read.
const FILTERS: &[&str] = &[
    "grep", "egrep", "fgrep", "cut", "sed", "awk", "tr", "head", "tail", "rev", "sort", "uniq", "wc", "xargs",
];

impl Conditions<'_, '_> {
    /// What is known after a list of commands has succeeded (`truth`) or failed.
    pub(super) fn list(self, list: &List, truth: bool) -> Vec<Guard> {
        list.last().map_or_else(Vec::new, |statement| self.statement(statement, truth))
    }

    fn statement(self, statement: &Statement, truth: bool) -> Vec<Guard> {
        self.chain(&statement.first, &statement.rest, truth)
    }

    /// What is known after `first && …` or `first || …`.
    pub(super) fn chain(self, first: &Pipeline, rest: &[(Connector, Pipeline)], truth: bool) -> Vec<Guard> {
        if rest.len() > LONGEST_CHAIN {
            return vec![Guard::Asked];
        }
        let all = |connector| rest.iter().all(|(found, _)| *found == connector);
        let mut parts = std::iter::once(first).chain(rest.iter().map(|(_, pipeline)| pipeline));
        let decided = if truth { all(Connector::And) } else { all(Connector::Or) };
        if decided {
            return parts.flat_map(|pipeline| self.pipeline(pipeline, truth)).collect();
        }
        // Which part decided is open: any of them that asks makes the whole a question.
        let asks = parts.any(|p| !self.pipeline(p, true).is_empty() || !self.pipeline(p, false).is_empty());
        if asks { vec![Guard::Asked] } else { Vec::new() }
    }

    fn pipeline(self, pipeline: &Pipeline, truth: bool) -> Vec<Guard> {
        let truth = truth != pipeline.negated;
        match pipeline.commands.as_slice() {
            [] => Vec::new(),
            [command] => self.command(command, truth),
            [sources @ .., last] => self.filtered(sources, last, truth),
        }
    }

    /// `echo $HOSTNAME | grep -q 0` asks nothing new; `psql … | grep -q 1` does.
    fn filtered(self, sources: &[Command], last: &Command, truth: bool) -> Vec<Guard> {
        let name = |command: &Command| call(command, self.scope).map(|call| call.name);
        let first = sources.first().and_then(name);
        let steady = first.is_some_and(|first| {
            STEADY_OUTPUT.contains(&first.as_str())
                || (truth && STEADY.contains(&first.as_str()) && !DATABASES.contains(&first.as_str()))
        });
        let filtered = sources
            .iter()
            .skip(1)
            .chain([last])
            .all(|command| name(command).is_some_and(|name| FILTERS.contains(&name.as_str())));
        if steady && filtered && !dynamic(sources, self.scope) { Vec::new() } else { vec![Guard::Asked] }
    }

    fn command(self, command: &Command, truth: bool) -> Vec<Guard> {
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple, truth),
            CommandKind::Test(words) => self.test(words, truth),
            CommandKind::Group(list) | CommandKind::Subshell(list) if self.depth < DEEPEST => {
                Self { depth: self.depth + 1, ..self }.list(list, truth)
            }
            CommandKind::Arithmetic(_) => Vec::new(),
            _ => vec![Guard::Asked],
        }
    }

    fn simple(self, simple: &Simple, truth: bool) -> Vec<Guard> {
        let unknown = if truth && self.style == Style::Chain { Vec::new() } else { vec![Guard::Asked] };
        let Some(call) = Call::read(&simple.words, self.scope) else { return unknown };
        let name = call.name.as_str();
        // `if false; then …` never comes to its body.
        if (truth && name == "false") || (!truth && matches!(name, "true" | ":")) {
            return vec![Guard::Asked];
        }
        if let Some((_, words)) = simple.words.split_first()
            && matches!(name, "[" | "test")
        {
            return self.test(words, truth);
        }
        if truth
            && self.lock
            && let Some(made) = lock(&call, self.scope)
        {
            return vec![Guard::Absent(made)];
        }
        if ALWAYS_STEADY.contains(&name) || (truth && STEADY.contains(&name)) {
            Vec::new()
        } else {
            self.other(&call, truth, unknown)
        }
    }

    fn other(self, call: &Call, truth: bool, unknown: Vec<Guard>) -> Vec<Guard> {
        let grep = matches!(call.name.as_str(), "grep" | "egrep" | "fgrep");
        if truth && grep { vec![Guard::Asked] } else { unknown }
    }

    /// The inside of `[ … ]` or `[[ … ]]`.
    fn test(self, words: &[Word], truth: bool) -> Vec<Guard> {
        let values: Vec<Value> = words.iter().map(|word| self.scope.value(word)).collect();
        let values = match values.split_last() {
            Some((last, rest)) if last.text == "]" => rest,
            _ => values.as_slice(),
        };
        let joins = |texts: &[&str]| values.iter().any(|value| texts.contains(&value.text.as_str()));
        let binary_and = values.len() > 3 && joins(&["-a", "&&"]);
        let binary_or = values.len() > 3 && joins(&["-o", "||"]);
        let mixed = binary_and && binary_or;
        if mixed || joins(&["(", ")"]) || (binary_and && !truth) || (binary_or && truth) {
            return vec![Guard::Asked];
        }
        let separators: &[&str] = if binary_and { &["-a", "&&"] } else { &["-o", "||"] };
        if !(binary_and || binary_or) {
            return self.primary(values, truth);
        }
        values
            .split(|value| separators.contains(&value.text.as_str()))
            .flat_map(|part| self.primary(part, truth))
            .collect()
    }

    fn primary(self, values: &[Value], truth: bool) -> Vec<Guard> {
        match values {
            [not, rest @ ..] if not.text == "!" => self.primary(rest, !truth),
            [test, path] if FILE_TESTS.contains(&test.text.as_str()) => {
                let path = self.scope.path(path);
                vec![if truth { Guard::Present(path) } else { Guard::Absent(path) }]
            }
            values if values.iter().any(|value| value.dynamic) => vec![Guard::Asked],
            _ => Vec::new(),
        }
    }
}

/// Clients whose answer is about data.
const DATABASES: &[&str] = &["psql", "mysql", "mongo", "mongosh", "cqlsh", "ls", "cat", "stat"];

/// The name that `mkdir` or `ln` takes as a lock.
fn lock(call: &Call, scope: &Expander<'_>) -> Option<String> {
    let row = TABLE.iter().find(|row| {
        row.names.contains(&call.name.as_str()) && matches!(row.target, Target::Makes | Target::Links)
    })?;
    let safe = row.form == Form::Always && call.has(row.safe, row.values);
    let made = call.operands(row.values).last().map(|arg| scope.path(&arg.value))?;
    (!safe).then_some(made)
}

fn call(command: &Command, scope: &Expander<'_>) -> Option<Call> {
    match &command.kind {
        CommandKind::Simple(simple) => Call::read(&simple.words, scope),
        _ => None,
    }
}

fn dynamic(commands: &[Command], scope: &Expander<'_>) -> bool {
    commands
        .iter()
        .filter_map(|command| call(command, scope))
        .any(|call| call.args.iter().any(|arg| arg.value.dynamic))
}

/// What `$( … )` gives: never known, but some of it is the same at each run, and some is new.
pub(super) fn substitution(list: &List) -> Value {
    let mut words = Vec::new();
    let mut names = Vec::new();
    for statement in list {
        for pipeline in std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, p)| p)) {
            for (at, command) in pipeline.commands.iter().enumerate() {
                let CommandKind::Simple(simple) = &command.kind else {
                    return Value { dynamic: true, ..Value::unknown("(…)") };
                };
                names.push((at, simple.name().unwrap_or_default()));
                words
                    .extend(simple.words.iter().map(|word| word.literal().unwrap_or_else(|| "_".to_owned())));
            }
        }
    }
    let steady = |(at, name): &(usize, String)| {
        STEADY_OUTPUT.contains(&name.as_str()) || (*at > 0 && FILTERS.contains(&name.as_str()))
    };
    let fresh = names.iter().any(|(_, name)| name == "mktemp");
    Value { dynamic: !fresh && !names.iter().all(steady), fresh, ..Value::unknown(&words.join(" ")) }
}

/// What is known behind a statement that leaves the script (or the loop) in some cases:
/// `[ -f done ] && exit 0`, `if …; then exit; fi`, `mkdir lock || exit 0`.
pub(super) fn behind(statement: &Statement, scope: &Expander<'_>) -> Vec<Guard> {
    if statement.background {
        return Vec::new();
    }
    let conditions = Conditions { scope, style: Style::Chain, lock: true, depth: 0 };
    if let Some(((connector, last), before)) = statement.rest.split_last() {
        // After `mkdir x || exit 1` the second run fails, which is found at `mkdir` itself.
        let conditions = Conditions { lock: !always_fails(last), ..conditions };
        let leaves = matches!(last.commands.as_slice(), [command] if leaves(command));
        let truth = *connector == Connector::Or;
        return if leaves { conditions.chain(&statement.first, before, truth) } else { Vec::new() };
    }
    let [Command { kind: CommandKind::If { branches, otherwise }, .. }] = statement.first.commands.as_slice()
    else {
        return Vec::new();
    };
    let question = Conditions { style: Style::Question, ..conditions };
    let mut known: Vec<Guard> = branches
        .iter()
        .filter(|(_, body)| list_leaves(body))
        .flat_map(|(condition, _)| question.list(condition, false))
        .collect();
    if let ([(condition, _)], Some(body)) = (branches.as_slice(), otherwise)
        && list_leaves(body)
    {
        known.extend(question.list(condition, true));
    }
    known
}

/// The list ends the script, the function or the loop.
pub(super) fn list_leaves(list: &List) -> bool {
    list.iter().any(always_leaves)
}

/// The statement ends the script, the function or the loop in every case.
pub(super) fn always_leaves(statement: &Statement) -> bool {
    !statement.background
        && statement.rest.is_empty()
        && matches!(statement.first.commands.as_slice(), [command] if leaves(command))
}

fn leaves(command: &Command) -> bool {
    match &command.kind {
        CommandKind::Simple(simple) => match simple.name().as_deref() {
            Some("exit" | "return" | "break" | "continue") => true,
            Some("exec") => simple.words.len() > 1,
            _ => false,
        },
        CommandKind::Group(list) => list_leaves(list),
        _ => false,
    }
}

/// The command ends with a failing status in every case: `exit 1`, `false`, `{ echo no; exit 1; }`.
pub(super) fn always_fails(pipeline: &Pipeline) -> bool {
    let [command] = pipeline.commands.as_slice() else { return false };
    match &command.kind {
        CommandKind::Simple(simple) => match simple.name().as_deref() {
            Some("false") => true,
            // Without a number it is the status of the command that has just failed.
            Some("exit" | "return") => {
                simple.words.get(1).is_none_or(|word| word.literal().is_none_or(|text| text != "0"))
            }
            _ => false,
        },
        CommandKind::Group(list) | CommandKind::Subshell(list) => list.last().is_some_and(|last| {
            // In `{ echo no; exit; }` the status is that of `echo`.
            let bare = matches!(last.first.commands.as_slice(), [Command { kind: CommandKind::Simple(s), .. }]
                if s.words.len() == 1 && s.name().as_deref() != Some("false"));
            last.rest.is_empty() && !(bare && list.len() > 1) && always_fails(&last.first)
        }),
        _ => false,
    }
}
