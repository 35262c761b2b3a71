//! The JSON Schema of single fields of the configuration, where it is not that of their type.

use schemars::{Schema, SchemaGenerator, json_schema};

use serde_json::{Map, Value, json};

use super::words::{LEVELS, NATURES, SHELLS, SIGNALS, THRESHOLDS};
use crate::kubernetes::features;

/// `kubernetesVersion`; YAML makes a number of one version that has no quotes.
pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "string", "pattern": r"^\s*v?1\.(2[5-9]|3[0-7])([.][0-9].*)?(\s*-\s*v?1\.(2[5-9]|3[0-7])([.][0-9].*)?)?\s*$"},
            {"type": "number", "minimum": 1, "exclusiveMaximum": 2}
        ],
        "examples": ["1.31", "1.30-1.34"]
    })
}

/// `featureGates`, with what the versions make of each.
pub(super) fn gates(_: &mut SchemaGenerator) -> Schema {
    let gate = |text: String| json!({"type": "boolean", "description": text});
    let gates = features::descriptions().into_iter().map(|(name, text)| (name.to_owned(), gate(text)));
    let gates: Map<String, Value> = gates.collect();
    json_schema!({"type": "object", "properties": gates, "additionalProperties": false})
}

/// `failOn`
pub(super) fn threshold(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": THRESHOLDS})
}

/// The level of a rule; YAML 1.1 makes truth values of `on` and `off`.
pub(super) fn level(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "string", "enum": LEVELS}, {"type": "boolean"}]})
}

/// The nature of a workload kind.
pub(super) fn nature(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": NATURES.map(|(word, _)| word)})
}

/// The shell of an image.
pub(super) fn shell(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": SHELLS.map(|(word, _)| word)})
}

/// Signals that programs take for an order to stop.
pub(super) fn signals(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "array", "items": {"type": "string", "enum": SIGNALS}, "minItems": 1})
}

/// One of them.
pub(super) fn signal(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": SIGNALS})
}

/// One sort of signals means nothing without the other, and an entry says something.
pub(super) fn facets(schema: &mut Schema) {
    schema.insert(
        "dependentRequired".to_owned(),
        json!({"fastSignals": ["gracefulSignal"], "gracefulSignal": ["fastSignals"]}),
    );
    schema.insert("minProperties".to_owned(), json!(2));
}

/// An API group.
pub(super) fn group(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^[A-Za-z0-9.-]+$"})
}

/// A kind.
pub(super) fn kind(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": "^[A-Za-z0-9]+$"})
}

/// A field path.
pub(super) fn template(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "pattern": r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$"})
}

/// Programs with their seconds.
pub(super) fn waiting(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "additionalProperties": {"type": "number", "minimum": 0, "maximum": 86400}
    })
}

/// Labels with their values; YAML makes truth values and numbers of some.
pub(super) fn labels(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"type": ["string", "boolean", "number"]}
    })
}

/// An override needs a condition; one of objects or containers a reason, and it says nothing that holds for whole
/// files.
pub(super) fn conditions(schema: &mut Schema) {
    const OF_OBJECTS: [&str; 5] = ["kinds", "namespaces", "names", "labels", "containers"];
    let any = std::iter::once("files").chain(OF_OBJECTS).map(|key| json!({"required": [key]}));
    schema.insert("anyOf".to_owned(), Value::Array(any.collect()));
    let of_files = ["kubernetesVersion", "featureGates", "strict", "hooks"];
    let none: Map<String, Value> = of_files.iter().map(|key| ((*key).to_owned(), json!(false))).collect();
    let rest = json!({"required": ["reason"], "properties": none});
    let dependent: Map<String, Value> =
        OF_OBJECTS.iter().map(|key| ((*key).to_owned(), rest.clone())).collect();
    schema.insert("dependentSchemas".to_owned(), Value::Object(dependent));
}
