//! `hook-cannot-run`: a hook that fails each time it is called.

mod mend;

use k8s_openapi::api::core::v1 as core;
use strum::{IntoStaticStr, VariantNames};

use super::starting;
use super::subject::{ContainerView, Subject, services};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::words::{capitalised, seconds};
use crate::finding::{Chart, Related, Severity};
use crate::manifest::place::related;
use crate::manifest::{ContainerKind, Workload};
use crate::set::Serving;
use crate::shell::Flaw;
use crate::timeline::fault::Lacks;
use crate::timeline::{Fault, Hook, Story};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "hook-cannot-run",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A postStart or preStop hook fails each time it is called.",
    reason: "The kubelet runs the words of an exec hook as they are, in the container: no shell reads them unless the first one is a shell, nothing expands variables in them, and the program has to be in the image. A hook that gets that wrong fails each time. A preStop that fails is noted as an event (FailedPreStopHook) and nothing else: the stop signal follows at once, so whatever the hook was to wait for or to clean up does not happen. A postStart that fails has its container killed, each time it starts.",
    options: None,
    facts: &["B2", "B3", "B4", "B5", "B14", "B15", "B23", "B28", "B29", "I10", "N6", "N8"],
    docs: &[
        Link {
            title: "Hook handler implementations",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-implementations",
        },
        Link {
            title: "Debugging hook handlers",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#debugging-hook-handlers",
        },
        Link {
            title: "Attach handlers to container lifecycle events",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/",
        },
    ],
    page: page!("hook-cannot-run"),
    verdicts: Which::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    for view in &subject.containers {
        let container = view.container;
        let hooks = [
            (Which::PostStart, container.post_start(), subject.post_start(view)),
            (Which::PreStop, container.pre_stop(), view.pre_stop.clone()),
        ];
        for (which, written, hook) in hooks {
            let Some(hook) = hook.filter(|_| written.is_some_and(has_one_handler)) else {
                continue;
            };
            let Some(fault) = hook.fault.clone() else { continue };
            // Where the kubelet does not come so far another rule says so.
            let is_cut = which == Which::PreStop
                && subject
                    .grace
                    .is_some_and(|grace| grace.hook == 0 || hook.duration.shortest >= grace.hook as f64);
            if is_cut || (fault.lacks == Lacks::Port && subject.is_partial) {
                continue;
            }
            let broken = Broken { workload, view, which, hook, fault };
            let (place, related) = (broken.fault.words.clone(), broken.related(subject));
            let label = "fails each time".to_owned();
            seen.push(
                Seen::new(Severity::Error, place, broken).container(container).label(label).related(related),
            );
        }
    }
}

/// More than one is refused, and another rule's business (fact B2).
fn has_one_handler(hook: &core::LifecycleHandler) -> bool {
    let handlers =
        [hook.exec.is_some(), hook.http_get.is_some(), hook.tcp_socket.is_some(), hook.sleep.is_some()];
    handlers.into_iter().filter(|is_there| *is_there).count() == 1
}

/// Which hook fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Which {
    /// The container is killed (fact B23).
    PostStart,
    /// The stop signal comes at once (fact B28).
    PreStop,
}

/// A hook that fails each time.
struct Broken<'s> {
    workload: &'s Workload,
    view: &'s ContainerView<'s>,
    which: Which,
    hook: Hook<'s>,
    fault: Fault,
}

impl Verdict for Broken<'_> {
    fn name(&self) -> &'static str {
        self.which.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = self.view.container.name();
        let reason = capitalised(&self.fault.reason);
        let unread = match self.fault.lacks {
            Lacks::Script => subject.unread("another may add the script to the ConfigMap"),
            Lacks::Port | Lacks::Nothing => String::new(),
        };
        match self.which {
            Which::PostStart => Words::new(
                format!(
                    "the postStart hook of `{name}` fails each time, so the container is killed at every start"
                ),
                format!("{reason}. {}{unread}", starting::killed(self.workload, self.view.container)),
            ),
            Which::PreStop => {
                let held = self.hook.duration.shortest;
                let when = if held > 0.0 { format!("after {}", seconds(held)) } else { "at once".to_owned() };
                Words::new(
                    format!("the preStop hook of `{name}` fails each time it is called"),
                    format!("{reason}. {}{}{unread}", goes_on(self.view, &when), self.lost(subject)),
                )
            }
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        mend::of(subject, self)
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        match self.which {
            Which::PostStart => subject.story(Story::Start),
            Which::PreStop if self.loses(subject) => {
                let arrivals = subject.set.arrivals(&self.view.reaches);
                subject.stopped(self.view, |stopped| stopped.chart_with_traffic(&arrivals))
            }
            Which::PreStop => subject.stopped(self.view, |stopped| stopped.chart()),
        }
    }
}

impl Broken<'_> {
    /// Requests still come when the hook has failed, and nothing holds the stop signal back.
    fn loses(&self, subject: &Subject<'_>) -> bool {
        self.view.serving > Serving::Possible
            && !subject.is_scraped(self.view)
            && self.hook.duration.shortest + subject.lingers(self.workload, self.view.container)
                < subject.settings.propagation_delay()
            && self.view.container.kind == ContainerKind::Container
    }

    /// What becomes of them.
    fn lost(&self, subject: &Subject<'_>) -> String {
        if !self.loses(subject) {
            return String::new();
        }
        let delay = subject.settings.propagation_delay();
        let delay = seconds(delay);
        match services(self.view.reaches.iter()) {
            Some(services) => {
                let send = if services.starts_with("Services") { "send" } else { "sends" };
                format!(
                    " {services} still {send} requests until about {delay} after the deletion, and those are refused or \
                     cut off."
                )
            }
            None => format!(
                " What sends requests to its port can do so until about {delay} after the deletion, and those are \
                 refused or cut off."
            ),
        }
    }

    /// The port, or the image, that the hook is looked up in.
    fn related(&self, subject: &Subject<'_>) -> Vec<Related> {
        let container = self.view.container;
        let image = container.path.key("image");
        let is_there = subject.object.at(&image).is_some();
        let place = || related(subject.source, subject.object, &image, "the image");
        (self.fault.flaw == Flaw::Image && is_there).then(place).into_iter().collect()
    }
}

/// Fact B28.
fn goes_on(view: &ContainerView<'_>, when: &str) -> String {
    match view.container.kind {
        ContainerKind::Sidecar => {
            "The kubelet notes that (FailedPreStopHook) and goes on as if the hook had done its work."
                .to_owned()
        }
        _ => format!("The kubelet notes that (FailedPreStopHook) and goes on: the stop signal comes {when}."),
    }
}
