//! A finding in the making.

use super::{Finding, Fix, Help, Severity};
use crate::manifest::Container;
use crate::manifest::id::ObjectRef;
use crate::manifest::place::{Located, Related};

/// A finding in the making.
#[derive(Debug)]
#[must_use = "a finding has to be pushed"]
pub(crate) struct FindingBuilder(Finding);

impl FindingBuilder {
    /// Starts a finding of a rule about an object, at a place.
    pub(crate) fn new(rule: &'static str, severity: Severity, at: Located, object: ObjectRef) -> Self {
        Self(Finding {
            rule,
            severity,
            message: String::new(),
            why: String::new(),
            help: Help::default(),
            fix: None,
            docs: Vec::new(),
            place: at.place,
            related: at.alias.into_iter().collect(),
            object,
            container: None,
            field: String::new(),
        })
    }

    /// What: one sentence, lower-case start, no final period.
    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Why: one to three sentences with this manifest's own numbers.
    pub(crate) fn why(mut self, why: impl Into<String>) -> Self {
        self.0.why = why.into();
        self
    }

    /// More of the reason, to follow on what is there.
    pub(crate) fn also_why(mut self, more: &str) -> Self {
        self.0.why.push_str(more);
        self
    }

    /// The mend in a sentence, and YAML to paste (empty when there is none).
    pub(crate) fn help(mut self, text: impl Into<String>, yaml: impl Into<String>) -> Self {
        self.0.help = Help { text: text.into(), yaml: yaml.into() };
        self
    }

    /// The mend as a change of the text.
    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Self {
        self.0.fix = fix;
        self
    }

    /// Links to the documentation.
    pub(crate) fn docs(mut self, docs: impl Iterator<Item = &'static str>) -> Self {
        self.0.docs = docs.collect();
        self
    }

    /// The container it is about.
    pub(crate) fn container(mut self, container: &Container) -> Self {
        self.0.container = Some(container.name().to_owned());
        self
    }

    /// A second place.
    pub(crate) fn related(mut self, related: Related) -> Self {
        self.0.related.push(related);
        self
    }

    /// More places.
    pub(crate) fn all_related(mut self, related: impl IntoIterator<Item = Related>) -> Self {
        self.0.related.extend(related);
        self
    }

    /// The finding.
    pub(crate) fn build(self) -> Finding {
        self.0
    }
}
