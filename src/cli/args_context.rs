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

    /// Report only what changed since the merge base with REV, as git tells; the rest is context
    ///
    /// Of the files that did not change, only what the change causes in them is reported.
    #[arg(long, value_name = "REV", help_heading = "Input")]
    pub(super) changed_since: Option<String>,
}
