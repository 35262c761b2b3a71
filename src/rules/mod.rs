//! The rules: each a short sentence about the set, the hooks and the timeline.

mod duplicate_key;
mod failing_poststart;
mod hook_cannot_run;
mod invalid_manifest;
pub(crate) mod invalid_suppression;
mod latest_tag;
mod missing_prestop_sleep;
mod missing_readiness_probe;
mod non_idempotent_poststart;
pub(crate) mod options;
mod prestop_exceeds_grace_period;
mod registry;
mod release;
pub(crate) mod settings;
mod slow_poststart;
mod starting;
pub(crate) mod subject;
mod unbounded_poststart;
mod unknown_field;
pub(crate) mod unused_suppression;
pub(crate) mod verdict;

use crate::text::nearest;
pub use options::{Chosen, OptionError};
pub(crate) use registry::{Check, Choice};
pub use registry::{Group, Link, Rule, Status};
pub use release::{NoRelease, Release};

/// A rule's page, compiled in.
macro_rules! page {
    ($id:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/", $id, ".md"))
    };
}
use page;

/// Every rule, in the order they are listed in.
pub const RULES: &[Rule] = &[
    missing_prestop_sleep::RULE,
    prestop_exceeds_grace_period::RULE,
    hook_cannot_run::RULE,
    failing_poststart::RULE,
    unbounded_poststart::RULE,
    slow_poststart::RULE,
    non_idempotent_poststart::RULE,
    missing_readiness_probe::RULE,
    latest_tag::RULE,
    invalid_manifest::RULE,
    unknown_field::RULE,
    duplicate_key::RULE,
    unused_suppression::RULE,
    invalid_suppression::RULE,
];

/// The rule of an id, or of a name that it had before.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.is_called(id))
}

/// The rule or group nearest to a mistyped name, when one is near.
pub(crate) fn nearest_choice(name: &str) -> Option<&'static str> {
    let groups = Group::ALL.iter().map(|group| group.id());
    nearest::of(name, RULES.iter().map(|rule| rule.id).chain(groups))
}

/// What was meant by a name that no rule has, as a question: the nearest name, or the rules that the words are
/// part of.
pub(crate) fn meant(name: &str) -> Option<String> {
    const SHORTEST: usize = 3;
    const MOST: usize = 4;
    let plain = |name: &str| name.to_lowercase().replace(['-', '_', ' '], "");
    let wanted = plain(name);
    let holds = |rule: &&Rule| wanted.len() >= SHORTEST && plain(rule.id).contains(&wanted);
    let near: Vec<&str> = match nearest_choice(name) {
        Some(near) => vec![near],
        None => RULES.iter().filter(holds).map(|rule| rule.id).take(MOST).collect(),
    };
    let (last, others) = near.split_last()?;
    let others: Vec<String> = others.iter().map(|id| format!("`{id}`")).collect();
    let or = if others.is_empty() { "" } else { " or " };
    Some(format!("did you mean {}{or}`{last}`?", others.join(", ")))
}

/// The id nearest to a mistyped one, when one is near.
pub fn nearest(id: &str) -> Option<&'static str> {
    nearest::of(id, RULES.iter().map(|rule| rule.id))
}
