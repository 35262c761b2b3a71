//! `host-path-data`: files that stay on a node while their Pods move on.

use k8s_openapi::api::core::v1 as core;
use strum::{IntoStaticStr, VariantNames};

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::Content;
use crate::finding::Severity;
use crate::kubernetes::images;
use crate::manifest::kinds::Nature;
use crate::manifest::place::related;
use crate::manifest::{Container, Workload};
use crate::set::replicas::Replicas;
use crate::text::placeholder;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "host-path-data",
    aliases: &[],
    group: Group::Data,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A Pod that can move to another node writes into a directory of the node it is on.",
    reason: "A hostPath volume is a directory of the node. It outlives the Pod, and stays where it is: after a drain, an eviction or a rollout the next Pod may start on another node, and finds an empty directory, or what another Pod left there long ago. Nothing counts its size against the Pod, nothing removes it, and nothing tells that the data are on the old node.",
    options: None,
    facts: &["J5"],
    docs: &[
        Link { title: "hostPath", url: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath" },
        Link {
            title: "Persistent volumes",
            url: "https://kubernetes.io/docs/concepts/storage/persistent-volumes/",
        },
    ],
    page: page!("host-path-data"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| moves(workload)) else { return };
    let replicas = subject.set.replicas(workload);
    if replicas == Replicas::Fixed(0) {
        return;
    }
    for (index, volume) in workload.pod_spec().volumes.iter().flatten().enumerate() {
        let Some(host) = volume.host_path.as_ref().filter(|host| holds_data(host)) else { continue };
        let Some((container, mount)) = writer(workload, volume) else { continue };
        let path = workload.pod_spec_path.key("volumes").index(index).dotted("hostPath.path");
        let how = match workload.kind.nature {
            Nature::Batch => How::PerRun,
            Nature::LongRunning | Nature::BarePod | Nature::Managed => How::Left,
        };
        let at = container.path.key("volumeMounts").index(mount).key("mountPath");
        let message = format!("container `{}` can write here", container.name());
        let verdict = OnOneNode { workload, container, volume, host, how, replicas };
        seen.push(
            Seen::new(Severity::Info, subject.place(&path), verdict).container(container).related([related(
                subject.source,
                subject.object,
                &at,
                message,
            )]),
        );
    }
}

/// Its Pods can start on another node than the last ones: no DaemonSet, whose Pods belong to their nodes, no Pod of its
/// own, which is never made again (fact H32), and nothing that picks a node.
fn moves(workload: &Workload) -> bool {
    let is_replaced = match workload.kind.nature {
        Nature::LongRunning | Nature::Batch => true,
        Nature::BarePod | Nature::Managed => false,
    };
    is_replaced
        && workload.kind.kind != "DaemonSet"
        && !workload.is_fragment
        && !workload.object.is_hook()
        && !is_of_the_node(workload.pod_spec())
        && !is_pinned(workload.pod_spec())
}

/// It works on the node itself.
fn is_of_the_node(pod: &core::PodSpec) -> bool {
    let is_system = pod.priority_class_name.as_deref().is_some_and(|class| class.starts_with("system-"));
    pod.host_pid == Some(true) || pod.host_network == Some(true) || is_system
}

/// Labels of nodes that many nodes share by their nature: to ask for one of them picks no node.
const SHARED_LABELS: [&str; 9] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/os",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// It asks for nodes by a name, or by a label that somebody gave them: those that hold the directory, maybe.
fn is_pinned(pod: &core::PodSpec) -> bool {
    let is_chosen = |label: &str| !SHARED_LABELS.contains(&label);
    let selector = pod.node_selector.iter().flatten();
    let affinity = pod.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required =
        affinity.and_then(|node| node.required_during_scheduling_ignored_during_execution.as_ref());
    let terms = || required.into_iter().flat_map(|one| &one.node_selector_terms);
    let mut expressions = terms().flat_map(|term| term.match_expressions.iter().flatten());
    pod.node_name.as_deref().is_some_and(|name| !name.is_empty())
        || selector.map(|(label, _)| label).any(|label| is_chosen(label))
        || expressions.any(|one| is_chosen(&one.key))
        || terms().any(|term| term.match_fields.iter().flatten().next().is_some())
}

/// What of a node is no data of a Pod: the system itself, its logs and sockets, and what its agents and container
/// runtimes keep. All below such a directory is the same.
const OF_THE_NODE: [&str; 25] = [
    "/boot",
    "/dev",
    "/etc",
    "/home/kubernetes",
    "/lib",
    "/lib64",
    "/opt/cni",
    "/proc",
    "/root/.docker",
    "/run",
    "/sys",
    "/tmp/.X11-unix",
    "/usr",
    "/var/lib/calico",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/containers",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/k0s",
    "/var/lib/kubelet",
    "/var/lib/minikube",
    "/var/lib/rancher",
    "/var/log",
    "/var/run",
];

/// Directories of which a part may be anything: who mounts them whole looks at the node.
const WHOLE: [&str; 5] = ["/", "/home", "/opt", "/var", "/var/lib"];

/// Words in the path of a file system that every node mounts at the same place.
const SHARED_FILE_SYSTEMS: [&str; 14] = [
    "beegfs",
    "ceph",
    "cephfs",
    "cifs",
    "efs",
    "fsx",
    "gluster",
    "glusterfs",
    "gpfs",
    "lustre",
    "nas",
    "nfs",
    "shared",
    "smb",
];

/// A directory or a file in which a Pod may keep what it needs again.
fn holds_data(host: &core::HostPathVolumeSource) -> bool {
    let kind = host.type_.as_deref().unwrap_or_default();
    let path = host.path.trim_end_matches('/');
    let path = if path.is_empty() { "/" } else { path };
    let is_in = |directory: &str| {
        path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut words = path.split(|c: char| !c.is_ascii_alphanumeric());
    path.starts_with('/')
        && !placeholder::hides(path)
        && !matches!(kind, "Socket" | "CharDevice" | "BlockDevice")
        && !path.ends_with(".sock")
        && !OF_THE_NODE.iter().any(|directory| is_in(directory))
        && !WHOLE.contains(&path)
        && !words.any(|word| SHARED_FILE_SYSTEMS.contains(&word.to_ascii_lowercase().as_str()))
}

/// The first container that can write into the volume, with the number of its mount: one that works before one that
/// only prepares.
fn writer<'w>(workload: &'w Workload, volume: &core::Volume) -> Option<(&'w Container, usize)> {
    // What is put there when the Pod is made brings its own.
    let is_there = |one: &&'w Container| !one.spec.image.as_deref().is_some_and(images::is_injected);
    let writes = |container: &'w Container| {
        let mounts = container.volume_mounts().iter();
        let at = mounts.enumerate().find(|(_, mount)| {
            mount.name == volume.name && mount.read_only != Some(true) && !of_the_node_below(mount)
        });
        at.map(|(index, _)| (container, index))
    };
    workload.containers.iter().filter(is_there).find_map(writes)
}

/// The mount is of a part of the volume that is a socket.
fn of_the_node_below(mount: &core::VolumeMount) -> bool {
    mount.mount_path.ends_with(".sock")
}

/// A Pod keeps files on the node where it runs.
struct OnOneNode<'s> {
    workload: &'s Workload,
    container: &'s Container,
    volume: &'s core::Volume,
    host: &'s core::HostPathVolumeSource,
    how: How,
    replicas: Replicas,
}

/// When the files are missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// When the next Pod starts elsewhere.
    Left,
    /// When the next run, or the next try, does.
    PerRun,
}

impl Verdict for OnOneNode<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        let (name, path) = (self.container.name(), &self.host.path);
        let why = match self.how {
            How::Left => format!(
                "`{path}` is a directory of the node. After a drain, an eviction or a rollout the next Pod may start on \
                 another node, and finds another `{path}` or an empty one; what was written is left behind."
            ),
            How::PerRun => format!(
                "`{path}` is a directory of the node. Each Pod of the {} may start on another one: what is written is \
                 spread over the nodes, and is found again by chance.",
                self.workload.object.id.kind
            ),
        };
        let each = |pods: &str| format!(" {pods} share nothing but by chance: each node has its own.");
        let more = match self.replicas {
            Replicas::Fixed(count) if count > 1 => each(&format!("Its {count} Pods")),
            Replicas::Autoscaled { max, .. } => each(&format!("Its Pods, up to {max},")),
            Replicas::Fixed(_) | Replicas::Unknown => String::new(),
        };
        Words::new(
            format!("what `{name}` writes to `{path}` stays on the node where it was written"),
            format!("{why}{more}"),
        )
    }

    fn mend(&self, _: &Subject<'_>) -> Mend {
        let text = |text: &str| Content::Text(text.to_owned());
        let volume = self.volume.name.as_str();
        if self.workload.kind.kind == "StatefulSet" {
            let requests = Content::Fields(vec![("storage", text("10Gi"))]);
            let spec = vec![
                ("accessModes", Content::Words(vec!["ReadWriteOnce".to_owned()])),
                ("resources", Content::Fields(vec![("requests", requests)])),
            ];
            let template = vec![
                ("metadata", Content::Fields(vec![("name", text(volume))])),
                ("spec", Content::Fields(spec)),
            ];
            return Mend::prose(
                "Let each Pod have a claim of its own, which follows it, in place of the volume. Where the Pods belong to \
                 their nodes, `nodeAffinity` or a `local` PersistentVolume says so.",
            )
            .fields(&[("volumeClaimTemplates", Content::Items(vec![Content::Fields(template)]))]);
        }
        let owner = match self.workload.object.id.name.as_str() {
            "" => "web",
            name => name,
        };
        let claim = Content::Fields(vec![("claimName", text(&format!("{owner}-{volume}")))]);
        let volume = vec![("name", text(volume)), ("persistentVolumeClaim", claim)];
        Mend::prose(
            "Mount a PersistentVolumeClaim, which follows the Pod, or an emptyDir where the files may go with it. Where the \
             Pod belongs to one node, `nodeAffinity` or a `local` PersistentVolume says so.",
        )
        .fields(&[("volumes", Content::Items(vec![Content::Fields(volume)]))])
    }
}
