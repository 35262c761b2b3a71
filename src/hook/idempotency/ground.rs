//! Where a path lies, and whether that place outlives the container.

use super::{Context, Ground};
use crate::shell::{Value, tidy};

/// `path` is `folder` or lies in it.
pub(super) fn within(path: &str, folder: &str) -> bool {
    folder == "/" || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// `path` and every folder above it.
pub(super) fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.char_indices().filter(|(_, c)| *c == '/').map(|(at, _)| at);
    std::iter::once(path).chain(ends.filter_map(move |at| path.get(..at)).filter(|p| !p.is_empty()))
}

/// Files and folders of the Pod's sandbox that are mounted into every container: a restart keeps them.
const SANDBOX: &[&str] = &["/etc/hostname", "/etc/resolv.conf", "/dev/shm"];

/// Files that the kubelet writes anew at every start of a container (`makeMounts`, `ensureHostsFile` and
/// `terminationMessagePath` in pkg/kubelet).
const REWRITTEN: &[&str] = &["/etc/hosts", "/dev/termination-log"];

/// Places where writing piles nothing up.
const DEVICES: &[&str] = &["/dev", "/proc", "/sys"];

/// Writing to `path` piles nothing up: a device, a descriptor, a kernel setting.
pub(super) fn is_device(path: &str) -> bool {
    DEVICES.iter().any(|folder| within(path, folder))
        && !SANDBOX.iter().chain(REWRITTEN).any(|kept| within(path, kept))
}

/// Where a path lies, and so what a container restart leaves of it (J1).
pub(super) fn ground(path: &str, context: &Context<'_>) -> Ground {
    let (known, whole) = Value::start(path);
    let surviving = || context.mounts.iter().enumerate().filter(|(_, mount)| mount.survives);
    if !known.starts_with('/') {
        return if surviving().next().is_none() { Ground::OwnLayer } else { Ground::Unknown };
    }
    let is_one_of = |files: &[&str]| files.iter().any(|file| within(known, file));
    if is_one_of(SANDBOX) {
        return Ground::Sandbox;
    }
    if is_one_of(REWRITTEN) {
        return Ground::Rewritten;
    }
    let holds = |mount: &str| {
        let mount = mount.trim_end_matches('/');
        if whole { within(known, mount) || mount.is_empty() } else { known.starts_with(&format!("{mount}/")) }
    };
    let deepest = context
        .mounts
        .iter()
        .enumerate()
        .filter(|(_, mount)| holds(&mount.path))
        .max_by_key(|(_, mount)| mount.path.trim_end_matches('/').len());
    match deepest {
        Some((at, mount)) if mount.survives => Ground::Volume(at),
        Some(_) => Ground::OwnLayer,
        None if !whole && surviving().any(|(_, mount)| mount.path.starts_with(known)) => Ground::Unknown,
        None => Ground::OwnLayer,
    }
}

/// The path is a mount point or a folder above one: it exists before any hook runs.
pub(super) fn exists_already(path: &str, context: &Context<'_>) -> bool {
    path == "/" || context.mounts.iter().any(|mount| within(&tidy(&mount.path), path))
}
