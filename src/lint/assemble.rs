//! From what was loaded and found to the report.

use std::collections::BTreeSet;

use super::fix;
use super::project::{Project, ReadFile};
use crate::finding::{Finding, Report, Severity, SourceId, Summary};
use crate::manifest::id::named;
use crate::project::input::{File, Role};
use crate::project::load::{Item, Loaded};
use crate::suppress;
use crate::text::Source;
use crate::timeline;

fn counted(loaded: &Loaded) -> String {
    let workloads = loaded.items.iter().filter(|item| item.workload.is_some()).count();
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    format!("{} and {}", plural(loaded.documents, "document"), plural(workloads, "workload"))
}

/// The text of a file; of one that was not read only its name.
pub(super) fn source(one: &ReadFile) -> Source {
    one.loaded.source.clone().unwrap_or_else(|| Source::new(one.file.name.as_str(), ""))
}

fn read(file: &File) -> &'static str {
    match file.role {
        Role::Target => "read",
        Role::Context => "read as context, so nothing is reported in it",
        Role::Watched => "read, and did not change, so only what a change causes in it is reported",
    }
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
                file.name,
                container.name()
            ));
        }
    }
    notes
}

/// The report of a run. Of the context only the notes tell: what cannot be read there is not at fault
/// for the targets, and must not fail them.
pub(super) fn report(project: &Project, outcome: suppress::Outcome) -> Report {
    let suppress::Outcome { kept: findings, suppressed, .. } = outcome;
    let found = &project.found;
    let mut report = Report {
        summary: Summary {
            suppressed: suppressed.len(),
            ignored: found.ignored,
            ..summary(&project.files, &findings)
        },
        findings,
        suppressed,
        skipped: found.skipped.clone(),
        trouble: found.trouble.clone(),
        hints: project.plan.hints.clone(),
        notes: found.notes.clone(),
        ..Report::default()
    };
    let fixed: BTreeSet<SourceId> =
        report.findings.iter().filter_map(|finding| Some(finding.fix.as_ref()?.source)).collect();
    let is_written =
        |id: &SourceId| project.file(*id).is_some_and(|one| fix::is_written(one, &project.options.inputs));
    report.unwritten = fixed.into_iter().filter(|id| !is_written(id)).collect();
    for (id, one) in project.numbered() {
        let ReadFile { file, loaded, .. } = one;
        report.context.extend((file.role != Role::Target).then_some(id));
        report.origins.extend(loaded.is_origin.then_some(id));
        report.overlays.extend(project.plan.is_overlay(file).then_some(id));
        let is_read = loaded.source.is_some();
        report.notes.extend(is_read.then(|| format!("{}: {}, {}", file.name, read(file), counted(loaded))));
        if loaded.is_origin {
            // Only places in it are looked up.
        } else if file.role == Role::Target {
            report.notes.extend(loaded.items.iter().flat_map(|item| notes(file, item)));
            report.skipped.extend(loaded.skipped.iter().cloned());
            report.trouble.extend(loaded.trouble.iter().cloned());
        } else {
            let skipped = loaded.skipped.iter().map(|skipped| skipped.reason.as_str());
            let trouble = loaded.trouble.iter().map(|trouble| trouble.message.as_str());
            let left_out = skipped.chain(trouble).map(|reason| format!("{}: context, {reason}", file.name));
            report.notes.extend(left_out);
        }
        report.sources.push(source(one));
    }
    report.notes.sort();
    report.skipped.sort();
    report.skipped.dedup();
    report.trouble.sort();
    report
}

fn summary(files: &[ReadFile], findings: &[Finding]) -> Summary {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let with_role = |is_target: bool| {
        let read = files.iter().filter(|one| !one.loaded.is_origin);
        read.filter(move |one| (one.file.role == Role::Target) == is_target).map(|one| &one.loaded)
    };
    let targets = || with_role(true);
    let workloads = || targets().flat_map(|file| &file.items).filter_map(|item| item.workload.as_deref());
    Summary {
        files: targets().count(),
        documents: targets().map(|file| file.documents).sum(),
        workloads: workloads().count(),
        patches: workloads().filter(|workload| workload.is_fragment).count(),
        objects: targets().map(|file| file.objects).sum(),
        ignored: 0,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        only_strict: 0,
        older: 0,
        suppressed: 0,
        baselined: 0,
        context_files: with_role(false).count(),
        context_unread: with_role(false).filter(|loaded| !loaded.trouble.is_empty()).count(),
    }
}
