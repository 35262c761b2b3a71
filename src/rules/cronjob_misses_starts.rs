//! `cronjob-misses-starts`: a CronJob that never starts a Job, or gives one up after a moment.

use strum::{IntoStaticStr, VariantNames};

use super::jobs::Job;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::finding::words::{lasting, seconds};
use crate::kubernetes::schedule::Schedule;
use crate::manifest::place::related;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "cronjob-misses-starts",
    aliases: &[],
    group: Group::Job,
    severities: &[Severity::Error, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A CronJob never starts a Job, or gives a start up after a moment.",
    reason: "startingDeadlineSeconds says how late a Job may still be started. The controller looks when a start is due, a moment later, and looks back no further than that: with 0 it never finds anything to start, and no event says so. With a few seconds every start is lost that falls into a moment when the controller is away, as in an upgrade of the control plane. A schedule can also name no day that there is: the API server takes it, and nothing is ever started.",
    options: None,
    facts: &["P7"],
    docs: &[
        Link {
            title: "Deadline for delayed Job start",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline",
        },
        Link {
            title: "Schedule syntax",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax",
        },
    ],
    page: page!("cronjob-misses-starts"),
    verdicts: Misses::VARIANTS,
    check: Check::Object(check),
};

/// The field.
const DEADLINE: &str = "spec.startingDeadlineSeconds";
/// The schedule.
const SCHEDULE: &str = "spec.schedule";
/// From so many seconds on a restart of the controller is survived: measured, 10 s were enough for an absence of 12 s
/// around the start, and 3 s were not (fact P7).
const ENOUGH: i64 = 10;
/// What is proposed, in seconds: a change of the leader takes up to a minute.
const PROPOSED: i64 = 120;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(job) = Job::working(subject) else { return };
    let (Some(cron), Some((severity, misses))) = (job.cron, Misses::of(&job)) else { return };
    let path = FieldPath::of(if misses == Misses::NoDay { SCHEDULE } else { DEADLINE });
    let label = match misses {
        Misses::NoDay => "no such time".to_owned(),
        Misses::Late { deadline } => format!("given up {} late", seconds(deadline as f64)),
        Misses::All | Misses::Every { .. } => "nothing is ever started".to_owned(),
    };
    let counts = matches!(misses, Misses::Every { .. }).then(|| {
        related(
            subject.source,
            subject.object,
            &FieldPath::of(SCHEDULE),
            "counts from where the controller looks back to",
        )
    });
    let verdict = Missed { misses, schedule: &cron.schedule };
    seen.push(Seen::new(severity, subject.place(&path), verdict).label(label).related(counts));
}

/// The rule reports that nothing is ever started: nothing is asked of runs that are none.
pub(super) fn never_starts(job: &Job<'_>) -> bool {
    Misses::of(job).is_some_and(|(severity, _)| severity == Severity::Error)
}

/// Which starts are missed. Times are in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Misses {
    /// All, for want of a day.
    NoDay,
    /// All, for want of time.
    All,
    /// All, as the time between two starts is longer than the controller looks back.
    Every { deadline: i64, every: i64 },
    /// Those that come so much too late.
    Late { deadline: i64 },
}

impl Misses {
    fn of(job: &Job<'_>) -> Option<(Severity, Self)> {
        let cron = job.cron?;
        let schedule = Schedule::parse(&cron.schedule).ok().map(|(schedule, _)| schedule);
        if schedule.as_ref().is_some_and(Schedule::never_starts) {
            return Some((Severity::Error, Self::NoDay));
        }
        let is_open = job.workload.is_open(&FieldPath::of(DEADLINE));
        let deadline = cron.starting_deadline_seconds.filter(|deadline| *deadline >= 0 && !is_open)?;
        let every = match &schedule {
            Some(Schedule::Every(every)) => i64::try_from(every.seconds()).ok(),
            _ => None,
        };
        match (deadline, every) {
            (0, _) => Some((Severity::Error, Self::All)),
            // The controller counts from its last start, or else from where it looks back to.
            (deadline, Some(every)) if deadline < every => {
                Some((Severity::Error, Self::Every { deadline, every }))
            }
            (deadline, _) if deadline < ENOUGH => Some((Severity::Info, Self::Late { deadline })),
            _ => None,
        }
    }
}

/// A start that is missed (fact P7; `mostRecentScheduleTime` in pkg/controller/cronjob/utils.go).
struct Missed<'s> {
    misses: Misses,
    schedule: &'s str,
}

impl Verdict for Missed<'_> {
    fn name(&self) -> &'static str {
        (&self.misses).into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        match self.misses {
            Misses::NoDay => Words::new(
                format!("`{}` names no time that there is, so nothing is ever started", self.schedule),
                "The API server looks at each field alone and takes the schedule. The controller finds no time at which all of them \
                 hold (InvalidSchedule), and starts no Job.",
            ),
            Misses::All => Words::new(
                "`startingDeadlineSeconds: 0` never starts a Job",
                "The controller looks for a start that was due within the last 0 s. It looks a moment after each, so it never finds one, \
                 and no event says why.",
            ),
            Misses::Every { deadline, every } => {
                let (deadline, every) = (lasting(deadline as f64), lasting(every as f64));
                Words::new(
                    format!("`{}` never starts a Job with a starting deadline of {deadline}", self.schedule),
                    format!(
                        "`@every` counts from the last start, and the controller looks back no further than {deadline}: counted from there, the \
                         next start is always {every} away and never due."
                    ),
                )
            }
            Misses::Late { deadline } => {
                let deadline = seconds(deadline as f64);
                Words::new(
                    format!("a start is given up when it is {deadline} late"),
                    format!(
                        "While the controller runs, Jobs are started on time. If it is away for {deadline} around a start, as when the control \
                         plane is upgraded or its leader changes, that start is skipped, and nothing makes up for it."
                    ),
                )
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let path = FieldPath::of(DEADLINE);
        match self.misses {
            Misses::NoDay => Mend::prose("Name a day that the month has, and a minute and an hour."),
            Misses::All | Misses::Late { .. } => Mend::guess(
                "Give a late start as much time as it is still of use. Without the field it is made up for however late.",
                vec![Operation::set(path, Content::Int(PROPOSED))],
            ),
            Misses::Every { .. } => Mend::guess(
                "Leave it out, or let it be longer than the time between two starts; or name times of the day, which do not count from \
                 anything.",
                vec![Operation::Remove { path }],
            ),
        }
    }
}
