//! The report for people: each finding with what, where, why and how to mend it.
//!
//! This is the only home of annotate-snippets.

mod aside;
mod brief;
mod drawing;
mod edit;
mod excerpt;
mod gutter;
mod snippet;
pub(super) mod suppressed;
mod telling;

use std::io::{self, Write};

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;

use super::shared::palette::Palette;
use crate::finding::{Finding, Report};
use crate::report::shared::look::Look;
use crate::report::shared::presentation::Presentation;
use crate::report::shared::summary;
use telling::Telling;

/// So many findings are drawn before threads would be worth their start.
const FEW: usize = 256;
/// So many findings are drawn before they are written.
const BLOCK: usize = 1024;
/// So many of them at a time by one thread.
const SHARE: usize = 16;
/// The usual length of a drawn finding, in bytes.
const USUAL: usize = 1500;

/// Writes the whole report; findings and trouble even if it is to be quiet.
pub(crate) fn write(report: &Report, how: &Presentation, out: &mut dyn Write) -> io::Result<()> {
    let look = &how.look;
    let writer = Writer { report, look: *look, palette: Palette::new(look.color) };
    let is_brief = how.may_be_brief && brief::is_for(&report.findings);
    match (how.statistics, is_brief) {
        (true, _) => writer.statistics(out)?,
        (false, true) => writer.brief(out)?,
        (false, false) => writer.findings(out)?,
    }
    if how.show_suppressed {
        suppressed::write(report, look, out)?;
    }
    writer.trouble(out)?;
    if !how.quiet {
        writer.skipped(out)?;
        writer.left_out(out)?;
        suppressed::obsolete(report, look, out)?;
        if is_brief && !how.statistics {
            writer.rules(out)?;
        }
        summary::write(report, look, out)?;
        if is_brief && !how.statistics {
            writer.how_to_see_more(out)?;
        }
    }
    Ok(())
}

struct Writer<'a> {
    report: &'a Report,
    look: Look,
    palette: Palette,
}

impl Writer<'_> {
    /// Drawn on all cores, a block at a time, and written in order.
    fn findings(&self, out: &mut dyn Write) -> io::Result<()> {
        let findings = &self.report.findings;
        let told: Vec<(&Finding, Telling<'_>)> = findings.iter().zip(telling::all(findings)).collect();
        if told.len() <= FEW {
            return out.write_all(&self.drawn(&told)?);
        }
        // Threads of their own: the heaps of those that linted are full of the holes the manifests left.
        let pool = ThreadPoolBuilder::new().build().map_err(io::Error::other)?;
        for block in told.chunks(BLOCK) {
            let drawn: Vec<io::Result<Vec<u8>>> =
                pool.install(|| block.par_chunks(SHARE).map(|share| self.drawn(share)).collect());
            drawn.into_iter().try_for_each(|drawn| out.write_all(&drawn?))?;
        }
        Ok(())
    }

    fn drawn(&self, findings: &[(&Finding, Telling<'_>)]) -> io::Result<Vec<u8>> {
        let mut out = Vec::with_capacity(findings.len() * USUAL);
        for (finding, telling) in findings {
            self.finding(finding, telling, &mut out)?;
            writeln!(out)?;
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod widths;
