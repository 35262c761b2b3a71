//! How a report is presented, whatever its format.

use super::look::Look;
use super::root::Root;

/// How a report is presented, whatever its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Presentation {
    /// Colours and width.
    pub look: Look,
    /// Leave out what was skipped, and the closing line.
    pub quiet: bool,
    /// List what was suppressed.
    pub show_suppressed: bool,
    /// Where findings are many, people get them in short.
    pub may_be_brief: bool,
    /// Count findings: for people instead of telling them, for programs besides.
    pub statistics: bool,
    /// What files are relative to, for other programs.
    pub root: Root,
}
