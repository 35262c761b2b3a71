//! File names as other programs want them: relative to the root of the repository, or as URIs.

use std::ffi::OsString;
use std::path::Path;

/// Directories that CI systems call the root of the checked-out repository.
const VARIABLES: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// What relative names are relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The working directory: absolute, with forward slashes.
    here: String,
    /// The working directory, or a directory above it.
    root: String,
}

/// A file seen from a [`Root`]; both without `.` and `..`, with forward slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Below it: the relative path.
    Below(String),
    /// Elsewhere: the absolute path.
    Elsewhere(String),
}

impl Root {
    /// The root for a working directory: the one that a CI system names, if that lies above.
    pub(crate) fn new(here: &Path, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let here = normal(&slashed(here));
        let is_above = |root: &String| below(&here, root).is_some();
        let named = VARIABLES.into_iter().filter_map(variable).map(|root| normal(&slashed(Path::new(&root))));
        let root = named.filter(|root| !root.is_empty()).find(is_above).unwrap_or_else(|| here.clone());
        Self { here, root }
    }

    /// The root for this process.
    pub(crate) fn of_process() -> Self {
        Self::new(&std::env::current_dir().unwrap_or_default(), |name| std::env::var_os(name))
    }

    /// A file that the user named.
    pub(crate) fn see(&self, name: &str) -> Seen {
        let whole = if Path::new(name).is_absolute() {
            normal(name)
        } else {
            normal(&format!("{}/{name}", self.here))
        };
        match below(&whole, &self.root) {
            Some(path) => Seen::Below(path.to_owned()),
            None => Seen::Elsewhere(whole),
        }
    }

    /// The path that CI systems find the file by.
    pub(crate) fn path(&self, name: &str) -> String {
        let (Seen::Below(path) | Seen::Elsewhere(path)) = self.see(name);
        path
    }
}

impl Seen {
    /// The file as a URI reference: relative, or with the scheme `file`.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Below(path) => encoded(path),
            Self::Elsewhere(path) if path.starts_with('/') => format!("file://{}", encoded(path)),
            Self::Elsewhere(path) => format!("file:///{}", encoded(path)),
        }
    }
}

/// The path below a directory.
fn below<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(directory)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}

/// The path without `.`, `..` and empty steps.
fn normal(path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let slash = if path.starts_with('/') { "/" } else { "" };
    format!("{slash}{}", steps.join("/"))
}

/// Percent-encodes all but the characters that mean nothing in a URI, and slashes.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(set: &[(&str, &str)]) -> Root {
        Root::new(Path::new("/srv/app"), |name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn names_below_the_working_directory_are_relative_to_it() {
        let root = root(&[]);
        for (name, path) in [
            ("a.yaml", "a.yaml"),
            ("./k8s//a.yaml", "k8s/a.yaml"),
            ("k8s/../a.yaml", "a.yaml"),
            ("/srv/app/k8s/a.yaml", "k8s/a.yaml"),
            ("../other/a.yaml", "/srv/other/a.yaml"),
            ("/srv/apple/a.yaml", "/srv/apple/a.yaml"),
            ("../../../a.yaml", "/a.yaml"),
        ] {
            assert_eq!(root.path(name), path, "{name}");
        }
    }

    #[test]
    fn the_root_that_a_ci_system_names_counts_if_it_lies_above() {
        assert_eq!(root(&[("GITHUB_WORKSPACE", "/srv")]).path("a.yaml"), "app/a.yaml");
        assert_eq!(root(&[("CI_PROJECT_DIR", "/srv/app/")]).path("a.yaml"), "a.yaml");
        assert_eq!(root(&[("GITHUB_WORKSPACE", "/elsewhere")]).path("a.yaml"), "a.yaml");
        assert_eq!(root(&[("GITHUB_WORKSPACE", "")]).path("a.yaml"), "a.yaml");
    }

    #[test]
    fn uris_are_percent_encoded() {
        let root = root(&[]);
        assert_eq!(root.see("a b/ü%:#?.yaml").uri(), "a%20b/%C3%BC%25%3A%23%3F.yaml");
        assert_eq!(root.see("../x y.yaml").uri(), "file:///srv/x%20y.yaml");
    }
}
