//! The exit status: 0, 1 or 2 and no other, because kubectl on Windows keeps only zero or not.

use std::process::ExitCode;

use crate::finding::{Report, Severity};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: nothing at or above the threshold.
    Clean,
    /// 1: findings at or above the threshold.
    Findings,
    /// 2: bad usage, or input that could not be read or understood.
    Trouble,
}

impl Exit {
    /// The status of a lint run; `None` is no threshold. Trouble wins over findings: a file that was not read may
    /// hold worse.
    pub fn of(report: &Report, fail_on: Option<Severity>) -> Self {
        if !report.trouble.is_empty() {
            Self::Trouble
        } else if fail_on.is_some_and(|least| report.findings.iter().any(|finding| finding.severity >= least))
        {
            Self::Findings
        } else {
            Self::Clean
        }
    }

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Trouble => 2,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
