//! Files of a container that come from a ConfigMap of the set: hook scripts, mostly.

use k8s_openapi::api::core::v1 as core;

use super::{Placed, Set};
use crate::manifest::{Container, Object, Workload};
use crate::yaml::path::FieldPath;

/// The mode of a file of a ConfigMap volume where none is given.
const DEFAULT_MODE: i32 = 0o644;

/// What lies at a path in a container, as far as the manifests tell.
#[derive(Debug, Clone)]
pub(crate) enum Mounted<'s> {
    /// A key of a ConfigMap.
    File(MountedFile<'s>),
    /// The volume is a ConfigMap of the set, and the file is not in it.
    Missing {
        /// The ConfigMap's name.
        config_map: String,
    },
    /// Nothing is known about it: part of the image, or of a volume that is not in the set.
    Unknown,
}

/// A key of a ConfigMap that a container sees as a file.
#[derive(Debug, Clone)]
pub(crate) struct MountedFile<'s> {
    /// The ConfigMap.
    pub config_map: &'s Placed<Object>,
    /// Path of the text in it, such as `data["pre-stop.sh"]`.
    pub path: FieldPath,
    /// The text.
    pub text: &'s str,
    /// The mode has an execute bit.
    pub executable: bool,
}

/// Resolves an absolute path in a container through its volume mounts.
pub(crate) fn resolve<'s>(
    set: &'s Set,
    workload: &Workload,
    container: &Container,
    path: &str,
) -> Mounted<'s> {
    let Some((mount, inside)) = deepest_mount(container, path) else { return Mounted::Unknown };
    let Some(volume) = workload.pod_spec().volumes.iter().flatten().find(|volume| volume.name == mount.name)
    else {
        return Mounted::Unknown;
    };
    // With `subPath` the mount point is one file or directory of the volume.
    let file = match mount.sub_path.as_deref().filter(|sub| !sub.is_empty()) {
        Some(sub) if inside.is_empty() => sub.trim_matches('/').to_owned(),
        Some(sub) => format!("{}/{inside}", sub.trim_matches('/')),
        None => inside.to_owned(),
    };
    config_map_sources(volume)
        .into_iter()
        .map(|source| source.look_up(set, workload, &file))
        // A projected volume holds several: the first that knows the file wins.
        .reduce(|best, next| if matches!(best, Mounted::File(_)) { best } else { prefer(next, best) })
        .unwrap_or(Mounted::Unknown)
}

fn prefer<'s>(next: Mounted<'s>, best: Mounted<'s>) -> Mounted<'s> {
    match (&next, &best) {
        (Mounted::File(_), _) => next,
        // What one source lacks another, unknown one may hold.
        (_, Mounted::Unknown) => best,
        _ => next,
    }
}

/// The volume mount that a path lies in, or is.
pub(crate) fn mount_at<'c>(container: &'c Container, path: &str) -> Option<&'c core::VolumeMount> {
    deepest_mount(container, path).map(|(mount, _)| mount)
}

fn deepest_mount<'c, 'p>(
    container: &'c Container,
    path: &'p str,
) -> Option<(&'c core::VolumeMount, &'p str)> {
    container
        .volume_mounts()
        .iter()
        .filter_map(|mount| {
            let inside = path.strip_prefix(mount.mount_path.trim_end_matches('/'))?;
            (inside.is_empty() || inside.starts_with('/')).then(|| (mount, inside.trim_start_matches('/')))
        })
        .max_by_key(|(mount, _)| mount.mount_path.trim_end_matches('/').len())
}

/// A ConfigMap as a volume takes it in.
struct ConfigMapSource<'w> {
    name: &'w str,
    items: Option<&'w [core::KeyToPath]>,
    default_mode: i32,
    alone: bool,
}

fn config_map_sources(volume: &core::Volume) -> Vec<ConfigMapSource<'_>> {
    if let Some(source) = &volume.config_map {
        return vec![ConfigMapSource {
            name: &source.name,
            items: source.items.as_deref(),
            default_mode: source.default_mode.unwrap_or(DEFAULT_MODE),
            alone: true,
        }];
    }
    let Some(projected) = &volume.projected else { return Vec::new() };
    let sources = projected.sources.as_deref().unwrap_or_default();
    sources
        .iter()
        .filter_map(|source| source.config_map.as_ref())
        .map(|source| ConfigMapSource {
            name: &source.name,
            items: source.items.as_deref(),
            default_mode: projected.default_mode.unwrap_or(DEFAULT_MODE),
            alone: sources.len() == 1,
        })
        .collect()
}

impl ConfigMapSource<'_> {
    fn look_up<'s>(&self, set: &'s Set, workload: &Workload, file: &str) -> Mounted<'s> {
        let Some(config_map) = set.config_map(workload, self.name) else { return Mounted::Unknown };
        let missing = || match self.alone {
            true => Mounted::Missing { config_map: self.name.to_owned() },
            false => Mounted::Unknown,
        };
        let (key, mode) = match self.items {
            None => (file, self.default_mode),
            Some(items) => match items.iter().find(|item| item.path.trim_matches('/') == file) {
                Some(item) => (item.key.as_str(), item.mode.unwrap_or(self.default_mode)),
                None => return missing(),
            },
        };
        let path = FieldPath::of("data").key(key.to_owned());
        match config_map.item.root().at(&path).and_then(|node| node.as_str()) {
            Some(text) => {
                Mounted::File(MountedFile { config_map, path, text, executable: mode & 0o111 != 0 })
            }
            // Without a text it is a file all the same, as bytes are.
            None if config_map.item.root().at(&path).is_some() => Mounted::Unknown,
            None if config_map.item.root().at(&FieldPath::of("binaryData").key(key.to_owned())).is_some() => {
                Mounted::Unknown
            }
            None => missing(),
        }
    }
}
