//! Where an object has a field of the table of gates.

use crate::manifest::{Container, ContainerKind, Workload, kinds};
use crate::rules::subject::Subject;
use crate::text::placeholder;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Kind, Node};

/// A field of the table in an object.
pub(super) struct Found<'s> {
    /// From the object's root.
    pub(super) path: FieldPath,
    /// Which of the subject's containers it belongs to.
    pub(super) container: Option<usize>,
    /// The row speaks of its value, and not of the field.
    pub(super) is_value: bool,
    /// It asks for what happens without it.
    pub(super) is_default: bool,
    /// What it holds.
    pub(super) node: Node<'s>,
}

/// Values that ask for what happens without the field, as the table has it.
const DEFAULTS: &[(&str, &str)] = &[
    ("daemonset.spec.updateStrategy.rollingUpdate.maxSurge", "0"),
    ("job.spec.completionMode", "NonIndexed"),
    ("job.spec.managedBy", "kubernetes.io/job-controller"),
    ("job.spec.podReplacementPolicy", "TerminatingOrFailed"),
    ("job.spec.suspend", "false"),
    ("pod.spec.containers.volumeMounts.recursiveReadOnly", "Disabled"),
    ("pod.spec.hostUsers", "true"),
    ("poddisruptionbudget.spec.unhealthyPodEvictionPolicy", "IfHealthyBudget"),
    ("service.spec.internalTrafficPolicy", "Cluster"),
    ("statefulset.spec.minReadySeconds", "0"),
    ("statefulset.spec.ordinals", "0"),
    ("statefulset.spec.persistentVolumeClaimRetentionPolicy", "Retain"),
    ("statefulset.spec.updateStrategy.rollingUpdate.maxUnavailable", "1"),
];

/// The API group of each kind that rows begin with; Pods stand in all workloads.
const GROUPS: &[(&str, &str)] = &[
    ("cronjob", "batch"),
    ("daemonset", "apps"),
    ("horizontalpodautoscaler", "autoscaling"),
    ("job", "batch"),
    ("poddisruptionbudget", "policy"),
    ("service", ""),
    ("statefulset", "apps"),
];

/// Everywhere that the object has the field, which is written as in the table: its path behind the kind, and
/// behind a colon the value that a row speaks of.
pub(super) fn of<'s>(subject: &'s Subject<'_>, field: &'static str) -> Vec<Found<'s>> {
    let (dotted, value) = field.split_once(": ").map_or((field, None), |(path, value)| (path, Some(value)));
    let Some((kind, rest)) = dotted.split_once('.') else { return Vec::new() };
    let mut found = Vec::new();
    for (base, container, rest) in bases(subject, kind, rest) {
        let Some(node) = subject.object.at(&base) else { continue };
        let steps: Vec<&'static str> = rest.split('.').collect();
        let mut at = Vec::new();
        walk(node, &base, &steps, &mut |path, node| at.push((path, node)));
        for (path, node) in at {
            let asks_for_it = |text: &str| DEFAULTS.contains(&(dotted, text));
            let is_default = match node.kind() {
                // All that it says.
                Kind::Mapping => node.entries().all(|(_, value)| value.text().is_some_and(asks_for_it)),
                _ => node.text().is_some_and(asks_for_it),
            };
            match value {
                None => found.push(Found { path, container, is_value: false, is_default, node }),
                // The text itself, or each of a list of texts.
                Some(value) => {
                    let items = node.items().enumerate().map(|(index, item)| (path.index(index), item));
                    let texts = items.chain([(path.clone(), node)]);
                    let meant = texts.filter(|(_, text)| is_meant(dotted, value, *text));
                    found.extend(meant.map(|(path, node)| Found {
                        path,
                        container,
                        is_value: true,
                        is_default,
                        node,
                    }));
                }
            }
        }
    }
    found.retain(|one| one.node.kind() != Kind::Null);
    found
}

/// Where the path of a row begins in the object, with the container it is in and what is left of the path.
fn bases(
    subject: &Subject<'_>,
    kind: &str,
    rest: &'static str,
) -> Vec<(FieldPath, Option<usize>, &'static str)> {
    if kind == "pod" {
        return subject.workload.map(|workload| in_pod(workload, rest)).unwrap_or_default();
    }
    let (id, group) = (&subject.object.id, kinds::group(&subject.object.id.api_version));
    let is_of = |kind: &str| id.kind.eq_ignore_ascii_case(kind) && GROUPS.contains(&(kind, group));
    if is_of(kind) {
        return vec![(FieldPath::root(), None, rest)];
    }
    if kind == "job" && is_of("cronjob") {
        return vec![(FieldPath::of("spec.jobTemplate"), None, rest)];
    }
    Vec::new()
}

fn in_pod(workload: &Workload, rest: &'static str) -> Vec<(FieldPath, Option<usize>, &'static str)> {
    const CONTAINERS: &str = "spec.containers.";
    const INIT: &str = "spec.initContainers.";
    let each = |rest: &'static str, is_meant: &dyn Fn(&Container) -> bool| {
        let containers = workload.containers.iter().enumerate().filter(|(_, one)| is_meant(one));
        containers.map(|(at, one)| (one.path.clone(), Some(at), rest)).collect()
    };
    if let Some(rest) = rest.strip_prefix(INIT) {
        return each(rest, &|one| matches!(one.kind, ContainerKind::Init | ContainerKind::Sidecar));
    }
    match rest.strip_prefix(CONTAINERS) {
        // That of the others is what makes sidecars of them.
        Some(rest @ "restartPolicy") => each(rest, &|one| one.kind == ContainerKind::Container),
        Some(rest) => each(rest, &|_| true),
        None => {
            let rest = rest.strip_prefix("spec.").unwrap_or(rest);
            vec![(workload.pod_spec_path.clone(), None, rest)]
        }
    }
}

/// The restart policy of a container, and not of a Pod.
pub(super) fn is_policy(path: &FieldPath) -> bool {
    let is = |step: Option<&Step>, name: &str| matches!(step, Some(Step::Key(key)) if key == name);
    let mut steps = path.steps().iter().rev();
    is(steps.next(), "restartPolicy") && matches!(steps.next(), Some(Step::Index(_)))
}

/// Follows keys from a node, into each item of lists.
fn walk<'t>(
    node: Node<'t>,
    path: &FieldPath,
    steps: &[&'static str],
    tell: &mut impl FnMut(FieldPath, Node<'t>),
) {
    match (node.kind(), steps) {
        (_, []) => tell(path.clone(), node),
        (Kind::Sequence, _) => {
            for (index, item) in node.items().enumerate() {
                walk(item, &path.index(index), steps, tell);
            }
        }
        (Kind::Mapping, [first, rest @ ..]) => {
            if let Some(value) = node.get(first) {
                walk(value, &path.key(*first), rest, tell);
            }
        }
        _ => {}
    }
}

/// A value is one that a row speaks of. Of two rows the value in the table is an example of what older versions
/// refuse.
fn is_meant(dotted: &str, value: &str, node: Node<'_>) -> bool {
    let Some(text) = node.text().filter(|text| !placeholder::hides(text)) else { return false };
    match dotted {
        "pod.spec.containers.env.name" => !is_strict_name(text) && is_relaxed_name(text),
        "pod.spec.dnsConfig.searches" => is_relaxed_domain(text),
        _ => text == value,
    }
}

/// What every version takes for the name of a variable: letters, digits, `-`, `_` and `.`, and no digit in front
/// (`IsEnvVarName`).
fn is_strict_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.chars().all(is_part)
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name != "."
        && !name.starts_with("..")
}

/// What newer ones take: any printable character but `=` (`IsRelaxedEnvVarName`).
fn is_relaxed_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| (' '..='~').contains(&c) && c != '=')
}

/// A search domain that only newer versions take: a dot alone, or one with an underscore (KEP-4427).
fn is_relaxed_domain(domain: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    domain == "." || (domain.contains('_') && domain.chars().all(is_part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::features;

    #[test]
    fn every_row_begins_with_a_kind_that_is_looked_for() {
        for field in features::governing().flat_map(|feature| feature.fields) {
            let kind = field.split('.').next().unwrap_or_default();
            let is_known = kind == "pod" || GROUPS.iter().any(|(known, _)| *known == kind);
            assert!(is_known, "{field}");
        }
        for (field, _) in DEFAULTS {
            assert!(features::governing().any(|feature| feature.fields.contains(field)), "{field}");
        }
    }

    #[test]
    fn names_and_domains_are_told_apart_as_the_api_server_does() {
        for name in ["PATH", "a.b-c_d", "_x", "-x"] {
            assert!(is_strict_name(name), "{name}");
        }
        for name in ["1st", "a b", "x!", ".", "..x"] {
            assert!(!is_strict_name(name) && is_relaxed_name(name), "{name}");
        }
        assert!(!is_relaxed_name("a=b") && !is_relaxed_name("") && !is_relaxed_name("ä"));
        assert!(is_relaxed_domain(".") && is_relaxed_domain("_tcp.example.com"));
        assert!(!is_relaxed_domain("example.com") && !is_relaxed_domain("_A.example.com"));
    }
}
