//! Workloads: objects that carry a pod template, and Pods, with their typed pod spec.

use std::collections::BTreeMap;

use k8s_openapi::api::{apps::v1 as apps, batch::v1 as batch, core::v1 as core};

use super::container::{self, Container};
use super::fragment;
use super::kinds::{self, KindRef, Kinds, Nature, Schema, WorkloadKind};
use super::object::Object;
use super::typed;
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Node, Problem};

/// What the API server fills in when a pod spec names no grace period, in seconds (fact A19).
pub(crate) const DEFAULT_GRACE_PERIOD: i64 = 30;

/// A workload, its pod spec and its containers.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    /// The object it is.
    pub object: Object,
    /// Its kind's entry.
    pub kind: KindRef,
    /// Path of the pod spec from the object's root.
    pub spec_path: FieldPath,
    /// The pod spec without its containers.
    pub spec: core::PodSpec,
    /// All containers: application, init and sidecar, ephemeral.
    pub containers: Vec<Container>,
    /// The labels its Pods carry.
    pub labels: BTreeMap<String, String>,
    /// It is a patch or another part of a whole, judged only by what it contains.
    pub is_fragment: bool,
}

impl Workload {
    /// The grace period of its Pods in seconds; `None` where it is not known: in a fragment that does
    /// not set it, or where the value is to be filled in or has the wrong type.
    pub(crate) fn grace_period(&self) -> Option<i64> {
        match self.spec.termination_grace_period_seconds {
            Some(seconds) => Some(seconds),
            None if self.is_fragment || self.object.at(&self.grace_path()).is_some() => None,
            None => Some(DEFAULT_GRACE_PERIOD),
        }
    }

    /// Path of `terminationGracePeriodSeconds`.
    pub(crate) fn grace_path(&self) -> FieldPath {
        self.spec_path.key("terminationGracePeriodSeconds")
    }

    /// Its Pods run on Windows, where a hook's shell is none of those read here.
    pub(crate) fn is_windows(&self) -> bool {
        let os = self.spec.os.as_ref().map(|os| os.name.as_str());
        let selector = self.spec.node_selector.as_ref();
        let label = |key: &str| selector.and_then(|labels| labels.get(key)).map(String::as_str);
        [os, label("kubernetes.io/os"), label("beta.kubernetes.io/os")].contains(&Some("windows"))
    }

    /// Its Pods run until something stops them: no Job, no Pod that is not restarted.
    pub(crate) fn is_long_running(&self) -> bool {
        match self.kind.nature {
            Nature::LongRunning => true,
            Nature::BarePod => !matches!(self.spec.restart_policy.as_deref(), Some("Never" | "OnFailure")),
            Nature::Batch | Nature::Managed => false,
        }
    }
}

/// Decodes an object that carries a pod template; the problems are those of the whole object.
/// `None` when the object is no workload, or has no pod template (a Rollout with `workloadRef`).
pub(crate) fn workload(object: &Object, kinds: &Kinds) -> Option<(Workload, Vec<Problem>)> {
    let kind = kind_of(object, kinds.find(&object.id.api_version, &object.id.kind)?);
    let template_path = kind.template_path();
    let template = object.at(&template_path)?;
    // The user's path leads to a pod spec, which is said elsewhere.
    if matches!(kind, KindRef::Further(_)) && template.get("containers").is_some() {
        return None;
    }
    let (template, body) = decode(object, &kind, &template_path);
    let mut problems = typed::frame(object, &kind);
    problems.extend(body);
    let mut spec = template.spec.unwrap_or_default();
    let spec_path = template_path.key("spec");
    let containers = container::take(&mut spec, &spec_path);
    let is_fragment = fragment::is_fragment(object, &kind, &containers);
    // Read from the tree, so that a label is known even where the template cannot be decoded.
    let labels = object.strings(&template_path.dotted("metadata.labels"));
    let workload =
        Workload { object: object.clone(), kind, spec_path, spec, containers, labels, is_fragment };
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

fn decode(
    object: &Object,
    kind: &WorkloadKind,
    template: &FieldPath,
) -> (core::PodTemplateSpec, Vec<Problem>) {
    let (node, at) = (object.root(), FieldPath::of("spec"));
    match kind.schema {
        Schema::Pod => {
            let (spec, problems) = decode_at::<core::PodSpec>(node, &at);
            (core::PodTemplateSpec { metadata: None, spec: Some(spec) }, problems)
        }
        Schema::PodTemplate | Schema::Template => decode_at::<core::PodTemplateSpec>(node, template),
        Schema::ReplicationController => {
            let (spec, problems) = decode_at::<core::ReplicationControllerSpec>(node, &at);
            (spec.template.unwrap_or_default(), problems)
        }
        Schema::Deployment => {
            let (spec, problems) = decode_at::<apps::DeploymentSpec>(node, &at);
            (spec.template, problems)
        }
        Schema::StatefulSet => {
            let (spec, problems) = decode_at::<apps::StatefulSetSpec>(node, &at);
            (spec.template, problems)
        }
        Schema::DaemonSet => {
            let (spec, problems) = decode_at::<apps::DaemonSetSpec>(node, &at);
            (spec.template, problems)
        }
        Schema::ReplicaSet => {
            let (spec, problems) = decode_at::<apps::ReplicaSetSpec>(node, &at);
            (spec.template.unwrap_or_default(), problems)
        }
        Schema::Job => {
            let (spec, problems) = decode_at::<batch::JobSpec>(node, &at);
            (spec.template, problems)
        }
        Schema::CronJob => {
            let (spec, problems) = decode_at::<batch::CronJobSpec>(node, &at);
            (spec.job_template.spec.unwrap_or_default().template, problems)
        }
    }
}

fn decode_at<T: serde::de::DeserializeOwned + Default>(
    root: Node<'_>,
    path: &FieldPath,
) -> (T, Vec<Problem>) {
    root.at(path).map_or_else(Default::default, |node| {
        let decoded = yaml::decode(node, path.clone());
        (decoded.value, decoded.problems)
    })
}
