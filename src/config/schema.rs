//! The JSON Schema of the configuration file, for editors: made of the structs it is read into.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::file::ConfigFile;

/// The schema, draft 2020-12.
pub(crate) fn schema() -> Value {
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
