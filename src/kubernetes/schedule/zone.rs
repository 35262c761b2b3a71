//! Time zones by their names in the IANA database, of which a copy is part of the program.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The same on every machine, whatever it has installed.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(TimeZone);

impl Zone {
    /// That of a controller manager where nothing else was set.
    pub(crate) const UTC: Self = Self(TimeZone::UTC);

    /// The zone of this name, in these letters.
    pub(crate) fn find(name: &str) -> Option<Self> {
        let zone = DATABASE.get(name).ok().filter(|zone| !zone.is_unknown())?;
        // The database does not mind the case of letters, and Go does.
        (zone.iana_name() == Some(name)).then_some(Self(zone))
    }

    /// What Go's `time.LoadLocation` gives: `Local` is that of the controller manager, as is none.
    pub(super) fn loaded(name: &str) -> Option<Self> {
        match name {
            "" | "Local" => Some(Self::UTC),
            _ => Self::find(name),
        }
    }

    /// Whether there is such a zone depends on the machine of the API server: the database is installed under these
    /// names as well, and not everywhere.
    pub(crate) fn is_of_machine(name: &str) -> bool {
        let plain = ["posix/", "right/"].iter().find_map(|directory| name.strip_prefix(directory));
        matches!(name, "localtime" | "posixrules") || plain.is_some_and(|plain| Self::find(plain).is_some())
    }

    /// A name that is this one but for the case of its letters.
    pub(crate) fn spelt(name: &str) -> Option<String> {
        let zone = DATABASE.get(name).ok().filter(|zone| !zone.is_unknown())?;
        zone.iana_name().filter(|right| *right != name).map(str::to_owned)
    }

    /// How local time runs from one minute to another: from when on, and how many minutes it is ahead of UTC. Both
    /// are minutes since 1970; the first stretch begins with the first minute.
    pub(super) fn stretches(&self, from: i64, until: i64) -> Vec<(i64, i64)> {
        let Ok(start) = Timestamp::from_second(from * 60) else { return vec![(from, 0)] };
        let first = (from, i64::from(self.0.to_offset(start).seconds()).div_euclid(60));
        let changes = self.0.following(start).map(|change| {
            let (at, ahead) = (change.timestamp().as_second(), change.offset().seconds());
            (at.div_euclid(60), i64::from(ahead).div_euclid(60))
        });
        std::iter::once(first).chain(changes.take_while(|(at, _)| *at < until)).collect()
    }
}
