//! The ways on which a Service's traffic comes to a Pod, and how long each still brings some once the Pod
//! is deleted.

use super::routes::Route;
use super::services::{Reach, Service};
use super::{Placed, Set};
use crate::finding::SourceId;
use crate::manifest::Object;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// A way on which traffic comes.
#[derive(Debug, PartialEq)]
pub(crate) struct Way {
    /// What brings it, in a sentence.
    pub name: &'static str,
    /// Until when it can still bring some after the deletion, in seconds, as its documentation says; `None`
    /// where that is for the user to say (`propagationDelay`).
    pub seconds: Option<f64>,
    /// What its documentation says of that time.
    pub says: &'static str,
    /// What it is known by.
    sign: Sign,
    /// Where the figure comes from.
    pub source: &'static str,
}

/// What a way is known by.
#[derive(Debug, PartialEq)]
enum Sign {
    /// An annotation of the Service whose value holds one of these texts.
    OnService { key: &'static str, holds: &'static [&'static str] },
    /// An Ingress of one of these classes that leads to the Service, with such an annotation where one is
    /// named.
    Ingress { classes: &'static [&'static str], annotation: Option<(&'static str, &'static [&'static str])> },
    /// Its name in DNS leads to the Pods themselves.
    Headless,
    /// Any other Service.
    Any,
}

const ADVISED: &str = "its documentation waits";

/// Every way that is known, the one that decides first where several signs are there.
const WAYS: &[Way] = &[
    Way {
        name: "the AWS Network Load Balancer",
        seconds: Some(10.0),
        says: ADVISED,
        sign: Sign::OnService {
            key: "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type",
            holds: &["ip"],
        },
        // Fact G14.
        source: "https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html",
    },
    Way {
        name: "the AWS Application Load Balancer",
        seconds: Some(10.0),
        says: ADVISED,
        sign: Sign::Ingress {
            classes: &["alb"],
            annotation: Some(("alb.ingress.kubernetes.io/target-type", &["ip"])),
        },
        // Fact G14.
        source: "https://docs.aws.amazon.com/eks/latest/best-practices/load-balancing.html",
    },
    Way {
        name: "the Google Cloud load balancer",
        seconds: Some(40.0),
        says: ADVISED,
        sign: Sign::OnService { key: "cloud.google.com/neg", holds: &["true", "exposed_ports"] },
        // Fact G18.
        source: "https://cloud.google.com/knowledge/kb/502-503-errors-on-external-http-s-load-balancer-000006416",
    },
    Way {
        name: "Azure's Application Gateway",
        seconds: Some(90.0),
        says: ADVISED,
        sign: Sign::Ingress {
            classes: &["azure/application-gateway", "azure-application-gateway"],
            annotation: None,
        },
        // Fact G19.
        source: "https://github.com/Azure/application-gateway-kubernetes-ingress/blob/master/docs/how-tos/minimize-downtime-during-deployments.md",
    },
    Way {
        name: "the cluster's DNS",
        seconds: Some(30.0),
        says: "clients may keep an address for",
        sign: Sign::Headless,
        // Fact G9.
        source: "https://github.com/kubernetes/kubernetes/blob/v1.36.0/cmd/kubeadm/app/phases/addons/dns/manifests.go",
    },
    Way {
        name: "kube-proxy",
        seconds: None,
        says: "",
        sign: Sign::Any,
        // Fact G13.
        source: "https://kubernetes.io/docs/tutorials/services/pods-and-endpoint-termination-flow/",
    },
];

/// Traffic of a Service, and what brings it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival<'s> {
    /// What brings it; `None` where the Service goes on sending it until the Pod has ended, since it
    /// publishes Pods that are not ready (facts G2 and N16).
    pub way: Option<&'static Way>,
    /// The Service.
    pub service: &'s Placed<Service>,
}

impl Way {
    /// A load balancer brings it to the Pods by itself.
    pub(crate) fn is_balancer(&self) -> bool {
        matches!(self.sign, Sign::OnService { .. } | Sign::Ingress { .. })
    }

    /// Clients find the Pods themselves, by a name.
    pub(crate) fn is_by_name(&self) -> bool {
        self.sign == Sign::Headless
    }
}

/// What of several arrivals takes longest to be over, and how long, in seconds: of load balancers the slowest; else a
/// name, where nothing but names leads there.
pub(crate) fn slowest<'s>(arrivals: &[Arrival<'s>]) -> Option<(&'static Way, f64, &'s Placed<Service>)> {
    let timed = |arrival: &Arrival<'s>| Some((arrival.way?, arrival.way?.seconds?, arrival.service));
    let longest = |is: fn(&Way) -> bool| {
        let found = arrivals.iter().filter_map(timed).filter(|(way, ..)| is(way));
        found.reduce(|best, one| if one.1 > best.1 { one } else { best })
    };
    let only_names = arrivals.iter().all(|arrival| arrival.way.is_some_and(Way::is_by_name));
    longest(Way::is_balancer).or_else(|| longest(Way::is_by_name).filter(|_| only_names))
}

impl Set {
    /// Where it is written that a way leads to a Service: the file, the object and the field.
    pub(crate) fn sign_of<'s>(
        &'s self,
        way: &Way,
        service: &'s Placed<Service>,
    ) -> Option<(SourceId, &'s Object, FieldPath)> {
        let annotation = |key: &'static str| FieldPath::of("metadata.annotations").key(key);
        match &way.sign {
            Sign::OnService { key, .. } => Some((service.source, &service.item.object, annotation(key))),
            Sign::Ingress { annotation: sign, .. } => {
                let route = self.routes_to(&service.item).find(|route| is_of(&route.item, &way.sign))?;
                let class = || FieldPath::of("spec.ingressClassName");
                let path = sign.map_or_else(class, |(key, _)| annotation(key));
                Some((route.source, &route.item.object, path))
            }
            Sign::Headless => Some((service.source, &service.item.object, FieldPath::of("spec.clusterIP"))),
            Sign::Any => None,
        }
    }

    /// How traffic comes through the Services of `reaches`, each Service once, in their order. What goes to
    /// one through a load balancer goes to it through the cluster as well, which is sooner over.
    pub(crate) fn arrivals<'s>(&'s self, reaches: &[Reach<'s>]) -> Vec<Arrival<'s>> {
        let mut arrivals: Vec<Arrival<'s>> = Vec::new();
        for service in reaches.iter().map(|reach| reach.service) {
            if !arrivals.iter().any(|known| std::ptr::eq(known.service, service)) {
                let stays = service.item.publishes_not_ready;
                let way = WAYS.iter().find(|way| !stays && self.is_known_by(&service.item, &way.sign));
                arrivals.push(Arrival { way, service });
            }
        }
        arrivals
    }

    fn is_known_by(&self, service: &Service, sign: &Sign) -> bool {
        match sign {
            Sign::OnService { key, holds } => has_annotation(&service.object, key, holds),
            Sign::Ingress { .. } => self.routes_to(service).any(|route| is_of(&route.item, sign)),
            Sign::Headless => service.is_headless(),
            Sign::Any => true,
        }
    }
}

/// An Ingress has the sign.
fn is_of(route: &Route, sign: &Sign) -> bool {
    let Sign::Ingress { classes, annotation } = sign else { return false };
    route.class.as_deref().is_some_and(|class| classes.contains(&class))
        && annotation.is_none_or(|(key, holds)| has_annotation(&route.object, key, holds))
}

fn has_annotation(object: &Object, key: &'static str, holds: &[&str]) -> bool {
    let path = FieldPath::of("metadata.annotations").key(key);
    object.at(&path).and_then(Node::text).is_some_and(|text| holds.iter().any(|part| text.contains(part)))
}
