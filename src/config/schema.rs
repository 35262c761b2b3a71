//! The JSON Schema of the configuration file, for editors: made of the structs it is read into.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::change::{LEVELS, SEVERITIES};
use super::check::NATURES;
use super::file::{ConfigFile, RuleTable, options_of};
use crate::rules::RULES;

/// The schema, draft 2020-12.
pub fn schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<ConfigFile>().to_value();
    tidy(&mut schema);
    schema
}

/// Descriptions without the line breaks of the source, and no defaults that nobody can rely on: of
/// keys that are required, or not set.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(entries) => {
            if let Some(Value::String(text)) = entries.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            entries.retain(|key, value| key != "default" || !value.is_null());
            let required = entries.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            if let Some(Value::Object(properties)) = entries.get_mut("properties") {
                let names = required.iter().filter_map(Value::as_str);
                for name in names {
                    let property = properties.get_mut(name).and_then(Value::as_object_mut);
                    property.map(|property| property.remove("default"));
                }
            }
            entries.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

/// `kubernetesVersion`; YAML makes a number of what has no quotes.
pub(super) fn version(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "string", "pattern": r"^\s*v?1\.(2[5-9]|3[0-7])([.][0-9].*)?\s*$"},
            {"type": "number", "minimum": 1, "exclusiveMaximum": 2}
        ],
        "examples": ["1.31"]
    })
}

/// A severity.
pub(super) fn severity(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": SEVERITIES})
}

/// The level of a rule; YAML 1.1 makes truth values of `on` and `off`.
pub(super) fn level(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"anyOf": [{"type": "string", "enum": LEVELS}, {"type": "boolean"}]})
}

/// The nature of a workload kind.
pub(super) fn nature(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "enum": NATURES.map(|(word, _)| word)})
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

/// Every rule by name, each with the options it has.
pub(super) fn rules(generator: &mut SchemaGenerator) -> Schema {
    let table = generator.root_schema_for::<RuleTable>().to_value();
    let property = |name: &str| table.get("properties").and_then(|all| all.get(name)).cloned();
    let mut properties = serde_json::Map::new();
    for rule in RULES {
        let names = std::iter::once("severity").chain(options_of(rule.id).iter().copied());
        let options: serde_json::Map<String, Value> =
            names.filter_map(|name| Some((name.to_owned(), property(name)?))).collect();
        let entry = json!({
            "description": rule.summary,
            "default": rule.severity.as_str(),
            "anyOf": [
                {"type": "string", "enum": LEVELS},
                {"type": "boolean"},
                {"type": "object", "properties": options, "additionalProperties": false}
            ]
        });
        properties.insert(rule.id.to_owned(), entry);
    }
    json_schema!({"type": "object", "properties": properties, "additionalProperties": false})
}
