//! The grace period: what of it a hook gets, and what is left for the program.

use crate::finding::Interval;
use crate::kubernetes::kubelet::{Kubelet, LAST_SECONDS, OVERHEAD};

/// What the kubelet gives a container to stop, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grace {
    /// What preStop gets of it; 0 where it does not run at all.
    pub hook: i64,
    /// All of it.
    pub all: i64,
    /// Where it comes from.
    pub origin: Origin,
    /// What preStop takes is taken from it, and the last seconds are always given.
    counts: bool,
}

/// Where a grace period comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `terminationGracePeriodSeconds` of the Pod, or its default.
    Pod,
    /// The same, since the kubelet takes a request of 0 for none (fact A15).
    PodForZero,
    /// The delete request.
    Request,
    /// What was asked for is 0, and is raised (fact A13).
    RaisedFromZero,
    /// What was asked for is negative, which means 1 s (facts A18 and N19).
    Negative,
}

impl Grace {
    /// For a Pod that is deleted (facts A1, A13, A15, A18 and N19): `spec` is its
    /// `terminationGracePeriodSeconds`, and `request` that of the delete request.
    pub(crate) fn on_deletion(spec: i64, request: Option<i64>, kubelet: Kubelet) -> Self {
        let stored = |grace: i64| if grace < 0 { 1 } else { grace };
        let asked = stored(request.unwrap_or(spec));
        let falls_back = asked == 0 && !kubelet.takes_zero && spec != 0;
        let all = if falls_back { stored(spec) } else { asked }.max(1);
        let origin = match request {
            _ if request.unwrap_or(spec) < 0 => Origin::Negative,
            _ if falls_back => Origin::PodForZero,
            _ if asked == 0 => Origin::RaisedFromZero,
            Some(_) => Origin::Request,
            None => Origin::Pod,
        };
        // Fact A8: what was stored, before the Pod's worker raises it.
        let hook = if kubelet.counts_hooks { all } else { asked };
        Self { hook, all, origin, counts: kubelet.counts_hooks }
    }

    /// For a container that is killed alone, by a failed probe or a failed postStart (facts A8, A14, A21 and
    /// A23): nothing overrides what is written, so that every kubelet counts the hook, and 0 leaves no time
    /// for it.
    pub(crate) fn of_container(grace: i64) -> Self {
        Self { hook: grace.max(0), all: grace, origin: Origin::Pod, counts: true }
    }

    /// How long preStop runs until it is over or cut, of a hook that takes so long.
    pub(crate) fn cut(self, hook: Interval) -> Interval {
        let most = self.hook.max(0) as f64;
        Interval {
            earliest: hook.earliest.min(most),
            latest: Some(hook.latest.map_or(most, |longest| longest.min(most))),
        }
    }

    /// Until when a sidecar waits for its turn, whose own hook took so long: its grace period less the
    /// whole seconds of the hook. Where nothing is left it does not wait.
    pub(crate) fn deadline(self, hook: Interval) -> Interval {
        let until = |took: f64, counted: f64| took + (self.all as f64 - counted).max(0.0);
        counted(hook, Counted::Once, until)
    }

    /// When a container is killed that gets its stop signal then, after a hook that took so long (facts
    /// A7, A9, A10, D7, N4 and N5).
    pub(crate) fn kill(self, hook: Interval, signal: Interval) -> Interval {
        if !self.counts {
            return signal.plus(Interval::exactly(self.all as f64));
        }
        let least = LAST_SECONDS as f64;
        let until = |at: f64, counted: f64| at + (self.all as f64 - counted).max(least);
        if hook == signal {
            return counted(signal, Counted::Once, until);
        }
        if hook.width() > 0.0 || signal.width() > 0.0 {
            return counted(signal, Counted::Apart, until);
        }
        // Each of the two may be seen a little late.
        let (hook, signal) = (hook.earliest, signal.earliest);
        let counted = |late: f64| (hook + late).floor() + (signal - hook + late).floor();
        Interval::between(until(signal, counted(OVERHEAD)), until(signal, counted(0.0)))
    }
}

/// The earliest and the latest of `until(instant, whole seconds before it)` over an interval. Between
/// whole seconds it grows with the instant, and at each of them it falls back by one as long as
/// anything is left to be taken from.
fn counted(at: Interval, how: Counted, until: impl Fn(f64, f64) -> f64) -> Interval {
    let apart = if how == Counted::Apart { 1.0 } else { 0.0 };
    let low = |at: f64| until(at, at.floor());
    let high = |at: f64| until(at, (at.floor() - apart).max(0.0));
    let first = at.earliest;
    let Some(last) = at.latest else { return Interval { earliest: low(first), latest: None } };
    // The first whole second inside; where there is none the next one may be reached a little late.
    let whole = first.floor() + 1.0;
    if whole <= last {
        let before = until(whole, (whole - 1.0 - apart).max(0.0));
        return Interval::between(low(first).min(until(whole, whole)), high(last).max(before));
    }
    let earliest = if whole <= last + OVERHEAD { until(whole, whole) } else { low(first) };
    Interval::between(earliest.min(low(first)), high(last))
}

/// How the seconds before the stop signal are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    /// In one piece.
    Once,
    /// Those of the hook and those of the wait, each rounded down.
    Apart,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::version::KubernetesVersion;

    fn kubelet(minor: u32) -> Kubelet {
        Kubelet::of(KubernetesVersion::new(1, minor))
    }

    fn grace(seconds: i64) -> Grace {
        Grace::on_deletion(seconds, None, kubelet(36))
    }

    /// When the kill comes after a hook that takes exactly so long.
    fn kill_behind(seconds: i64, hook: f64) -> Interval {
        let hook = grace(seconds).cut(Interval::exactly(hook));
        grace(seconds).kill(hook, hook)
    }

    #[test]
    fn the_request_decides_then_the_pod() {
        let of = |spec, request, minor| {
            let Grace { hook, all, .. } = Grace::on_deletion(spec, request, kubelet(minor));
            (hook, all)
        };
        assert_eq!(of(30, None, 36), (30, 30));
        assert_eq!(of(30, Some(5), 36), (5, 5));
        assert_eq!(of(5, Some(30), 36), (30, 30));
        assert_eq!(of(-1, None, 36), (1, 1), "fact N19");
    }

    #[test]
    fn a_grace_period_of_0_leaves_a_second_where_the_kubelet_counts_hooks() {
        let of = |spec, request, minor| {
            let Grace { hook, all, .. } = Grace::on_deletion(spec, request, kubelet(minor));
            (hook, all)
        };
        assert_eq!(of(0, None, 36), (1, 1), "fact A13");
        assert_eq!(of(30, Some(0), 36), (1, 1), "fact N3");
        assert_eq!(of(30, Some(0), 31), (1, 1));
        assert_eq!(of(30, Some(0), 30), (30, 30), "fact A15");
        assert_eq!(of(0, None, 28), (1, 1));
        assert_eq!(of(0, None, 27), (0, 1), "the hook does not run");
        let alone = Grace::of_container(0);
        assert_eq!(alone.cut(Interval::exactly(5.0)), Interval::ZERO, "fact A14");
        assert_eq!(alone.kill(Interval::ZERO, Interval::ZERO), Interval::exactly(2.0), "fact A14");
    }

    #[test]
    fn what_the_hook_takes_is_taken_from_the_program_in_whole_seconds() {
        assert_eq!(kill_behind(30, 0.0), Interval::exactly(30.0));
        assert_eq!(kill_behind(30, 5.0), Interval::exactly(30.0));
        assert_eq!(kill_behind(30, 0.5), Interval::exactly(30.5), "fact A10");
        // 4.9 s may be seen as 5 s.
        let close = kill_behind(8, 4.9);
        assert_eq!(
            (close.earliest, close.latest),
            (8.0, Some(8.9)),
            "fact N4; 8.1 s and 9.0 s were measured"
        );
    }

    #[test]
    fn the_last_two_seconds_are_always_given() {
        assert_eq!(kill_behind(10, 9.0), Interval::exactly(11.0), "fact N5");
        assert_eq!(kill_behind(10, 10.0), Interval::exactly(12.0), "fact N2");
        assert_eq!(kill_behind(30, 45.0), Interval::exactly(32.0), "fact N2");
        assert_eq!(kill_behind(0, 0.0), Interval::exactly(2.0), "fact N3");
        assert_eq!(kill_behind(1, 5.0), Interval::exactly(3.0), "fact N3");
    }

    #[test]
    fn a_hook_of_unknown_length_leaves_the_kill_within_what_it_can_be() {
        let hook = grace(30).cut(Interval::UNKNOWN);
        assert_eq!(hook, Interval::between(0.0, 30.0));
        let kill = grace(30).kill(hook, hook);
        assert_eq!(kill, Interval::between(30.0, 32.0));
        // Each length in between is held.
        for tenth in 0..=300 {
            let one = kill_behind(30, f64::from(tenth) / 10.0);
            assert!(kill.earliest <= one.earliest, "{one:?}");
            assert!(one.latest.zip(kill.latest).is_some_and(|(one, all)| one <= all), "{one:?}");
        }
    }

    #[test]
    fn a_sidecar_that_waits_is_charged_for_hook_and_wait_apart() {
        let hook = Interval::exactly(3.5);
        assert_eq!(grace(8).deadline(hook), Interval::exactly(8.5));
        // 3.5 s count 3, and 1.6 s of waiting count 1.
        let kill = grace(8).kill(hook, Interval::exactly(5.1));
        assert_eq!(kill, Interval::exactly(9.1), "9.16 s were measured");
        let open = grace(8).kill(hook, Interval::between(3.5, 5.1));
        assert!(open.earliest <= 8.0 && open.latest.is_some_and(|latest| latest >= 9.1), "{open:?}");
        assert_eq!(grace(8).deadline(Interval::exactly(8.0)), Interval::exactly(8.0), "nothing is left");
    }

    #[test]
    fn up_to_1_27_the_program_gets_a_grace_period_of_its_own() {
        let grace = Grace::on_deletion(30, None, kubelet(27));
        let hook = grace.cut(Interval::exactly(45.0));
        assert_eq!(hook, Interval::exactly(30.0));
        assert_eq!(grace.kill(hook, hook), Interval::exactly(60.0), "fact A8");
        assert_eq!(
            Grace::of_container(30).kill(Interval::exactly(5.0), Interval::exactly(5.0)),
            Interval::exactly(30.0)
        );
        let zero = Grace::on_deletion(0, None, kubelet(27));
        assert_eq!(zero.kill(Interval::ZERO, Interval::ZERO), Interval::exactly(1.0), "fact A9");
    }
}
