//! `unhealthy-pods-block-drain`: a budget that holds back Pods that are not ready as well.

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, drain_blocked, overlapping_budgets, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::kubernetes::features::{self, Support};
use crate::manifest::id::named;
use crate::manifest::kinds;
use crate::set::budgets::Budget;
use crate::set::evictions::{Bound, MAX_UNAVAILABLE, MIN_AVAILABLE, has_scale, is_drained};
use crate::set::replicas::Replicas;
use crate::set::{Placed, Set};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "unhealthy-pods-block-drain",
    aliases: &[],
    group: Group::Disruption,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A PodDisruptionBudget holds back Pods that are not ready, so that an application that is down blocks drains.",
    reason: "A budget guards Pods that work. By default (IfHealthyBudget) it lets a Pod that is not ready go only while enough others are ready: once an application is down, with a wrong image or configuration or a database that is gone, none of its Pods can be evicted, and each drain waits for somebody to mend the application first. With AlwaysAllow a Pod that is not ready may go at any time, and those that are ready are guarded as before.",
    options: None,
    facts: &["H30", "H31"],
    docs: &[
        Link {
            title: "Unhealthy Pod Eviction Policy",
            url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
        },
        Link {
            title: "Troubleshooting stuck evictions",
            url: "https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/#troubleshooting-stuck-evictions",
        },
    ],
    page: page!("unhealthy-pods-block-drain"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

const POLICY: &str = "spec.unhealthyPodEvictionPolicy";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(budget) = subject.set.budget(subject.source, subject.object) else { return };
    // The field is of policy/v1, and advice has to be right in every version that is judged.
    if kinds::version(&subject.object.id.api_version) != "v1"
        || subject.settings.support_in_all(&features::UNHEALTHY_EVICTION) != Support::Works
    {
        return;
    }
    let path = FieldPath::of(POLICY);
    let how = match subject.object.at(&path).map(Node::as_str) {
        None => How::Unset,
        Some(Some("IfHealthyBudget")) => How::Chosen,
        Some(_) => return,
    };
    // What the API server refuses is said.
    if budget.item.bound() == Bound::Unknown {
        return;
    }
    let speaks =
        drain_blocked::speaks(subject.set, budget) || overlapping_budgets::speaks(subject.set, budget);
    // What a patch makes of it is not known.
    let is_patched = subject.set.is_changed(subject.source, subject.object, POLICY);
    if speaks || is_patched || !guards(subject.set, budget) {
        return;
    }
    let keeps_none = budget.item.bound().keeps_none();
    let verdict = Guarded { kept: kept(subject.set, budget), keeps_none, how };
    seen.push(Seen::new(RULE.severity(), subject.place(&path), verdict));
}

/// It selects Pods that a drain evicts. Those that no manifest of the set makes are an operator's.
fn guards(set: &Set, budget: &Placed<Budget>) -> bool {
    let governed = set.governed(budget);
    budget.item.selects_any() && (governed.is_empty() || governed.iter().any(|one| is_drained(&one.item)))
}

/// How many Pods of which workload have to be ready, and how many there are; `None` where several are governed, or
/// their number is not known.
fn kept(set: &Set, budget: &Placed<Budget>) -> Option<Kept> {
    let is_patched = |path| set.is_changed(budget.source, &budget.item.object, path);
    if is_patched(MIN_AVAILABLE) || is_patched(MAX_UNAVAILABLE) {
        return None;
    }
    let governed = set.governed(budget);
    let [workload] = governed.as_slice() else { return None };
    let pods = match set.replicas(&workload.item) {
        Replicas::Fixed(pods) if pods > 0 && has_scale(&workload.item) => pods,
        Replicas::Fixed(_) | Replicas::Autoscaled { .. } | Replicas::Unknown => return None,
    };
    let bound = budget.item.bound();
    let keeps = bound.keeps(pods);
    let workload = named(&workload.item.object.id);
    (!matches!(bound, Bound::Unknown)).then_some(Kept { workload, keeps, pods })
}

/// The Pods that a budget keeps.
struct Kept {
    /// `Deployment `web``.
    workload: String,
    /// So many have to be ready.
    keeps: i64,
    /// So many there are.
    pods: i64,
}

/// How the policy is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// Not at all.
    Unset,
    /// As it is by default.
    Chosen,
}

/// A budget that holds back Pods that are not ready.
struct Guarded {
    kept: Option<Kept>,
    /// All may go, however many there are.
    keeps_none: bool,
    how: How,
}

impl Verdict for Guarded {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (mut even, mut its) = ("not even those that crash", "its Pods");
        let when = match &self.kept {
            // With none to keep one that is ready has to be there, of which the other takes the place.
            Some(Kept { workload, keeps: 0, pods: 1 }) => {
                (even, its) = ("not even when it crashes", "the Pod");
                format!("While the one Pod of {workload} is not ready it cannot be evicted")
            }
            Some(Kept { workload, keeps: 0, pods }) => {
                format!("While none of the {pods} Pods of {workload} is ready none can be evicted")
            }
            Some(Kept { workload, keeps, pods }) => {
                let few = if *keeps == 1 { "none".to_owned() } else { format!("fewer than {keeps}") };
                let are = if *keeps == 1 { "is" } else { "are" };
                format!("While {few} of the {pods} Pods of {workload} {are} ready none can be evicted")
            }
            None if self.keeps_none => {
                "While none of the Pods that it selects is ready none can be evicted".to_owned()
            }
            None => "While fewer Pods are ready than it keeps none can be evicted".to_owned(),
        };
        let says = match self.how {
            How::Unset => "",
            How::Chosen => " (IfHealthyBudget)",
        };
        Words::new(
            format!(
                "{} holds back Pods that are not ready as well{says}, so a broken application blocks drains",
                named(&subject.object.id)
            ),
            format!(
                "{when}, {even}: a drain asks again every 5 s until somebody mends the application or deletes \
                 {its}. With AlwaysAllow a Pod that is not ready may go at any time."
            ),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::guess(
            "Let Pods go that are not ready. A store that may lose data while a member catches up is better kept as it is.",
            vec![Operation::set(FieldPath::of(POLICY), Content::Text("AlwaysAllow".to_owned()))],
        )
    }
}
