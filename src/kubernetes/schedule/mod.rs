//! Schedules of CronJobs, in the API server's own grammar.
//!
//! That is `ParseStandard` of robfig/cron v3: five fields, where a weekday is 0 to 6 and nothing is called `L`, `W`
//! or `#`, and descriptors. What it takes and refuses, and in which words, is held to a table that a real API server
//! answered; when it starts, to what that parser computes.

mod every;
mod field;
mod starts;
#[cfg(test)]
mod tests;
pub(crate) mod zone;

use std::fmt;

pub(crate) use every::{DurationFault, Every};
pub(crate) use field::{FieldFault, FieldName, Times};
pub(crate) use starts::Gap;
use zone::Zone;

/// What stands before a time zone in a schedule. Since 1.29 the API server refuses it, and before that beside
/// `timeZone` (fact H22).
const ZONE_MARKS: [&str; 2] = ["TZ=", "CRON_TZ="];

/// How many fields there are.
const FIELDS: usize = 5;

/// When a CronJob starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// At these times.
    Times(Times),
    /// Again and again, since it was created.
    Every(Every),
}

/// Why the API server refuses a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There are not five fields.
    Fields {
        /// Those that are there.
        found: Vec<String>,
    },
    /// Nothing that begins with `@` is called so.
    Descriptor {
        /// All of it.
        name: String,
    },
    /// What stands behind `@every` is no duration.
    Duration {
        /// All of it.
        name: String,
        /// What is wrong with it.
        fault: DurationFault,
    },
    /// A field is wrong.
    Field {
        /// Which.
        field: FieldName,
        /// What is wrong.
        fault: FieldFault,
    },
    /// No time zone is called so.
    Zone {
        /// Its name.
        name: String,
    },
    /// Nothing stands behind the time zone.
    OnlyZone,
}

impl Schedule {
    /// Reads a schedule that is not empty, with the time zone that it names itself.
    pub(crate) fn parse(text: &str) -> Result<(Self, Option<Zone>), Refusal> {
        let (zone, text) = match split_zone(text) {
            None => (None, text),
            Some((_, None)) => return Err(Refusal::OnlyZone),
            Some((name, Some(rest))) => {
                let zone = Zone::loaded(name).ok_or_else(|| Refusal::Zone { name: name.to_owned() })?;
                (Some(zone), rest.trim())
            }
        };
        Ok((Self::of(text)?, zone))
    }

    fn of(text: &str) -> Result<Self, Refusal> {
        if text.starts_with('@') {
            return Self::described(text);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let Ok(fields) = <[&str; FIELDS]>::try_from(fields.as_slice()) else {
            return Err(Refusal::Fields { found: fields.into_iter().map(str::to_owned).collect() });
        };
        Times::parse(fields).map(Self::Times).map_err(|(field, fault)| Refusal::Field { field, fault })
    }

    /// A descriptor, in small letters and without anything behind it.
    fn described(text: &str) -> Result<Self, Refusal> {
        if let Some((_, fields)) = DESCRIPTORS.iter().find(|(name, _)| *name == text) {
            return Self::of(fields);
        }
        match text.strip_prefix("@every ") {
            Some(duration) => Every::parse(duration)
                .map(Self::Every)
                .map_err(|fault| Refusal::Duration { name: text.to_owned(), fault }),
            None => Err(Refusal::Descriptor { name: text.to_owned() }),
        }
    }

    /// The shortest time between two of its starts; `None` where there are no two.
    pub(crate) fn shortest_gap(&self, zone: &Zone) -> Option<Gap> {
        match self {
            Self::Times(times) => starts::shortest_gap(times, zone),
            Self::Every(every) => Some(Gap::regular(every.between_jobs())),
        }
    }

    /// It never starts anything, as it names no day that there is: 31 February.
    pub(crate) fn never_starts(&self) -> bool {
        match self {
            Self::Times(times) => !starts::is_ever(times),
            Self::Every(_) => false,
        }
    }
}

/// The descriptors of fixed times, and the fields that they stand for.
pub(crate) const DESCRIPTORS: &[(&str, &str)] = &[
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The time zone that a schedule begins with, and what stands behind it; `None` where it begins with none.
pub(crate) fn split_zone(text: &str) -> Option<(&str, Option<&str>)> {
    let named = ZONE_MARKS.iter().find_map(|mark| text.strip_prefix(mark))?;
    Some(match named.split_once(' ') {
        Some((name, rest)) => (name, Some(rest)),
        None => (named, None),
    })
}

/// The words of the API server.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields { found } => {
                write!(f, "expected exactly {FIELDS} fields, found {}: [{}]", found.len(), found.join(" "))
            }
            Self::Descriptor { name } => write!(f, "unrecognized descriptor: {name}"),
            Self::Duration { name, fault } => write!(f, "failed to parse duration {name}: time: {fault}"),
            Self::Field { fault, .. } => fault.fmt(f),
            Self::Zone { name } => write!(f, "provided bad location {name}: unknown time zone {name}"),
            Self::OnlyZone => f.write_str("invalid schedule format"),
        }
    }
}
