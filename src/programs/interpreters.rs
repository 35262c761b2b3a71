//! Programs that read scripts: shells, and other languages.

use super::program::*;
use super::row::*;

/// One row a program.
pub(super) const PROGRAMS: &[Program] = &[
    tool(&["sh"]).runs(Runs::Shell(Dialect::Sh)),
    tool(&["bash"]).runs(Runs::Shell(Dialect::Bash)).gives_way(GivesWay::ToPlain),
    tool(&["ksh"]).runs(Runs::Shell(Dialect::Bash)),
    tool(&["mksh"]).runs(Runs::Shell(Dialect::Bash)).gives_way(GivesWay::ToOnly),
    tool(&["zsh"]).runs(Runs::Shell(Dialect::Bash)).gives_way(GivesWay::ToSimple),
    tool(&["dash"]).runs(Runs::Shell(Dialect::Posix)).gives_way(GivesWay::Never),
    tool(&["ash"]).runs(Runs::Shell(Dialect::Posix)).gives_way(GivesWay::ToSimple),
    tool(&["python"]).runs(Runs::Interpreter { windows: false }),
    tool(&["python2"]).runs(Runs::Interpreter { windows: false }),
    tool(&["python3"]).runs(Runs::Interpreter { windows: false }),
    tool(&["perl"]).runs(Runs::Interpreter { windows: false }),
    tool(&["node"]).runs(Runs::Interpreter { windows: false }),
    tool(&["ruby"]).runs(Runs::Interpreter { windows: false }),
    tool(&["php"]).runs(Runs::Interpreter { windows: false }),
    tool(&["lua"]).runs(Runs::Interpreter { windows: false }),
    tool(&["deno"]).runs(Runs::Interpreter { windows: false }),
    tool(&["bun"]).runs(Runs::Interpreter { windows: false }),
    tool(&["tclsh"]).runs(Runs::Interpreter { windows: false }),
    tool(&["java"]).runs(Runs::Interpreter { windows: false }),
    tool(&["fish"]).runs(Runs::Interpreter { windows: false }),
    tool(&["csh"]).runs(Runs::Interpreter { windows: false }),
    tool(&["tcsh"]).runs(Runs::Interpreter { windows: false }),
    tool(&["cmd"]).runs(Runs::Interpreter { windows: true }),
    tool(&["powershell"]).runs(Runs::Interpreter { windows: true }),
    tool(&["pwsh"]).runs(Runs::Interpreter { windows: true }),
];
