//! How long something takes, when that is not known to the second.

/// The longest something can take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Longest {
    /// At most this many seconds.
    Seconds(f64),
    /// Nobody knows: a program whose time is its own.
    Unknown,
    /// A wait without bound: it goes on until something else happens.
    Unbounded,
}

impl Longest {
    /// The bound in seconds, when there is one.
    pub(crate) fn seconds(self) -> Option<f64> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Unknown | Self::Unbounded => None,
        }
    }

    fn combine(self, other: Self, seconds: impl Fn(f64, f64) -> f64) -> Self {
        match (self, other) {
            (Self::Unbounded, _) | (_, Self::Unbounded) => Self::Unbounded,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Seconds(a), Self::Seconds(b)) => Self::Seconds(seconds(a, b)),
        }
    }

    fn max(self, other: Self) -> Self {
        self.combine(other, f64::max)
    }
}

/// An interval of seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Time {
    /// The shortest time in seconds; infinite for what never ends by itself.
    pub shortest: f64,
    /// The longest.
    pub longest: Longest,
    /// The seconds that it can take even if what nobody knows takes none: what `longest` is at least.
    pub counted: f64,
    /// False when an unknown program takes part, so that `shortest` counts only what is known.
    pub known: bool,
}

impl Time {
    /// No time at all.
    pub(crate) const NONE: Self = Self::exactly(0.0);
    /// An unknown program.
    pub(crate) const UNKNOWN: Self =
        Self { shortest: 0.0, longest: Longest::Unknown, counted: 0.0, known: false };
    /// What never ends by itself.
    pub(crate) const ENDLESS: Self =
        Self { shortest: f64::INFINITY, longest: Longest::Unbounded, counted: f64::INFINITY, known: true };

    /// Exactly this many seconds.
    pub(crate) const fn exactly(seconds: f64) -> Self {
        Self { shortest: seconds, longest: Longest::Seconds(seconds), counted: seconds, known: true }
    }

    /// An unknown program that ends after at most this many seconds.
    pub(crate) const fn at_most(seconds: f64) -> Self {
        Self { shortest: 0.0, longest: Longest::Seconds(seconds), counted: seconds, known: false }
    }

    /// One after the other.
    #[must_use]
    pub(crate) fn then(self, next: Self) -> Self {
        Self {
            shortest: self.shortest + next.shortest,
            longest: self.longest.combine(next.longest, |a, b| a + b),
            counted: self.counted + next.counted,
            known: self.known && next.known,
        }
    }

    /// How much it is more than what it began as.
    #[must_use]
    pub(crate) fn since(self, start: Self) -> Self {
        let shortest =
            if self.shortest.is_infinite() { self.shortest } else { self.shortest - start.shortest };
        let longest = match (self.longest, start.longest) {
            (Longest::Seconds(end), Longest::Seconds(start)) => Longest::Seconds((end - start).max(0.0)),
            (longest, _) => longest,
        };
        let counted = if self.counted.is_infinite() { self.counted } else { self.counted - start.counted };
        Self { shortest: shortest.max(0.0), longest, counted: counted.max(0.0), known: self.known }
    }

    /// Either of them.
    #[must_use]
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            shortest: self.shortest.min(other.shortest),
            longest: self.longest.max(other.longest),
            counted: self.counted.max(other.counted),
            known: self.known && other.known,
        }
    }

    /// Both at once, until both have ended.
    #[must_use]
    pub(crate) fn beside(self, other: Self) -> Self {
        Self {
            shortest: self.shortest.max(other.shortest),
            longest: self.longest.max(other.longest),
            counted: self.counted.max(other.counted),
            known: self.known && other.known,
        }
    }

    /// Cut off after so many seconds.
    #[must_use]
    pub(crate) fn cut(self, seconds: f64) -> Self {
        let longest = self.longest.seconds().map_or(seconds, |longest| longest.min(seconds));
        Self {
            shortest: self.shortest.min(seconds),
            longest: Longest::Seconds(longest),
            counted: self.counted.min(seconds),
            known: self.known,
        }
    }
}

/// What one operand of `sleep` means, in seconds: `5`, `0.5m`, `1e1`, `0x10`, `infinity`. `None`
/// for what sleep refuses as an invalid time interval, upon which it fails at once.
pub(crate) fn sleep_operand(operand: &str) -> Option<f64> {
    const UNITS: [(char, f64); 4] = [('s', 1.0), ('m', 60.0), ('h', 3600.0), ('d', 86400.0)];
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
        i64::from_str_radix(digits, 16).ok().map(|value| value as f64)
    };
    let number = |text: &str| {
        let text = text.strip_prefix('+').unwrap_or(text);
        match text.to_ascii_lowercase().as_str() {
            "inf" | "infinity" => Some(f64::INFINITY),
            _ if text.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
                hex(text).or_else(|| text.parse().ok())
            }
            _ => None,
        }
    };
    if let Some(seconds) = number(operand) {
        return Some(seconds);
    }
    let (unit, factor) = UNITS.iter().find(|(unit, _)| operand.ends_with(*unit))?;
    number(operand.strip_suffix(*unit)?).map(|seconds| seconds * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_of_sleep_mean_what_they_mean_to_sleep() {
        for (operand, seconds) in [
            ("5", Some(5.0)),
            ("0.5", Some(0.5)),
            (".5", Some(0.5)),
            ("2m", Some(120.0)),
            ("1.5h", Some(5400.0)),
            ("1d", Some(86400.0)),
            ("10s", Some(10.0)),
            ("1e1", Some(10.0)),
            ("0x10", Some(16.0)),
            ("infinity", Some(f64::INFINITY)),
            ("060", Some(60.0)),
            ("10m30", None),
            ("10ms", None),
            ("$DELAY", None),
            ("&&", None),
            ("-5", None),
            ("", None),
            ("nan", None),
        ] {
            assert_eq!(sleep_operand(operand), seconds, "{operand}");
        }
    }
}
