//! `unknown-field`: a field that the API does not have, so what it says is refused or lost.

use std::sync::Arc;

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{self, Operation};
use crate::finding::Severity;
use crate::manifest::Container;
use crate::manifest::kinds::Kinds;
use crate::manifest::{object, workload};
use crate::set;
use crate::text::{nearest, spelling};
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
    verdicts: Stray::VARIANTS,
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

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    for problem in subject.problems {
        let ProblemKind::UnknownField { name, known, .. } = &problem.kind else { continue };
        let path = &problem.path;
        if is_directive(name)
            || is_former(path, name)
            || is_sops(subject, path)
            || is_custom(subject, path, name)
        {
            continue;
        }
        let stray = Stray::of(name, known, path);
        let place = subject.key_place(path);
        seen.push(Seen::new(RULE.severity(), place, stray).container(container_of(subject, path)));
    }
}

/// A field that the API does not have.
#[derive(IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Stray<'s> {
    /// The letters are those of a field, in other cases.
    Case { path: &'s FieldPath, name: &'s str, meant: &'s str },
    /// It is a field of something else.
    Misplaced { path: &'s FieldPath, name: &'s str, home: &'static str },
    /// It is nearly a field.
    Misspelt { path: &'s FieldPath, name: &'s str, meant: &'s str },
    /// It is nearly a field of something else.
    MisspeltAndMisplaced { path: &'s FieldPath, name: &'s str, meant: &'static str, home: &'static str },
    /// Nobody knows what it means.
    Unheard { path: &'s FieldPath, name: &'s str },
}

impl<'s> Stray<'s> {
    fn of(name: &'s str, known: &[&'s str], path: &'s FieldPath) -> Self {
        if let Some(meant) = known.iter().find(|field| field.eq_ignore_ascii_case(name)) {
            return Self::Case { path, name, meant };
        }
        let is_own_spec = path.parent() == Some(FieldPath::of("spec"));
        // In the workload's own spec already: then this kind has no such field.
        let homes = || HOMES.iter().filter(|(_, home)| !(is_own_spec && home.contains("own `spec`")));
        if let Some((_, home)) = homes().find(|(field, _)| *field == name) {
            return Self::Misplaced { path, name, home };
        }
        let is_meant = |meant: &str| spelling::is_of(name, meant);
        if let Some(meant) = by_parent(name, known, path) {
            return Self::Misspelt { path, name, meant };
        }
        if let Some(meant) = nearest::of_those(name, known.iter().copied(), is_meant) {
            return Self::Misspelt { path, name, meant };
        }
        let near = nearest::of_those(name, homes().map(|(field, _)| *field), is_meant);
        match near.and_then(|near| homes().find(|(field, _)| *field == near)) {
            Some((meant, home)) => Self::MisspeltAndMisplaced { path, name, meant, home },
            None => Self::Unheard { path, name },
        }
    }
}

/// The field whose name says that of its parent, or of what it is about, once more: `secretName` for the
/// `name` of a `secret`, `claimName` for that of a `persistentVolumeClaim`.
fn by_parent<'k>(name: &str, known: &[&'k str], path: &FieldPath) -> Option<&'k str> {
    let parent = path.parent()?;
    let Step::Key(parent) = parent.steps().last()? else { return None };
    let mut letters = name.chars();
    let capital = letters.next()?.to_ascii_uppercase();
    let name = format!("{capital}{}", letters.as_str());
    let mut near = known.iter().copied().filter(|field| {
        let about = field.strip_suffix(name.as_str()).unwrap_or_default().to_ascii_lowercase();
        !about.is_empty() && parent.to_ascii_lowercase().ends_with(&about)
    });
    near.next().filter(|_| near.next().is_none())
}

impl Verdict for Stray<'_> {
    fn name(&self) -> &'static str {
        self.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        match self {
            Self::Case { path, name, .. }
            | Self::Misplaced { path, name, .. }
            | Self::Misspelt { path, name, .. }
            | Self::MisspeltAndMisplaced { path, name, .. }
            | Self::Unheard { path, name } => {
                Words::new(format!("{} has no field `{name}`", parent(path)), WHY)
            }
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        match self {
            Self::Case { path, meant, .. } => {
                renamed(subject, true, path, meant, format!("Names are case-sensitive: write `{meant}`."))
            }
            Self::Misspelt { path, name, meant } => renamed(
                subject,
                nearest::is_slip(name, meant),
                path,
                meant,
                format!("Did you mean `{meant}`?"),
            ),
            Self::Misplaced { name, home, .. } => {
                Mend::prose(format!("`{name}` belongs {home}: check the indentation."))
            }
            Self::MisspeltAndMisplaced { meant, home, .. } => {
                Mend::prose(format!("Did you mean `{meant}`? It belongs {home}."))
            }
            Self::Unheard { path, name } => {
                let last = path.steps().iter().rev().find_map(|step| match step {
                    Step::Key(key) if key != name => Some(key.clone()),
                    _ => None,
                });
                let under = last.map_or_else(String::new, |last| format!(" under `{last}`"));
                Mend::prose(format!(
                    "Remove it, or move it to where it belongs; `kubectl explain` lists the fields that exist{under}."
                ))
            }
        }
    }
}

/// A mend by another name, where the field of that name takes the value that is there.
fn renamed(subject: &Subject<'_>, is_safe: bool, path: &FieldPath, name: &str, text: String) -> Mend {
    let rename = [Operation::Rename { path: path.clone(), name: name.to_owned() }];
    match subject.fixes && fits(subject, &rename) {
        true => Mend::edit(is_safe, text, rename.into()),
        false => Mend::prose(text),
    }
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

/// What sops adds to a file that it encrypts, and takes out before anybody applies it:
/// <https://getsops.io/docs/#encrypting-using-the-sops-key-group>.
fn is_sops(subject: &Subject<'_>, path: &FieldPath) -> bool {
    *path == FieldPath::of("sops") && subject.object.at(path).is_some_and(|node| node.get("mac").is_some())
}

fn is_custom(subject: &Subject<'_>, path: &FieldPath, name: &str) -> bool {
    let Some(workload) = subject.workload else { return false };
    workload.kind.group == "serving.knative.dev"
        && path.parent().as_ref() == Some(&workload.pod_spec_path)
        && KNATIVE_FIELDS.contains(&name)
}

/// The container that a field lies in.
fn container_of<'s>(subject: &'s Subject<'_>, path: &FieldPath) -> Option<&'s Container> {
    subject.workload?.containers.iter().find(|one| path.steps().starts_with(one.path.steps()))
}

fn parent(path: &FieldPath) -> String {
    match path.parent().filter(|parent| !parent.steps().is_empty()) {
        Some(parent) => format!("`{parent}`"),
        None => "the object".to_owned(),
    }
}

/// The field that was meant takes the value that is there.
fn fits(subject: &Subject<'_>, operations: &[Operation]) -> bool {
    let root = subject.object.root();
    let edits = edit::edits(root, operations);
    let Some(tree) = edits.and_then(|edits| edit::edited(root, &edits)) else { return false };
    let contents = object::objects(&Arc::new(tree));
    let [edited] = contents.objects.as_slice() else { return false };
    let problems = match workload::workload(edited, &Kinds::default()) {
        Some((_, problems)) => problems,
        None => set::kinds::problems(edited),
    };
    problems.len() < subject.problems.len()
}
