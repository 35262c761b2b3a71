//! `hook-only-prints`: a hook whose words nobody sees.

use strum::{IntoStaticStr, VariantNames};

use super::hooks::{self, Exec};
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, missing_prestop_sleep, page, prestop_in_job};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::hook::output;
use crate::manifest::{Container, Workload};
use crate::shell::invocation::{self, Invocation};
use crate::timeline::HookKind;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "hook-only-prints",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "All that a hook does is to print, and nobody sees what it prints.",
    reason: "What a hook writes to its standard output or error is thrown away. It is not in the log of the container, which is what its own program writes, and it is in no event: those tell that a hook failed, and not what it said. Whoever looks for the line later takes its absence for a hook that did not run.",
    options: None,
    facts: &["B30"],
    docs: &[
        Link {
            title: "Debugging hook handlers",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#debugging-hook-handlers",
        },
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
    ],
    page: page!("hook-only-prints"),
    verdicts: When::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for view in &subject.containers {
        for (kind, when) in [(HookKind::PostStart, When::AtStart), (HookKind::PreStop, When::AtStop)] {
            let Some(exec) = Exec::of(subject, view.container, kind) else { continue };
            if exec.fails() || !output::only_prints(&exec.trace) || is_said_otherwise(subject, view, kind) {
                continue;
            }
            let place = exec.script.whole();
            let verdict = Prints { container: view.container, kind, when, exec };
            seen.push(Seen::new(RULE.severity(), place, verdict).container(view.container));
        }
    }
}

/// Another rule says more of the same preStop: it lets traffic go, or does not run when the work is done.
pub(super) fn is_said_otherwise(subject: &Subject<'_>, view: &ContainerView<'_>, kind: HookKind) -> bool {
    kind == HookKind::PreStop
        && (prestop_in_job::speaks_of(subject, view.container).is_some()
            || missing_prestop_sleep::speaks_of_hook(subject, &view.container.path))
}

/// Which hook it is.
#[derive(Debug, Clone, Copy, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum When {
    /// `postStart`.
    AtStart,
    /// `preStop`.
    AtStop,
}

/// A hook that only prints.
struct Prints<'s> {
    container: &'s Container,
    kind: HookKind,
    when: When,
    exec: Exec<'s>,
}

impl Verdict for Prints<'_> {
    fn name(&self) -> &'static str {
        self.when.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, hook) = (self.container.name(), hooks::name(self.kind));
        Words::new(
            format!("all that the {hook} hook of `{name}` does is to print, and nobody sees it"),
            format!(
                "The kubelet throws away what a hook prints. `kubectl logs` shows what the first process of `{name}` \
                 writes, and no event tells what a hook said."
            ),
        )
    }

    /// Whether the user of the hook may write where the first process writes is not known.
    fn mend(&self, subject: &Subject<'_>) -> Mend {
        if subject.workload.is_some_and(Workload::shares_processes) {
            return Mend::prose(
                "Have the program say it: the first process that this container sees is not its own, so its log cannot be \
                 reached from a hook.",
            );
        }
        const TEXT: &str = "Write it where the first process of the container writes, which is its log.";
        match invocation::resolve(self.exec.command) {
            Invocation::Script { argument, .. } => Mend::guess(
                TEXT,
                vec![Operation::Splice {
                    path: self.exec.path.index(argument),
                    at: 0..0,
                    text: "exec >/proc/1/fd/1 2>&1; ".to_owned(),
                }],
            ),
            _ => {
                let quoted: Vec<String> = self.exec.command.iter().map(|word| quoted(word)).collect();
                let script = format!("{} >/proc/1/fd/1", quoted.join(" "));
                let words = vec!["sh".to_owned(), "-c".to_owned(), script];
                Mend::guess(TEXT, vec![Operation::set(self.exec.path.clone(), Content::Words(words))])
            }
        }
    }
}

/// A word as a shell reads it as that word.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,+%@".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_stays_one_word_in_a_shell() {
        assert_eq!(quoted("bye"), "bye");
        assert_eq!(quoted("it's over"), "'it'\\''s over'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("$X"), "'$X'");
    }
}
