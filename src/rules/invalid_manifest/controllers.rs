//! What the API server rejects in Deployments, StatefulSets, DaemonSets, ReplicaSets and ReplicationControllers,
//! around the pod template: pkg/apis/apps/validation and pkg/apis/core/validation.

use super::amount::{self, Most};
use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use super::{selector, versions};
use crate::kubernetes::features::{self, Support};
use crate::kubernetes::names;
use crate::yaml::path::FieldPath;

/// What the API server fills in for `progressDeadlineSeconds`, in seconds (fact H1).
const PROGRESS_DEADLINE: i64 = 600;

/// What it fills in for the surge and the unavailability of a Deployment, in percent (fact H1).
const SHARE: i64 = 25;

const TYPES_OF_DEPLOYMENT: &[&str] = &["", "Recreate", "RollingUpdate"];
const TYPES_OF_SET: &[&str] = &["", "RollingUpdate", "OnDelete"];

/// `ValidateDeploymentSpec`.
pub(super) fn deployment(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    faults.at_least(&spec.key("replicas"), 0);
    selector_of(faults, &spec);
    strategy(faults, &spec.key("strategy"));
    let ready = spec.key("minReadySeconds");
    faults.at_least(&ready, 0);
    faults.at_least(&spec.key("revisionHistoryLimit"), 0);
    let deadline = spec.key("progressDeadlineSeconds");
    faults.at_least(&deadline, 0);
    let number = |field: &Field<'_, '_>, default| if field.is_set() { field.number() } else { Some(default) };
    let (Some(after), Some(before)) = (number(&deadline, PROGRESS_DEADLINE), number(&ready, 0)) else {
        return;
    };
    if (0..=before).contains(&after) {
        let fault = Fault::DeadlineBeforeReady { deadline: after, ready: before };
        faults.against(
            deadline.path(),
            fault,
            ready.path(),
            "counts as available this long after it is ready",
        );
    }
}

/// `ValidateDeploymentStrategy`.
fn strategy<'s>(faults: &mut Faults<'_, 's>, strategy: &Field<'_, 's>) {
    let (kind, rolling) = (strategy.key("type"), strategy.key("rollingUpdate"));
    faults.one_of(&kind, TYPES_OF_DEPLOYMENT);
    match kind.text() {
        Some("Recreate") => faults.forbidden(
            &rolling,
            "beside `type: Recreate`",
            "All Pods are stopped before the new ones start, so nothing rolls.",
        ),
        Some("" | "RollingUpdate") => rolling_deployment(faults, &rolling),
        None if !kind.is_set() => rolling_deployment(faults, &rolling),
        _ => {}
    }
}

/// `ValidateRollingUpdateDeployment`.
fn rolling_deployment<'s>(faults: &mut Faults<'_, 's>, rolling: &Field<'_, 's>) {
    let (unavailable, surge) = (rolling.key("maxUnavailable"), rolling.key("maxSurge"));
    amount::faults(faults, &unavailable, Most::All);
    amount::faults(faults, &surge, Most::Any);
    let zero = |field: &Field<'_, '_>| amount::value(field, SHARE) == Some(0);
    if zero(&unavailable) && zero(&surge) {
        let fault = Fault::Conflict {
            what: "a rolling update may neither take a Pod away nor add one",
            why: "With `maxUnavailable` and `maxSurge` both at 0 it could never begin.",
            mend: "Give one of them a number: a surge of 1 keeps all Pods, and one that may be unavailable needs no room.",
        };
        faults.against(unavailable.path(), fault, surge.path(), "0 as well");
    }
}

/// `ValidateStatefulSetSpec`.
pub(super) fn stateful_set(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    faults.one_of(&spec.key("podManagementPolicy"), &["", "OrderedReady", "Parallel"]);
    let update = spec.key("updateStrategy");
    let (kind, rolling) = (update.key("type"), update.key("rollingUpdate"));
    faults.one_of(&kind, TYPES_OF_SET);
    match kind.text() {
        Some("OnDelete") => faults.forbidden(
            &rolling,
            "beside `type: OnDelete`",
            "Pods are replaced when somebody deletes them, so nothing rolls.",
        ),
        Some("" | "RollingUpdate") => rolling_set(faults, &rolling),
        None if !kind.is_set() => rolling_set(faults, &rolling),
        _ => {}
    }
    let retention = spec.key("persistentVolumeClaimRetentionPolicy");
    for key in ["whenDeleted", "whenScaled"] {
        faults.one_of(&retention.key(key), &["", "Retain", "Delete"]);
    }
    faults.at_least(&spec.key("replicas"), 0);
    faults.at_least(&spec.key("minReadySeconds"), 0);
    faults.at_least(&spec.key("ordinals").key("start"), 0);
    if versions::NAME_OF_SERVICE.holds(faults.subject) {
        faults.named(&spec.key("serviceName"), "the name of a Service", &names::DNS_LABEL);
    }
    if versions::CLAIM_TEMPLATES.holds(faults.subject) {
        claims(faults, &spec.key("volumeClaimTemplates"));
    }
    selector_of(faults, &spec);
}

/// `validateRollingUpdateStatefulSet`.
fn rolling_set<'s>(faults: &mut Faults<'_, 's>, rolling: &Field<'_, 's>) {
    faults.at_least(&rolling.key("partition"), 0);
    // Where its gate is off the field is dropped before anybody looks at it (fact K1).
    if faults.subject.settings.support(&features::MAX_UNAVAILABLE_STATEFUL_SET) != Support::Works {
        return;
    }
    let unavailable = rolling.key("maxUnavailable");
    amount::faults(faults, &unavailable, Most::All);
    if amount::value(&unavailable, 1) == Some(0) {
        let fault = Fault::Conflict {
            what: "`maxUnavailable` of a StatefulSet may not be 0",
            why: "It replaces each Pod in its place, so one has to go.",
            mend: "Let one Pod be unavailable.",
        };
        faults.add(unavailable.path(), fault);
    }
}

/// `ValidatePersistentVolumeClaimSpec`, of what decides how storage is mounted.
fn claims<'s>(faults: &mut Faults<'_, 's>, templates: &Field<'_, 's>) {
    const MODES: &[&str] = &["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
    for template in templates.items() {
        let spec = template.key("spec");
        let modes = spec.key("accessModes");
        faults.required(&modes, "It says how the volume may be mounted.");
        for mode in modes.items() {
            faults.one_of(&mode, MODES);
        }
        let has = |mode: &str| modes.items().any(|one| one.text() == Some(mode));
        if has("ReadWriteOncePod") && modes.items().nth(1).is_some() {
            let fault = Fault::Conflict {
                what: "ReadWriteOncePod may not be used with other access modes",
                why: "A volume that one Pod may mount cannot be mounted by others.",
                mend: "Keep one of the access modes.",
            };
            faults.add(modes.path(), fault);
        }
        let (metadata, resources) = (template.key("metadata"), spec.key("resources"));
        faults.required(&metadata.key("name"), "Containers mount the volume by it.");
        let requests = resources.key("requests");
        if !requests.key("storage").is_set() && !super::is_fragment(faults.subject) {
            let fault = Fault::Conflict {
                what: "a claim of the StatefulSet asks for no storage",
                why: "The API server says: Required value. It says how large the volume has to be.",
                mend: "Write how much it needs into `resources.requests.storage`.",
            };
            faults.add(resources.path(), fault);
        }
        faults.one_of(&spec.key("volumeMode"), &["Block", "Filesystem"]);
    }
}

/// `ValidateDaemonSetSpec`.
pub(super) fn daemon_set(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    selector_of(faults, &spec);
    faults.at_least(&spec.key("minReadySeconds"), 0);
    faults.at_least(&spec.key("revisionHistoryLimit"), 0);
    let update = spec.key("updateStrategy");
    let kind = update.key("type");
    faults.one_of(&kind, TYPES_OF_SET);
    // With OnDelete nobody looks at what stands below.
    if !kind.is_set() || matches!(kind.text(), Some("" | "RollingUpdate")) {
        rolling_daemons(faults, &update.key("rollingUpdate"));
    }
}

/// `ValidateRollingUpdateDaemonSet` (fact K40).
fn rolling_daemons<'s>(faults: &mut Faults<'_, 's>, rolling: &Field<'_, 's>) {
    let (unavailable, surge) = (rolling.key("maxUnavailable"), rolling.key("maxSurge"));
    amount::faults(faults, &unavailable, Most::All);
    amount::faults(faults, &surge, Most::All);
    // Filled in on their own, so a surge alone meets an unavailability of 1.
    let set = [(&unavailable, 1), (&surge, 0)].map(|(field, default)| amount::value(field, default));
    match set {
        [Some(0), Some(0)] => {
            let fault = Fault::Conflict {
                what: "`maxUnavailable` of a DaemonSet may not be 0 when `maxSurge` is 0",
                why: "A rolling update that may neither take a Pod away nor add one could never begin.",
                mend: "Give one of them a number: a surge of 1 starts the new Pod beside the old one.",
            };
            faults.add(unavailable.path(), fault);
        }
        [Some(one), Some(other)] if one != 0 && other != 0 => {
            let fault = Fault::Conflict {
                what: "`maxSurge` of a DaemonSet may not be set while `maxUnavailable` is not 0",
                why: "A DaemonSet either starts the new Pod beside the old one or stops the old one first; `maxUnavailable` is 1 \
                      where it is not set.",
                mend: "Set `maxUnavailable: 0` to start the new Pod first, or take `maxSurge` out.",
            };
            faults.add(surge.path(), fault);
        }
        _ => {}
    }
}

/// `ValidateReplicaSetSpec`.
pub(super) fn replica_set(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    faults.at_least(&spec.key("replicas"), 0);
    faults.at_least(&spec.key("minReadySeconds"), 0);
    selector_of(faults, &spec);
}

/// `ValidateReplicationControllerSpec`. A selector that is not there is that of the template's labels.
pub(super) fn replication_controller(faults: &mut Faults<'_, '_>) {
    let path = FieldPath::of("spec");
    let spec = Field::of(faults.object(), &path);
    faults.at_least(&spec.key("minReadySeconds"), 0);
    faults.at_least(&spec.key("replicas"), 0);
    let selector = spec.key("selector");
    let has_labels = faults.subject.workload.is_some_and(|workload| !workload.labels.is_empty());
    if has_labels || !selector.is_empty() {
        selector::selects_template(faults, &selector);
    } else {
        faults.required(
            &selector,
            "Without labels in the template there is nothing that it could be filled in from.",
        );
    }
}

/// The selector of a kind that has to have one.
fn selector_of<'s>(faults: &mut Faults<'_, 's>, spec: &Field<'_, 's>) {
    let field = spec.key("selector");
    if !field.is_set() {
        if lacks_selector_alone(faults) {
            let why = "It says which Pods are its own, and is not filled in from the template.";
            match &faults.subject.workload {
                // There the API server says it of the labels, which nothing selects.
                Some(workload) if workload.kind.kind == "DaemonSet" => {
                    let fault = Fault::Conflict {
                        what: "a DaemonSet needs a selector",
                        why,
                        mend: "Write `selector.matchLabels` with the labels of the template.",
                    };
                    faults.add(workload.kind.template_path().dotted("metadata.labels"), fault);
                }
                _ => faults.add(field.path(), Fault::Required { why }),
            }
        }
        return;
    }
    selector::faults(faults, &field);
    if field.key("matchLabels").is_empty() && field.key("matchExpressions").is_empty() {
        let is_known =
            !super::is_fragment(faults.subject) && !super::is_undecoded(faults.subject, &field.path());
        // One with other fields in it is reported for those.
        if is_known
            && field.node().is_some_and(|node| node.entries().all(|(key, _)| is_of_selector(key.text())))
        {
            let fault = Fault::Conflict {
                what: "the selector is empty",
                why: "It would select every Pod of the namespace.",
                mend: "Give it the labels of the template.",
            };
            faults.add(field.path(), fault);
        }
        return;
    }
    selector::selects_template(faults, &field);
}

fn is_of_selector(key: Option<&str>) -> bool {
    matches!(key, Some("matchLabels" | "matchExpressions"))
}

/// It is no patch, and no kustomization gives it the selector.
fn lacks_selector_alone(faults: &Faults<'_, '_>) -> bool {
    let path = FieldPath::of("spec.selector");
    let Some(workload) = faults.subject.workload.filter(|workload| !workload.is_fragment) else {
        return false;
    };
    workload.kind.needs_selector
        && !faults.subject.set.gets_selectors(faults.subject.source)
        && !faults.subject.problems.iter().any(|problem| problem.path == path)
        && faults.subject.misspelt(&path).is_none()
}
