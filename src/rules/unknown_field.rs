//! `unknown-field`: a field that the API does not have, so what it says is refused or lost.

use std::sync::Arc;

use super::subject::Subject;
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{self, Operation};
use crate::finding::builder::FindingBuilder;
use crate::finding::{Finding, Fix, Severity};
use crate::kubernetes::features::{self, Feature, Support};
use crate::manifest::kinds::Kinds;
use crate::manifest::{object, workload};
use crate::set;
use crate::text::nearest;
use crate::yaml::ProblemKind;
use crate::yaml::path::{FieldPath, Step};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "unknown-field",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A field that Kubernetes does not know, so what it was meant to do will not happen.",
    reason: "What happens depends on the client. kubectl validates strictly by default, and the API server then rejects the manifest. Clients that do not ask for this, and many tools do not, only get a warning back, which is easily lost: the field is dropped and the rest is applied. The manifest says that there is a preStop hook, everyone who reads it believes so, and the cluster has none.",
    options: None,
    facts: &["L5", "L6"],
    docs: &[
        Link {
            title: "Server side field validation",
            url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#server-side-field-validation",
        },
        Link {
            title: "Validation for unrecognized or duplicate fields",
            url: "https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level",
        },
        Link {
            title: "Pod API reference",
            url: "https://kubernetes.io/docs/reference/kubernetes-api/core/pod-v1/",
        },
    ],
    page: page!("unknown-field"),
    check: Check::Object(check),
};

/// kubectl validates strictly by default (fact L5).
const WHY: &str = "kubectl apply refuses the object with \"unknown field\"; a client that validates less strictly drops \
                   the field in silence, and with it what it was meant to do.";

/// Fields that are often put one level off, and where they belong.
const HOMES: &[(&str, &str)] = &[
    ("terminationGracePeriodSeconds", "in the pod spec, beside `containers`"),
    ("restartPolicy", "in the pod spec, beside `containers`"),
    ("hostNetwork", "in the pod spec, beside `containers`"),
    ("shareProcessNamespace", "in the pod spec, beside `containers`"),
    ("volumes", "in the pod spec, beside `containers`"),
    ("initContainers", "in the pod spec, beside `containers`"),
    (
        "containers",
        "in the pod spec: `spec.template.spec.containers` of a workload, `spec.containers` of a Pod",
    ),
    ("lifecycle", "in the container, beside `image`"),
    ("preStop", "under the container's `lifecycle`"),
    ("postStart", "under the container's `lifecycle`"),
    ("stopSignal", "under the container's `lifecycle`"),
    ("exec", "under a hook (`preStop`, `postStart`) or a probe"),
    ("httpGet", "under a hook (`preStop`, `postStart`) or a probe"),
    ("tcpSocket", "under a probe"),
    ("sleep", "under a hook (`preStop`, `postStart`)"),
    ("grpc", "under a probe: hooks have no gRPC handler"),
    ("command", "in the container, or under a handler's `exec`"),
    ("readinessProbe", "in the container, beside `image`"),
    ("livenessProbe", "in the container, beside `image`"),
    ("startupProbe", "in the container, beside `image`"),
    ("initialDelaySeconds", "in the probe, beside its handler"),
    ("periodSeconds", "in the probe, beside its handler"),
    ("timeoutSeconds", "in the probe, beside its handler"),
    ("successThreshold", "in the probe, beside its handler"),
    ("failureThreshold", "in the probe, beside its handler"),
    ("seconds", "under the `sleep` action"),
    ("volumeMounts", "in the container, beside `image`"),
    ("env", "in the container, beside `image`"),
    ("ports", "in the container, beside `image`"),
    ("minReadySeconds", "in the workload's own `spec`, beside `template`"),
    ("progressDeadlineSeconds", "in the Deployment's own `spec`, beside `template`"),
    ("strategy", "in the Deployment's own `spec`, beside `template`"),
    ("updateStrategy", "in the StatefulSet's or DaemonSet's own `spec`, beside `template`"),
    ("replicas", "in the workload's own `spec`, beside `template`"),
    ("backoffLimit", "in the Job's own `spec`, beside `template`"),
    ("hostPID", "in the pod spec, beside `containers`"),
    ("hostIPC", "in the pod spec, beside `containers`"),
    ("image", "in a container, beside its `name`"),
    ("privileged", "in the container's `securityContext`"),
    ("allowPrivilegeEscalation", "in the container's `securityContext`"),
    ("readOnlyRootFilesystem", "in the container's `securityContext`"),
    ("capabilities", "in the container's `securityContext`"),
    ("runAsUser", "under a `securityContext`"),
    ("runAsNonRoot", "under a `securityContext`"),
    ("runAsGroup", "under a `securityContext`"),
    ("requests", "under the container's `resources`"),
    ("limits", "under the container's `resources`"),
    ("publishNotReadyAddresses", "in the Service's `spec`"),
];

/// What Knative's revision spec has beside the fields of a pod spec.
const KNATIVE_FIELDS: [&str; 5] = [
    "containerConcurrency",
    "timeoutSeconds",
    "responseStartTimeoutSeconds",
    "idleTimeoutSeconds",
    "enableServiceLinks",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for problem in subject.problems {
        let ProblemKind::UnknownField { name, known, .. } = &problem.kind else { continue };
        if is_directive(name) || is_former(&problem.path, name) || is_custom(subject, &problem.path, name) {
            continue;
        }
        let (text, meant) = mend(name, known, &problem.path);
        let rename = |name: &str| Operation::Rename { path: problem.path.clone(), name: name.to_owned() };
        let finding = start(subject, &problem.path)
            .message(format!("{} has no field `{name}`", parent(&problem.path)))
            .why(WHY)
            .help(text, "")
            .fix(
                meant.and_then(|meant| subject.fix(true, &[rename(meant)])).filter(|fix| fits(subject, fix)),
            );
        findings.push(with_container(subject, finding, &problem.path));
    }
    too_new(subject, findings);
}

/// `$patch` and its like direct a merge; they are no fields of the API.
fn is_directive(name: &str) -> bool {
    name.starts_with('$')
}

/// Fields that older API servers filled in, and that dumps of their objects still carry.
const FORMER_FIELDS: [&str; 2] = ["clusterName", "selfLink"];

fn is_former(path: &FieldPath, name: &str) -> bool {
    path.parent() == Some(FieldPath::of("metadata")) && FORMER_FIELDS.contains(&name)
}

fn is_custom(subject: &Subject<'_>, path: &FieldPath, name: &str) -> bool {
    let Some(workload) = subject.workload else { return false };
    workload.kind.group == "serving.knative.dev"
        && path.parent().as_ref() == Some(&workload.pod_spec_path)
        && KNATIVE_FIELDS.contains(&name)
}

fn start(subject: &Subject<'_>, path: &FieldPath) -> FindingBuilder {
    subject.finding_at(&RULE, RULE.severity(), subject.key_place(path))
}

fn with_container(subject: &Subject<'_>, finding: FindingBuilder, path: &FieldPath) -> Finding {
    let container = subject.workload.and_then(|workload| {
        workload.containers.iter().find(|one| path.steps().starts_with(one.path.steps()))
    });
    match container {
        Some(container) => finding.container(container).build(),
        None => finding.build(),
    }
}

fn parent(path: &FieldPath) -> String {
    match path.parent().filter(|parent| !parent.steps().is_empty()) {
        Some(parent) => format!("`{parent}`"),
        None => "the object".to_owned(),
    }
}

/// The field that was meant takes the value that is there.
fn fits(subject: &Subject<'_>, fix: &Fix) -> bool {
    let Some(tree) = edit::edited(subject.object.root(), &fix.edits) else { return false };
    let contents = object::objects(&Arc::new(tree));
    let [edited] = contents.objects.as_slice() else { return false };
    let problems = match workload::workload(edited, &Kinds::default()) {
        Some((_, problems)) => problems,
        None => set::kinds::problems(edited),
    };
    problems.len() < subject.problems.len()
}

/// What to do, and the field that was meant where the name alone is wrong.
fn mend<'k>(name: &str, known: &[&'k str], path: &FieldPath) -> (String, Option<&'k str>) {
    if let Some(exact) = known.iter().find(|field| field.eq_ignore_ascii_case(name)) {
        return (format!("Names are case-sensitive: write `{exact}`."), Some(exact));
    }
    let is_own_spec = path.parent() == Some(FieldPath::of("spec"));
    // In the workload's own spec already: then this kind has no such field.
    let homes = || HOMES.iter().filter(|(_, home)| !(is_own_spec && home.contains("own `spec`")));
    if let Some((_, home)) = homes().find(|(field, _)| *field == name) {
        return (format!("`{name}` belongs {home}: check the indentation."), None);
    }
    if let Some(nearest) = nearest::of(name, known.iter().copied()) {
        return (format!("Did you mean `{nearest}`?"), Some(nearest));
    }
    if let Some((field, home)) = nearest::of(name, homes().map(|(field, _)| *field))
        .and_then(|near| homes().find(|(field, _)| *field == near))
    {
        return (format!("Did you mean `{field}`? It belongs {home}."), None);
    }
    let last = path.steps().iter().rev().find_map(|step| match step {
        Step::Key(key) if key != name => Some(key.clone()),
        _ => None,
    });
    let under = last.map_or_else(String::new, |last| format!(" under `{last}`"));
    (
        format!(
            "Remove it, or move it to where it belongs; `kubectl explain` lists the fields that exist{under}."
        ),
        None,
    )
}

/// A field of a container that older API servers do not know, and the feature that brought it.
const SINCE: &[(&str, &Feature)] = &[
    ("lifecycle.preStop.sleep", &features::SLEEP_ACTION),
    ("lifecycle.postStart.sleep", &features::SLEEP_ACTION),
    ("lifecycle.stopSignal", &features::STOP_SIGNALS),
    ("restartPolicy", &features::SIDECARS),
    ("restartPolicyRules", &features::RESTART_RULES),
];

fn too_new(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let version = subject.settings.kubernetes_version;
    let Some(workload) = subject.workload else { return };
    let is_unknown = |feature: &Feature| subject.settings.support(feature) == Support::Unknown;
    for (field, feature) in SINCE.iter().filter(|(_, feature)| is_unknown(feature)) {
        for container in &workload.containers {
            let path = container.path.dotted(field);
            if subject.object.at(&path).is_none() {
                continue;
            }
            let finding = start(subject, &path)
                .message(format!("Kubernetes {version} has no field `{field}` in a container"))
                .why(format!("The field came with Kubernetes {}. {WHY}", feature.since))
                .help(
                    match field.ends_with("sleep") {
                        true => "Use an exec hook that runs `sleep`, or lint for the version you run with --kubernetes-version.",
                        false => "Remove it, or lint for the version you run with --kubernetes-version.",
                    },
                    "",
                )
                .container(container);
            findings.push(finding.build());
        }
    }
}
