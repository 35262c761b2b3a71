//! From one object to its findings, and from all findings to their total order.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::project::ReadFile;
use super::rendered::Sets;
use crate::config::Overrides;
use crate::config::overrides::Levels;
use crate::finding::{Finding, Judged, ObjectRef, Place, ReportedBy, SourceId, Suppressed};
use crate::manifest::id::named;
use crate::manifest::workload::Workload;
use crate::manifest::{ContainerKind, Object};
use crate::project::input::File;
use crate::project::load::Item;
use crate::rules::settings::Settings;
use crate::rules::subject::{ContainerView, Subject};
use crate::rules::verdict::Needs;
use crate::rules::{Check, RULES, Rule};
use crate::set::owners::{Member, Owners};
use crate::set::{self, Set};
use crate::timeline::{self, Given, Grace, Shutdown, pre_stops};
use crate::yaml::path::Step;

/// What is known beside the object that is judged.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) sets: &'a Sets<'a>,
    pub(super) owners: &'a Owners,
    /// Only some files of the project were read.
    pub(super) is_partial: bool,
    /// Findings carry their fixes.
    pub(super) fixes: bool,
    /// What some objects are judged by instead of what holds for every file.
    pub(super) overrides: &'a Overrides,
    /// What holds for every file.
    pub(super) settings: &'a Settings,
}

/// What the rules find in one file. Its objects are judged side by side: a cluster's answer is one
/// file of thousands.
pub(super) fn file(
    one: &ReadFile,
    source: SourceId,
    known: &Surroundings<'_>,
    settings: &Settings,
) -> Vec<Judged> {
    let file = &one.file;
    let set = known.sets.of(file);
    let about = known.overrides.of_objects_in(file.path());
    let items: Vec<(usize, &Item)> = one.loaded.items.iter().enumerate().collect();
    let judged = items.into_par_iter().with_min_len(OBJECTS_AT_ONCE).map(|(index, item)| {
        let member = (source.0, index);
        match known.owners.left_out(member) {
            Some(_) => Vec::new(),
            None => {
                let workload = item.workload.as_deref();
                let about = (file.path(), about.as_slice());
                let levels = known.overrides.levels(known.settings, about, &item.object, workload);
                judge(item, member, set, known, (settings, levels), file)
            }
        }
    });
    judged.flatten_iter().collect()
}

/// Fewer are not worth a thread.
const OBJECTS_AT_ONCE: usize = 16;

/// What the rules that are on find in one object, with the severities that the user gave them.
fn judge(
    item: &Item,
    member: Member,
    set: &Set,
    known: &Surroundings<'_>,
    (settings, levels): (&Settings, Option<Levels<'_>>),
    file: &File,
) -> Vec<Judged> {
    let source = SourceId(member.0);
    let workload = item.workload.as_deref();
    let copies = known.owners.labels_of_copies(member);
    let (grace, containers) =
        workload.map(|workload| views(workload, source, set, copies, settings)).unwrap_or_default();
    let subject = Subject {
        source,
        object: &item.object,
        problems: &item.problems,
        refused: &item.refused,
        workload,
        grace,
        containers,
        set,
        settings,
        is_partial: known.is_partial,
        knows_services: (file.is_rendered() || item.object.is_live())
            && set.has_services(item.object.namespace()),
        // What was rendered is no text that anybody keeps, and what a controller made is not where to mend.
        fixes: known.fixes && !file.is_rendered() && known.owners.stands_for(member).is_none(),
    };
    let owner = known.owners.stands_for(member);
    let object = item.object.root().span();
    let mut judged = Vec::new();
    let mut seen = Vec::new();
    let is_on =
        |rule: &&Rule| settings.is_on(rule) || levels.as_ref().is_some_and(|levels| levels.may_turn_on(rule));
    for rule in RULES.iter().filter(is_on) {
        let Check::Object(check) = rule.check else { continue };
        check(&subject, &mut seen);
        for seen in seen.drain(..) {
            let own = levels.as_ref().map(|levels| levels.of(seen.container_name()));
            let own = own.as_ref().unwrap_or(settings);
            if !own.is_on(rule) {
                continue;
            }
            let severity = own.severity(rule, seen.severity());
            let reported_by = match seen.taken_for_granted() {
                Needs::Traffic => ReportedBy::Other,
                Needs::Strict if !settings.strict => ReportedBy::Strict,
                Needs::Strict | Needs::Nothing if settings.shows(severity) => ReportedBy::This,
                Needs::Strict | Needs::Nothing => ReportedBy::Strict,
            };
            let is_shown = reported_by == ReportedBy::This;
            // Of what is rendered, words tell apart what overlays have in common.
            let mut finding = seen.finding(rule, &subject, is_shown || file.is_rendered());
            finding.field = match finding.place.source == source {
                true => item.object.lasting_field(&finding.place.path),
                false => finding.place.path.to_string(),
            };
            finding.severity = severity;
            if let Some(owner) = owner.filter(|_| is_shown) {
                finding.help.text.push_str(&mend_at(owner, &item.object));
            }
            judged.push(Judged { finding, source, object, reported_by });
        }
    }
    judged
}

/// What a controller made is mended where the controller reads it.
fn mend_at(owner: &ObjectRef, made: &Object) -> String {
    format!(
        " This {} is made by {}: mend it there, or in what that one is made from.",
        made.id.kind,
        named(owner)
    )
}

fn views<'a>(
    workload: &'a Workload,
    source: SourceId,
    set: &'a Set,
    copies: &[BTreeMap<String, String>],
    settings: &Settings,
) -> (Option<Grace>, Vec<ContainerView<'a>>) {
    let traffic = set.traffic(workload, copies);
    let conditions = settings.conditions(Given::NOTHING);
    let hooks = pre_stops(set, source, workload, &conditions);
    // Where no hook runs and nothing waits for its turn, every stop signal comes at once.
    let is_plain = hooks.iter().all(Option::is_none)
        && !workload.containers.iter().any(|one| one.kind == ContainerKind::Sidecar);
    let (grace, stops) = match is_plain {
        true => (None, Vec::new()),
        false => {
            let Shutdown { grace, stops, .. } = Shutdown::of_ready(workload, &hooks, &conditions);
            (grace, stops)
        }
    };
    let mut stops = stops.into_iter();
    let views = workload.containers.iter().zip(hooks).map(|(container, pre_stop)| {
        // Nobody answers where a program sleeps, whatever leads there.
        let serving = match timeline::only_waits(set, source, workload, container, &settings.knowledge) {
            true => set::Serving::None,
            false => set::serving(workload, container, &traffic),
        };
        let reaches = traffic.iter().filter(|reach| reach.container == container.path).cloned().collect();
        ContainerView { container, serving, reaches, pre_stop, stop: stops.next().flatten() }
    });
    (grace, views.collect())
}

/// Sorts into the total order, and makes one of what was found at one place for several
/// containers: a script that two of them run is mended once.
pub(super) fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut().filter(|last| is_same(last, &finding)) {
            Some(last) => {
                let new = finding
                    .related
                    .into_iter()
                    .filter(|place| !last.related.contains(place))
                    .collect::<Vec<_>>();
                last.related.extend(new);
            }
            None => merged.push(finding),
        }
    }
    merged
}

/// What is not shown, as [`merge`] would leave it beside what is.
pub(super) fn merge_unshown(unshown: Vec<Finding>, shown: &[Finding]) -> Vec<Finding> {
    let mut unshown = merge(unshown);
    let is_one_with = |finding: &Finding| {
        let at = shown.partition_point(|one| (&one.place, one.rule) < (&finding.place, finding.rule));
        shown.get(at).is_some_and(|one| is_same(one, finding))
    };
    unshown.retain(|finding| !is_one_with(finding));
    unshown
}

/// The same for what was silenced: what one comment silences for several containers is one.
pub(super) fn merge_suppressed(mut suppressed: Vec<Suppressed>) -> Vec<Suppressed> {
    suppressed
        .sort_by(|a, b| (key(&a.finding), a.means, &a.place).cmp(&(key(&b.finding), b.means, &b.place)));
    suppressed.dedup_by(|later, first| {
        is_same(&first.finding, &later.finding) && first.means == later.means && first.place == later.place
    });
    suppressed
}

fn key(finding: &Finding) -> (&Place, &str, &str, &ObjectRef, &Option<String>) {
    (&finding.place, finding.rule, &finding.message, &finding.object, &finding.container)
}

/// In a text of another object, so read through a mount; an alias is one finding per container.
fn is_same(a: &Finding, b: &Finding) -> bool {
    let is_mounted = |finding: &Finding| matches!(finding.place.path.steps().first(), Some(Step::Key(key)) if key == "data");
    a.rule == b.rule && a.place == b.place && is_mounted(a)
}
