//! `statefulset-service`: the Service that a StatefulSet names gives its Pods no names.

use strum::{IntoStaticStr, VariantNames};

use super::probed::running;
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::Severity;
use crate::finding::words::listed;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::place::related;
use crate::manifest::spec::WorkloadSpec;
use crate::set::Placed;
use crate::set::services::Service;
use crate::text::placeholder;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "statefulset-service",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A StatefulSet names a Service that is not headless, or that does not exist.",
    reason: "serviceName is the domain of the Pods: with a headless Service of that name each gets a name in DNS that stays when the Pod is replaced (db-0.db), which is what peers and clients of a StatefulSet find it by. The specification of DNS for Kubernetes has such names for headless Services only. The API server checks nothing of this, and the field cannot be changed later.",
    options: None,
    facts: &["G9", "H13"],
    docs: &[
        Link {
            title: "StatefulSets: stable network ID",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#stable-network-id",
        },
        Link {
            title: "StatefulSets: limitations",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations",
        },
        Link {
            title: "Services: headless Services",
            url: "https://kubernetes.io/docs/concepts/services-networking/service/#headless-services",
        },
    ],
    page: page!("statefulset-service"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// The field that names it.
const FIELD: &str = "spec.serviceName";

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(unnamed) = Unnamed::of(subject) else { return };
    let place = subject.place(&FieldPath::of(FIELD));
    let beside = unnamed.service.map(|service| {
        let (object, path) = (&service.item.object, FieldPath::of("spec.clusterIP"));
        let path = if object.at(&path).is_some() { path } else { FieldPath::of("metadata.name") };
        related(service.source, object, &path, "has an address of its own")
    });
    seen.push(Seen::new(RULE.severity(), place, unnamed).related(beside));
}

/// A StatefulSet whose Pods get no names from its Service.
struct Unnamed<'s> {
    workload: &'s Workload,
    name: &'s str,
    service: Option<&'s Placed<Service>>,
    how: How,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// The Service has an address of its own.
    NotHeadless,
    /// No Service has the name.
    Missing,
}

impl<'s> Unnamed<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let workload = running(subject)?;
        let WorkloadSpec::StatefulSet(spec) = &workload.spec else { return None };
        let name =
            spec.service_name.as_deref().filter(|name| !name.is_empty() && !placeholder::hides(name))?;
        let service = subject.set.service_for(workload, name);
        let how = match service {
            Some(service) if service.item.is_headless() => return None,
            // One of that name elsewhere may belong to another way to install it.
            Some(service) if !subject.set.are_in_line(subject.source, service.source) => return None,
            // `none` is refused, and what was meant is plain.
            Some(service) if is_nearly_headless(service) => return None,
            Some(_) => How::NotHeadless,
            // It may stand in a file that was not read, or come from another chart.
            None if subject.is_partial || !subject.set.has_services_near(subject.source, workload) => {
                return None;
            }
            // The field had to be set once, and nobody asks for the name of what nobody connects to.
            None if !listens(workload) => return None,
            None => How::Missing,
        };
        Some(Self { workload, name, service, how })
    }

    /// The headless Services that select its Pods.
    fn others(&self, subject: &Subject<'_>) -> Option<String> {
        let reaches = subject.set.reaches(self.workload, &[]);
        let headless = reaches.iter().filter(|reach| reach.service.item.is_headless());
        let mut names: Vec<String> =
            headless.map(|reach| format!("`{}`", reach.service.item.object.id.name)).collect();
        names.dedup();
        listed(names.into_iter())
    }
}

/// It asks for no address in other words than the API server takes, which is said elsewhere.
fn is_nearly_headless(service: &Placed<Service>) -> bool {
    let address = service.item.object.at(&FieldPath::of("spec.clusterIP")).and_then(Node::text);
    address.is_some_and(|address| address.trim().eq_ignore_ascii_case("none"))
}

/// A container declares a port.
fn listens(workload: &Workload) -> bool {
    let mut running = workload.containers.iter().filter(|container| container.kind.is_long_running());
    running.any(|container| !container.ports().is_empty())
}

impl Verdict for Unnamed<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (workload, name) = (named(&self.workload.object.id), self.name);
        let pod = format!("{}-0.{name}", self.workload.object.id.name);
        match self.how {
            How::NotHeadless => Words::new(
                format!("{workload} names Service `{name}` for the names of its Pods, which is not headless"),
                format!(
                    "DNS for Kubernetes has names of single Pods, such as `{pod}`, for headless Services only; some servers answer \
                     them all the same. `{name}` itself leads to any of the Pods."
                ),
            ),
            How::Missing => Words::new(
                format!("{workload} names Service `{name}` for the names of its Pods, and there is none"),
                format!(
                    "Names of single Pods, such as `{pod}`, come from a headless Service `{name}`. No Service of that name is in \
                     namespace `{}`.",
                    self.workload.object.namespace()
                ),
            ),
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let name = self.name;
        let fixed = "The field cannot be changed later: the StatefulSet is deleted with `--cascade=orphan` and made anew.";
        if let Some(others) = self.others(subject) {
            return Mend::prose(format!("Name a headless Service that selects the Pods: {others}. {fixed}"));
        }
        match self.how {
            How::NotHeadless => Mend::prose(format!(
                "Add a headless Service (`clusterIP: None`) with the selector of `{name}`, and name that one. {fixed}"
            )),
            How::Missing => Mend::prose(format!(
                "Add a headless Service `{name}` (`clusterIP: None`) that selects the labels of the Pods."
            )),
        }
    }
}
