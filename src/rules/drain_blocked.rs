//! `drain-blocked`: a budget that never lets a Pod go, so that a drain of its node never ends.

use std::sync::Arc;

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::listed;
use crate::finding::{Related, Severity};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::set::budgets::Budget;
use crate::set::evictions::{
    Amount, Bound, MAX_UNAVAILABLE, MIN_AVAILABLE, Refusal, Refused, When, is_drained,
};
use crate::set::{Placed, Set};
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "drain-blocked",
    aliases: &[],
    group: Group::Disruption,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A PodDisruptionBudget never lets a Pod go, so a drain of its node never ends.",
    reason: "A drain asks the API server to evict each Pod, and a budget may refuse that for as long as too few Pods would be left. A budget that keeps as many Pods as there are refuses it for ever, though every Pod is well: the drain asks again every 5 seconds, a node is not upgraded, an autoscaler cannot take it away, and in the end somebody deletes the Pod by hand, at the hour that the budget was to prevent.",
    options: None,
    facts: &["H23", "H24", "H25", "H26", "H27", "P1"],
    docs: &[
        Link {
            title: "Specifying a Disruption Budget for your Application",
            url: "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
        },
        Link {
            title: "Pod disruption budgets",
            url: "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets",
        },
    ],
    page: page!("drain-blocked"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// How many workloads a finding names.
const MOST_NAMED: usize = 3;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(budget) = subject.set.budget(subject.source, subject.object) else { return };
    let Some(refused) = subject.set.refused(budget) else { return };
    let beside = refused.unscaled.filter(|_| refused.when == When::Beside);
    let workload = beside.or(refused.workloads.first().copied());
    let blocked = Blocked { budget: &budget.item, bound: budget.item.bound(), refused };
    let (place, label) = (subject.place(&blocked.path()), blocked.label());
    let related = workload.map(|workload| decides(subject.set, workload, &blocked.refused));
    seen.push(
        Seen::new(Severity::Warning, place, blocked).label(label).related(related.into_iter().flatten()),
    );
}

/// The budget lets no Pod go, so that its rule speaks.
pub(super) fn speaks(set: &Set, budget: &Placed<Budget>) -> bool {
    set.refused(budget).is_some()
}

/// Where the number of Pods is written, or else what has none.
fn decides(set: &Set, workload: &Placed<Arc<Workload>>, refused: &Refused<'_>) -> Vec<Related> {
    let (source, object) = (workload.source, &workload.item.object);
    let of = |path: FieldPath, message: String| related(source, object, &path, message);
    let name = || of(FieldPath::of("metadata.name"), format!("{} is held", named(&object.id)));
    let scalers = set.autoscalers(&workload.item);
    match (refused.refusal, refused.when, scalers.first()) {
        (Refusal::AllNeeded { .. }, when, Some(scaler)) => {
            let path = match when {
                When::AtMinimum => scaler.item.min_path(),
                When::Always | When::AtMaximum | When::Beside => scaler.item.max_path(),
            };
            let message = format!("{} scales {}", named(&scaler.item.object.id), named(&object.id));
            vec![related(scaler.source, &scaler.item.object, &path, message), name()]
        }
        (Refusal::AllNeeded { pods, .. }, _, None) => {
            let path = FieldPath::of("spec.replicas");
            match object.at(&path) {
                Some(_) => vec![of(path, format!("{} of {}", replicas(pods), named(&object.id)))],
                None => vec![of(
                    FieldPath::of("metadata.name"),
                    format!("{} has {}, as it does not say how many", named(&object.id), replicas(pods)),
                )],
            }
        }
        (Refusal::NoScale, ..) => {
            vec![of(FieldPath::of("kind"), format!("no scale counts the Pods of {}", named(&object.id)))]
        }
        _ => vec![name()],
    }
}

/// What is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// It sets no bound.
    NoBound,
    /// None may be missing.
    NoneMissing,
    /// It is counted by a scale that is not there.
    NoScale,
    /// It is counted by a scale that a Job beside the others does not have.
    JobBeside,
    /// The same of a DaemonSet.
    DaemonsetBeside,
    /// It keeps as many as there are.
    AllNeeded,
    /// It keeps as many as an autoscaler runs at most.
    AllNeededAtMaximum,
    /// It keeps as many as an autoscaler runs at least.
    AllNeededAtMinimum,
}

/// A budget that lets no Pod go.
struct Blocked<'s> {
    budget: &'s Budget,
    bound: Bound,
    refused: Refused<'s>,
}

impl Blocked<'_> {
    fn how(&self) -> How {
        match (self.refused.refusal, self.refused.when) {
            (Refusal::NoBound, _) => How::NoBound,
            (Refusal::NoneMissing, _) => How::NoneMissing,
            (Refusal::NoScale, When::Beside) => match self.is_beside_nodes() {
                true => How::DaemonsetBeside,
                false => How::JobBeside,
            },
            (Refusal::NoScale, _) => How::NoScale,
            (Refusal::AllNeeded { .. }, When::AtMaximum) => How::AllNeededAtMaximum,
            (Refusal::AllNeeded { .. }, When::AtMinimum) => How::AllNeededAtMinimum,
            (Refusal::AllNeeded { .. }, When::Always | When::Beside) => How::AllNeeded,
        }
    }

    /// What no scale counts is a DaemonSet.
    fn is_beside_nodes(&self) -> bool {
        self.refused.unscaled.is_some_and(|one| !is_drained(&one.item))
    }

    /// How to leave out the Pods that no scale counts.
    fn apart(&self) -> String {
        let kind = if self.is_beside_nodes() { "DaemonSet" } else { "Job" };
        format!(
            "Let the budget select the Pods of the workload alone, by a label that the {kind}'s Pods do not have"
        )
    }

    /// The bound that decides; where there is none, what lacks it.
    fn path(&self) -> FieldPath {
        FieldPath::of(match self.bound {
            Bound::MinAvailable(_) => MIN_AVAILABLE,
            Bound::MaxUnavailable(_) => MAX_UNAVAILABLE,
            Bound::Neither | Bound::Unknown => "spec",
        })
    }

    /// `minAvailable 67%`.
    fn written(&self) -> String {
        let (field, amount) = match self.bound {
            Bound::MinAvailable(least) => ("minAvailable", least),
            Bound::MaxUnavailable(most) => ("maxUnavailable", most),
            Bound::Neither | Bound::Unknown => return "neither bound".to_owned(),
        };
        match amount {
            Amount::Pods(pods) => format!("{field} {pods}"),
            Amount::Share(share) => format!("{field} {share}%"),
        }
    }

    /// The number that is compared with the number of Pods.
    fn label(&self) -> Option<String> {
        match (self.refused.refusal, self.share()) {
            (Refusal::AllNeeded { keeps, pods }, Some(_)) => Some(format!("rounds up to {keeps} of {pods}")),
            (Refusal::AllNeeded { keeps, pods }, None) => Some(format!("keeps {keeps} of {pods}")),
            _ => None,
        }
    }

    fn share(&self) -> Option<i64> {
        match self.bound {
            Bound::MinAvailable(Amount::Share(share)) => Some(share),
            _ => None,
        }
    }

    /// `minAvailable 67% of 3 replicas rounds up to 3`.
    fn sum(&self, keeps: i64, pods: i64) -> String {
        let (written, replicas) = (self.written(), replicas(pods));
        match self.share() {
            Some(_) => format!("{written} of {replicas} rounds up to {keeps}"),
            None if keeps > pods => format!("{written} is more than its {replicas}"),
            None => format!("{written} of {replicas}"),
        }
    }

    /// `Deployment `web``, or several.
    fn held(&self) -> String {
        let mut names: Vec<String> =
            self.refused.workloads.iter().map(|one| named(&one.item.object.id)).collect();
        names.sort();
        names.dedup();
        let more = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        names.extend((more > 0).then(|| format!("{more} more")));
        listed(names.into_iter()).unwrap_or_default()
    }

    /// What runs no more than one Pod, which every drain takes down.
    fn is_single(&self) -> bool {
        matches!(self.refused.refusal, Refusal::AllNeeded { pods: 1, .. })
            && self.refused.when != When::AtMinimum
    }
}

fn replicas(pods: i64) -> String {
    if pods == 1 { "1 replica".to_owned() } else { format!("{pods} replicas") }
}

/// The share of so many Pods before it is rounded: `2.01`.
fn before_rounding(share: i64, pods: i64) -> String {
    let hundredths = share.saturating_mul(pods);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

impl Verdict for Blocked<'_> {
    fn name(&self) -> &'static str {
        self.how().into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        const ASKS: &str = "A drain asks for the eviction again every 5 s and never gets it, so the node is not \
                            emptied until somebody deletes the Pod or changes the budget.";
        let (budget, held) = (named(&self.budget.object.id), self.held());
        let is_pod = self.refused.workloads.iter().all(|one| one.item.kind.nature == Nature::BarePod);
        let pods = if is_pod { held.clone() } else { format!("a Pod of {held}") };
        let blocks = match self.refused.workloads.is_empty() {
            true => format!("{budget} never lets a Pod go that it selects"),
            false => format!("{budget} never lets {pods} go"),
        };
        let unread = subject.unread("another file may say how many Pods there are, or scale them");
        let rounds = |keeps: i64, pods: i64| match self.share() {
            Some(share) => format!(
                "Percentages of a budget round up: {share}% of {pods} is {}, so {keeps} have to be healthy. ",
                before_rounding(share, pods)
            ),
            None => String::new(),
        };
        match self.refused.refusal {
            Refusal::NoBound => Words::new(
                format!("{blocks}: it sets neither minAvailable nor maxUnavailable"),
                format!(
                    "Without a bound the budget expects no Pods at all, and allows no disruption of any. {ASKS}"
                ),
            ),
            Refusal::NoneMissing => Words::new(
                format!("{blocks}: its {}", self.written().replacen(' ', " is ", 1)),
                format!("However many Pods there are, none of them may be missing. {ASKS}"),
            ),
            Refusal::NoScale => match self.refused.unscaled.filter(|_| self.refused.when == When::Beside) {
                Some(beside) if self.is_beside_nodes() => Words::new(
                    format!(
                        "{budget} lets no Pod of {held} go, as it selects those of {} as well",
                        named(&beside.item.object.id)
                    ),
                    format!(
                        "Its {} is counted by the replicas of what runs the Pods. A DaemonSet has none, so as long as one of its \
                         Pods is there the budget fails to sync (SyncFailed) and allows no disruption of any Pod that it \
                         selects. {ASKS}",
                        self.written()
                    ),
                ),
                Some(beside) => Words::new(
                    format!(
                        "{budget} lets no Pod of {held} go while there are Pods of {}, which it selects as well",
                        named(&beside.item.object.id)
                    ),
                    format!(
                        "Its {} is counted by the replicas of what runs the Pods. A Job has none, so as long as one of its Pods is \
                         there, ended or not, the budget fails to sync (SyncFailed) and allows no disruption of any Pod that \
                         it selects. A drain waits until the Pods of the Job are deleted.",
                        self.written()
                    ),
                ),
                None => Words::new(
                    format!(
                        "{blocks}: {} needs a number of replicas, which it does not have",
                        self.written()
                    ),
                    format!(
                        "A percentage and maxUnavailable are counted by the replicas of what runs the Pods; Jobs and Pods without \
                         a controller have none, so the budget allows no disruption while they run. {ASKS}"
                    ),
                ),
            },
            Refusal::AllNeeded { keeps, pods } => {
                let (sum, rounds) = (self.sum(keeps, pods), rounds(keeps, pods));
                match self.refused.when {
                    When::Always | When::Beside => Words::new(
                        format!("{blocks}: {sum}"),
                        format!(
                            "{rounds}All of them are needed, so none may ever be evicted. {ASKS}{unread}"
                        ),
                    ),
                    When::AtMaximum => Words::new(
                        format!("{blocks}: {sum}, the most that its autoscaler runs"),
                        format!(
                            "{rounds}All of them are needed however many run, so none may ever be evicted. {ASKS}"
                        ),
                    ),
                    When::AtMinimum => Words::new(
                        format!(
                            "{budget} lets no Pod of {held} go while its autoscaler runs {}: {sum}",
                            fewest(pods)
                        ),
                        format!(
                            "{rounds}At that number all of them are needed, and none may be evicted: at quiet hours, when nodes are \
                             upgraded and taken away, a drain waits until the load brings another Pod."
                        ),
                    ),
                }
            }
        }
    }

    fn mend(&self, _subject: &Subject<'_>) -> Mend {
        let one_at_a_time = |text: &str| {
            let set = Operation::set(FieldPath::of(MAX_UNAVAILABLE), Content::Int(1));
            let old = matches!(self.bound, Bound::MinAvailable(_))
                .then(|| Operation::Remove { path: FieldPath::of(MIN_AVAILABLE) });
            let text = match old {
                Some(_) => format!("{text} `maxUnavailable` takes the place of `minAvailable`."),
                None => text.to_owned(),
            };
            Mend::guess(text, old.into_iter().chain([set]).collect())
        };
        match self.refused.refusal {
            Refusal::NoScale if self.refused.when == When::Beside && self.is_beside_nodes() => {
                Mend::prose(format!(
                    "{}: a drain leaves those of the DaemonSet where they are in any case.",
                    self.apart()
                ))
            }
            Refusal::NoScale if self.refused.when == When::Beside => Mend::prose(format!(
                "{}, or let the Jobs be deleted when they have ended (`ttlSecondsAfterFinished`).",
                self.apart()
            )),
            // By a share, or by what may be missing, the budget would let none go either.
            _ if !self.refused.has_scale => Mend::prose(
                "Take the budget away, or give it `minAvailable` as a number that is below the number of Pods: that is counted \
                 by the Pods themselves.",
            ),
            // What runs the Pods is not known here, nor whether it has a scale.
            _ if self.refused.workloads.is_empty() => Mend::prose(
                "Let one Pod go at a time (`maxUnavailable: 1`), where a Deployment or something else with replicas runs them. \
                 Pods that nothing with replicas runs need a `minAvailable` that is a number below the number of Pods, or no budget.",
            ),
            _ if self.refused.unscaled.is_some() => {
                Mend::prose(format!("{}, and set `maxUnavailable: 1`.", self.apart()))
            }
            Refusal::AllNeeded { .. } if self.is_single() => one_at_a_time(
                "Let the drain go on: its only Pod is down until the next one is ready, whatever the budget says. Where that is \
                 too long, run 2 replicas; with these, too, this budget takes one at a time.",
            ),
            _ => one_at_a_time(
                "Let one Pod go at a time, however many there are; the next one has to wait until as many are ready again.",
            ),
        }
    }
}

/// `its minimum of 2`.
fn fewest(pods: i64) -> String {
    if pods == 1 { "1 Pod".to_owned() } else { format!("its minimum of {pods}") }
}
