//! The rules: each a short sentence about the set, the hooks and the timeline.

mod abrupt_stop;
mod autoscaler_fights_replicas;
mod container_ends_at_once;
mod cronjob_misses_starts;
mod cronjob_overlap;
mod drain_blocked;
mod duplicate_key;
mod ephemeral_data;
mod failing_poststart;
mod git_repo_volume;
mod grace;
mod hook_cannot_run;
mod hook_host;
mod hook_only_prints;
mod hooks;
mod host_path_data;
mod ignored_stop_signal;
mod init_never_ends;
mod invalid_image;
mod invalid_manifest;
pub(crate) mod invalid_suppression;
mod job_deadline_too_short;
mod job_never_ends;
mod job_not_cleaned_up;
mod jobs;
mod latest_tag;
mod liveness_equals_readiness;
mod liveness_kills_slow_start;
mod liveness_waits_for_grace;
mod missing_disruption_budget;
mod missing_prestop_sleep;
mod missing_readiness_probe;
mod missing_startup_probe;
mod naked_pod;
mod no_grace_period;
mod non_idempotent_poststart;
mod not_ready_addresses;
pub(crate) mod options;
mod overlapping_budgets;
mod poststart_deadlock;
mod poststart_races_start;
mod prestop_exceeds_grace_period;
mod prestop_in_job;
mod prestop_writes_lost;
mod probe_cannot_succeed;
mod probe_host;
mod probed;
mod progress_deadline_too_short;
mod recommended_labels;
mod recreate_downtime;
mod registry;
mod registry_needed_at_restart;
mod release;
mod replication_controller;
mod rollout_deadlock;
mod rollout_takes_all;
mod rollouts;
mod service_port_unknown;
pub(crate) mod settings;
mod short_drain_window;
mod sidecar_stops_first;
mod sidecar_stops_itself;
mod single_replica;
mod slow_deregistration;
mod slow_poststart;
mod starting;
mod statefulset_service;
pub(crate) mod subject;
mod unbounded_init_wait;
mod unbounded_poststart;
mod unhealthy_pods_block_drain;
mod unknown_field;
mod unsupported_field;
pub(crate) mod unused_suppression;
pub(crate) mod verdict;
mod withdrawn_image;

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
    short_drain_window::RULE,
    no_grace_period::RULE,
    abrupt_stop::RULE,
    ignored_stop_signal::RULE,
    sidecar_stops_itself::RULE,
    sidecar_stops_first::RULE,
    not_ready_addresses::RULE,
    slow_deregistration::RULE,
    hook_cannot_run::RULE,
    failing_poststart::RULE,
    unbounded_poststart::RULE,
    slow_poststart::RULE,
    non_idempotent_poststart::RULE,
    poststart_deadlock::RULE,
    poststart_races_start::RULE,
    hook_host::RULE,
    hook_only_prints::RULE,
    prestop_writes_lost::RULE,
    prestop_in_job::RULE,
    unsupported_field::RULE,
    missing_readiness_probe::RULE,
    container_ends_at_once::RULE,
    init_never_ends::RULE,
    probe_cannot_succeed::RULE,
    probe_host::RULE,
    liveness_kills_slow_start::RULE,
    progress_deadline_too_short::RULE,
    missing_startup_probe::RULE,
    liveness_equals_readiness::RULE,
    liveness_waits_for_grace::RULE,
    unbounded_init_wait::RULE,
    rollout_deadlock::RULE,
    rollout_takes_all::RULE,
    recreate_downtime::RULE,
    single_replica::RULE,
    autoscaler_fights_replicas::RULE,
    service_port_unknown::RULE,
    statefulset_service::RULE,
    naked_pod::RULE,
    replication_controller::RULE,
    drain_blocked::RULE,
    overlapping_budgets::RULE,
    missing_disruption_budget::RULE,
    unhealthy_pods_block_drain::RULE,
    job_never_ends::RULE,
    job_deadline_too_short::RULE,
    cronjob_overlap::RULE,
    cronjob_misses_starts::RULE,
    job_not_cleaned_up::RULE,
    ephemeral_data::RULE,
    git_repo_volume::RULE,
    host_path_data::RULE,
    invalid_image::RULE,
    withdrawn_image::RULE,
    latest_tag::RULE,
    registry_needed_at_restart::RULE,
    invalid_manifest::RULE,
    unknown_field::RULE,
    duplicate_key::RULE,
    recommended_labels::RULE,
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
