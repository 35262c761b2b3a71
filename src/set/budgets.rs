//! PodDisruptionBudgets and the workloads they govern.

use k8s_openapi::api::policy::v1 as policy;

use super::selector::{Selector, Selects};
use super::{Placed, Set};
use crate::manifest::{Object, Workload};
use crate::yaml;
use crate::yaml::path::FieldPath;

/// What a PodDisruptionBudget allows, and over which Pods.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// The object.
    pub object: Object,
    /// All that it says: `minAvailable`, `maxUnavailable`, `unhealthyPodEvictionPolicy`.
    pub spec: policy::PodDisruptionBudgetSpec,
    selector: Option<Selector>,
}

impl Selects for Budget {
    fn selector(&self) -> Option<&Selector> {
        self.selector.as_ref()
    }
}

/// An empty selector selects every Pod of the namespace, a missing one none (fact H29).
pub(super) fn read(object: &Object) -> Budget {
    let path = FieldPath::of("spec");
    let spec = object.at(&path).map(|node| yaml::decode(node, path).value).unwrap_or_default();
    let selector = object.at(&FieldPath::of("spec.selector")).and_then(Selector::read);
    Budget { object: object.clone(), selector, spec }
}

/// In `policy/v1beta1` an empty selector selects no Pod:
/// <https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125>.
pub(super) fn read_beta(object: &Object) -> Budget {
    let budget = read(object);
    Budget { selector: budget.selector.filter(|selector| !selector.is_empty()), ..budget }
}

impl Set {
    /// The budgets whose selectors match the Pods of a workload.
    pub(crate) fn budgets(&self, workload: &Workload) -> Vec<&Placed<Budget>> {
        self.namespace_of(workload)
            .map(|namespace| namespace.budgets.selecting([&workload.labels]))
            .unwrap_or_default()
    }

    /// How many workloads of the namespace a budget governs; `None` where it selects none.
    pub(crate) fn governed(&self, workload: &Workload, budget: &Budget) -> Option<usize> {
        let selector = budget.selector()?;
        Some(self.namespace_of(workload)?.workloads.selected(selector).count())
    }
}
