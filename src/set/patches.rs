//! Patches among the files that say how many Pods run: which of them is applied is known to a kustomization only.

use std::collections::BTreeMap;

use super::Set;
use crate::manifest::kinds::{WORKLOAD_KINDS, WorkloadKind};
use crate::manifest::{Object, kinds};
use crate::yaml::path::FieldPath;

/// The groups and kinds of autoscalers.
const SCALERS: [(&str, &str); 2] = [("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")];

/// What patches set of the numbers of Pods, by the kind and the name of what they patch. Overlays may give it
/// another namespace.
#[derive(Debug, Clone, Default)]
pub(super) struct Patches(BTreeMap<(String, String), Vec<Option<i64>>>);

/// What an object says of the number of Pods; `None` where it says nothing. Inside of that `None` is what is no number.
fn said(object: &Object) -> Option<Option<i64>> {
    let at = |path| object.at(&FieldPath::of(path));
    match is_scaler(object) {
        true => {
            const BOUNDS: [&str; 4] =
                ["spec.minReplicas", "spec.maxReplicas", "spec.minReplicaCount", "spec.maxReplicaCount"];
            BOUNDS.iter().any(|path| at(path).is_some()).then_some(None)
        }
        false => at("spec.replicas").map(|node| node.as_i64()),
    }
}

/// A workload without a selector, an autoscaler without a target: what another object is to become.
fn is_part(object: &Object) -> bool {
    let lacks = |path| object.at(&FieldPath::of(path)).is_none();
    let needs_selector =
        |known: &&WorkloadKind| known.needs_selector && is_of(object, &known.group, &known.kind);
    match is_scaler(object) {
        true => lacks("spec.scaleTargetRef"),
        false => lacks("spec.selector") && WORKLOAD_KINDS.iter().any(|known| needs_selector(&known)),
    }
}

fn is_scaler(object: &Object) -> bool {
    SCALERS.iter().any(|(group, kind)| is_of(object, group, kind))
}

fn is_of(object: &Object, group: &str, kind: &str) -> bool {
    object.id.kind == kind && kinds::group(&object.id.api_version) == group
}

/// It is a patch that says how many Pods run.
pub(super) fn sets_replicas(object: &Object) -> bool {
    is_part(object) && said(object).is_some()
}

impl Set {
    /// Takes note of a patch.
    pub(crate) fn patch(&mut self, object: &Object) {
        if let (Some(number), Some(name)) = (said(object), object.name()) {
            self.patches.0.entry((object.id.kind.clone(), name.to_owned())).or_default().push(number);
        }
    }

    /// A patch in the set gives the object another number of Pods than this.
    pub(super) fn is_patched(&self, object: &Object, pods: Option<i64>) -> bool {
        if self.patches.0.is_empty() {
            return false;
        }
        let name = (object.id.kind.clone(), object.id.name.clone());
        let set = self.patches.0.get(&name);
        set.is_some_and(|numbers| numbers.iter().any(|number| number.is_none() || *number != pods))
    }
}
