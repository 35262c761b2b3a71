//! `unbounded-poststart`: a postStart hook that waits for something else, for as long as it takes.

use strum::{IntoStaticStr, VariantNames};

use super::starting;
use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page, poststart_deadlock};
use crate::edit::{Content, Operation};
use crate::finding::{Chart, Severity};
use crate::kubernetes::images;
use crate::manifest::Workload;
use crate::shell::{self, Longest, Step, TextRef, Trace};
use crate::timeline::{Handler, Hook, HookScript, Story};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "unbounded-poststart",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart hook waits without a bound, and nothing else bounds it.",
    reason: "A postStart hook has no time limit, and the kubelet does nothing else for its Pod while one runs. The container stays in ContainerCreating, though its program works: it is not Ready, none of its probes is asked, and its logs are refused. The containers behind it are not started. And the Pod cannot be deleted: it gets no stop signal and no kill until the hook returns, whatever the grace period says. A wait that ends only when something else happens leaves all of that to something else.",
    options: None,
    facts: &["B6", "B7", "B24", "B25", "B26", "N7", "N9", "N11"],
    docs: &[
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
        Link {
            title: "Container hooks",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#container-hooks",
        },
    ],
    page: page!("unbounded-poststart"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// How long a wait may take, in seconds, where one is proposed.
const BOUND: &str = "60";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let Some(hook) = subject.post_start(view) else { continue };
        let is_unbounded = hook.duration.longest == Longest::Unbounded;
        if hook.handler != Handler::Exec || hook.fault.is_some() || hook.fails || !is_unbounded {
            continue;
        }
        if poststart_deadlock::speaks_of(subject, view.container) {
            continue;
        }
        let base = view.container.post_start_path().dotted("exec.command");
        let script =
            HookScript::of(subject.set, subject.source, workload, view.container, hook.command, base);
        let trace = script.trace(&subject.settings.knowledge);
        let how = match held_open(&trace) {
            Some(job) => How::HeldOpen { job },
            None if hook.duration.never_ends() => How::NeverEnds,
            None => How::Waits,
        };
        let (place, label) = (hook.words.clone(), how.label().to_owned());
        let waits = Waits { workload, view, hook, how };
        seen.push(Seen::new(Severity::Warning, place, waits).container(view.container).label(label));
    }
}

/// The job in the background that goes on without a bound, and keeps the hook's output open.
fn held_open(trace: &Trace) -> Option<shell::Words> {
    let job = trace.endless.as_ref()?;
    let is_of_it = |step: &Step| {
        let words = step.words(step.span);
        step.background && words.text == job.text && words.start >= job.start && words.end <= job.end
    };
    trace.steps.iter().any(is_of_it).then(|| job.clone())
}

/// How it goes on.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// Until something else happens.
    Waits,
    /// For ever: nothing ends it.
    NeverEnds,
    /// The script ends, and the hook does not before its output is closed (facts B7 and N11).
    HeldOpen { job: shell::Words },
}

impl How {
    fn label(&self) -> &'static str {
        match self {
            Self::Waits => "may never end",
            Self::NeverEnds => "never ends",
            Self::HeldOpen { .. } => "keeps the hook's output open",
        }
    }
}

/// A postStart hook without a bound.
struct Waits<'s> {
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
    hook: Hook<'s>,
    how: How,
}

impl Verdict for Waits<'_> {
    fn name(&self) -> &'static str {
        (&self.how).into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let container = self.view.container;
        let name = container.name();
        let (message, until) = match &self.how {
            How::Waits => {
                (format!("the postStart hook of `{name}` waits without a bound"), "Until it returns")
            }
            How::NeverEnds => (format!("the postStart hook of `{name}` never ends"), "As long as it runs"),
            How::HeldOpen { .. } => (
                format!("the postStart hook of `{name}` leaves a job behind that keeps it from ending"),
                "The runtime (containerd) waits until the hook's output is closed, and the job in the background holds it open. \
                 Meanwhile",
            ),
        };
        let unready = match starting::behind(self.workload, container) {
            Some(behind) => {
                let are = if behind.starts_with("containers") { "are" } else { "is" };
                format!("it is not Ready, and {behind} {are} not started")
            }
            None => "and it is not Ready".to_owned(),
        };
        Words::new(
            message,
            format!(
                "{until}, `{name}` does not count as running: no probe of it is asked, {unready}. Nor can the Pod be \
                 deleted: it gets no stop signal and no kill, whatever its grace period."
            ),
        )
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        match &self.how {
            How::HeldOpen { job } => {
                const TEXT: &str =
                    "Send the output of the job elsewhere; better, run it as a sidecar container of its own.";
                self.redirected(job).map_or_else(|| Mend::prose(TEXT), |one| Mend::guess(TEXT, vec![one]))
            }
            How::NeverEnds => Mend::prose(
                "What goes on beside the program is a sidecar container of its own: an init container with `restartPolicy: Always`.",
            ),
            How::Waits => {
                let text = format!(
                    "Bound the wait: after {BOUND} s the hook fails then, and the container is started again. What has to be \
                     there before the program starts is for an init container to wait for."
                );
                match self.bounded(subject) {
                    Some(operation) => Mend::guess(text, vec![operation]),
                    None => Mend::prose(text),
                }
            }
        }
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}

impl Waits<'_> {
    /// The job with its output elsewhere.
    fn redirected(&self, job: &shell::Words) -> Option<Operation> {
        let TextRef::Argument(at) = job.text else { return None };
        let path = self.view.container.post_start_path().dotted("exec.command").index(at);
        Some(Operation::Splice { path, at: job.end..job.end, text: " >/dev/null 2>&1".to_owned() })
    }

    /// The same command with a bound around it.
    fn bounded(&self, subject: &Subject<'_>) -> Option<Operation> {
        let container = self.view.container;
        let further = &subject.settings.knowledge.images;
        let lacks = |image: &String| images::lacks(image, "timeout", further).is_some();
        if container.spec.image.as_ref().is_some_and(lacks) {
            return None;
        }
        let words =
            ["timeout", BOUND].into_iter().map(str::to_owned).chain(self.hook.command.iter().cloned());
        let path = container.post_start_path().dotted("exec.command");
        Some(Operation::set(path, Content::Words(words.collect())))
    }
}
