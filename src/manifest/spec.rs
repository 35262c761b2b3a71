//! The spec of a workload, whole and typed: what surrounds its pod template, and the template itself.

use std::sync::LazyLock;

use k8s_openapi::api::{apps::v1 as apps, batch::v1 as batch, core::v1 as core};
use serde::de::DeserializeOwned;

use super::kinds::Schema;
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Node, Problem};

/// What a workload was decoded from, by the type of its kind. Its containers and the labels of its Pods are
/// taken out: [`Workload`](super::Workload) holds them beside it, and of thousands of workloads nothing is
/// kept twice.
#[derive(Debug, Clone)]
pub(crate) enum WorkloadSpec {
    /// `v1` Pod.
    Pod(Box<core::PodSpec>),
    /// `v1` ReplicationController.
    ReplicationController(Box<core::ReplicationControllerSpec>),
    /// `apps` Deployment.
    Deployment(Box<apps::DeploymentSpec>),
    /// `apps` StatefulSet.
    StatefulSet(Box<apps::StatefulSetSpec>),
    /// `apps` DaemonSet.
    DaemonSet(Box<apps::DaemonSetSpec>),
    /// `apps` ReplicaSet.
    ReplicaSet(Box<apps::ReplicaSetSpec>),
    /// `batch` Job.
    Job(Box<batch::JobSpec>),
    /// `batch` CronJob.
    CronJob(Box<batch::CronJobSpec>),
    /// A `v1` PodTemplate, or a custom resource: only its pod template is typed, and the rest is read
    /// from the tree where a question needs it.
    Template(Box<core::PodTemplateSpec>),
}

impl WorkloadSpec {
    /// Decodes the spec of an object by its kind's schema; `template` is the path of the pod template.
    pub(super) fn decode(root: Node<'_>, schema: Schema, template: &FieldPath) -> (Self, Vec<Problem>) {
        let own = FieldPath::of("spec");
        match schema {
            Schema::Pod => decode_as(Self::Pod, root, &own),
            Schema::PodTemplate | Schema::Template => decode_as(Self::Template, root, template),
            Schema::ReplicationController => decode_as(Self::ReplicationController, root, &own),
            Schema::Deployment => decode_as(Self::Deployment, root, &own),
            Schema::StatefulSet => decode_as(Self::StatefulSet, root, &own),
            Schema::DaemonSet => decode_as(Self::DaemonSet, root, &own),
            Schema::ReplicaSet => decode_as(Self::ReplicaSet, root, &own),
            Schema::Job => decode_as(Self::Job, root, &own),
            Schema::CronJob => decode_as(Self::CronJob, root, &own),
        }
    }

    /// The pod spec; an empty one where none is written, or none could be decoded.
    pub(crate) fn pod(&self) -> &core::PodSpec {
        static EMPTY: LazyLock<core::PodSpec> = LazyLock::new(core::PodSpec::default);
        let spec = match self {
            Self::Pod(spec) => Some(&**spec),
            Self::ReplicationController(spec) => spec.template.as_ref().and_then(|one| one.spec.as_ref()),
            Self::Deployment(spec) => spec.template.spec.as_ref(),
            Self::StatefulSet(spec) => spec.template.spec.as_ref(),
            Self::DaemonSet(spec) => spec.template.spec.as_ref(),
            Self::ReplicaSet(spec) => spec.template.as_ref().and_then(|one| one.spec.as_ref()),
            Self::Job(spec) => spec.template.spec.as_ref(),
            Self::CronJob(spec) => spec.job_template.spec.as_ref().and_then(|job| job.template.spec.as_ref()),
            Self::Template(template) => template.spec.as_ref(),
        };
        spec.unwrap_or(&EMPTY)
    }

    /// The pod spec, to take its containers out of it.
    pub(super) fn pod_mut(&mut self) -> Option<&mut core::PodSpec> {
        match self {
            Self::Pod(spec) => Some(&mut **spec),
            other => other.template_mut()?.spec.as_mut(),
        }
    }

    /// The pod template; a Pod has none.
    pub(super) fn template_mut(&mut self) -> Option<&mut core::PodTemplateSpec> {
        match self {
            Self::Pod(_) => None,
            Self::ReplicationController(spec) => spec.template.as_mut(),
            Self::Deployment(spec) => Some(&mut spec.template),
            Self::StatefulSet(spec) => Some(&mut spec.template),
            Self::DaemonSet(spec) => Some(&mut spec.template),
            Self::ReplicaSet(spec) => spec.template.as_mut(),
            Self::Job(spec) => Some(&mut spec.template),
            Self::CronJob(spec) => Some(&mut spec.job_template.spec.as_mut()?.template),
            Self::Template(template) => Some(&mut **template),
        }
    }
}

fn decode_as<T: DeserializeOwned + Default>(
    wrap: fn(Box<T>) -> WorkloadSpec,
    root: Node<'_>,
    path: &FieldPath,
) -> (WorkloadSpec, Vec<Problem>) {
    match root.at(path).map(|node| yaml::decode::<T>(node, path.clone())) {
        Some(decoded) => (wrap(Box::new(decoded.value)), decoded.problems),
        None => (wrap(Box::default()), Vec::new()),
    }
}
