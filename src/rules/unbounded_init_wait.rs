//! `unbounded-init-wait`: an init container waits for something else for as long as it takes.

use super::init_never_ends::scripts;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::Severity;
use crate::manifest::Container;
use crate::shell::Longest;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "unbounded-init-wait",
    aliases: &[],
    group: Group::Start,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "An init container waits for something else without a bound.",
    reason: "An init container that waits for a database or a name waits for ever if that never comes: because it is called differently, because a network policy is in the way, because it depends on this Pod in turn. The Pod stays in Init, without a failure, a restart or an event. With a bound it fails: kubectl shows Init:Error, the logs say what was waited for, and the kubelet tries again.",
    options: None,
    facts: &["D1"],
    docs: &[
        Link {
            title: "Init containers in use",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#init-containers-in-use",
        },
        Link {
            title: "Debug init containers",
            url: "https://kubernetes.io/docs/tasks/debug/debug-application/debug-init-containers/",
        },
    ],
    page: page!("unbounded-init-wait"),
    verdicts: &["unbounded"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for init in scripts(subject) {
        // What the script itself has started may be what it waits for.
        let is_unbounded = init.duration.longest == Longest::Unbounded && !init.has_background;
        if !is_unbounded || init.never(subject).is_some() {
            continue;
        }
        let label = "may never end".to_owned();
        let (container, place) = (init.container, init.place);
        seen.push(
            Seen::new(RULE.severity(), place, Unbounded { container }).container(container).label(label),
        );
    }
}

/// It ends only when something else happens.
struct Unbounded<'s> {
    container: &'s Container,
}

impl Verdict for Unbounded<'_> {
    fn name(&self) -> &'static str {
        "unbounded"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let name = self.container.name();
        Words::new(
            format!("init container `{name}` waits without a bound"),
            format!(
                "It ends only when something else happens. If that never does, the Pod stays in Init for ever: `{name}` does not \
                 fail, nothing is tried again, and no event says what is waited for."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::prose(
            "Count the rounds and end with a status other than 0 after the last one, or let `timeout` end the wait: the kubelet \
             then starts the init container again, and the status of the Pod and the logs tell what is missing.",
        )
    }
}
