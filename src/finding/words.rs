//! Words that findings are made of.

/// Seconds for a sentence: `5`, `7.5`, never `5.0`.
pub(crate) fn seconds(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded} s")
}

/// A longer time for a sentence, in the units that people count it in: `45 s`, `90 min`, `25 h`, `3 d`.
pub(crate) fn lasting(value: f64) -> String {
    const UNITS: [(f64, f64, &str); 3] = [(86_400.0, 2.0, "d"), (3_600.0, 1.0, "h"), (60.0, 2.0, "min")];
    let whole = |(unit, least, _): &(f64, f64, &str)| value >= least * unit && value % unit == 0.0;
    match UNITS.iter().find(|unit| whole(unit)) {
        Some((unit, _, name)) => format!("{} {name}", value / unit),
        None => seconds(value),
    }
}

/// The text with its first letter large, to begin a sentence.
pub(crate) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The text with its first letter small, to go on with a sentence.
pub(crate) fn uncapitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// `a`, `a and b`, `a, b and c`; `None` of nothing.
pub(crate) fn listed(words: impl Iterator<Item = String>) -> Option<String> {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [rest @ .., last] => Some(format!("{} and {last}", rest.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_time_is_said_in_the_units_that_people_count_it_in() {
        for (value, words) in [
            (0.0, "0 s"),
            (45.0, "45 s"),
            (60.0, "60 s"),
            (90.0, "90 s"),
            (300.0, "5 min"),
            (3_600.0, "1 h"),
            (3_660.0, "61 min"),
            (82_800.0, "23 h"),
            (86_400.0, "24 h"),
            (172_800.0, "2 d"),
            (604_800.0, "7 d"),
        ] {
            assert_eq!(lasting(value), words);
        }
    }
}
