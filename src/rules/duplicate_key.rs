//! `duplicate-key`: kubectl silently keeps the last of two equal keys.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::edit::{self, Operation};
use crate::finding::{Place, Related, Severity};
use crate::manifest::place::Located;
use crate::text::Span;
use crate::yaml::{Duplicate, FieldPath};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "duplicate-key",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: true,
    summary: "A key stands twice in the same mapping, and only the last one counts.",
    reason: "kubectl turns YAML into JSON before it sends anything. In this step the last of several equal keys wins, without a word, and even --validate=strict does not help, because the server never sees the others. It mostly happens after a merge, or when a second lifecycle: or env: is added to a long container. The first block is then read by everyone and used by nobody.",
    options: None,
    facts: &["L3"],
    docs: &[
        Link {
            title: "Server side field validation",
            url: "https://kubernetes.io/docs/concepts/overview/working-with-objects/#server-side-field-validation",
        },
        Link {
            title: "Validation for unrecognized or duplicate fields",
            url: "https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level",
        },
    ],
    page: page!("duplicate-key"),
    verdicts: &["twice"],
    check: Check::Object(check),
};

fn check<'s>(subject: &'s Subject<'s>, seen: &mut Vec<Seen<'s>>) {
    let object = subject.object.root().span();
    for duplicate in subject.object.tree.duplicate_keys() {
        // A List holds several objects in one tree.
        if duplicate.later.start < object.start || duplicate.later.end > object.end {
            continue;
        }
        let at = |span| Place { source: subject.source, span, path: duplicate.path.clone() };
        let dropped = Related { place: at(duplicate.earlier), message: "dropped by kubectl".to_owned() };
        let place = Located { place: at(duplicate.later), alias: None };
        seen.push(Seen::new(RULE.severity(), place, Twice(duplicate)).related([dropped]));
    }
}

/// The key stands twice.
struct Twice<'s>(&'s Duplicate);

impl Verdict for Twice<'_> {
    fn name(&self) -> &'static str {
        "twice"
    }

    fn words(&self, _: &Subject<'_>) -> Words {
        Words::new(
            format!("key `{}` stands twice in this mapping", self.0.name),
            "kubectl keeps the last and drops the first without a word, also with --validate=strict; other tools refuse \
             the file or keep the first. The rules here judge what kubectl keeps.",
        )
    }

    fn mend(&self, subject: &Subject<'_>) -> Mend {
        let Duplicate { path, earlier, later, .. } = self.0;
        let mapping = path.parent().and_then(|parent| subject.object.tree.root().at(&parent));
        let value =
            |key: Span| mapping?.raw_entries().find(|(one, _)| one.span() == key).map(|(_, value)| value);
        let is_same =
            value(*earlier).zip(value(*later)).is_some_and(|(one, other)| edit::is_same(one, other));
        let operations = self.operation(subject).into_iter().collect();
        match is_same {
            true => Mend::safe("Both say the same: remove one.", operations),
            false => Mend::guess("Merge the two into one, or remove the one that is not meant.", operations),
        }
    }
}

impl Twice<'_> {
    /// The one that is dropped goes.
    fn operation(&self, subject: &Subject<'_>) -> Option<Operation> {
        // The path is that of the document, which can hold a list of objects.
        let mut node = subject.object.tree.root();
        let mut steps = self.0.path.steps().iter();
        while node.id() != subject.object.node {
            node = node.at(&FieldPath::from_iter([steps.next()?.clone()]))?;
        }
        Some(Operation::RemoveDropped { path: steps.cloned().collect(), key: self.0.earlier })
    }
}
