//! What the API server rejects in restart policies: those of Pods by the kind they are made for, and those of
//! containers with their rules (facts K17 to K19, K25 to K29).

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::features::{self, Support};
use crate::manifest::Workload;
use crate::manifest::kinds::Schema;
use crate::yaml::path::FieldPath;

const POLICIES: &[&str] = &["Always", "OnFailure", "Never", ""];

/// The policy of the Pods.
pub(super) fn of_pods<'s>(workload: &'s Workload, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let policy = spec.key("restartPolicy");
    match workload.kind.schema {
        Schema::Pod | Schema::PodTemplate | Schema::Template => faults.one_of(&policy, POLICIES),
        Schema::Job | Schema::CronJob => of_job(workload, spec, &policy, faults),
        Schema::Deployment
        | Schema::StatefulSet
        | Schema::DaemonSet
        | Schema::ReplicaSet
        | Schema::ReplicationController => {
            if !policy.is_empty() && policy.text().is_some() {
                faults.equal(
                    &policy,
                    "Always",
                    "Such Pods run until something stops them; a Job's end by themselves.",
                );
            }
        }
    }
}

/// Facts K28 and K29.
fn of_job<'s>(
    workload: &'s Workload,
    spec: &Field<'_, 's>,
    policy: &Field<'_, 's>,
    faults: &mut Faults<'_, 's>,
) {
    match policy.text() {
        None | Some("") if policy.is_empty() => {
            // What names no containers is a patch.
            let is_elsewhere = faults.may_stand_elsewhere(policy)
                || !spec.key("containers").is_set()
                || faults.subject.set.has_namesake(workload);
            if !is_elsewhere {
                faults.add(policy.path(), Fault::NoJobPolicy { written: None });
            }
        }
        Some("Always") => faults.add(policy.path(), Fault::NoJobPolicy { written: Some("Always") }),
        Some("OnFailure") => {
            let path = match workload.kind.schema {
                Schema::CronJob => FieldPath::of("spec.jobTemplate.spec.podFailurePolicy"),
                _ => FieldPath::of("spec.podFailurePolicy"),
            };
            if Field::of(faults.object(), &path).is_set() {
                let why =
                    "A `podFailurePolicy` decides on whole Pods, so their containers may not start again.";
                let fault = Fault::MustBe { value: "OnFailure", expected: "Never", why };
                faults.against(policy.path(), fault, path, "the policy that needs it");
            }
        }
        _ => faults.one_of(policy, &["OnFailure", "Never"]),
    }
}

/// Facts K25 and K27.
pub(super) fn deadline<'s>(schema: Schema, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let deadline = spec.key("activeDeadlineSeconds");
    let here = match schema {
        Schema::Deployment => "in a Deployment",
        Schema::StatefulSet => "in a StatefulSet",
        Schema::DaemonSet => "in a DaemonSet",
        Schema::ReplicaSet => "in a ReplicaSet",
        Schema::ReplicationController => "in a ReplicationController",
        Schema::Pod | Schema::PodTemplate | Schema::Job | Schema::CronJob | Schema::Template => {
            faults.within(&deadline, 1, i32::MAX.into());
            return;
        }
    };
    faults.forbidden(
        &deadline,
        here,
        "Its Pods run until something stops them; only those of a Job end in time.",
    );
}

/// The rules of a container (`validateContainerRestartPolicy`).
pub(super) fn rules<'s>(container: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let settings = faults.subject.settings;
    // Where the gate is off they are dropped before (fact K1).
    if settings.support(&features::RESTART_RULES) != Support::Works {
        return;
    }
    let rules = container.key("restartPolicyRules");
    if rules.items().count() > 20 {
        faults.add(rules.path(), TOO_MANY_RULES);
    }
    for rule in rules.items() {
        let action = rule.key("action");
        faults.required(&action, "Nothing says what is to be done.");
        if !action.is_empty() {
            // Which versions know the second is for another rule to say.
            faults.one_of(&action, &["Restart", "RestartAllContainers"]);
        }
        let codes = rule.key("exitCodes");
        match codes.is_set() {
            false => faults.required(&codes, "Nothing says when the rule holds."),
            true => {
                let operator = codes.key("operator");
                faults.required(&operator, "");
                if !operator.is_empty() {
                    faults.one_of(&operator, &["In", "NotIn"]);
                }
                let values = codes.key("values");
                if values.items().count() > 255 {
                    faults.add(values.path(), TOO_MANY_CODES);
                }
            }
        }
    }
}

const TOO_MANY_RULES: Fault<'static> = Fault::Conflict {
    what: "a container has more than 20 restart rules",
    why: "The API server says: Too many.",
    mend: "Join rules that do the same: one takes up to 255 exit codes.",
};

const TOO_MANY_CODES: Fault<'static> = Fault::Conflict {
    what: "a restart rule has more than 255 exit codes",
    why: "The API server says: Too many. There are no more.",
    mend: "Name each code once, or name the others with `NotIn`.",
};
