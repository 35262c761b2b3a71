//! When probes are first asked, when they can pass, and when they can have a container killed.

use k8s_openapi::api::core::v1 as core;

use super::shutdown::Stop;
use crate::finding::Interval;
use crate::kubernetes::kubelet::RELIST;
use crate::manifest::Container;

/// Which probe of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ProbeKind {
    /// `startupProbe`.
    Startup,
    /// `readinessProbe`.
    Readiness,
    /// `livenessProbe`.
    Liveness,
}

impl ProbeKind {
    /// The word in front of "probe".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Readiness => "readiness",
            Self::Liveness => "liveness",
        }
    }

    /// The key of its field in a container.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Startup => "startupProbe",
            Self::Readiness => "readinessProbe",
            Self::Liveness => "livenessProbe",
        }
    }

    /// The probe of a container.
    pub(crate) fn of(self, container: &Container) -> Option<&core::Probe> {
        match self {
            Self::Startup => container.spec.startup_probe.as_ref(),
            Self::Readiness => container.spec.readiness_probe.as_ref(),
            Self::Liveness => container.spec.liveness_probe.as_ref(),
        }
    }
}

/// A probe's numbers with what the API server fills in (fact E1): 0 stands for what is not set, but for
/// the delay. What it refuses counts as the nearest that it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Numbers {
    /// `initialDelaySeconds`.
    pub delay: f64,
    /// `periodSeconds`.
    pub period: f64,
    /// `successThreshold`.
    pub successes: f64,
    /// `failureThreshold`.
    pub failures: f64,
}

impl Numbers {
    /// The keys of its fields.
    pub(crate) const KEYS: [&str; 4] =
        ["initialDelaySeconds", "periodSeconds", "successThreshold", "failureThreshold"];

    pub(crate) fn of(probe: &core::Probe) -> Self {
        let or = |number: Option<i32>, default: i32| {
            f64::from(number.filter(|number| *number > 0).unwrap_or(default))
        };
        Self {
            delay: or(probe.initial_delay_seconds, 0),
            period: or(probe.period_seconds, 10),
            successes: or(probe.success_threshold, 1),
            failures: or(probe.failure_threshold, 3),
        }
    }
}

/// How much sooner than its delay a probe can be asked, in seconds: the start of a container is noted in
/// whole seconds, rounded down (measured: 3.85 s for a delay of 4 s).
const ROUNDED: f64 = 1.0;

/// When a probe is asked, and what follows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Probed {
    /// When it is first asked.
    pub asked: Interval,
    /// When it has succeeded often enough, at the earliest.
    pub passes: Interval,
    /// When it has failed often enough, at the earliest.
    pub fails: Interval,
    /// How the container is stopped since then, by a liveness or a startup probe.
    pub killed: Option<Stop>,
}

impl Probed {
    /// Of a container that was started at `starts`, by a kubelet that is busy with starting until `free`
    /// (facts B25 and N9), and that may be asked from `allowed` on (fact E5). The delay counts from the
    /// container's start, whatever holds the probe up (fact E7). A probe is asked once a period, from a
    /// beat of its own, and hears of a container's start within a second.
    /// Without numbers a placeholder hides one of them.
    pub(crate) fn of(numbers: Option<Numbers>, starts: Interval, free: Interval, allowed: Interval) -> Self {
        let Some(Numbers { delay, period, failures, .. }) = numbers else {
            let any = Interval { latest: None, ..starts.both(free).both(allowed) };
            return Self { asked: any, passes: any, fails: any, killed: None };
        };
        let counted = Interval::between((delay - ROUNDED).max(0.0), delay);
        let from = starts.plus(counted).both(free).both(allowed);
        let asked = from.plus(Interval::between(0.0, period + RELIST));
        // A readiness probe is asked out of turn as well, whenever the Pod's status is written while it is
        // not ready (`UpdatePodStatus`), so that its successes may follow each other at once.
        let passes = Interval { earliest: asked.earliest, latest: None };
        let fails = Interval { earliest: asked.earliest + (failures - 1.0) * period, latest: None };
        Self { asked, passes, fails, killed: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe(delay: i32, period: i32, successes: i32, failures: i32) -> core::Probe {
        core::Probe {
            initial_delay_seconds: Some(delay),
            period_seconds: Some(period),
            success_threshold: Some(successes),
            failure_threshold: Some(failures),
            ..core::Probe::default()
        }
    }

    fn probed(probe: &core::Probe, starts: f64, free: f64, allowed: f64) -> Probed {
        let at = Interval::exactly;
        Probed::of(Some(Numbers::of(probe)), at(starts), at(free), at(allowed))
    }

    #[test]
    fn what_is_not_set_is_filled_in() {
        let filled = Numbers { delay: 0.0, period: 10.0, successes: 1.0, failures: 3.0 };
        assert_eq!(Numbers::of(&core::Probe::default()), filled, "fact E1");
        assert_eq!(Numbers::of(&probe(0, 0, 0, 0)), filled, "fact E1");
    }

    #[test]
    fn a_probe_is_asked_within_a_period_after_its_delay() {
        let found = probed(&probe(15, 5, 2, 3), 1.0, 1.0, 0.0);
        assert_eq!(found.asked, Interval::between(15.0, 22.0));
        assert_eq!(found.passes.earliest, 15.0);
        assert_eq!(found.fails.earliest, 25.0);
    }

    #[test]
    fn no_probe_is_asked_while_the_kubelet_is_still_starting_containers() {
        let found = probed(&probe(0, 1, 1, 2), 0.0, 12.0, 0.0);
        assert_eq!(found.asked, Interval::between(12.0, 14.0), "measured: 12.7 s");
        assert_eq!(found.fails.earliest, 13.0);
    }

    #[test]
    fn the_delay_counts_from_the_start_of_the_container_and_not_from_the_startup_probe() {
        assert_eq!(probed(&probe(10, 1, 1, 3), 0.0, 0.0, 30.0).asked.earliest, 30.0, "fact E7");
        assert_eq!(probed(&probe(40, 1, 1, 3), 0.0, 0.0, 30.0).asked.earliest, 39.0, "fact E7");
    }
}
