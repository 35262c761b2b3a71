//! What is not read, and whether there has to be anything.

use clap::Args;

/// The options about what is passed over.
#[derive(Debug, Args)]
pub(super) struct LeftOutArgs {
    /// Also read what the repository's .gitignore files leave out
    ///
    /// A path that is named is read whatever they say, with all below it.
    #[arg(long, help_heading = "Input")]
    pub(super) no_ignore: bool,

    /// Let a directory hold no manifest, and standard input no object; else that is trouble
    #[arg(long, help_heading = "Input")]
    pub(super) allow_empty: bool,
}
