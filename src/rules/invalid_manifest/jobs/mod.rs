//! What the API server rejects in a Job and in a CronJob, around the pod template: `validateJobSpec` and
//! `validateCronJobSpec` in pkg/apis/batch/validation.
//!
//! The API server fills in what a Job leaves out, but not what the Jobs of a CronJob do (pkg/apis/batch/v1/defaults.go).

mod cron;
mod failure_policy;
mod selector;
mod success_policy;

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names::{DNS_LABEL, DOMAIN_PATH};
use crate::manifest::kinds::Schema;
use crate::yaml::path::FieldPath;

pub(super) use cron::cron_job;
pub(super) use success_policy::IndexFlaw;

/// The most Pods of an indexed Job at a time, and the most indexes that may fail.
const MOST_INDEXED: i64 = 100_000;
/// Both where there are more completions than that, and each index has a limit of its own.
const MOST_OF_MANY: i64 = 10_000;
/// The longest name of a manager.
const LONGEST_MANAGER: usize = 63;

pub(super) fn job(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    let completions = spec.key("completions").number().or_else(|| {
        let is_alone = !spec.key("completions").is_set() && !spec.key("parallelism").is_set();
        is_alone.then_some(1)
    });
    job_spec(&spec, completions, faults);
    selector::of_job(&spec, faults);
    if spec.key("completionMode").text() == Some("Indexed") {
        index_in_host_name(completions, faults);
    }
}

/// A field of a Job that its gate governs is looked at: where that is off it is dropped before, but not from the
/// Jobs of a CronJob (`PrepareForCreate` in pkg/registry/batch), and in versions that do not know it, it is unknown.
fn works(faults: &Faults<'_, '_>, gate: &str) -> bool {
    let Some(feature) = features::find(gate) else { return true };
    match faults.subject.settings.support(feature) {
        Support::Works => true,
        Support::Dropped => is_of_cron_job(faults),
        Support::Refused | Support::Unknown => false,
    }
}

/// It is about the Jobs of a CronJob.
fn is_of_cron_job(faults: &Faults<'_, '_>) -> bool {
    faults.subject.workload.is_some_and(|workload| workload.kind.schema == Schema::CronJob)
}

/// The spec of a Job, with its completions as the API server has filled them in.
fn job_spec<'s>(spec: &Field<'_, 's>, completions: Option<i64>, faults: &mut Faults<'_, 's>) {
    for field in
        ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"]
    {
        faults.at_least(&spec.key(field), 0);
    }
    let mode = spec.key("completionMode");
    faults.one_of(&mode, MODES);
    if mode.text() == Some("Indexed") {
        let field = spec.key("completions");
        // What is to be filled in may be any number.
        if completions.is_none() && !field.is_set() {
            faults.required(&field, "An indexed Job counts to it: each Pod has a number below.");
        }
        let is_many = completions.is_some_and(|number| number > MOST_INDEXED);
        let has_limit = spec.key("backoffLimitPerIndex").is_set() && works(faults, "JobBackoffLimitPerIndex");
        let most = if is_many && has_limit { MOST_OF_MANY } else { MOST_INDEXED };
        at_most(&spec.key("parallelism"), most, faults);
    }
    if works(faults, "JobBackoffLimitPerIndex") {
        per_index(spec, completions, faults);
    }
    if works(faults, "JobManagedBy") {
        managed_by(&spec.key("managedBy"), faults);
    }
    if works(faults, "JobPodFailurePolicy") {
        failure_policy::faults(spec, faults);
    }
    if works(faults, "JobSuccessPolicy") {
        let policy = spec.key("successPolicy");
        if mode.text() == Some("Indexed") {
            success_policy::faults(&policy, completions, faults);
        } else if policy.is_set() && !mode.is_hidden() {
            faults.add(policy.path(), Fault::NeedsIndexed);
        }
    }
    if works(faults, "JobPodReplacementPolicy") {
        replacement_policy(spec, faults);
    }
}

const MODES: &[&str] = &["NonIndexed", "Indexed"];

/// A limit for each index.
fn per_index<'s>(spec: &Field<'_, 's>, completions: Option<i64>, faults: &mut Faults<'_, 's>) {
    let mode = spec.key("completionMode");
    let (limit, most_failed) = (spec.key("backoffLimitPerIndex"), spec.key("maxFailedIndexes"));
    for field in [&limit, &most_failed] {
        faults.at_least(field, 0);
        // Another mode is refused itself.
        if field.is_set() && matches!(mode.text(), None | Some("NonIndexed")) && !mode.is_hidden() {
            faults.add(field.path(), Fault::NeedsIndexed);
        }
    }
    if most_failed.is_set() {
        faults.required(&limit, "`maxFailedIndexes` counts indexes that have reached it.");
    }
    if mode.text() != Some("Indexed") {
        return;
    }
    let is_many = completions.is_some_and(|number| number > MOST_INDEXED) && limit.is_set();
    let most = if is_many { MOST_OF_MANY } else { MOST_INDEXED };
    if is_many {
        faults.required(&most_failed, "It must be there when `completions` is above 100000.");
    }
    match (most_failed.number(), completions.filter(|number| *number < most)) {
        (Some(value), Some(completions)) if value > completions => {
            let fault = Fault::OutOfRange { value, least: 0, most: completions };
            let all = spec.key("completions").path();
            faults.against(most_failed.path(), fault, all, "so many indexes there are");
        }
        _ => at_most(&most_failed, most, faults),
    }
}

/// A number above this one.
fn at_most<'s>(field: &Field<'_, 's>, most: i64, faults: &mut Faults<'_, 's>) {
    if let Some(value) = field.number().filter(|value| *value > most) {
        faults.add(field.path(), Fault::OutOfRange { value, least: 0, most });
    }
}

/// Who runs the Job: a domain with a path behind it.
fn managed_by<'s>(field: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    if let Some("") = field.text() {
        faults.add(field.path(), Fault::Required { why: "" });
    }
    faults.named(field, "the name of a Job controller", &DOMAIN_PATH);
    if let Some(length) = field.text().map(str::len).filter(|length| *length > LONGEST_MANAGER) {
        faults.add(field.path(), Fault::TooLong { length, most: LONGEST_MANAGER });
    }
}

/// When a Pod is replaced.
fn replacement_policy<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    const ANY: &[&str] = &["Failed", "TerminatingOrFailed"];
    let (field, failures) = (spec.key("podReplacementPolicy"), spec.key("podFailurePolicy"));
    let Some(value) = field.text() else { return };
    if failures.is_set() && value == "TerminatingOrFailed" {
        let why = "With a `podFailurePolicy` only a Pod that has failed is judged, and replaced.";
        let fault = Fault::MustBe { value, expected: "Failed", why };
        faults.against(field.path(), fault, failures.path(), "here");
    } else if !ANY.contains(&value) {
        faults.add(field.path(), Fault::Unsupported { value, allowed: ANY });
    }
}

/// The host name of the last Pod of an indexed Job is the Job's name with the last index behind it.
fn index_in_host_name(completions: Option<i64>, faults: &mut Faults<'_, '_>) {
    let object = faults.object();
    let path = FieldPath::of("metadata.name");
    let name = Field::of(object, &path);
    let (Some(name_text), Some(completions)) = (name.text(), completions.filter(|number| *number > 0)) else {
        return;
    };
    if name_text.is_empty() || object.is_live() {
        return;
    }
    if let Some(flaw) = DNS_LABEL.flaw(&format!("{name_text}-{}", completions - 1)) {
        faults.add(path.clone(), Fault::HostName { name: name_text, last: completions - 1, flaw });
    }
}
