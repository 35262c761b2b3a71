//! The effective settings, each with the place it comes from.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::check::images::shell_word;
use super::words::{NATURES, NEVER};
use super::{Config, Entry};
use crate::finding::Severity;
use crate::kubernetes::images::OwnImage;
use crate::manifest::kinds::WorkloadKind;
use crate::project::exclude::PathGlobs;
use crate::project::sourced::{SetBy, Sourced};
use crate::rules::options::{Optional, plain};
use crate::rules::settings::{Level, Settings};
use crate::rules::{RULES, Rule};

/// What a run goes by: the file, and the flags that beat it.
#[derive(Debug, Clone)]
pub(crate) struct Effective {
    /// What the file says.
    pub config: Config,
    /// What the flags say about settings that are also in the file.
    pub flags: Vec<Entry>,
    /// The lowest severity that makes the exit status 1; `None` is none.
    pub fail_on: Sourced<Option<Severity>>,
    /// What the flags exclude besides.
    pub excluded_by_flags: PathGlobs,
}

impl Effective {
    /// The settings of files that no override matches.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings = Settings::default();
        self.config.entries.iter().chain(&self.flags).for_each(|entry| entry.change.apply(&mut settings));
        settings
    }
}

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Setting {
    /// As in the file: `rules.latest-tag.severity`.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where that comes from.
    pub set_by: SetBy,
}

/// Every setting in the order of the reference; for a file, what holds for it.
pub(crate) fn rows(effective: &Effective, file: Option<&Path>) -> Vec<Setting> {
    let overrides = &effective.config.overrides;
    let matching = file.map(|file| overrides.matching(file)).unwrap_or_default();
    let entries = effective.config.entries.iter().chain(&effective.flags).chain(overrides.entries(&matching));
    let mut settings = Settings::default();
    let mut origins: BTreeMap<String, SetBy> = BTreeMap::new();
    for entry in entries {
        entry.change.apply(&mut settings);
        origins.insert(entry.change.key(), entry.set_by.clone());
    }
    let mut rows = Vec::new();
    let mut add = |key: &str, value: Value, set_by: Option<&SetBy>| {
        let set_by = set_by.or_else(|| origins.get(key)).cloned().unwrap_or_default();
        rows.push(Setting { key: key.to_owned(), value, set_by });
    };
    add("kubernetesVersion", json!(settings.versions().to_string()), None);
    let gates = &settings.feature_gates;
    if gates.is_empty() {
        add("featureGates", json!({}), None);
    }
    for (gate, is_on) in gates {
        add(&format!("featureGates.{gate}"), json!(is_on), None);
    }
    add("strict", json!(settings.strict), None);
    add(
        "failOn",
        json!(effective.fail_on.value.map_or(NEVER, Severity::as_str)),
        Some(&effective.fail_on.set_by),
    );
    add("rules.since", json!(settings.since.map(|release| release.to_string())), None);
    for rule in RULES {
        add(&format!("rules.{}.severity", rule.id), json!(level(rule, &settings)), None);
        for (option, schema) in rule.options.map(Optional::properties).unwrap_or_default() {
            let value = settings.value(rule, &option).or_else(|| schema.get("default"));
            add(&format!("rules.{}.{option}", rule.id), value.map_or(Value::Null, plain), None);
        }
    }
    add("hooks.instantCommands", json!(settings.knowledge.instant_commands), None);
    let waiting =
        settings.knowledge.waiting_commands.iter().map(|(name, seconds)| (name.clone(), number(*seconds)));
    add("hooks.waitingCommands", Value::Object(waiting.collect()), None);
    add("hooks.shellLessImages", json!(settings.knowledge.images.shell_less), None);
    add("images", json!(settings.knowledge.images.images.iter().map(image).collect::<Vec<_>>()), None);
    let excluded = [&effective.config.exclude, &effective.excluded_by_flags];
    let excluded = excluded.iter().flat_map(|globs| globs.patterns());
    list(&mut add, "exclude", excluded.map(|glob| (json!(glob.value), &glob.set_by)));
    let about = file.map(|file| overrides.of_objects_in(Some(file))).unwrap_or_default();
    let overrides = overrides.list().enumerate().map(|(row, (mut said, set_by))| {
        if file.is_some() {
            said.insert("applies".to_owned(), json!(matching.contains(&row) || about.contains(&row)));
        }
        (Value::Object(said), set_by)
    });
    list(&mut add, "overrides", overrides);
    let kinds = effective.config.kinds.iter();
    list(&mut add, "workloadKinds", kinds.map(|kind| (described(&kind.value), &kind.set_by)));
    let context = effective.config.context.iter();
    list(&mut add, "with", context.map(|path| (json!(path.value.to_string_lossy()), &path.set_by)));
    rows
}

/// One row for each item, or one for an empty list.
fn list<'o>(
    add: &mut impl FnMut(&str, Value, Option<&SetBy>),
    key: &str,
    items: impl Iterator<Item = (Value, &'o SetBy)>,
) {
    let mut any = false;
    for (index, (value, set_by)) in items.enumerate() {
        any = true;
        add(&format!("{key}[{index}]"), value, Some(set_by));
    }
    if !any {
        add(key, json!([]), None);
    }
}

fn level(rule: &Rule, settings: &Settings) -> &'static str {
    match settings.levels.get(rule.id) {
        Some(Level::Off) => "off",
        Some(Level::At(severity)) => severity.as_str(),
        None if settings.is_too_new(rule) => "off",
        Some(Level::On) | None => rule.severity().as_str(),
    }
}

/// What is said of some images, by the keys of the file.
fn image(image: &OwnImage) -> Value {
    let mut said = Map::new();
    let mut say = |key: &str, value: Value| _ = said.insert(key.to_owned(), value);
    say("repositories", json!(image.repositories));
    if let Some(shell) = image.shell {
        say("shell", json!(shell_word(shell)));
    }
    if let Some(signals) = &image.signals {
        let named = |signal: &&str| format!("SIG{signal}");
        say("fastSignals", json!(signals.fast.iter().map(named).collect::<Vec<_>>()));
        say("gracefulSignal", json!(named(&signals.graceful)));
    }
    if !image.data.is_empty() {
        say("dataDirectories", json!(image.data));
    }
    if image.is_proxy {
        say("proxy", json!(true));
    }
    if let Some(seconds) = image.keeps_accepting {
        say("keepsAccepting", number(seconds));
    }
    Value::Object(said)
}

/// Whole seconds without a fraction.
fn number(seconds: f64) -> Value {
    if seconds.fract() == 0.0 { json!(seconds as i64) } else { json!(seconds) }
}

fn described(kind: &WorkloadKind) -> Value {
    let nature = NATURES.iter().find(|(_, nature)| *nature == kind.nature).map(|(word, _)| *word);
    json!({"group": kind.group, "kind": kind.kind, "template": kind.template, "nature": nature})
}
