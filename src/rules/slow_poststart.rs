//! `slow-poststart`: a postStart hook that takes long, and holds up its Pod for that time.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::options::{self, Optional, Refused};
use super::starting;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::words::seconds;
use crate::finding::{Chart, Severity};
use crate::manifest::{Container, Workload};
use crate::shell::Longest;
use crate::timeline::{Handler, Story};

/// What the rule can be told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// From how many seconds on a postStart hook is a warning.
    #[schemars(range(min = 1, max = 86400), extend("examples" = [60]))]
    pub warning_seconds: f64,
    /// From how many seconds on a postStart hook is advice.
    #[schemars(range(min = 1, max = 86400), extend("examples" = [10]))]
    pub advice_seconds: f64,
}

impl Default for Options {
    fn default() -> Self {
        <Self as options::Options>::DEFAULT.clone()
    }
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { warning_seconds: 30.0, advice_seconds: 5.0 };

    fn check(&self, refused: &mut Refused) {
        if self.advice_seconds > self.warning_seconds {
            refused.because("adviceSeconds", "`adviceSeconds` must not be more than `warningSeconds`");
        }
    }
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "slow-poststart",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A postStart hook takes long, and its Pod cannot be Ready before.",
    reason: "The kubelet waits for a postStart hook before it does anything else for the Pod. Until the hook has returned the container stays in ContainerCreating, none of its probes is asked, and the containers behind it in the list are not started. Every new Pod is Ready that much later: at each rollout, each scale-up and after each failure of a node.",
    options: Some(Optional::of::<Options>()),
    facts: &["B18", "B24", "B25", "N9"],
    docs: &[
        Link {
            title: "Hook handler execution",
            url: "https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/#hook-handler-execution",
        },
        Link {
            title: "Init containers",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/",
        },
    ],
    page: page!("slow-poststart"),
    verdicts: &["slow"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload else { return };
    let options = subject.settings.of::<Options>();
    for view in &subject.containers {
        let Some(hook) = subject.post_start(view) else { continue };
        let time = &hook.duration;
        // What fails, or has no bound, is another rule's, and what is refused takes no time.
        let is_refused = match hook.handler {
            Handler::Sleep { seconds } => workload.grace_period().is_some_and(|grace| seconds > grace),
            _ => false,
        };
        if hook.fault.is_some()
            || hook.fails
            || hook.is_dropped
            || is_refused
            || time.longest == Longest::Unbounded
        {
            continue;
        }
        let least = time.shortest;
        let severity = match () {
            () if least >= options.warning_seconds => Severity::Warning,
            () if least >= options.advice_seconds => Severity::Info,
            () => continue,
        };
        let slow = Slow { workload, container: view.container, least };
        let label = format!("takes at least {}", seconds(least));
        seen.push(Seen::new(severity, hook.words.clone(), slow).container(view.container).label(label));
    }
}

/// A postStart hook that takes at least so many seconds.
struct Slow<'s> {
    workload: &'s Workload,
    container: &'s Container,
    least: f64,
}

impl Verdict for Slow<'_> {
    fn name(&self) -> &'static str {
        "slow"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, least) = (self.container.name(), seconds(self.least));
        let behind = match starting::behind(self.workload, self.container) {
            Some(behind) => {
                let start = if behind.starts_with("containers") { "start" } else { "starts" };
                format!("; {behind} {start} {least} later")
            }
            None => String::new(),
        };
        Words::new(
            format!(
                "the postStart hook of `{name}` takes at least {least}, and its Pod cannot be Ready before"
            ),
            format!(
                "Until the hook has returned `{name}` does not count as running, and no probe of it is asked{behind}. A \
                 delete of the Pod waits for the hook as well."
            ),
        )
    }

    /// What is waited for is for a person to say.
    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::prose(
            "A fixed wait is a bet on how long something else takes: ask for it instead, in an init container where it has to \
             be there first, or with a startup or readiness probe where the program is to be given time.",
        )
    }

    fn chart(&self, subject: &Subject<'_>) -> Option<Chart> {
        subject.story(Story::Start)
    }
}
