//! Judges a file for each version that is asked for, and makes one of what several of them find.

use std::collections::BTreeMap;

use super::judge::{self, Surroundings};
use super::project::ReadFile;
use crate::finding::words;
use crate::finding::{Judged, Place, ReportedBy, Severity, SourceId, Span};
use crate::kubernetes::behaviour::Behaviour;
use crate::kubernetes::version::KubernetesVersion;
use crate::kubernetes::versions::KubernetesVersions;
use crate::rules::settings::Settings;

/// What the rules find in one file, in any of the versions of its settings.
pub(super) fn file(one: &ReadFile, source: SourceId, known: &Surroundings<'_>) -> Vec<Judged> {
    let settings = one.settings.as_ref();
    let judge = |settings: &Settings| judge::file(one, source, known, settings);
    let Some(versions) = settings.kubernetes_versions else { return judge(settings) };
    let mut united = United::default();
    for alike in alike(versions, settings) {
        // Nothing tells the others of them apart from the first.
        let Some(first) = alike.first() else { continue };
        united.take(judge(&settings.at(*first)), &alike);
    }
    united.findings(versions)
}

/// The versions in groups that nothing tells apart, in the order of the oldest of each.
fn alike(versions: KubernetesVersions, settings: &Settings) -> Vec<Vec<KubernetesVersion>> {
    let mut groups: Vec<(Behaviour, Vec<KubernetesVersion>)> = Vec::new();
    for version in versions.iter() {
        let behaviour = Behaviour::of(version, &settings.feature_gates);
        match groups.iter_mut().find(|(of_group, _)| *of_group == behaviour) {
            Some((_, group)) => group.push(version),
            None => groups.push((behaviour, vec![version])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// A finding, and where it is found.
struct Row {
    judged: Judged,
    /// Each version that finds it, and how grave it is there.
    found: Vec<(KubernetesVersion, Severity)>,
    /// It was found in the versions that are being taken.
    is_taken: bool,
}

/// What makes findings of two versions the same one: the rule, the place, the container, the object, and that a
/// run of these files reports it, be it a stricter one: what is advice in one version may be a warning in another.
type Key = (&'static str, Place, Option<String>, (SourceId, Span), bool);

/// The findings of several versions.
#[derive(Default)]
struct United {
    rows: Vec<Row>,
    /// The rows of each key: one version can find several things at one place.
    known: BTreeMap<Key, Vec<usize>>,
}

impl United {
    /// Takes what these versions find; they are newer than all before.
    fn take(&mut self, judged: Vec<Judged>, versions: &[KubernetesVersion]) {
        self.rows.iter_mut().for_each(|row| row.is_taken = false);
        // What says the same is the same; what is left is told in other words.
        let (same, other): (Vec<_>, Vec<_>) = judged.into_iter().partition(|judged| {
            let known = self.known.get(&key(judged)).into_iter().flatten();
            known.filter_map(|row| self.rows.get(*row)).any(|row| says_the_same(&row.judged, judged))
        });
        for judged in same {
            self.add(judged, versions, says_the_same);
        }
        for judged in other {
            self.add(judged, versions, |_, _| true);
        }
    }

    /// Adds a finding to the row that it is the same as, or as a row of its own.
    fn add(&mut self, judged: Judged, versions: &[KubernetesVersion], is: impl Fn(&Judged, &Judged) -> bool) {
        let severity = judged.finding.severity;
        let found = versions.iter().map(|version| (*version, severity));
        let rows = self.known.entry(key(&judged)).or_default();
        let row = rows
            .iter()
            .copied()
            .find(|row| self.rows.get(*row).is_some_and(|row| !row.is_taken && is(&row.judged, &judged)));
        match row.and_then(|row| self.rows.get_mut(row)) {
            Some(row) => {
                row.found.extend(found);
                row.is_taken = true;
                // What is not shown may have no words.
                let rank = |judged: &Judged| (judged.is_shown(), judged.finding.severity);
                if rank(&judged) > rank(&row.judged) {
                    row.judged = judged;
                }
            }
            None => {
                rows.push(self.rows.len());
                self.rows.push(Row { judged, found: found.collect(), is_taken: true });
            }
        }
    }

    /// All of them, each with a word on the versions that do not find it.
    fn findings(self, asked: KubernetesVersions) -> Vec<Judged> {
        let findings = self.rows.into_iter().map(|row| {
            let mut judged = row.judged;
            judged.finding.why.push_str(&qualified(&row.found, judged.finding.severity, asked));
            judged
        });
        findings.collect()
    }
}

fn key(judged: &Judged) -> Key {
    let finding = &judged.finding;
    let object = (judged.source, judged.object);
    (
        finding.rule,
        finding.place.clone(),
        finding.container.clone(),
        object,
        judged.reported_by != ReportedBy::Other,
    )
}

fn says_the_same(a: &Judged, b: &Judged) -> bool {
    a.finding.message == b.finding.message
}

/// A sentence that names the versions of a finding; empty where it is as grave in all that are asked for.
fn qualified(
    found: &[(KubernetesVersion, Severity)],
    gravest: Severity,
    asked: KubernetesVersions,
) -> String {
    let of = |is: &dyn Fn(Severity) -> bool| -> Vec<KubernetesVersion> {
        let mut versions: Vec<_> = found.iter().filter(|(_, one)| is(*one)).map(|(one, _)| *one).collect();
        versions.sort_unstable();
        versions
    };
    let (grave, milder) = (of(&|one| one == gravest), of(&|one| one < gravest));
    let others = asked.iter().count().saturating_sub(grave.len() + milder.len());
    let range = format!("{} to {}", asked.oldest(), asked.newest());
    match (milder.is_empty(), others == 0) {
        (true, true) => String::new(),
        (true, false) => format!(" This is found for Kubernetes {}, of {range}.", listed(&grave)),
        (false, true) => format!(
            " This is {} for Kubernetes {}, and milder for {}.",
            with_article(gravest),
            listed(&grave),
            listed(&milder)
        ),
        (false, false) => format!(
            " This is {} for Kubernetes {}, milder for {}, and not found for the others of {range}.",
            with_article(gravest),
            listed(&grave),
            listed(&milder)
        ),
    }
}

fn with_article(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "an error",
        Severity::Warning => "a warning",
        Severity::Info => "an info",
    }
}

/// `1.28`, `1.28 and 1.29`, `1.28, 1.29 and 1.33`, `1.28 to 1.31 and 1.33`.
fn listed(versions: &[KubernetesVersion]) -> String {
    let follows = |a: &KubernetesVersion, b: &KubernetesVersion| a.major == b.major && a.minor + 1 == b.minor;
    let runs = versions.chunk_by(follows).flat_map(|run| match run {
        [first, .., last] if run.len() > 2 => vec![format!("{first} to {last}")],
        few => few.iter().map(ToString::to_string).collect(),
    });
    words::listed(runs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn minors(minors: &[u32]) -> Vec<KubernetesVersion> {
        minors.iter().map(|minor| KubernetesVersion::new(1, *minor)).collect()
    }

    #[test]
    fn versions_are_listed_in_as_few_words_as_can_be() {
        for (versions, words) in [
            (&[28][..], "1.28"),
            (&[28, 29], "1.28 and 1.29"),
            (&[28, 29, 33], "1.28, 1.29 and 1.33"),
            (&[28, 29, 30], "1.28 to 1.30"),
            (&[28, 30, 31, 32, 33], "1.28 and 1.30 to 1.33"),
            (&[28, 29, 30, 33, 34], "1.28 to 1.30, 1.33 and 1.34"),
        ] {
            assert_eq!(listed(&minors(versions)), words);
        }
    }

    #[test]
    fn a_finding_names_its_versions_where_they_are_not_all() {
        let asked: KubernetesVersions = "1.28-1.30".parse().unwrap();
        let of = |found: &[(u32, Severity)]| {
            let gravest = found.iter().map(|(_, severity)| *severity).max().unwrap();
            let found: Vec<_> = found
                .iter()
                .map(|(minor, severity)| (KubernetesVersion::new(1, *minor), *severity))
                .collect();
            qualified(&found, gravest, asked)
        };
        use Severity::{Error, Warning};
        assert_eq!(of(&[(28, Error), (29, Error), (30, Error)]), "");
        assert_eq!(
            of(&[(28, Error), (29, Error)]),
            " This is found for Kubernetes 1.28 and 1.29, of 1.28 to 1.30."
        );
        assert_eq!(
            of(&[(28, Warning), (29, Error), (30, Error)]),
            " This is an error for Kubernetes 1.29 and 1.30, and milder for 1.28."
        );
        assert_eq!(
            of(&[(28, Warning), (29, Error)]),
            " This is an error for Kubernetes 1.29, milder for 1.28, and not found for the others of 1.28 to 1.30."
        );
    }

    #[test]
    fn versions_that_nothing_tells_apart_are_judged_once() {
        let groups = |versions: &str, gates: &[(&str, bool)]| {
            let gates = gates.iter().map(|(gate, is_on)| ((*gate).to_owned(), *is_on)).collect();
            let settings = Settings { feature_gates: gates, ..Settings::default() };
            alike(versions.parse().unwrap(), &settings)
        };
        assert_eq!(groups("1.36", &[]), [minors(&[36])]);
        assert_eq!(groups("1.25-1.27", &[]), [minors(&[25]), minors(&[26]), minors(&[27])]);
        assert_eq!(groups("1.36-1.37", &[("MaxUnavailableStatefulSet", true)]), [minors(&[36, 37])]);
    }
}
