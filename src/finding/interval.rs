//! Instants that are known within bounds.

use super::words::seconds;

/// When something happens, in seconds since its story began: the first container was started, or the Pod
/// was deleted. Also how long something takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Not before.
    pub earliest: f64,
    /// Not after; `None` where nothing that is known bounds it.
    pub latest: Option<f64>,
}

impl Interval {
    /// At once.
    pub(crate) const ZERO: Self = Self::exactly(0.0);

    /// At any time.
    pub(crate) const UNKNOWN: Self = Self { earliest: 0.0, latest: None };

    /// It does not happen.
    pub(crate) const NEVER: Self = Self { earliest: f64::INFINITY, latest: None };

    /// To the second.
    pub(crate) const fn exactly(seconds: f64) -> Self {
        Self { earliest: seconds, latest: Some(seconds) }
    }

    /// From one second to another.
    pub(crate) const fn between(earliest: f64, latest: f64) -> Self {
        Self { earliest, latest: Some(latest) }
    }

    /// How wide it is, in seconds; infinite without a bound.
    pub fn width(self) -> f64 {
        self.latest.map_or(f64::INFINITY, |latest| latest - self.earliest)
    }

    /// So much later.
    #[must_use]
    pub(crate) fn plus(self, other: Self) -> Self {
        let latest = self.latest.zip(other.latest).map(|(a, b)| a + b);
        Self { earliest: self.earliest + other.earliest, latest }
    }

    /// So many seconds later; sooner, but not before 0, where they are negative.
    #[must_use]
    pub(crate) fn shifted(self, seconds: f64) -> Self {
        let by = |instant: f64| (instant + seconds).max(0.0);
        Self { earliest: by(self.earliest), latest: self.latest.map(by) }
    }

    /// How much later it is than another; nothing where it comes before.
    #[must_use]
    pub(crate) fn since(self, other: Self) -> Self {
        let earliest = match other.latest {
            Some(latest) => self.earliest - latest,
            None => 0.0,
        };
        let latest = self.latest.map(|latest| (latest - other.earliest).max(0.0));
        Self { earliest: earliest.max(0.0), latest }
    }

    /// When both have happened.
    #[must_use]
    pub(crate) fn both(self, other: Self) -> Self {
        let latest = self.latest.zip(other.latest).map(|(a, b)| a.max(b));
        Self { earliest: self.earliest.max(other.earliest), latest }
    }

    /// When the first of both happens.
    #[must_use]
    pub(crate) fn first(self, other: Self) -> Self {
        let latest = match (self.latest, other.latest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { earliest: self.earliest.min(other.earliest), latest }
    }

    /// It certainly never happens.
    pub(crate) fn is_never(self) -> bool {
        self.earliest == f64::INFINITY
    }

    /// It has certainly happened when the other begins to be possible.
    pub(crate) fn is_before(self, other: Self) -> bool {
        self.latest.is_some_and(|latest| latest < other.earliest)
    }

    /// `5 s`, `5 s to 10 s`, `5 s or later`.
    pub fn words(self) -> String {
        match self.latest {
            _ if self.is_never() => "never".to_owned(),
            Some(latest) if seconds(latest) == seconds(self.earliest) => seconds(latest),
            Some(latest) => format!("{} to {}", seconds(self.earliest), seconds(latest)),
            None => format!("{} or later", seconds(self.earliest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_and_either_of_two_do() {
        let (early, late) = (Interval::between(1.0, 3.0), Interval::between(2.0, 9.0));
        let open = Interval { earliest: 2.5, latest: None };
        assert_eq!(early.both(late), late);
        assert_eq!(early.both(open), open);
        assert_eq!(early.first(late), early);
        assert_eq!(late.first(open), late, "the first of both is bounded where one of them is");
        assert_eq!(early.plus(open), Interval { earliest: 3.5, latest: None });
        assert_eq!(early.shifted(-2.0), Interval::between(0.0, 1.0));
    }

    #[test]
    fn it_is_said_as_people_say_it() {
        assert_eq!(Interval::exactly(5.0).words(), "5 s");
        assert_eq!(Interval::between(0.0, 2.5).words(), "0 s to 2.5 s");
        assert_eq!(Interval::UNKNOWN.words(), "0 s or later");
        assert_eq!(Interval { earliest: f64::INFINITY, latest: None }.words(), "never");
    }
}
