//! The baseline: findings that were there before, so that only what is new fails.
//!
//! A line a finding: how often it was there, and its [`Identity`]. No line numbers and no file
//! names, so that a moved file and an added line change nothing; sorted, so that it reads well in a
//! review and merges well.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use thiserror::Error;

use crate::finding::identity::Identity;
use crate::finding::{Finding, Means, Obsolete, Related, ReportedBy, Suppressed};
use crate::text::system;

/// The first line that is no comment: the version of the format.
const VERSION: &str = "version 1";

const HEADER: &str = "\
# The findings that were there when this file was written, and how often: `kubectl lifecycle lint --baseline`
# reports only what is not listed. A line goes when its finding is mended; `--prune-baseline` removes those.
";

/// Findings that are known, by what makes them the same in two runs, with their number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Baseline {
    entries: BTreeMap<Identity, usize>,
}

/// Findings parted by a baseline.
#[derive(Debug, Default)]
pub(crate) struct Parted {
    /// Those that are new.
    pub new: Vec<Finding>,
    /// Those that it holds.
    pub known: Vec<Suppressed>,
    /// Those of what is not shown that it does not hold.
    pub unshown: Vec<(ReportedBy, Finding)>,
    /// Its entries that occur less often than it says.
    pub obsolete: Vec<Obsolete>,
}

/// Why a text is no baseline.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum BaselineError {
    /// The file is not there, or cannot be read.
    #[error("the baseline cannot be read: {0}; write it with --write-baseline")]
    Unreadable(String),
    /// It does not begin with its version.
    #[error("line {line}: a baseline begins with `version 1`; write it again with --write-baseline")]
    Version {
        /// From 1.
        line: usize,
    },
    /// A line is none of its lines.
    #[error(
        "line {line}: not an entry of a baseline, which is a number and what was found \
         (`1 latest-tag apps/Deployment web container=app FIELD`); mend the line or write it again with --write-baseline"
    )]
    Entry {
        /// From 1.
        line: usize,
    },
    /// A merge left its marks.
    #[error(
        "line {line}: a merge conflict was left in the file; keep the entries of both sides, and each once"
    )]
    Conflict {
        /// From 1.
        line: usize,
    },
    /// An entry stands twice, as after a merge.
    #[error(
        "line {line}: this entry stands in an earlier line already; keep one of them, with the larger number"
    )]
    Twice {
        /// From 1.
        line: usize,
    },
}

impl Baseline {
    /// The baseline of a run's findings.
    pub(crate) fn of<'f>(findings: impl IntoIterator<Item = &'f Finding>) -> Self {
        let mut entries = BTreeMap::new();
        for finding in findings {
            *entries.entry(Identity::of(finding)).or_default() += 1;
        }
        Self { entries }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// See [`BaselineError`].
    pub(crate) fn read(path: &Path) -> Result<Self, BaselineError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| BaselineError::Unreadable(system::words(&error)))?;
        Self::parse(&text)
    }

    /// Reads the text of a file. Comments and empty lines are passed over, in any order of entries.
    ///
    /// # Errors
    /// See [`BaselineError`].
    pub(crate) fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut entries = BTreeMap::new();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some(line) = text.lines().position(is_conflict) {
            return Err(BaselineError::Conflict { line: line + 1 });
        }
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        match lines.next() {
            Some((_, VERSION)) => {}
            other => return Err(BaselineError::Version { line: other.map_or(1, |(line, _)| line) }),
        }
        for (line, text) in lines {
            let (identity, count) = entry(text).ok_or(BaselineError::Entry { line })?;
            if entries.insert(identity, count).is_some() {
                return Err(BaselineError::Twice { line });
            }
        }
        Ok(Self { entries })
    }

    /// How many findings it holds.
    pub(crate) fn len(&self) -> usize {
        self.entries.values().sum()
    }

    /// Parts findings, in their total order, into known and new. Of more findings of one identity than
    /// it holds the last are new, and name the others. `was_linted` tells whether an entry that was
    /// not found was looked for at all; what only other runs show (`unshown`) was found as well.
    pub(crate) fn part(
        &self,
        findings: Vec<Finding>,
        unshown: Vec<(ReportedBy, Finding)>,
        was_linted: impl Fn(&Identity) -> bool,
    ) -> Parted {
        let mut parted = Parted::default();
        let mut found: BTreeMap<Identity, Vec<Related>> = BTreeMap::new();
        for mut finding in findings {
            let identity = Identity::of(&finding);
            let listed = self.entries.get(&identity).copied().unwrap_or(0);
            let known = found.entry(identity).or_default();
            if known.len() < listed {
                let message = "the same fault, which the baseline holds".to_owned();
                known.push(Related { place: finding.place.clone(), message });
                let (means, reason, place) = (Means::Baseline, String::new(), None);
                parted.known.push(Suppressed { finding, means, reason, place });
            } else {
                finding.related.extend(known.iter().cloned());
                parted.new.push(finding);
            }
        }
        let mut found: BTreeMap<Identity, usize> =
            found.into_iter().map(|(identity, known)| (identity, known.len())).collect();
        for (by, finding) in unshown {
            let identity = Identity::of(&finding);
            let listed = self.entries.get(&identity).copied().unwrap_or(0);
            let known = found.entry(identity).or_default();
            match *known < listed {
                true => *known += 1,
                false => parted.unshown.push((by, finding)),
            }
        }
        for (identity, listed) in &self.entries {
            let found = found.get(identity).copied().unwrap_or(0);
            if found < *listed && was_linted(identity) {
                parted.obsolete.push(Obsolete { identity: identity.to_string(), listed: *listed, found });
            }
        }
        parted
    }

    /// Without what is obsolete.
    #[must_use]
    pub(crate) fn pruned(&self, obsolete: &[Obsolete]) -> Self {
        let found: BTreeMap<&str, usize> =
            obsolete.iter().map(|entry| (entry.identity.as_str(), entry.found)).collect();
        let entries = self.entries.iter().map(|(identity, listed)| {
            let left = found.get(identity.to_string().as_str()).unwrap_or(listed);
            (identity.clone(), *left)
        });
        Self { entries: entries.filter(|(_, left)| *left > 0).collect() }
    }
}

/// What git writes between two sides that it cannot merge.
fn is_conflict(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark))
}

/// `2 latest-tag apps/Deployment …`
fn entry(text: &str) -> Option<(Identity, usize)> {
    let (count, identity) = text.split_once(' ')?;
    let count = count.parse().ok().filter(|count| *count > 0)?;
    Some((identity.trim_start().parse().ok()?, count))
}

/// The text of the file.
impl fmt::Display for Baseline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}{VERSION}")?;
        self.entries.iter().try_for_each(|(identity, count)| writeln!(f, "{count} {identity}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::finding::{Help, ObjectRef, Place, Severity, SourceId};
    use crate::text::Span;
    use crate::yaml::path::FieldPath;

    fn finding(name: &str, at: usize) -> Finding {
        Finding {
            verdict: "moving",
            rule: "latest-tag",
            severity: Severity::Warning,
            message: String::new(),
            why: String::new(),
            fix: None,
            help: Help::default(),
            docs: Vec::new(),
            place: Place { source: SourceId(at), span: Span::new(at, at), path: FieldPath::root() },
            label: None,
            related: Vec::new(),
            chart: None,
            object: ObjectRef {
                api_version: "apps/v1".into(),
                kind: "Deployment".into(),
                namespace: None,
                name: name.into(),
            },
            container: Some("app".into()),
            field: "image".into(),
        }
    }

    fn always(_: &Identity) -> bool {
        true
    }

    #[test]
    fn its_text_is_sorted_and_read_back() {
        let baseline = Baseline::of(&[finding("b", 0), finding("a b\n", 1), finding("b", 2)]);
        let text = baseline.to_string();
        assert_eq!(
            text.lines().skip(2).collect::<Vec<_>>(),
            [
                "version 1",
                r#"1 latest-tag apps/Deployment "a b\u{a}" container=app image"#,
                "2 latest-tag apps/Deployment b container=app image",
            ]
        );
        assert_eq!(Baseline::parse(&text), Ok(baseline));
    }

    #[test]
    fn what_it_holds_is_known_wherever_it_stands_and_the_rest_is_new() {
        let baseline = Baseline::of(&[finding("a", 0)]);
        let parted = baseline.part(vec![finding("a", 7), finding("c", 9)], vec![], always);
        let new: Vec<&str> = parted.new.iter().map(|finding| finding.object.name.as_str()).collect();
        assert_eq!((new, parted.known.len(), parted.obsolete), (vec!["c"], 1, vec![]));
    }

    #[test]
    fn two_findings_of_one_identity_are_counted() {
        let baseline = Baseline::of(&[finding("a", 0), finding("a", 1)]);
        let parted = baseline.part((0..3).map(|at| finding("a", at)).collect(), vec![], always);
        assert_eq!((parted.known.len(), parted.new.len()), (2, 1));
        assert_eq!(parted.new.first().map(|new| (new.place.span.start, new.related.len())), Some((2, 2)));
    }

    #[test]
    fn what_no_longer_occurs_is_told_and_pruned() {
        let baseline = Baseline::of(&[finding("a", 0), finding("b", 1), finding("b", 2)]);
        let parted = baseline.part(vec![finding("b", 0)], vec![], always);
        let told: Vec<(usize, usize)> =
            parted.obsolete.iter().map(|entry| (entry.listed, entry.found)).collect();
        assert_eq!(told, [(1, 0), (2, 1)]);
        assert_eq!(baseline.pruned(&parted.obsolete), Baseline::of(&[finding("b", 0)]));
    }

    #[test]
    fn what_only_a_stricter_run_shows_is_held_and_not_obsolete() {
        let baseline = Baseline::of(&[finding("a", 0), finding("a", 1)]);
        let unshown = (1..4).map(|at| (ReportedBy::Strict, finding("a", at))).collect();
        let parted = baseline.part(vec![finding("a", 0)], unshown, always);
        assert_eq!((parted.known.len(), parted.new.len(), parted.unshown.len()), (1, 0, 2));
        assert_eq!(parted.obsolete, []);
    }

    #[test]
    fn what_was_not_linted_is_not_obsolete() {
        let baseline = Baseline::of(&[finding("a", 0)]);
        assert_eq!(baseline.part(vec![], vec![], |_| false).obsolete, []);
    }

    #[test]
    fn a_broken_file_is_refused_at_its_line() {
        for (text, line) in [("", 1), ("# a\n\n1 a b c d\n", 3), ("version 2\n", 1)] {
            assert_eq!(Baseline::parse(text), Err(BaselineError::Version { line }), "{text:?}");
        }
        for entry in ["latest-tag a b c", "0 a b c d", "x a b c d", "1 a b", "-1 a b c d"] {
            let text = format!("version 1\n# a\n{entry}\n");
            assert_eq!(Baseline::parse(&text), Err(BaselineError::Entry { line: 3 }), "{entry:?}");
        }
        for text in
            ["<<<<<<< HEAD\nversion 1\n", "version 1\n1 a b c d\n=======\n", "version 1\n>>>>>>> theirs\n"]
        {
            let line = text.lines().position(is_conflict).map_or(0, |line| line + 1);
            assert_eq!(Baseline::parse(text), Err(BaselineError::Conflict { line }), "{text:?}");
        }
        let twice = "version 1\r\n1 a b c d\r\n2 a b c d\r\n";
        assert_eq!(Baseline::parse(twice), Err(BaselineError::Twice { line: 3 }));
    }
}
