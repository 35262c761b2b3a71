//! `job-deadline-too-short`: a Job is ended by its deadline before its work can be done.

use strum::{IntoStaticStr, VariantNames};

use super::jobs::{Job, Work};
use super::probed::whole;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Operation;
use crate::finding::words::{capitalised, lasting, seconds};
use crate::finding::{Related, Severity};
use crate::manifest::Container;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "job-deadline-too-short",
    aliases: &[],
    group: Group::Job,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Job's activeDeadlineSeconds is over before its work can be done.",
    reason: "activeDeadlineSeconds of a Job counts from its start until all of its work is done: Pods are started, init containers run, and all completions have to succeed in that time, retries included. When it is over, running Pods are stopped and the Job has failed (DeadlineExceeded), whatever backoffLimit still allows. Work that needs that long at least never succeeds.",
    options: None,
    facts: &["H17", "H18", "P6"],
    docs: &[
        Link {
            title: "Job termination and cleanup",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup",
        },
        Link {
            title: "Controlling parallelism",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism",
        },
    ],
    page: page!("job-deadline-too-short"),
    verdicts: Of::VARIANTS,
    check: Check::Object(check),
};

/// The field, of a Job and of its Pods.
const FIELD: &str = "activeDeadlineSeconds";

/// How much later than its deadline a Pod may still end well, in seconds: the kubelet looks once a second, and needs
/// a moment for it.
const LATE: f64 = 2.0;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(job) = Job::working(subject) else { return };
    let work = job.work(subject);
    let (of_job, of_pod) = (job.path.key(FIELD), job.workload.pod_spec_path.key(FIELD));
    // What never ends by itself is meant to be ended.
    let is_over = |at_least: f64, takes: f64| takes.is_finite() && at_least <= takes;
    let deadline = |number: Option<i64>, path: &FieldPath| number.filter(|_| !job.workload.is_open(path));
    if let Some(deadline) = deadline(job.spec.active_deadline_seconds, &of_job) {
        let (deadline, takes) = (deadline as f64, work.shortest());
        if deadline >= 0.0 && (deadline == 0.0 || is_over(deadline, takes)) {
            let of = if deadline == 0.0 { Of::Nothing } else { Of::Job };
            seen.push(too_short(subject, of, of_job, deadline, takes, &work));
            return;
        }
    }
    if let Some(deadline) = deadline(job.workload.pod_spec().active_deadline_seconds, &of_pod) {
        let (deadline, takes) = (deadline as f64, work.pod.earliest);
        if deadline > 0.0 && is_over(deadline + LATE, takes) {
            seen.push(too_short(subject, Of::Pod, of_pod, deadline, takes, &work));
        }
    }
}

fn too_short<'s>(
    subject: &'s Subject<'s>,
    of: Of,
    path: FieldPath,
    deadline: f64,
    takes: f64,
    work: &Work<'s>,
) -> Seen<'s> {
    let label = match of {
        Of::Nothing => "over at once".to_owned(),
        Of::Job | Of::Pod => format!("the work takes {}", lasting(takes)),
    };
    let decisive = work.decisive.as_ref().filter(|run| of != Of::Nothing && run.takes().earliest > 0.0);
    let related = decisive.map(|run| Related {
        place: run.place.place.clone(),
        message: format!("takes at least {}", seconds(run.takes().earliest)),
    });
    let verdict = TooShort {
        of,
        container: decisive.map(|run| (run.container, run.takes().earliest)),
        place: path.clone(),
        deadline,
        takes,
        pod: work.pod.earliest,
        rounds: work.rounds,
    };
    Seen::new(RULE.severity(), subject.place(&path), verdict).label(label).related(related)
}

/// Whose deadline it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Of {
    /// The Job's, and no time at all.
    Nothing,
    /// The Job's.
    Job,
    /// That of each Pod.
    Pod,
}

/// A deadline that the work cannot meet (facts H18 and P6). Times are in seconds.
struct TooShort<'s> {
    of: Of,
    /// The container that takes the longest, and how long that takes.
    container: Option<(&'s Container, f64)>,
    place: FieldPath,
    deadline: f64,
    /// All that has to be done until then, at the least.
    takes: f64,
    /// One Pod, at the least.
    pod: f64,
    rounds: f64,
}

impl TooShort<'_> {
    /// A deadline with room for starts and a slow node, in full minutes.
    fn proposed(&self) -> f64 {
        const MINUTE: f64 = 60.0;
        const ROOM: f64 = 1.5;
        (ROOM * self.takes / MINUTE).ceil().max(1.0) * MINUTE
    }
}

impl Verdict for TooShort<'_> {
    fn name(&self) -> &'static str {
        self.of.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (takes, deadline) = (lasting(self.takes), lasting(self.deadline));
        let longest = match self.container {
            Some((container, takes)) if takes < self.pod => {
                format!(", the longest part of it in `{}`", container.name())
            }
            Some((container, _)) => format!(", in `{}`", container.name()),
            None => String::new(),
        };
        match self.of {
            Of::Nothing => Words::new(
                "the Job has failed as soon as it is started: its deadline is 0 s",
                "`activeDeadlineSeconds` counts from the start of the Job, and 0 s have always passed: the Job is marked as failed \
                 (DeadlineExceeded) and its Pods are stopped before they have done anything. Without the field there is no deadline.",
            ),
            Of::Job => {
                let counted = match self.rounds {
                    rounds if rounds > 1.0 => format!(
                        "A Pod takes {} at least{longest}, and {rounds} of them run one after another, as `completions` and \
                         `parallelism` have it: {takes}",
                        lasting(self.pod)
                    ),
                    _ => format!("The work takes {takes} at least{longest}"),
                };
                Words::new(
                    format!("the work of the Job takes {takes}, and its deadline is {deadline}"),
                    format!(
                        "{counted}, and pulling images and starting Pods come on top. After {deadline} the Pods are stopped and the Job \
                         has failed (DeadlineExceeded), each time."
                    ),
                )
            }
            Of::Pod => Words::new(
                format!("a Pod of the Job takes {takes}, and its deadline is {deadline}"),
                format!(
                    "{} The kubelet ends a Pod that has run for {deadline} (DeadlineExceeded), which the Job counts as a failure and tries \
                     again until `backoffLimit` is reached: no Pod ever succeeds.",
                    capitalised(&format!("the work takes {takes} at least{longest}."))
                ),
            ),
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        match self.of {
            Of::Nothing => Mend::guess(
                "Leave it out, or give the work the time that it needs.",
                vec![Operation::Remove { path: self.place.clone() }],
            ),
            Of::Job | Of::Pod => Mend::guess(
                "Let the deadline be longer than the slowest run, with the time that starting Pods and retries take on top.",
                vec![Operation::set(self.place.clone(), whole(self.proposed()))],
            ),
        }
    }
}
