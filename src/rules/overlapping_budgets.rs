//! `overlapping-budgets`: two budgets select one Pod, and no eviction supports that.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::Severity;
use crate::finding::words::listed;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::place::related;
use crate::set::budgets::Budget;
use crate::set::evictions::is_drained;
use crate::set::replicas::Replicas;
use crate::set::{Placed, Set};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "overlapping-budgets",
    aliases: &[],
    group: Group::Disruption,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "Two PodDisruptionBudgets select one Pod, so every eviction of it fails.",
    reason: "The eviction API looks up the budget of a Pod, and supports one. Where it finds two it answers with status 500, whatever the budgets allow and however many Pods are ready: a drain of the node fails at that Pod each time, and an autoscaler never takes the node away.",
    options: None,
    facts: &["H28", "P1"],
    docs: &[
        Link {
            title: "Arbitrary workloads and arbitrary selectors",
            url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
        },
        Link {
            title: "How API-initiated eviction works",
            url: "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#how-api-initiated-eviction-works",
        },
    ],
    page: page!("overlapping-budgets"),
    verdicts: &["overlap"],
    check: Check::Object(check),
};

/// How many workloads, and how many further budgets, a finding names.
const MOST_NAMED: usize = 3;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(budget) = subject.set.budget(subject.source, subject.object) else { return };
    let Some(overlap) = Overlap::of(subject.set, budget) else { return };
    let selector = FieldPath::of("spec.selector");
    let others = overlap.others.iter().take(MOST_NAMED).map(|other| {
        let message = format!("{} selects them too", named(&other.item.object.id));
        related(other.source, &other.item.object, &selector, message)
    });
    let pods = overlap.workloads.iter().take(1).map(|one| {
        let path = one.item.kind.template_path().dotted("metadata.labels");
        let message = format!("the labels of the Pods of {}", named(&one.item.object.id));
        related(one.source, &one.item.object, &path, message)
    });
    let related: Vec<_> = others.chain(pods).collect();
    seen.push(Seen::new(Severity::Error, subject.place(&selector), overlap).related(related));
}

/// Budgets that select the Pods of the same workloads.
struct Overlap<'s> {
    budget: &'s Placed<Budget>,
    others: Vec<&'s Placed<Budget>>,
    workloads: Vec<&'s Placed<Arc<Workload>>>,
}

impl<'s> Overlap<'s> {
    /// What overlaps with a budget, for the first one of each workload: those behind it are named there.
    fn of(set: &'s Set, budget: &'s Placed<Budget>) -> Option<Self> {
        let (mut others, mut workloads): (Vec<&Placed<Budget>>, _) = (Vec::new(), Vec::new());
        for workload in set.governed(budget) {
            let budgets = overlapping(set, &workload.item);
            let Some((first, behind)) = budgets.split_first() else { continue };
            if !std::ptr::eq(*first, budget) || behind.is_empty() {
                continue;
            }
            workloads.push(workload);
            for one in behind {
                if !others.iter().any(|other| std::ptr::eq(*other, *one)) {
                    others.push(one);
                }
            }
        }
        (!others.is_empty()).then_some(Self { budget, others, workloads })
    }
}

/// The budgets of a workload, each name once: those of one name are variants. None for one that a drain leaves where
/// it is, or that does not run.
fn overlapping<'s>(set: &'s Set, workload: &Workload) -> Vec<&'s Placed<Budget>> {
    if !is_drained(workload) || set.replicas(workload) == Replicas::Fixed(0) {
        return Vec::new();
    }
    let mut names = BTreeSet::new();
    let mut budgets = set.budgets(workload);
    budgets.retain(|budget| names.insert(budget.item.object.id.name.as_str()));
    // A patch may give it another selector, or take it away.
    budgets.retain(|budget| !set.is_changed(budget.source, &budget.item.object, "spec.selector"));
    // Those of other directories may be for another cluster, or for another try of the same.
    let all = budgets.clone();
    let is_beside = |one: &Placed<Budget>, other: &Placed<Budget>| {
        let (a, b) = (one.source, other.source);
        !std::ptr::eq(one, other) && (set.are_beside(a, b) || set.are_built_together(a, b))
    };
    budgets.retain(|one| all.len() == 1 || all.iter().any(|other| is_beside(one, other)));
    budgets
}

/// The budget selects Pods that another one selects as well.
pub(super) fn speaks(set: &Set, budget: &Placed<Budget>) -> bool {
    set.governed(budget).iter().any(|workload| overlapping(set, &workload.item).len() > 1)
}

/// Names, each once, and how many more there are.
fn names(all: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in all {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    names.extend((more > 0).then(|| format!("{more} more")));
    listed(names.into_iter()).unwrap_or_default()
}

impl Verdict for Overlap<'_> {
    fn name(&self) -> &'static str {
        "overlap"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let all = std::iter::once(self.budget).chain(self.others.iter().copied());
        let budgets = names(all.map(|one| format!("`{}`", one.item.object.id.name)));
        let pods = names(self.workloads.iter().map(|one| named(&one.item.object.id)));
        let count = self.others.len() + 1;
        Words::new(
            format!("PodDisruptionBudgets {budgets} select the same Pods, those of {pods}"),
            format!(
                "An eviction supports one budget. Where it finds {count} the API server answers with status 500 (\"This pod has \
                 more than one PodDisruptionBudget\"), whatever they allow: a drain never gets past these Pods."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::prose(
            "Keep one of them for these Pods: delete the others, or give them selectors that do not match the labels of the \
             template.",
        )
    }
}
