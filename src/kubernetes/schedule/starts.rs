//! When a schedule starts: the minutes whose local time it names, as the controller computes them.
//!
//! A time that the clocks leave out is no start, and one that they show twice is two.

use jiff::Timestamp;
use jiff::tz::Offset;

use super::field::Times;
use super::zone::Zone;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// The days that are looked at, in days since 1970: 2026-01-01 to 2053-12-31, in which every weekday falls on every
/// day of the year there is, so that the result does not depend on when it is asked for.
const DAYS: std::ops::Range<i64> = 20_454..30_681;

/// The time between two starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    /// So long, in seconds.
    pub seconds: u64,
    /// All are so long.
    pub is_regular: bool,
    /// The clocks are put back between the two.
    pub by_clock: bool,
}

impl Gap {
    /// Between any two starts.
    pub(super) fn regular(seconds: u64) -> Self {
        Self { seconds, is_regular: true, by_clock: false }
    }
}

/// The gaps that were seen.
#[derive(Default)]
struct Gaps {
    /// The last start, in minutes since 1970, and how far local time was ahead of UTC.
    last: Option<(i64, i64)>,
    shortest: Option<(i64, bool)>,
    longest: i64,
}

impl Gaps {
    fn start(&mut self, at: i64, ahead: i64) {
        if let Some((last, before)) = self.last {
            self.see(at - last, ahead < before);
        }
        self.last = Some((at, ahead));
    }

    fn see(&mut self, gap: i64, by_clock: bool) {
        if self.shortest.is_none_or(|(shortest, _)| gap < shortest) {
            self.shortest = Some((gap, by_clock));
        }
        self.longest = self.longest.max(gap);
    }
}

/// The shortest gap between two starts; `None` where there are no two.
pub(super) fn shortest_gap(times: &Times, zone: &Zone) -> Option<Gap> {
    let minutes = times.minutes_of_day();
    let within = minutes.windows(2).filter_map(|pair| Some(pair.last()? - pair.first()?));
    let (mut least, mut most) = (None, 0);
    for gap in within {
        least = Some(least.map_or(gap, |least: i64| least.min(gap)));
        most = most.max(gap);
    }
    let mut gaps = Gaps::default();
    let stretches = zone.stretches(DAYS.start * DAY, DAYS.end * DAY);
    let ends = stretches.iter().skip(1).map(|(from, _)| *from).chain([DAYS.end * DAY]);
    for ((from, ahead), until) in stretches.iter().zip(ends) {
        let local = from + ahead..until + ahead;
        for day in local.start.div_euclid(DAY)..=(local.end - 1).div_euclid(DAY) {
            if !is_on(times, day) {
                continue;
            }
            let midnight = day * DAY;
            let is_whole = local.start <= midnight && midnight + DAY <= local.end;
            match (is_whole, minutes.first(), minutes.last()) {
                // A day like any other.
                (true, Some(first), Some(last)) => {
                    gaps.start(midnight + first - ahead, *ahead);
                    if let Some(least) = least {
                        gaps.see(least, false);
                        gaps.see(most, false);
                    }
                    gaps.last = Some((midnight + last - ahead, *ahead));
                }
                _ => {
                    let there = minutes.iter().map(|minute| midnight + minute);
                    for at in there.filter(|at| local.contains(at)) {
                        gaps.start(at - ahead, *ahead);
                    }
                }
            }
        }
    }
    let (shortest, by_clock) = gaps.shortest?;
    let seconds = u64::try_from(shortest).ok()?.checked_mul(60)?;
    Some(Gap { seconds, is_regular: shortest == gaps.longest, by_clock })
}

/// There is a day, and a minute of it, that it names.
pub(super) fn is_ever(times: &Times) -> bool {
    !times.minutes_of_day().is_empty() && DAYS.into_iter().any(|day| is_on(times, day))
}

/// It starts on a day, counted from 1970.
fn is_on(times: &Times, day: i64) -> bool {
    let Ok(midnight) = Timestamp::from_second(day * DAY * 60) else { return false };
    let date = Offset::UTC.to_datetime(midnight).date();
    let number = |value: i8| u64::try_from(value).unwrap_or_default();
    times.is_on(number(date.month()), number(date.day()), number(date.weekday().to_sunday_zero_offset()))
}
