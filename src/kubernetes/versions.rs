//! The versions of Kubernetes that manifests have to be right on.

use std::fmt;
use std::str::FromStr;

use super::version::{KubernetesVersion, VersionError};

/// All versions from one to another: a fleet of clusters, or an upgrade that is to come. The oldest is never
/// newer than the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KubernetesVersions {
    oldest: KubernetesVersion,
    newest: KubernetesVersion,
}

impl KubernetesVersions {
    /// The first of them.
    pub const fn oldest(self) -> KubernetesVersion {
        self.oldest
    }

    /// The last of them.
    pub const fn newest(self) -> KubernetesVersion {
        self.newest
    }

    /// There is more than one.
    pub fn is_range(self) -> bool {
        self.oldest != self.newest
    }

    /// Each of them, the oldest first.
    pub fn iter(self) -> impl Iterator<Item = KubernetesVersion> {
        let major = self.oldest.major;
        (self.oldest.minor..=self.newest.minor).map(move |minor| KubernetesVersion::new(major, minor))
    }
}

impl From<KubernetesVersion> for KubernetesVersions {
    fn from(version: KubernetesVersion) -> Self {
        Self { oldest: version, newest: version }
    }
}

impl fmt::Display for KubernetesVersions {
    /// `1.30`, or `1.30-1.34`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_range() {
            true => write!(f, "{}-{}", self.oldest, self.newest),
            false => self.oldest.fmt(f),
        }
    }
}

/// Why a text is no [`KubernetesVersions`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionsError {
    /// It does not look like versions.
    #[error("not a Kubernetes version; write it like `1.29` or `v1.29.3`, and several like `1.30-1.34`")]
    Malformed,
    /// One of them is a version that the rules do not know.
    #[error(transparent)]
    Unsupported(VersionError),
    /// The newest stands first.
    #[error("the range runs backwards; write `{newer}-{older}`", newer = .0, older = .1)]
    Reversed(KubernetesVersion, KubernetesVersion),
}

impl From<VersionError> for VersionsError {
    fn from(error: VersionError) -> Self {
        match error {
            VersionError::Malformed => Self::Malformed,
            VersionError::Unsupported(_) => Self::Unsupported(error),
        }
    }
}

impl FromStr for KubernetesVersions {
    type Err = VersionsError;

    /// Reads what [`KubernetesVersion`] reads, and two of them with a hyphen between.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((oldest, newest)) = ends(text) else { return Ok(text.parse::<KubernetesVersion>()?.into()) };
        let (oldest, newest) = (oldest.parse()?, newest.parse()?);
        match oldest <= newest {
            true => Ok(Self { oldest, newest }),
            false => Err(VersionsError::Reversed(newest, oldest)),
        }
    }
}

/// The two ends of a range. What follows the hyphen of `v1.29.3-gke.1282000` or of `1.29.4-1.1`, a package's
/// revision, is no version of Kubernetes and belongs to the one before it.
fn ends(text: &str) -> Option<(&str, &str)> {
    let has_patch = |version: &str| version.matches('.').count() > 1;
    let is_version = |text: &str| match text.parse::<KubernetesVersion>() {
        Ok(_) => true,
        Err(VersionError::Unsupported(version)) => version.major == 1 && version > KubernetesVersion::OLDEST,
        Err(VersionError::Malformed) => false,
    };
    let ends = text.match_indices('-').filter_map(|(at, _)| Some((text.get(..at)?, text.get(at + 1..)?)));
    ends.into_iter().find(|(oldest, newest)| !has_patch(oldest) || is_version(newest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        let read = text.parse::<KubernetesVersions>();
        read.map(|versions| versions.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_range_is_read_as_people_write_it() {
        for text in
            ["1.30-1.34", "v1.30-v1.34", "1.30-v1.34", " 1.30 - 1.34 ", "1.30.2-1.34.1", "v1.30.0-1.34"]
        {
            assert_eq!(read(text).as_deref(), Ok("1.30-1.34"), "{text}");
        }
        assert_eq!(read("v1.30.3-gke.1282000-1.34").as_deref(), Ok("1.30-1.34"));
        assert_eq!(read("1.30-1.30").as_deref(), Ok("1.30"));
    }

    #[test]
    fn one_version_is_read_as_before() {
        for text in
            ["1.29", "v1.29.3", " 1.29 ", "v1.29.3-gke.1282000", "1.29.4-1.1", "1.29.4-2.0", "1.29.4-rc.1"]
        {
            assert_eq!(read(text).as_deref(), Ok("1.29"), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_an_example() {
        for text in
            ["", "latest", "1.30-", "-1.34", "1.30-latest", "1.30-34", "1.30..1.34", "1.30-1.34-1.36", "-"]
        {
            assert_eq!(text.parse::<KubernetesVersions>(), Err(VersionsError::Malformed), "{text}");
        }
        let message = read("latest").unwrap_err();
        assert!(message.contains("`1.29`") && message.contains("`1.30-1.34`"), "{message}");
    }

    #[test]
    fn a_range_that_runs_backwards_or_out_of_what_is_known_says_so() {
        assert_eq!(read("1.34-1.30").unwrap_err(), "the range runs backwards; write `1.30-1.34`");
        for text in ["1.20-1.30", "1.30-1.40", "1.30.1-1.40", "1.20"] {
            let message = read(text).unwrap_err();
            assert!(message.contains("supported are 1.25 to 1.37"), "{text}: {message}");
        }
    }

    #[test]
    fn a_range_holds_each_version_once_and_in_order() {
        let each = |text: &str| -> Vec<u32> {
            text.parse::<KubernetesVersions>().unwrap().iter().map(|version| version.minor).collect()
        };
        assert_eq!(each("1.30-1.33"), [30, 31, 32, 33]);
        assert_eq!(each("1.36"), [36]);
    }
}
