//! Autoscalers and the workloads they scale.

use std::collections::BTreeMap;

use super::{Namespace, Placed, Set};
use crate::finding::SourceId;
use crate::manifest::kinds::{self, WORKLOAD_KINDS};
use crate::manifest::{Object, Workload};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// What scales a workload, and between which numbers of Pods.
#[derive(Debug, Clone)]
pub(crate) struct Autoscaler {
    /// The object.
    pub object: Object,
    /// What it scales.
    pub target: ScaleTarget,
    /// The fewest Pods; `None` where it is not known.
    pub min: Option<i64>,
    /// The most Pods; `None` where it is not known.
    pub max: Option<i64>,
    /// Where it says the fewest, and where the most, from its root.
    fields: (&'static str, &'static str),
}

impl Autoscaler {
    /// KEDA does not scale until the annotation goes:
    /// <https://keda.sh/docs/latest/concepts/scaling-deployments/#pausing-autoscaling>.
    pub(crate) fn is_paused(&self) -> bool {
        let annotation = |key| self.object.annotation(key);
        self.fields == KEDA
            && (annotation("autoscaling.keda.sh/paused-replicas").is_some()
                || annotation("autoscaling.keda.sh/paused").is_some_and(|value| value != "false"))
    }

    /// Path of the fewest Pods.
    pub(crate) fn min_path(&self) -> FieldPath {
        FieldPath::of(self.fields.0)
    }

    /// Path of the most Pods.
    pub(crate) fn max_path(&self) -> FieldPath {
        FieldPath::of(self.fields.1)
    }
}

/// The fields of a HorizontalPodAutoscaler.
const HORIZONTAL: (&str, &str) = ("spec.minReplicas", "spec.maxReplicas");

/// The fields of a ScaledObject.
const KEDA: (&str, &str) = ("spec.minReplicaCount", "spec.maxReplicaCount");

/// A workload as an autoscaler of its namespace names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ScaleTarget {
    /// API group; empty for the core group. Any version of it is meant.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

impl ScaleTarget {
    /// The name by which an autoscaler finds an object; `None` where the object has none.
    fn of(object: &Object) -> Option<Self> {
        let id = &object.id;
        let group = kinds::group(&id.api_version).to_owned();
        Some(Self { group, kind: id.kind.clone(), name: object.name()?.to_owned() })
    }

    /// It is the name of this object.
    pub(super) fn is(&self, object: &Object) -> bool {
        let id = &object.id;
        self.group == kinds::group(&id.api_version)
            && self.kind == id.kind
            && object.name() == Some(self.name.as_str())
    }

    /// It is of a kind that is linted in every run.
    fn is_linted(&self) -> bool {
        WORKLOAD_KINDS.iter().any(|known| known.group == self.group && known.kind == self.kind)
    }

    /// Reads `spec.scaleTargetRef`. The defaults stand for what it leaves out.
    fn read(object: &Object, api_version: &str, kind: &str) -> Option<Self> {
        let node = object.at(&FieldPath::of("spec.scaleTargetRef"))?;
        let text = |key: &str| node.get(key).and_then(Node::as_str).filter(|text| !text.is_empty());
        Some(Self {
            group: kinds::group(text("apiVersion").unwrap_or(api_version)).to_owned(),
            kind: text("kind").unwrap_or(kind).to_owned(),
            name: text("name")?.to_owned(),
        })
    }
}

/// Reads a HorizontalPodAutoscaler of any version. `minReplicas` is 1 where it is not set:
/// <https://kubernetes.io/docs/reference/kubernetes-api/autoscaling/horizontal-pod-autoscaler-v2/>.
pub(super) fn horizontal(object: &Object) -> Option<Autoscaler> {
    Some(Autoscaler {
        target: ScaleTarget::read(object, "", "")?,
        min: number(object, HORIZONTAL.0, Some(1)),
        max: number(object, HORIZONTAL.1, None),
        fields: HORIZONTAL,
        object: object.clone(),
    })
}

/// Reads a ScaledObject. It scales a Deployment, from 0 to 100 Pods, where it does not say otherwise:
/// <https://keda.sh/docs/latest/reference/scaledobject-spec/>.
pub(super) fn keda(object: &Object) -> Option<Autoscaler> {
    Some(Autoscaler {
        target: ScaleTarget::read(object, "apps/v1", "Deployment")?,
        min: number(object, KEDA.0, Some(0)),
        max: number(object, KEDA.1, Some(100)),
        fields: KEDA,
        object: object.clone(),
    })
}

/// A field that is there and is no number (a placeholder) is not known.
fn number(object: &Object, path: &'static str, unset: Option<i64>) -> Option<i64> {
    match object.at(&FieldPath::of(path)) {
        Some(node) => node.as_i64(),
        None => unset,
    }
}

impl Set {
    /// The autoscalers that scale a workload, in file order. Of several workloads of its kind and name, which are
    /// variants, each has those that stand no nearer to another.
    pub(crate) fn autoscalers(&self, workload: &Workload) -> Vec<&Placed<Autoscaler>> {
        let found = || {
            let namespace = self.namespace_of(workload)?;
            let target = ScaleTarget::of(&workload.object)?;
            let all = namespace.autoscalers.get(&target)?;
            // Most runs hold one workload of each name.
            let has_variants = namespace.workloads.named(workload).nth(1).is_some();
            let Some(own) = namespace.workloads.source_of(workload).filter(|_| has_variants) else {
                return Some(all.iter().collect());
            };
            let nearest = self.nearest_to_autoscalers(namespace).get(&target)?;
            let is_nearest =
                |(one, nearest): &(&Placed<Autoscaler>, &usize)| self.nearness(one.source, own) >= **nearest;
            Some(all.iter().zip(nearest).filter(is_nearest).map(|(one, _)| one).collect())
        };
        found().unwrap_or_default()
    }

    /// Of each target's autoscalers, in their order, how near the nearest workload of its kind and name stands.
    fn nearest_to_autoscalers<'s>(&self, namespace: &'s Namespace) -> &'s BTreeMap<ScaleTarget, Vec<usize>> {
        namespace.nearest_to_autoscalers.get_or_init(|| {
            let of_target = |(target, all): (&ScaleTarget, &Vec<Placed<Autoscaler>>)| {
                let nearest = |one: &Placed<Autoscaler>| {
                    let targets = namespace.workloads.of_name(&target.kind, &target.name);
                    targets
                        .map(|workload| self.nearness(one.source, workload.source))
                        .max()
                        .unwrap_or_default()
                };
                (target.clone(), all.iter().map(nearest).collect())
            };
            namespace.autoscalers.iter().map(of_target).collect()
        })
    }

    /// The first autoscaler that certainly scales a workload: of several workloads of its kind and name, none other
    /// stands as near to it, or all stand beside it.
    pub(crate) fn sure_autoscaler(&self, workload: &Workload) -> Option<&Placed<Autoscaler>> {
        let namespace = self.namespace_of(workload)?;
        let mut all = self.autoscalers(workload).into_iter();
        all.find(|one| self.is_surely_nearest(namespace, workload, one.source))
    }

    /// The first autoscaler that stands beside an object which is no workload of its own, and scales it.
    pub(crate) fn autoscaler_beside(&self, source: SourceId, object: &Object) -> Option<&Placed<Autoscaler>> {
        let namespace = self.namespaces.get(object.namespace())?;
        let mut all = namespace.autoscalers.get(&ScaleTarget::of(object)?)?.iter();
        all.find(|one| self.are_beside(one.source, source))
    }

    /// The autoscalers that scale no workload of the set, by namespace and target. Of a kind that is not
    /// linted nobody can say whether the set holds it.
    pub(crate) fn idle_autoscalers(&self) -> impl Iterator<Item = &Placed<Autoscaler>> {
        self.namespaces.values().flat_map(|namespace| {
            let idle = namespace
                .autoscalers
                .iter()
                .filter(|(target, _)| target.is_linted() && !namespace.workloads.has(target));
            idle.flat_map(|(_, autoscalers)| autoscalers)
        })
    }
}
