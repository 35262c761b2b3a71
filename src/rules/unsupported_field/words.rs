//! How it is said.

use super::{Fate, Unsupported, places};
use crate::kubernetes::control_plane::ControlPlane;
use crate::kubernetes::features::{RESTART_RULES, SLEEP_ACTION};
use crate::rules::subject::{Subject, services};
use crate::rules::verdict::Words;
use crate::set::Serving;
use crate::yaml::path::FieldPath;

pub(super) fn of(subject: &Subject<'_>, one: &Unsupported<'_>) -> Words {
    let version = subject.settings.kubernetes_version;
    let field = called(one);
    let whose = one.view.map_or_else(String::new, |view| format!(" of `{}`", view.container.name()));
    let value = match one.field.split_once(": ") {
        Some(_) => subject.object.at(&one.path).and_then(|node| node.text()).map(|text| format!(": {text}")),
        None => None,
    };
    let value = value.unwrap_or_default();
    let loss = loss(one).filter(|_| !one.is_default);
    let gate = one.feature.gate;
    match one.fate {
        Fate::Unknown => {
            let came = match gate == RESTART_RULES.gate && places::is_policy(&one.path) {
                true => "1.28 for sidecars, and with 1.34 for others".to_owned(),
                false => one.feature.since.to_string(),
            };
            Words::new(
                format!("Kubernetes {version} has no field `{field}`{whose}"),
                format!(
                    "The field came with Kubernetes {came}. kubectl apply refuses the object with \"unknown field\"; a client \
                     that validates less strictly drops the field in silence{}.",
                    loss.map_or_else(String::new, |loss| format!(": {loss}"))
                ),
            )
        }
        Fate::Dropped => Words::new(
            format!("Kubernetes {version} drops `{field}`{whose} in silence"),
            format!(
                "{} The API server takes the manifest and leaves the field out{}.",
                off(subject, one),
                loss.map_or_else(String::new, |loss| format!(": {loss}"))
            ),
        ),
        Fate::Refused => Words::new(
            format!("Kubernetes {version} refuses `{field}{value}`{whose}"),
            format!("{} {}", off(subject, one), refusal(subject, one)),
        ),
    }
}

/// A field from its container on, or from the object.
fn called(one: &Unsupported<'_>) -> FieldPath {
    let steps = one.path.steps();
    let from = one.view.map_or(0, |view| view.container.path.steps().len());
    let mut path = FieldPath::root();
    steps.iter().skip(from).for_each(|step| path.push(step.clone()));
    path
}

/// Why the gate is off.
fn off(subject: &Subject<'_>, one: &Unsupported<'_>) -> String {
    let (feature, version) = (one.feature, subject.settings.kubernetes_version);
    let gate = feature.gate;
    if subject.settings.feature_gates.contains_key(gate) && feature.can_be_set(version) {
        return format!("Its feature gate {gate} is set to off.");
    }
    let known = version >= feature.since;
    match (feature.on_by_default().filter(|on| *on > version), known) {
        (Some(on), true) => format!("Its feature gate {gate} is off by default before Kubernetes {on}."),
        (Some(on), false) => format!("It is taken from Kubernetes {on} on (feature gate {gate})."),
        (None, _) => format!("Its feature gate {gate} is off by default."),
    }
}

/// Who refuses it, and when (fact K2).
fn refusal(subject: &Subject<'_>, one: &Unsupported<'_>) -> &'static str {
    let checks = ControlPlane::of(subject.settings.kubernetes_version).checks_stateful_sets;
    match one.field.starts_with("pod.") && subject.object.id.kind == "StatefulSet" && !checks {
        true => "The API server takes the StatefulSet, and then refuses every Pod of it.",
        false => "The API server refuses the object.",
    }
}

/// What is not done for want of the field, as a clause.
fn loss(one: &Unsupported<'_>) -> Option<String> {
    if one.feature.gate == SLEEP_ACTION.gate {
        let is_stop = one.field.contains("preStop");
        return Some(match is_stop {
            true => format!("the hook goes with it, and the stop signal comes at once{}", traffic(one)),
            false => "the hook goes with it, and nothing waits".to_owned(),
        });
    }
    let field = one.field.split(": ").next().unwrap_or_default();
    let (_, loss) = LOSSES.iter().find(|(known, _)| field.ends_with(known))?;
    Some((*loss).to_owned())
}

/// Who can still send requests.
fn traffic(one: &Unsupported<'_>) -> String {
    let served = one.view.filter(|view| view.serving == Serving::Certain);
    let sender = served.and_then(|view| services(view.reaches.iter()));
    sender.map_or_else(String::new, |services| format!(", while {services} can still send requests"))
}

/// What happens instead, by the end of a row's path.
const LOSSES: &[(&str, &str)] = &[
    (
        "initContainers.restartPolicy",
        "the Pod waits for the init container to end before anything else starts",
    ),
    ("lifecycle.stopSignal", "the container gets the stop signal of its image, else SIGTERM"),
    ("rollingUpdate.maxUnavailable", "the update goes on one Pod at a time"),
    ("rollingUpdate.maxSurge", "each node stops its old Pod before the new one starts"),
    ("restartPolicyRules", "the container is started again by the restartPolicy of the Pod"),
    (
        "livenessProbe.terminationGracePeriodSeconds",
        "a failed probe gives the container the grace period of the Pod",
    ),
    (
        "startupProbe.terminationGracePeriodSeconds",
        "a failed probe gives the container the grace period of the Pod",
    ),
    (
        "unhealthyPodEvictionPolicy",
        "Pods that are not healthy stay under the budget, and can hold up a drain",
    ),
    ("spec.minReadySeconds", "a Pod counts as available as soon as it is Ready"),
    (
        "persistentVolumeClaimRetentionPolicy",
        "the claims stay when the StatefulSet is deleted or scaled down",
    ),
    ("spec.ordinals", "the numbers of the Pods begin at 0"),
    ("spec.podFailurePolicy", "every failed Pod counts against backoffLimit"),
    ("spec.podReplacementPolicy", "a Pod is replaced as soon as it begins to stop"),
    ("spec.backoffLimitPerIndex", "one backoffLimit is for all indexes"),
    ("spec.maxFailedIndexes", "one backoffLimit is for all indexes"),
    ("spec.successPolicy", "the Job is done when all of its Pods have succeeded"),
    ("spec.managedBy", "the Job controller of the cluster runs the Job"),
    ("spec.suspend", "the Job starts at once"),
    ("spec.completionMode", "the Pods of the Job have no index"),
    ("spec.timeZone", "the schedule is in the time zone of the controller"),
    ("spec.trafficDistribution", "traffic goes to all endpoints alike"),
    ("spec.internalTrafficPolicy", "traffic goes to all endpoints alike"),
    ("spec.schedulingGates", "the Pod is scheduled at once"),
    ("spec.hostUsers", "the Pod runs in the user namespace of its node"),
    ("volumeMounts.recursiveReadOnly", "mounts below the volume can be written to"),
    ("spec.hostnameOverride", "the Pod has its own name as hostname"),
    ("scaleDown.tolerance", "the tolerance of the whole cluster counts"),
    ("scaleUp.tolerance", "the tolerance of the whole cluster counts"),
    ("containers.resizePolicy", "it does nothing, as no container is resized in place"),
    ("pod.spec.resources", "nothing limits the Pod as a whole"),
    ("valueFrom.fileKeyRef", "the variable has no value"),
    ("volumes.image", "the volume is an empty directory"),
];
