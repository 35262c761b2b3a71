//! What can be known of a program: the columns of the table.

pub(crate) use super::second_run::{Form, Harm, Same, SecondRun, Target, Undo};

/// One program, and all that is known of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// What it is called, without a directory.
    pub(crate) names: &'static [&'static str],
    /// Who brings it.
    pub(crate) kind: Kind,
    /// How long it runs, and how it ends.
    pub(crate) runs: Runs,
    /// What its success and its failure say about what an earlier run may have left.
    pub(crate) says: Says,
    /// What it writes to standard output.
    pub(crate) prints: Prints,
    /// How its words tell what it writes there, where they do.
    pub(crate) tells: Option<Tells>,
    /// It makes files whose names its words do not tell.
    pub(crate) makes_files: bool,
    /// Options that take a value, where its operands matter.
    pub(crate) values: &'static [&'static str],
    /// How many operands it cannot do without.
    pub(crate) least_operands: usize,
    /// Options that take the place of operands.
    pub(crate) instead: &'static [&'static str],
    /// What it makes of an operand that is none: `&&`, `$NAME`.
    pub(crate) strays: Strays,
    /// It only asks whether a server is there, and succeeds whatever name and password it is given: with one of
    /// these words among its own, or always where there are none.
    pub(crate) greets: Option<&'static [&'static str]>,
    /// What its words do to files.
    pub(crate) files: OnFiles,
    /// How its words make an HTTP request, if they do.
    pub(crate) http: Option<&'static Http>,
    /// How its words name the server that it talks to, if it talks to one.
    pub(crate) asks: Option<Asks>,
    /// Whether it asks again where nobody answers yet.
    pub(crate) asks_again: AsksAgain,
    /// What some of its calls do to the server.
    pub(crate) uses: &'static [Use],
    /// What a second run of some of its calls does.
    pub(crate) second: &'static [SecondRun],
    /// It reads statements in a language.
    pub(crate) client: Option<&'static Client>,
    /// It runs for ever, and ends by the stop signal as the first process of a container too.
    pub(crate) ends_on_signal: bool,
    /// To which last command of a script it gives way, as a shell; `None` where nobody knows.
    pub(crate) gives_way: Option<GivesWay>,
}

/// To which last command of `-c` a shell gives way, becoming that program instead of waiting for it
/// (facts I4, N12 and P10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GivesWay {
    /// To none.
    Never,
    /// To one that is all of the script.
    ToOnly,
    /// To one without redirections.
    ToPlain,
    /// To any simple one.
    ToSimple,
}

/// Who brings a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The shell itself: there is no such program to execute.
    Word,
    /// Every usual image, in a directory of the system; one without a shell lacks it.
    Tool,
    /// A product, wherever it is installed.
    Product,
}

/// How a program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    /// Nobody knows how long, nor how it ends.
    Unknown,
    /// Returns at once, and counts as succeeding unless a condition asks.
    Instant,
    /// Returns at once and succeeds.
    Succeeds,
    /// Returns at once; success or failure is its answer.
    Answers,
    /// Returns at once with failure.
    Fails,
    /// Copies its input, so it returns at once unless it reads from a connection.
    Reads,
    /// By a rule of its own.
    Rule(Rule),
    /// Runs a command that stands behind its own words.
    Wraps(Wrapper),
    /// Runs a POSIX shell script.
    Shell(Dialect),
    /// Runs programs in a language that is not read; true for a shell of Windows.
    Interpreter {
        /// Of Windows.
        windows: bool,
    },
}

/// Which shell reads a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// bash, zsh, ksh: braces expand.
    Bash,
    /// dash or busybox: braces stand for themselves.
    Posix,
    /// `sh`: one or the other, depending on the image.
    Sh,
}

/// A rule of the interpreter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Waits for its operands.
    Sleep,
    /// Waits for so many microseconds.
    Usleep,
    /// Ends a command after a time.
    Timeout,
    /// Waits for jobs.
    Wait,
    /// Copies, or follows a file for ever.
    Tail,
    /// Never ends by itself.
    Endless,
    /// Asks a server, for as long as its options allow.
    Curl,
    /// Reads a line.
    Read,
    /// Ends the shell.
    Exit,
    /// Ends the function.
    Return,
    /// Ends the loop.
    Break,
    /// Begins the next round.
    Continue,
    /// Changes options and positional parameters.
    Set,
    /// Drops positional parameters.
    Shift,
    /// Keeps a script for the end.
    Trap,
    /// Runs its arguments as a script.
    Eval,
    /// Runs a file in this shell.
    Source,
    /// Replaces the shell, or only its redirections.
    Exec,
    /// Sets variables.
    Declare,
    /// Removes variables.
    Unset,
    /// Counts.
    Let,
    /// Compares, and looks at files.
    Test,
    /// Sends a signal to processes by number.
    Kill,
    /// Sends a signal to processes by name.
    KillByName,
    /// Tells the time.
    Date,
    /// Runs a command, or only looks it up.
    Command,
    /// Changes the working directory.
    Directory,
    /// Runs a command with what it reads as further arguments.
    Xargs,
}

/// A program that runs the command behind its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wrapper {
    /// Its options that take a value.
    pub(crate) values: &'static [&'static str],
    /// `A=1` may stand in front of the command.
    pub(crate) assignments: bool,
}

/// What success and failure say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// Both may differ on a second run.
    Both,
    /// Success is what is expected on every run; failure may be new.
    Failure,
    /// Neither says anything.
    Nothing,
    /// It looks for something, so that success may be new; its output is of no matter.
    Success,
}

/// What a program writes to standard output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prints {
    /// Something that may differ from run to run.
    Something,
    /// Nothing.
    Nothing,
    /// The same at each run in the same Pod.
    Same,
    /// What it reads, filtered.
    Filtered,
    /// A new name at each run.
    Fresh,
    /// What a store holds, even where asking it succeeds as expected.
    Data,
}

/// How a program's words tell what it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tells {
    /// Its operands, with blanks between them.
    Words,
    /// Its operands, by a format in front of them.
    Format,
    /// The numbers from one operand to another.
    Numbers,
    /// What an expression comes to.
    Expression,
    /// What it reads, when it names no file.
    Input,
}

/// What a program makes of words that were meant for a shell, among its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strays {
    /// Nobody knows, or it takes them and succeeds.
    Taken,
    /// It fails, as there is no such file, number or process, or it takes no operands.
    Refused,
    /// The same for all operands but the last, which may be a name for something new.
    RefusedBeforeLast,
    /// It takes each for an address, and ends as the last one does.
    LastDecides,
    /// It fails on an operator, and takes a variable for a part of a pattern or an address.
    OperatorsRefused,
}

/// What a program does to the files that its operands name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFiles {
    /// Nothing that is followed.
    Nothing,
    /// Makes each.
    Makes,
    /// Removes each.
    Removes,
    /// Removes what lies below the first, where it is told to act.
    Finds,
    /// Writes each, from its start unless it appends.
    Tees,
    /// Writes the last, or into it, from the others.
    Copies,
    /// The same, and the others are gone.
    Moves,
    /// Writes the file that an option names.
    Downloads,
    /// Fills the directory that an option names.
    Unpacks,
    /// Makes a directory for a repository.
    Clones,
}

/// How the words of a client make an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Http {
    /// Options whose value is the method.
    pub(crate) method: &'static [&'static str],
    /// Options that make the request a POST.
    pub(crate) post: &'static [&'static str],
    /// Options that make it something else, whatever it sends.
    pub(crate) other: &'static [&'static str],
    /// Options that name the file of the answer.
    pub(crate) output: &'static [&'static str],
    /// Options with which it connects to something else than its address names: a socket, a proxy.
    pub(crate) around: &'static [&'static str],
}

/// How the words of a client name its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// By addresses among the operands: `http://localhost:80/ready`.
    Urls,
    /// By its operands, host and then port.
    HostAndPort,
    /// By its first operand, a host.
    Host,
    /// The same, and it fails where DNS does not know the name.
    Name,
    /// By options; the container itself without them.
    Options {
        /// Those of the host.
        host: &'static [&'static str],
        /// Those of the port.
        port: &'static [&'static str],
    },
    /// The cluster's API server.
    ApiServer,
}

/// Whether a client asks again where nobody answers yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AsksAgain {
    /// It fails at once.
    Never,
    /// Where one of these options is given.
    With(&'static [&'static str]),
    /// For some time.
    Always,
}

/// A way to call a program that matters to the server in the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Use {
    /// All of these stand among the arguments, in this order, in any case of letters; what ends in `=` is the
    /// beginning of one.
    pub(crate) arguments: &'static [&'static str],
    /// It returns at once; otherwise it waits for the server, nobody knows how long.
    pub(crate) at_once: bool,
    /// How it tells the server to stop, if it does.
    pub(crate) stop: Option<Manner>,
    /// What that cuts off, where it is [`Manner::Abrupt`].
    pub(crate) cuts: Option<Cuts>,
}

/// What an abrupt stop costs, and what to ask for instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cuts {
    /// What is lost, as a clause.
    pub(crate) loses: &'static str,
    /// A word of the call, and the word in its place that asks for an orderly stop.
    pub(crate) instead: Option<(&'static str, &'static str)>,
}

impl Use {
    /// The same, with what the abrupt stop costs.
    pub(super) const fn cutting(self, cuts: Cuts) -> Self {
        Self { cuts: Some(cuts), ..self }
    }
}

/// How a server is told to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Manner {
    /// What is being served is served to its end.
    Graceful,
    /// Connections are cut off.
    Abrupt,
}

/// How a client reads statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// Options whose value is a statement.
    pub(crate) statement: &'static [&'static str],
    /// Options that take a value.
    pub(crate) values: &'static [&'static str],
    /// Which operand is a statement, if one is.
    pub(crate) operand: Option<usize>,
    /// What statements are written in.
    pub(crate) language: Language,
    /// Whose it is, where its statements differ from others'.
    pub(crate) brand: Brand,
    /// What a failing statement of an option or operand does to the exit status.
    pub(crate) from_option: OnFailure,
    /// The same for statements read from standard input.
    pub(crate) from_input: OnFailure,
}

/// What statements are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// SQL.
    Sql,
    /// CQL: `INSERT` overwrites.
    Cassandra,
    /// That of a mongo shell.
    Mongo,
}

/// Whose client it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Brand {
    /// PostgreSQL.
    Postgres,
    /// MySQL and MariaDB.
    MySql,
    /// SQLite: the first operand is the file of the database.
    Sqlite,
    /// Any other.
    Other,
}

/// What a failing statement does to a client's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// It fails.
    Fails,
    /// It is 0.
    Ignores,
    /// It is 0 unless one of these texts stands among the options.
    IgnoresUnless(&'static str),
}
