//! CronJobs: `validateCronJobSpec`.

use super::super::fault::Fault;
use super::super::faults::Faults;
use super::super::field::Field;
use super::super::versions::ZONE_IN_SCHEDULE;
use super::job_spec;
use crate::kubernetes::schedule::{Schedule, split_zone, zone::Zone};
use crate::yaml::path::FieldPath;

/// A Job is named by its CronJob, with eleven characters behind it.
const LONGEST_NAME: usize = 52;

const POLICIES: &[&str] = &["Allow", "Forbid", "Replace", ""];

pub(in super::super) fn cron_job(faults: &mut Faults<'_, '_>) {
    let object = faults.object();
    let path = FieldPath::of("spec");
    let spec = Field::of(object, &path);
    schedule(&spec, faults);
    time_zone(&spec.key("timeZone"), faults);
    faults.one_of(&spec.key("concurrencyPolicy"), POLICIES);
    for field in ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        faults.at_least(&spec.key(field), 0);
    }
    let template = spec.key("jobTemplate");
    let job = template.key("spec");
    job_spec(&job, job.key("completions").number(), faults);
    let selector = job.key("selector");
    if selector.is_set() {
        faults.add(
            selector.path(),
            Fault::Conflict {
                what: "the Jobs of a CronJob may not have a `selector`",
                why: "The API server says: `selector` will be auto-generated. Each Job gets one of its own.",
                mend: "Remove it.",
            },
        );
    }
    let manual = job.key("manualSelector");
    if manual.is_true() {
        let why = "Each Job of a CronJob gets a selector of its own.";
        faults.add(manual.path(), Fault::MustBe { value: "true", expected: "false", why });
    }
    let path = FieldPath::of("metadata.name");
    let name = Field::of(object, &path);
    if let Some(length) =
        name.text().map(str::len).filter(|length| *length > LONGEST_NAME && !object.is_live())
    {
        faults.add(path.clone(), Fault::TooLong { length, most: LONGEST_NAME });
    }
}

/// The schedule, and a time zone within it. An empty one is missing.
fn schedule<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let field = spec.key("schedule");
    faults.required(&field, "Nothing says when Jobs are to be started.");
    let Some(text) = field.text().filter(|text| !text.is_empty()) else { return };
    // Old ones with a time zone go on, if they are not changed.
    let may_have_zone = faults.object().is_live() || !ZONE_IN_SCHEDULE.holds(faults.subject);
    let is_twice = spec.key("timeZone").is_set();
    if text.contains("TZ") && (!may_have_zone || (is_twice && !faults.object().is_live())) {
        faults.add(field.path(), Fault::ZoneInSchedule { schedule: text });
        // What else is wrong is seen when that is out.
        if split_zone(text).is_some() {
            return;
        }
    }
    if Schedule::parse(text).is_err() {
        faults.add(field.path(), Fault::Schedule { schedule: text });
    }
}

fn time_zone<'s>(field: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let is_unknown = |name: &&str| Zone::find(name).is_none() && !Zone::is_of_machine(name);
    if let Some(name) = field.text().filter(is_unknown) {
        faults.add(field.path(), Fault::TimeZone { name });
    }
}
