//! `invalid-manifest`: a value of the wrong type, or one that the API server rejects.

mod container;
mod fault;
mod handler;
mod mend;
mod probe;
mod refused;
mod words;

use k8s_openapi::api::core::v1 as core;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use strum::VariantNames;

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::manifest::Container;
use crate::set::traffic::is_beside;
use crate::text::placeholder;
use crate::yaml::path::FieldPath;
use crate::yaml::{Node, Problem, ProblemKind};
use fault::Fault;

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
        "B2", "B17", "B18", "C2", "C3", "C4", "E1", "E2", "K1", "K3", "K4", "K5", "K6", "K7", "K8", "K9",
        "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "K19", "K20", "K21", "K22", "K23",
        "K24", "L7", "O2", "O5",
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

/// A field that the API server refuses.
struct Invalid<'s> {
    /// The field; where it is missing, its nearest parent is shown.
    path: FieldPath,
    fault: Fault<'s>,
    container: Option<&'s Container>,
}

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

/// Faults of one container, with their fields.
struct Faults<'f, 's> {
    container: &'s Container,
    found: &'f mut Vec<Invalid<'s>>,
}

impl<'s> Faults<'_, 's> {
    fn add(&mut self, path: FieldPath, fault: Fault<'s>) {
        self.found.push(Invalid { path, fault, container: Some(self.container) });
    }
}

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let mut invalid: Vec<Invalid<'s>> = Vec::new();
    invalid.extend(refused::faults(subject));
    for problem in subject.problems {
        let ProblemKind::WrongType { expected, found } = &problem.kind else { continue };
        // What JSON cannot say is of no type.
        if !subject.refused.iter().any(|one| one.span == problem.span) {
            let fault = Fault::WrongType { expected, found };
            invalid.push(Invalid { path: problem.path.clone(), fault, container: None });
        }
    }
    if let Some(workload) = subject.workload {
        let path = workload.kind.template_path();
        let has_selector = subject.object.at(&FieldPath::of("spec.selector")).is_some();
        // One under another name is reported as that.
        if has_selector
            && workload.kind.needs_selector
            && subject.object.at(&path).is_none()
            && subject.problems.is_empty()
        {
            invalid.push(Invalid { path, fault: Fault::NoTemplate, container: None });
        }
    }
    for container in subject.workload.iter().flat_map(|workload| &workload.containers) {
        let mut faults = Faults { container, found: &mut invalid };
        container::faults(subject, container, &mut faults);
        handler::faults(subject, container, &mut faults);
        probe::faults(subject, container, &mut faults);
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
        let container = one.container;
        Seen::new(RULE.severity(), place, one).container(container)
    }));
}

/// What the value is nobody knows here: it is to be filled in, or it is of the wrong type, which is said.
fn is_hidden(subject: &Subject<'_>, invalid: &Invalid<'_>) -> bool {
    if matches!(invalid.fault, Fault::Unread { .. }) {
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
        Some(name) if handler::port_name_fault(name).is_none() => Content::Text(name.to_owned()),
        _ => Content::Int(port.container_port.into()),
    };
    Some((port, asked))
}

/// A name that a port can have.
pub(super) fn is_port_name(name: &str) -> bool {
    handler::port_name_fault(name).is_none()
}

/// A port that a handler may name.
pub(super) fn is_port(port: &IntOrString) -> bool {
    match port {
        IntOrString::Int(number) => (1..=65535).contains(number),
        IntOrString::String(name) => handler::port_name_fault(name).is_none(),
    }
}

/// Only a part of the object is there: the rest may hold what is missing.
fn is_fragment(subject: &Subject<'_>) -> bool {
    subject.workload.is_some_and(|workload| workload.is_fragment)
}

/// The value, or something in it, could not be decoded and is reported at its own place.
fn is_undecoded(subject: &Subject<'_>, path: &FieldPath) -> bool {
    subject.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::WrongType { .. })
            && problem.path.steps().starts_with(path.steps())
    })
}
