//! Findings that were there before.

use std::path::PathBuf;

use clap::Args;

/// The baseline.
#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// Report only findings that FILE does not hold
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub(super) baseline: Option<PathBuf>,

    /// Write all findings to FILE, for --baseline, and report none of them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["baseline", "changed_since"], help_heading = "Baseline")]
    pub(super) write_baseline: Option<PathBuf>,

    /// Remove from the baseline what no longer occurs
    #[arg(long, requires = "baseline", conflicts_with = "changed_since", help_heading = "Baseline")]
    pub(super) prune_baseline: bool,
}
