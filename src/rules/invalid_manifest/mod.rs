//! `invalid-manifest`: a value of the wrong type, or one that the API server rejects.

mod addresses;
mod amount;
mod autoscaler;
mod budget;
mod container;
mod controllers;
mod env;
mod fault;
mod faults;
mod field;
mod handler;
mod jobs;
mod mend;
mod metadata;
mod mounts;
mod pod_spec;
mod pod_template;
mod ports;
mod probe;
mod refused;
mod restart;
mod schedules;
mod selector;
mod service;
mod service_ports;
mod versions;
mod words;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use strum::VariantNames;

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::kubernetes::names::PORT_NAME;
use crate::manifest::kinds::{KindRef, Schema};
use crate::manifest::{Container, Workload, fragment, place};
use crate::set;
use crate::set::traffic::is_beside;
use crate::text::placeholder;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Node, Problem, ProblemKind};
use fault::Fault;
use faults::{Faults, Invalid, Refuser};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "invalid-manifest",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A field holds a value that Kubernetes rejects.",
    reason: "Applying the manifest fails, at the latest in the pipeline and at the worst in the middle of an urgent change. A wrong type fails whatever the validation setting. Only the field with the error is left out of the linting: everything else in the object is still judged, and its labels still join it to its Services.",
    options: None,
    facts: &[
        "B2", "B17", "B18", "C2", "C3", "C4", "E1", "E2", "H19", "H21", "H22", "J3", "J7", "K1", "K2", "K3",
        "K4", "K5", "K6", "K7", "K8", "K9", "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18",
        "K19", "K20", "K21", "K22", "K23", "K24", "K25", "K26", "K27", "K28", "K29", "K30", "K31", "K32",
        "K33", "K44", "K48", "K49", "L7", "O2", "O4", "O5",
    ],
    docs: &[
        Link {
            title: "Pod API reference",
            url: "https://kubernetes.io/docs/reference/kubernetes-api/core/pod-v1/",
        },
        Link {
            title: "Configure liveness, readiness and startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        },
        Link {
            title: "Attach handlers to container lifecycle events",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/",
        },
    ],
    page: page!("invalid-manifest"),
    verdicts: Fault::VARIANTS,
    check: Check::Object(check),
};

impl Verdict for Invalid<'_> {
    fn name(&self) -> &'static str {
        (&self.fault).into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        words::of(subject, self)
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        mend::of(subject, self)
    }
}

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let mut invalid: Vec<Invalid<'s>> = Vec::new();
    let mut faults = Faults { subject, container: None, refuser: Refuser::Object, found: &mut invalid };
    refused::faults(&mut faults);
    wrong_types(&mut faults);
    if subject.workload.is_some() || set::kinds::is_joined(&subject.object.id) {
        metadata::faults(&FieldPath::of("metadata"), &mut faults);
    }
    match subject.workload {
        Some(workload) => of_workload(workload, &mut faults),
        None => of_object(&mut faults),
    }
    invalid.retain(|one| !is_hidden(subject, one));
    seen.extend(invalid.into_iter().map(|one| {
        let mut place = match one.fault.is_of_key() {
            true => subject.key_place(&one.path),
            false => subject.place(&one.path),
        };
        if let Fault::Unread { at, .. } = one.fault {
            place.place.span = at;
        }
        if let (Fault::RulesWithoutPolicy, Some(container)) = (one.fault, one.container) {
            place.place.span = subject.key_place(&container.path.key("restartPolicyRules")).place.span;
        }
        let other = one.other.as_ref();
        let related = other.map(|(path, seen)| place::related(subject.source, subject.object, path, *seen));
        let container = one.container;
        Seen::new(RULE.severity(), place, one).container(container).related(related)
    }));
}

fn wrong_types<'s>(faults: &mut Faults<'_, 's>) {
    let subject = faults.subject;
    for problem in subject.problems {
        let ProblemKind::WrongType { expected, found } = &problem.kind else { continue };
        // What JSON cannot say is of no type.
        if !subject.refused.iter().any(|one| one.span == problem.span) {
            faults.add(problem.path.clone(), Fault::WrongType { expected, found });
        }
    }
}

/// The fields around a pod template, by kind, and the template itself.
fn of_workload<'s>(workload: &'s Workload, faults: &mut Faults<'_, 's>) {
    match workload.kind.schema {
        Schema::Job => jobs::job(faults),
        Schema::CronJob => jobs::cron_job(faults),
        Schema::Deployment => controllers::deployment(faults),
        Schema::StatefulSet => controllers::stateful_set(faults),
        Schema::DaemonSet => controllers::daemon_set(faults),
        Schema::ReplicaSet => controllers::replica_set(faults),
        Schema::ReplicationController => controllers::replication_controller(faults),
        // What a custom resource has around its template is for its own definition to say.
        Schema::Pod | Schema::PodTemplate | Schema::Template => {}
    }
    pod_template::faults(workload, faults);
}

/// Kinds that carry no pod template.
fn of_object(faults: &mut Faults<'_, '_>) {
    let id = &faults.object().id;
    match (id.api_version.as_str(), id.kind.as_str()) {
        ("v1", "Service") => service::faults(faults),
        ("policy/v1", "PodDisruptionBudget") => budget::faults(faults),
        ("autoscaling/v1" | "autoscaling/v2", "HorizontalPodAutoscaler") => autoscaler::faults(faults),
        _ => {}
    }
}

/// What the value is nobody knows here: it is to be filled in, or it is of the wrong type, which is said.
fn is_hidden(subject: &Subject<'_>, invalid: &Invalid<'_>) -> bool {
    if matches!(invalid.fault, Fault::Unread { .. }) {
        return false;
    }
    // It is made for what is filled in, which does not change how it begins.
    if matches!(invalid.path.steps().last(), Some(Step::Key(key)) if key == "subPathExpr") {
        return false;
    }
    let is_wrong = |problem: &Problem| {
        matches!(problem.kind, ProblemKind::WrongType { .. }) && problem.path == invalid.path
    };
    let is_value = !invalid.fault.is_of_key() && !matches!(invalid.fault, Fault::WrongType { .. });
    subject.object.at(&invalid.path).and_then(Node::text).is_some_and(placeholder::hides)
        || (is_value && subject.problems.iter().any(is_wrong))
}

/// The port of a container that a probe can ask, with how it names it: the first that is there for what the
/// container does, else the first of all.
pub(super) fn asked_port(container: &Container) -> Option<(&core::ContainerPort, Content)> {
    let is_asked = |port: &&core::ContainerPort| {
        // What a placeholder stands for was decoded as 0.
        (1..=65535).contains(&port.container_port)
            && port.protocol.as_deref().is_none_or(|protocol| protocol == "TCP")
    };
    let mut asked = container.ports().iter().filter(is_asked);
    let first = asked.clone().next()?;
    let port = asked.find(|port| !is_beside(port)).unwrap_or(first);
    let asked = match port.name.as_deref() {
        Some(name) if PORT_NAME.flaw(name).is_none() => Content::Text(name.to_owned()),
        _ => Content::Int(port.container_port.into()),
    };
    Some((port, asked))
}

/// A name that a port can have.
pub(super) fn is_port_name(name: &str) -> bool {
    PORT_NAME.flaw(name).is_none()
}

/// A port that a handler may name.
pub(super) fn is_port(port: &IntOrString) -> bool {
    match port {
        IntOrString::Int(number) => (1..=65535).contains(number),
        IntOrString::String(name) => PORT_NAME.flaw(name).is_none(),
    }
}

/// The API server refuses a time zone in a schedule.
pub(super) fn refuses_zone_in_schedule(subject: &Subject<'_>) -> bool {
    versions::ZONE_IN_SCHEDULE.holds(subject) && !subject.object.is_live()
}

/// Only a part of the object is there: the rest may hold what is missing.
fn is_fragment(subject: &Subject<'_>) -> bool {
    subject.workload.is_some_and(|workload| workload.is_fragment)
}

/// The rest of the object may hold what is missing, or a controller that is known by the user's word alone puts it
/// in: operators add containers and volumes of their own to the templates they are given.
fn is_part(subject: &Subject<'_>) -> bool {
    is_fragment(subject)
        || fragment::is_filled_in(subject.object)
        || subject.workload.is_some_and(|workload| matches!(workload.kind, KindRef::Further(_)))
}

/// The value, or something in it, could not be decoded and is reported at its own place.
fn is_undecoded(subject: &Subject<'_>, path: &FieldPath) -> bool {
    subject.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::WrongType { .. })
            && problem.path.steps().starts_with(path.steps())
    })
}
