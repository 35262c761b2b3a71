//! When an indexed Job counts as done: `validateSuccessPolicy`.

use std::fmt;

use super::super::fault::Fault;
use super::super::faults::Faults;
use super::super::field::Field;
use super::failure_policy::too_many;

/// The most rules.
const MOST_RULES: usize = 20;
/// The longest list of indexes, in characters.
const LONGEST: usize = 64 * 1024;

pub(super) fn faults<'s>(policy: &Field<'_, 's>, completions: Option<i64>, faults: &mut Faults<'_, 's>) {
    if !policy.is_set() {
        return;
    }
    let rules = policy.key("rules");
    faults.required(&rules, "A policy is made of one rule at least.");
    too_many(&rules, "rules", MOST_RULES, faults);
    for rule in rules.items() {
        let (count, indexes) = (rule.key("succeededCount"), rule.key("succeededIndexes"));
        if !count.is_set() && !indexes.is_set() {
            faults.add(
                rule.path(),
                Fault::Conflict {
                    what: "a rule says nothing of what has to succeed",
                    why: "The API server says: at least one of succeededCount or succeededIndexes must be specified.",
                    mend: "Say how many indexes have to succeed (`succeededCount`), or which (`succeededIndexes`), or both.",
                },
            );
        }
        // Without completions, which are missed, nobody can count.
        let Some(completions) = completions else { continue };
        let named = indexes.text().map(|text| (text, number_of(text, completions)));
        if let Some((text, Err(flaw))) = named {
            faults.add(indexes.path(), Fault::Indexes { indexes: text, flaw });
        }
        if let Some(length) = indexes.text().map(str::len).filter(|length| *length > LONGEST) {
            faults.add(indexes.path(), Fault::TooLong { length, most: LONGEST });
        }
        // Indexes that are refused count as none.
        let most = match named {
            Some((_, counted)) => counted.unwrap_or(0).min(completions),
            None => completions,
        };
        faults.within(&count, 0, if indexes.is_hidden() { completions } else { most.max(0) });
    }
}

/// What is wrong with a list of indexes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum IndexFlaw {
    /// Something is no number.
    NoNumber,
    /// A range of more than two.
    Hyphens,
    /// An index that the Job does not have.
    TooLarge { index: i64, completions: i64 },
    /// One that is not above the one before it.
    Order { before: i64, after: i64 },
}

/// The words of the API server, in short.
impl fmt::Display for IndexFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoNumber => f.write_str("something in it is no number"),
            Self::Hyphens => f.write_str("a range in it has more than one hyphen"),
            Self::TooLarge { index, completions } => {
                write!(f, "index {index} is not below `completions`, which is {completions}")
            }
            Self::Order { before, after } => {
                write!(f, "{after} is not above {before}, which stands before it")
            }
        }
    }
}

/// How many indexes a list names: `1,3-5`.
fn number_of(text: &str, completions: i64) -> Result<i64, IndexFlaw> {
    let mut last = None;
    let mut count = 0;
    for range in text.split(',').filter(|_| !text.is_empty()) {
        let mut limits = range.split('-');
        let (first, end, more) = (limits.next().unwrap_or_default(), limits.next(), limits.next());
        if more.is_some() {
            return Err(IndexFlaw::Hyphens);
        }
        let below = |text: &str| match text.parse::<i64>().map_err(|_| IndexFlaw::NoNumber)? {
            index if index >= completions => Err(IndexFlaw::TooLarge { index, completions }),
            index => Ok(index),
        };
        let first = below(first)?;
        let end = match end {
            Some(end) => below(end)?,
            None => first,
        };
        if range.contains('-') && first >= end {
            return Err(IndexFlaw::Order { before: first, after: end });
        }
        if let Some(before) = last.filter(|before| *before >= first) {
            return Err(IndexFlaw::Order { before, after: first });
        }
        count += end - first + 1;
        last = Some(end);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_rise_and_are_those_of_the_job() {
        for (text, count) in [("", 0), ("0", 1), ("1,3-5", 4), ("0-9", 10), ("+1", 1)] {
            assert_eq!(number_of(text, 10), Ok(count), "{text}");
        }
        for (text, flaw) in [
            ("a", IndexFlaw::NoNumber),
            ("1,", IndexFlaw::NoNumber),
            ("-1", IndexFlaw::NoNumber),
            ("1 ", IndexFlaw::NoNumber),
            ("1-2-3", IndexFlaw::Hyphens),
            ("10", IndexFlaw::TooLarge { index: 10, completions: 10 }),
            ("2-1", IndexFlaw::Order { before: 2, after: 1 }),
            ("1-1", IndexFlaw::Order { before: 1, after: 1 }),
            ("3,2", IndexFlaw::Order { before: 3, after: 2 }),
        ] {
            assert_eq!(number_of(text, 10), Err(flaw), "{text}");
        }
    }
}
