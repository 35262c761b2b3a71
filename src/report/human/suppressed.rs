//! What the user has silenced, in short, and what of it can go.

use crate::report::shared::line;
use crate::report::shared::summary;
use crate::text::wrap;
use std::io::{self, Write};

use crate::finding::{Report, Suppressed};
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::report::shared::spot::Spot;
use crate::text::escape;

/// More entries of the baseline than this are counted and not listed.
const MOST_OBSOLETE: usize = 10;

/// Each suppressed finding with its place, the reason, and where that is written.
pub(super) fn write(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    for one in &report.suppressed {
        titled("suppressed:", &finding(report, one), look, out)?;
        let why = line::why(report, one);
        let lines = wrap::hanging(&why, look.width, "    ", "    ");
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    if report.suppressed.is_empty() { Ok(()) } else { writeln!(out) }
}

fn finding(report: &Report, one: &Suppressed) -> String {
    let finding = &one.finding;
    let place = Spot::of(report, &finding.place).text();
    format!("{place}: {}[{}] {}", finding.severity.as_str(), finding.rule, escape::line(&finding.message))
}

/// The entries of the baseline that can go, and how they go.
pub(super) fn obsolete(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let entries = &report.obsolete;
    if entries.is_empty() {
        return Ok(());
    }
    let count = match entries.len() {
        1 => "1 entry of the baseline is".to_owned(),
        more => format!("{more} entries of the baseline are"),
    };
    let next = format!("{count} found less often than it says; --prune-baseline mends that");
    titled("obsolete:", &next, look, out)?;
    for entry in entries.iter().take(MOST_OBSOLETE) {
        writeln!(out, "    {}", summary::obsolete(entry))?;
    }
    if let Some(more @ 1..) = entries.len().checked_sub(MOST_OBSOLETE) {
        writeln!(out, "    … and {more} more")?;
    }
    writeln!(out)
}

/// Wrapped text that begins with a strong word.
fn titled(title: &str, text: &str, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(look.color);
    for (at, line) in wrap::hanging(&format!("{title} {text}"), look.width, "", "  ").into_iter().enumerate()
    {
        match line.strip_prefix(title).filter(|_| at == 0) {
            Some(rest) => writeln!(out, "{}{rest}", palette.strong(title))?,
            None => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
