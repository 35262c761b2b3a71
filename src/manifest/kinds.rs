//! The kinds that carry a pod template, and where it lies: another kind is one line here.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

use crate::yaml::path::FieldPath;
use crate::yaml::{Kind, Node};

/// What becomes of the containers of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nature {
    /// Its Pods run until something stops them.
    LongRunning,
    /// A single Pod, which nothing replaces.
    BarePod,
    /// Its Pods run to completion, so they never serve.
    Batch,
    /// The platform starts, probes and drains the Pods by itself (Knative's queue-proxy): it puts
    /// in a readiness probe where none is given and does not accept lifecycle hooks.
    Managed,
}

/// How many Pods of a workload there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Count {
    /// As many as `spec.replicas` says, and 1 where it is not set (facts H1 and H33).
    Replicas,
    /// As many as something else wants: the nodes, the work to be done, a custom controller.
    Other,
}

/// How the whole `spec` of a kind is decoded, so that its own fields are checked too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// `v1` Pod.
    Pod,
    /// `v1` PodTemplate.
    PodTemplate,
    /// `v1` ReplicationController.
    ReplicationController,
    /// `apps` Deployment.
    Deployment,
    /// `apps` StatefulSet.
    StatefulSet,
    /// `apps` DaemonSet.
    DaemonSet,
    /// `apps` ReplicaSet.
    ReplicaSet,
    /// `batch` Job.
    Job,
    /// `batch` CronJob.
    CronJob,
    /// A custom resource: only its pod template is typed.
    Template,
}

/// A kind that carries a pod template, or is a Pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkloadKind {
    /// API group; empty for the core group.
    pub group: Cow<'static, str>,
    /// Kind.
    pub kind: Cow<'static, str>,
    /// Path of the pod template from the object's root; empty when the object is the Pod.
    pub template: Cow<'static, str>,
    /// What becomes of its containers.
    pub nature: Nature,
    /// `spec.selector` is required, so an object without it is a fragment.
    pub needs_selector: bool,
    /// How many of its Pods there are.
    pub count: Count,
    /// How it is decoded.
    pub schema: Schema,
}

const fn kind(
    group: &'static str,
    kind: &'static str,
    template: &'static str,
    nature: Nature,
    needs_selector: bool,
    count: Count,
    schema: Schema,
) -> WorkloadKind {
    let (group, kind, template) = (Cow::Borrowed(group), Cow::Borrowed(kind), Cow::Borrowed(template));
    WorkloadKind { group, kind, template, nature, needs_selector, count, schema }
}

impl WorkloadKind {
    /// A custom resource that the user says carries a pod template.
    pub(crate) fn further(group: &str, kind: &str, template: &str, nature: Nature) -> Self {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Self {
            group: owned(group),
            kind: owned(kind),
            template: owned(template),
            nature,
            needs_selector: false,
            count: Count::Other,
            schema: Schema::Template,
        }
    }

    /// Path of the pod template from the object's root.
    pub(crate) fn template_path(&self) -> FieldPath {
        match &self.template {
            Cow::Borrowed(template) => FieldPath::of(template),
            Cow::Owned(template) => {
                template.split('.').fold(FieldPath::root(), |path, key| path.key(key.to_owned()))
            }
        }
    }
}

/// A kind that is known to everybody, or by the user's word.
#[derive(Debug, Clone)]
pub(crate) enum KindRef {
    /// Of [`WORKLOAD_KINDS`].
    BuiltIn(&'static WorkloadKind),
    /// Of [`Kinds`].
    Further(Arc<WorkloadKind>),
}

impl Deref for KindRef {
    type Target = WorkloadKind;

    fn deref(&self) -> &WorkloadKind {
        match self {
            Self::BuiltIn(kind) => kind,
            Self::Further(kind) => kind,
        }
    }
}

/// The kinds of a run: those of the table, and those the user adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    further: Vec<Arc<WorkloadKind>>,
}

impl Kinds {
    /// The kinds of the table and these.
    pub(crate) fn new(further: Vec<Arc<WorkloadKind>>) -> Self {
        Self { further }
    }

    /// The entry of a kind, whatever the version of its group.
    pub(crate) fn find(&self, api_version: &str, kind: &str) -> Option<KindRef> {
        find(api_version, kind).map(KindRef::BuiltIn).or_else(|| {
            let is_it = |known: &&Arc<WorkloadKind>| known.kind == kind && known.group == group(api_version);
            self.further.iter().find(is_it).map(|known| KindRef::Further(Arc::clone(known)))
        })
    }
}

/// Every kind that is linted.
#[rustfmt::skip]
pub(crate) const WORKLOAD_KINDS: &[WorkloadKind] = {
    use Count::{Other, Replicas};
    use Nature::{BarePod, Batch, LongRunning, Managed};
    &[
        kind("", "Pod", "", BarePod, false, Other, Schema::Pod),
        kind("", "PodTemplate", "template", LongRunning, false, Other, Schema::PodTemplate),
        kind("", "ReplicationController", "spec.template", LongRunning, false, Replicas, Schema::ReplicationController),
        kind("apps", "Deployment", "spec.template", LongRunning, true, Replicas, Schema::Deployment),
        kind("apps", "StatefulSet", "spec.template", LongRunning, true, Replicas, Schema::StatefulSet),
        kind("apps", "DaemonSet", "spec.template", LongRunning, true, Other, Schema::DaemonSet),
        kind("apps", "ReplicaSet", "spec.template", LongRunning, true, Replicas, Schema::ReplicaSet),
        kind("extensions", "Deployment", "spec.template", LongRunning, false, Replicas, Schema::Template),
        kind("extensions", "DaemonSet", "spec.template", LongRunning, false, Other, Schema::Template),
        kind("extensions", "ReplicaSet", "spec.template", LongRunning, false, Replicas, Schema::Template),
        // It filled in a missing selector from the template, as `extensions/v1beta1` did.
        kind("apps/v1beta1", "Deployment", "spec.template", LongRunning, false, Replicas, Schema::Template),
        kind("apps/v1beta1", "StatefulSet", "spec.template", LongRunning, false, Replicas, Schema::StatefulSet),
        kind("batch", "Job", "spec.template", Batch, false, Other, Schema::Job),
        kind("batch", "CronJob", "spec.jobTemplate.spec.template", Batch, false, Other, Schema::CronJob),
        kind("argoproj.io", "Rollout", "spec.template", LongRunning, true, Replicas, Schema::Template),
        kind("apps.kruise.io", "CloneSet", "spec.template", LongRunning, true, Replicas, Schema::Template),
        kind("apps.kruise.io", "StatefulSet", "spec.template", LongRunning, true, Replicas, Schema::Template),
        kind("apps.kruise.io", "DaemonSet", "spec.template", LongRunning, true, Other, Schema::Template),
        kind("apps.kruise.io", "BroadcastJob", "spec.template", Batch, false, Other, Schema::Template),
        kind("serving.knative.dev", "Service", "spec.template", Managed, false, Other, Schema::Template),
        kind("serving.knative.dev", "Configuration", "spec.template", Managed, false, Other, Schema::Template),
        kind("apps.openshift.io", "DeploymentConfig", "spec.template", LongRunning, false, Replicas, Schema::Template),
    ]
};

/// The entry of a Pod that a controller made, and makes again.
pub(crate) static CONTROLLED_POD: WorkloadKind =
    kind("", "Pod", "", Nature::LongRunning, false, Count::Other, Schema::Pod);

/// The entry of a Pod that a Job, or the like, made to run to completion.
pub(crate) static JOB_POD: WorkloadKind =
    kind("", "Pod", "", Nature::Batch, false, Count::Other, Schema::Pod);

/// The API group of an `apiVersion`: empty for `v1`.
pub(crate) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

/// The version of an `apiVersion`, without its group.
pub(crate) fn version(api_version: &str) -> &str {
    api_version.split_once('/').map_or(api_version, |(_, version)| version)
}

/// The entry of a kind, whatever the version of its group.
pub(crate) fn find(api_version: &str, kind: &str) -> Option<&'static WorkloadKind> {
    let of = |group: &str| WORKLOAD_KINDS.iter().find(|known| known.kind == kind && known.group == group);
    // A version that differs has rows of its own.
    of(api_version)
        .or_else(|| of(group(api_version)))
        // OpenShift's API before groups.
        .or_else(|| {
            (kind == "DeploymentConfig" && api_version == "v1").then(|| find("apps.openshift.io/v1", kind))?
        })
}

/// How deep a pod template is looked for in a custom resource.
const MAX_TEMPLATE_DEPTH: usize = 10;

/// What an object of an unknown kind carries of Pods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hidden {
    /// `pod template`, or `pod spec`.
    pub noun: &'static str,
    /// Where it is.
    pub path: FieldPath,
}

/// Where an object of an unknown kind carries containers that are run as they stand: a `template` whose `spec`
/// lists them, else a mapping that does.
pub(crate) fn hidden_pods(kind: &str, object: Node<'_>) -> Option<Hidden> {
    // Definitions describe fields by mappings of the same names; a revision is what a StatefulSet or
    // DaemonSet keeps of its own former templates.
    if matches!(kind, "CustomResourceDefinition" | "ControllerRevision") {
        return None;
    }
    find_pods(object, &FieldPath::root(), 0)
}

fn find_pods(node: Node<'_>, path: &FieldPath, depth: usize) -> Option<Hidden> {
    if depth > MAX_TEMPLATE_DEPTH {
        return None;
    }
    for (key, value) in node.entries().filter(|(_, value)| value.is_collection()) {
        let name = key.text().unwrap_or_default();
        // What was observed is no wish.
        if depth == 0 && name == "status" {
            continue;
        }
        let path = path.key(name.to_owned());
        if name.to_ascii_lowercase().ends_with("template") && value.get("spec").is_some_and(lists_containers)
        {
            return Some(Hidden { noun: "pod template", path });
        }
        if lists_containers(value) {
            return Some(Hidden { noun: "pod spec", path });
        }
        if let Some(found) = find_pods(value, &path, depth + 1) {
            return Some(found);
        }
    }
    node.items().enumerate().find_map(|(index, item)| find_pods(item, &path.index(index), depth + 1))
}

/// It lists containers with names, and with images or hooks.
fn lists_containers(node: Node<'_>) -> bool {
    let is_container = |item: Node<'_>| {
        item.text_of("name").is_some()
            && (item.text_of("image").is_some()
                || item.get("lifecycle").is_some_and(|hooks| hooks.is_collection()))
    };
    let is_anonymous = |item: Node<'_>| item.text_of("image").is_some() && item.text_of("name").is_none();
    node.get("containers").is_some_and(|list| {
        list.kind() == Kind::Sequence && list.items().any(|item| is_container(item) || is_anonymous(item))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_group_whatever_the_version() {
        assert!(find("apps/v1", "Deployment").is_some_and(|kind| kind.needs_selector));
        assert!(find("apps/v1beta1", "Deployment").is_some_and(|kind| !kind.needs_selector));
        assert!(find("apps/v1beta1", "StatefulSet").is_some_and(|kind| !kind.needs_selector));
        assert!(find("apps/v1beta2", "StatefulSet").is_some_and(|kind| kind.needs_selector));
        assert!(find("batch/v1beta1", "CronJob").is_some());
        assert!(find("v1", "DeploymentConfig").is_some());
    }

    #[test]
    fn a_kind_of_another_group_is_not_taken_for_it() {
        assert!(find("v1", "Service").is_none());
        assert!(find("serving.knative.dev/v1", "Service").is_some());
        assert!(find("example.com/v1", "Deployment").is_none());
    }
}
