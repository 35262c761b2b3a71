//! What can be known of a second run of a program: the columns of the table about that.

/// What a second run of a call does, when it does harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecondRun {
    /// When the row speaks of a call.
    pub(crate) form: Form,
    /// Options that take a value.
    pub(crate) values: &'static [&'static str],
    /// Options of which one has to be given for the row to speak.
    pub(crate) with: &'static [&'static str],
    /// Options that make it safe.
    pub(crate) safe: &'static [&'static str],
    /// What it works on.
    pub(crate) target: Target,
    /// What a second run does.
    pub(crate) harm: Harm,
    /// The same, as a sentence without a final period.
    pub(crate) reason: &'static str,
    /// What to write instead: `{cmd}` is the call as written, `{0}` its name, `{args}` its
    /// arguments, `{path}` what it works on, `{name}` its last operand, `{marker}` a file that
    /// tells that it was done; `{a=>b}` the call with the word `a` replaced by `b`.
    pub(crate) mend: &'static str,
    /// The mend does what the call does where that was not done, and nothing where it was: nobody has to be asked.
    pub(crate) mend_is_safe: bool,
    /// What undoes it.
    pub(crate) undo: &'static [Undo],
}

/// What a second run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Harm {
    /// The command fails.
    Fails,
    /// The command does again what was done, and it piles up.
    AddsUp,
}

/// When a row speaks of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Any call.
    Always,
    /// The operands start with these words; `*` is any one word.
    Verb(&'static [&'static str]),
    /// One of these options is given.
    Option(&'static [&'static str]),
    /// This option is given with one of these values.
    Choice(&'static str, &'static [&'static str]),
    /// The first operand, in any case, is one of these words; also as a line of standard input.
    Word(&'static [&'static str]),
    /// It sends an HTTP POST.
    Post,
    /// `sed -i` with a script that inserts.
    SedInserts,
}

/// What a call works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// Makes each operand.
    Makes,
    /// Makes a link: the last operand, or the name of the only one.
    Links,
    /// Makes a clone: the last operand, or the name of the repository.
    Clones,
    /// Adds to each operand's file.
    Appends,
    /// Adds to the files after the script, or to all operands when the script is an option's value.
    Edits,
    /// Takes each operand away.
    Takes,
    /// Takes all operands but the last to the last.
    Moves,
    /// Changes the file named by an option.
    File(&'static str),
    /// Users and groups.
    Accounts,
    /// The Pod's network namespace, which outlives a container.
    Network,
    /// A server, a database, a broker.
    Server,
}

/// How an earlier or later command of the same script makes the second run safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undo {
    /// The commands.
    pub(crate) names: &'static [&'static str],
    /// When.
    pub(crate) form: Form,
    /// What has to be the same.
    pub(crate) same: Same,
}

/// What an undoing command has to share with the one that it undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Same {
    /// Nothing.
    Any,
    /// The operand after the verb (the first, when there is no verb).
    Next,
    /// The last operand.
    Last,
    /// Every word but the option itself.
    Rest,
}
