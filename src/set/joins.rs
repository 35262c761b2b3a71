//! Every join of a workload with other objects of the set, in the words of the table of kinds.

use std::collections::BTreeSet;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::autoscalers::Autoscaler;
use super::budgets::Budget;
use super::claims::Claim;
use super::services::Reach;
use super::values::{References, Store, Taker};
use super::{Set, kinds};
use crate::finding::SourceId;
use crate::manifest::id::ObjectRef;
use crate::manifest::spec::WorkloadSpec;
use crate::manifest::{Container, Workload};
use crate::yaml::path::FieldPath;

/// One object that is joined with a workload.
#[derive(Debug)]
pub(crate) struct Join<'s> {
    /// The file of the object.
    pub source: SourceId,
    /// The object.
    pub object: &'s ObjectRef,
    /// The words between the two: `governs`, `reaches container `app` of`.
    pub verb: String,
    /// What is further to be said; may be empty.
    pub detail: String,
}

impl<'s> Join<'s> {
    fn with_workload(source: SourceId, object: &'s ObjectRef, detail: String) -> Self {
        let verb = kinds::verbs(object).workload;
        Self { source, object, verb: verb.to_owned(), detail }
    }

    fn with_container(
        source: SourceId,
        object: &'s ObjectRef,
        container: &Container,
        detail: String,
    ) -> Self {
        let verb = kinds::verbs(object).container;
        let container = called(container);
        Self { source, object, verb: format!("{verb} container `{container}` of"), detail }
    }
}

impl Set {
    /// Every object that a workload is joined with; `reaches` are the Services that lead to it.
    pub(crate) fn joins_with<'s>(&'s self, workload: &Workload, reaches: &[Reach<'s>]) -> Vec<Join<'s>> {
        let mut joins: Vec<Join<'s>> = reaches.iter().filter_map(|reach| reached(workload, reach)).collect();
        if let WorkloadSpec::StatefulSet(spec) = &workload.spec {
            let name = spec.service_name.as_deref().unwrap_or_default();
            let service = self.service(workload.object.namespace(), name);
            joins.extend(
                service.map(|service| {
                    Join::with_workload(service.source, &service.item.object.id, String::new())
                }),
            );
        }
        joins.extend(self.budgets(workload).into_iter().map(|budget| {
            let detail = allowed(&budget.item);
            Join::with_workload(budget.source, &budget.item.object.id, detail)
        }));
        joins.extend(self.autoscalers(workload).iter().map(|autoscaler| {
            let detail = range(&autoscaler.item);
            Join::with_workload(autoscaler.source, &autoscaler.item.object.id, detail)
        }));
        joins.extend(self.claims(workload).into_iter().map(|claim| {
            let detail = storage(&claim.item);
            Join::with_workload(claim.source, &claim.item.object.id, detail)
        }));
        joins.extend(self.values_of(workload));
        joins
    }

    /// The ConfigMaps and Secrets of the set that a workload takes in.
    fn values_of<'s>(&'s self, workload: &Workload) -> Vec<Join<'s>> {
        let references = References::of(workload);
        let joins = references.iter().filter_map(|((store, name, taker), keys)| {
            let (source, id, lacking) = match store {
                Store::ConfigMap => {
                    let map = self.config_map(workload, name)?;
                    let has = |key: &str| {
                        let mut fields = ["data", "binaryData"].into_iter().map(FieldPath::of);
                        fields.any(|field| map.item.root().at(&field.key(key.to_owned())).is_some())
                    };
                    (map.source, &map.item.id, lacking(keys, has))
                }
                Store::Secret => {
                    let secret = self.secret(workload, name)?;
                    let lacking = lacking(keys, |key| secret.item.keys.contains(key));
                    (secret.source, &secret.item.id, lacking)
                }
            };
            Some(match taker {
                Taker::Volume => Join::with_workload(source, id, lacking),
                Taker::Container(index) => {
                    Join::with_container(source, id, workload.containers.get(index)?, lacking)
                }
            })
        });
        joins.collect()
    }
}

fn reached<'s>(workload: &Workload, reach: &Reach<'s>) -> Option<Join<'s>> {
    let container = workload.containers.iter().find(|container| container.path == reach.container)?;
    let ready = reach.service.item.publishes_not_ready.then_some("ready or not");
    let ports = reach.through.is_empty().then_some("it lists no port");
    let detail = ready.into_iter().chain(ports).collect::<Vec<_>>().join(", ");
    let id = &reach.service.item.object.id;
    Some(Join::with_container(reach.service.source, id, container, detail))
}

/// By its name, or by its path where it has none.
pub(crate) fn called(container: &Container) -> String {
    match container.name() {
        "" => container.path.to_string(),
        name => name.to_owned(),
    }
}

/// How it may be mounted, each way once, and of which class it is: an empty one is none.
fn storage(claim: &Claim) -> String {
    let mut words: Vec<String> = Vec::new();
    for mode in claim.spec.access_modes.iter().flatten() {
        if !words.contains(mode) {
            words.push(mode.clone());
        }
    }
    words.extend(claim.spec.storage_class_name.as_deref().map(|class| match class {
        "" => "no class".to_owned(),
        class => format!("class `{class}`"),
    }));
    words.join(", ")
}

/// What it holds back of the Pods.
fn allowed(budget: &Budget) -> String {
    let of = |field: &str, value: &Option<IntOrString>| {
        value.as_ref().map(|value| match value {
            IntOrString::Int(pods) => format!("{field} {pods}"),
            IntOrString::String(share) => format!("{field} {share}"),
        })
    };
    let spec = &budget.spec;
    let min = of("minAvailable", &spec.min_available);
    min.into_iter().chain(of("maxUnavailable", &spec.max_unavailable)).collect::<Vec<_>>().join(", ")
}

/// Between which numbers of Pods it scales, as far as that is known.
fn range(autoscaler: &Autoscaler) -> String {
    let Autoscaler { min, max, .. } = autoscaler;
    match (min, max) {
        (Some(1), Some(1)) => "to 1 replica".to_owned(),
        (Some(min), Some(max)) if min == max => format!("to {min} replicas"),
        (Some(min), Some(max)) if min > max => format!("its minimum of {min} is above its maximum of {max}"),
        (Some(min), Some(max)) => format!("between {min} and {max} replicas"),
        _ => String::new(),
    }
}

/// The keys that are asked for and are not there.
fn lacking(keys: &BTreeSet<&str>, has: impl Fn(&str) -> bool) -> String {
    let names: Vec<String> = keys.iter().filter(|key| !has(key)).map(|key| format!("`{key}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => format!("it has no key {one}"),
        [rest @ .., last] => format!("it has no keys {} and {last}", rest.join(", ")),
    }
}
