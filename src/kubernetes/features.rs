//! What a version of Kubernetes makes of a feature, and of the fields that it governs.

use std::collections::BTreeMap;

use super::gates;
pub(crate) use super::gates::{
    ASKED, EXEC_PROBE_TIMEOUT, GIT_REPO, MAX_UNAVAILABLE_STATEFUL_SET, PROBE_GRACE, RESTART_RULES, SIDECARS,
    SLEEP_ACTION, SLEEP_OF_ZERO, STOP_SIGNALS, TRAFFIC_DISTRIBUTION, UNHEALTHY_EVICTION,
};
use super::version::KubernetesVersion;
use super::versions::KubernetesVersions;

/// A feature behind a gate, and the fields that stand or fall with it.
#[derive(Debug, PartialEq)]
pub(crate) struct Feature {
    /// The name of its gate.
    pub gate: &'static str,
    /// The first version that knows the gate.
    pub since: KubernetesVersion,
    /// The first version that has it on by default, as those after it have; `None` where none has so far.
    on: Option<KubernetesVersion>,
    /// The first version in which its gate can no longer be set: it is locked there, or gone.
    pub locked: Option<KubernetesVersion>,
    /// The fields that it governs, as `kubectl explain` takes them, and behind a colon the value. Without any
    /// it is about what Kubernetes does, and not about what manifests say.
    pub fields: &'static [&'static str],
    /// What becomes of them in versions that do not know the gate.
    before: Support,
    /// What becomes of them where the gate is off.
    off: Support,
}

/// What a version makes of a feature's fields, in the order of how much of them comes through: of several
/// versions the least is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Support {
    /// The version's types do not have them.
    Unknown,
    /// Validation rejects the manifest, or the kubelet the Pod that is made of it.
    Refused,
    /// They are dropped in silence; what has no field is not done.
    Dropped,
    /// They work.
    Works,
}

const fn minor(minor: u32) -> KubernetesVersion {
    KubernetesVersion::new(1, minor)
}

impl Feature {
    /// A feature that came with `1.since`, is off by default, and whose fields are new with it.
    pub(super) const fn new(gate: &'static str, since: u32) -> Self {
        let (before, off) = (Support::Unknown, Support::Dropped);
        Self { gate, since: minor(since), on: None, locked: None, fields: &[], before, off }
    }

    /// On by default from `1.since` on.
    pub(super) const fn on(self, since: u32) -> Self {
        Self { on: Some(minor(since)), ..self }
    }

    /// From `1.since` on nobody can set it.
    pub(super) const fn locked(self, since: u32) -> Self {
        Self { locked: Some(minor(since)), ..self }
    }

    /// It governs these fields.
    pub(super) const fn fields(self, fields: &'static [&'static str]) -> Self {
        Self { fields, ..self }
    }

    /// Where it is off its fields are refused.
    pub(super) const fn refused(self) -> Self {
        Self { off: Support::Refused, ..self }
    }

    /// What versions make of its fields that do not know the gate.
    pub(super) const fn before(self, before: Support) -> Self {
        Self { before, ..self }
    }

    /// What a version makes of it whose gate somebody has set so; `None` is as the version has it.
    pub(crate) fn in_version(&self, version: KubernetesVersion, set: Option<bool>) -> Support {
        let set = set.filter(|_| self.can_be_set(version));
        match version {
            _ if version < self.since => self.before,
            _ if set.unwrap_or_else(|| self.on.is_some_and(|on| version >= on)) => Support::Works,
            _ => self.off,
        }
    }

    /// The worst that any of these versions makes of it.
    pub(crate) fn in_versions(&self, versions: KubernetesVersions, set: Option<bool>) -> Support {
        let each = versions.iter().map(|version| self.in_version(version, set));
        each.min().unwrap_or(Support::Unknown)
    }

    /// The first version that has it on where nobody has set its gate; `None` where none has so far.
    pub(crate) fn on_by_default(&self) -> Option<KubernetesVersion> {
        self.on
    }

    /// The version knows its gate, and takes another value for it.
    pub(crate) fn can_be_set(&self, version: KubernetesVersion) -> bool {
        version >= self.since && self.locked.is_none_or(|locked| version < locked)
    }
}

/// All rows of the table, first those that rules and timelines ask for. A gate that governs several things
/// has a row for each.
pub(crate) fn all() -> impl Iterator<Item = &'static Feature> {
    ASKED.into_iter().chain(gates::OTHERS)
}

/// A row of the gate of this name.
pub(crate) fn find(gate: &str) -> Option<&'static Feature> {
    all().find(|feature| feature.gate == gate)
}

/// Something is judged by the gate: by what Kubernetes does, or by the fields that it governs.
pub(crate) fn is_asked(gate: &str) -> bool {
    ASKED.iter().any(|feature| feature.gate == gate) || governing().any(|feature| feature.gate == gate)
}

/// Those that govern fields.
pub(crate) fn governing() -> impl Iterator<Item = &'static Feature> {
    all().filter(|feature| !feature.fields.is_empty())
}

/// What a reader has to know of each gate, in the order of the table.
pub(crate) fn descriptions() -> Vec<(&'static str, String)> {
    let mut order: Vec<&'static str> = Vec::new();
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for feature in all() {
        let text = texts.entry(feature.gate).or_insert_with(|| {
            order.push(feature.gate);
            history(feature)
        });
        text.push_str(&fate(feature));
    }
    let described = |gate: &'static str| {
        let last = if is_asked(gate) { "" } else { " No rule goes by it so far." };
        (gate, texts.get(gate).map_or_else(String::new, |text| format!("{text}{last}")))
    };
    order.into_iter().map(described).collect()
}

/// When it came, was on, and could no longer be set.
fn history(feature: &Feature) -> String {
    let mut text = format!("Since {}", feature.since);
    match feature.on {
        Some(on) if on == feature.since => text.push_str(", on by default"),
        Some(on) => text.push_str(&format!(", on by default from {on}")),
        None => text.push_str(", off by default"),
    }
    if let Some(locked) = feature.locked {
        text.push_str(&format!("; from {locked} on nobody can set it"));
    }
    text.push('.');
    text
}

/// What becomes of its fields while it is off.
fn fate(feature: &Feature) -> String {
    let fields: Vec<String> = feature.fields.iter().map(|field| format!("`{field}`")).collect();
    let (fields, verb) = match fields.as_slice() {
        [] => return String::new(),
        [one] => (one.clone(), "is"),
        [rest @ .., last] => (format!("{} and {last}", rest.join(", ")), "are"),
    };
    let fate = match feature.off {
        Support::Refused => "refused",
        Support::Dropped | Support::Unknown | Support::Works => "dropped in silence",
    };
    format!(" While it is off, {fields} {verb} {fate}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_is_unknown_then_off_then_on() {
        let of = |feature: &Feature, version| feature.in_version(minor(version), None);
        assert_eq!(of(&SLEEP_ACTION, 28), Support::Unknown);
        assert_eq!(of(&SLEEP_ACTION, 29), Support::Dropped);
        assert_eq!(of(&SLEEP_ACTION, 30), Support::Works);
        assert_eq!(of(&SLEEP_OF_ZERO, 31), Support::Refused, "the field is there, and 0 is refused");
        assert_eq!(of(&SLEEP_OF_ZERO, 32), Support::Refused);
        assert_eq!(of(&SLEEP_OF_ZERO, 33), Support::Works);
        assert_eq!(of(&SIDECARS, 27), Support::Unknown);
        assert_eq!(of(&SIDECARS, 28), Support::Dropped);
        assert_eq!(of(&SIDECARS, 29), Support::Works);
        assert_eq!(of(&STOP_SIGNALS, 32), Support::Unknown);
        assert_eq!(of(&STOP_SIGNALS, 36), Support::Dropped, "fact N20");
        assert_eq!(of(&MAX_UNAVAILABLE_STATEFUL_SET, 35), Support::Dropped, "on in its first patches only");
        assert_eq!(of(&MAX_UNAVAILABLE_STATEFUL_SET, 37), Support::Works);
        let git = [32, 33, 36].map(|version| of(&GIT_REPO, version));
        assert_eq!(git, [Support::Works, Support::Refused, Support::Refused]);
    }

    #[test]
    fn a_gate_that_the_cluster_sets_counts_from_the_version_that_knows_it() {
        assert_eq!(STOP_SIGNALS.in_version(minor(36), Some(true)), Support::Works, "fact N20");
        assert_eq!(STOP_SIGNALS.in_version(minor(32), Some(true)), Support::Unknown);
        assert_eq!(SIDECARS.in_version(minor(30), Some(false)), Support::Dropped);
        assert_eq!(SIDECARS.in_version(minor(33), Some(false)), Support::Works, "the gate is locked");
        assert_eq!(SLEEP_OF_ZERO.in_version(minor(33), Some(false)), Support::Refused);
        assert_eq!(RESTART_RULES.in_version(minor(34), Some(true)), Support::Works);
    }

    #[test]
    fn of_several_versions_the_worst_counts() {
        let of = |feature: &Feature, versions: &str, set| {
            versions.parse::<KubernetesVersions>().map(|versions| feature.in_versions(versions, set))
        };
        assert_eq!(of(&SLEEP_ACTION, "1.28-1.34", None), Ok(Support::Unknown));
        assert_eq!(of(&SLEEP_ACTION, "1.29-1.34", None), Ok(Support::Dropped));
        assert_eq!(of(&SLEEP_ACTION, "1.29-1.34", Some(true)), Ok(Support::Works));
        assert_eq!(of(&SLEEP_ACTION, "1.33-1.34", Some(false)), Ok(Support::Dropped));
        assert_eq!(of(&SLEEP_OF_ZERO, "1.31-1.36", None), Ok(Support::Refused));
        assert_eq!(of(&MAX_UNAVAILABLE_STATEFUL_SET, "1.36-1.37", None), Ok(Support::Dropped));
        assert_eq!(of(&SIDECARS, "1.36", None), Ok(Support::Works));
    }

    #[test]
    fn a_gate_is_described_with_all_that_it_governs() {
        let descriptions = descriptions();
        let of = |gate: &str| descriptions.iter().find(|(name, _)| *name == gate).map(|(_, text)| &**text);
        assert_eq!(
            of("PodLifecycleSleepActionAllowZero"),
            Some(
                "Since 1.32, on by default from 1.33; from 1.34 on nobody can set it. While it is off, \
                 `pod.spec.containers.lifecycle.preStop.sleep.seconds: 0` and \
                 `pod.spec.containers.lifecycle.postStart.sleep.seconds: 0` are refused."
            )
        );
        assert_eq!(
            of("ContainerRestartRules"),
            Some(
                "Since 1.34, on by default from 1.35. While it is off, \
                 `pod.spec.containers.restartPolicyRules` is dropped in silence. While it is off, \
                 `pod.spec.containers.restartPolicy` is refused."
            )
        );
        assert_eq!(of("EventedPLEG"), Some("Since 1.26, off by default. No rule goes by it so far."));
    }
}
