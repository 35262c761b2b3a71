//! Reads the baseline before a run, and writes it after.

use std::io::Write;
use std::path::Path;

use super::args_baseline::BaselineArgs;
use super::files;
use crate::finding::{Means, Report, Suppressed};
use crate::suppress::baseline::Baseline;
use crate::text::system;

/// The baseline that a run is compared with.
pub(super) fn read(args: &BaselineArgs) -> Result<Option<Baseline>, String> {
    let Some(path) = &args.baseline else { return Ok(None) };
    Baseline::read(path).map(Some).map_err(|error| format!("{}: {error}", path.display()))
}

/// Writes what was asked for, and tells it. What a new baseline holds is not reported any more.
pub(super) fn write(
    args: &BaselineArgs,
    baseline: Option<&Baseline>,
    report: &mut Report,
) -> Result<Option<String>, String> {
    if let Some(path) = &args.write_baseline {
        let baseline = Baseline::of(&report.findings);
        save(path, &baseline)?;
        let known = std::mem::take(&mut report.findings).into_iter().map(|finding| Suppressed {
            finding,
            means: Means::Baseline,
            reason: String::new(),
            place: None,
        });
        report.suppressed.extend(known);
        report.suppressed.sort_by(|a, b| a.finding.place.cmp(&b.finding.place));
        report.recount();
        return Ok(Some(format!("wrote {} to {}", findings(baseline.len()), path.display())));
    }
    let (true, Some(path), Some(baseline)) = (args.prune_baseline, &args.baseline, baseline) else {
        return Ok(None);
    };
    let obsolete = std::mem::take(&mut report.obsolete);
    if obsolete.is_empty() {
        return Ok(None);
    }
    let pruned = baseline.pruned(&obsolete);
    save(path, &pruned)?;
    let gone = baseline.len() - pruned.len();
    Ok(Some(format!("removed {} from {}", findings(gone), path.display())))
}

fn findings(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}

fn save(path: &Path, baseline: &Baseline) -> Result<(), String> {
    let text = baseline.to_string();
    files::replace(path, |mut out| out.write_all(text.as_bytes())).map_err(|error| {
        let (path, cause, step) = (path.display(), system::words(&error), files::next_step(path));
        format!("{path}: the baseline cannot be written: {cause}; {step}")
    })
}
