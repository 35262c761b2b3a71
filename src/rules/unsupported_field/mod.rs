//! `unsupported-field`: a field that the judged version refuses, or drops in silence.

mod mend;
mod places;
mod words;

use strum::{IntoStaticStr, VariantNames};

use super::subject::{ContainerView, Subject};
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::Severity;
use crate::kubernetes::features::{self, Feature, Support};
use crate::manifest::kinds::Nature;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "unsupported-field",
    aliases: &[],
    group: Group::Hook,
    severities: &[Severity::Error, Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A field that the judged version of Kubernetes refuses, or drops in silence.",
    reason: "Many fields stand behind a feature gate. Where a version has the gate off, the API server takes the manifest, leaves the field out, and says nothing: the hook, the signal or the limit that everybody reads in the manifest is not in the cluster. Where the version is older than the field, kubectl refuses the object, and a client that validates less strictly drops it as well. Some values are refused outright.",
    options: None,
    facts: &[
        "A21", "A35", "B17", "B31", "C1", "C2", "D5", "D12", "H7", "H30", "K1", "K2", "K9", "K10", "K17",
        "L5", "N20",
    ],
    docs: &[
        Link {
            title: "Feature gates",
            url: "https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/",
        },
        Link {
            title: "Server side field validation",
            url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#server-side-field-validation",
        },
    ],
    page: page!("unsupported-field"),
    verdicts: Fate::VARIANTS,
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    // A server answers with nothing that it dropped, and Knative has a say of its own.
    let is_managed = subject.workload.is_some_and(|workload| workload.kind.nature == Nature::Managed);
    if subject.object.is_live() || is_managed {
        return;
    }
    let off = features::governing().filter(|feature| {
        // `git-repo-volume` speaks of those in every version.
        **feature != features::GIT_REPO && subject.settings.support(feature) != Support::Works
    });
    for feature in off {
        for field in feature.fields {
            for found in places::of(subject, field) {
                let Some(fate) = Fate::of(subject, feature, field, &found) else { continue };
                let place = match found.is_value {
                    true => subject.place(&found.path),
                    false => subject.key_place(&found.path),
                };
                let view = found.container.and_then(|at| subject.containers.get(at));
                let label = fate.label().to_owned();
                let verdict = Unsupported {
                    feature,
                    field,
                    path: found.path,
                    view,
                    is_default: found.is_default,
                    fate,
                };
                let container = view.map(|view| view.container);
                seen.push(Seen::new(fate.severity(), place, verdict).container(container).label(label));
            }
        }
    }
}

/// The version has what a value stands in.
fn is_kept(subject: &Subject<'_>, field: &str) -> bool {
    let path = field.split(": ").next().unwrap_or_default();
    let holds =
        |outer: &str| path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let mut outer =
        features::governing().filter(|one| one.fields.iter().any(|one| *one != field && holds(one)));
    outer.all(|one| subject.settings.support(one) == Support::Works)
}

/// The gate without which no autoscaler takes the last Pod away.
const SCALE_TO_ZERO: &str = "HPAScaleToZero";

/// What becomes of the field.
#[derive(Debug, Clone, Copy, PartialEq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
enum Fate {
    /// The version's types do not have it (fact L5).
    Unknown,
    /// The API server leaves it out (fact K1).
    Dropped,
    /// Validation refuses it, or the kubelet.
    Refused,
}

impl Fate {
    fn of(subject: &Subject<'_>, feature: &Feature, field: &str, found: &places::Found<'_>) -> Option<Self> {
        match subject.settings.support(feature) {
            Support::Works => None,
            Support::Unknown => Some(Self::Unknown),
            // What happens without the field is what it asks for.
            Support::Dropped => (!found.is_default).then_some(Self::Dropped),
            // The field came with sidecars, which alone had it then (fact K17).
            Support::Refused if places::is_policy(&found.path) => {
                let is_known = subject.settings.support(&features::SIDECARS) != Support::Unknown;
                Some(if is_known { Self::Refused } else { Self::Unknown })
            }
            // Where the field itself is dropped nobody looks at its value (fact K1).
            Support::Refused => is_kept(subject, field).then_some(Self::Refused),
        }
    }

    fn severity(self) -> Severity {
        match self {
            Self::Unknown | Self::Dropped => Severity::Warning,
            Self::Refused => Severity::Error,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Unknown => "unknown to this version",
            Self::Dropped => "dropped",
            Self::Refused => "refused",
        }
    }
}

/// A field that the version does not take, or does not keep.
struct Unsupported<'s> {
    feature: &'static Feature,
    /// As the table of gates has it.
    field: &'static str,
    path: FieldPath,
    view: Option<&'s ContainerView<'s>>,
    /// It asks for what happens without the field.
    is_default: bool,
    fate: Fate,
}

impl Verdict for Unsupported<'_> {
    fn name(&self) -> &'static str {
        self.fate.into()
    }

    fn words(&self, subject: &Subject<'_>) -> Words {
        words::of(subject, self)
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        mend::of(subject, self)
    }
}
