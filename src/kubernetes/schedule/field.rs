//! The five fields of a schedule: lists of ranges with steps.

use std::fmt;

use Name::{Month, Weekday};

/// The fields, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldName {
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

/// What of a field can have a name.
#[derive(Debug, Clone, Copy)]
enum Name {
    None,
    Month,
    Weekday,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl FieldName {
    /// All, in the order in which they stand in a schedule.
    pub(crate) const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::Day, Self::Month, Self::Weekday];

    /// The least and the largest that stands in it.
    pub(crate) fn bounds(self) -> (u64, u64) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::Day => (1, 31),
            Self::Month => (1, 12),
            Self::Weekday => (0, 6),
        }
    }

    /// What it is called.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day of the month",
            Self::Month => "month",
            Self::Weekday => "weekday",
        }
    }

    /// The names that its numbers have, the least first.
    pub(crate) fn names(self) -> &'static [&'static str] {
        match self.named() {
            Name::None => &[],
            Month => &MONTHS,
            Weekday => &WEEKDAYS,
        }
    }

    fn named(self) -> Name {
        match self {
            Self::Minute | Self::Hour | Self::Day => Name::None,
            Self::Month => Month,
            Self::Weekday => Weekday,
        }
    }

    /// A number, or the name of one, in letters of any case.
    pub(crate) fn number(self, text: &str) -> Result<u64, FieldFault> {
        // One letter stands for one, as Go has it.
        let lower: String = text.chars().filter_map(|letter| letter.to_lowercase().next()).collect();
        let named = self.names().iter().zip(self.bounds().0..).find(|(name, _)| **name == lower);
        named.map_or_else(|| number(text), |(_, number)| Ok(number))
    }
}

/// Why a field is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldFault {
    /// No number and no name.
    NoNumber { text: String },
    /// More digits than a number has.
    TooLong { text: String },
    /// A step below 0.
    Negative { number: i64, text: String },
    /// The start of a range, or a number alone, is too small.
    Below { number: u64, least: u64, range: String },
    /// The end of a range, or a number alone, is too large.
    Above { number: u64, most: u64, range: String },
    /// A range that ends before it starts.
    Backwards { start: u64, end: u64, range: String },
    /// A step of 0.
    NoStep { range: String },
    /// A range with more than one hyphen.
    Hyphens { range: String },
    /// A range with more than one slash.
    Slashes { range: String },
}

/// The words of the API server.
impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let no_int = |f: &mut fmt::Formatter<'_>, text: &str, reason: &str| {
            write!(f, "failed to parse int from {text}: strconv.Atoi: parsing {text:?}: {reason}")
        };
        match self {
            Self::NoNumber { text } => no_int(f, text, "invalid syntax"),
            Self::TooLong { text } => no_int(f, text, "value out of range"),
            Self::Negative { number, text } => write!(f, "negative number ({number}) not allowed: {text}"),
            Self::Below { number, least, range } => {
                write!(f, "beginning of range ({number}) below minimum ({least}): {range}")
            }
            Self::Above { number, most, range } => {
                write!(f, "end of range ({number}) above maximum ({most}): {range}")
            }
            Self::Backwards { start, end, range } => {
                write!(f, "beginning of range ({start}) beyond end of range ({end}): {range}")
            }
            Self::NoStep { range } => write!(f, "step of range should be a positive number: {range}"),
            Self::Hyphens { range } => write!(f, "too many hyphens: {range}"),
            Self::Slashes { range } => write!(f, "too many slashes: {range}"),
        }
    }
}

/// The numbers that a field names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Numbers {
    /// One bit a number.
    bits: u64,
    /// A `*` or `?` without a step is among them.
    star: bool,
}

impl Numbers {
    fn has(self, number: u64) -> bool {
        u32::try_from(number)
            .ok()
            .and_then(|shift| 1_u64.checked_shl(shift))
            .is_some_and(|bit| self.bits & bit != 0)
    }

    /// A list of ranges. Nothing between two commas is nothing at all, so that a comma alone names no number.
    fn parse(text: &str, field: FieldName) -> Result<Self, FieldFault> {
        let mut all = Self::default();
        for range in text.split(',').filter(|range| !range.is_empty()) {
            let one = Self::range(range, field)?;
            all = Self { bits: all.bits | one.bits, star: all.star || one.star };
        }
        Ok(all)
    }

    /// `*`, `5`, `5-10`, each with or without a step. What stands behind a hyphen of `*` is not looked at.
    fn range(range: &str, field: FieldName) -> Result<Self, FieldFault> {
        let whole = || range.to_owned();
        let (least, most) = field.bounds();
        let mut parts = range.split('/');
        let mut limits = parts.next().unwrap_or_default().split('-');
        let (step, more) = (parts.next(), parts.next());
        let (low, high, further) = (limits.next().unwrap_or_default(), limits.next(), limits.next());
        let is_any = matches!(low, "*" | "?");
        let (start, mut end) = match (is_any, high, further) {
            (true, ..) => (least, most),
            (false, None, _) => {
                let number = field.number(low)?;
                (number, number)
            }
            (false, Some(high), further) => {
                let start = field.number(low)?;
                if further.is_some() {
                    return Err(FieldFault::Hyphens { range: whole() });
                }
                (start, field.number(high)?)
            }
        };
        let every = match (step, more) {
            (None, _) => 1,
            (Some(_), Some(_)) => return Err(FieldFault::Slashes { range: whole() }),
            (Some(step), None) => {
                let every = number(step)?;
                // A number with a step goes on to the last.
                if high.is_none() {
                    end = most;
                }
                every
            }
        };
        if start < least {
            return Err(FieldFault::Below { number: start, least, range: whole() });
        }
        if end > most {
            return Err(FieldFault::Above { number: end, most, range: whole() });
        }
        if start > end {
            return Err(FieldFault::Backwards { start, end, range: whole() });
        }
        if every == 0 {
            return Err(FieldFault::NoStep { range: whole() });
        }
        let named = (start..=end).filter(|number| (number - start) % every == 0);
        let bits = named.fold(0, |bits, number| bits | 1 << number);
        Ok(Self { bits, star: is_any && every == 1 })
    }
}

/// A whole number, as Go reads it: with or without a sign, in plain digits.
fn number(text: &str) -> Result<u64, FieldFault> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::NoNumber { text: text.to_owned() });
    }
    let Ok(number) = text.parse::<i64>() else {
        return Err(FieldFault::TooLong { text: text.to_owned() });
    };
    u64::try_from(number).map_err(|_| FieldFault::Negative { number, text: text.to_owned() })
}

/// The times that five fields name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Times {
    minutes: Numbers,
    hours: Numbers,
    days: Numbers,
    months: Numbers,
    weekdays: Numbers,
}

impl Times {
    /// Reads five fields. Of several that are wrong, the first is told.
    pub(super) fn parse(texts: [&str; 5]) -> Result<Self, (FieldName, FieldFault)> {
        let mut read = [Numbers::default(); 5];
        for ((numbers, text), field) in read.iter_mut().zip(texts).zip(FieldName::ALL) {
            *numbers = Numbers::parse(text, field).map_err(|fault| (field, fault))?;
        }
        let [minutes, hours, days, months, weekdays] = read;
        Ok(Self { minutes, hours, days, months, weekdays })
    }

    /// The minutes of a day on which it starts, counted from midnight, in order.
    pub(super) fn minutes_of_day(&self) -> Vec<i64> {
        let hours = (0..24).filter(|hour| self.hours.has(*hour));
        let all = hours.flat_map(|hour| {
            (0..60).filter(|minute| self.minutes.has(*minute)).map(move |minute| (hour, minute))
        });
        all.filter_map(|(hour, minute)| i64::try_from(hour * 60 + minute).ok()).collect()
    }

    /// It starts on that day. Where both the day of the month and the weekday are limited, one of them is enough.
    pub(super) fn is_on(&self, month: u64, day: u64, weekday: u64) -> bool {
        let (by_day, by_weekday) = (self.days.has(day), self.weekdays.has(weekday));
        let on = match self.days.star || self.weekdays.star {
            true => by_day && by_weekday,
            false => by_day || by_weekday,
        };
        on && self.months.has(month)
    }
}
