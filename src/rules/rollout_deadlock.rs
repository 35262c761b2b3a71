//! `rollout-deadlock`: a rollout starts a new Pod that cannot run beside the old one.

use strum::{IntoStaticStr, VariantNames};

use super::probed::running;
use super::rollouts::{Pods, failed_after, pods, rolled_out, shown};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::{Related, Severity};
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::place::related;
use crate::manifest::scheduling::HOSTNAME;
use crate::manifest::strategy::{Fenceposts, Strategy};
use crate::set::beside::Obstacle;
use crate::set::claims::Claim;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "rollout-deadlock",
    aliases: &[],
    group: Group::Rollout,
    severities: &[Severity::Warning, Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A rollout starts a new Pod before the old one goes, and the two cannot run beside each other.",
    reason: "A Deployment replaces its Pods within two bounds. maxUnavailable rounds down, so its default of 25% is 0 for up to three replicas: no old Pod goes before a new one is Available. If the new one needs what the old one holds, each waits for the other. The first rollout works, as nothing is there yet; the next one stands still.",
    options: None,
    facts: &["H1", "H2", "H3", "H15", "E17", "P3"],
    docs: &[
        Link {
            title: "Deployments: max unavailable",
            url: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
        },
        Link {
            title: "Access modes",
            url: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes",
        },
        Link {
            title: "Inter-pod affinity and anti-affinity",
            url: "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
        },
    ],
    page: page!("rollout-deadlock"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(stuck) = Stuck::of(subject).or_else(|| Stuck::of_nodes(subject)) else { return };
    let (place, related) = (subject.place(stuck.path()), stuck.related(subject));
    let label = stuck.label().to_owned();
    seen.push(Seen::new(stuck.severity(), place, stuck).label(label).related(related));
}

/// A rollout whose new Pod needs what an old one holds.
struct Stuck<'s> {
    workload: &'s Workload,
    /// How many Pods there are, where that is known.
    pods: Option<Pods<'s>>,
    /// Of a Deployment; a DaemonSet has a surge and nothing else.
    posts: Option<Fenceposts>,
    obstacle: Obstacle<'s>,
    how: How,
}

/// Why it stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// A claim for one Pod of the cluster.
    OnePod,
    /// A claim for one node, if the new Pod lands on another.
    OneNode,
    /// A port of the node, if there is no node without one of the Pods.
    HostPort,
    /// The same on the one node there is for them.
    HostPortOfOneNode,
    /// A DaemonSet that surges: both Pods are on one node.
    HostPortOfEachNode,
    /// A node, or zone, of its own.
    Apart,
    /// The same on the one node there is for them.
    ApartOnOneNode,
}

impl<'s> Stuck<'s> {
    fn of(subject: &'s Subject<'s>) -> Option<Self> {
        let (workload, strategy) = rolled_out(subject)?;
        let Strategy::Rolling(rolling) = strategy else { return None };
        let pods = Pods::of(subject, workload);
        let posts = rolling.fenceposts(pods.map(|pods| pods.fewest));
        if !posts.surges_first() {
            return None;
        }
        let obstacle = subject.set.obstacle(workload)?;
        let how = match &obstacle {
            Obstacle::OncePod { .. } => How::OnePod,
            Obstacle::OnceNode { .. } => How::OneNode,
            Obstacle::HostPort { pinned: None, .. } => How::HostPort,
            Obstacle::HostPort { pinned: Some(_), .. } => How::HostPortOfOneNode,
            Obstacle::Apart { pinned: None, .. } => How::Apart,
            Obstacle::Apart { pinned: Some(_), .. } => How::ApartOnOneNode,
        };
        Some(Self { workload, pods, posts: Some(posts), obstacle, how })
    }

    /// A DaemonSet that starts the new Pod on a node before the old one goes (fact H15).
    fn of_nodes(subject: &'s Subject<'s>) -> Option<Self> {
        let workload = running(subject)?;
        if !workload.surges_on_nodes() {
            return None;
        }
        let obstacle = subject.set.host_port(workload)?;
        Some(Self { workload, pods: None, posts: None, obstacle, how: How::HostPortOfEachNode })
    }

    fn severity(&self) -> Severity {
        match self.how {
            How::HostPort | How::Apart => Severity::Info,
            How::OnePod
            | How::OneNode
            | How::HostPortOfOneNode
            | How::HostPortOfEachNode
            | How::ApartOnOneNode => Severity::Warning,
        }
    }

    fn path(&self) -> &FieldPath {
        match &self.obstacle {
            Obstacle::OncePod { path, .. }
            | Obstacle::OnceNode { path, .. }
            | Obstacle::HostPort { path, .. }
            | Obstacle::Apart { path, .. } => path,
        }
    }

    fn label(&self) -> &'static str {
        match self.how {
            How::OnePod | How::OneNode => "held by the old Pod until it is gone",
            How::HostPort | How::HostPortOfOneNode | How::HostPortOfEachNode => {
                "one Pod of a node can have it"
            }
            How::Apart | How::ApartOnOneNode => "no two Pods of it together",
        }
    }

    fn related(&self, subject: &Subject<'_>) -> Vec<Related> {
        let claim = match &self.obstacle {
            Obstacle::OncePod { claim, .. } => Some((claim, "one Pod of the cluster may mount it")),
            Obstacle::OnceNode { claim, .. } => Some((claim, "one node may mount it")),
            Obstacle::HostPort { .. } | Obstacle::Apart { .. } => None,
        };
        let claim = claim.map(|(claim, message)| {
            related(claim.source, &claim.item.object, &FieldPath::of("spec.accessModes"), message)
        });
        let pinned = match &self.obstacle {
            Obstacle::HostPort { pinned: Some(path), .. } | Obstacle::Apart { pinned: Some(path), .. } => {
                Some(related(subject.source, subject.object, path, "all of its Pods are on one node"))
            }
            _ => None,
        };
        let surge = (self.how == How::HostPortOfEachNode).then(|| {
            let path = FieldPath::of("spec.updateStrategy.rollingUpdate.maxSurge");
            related(subject.source, subject.object, &path, "the new Pod comes before the old one goes")
        });
        let post =
            self.posts.as_ref().and_then(|posts| shown(subject.source, subject.object, &posts.unavailable));
        claim.into_iter().chain(pinned).chain(surge).chain(post).collect()
    }

    /// Why no old Pod goes first.
    fn order(&self) -> String {
        let working = self.posts.as_ref().map(|posts| posts.unavailable.working()).unwrap_or_default();
        let scaled = self.pods.filter(Pods::is_scaled);
        let when = scaled
            .map_or_else(String::new, |pods| format!(" while it runs at its minimum of {}", pods.fewest));
        format!("As {working}{when}, no old Pod goes before a new one is Available.")
    }

    /// What becomes of a Pod that its node has no room for.
    fn turned_away(&self) -> &'static str {
        match self.workload.pod_spec().node_name.is_some() {
            true => "is turned away by the kubelet (NodePorts) and made again, over and over",
            false => "stays Pending",
        }
    }
}

/// Its name, for a sentence.
fn claim_name(claim: &Claim) -> &str {
    &claim.object.id.name
}

/// `node`, `zone`, or what else a label tells apart.
fn place_of(topology: &str) -> String {
    match topology {
        HOSTNAME => "node".to_owned(),
        "topology.kubernetes.io/zone" | "failure-domain.beta.kubernetes.io/zone" => "zone".to_owned(),
        "topology.kubernetes.io/region" | "failure-domain.beta.kubernetes.io/region" => "region".to_owned(),
        other => format!("value of `{other}`"),
    }
}

impl Verdict for Stuck<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let workload = named(&self.workload.object.id);
        let order = self.order();
        let taken = match self.pods.map(|pods| pods.fewest) {
            Some(1) => "its 1 Pod takes".to_owned(),
            Some(count) => format!("its {} take", pods(count)),
            None => "its Pods take".to_owned(),
        };
        let failed = failed_after(subject, "it");
        match &self.obstacle {
            Obstacle::OncePod { claim, .. } => {
                let claim = claim_name(&claim.item);
                Words::new(
                    format!(
                        "a rollout of {workload} stands still: its new Pod needs claim `{claim}`, which the old one holds"
                    ),
                    format!(
                        "{order} Claim `{claim}` is ReadWriteOncePod: one Pod of the whole cluster may use it, and the new one \
                         stays Pending until the old one is gone. The rollout never goes on{failed}."
                    ),
                )
            }
            Obstacle::OnceNode { claim, .. } => {
                let claim = claim_name(&claim.item);
                let unread = subject
                    .unread("a volume or StorageClass elsewhere may put it on a file system of the network");
                Words::new(
                    format!(
                        "a rollout of {workload} stands still when its new Pod lands on another node than the old one, which \
                         holds claim `{claim}`"
                    ),
                    format!(
                        "{order} Claim `{claim}` is ReadWriteOnce: its volume is attached to one node at a time. On another node \
                         the new Pod waits for the volume (Multi-Attach error), and the old one for the new Pod{}.{unread}",
                        failed_after(subject, "the rollout")
                    ),
                )
            }
            Obstacle::HostPort { port, .. } => match self.how {
                How::HostPortOfEachNode => Words::new(
                    format!(
                        "a rollout of {workload} stands still on each node: its new Pod needs port {port} there, which the old \
                         one holds"
                    ),
                    format!(
                        "With maxSurge the old Pod of a node goes once the new one there is Available. Both take port {port} of \
                         the node, so the new one stays Pending as long as the old one runs."
                    ),
                ),
                How::HostPortOfOneNode => Words::new(
                    format!(
                        "a rollout of {workload} stands still: its new Pod needs port {port} of the node, which the old one holds"
                    ),
                    format!(
                        "{order} All of its Pods are put on one node, where the old one has port {port}: the new one {}. The \
                         rollout never goes on{failed}.",
                        self.turned_away()
                    ),
                ),
                _ => Words::new(
                    format!(
                        "a rollout of {workload} needs one node more than it has Pods, as each takes port {port} of its node"
                    ),
                    format!(
                        "{order} The new one runs only on a node where no Pod of it has port {port} yet. Where {taken} \
                         all nodes that are there for it, it stays Pending, and the rollout stands still{failed}."
                    ),
                ),
            },
            Obstacle::Apart { topology, .. } => {
                let place = place_of(topology);
                match self.how {
                    How::ApartOnOneNode => Words::new(
                        format!(
                            "a rollout of {workload} stands still: its new Pod may not be on the {place} of the old one, and has \
                             no other"
                        ),
                        format!(
                            "{order} The required anti-affinity allows no two of its Pods on one {place}, and all of them are put \
                             on one node: the new one stays Pending. The rollout never goes on{failed}."
                        ),
                    ),
                    _ => Words::new(
                        format!(
                            "a rollout of {workload} needs one {place} more than it has Pods, as no two may share one"
                        ),
                        format!(
                            "{order} The required anti-affinity keeps the new one off each {place} that has a Pod of it. Where \
                             {taken} all that are there for it, it stays Pending, and the rollout stands still{failed}."
                        ),
                    ),
                }
            }
        }
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let rolling = FieldPath::of("spec.strategy.rollingUpdate");
        match self.how {
            How::OnePod | How::OneNode => {
                let strategy = FieldPath::of("spec.strategy");
                let recreate = || Content::Text("Recreate".to_owned());
                let is_set = |path: &FieldPath| self.workload.object.at(path).is_some();
                let kind = strategy.key("type");
                let operations = match (is_set(&kind), is_set(&rolling)) {
                    (true, true) => {
                        vec![Operation::set(kind, recreate()), Operation::Remove { path: rolling }]
                    }
                    (false, true) => {
                        vec![Operation::set(strategy, Content::Fields(vec![("type", recreate())]))]
                    }
                    (_, false) => vec![Operation::set(kind, recreate())],
                };
                let goes = match operations.last() {
                    Some(Operation::Remove { .. }) => " Recreate has no `rollingUpdate`: remove it.",
                    _ => "",
                };
                Mend::guess(
                    format!(
                        "Stop the old Pod before the new one starts; nothing answers in between.{goes} A claim that many nodes may \
                         mount (ReadWriteMany) needs no such order."
                    ),
                    operations,
                )
            }
            How::HostPortOfEachNode => {
                let rolling = FieldPath::of("spec.updateStrategy.rollingUpdate");
                Mend::guess(
                    "Let the old Pod of a node go before the new one comes.",
                    vec![
                        Operation::set(rolling.key("maxSurge"), Content::Int(0)),
                        Operation::set(rolling.key("maxUnavailable"), Content::Int(1)),
                    ],
                )
            }
            How::HostPort | How::HostPortOfOneNode | How::Apart | How::ApartOnOneNode => Mend::guess(
                match self.pods.is_some_and(|pods| pods.fewest > 1) {
                    true => "Let one Pod go before its successor comes.",
                    false => "Let the old Pod go before the new one comes; nothing answers in between.",
                },
                vec![Operation::set(rolling.key("maxUnavailable"), Content::Int(1))],
            ),
        }
    }
}
