//! What a second run does that no program does by itself: redirections, tests, statements.

use crate::programs::{Harm, ONCE, SECOND, SecondRun, Target};

/// `>>` to a file.
pub(super) const APPEND: SecondRun = SecondRun {
    target: Target::Appends,
    harm: Harm::AddsUp,
    reason: "`>>` adds the same text again at each run",
    ..SECOND
};

/// `[ ! -d x ] && mkdir x` at the end of a script.
pub(super) const LAST_TEST: SecondRun = SecondRun {
    reason: "on the second run the test is false, and as the last command of the script it makes the hook's exit status 1",
    ..SECOND
};

/// `CREATE …` in SQL.
pub(super) const SQL_CREATE: SecondRun =
    SecondRun { reason: "`CREATE` fails when the name exists", ..SECOND };

/// `INSERT …` in SQL.
pub(super) const SQL_INSERT: SecondRun = SecondRun {
    harm: Harm::AddsUp,
    reason: "`INSERT` adds the same rows again at each run, or fails on their key",
    mend: ONCE,
    ..SECOND
};

/// Something that fails, in the language of a mongo shell.
pub(super) const MONGO_CREATE: SecondRun = SecondRun {
    reason: "`createUser`, `createRole`, `createCollection` and `rs.initiate` fail when it was done before",
    ..SECOND
};

/// An insert, in the language of a mongo shell.
pub(super) const MONGO_INSERT: SecondRun = SecondRun {
    harm: Harm::AddsUp,
    reason: "the insert adds the same documents again at each run",
    mend: ONCE,
    ..SECOND
};
