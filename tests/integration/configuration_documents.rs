//! The schema of the configuration and its reference are generated and held: `UPDATE_DOCS=1 cargo test
//! --test integration documents` writes them. Whatever they show as an example is read without
//! complaint, and what the program refuses, the schema refuses.

use serde_json::{Map, Value};

use kubectl_lifecycle::rules::{Group, RULES};

use crate::tool::{Tool, hold, repository};
use crate::yaml::value;

fn schema() -> Value {
    Tool::new().run(&["config", "--schema"]).json()
}

fn validator() -> jsonschema::Validator {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

/// What the program says about a configuration.
fn refusals(text: &str) -> Vec<String> {
    let tool = Tool::with(&[(".kubectl-lifecycle.yaml", text)]);
    // The paths that examples name as context.
    std::fs::create_dir_all(tool.at("k8s/base")).unwrap();
    let ran = tool.run(&["config"]);
    assert_eq!(ran.code() == 0, ran.err.is_empty(), "{text}: {ran:?}");
    ran.err.lines().map(str::to_owned).collect()
}

#[test]
fn the_schema_in_the_repository_is_that_of_the_program() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    hold(&repository("schema/config.schema.json"), &text);
}

#[test]
fn the_reference_is_that_of_the_schema() {
    let path = repository("docs/configuration.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once("<!-- reference:begin -->").unwrap();
    let (_, after) = rest.split_once("<!-- reference:end -->").unwrap();
    let reference = reference(&schema());
    hold(&path, &format!("{before}<!-- reference:begin -->\n{reference}\n<!-- reference:end -->{after}"));
}

#[test]
fn every_example_of_the_documents_is_read_and_valid() {
    let text = std::fs::read_to_string(repository("docs/configuration.md")).unwrap();
    let examples: Vec<&str> =
        text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(examples.len() > 10, "{}", examples.len());
    let validator = validator();
    for example in examples {
        assert_eq!(refusals(example), Vec::<String>::new(), "{example}");
        assert!(validator.is_valid(&value(example).unwrap()), "{example}");
    }
}

#[test]
fn what_the_program_refuses_the_schema_refuses() {
    let validator = validator();
    for text in [
        "strct: true",
        "strict: 1",
        "strict: 'true'",
        "kubernetesVersion: '1.99'",
        "kubernetesVersion: latest",
        "kubernetesVersion: 1.30-1.99",
        "kubernetesVersion: 1.30-latest",
        "kubernetesVersion: 1.30-",
        "overrides: [{files: [a], kubernetesVersion: 1.30 to 1.34}]",
        "kubernetesVersion: 5",
        "failOn: eror",
        "failOn: 1",
        "rules: [latest-tag]",
        "rules: {latest-tga: off}",
        "rules: {latest-tag: maybe}",
        "rules: {latest-tag: 1}",
        "featureGates: {ContainerStopSignal: true}",
        "featureGates: {ContainerStopSignals: 1}",
        "featureGates: [ContainerStopSignals]",
        "rules: {stop: maybe}",
        "rules: {stop: {severity: error}}",
        "rules: {stop: []}",
        "rules: {since: latest}",
        "rules: {since: []}",
        "rules: {latest-tag: []}",
        "rules: {latest-tag: {sevrity: error}}",
        "rules: {latest-tag: {severity: bad}}",
        "rules: {latest-tag: {propagationDelay: 5}}",
        "rules: {latest-tag: {movingTags: main}}",
        "rules: {latest-tag: {movingTags: [1]}}",
        "rules: {missing-prestop-sleep: {propagationDelay: 5s}}",
        "rules: {missing-prestop-sleep: {propagationDelay: -1}}",
        "hooks: {waitingCommands: {drain: long}}",
        "hooks: {waitingCommands: {drain: 86401}}",
        "hooks: {instantCommand: [a]}",
        "images: [{shell: none}]",
        "images: [{repositories: a}]",
        "images: [{repositories: '', shell: none}]",
        "images: [{repositories: a, shell: zsh}]",
        "images: [{repositories: a, fastSignals: [SIGTERM]}]",
        "images: [{repositories: a, fastSignals: [TERM], gracefulSignal: SIGINT}]",
        "images: [{repositories: a, gracefulSignal: SIGINT}]",
        "images: [{repositories: a, keepsAccepting: 15s}]",
        "images: [{repositories: a, keepsAccepting: -1}]",
        "images: [{repositories: a, dataDirectory: /a}]",
        "images: [5]",
        "overrides: [{files: [a], images: []}]",
        "exclude: vendor",
        "exclude: [5]",
        "with: k8s/base",
        "overrides: [{rules: {latest-tag: off}}]",
        "overrides: [{files: []}]",
        "overrides: [{reason: r, rules: {latest-tag: off}}]",
        "overrides: [{kinds: [Job], rules: {latest-tag: off}}]",
        "overrides: [{kinds: [], reason: r}]",
        "overrides: [{kinds: Job, reason: r}]",
        "overrides: [{labels: [app], reason: r}]",
        "overrides: [{labels: {}, reason: r}]",
        "overrides: [{labels: {app: [a]}, reason: r}]",
        "overrides: [{files: [a], names: [a], reason: r, strict: true}]",
        "overrides: [{containers: [a], reason: '', rules: {latest-tag: off}}]",
        "overrides: [{files: [a], failOn: error}]",
        "overrides: [5]",
        "workloadKinds: [{group: apps/v1, kind: Shop, template: spec.a}]",
        "workloadKinds: [{group: example.com, kind: 'A Shop', template: spec.a}]",
        "workloadKinds: [{group: example.com, kind: Shop, template: 'spec[0]'}]",
        "workloadKinds: [{group: example.com, kind: Shop}]",
        "workloadKinds: [{group: example.com, kind: Shop, template: spec.a, nature: job}]",
        "[1]",
    ] {
        assert!(!refusals(text).is_empty(), "the program takes {text}");
        assert!(!validator.is_valid(&value(text).unwrap()), "the schema takes {text}");
    }
}

#[test]
fn what_is_right_both_take() {
    let validator = validator();
    for text in [
        "kubernetesVersion: 1.30",
        "kubernetesVersion: v1.29.3-gke.1282000",
        "kubernetesVersion: 1.30-1.34",
        "kubernetesVersion: v1.30.2 - v1.34",
        "overrides: [{files: [a], kubernetesVersion: v1.30-v1.34}]",
        "rules: {latest-tag: off, unknown-field: on, duplicate-key: 'off', missing-prestop-sleep: {}}",
        "rules: {latest-tag: {severity: off}}",
        "rules: {since: 0.1.0, stop: off, image: error, latest-tag: on}",
        "rules: {since: 0.1, suppression: on}",
        "featureGates: {ContainerStopSignals: yes, SidecarContainers: false}",
        "featureGates: {JobSuccessPolicy: no, GracefulNodeShutdown: true}",
        "images: [{repositories: 'a/*', shell: none, proxy: yes}]",
        "images: [{repositories: a, fastSignals: [SIGTERM, SIGINT], gracefulSignal: SIGQUIT, keepsAccepting: 1.5}]",
        "images: [{repositories: a, dataDirectories: [/a, /b]}]",
        "overrides: [{files: [a], hooks: {instantCommands: []}, strict: yes}]",
        "overrides: [{files: [a], reason: ours, rules: {latest-tag: off}}]",
        "overrides: [{kinds: [Job], namespaces: [a], names: ['a*'], reason: r, rules: {stop: off}}]",
        "overrides: [{labels: {a: b, c: true, d: 1}, containers: [a], reason: r}]",
        "workloadKinds: [{group: example.com, kind: Shop, template: template, nature: batch}]",
        "{}",
    ] {
        assert_eq!(refusals(text), Vec::<String>::new(), "{text}");
        assert!(validator.is_valid(&value(text).unwrap()), "the schema refuses {text}");
    }
}

/// The keys of the file, each with its type, its default and an example.
fn reference(schema: &Value) -> String {
    let mut text = String::new();
    section(schema, "", &mut text);
    text.trim_end().to_owned()
}

fn section(schema: &Value, prefix: &str, text: &mut String) {
    for (name, property) in properties(schema) {
        let key = format!("{prefix}{name}");
        match key.as_str() {
            "rules" => {
                entry(&key, name, property, text);
                rules(property, text);
            }
            "featureGates" => {
                entry(&key, name, property, text);
                text.push_str("\n| gate | what versions make of it |\n| --- | --- |\n");
                for (gate, property) in properties(property) {
                    text.push_str(&format!("| `{gate}` | {} |\n", property["description"].as_str().unwrap()));
                }
            }
            "hooks" => section(property, "hooks.", text),
            "images" | "overrides" | "workloadKinds" => {
                entry(&key, name, property, text);
                parts(property.get("items").unwrap(), text);
            }
            _ => entry(&key, name, property, text),
        }
    }
}

fn properties(schema: &Value) -> &Map<String, Value> {
    schema.get("properties").unwrap().as_object().unwrap()
}

fn entry(key: &str, name: &str, property: &Value, text: &mut String) {
    let description = property["description"].as_str().unwrap();
    text.push_str(&format!("\n### {key}\n\n{description}\n\n"));
    text.push_str(&format!("Type: {}. Default: {}.\n", kind(property), default(property)));
    if let Some(example) = property["examples"].as_array().and_then(|examples| examples.first()) {
        let mut example = format!("{name}: {example}");
        if let Some((parent, _)) = key.split_once('.') {
            example = format!("{parent}:\n  {example}");
        }
        text.push_str(&format!("\n```yaml\n{example}\n```\n"));
    }
}

fn rules(schema: &Value, text: &mut String) {
    text.push_str("\n| rule | default | options |\n| --- | --- | --- |\n");
    let mut options: Vec<(String, &Value)> = Vec::new();
    let is_rule = |(id, _): &(&String, &Value)| RULES.iter().any(|rule| rule.id == *id);
    for (id, rule) in properties(schema).iter().filter(is_rule) {
        let table = rule["anyOf"].as_array().unwrap().last().unwrap();
        let own = properties(table).iter().filter(|(name, _)| *name != "severity");
        let names: Vec<String> = own.clone().map(|(name, _)| format!("`{name}`")).collect();
        options.extend(own.map(|(name, option)| (format!("rules.{id}.{name}"), option)));
        let default = rule["default"].as_str().unwrap();
        text.push_str(&format!("| [{id}](../rules/{id}.md) | {default} | {} |\n", names.join(", ")));
    }
    text.push_str("\n| group | its rules |\n| --- | --- |\n");
    for group in Group::ALL {
        let rules = RULES.iter().filter(|rule| rule.group == *group);
        let rules: Vec<String> = rules.map(|rule| format!("`{}`", rule.id)).collect();
        text.push_str(&format!("| `{}` | {} |\n", group.id(), rules.join(", ")));
    }
    let since = &schema["properties"]["since"];
    let (description, example) = (since["description"].as_str().unwrap(), &since["examples"][0]);
    text.push_str(&format!("\n### rules.since\n\n{description}\n\nType: release. Default: any.\n"));
    text.push_str(&format!("\n```yaml\nrules:\n  since: {example}\n```\n"));
    for (key, option) in options {
        let description = option["description"].as_str().unwrap();
        text.push_str(&format!("\n### {key}\n\n{description}\n\n"));
        text.push_str(&format!("Type: {}. Default: {}.\n", kind(option), default(option)));
        let mut parts = key.split('.').skip(1);
        let (rule, name) = (parts.next().unwrap(), parts.next().unwrap());
        let example = &option["examples"][0];
        text.push_str(&format!("\n```yaml\nrules:\n  {rule}:\n    {name}: {example}\n```\n"));
    }
}

fn parts(item: &Value, text: &mut String) {
    let required = item["required"].as_array().into_iter().flatten();
    let required: Vec<&str> = required.filter_map(Value::as_str).collect();
    text.push_str("\n| key | type | default | what it says |\n| --- | --- | --- | --- |\n");
    for (name, property) in properties(item) {
        let default = match required.contains(&name.as_str()) {
            true => "required".to_owned(),
            false if property.get("default").is_some() => default(property),
            false => String::new(),
        };
        let description = property["description"].as_str().unwrap();
        text.push_str(&format!("| `{name}` | {} | {default} | {description} |\n", kind(property)));
    }
}

fn default(property: &Value) -> String {
    match &property["default"] {
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Object(entries) if entries.is_empty() => "none".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}

/// A type in words.
fn kind(property: &Value) -> String {
    if let Some(words) = property["enum"].as_array() {
        let words: Vec<String> =
            words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
        return words.join(", ");
    }
    match property["type"].as_str() {
        Some("boolean") => "`true` or `false`".to_owned(),
        Some("number") => "number".to_owned(),
        Some("integer") => "whole number".to_owned(),
        Some("string") => "text".to_owned(),
        Some("array") if property["items"]["type"] == "object" => "list of mappings".to_owned(),
        Some("array") => "list of texts".to_owned(),
        Some("object") => "mapping".to_owned(),
        _ => "version".to_owned(),
    }
}
