//! What the API server rejects in the variables of containers: `ValidateEnv` and `ValidateEnvFrom` in
//! pkg/apis/core/validation.

use super::fault::Fault;
use super::faults::Faults;
use super::field::Field;
use crate::kubernetes::names::{self, Grammar};

/// Where a variable may get its value from.
const SOURCES: [&str; 5] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

/// What a variable may tell of its Pod (`validEnvDownwardAPIFieldPathExpressions`); the last is an old name of
/// the fourth (`ConvertDownwardAPIFieldLabel`).
const FIELDS: &[&str] = &[
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
    "spec.host",
];

/// What a variable may tell of its container (`validContainerResourceFieldPathExpressions`).
const RESOURCES: &[&str] = &[
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
];

const NO_SOURCE: Fault<'static> = Fault::Conflict {
    what: "nothing is named that the variable gets its value from",
    why: "The API server asks for one of fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef or fileKeyRef.",
    mend: "Name a source, or write the value itself under `value`.",
};

const VALUE_AND_SOURCE: Fault<'static> = Fault::Conflict {
    what: "a variable has a value and a source of its value",
    why: "The API server says: may not be specified when `value` is not empty.",
    mend: "Keep `value` or `valueFrom`.",
};

const TWO_SOURCES: Fault<'static> = Fault::Conflict {
    what: "a variable has two sources of its value",
    why: "The API server says: may not have more than one field specified at a time.",
    mend: "Keep one of them.",
};

const NO_ORIGIN: Fault<'static> = Fault::Conflict {
    what: "nothing is named that the variables come from",
    why: "The API server asks for one of configMapRef or secretRef.",
    mend: "Name a ConfigMap or a Secret, or remove the item.",
};

const NO_UNIT: Fault<'static> = Fault::Conflict {
    what: "a resource cannot be counted in this `divisor`",
    why: "The API server takes 1 and 1m for cpu; for memory and storage 1, and 1 of a larger unit, such as 1Mi.",
    mend: "Write 1 of a unit.",
};

const NO_DIRECTORY: Fault<'static> = Fault::Conflict {
    what: "a variable is read from a volume that is no emptyDir",
    why: "The API server says: referenced volume must be of type emptyDir.",
    mend: "Name a volume of the kind `emptyDir`.",
};

const OTHER_VERSION: Fault<'static> = Fault::Conflict {
    what: "a Pod has fields of the version `v1` alone",
    why: "The API server says: unsupported pod version.",
    mend: "Remove `apiVersion` from the `fieldRef`.",
};

const TWO_ORIGINS: Fault<'static> = Fault::Conflict {
    what: "an item of `envFrom` names a ConfigMap and a Secret",
    why: "The API server says: may not have more than one field specified at a time.",
    mend: "Give each an item of its own.",
};

pub(super) fn faults<'s>(container: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    for variable in container.key("env").items() {
        let name = variable.key("name");
        faults.required(&name, "A variable is known by its name.");
        // What only newer versions take is for another rule to say.
        faults.named(&name, "the name of a variable", &names::RELAXED_ENV_NAME);
        value_from(&variable, spec, faults);
    }
    for origin in container.key("envFrom").items() {
        let grammar = match faults.is_kept("RelaxedEnvironmentVariableValidation") {
            true => &names::RELAXED_ENV_NAME,
            false => &names::ENV_NAME,
        };
        faults.named(&origin.key("prefix"), "the beginning of a variable's name", grammar);
        let named =
            ["configMapRef", "secretRef"].map(|key| origin.key(key)).into_iter().filter(Field::is_set);
        let named: Vec<_> = named.collect();
        match named.as_slice() {
            [] if !faults.may_stand_elsewhere(&origin.key("configMapRef")) && !is_typo(&origin, faults) => {
                faults.add(origin.path(), NO_ORIGIN);
            }
            [] | [_] => {}
            [_, second, ..] => faults.add(second.path(), TWO_ORIGINS),
        }
        for one in named {
            object_name(&one.key("name"), true, faults);
        }
    }
}

/// A field in it is one that the API does not have: that is said instead.
fn is_typo(field: &Field<'_, '_>, faults: &Faults<'_, '_>) -> bool {
    field.entries().any(|(_, value)| faults.is_unknown(&value.path()))
}

fn value_from<'s>(variable: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let from = variable.key("valueFrom");
    if !from.is_set() {
        return;
    }
    let named: Vec<_> = SOURCES.map(|key| from.key(key)).into_iter().filter(Field::is_set).collect();
    match named.as_slice() {
        [] if !is_typo(&from, faults)
            && !faults.is_wrong_type(&from.path())
            && !super::is_part(faults.subject) =>
        {
            faults.add(from.path(), NO_SOURCE);
        }
        [] => {}
        _ if !variable.key("value").is_empty() => faults.add(from.path(), VALUE_AND_SOURCE),
        [_] => {}
        _ => faults.add(from.path(), TWO_SOURCES),
    }
    for one in &named {
        match one.name() {
            "fieldRef" => field_ref(one, faults),
            "resourceFieldRef" => {
                let resource = one.key("resource");
                faults.required(&resource, "Nothing says which of the container's resources is meant.");
                let is_huge = |text: &str| {
                    text.starts_with("limits.hugepages-") || text.starts_with("requests.hugepages-")
                };
                if !resource.text().is_some_and(|text| text.is_empty() || is_huge(text)) {
                    faults.one_of(&resource, RESOURCES);
                }
                let (unit, of) = (one.key("divisor"), resource.text().unwrap_or_default());
                if unit
                    .node()
                    .and_then(|node| node.text())
                    .is_some_and(|text| !is_unit(text, of.ends_with(".cpu")))
                {
                    faults.add(unit.path(), NO_UNIT);
                }
            }
            "configMapKeyRef" | "secretKeyRef" => {
                object_name(&one.key("name"), false, faults);
                key_of_object(&one.key("key"), &names::CONFIG_KEY, faults);
            }
            "fileKeyRef" => file_key(one, spec, faults),
            _ => {}
        }
    }
}

/// `validateFileKeySelector` and `validateFileKeyRefVolumes`; where the gate is off the source is dropped before
/// (fact K1).
fn file_key<'s>(source: &Field<'_, 's>, spec: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    if !faults.is_kept("EnvFiles") {
        return;
    }
    key_of_object(&source.key("key"), &names::RELAXED_ENV_NAME, faults);
    let (volume, path) = (source.key("volumeName"), source.key("path"));
    faults.required(&volume, "Nothing says which volume is meant.");
    faults.named(&volume, "the name of a volume", &names::DNS_LABEL);
    faults.required(&path, "Nothing says which file is meant.");
    faults.named(&path, "the path of a file in a volume", &names::FORWARD_PATH);
    let Some(name) = volume.text().filter(|name| !name.is_empty()) else { return };
    let volumes = spec.key("volumes");
    let found = volumes.items().find(|volume| volume.key("name").text() == Some(name));
    match found {
        // Without a source it is an empty directory (fact J3).
        Some(found) if !found.key("emptyDir").is_set() && found.entries().count() > 1 => {
            faults.add(volume.path(), NO_DIRECTORY);
        }
        None if !super::is_part(faults.subject) => faults.add(volume.path(), Fault::NoVolume { name }),
        Some(_) | None => {}
    }
}

/// What a resource may be counted in (`validateContainerResourceDivisor`): 1 of a unit, however it is written. What
/// is no number here is for others to say.
fn is_unit(text: &str, is_cpu: bool) -> bool {
    const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
    const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let Ok(mut number) = number.parse::<u64>() else { return true };
    // 0 is unset.
    if number == 0 {
        return true;
    }
    let at = |suffixes: &[&str]| suffixes.iter().position(|one| *one == suffix);
    let (factor, mut power, most) = match (at(&DECIMAL), at(&BINARY)) {
        (Some(at), _) => (1000, at, DECIMAL.len()),
        (_, Some(at)) => (1024, at, BINARY.len()),
        (None, None) => return true,
    };
    while number.is_multiple_of(factor) && power + 1 < most {
        number /= factor;
        power += 1;
    }
    let unit = if factor == 1000 { power } else { DECIMAL.len() };
    number == 1 && if is_cpu { unit == 2 || unit == 3 } else { unit >= 3 }
}

fn key_of_object<'s>(key: &Field<'_, 's>, grammar: &'static Grammar, faults: &mut Faults<'_, 's>) {
    faults.required(key, "Nothing says which of its values is meant.");
    faults.named(key, "a key that it can have", grammar);
}

/// The name of a ConfigMap or Secret; one that is only begun may end in a hyphen, as
/// `NameIsDNSSubdomain(name, true)` takes it.
fn object_name<'s>(name: &Field<'_, 's>, is_begun: bool, faults: &mut Faults<'_, 's>) {
    faults.required(name, "Nothing says which object is meant.");
    let whole = |text: &'s str| if is_begun { text.strip_suffix('-').unwrap_or(text) } else { text };
    if let Some(text) = name.text().map(whole).filter(|text| !text.is_empty()) {
        faults.is_named(&name.path(), text, "the name of an object", &names::DNS_SUBDOMAIN);
    }
}

fn field_ref<'s>(source: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let path = source.key("fieldPath");
    faults.required(&path, "Nothing says which field is meant.");
    let version = source.key("apiVersion");
    if version.text().is_some_and(|version| !matches!(version, "v1" | "")) {
        faults.against(path.path(), OTHER_VERSION, version.path(), "the version");
        return;
    }
    let Some(text) = path.text().filter(|text| !text.is_empty()) else { return };
    // `metadata.labels['app']`
    let subscript = text.strip_suffix("']").and_then(|text| text.split_once("['"));
    match subscript {
        Some(("metadata.labels", key)) => {
            faults.is_named(&path.path(), key, "the key of a label", &names::QUALIFIED_NAME);
        }
        Some(("metadata.annotations", key)) => {
            faults.is_named(&path.path(), key, "the key of an annotation", &names::ANNOTATION_KEY);
        }
        _ => faults.one_of(&path, FIELDS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_counted_in_one_of_a_unit() {
        for unit in ["1", "1m", "1000m", "0", "1.5"] {
            assert!(is_unit(unit, true), "{unit}");
        }
        for none in ["2", "1k", "1Mi", "100m"] {
            assert!(!is_unit(none, true), "{none}");
        }
        for unit in ["1", "1k", "1Ki", "1024Ki", "1000k", "1E", "1Ei"] {
            assert!(is_unit(unit, false), "{unit}");
        }
        for none in ["1m", "1024", "2", "3Mi"] {
            assert!(!is_unit(none, false), "{none}");
        }
    }
}
