//! `@every` and the durations behind it, as Go's `time.ParseDuration` reads them.

use std::fmt;

/// Again and again, after so many whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Every {
    seconds: u64,
}

/// Why a duration is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DurationFault {
    /// It is none, or too long.
    Invalid { text: String },
    /// A number without a unit.
    NoUnit { text: String },
    /// No unit is called so.
    Unit { unit: String, text: String },
}

/// The words of the API server.
impl fmt::Display for DurationFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { text } => write!(f, "invalid duration {text:?}"),
            Self::NoUnit { text } => write!(f, "missing unit in duration {text:?}"),
            Self::Unit { unit, text } => write!(f, "unknown unit {unit:?} in duration {text:?}"),
        }
    }
}

/// Units, in nanoseconds.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", SECOND),
    ("m", 60 * SECOND),
    ("h", 3_600 * SECOND),
];
const SECOND: u64 = 1_000_000_000;

/// The largest duration in nanoseconds; a part of one may be one more, which then is too large.
const MOST: u64 = i64::MAX as u64;

impl Every {
    /// Reads what stands behind `@every `. What is below a second counts as one, and parts of one are dropped.
    pub(super) fn parse(text: &str) -> Result<Self, DurationFault> {
        let seconds = nanoseconds(text)?.map_or(1, |length| (length / SECOND).max(1));
        Ok(Self { seconds })
    }

    /// The seconds that it says.
    pub(crate) fn seconds(self) -> u64 {
        self.seconds
    }

    /// The shortest time between two Jobs in seconds: a Job is named by the minute of its start, so of the starts
    /// within a minute only one makes a Job.
    pub(super) fn between_jobs(self) -> u64 {
        self.seconds * (60 / self.seconds).max(1)
    }
}

/// The length of a duration; `None` of one that goes back.
fn nanoseconds(text: &str) -> Result<Option<u64>, DurationFault> {
    let invalid = || DurationFault::Invalid { text: text.to_owned() };
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return Ok(Some(0));
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let (whole, behind) = digits(rest);
        let (fraction, behind) = match behind.strip_prefix('.') {
            Some(behind) => digits(behind),
            None => ("", behind),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = behind.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at(end);
        if unit.is_empty() {
            return Err(DurationFault::NoUnit { text: text.to_owned() });
        }
        let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(DurationFault::Unit { unit: unit.to_owned(), text: text.to_owned() });
        };
        let length = part(whole, fraction, *factor);
        sum = length
            .and_then(|length| sum.checked_add(length))
            .filter(|sum| *sum <= MOST + 1)
            .ok_or_else(invalid)?;
        rest = next;
    }
    match text.starts_with('-') {
        true => Ok(None),
        false => (sum <= MOST).then_some(Some(sum)).ok_or_else(invalid),
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

/// One number with its unit; `None` of what is too long.
fn part(whole: &str, fraction: &str, factor: u64) -> Option<u64> {
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let length = whole.checked_mul(factor)?;
    let fraction: f64 = if fraction.is_empty() { 0.0 } else { format!("0.{fraction}").parse().ok()? };
    let length = length.checked_add((fraction * factor as f64) as u64)?;
    (length <= MOST + 1).then_some(length)
}
