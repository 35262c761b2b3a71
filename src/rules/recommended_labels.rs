//! `recommended-labels`: a workload that is not found by the labels that others carry.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::options::{self, Optional, Refused};
use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{Content, Operation};
use crate::finding::Severity;
use crate::finding::words::listed;
use crate::manifest::Workload;
use crate::manifest::id::named;
use crate::manifest::kinds::{Nature, Schema};
use crate::manifest::place::related;
use crate::set::{Placed, labels};
use crate::text::placeholder;
use crate::yaml::path::FieldPath;

/// What the rule can be told.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// Labels that every workload has to carry, whether or not others beside it do.
    #[schemars(extend("examples" = [["app.kubernetes.io/name", "app.kubernetes.io/part-of"]]))]
    required: Vec<String>,
}

impl options::Options for Options {
    const RULE: &'static str = RULE.id;
    const DEFAULT: &'static Self = &Self { required: Vec::new() };

    fn check(&self, wrong: &mut Refused) {
        wrong.words("required", &self.required, |label| {
            let is_key = label.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
            (!is_key).then(|| "is no key of a label, such as `app.kubernetes.io/name`".to_owned())
        });
    }
}

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "recommended-labels",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Info],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A workload has none of the recommended labels that others beside it carry.",
    reason: "The labels app.kubernetes.io/name, instance, part-of and the like are how people and tools find what belongs to an application: kubectl get -l, dashboards, policies, and whoever looks for what runs during an incident. A workload without them is left out of all of these in silence, and most of all where the others of its application are found.",
    options: Some(Optional::of::<Options>()),
    facts: &[],
    docs: &[Link {
        title: "Recommended labels",
        url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
    }],
    page: page!("recommended-labels"),
    verdicts: How::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let Some(workload) = subject.workload.filter(|workload| is_of_an_application(workload)) else { return };
    let path = FieldPath::of("metadata.labels");
    let is_hidden = subject.object.at(&path).and_then(|labels| labels.text()).is_some_and(placeholder::hides);
    if is_hidden || subject.set.gets_labels(subject.source) {
        return;
    }
    let own = labels::of(workload);
    let required = &subject.settings.of::<Options>().required;
    let lacks: Vec<&str> =
        required.iter().map(String::as_str).filter(|key| !own.contains_key(*key)).collect();
    if !lacks.is_empty() {
        let verdict = Unlabelled { workload, how: How::Required, lacks, beside: None };
        seen.push(Seen::new(Severity::Info, subject.place(&path), verdict));
        return;
    }
    let beside = subject.set.labelled_beside(subject.source, workload);
    let Some(beside) = beside.filter(|_| !labels::is_labelled(workload)) else { return };
    let other = &beside.item.object;
    let message = format!("{} carries them", named(&other.id));
    let at = match other.at(&path) {
        Some(_) => path.clone(),
        None => beside.item.kind.template_path().dotted("metadata.labels"),
    };
    let lacks = vec!["app.kubernetes.io/name"];
    let verdict = Unlabelled { workload, how: How::Beside, lacks, beside: Some(beside) };
    seen.push(Seen::new(Severity::Info, subject.place(&path), verdict).related([related(
        beside.source,
        other,
        &at,
        message,
    )]));
}

/// Somebody looks for it by its labels: no patch, nothing that a controller or a release makes for a while, no Pod of its
/// own, and nothing that a cluster answered, where each object is written elsewhere.
fn is_of_an_application(workload: &Workload) -> bool {
    let object = &workload.object;
    !workload.is_fragment
        && workload.kind.nature != Nature::BarePod
        && workload.kind.schema != Schema::PodTemplate
        && !object.is_live()
        && !object.is_hook()
        && object.at(&FieldPath::of("metadata.ownerReferences")).is_none()
}

/// A workload that lacks labels.
struct Unlabelled<'s> {
    workload: &'s Workload,
    how: How,
    lacks: Vec<&'s str>,
    /// Who carries them.
    beside: Option<&'s Placed<Arc<Workload>>>,
}

/// Who says that it should carry them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum How {
    /// Another one beside it does.
    Beside,
    /// The configuration.
    Required,
}

impl Verdict for Unlabelled<'_> {
    fn name(&self) -> &'static str {
        self.how.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        let name = named(&self.workload.object.id);
        match self.beside {
            Some(beside) => {
                let other = named(&beside.item.object.id);
                Words::new(
                    format!("{name} has none of the recommended labels, which {other} carries"),
                    format!(
                        "Whatever selects by `app.kubernetes.io/` labels finds {other} and not {name}: `kubectl get -l`, \
                         dashboards, policies.{}",
                        subject.unread("a kustomization elsewhere may add them")
                    ),
                )
            }
            None => {
                let lacks = listed(self.lacks.iter().map(|key| format!("`{key}`"))).unwrap_or_default();
                let noun = if self.lacks.len() == 1 { "label" } else { "labels" };
                Words::new(
                    format!("{name} lacks the {noun} {lacks}, which the configuration asks for"),
                    format!(
                        "Whatever selects by it does not find this {}.{}",
                        self.workload.object.id.kind,
                        subject.unread("a kustomization elsewhere may add it")
                    ),
                )
            }
        }
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        const WHOLE: &str = "app.kubernetes.io/part-of";
        let path = FieldPath::of("metadata.labels");
        // What one file holds is part of the same whole; the other labels are its neighbour's own.
        let beside = self.beside.filter(|beside| beside.source == subject.source);
        let theirs = beside.map(|beside| labels::of(&beside.item)).unwrap_or_default();
        let name = self.workload.object.id.name.as_str();
        let mut values: Vec<(String, String)> = Vec::new();
        for key in &self.lacks {
            let value = if *key == "app.kubernetes.io/name" { name } else { "" };
            values.push(((*key).to_owned(), value.to_owned()));
        }
        values.extend(theirs.get(WHOLE).map(|whole| (WHOLE.to_owned(), whole.clone())));
        let is_known = values.iter().all(|(_, value)| !value.is_empty());
        let text = "Label the workload, and its pod template where its Pods are to be found as well: that starts a \
                    rollout, once. The selector stays as it is.";
        if !is_known {
            let asked: Vec<(String, String)> = values
                .into_iter()
                .map(|(key, value)| (key, if value.is_empty() { "TODO".to_owned() } else { value }))
                .collect();
            let labels = Content::Fields(vec![("labels", Content::Texts(asked))]);
            return Mend::prose(text).fields(&[("metadata", labels)]);
        }
        let operations = match self.workload.object.at(&path) {
            Some(_) => {
                let set =
                    |(key, value): (String, String)| Operation::set(path.key(key), Content::Text(value));
                values.into_iter().map(set).collect()
            }
            None => vec![Operation::set(path, Content::Texts(values))],
        };
        Mend::guess(text, operations)
    }
}
