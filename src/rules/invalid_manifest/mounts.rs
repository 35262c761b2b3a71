//! What the API server rejects in volumes, as far as containers use them, and in what mounts them:
//! `ValidateVolumes`, `ValidateVolumeMounts` and `ValidateVolumeDevices` in pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names;
use crate::manifest::{Container, ContainerKind};

/// What a volume may be of, in the order in which the API server looks at it (`validateVolumeSource`).
const SOURCES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "scaleIO",
    "projected",
    "csi",
    "ephemeral",
    "image",
];

const HOST_PATH_TYPES: &[&str] =
    &["", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice"];

/// The volumes of a pod spec.
pub(super) fn volumes<'s>(spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let volumes = spec.key("volumes");
    let volumes: Vec<_> = volumes.items().collect();
    for volume in &volumes {
        let name = volume.key("name");
        faults.required(&name, "Containers mount a volume by its name.");
        faults.named(&name, "the name of a volume", &names::DNS_LABEL);
        sources(volume, faults);
    }
    let names: Vec<_> = volumes.iter().map(|volume| volume.key("name")).collect();
    faults.unique(names, "volume called", "Containers mount a volume by its name.");
}

fn sources<'s>(volume: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let mut set = SOURCES.map(|key| volume.key(key)).into_iter().filter(Field::is_set);
    let Some(first) = set.next() else { return };
    for second in set {
        let fault = Fault::Forbidden {
            here: "beside another source of the volume",
            why: "The API server takes one source for a volume.",
        };
        faults.against(second.path(), fault, first.path(), "the first");
    }
    match first.name() {
        "configMap" => {
            faults.required(&first.key("name"), "Nothing says which ConfigMap is meant.");
            files(&first, faults);
        }
        "secret" => {
            faults.required(&first.key("secretName"), "Nothing says which Secret is meant.");
            files(&first, faults);
        }
        "persistentVolumeClaim" => {
            faults.required(&first.key("claimName"), "Nothing says which PersistentVolumeClaim is meant.");
        }
        "hostPath" => {
            faults.required(&first.key("path"), "Nothing says which directory of the node is meant.");
            faults.named(&first.key("path"), "the path of a directory", &names::FORWARD_PATH);
            faults.one_of(&first.key("type"), HOST_PATH_TYPES);
        }
        _ => {}
    }
}

/// The files of a volume: `validateKeyToPath`.
fn files<'s>(source: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    mode(&source.key("defaultMode"), faults);
    for item in source.key("items").items() {
        faults.required(&item.key("key"), "");
        let path = item.key("path");
        faults.required(&path, "");
        faults.named(&path, "the path of a file in a volume", &names::FILE_IN_VOLUME);
        mode(&item.key("mode"), faults);
    }
}

fn mode<'s>(mode: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    if let Some(value) = mode.number().filter(|value| !(0..=0o777).contains(value)) {
        faults.add(mode.path(), Fault::Mode { value });
    }
}

/// What one container mounts.
pub(super) fn faults<'s>(
    container: &'s Container,
    field: &Field<'_, 's>,
    spec: &Field<'_, 's>,
    faults: &mut Faults<'_, 's>,
) {
    let devices = field.key("volumeDevices");
    let mounts = field.key("volumeMounts");
    let mounts: Vec<_> = mounts.items().collect();
    for mount in &mounts {
        let name = mount.key("name");
        faults.required(&name, "Nothing says which volume is meant.");
        known(&name, spec, faults);
        let at = mount.key("mountPath");
        faults.required(&at, "Nothing says where the volume is to be.");
        if let Some(device) = devices.items().find(|device| same(&device.key("name"), &name)) {
            let other = device.key("name").path();
            faults.against(name.path(), BOTH_WAYS, other, "here as a device");
        }
        sub_paths(container, mount, faults);
        propagation(field, mount, faults);
    }
    for mount in &mounts {
        let at = mount.key("mountPath");
        if let Some(device) = devices.items().find(|device| same(&device.key("devicePath"), &at)) {
            faults.against(at.path(), ONE_PLACE, device.key("devicePath").path(), "the device");
        }
    }
    let paths: Vec<_> = mounts.iter().map(|mount| mount.key("mountPath")).collect();
    faults.unique(paths, "volume at", "Of several at one place, only one could be seen.");
    let devices: Vec<_> = devices.items().collect();
    for device in &devices {
        let name = device.key("name");
        faults.required(&name, "Nothing says which volume is meant.");
        known(&name, spec, faults);
        let at = device.key("devicePath");
        faults.required(&at, "Nothing says where the device is to be.");
        faults.named(&at, "the path of a device", &names::FORWARD_PATH);
        let volumes = spec.key("volumes");
        let is_other =
            volumes.items().find(|volume| same(&volume.key("name"), &name)).is_some_and(|volume| {
                !volume.key("persistentVolumeClaim").is_set() && !volume.key("ephemeral").is_set()
            });
        if is_other {
            faults.add(name.path(), NO_DEVICE);
        }
    }
    let names: Vec<_> = devices.iter().map(|device| device.key("name")).collect();
    faults.unique(names, "device of volume", "A container has a device once.");
    let paths: Vec<_> = devices.iter().map(|device| device.key("devicePath")).collect();
    faults.unique(paths, "device at", "Of several at one place, only one could be seen.");
}

const BOTH_WAYS: Fault<'static> = Fault::Conflict {
    what: "a volume is mounted that the container has as a device",
    why: "The API server says: must not already exist in volumeDevices.",
    mend: "Keep one of the two.",
};

const NO_DEVICE: Fault<'static> = Fault::Conflict {
    what: "a volume is used as a device that is none",
    why: "The API server says: can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode.",
    mend: "Mount the volume under `volumeMounts`.",
};

const ONE_PLACE: Fault<'static> = Fault::Conflict {
    what: "a volume is mounted where the container has a device",
    why: "The API server says: must not already exist as a path in volumeDevices.",
    mend: "Give one of the two another place.",
};

const TWO_SUB_PATHS: Fault<'static> = Fault::Conflict {
    what: "`subPathExpr` stands beside `subPath`",
    why: "The API server says: subPathExpr and subPath are mutually exclusive.",
    mend: "Keep one of the two.",
};

fn same(a: &Field<'_, '_>, b: &Field<'_, '_>) -> bool {
    a.text().is_some_and(|text| !text.is_empty() && b.text() == Some(text))
}

/// The Pod has a volume of this name, or a StatefulSet makes one for it (fact J7).
fn known<'s>(name: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
    if super::is_part(faults.subject) {
        return;
    }
    // A name, or a list, that is not known here may be the one.
    let could_be =
        |field: &Field<'_, 's>| field.text() == Some(text) || (field.is_set() && field.text().is_none());
    let volumes = spec.key("volumes");
    let has_volume = volumes.items().any(|volume| could_be(&volume.key("name")));
    if has_volume || faults.is_wrong_type(&volumes.path()) || volumes.is_hidden() {
        return;
    }
    let path = crate::yaml::path::FieldPath::of("spec.volumeClaimTemplates");
    let claims = Field::of(faults.object(), &path);
    let is_claimed = claims.items().any(|claim| could_be(&claim.key("metadata").key("name")));
    if !is_claimed && faults.subject.misspelt(&volumes.path()).is_none() {
        faults.add(name.path(), Fault::NoVolume { name: text });
    }
}

fn sub_paths<'s>(container: &Container, mount: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let (path, expression) = (mount.key("subPath"), mount.key("subPathExpr"));
    if container.kind == ContainerKind::Ephemeral {
        for field in [path, expression] {
            if !field.is_empty() {
                faults.forbidden(&field, "in an ephemeral container", "");
            }
        }
        return;
    }
    const NOUN: &str = "a path inside of a volume";
    faults.named(&path, NOUN, &names::DESCENDING_PATH);
    // `$(POD_NAME)` is what it is for.
    if let Some(text) = expression.node().and_then(|node| node.as_str()).filter(|text| !text.is_empty()) {
        if let Some(flaw) = names::DESCENDING_PATH.flaw(text) {
            let grammar = &names::DESCENDING_PATH;
            faults.add(expression.path(), Fault::Malformed { value: text, noun: NOUN, grammar, flaw });
        }
        if !path.is_empty() {
            faults.against(expression.path(), TWO_SUB_PATHS, path.path(), "the other");
        }
    }
}

/// `validateMountPropagation` and `validateMountRecursiveReadOnly`.
fn propagation<'s>(container: &Field<'_, 's>, mount: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let propagation = mount.key("mountPropagation");
    faults.one_of(&propagation, &["None", "HostToContainer", "Bidirectional"]);
    let security = container.key("securityContext");
    if propagation.text() == Some("Bidirectional") && !security.key("privileged").is_true() {
        let why = "Bidirectional propagation is available to privileged containers alone.";
        faults.forbidden(&propagation, "to Bidirectional in a container without privileges", why);
    }
    let recursive = mount.key("recursiveReadOnly");
    faults.one_of(&recursive, &["Disabled", "IfPossible", "Enabled"]);
    if matches!(recursive.text(), Some("IfPossible" | "Enabled")) {
        if !mount.key("readOnly").is_true() {
            faults.forbidden(&recursive, "without `readOnly: true`", "");
        } else if propagation.text().is_some_and(|text| text != "None") {
            faults.forbidden(&recursive, "beside a mountPropagation that is not None", "");
        }
    }
}
