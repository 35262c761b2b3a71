//! A release of this tool, as rules name the one that brought them.

use std::fmt;
use std::str::FromStr;

/// A release of this tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Release {
    /// The release `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text is no [`Release`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no release of kubectl-lifecycle; write it like `{}`", env!("CARGO_PKG_VERSION"))]
pub struct NoRelease;

impl FromStr for Release {
    type Err = NoRelease;

    /// `1.2.3`, `v1.2.3`, and `1.2`, which stands for its first.
    fn from_str(text: &str) -> Result<Self, NoRelease> {
        let text = text.trim();
        let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.').map(|part| {
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse().ok().filter(|_| is_number)
        });
        let (Some(Some(major)), Some(Some(minor))) = (numbers.next(), numbers.next()) else {
            return Err(NoRelease);
        };
        let patch = numbers.next().unwrap_or(Some(0)).ok_or(NoRelease)?;
        match numbers.next() {
            None => Ok(Self { major, minor, patch }),
            Some(_) => Err(NoRelease),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_read_with_and_without_its_patch() {
        assert_eq!("0.1.2".parse(), Ok(Release::new(0, 1, 2)));
        assert_eq!("v0.1".parse(), Ok(Release::new(0, 1, 0)));
        for text in ["", "1", "0.1.2.3", "0.+1", "latest", "0.1.", "0.1.x", "0.99999999999"] {
            assert_eq!(text.parse::<Release>(), Err(NoRelease), "{text}");
        }
    }

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        assert!(Release::new(0, 10, 0) > Release::new(0, 9, 9));
    }

    #[test]
    fn this_release_can_be_read() {
        assert!(env!("CARGO_PKG_VERSION").parse::<Release>().is_ok());
    }
}
