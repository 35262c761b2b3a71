//! The set: every object of a run, with the joins Kubernetes itself makes between them.
//!
//! [`kinds`] says which kinds are joined and how each is decoded; the other files hold what is decoded of
//! one of them, and the questions that are asked of the set about it.

mod alone;
pub(crate) mod autoscalers;
pub(crate) mod beside;
pub(crate) mod budgets;
pub(crate) mod claims;
mod endpoints;
pub(crate) mod environment;
pub(crate) mod evictions;
pub(crate) mod handover;
pub(crate) mod joins;
pub(crate) mod kinds;
pub(crate) mod labels;
mod lingering;
pub(crate) mod mounted;
pub(crate) mod owners;
pub(crate) mod patches;
pub(crate) mod ports;
pub(crate) mod replicas;
pub(crate) mod routes;
pub(crate) mod secrets;
pub(crate) mod selector;
pub(crate) mod services;
#[cfg(test)]
mod tests;
pub(crate) mod traffic;
mod values;
mod variants;
pub(crate) mod volumes;
pub(crate) mod ways;
mod workloads;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use crate::finding::SourceId;
use crate::kubernetes::image::Reference;
use crate::manifest::{Object, Workload};
use autoscalers::{Autoscaler, ScaleTarget};
use budgets::Budget;
use claims::Claim;
use kinds::Decode;
use labels::Labelled;
use patches::Patches;
use routes::Route;
use secrets::Secret;
use selector::Selecting;
use services::Service;
pub(crate) use traffic::{Serving, can_serve, serving};
use variants::FileName;
use volumes::{Class, Volume};
use workloads::Workloads;

/// An object and the file it was read from.
#[derive(Debug, Clone)]
pub(crate) struct Placed<T> {
    /// The file.
    pub source: SourceId,
    /// The thing.
    pub item: T,
}

/// The objects that are joined, by namespace and then in file order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Set {
    namespaces: BTreeMap<String, Namespace>,
    /// Of all namespaces: a route may lead into another.
    routes: Vec<Placed<Route>>,
    /// By name: they are of no namespace.
    volumes: BTreeMap<String, Volume>,
    /// By name: they are of no namespace.
    classes: BTreeMap<String, Class>,
    /// What the files are called that objects are from.
    files: BTreeMap<SourceId, FileName>,
    /// Numbers of the names that directories have.
    directories: BTreeMap<String, u32>,
    /// The names of images in a file to which a kustomization gives a tag.
    tagged: BTreeMap<SourceId, Vec<String>>,
    /// The files whose objects a kustomization gives recommended labels.
    labelled: BTreeSet<SourceId>,
    /// The files whose workloads a kustomization gives selectors.
    selecting: BTreeSet<SourceId>,
    /// The images that workloads run, by their repositories.
    images: BTreeMap<String, Vec<Placed<String>>>,
    patches: Patches,
}

/// The objects of a namespace. Of two of one kind and name that are found by their name the first is
/// kept: they are variants, and either would do. One without a name of its own is found by none.
#[derive(Debug, Clone, Default)]
struct Namespace {
    services: Selecting<Service>,
    service_names: BTreeMap<String, Vec<usize>>,
    /// The routes that lead to a Service, by its name.
    routed: BTreeMap<String, Vec<usize>>,
    budgets: Selecting<Budget>,
    budget_names: BTreeMap<String, Vec<usize>>,
    autoscalers: BTreeMap<ScaleTarget, Vec<Placed<Autoscaler>>>,
    /// How near the nearest workload of its target's name stands to each of those. Made when it is first asked.
    nearest_to_autoscalers: OnceLock<BTreeMap<ScaleTarget, Vec<usize>>>,
    claims: BTreeMap<String, Placed<Claim>>,
    config_maps: BTreeMap<String, Vec<Placed<Object>>>,
    secrets: BTreeMap<String, Vec<Placed<Secret>>>,
    workloads: Workloads,
    /// Who carries recommended labels, by the directory of the file.
    labelled: BTreeMap<String, Labelled>,
}

impl Set {
    /// The object is of a kind that others are joined with, or changes one that is.
    pub(crate) fn joins(object: &Object) -> bool {
        let is_joined = kinds::find(&object.id.api_version, &object.id.kind).is_some();
        is_joined || patches::is_part(object) || patches::takes_its_template(object)
    }

    /// Takes note of an object: of a workload, and of what is of a kind that others are joined with.
    pub(crate) fn add(&mut self, source: SourceId, object: &Object, workload: Option<&Arc<Workload>>) {
        // A patch is no object of the cluster, and what a controller made runs in that one's place.
        let is_own = |workload: &Workload| !workload.is_fragment && object.controller().is_none();
        if let Some(workload) = workload.filter(|workload| is_own(workload)) {
            self.add_images(source, workload);
            self.count_labels(source, workload);
            let item = Arc::clone(workload);
            self.namespace_mut(object.namespace()).workloads.add(Placed { source, item });
        }
        if workload.is_some_and(|workload| workload.is_fragment) || patches::is_part(object) {
            self.patch(object);
        }
        let Some(row) = kinds::find(&object.id.api_version, &object.id.kind) else { return };
        let name = object.name().map(str::to_owned);
        match row.decode {
            Decode::Service { service, alias } => {
                let namespace = self.namespace_mut(object.namespace());
                let index = namespace.services.add(Placed { source, item: service(object) });
                if let Some(name) = name {
                    namespace.service_names.entry(name).or_default().push(index);
                }
                if let Some(item) = alias(object) {
                    self.add_route(Placed { source, item });
                }
            }
            Decode::Budget(read) => {
                let namespace = self.namespace_mut(object.namespace());
                let index = namespace.budgets.add(Placed { source, item: read(object) });
                if let Some(name) = name {
                    namespace.budget_names.entry(name).or_default().push(index);
                }
            }
            Decode::Autoscaler(read) => {
                if let Some(item) = read(object) {
                    let autoscalers = &mut self.namespace_mut(object.namespace()).autoscalers;
                    autoscalers.entry(item.target.clone()).or_default().push(Placed { source, item });
                }
            }
            Decode::Route(read) => self.add_route(Placed { source, item: read(object) }),
            Decode::Claim(read) => {
                let Some(name) = name else { return };
                let claims = &mut self.namespace_mut(object.namespace()).claims;
                claims.entry(name).or_insert_with(|| Placed { source, item: read(object) });
            }
            Decode::Volume(read) => {
                let Some(name) = name else { return };
                self.volumes.entry(name).or_insert_with(|| read(object));
            }
            Decode::StorageClass(read) => {
                let Some(name) = name else { return };
                self.classes.entry(name).or_insert_with(|| read(object));
            }
            Decode::Secret(read) => {
                let Some(name) = name else { return };
                let secrets = &mut self.namespace_mut(object.namespace()).secrets;
                secrets.entry(name).or_default().push(Placed { source, item: read(object) });
            }
            Decode::ConfigMap => {
                let Some(name) = name else { return };
                let config_maps = &mut self.namespace_mut(object.namespace()).config_maps;
                config_maps.entry(name).or_default().push(Placed { source, item: object.clone() });
            }
        }
    }

    /// A kustomization gives these images of a file their tags.
    pub(crate) fn tags(&mut self, source: SourceId, images: Vec<String>) {
        if !images.is_empty() {
            self.tagged.insert(source, images);
        }
    }

    /// A kustomization gives the images of this repository in a file their tag.
    pub(crate) fn is_tagged(&self, source: SourceId, repository: &str) -> bool {
        self.tagged.get(&source).is_some_and(|images| images.iter().any(|image| image == repository))
    }

    /// The image of a repository, as written, that the nearest of the files runs, if it has the tag or digest that is
    /// asked for; of some that are as near, the first.
    pub(crate) fn image(
        &self,
        source: SourceId,
        repository: &str,
        is_wanted: impl Fn(&Reference<'_>) -> bool,
    ) -> Option<&str> {
        let is_wanted =
            |one: &&Placed<String>| Reference::parse(&one.item).is_some_and(|image| is_wanted(&image));
        let mut wanted = self.images.get(repository)?.iter().filter(is_wanted);
        let first = wanted.next()?;
        let nearer = |best: &'_ Placed<String>, one: &'_ Placed<String>| {
            self.nearness(one.source, source) > self.nearness(best.source, source)
        };
        let nearest = wanted.fold(first, |best, one| if nearer(best, one) { one } else { best });
        Some(&nearest.item)
    }

    fn add_images(&mut self, source: SourceId, workload: &Workload) {
        for image in workload.containers.iter().filter_map(|container| container.spec.image.as_deref()) {
            let Some(reference) = Reference::parse(image) else { continue };
            let images = self.images.entry(reference.repository.to_owned()).or_default();
            if images.last().is_none_or(|last| last.source != source || last.item != image) {
                images.push(Placed { source, item: image.to_owned() });
            }
        }
    }

    fn add_route(&mut self, route: Placed<Route>) {
        let index = self.routes.len();
        for backend in &route.item.backends {
            let routed = &mut self.namespace_mut(&backend.namespace).routed;
            let routes = routed.entry(backend.service.clone()).or_default();
            // A route may lead to two ports of one Service.
            if routes.last() != Some(&index) {
                routes.push(index);
            }
        }
        self.routes.push(route);
    }

    /// It holds nothing that is joined.
    pub(crate) fn is_empty(&self) -> bool {
        self.namespaces.is_empty() && self.routes.is_empty()
    }

    fn namespace_mut(&mut self, name: &str) -> &mut Namespace {
        let namespace = self.namespaces.entry(name.to_owned()).or_default();
        namespace.nearest_to_autoscalers.take();
        namespace
    }

    /// The objects that can be joined with a workload: Kubernetes looks in its namespace only.
    fn namespace_of(&self, workload: &Workload) -> Option<&Namespace> {
        self.namespaces.get(workload.object.namespace())
    }

    /// The ConfigMap of a name that a workload takes: of several, the nearest.
    pub(crate) fn config_map(&self, workload: &Workload, name: &str) -> Option<&Placed<Object>> {
        self.nearest(workload, self.namespace_of(workload)?.config_maps.get(name)?)
    }

    /// The Secret of a name that a workload takes: of several, the nearest.
    pub(crate) fn secret(&self, workload: &Workload, name: &str) -> Option<&Placed<Secret>> {
        self.nearest(workload, self.namespace_of(workload)?.secrets.get(name)?)
    }
}
