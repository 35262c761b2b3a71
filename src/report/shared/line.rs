//! A finding, a suppression or trouble on one line, whatever its names hold.

use super::spot::{self, Spot};
use crate::finding::{Finding, Means, Report, Suppressed, Trouble};
use crate::text::escape;

/// `file:line:column: severity[rule] message`.
pub(crate) fn finding(report: &Report, finding: &Finding) -> String {
    let spot = Spot::of(report, &finding.place);
    format!("{}: {}", spot.in_file().text(), tail(finding, &spot))
}

/// The finding after its place.
pub(crate) fn tail(finding: &Finding, spot: &Spot<'_>) -> String {
    let remark = spot.remark().map(|remark| format!(" ({remark})")).unwrap_or_default();
    let message = escape::line(&finding.message);
    format!("{}[{}] {message}{remark}", finding.severity.as_str(), finding.rule)
}

/// By what a finding is suppressed, where, and the user's reason, for one line.
pub(crate) fn why(report: &Report, one: &Suppressed) -> String {
    if one.means == Means::Baseline {
        return "in the baseline".to_owned();
    }
    let place =
        one.place.as_ref().map(|place| format!(" at {}", Spot::of(report, place).text())).unwrap_or_default();
    format!("{}{place}: {}", one.means.as_str(), escape::line(&one.reason))
}

/// `file:line:column: trouble: message`, as far as the place is known.
pub(crate) fn trouble(trouble: &Trouble) -> String {
    format!("{}: trouble: {}", spot::trouble(trouble), escape::line(&trouble.message))
}
