//! `invalid-manifest`: a value of the wrong type, or one that the API server rejects.

mod container;
mod handler;
mod probe;

use super::subject::Subject;
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::builder::FindingBuilder;
use crate::finding::{Finding, Severity};
use crate::yaml::ProblemKind;
use crate::yaml::path::FieldPath;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "invalid-manifest",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Error],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
    summary: "A field holds a value that Kubernetes rejects.",
    reason: "Applying the manifest fails, at the latest in the pipeline and at the worst in the middle of an urgent change. A wrong type fails whatever the validation setting. Only the field with the error is left out of the linting: everything else in the object is still judged, and its labels still join it to its Services.",
    options: None,
    facts: &[
        "B2", "B17", "B18", "C2", "C3", "C4", "E1", "E2", "K1", "K3", "K4", "K5", "K6", "K7", "K8", "K9",
        "K10", "K11", "K12", "K13", "K14", "K15", "K16", "K17", "K18", "K19", "K20", "K21", "K22", "K23",
        "K24", "L7",
    ],
    docs: &[
        Link {
            title: "Pod API reference",
            url: "https://kubernetes.io/docs/reference/kubernetes-api/core/pod-v1/",
        },
        Link {
            title: "Configure liveness, readiness and startup probes",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/",
        },
        Link {
            title: "Attach handlers to container lifecycle events",
            url: "https://kubernetes.io/docs/tasks/configure-pod-container/attach-handler-lifecycle-event/",
        },
    ],
    page: page!("invalid-manifest"),
    check: Check::Object(check),
};

/// What is wrong with a field, and the mend.
pub(super) struct Fault {
    /// The field; where it is missing, its nearest parent is shown.
    path: FieldPath,
    /// Show the key instead of the value: the field should not be there at all.
    at_key: bool,
    /// What.
    message: String,
    /// What the API server says, or does.
    why: String,
    /// The mend in a sentence, and YAML to paste.
    help: (String, String),
}

impl Fault {
    fn value(
        path: FieldPath,
        message: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            path,
            at_key: false,
            message: message.into(),
            why: why.into(),
            help: (help.into(), String::new()),
        }
    }

    fn key(
        path: FieldPath,
        message: impl Into<String>,
        why: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { at_key: true, ..Self::value(path, message, why, help) }
    }

    fn yaml(mut self, yaml: impl Into<String>) -> Self {
        self.help.1 = yaml.into();
        self
    }

    fn finding(self, subject: &Subject<'_>) -> FindingBuilder {
        let place = if self.at_key { subject.key_place(&self.path) } else { subject.place(&self.path) };
        subject
            .finding_at(&RULE, RULE.severity(), place)
            .message(self.message)
            .why(self.why)
            .help(self.help.0, self.help.1)
    }
}

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    findings.extend(subject.problems.iter().filter_map(|problem| {
        let ProblemKind::WrongType { expected, found } = &problem.kind else { return None };
        if super::placeholder::has_placeholder(found) {
            return None;
        }
        let field = problem.path.to_string();
        // A wrong type is fatal with or without strict validation (fact L7).
        let finding = subject
            .finding(&RULE, RULE.severity(), &problem.path)
            .message(format!("`{}` must be {expected}, not {found}", last_key(&problem.path)))
            .why(format!("kubectl and the API server refuse the whole object because of `{field}`, whatever --validate says."))
            .help(mend(expected, found), "");
        Some(finding.build())
    }));
    let Some(workload) = subject.workload else { return };
    for container in &workload.containers {
        let mut faults = container::faults(subject, workload, container);
        faults.extend(handler::faults(subject, workload, container));
        faults.extend(probe::faults(subject, workload, container));
        findings.extend(faults.into_iter().map(|fault| fault.finding(subject).container(container).build()));
    }
}

/// The value, or something in it, could not be decoded and is reported at its own place.
fn is_undecoded(subject: &Subject<'_>, path: &FieldPath) -> bool {
    subject.problems.iter().any(|problem| {
        matches!(problem.kind, ProblemKind::WrongType { .. })
            && problem.path.steps().starts_with(path.steps())
    })
}

fn last_key(path: &FieldPath) -> String {
    use crate::yaml::path::Step;
    let mut words = String::new();
    for step in path.steps().iter().rev() {
        match step {
            Step::Index(index) => words.insert_str(0, &format!("[{index}]")),
            Step::Key(key) => return format!("{key}{words}"),
        }
    }
    words
}

fn mend(expected: &str, found: &str) -> String {
    let quoted_number = expected.contains("integer") && found.starts_with("string");
    let bare_scalar =
        expected.contains("string") && !found.starts_with("string") && !expected.contains("list");
    if quoted_number {
        "Write a plain number of the field's own unit, without quotes and without a unit.".to_owned()
    } else if bare_scalar {
        "Put the value in quotes, so that YAML takes it for text.".to_owned()
    } else {
        format!("Write {expected}.")
    }
}
