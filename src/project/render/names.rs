//! What files are called: as the user would name them, seen from the path that was given.

use std::path::{Component, Path, PathBuf};

use super::kustomization::lexical;

/// A directory as given, and where it really is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names {
    given: PathBuf,
    canonical: PathBuf,
}

impl Names {
    pub(super) fn new(given: &Path, canonical: PathBuf) -> Self {
        Self { given: given.to_owned(), canonical }
    }

    /// The name of a file, given its real path: `k8s/base/web.yaml` for what `k8s/overlays/prod`
    /// builds on.
    pub(super) fn name(&self, path: &Path) -> String {
        let named = relative(&self.canonical, path).map(|relative| lexical(&self.given.join(relative)));
        // A link on the way can make the name lead elsewhere.
        let is_there = |named: &PathBuf| {
            std::fs::canonicalize(named).ok() == std::fs::canonicalize(path).ok() && path.exists()
        };
        display(&named.filter(is_there).unwrap_or_else(|| path.to_owned()))
    }
}

/// The path from one directory to another; both absolute. `None` where there is none.
pub(super) fn relative(from: &Path, to: &Path) -> Option<PathBuf> {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
    if shared == 0 {
        return None;
    }
    let up = from.iter().skip(shared).map(|_| Component::ParentDir);
    let path: PathBuf = up.chain(to.iter().skip(shared).copied()).collect();
    Some(if path.as_os_str().is_empty() { ".".into() } else { path })
}

/// A path as an argument: one that begins with a hyphen must not be taken for a flag.
pub(super) fn argument(path: &Path) -> PathBuf {
    let looks_like_flag = path.as_os_str().as_encoded_bytes().first() == Some(&b'-');
    if looks_like_flag { Path::new(".").join(path) } else { path.to_owned() }
}

/// With forward slashes and without a leading `./`.
pub(super) fn display(path: &Path) -> String {
    crate::project::input::display(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_between_two_directories_goes_up_and_down() {
        let relative = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(relative("/tmp/x", "/srv/app/k8s"), Some("../../srv/app/k8s".into()));
        assert_eq!(relative("/a/b", "/a/b"), Some(".".into()));
        assert_eq!(relative("/a/b", "/a/b/c"), Some("c".into()));
    }

    #[test]
    fn a_directory_that_looks_like_a_flag_is_none() {
        assert_eq!(argument(Path::new("-rf")), Path::new("./-rf"));
        assert_eq!(argument(Path::new("a/-b")), Path::new("a/-b"));
    }
}
