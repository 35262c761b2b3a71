//! `duplicate-key`: kubectl silently keeps the last of two equal keys.

use super::subject::Subject;
use super::{Check, Rule, page};
use crate::finding::{Finding, Place, Related, Severity};
use crate::manifest::place::Located;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "duplicate-key",
    severity: Severity::Warning,
    summary: "A key stands twice in the same mapping, and only the last one counts.",
    page: page!("duplicate-key"),
    check: Check::Object(check),
};

const DOCS: &[&str] = &["https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let object = subject.object.root().span();
    for duplicate in subject.object.tree.duplicate_keys() {
        // A List holds several objects in one tree.
        if duplicate.later.start < object.start || duplicate.later.end > object.end {
            continue;
        }
        let at = |span| Place { source: subject.source, span, path: duplicate.path.clone() };
        let located = Located { place: at(duplicate.later), alias: None };
        let finding = subject
            .finding_at(RULE.id, RULE.severity, located)
            .message(format!("key `{}` stands twice in this mapping", duplicate.name))
            .why(
                "kubectl keeps the last and drops the first without a word, also with --validate=strict; other tools \
                 refuse the file or keep the first. The rules here judge what kubectl keeps.",
            )
            .help("Merge the two into one, or remove the one that is not meant.", "")
            .docs(DOCS)
            .related(Related { place: at(duplicate.earlier), message: "dropped by kubectl".to_owned() });
        findings.push(finding.build());
    }
}
