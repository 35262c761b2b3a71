//! What a rule says of an object, in three parts: what is so, how it is said, and how it is mended.

use std::fmt;

use super::Rule;
use super::subject::Subject;
use crate::edit::{self, Content, Operation, Snippet};
use crate::finding::{Chart, Finding, Fix, Help, ObjectRef, Related, Severity, SourceId};
use crate::manifest::place::Located;
use crate::manifest::{Container, Object};
use crate::set::Placed;
use crate::yaml::path::FieldPath;

/// Something that is so, with the numbers that its words need. A rule's verdicts are an enum, or a struct
/// where there is but one.
pub(crate) trait Verdict {
    /// Which of its rule's verdicts it is: one of [`Rule::verdicts`].
    fn name(&self) -> &'static str;

    /// How it is said.
    fn words(&self, subject: &Subject<'_>) -> Words;

    /// How it is mended.
    fn mend(&self, subject: &Subject<'_>) -> Mend;

    /// A picture of what happens when; `None` where no instants matter.
    fn chart(&self, _subject: &Subject<'_>) -> Option<Chart> {
        None
    }
}

/// How a verdict is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// What: one sentence, lower-case start, no final period.
    pub message: String,
    /// Why: one to three sentences with this manifest's own numbers.
    pub why: String,
}

impl Words {
    /// The sentence and its reason.
    pub(crate) fn new(message: impl Into<String>, why: impl Into<String>) -> Self {
        Self { message: message.into(), why: why.into() }
    }
}

/// How a verdict is mended: a sentence, and what is to be written.
#[derive(Debug, Clone)]
pub(crate) struct Mend {
    text: String,
    by: By,
    operations: Vec<Operation>,
    /// The object that the operations change, and its file, where it is not the one that is judged.
    elsewhere: Option<(SourceId, Object)>,
    snippets: Vec<Snippet>,
}

/// Who makes a mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// The tool: it changes nothing but the fault, and holds no guess.
    Tool,
    /// The tool, where a person has agreed: a tag, a path, a number is a guess.
    ToolIfAgreed,
    /// A person: what else is there has to be read first.
    Hand,
}

impl Mend {
    /// A sentence that says all.
    pub(crate) fn prose(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            by: By::Hand,
            operations: Vec::new(),
            elsewhere: None,
            snippets: Vec::new(),
        }
    }

    /// Changes of the object that need no guess and change nothing but the fault.
    pub(crate) fn safe(text: impl Into<String>, operations: Vec<Operation>) -> Self {
        Self { by: By::Tool, operations, ..Self::prose(text) }
    }

    /// Changes of the object that hold a guess.
    pub(crate) fn guess(text: impl Into<String>, operations: Vec<Operation>) -> Self {
        Self { by: By::ToolIfAgreed, operations, ..Self::prose(text) }
    }

    /// What a field could hold, for a person to write.
    pub(crate) fn example(text: impl Into<String>, path: FieldPath, content: Content) -> Self {
        Self { operations: vec![Operation::set(path, content)], ..Self::prose(text) }
    }

    /// Safe, or a guess.
    pub(crate) fn edit(is_safe: bool, text: impl Into<String>, operations: Vec<Operation>) -> Self {
        if is_safe { Self::safe(text, operations) } else { Self::guess(text, operations) }
    }

    /// The same, where a person has agreed.
    pub(crate) fn guessed(self) -> Self {
        let by = if self.by == By::Tool { By::ToolIfAgreed } else { self.by };
        Self { by, ..self }
    }

    /// The same, to be made by a person.
    pub(crate) fn by_hand(self) -> Self {
        Self { by: By::Hand, ..self }
    }

    /// The same, in another sentence.
    pub(crate) fn said(mut self, say: impl FnOnce(String) -> String) -> Self {
        self.text = say(self.text);
        self
    }

    /// The changes are of another object, such as the ConfigMap that holds a script.
    pub(crate) fn elsewhere(self, place: &Placed<Object>) -> Self {
        Self { elsewhere: Some((place.source, place.item.clone())), ..self }
    }

    /// With commands of a shell to paste, which say what a change of a script would.
    pub(crate) fn script(mut self, commands: impl Into<String>) -> Self {
        self.snippets.push(Snippet::shell(commands));
        self
    }

    /// With YAML to paste, of which the sentence says where it goes.
    pub(crate) fn yaml(mut self, text: impl Into<String>) -> Self {
        self.snippets.push(Snippet::yaml(text));
        self
    }

    /// With fields to paste, of which the sentence says what to do with them.
    pub(crate) fn fields(mut self, fields: &[(&'static str, Content)]) -> Self {
        self.snippets.push(Snippet::fields(fields));
        self
    }

    /// The changes, as what a person is told to write.
    fn help(&self, subject: &Subject<'_>) -> Help {
        let object = self.elsewhere.as_ref().map_or(subject.object, |(_, object)| object);
        let is_said = |one: &&Operation| matches!(one, Operation::Splice { .. }) && !self.snippets.is_empty();
        let shown = self.operations.iter().filter(|one| !is_said(one));
        let shown = shown.filter_map(|one| edit::shown(object.root(), one));
        let named = shown.map(|(snippet, path)| Snippet { field: object.lasting_field(&path), ..snippet });
        let shared = match self.operations.iter().any(|one| edit::is_shared(object.root(), one)) {
            true => " An anchor shares this place with others, which change with it.",
            false => "",
        };
        let snippets = self.snippets.iter().cloned().chain(named).collect();
        Help { text: format!("{}{shared}", self.text), snippets }
    }

    /// The changes, as changes of the text; `None` where a person makes them, where nobody asks for them, and
    /// where they cannot be made in the text without others.
    fn fix(&self, subject: &Subject<'_>) -> Option<Fix> {
        if !subject.fixes || self.by == By::Hand || self.operations.is_empty() {
            return None;
        }
        let (source, object) = match &self.elsewhere {
            Some((source, object)) => (*source, object),
            None => (subject.source, subject.object),
        };
        let edits = edit::edits(object.root(), &self.operations)?;
        Some(Fix { is_safe: self.by == By::Tool, source, edits })
    }
}

/// What a finding takes for granted beyond the manifests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    /// Nothing.
    Nothing,
    /// That what cannot be known is asked for (`--strict`).
    Strict,
    /// That a Service which was not read reaches the container. It is never reported: what silences it is
    /// of use in a run that reads more.
    Traffic,
}

/// A verdict and where it stands.
pub(crate) struct Seen<'s> {
    severity: Severity,
    place: Located,
    verdict: Box<dyn Verdict + 's>,
    container: Option<&'s Container>,
    label: Option<String>,
    related: Vec<Related>,
    needs: Needs,
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seen").field("verdict", &self.verdict.name()).field("place", &self.place).finish()
    }
}

impl<'s> Seen<'s> {
    /// A verdict about a place.
    pub(crate) fn new(severity: Severity, place: Located, verdict: impl Verdict + 's) -> Self {
        Self {
            severity,
            place,
            verdict: Box::new(verdict),
            container: None,
            label: None,
            related: Vec::new(),
            needs: Needs::Nothing,
        }
    }

    /// It is about a container.
    pub(crate) fn container(self, container: impl Into<Option<&'s Container>>) -> Self {
        Self { container: container.into(), ..self }
    }

    /// A few words about the place that the message does not say.
    pub(crate) fn label(self, label: impl Into<Option<String>>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// Further places.
    pub(crate) fn related(mut self, related: impl IntoIterator<Item = Related>) -> Self {
        self.related.extend(related);
        self
    }

    /// What it takes for granted.
    pub(crate) fn needs(self, needs: Needs) -> Self {
        Self { needs, ..self }
    }

    /// How grave its rule rates it.
    pub(crate) fn severity(&self) -> Severity {
        self.severity
    }

    /// The name of the container that it is about.
    pub(crate) fn container_name(&self) -> Option<&str> {
        self.container.map(Container::name)
    }

    /// What it takes for granted.
    pub(crate) fn taken_for_granted(&self) -> Needs {
        self.needs
    }

    /// The finding; without its words where nobody will read them.
    pub(crate) fn finding(self, rule: &'static Rule, subject: &Subject<'_>, is_told: bool) -> Finding {
        let mut finding = Finding {
            rule: rule.id,
            verdict: self.verdict.name(),
            severity: self.severity,
            message: String::new(),
            why: String::new(),
            help: Help::default(),
            fix: None,
            docs: Vec::new(),
            place: self.place.place,
            label: self.label,
            related: self.place.alias.into_iter().chain(self.related).collect(),
            chart: None,
            object: ObjectRef::clone(&subject.object.id),
            container: self.container.map(|container| container.name().to_owned()),
            field: String::new(),
        };
        if is_told {
            let Words { message, why } = self.verdict.words(subject);
            let mend = self.verdict.mend(subject);
            finding.message = message;
            finding.why = why;
            finding.help = mend.help(subject);
            finding.fix = mend.fix(subject);
            finding.chart = self.verdict.chart(subject);
            finding.docs = rule.links();
        }
        finding
    }
}
