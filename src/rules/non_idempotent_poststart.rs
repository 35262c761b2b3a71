//! `non-idempotent-poststart`: a second run of the hook fails, or adds up.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::capitalised;
use crate::finding::{Related, Severity};
use crate::hook::Exit;
use crate::hook::idempotency::{self, Context, Ground, Harm, Mount, Repeat};
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::manifest::{Container, Object, Workload};
use crate::set::Placed;
use crate::set::mounted::{self, Mounted};
use crate::shell::TextRef;
use crate::timeline::HookScript;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "non-idempotent-poststart",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart hook fails, or adds up, when it runs a second time.",
    reason: "Kubernetes delivers hooks at least once, and now and then twice, for example when the kubelet restarts at the wrong moment. That is rare. A restart of the container is not: each new container runs its postStart again, and volumes keep what the first run left there.",
    options: None,
    facts: &["B23", "B32", "J1"],
    docs: &[
        Link {
            title: "Hook delivery guarantees",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-delivery-guarantees",
        },
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
        Link { title: "Volumes", url: "https://kubernetes.io/docs/concepts/storage/volumes/" },
    ],
    page: page!("non-idempotent-poststart"),
    verdicts: &["fails", "adds-up"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let container = view.container;
        let Some(exec) = container.post_start().and_then(|hook| hook.exec.as_ref()) else { continue };
        let Some(command) = exec.command.as_deref().filter(|command| !command.is_empty()) else { continue };
        if !container.kind.is_long_running() || workload.is_windows() || has_operators(command) {
            continue;
        }
        let base = container.post_start_path().dotted("exec.command");
        let script = HookScript::of(subject.set, subject.source, workload, container, command, base);
        let trace = script.trace(&subject.settings.knowledge);
        // What fails at its first run is another rule's.
        let cannot_run = || subject.post_start(view).is_some_and(|hook| hook.fault.is_some());
        if matches!(Exit::of(&trace), Exit::Fails(_)) || cannot_run() {
            continue;
        }
        let mounts = mounts(container);
        let context = Context { mounts: &mounts, restarts: !is_run_once(workload) };
        for repeat in idempotency::second_run(&trace, &context) {
            let related = mount_related(subject, container, &repeat);
            let place = script.locate(&repeat.words);
            let severity = repeat.severity;
            let again = Again { workload, container, command, repeat };
            seen.push(Seen::new(severity, place, again).container(container).related(related));
        }
    }
}

/// Operators of a shell among words that no shell reads: the hook fails at its first run.
fn has_operators(command: &[String]) -> bool {
    command.iter().any(|word| matches!(word.as_str(), "&&" | "||" | ";" | "|" | ">" | ">>" | "<"))
}

/// Every volume outlives a restart of the container (fact J1).
fn mounts(container: &Container) -> Vec<Mount> {
    container
        .volume_mounts()
        .iter()
        .map(|mount| Mount {
            path: mount.mount_path.clone(),
            survives: true,
            read_only: mount.read_only.unwrap_or(false),
        })
        .collect()
}

/// A second run of the hook does harm.
struct Again<'s> {
    workload: &'s Workload,
    container: &'s Container,
    command: &'s [String],
    repeat: Repeat,
}

impl Verdict for Again<'_> {
    fn name(&self) -> &'static str {
        match self.repeat.harm {
            Harm::Fails => "fails",
            Harm::AddsUp => "adds-up",
        }
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (repeat, name) = (&self.repeat, self.container.name());
        let verb = match repeat.harm {
            Harm::Fails => "fails",
            Harm::AddsUp => "adds up",
        };
        Words::new(
            format!("`{}` in the postStart hook of `{name}` {verb} when the hook runs again", repeat.command),
            why(self.container, repeat, is_run_once(self.workload)),
        )
    }

    /// Whether another command than the written one, such as a test before it, is what was meant is for a person to
    /// say.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let text = match self.repeat.needs_key() {
            true => {
                "Make a second run harmless; the table needs a unique key, by which a row is known to be there."
            }
            false => "Make a second run harmless.",
        };
        let mend = &self.repeat.mend;
        match self.splice(subject) {
            _ if mend.is_empty() && matches!(self.repeat.ground, Ground::Sandbox | Ground::Rewritten) => {
                Mend::prose(
                    "Look whether it is there before it is added, with `grep -q`: the file holds what the kubelet wrote.",
                )
            }
            _ if mend.is_empty() => Mend::prose(
                "Write the file anew with `>` where the script first writes to it; what follows may add to it.",
            ),
            Some(Splice { operation, config_map, has_more }) => {
                let is_safe = self.repeat.is_safely_mended && !has_more;
                let made = Mend::edit(is_safe, text, vec![operation]).script(mend.clone());
                config_map.into_iter().fold(made, Mend::elsewhere)
            }
            None => Mend::prose(text).script(mend.clone()),
        }
    }
}

impl Again<'_> {
    /// The mend in place of the words that it stands for, where the manifest or a ConfigMap holds those.
    fn splice<'m>(&self, subject: &Subject<'m>) -> Option<Splice<'m>> {
        if self.repeat.mend.is_empty() {
            return None;
        }
        let replaced = self.repeat.replaced.as_ref()?;
        let (path, script, config_map) = match &replaced.words.text {
            TextRef::Argument(index) => {
                let path = self.container.post_start_path().dotted("exec.command").index(*index);
                (path, self.command.get(*index)?.as_str(), None)
            }
            TextRef::File(path) => {
                let mounted = mounted::resolve(subject.set, self.workload, self.container, path);
                let Mounted::File(file) = mounted else { return None };
                (file.path, file.text, Some(file.config_map))
            }
            TextRef::Items(_) => return None,
        };
        let at = replaced.words.range();
        if script.get(at.clone())? != replaced.written {
            return None;
        }
        let behind = script.get(at.end..)?;
        let text = placed(&self.repeat.mend, script.get(..at.start)?, behind)?;
        let has_more = behind.trim_start_matches([' ', '\t']).starts_with("&&");
        Some(Splice { operation: Operation::Splice { path, at, text }, config_map, has_more })
    }
}

/// A mend as a change of the script that it stands in.
struct Splice<'m> {
    operation: Operation,
    /// The ConfigMap that holds the script; `None` where the hook does.
    config_map: Option<&'m Placed<Object>>,
    /// What runs once it has succeeded runs at each start then.
    has_more: bool,
}

/// A mend between what stands before and behind it in its script: several commands are a group where others
/// depend on them. `None` where they would be torn apart: behind an assignment or `until`, in a pipeline, before
/// a redirection.
fn placed(mend: &str, before: &str, behind: &str) -> Option<String> {
    if !mend.contains("||") && !mend.contains("&&") {
        return Some(mend.to_owned());
    }
    let before = before.trim_end_matches([' ', '\t']);
    let behind = behind.trim_start_matches([' ', '\t']);
    let word = before.rsplit(|c: char| c.is_whitespace() || c == ';').next().unwrap_or_default();
    let begins = before.is_empty()
        || before.ends_with([';', '\n', '(', '{'])
        || matches!(word, "do" | "then" | "else" | "{");
    let ends = behind.is_empty() || behind.starts_with([';', '\n', ')']);
    let (follows, goes_on) = (
        before.ends_with("&&") || before.ends_with("||"),
        behind.starts_with("&&") || behind.starts_with("||"),
    );
    match (begins, ends) {
        (true, true) => Some(mend.to_owned()),
        _ if (begins || follows) && (ends || goes_on) => Some(format!("{{ {mend}; }}")),
        _ => None,
    }
}

/// A Pod that is never restarted can only be hit by a doubled delivery.
fn is_run_once(workload: &Workload) -> bool {
    let never = workload.pod_spec().restart_policy.as_deref() == Some("Never");
    never && matches!(workload.kind.nature, Nature::Batch | Nature::BarePod)
}

fn mount_related(subject: &Subject<'_>, container: &Container, repeat: &Repeat) -> Option<Related> {
    let Ground::Volume(index) = repeat.ground else { return None };
    let mount = container.volume_mounts().get(index)?;
    let path = container.path.key("volumeMounts").index(index).key("mountPath");
    Some(related(
        subject.source,
        subject.object,
        &path,
        format!("volume `{}` outlives a restart", mount.name),
    ))
}

/// Facts B23, B32 and J1.
fn why(container: &Container, repeat: &Repeat, runs_once: bool) -> String {
    let when = match repeat.ground {
        _ if runs_once => "This Pod's containers are never restarted, so only a doubled delivery of the hook, which Kubernetes \
                           does not rule out, runs it again."
            .to_owned(),
        Ground::Volume(index) => {
            let mount = container.volume_mounts().get(index);
            let (name, path) = mount.map_or(("", ""), |mount| (mount.name.as_str(), mount.mount_path.as_str()));
            format!("Volume `{name}` at {path} keeps what the first run left, and every restart of the container runs the hook again.")
        }
        Ground::Sandbox => "That file belongs to the Pod and outlives a restart of the container, and every restart runs the hook again.".to_owned(),
        Ground::Rewritten => "The kubelet writes that file anew at every start of the container, so only a doubled delivery of the \
                              hook, which Kubernetes does not rule out, meets what the first run left."
            .to_owned(),
        Ground::OwnLayer => "A restart empties the container's own layer, so only a doubled delivery of the hook, which Kubernetes \
                             does not rule out, meets what the first run left."
            .to_owned(),
        Ground::Network => "The Pod's network namespace outlives a restart of the container, and every restart runs the hook again.".to_owned(),
        Ground::Server => "What the server holds outlives a restart of the container, and every restart runs the hook again.".to_owned(),
        Ground::Accounts | Ground::Unknown => "Hooks are delivered at least once, so the hook can meet what an earlier run left.".to_owned(),
    };
    let consequence = match (&repeat.harm, repeat.kills) {
        _ if repeat.hangs => " The loop around it then never ends, and a postStart hook has no time limit.",
        (Harm::Fails, true) => {
            " A failed postStart has the container killed and started again, which runs the hook again."
        }
        _ => "",
    };
    format!("{}. {when}{consequence}", capitalised(repeat.reason.trim_end_matches('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_commands_stand_for_one_where_that_is_the_same() {
        const MEND: &str = "a || b";
        for (before, behind) in
            [("", ""), ("x; ", "; y"), ("x\n", "\ny"), ("if x; then ", "; fi"), ("( ", " )")]
        {
            assert_eq!(placed(MEND, before, behind).as_deref(), Some("a || b"), "{before}{behind}");
        }
        for (before, behind) in
            [("cd /x && ", ""), ("", " || exit 1"), ("x; y && ", " && z"), ("x || ", "\n")]
        {
            assert_eq!(placed(MEND, before, behind).as_deref(), Some("{ a || b; }"), "{before}{behind}");
        }
        for (before, behind) in [
            ("until ", "; do sleep 1; done"),
            ("X=1 ", ""),
            ("echo x | ", ""),
            ("", " | cat"),
            ("", " > f"),
            ("! ", ""),
            ("", " &"),
        ] {
            assert_eq!(placed(MEND, before, behind), None, "{before}{behind}");
        }
        assert_eq!(placed("mkdir -p x", "X=1 ", " | cat").as_deref(), Some("mkdir -p x"));
    }
}
