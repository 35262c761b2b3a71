//! How the kubelet of a version stops Pods, where versions differ.

use super::version::KubernetesVersion;

/// What a container is given to stop once its grace period is used up, in seconds (facts A7 and A9:
/// `minimumGracePeriodInSeconds`; N2, N3 and N5).
pub(crate) const LAST_SECONDS: i64 = 2;

/// How much longer than what it runs a hook can take, and the start of a container before it, in seconds: each
/// has to be started, and the end has to be seen (measured: 0.05 s to 0.2 s).
pub(crate) const OVERHEAD: f64 = 0.25;

/// How a kubelet stops Pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kubelet {
    /// What preStop takes is taken from the grace period. Else the program gets a full grace period of its
    /// own behind it, a hook is skipped where the grace period is 0, and the last seconds are not given.
    pub counts_hooks: bool,
    /// The stop signal of a sidecar waits for the main containers.
    pub orders_sidecars: bool,
    /// A delete request with a grace period of 0 means 0. Else it means what the Pod says.
    pub takes_zero: bool,
    /// It takes up to [`RELIST`] before it begins, when it looked at the Pod just before.
    pub waits_for_relist: bool,
}

/// How long it takes at most until a kubelet looks at its containers anew, in seconds
/// (`genericPlegRelistPeriod`).
pub(crate) const RELIST: f64 = 1.0;

/// The kubelets up to the first of [`CHANGES`].
const OLDEST: Kubelet =
    Kubelet { counts_hooks: false, orders_sidecars: false, takes_zero: false, waits_for_relist: true };

/// From the kubelet before to the one after.
type Change = fn(Kubelet) -> Kubelet;

/// What changed in which minor version, in their order. Read in `killContainer`, in
/// `kuberuntime_termination_order.go`, in `calculateEffectiveGracePeriod` and in `GetNewerThan` of the
/// pod cache of 1.25 to 1.36; 1.34.4 and 1.36.3 were measured.
const CHANGES: [(u32, Change); 4] = [
    // Fact A8: the grace period is overridden before the hook runs, no longer behind it.
    (28, |before| Kubelet { counts_hooks: true, ..before }),
    // Facts D5 and D8.
    (29, |before| Kubelet { orders_sidecars: true, ..before }),
    // Fact A15: an override of 0 is told from none.
    (31, |before| Kubelet { takes_zero: true, ..before }),
    // A Pod that was looked at counts as seen: `SetObservedTime`.
    (36, |before| Kubelet { waits_for_relist: false, ..before }),
];

impl Kubelet {
    /// The kubelet of a version.
    pub(crate) fn of(version: KubernetesVersion) -> Self {
        let reached = CHANGES.iter().filter(|(since, _)| version >= KubernetesVersion::new(1, *since));
        reached.fold(OLDEST, |before, (_, change)| change(before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_what_came_up_to_it() {
        let of = |minor| Kubelet::of(KubernetesVersion::new(1, minor));
        assert_eq!(of(27), OLDEST);
        assert!(of(28).counts_hooks && !of(28).orders_sidecars);
        assert!(of(29).orders_sidecars && !of(29).takes_zero);
        assert!(!of(30).takes_zero && of(31).takes_zero);
        assert!(of(35).waits_for_relist && !of(36).waits_for_relist);
        assert_eq!(of(37), of(36));
    }
}
