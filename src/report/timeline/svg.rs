//! Timelines as one SVG document, one drawing below the other.

use std::io::{self, Write};

use super::Shown;
use crate::report::shared::svg;

/// Writes the drawings of all that has one.
pub(super) fn write(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let charts: Vec<_> = shown
        .timelines
        .iter()
        .flat_map(|timeline| {
            let told = shown.stories.iter().filter(|story| timeline.untold(**story).is_none());
            told.filter_map(|story| timeline.chart(*story))
        })
        .collect();
    writeln!(out, "{}", svg::document(&charts).map_err(io::Error::other)?.trim_end())
}
