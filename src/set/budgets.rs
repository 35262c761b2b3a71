//! PodDisruptionBudgets and the workloads they govern.

use std::sync::Arc;

use k8s_openapi::api::policy::v1 as policy;

use super::selector::{Selector, Selects};
use super::variants::Named;
use super::{Namespace, Placed, Set};
use crate::finding::SourceId;
use crate::manifest::kinds::Schema;
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

impl Budget {
    /// It selects Pods at all.
    pub(crate) fn selects_any(&self) -> bool {
        self.selector.is_some()
    }
}

impl Selects for Budget {
    fn selector(&self) -> Option<&Selector> {
        self.selector.as_ref()
    }

    fn object(&self) -> &Object {
        &self.object
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

impl Namespace {
    /// The budgets of a name: more than one are variants.
    fn budgets_named(&self, name: &str) -> Named<'_, Budget> {
        Named::new(&self.budgets, self.budget_names.get(name))
    }
}

impl Set {
    /// The budget that an object of a file is.
    pub(crate) fn budget(&self, source: SourceId, object: &Object) -> Option<&Placed<Budget>> {
        self.namespaces.get(object.namespace())?.budgets_named(object.name()?).find(source, object)
    }

    /// There are budgets in the namespace.
    pub(crate) fn has_budgets(&self, namespace: &str) -> bool {
        self.namespaces.get(namespace).is_some_and(|namespace| namespace.budgets.all().next().is_some())
    }

    /// The budgets whose selectors match the Pods of a workload; of several of one name the nearest.
    pub(crate) fn budgets(&self, workload: &Workload) -> Vec<&Placed<Budget>> {
        let Some(namespace) = self.namespace_of(workload) else { return Vec::new() };
        let mut budgets = namespace.budgets.selecting([&workload.labels]);
        budgets.retain(|budget| self.is_with(namespace, budget, workload));
        budgets
    }

    /// The workloads whose Pods a budget selects; of several of one name the nearest.
    pub(crate) fn governed<'s>(&'s self, budget: &'s Placed<Budget>) -> Vec<&'s Placed<Arc<Workload>>> {
        let found = || {
            let namespace = self.namespaces.get(budget.item.object.namespace())?;
            let selected = namespace.workloads.selected(budget.item.selector()?);
            let own = selected.filter(|one| {
                one.item.kind.schema != Schema::PodTemplate && self.is_with(namespace, budget, &one.item)
            });
            Some(own.collect())
        };
        found().unwrap_or_default()
    }

    /// A budget that selects the workload is of the same variant.
    fn is_with(&self, namespace: &Namespace, budget: &Placed<Budget>, workload: &Workload) -> bool {
        let named = namespace.budgets_named(&budget.item.object.id.name);
        self.are_together(namespace, budget, &named, workload)
    }
}
