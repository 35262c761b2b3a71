//! What a rule looks at, and how it says what it found.

use crate::finding::{Finding, Help, ObjectRef, Place, Related, Severity, SourceId};
use crate::manifest::{Container, Object, Workload};
use crate::path::FieldPath;
use crate::set::services::Reach;
use crate::set::{Serving, Set};
use crate::settings::Settings;
use crate::timeline::PreStop;
use crate::yaml::Problem;

/// One object with everything that was computed about it before any rule ran.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The file it was read from.
    pub source: SourceId,
    /// The object.
    pub object: &'a Object,
    /// What decoding it into its type brought up.
    pub problems: &'a [Problem],
    /// Its pod template, if it carries one.
    pub workload: Option<&'a Workload>,
    /// The workload's containers with what is known about each.
    pub containers: Vec<ContainerView<'a>>,
    /// The set it was linted in.
    pub set: &'a Set,
    /// The settings its file is judged by.
    pub settings: &'a Settings,
    /// Only some files of the project were read, so what is missing here may stand elsewhere.
    pub is_partial: bool,
}

/// A container and what was computed about it.
#[derive(Debug)]
pub struct ContainerView<'a> {
    /// The container.
    pub container: &'a Container,
    /// How sure we are that it gets traffic.
    pub serving: Serving,
    /// The Services that reach it.
    pub reaches: Vec<Reach<'a>>,
    /// How its preStop hook fares, if it has one.
    pub pre_stop: Option<PreStop<'a>>,
}

impl Subject<'_> {
    /// A file that was not read may change the object; what a cluster answered is as it runs.
    fn may_be_patched(&self) -> bool {
        self.is_partial && !self.object.is_live()
    }

    /// To follow on what is missing: it may stand in a file that was not read.
    pub fn here(&self) -> &'static str {
        if self.may_be_patched() { " in the files read" } else { "" }
    }

    /// A last sentence of a reason: what a file that was not read may change. Empty where all was.
    pub fn unread(&self, change: &str) -> String {
        match self.may_be_patched() {
            true => format!(" Only the named files were read: {change}; `--context DIR` reads the rest."),
            false => String::new(),
        }
    }

    /// Starts a finding about a field of this object.
    pub fn finding(&self, rule: &'static str, severity: Severity, path: &FieldPath) -> FindingBuilder {
        let place = self.place(path);
        self.finding_at(rule, severity, place)
    }

    /// Starts a finding at exact words.
    pub fn finding_at(&self, rule: &'static str, severity: Severity, place: Located) -> FindingBuilder {
        let mut finding = Finding {
            rule,
            severity,
            message: String::new(),
            why: String::new(),
            help: Help::default(),
            docs: Vec::new(),
            place: place.place,
            related: Vec::new(),
            object: self.object.id.clone(),
            container: None,
            field: String::new(),
        };
        finding.related.extend(place.alias);
        FindingBuilder(finding)
    }

    /// The place of a field: its value, or its key where the value is null, or the recognisable
    /// parent where the field is missing.
    pub fn place(&self, path: &FieldPath) -> Located {
        place(self.source, self.object, path)
    }

    /// The place of a field's key.
    pub fn key_place(&self, path: &FieldPath) -> Located {
        let mut located = self.place(path);
        let found = self.object.tree.locate(self.object.root(), path);
        if let (true, Some(key)) = (found.exact, found.key_span) {
            located.place.span = key;
        }
        located
    }

    /// The place of a container's name, else of the first field it has.
    pub fn container_place(&self, container: &Container) -> Located {
        let name = container.path.key("name");
        if self.object.at(&name).is_some() {
            return self.place(&name);
        }
        let mut located = self.place(&container.path);
        let first = self.object.at(&container.path).and_then(|node| node.entries().next());
        if let Some((key, _)) = first {
            located.place.span = key.span();
        }
        located
    }

    /// The place of a range of bytes of a string's text, whatever its style in the file.
    pub fn words(&self, path: &FieldPath, range: std::ops::Range<usize>) -> Located {
        words(self.source, self.object, path, range)
    }
}

/// A place, and where the alias stands that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The text itself: at the anchor, for a text shared by an alias.
    pub place: Place,
    /// The alias.
    pub alias: Option<Related>,
}

/// The place of a field of any object.
pub fn place(source: SourceId, object: &Object, path: &FieldPath) -> Located {
    let found = object.tree.locate(object.root(), path);
    let at = |span| Place { source, span, path: path.clone() };
    Located {
        place: at(found.span),
        alias: found
            .alias
            .map(|span| Related { place: at(span), message: "used here through an alias".to_owned() }),
    }
}

/// The place of a range of bytes of a string's text in any object.
pub fn words(source: SourceId, object: &Object, path: &FieldPath, range: std::ops::Range<usize>) -> Located {
    let mut located = place(source, object, path);
    if let Some(node) = object.at(path) {
        located.place.span = node.source_span(range);
    }
    located
}

/// A place of any object under a label.
pub fn related(source: SourceId, object: &Object, path: &FieldPath, message: impl Into<String>) -> Related {
    Related { place: place(source, object, path).place, message: message.into() }
}

/// A finding in the making.
#[derive(Debug)]
#[must_use = "a finding has to be pushed"]
pub struct FindingBuilder(Finding);

impl FindingBuilder {
    /// What: one sentence, lower-case start, no final period.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Why: one to three sentences with this manifest's own numbers.
    pub fn why(mut self, why: impl Into<String>) -> Self {
        self.0.why = why.into();
        self
    }

    /// More of the reason, to follow on what is there.
    pub fn also_why(mut self, more: &str) -> Self {
        self.0.why.push_str(more);
        self
    }

    /// The mend in a sentence, and YAML to paste (empty when there is none).
    pub fn help(mut self, text: impl Into<String>, yaml: impl Into<String>) -> Self {
        self.0.help = Help { text: text.into(), yaml: yaml.into() };
        self
    }

    /// Links to the documentation.
    pub fn docs(mut self, docs: &[&'static str]) -> Self {
        self.0.docs = docs.to_vec();
        self
    }

    /// The container it is about.
    pub fn container(mut self, container: &Container) -> Self {
        self.0.container = Some(container.name.clone());
        self
    }

    /// A second place.
    pub fn related(mut self, related: Related) -> Self {
        self.0.related.push(related);
        self
    }

    /// More places.
    pub fn all_related(mut self, related: impl IntoIterator<Item = Related>) -> Self {
        self.0.related.extend(related);
        self
    }

    /// The finding.
    pub fn build(self) -> Finding {
        self.0
    }
}

/// `Deployment web`, for a sentence.
pub fn named(object: &ObjectRef) -> String {
    match object.name.as_str() {
        "" => format!("this {}", object.kind),
        name => format!("{} `{name}`", object.kind),
    }
}

/// The first Service that reaches the container as a related place.
pub fn reached_by(reaches: &[Reach<'_>]) -> Vec<Related> {
    reaches
        .iter()
        .map(|reach| {
            let service = reach.service;
            let message = format!("Service `{}` sends traffic here", service.item.object.id.name);
            related(service.source, &service.item.object, &reach.port, message)
        })
        .collect()
}

/// `Service `a`` or `Services `a` and `b``; `None` when no Service reaches the container.
pub fn services(reaches: &[Reach<'_>]) -> Option<String> {
    let mut names: Vec<String> =
        reaches.iter().map(|reach| format!("`{}`", reach.service.item.object.id.name)).collect();
    names.sort();
    names.dedup();
    match names.as_slice() {
        [] => None,
        [one] => Some(format!("Service {one}")),
        [rest @ .., last] => Some(format!("Services {} and {last}", rest.join(", "))),
    }
}

/// Seconds for a sentence: `5`, `7.5`, never `5.0`.
pub fn seconds(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    format!("{rounded} s")
}

/// The text with its first letter large, to begin a sentence.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
