//! `duplicate-key`: kubectl silently keeps the last of two equal keys.

use super::subject::Subject;
use super::verdict::{Mend, Seen, Verdict, Words};
use super::{Check, Group, Link, Release, Rule, Status, page};
use crate::finding::{Place, Related, Severity};
use crate::manifest::place::Located;
use crate::yaml::Duplicate;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "duplicate-key",
    aliases: &[],
    group: Group::Manifest,
    severities: &[Severity::Warning],
    since: Release::new(0, 1, 0),
    status: Status::Stable,
    fixable: false,
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

    fn mend(&self, _: &Subject<'_>) -> Mend {
        Mend::prose("Merge the two into one, or remove the one that is not meant.")
    }
}
