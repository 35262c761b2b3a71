//! `cronjob-overlap`: a run of a CronJob is started beside the one before it.

use strum::{IntoStaticStr, VariantNames};

use super::cronjob_misses_starts;
use super::invalid_manifest::refuses_zone_in_schedule;
use super::job_never_ends;
use super::jobs::Job;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::{lasting, seconds};
use crate::finding::{Related, Severity};
use crate::kubernetes::schedule::{Gap, Schedule, zone::Zone};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "cronjob-overlap",
    aliases: &[],
    group: Group::Job,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A CronJob starts its next run while the one before still works.",
    reason: "The API server fills in concurrencyPolicy: Allow. A run that is not done when the next is due goes on beside it: both work on the same data, and where runs hang, one more is started each time until the cluster has no room left. Nothing but concurrencyPolicy holds the next run back.",
    options: None,
    facts: &["H22"],
    docs: &[Link {
        title: "Concurrency policy",
        url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy",
    }],
    page: page!("cronjob-overlap"),
    verdicts: Known::VARIANTS,
    check: Check::Object(check),
};

/// The field.
const POLICY: &str = "spec.concurrencyPolicy";
/// The schedule.
const SCHEDULE: &str = "spec.schedule";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(job) = Job::working(subject) else { return };
    let Some(cron) = job.cron else { return };
    let policy = FieldPath::of(POLICY);
    let is_unset = subject.object.at(&policy).is_none_or(|node| node.as_str() == Some(""));
    // What another policy was meant to be is refused.
    if !is_unset && cron.concurrency_policy.as_deref() != Some("Allow") {
        return;
    }
    let Some(gap) = shortest_gap(subject, cron.schedule.as_str(), cron.time_zone.as_deref()) else { return };
    if job_never_ends::reports(subject) || cronjob_misses_starts::never_starts(&job) {
        return;
    }
    let every = gap.seconds as f64;
    let work = job.work(subject);
    let deadline_path = job.path.key("activeDeadlineSeconds");
    let deadline = job.spec.active_deadline_seconds.filter(|_| !job.workload.is_open(&deadline_path));
    let deadline = deadline.map(|seconds| seconds as f64);
    // Its Pods still get their grace period when the deadline is over (facts H18 and H20).
    let grace = job.workload.grace_period().map(|seconds| seconds.max(0) as f64);
    let of_pod = deadline_of_pods(&job);
    // A Pod that its own deadline ends is tried again, unless nothing is.
    let is_once = job.spec.backoff_limit == Some(0) && job.spec.completions.is_none_or(|number| number <= 1);
    let bounds = deadline.into_iter().chain(of_pod.filter(|_| is_once));
    let ends_by = bounds.reduce(f64::min).zip(grace).map(|(deadline, grace)| deadline + grace);
    // A Pod's own deadline ends one Pod of it, and that of the Job all of them.
    let of_rounds = of_pod.map(|seconds| seconds * work.rounds);
    let cut = deadline.into_iter().chain(of_rounds).reduce(f64::min).unwrap_or(f64::INFINITY);
    let takes = work.shortest().min(cut);
    let is_longer = takes > every || (takes == every && takes < cut && work.has_more());
    let schedule = FieldPath::of(SCHEDULE);
    if is_longer {
        let place = subject.place(if is_unset { &schedule } else { &policy });
        let label = format!("runs are {} apart", lasting(every));
        let decisive = work.decisive.as_ref().filter(|run| run.takes().earliest.is_finite());
        let related = decisive.map(|run| Related {
            place: run.place.place.clone(),
            message: format!("takes at least {}", seconds(run.takes().earliest)),
        });
        let verdict = Overlap { known: Known::Surely, gap, takes, is_unset };
        seen.push(Seen::new(Severity::Warning, place, verdict).label(label).related(related));
        return;
    }
    // Twice the time is there for a retry.
    let ends_in_time = work.pod.latest.is_some_and(|latest| 2.0 * latest <= every);
    if is_unset && !subject.object.is_live() && !ends_in_time && ends_by.is_none_or(|ends| ends > every) {
        let place = subject.place(&schedule);
        let verdict = Overlap { known: Known::Perhaps, gap, takes, is_unset };
        seen.push(
            Seen::new(Severity::Info, place, verdict).label("a run that lasts is not waited for".to_owned()),
        );
    }
}

/// How long each of its Pods may run, in seconds.
fn deadline_of_pods(job: &Job<'_>) -> Option<f64> {
    let path = job.workload.pod_spec_path.key("activeDeadlineSeconds");
    let deadline = job.workload.pod_spec().active_deadline_seconds;
    deadline.filter(|seconds| *seconds > 0 && !job.workload.is_open(&path)).map(|seconds| seconds as f64)
}

/// The shortest time between two starts; `None` of a schedule or a zone that is refused, and of one that never
/// starts twice.
fn shortest_gap(subject: &Subject<'_>, schedule: &str, zone: Option<&str>) -> Option<Gap> {
    let (schedule, own) = Schedule::parse(schedule).ok()?;
    let zone = match (zone, own) {
        (_, Some(_)) if refuses_zone_in_schedule(subject) => return None,
        (Some(name), None) => Zone::find(name)?,
        // One of the two is refused.
        (Some(_), Some(_)) => return None,
        (None, own) => own.unwrap_or(Zone::UTC),
    };
    schedule.shortest_gap(&zone)
}

/// Whether the work is known to take longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Known {
    /// It does.
    Surely,
    /// Nobody knows.
    Perhaps,
}

/// A run beside the one before it (fact H22).
struct Overlap {
    known: Known,
    gap: Gap,
    /// How long a run takes at the least, in seconds.
    takes: f64,
    is_unset: bool,
}

impl Verdict for Overlap {
    fn name(&self) -> &'static str {
        self.known.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let every = lasting(self.gap.seconds as f64);
        let allowed = match self.is_unset {
            true => "Without `concurrencyPolicy` runs are allowed beside each other",
            false => "`concurrencyPolicy: Allow` lets runs go on beside each other",
        };
        match self.known {
            Known::Surely => {
                let every_exactly = self.gap.seconds as f64;
                let more = if self.takes > every_exactly { "" } else { "more than " };
                let takes = format!("{more}{}", lasting(self.takes));
                let beside = (self.takes / every_exactly).ceil().max(2.0);
                let apart = match (self.gap.is_regular, self.gap.by_clock) {
                    (true, _) => format!("starts one every {every}"),
                    (false, true) => format!("starts two {every} apart when the clocks are changed"),
                    (false, false) => format!("starts two as little as {every} apart"),
                };
                let many = match self.gap.is_regular {
                    true => format!(", up to {beside} of them at a time"),
                    false => String::new(),
                };
                Words::new(
                    format!("a run takes {takes}, and the schedule {apart}"),
                    format!("{allowed}{many}, on the same data, and each takes what the others leave."),
                )
            }
            Known::Perhaps => Words::new(
                format!("nothing{} keeps a run from being started beside the one before", subject.here()),
                format!(
                    "{allowed}. One that hangs, or takes longer than the {every} that {} between two starts, is joined by the next, and \
                     that by another.",
                    if self.gap.is_regular { "lie" } else { "can lie" }
                ),
            ),
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let text = match self.known {
            Known::Surely => {
                "Skip a start while a run goes on, as here, or stop the old run for the new one (`Replace`); or let the schedule give \
                 each run the time that it needs."
            }
            Known::Perhaps => {
                "Say what is meant: `Forbid` skips a start while a run goes on, `Replace` stops the old run for the new one, and `Allow` \
                 is for runs that do not disturb each other. A run that hangs is ended by `activeDeadlineSeconds`."
            }
        };
        Mend::guess(text, vec![Operation::set(FieldPath::of(POLICY), Content::Text("Forbid".to_owned()))])
    }
}
