//! From what was loaded and found to the report.

use super::load::{Item, Loaded};
use crate::finding::{Finding, Report, Severity, Summary};
use crate::input::{self, File};
use crate::rules::subject::named;
use crate::source::Source;
use crate::timeline;

fn counted(loaded: &Loaded) -> String {
    let workloads = loaded.items.iter().filter(|item| item.workload.is_some()).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{} and {}", plural(loaded.documents, "document"), plural(workloads, "workload"))
}

/// What was looked at and not judged, or only in part.
fn notes(file: &File, item: &Item) -> Vec<String> {
    let Some(workload) = &item.workload else { return Vec::new() };
    let object = named(&workload.object.id);
    let mut notes = Vec::new();
    if workload.is_fragment {
        notes.push(format!(
            "{}: {object} is a patch or a part of a whole, judged only by what it contains",
            file.name
        ));
    }
    for (container, hook) in workload.containers.iter().flat_map(|container| {
        [("preStop", container.pre_stop()), ("postStart", container.post_start())]
            .into_iter()
            .filter_map(move |(name, hook)| Some((container, (name, hook?.exec.as_ref()?.command.as_ref()?))))
    }) {
        let (name, command) = hook;
        if let Some(reason) = timeline::unread(workload, command) {
            notes.push(format!(
                "{}: the {name} hook of `{}` in {object} is not read: {reason}",
                file.name, container.name
            ));
        }
    }
    notes
}

/// The report of a run.
pub(super) fn report(
    found: input::Files,
    loaded: Vec<Loaded>,
    findings: Vec<Finding>,
    hints: Vec<String>,
) -> Report {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = Summary {
        files: found.files.len() - loaded.iter().filter(|file| file.is_origin).count(),
        documents: loaded.iter().map(|file| file.documents).sum(),
        workloads: loaded.iter().flat_map(|file| &file.items).filter(|item| item.workload.is_some()).count(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        suppressed: 0,
        baselined: 0,
    };
    let mut report = Report {
        findings,
        skipped: found.skipped,
        trouble: found.trouble,
        summary,
        hints,
        ..Report::default()
    };
    for (file, loaded) in found.files.iter().zip(loaded) {
        report
            .notes
            .extend(loaded.source.is_some().then(|| format!("{}: read, {}", file.name, counted(&loaded))));
        report.notes.extend(loaded.items.iter().flat_map(|item| notes(file, item)));
        report.skipped.extend(loaded.skipped);
        report.trouble.extend(loaded.trouble);
        let source = loaded.source.unwrap_or_else(|| Source::new(file.name.as_str(), ""));
        report.sources.push(source);
    }
    report.notes.sort();
    report.skipped.sort();
    report.skipped.dedup();
    report.trouble.sort();
    report
}
