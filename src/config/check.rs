//! From the tree of a configuration file to what it says, or to everything that is wrong in it.

mod hooks;
pub(super) mod images;
mod kinds;
mod objects;

use std::path::Path;

use serde_json::Value;

use super::file::{AsWritten, ConfigFile, Hooks, RuleEntry};
use super::overrides::Override;
use super::words::{LEVELS, THRESHOLDS, level, threshold};
use super::{Change, Config, Entry, Overrides};
use crate::kubernetes::features;
use crate::kubernetes::versions::KubernetesVersions;
use crate::project::exclude::{self, Base, PathGlobs};
use crate::project::sourced::{SetBy, Sourced};
use crate::rules::options::{Optional, bad_word};
use crate::rules::settings::Settings;
use crate::rules::{self, Choice, RULES, Release, Rule};
use crate::text::{Source, Span, nearest};
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{self, Kind, Problem, ProblemKind, Tree};

/// The key beside the rules that names a release.
const SINCE: &str = "since";
/// The longest time that makes sense, in seconds: a day.
const LONGEST: f64 = 86_400.0;

/// Reads the tree. What is wrong goes to `wrong`, with its byte; nothing is left out in silence.
pub(super) fn config(
    source: &Source,
    tree: &Tree,
    directory: &Path,
    base: &Base,
    wrong: &mut Vec<(usize, String)>,
) -> Option<Config> {
    let root = tree.root();
    if root.kind() != Kind::Mapping {
        wrong.push((root.span().start, "is no mapping; write settings as `key: value`".to_owned()));
        return None;
    }
    let decoded = yaml::decode::<ConfigFile>(root, FieldPath::root());
    let mut checker = Checker { source, tree, wrong };
    decoded.problems.iter().for_each(|problem| checker.problem(problem));
    tree.duplicate_keys().iter().for_each(|duplicate| {
        let message = format!("`{}` stands here for the second time; keep one", duplicate.name);
        checker.wrong.push((duplicate.later.start, message));
    });
    Some(checker.config(&decoded.value, directory, base))
}

struct Checker<'a> {
    source: &'a Source,
    tree: &'a Tree,
    wrong: &'a mut Vec<(usize, String)>,
}

/// The settings that can stand at the top and in an override.
struct SettingsPart<'f> {
    at: FieldPath,
    version: Option<&'f AsWritten>,
    gates: &'f std::collections::BTreeMap<String, bool>,
    strict: Option<bool>,
    rules: &'f std::collections::BTreeMap<String, RuleEntry>,
    hooks: &'f Hooks,
}

impl Checker<'_> {
    fn config(&mut self, file: &ConfigFile, directory: &Path, base: &Base) -> Config {
        let top = |key: &'static str| FieldPath::of(key);
        let mut entries = self.part(&SettingsPart {
            at: FieldPath::root(),
            version: file.kubernetes_version.as_ref(),
            gates: &file.feature_gates,
            strict: file.strict,
            rules: &file.rules,
            hooks: &file.hooks,
        });
        let images = self.images(&file.images);
        if !images.is_empty() {
            entries.push(Entry { change: Change::Images(images), set_by: self.set_by(&top("images")) });
        }
        let fail_on = file.fail_on.as_ref().and_then(|written| {
            let value = self.one_of(&top("failOn"), &written.0, &THRESHOLDS, threshold)?;
            Some(Sourced { value, set_by: self.set_by(&top("failOn")) })
        });
        let overrides = self.overrides(file, base);
        let exclude = PathGlobs::new(base.clone(), self.globs(&top("exclude"), &file.exclude));
        let kinds = self.kinds(&file.workload_kinds);
        let context = self.with(&file.with, directory);
        let mut notes = self.options_of_rules_that_are_off(&entries);
        notes.extend(newer_than_wanted(&entries));
        notes.extend(gates_of_no_effect(&entries));
        Config {
            file: Some(self.source.name().to_owned()),
            entries,
            fail_on,
            overrides,
            exclude,
            kinds,
            context,
            notes,
        }
    }

    /// What the decoder could not use.
    fn problem(&mut self, problem: &Problem) {
        let key = last_key(&problem.path);
        let message = match &problem.kind {
            ProblemKind::WrongType { expected, found } => {
                format!("{key} must be {expected}, and is {found}")
            }
            ProblemKind::UnknownField { name, known } => unknown(&problem.path, name, known),
        };
        self.wrong.push((problem.span.start, message));
    }

    fn refuse(&mut self, path: &FieldPath, message: String) {
        let at = self.span(path).start;
        self.wrong.push((at, message));
    }

    fn span(&self, path: &FieldPath) -> Span {
        self.tree.locate(self.tree.root(), path).span
    }

    /// Where the key stands, or the value of a list item.
    fn set_by(&self, path: &FieldPath) -> SetBy {
        let found = self.tree.locate(self.tree.root(), path);
        let position = self.source.position(found.key_span.unwrap_or(found.span).start);
        SetBy::File {
            name: self.source.name().into(),
            line: position.line,
            column: position.column,
            in_override: path.steps().first() == Some(&Step::Key("overrides".into())),
        }
    }

    fn part(&mut self, part: &SettingsPart<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut add = |checker: &Self, path: &FieldPath, change| {
            entries.push(Entry { change, set_by: checker.set_by(path) });
        };
        if let Some(written) = part.version {
            let path = part.at.key("kubernetesVersion");
            match written.0.parse::<KubernetesVersions>() {
                Ok(versions) => add(self, &path, Change::KubernetesVersions(versions)),
                Err(error) => self.refuse(&path, format!("`{}` cannot be used: {error}", written.0)),
            }
        }
        for (name, is_on) in part.gates {
            let path = part.at.key("featureGates").key(name.clone());
            match features::find(name) {
                Some(feature) => add(self, &path, Change::FeatureGate(feature.gate, *is_on)),
                None => {
                    let gates = features::all().map(|feature| feature.gate);
                    let hint = hint(nearest::of(name, gates), "remove it, since nothing is judged by it");
                    let at = self.key_start(&path);
                    self.wrong.push((at, format!("no feature gate `{name}` is known here; {hint}")));
                }
            }
        }
        if let Some(strict) = part.strict {
            add(self, &part.at.key("strict"), Change::Strict(strict));
        }
        if let Some(entry) = part.rules.get(SINCE) {
            let path = part.at.key("rules").key(SINCE);
            if let Some(release) = self.since(&path, entry) {
                add(self, &path, Change::Since(release));
            }
        }
        // A rule's own entry beats that of its group, wherever it stands.
        let is_group = |name: &str| matches!(Choice::of(name), Some(Choice::Group(_)));
        let named = part.rules.iter().filter(|(name, _)| *name != SINCE);
        let (groups, rules): (Vec<_>, Vec<_>) = named.partition(|(name, _)| is_group(name));
        for (name, entry) in groups.into_iter().chain(rules) {
            let path = part.at.key("rules").key(name.clone());
            for (path, change) in self.choice(&path, name, entry) {
                add(self, &path, change);
            }
        }
        for (path, change) in self.hooks(&part.at.key("hooks"), part.hooks) {
            add(self, &path, change);
        }
        entries
    }

    /// What stands under `rules.since`.
    fn since(&mut self, path: &FieldPath, entry: &RuleEntry) -> Option<Release> {
        let node = self.tree.root().at(path);
        let text = node.and_then(|node| node.text()).filter(|_| matches!(entry, RuleEntry::Level));
        let Some(text) = text else {
            self.refuse(path, format!("`{SINCE}` must be a release, and is a list or a mapping"));
            return None;
        };
        match text.parse::<Release>() {
            Ok(release) => Some(release),
            Err(error) => {
                self.refuse(path, format!("`{text}` {error}"));
                None
            }
        }
    }

    /// What stands under the name of a rule, or of a group of rules.
    fn choice(&mut self, path: &FieldPath, name: &str, entry: &RuleEntry) -> Vec<(FieldPath, Change)> {
        let Some(choice) = Choice::of(name) else {
            let hint = hint(rules::nearest_choice(name), "`kubectl lifecycle rules` lists the rules");
            let at = self.key_start(path);
            self.wrong.push((at, format!("there is no rule or group `{name}`; {hint}")));
            return Vec::new();
        };
        let mut changes = Vec::new();
        match (entry, choice) {
            (RuleEntry::Level, _) => {
                let written = self.tree.root().at(path).and_then(|node| node.text());
                match (written, choice) {
                    (Some(word), _) => changes.extend(self.levels(path, choice, word)),
                    (None, Choice::Group(_)) => {
                        self.refuse(path, format!("`{name}` must be `off` or a severity, and is a list"));
                    }
                    (None, Choice::Rule(_)) => {
                        let kinds = "`off`, a severity, or a mapping";
                        self.refuse(path, format!("`{name}` must be {kinds}, and is a list"));
                    }
                }
            }
            (RuleEntry::Table, Choice::Group(_)) => {
                let rules: Vec<&str> = choice.rules().map(|rule| rule.id).collect();
                let rules = listed("options belong to its rules,", &rules);
                self.refuse(path, format!("`{name}` is a group, and takes a level alone; {rules}"));
            }
            (RuleEntry::Table, Choice::Rule(rule)) => {
                let severity = path.key("severity");
                let node = self.tree.root().at(&severity).filter(|node| node.kind() != Kind::Null);
                match node.map(|node| node.text()) {
                    Some(Some(word)) => changes.extend(self.levels(&severity, choice, word)),
                    Some(None) => self.refuse(&severity, "`severity` must be a single value".to_owned()),
                    None => {}
                }
                changes.extend(self.options(path, rule));
            }
        }
        changes
    }

    fn levels(&mut self, path: &FieldPath, choice: Choice, word: &str) -> Vec<(FieldPath, Change)> {
        let Some(level) = self.one_of(path, word, &LEVELS, level) else { return Vec::new() };
        choice.rules().map(|rule| (path.clone(), Change::Level(rule.id, level))).collect()
    }

    /// The options of a rule that a mapping sets.
    fn options(&mut self, path: &FieldPath, rule: &'static Rule) -> Vec<(FieldPath, Change)> {
        let Some(node) = self.tree.root().at(path) else { return Vec::new() };
        let names = options_of(rule);
        let known: Vec<&str> = std::iter::once("severity").chain(names.iter().map(String::as_str)).collect();
        for (key, _) in node.entries() {
            let Some(name) = key.text().filter(|name| !known.contains(name)) else { continue };
            let owner = RULES.iter().find(|rule| options_of(rule).iter().any(|option| option == name));
            let hint = match owner {
                Some(owner) => format!("it is one of `{}`", owner.id),
                None => hint(nearest::of(name, known.iter().copied()), &listed("it has", &known)),
            };
            self.wrong.push((key.span().start, format!("`{}` has no option `{name}`; {hint}", rule.id)));
        }
        let Some(optional) = rule.options else { return Vec::new() };
        let written = optional.read(node, path);
        // Keys that are no option were told above, `severity` is everybody's.
        let problems = written.problems.iter();
        problems
            .filter(|problem| !matches!(problem.kind, ProblemKind::UnknownField { .. }))
            .for_each(|problem| self.problem(problem));
        for (path, reason) in written.refused {
            self.refuse(&path, reason);
        }
        let change =
            |(name, value): (String, Value)| (path.key(name.clone()), Change::Option(rule, name, value));
        written.values.into_iter().map(change).collect()
    }

    fn overrides(&mut self, file: &ConfigFile, base: &Base) -> Overrides {
        let mut rows = Vec::new();
        for (index, entry) in file.overrides.iter().enumerate() {
            let at = FieldPath::of("overrides").index(index);
            let files = self.globs(&at.key("files"), &entry.files);
            let objects = self.objects(&at, entry);
            let entries = self.part(&SettingsPart {
                at: at.clone(),
                version: entry.kubernetes_version.as_ref(),
                gates: &entry.feature_gates,
                strict: entry.strict,
                rules: &entry.rules,
                hooks: &entry.hooks,
            });
            let reason = entry.reason.clone();
            rows.push(Override { files, objects, reason, entries, set_by: self.set_by(&at) });
        }
        Overrides::new(base.clone(), rows)
    }

    fn globs(&mut self, path: &FieldPath, patterns: &[String]) -> Vec<Sourced<String>> {
        let mut found = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            let path = path.index(index);
            // An item that is no text was refused as that.
            if self.is_text(&path)
                && let Err(reason) = exclude::check(pattern)
            {
                self.refuse(&path, format!("`{pattern}` {reason}"));
            }
            found.push(Sourced { value: pattern.clone(), set_by: self.set_by(&path) });
        }
        found
    }

    fn with(&mut self, paths: &[String], directory: &Path) -> Vec<Sourced<std::path::PathBuf>> {
        let mut found: Vec<Sourced<std::path::PathBuf>> = Vec::new();
        for (index, text) in paths.iter().enumerate() {
            let at = FieldPath::of("with").index(index);
            if !self.is_text(&at) {
                continue;
            }
            let path = match directory.as_os_str() == "." {
                true => Path::new(text).to_owned(),
                false => directory.join(text),
            };
            if text.is_empty() || !path.exists() {
                let reason = "does not exist; the path is relative to the configuration's directory";
                self.refuse(&at, format!("`{text}` {reason}"));
            }
            found.push(Sourced { value: path, set_by: self.set_by(&at) });
        }
        found
    }

    /// The value of a word; a word that has none is refused with the nearest one that has.
    fn one_of<T>(
        &mut self,
        path: &FieldPath,
        word: &str,
        words: &[&str],
        of: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let value = of(word);
        if value.is_none() {
            let key = last_key(path);
            let hint = hint(nearest::of(word, words.iter().copied()), &listed("write", words));
            self.refuse(path, format!("{key} cannot be `{word}`; {hint}"));
        }
        value
    }

    fn seconds(&mut self, path: &FieldPath, seconds: f64) -> bool {
        let is_good = (0.0..=LONGEST).contains(&seconds);
        if !is_good {
            self.refuse(path, format!("{} must be a number of seconds from 0 to 86400", last_key(path)));
        }
        is_good
    }

    /// Items of a list of texts that cannot be meant.
    fn words(&mut self, path: &FieldPath, words: &[String], bad: impl Fn(&str) -> Option<String>) {
        for (index, word) in words.iter().enumerate() {
            let path = path.index(index);
            if !self.is_text(&path) {
                continue;
            }
            if let Some(reason) = bad_word(word, &bad) {
                self.refuse(&path, format!("`{word}` {reason}"));
            }
        }
    }

    fn is_text(&self, path: &FieldPath) -> bool {
        self.tree.root().at(path).is_some_and(|node| node.kind() == Kind::String)
    }

    fn key_start(&self, path: &FieldPath) -> usize {
        let found = self.tree.locate(self.tree.root(), path);
        found.key_span.unwrap_or(found.span).start
    }

    fn options_of_rules_that_are_off(&self, entries: &[Entry]) -> Vec<String> {
        let mut settings = Settings::default();
        entries.iter().for_each(|entry| entry.change.apply(&mut settings));
        let is_off = |rule: &Rule| !settings.is_on(rule);
        entries
            .iter()
            .filter_map(|entry| Some((entry, entry.change.option_of().filter(|rule| is_off(rule))?)))
            .map(|(entry, rule)| {
                format!("{} ({}) has no effect where `{}` is off", entry.change.key(), entry.set_by, rule.id)
            })
            .collect()
    }
}

/// Feature gates that nothing is judged by, and those that no version knows or lets anybody set.
fn gates_of_no_effect(entries: &[Entry]) -> Vec<String> {
    let mut settings = Settings::default();
    entries.iter().for_each(|entry| entry.change.apply(&mut settings));
    let versions = settings.versions();
    let gates = entries.iter().filter_map(|entry| match entry.change {
        Change::FeatureGate(gate, _) => Some((entry, features::find(gate)?)),
        _ => None,
    });
    let of_no_effect = gates.filter_map(|(entry, feature)| {
        let (key, set_by) = (entry.change.key(), &entry.set_by);
        let can_be_set = versions.iter().any(|version| feature.can_be_set(version));
        let why = match feature.locked {
            _ if can_be_set && features::is_asked(feature.gate) => return None,
            _ if can_be_set => return Some(format!("{key} ({set_by}) has no effect: no rule goes by it")),
            Some(locked) if versions.newest() >= locked => format!("from {locked} on nobody can set it"),
            _ => format!("it came with {}", feature.since),
        };
        Some(format!("{key} ({set_by}) has no effect in Kubernetes {versions}: {why}"))
    });
    of_no_effect.collect()
}

/// What `rules.since` leaves out.
fn newer_than_wanted(entries: &[Entry]) -> Option<String> {
    let mut settings = Settings::default();
    entries.iter().for_each(|entry| entry.change.apply(&mut settings));
    let since = settings.since?;
    let newer: Vec<&str> =
        RULES.iter().filter(|rule| settings.is_too_new(rule)).map(|rule| rule.id).collect();
    let plural = if newer.len() == 1 { "rule is" } else { "rules are" };
    (!newer.is_empty())
        .then(|| format!("{} {plural} newer than {since} and off: {}", newer.len(), newer.join(", ")))
}

/// The names of a rule's options.
fn options_of(rule: &Rule) -> Vec<String> {
    rule.options.map(Optional::properties).unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}

/// A key that stands where it means nothing.
fn unknown(path: &FieldPath, name: &str, known: &[&str]) -> String {
    const TOP: [&str; 5] = ["failOn", "images", "exclude", "workloadKinds", "with"];
    let in_override = path.steps().first() == Some(&Step::Key("overrides".into()));
    if in_override && TOP.contains(&name) {
        return format!("`{name}` holds for the whole run; put it at the top of the file");
    }
    if let Some(rule) = RULES.iter().find(|rule| rule.id == name) {
        return format!("`{}` is a rule; put it under `rules:`", rule.id);
    }
    let hint = hint(nearest::of(name, known.iter().copied()), &listed("known are", known));
    format!("there is no setting `{name}` here; {hint}")
}

fn hint(nearest: Option<&str>, otherwise: &str) -> String {
    nearest.map_or_else(|| otherwise.to_owned(), |nearest| format!("did you mean `{nearest}`?"))
}

fn listed(verb: &str, words: &[&str]) -> String {
    format!("{verb} `{}`", words.join("`, `"))
}

/// The last key of a path, as a word of a sentence.
fn last_key(path: &FieldPath) -> String {
    let key = path.steps().iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(key.as_ref()),
        Step::Index(_) => None,
    });
    match (path.steps().last(), key) {
        (Some(Step::Index(_)), Some(key)) => format!("an item of `{key}`"),
        (_, key) => format!("`{}`", key.unwrap_or_default()),
    }
}
