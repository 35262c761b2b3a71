//! What is mounted where in a container, and what of it stays.

use k8s_openapi::api::core::v1 as core;

use crate::manifest::{Container, Workload};
use crate::yaml::Kind;
use crate::yaml::path::FieldPath;

/// A volume, mounted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mount<'s> {
    /// Its place in `volumeMounts`.
    pub(super) index: usize,
    /// Where, without a slash at its end.
    pub(super) path: &'s str,
    /// The name of the volume.
    pub(super) name: &'s str,
    /// The place of that in `volumes`; none where a claim template made it.
    pub(super) volume: Option<usize>,
    /// It says which kind of volume it is, or a claim template does.
    pub(super) has_source: bool,
    stays: Stays,
}

/// What becomes of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stays {
    /// It outlives the Pod, or may.
    Kept,
    /// It is an emptyDir.
    EmptyDir,
    /// It is a claim that is deleted with the Pod (generic ephemeral volumes).
    Ephemeral,
    /// It holds settings and secrets, which nobody writes to.
    Settings,
}

impl Mount<'_> {
    /// Its volume outlives the Pod, or may.
    pub(super) fn is_kept(&self) -> bool {
        self.stays == Stays::Kept
    }
}

/// On what a directory lies.
pub(super) enum Lies<'s> {
    /// On something that stays, or may.
    Kept,
    /// On no volume.
    OnLayer,
    /// On an emptyDir.
    OnEmptyDir(Mount<'s>),
    /// On a claim that goes with the Pod.
    OnEphemeral(Mount<'s>),
}

/// All mounts of a container.
pub(super) struct Mounts<'s> {
    all: Vec<Mount<'s>>,
    has_devices: bool,
}

impl<'s> Mounts<'s> {
    pub(super) fn of(workload: &'s Workload, container: &'s Container) -> Self {
        let volumes = workload.pod_spec().volumes.as_deref().unwrap_or_default();
        let claimed = claim_templates(workload);
        let mount = |(index, mount): (usize, &'s core::VolumeMount)| {
            let volume = volumes.iter().position(|volume| volume.name == mount.name);
            // A claim template takes the place of a volume of its name.
            let volume = volume.filter(|_| !claimed.contains(&mount.name));
            let has_source = volume.is_none_or(|at| has_source(workload, at));
            let stays = match volume.and_then(|at| volumes.get(at)) {
                Some(_) if !has_source => Stays::EmptyDir,
                Some(volume) => stays(volume),
                None => Stays::Kept,
            };
            let path = mount.mount_path.trim_end_matches('/');
            Mount { index, path, name: &mount.name, volume, has_source, stays }
        };
        let all = container.volume_mounts().iter().enumerate().map(mount).collect();
        let has_devices = container.spec.volume_devices.as_ref().is_some_and(|devices| !devices.is_empty());
        Self { all, has_devices }
    }

    /// On what a directory lies.
    pub(super) fn at(&self, directory: &str) -> Lies<'s> {
        match self.covering(directory) {
            None => Lies::OnLayer,
            Some(mount) => match mount.stays {
                Stays::Kept | Stays::Settings => Lies::Kept,
                Stays::EmptyDir => Lies::OnEmptyDir(mount),
                Stays::Ephemeral => Lies::OnEphemeral(mount),
            },
        }
    }

    /// The deepest mount that a directory lies on.
    pub(super) fn covering(&self, directory: &str) -> Option<Mount<'s>> {
        let covering = self.all.iter().filter(|mount| is_below(directory, mount.path));
        covering.max_by_key(|mount| mount.path.len()).copied()
    }

    /// The mount at a path.
    pub(super) fn exactly(&self, path: &str) -> Option<Mount<'s>> {
        self.all.iter().find(|mount| mount.path == path).copied()
    }

    /// Something that stays lies within a directory.
    pub(super) fn has_below(&self, directory: &str) -> bool {
        self.all
            .iter()
            .any(|mount| mount.is_kept() && mount.path != directory && is_below(mount.path, directory))
    }

    /// The first that stays, or may.
    pub(super) fn kept(&self) -> Option<Mount<'s>> {
        self.all.iter().find(|mount| mount.is_kept()).copied()
    }

    /// Something stays, or may.
    pub(super) fn any_kept(&self) -> bool {
        self.has_devices || self.kept().is_some()
    }

    /// Settings are mounted, which may say where data goes; scripts for the first start say nothing of it.
    pub(super) fn has_settings(&self) -> bool {
        self.has_devices
            || self.all.iter().any(|mount| mount.stays == Stays::Settings && !mount.path.contains("initdb"))
    }
}

/// A path is a directory, or lies below it.
pub(super) fn is_below(path: &str, directory: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A source is named, be it one that nobody knows. Without any the API server makes it an emptyDir (fact J3).
fn has_source(workload: &Workload, index: usize) -> bool {
    let volume = workload.object.at(&workload.pod_spec_path.key("volumes").index(index));
    volume.is_none_or(|volume| {
        volume.entries().any(|(key, value)| key.text() != Some("name") && value.kind() != Kind::Null)
    })
}

fn stays(volume: &core::Volume) -> Stays {
    let is_settings = volume.config_map.is_some()
        || volume.secret.is_some()
        || volume.projected.is_some()
        || volume.downward_api.is_some()
        || volume.image.is_some()
        || volume.git_repo.is_some();
    match volume {
        _ if volume.empty_dir.is_some() => Stays::EmptyDir,
        _ if volume.ephemeral.is_some() => Stays::Ephemeral,
        _ if is_settings => Stays::Settings,
        _ => Stays::Kept,
    }
}

/// The names of claim templates, of StatefulSets of any group.
fn claim_templates(workload: &Workload) -> Vec<String> {
    let templates = workload.object.at(&FieldPath::of("spec.volumeClaimTemplates"));
    let names = templates.into_iter().flat_map(|list| list.items());
    names.filter_map(|item| item.get("metadata")?.text_of("name").map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn a_path_lies_below_whole_parts_alone() {
        for (path, directory, expected) in [
            ("/data", "/data", true),
            ("/data/db", "/data", true),
            ("/data/db", "/data/", true),
            ("/database", "/data", false),
            ("/data", "/data/db", false),
            ("/data", "", true),
        ] {
            assert_eq!(is_below(path, directory), expected, "{path} {directory}");
        }
    }
}
