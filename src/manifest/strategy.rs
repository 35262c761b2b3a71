//! How a Deployment replaces its Pods: the arithmetic of its controller.

use k8s_openapi::api::apps::v1 as apps;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::Workload;
use super::spec::WorkloadSpec;
use crate::kubernetes::shares::{Rounding, percent, scaled, scaled_of_any};
use crate::yaml::path::FieldPath;

/// Where it is written.
pub(crate) const STRATEGY: &str = "spec.strategy";

/// What both bounds are where they are not set, each by itself (fact H1).
const DEFAULT: &str = "25%";

/// How a Deployment replaces its Pods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Strategy {
    /// All old Pods are gone before the first new one comes (fact H4).
    Recreate,
    /// Some go and some come, within bounds.
    Rolling(Rolling),
}

/// How many Pods more than are wanted there may be, and how many of those wanted may be missing, as it is
/// written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rolling {
    surge: Option<IntOrString>,
    unavailable: Option<IntOrString>,
}

/// The same for a number of Pods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fenceposts {
    /// How many more there may be.
    pub surge: Fencepost,
    /// How many may be missing.
    pub unavailable: Fencepost,
}

/// One bound for a number of Pods.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fencepost {
    /// What it comes to; `None` where it cannot be read, or is a share of a number that is not known.
    pub pods: Option<i64>,
    field: &'static str,
    written: Option<IntOrString>,
    of: Option<i64>,
    /// It came to 0, as the other one did, and is 1 after all.
    is_raised: bool,
}

impl Strategy {
    /// The strategy of a Deployment; `None` of other kinds, and where a placeholder or a mistake hides it. What is
    /// not set is as the API server fills it in, so nobody should ask this of a patch.
    pub(crate) fn of(workload: &Workload) -> Option<Self> {
        let WorkloadSpec::Deployment(spec) = &workload.spec else { return None };
        let is_hidden = |path: &'static str| workload.object.at(&FieldPath::of(path)).is_some();
        let strategy = spec.strategy.as_ref();
        if strategy.is_none() && is_hidden(STRATEGY) {
            return None;
        }
        match strategy.and_then(|strategy| strategy.type_.as_deref()) {
            Some("Recreate") => return Some(Self::Recreate),
            Some("RollingUpdate") => {}
            None if !is_hidden("spec.strategy.type") => {}
            Some(_) | None => return None,
        }
        let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
        if rolling.is_none() && is_hidden("spec.strategy.rollingUpdate") {
            return None;
        }
        let bound = |field: fn(&apps::RollingUpdateDeployment) -> Option<&IntOrString>| {
            rolling.and_then(field).cloned()
        };
        Some(Self::Rolling(Rolling {
            surge: bound(|rolling| rolling.max_surge.as_ref()),
            unavailable: bound(|rolling| rolling.max_unavailable.as_ref()),
        }))
    }
}

impl Rolling {
    /// Both bounds are written as nothing, which the API server refuses (fact H3).
    pub(crate) fn is_refused(&self) -> bool {
        let is_none = |bound: &Option<IntOrString>| match bound {
            Some(bound) => scaled(bound, 100, Rounding::Up) == Some(0),
            None => false,
        };
        is_none(&self.surge) && is_none(&self.unavailable)
    }

    /// What it comes to for so many Pods, `None` of any number: a surge rounds up, what may be missing rounds down,
    /// and one may be missing where both come to 0 (fact H2, `ResolveFenceposts` of the Deployment controller).
    pub(crate) fn fenceposts(&self, replicas: Option<i64>) -> Fenceposts {
        let surge = Fencepost::of("maxSurge", &self.surge, replicas, Rounding::Up);
        let mut unavailable = Fencepost::of("maxUnavailable", &self.unavailable, replicas, Rounding::Down);
        if surge.pods == Some(0) && unavailable.pods == Some(0) {
            unavailable.pods = Some(1);
            unavailable.is_raised = true;
        }
        Fenceposts { surge, unavailable }
    }
}

impl Fenceposts {
    /// A new Pod has to be available before an old one goes.
    pub(crate) fn surges_first(&self) -> bool {
        self.unavailable.pods == Some(0) && self.surge.pods != Some(0)
    }

    /// All of so many Pods may be missing at once.
    pub(crate) fn takes_all(&self, replicas: i64) -> bool {
        replicas > 0 && self.unavailable.pods.is_some_and(|pods| pods >= replicas)
    }
}

impl Fencepost {
    fn of(field: &'static str, written: &Option<IntOrString>, of: Option<i64>, rounding: Rounding) -> Self {
        let default = || IntOrString::String(DEFAULT.to_owned());
        let bound = written.clone().unwrap_or_else(default);
        // The API server refuses what is less than nothing, and more than all (fact K36).
        let is_refused = match &bound {
            IntOrString::Int(number) => *number < 0,
            IntOrString::String(share) => {
                rounding == Rounding::Down && percent(share).is_some_and(|share| share > 100)
            }
        };
        let pods = scaled_of_any(&bound, of, rounding).filter(|_| !is_refused);
        Self { pods, field, written: written.clone(), of, is_raised: false }
    }

    /// Its field, from the object's root; `None` where it is not set.
    pub(crate) fn path(&self) -> Option<FieldPath> {
        let is_set = self.written.is_some();
        is_set.then(|| FieldPath::of("spec.strategy.rollingUpdate").key(self.field))
    }

    /// How it comes to its number: `maxUnavailable 25% of 3 replicas rounds down to 0`. Of one that is 1 after all,
    /// how it came to 0.
    pub(crate) fn working(&self) -> String {
        let Self { field, of, .. } = self;
        let share = match &self.written {
            Some(IntOrString::Int(number)) => return format!("{field} is {number}"),
            Some(IntOrString::String(share)) => share.as_str(),
            None => DEFAULT,
        };
        let filled_in = if self.written.is_none() { " (the default)" } else { "" };
        let (Some(of), Some(pods)) = (of, self.pods) else { return format!("{field} is {share}{filled_in}") };
        let pods = if self.is_raised { 0 } else { pods };
        let replicas = if *of == 1 { "replica" } else { "replicas" };
        let is_exact =
            percent(share).and_then(|share| share.checked_mul(*of)).is_some_and(|all| all % 100 == 0);
        let comes = match (is_exact, *field) {
            (true, _) => "is",
            (false, "maxSurge") => "rounds up to",
            (false, _) => "rounds down to",
        };
        format!("{field} {share}{filled_in} of {of} {replicas} {comes} {pods}")
    }

    /// It came to 0, as the other one did, and is 1 after all.
    pub(crate) fn is_raised(&self) -> bool {
        self.is_raised
    }
}

impl Workload {
    /// A DaemonSet that starts the new Pod on a node before the old one goes (fact H15).
    pub(crate) fn surges_on_nodes(&self) -> bool {
        let WorkloadSpec::DaemonSet(spec) = &self.spec else { return false };
        let Some(strategy) = &spec.update_strategy else { return false };
        let Some(rolling) = &strategy.rolling_update else { return false };
        // A share of any number of nodes rounds up.
        let pods = |bound: &Option<IntOrString>| scaled(bound.as_ref()?, 1, Rounding::Up);
        let (surge, unavailable) = (pods(&rolling.max_surge), pods(&rolling.max_unavailable));
        let is_rolling = strategy.type_.as_deref().is_none_or(|kind| kind == "RollingUpdate");
        // The API server refuses to have both.
        is_rolling && surge.is_some_and(|pods| pods > 0) && unavailable == Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(text: &str) -> Option<IntOrString> {
        match (text, text.parse()) {
            ("", _) => None,
            (_, Ok(number)) => Some(IntOrString::Int(number)),
            (share, Err(_)) => Some(IntOrString::String(share.to_owned())),
        }
    }

    /// What surge and unavailable come to.
    fn of(surge: &str, unavailable: &str, replicas: Option<i64>) -> (Option<i64>, Option<i64>) {
        let rolling = Rolling { surge: bound(surge), unavailable: bound(unavailable) };
        let Fenceposts { surge, unavailable } = rolling.fenceposts(replicas);
        (surge.pods, unavailable.pods)
    }

    /// As `TestResolveFenceposts` and the documentation of Deployments have it.
    #[test]
    fn a_surge_rounds_up_and_what_may_be_missing_rounds_down() {
        for (replicas, expected) in
            [(1, (1, 0)), (2, (1, 0)), (3, (1, 0)), (4, (1, 1)), (5, (2, 1)), (10, (3, 2))]
        {
            let (surge, unavailable) = expected;
            assert_eq!(of("", "", Some(replicas)), (Some(surge), Some(unavailable)), "{replicas}");
        }
        assert_eq!(of("200%", "100%", Some(3)), (Some(6), Some(3)));
        assert_eq!(of("1", "", Some(1)), (Some(1), Some(0)));
    }

    #[test]
    fn one_may_be_missing_where_both_come_to_nothing() {
        assert_eq!(of("0", "1%", Some(10)), (Some(0), Some(1)));
        assert_eq!(of("0%", "49%", Some(2)), (Some(0), Some(1)));
        assert_eq!(of("0", "", Some(1)), (Some(0), Some(1)));
        assert_eq!(of("0", "50%", Some(2)), (Some(0), Some(1)));
    }

    #[test]
    fn numbers_are_known_of_any_number_of_pods() {
        assert_eq!(of("1", "0", None), (Some(1), Some(0)));
        assert_eq!(of("", "0", None), (None, Some(0)));
        assert_eq!(of("0", "", None), (Some(0), None));
        assert_eq!(of("${SURGE}", "0", Some(2)), (None, Some(0)));
        assert_eq!(of("-1", "101%", Some(2)), (None, None));
    }

    #[test]
    fn the_working_says_how_a_number_comes_about() {
        let rolling = |surge, unavailable| Rolling { surge: bound(surge), unavailable: bound(unavailable) };
        let posts = rolling("", "").fenceposts(Some(3));
        assert_eq!(
            posts.unavailable.working(),
            "maxUnavailable 25% (the default) of 3 replicas rounds down to 0"
        );
        assert_eq!(posts.surge.working(), "maxSurge 25% (the default) of 3 replicas rounds up to 1");
        let posts = rolling("1", "100%").fenceposts(Some(1));
        assert_eq!(posts.unavailable.working(), "maxUnavailable 100% of 1 replica is 1");
        assert_eq!(posts.surge.working(), "maxSurge is 1");
        let posts = rolling("0", "").fenceposts(Some(1));
        assert_eq!(
            posts.unavailable.working(),
            "maxUnavailable 25% (the default) of 1 replica rounds down to 0"
        );
        assert_eq!(posts.surge.working(), "maxSurge is 0");
        assert_eq!(rolling("0", "50%").fenceposts(None).unavailable.working(), "maxUnavailable is 50%");
    }
}
