//! Workloads: objects that carry a pod template, and Pods, with their typed pod spec.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1 as core;

use super::container::{self, Container};
use super::fragment;
use super::kinds::{self, KindRef, Kinds, Nature, Schema};
use super::object::Object;
use super::spec::WorkloadSpec;
use super::typed;
use crate::yaml::Problem;
use crate::yaml::path::FieldPath;

/// What the API server fills in when a pod spec names no grace period, in seconds (fact A19).
pub(crate) const DEFAULT_GRACE_PERIOD: i64 = 30;

/// A workload, its whole typed spec and its containers.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    /// The object it is.
    pub object: Object,
    /// Its kind's entry.
    pub kind: KindRef,
    /// Path of the pod spec from the object's root.
    pub pod_spec_path: FieldPath,
    /// All that it says, but for the containers and the labels of its Pods.
    pub spec: WorkloadSpec,
    /// All containers: application, init and sidecar, ephemeral.
    pub containers: Vec<Container>,
    /// The labels its Pods carry.
    pub labels: BTreeMap<String, String>,
    /// It is a patch or another part of a whole, judged only by what it contains.
    pub is_fragment: bool,
}

impl Workload {
    /// The pod spec without its containers.
    pub(crate) fn pod_spec(&self) -> &core::PodSpec {
        self.spec.pod()
    }

    /// The grace period of its Pods in seconds; `None` where it is not known: in a fragment that does
    /// not set it, or where the value is to be filled in or has the wrong type.
    pub(crate) fn grace_period(&self) -> Option<i64> {
        match self.pod_spec().termination_grace_period_seconds {
            Some(seconds) => Some(seconds),
            None if self.is_fragment || self.object.at(&self.grace_path()).is_some() => None,
            None => Some(DEFAULT_GRACE_PERIOD),
        }
    }

    /// What the API server holds a sleep action against, in seconds. The negative one of a Pod is 1 by then
    /// (`Convert_v1_Pod_To_core_Pod` in pkg/apis/core/v1/conversion.go); a template keeps its own (fact A18).
    pub(crate) fn validated_grace_period(&self) -> Option<i64> {
        let grace = self.grace_period()?;
        Some(if self.kind.schema == Schema::Pod && grace < 0 { 1 } else { grace })
    }

    /// A number is written there that is not known: a placeholder, or a value of the wrong type.
    pub(crate) fn is_open(&self, path: &FieldPath) -> bool {
        self.object.at(path).is_some_and(|node| node.as_i64().is_none())
    }

    /// Path of `terminationGracePeriodSeconds`.
    pub(crate) fn grace_path(&self) -> FieldPath {
        self.pod_spec_path.key("terminationGracePeriodSeconds")
    }

    /// Its Pods run on Windows, where a hook's shell is none of those read here.
    pub(crate) fn is_windows(&self) -> bool {
        let os = self.pod_spec().os.as_ref().map(|os| os.name.as_str());
        let selector = self.pod_spec().node_selector.as_ref();
        let label = |key: &str| selector.and_then(|labels| labels.get(key)).map(String::as_str);
        [os, label("kubernetes.io/os"), label("beta.kubernetes.io/os")].contains(&Some("windows"))
    }

    /// The first process that a container sees is not its own: it shares those of the Pod or of the node
    /// (fact I6).
    pub(crate) fn shares_processes(&self) -> bool {
        let pod = self.pod_spec();
        pod.host_pid == Some(true) || pod.share_process_namespace == Some(true)
    }

    /// Its Pods run until something stops them: no Job, no Pod that is not restarted.
    pub(crate) fn is_long_running(&self) -> bool {
        match self.kind.nature {
            Nature::LongRunning => true,
            Nature::BarePod => {
                !matches!(self.pod_spec().restart_policy.as_deref(), Some("Never" | "OnFailure"))
            }
            Nature::Batch | Nature::Managed => false,
        }
    }
}

/// Decodes an object that carries a pod template; the problems are those of the whole object.
/// `None` when the object is no workload, or has no pod template (a Rollout with `workloadRef`) and nothing
/// speaks of one that is misplaced.
pub(crate) fn workload(object: &Object, kinds: &Kinds) -> Option<(Workload, Vec<Problem>)> {
    let kind = kind_of(object, kinds.find(&object.id.api_version, &object.id.kind)?);
    let template_path = kind.template_path();
    let template = object.at(&template_path);
    let is_typed = !matches!(kind.schema, Schema::Template | Schema::PodTemplate);
    if template.is_none() && !(is_typed && object.at(&FieldPath::of("spec")).is_some()) {
        return None;
    }
    // The user's path leads to a pod spec, which is said elsewhere.
    let is_pod_spec = template.is_some_and(|template| template.get("containers").is_some());
    if matches!(kind, KindRef::Further(_)) && is_pod_spec {
        return None;
    }
    let (mut spec, body) = WorkloadSpec::decode(object.root(), kind.schema, &template_path);
    let mut problems = typed::frame(object, &kind);
    problems.extend(body);
    // A part that patches other fields.
    if template.is_none() && problems.is_empty() && !fragment::lacks_its_template(object, &kind) {
        return None;
    }
    let pod_spec_path = template_path.key("spec");
    let containers = spec.pod_mut().map(|pod| container::take(pod, &pod_spec_path)).unwrap_or_default();
    let is_fragment = fragment::is_fragment(object, &kind, &containers);
    if let Some(metadata) = spec.template_mut().and_then(|template| template.metadata.as_mut()) {
        metadata.labels = None;
    }
    // Read from the tree, so that a label is known even where the template cannot be decoded.
    let labels = object.strings(&template_path.dotted("metadata.labels"));
    let workload =
        Workload { object: object.clone(), kind, pod_spec_path, spec, containers, labels, is_fragment };
    Some((workload, problems))
}

/// A Pod that a controller made is judged as that controller's: workflow engines make Pods to run to
/// completion, as Jobs do.
fn kind_of(object: &Object, kind: KindRef) -> KindRef {
    if kind.schema != Schema::Pod {
        return kind;
    }
    let restart_policy = object.at(&FieldPath::of("spec.restartPolicy")).and_then(|node| node.as_str());
    match (object.controller(), restart_policy) {
        (None, _) => kind,
        (Some(_), Some("Never" | "OnFailure")) => KindRef::BuiltIn(&kinds::JOB_POD),
        (Some(_), _) => KindRef::BuiltIn(&kinds::CONTROLLED_POD),
    }
}
