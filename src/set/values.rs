//! The ConfigMaps and Secrets that a workload takes in, as files or as variables.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1 as core;

use crate::manifest::Workload;

/// A kind that holds values under keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Store {
    /// ConfigMap.
    ConfigMap,
    /// Secret.
    Secret,
}

/// What takes values in; ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taker {
    /// A volume of the Pod.
    Volume,
    /// The variables of the container of this index in the workload.
    Container(usize),
}

/// An object by its kind and name, and what takes its values in.
pub(super) type Reference<'w> = (Store, &'w str, Taker);

/// What a workload takes in: each reference once, with the keys it asks for.
#[derive(Debug, Default)]
pub(super) struct References<'w>(BTreeMap<Reference<'w>, BTreeSet<&'w str>>);

impl<'w> References<'w> {
    /// Reads the volumes and the variables of a workload.
    pub(super) fn of(workload: &'w Workload) -> Self {
        let mut found = Self::default();
        for volume in workload.pod_spec().volumes.iter().flatten() {
            found.volume(volume);
        }
        for (index, container) in workload.containers.iter().enumerate() {
            let taker = Taker::Container(index);
            for import in container.spec.env_from.iter().flatten() {
                if let Some(map) = &import.config_map_ref {
                    found.add((Store::ConfigMap, &map.name, taker), [], map.optional);
                }
                if let Some(secret) = &import.secret_ref {
                    found.add((Store::Secret, &secret.name, taker), [], secret.optional);
                }
            }
            for source in container.env().iter().filter_map(|variable| variable.value_from.as_ref()) {
                if let Some(map) = &source.config_map_key_ref {
                    found.add((Store::ConfigMap, &map.name, taker), [map.key.as_str()], map.optional);
                }
                if let Some(secret) = &source.secret_key_ref {
                    found.add((Store::Secret, &secret.name, taker), [secret.key.as_str()], secret.optional);
                }
            }
        }
        found
    }

    /// In order of kind, name and taker.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Reference<'w>, &BTreeSet<&'w str>)> {
        self.0.iter().map(|(reference, keys)| (*reference, keys))
    }

    fn volume(&mut self, volume: &'w core::Volume) {
        let mut add = |store, name, items: &'w Option<Vec<core::KeyToPath>>, optional| {
            let keys = items.iter().flatten().map(|item| item.key.as_str());
            self.add((store, name, Taker::Volume), keys, optional);
        };
        if let Some(map) = &volume.config_map {
            add(Store::ConfigMap, &map.name, &map.items, map.optional);
        }
        if let Some(secret) = &volume.secret {
            add(
                Store::Secret,
                secret.secret_name.as_deref().unwrap_or_default(),
                &secret.items,
                secret.optional,
            );
        }
        for source in volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten()) {
            if let Some(map) = &source.config_map {
                add(Store::ConfigMap, &map.name, &map.items, map.optional);
            }
            if let Some(secret) = &source.secret {
                add(Store::Secret, &secret.name, &secret.items, secret.optional);
            }
        }
    }

    /// A reference that is optional asks for no key.
    fn add(
        &mut self,
        reference: Reference<'w>,
        keys: impl IntoIterator<Item = &'w str>,
        optional: Option<bool>,
    ) {
        let asked = self.0.entry(reference).or_default();
        if optional != Some(true) {
            asked.extend(keys);
        }
    }
}
