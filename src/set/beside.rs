//! What keeps two Pods of a workload from running beside each other.

use k8s_openapi::api::core::v1 as core;

use super::claims::{Access, Claim};
use super::selector::Selector;
use super::volumes::Backing;
use super::{Placed, Set};
use crate::manifest::scheduling::HOSTNAME;
use crate::manifest::{Container, Workload};
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// What a Pod has that a second one of the same workload cannot have as well.
#[derive(Debug, Clone)]
pub(crate) enum Obstacle<'s> {
    /// A claim that one Pod of the cluster may mount: the scheduler places no second one.
    OncePod {
        /// The claim.
        claim: &'s Placed<Claim>,
        /// The field that names it, in the workload.
        path: FieldPath,
    },
    /// A claim that one node may mount: a second Pod on another one waits for it.
    OnceNode {
        /// The claim.
        claim: &'s Placed<Claim>,
        /// The field that names it, in the workload.
        path: FieldPath,
    },
    /// A port of the node.
    HostPort {
        /// Its number.
        port: i32,
        /// The field that takes it.
        path: FieldPath,
        /// The field that keeps the Pods on one node, so that no other has the port free.
        pinned: Option<FieldPath>,
    },
    /// A place of its own by required anti-affinity: a node, a zone.
    Apart {
        /// The label by which places are told apart.
        topology: String,
        /// The field of that label.
        path: FieldPath,
        /// The field that keeps the Pods on one node.
        pinned: Option<FieldPath>,
    },
}

/// The labels of templates by which controllers tell revisions apart.
const TEMPLATE_HASH: &str = "pod-template-hash";

impl Set {
    /// What certainly keeps two Pods of a workload from running beside each other, or, of a claim that one node may
    /// mount, from running on two nodes; the gravest, if there are several.
    pub(crate) fn obstacle(&self, workload: &Workload) -> Option<Obstacle<'_>> {
        let claims = || claims(workload).filter_map(|(name, path)| Some((self.claim(workload, name)?, path)));
        let once = claims().find(|(claim, _)| claim.item.access() == Access::OnePod);
        if let Some((claim, path)) = once {
            return Some(Obstacle::OncePod { claim, path });
        }
        let pinned = workload.pinned_to();
        let is_on_one_node = pinned.is_some() || is_drawn_together(workload);
        let on_node = claims().find(|(claim, path)| {
            claim.item.access() == Access::OneNode
                && self.backing(&claim.item) == Backing::Disk
                && is_mounted(workload, path)
        });
        if let Some((claim, path)) = on_node.filter(|_| !is_on_one_node) {
            return Some(Obstacle::OnceNode { claim, path });
        }
        let port = self.host_port(workload);
        // A Pod that names its node is not scheduled, and the kubelet asks for no affinity to others.
        let is_scheduled = workload.pod_spec().node_name.is_none();
        let (topology, path) = match (port, apart(workload)) {
            (Some(port), _) => return Some(port),
            (None, Some(apart)) if is_scheduled => apart,
            (None, _) => return None,
        };
        Some(Obstacle::Apart { topology, path, pinned })
    }

    /// The port of the node that its Pods take.
    pub(crate) fn host_port(&self, workload: &Workload) -> Option<Obstacle<'_>> {
        let (port, path) = host_port(workload)?;
        Some(Obstacle::HostPort { port, path, pinned: workload.pinned_to() })
    }

    /// There may be a good reason to have no two Pods of a workload at once: a claim that not all may mount, or that
    /// was not read, a directory or port of the node, a device, or required anti-affinity.
    pub(crate) fn may_have_to_be_alone(&self, workload: &Workload) -> bool {
        self.may_write_alone(workload)
            || workload.is_on_host_network()
            || host_port(workload).is_some()
            || apart(workload).is_some()
            || workload.containers.iter().any(has_device)
    }

    /// The scheduler puts no two of its Pods on one node.
    pub(crate) fn are_on_nodes_of_their_own(&self, workload: &Workload) -> bool {
        host_port(workload).is_some() || apart(workload).is_some_and(|(topology, _)| topology == HOSTNAME)
    }

    /// Its Pods may share data that one of them alone can write.
    pub(crate) fn may_write_alone(&self, workload: &Workload) -> bool {
        let is_single = |name: &str| match self.claim(workload, name) {
            Some(claim) => claim.item.access() != Access::Any,
            None => true,
        };
        claims(workload).any(|(name, _)| is_single(name))
            || has_disk(workload)
            || writes_to_its_node(workload)
    }
}

/// The claims that its volumes name, and the fields that name them.
fn claims(workload: &Workload) -> impl Iterator<Item = (&str, FieldPath)> {
    let path = workload.pod_spec_path.key("volumes");
    let volumes = workload.pod_spec().volumes.iter().flatten().enumerate();
    volumes.filter_map(move |(index, volume)| {
        let claim = volume.persistent_volume_claim.as_ref()?;
        Some((claim.claim_name.as_str(), path.index(index).dotted("persistentVolumeClaim.claimName")))
    })
}

/// The kubelet waits only for volumes that a container mounts.
fn is_mounted(workload: &Workload, claim: &FieldPath) -> bool {
    let volume = claim.parent().and_then(|one| one.parent());
    let name = volume.and_then(|volume| workload.object.at(&volume.key("name"))).and_then(Node::text);
    let mounts = |container: &Container| {
        let devices = container.spec.volume_devices.iter().flatten().map(|one| one.name.as_str());
        let mounts = container.volume_mounts().iter().map(|one| one.name.as_str());
        devices.chain(mounts).any(|one| Some(one) == name)
    };
    workload.containers.iter().any(mounts)
}

/// The sources of volumes that are a disk, which one node has at a time, and whether several may have it to read
/// (<https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes>).
const DISKS: [(&str, bool); 13] = [
    ("awsElasticBlockStore", false),
    ("azureDisk", false),
    ("cinder", false),
    ("fc", true),
    ("flexVolume", true),
    ("gcePersistentDisk", true),
    ("iscsi", true),
    ("photonPersistentDisk", false),
    ("portworxVolume", false),
    ("rbd", true),
    ("scaleIO", true),
    ("storageos", false),
    ("vsphereVolume", false),
];

/// A volume of its template is a disk.
fn has_disk(workload: &Workload) -> bool {
    let volumes = workload.object.at(&workload.pod_spec_path.key("volumes"));
    let is_disk = |volume: Node<'_>| {
        DISKS.iter().any(|(source, may_be_shared)| {
            let is_read = |source: &Node<'_>| source.get("readOnly").and_then(Node::as_bool) == Some(true);
            volume.field(source).is_some_and(|source| !(*may_be_shared && is_read(&source)))
        })
    };
    volumes.into_iter().flat_map(|volumes| volumes.items()).any(is_disk)
}

/// A container can write to a directory of its node.
fn writes_to_its_node(workload: &Workload) -> bool {
    let volumes = workload.pod_spec().volumes.iter().flatten();
    let mut directories = volumes.filter(|volume| {
        let path = volume.host_path.as_ref().map(|one| (one.path.as_str(), one.type_.as_deref()));
        path.is_some_and(|(path, kind)| kind != Some("Socket") && !path.ends_with(".sock"))
    });
    let is_written = |volume: &core::Volume| {
        let mut mounts = workload.containers.iter().flat_map(Container::volume_mounts);
        mounts.any(|mount| mount.name == volume.name && mount.read_only != Some(true))
    };
    directories.any(is_written)
}

/// The first port of the node that a Pod takes, which the scheduler gives to no second one. On the network of the
/// node each declared port is one (`SetDefaults_Pod`).
fn host_port(workload: &Workload) -> Option<(i32, FieldPath)> {
    let is_on_host = workload.is_on_host_network();
    let running = workload.containers.iter().filter(|container| container.kind.is_long_running());
    let ports = running.flat_map(|one| one.ports().iter().enumerate().map(move |(at, port)| (one, at, port)));
    let mut taken = ports.filter_map(|(container, at, port)| {
        let path = container.path.key("ports").index(at);
        match port.host_port.filter(|port| *port > 0) {
            Some(port) => Some((port, path.key("hostPort"))),
            None => is_on_host.then(|| (port.container_port, path.key("containerPort"))),
        }
    });
    taken.next()
}

/// It asks for something that a node has few of: `nvidia.com/gpu`.
fn has_device(container: &Container) -> bool {
    let resources = container.spec.resources.as_ref();
    let lists = resources.into_iter().flat_map(|one| [one.limits.as_ref(), one.requests.as_ref()]);
    let is_device = |name: &str| {
        name.split_once('/').is_some_and(|(domain, _)| !domain.is_empty() && domain != "kubernetes.io")
    };
    lists.flatten().flat_map(|list| list.keys()).any(|name| is_device(name))
}

/// The label of places of which each holds one of its Pods, by required anti-affinity against their own labels.
fn apart(workload: &Workload) -> Option<(String, FieldPath)> {
    own_terms(workload, "podAntiAffinity").next()
}

/// Required affinity to its own labels puts its Pods on the node of the first.
fn is_drawn_together(workload: &Workload) -> bool {
    own_terms(workload, "podAffinity").any(|(topology, _)| topology == HOSTNAME)
}

/// The required terms of a Pod's affinity that are about the Pods of its own workload, those of another revision
/// included: their topology, and its field. What cannot be read is left out.
fn own_terms<'w>(
    workload: &'w Workload,
    affinity: &'static str,
) -> impl Iterator<Item = (String, FieldPath)> + 'w {
    let path = workload.pod_spec_path.key("affinity").key(affinity);
    let path = path.key("requiredDuringSchedulingIgnoredDuringExecution");
    let terms = workload.object.at(&path).into_iter().flat_map(|list| list.items().enumerate());
    terms.filter_map(move |(index, term)| {
        let topology = term.text_of("topologyKey")?;
        let is_own = is_about(term, workload);
        is_own.then(|| (topology.to_owned(), path.index(index).key("topologyKey")))
    })
}

/// A term selects the Pods of the workload itself, whatever their revision.
fn is_about(term: Node<'_>, workload: &Workload) -> bool {
    let selects = term.field("labelSelector").and_then(Selector::read);
    let own = workload.object.namespace();
    let is_here = match (term.field("namespaces"), term.field("namespaceSelector")) {
        (None, None) => true,
        (Some(list), None) => {
            list.items().next().is_none() || list.items().any(|name| name.text() == Some(own))
        }
        (_, Some(selector)) => Selector::read(selector).is_some_and(|selector| selector.is_empty()),
    };
    let keys = |name: &str| term.field(name).into_iter().flat_map(|list| list.items()).filter_map(Node::text);
    let is_of_revision = keys("matchLabelKeys").any(|key| key == TEMPLATE_HASH);
    let is_of_others = keys("mismatchLabelKeys").any(|key| workload.labels.contains_key(key));
    is_here
        && !is_of_revision
        && !is_of_others
        && selects.is_some_and(|selector| selector.selects(&workload.labels))
}
