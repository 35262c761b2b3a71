//! `service-port-unknown`: a Service leads to a port by a name that no container has.

use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::words::listed;
use crate::finding::{Related, Severity};
use crate::manifest::Object;
use crate::manifest::id::named;
use crate::manifest::place::related;
use crate::set::Placed;
use crate::set::ports::{Declared, Unnamed};
use crate::text::nearest;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "service-port-unknown",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A Service leads to a port by a name that no container of its Pods declares.",
    reason: "A targetPort that is a name is looked up in each Pod: the port of that name and protocol among those that its containers declare. A Pod that has none is left out of the endpoints of that port, without an error or an event. If that is true of all Pods, the port leads nowhere, though the Pods are Ready and the Service selects them.",
    options: None,
    facts: &["G11", "G12", "P5"],
    docs: &[Link {
        title: "Services: port definitions",
        url: "https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports",
    }],
    page: page!("service-port-unknown"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

/// How many workloads, and how many of their ports, a finding names.
const MOST_NAMED: usize = 3;

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    if subject.workload.is_some() {
        return;
    }
    for unnamed in subject.set.unnamed_ports(subject.source, subject.object) {
        let unknown = Unknown::of(subject, unnamed);
        let place = subject.place(&unknown.unnamed.port.path().key("targetPort"));
        let related = unknown.related();
        seen.push(Seen::new(unknown.severity(), place, unknown).related(related));
    }
}

/// A port of a Service that leads nowhere.
struct Unknown<'s> {
    unnamed: Unnamed<'s>,
    /// What the containers declare.
    declared: Vec<Declared<'s>>,
    /// What other ports of the Service lead to.
    taken: Vec<String>,
    how: How,
}

/// What is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// No port has the name.
    NoName,
    /// One has it for another protocol.
    OtherProtocol,
    /// No port has the name; the Service is headless, so its own name leads to the Pods all the same.
    Headless,
}

impl<'s> Unknown<'s> {
    fn of(subject: &Subject<'_>, unnamed: Unnamed<'s>) -> Self {
        let declared: Vec<Declared<'s>> = unnamed.declared().collect();
        let cluster_ip = subject.object.root().field("spec").and_then(|spec| spec.text_of("clusterIP"));
        let how = match () {
            () if cluster_ip == Some("None") => How::Headless,
            () if declared.iter().any(|one| one.port.name.as_deref() == Some(unnamed.name)) => {
                How::OtherProtocol
            }
            () => How::NoName,
        };
        let ports = subject.object.at(&FieldPath::of("spec.ports"));
        let targets =
            ports.into_iter().flat_map(|ports| ports.items()).filter_map(|port| port.text_of("targetPort"));
        let taken = targets.filter(|target| *target != unnamed.name).map(str::to_owned).collect();
        Self { unnamed, declared, taken, how }
    }

    fn severity(&self) -> Severity {
        match self.how {
            How::NoName | How::OtherProtocol => Severity::Error,
            How::Headless => Severity::Warning,
        }
    }

    /// What the containers declare for the protocol that is asked for.
    fn candidates(&self) -> impl Iterator<Item = &Declared<'s>> {
        self.declared.iter().filter(|one| one.protocol() == self.unnamed.port.protocol())
    }

    fn related(&self) -> Vec<Related> {
        let ports = self.declared.iter().take(MOST_NAMED).map(|one| {
            let path = one.container.path.key("ports").index(one.index);
            let named = path.key("name");
            let path =
                if one.workload.item.object.at(&named).is_some() { named } else { path.key("containerPort") };
            related(one.workload.source, &one.workload.item.object, &path, said(one))
        });
        if self.declared.is_empty() {
            let workloads = self.unnamed.workloads.iter().take(MOST_NAMED);
            return workloads
                .filter_map(|workload| {
                    let container = workload.item.containers.iter().find(|one| one.kind.is_long_running())?;
                    let path = container.path.key("name");
                    Some(related(workload.source, &workload.item.object, &path, "declares no port"))
                })
                .collect();
        }
        ports.collect()
    }

    /// `Deployment `a` and Deployment `b``.
    fn workloads(&self) -> String {
        let names = self.unnamed.workloads.iter().map(|one| named(&one.item.object.id));
        let mut names: Vec<String> = names.collect();
        names.dedup();
        let more = names.len().saturating_sub(MOST_NAMED);
        names.truncate(MOST_NAMED);
        names.extend((more > 0).then(|| format!("{more} more")));
        listed(names.into_iter()).unwrap_or_default()
    }

    /// Names of ports that no other port of the Service leads to, once each.
    fn names(&self) -> Vec<&'s str> {
        let names = self.candidates().filter_map(|one| one.port.name.as_deref());
        let mut names: Vec<&str> =
            names.filter(|name| !self.taken.iter().any(|taken| taken == name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The name that was meant, as far as that can be told.
    fn meant(&self) -> Option<&'s str> {
        let names = self.names();
        match names.as_slice() {
            [] => None,
            [one] if self.candidates().count() == 1 => Some(one),
            names => nearest::of(self.unnamed.name, names.iter().copied()),
        }
    }
}

/// `port 8080, called `web``.
fn said(one: &Declared<'_>) -> String {
    let protocol = match one.protocol() {
        "TCP" => String::new(),
        other => format!("/{other}"),
    };
    match one.port.name.as_deref() {
        Some(name) => format!("port {}{protocol}, called `{name}`", one.port.container_port),
        None => format!("port {}{protocol}, without a name", one.port.container_port),
    }
}

impl Verdict for Unknown<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let (name, service) = (self.unnamed.name, subject.object.id.name.as_str());
        let protocol = self.unnamed.port.protocol();
        let number = subject.object.at(&self.unnamed.port.path().key("port")).and_then(Node::as_i64);
        let port = number.map_or_else(|| "a port".to_owned(), |number| format!("port {number}"));
        let that = number.map_or_else(|| "the port".to_owned(), |number| format!("port {number}"));
        let (workloads, here) = (self.workloads(), subject.here());
        let mut declared: Vec<String> = self.declared.iter().map(said).collect();
        declared.sort();
        declared.dedup();
        let declared = listed(declared.into_iter().take(MOST_NAMED));
        let declared = match declared {
            Some(declared) => format!(" What they declare is {declared}."),
            None => " They declare no port at all.".to_owned(),
        };
        let unread = subject.unread("a patch elsewhere may give a port that name");
        match self.how {
            How::NoName | How::OtherProtocol => {
                let what = match self.how {
                    How::OtherProtocol => format!(" for {protocol}"),
                    _ => String::new(),
                };
                Words::new(
                    format!(
                        "Service `{service}` leads {port} to `{name}`, a name that no container of {workloads} \
                         declares{what}{here}"
                    ),
                    format!(
                        "The name is looked up among the {protocol} ports of each Pod, and found in none: {that} has no endpoint, \
                         and every connection to it is refused.{declared}{unread}"
                    ),
                )
            }
            How::Headless => Words::new(
                format!(
                    "headless Service `{service}` names a port `{name}` that no container of {workloads} declares{here}"
                ),
                format!(
                    "The name is looked up among the {protocol} ports of each Pod, and found in none. The Service's own name still \
                     leads to the Pods, but who looks for the port finds nothing: its SRV records, and a ServiceMonitor that names \
                     it.{declared}{unread}"
                ),
            ),
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let path = self.unnamed.port.path().key("targetPort");
        let text = |text: &str| Content::Text(text.to_owned());
        if self.how == How::OtherProtocol {
            let port = self.declared.iter().find(|one| one.port.name.as_deref() == Some(self.unnamed.name));
            let protocol = port.map_or("TCP", |port| port.protocol());
            return Mend::guess(
                "Ask for the protocol that the container declares, or have it declare the other one too.",
                vec![Operation::set(self.unnamed.port.path().key("protocol"), text(protocol))],
            );
        }
        if let Some(meant) = self.meant() {
            return Mend::guess(
                "Name the port that the container declares.",
                vec![Operation::set(path, text(meant))],
            );
        }
        let mut candidates = self.candidates();
        match (candidates.next(), candidates.next()) {
            (Some(one), None) if one.port.name.is_none() => {
                let named = one.container.path.key("ports").index(one.index).key("name");
                let object: Placed<Object> =
                    Placed { source: one.workload.source, item: one.workload.item.object.clone() };
                Mend::guess(
                    "Give the port of the container that name.",
                    vec![Operation::set(named, text(self.unnamed.name))],
                )
                .elsewhere(&object)
            }
            _ => Mend::prose(format!(
                "Give the port that the program listens on the name `{}` in `ports` of its container, or lead the Service to its \
                 number.",
                self.unnamed.name
            )),
        }
    }
}
