//! Splits what was found into what is reported and what is silenced.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{Collected, Entry, Extent, Suppression};
use super::intervals::Intervals;
use super::{invalid, unused};
use crate::finding::{Finding, Judged, ReportedBy, SourceId, Suppressed};
use crate::rules::settings::Settings;
use crate::rules::{Rule, invalid_suppression, unused_suppression};
use crate::text::{Source, Span};

/// A file of the run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SilencedFile<'r> {
    /// Its text, if it could be read.
    pub source: Option<&'r Source>,
    /// Its objects were judged: it is a target, and no bug came between.
    pub is_judged: bool,
    /// An overlay was made from it. Its suppressions may be of use in other overlays, so none is unused;
    /// one that can work nowhere is still told.
    pub is_origin: bool,
    /// What it is judged by.
    pub settings: &'r Settings,
}

/// What became of the findings. No list is sorted.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To be reported, with what the two rules about suppressions found.
    pub kept: Vec<Finding>,
    /// Not to be reported, and not silenced; perhaps without words.
    pub unshown: Vec<(ReportedBy, Finding)>,
    /// Silenced.
    pub suppressed: Vec<Suppressed>,
}

impl Outcome {
    /// What nothing silences.
    fn leave(&mut self, judged: Judged) {
        match judged.is_shown() {
            true => self.kept.push(judged.finding),
            false => self.unshown.push((judged.reported_by, judged.finding)),
        }
    }
}

/// What findings in an object, in one of its containers or in none, are rated by instead of the settings of their
/// file.
pub(crate) type Own<'r> = dyn Fn(SourceId, Span, Option<&str>) -> Option<Settings> + 'r;

/// Applies the suppressions of the files of a run, which stand by their numbers.
pub(crate) fn apply(
    files: &[SilencedFile<'_>],
    collected: &[&Collected],
    judged: Vec<Judged>,
    own: &Own<'_>,
) -> Outcome {
    let mut outcome = Outcome::default();
    if collected.is_empty() {
        judged.into_iter().for_each(|judged| outcome.leave(judged));
        return outcome;
    }
    let problems = collected.iter().flat_map(|one| &one.problems);
    let suppressions: Vec<&Suppression> = collected.iter().flat_map(|one| &one.suppressions).collect();
    let mut pass = Pass::new(files, &suppressions, own);
    for judged in judged {
        pass.split(judged, &mut outcome);
    }
    for judged in pass.unused(&outcome.kept, false) {
        pass.split(judged, &mut outcome);
    }
    pass.unused(&[], true).into_iter().for_each(|judged| outcome.leave(judged));
    for problem in problems {
        let file = files.get(problem.site.place.source.0);
        if let Some((file, source)) = file.and_then(|file| Some((file, file.source?))) {
            let file = SilencedFile { is_judged: file.is_judged || file.is_origin, ..*file };
            let found = invalid::finding(problem, source);
            let found = rated(&file, &invalid_suppression::RULE, found, problem.site.object_span, own);
            found.into_iter().for_each(|judged| outcome.leave(judged));
        }
    }
    outcome
}

/// The finding with its severity; `None` where its rule is off or the file is only known about.
fn rated(
    file: &SilencedFile<'_>,
    rule: &Rule,
    mut finding: Finding,
    object: Span,
    own: &Own<'_>,
) -> Option<Judged> {
    let own = own(finding.place.source, object, finding.container.as_deref());
    let own = own.as_ref().unwrap_or(file.settings);
    finding.severity = own.severity(rule, finding.severity);
    let reported_by = match file.settings.shows(finding.severity) {
        true => ReportedBy::This,
        false => ReportedBy::Strict,
    };
    let source = finding.place.source;
    (file.is_judged && own.is_on(rule)).then_some(Judged { finding, source, object, reported_by })
}

/// A suppression and one of its entries, by their numbers.
type Slot = (usize, usize);

/// Every byte of a file.
const WHOLE: Span = Span { start: 0, end: usize::MAX };

struct Pass<'p> {
    files: &'p [SilencedFile<'p>],
    suppressions: &'p [&'p Suppression],
    /// Comments by file and rule.
    comments: BTreeMap<(SourceId, &'p str), Intervals<Slot>>,
    /// Annotations by file, rule and where their object begins.
    annotations: BTreeMap<(SourceId, &'p str, usize), Vec<Slot>>,
    used: BTreeSet<Slot>,
    own: &'p Own<'p>,
}

impl<'p> Pass<'p> {
    fn new(files: &'p [SilencedFile<'p>], suppressions: &'p [&'p Suppression], own: &'p Own<'p>) -> Self {
        let mut comments: BTreeMap<_, Vec<(Span, Slot)>> = BTreeMap::new();
        let mut annotations: BTreeMap<_, Vec<Slot>> = BTreeMap::new();
        for (number, suppression) in suppressions.iter().enumerate() {
            let source = suppression.site.place.source;
            for (at, entry) in suppression.entries.iter().enumerate() {
                let slot = (number, at);
                let spans: &[Span] = match &suppression.scope {
                    Extent::Object(span) => {
                        annotations.entry((source, entry.rule, span.start)).or_default().push(slot);
                        continue;
                    }
                    Extent::File => &[WHOLE],
                    Extent::Bytes(spans) => spans,
                };
                let covered = spans.iter().map(|span| (*span, slot));
                comments.entry((source, entry.rule)).or_default().extend(covered);
            }
        }
        let comments = comments.into_iter().map(|(key, spans)| (key, Intervals::new(spans))).collect();
        Self { files, suppressions, comments, annotations, used: BTreeSet::new(), own }
    }

    /// Everything that covers a finding, the narrowest first.
    fn covering(&self, judged: &Judged) -> Vec<Slot> {
        let finding = &judged.finding;
        let mut found: Vec<(usize, Slot)> = Vec::new();
        for (source, span) in places(judged) {
            let comments = self.comments.get(&(source, finding.rule));
            let slots = comments.into_iter().flat_map(|comments| comments.touching(span));
            found.extend(slots.map(|slot| (self.breadth(slot), slot)));
        }
        let slots = self.annotations.get(&(judged.source, finding.rule, judged.object.start));
        let around = (finding.place.source, finding.rule, finding.place.span.start);
        let first = (finding.place.source, finding.rule, 0);
        let outer = self.annotations.range(first..=around).next_back().map(|(_, slots)| slots);
        for slot in slots.into_iter().chain(outer).flatten() {
            found.extend(self.covers_object(*slot, judged).map(|breadth| (breadth, *slot)));
        }
        found.sort_unstable();
        found.dedup_by_key(|(_, slot)| *slot);
        found.into_iter().map(|(_, slot)| slot).collect()
    }

    fn slot(&self, (number, entry): Slot) -> Option<(&'p Suppression, &'p Entry)> {
        let suppression = self.suppressions.get(number)?;
        Some((suppression, suppression.entries.get(entry)?))
    }

    /// How much a comment covers.
    fn breadth(&self, slot: Slot) -> usize {
        match self.slot(slot).map(|(suppression, _)| &suppression.scope) {
            Some(Extent::Bytes(covered)) => covered.iter().map(|covered| covered.end - covered.start).sum(),
            _ => usize::MAX,
        }
    }

    /// How much an annotation covers, if it covers this.
    fn covers_object(&self, slot: Slot, judged: &Judged) -> Option<usize> {
        let (suppression, entry) = self.slot(slot)?;
        let Extent::Object(object) = suppression.scope else { return None };
        let source = suppression.site.place.source;
        let place = &judged.finding.place;
        let is_judged_object = source == judged.source && object == judged.object;
        let is_in_it =
            source == place.source && object.start <= place.span.start && place.span.end <= object.end;
        let is_container = entry.container.is_none() || entry.container == judged.finding.container;
        let breadth = if entry.container.is_some() { usize::MAX - 2 } else { usize::MAX - 1 };
        ((is_judged_object || is_in_it) && is_container).then_some(breadth)
    }

    fn split(&mut self, judged: Judged, outcome: &mut Outcome) {
        let covering = self.covering(&judged);
        self.used.extend(&covering);
        match covering.first().and_then(|slot| self.slot(*slot)) {
            None => outcome.leave(judged),
            // Whoever lints one file, or less strictly, must not be told to take out what another run needs.
            Some(_) if !judged.is_shown() => {}
            Some((suppression, _)) => outcome.suppressed.push(Suppressed {
                finding: judged.finding,
                means: suppression.means,
                reason: suppression.reason.clone(),
                place: Some(suppression.site.place.clone()),
            }),
        }
    }

    /// Entries that were of no use though they could have been; of the rule about such entries
    /// (`of_itself`), or of all others.
    fn idle(&self, of_itself: bool) -> impl Iterator<Item = (&'p Suppression, &'p Entry)> {
        let suppressions = self.suppressions.iter().enumerate();
        let slots =
            suppressions.flat_map(|(number, one)| (0..one.entries.len()).map(move |entry| (number, entry)));
        slots.filter(|slot| !self.used.contains(slot)).filter_map(|slot| self.slot(slot)).filter(
            move |(suppression, entry)| {
                let site = &suppression.site;
                let file = self.files.get(site.place.source.0);
                let container = entry.container.as_deref().or(site.container.as_deref());
                let own = (self.own)(site.place.source, site.object_span, container);
                let is_on = |settings: &Settings| {
                    crate::rules::find(entry.rule).is_some_and(|rule| settings.is_on(rule))
                };
                let is_judged =
                    file.is_some_and(|file| file.is_judged && is_on(own.as_ref().unwrap_or(file.settings)));
                let is_itself = entry.rule == unused_suppression::RULE.id;
                is_judged && suppression.is_judged && is_itself == of_itself
            },
        )
    }

    fn unused(&self, kept: &[Finding], of_itself: bool) -> Vec<Judged> {
        let mut reported: BTreeMap<(SourceId, &str), BTreeSet<usize>> = BTreeMap::new();
        for finding in kept {
            let place = &finding.place;
            reported.entry((place.source, finding.rule)).or_default().insert(place.span.start);
        }
        let found = self.idle(of_itself).filter_map(|(suppression, entry)| {
            let place = &suppression.site.place;
            let file = self.files.get(place.source.0)?;
            let near = reported
                .get(&(place.source, entry.rule))
                .and_then(|starts| nearest(starts, place.span.start));
            let line = near.and_then(|byte| Some(file.source?.position(byte).line));
            let found = unused::finding(suppression, entry, line);
            rated(file, &unused_suppression::RULE, found, suppression.site.object_span, self.own)
        });
        found.collect()
    }
}

fn nearest(starts: &BTreeSet<usize>, byte: usize) -> Option<usize> {
    let after = starts.range(byte..).next();
    let before = starts.range(..byte).next_back();
    after.into_iter().chain(before).min_by_key(|start| start.abs_diff(byte)).copied()
}

/// Where a comment silences a finding: at its place, at the alias that leads there, and, for a
/// script of a ConfigMap, at the hook that runs it.
fn places(judged: &Judged) -> Vec<(SourceId, Span)> {
    let finding = &judged.finding;
    let place = &finding.place;
    let is_inside = |source: SourceId, span: Span| {
        source == judged.source && judged.object.start <= span.start && span.end <= judged.object.end
    };
    let is_mounted = !is_inside(place.source, place.span);
    let used_at = finding.related.iter().map(|related| &related.place).filter(|related| {
        let is_alias = related.path == place.path && related.source == place.source;
        is_alias || (is_mounted && is_inside(related.source, related.span))
    });
    std::iter::once(place).chain(used_at).map(|place| (place.source, place.span)).collect()
}
