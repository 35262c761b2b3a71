//! What failures of Pods mean to a Job: `validatePodFailurePolicy`.

use super::super::fault::Fault;
use super::super::faults::Faults;
use super::super::field::Field;
use super::super::versions;
use super::{is_of_cron_job, works};
use crate::kubernetes::names::QUALIFIED_NAME;
use crate::manifest::ContainerKind;

/// The most rules, exit codes in one, and conditions in one.
const MOST_RULES: usize = 20;
const MOST_CODES: usize = 255;
const MOST_CONDITIONS: usize = 20;

const STATUSES: &[&str] = &["True", "False", "Unknown", ""];
const ACTIONS: &[&str] = &["Count", "FailIndex", "FailJob", "Ignore"];
/// Those of versions without limits for each index.
const FORMER_ACTIONS: &[&str] = &["Count", "FailJob", "Ignore"];

pub(super) fn faults<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let policy = spec.key("podFailurePolicy");
    let rules = policy.key("rules");
    too_many(&rules, "rules", MOST_RULES, faults);
    for rule in rules.items() {
        action(&rule.key("action"), spec, faults);
        let (codes, conditions) = (rule.key("onExitCodes"), rule.key("onPodConditions"));
        if codes.is_set() {
            exit_codes(&codes, faults);
        }
        too_many(&conditions, "conditions", MOST_CONDITIONS, faults);
        for condition in conditions.items() {
            let of = condition.key("type");
            match of.text() {
                Some(text) => faults.is_named(&of.path(), text, "the name of a condition", &QUALIFIED_NAME),
                None => faults.required(&of, "Nothing says which condition is meant."),
            }
            let status = condition.key("status");
            faults.one_of(&status, STATUSES);
            if is_of_cron_job(faults) && !versions::STATUS_OF_CONDITION.holds(faults.subject) {
                faults.required(&status, "Before 1.34 nothing fills in True in the Jobs of a CronJob.");
            }
        }
        match (codes.is_set(), conditions.is_empty()) {
            (true, false) => faults.add(
                rule.path(),
                Fault::Conflict {
                    what: "a rule is about exit codes or about conditions, not about both",
                    why: "The API server says: specifying both OnExitCodes and OnPodConditions is not supported.",
                    mend: "Make two rules of it. The first that fits decides.",
                },
            ),
            (false, true) if !conditions.is_hidden() => faults.add(
                rule.path(),
                Fault::Conflict {
                    what: "a rule says nothing of the failures that it is about",
                    why: "The API server says: specifying one of OnExitCodes and OnPodConditions is required.",
                    mend: "Name them, under `onExitCodes` or `onPodConditions`.",
                },
            ),
            _ => {}
        }
    }
}

fn action<'s>(action: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let has_indexes = works(faults, "JobBackoffLimitPerIndex");
    match action.text() {
        None | Some("") => faults.required(action, "Count, FailIndex, FailJob and Ignore are known."),
        Some("FailIndex") if has_indexes => {
            let limit = spec.key("backoffLimitPerIndex");
            if !limit.is_set() {
                faults.add(
                    action.path(),
                    Fault::Conflict {
                        what: "`FailIndex` needs a `backoffLimitPerIndex`",
                        why: "The API server says: requires the backoffLimitPerIndex to be set. Without it indexes do not fail alone.",
                        mend: "Set `backoffLimitPerIndex`, or write another action.",
                    },
                );
            }
        }
        // Which versions know it is for another rule to say.
        Some("FailIndex") => {}
        Some(_) => faults.one_of(action, if has_indexes { ACTIONS } else { FORMER_ACTIONS }),
    }
}

fn exit_codes<'s>(codes: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let operator = codes.key("operator");
    match operator.text() {
        None | Some("") => faults.required(&operator, "In and NotIn are known."),
        Some(_) => faults.one_of(&operator, &["In", "NotIn"]),
    }
    let name = codes.key("containerName");
    if let (Some(text), Some(workload)) = (name.text(), faults.subject.workload) {
        let is_it =
            |kind| matches!(kind, ContainerKind::Container | ContainerKind::Init | ContainerKind::Sidecar);
        let mut named = workload.containers.iter().filter(|one| is_it(one.kind));
        if !workload.is_fragment && !named.any(|one| one.name() == text) {
            faults.add(name.path(), Fault::NoContainer { name: text, why: "The API server says: must be one of the container or initContainer names in the pod template." });
        }
    }
    let values = codes.key("values");
    too_many(&values, "exit codes", MOST_CODES, faults);
    let numbers: Vec<(Field<'_, '_>, i64)> =
        values.items().filter_map(|value| Some((value, value.number()?))).collect();
    if values.is_empty() && !values.is_hidden() {
        faults.add(
            values.path(),
            Fault::Conflict {
                what: "a rule about exit codes names none",
                why: "The API server says: at least one value is required.",
                mend: "Name the exit codes that are meant.",
            },
        );
    }
    for (at, (value, number)) in numbers.iter().enumerate() {
        if *number == 0 && operator.text() == Some("In") {
            faults.add(
                value.path(),
                Fault::Conflict {
                    what: "exit code 0 is no failure",
                    why: "The API server says: must not be 0 for the In operator. A container that ends with 0 has succeeded.",
                    mend: "Leave 0 out.",
                },
            );
        }
        let earlier = numbers.get(..at).unwrap_or_default();
        if let Some((first, _)) = earlier.iter().find(|(_, other)| other == number) {
            let text = value.node().and_then(crate::yaml::Node::text).unwrap_or_default();
            let fault = Fault::Duplicate { value: text, noun: "exit code", why: "" };
            faults.against(value.path(), fault, first.path(), "the first");
        }
    }
    if !numbers.is_sorted_by_key(|(_, number)| *number) {
        faults.add(
            values.path(),
            Fault::Conflict {
                what: "exit codes have to stand in their order",
                why: "The API server says: must be ordered.",
                mend: "Sort them, the smallest first.",
            },
        );
    }
}

/// A list with more items than it may have.
pub(super) fn too_many<'s>(
    list: &Field<'_, 's>,
    noun: &'static str,
    most: usize,
    faults: &mut Faults<'_, 's>,
) {
    let count = list.items().count();
    if count > most {
        faults.add(list.path(), Fault::TooMany { noun, count, most });
    }
}
