//! What the API server rejects in a pod template, or in a Pod: `ValidatePodTemplateSpec`, `ValidatePodSpec` and
//! `ValidatePodCreate` in pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::{Faults, Refuser};
use super::versions;
use super::{container, handler, probe};
use crate::manifest::Workload;
use crate::manifest::kinds::Schema;
use crate::yaml::path::FieldPath;

pub(super) fn faults<'s>(workload: &'s Workload, faults: &mut Faults<'_, 's>) {
    let subject = faults.subject;
    let path = workload.kind.template_path();
    let has_selector = subject.object.at(&FieldPath::of("spec.selector")).is_some();
    // One under another name is reported as that.
    if has_selector
        && workload.kind.needs_selector
        && subject.object.at(&path).is_none()
        && subject.problems.is_empty()
    {
        faults.add(path, Fault::NoTemplate);
    }
    let is_of_set = matches!(workload.kind.schema, Schema::StatefulSet);
    if is_of_set && !versions::TEMPLATE_OF_STATEFUL_SET.holds(subject) {
        faults.refuser = Refuser::EachPod;
    }
    for container in &workload.containers {
        let faults = &mut faults.of(container);
        container::faults(subject, container, faults);
        handler::faults(subject, container, faults);
        probe::faults(subject, container, faults);
    }
    faults.refuser = Refuser::Object;
}
