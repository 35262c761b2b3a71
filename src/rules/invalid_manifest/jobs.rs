//! What the API server rejects in a Job and in a CronJob, around the pod template: `validateJobSpec` and
//! `validateCronJobSpec` in pkg/apis/batch/validation.

use super::faults::Faults;

pub(super) fn job(_: &mut Faults<'_, '_>) {}

pub(super) fn cron_job(_: &mut Faults<'_, '_>) {}
