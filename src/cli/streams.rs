//! What the command line talks to.

use std::io::Write;

use crate::finding::Report;
use crate::lint::Options;
use crate::report::shared::look::{ColorChoice, Look};

/// What the command line talks to.
pub struct Streams<'a> {
    /// The report.
    pub out: &'a mut dyn Write,
    /// Usage errors and notes.
    pub err: &'a mut dyn Write,
    /// How the report looks for a `--color`.
    pub look: &'a dyn Fn(ColorChoice) -> Look,
    /// The linter.
    pub lint: &'a dyn Fn(&Options) -> Report,
}
