//! PersistentVolumes and StorageClasses: what lies behind a claim, as far as the set tells.

use super::Set;
use super::claims::Claim;
use crate::manifest::Object;
use crate::yaml::Node;
use crate::yaml::path::FieldPath;

/// What lies behind a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backing {
    /// A disk or directory of one node: a Pod that mounts it is put there.
    Node,
    /// A file system of the network, which nothing attaches to a node: any number of nodes mounts it, whatever the
    /// claim says (`IsAttachableVolume` in pkg/volume/util).
    Network,
    /// A disk that is attached to a node, or nobody knows.
    Disk,
}

/// A PersistentVolume.
#[derive(Debug, Clone)]
pub(crate) struct Volume {
    /// Empty where it is of none.
    class: String,
    /// Namespace and name of the claim that it is kept for.
    claim: Option<(String, String)>,
    backing: Backing,
}

/// A StorageClass.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    /// Claims that name none are of it.
    is_default: bool,
    backing: Backing,
}

/// Words in names of classes and provisioners whose volumes lie on a node: `rancher.io/local-path`,
/// `kubernetes.io/no-provisioner`, `docker.io/hostpath`, `topolvm.io`.
const NODE_WORDS: [&str; 6] = ["local", "hostpath", "host-path", "no-provisioner", "topolvm", "zfs"];

/// The same of file systems: `nfs.csi.k8s.io`, `efs.csi.aws.com`, `kubernetes.io/azure-file`, `cephfs`.
const NETWORK_WORDS: [&str; 14] = [
    "nfs",
    "efs",
    "fsx",
    "azurefile",
    "azure-file",
    "file.csi",
    "filestore",
    "cephfs",
    "gluster",
    "smb",
    "cifs",
    "juicefs",
    "seaweedfs",
    "lustre",
];

/// The annotation of the class that claims without one are of
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/#storageclass-kubernetes-io-is-default-class>).
const DEFAULT_CLASS: &str = "storageclass.kubernetes.io/is-default-class";

/// Reads a PersistentVolume.
pub(super) fn volume(object: &Object) -> Volume {
    let field = |name: &'static str| object.at(&FieldPath::of("spec").key(name));
    let has = |names: &[&'static str]| names.iter().any(|name| field(name).is_some());
    let driver = field("csi").and_then(|csi| csi.text_of("driver"));
    let backing = match () {
        () if has(&["local", "hostPath"]) => Backing::Node,
        () if has(&["nfs", "azureFile", "cephfs", "glusterfs"]) => Backing::Network,
        () => driver.map_or(Backing::Disk, by_words),
    };
    let class = field("storageClassName").and_then(Node::text).unwrap_or_default().to_owned();
    let claim = field("claimRef").and_then(|claim| {
        let namespace = claim.text_of("namespace").unwrap_or("default");
        Some((namespace.to_owned(), claim.text_of("name")?.to_owned()))
    });
    Volume { class, claim, backing }
}

/// Reads a StorageClass.
pub(super) fn class(object: &Object) -> Class {
    let annotation = FieldPath::of("metadata.annotations").key(DEFAULT_CLASS);
    let provisioner = object.at(&FieldPath::of("provisioner")).and_then(Node::text);
    Class {
        is_default: object.at(&annotation).and_then(Node::text) == Some("true"),
        backing: provisioner.map_or(Backing::Disk, by_words),
    }
}

fn by_words(name: &str) -> Backing {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if has(&NETWORK_WORDS) => Backing::Network,
        () if has(&NODE_WORDS) => Backing::Node,
        () => Backing::Disk,
    }
}

impl Set {
    /// What lies behind a claim: the volume that it names or that is kept for it, else what its class makes, else the volumes of its class,
    /// if they are of one sort. The name of a class says it where the class was not read.
    pub(crate) fn backing(&self, claim: &Claim) -> Backing {
        let named = claim.spec.volume_name.as_deref();
        let is_kept_for_it = |volume: &&Volume| {
            let kept =
                volume.claim.as_ref().map(|(namespace, name)| (namespace.as_str(), Some(name.as_str())));
            kept == Some((claim.object.namespace(), claim.object.name()))
        };
        let volume = named.and_then(|name| self.volumes.get(name));
        if let Some(volume) = volume.or_else(|| self.volumes.values().find(is_kept_for_it)) {
            return volume.backing;
        }
        let written = claim.class();
        let class = match written {
            Some(name) => self.classes.get(name),
            None => self.classes.values().find(|class| class.is_default),
        };
        if let Some(class) = class.filter(|class| class.backing != Backing::Disk) {
            return class.backing;
        }
        let of_class = self.volumes.values().filter(|volume| written == Some(volume.class.as_str()));
        let mut backings = of_class.map(|volume| volume.backing);
        match (backings.next(), class) {
            (Some(first), _) if backings.all(|other| other == first) => first,
            (Some(_), _) | (None, Some(_)) => Backing::Disk,
            (None, None) => written.map_or(Backing::Disk, by_words),
        }
    }
}
