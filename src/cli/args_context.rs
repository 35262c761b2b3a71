//! Which of the files findings are reported in.

use clap::Args;

/// Since when.
#[derive(Debug, Args)]
pub(super) struct SinceArgs {
    /// Report only findings that were not there at the merge base with REV, as git tells
    ///
    /// They are looked for in the files that changed, and elsewhere where the change causes them. Older ones in
    /// changed files are counted, and not shown.
    #[arg(long, value_name = "REV", help_heading = "Input")]
    pub(super) changed_since: Option<String>,
}
