//! What can be known of images: the rows of the table, and their facets.

use super::matching::{Repositories, Tags};

/// What is known of the images of some repositories.
#[derive(Debug)]
pub(super) struct Row {
    /// Their repositories.
    pub repositories: Repositories,
    /// Which of their tags are meant.
    pub tags: Tags,
    /// What is known, each with what shows it.
    pub known: &'static [Known],
}

/// A facet, and what shows it.
#[derive(Debug)]
pub(super) struct Known {
    /// What is so.
    pub facet: Facet,
    /// Documentation, a Dockerfile, or an issue in which somebody looked. It is there to be read.
    #[cfg_attr(not(test), expect(dead_code, reason = "it is there to be read"))]
    pub evidence: &'static [&'static str],
}

/// Something that is known of an image.
#[derive(Debug)]
pub(super) enum Facet {
    /// It is there to hold a Pod together, and listens on nothing.
    Pause,
    /// It holds no shell, and of the usual tools only these; with the reason as a clause.
    NoShell {
        /// Programs that it has all the same.
        has: &'static [&'static str],
        /// What it is.
        reason: &'static str,
    },
    /// What it calls `sh`: the name of that shell. Shells differ in what becomes of a signal (facts I4 and P10).
    Sh(&'static str),
    /// It is there to build on.
    Base(Base),
    /// It takes signals in a way of its own.
    Signals(Server),
    /// The other containers of a Pod send their own traffic through it.
    Proxy(Proxy),
    /// It goes on accepting requests for some time after the stop signal.
    Lingers(Lingers),
    /// It keeps data.
    Data(Data),
    /// Its registry or its catalogue no longer serves it.
    Withdrawn(Withdrawn),
}

/// What an image starts where a container gives no `command`: a shell, which ends at once when it has nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base {
    /// The program of its CMD.
    pub shell: &'static str,
    /// It has no ENTRYPOINT: `args` alone are what runs.
    pub runs_args: bool,
}

/// A server that takes the usual stop signal, or another one, for an order to drop what it is doing (facts I7 and I8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server {
    /// What its program is called; `None` where only the user could tell.
    pub program: Option<&'static str>,
    /// Signals, without `SIG`, on which it ends at once.
    pub(super) fast: &'static [&'static str],
    /// The signal, without `SIG`, on which it finishes what it is doing. Official images name it in their STOPSIGNAL.
    pub graceful: &'static str,
    /// What ending at once costs, as a clause.
    pub loses: &'static str,
}

impl Server {
    /// What it is called in a sentence.
    pub(crate) fn name(&self) -> &'static str {
        self.program.unwrap_or("the server")
    }

    /// The same at the beginning of one: names of programs are written as they are.
    pub(crate) fn at_the_beginning(&self) -> &'static str {
        self.program.unwrap_or("The server")
    }
}

/// A proxy, and how it is told to stop later.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proxy {
    /// What it is called, in a sentence.
    pub name: &'static str,
    /// The programs that its images start.
    pub programs: &'static [&'static str],
    /// The others of its Pod send their own traffic through it.
    pub is_way_out: bool,
    /// Options of its own that make it wait for those who use it, without leading hyphens.
    pub options: &'static [&'static str],
    /// Variables that do.
    pub variables: &'static [&'static str],
    /// Annotations of the Pod that do, or hold such a setting.
    pub annotations: &'static [&'static str],
}

impl Proxy {
    /// To begin a row with.
    pub(super) const PLAIN: Self =
        Self { name: "", programs: &[], is_way_out: false, options: &[], variables: &[], annotations: &[] };
}

/// Where a server is told for how long it goes on accepting.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lingers {
    /// In its arguments: `--setting=15s`; letters count in any case.
    Arguments {
        /// The end of the option's name, in small letters.
        setting: &'static str,
    },
    /// In the file that an option names: `setting 5s`.
    File {
        /// The option.
        option: &'static str,
        /// The file where the option is not given.
        default: &'static str,
        /// The words before the time.
        setting: &'static str,
    },
    /// It does so by itself for so many seconds.
    Always(f64),
}

/// A database, a broker, a store or a cache, and where it keeps what it holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Data {
    /// What it is, in a sentence: `MySQL`.
    pub name: &'static str,
    /// What losing it costs.
    pub worth: Worth,
    /// Where it keeps its data as long as nobody says otherwise; `None` where that depends on more than a manifest
    /// tells.
    pub directory: Option<&'static str>,
    /// The VOLUME of the image at that directory or above it. The runtime gives each container a directory of its own
    /// there.
    pub volume: Option<&'static str>,
    /// Variables that name another directory.
    pub variables: &'static [&'static str],
    /// Options that do, with their hyphens.
    pub options: &'static [&'static str],
    /// A word whose first operand is the directory: `server /data`.
    pub operand_of: Option<&'static str>,
    /// Options that name a file of settings, which may do so as well.
    pub files: &'static [&'static str],
    /// The programs that serve: where another one is run, the container is a client.
    pub programs: &'static [&'static str],
    /// One of these words has to be among those it is started with, or it keeps nothing. None where it always does.
    pub only_with: &'static [&'static str],
    /// Words in a row by which it keeps nothing, or is another thing.
    pub unless: &'static [&'static [&'static str]],
    /// A mount with which it refuses to start, as its data lies elsewhere.
    pub refuses: Option<&'static str>,
    /// Variables that hold further words for it.
    pub further: &'static [&'static str],
}

impl Data {
    /// To begin a row with.
    pub(super) const PLAIN: Self = Self {
        name: "",
        worth: Worth::Data,
        directory: None,
        volume: None,
        variables: &[],
        options: &[],
        operand_of: None,
        files: &[],
        programs: &[],
        only_with: &[],
        unless: &[],
        refuses: None,
        further: &[],
    };
}

/// What is lost with the data of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// What nobody else has.
    Data,
    /// The same, unless enough of its Pods run, which copy it from one another.
    Replicated,
    /// What can be had again, unless these words in a row ask that it is kept.
    Cache {
        /// Such words.
        kept_with: &'static [&'static [&'static str]],
        /// Words in a row by which nothing of it is kept, unless those ask for it.
        dropped_with: &'static [&'static [&'static str]],
    },
}

/// What became of a registry or a catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    /// What the images are called whose end it is, in a sentence.
    pub what: &'static str,
    /// What happens at a pull.
    pub pull: Pull,
    /// Where they are served instead.
    pub instead: Option<Instead>,
    /// What became of them, as a sentence.
    pub story: &'static str,
}

/// Where images are served that are withdrawn elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instead {
    /// What is replaced of the repository.
    pub from: &'static str,
    /// What replaces it.
    pub to: &'static str,
    /// What may stand before it and goes as well.
    pub regions: &'static [&'static str],
    /// Every one of the images is known to be there.
    pub has_all: bool,
}

/// What a pull of a withdrawn image comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pull {
    /// It is led elsewhere, or served unchanged, as long as somebody cares.
    StillServed,
    /// It fails.
    Fails,
}
