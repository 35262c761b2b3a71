//! `--fix`, `--diff` and `--unsafe-fixes`.

use clap::Args;

use crate::lint::Fixes;

/// Which fixes are made, and what becomes of them.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Make the fixes that hold no guess, in the files, and report what is left
    ///
    /// A file is written whole, and only if its new text could be read and linted without trouble and without a
    /// further finding. Nothing is written where text was rendered, in what is only read with --with, and through
    /// symbolic links. Standard input is written to standard output with its fixes, and the report to standard
    /// error.
    #[arg(long, group = "fixes", conflicts_with = "write_baseline", help_heading = "Fixes")]
    pub(super) fix: bool,

    /// Print what --fix would change as a unified diff, and change nothing; exit with 1 if there is anything
    #[arg(
        long,
        group = "fixes",
        conflicts_with_all = ["outputs", "statistics", "full", "show_suppressed", "write_baseline", "prune_baseline"],
        help_heading = "Fixes"
    )]
    pub(super) diff: bool,

    /// With --fix or --diff, also make fixes that hold a guess, such as a probe's path or a tag
    #[arg(long, requires = "fixes", help_heading = "Fixes")]
    pub(super) unsafe_fixes: bool,
}

impl FixArgs {
    /// The fixes that are asked for; `None` where none are.
    pub(super) fn wanted(&self) -> Option<Fixes> {
        let which = if self.unsafe_fixes { Fixes::All } else { Fixes::Safe };
        (self.fix || self.diff).then_some(which)
    }
}
