//! The report in lines: one for each finding, whatever its names hold.

use crate::report::shared::line;
use std::io::{self, Write};

use crate::finding::{Report, Suppressed};
use crate::report::shared::presentation::Presentation;
use crate::report::shared::spot::Spot;
use crate::report::shared::summary;
use crate::text::escape;

/// Writes the whole report.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| writeln!(out, "{}", line::finding(report, finding)))?;
    if how.show_suppressed {
        report.suppressed.iter().try_for_each(|one| writeln!(out, "{}", suppressed(report, one)))?;
    }
    report.trouble.iter().try_for_each(|trouble| writeln!(out, "{}", line::trouble(trouble)))?;
    if how.quiet {
        return Ok(());
    }
    for skipped in &report.not_linted() {
        writeln!(out, "{}: skipped: {}", escape::line(&skipped.file), escape::line(&skipped.reason))?;
    }
    for obsolete in &report.obsolete {
        writeln!(out, "obsolete in the baseline: {}", summary::obsolete(obsolete))?;
    }
    writeln!(out, "{}", summary::closing_line(report))
}

fn suppressed(report: &Report, one: &Suppressed) -> String {
    let spot = Spot::of(report, &one.finding.place);
    format!(
        "{}: suppressed: {} ({})",
        spot.in_file().text(),
        line::tail(&one.finding, &spot),
        line::why(report, one)
    )
}
