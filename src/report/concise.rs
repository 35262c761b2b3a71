//! The report in lines: one for each finding, whatever its names hold.

use crate::report::shared::line;
use std::io::{self, Write};

use crate::finding::{Finding, Report, Suppressed};
use crate::report::shared::palette::Palette;
use crate::report::shared::presentation::Presentation;
use crate::report::shared::spot::Spot;
use crate::report::shared::subject;
use crate::report::shared::summary;
use crate::text::escape;

/// Writes the whole report.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(how.look.color);
    report.findings.iter().try_for_each(|one| writeln!(out, "{}", finding(report, one, palette)))?;
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
    writeln!(out, "{}", summary::closing_line(report))?;
    summary::fixes_made(report).map_or(Ok(()), |made| writeln!(out, "{made}"))
}

/// `file:line:column: severity[rule] message (object, container)`.
fn finding(report: &Report, finding: &Finding, palette: Palette) -> String {
    let spot = Spot::of(report, &finding.place);
    let place = palette.strong(&format!("{}:", spot.in_file().text()));
    let about = subject::of(finding).map(|subject| palette.dim(&format!(" ({subject})"))).unwrap_or_default();
    let tail = line::tail(finding, &spot);
    let tag = format!("{}[{}]", finding.severity.as_str(), finding.rule);
    let rest = tail.strip_prefix(tag.as_str()).unwrap_or_default();
    format!("{place} {}{rest}{about}", palette.severity(finding.severity, &tag))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::fixture;
    use crate::report::shared::look::Look;

    fn written(look: Look) -> String {
        let mut out = Vec::new();
        write(&fixture::single(fixture::WEB, "web"), &fixture::how(look), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_line_names_the_object_and_has_colours_where_they_are_seen() {
        let plain = written(Look::PIPE);
        assert!(
            plain.starts_with(
                "k8s/web.yaml:4:9: warning[latest-tag] the image has no tag, so every pull can bring another version \
                 (Deployment web, container web)\n"
            ),
            "{plain}"
        );
        let colored = written(Look { color: true, ..Look::PIPE });
        assert!(
            colored.starts_with(
                "\u{1b}[1mk8s/web.yaml:4:9:\u{1b}[0m \u{1b}[1m\u{1b}[33mwarning[latest-tag]\u{1b}[0m the image"
            ),
            "{colored:?}"
        );
    }
}
