//! The configuration file as it is written. The texts here are those of the schema and of the
//! reference in `docs/configuration.md`.

use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::json;

use super::{schema_fields, words::LEVELS};
use crate::rules::options::Optional;
use crate::rules::{Group, RULES};
use crate::yaml::decode::AS_WRITTEN;

/// The settings of `kubectl lifecycle`. Every key is optional; without the file the defaults hold.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(title = "kubectl lifecycle configuration", deny_unknown_fields)]
pub(crate) struct ConfigFile {
    /// The cluster's version, which manifests are judged for: from 1.25 to 1.37. A range, such as `1.30-1.34`,
    /// is every version in it: manifests then have to be right on each.
    #[schemars(schema_with = "schema_fields::version", extend("default" = "1.36"))]
    pub kubernetes_version: Option<AsWritten>,

    /// Feature gates that the cluster sets otherwise than its version does.
    #[schemars(schema_with = "schema_fields::gates", extend("default" = {}, "examples" = [{"ContainerStopSignals": true}]))]
    pub feature_gates: BTreeMap<String, bool>,

    /// Also report advice, and what cannot be known to be right, as infos.
    #[schemars(with = "bool", extend("default" = false, "examples" = [true]))]
    pub strict: Option<bool>,

    /// The lowest severity that makes the exit status 1: `info` also shows advice, and with `never` findings
    /// fail nothing.
    #[schemars(schema_with = "schema_fields::threshold", extend("default" = "warning", "examples" = ["error"]))]
    pub fail_on: Option<AsWritten>,

    /// Rules and groups of rules by name: `off`, `on`, or the severity of their findings; for a rule also a
    /// mapping with `severity` and its options. What is said of a rule beats what is said of its
    /// group. Findings that a rule itself rates milder than usual are never made
    /// graver.
    #[schemars(schema_with = "rules", extend(
        "default" = {},
        "examples" = [{"unknown-field": "off", "latest-tag": {"severity": "error", "movingTags": ["main"]}}]
    ))]
    pub rules: BTreeMap<String, RuleEntry>,

    /// What you know about the programs and images that hooks use.
    #[schemars(extend("default" = {}))]
    pub hooks: Hooks,

    /// What you know about images, besides what the tool knows. Of several entries that match an image, the first that
    /// says something of what is asked counts, and each comes before what the tool knows.
    #[schemars(extend("default" = [], "examples" = [[
        {"repositories": "registry.example.com/db/*", "shell": "dash", "dataDirectories": ["/var/lib/shop"]}
    ]]))]
    pub images: Vec<KnownImage>,

    /// Files and directories that are not read, as globs. They are relative to the directory of this
    /// file; `**` stands for any number of directories, and a directory stands for all below it. A path
    /// that is named on the command line is read all the same, unless `--force-exclude` is given.
    #[schemars(extend("default" = [], "examples" = [["vendor", "**/testdata/**", "k8s/*.generated.yaml"]]))]
    pub exclude: Vec<String>,

    /// Settings for some files, and levels of rules for some objects and containers, wherever they stand. All
    /// conditions of an entry must hold. Each entry that matches is applied over those before it; lists
    /// replace the lists they override.
    #[schemars(extend("default" = [], "examples" = [[
        {"files": ["k8s/dev/**"], "rules": {"latest-tag": "off"}},
        {"containers": ["istio-proxy"], "reason": "the mesh injects it", "rules": {"missing-prestop-sleep": "off"}}
    ]]))]
    pub overrides: Vec<Override>,

    /// Further kinds that carry a pod template.
    #[schemars(extend("default" = [], "examples" = [[{"group": "example.com", "kind": "Shop", "template": "spec.podTemplate"}]]))]
    pub workload_kinds: Vec<FurtherKind>,

    /// Files and directories that are only known about: a Service there is joined with the workloads it
    /// selects, and nothing is reported there. Relative to the directory of this file.
    #[schemars(extend("default" = [], "examples" = [["k8s/base"]]))]
    pub with: Vec<String>,
}

/// What you know about the programs and images that hooks use.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields)]
pub(crate) struct Hooks {
    /// Programs that return at once. A name stands for the program in any directory; a path for that
    /// one alone.
    #[schemars(with = "Vec<String>", extend("default" = [], "examples" = [["deregister"]]))]
    pub instant_commands: Option<Vec<String>>,

    /// Programs that wait, with the seconds they take at least.
    #[schemars(schema_with = "schema_fields::waiting", extend("default" = {}, "examples" = [{"drain": 15}]))]
    pub waiting_commands: Option<BTreeMap<String, f64>>,

    /// Images that hold no shell and no `sleep`: repositories without a tag, where `*` stands for any
    /// characters.
    #[schemars(with = "Vec<String>", extend("default" = [], "examples" = [["registry.example.com/base/*"]]))]
    pub shell_less_images: Option<Vec<String>>,
}

/// What is known of the images of some repositories.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields, extend("required" = ["repositories"]), transform = schema_fields::facets)]
pub(crate) struct KnownImage {
    /// Their repositories, without a tag; `*` stands for any characters.
    #[schemars(length(min = 1), extend("examples" = ["registry.example.com/db/*"]))]
    pub repositories: String,

    /// What they call `sh`, or `none` where they hold no shell and no `sleep`.
    #[schemars(schema_with = "schema_fields::shell")]
    pub shell: Option<AsWritten>,

    /// The signals on which their program ends at once, whatever it is doing. Needs `gracefulSignal`.
    #[schemars(schema_with = "schema_fields::signals", extend("examples" = [["SIGTERM"]]))]
    pub fast_signals: Vec<String>,

    /// The signal on which it finishes what it is doing. Needs `fastSignals`.
    #[schemars(schema_with = "schema_fields::signal", extend("examples" = ["SIGQUIT"]))]
    pub graceful_signal: Option<AsWritten>,

    /// The directories in which they keep data that nobody else has.
    #[schemars(extend("default" = [], "examples" = [["/var/lib/shop"]]))]
    pub data_directories: Vec<String>,

    /// The other containers of a Pod send their own traffic through them.
    #[schemars(with = "bool", extend("default" = false, "examples" = [true]))]
    pub proxy: Option<bool>,

    /// For how many seconds after the stop signal they go on accepting requests.
    #[schemars(with = "f64", range(min = 0, max = 86400), extend("examples" = [15]))]
    pub keeps_accepting: Option<f64>,
}

/// Settings for some files, objects and containers.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields, transform = schema_fields::conditions)]
pub(crate) struct Override {
    /// The files, as globs relative to the directory of the configuration file.
    #[schemars(length(min = 1), extend("examples" = [["k8s/dev/**"]]))]
    pub files: Vec<String>,

    /// The kinds of the objects. `*`, `?`, `[a-z]` and `{a,b}` are wildcards here and in what follows.
    #[schemars(length(min = 1), extend("examples" = [["DaemonSet"]]))]
    pub kinds: Vec<String>,

    /// The namespaces of the objects; one that names none is in `default`.
    #[schemars(length(min = 1), extend("examples" = [["kube-system"]]))]
    pub namespaces: Vec<String>,

    /// The names of the objects.
    #[schemars(length(min = 1), extend("examples" = [["web-*"]]))]
    pub names: Vec<String>,

    /// Labels that the objects or their Pods carry, each with its value; all of them in one of the two.
    #[schemars(schema_with = "schema_fields::labels", extend("examples" = [{"app.kubernetes.io/managed-by": "Helm"}]))]
    pub labels: BTreeMap<String, AsWritten>,

    /// The containers that findings are about.
    #[schemars(length(min = 1), extend("examples" = [["istio-proxy"]]))]
    pub containers: Vec<String>,

    /// Why. Required where there is any condition besides `files`; `rules` then takes levels alone, and the settings
    /// below, which hold for whole files, cannot be given.
    #[schemars(with = "String", length(min = 1), extend("examples" = ["the mesh injects it"]))]
    pub reason: Option<String>,

    /// As at the top.
    #[schemars(schema_with = "schema_fields::version")]
    pub kubernetes_version: Option<AsWritten>,

    /// As at the top.
    #[schemars(schema_with = "schema_fields::gates")]
    pub feature_gates: BTreeMap<String, bool>,

    /// As at the top.
    #[schemars(with = "bool")]
    pub strict: Option<bool>,

    /// As at the top.
    #[schemars(schema_with = "rules")]
    pub rules: BTreeMap<String, RuleEntry>,

    /// As at the top.
    pub hooks: Hooks,
}

/// A kind that carries a pod template.
#[derive(Debug, Clone, Default, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(deny_unknown_fields, extend("required" = ["group", "kind", "template"]))]
pub(crate) struct FurtherKind {
    /// The API group: what stands before the `/` of its apiVersion.
    #[schemars(schema_with = "schema_fields::group", extend("examples" = ["example.com"]))]
    pub group: String,

    /// The kind.
    #[schemars(schema_with = "schema_fields::kind", extend("examples" = ["Shop"]))]
    pub kind: String,

    /// The field path of the pod template: the field that holds `metadata` and `spec` of the Pods.
    #[schemars(schema_with = "schema_fields::template", extend("examples" = ["spec.podTemplate"]))]
    pub template: String,

    /// What becomes of its Pods: `longRunning` until something stops them; `batch` to completion, so
    /// they never serve; `managed` when the platform probes and drains them by itself.
    #[schemars(schema_with = "schema_fields::nature", extend("default" = "longRunning"))]
    pub nature: Option<AsWritten>,
}

/// A scalar of any type, by its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AsWritten(pub String);

impl<'de> Deserialize<'de> for AsWritten {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = AsWritten;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a single value")
            }

            fn visit_str<E>(self, text: &str) -> Result<AsWritten, E> {
                Ok(AsWritten(text.to_owned()))
            }
        }
        deserializer.deserialize_newtype_struct(AS_WRITTEN, Text)
    }
}

/// What stands under the name of a rule.
#[derive(Debug, Clone)]
pub(crate) enum RuleEntry {
    /// A word, as in `latest-tag: off`; what it is stands in the tree.
    Level,
    /// A mapping: the severity, and options that the rule itself reads from the tree.
    Table,
}

impl<'de> Deserialize<'de> for RuleEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = RuleEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a level or a mapping")
            }

            fn visit_bool<E>(self, _: bool) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Level)
            }

            fn visit_i64<E>(self, _: i64) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Level)
            }

            fn visit_f64<E>(self, _: f64) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Level)
            }

            fn visit_str<E>(self, _: &str) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Level)
            }

            fn visit_unit<E>(self) -> Result<RuleEntry, E> {
                Ok(RuleEntry::Level)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<RuleEntry, A::Error> {
                Ok(RuleEntry::Level)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleEntry, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(RuleEntry::Table)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// Every group and every rule by name, each rule with the options it has.
fn rules(generator: &mut SchemaGenerator) -> Schema {
    let mut severity = schema_fields::level(generator).to_value();
    if let Some(severity) = severity.as_object_mut() {
        severity.insert("description".to_owned(), json!("`off`, `on`, or the severity of its findings."));
    }
    let mut properties = serde_json::Map::new();
    let since = json!({
        "description": "A release of this tool: rules that a later one brought are off, unless they or \
            their group are set. An upgrade then adds no findings of new rules.",
        "anyOf": [
            {"type": "string", "pattern": r"^\s*v?[0-9]+\.[0-9]+(\.[0-9]+)?\s*$"},
            {"type": "number", "minimum": 0}
        ],
        "examples": [env!("CARGO_PKG_VERSION")]
    });
    properties.insert("since".to_owned(), since);
    for group in Group::ALL {
        let entry = json!({
            "description": format!("{} All rules of the group.", group.summary()),
            "anyOf": [{"type": "string", "enum": LEVELS}, {"type": "boolean"}]
        });
        properties.insert(group.id().to_owned(), entry);
    }
    for rule in RULES {
        let mut options = serde_json::Map::from_iter([("severity".to_owned(), severity.clone())]);
        options.extend(rule.options.map(Optional::properties).unwrap_or_default());
        let entry = json!({
            "description": rule.summary,
            "default": rule.severity().as_str(),
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
