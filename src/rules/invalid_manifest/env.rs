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

const TWO_ORIGINS: Fault<'static> = Fault::Conflict {
    what: "an item of `envFrom` names a ConfigMap and a Secret",
    why: "The API server says: may not have more than one field specified at a time.",
    mend: "Give each an item of its own.",
};

pub(super) fn faults<'s>(container: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    for variable in container.key("env").items() {
        let name = variable.key("name");
        faults.required(&name, "A variable is known by its name.");
        // What only newer versions take is for another rule to say.
        faults.named(&name, "the name of a variable", &names::RELAXED_ENV_NAME);
        value_from(&variable, faults);
    }
    for origin in container.key("envFrom").items() {
        faults.named(&origin.key("prefix"), "the beginning of a variable's name", &names::RELAXED_ENV_NAME);
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
            object_name(&one.key("name"), faults);
        }
    }
}

/// A field in it is one that the API does not have: that is said instead.
fn is_typo(field: &Field<'_, '_>, faults: &Faults<'_, '_>) -> bool {
    field.entries().any(|(_, value)| faults.is_unknown(&value.path()))
}

fn value_from<'s>(variable: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let from = variable.key("valueFrom");
    if !from.is_set() {
        return;
    }
    let named: Vec<_> = SOURCES.map(|key| from.key(key)).into_iter().filter(Field::is_set).collect();
    match named.as_slice() {
        [] if !is_typo(&from, faults)
            && !faults.is_wrong_type(&from.path())
            && !super::is_fragment(faults.subject) =>
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
            }
            "configMapKeyRef" | "secretKeyRef" => {
                object_name(&one.key("name"), faults);
                key_of_object(&one.key("key"), &names::CONFIG_KEY, faults);
            }
            "fileKeyRef" => {
                key_of_object(&one.key("key"), &names::RELAXED_ENV_NAME, faults);
                faults.required(&one.key("volumeName"), "");
                faults.named(&one.key("volumeName"), "the name of a volume", &names::DNS_LABEL);
                faults.required(&one.key("path"), "");
            }
            _ => {}
        }
    }
}

fn key_of_object<'s>(key: &Field<'_, 's>, grammar: &'static Grammar, faults: &mut Faults<'_, 's>) {
    faults.required(key, "Nothing says which of its values is meant.");
    faults.named(key, "a key that it can have", grammar);
}

/// The name of a ConfigMap or Secret; one that is only begun may end in a hyphen, as
/// `NameIsDNSSubdomain(name, true)` takes it.
fn object_name<'s>(name: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    faults.required(name, "Nothing says which object is meant.");
    faults.named(name, "the name of an object", &names::DNS_SUBDOMAIN);
}

fn field_ref<'s>(source: &Field<'_, 's>, faults: &mut Faults<'_, 's>) {
    let path = source.key("fieldPath");
    faults.required(&path, "Nothing says which field is meant.");
    let version = source.key("apiVersion");
    faults.one_of(&version, &["v1", ""]);
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
