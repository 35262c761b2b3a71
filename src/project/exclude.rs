//! Paths by globs, relative to a directory.

use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::sourced::{SetBy, Sourced};

/// The directory that globs are relative to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Base {
    /// Absolute, without `.` and `..`.
    directory: PathBuf,
    /// Without symbolic links; asked for only when a path does not seem to lie below.
    real: OnceLock<Option<PathBuf>>,
}

impl Base {
    /// A directory, relative to the working directory or absolute.
    pub(crate) fn new(directory: &Path) -> Self {
        // `a/..` is not `.` when `a` is a link, so the system is asked.
        let directory = match climbs(directory) {
            true => std::fs::canonicalize(directory).unwrap_or_else(|_| absolute(directory)),
            false => absolute(directory),
        };
        Self { directory, real: OnceLock::new() }
    }

    /// The path from this directory; `None` for what does not lie below it. It does not matter how the
    /// path is written.
    fn relative(&self, path: &Path) -> Option<PathBuf> {
        if !climbs(path)
            && let Ok(below) = absolute(path).strip_prefix(&self.directory)
        {
            return Some(below.to_owned());
        }
        let real = self.real.get_or_init(|| std::fs::canonicalize(&self.directory).ok()).as_ref()?;
        std::fs::canonicalize(path).ok()?.strip_prefix(real).ok().map(Path::to_owned)
    }
}

fn climbs(path: &Path) -> bool {
    path.components().any(|part| part == Component::ParentDir)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).components().collect()
}

/// Some globs, each with the place where it was written. A glob that matches a directory covers all
/// below it.
#[derive(Debug, Clone, Default)]
pub(crate) struct PathGlobs {
    base: Base,
    patterns: Vec<Sourced<String>>,
    /// Two globs for each pattern, itself and what lies below it, with the pattern of each. Compiling takes milliseconds, so it
    /// is done when the first path is asked for.
    set: OnceLock<(GlobSet, Vec<usize>)>,
}

impl PartialEq for PathGlobs {
    fn eq(&self, other: &Self) -> bool {
        self.base.directory == other.base.directory && self.patterns == other.patterns
    }
}

impl PathGlobs {
    /// Globs that were checked by [`check`].
    pub(crate) fn new(base: Base, patterns: Vec<Sourced<String>>) -> Self {
        Self { base, patterns, set: OnceLock::new() }
    }

    /// The same globs below another directory.
    pub(crate) fn moved(&self, to: impl Fn(&Path) -> PathBuf) -> Self {
        Self::new(Base::new(&to(&self.base.directory)), self.patterns.clone())
    }

    /// The globs as written.
    pub(crate) fn patterns(&self) -> &[Sourced<String>] {
        &self.patterns
    }

    /// The numbers of the globs that cover a path, in order.
    pub(crate) fn covering(&self, path: &Path) -> Vec<usize> {
        if self.patterns.is_empty() {
            return Vec::new();
        }
        let Some(path) = self.base.relative(path) else { return Vec::new() };
        let (set, owners) = self.set.get_or_init(|| self.compile());
        let globs = set.matches(path).into_iter();
        let mut found: Vec<usize> = globs.filter_map(|glob| owners.get(glob).copied()).collect();
        found.dedup();
        found
    }

    fn compile(&self) -> (GlobSet, Vec<usize>) {
        let mut builder = GlobSetBuilder::new();
        let mut owners = Vec::new();
        for (at, pattern) in self.patterns.iter().enumerate() {
            let above = tidy(&pattern.value);
            let below = format!("{above}/**");
            // What is no glob was refused before.
            for glob in [glob(above), glob(&below)].into_iter().flatten() {
                builder.add(glob);
                owners.push(at);
            }
        }
        (builder.build().unwrap_or_default(), owners)
    }
}

/// `./a/` is `a`, and so is `a/**`: who names `a` on the command line means what lies below it.
fn tidy(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    match pattern.strip_suffix("/**").filter(|above| *above != "**").unwrap_or(pattern) {
        // The directory itself is everything.
        "" | "." => "**",
        pattern => pattern,
    }
}

fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build()
}

/// Why a text is no glob for paths below a directory.
pub(crate) fn check(pattern: &str) -> Result<(), String> {
    if pattern.trim().is_empty() {
        return Err("is empty; write a path or a glob, such as `vendor` or `**/testdata/**`".to_owned());
    }
    if pattern.starts_with('!') {
        return Err("begins with `!`, which has no meaning here; list only what is meant".to_owned());
    }
    let path = Path::new(pattern);
    if path.has_root() || climbs(path) {
        return Err("leads out of the directory; globs are relative to it, such as `k8s/**`".to_owned());
    }
    glob(tidy(pattern)).map(drop).map_err(|error| format!("is no glob: {}", error.kind()))
}

/// What is not read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Exclude {
    /// Of the configuration, and of the command line.
    lists: Vec<PathGlobs>,
    /// Paths that the user names are no exception.
    force: bool,
}

/// A glob that covers a path: its list and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Covering(usize, usize);

impl Exclude {
    /// What any of the lists covers is not read.
    pub(crate) fn new(lists: Vec<PathGlobs>, force: bool) -> Self {
        Self { lists: lists.into_iter().filter(|list| !list.patterns.is_empty()).collect(), force }
    }

    /// The globs that a walk from a path the user named passes over: those that cover the path itself,
    /// unless they are forced.
    pub(crate) fn waived(&self, named: &Path) -> Vec<Covering> {
        if self.force { Vec::new() } else { self.all(named).collect() }
    }

    /// The first glob that excludes a path.
    pub(crate) fn excluding(&self, path: &Path, waived: &[Covering]) -> Option<Covering> {
        self.all(path).find(|covering| !waived.contains(covering))
    }

    fn all(&self, path: &Path) -> impl Iterator<Item = Covering> {
        let lists = self.lists.iter().enumerate();
        lists
            .flat_map(move |(list, globs)| globs.covering(path).into_iter().map(move |at| Covering(list, at)))
    }

    /// The glob and where it was written, for a note.
    pub(crate) fn named(&self, covering: Covering) -> String {
        let pattern = self.lists.get(covering.0).and_then(|list| list.patterns.get(covering.1));
        pattern.map_or_else(String::new, |pattern| format!("`{}` ({})", pattern.value, pattern.set_by))
    }

    /// Globs of the configuration that excluded nothing, for notes.
    pub(crate) fn unused(&self, used: &[Covering]) -> Vec<String> {
        let lists = self.lists.iter().enumerate();
        let all = lists.flat_map(|(list, globs)| (0..globs.patterns.len()).map(move |at| Covering(list, at)));
        all.filter(|covering| !used.contains(covering))
            .map(|covering| format!("{} excludes nothing in this run", self.named(covering)))
            .collect()
    }
}

/// Globs as the command line gives them: relative to the working directory.
pub(crate) fn of_flag(patterns: &[String], flag: &'static str) -> PathGlobs {
    let pattern = |value: &String| Sourced { value: value.clone(), set_by: SetBy::Flag(flag) };
    PathGlobs::new(Base::new(Path::new(".")), patterns.iter().map(pattern).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, path: &str) -> bool {
        let pattern = Sourced { value: pattern.to_owned(), set_by: SetBy::Default };
        let globs = PathGlobs::new(Base::new(Path::new("/project")), vec![pattern]);
        !globs.covering(Path::new(path)).is_empty()
    }

    #[test]
    fn a_glob_matches_paths_from_its_directory() {
        for (pattern, path, expected) in [
            ("k8s/*.yaml", "/project/k8s/a.yaml", true),
            ("k8s/*.yaml", "/project/k8s/b/a.yaml", false),
            ("k8s/**/*.yaml", "/project/k8s/a.yaml", true),
            ("k8s/**/*.yaml", "/project/k8s/b/c/a.yaml", true),
            ("*.yaml", "/project/k8s/a.yaml", false),
            ("**/testdata/**", "/project/a/testdata/b.yaml", true),
            ("k8s/{a,b}.yaml", "/project/k8s/b.yaml", true),
            ("**/*.yaml", "/elsewhere/a.yaml", false),
        ] {
            assert_eq!(covers(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_directory_stands_for_all_below_it() {
        for pattern in ["vendor", "vendor/", "./vendor", "vendor/**", "v*"] {
            assert!(covers(pattern, "/project/vendor/a/b.yaml"), "{pattern}");
        }
        assert!(!covers("vendor", "/project/a/vendor/b.yaml"));
        assert!(!covers("vendor", "/project/vendors.yaml"));
        assert!(covers(".", "/project/a.yaml"));
    }

    #[test]
    fn a_directory_that_is_named_is_read_however_it_is_excluded() {
        let named = Path::new("/project/vendor");
        for pattern in ["vendor", "vendor/", "vendor/**", "**/vendor/**", "**"] {
            let pattern = Sourced { value: pattern.to_owned(), set_by: SetBy::Default };
            let exclude = |force| {
                Exclude::new(
                    vec![PathGlobs::new(Base::new(Path::new("/project")), vec![pattern.clone()])],
                    force,
                )
            };
            let is_left_out = |exclude: &Exclude| {
                exclude.excluding(Path::new("/project/vendor/a.yaml"), &exclude.waived(named)).is_some()
            };
            assert!(!is_left_out(&exclude(false)), "{}", pattern.value);
            assert!(is_left_out(&exclude(true)), "{}", pattern.value);
        }
    }

    #[test]
    fn it_does_not_matter_how_a_path_is_written() {
        for path in ["/project/./k8s/a.yaml", "/project//k8s/a.yaml"] {
            assert!(covers("k8s/a.yaml", path), "{path}");
        }
    }

    #[test]
    fn what_is_no_glob_below_a_directory_is_refused() {
        for pattern in ["", " ", "!a", "/a", "../a", "a/../../b", "a[", "{a"] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
        for pattern in ["a", "a/**", "**/*.yaml", "[ab].yaml", "{a,b}", "a b"] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
    }
}
