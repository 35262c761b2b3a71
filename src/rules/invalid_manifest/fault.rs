//! What can be wrong with a field.

use strum::{IntoStaticStr, VariantNames};

use super::jobs::IndexFlaw;
use crate::kubernetes::names::Grammar;
use crate::text::Span;
use crate::yaml::Refusal;

/// Why the API server refuses a field. Numbers are seconds, where they are times.
#[derive(Debug, Clone, Copy, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Fault<'s> {
    /// kubectl does not read the text (fact O5), for this at these bytes, the first of so many.
    Unread { refusal: Refusal, at: Span, count: usize },
    /// The value is of another type: fatal with or without strict validation (fact L7).
    WrongType { expected: &'s str, found: &'s str },
    /// `Required value`. `why` is a sentence, or nothing where all is said.
    Required { why: &'static str },
    /// `Forbidden`. `here` follows on "may not be set".
    Forbidden { here: &'static str, why: &'static str },
    /// `Unsupported value`: none of these.
    Unsupported { value: &'s str, allowed: &'static [&'static str] },
    /// `Duplicate value`: the same name, number or path as another one has.
    Duplicate { value: &'s str, noun: &'static str, why: &'static str },
    /// `Invalid value`: a number outside of these bounds, both of which are inside; [`i64::MAX`] is no bound.
    OutOfRange { value: i64, least: i64, most: i64 },
    /// `Invalid value`: a text that is no name of its kind. `noun` follows on "is not".
    Malformed { value: &'s str, noun: &'static str, grammar: &'static Grammar, flaw: &'static str },
    /// `Invalid value`: there is but one value that the field can have here.
    MustBe { value: &'s str, expected: &'static str, why: &'static str },
    /// Two fields that do not go together, or one that is invalid for a reason of its own: `what` is the whole
    /// sentence, `mend` what to do.
    Conflict { what: &'static str, why: &'static str, mend: &'static str },
    /// `Too many`: a list with more items than it may have.
    TooMany { noun: &'static str, count: usize, most: usize },
    /// `Too long`: a text with more characters than it may have.
    TooLong { length: usize, most: usize },
    /// No schedule (fact O4).
    Schedule { schedule: &'s str },
    /// A schedule with a time zone in it (facts H22 and K48).
    ZoneInSchedule { schedule: &'s str },
    /// No time zone (`validateTimeZone` in pkg/apis/batch/validation).
    TimeZone { name: &'s str },
    /// What only indexed Jobs have (facts H21 and K31).
    NeedsIndexed,
    /// Indexes that a Job does not have, or that do not rise (`validateIndexesFormat` in pkg/apis/batch/validation).
    Indexes { indexes: &'s str, flaw: IndexFlaw },
    /// No container or init container of the Pod is called so.
    /// The last Pod of an indexed Job gets a name that no host can have (`ValidateJob` in pkg/apis/batch/validation).
    HostName { name: &'s str, last: i64, flaw: &'static str },
    /// A port of the node that is not the container's, in the node's network.
    HostPort { host: i64, port: i64 },
    /// No file has such a mode: most are octal numbers that were taken for decimal ones.
    Mode { value: i64 },
    /// The Pod has no volume of this name.
    NoVolume { name: &'s str },
    /// The Pod has no container of this name.
    NoContainer { name: &'s str, why: &'static str },
    /// The Pods of a Job are not started again for ever (fact K28).
    NoJobPolicy { written: Option<&'s str> },
    /// The selector asks for a label that the template has otherwise, or not at all (fact K39).
    NotSelected { key: &'s str, wanted: &'s str, found: Option<&'s str> },
    /// A share of more than all Pods (fact K36).
    MoreThanAll { share: &'s str },
    /// A rollout that would have failed before a Pod counts as available (fact K37).
    DeadlineBeforeReady { deadline: i64, ready: i64 },
    /// An autoscaler whose most is below its least.
    MostBelowLeast { least: i64, most: i64 },
    /// A workload without a pod template (`ValidateDeploymentSpec` and its like in pkg/apis/apps/validation).
    NoTemplate,
    /// A container without an image (`validateContainerCommon` in pkg/apis/core/validation).
    NoImage,
    /// An init container has a hook or a probe (fact K14).
    OnInit { field: &'static str },
    /// An ephemeral container has a hook, a probe, ports or resources (facts K15, K16).
    OnEphemeral { field: &'static str },
    /// A manifest has ephemeral containers (fact K16).
    EphemeralInManifest,
    /// An init container has another policy than `Always` in a version that knows no other (fact K18).
    PolicyOnInit { policy: &'s str },
    /// No restart policy is called so (facts K19, O1).
    NoPolicy { policy: &'s str },
    /// Restart rules without a policy (fact K19).
    RulesWithoutPolicy,
    /// No signal is called so (facts C4, K12).
    NoSignal { signal: &'s str },
    /// Windows has no such signal (facts C3, K13).
    NoWindowsSignal { signal: &'s str },
    /// The Pod does not say which system it is for (fact K13).
    SignalWithoutOs { signal: &'s str },
    /// A hook without a handler (facts B2, K3).
    HookWithoutHandler { hook: &'static str },
    /// A probe without a handler (fact K24).
    ProbeWithoutHandler { probe: &'static str },
    /// A hook with two handlers (fact K4).
    SecondHandlerOfHook { hook: &'static str, first: &'static str, second: &'static str },
    /// A probe with two handlers (fact K24).
    SecondHandlerOfProbe { probe: &'static str, first: &'static str, second: &'static str },
    /// Nothing to run (fact K5).
    NoCommand { of: &'static str },
    /// Neither HTTP nor HTTPS (fact K8).
    Scheme { scheme: &'s str },
    /// No port (fact K6).
    NoPort,
    /// No port has that number (fact K6).
    PortOutOfRange { number: i32 },
    /// No port can have that name (fact K7).
    PortName { name: &'s str, flaw: &'static str },
    /// A postStart that may not sleep so long (facts B17, B18, K9 to K11).
    PostStartSleep { sleep: i64, grace: i64 },
    /// A number below 0 (fact K23).
    Negative { field: &'static str, value: i32 },
    /// Only a readiness probe asks for several successes (fact K20).
    Successes { probe: &'static str, successes: i32 },
    /// A readiness probe stops nothing (fact K21).
    GraceOnReadiness,
    /// No time to stop (fact K22).
    NoProbeGrace { probe: &'static str, grace: i64 },
}

impl Fault<'_> {
    /// The field should not be there at all, so its key is shown, and not its value.
    pub(super) fn is_of_key(self) -> bool {
        match self {
            Self::Forbidden { .. }
            | Self::NeedsIndexed
            | Self::OnInit { .. }
            | Self::OnEphemeral { .. }
            | Self::EphemeralInManifest
            | Self::HookWithoutHandler { .. }
            | Self::ProbeWithoutHandler { .. }
            | Self::SecondHandlerOfHook { .. }
            | Self::SecondHandlerOfProbe { .. }
            | Self::GraceOnReadiness => true,
            Self::Unread { .. }
            | Self::WrongType { .. }
            | Self::Required { .. }
            | Self::Unsupported { .. }
            | Self::Duplicate { .. }
            | Self::OutOfRange { .. }
            | Self::Malformed { .. }
            | Self::MustBe { .. }
            | Self::Conflict { .. }
            | Self::TooMany { .. }
            | Self::TooLong { .. }
            | Self::Schedule { .. }
            | Self::ZoneInSchedule { .. }
            | Self::TimeZone { .. }
            | Self::Indexes { .. }
            | Self::HostName { .. }
            | Self::HostPort { .. }
            | Self::Mode { .. }
            | Self::NoVolume { .. }
            | Self::NotSelected { .. }
            | Self::MoreThanAll { .. }
            | Self::DeadlineBeforeReady { .. }
            | Self::MostBelowLeast { .. }
            | Self::NoContainer { .. }
            | Self::NoJobPolicy { .. }
            | Self::NoPolicy { .. }
            | Self::NoTemplate
            | Self::NoImage
            | Self::PolicyOnInit { .. }
            | Self::RulesWithoutPolicy
            | Self::NoSignal { .. }
            | Self::NoWindowsSignal { .. }
            | Self::SignalWithoutOs { .. }
            | Self::NoCommand { .. }
            | Self::Scheme { .. }
            | Self::NoPort
            | Self::PortOutOfRange { .. }
            | Self::PortName { .. }
            | Self::PostStartSleep { .. }
            | Self::Negative { .. }
            | Self::Successes { .. }
            | Self::NoProbeGrace { .. } => false,
        }
    }
}
