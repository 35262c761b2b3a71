//! `failing-poststart`: a postStart hook that runs, and ends with a failing status whatever happens.

use super::starting;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::hook::Exit;
use crate::manifest::{Container, Workload};
use crate::programs::{Rule as By, Runs};
use crate::shell::{self, Reach, Step, TextRef, Trace};
use crate::timeline::{Handler, Hook, HookScript, Story};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "failing-poststart",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart hook ends with a failing status on every path.",
    reason: "The exit status of a postStart hook decides whether its container lives. When it is not 0, the kubelet notes FailedPostStartHook, stops the container (preStop, stop signal and grace period included) and starts it again after a pause that grows. A script that cannot end with 0 turns that into CrashLoopBackOff from the first start on, while the program itself has nothing wrong with it.",
    options: None,
    facts: &["B23", "B29", "N8"],
    docs: &[
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
        Link {
            title: "Debugging hook handlers",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#debugging-hook-handlers",
        },
    ],
    page: page!("failing-poststart"),
    verdicts: &["fails"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let container = view.container;
        let Some(hook) = subject.post_start(view) else { continue };
        // One that cannot run is another rule's.
        if hook.handler != Handler::Exec || hook.fault.is_some() || !hook.fails {
            continue;
        }
        let base = container.post_start_path().dotted("exec.command");
        let script = HookScript::of(subject.set, subject.source, workload, container, hook.command, base);
        let trace = script.trace(&subject.settings.knowledge);
        let Exit::Fails(status) = Exit::of(&trace) else { continue };
        if !surely_fails(&trace) {
            continue;
        }
        let last = last_step(&trace).map(|step| step.words(step.span));
        let place = last.as_ref().map_or_else(|| script.whole(), |words| script.locate(words));
        let label = status.map(|status| format!("ends with {status}"));
        let fails = Fails { workload, container, hook, status, last };
        seen.push(Seen::new(Severity::Error, place, fails).container(container).label(label));
    }
}

/// What counts as succeeding succeeds in vain: no way around it ends the script otherwise.
fn surely_fails(trace: &Trace) -> bool {
    let leaves = |step: &Step| {
        let program = step.program.map(|program| program.runs);
        step.reach == Reach::AfterFailure
            && matches!(program, Some(Runs::Rule(By::Exit | By::Exec | By::Return)))
    };
    // `! touch /x` fails because what counts as succeeding does.
    let is_negated = last_step(trace).is_some_and(|step| {
        let counts = step.program.is_some_and(|program| matches!(program.runs, Runs::Instant | Runs::Reads));
        counts && step.status.success() == Some(true)
    });
    !trace.steps.iter().any(leaves) && !is_negated
}

/// What decides the status.
fn last_step(trace: &Trace) -> Option<&Step> {
    trace.steps.iter().rev().find(|step| step.reach != Reach::AfterFailure && !step.background)
}

/// A postStart hook that fails each time.
struct Fails<'s> {
    workload: &'s Workload,
    container: &'s Container,
    hook: Hook<'s>,
    /// The exit status, where it is one number.
    status: Option<u8>,
    /// The last command.
    last: Option<shell::Words>,
}

impl Verdict for Fails<'_> {
    fn name(&self) -> &'static str {
        "fails"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = self.container.name();
        let ends = match self.status {
            Some(status) => format!("always ends with status {status}"),
            None => "always ends with a failing status".to_owned(),
        };
        let held = self.hook.duration.shortest;
        let after =
            if held > 0.0 { format!(" after {} at the earliest", seconds(held)) } else { String::new() };
        Words::new(
            format!("the postStart hook of `{name}` {ends}, so the container is killed at every start"),
            format!(
                "Whichever way its script takes, it fails{after}. {}",
                starting::killed(self.workload, self.container)
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        const TEXT: &str = "Let it end with 0 where nothing is wrong; a status that nobody is to act on is better written to a log.";
        self.succeeding().map_or_else(|| Mend::prose(TEXT), |operation| Mend::guess(TEXT, vec![operation]))
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}

impl Fails<'_> {
    /// `exit 0` in place of `exit 15`, `true` in place of `false`.
    fn succeeding(&self) -> Option<Operation> {
        let words = self.last.as_ref()?;
        let TextRef::Argument(at) = words.text else { return None };
        let text = self.hook.command.get(at)?.get(words.range())?;
        let mut written = text.split_whitespace();
        let text = match (written.next()?, written.next(), written.next()) {
            ("exit", Some(_), None) => "exit 0",
            ("false", None, None) => "true",
            _ => return None,
        };
        let path = self.container.post_start_path().dotted("exec.command").index(at);
        Some(Operation::Splice { path, at: words.range(), text: text.to_owned() })
    }
}
