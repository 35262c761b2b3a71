//! Writes files whole: whoever reads one sees the old one or the new one, never half of it.

use std::fs::{Metadata, OpenOptions, Permissions};
use std::io;
use std::path::Path;

use crate::project::cleanup;
use crate::text::system;

/// What to do about a file that could not be written.
pub(super) fn next_step(path: &Path) -> &'static str {
    let folder = folder(path);
    if path.is_dir() {
        "it is a directory, name a file in it"
    } else if !folder.is_dir() {
        "create its directory first"
    } else {
        "check the permissions of its directory"
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Replaces a file of the user's own with what `write` writes: its owner and group stay, or it stays as it is, and
/// the error says why.
pub(super) fn replace_own(
    path: &Path,
    write: impl FnOnce(&std::fs::File) -> io::Result<()>,
) -> Result<(), String> {
    let mut is_kept = true;
    let own = |file: &std::fs::File, old: &Metadata| keep_owner(file, old).inspect_err(|_| is_kept = false);
    replace_as(path, write, own).map_err(|error| match is_kept {
        true => format!("{}; {}", system::words(&error), next_step(path)),
        false => "its owner or group would change; run as a user who may keep them".to_owned(),
    })
}

/// Replaces a file, or makes it, with what `write` writes. A symbolic link stays one: what it leads to
/// is replaced. A pipe or a device, such as /dev/stderr, is written to.
pub(super) fn replace(path: &Path, write: impl FnOnce(&std::fs::File) -> io::Result<()>) -> io::Result<()> {
    replace_as(path, write, |_, _| Ok(()))
}

fn replace_as(
    path: &Path,
    write: impl FnOnce(&std::fs::File) -> io::Result<()>,
    own: impl FnOnce(&std::fs::File, &Metadata) -> io::Result<()>,
) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let there = std::fs::metadata(&path).ok();
    match &there {
        Some(there) if there.is_dir() => return Err(io::Error::from(io::ErrorKind::IsADirectory)),
        Some(there) if !there.is_file() => return write(&OpenOptions::new().write(true).open(&path)?),
        _ => {}
    }
    let old = there.as_ref().map(Metadata::permissions);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".kubectl-lifecycle-");
    permissions(old).into_iter().for_each(|permissions| {
        builder.permissions(permissions);
    });
    let file = builder.tempfile_in(folder(&path))?;
    let _guard = cleanup::guard(file.path());
    if let Some(there) = &there {
        own(file.as_file(), there)?;
        // The umask has taken some away when it was made.
        file.as_file().set_permissions(there.permissions())?;
    }
    write(file.as_file())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Gives a file to those who own another. Only who may do so gets further: a file that changed hands would be news.
#[cfg(unix)]
fn keep_owner(file: &std::fs::File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let new = file.metadata()?;
    let changed = |new: u32, old: u32| (new != old).then_some(old);
    match (changed(new.uid(), old.uid()), changed(new.gid(), old.gid())) {
        (None, None) => Ok(()),
        (owner, group) => fchown(file, owner, group),
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &std::fs::File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// The file's own permissions, or those of any new file, less the user's umask: a temporary file
/// would be for the user alone.
#[cfg(unix)]
fn permissions(old: Option<Permissions>) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    old.or_else(|| Some(Permissions::from_mode(0o666)))
}

#[cfg(not(unix))]
fn permissions(_: Option<Permissions>) -> Option<Permissions> {
    None
}
