//! The typed parts of objects that are no workloads, and of every object's frame, decoded for what
//! does not fit their types.

use std::collections::BTreeMap;

use k8s_openapi::api::{autoscaling, core::v1 as core, policy::v1 as policy};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::de::DeserializeOwned;

use super::kinds::{Schema, WorkloadKind};
use super::object::Object;
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Problem, ProblemKind};

const FRAME: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];
const POD_TEMPLATE_FRAME: &[&str] = &["apiVersion", "kind", "metadata", "template"];
const CONFIG_MAP_FRAME: &[&str] = &["apiVersion", "kind", "metadata", "data", "binaryData", "immutable"];

/// What does not fit in the frame of a workload: its top-level fields and its metadata.
pub(super) fn frame(object: &Object, kind: &WorkloadKind) -> Vec<Problem> {
    match kind.schema {
        // A custom resource has what fields its definition gives it.
        Schema::Template => metadata(object),
        Schema::PodTemplate => framed(object, POD_TEMPLATE_FRAME),
        _ => framed(object, FRAME),
    }
}

/// What does not fit in a Service.
pub(crate) fn service(object: &Object) -> Vec<Problem> {
    let mut problems = framed(object, FRAME);
    problems.extend(decode::<core::ServiceSpec>(object, "spec"));
    problems
}

/// What does not fit in a ConfigMap.
pub(crate) fn config_map(object: &Object) -> Vec<Problem> {
    let mut problems = framed(object, CONFIG_MAP_FRAME);
    problems.extend(decode::<BTreeMap<String, String>>(object, "data"));
    problems
}

/// What does not fit in a PodDisruptionBudget.
pub(crate) fn budget(object: &Object) -> Vec<Problem> {
    let mut problems = framed(object, FRAME);
    problems.extend(decode::<policy::PodDisruptionBudgetSpec>(object, "spec"));
    problems
}

/// What does not fit in a HorizontalPodAutoscaler.
pub(crate) fn autoscaler(object: &Object) -> Vec<Problem> {
    let mut problems = framed(object, FRAME);
    problems.extend(decode::<autoscaling::v2::HorizontalPodAutoscalerSpec>(object, "spec"));
    problems
}

/// What does not fit in a HorizontalPodAutoscaler of `autoscaling/v1`.
pub(crate) fn autoscaler_v1(object: &Object) -> Vec<Problem> {
    let mut problems = framed(object, FRAME);
    problems.extend(decode::<autoscaling::v1::HorizontalPodAutoscalerSpec>(object, "spec"));
    problems
}

fn framed(object: &Object, known: &'static [&'static str]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = object
        .root()
        .entries()
        .filter_map(|(key, _)| Some((key.span(), key.text()?)))
        .filter(|(_, name)| !known.contains(name))
        .map(|(span, name)| Problem {
            path: FieldPath::root().key(name.to_owned()),
            span,
            kind: ProblemKind::UnknownField { name: name.to_owned(), known },
        })
        .collect();
    problems.extend(metadata(object));
    problems
}

fn metadata(object: &Object) -> Vec<Problem> {
    decode::<ObjectMeta>(object, "metadata")
}

fn decode<T: DeserializeOwned + Default>(object: &Object, field: &'static str) -> Vec<Problem> {
    let path = FieldPath::of(field);
    object.at(&path).map(|node| yaml::decode::<T>(node, path).problems).unwrap_or_default()
}
