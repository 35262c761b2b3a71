//! Which of the files findings are reported in.

use std::path::PathBuf;

use clap::Args;

use super::values;

/// Targets and context.
#[derive(Debug, Args)]
pub(super) struct ContextArgs {
    /// Also know about the manifests in PATH, without reporting findings in them; may be repeated
    ///
    /// A Service there is joined with the workloads that it selects here.
    #[arg(long, value_name = "PATH", value_parser = values::local_path, help_heading = "Input")]
    pub(super) with: Vec<PathBuf>,

    /// Report only findings that were not there at the merge base with REV, as git tells
    ///
    /// They are looked for in the files that changed, and elsewhere where the change causes them. Older ones in
    /// changed files are counted, and not shown.
    #[arg(long, value_name = "REV", help_heading = "Input")]
    pub(super) changed_since: Option<String>,
}
