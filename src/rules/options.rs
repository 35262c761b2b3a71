//! What rules can be told in the configuration: one struct a rule, beside the rule, from which its
//! defaults, its checks, the schema and the reference are made.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::Rule;
use crate::yaml::path::FieldPath;
use crate::yaml::{self, Kind, Node, Problem};

/// The options of a rule. The doc comment of a field is what the reference says about it.
pub(crate) trait Options:
    DeserializeOwned + Serialize + JsonSchema + Default + Send + Sync + 'static
{
    /// The rule whose options they are.
    const RULE: &'static str;
    /// What holds where nothing is written.
    const DEFAULT: &'static Self;

    /// Names what cannot be meant, though its type is right. Bounds of numbers stand in the schema
    /// (`#[schemars(range(min = 1, max = 10))]`) and are held by it.
    fn check(&self, _: &mut Refused) {}
}

/// Values that cannot be meant.
#[derive(Debug, Default)]
pub(crate) struct Refused(Vec<Refusal>);

/// A value that cannot be meant.
#[derive(Debug)]
struct Refusal {
    option: String,
    /// Of a list.
    item: Option<usize>,
    reason: String,
}

impl Refused {
    /// The value of an option cannot be meant, for a reason that is a sentence without its period.
    pub(crate) fn because(&mut self, option: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Refusal { option: option.into(), item: None, reason: reason.into() });
    }

    /// Numbers lie within the bounds of their schema.
    fn bounds<O: Options>(&mut self, options: &O) {
        let Ok(Value::Object(values)) = serde_json::to_value(options) else { return };
        for (option, schema) in properties::<O>() {
            let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
            let Some(number) = values.get(&option).and_then(Value::as_f64) else { continue };
            let (least, most) = (bound("minimum"), bound("maximum"));
            if least.is_none_or(|least| least <= number) && most.is_none_or(|most| number <= most) {
                continue;
            }
            let reason = match (least, most) {
                (Some(least), Some(most)) => format!("`{option}` must be a number from {least} to {most}"),
                (Some(least), None) => format!("`{option}` must be a number from {least} up"),
                (None, Some(most)) => format!("`{option}` must be a number up to {most}"),
                (None, None) => continue,
            };
            self.because(option, reason);
        }
    }

    /// Items of a list of texts are not empty, and nothing speaks against them.
    pub(crate) fn words(
        &mut self,
        option: &'static str,
        words: &[String],
        bad: impl Fn(&str) -> Option<String>,
    ) {
        for (item, word) in words.iter().enumerate() {
            if let Some(reason) = bad_word(word, &bad) {
                let reason = format!("`{word}` {reason}");
                self.0.push(Refusal { option: option.to_owned(), item: Some(item), reason });
            }
        }
    }
}

/// Why a text of a list cannot be meant.
pub(crate) fn bad_word(word: &str, bad: impl Fn(&str) -> Option<String>) -> Option<String> {
    match word.trim() {
        "" => Some("is empty; remove it".to_owned()),
        trimmed if trimmed != word => Some("has spaces at its ends; remove them".to_owned()),
        _ => bad(word),
    }
}

/// The struct of a rule's options, whichever that is.
type Typed = Arc<dyn Any + Send + Sync>;

/// What the registry knows of a rule's options.
#[derive(Clone, Copy)]
pub(crate) struct Optional {
    properties: fn() -> Map<String, Value>,
    read: fn(Node<'_>, &FieldPath) -> Written,
    typed: fn(&Map<String, Value>) -> Option<Typed>,
    refused: fn(&Map<String, Value>) -> Vec<String>,
}

impl fmt::Debug for Optional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Optional")
    }
}

/// The options that a mapping sets.
#[derive(Debug, Default)]
pub(crate) struct Written {
    /// Each with its value.
    pub values: Vec<(String, Value)>,
    /// What does not fit its type.
    pub problems: Vec<Problem>,
    /// What cannot be meant, and why.
    pub refused: Vec<(FieldPath, String)>,
}

impl Optional {
    /// Those of a struct.
    pub(crate) const fn of<O: Options>() -> Self {
        Self { properties: properties::<O>, read: read::<O>, typed: typed::<O>, refused: refused::<O> }
    }

    /// Each option by name with its JSON Schema: what it says, its type, its default, an example.
    pub(crate) fn properties(self) -> Map<String, Value> {
        (self.properties)()
    }

    /// Reads what a mapping sets; keys that are no option of the rule are problems.
    pub(crate) fn read(self, node: Node<'_>, path: &FieldPath) -> Written {
        (self.read)(node, path)
    }
}

fn properties<O: Options>() -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<O>().to_value();
    let mut properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    for property in properties.values_mut() {
        if let Some(default) = property.get_mut("default") {
            *default = plain(default);
        }
    }
    properties
}

/// A whole number without a fraction, as a person writes it.
pub(crate) fn plain(value: &Value) -> Value {
    match value.as_f64() {
        Some(number) if value.is_f64() && number.fract() == 0.0 => Value::from(number as i64),
        _ => value.clone(),
    }
}

fn read<O: Options>(node: Node<'_>, path: &FieldPath) -> Written {
    let decoded = yaml::decode::<O>(node, path.clone());
    let Ok(Value::Object(values)) = serde_json::to_value(&decoded.value) else { return Written::default() };
    let mut refused = Refused::default();
    refused.bounds(&decoded.value);
    decoded.value.check(&mut refused);
    let refused: Vec<(FieldPath, String)> = refused
        .0
        .into_iter()
        .map(|one| {
            let option = path.key(one.option);
            (one.item.map_or(option.clone(), |item| option.index(item)), one.reason)
        })
        // A value of the wrong type is reported as that.
        .filter(|(at, _)| !decoded.problems.iter().any(|problem| problem.path == *at))
        .collect();
    let is_written = |name: &str| {
        let is_set = node.get(name).is_some_and(|value| value.kind() != Kind::Null);
        let path = path.key(name.to_owned());
        is_set && !decoded.problems.iter().any(|problem| problem.path == path)
    };
    let values = values.into_iter().filter(|(name, _)| is_written(name)).collect();
    Written { values, problems: decoded.problems, refused }
}

fn filled<O: Options>(values: &Map<String, Value>) -> Option<O> {
    let Ok(Value::Object(mut all)) = serde_json::to_value(O::DEFAULT) else { return None };
    all.extend(values.clone());
    serde_json::from_value(Value::Object(all)).ok()
}

fn typed<O: Options>(values: &Map<String, Value>) -> Option<Typed> {
    Some(Arc::new(filled::<O>(values)?))
}

fn refused<O: Options>(values: &Map<String, Value>) -> Vec<String> {
    let mut refused = Refused::default();
    if let Some(options) = filled::<O>(values) {
        refused.bounds(&options);
        options.check(&mut refused);
    }
    refused.0.into_iter().map(|one| one.reason).collect()
}

/// An option cannot be set so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// The rule has no such option.
    #[error("`{rule}` has no option `{option}`")]
    NoOption {
        /// The rule.
        rule: String,
        /// The option.
        option: String,
    },
    /// The value has another type.
    #[error("`{0}` has another type")]
    WrongType(String),
    /// The value cannot be meant.
    #[error("{0}")]
    Refused(String),
}

/// The options of rules that are set; [`Settings::set`](super::settings::Settings::set) sets one.
#[derive(Clone, Default)]
pub struct Chosen(BTreeMap<&'static str, Set>);

#[derive(Clone)]
struct Set {
    values: Map<String, Value>,
    typed: Typed,
}

impl Chosen {
    pub(super) const NONE: Self = Self(BTreeMap::new());

    /// Sets one option of a rule.
    pub(super) fn set(&mut self, rule: &Rule, option: &str, value: Value) -> Result<(), OptionError> {
        let unknown = || OptionError::NoOption { rule: rule.id.to_owned(), option: option.to_owned() };
        let optional = rule.options.ok_or_else(unknown)?;
        if !optional.properties().contains_key(option) {
            return Err(unknown());
        }
        let mut values = self.0.get(rule.id).map(|set| set.values.clone()).unwrap_or_default();
        values.insert(option.to_owned(), value);
        let typed = (optional.typed)(&values).ok_or_else(|| OptionError::WrongType(option.to_owned()))?;
        match (optional.refused)(&values).into_iter().next() {
            Some(reason) => Err(OptionError::Refused(reason)),
            None => {
                self.0.insert(rule.id, Set { values, typed });
                Ok(())
            }
        }
    }

    pub(super) fn of<O: Options>(&self) -> &O {
        self.0.get(O::RULE).and_then(|set| set.typed.downcast_ref()).unwrap_or(O::DEFAULT)
    }

    /// The value that was set for an option.
    pub(super) fn value(&self, rule: &Rule, option: &str) -> Option<&Value> {
        self.0.get(rule.id)?.values.get(option)
    }
}

impl PartialEq for Chosen {
    fn eq(&self, other: &Self) -> bool {
        let values = |one: &Self| -> Vec<(&'static str, Map<String, Value>)> {
            one.0.iter().map(|(rule, set)| (*rule, set.values.clone())).collect()
        };
        values(self) == values(other)
    }
}

impl fmt::Debug for Chosen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(rule, set)| (rule, &set.values))).finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::rules::RULES;
    use crate::rules::settings::Settings;

    fn set(rule: &str, option: &str, value: Value) -> Result<Settings, String> {
        let mut settings = Settings::default();
        settings.set(rule, option, value).map(|()| settings).map_err(|error| error.to_string())
    }

    #[test]
    fn an_option_is_set_by_its_name_and_the_others_keep_their_defaults() {
        assert_eq!(Settings::default().propagation_delay(), 5.0);
        let slow = set("missing-prestop-sleep", "propagationDelay", json!(12)).unwrap();
        assert_eq!(slow.propagation_delay(), 12.0);
        assert_ne!(slow, Settings::default());
        let tags = set("latest-tag", "movingTags", json!(["main"])).unwrap();
        assert_eq!(tags.propagation_delay(), 5.0);
    }

    #[test]
    fn what_cannot_be_set_is_told() {
        let refused = |rule: &str, option: &str, value| set(rule, option, value).unwrap_err();
        assert_eq!(refused("latest-tag", "tags", json!([])), "`latest-tag` has no option `tags`");
        assert_eq!(refused("duplicate-key", "tags", json!([])), "`duplicate-key` has no option `tags`");
        assert_eq!(refused("no-rule", "tags", json!([])), "`no-rule` has no option `tags`");
        assert_eq!(refused("latest-tag", "movingTags", json!("main")), "`movingTags` has another type");
        assert_eq!(
            refused("latest-tag", "movingTags", json!(["a:b"])),
            "`a:b` is no tag; leave out the image, as in `stable`"
        );
        assert_eq!(
            refused("missing-prestop-sleep", "propagationDelay", json!(-1)),
            "`propagationDelay` must be a number from 0 to 86400"
        );
    }

    #[test]
    fn every_option_says_what_it_is_and_its_default_can_be_set() {
        for rule in RULES {
            for (name, schema) in rule.options.map(Optional::properties).unwrap_or_default() {
                let setting = format!("rules.{}.{name}", rule.id);
                let says = schema["description"].as_str().unwrap_or_default();
                assert!(says.len() > 20, "{setting}: its doc comment says nothing of it");
                assert!(
                    schema["examples"].is_array(),
                    "{setting} has no example: #[schemars(extend(\"examples\" = [10]))]"
                );
                let default = set(rule.id, &name, schema["default"].clone());
                assert!(default.is_ok(), "{setting}: its default is refused: {default:?}");
                assert!(rule.page.contains(&setting), "rules/{}.md does not name `{setting}`", rule.id);
            }
        }
    }
}
