//! What the API server rejects in a HorizontalPodAutoscaler: `validateHorizontalPodAutoscalerSpec` in
//! pkg/apis/autoscaling/validation, but for its metrics.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::versions;
use crate::kubernetes::names;
use crate::yaml::path::FieldPath;

/// In seconds.
const LONGEST_WINDOW: i64 = 3600;
/// In seconds.
const LONGEST_PERIOD: i64 = 1800;

pub(super) fn faults(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    let target = spec.key("scaleTargetRef");
    // A patch leaves out what the object itself says, and repeats no labels beside what it sets.
    let is_labelled = faults.object().at(&FieldPath::of("metadata.labels")).is_some();
    let is_whole = target.is_set() || (is_labelled && spec.key("maxReplicas").is_set());
    let (least, most) = (spec.key("minReplicas"), spec.key("maxReplicas"));
    // 0 is a matter of its gate, of which another rule speaks.
    if least.number() != Some(0) {
        faults.at_least(&least, 1);
    }
    if most.is_set() {
        faults.at_least(&most, 1);
    } else if is_whole {
        faults.required(&most, "It has no default.");
    }
    let bounds = if least.is_set() { least.number() } else { Some(1) };
    if let (Some(min), Some(max)) = (bounds, most.number().filter(|max| *max > 0))
        && max < min
    {
        faults.against(
            most.path(),
            Fault::MostBelowLeast { least: min, most: max },
            least.path(),
            "more than that",
        );
    }
    match target.is_set() {
        true => reference(faults, &target),
        false if !is_whole => {}
        false => {
            let fault = Fault::Conflict {
                what: "nothing says what is scaled: `scaleTargetRef` is missing",
                why: "The API server says: Required value.",
                mend: "Name the workload under `scaleTargetRef`: its `apiVersion`, `kind` and `name`.",
            };
            faults.add(target.key("name").path(), fault);
        }
    }
    let behavior = spec.key("behavior");
    for key in ["scaleUp", "scaleDown"] {
        rules(faults, &behavior.key(key));
    }
}

/// `ValidateCrossVersionObjectReference`.
fn reference<'s>(faults: &mut Faults<'_, 's>, target: &Field<'_, 's>) {
    for key in ["kind", "name"] {
        let field = target.key(key);
        faults.required(&field, "It says what is scaled.");
        faults.named(&field, "a name in a path", &names::PATH_SEGMENT);
    }
    if !versions::GROUP_OF_TARGET.holds(faults.subject) {
        return;
    }
    let version = target.key("apiVersion");
    let text = version.text().unwrap_or_default();
    let is_known = !version.is_hidden() && !super::is_undecoded(faults.subject, &version.path());
    let has_group =
        matches!(text.split_once('/'), Some((group, version)) if !group.is_empty() && !version.contains('/'));
    if is_known && !has_group && target.key("kind").text() != Some("ReplicationController") {
        let fault = Fault::Conflict {
            what: "`apiVersion` of what is scaled names no API group",
            why: "What scales is found by its group, as in `apps/v1`.",
            mend: "Write the group and the version, for a Deployment or a StatefulSet `apps/v1`.",
        };
        faults.add(version.path(), fault);
    }
}

/// `validateScalingRules`.
fn rules<'s>(faults: &mut Faults<'_, 's>, rules: &Field<'_, 's>) {
    faults.within(&rules.key("stabilizationWindowSeconds"), 0, LONGEST_WINDOW);
    faults.one_of(&rules.key("selectPolicy"), &["Max", "Min", "Disabled"]);
    let policies = rules.key("policies");
    // Without any it has those of the default.
    if policies.is_set() {
        faults.required(&policies, "Leave the field out to have the default ones.");
    }
    for policy in policies.items() {
        let (kind, value, period) = (policy.key("type"), policy.key("value"), policy.key("periodSeconds"));
        for field in [&kind, &value, &period] {
            faults.required(field, "");
        }
        faults.one_of(&kind, &["Pods", "Percent"]);
        faults.at_least(&value, 1);
        faults.within(&period, 1, LONGEST_PERIOD);
    }
}
