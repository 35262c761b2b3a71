//! What was understood of each hook: notes for `--verbose`.

use super::project::ReadFile;
use super::run::Run;
use crate::finding::SourceId;
use crate::finding::words::{self, seconds};
use crate::hook::{Duration, Exit, Server, Stop, output, servers};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::programs::Manner;
use crate::project::input::File;
use crate::shell::{Knowledge, Longest, Trace};
use crate::timeline::{HookScript, unread};

/// How many names a note lists.
const MOST_NAMED: usize = 3;

/// One note for each exec hook that was read; unsorted.
pub(super) fn notes(run: &Run<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for (source, ReadFile { file, settings, loaded, .. }) in run.project.numbered() {
        for workload in loaded.items.iter().filter_map(|item| item.workload.as_ref()) {
            let set = run.sets.of(file);
            let here = Here { file, set, source, workload, knowledge: &settings.knowledge };
            notes.extend(here.notes());
        }
    }
    notes
}

/// A workload and where its hooks run.
struct Here<'a> {
    file: &'a File,
    set: &'a crate::set::Set,
    source: SourceId,
    workload: &'a Workload,
    knowledge: &'a Knowledge,
}

impl Here<'_> {
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for container in &self.workload.containers {
            let hooks = [
                ("postStart", container.post_start(), container.post_start_path()),
                ("preStop", container.pre_stop(), container.pre_stop_path()),
            ];
            for (name, hook, path) in hooks {
                let exec = hook.and_then(|hook| hook.exec.as_ref()?.command.as_deref());
                let Some(command) = exec.filter(|command| !command.is_empty()) else { continue };
                if unread(self.workload, command).is_some() {
                    continue;
                }
                let base = path.dotted("exec.command");
                let script = HookScript::of(self.set, self.source, self.workload, container, command, base);
                notes.push(format!(
                    "{}: the {name} hook of `{}` in {} {}",
                    self.file.name,
                    container.name(),
                    named(&self.workload.object.id),
                    told(&script.trace(self.knowledge))
                ));
            }
        }
        notes
    }
}

/// What a trace does, in one clause: "takes 5 s, tells the server to stop gracefully after 5 s, ends with 0".
fn told(trace: &Trace) -> String {
    let mut said = vec![time(&Duration::of(trace))];
    said.extend(trace.failure.as_ref().map(|failure| format!("fails because {}", failure.reason)));
    if output::only_prints(trace) {
        said.push("only prints, which nobody sees".to_owned());
    }
    said.extend(Stop::of(trace).map(|stop| {
        let how = match stop.manner {
            Manner::Graceful => "gracefully",
            Manner::Abrupt => "abruptly",
        };
        let after = seconds(stop.after);
        match stop.surely {
            true => format!("tells the server to stop {how} after {after}"),
            false => format!("may tell the server to stop {how}, after {after} at the earliest"),
        }
    }));
    said.extend(listed("asks", servers(trace).iter().map(Server::words)));
    said.extend(listed("writes", output::writes(trace).into_iter()));
    if trace.steps.iter().any(|step| step.background) {
        said.push("does some of it in the background".to_owned());
    }
    said.extend(match Exit::of(trace) {
        Exit::Succeeds => Some("ends with status 0".to_owned()),
        Exit::Fails(Some(code)) => Some(format!("ends with status {code}")),
        Exit::Fails(None) => Some("ends with a failing status".to_owned()),
        Exit::Either => Some("may fail".to_owned()),
        Exit::Never => None,
    });
    said.join(", ")
}

fn time(time: &Duration) -> String {
    let least = seconds(time.shortest);
    match time.longest {
        _ if time.never_ends() => "never ends by itself".to_owned(),
        Longest::Seconds(longest) if time.known && longest == time.shortest => format!("takes {least}"),
        Longest::Seconds(longest) => format!("takes {least} to {}", seconds(longest)),
        Longest::Unbounded => format!("takes {least} or more, without a bound"),
        Longest::Unknown => format!("takes {least} or more, nobody knows how long"),
    }
}

fn listed(verb: &str, names: impl ExactSizeIterator<Item = String>) -> Option<String> {
    let more = names.len().saturating_sub(MOST_NAMED);
    let mut shown: Vec<String> = names.take(MOST_NAMED).collect();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    Some(format!("{verb} {}", words::listed(shown.into_iter())?))
}
