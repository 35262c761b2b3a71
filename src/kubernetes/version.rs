//! The Kubernetes version that manifests are judged for.

use std::fmt;
use std::str::FromStr;

/// A minor release of Kubernetes, such as 1.29; patch releases change no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion {
    /// Always 1 so far.
    pub major: u32,
    /// The minor release.
    pub minor: u32,
}

impl KubernetesVersion {
    /// The oldest release that rules know about.
    pub const OLDEST: Self = Self::new(1, 25);
    /// The newest release that rules know about.
    pub const NEWEST: Self = Self::new(1, 37);

    /// The newest released version when the rules were written.
    pub const LATEST: Self = Self::new(1, 36);

    /// The release `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Self { major, minor }
    }
}

impl Default for KubernetesVersion {
    /// The newest released version when the rules were written.
    fn default() -> Self {
        Self::LATEST
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a text is no [`KubernetesVersion`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It does not look like a version.
    #[error("not a Kubernetes version; write it like `1.29` or `v1.29.3`")]
    Malformed,
    /// It is a version that the rules do not know.
    #[error(
        "Kubernetes {0} is not known here; supported are {oldest} to {newest}",
        oldest = KubernetesVersion::OLDEST,
        newest = KubernetesVersion::NEWEST
    )]
    Unsupported(KubernetesVersion),
}

impl FromStr for KubernetesVersion {
    type Err = VersionError;

    /// Reads `1.29`, `v1.29` and what `kubectl version` prints, such as `v1.29.3-gke.1282000`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let mut parts = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let major = parts.next().and_then(number).ok_or(VersionError::Malformed)?;
        let minor = parts.next().and_then(number).ok_or(VersionError::Malformed)?;
        if parts.next().is_some_and(|patch| !patch.starts_with(|c: char| c.is_ascii_digit())) {
            return Err(VersionError::Malformed);
        }
        let version = Self::new(major, minor);
        if (Self::OLDEST..=Self::NEWEST).contains(&version) {
            Ok(version)
        } else {
            Err(VersionError::Unsupported(version))
        }
    }
}

/// Decimal digits only: `u32::from_str` would also take `+1`.
fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_version_is_read_as_people_and_kubectl_write_it() {
        for text in ["1.29", "v1.29", "1.29.3", "v1.29.3-gke.1282000", " 1.29 "] {
            assert_eq!(text.parse::<KubernetesVersion>().unwrap(), KubernetesVersion::new(1, 29), "{text}");
        }
    }

    #[test]
    fn what_is_no_version_is_refused_with_an_example() {
        for text in ["", "1", "latest", "1.x", "1.29.", "1.29.x", "+1.29", "1.-3", "v", "1.99999999999"] {
            assert_eq!(text.parse::<KubernetesVersion>(), Err(VersionError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_version_out_of_range_is_refused_with_the_range() {
        for text in ["1.24", "1.38", "2.0", "0.30"] {
            let message = text.parse::<KubernetesVersion>().unwrap_err().to_string();
            assert!(message.contains("1.25 to 1.37"), "{message}");
        }
    }

    #[test]
    fn versions_are_ordered_by_number_and_not_by_text() {
        assert!(KubernetesVersion::new(1, 30) > KubernetesVersion::new(1, 29));
        assert!(KubernetesVersion::new(1, 100) > KubernetesVersion::new(1, 99));
        assert_eq!(KubernetesVersion::default().to_string(), "1.36");
    }
}
