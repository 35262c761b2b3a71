//! Where a fix would go: what is written, and what never is.

use std::path::Path;

use crate::lint::project::ReadFile;
use crate::project::input::{Content, Input, Role};

/// Where a fix would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A file that was named, or a stream.
    File,
    /// What a program made of other files, or what came through a pipe.
    Rendered,
    /// A symbolic link, or what lies behind one, which may be anywhere.
    Link,
    /// A file that is only known about.
    Elsewhere,
}

pub(super) fn place(one: &ReadFile, inputs: &[Input]) -> Place {
    match &one.file.content {
        _ if one.file.is_rendered() || is_pipe(one) => Place::Rendered,
        _ if one.file.role != Role::Target || one.loaded.is_origin => Place::Elsewhere,
        Content::Path(path) if is_behind_link(path, inputs) => Place::Link,
        Content::Text(_) if is_behind_link(Path::new(&one.file.name), inputs) => Place::Link,
        _ => Place::File,
    }
}

/// The file, or a directory between it and the one that was named, is a symbolic link. What was named itself may lie
/// behind links: whoever named it knows.
fn is_behind_link(path: &Path, inputs: &[Input]) -> bool {
    let named = inputs.iter().filter_map(|input| match input {
        Input::Path { path: named, .. } if path != named => path.starts_with(named).then_some(named),
        _ => None,
    });
    let Some(named) = named.max_by_key(|named| named.components().count()) else { return path.is_symlink() };
    path.ancestors().take_while(|one| one != named).any(Path::is_symlink)
}

/// A named pipe or a device: what is read from it is gone, and nothing can be put there.
pub(super) fn is_pipe(one: &ReadFile) -> bool {
    let path = match &one.file.content {
        Content::Path(path) => path,
        Content::Text(_) => Path::new(&one.file.name),
        Content::Stdin | Content::Rendered { .. } => return false,
    };
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}
