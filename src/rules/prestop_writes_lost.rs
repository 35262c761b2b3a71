//! `prestop-writes-lost`: what a preStop leaves goes with its container.

use super::hook_only_prints::is_said_otherwise;
use super::hooks::Exec;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::Severity;
use crate::hook::output::{self, Note};
use crate::manifest::{Container, Workload};
use crate::timeline::HookKind;
use crate::yaml::{Kind, Node};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "prestop-writes-lost",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "All that a preStop hook leaves is a file in the container, which goes with it.",
    reason: "Where no volume is mounted, a file lies on the container's own layer. The layer is removed with the container, and when preStop runs that is seconds away: nobody reads what the hook wrote there. A restart begins with an empty layer as well.",
    options: None,
    facts: &["B30", "J1"],
    docs: &[
        Link { title: "Volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/" },
        Link {
            title: "Debugging hook handlers",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#debugging-hook-handlers",
        },
    ],
    page: page!("prestop-writes-lost"),
    verdicts: &["lost"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let container = view.container;
        let Some(exec) = Exec::of(subject, container, HookKind::PreStop) else { continue };
        let notes = output::only_notes(&exec.trace);
        let is_kept = |note: &Note| is_mounted(container, &note.path) || is_read(subject, workload, note);
        if notes.is_empty()
            || exec.fails()
            || notes.iter().any(is_kept)
            || is_said_otherwise(subject, view, HookKind::PreStop)
        {
            continue;
        }
        let mut told: Vec<&str> = Vec::new();
        for note in &notes {
            if told.contains(&note.path.as_str()) {
                continue;
            }
            told.push(&note.path);
            let place = exec.script.locate(&note.words);
            let verdict =
                Lost { workload, container, note: note.clone(), splice: splice(&exec, &notes, note) };
            let label = "gone with the container".to_owned();
            seen.push(Seen::new(RULE.severity(), place, verdict).container(container).label(label));
        }
    }
}

/// It lies on a volume, which others may read, or is the file that the kubelet reads when the container ends.
fn is_mounted(container: &Container, path: &str) -> bool {
    let is_below = |mount: &str| {
        let mount = mount.trim_end_matches('/');
        path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    container.volume_mounts().iter().any(|mount| is_below(&mount.mount_path))
        || container.spec.termination_message_path.as_deref() == Some(path)
}

/// The manifest names the path elsewhere than in a hook: somebody may look at it.
fn is_read(subject: &Subject<'_>, workload: &Workload, note: &Note) -> bool {
    subject.object.at(&workload.pod_spec_path).is_some_and(|pod| names(pod, &note.path))
}

/// A text below a node, hooks left out, holds the words.
fn names(node: Node<'_>, words: &str) -> bool {
    match node.kind() {
        Kind::Mapping => {
            node.entries().any(|(key, value)| key.text() != Some("lifecycle") && names(value, words))
        }
        Kind::Sequence => node.items().any(|item| names(item, words)),
        _ => node.text().is_some_and(|text| text.contains(words)),
    }
}

/// The same words to where the first process writes, where they stand in the manifest as they are: of several
/// lines all in one text.
fn splice(exec: &Exec<'_>, notes: &[Note], note: &Note) -> Vec<Operation> {
    const LOG: &str = "/proc/1/fd/1";
    let same: Vec<&Note> = notes.iter().filter(|one| one.path == note.path).collect();
    if same.iter().any(|one| one.is_copy) {
        return Vec::new();
    }
    let all = || {
        let (first, last) = (same.first()?, same.last()?);
        let (index, _) = exec.item(&first.words)?;
        let script = exec.command.get(index)?;
        let (start, end) = (first.words.start, last.words.end);
        let (mut text, mut at) = (String::new(), start);
        for one in &same {
            let (its, written) = exec.item(&one.words)?;
            if its != index || written.trim_matches(['"', '\'']) != one.path {
                return None;
            }
            text.push_str(script.get(at..one.words.start)?);
            text.push_str(LOG);
            at = one.words.end;
        }
        Some(Operation::Splice { path: exec.path.index(index), at: start..end, text })
    };
    all().into_iter().collect()
}

/// A file that goes with its container.
struct Lost<'s> {
    workload: &'s Workload,
    container: &'s Container,
    note: Note,
    splice: Vec<Operation>,
}

impl Verdict for Lost<'_> {
    fn name(&self) -> &'static str {
        "lost"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, path) = (self.container.name(), &self.note.path);
        Words::new(
            format!("what the preStop hook of `{name}` writes to {path} is gone with the container"),
            format!(
                "No volume of `{name}` is mounted there, so the file lies on the container's own layer, which is removed \
                 with it. The hook leaves nothing else."
            ),
        )
    }

    /// Whether the user of the hook may write there is not known.
    fn mend(&self, _: &Subject<'_>) -> Mend {
        const LOG: &str = "Write it where the first process of the container writes, which is its log.";
        if self.workload.shares_processes() || self.splice.is_empty() {
            return Mend::prose("Write it to a volume that outlives the Pod, or have the program log it.");
        }
        Mend::guess(LOG, self.splice.clone())
    }
}
