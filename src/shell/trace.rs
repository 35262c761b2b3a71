//! What a script does: which programs run, with which words, when, and what stands in front of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::guard::Guard;
use super::knowledge::Knowledge;
use super::script::RedirectionKind;
use super::status::Status;
use super::time::Time;
use super::value::Value;
use crate::programs::{Manner, Program};
use crate::text::Span;

/// The environment of a container: a variable's value, or `None` when it is set to something nobody
/// knows. Names that are missing may be set by the image, so they are unknown as well.
pub(crate) type Env = BTreeMap<String, Option<String>>;

/// A command line and what it runs in.
#[derive(Clone, Copy)]
pub(crate) struct CommandLine<'a> {
    /// The items of `command`.
    pub(crate) argv: &'a [String],
    /// The container's variables.
    pub(crate) env: &'a Env,
    /// The container's image.
    pub(crate) image: Option<&'a str>,
    /// The container's `workingDir`; without it the image decides.
    pub(crate) working_dir: Option<&'a str>,
    /// The text of a file of the container, by its path, when a ConfigMap of the set holds it.
    pub(crate) files: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The container runs Windows.
    pub(crate) windows: bool,
    /// The first process that it sees is not the container's program: it shares the processes of the
    /// Pod or of the node.
    pub(crate) shares_processes: bool,
    /// What the user knows about programs and images.
    pub(crate) knowledge: &'a Knowledge,
    /// Calls that fail each time, as nobody answers where they ask; `None` where nothing is taken for granted.
    pub(crate) unanswered: Option<Unanswered<'a>>,
}

/// Whether a call, with its name in front and its redirections, asks where nobody answers.
pub(crate) type Unanswered<'a> = &'a dyn Fn(Option<&Program>, &[Arg], &[Redirect]) -> bool;

/// Which text a range belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TextRef {
    /// An item of the `command`.
    Argument(usize),
    /// The items of the `command` from this one on; the range says nothing.
    Items(usize),
    /// A file of the container, by its path.
    File(String),
}

/// Some words of a command line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Words {
    /// Where they stand.
    pub(crate) text: TextRef,
    /// The first byte.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
}

impl Words {
    /// A range of a text.
    pub(crate) fn new(text: TextRef, range: Range<usize>) -> Self {
        Self { text, start: range.start, end: range.end }
    }

    /// Which bytes.
    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// Where a script's text stands.
#[derive(Debug, Clone)]
pub(crate) enum InText {
    /// In this text, from this byte on.
    In(TextRef, usize),
    /// It was put together; all of it stands for these words.
    From(Words),
    /// It is the command line itself: where each item stands in the text, with the item's length.
    Items(Rc<[(Span, usize)]>),
}

impl InText {
    /// The words of a span of the text.
    pub(crate) fn words(&self, span: Span) -> Words {
        match self {
            Self::In(text, base) => Words::new(text.clone(), base + span.start..base + span.end),
            Self::From(words) => words.clone(),
            Self::Items(items) => {
                let holds = |item: &(Span, usize)| item.0.start < span.end && span.start < item.0.end;
                let first = items.iter().position(holds).unwrap_or_default();
                match items.get(first) {
                    Some((item, length)) if item.end >= span.end => {
                        Words::new(TextRef::Argument(first), 0..*length)
                    }
                    _ => Words::new(TextRef::Items(first), 0..0),
                }
            }
        }
    }
}

/// One word of a command that ran.
#[derive(Debug, Clone)]
pub(crate) struct Arg {
    /// What it expands to.
    pub(crate) value: Value,
    /// Where it stands in the command line.
    pub(crate) words: Words,
    /// Where it stands in its script.
    pub(crate) span: Span,
    /// It is one argument, neither none nor several.
    pub(crate) exact: bool,
    /// It may hold any number of options (`$CURL_OPTS`, `"$@"`).
    pub(crate) open: bool,
    /// It stands in the script as it is given.
    pub(crate) literal: bool,
}

impl Arg {
    /// Its text, when known.
    pub(crate) fn known(&self) -> Option<&str> {
        self.value.known()
    }
}

/// A redirection of a command.
#[derive(Debug, Clone)]
pub(crate) struct Redirect {
    /// What it does.
    pub(crate) kind: RedirectionKind,
    /// The file descriptor written in front, if any.
    pub(crate) descriptor: Option<i32>,
    /// The file, the descriptor, or the text of a here-document.
    pub(crate) target: Value,
    /// Where the target stands in the script.
    pub(crate) target_span: Span,
    /// All of it, in the script.
    pub(crate) span: Span,
}

/// Whether a command is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// At each run.
    Always,
    /// At some runs.
    Maybe,
    /// Only when a command fails that counts as succeeding.
    AfterFailure,
}

/// A command that ran, or may have.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Its name and arguments; empty for a compound command that is here for its redirections.
    pub(crate) args: Vec<Arg>,
    /// It is no command at all but redirections: `> file`.
    pub(crate) is_empty: bool,
    /// What is known of the program.
    pub(crate) program: Option<&'static Program>,
    /// The script it stands in.
    pub(crate) source: Rc<str>,
    /// Where that script stands.
    pub(crate) place: InText,
    /// All of it, in the script.
    pub(crate) span: Span,
    /// Where its pipeline begins in the script.
    pub(crate) pipeline_start: usize,
    /// What it reads, when the script says so.
    pub(crate) input: Option<String>,
    /// Where its input comes from and its output goes.
    pub(crate) redirects: Vec<Redirect>,
    /// Where it runs.
    pub(crate) directory: String,
    /// When it starts, since the script began.
    pub(crate) starts: Time,
    /// How long it takes.
    pub(crate) takes: Time,
    /// How it ends.
    pub(crate) status: Status,
    /// Whether it is reached.
    pub(crate) reach: Reach,
    /// What holds where it stands.
    pub(crate) guards: Vec<Guard>,
    /// The script does not wait for it.
    pub(crate) background: bool,
    /// How it tells the server to stop, if it does.
    pub(crate) stops: Option<Manner>,
    /// When it fails, the script fails.
    pub(crate) kills: bool,
    /// When it fails, the loop around it goes on for ever.
    pub(crate) hangs: bool,
}

impl Redirect {
    /// Its text stands in the script.
    pub(crate) fn is_here(&self) -> bool {
        matches!(self.kind, RedirectionKind::HereDocument | RedirectionKind::HereString)
    }
}

impl Step {
    /// The script's text under a span.
    pub(crate) fn written(&self, span: Span) -> &str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// A span of the script in the command line.
    pub(crate) fn words(&self, span: Span) -> Words {
        self.place.words(span)
    }
}

/// `test && command` as the last command of a script: what the test says is the script's status.
#[derive(Debug, Clone)]
pub(crate) struct LastTest {
    /// What holds when the tests succeed.
    pub(crate) known: Vec<Guard>,
    /// One of the tests is negated.
    pub(crate) negated: bool,
    /// The script it stands in, and where that stands.
    pub(crate) source: Rc<str>,
    /// Where that script stands.
    pub(crate) place: InText,
    /// The tests, in the script.
    pub(crate) tests: Span,
    /// The command behind them, in the script.
    pub(crate) body: Span,
    /// The steps that ran for it.
    pub(crate) steps: Range<usize>,
    /// What holds in front of it.
    pub(crate) guards: Vec<Guard>,
}

/// Something that takes time, or may.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wait {
    /// The command, or the loop.
    pub(crate) words: Words,
    /// The words that decide how long it takes: the operands of a sleep.
    pub(crate) decisive: Words,
    /// What it is, for people: `sleep 30`.
    pub(crate) what: String,
    /// How long it takes each time.
    pub(crate) time: Time,
    /// How often, as far as the script is followed.
    pub(crate) rounds: u32,
}

/// What is wrong with a handler, or with a command of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// No program can have this name.
    Program,
    /// The image does not hold the program.
    Image,
    /// The shell cannot read the script.
    Unreadable,
    /// Quotes make one word of a command.
    Quoted,
    /// `$(NAME)` in a script, where the variable was meant.
    Variable,
    /// Words for a shell among the arguments of a program.
    Stray,
    /// A shell's option and its script are one item.
    Glued,
    /// A shell's script is spread over several items.
    Split,
    /// A script stands where a shell takes the name of a file.
    NoOption,
    /// The program cannot work with its operands, or without any.
    Operands,
    /// A file that is to be run is not there, or cannot be run.
    File,
    /// It writes where nothing can be written.
    Unwritable,
    /// The kubelet has no address for the request.
    Address,
    /// No port has the name.
    Port,
    /// The kubelet does not know the handler.
    Handler,
}

impl Flaw {
    /// Nothing is run, or asked, at all: there is no such program, file or port.
    pub(crate) fn is_before_the_start(self) -> bool {
        matches!(self, Self::Program | Self::Image | Self::File | Self::Port)
    }
}

/// Why a command cannot do what it is meant to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What is wrong.
    pub(crate) flaw: Flaw,
    /// The words at fault.
    pub(crate) words: Words,
    /// Why, as a clause: "`10m30` is no time that sleep understands".
    pub(crate) reason: String,
}

/// What a command line does, from its start to its end.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    /// What ran, in the order of a run; of a loop the first rounds.
    pub(crate) steps: Vec<Step>,
    /// Tests at the end whose answer is the status.
    pub(crate) last_tests: Vec<LastTest>,
    /// What takes time.
    pub(crate) waits: Vec<Wait>,
    /// The first wait without bound.
    pub(crate) endless: Option<Words>,
    /// The first command that fails where it was meant to wait.
    pub(crate) failure: Option<Failure>,
    /// What makes it end with a failing status at each run, where some words are at fault: a command that
    /// cannot work. `exit 1` works.
    pub(crate) fatal: Option<Failure>,
    /// The first command that tells the server to stop.
    pub(crate) stop: Option<Words>,
    /// How long all of it takes, with what it leaves in the background where that keeps a hook running.
    pub(crate) time: Time,
    /// How long its first process takes, whatever that leaves in the background.
    pub(crate) own: Time,
    /// Its first process never ends with the status 0: it runs on for ever, or fails.
    pub(crate) never_succeeds: bool,
    /// The shortest time in seconds before the server is told to stop; `None` when it is not.
    pub(crate) until_stop: Option<f64>,
    /// It is told to at each run, and nothing before that takes a time that nobody knows.
    pub(crate) stops_surely: bool,
    /// How it ends.
    pub(crate) status: Status,
}
