//! The report in lines: one for each finding, whatever its names hold.

use std::io::{self, Write};

use super::escape;
use super::format::Presentation;
use super::human::summary;
use super::spot::{self, Spot};
use crate::finding::{Finding, Means, Report, Suppressed, Trouble};

/// Writes the whole report.
pub fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    report.findings.iter().try_for_each(|finding| writeln!(out, "{}", line(report, finding)))?;
    if how.show_suppressed {
        report.suppressed.iter().try_for_each(|one| writeln!(out, "{}", suppressed(report, one)))?;
    }
    report.trouble.iter().try_for_each(|trouble| writeln!(out, "{}", trouble_line(trouble)))?;
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

/// `file:line:column: severity[rule] message`.
pub(super) fn line(report: &Report, finding: &Finding) -> String {
    let spot = Spot::of(report, &finding.place);
    format!("{}: {}", spot.in_file().text(), tail(finding, &spot))
}

/// The finding after its place.
fn tail(finding: &Finding, spot: &Spot<'_>) -> String {
    let remark = spot.remark().map(|remark| format!(" ({remark})")).unwrap_or_default();
    let message = escape::line(&finding.message);
    format!("{}[{}] {message}{remark}", finding.severity.as_str(), finding.rule)
}

fn suppressed(report: &Report, one: &Suppressed) -> String {
    let spot = Spot::of(report, &one.finding.place);
    format!("{}: suppressed: {} ({})", spot.in_file().text(), tail(&one.finding, &spot), why(report, one))
}

/// By what a finding is suppressed, where, and the user's reason, for one line.
pub(super) fn why(report: &Report, one: &Suppressed) -> String {
    if one.means == Means::Baseline {
        return "in the baseline".to_owned();
    }
    let place =
        one.place.as_ref().map(|place| format!(" at {}", Spot::of(report, place).text())).unwrap_or_default();
    format!("{}{place}: {}", one.means.as_str(), escape::line(&one.reason))
}

/// `file:line:column: trouble: message`, as far as the place is known.
pub(super) fn trouble_line(trouble: &Trouble) -> String {
    format!("{}: trouble: {}", spot::trouble(trouble), escape::line(&trouble.message))
}
