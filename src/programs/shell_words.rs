//! Words of the shell: builtins, and what steers it.

use super::program::*;
use super::row::*;

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    word(&["case", "do", "done", "fi", "for", "function", "if", "then", "until", "while"]),
    word(&[".", "source"]).rule(Rule::Source),
    word(&[":"]).runs(Runs::Succeeds).says(Says::Nothing).prints(Prints::Nothing).makes_no_files(),
    word(&["alias"]).instant(),
    word(&["bg"]),
    word(&["break"]).rule(Rule::Break).makes_no_files(),
    word(&["builtin"]).runs(Runs::Wraps(Wrapper { values: &[], assignments: false })),
    word(&["continue"]).rule(Rule::Continue).makes_no_files(),
    word(&["declare"]).rule(Rule::Declare).makes_no_files(),
    word(&["eval"]).rule(Rule::Eval),
    word(&["exec"]).rule(Rule::Exec).makes_no_files(),
    word(&["exit"]).rule(Rule::Exit).makes_no_files(),
    word(&["export"]).rule(Rule::Declare).says(Says::Failure).makes_no_files(),
    word(&["fg"]),
    word(&["let"]).rule(Rule::Let).says(Says::Nothing).makes_no_files(),
    word(&["local"]).rule(Rule::Declare).makes_no_files(),
    word(&["readonly"]).rule(Rule::Declare).makes_no_files(),
    word(&["return"]).rule(Rule::Return).makes_no_files(),
    word(&["set"]).rule(Rule::Set).says(Says::Failure).makes_no_files(),
    word(&["shift"]).rule(Rule::Shift).makes_no_files(),
    word(&["times"]).instant(),
    word(&["trap"]).rule(Rule::Trap).makes_no_files(),
    word(&["typeset"]).rule(Rule::Declare),
    word(&["ulimit"]).instant().makes_no_files(),
    word(&["unset"]).rule(Rule::Unset).makes_no_files(),
    word(&["wait"]).rule(Rule::Wait).says(Says::Failure).makes_no_files(),
    tool(&["cd"]).strays(Strays::Refused).rule(Rule::Directory).says(Says::Failure).makes_no_files(),
    tool(&["pushd"]).rule(Rule::Directory),
    tool(&["popd"]).rule(Rule::Directory),
    tool(&["disown"]).instant(),
    tool(&["echo"])
        .tells(Tells::Words)
        .runs(Runs::Succeeds)
        .says(Says::Nothing)
        .prints(Prints::Same)
        .makes_no_files(),
    tool(&["printf"])
        .tells(Tells::Format)
        .runs(Runs::Succeeds)
        .says(Says::Nothing)
        .prints(Prints::Same)
        .makes_no_files(),
    tool(&["hash"]).rule(Rule::Command).says(Says::Nothing).makes_no_files(),
    tool(&["jobs"]).instant(),
    tool(&["pwd"]).instant().prints(Prints::Same),
    tool(&["shopt"]).instant(),
    tool(&["true"]).runs(Runs::Succeeds).says(Says::Nothing).prints(Prints::Nothing).makes_no_files(),
    tool(&["false"]).runs(Runs::Fails).says(Says::Nothing).prints(Prints::Nothing).makes_no_files(),
    tool(&["umask"]).instant().makes_no_files(),
    tool(&["unalias"]).instant(),
    tool(&["setopt"]).instant(),
    tool(&["read"]).rule(Rule::Read).says(Says::Failure).makes_no_files(),
    tool(&["command"]).rule(Rule::Command).says(Says::Nothing).makes_no_files(),
    tool(&["type"]).rule(Rule::Command).says(Says::Nothing).makes_no_files(),
    tool(&["test"])
        .strays(Strays::OperatorsRefused)
        .rule(Rule::Test)
        .prints(Prints::Nothing)
        .makes_no_files(),
    tool(&["["]).strays(Strays::OperatorsRefused).rule(Rule::Test).prints(Prints::Nothing).makes_no_files(),
    tool(&["kill"]).strays(Strays::Refused).rule(Rule::Kill).says(Says::Failure).makes_no_files(),
];
