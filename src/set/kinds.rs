//! The kinds that workloads are joined with: one row a kind.

use super::autoscalers::{self, Autoscaler};
use super::budgets::{self, Budget};
use super::claims::{self, Claim};
use super::routes::{self, Route};
use super::secrets::{self, Secret};
use super::services::{self, Service};
use super::volumes::{self, Class, Volume};
use crate::manifest::id::ObjectRef;
use crate::manifest::{Object, kinds, typed};
use crate::yaml::Problem;

/// A kind of object that Kubernetes joins with others.
#[derive(Debug)]
pub(super) struct JoinedKind {
    /// API group; empty for the core group.
    group: &'static str,
    /// The versions of the group that the decoding reads.
    versions: &'static [&'static str],
    /// Kind.
    kind: &'static str,
    /// What it is joined by, and how that is read.
    pub(super) decode: Decode,
    /// How a note tells of it.
    verbs: Verbs,
    /// What does not fit its type, where that is looked for.
    typed: Option<fn(&Object) -> Vec<Problem>>,
}

impl JoinedKind {
    const fn typed(self, problems: fn(&Object) -> Vec<Problem>) -> Self {
        Self { typed: Some(problems), ..self }
    }
}

/// What an object is joined by, and how that is read from it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decode {
    /// Selects Pods by their labels; routes and StatefulSets name it.
    Service {
        /// The Service itself.
        service: fn(&Object) -> Service,
        /// What it is a name for, where it is one.
        alias: fn(&Object) -> Option<Route>,
    },
    /// Selects Pods by their labels.
    Budget(fn(&Object) -> Budget),
    /// Names a workload; `None` where it does not say which.
    Autoscaler(fn(&Object) -> Option<Autoscaler>),
    /// Names Services.
    Route(fn(&Object) -> Route),
    /// Volumes name it, and claim templates.
    Claim(fn(&Object) -> Claim),
    /// Claims name it, or are bound to it by its class.
    Volume(fn(&Object) -> Volume),
    /// Claims name it.
    StorageClass(fn(&Object) -> Class),
    /// Volumes and variables name it.
    Secret(fn(&Object) -> Secret),
    /// Volumes and variables name it; its texts are read where a script is asked for.
    ConfigMap,
}

/// The verbs between the object and what it is joined with; empty where it never is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verbs {
    /// `governs` Deployment `web`.
    pub workload: &'static str,
    /// `reaches` container `app` of Deployment `web`.
    pub container: &'static str,
    /// `routes to` Service `web`.
    pub service: &'static str,
}

const NONE: Verbs = Verbs { workload: "", container: "", service: "" };
const SERVICES: Decode = Decode::Service { service: services::read, alias: routes::alias };
const SERVICE: Verbs = Verbs { workload: "names the Pods of", container: "reaches", service: "stands for" };
const BUDGET: Verbs = Verbs { workload: "governs", ..NONE };
const SCALER: Verbs = Verbs { workload: "scales", ..NONE };
const ROUTE: Verbs = Verbs { service: "routes to", ..NONE };
const CLAIM: Verbs = Verbs { workload: "is mounted in", ..NONE };
const VALUES: Verbs = Verbs { workload: "is mounted in", container: "gives variables to", ..NONE };

const fn row(
    group: &'static str,
    versions: &'static [&'static str],
    kind: &'static str,
    decode: Decode,
    verbs: Verbs,
) -> JoinedKind {
    JoinedKind { group, versions, kind, decode, verbs, typed: None }
}

/// The API group of the Gateway API.
const GATEWAY: &str = "gateway.networking.k8s.io";

/// Every kind that is joined.
#[rustfmt::skip]
static JOINED_KINDS: &[JoinedKind] = &[
    row("", &["v1"], "Service", SERVICES, SERVICE).typed(typed::service),
    row("", &["v1"], "ConfigMap", Decode::ConfigMap, VALUES).typed(typed::config_map),
    row("", &["v1"], "Secret", Decode::Secret(secrets::read), VALUES),
    row("", &["v1"], "PersistentVolumeClaim", Decode::Claim(claims::read), CLAIM),
    row("", &["v1"], "PersistentVolume", Decode::Volume(volumes::volume), NONE),
    row("storage.k8s.io", &["v1", "v1beta1"], "StorageClass", Decode::StorageClass(volumes::class), NONE),
    row("policy", &["v1"], "PodDisruptionBudget", Decode::Budget(budgets::read), BUDGET).typed(typed::budget),
    row("policy", &["v1beta1"], "PodDisruptionBudget", Decode::Budget(budgets::read_beta), BUDGET),
    row("autoscaling", &["v2"], "HorizontalPodAutoscaler", Decode::Autoscaler(autoscalers::horizontal), SCALER).typed(typed::autoscaler),
    row("autoscaling", &["v1"], "HorizontalPodAutoscaler", Decode::Autoscaler(autoscalers::horizontal), SCALER).typed(typed::autoscaler_v1),
    row("autoscaling", &["v2beta1", "v2beta2"], "HorizontalPodAutoscaler", Decode::Autoscaler(autoscalers::horizontal), SCALER),
    row("keda.sh", &["v1alpha1"], "ScaledObject", Decode::Autoscaler(autoscalers::keda), SCALER),
    row("networking.k8s.io", &["v1", "v1beta1"], "Ingress", Decode::Route(routes::ingress), ROUTE),
    row("extensions", &["v1beta1"], "Ingress", Decode::Route(routes::ingress), ROUTE),
    row(GATEWAY, &["v1", "v1beta1", "v1alpha2"], "HTTPRoute", Decode::Route(routes::gateway), ROUTE),
    row(GATEWAY, &["v1", "v1alpha2"], "GRPCRoute", Decode::Route(routes::gateway), ROUTE),
    row(GATEWAY, &["v1", "v1alpha3", "v1alpha2"], "TLSRoute", Decode::Route(routes::gateway), ROUTE),
    row(GATEWAY, &["v1", "v1alpha2"], "TCPRoute", Decode::Route(routes::gateway), ROUTE),
    row(GATEWAY, &["v1alpha2"], "UDPRoute", Decode::Route(routes::gateway), ROUTE),
];

/// The row of a kind.
pub(super) fn find(api_version: &str, kind: &str) -> Option<&'static JoinedKind> {
    let (group, version) = (kinds::group(api_version), kinds::version(api_version));
    JOINED_KINDS.iter().find(|row| row.kind == kind && row.group == group && row.versions.contains(&version))
}

/// What does not fit the type of an object that is no workload.
pub(crate) fn problems(object: &Object) -> Vec<Problem> {
    let row = find(&object.id.api_version, &object.id.kind);
    row.and_then(|row| row.typed).map(|problems| problems(object)).unwrap_or_default()
}

/// It is of a kind that workloads are joined with.
pub(crate) fn is_joined(object: &ObjectRef) -> bool {
    find(&object.api_version, &object.kind).is_some()
}

/// It holds texts that containers may run as scripts.
pub(crate) fn holds_scripts(object: &ObjectRef) -> bool {
    let row = find(&object.api_version, &object.kind);
    row.is_some_and(|row| matches!(row.decode, Decode::ConfigMap))
}

/// The verbs for an object of a kind.
pub(crate) fn verbs(object: &ObjectRef) -> Verbs {
    find(&object.api_version, &object.kind).map_or(NONE, |row| row.verbs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_group_version_and_kind() {
        assert!(find("v1", "Service").is_some());
        assert!(find("autoscaling/v2beta2", "HorizontalPodAutoscaler").is_some());
        assert!(find("serving.knative.dev/v1", "Service").is_none());
        assert!(find("policy/v2", "PodDisruptionBudget").is_none());
        assert!(find("gateway.networking.k8s.io/v1alpha2", "UDPRoute").is_some());
    }

    #[test]
    fn no_row_hides_another() {
        for row in JOINED_KINDS {
            for version in row.versions {
                let api_version = match row.group {
                    "" => (*version).to_owned(),
                    group => format!("{group}/{version}"),
                };
                assert!(
                    find(&api_version, row.kind).is_some_and(|found| std::ptr::eq(found, row)),
                    "{row:?}"
                );
            }
        }
    }
}
