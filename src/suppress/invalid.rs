//! What is said of a suppression that cannot work.

use strum::IntoStaticStr;

use super::site::Site;
use crate::finding::{Finding, Help};
use crate::manifest::id::named;
use crate::rules::invalid_suppression::RULE;
use crate::text::Source;

/// A suppression that cannot work.
#[derive(Debug, Clone)]
pub(super) struct Complaint {
    pub(super) site: Site,
    pub(super) kind: Fault,
    /// What is meant, for the help; empty when nothing is near.
    pub(super) mend: String,
}

/// Why it cannot: the verdicts of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(super) enum Fault {
    /// A comment in another form.
    CommentForm,
    /// No rule in the list, or no list.
    NoRule,
    /// No closing bracket.
    OpenBracket,
    /// A comment without a reason.
    NoReason,
    /// A rule that does not exist.
    UnknownRule,
    /// `invalid-suppression` itself.
    NotSilenceable,
    /// `ignore-file` below the first document's content.
    FileTooLate,
    /// A label.
    Label,
    /// An annotation with another key.
    AnnotationKey,
    /// An annotation without a reason.
    AnnotationReason,
    /// `containers=` and the like.
    ContainerForm,
    /// A container that does not exist.
    UnknownContainer,
}

/// What is wrong, what that means, and what to do.
struct Wording {
    message: String,
    why: &'static str,
    help: String,
    yaml: String,
}

pub(super) fn finding(problem: &Complaint, source: &Source) -> Finding {
    let said = shortened(source.slice(problem.site.place.span));
    let Wording { message, why, help, yaml } = words(problem, &said);
    let site = problem.site.clone();
    Finding {
        rule: RULE.id,
        verdict: problem.kind.into(),
        fix: None,
        severity: RULE.severity(),
        message,
        why: why.to_owned(),
        help: Help::yaml(help, yaml),
        docs: RULE.links(),
        place: site.place,
        label: None,
        related: Vec::new(),
        chart: None,
        object: site.object,
        container: site.container,
        field: site.field,
    }
}

fn words(problem: &Complaint, said: &str) -> Wording {
    const REASON: &str = "A reason is required, so that the next reader knows what it is for and when it can go. Without one \
                          nothing is silenced.";
    const FORM: &str = "It is not in the form that is known here, so it silences nothing, and what it is meant for is still reported.";
    let mend = problem.mend.clone();
    let own = |message: &str, why, help: &str, yaml| Wording {
        message: message.to_owned(),
        why,
        help: help.to_owned(),
        yaml,
    };
    match problem.kind {
        Fault::CommentForm => own(
            "this comment looks like a suppression and is none",
            FORM,
            "Write it in this form, or in other words if it is meant for people.",
            mend,
        ),
        Fault::NoRule => own(
            "this suppression names no rule",
            "A suppression silences the rules in its brackets and no others, so this one silences nothing.",
            "Name the rules in square brackets.",
            mend,
        ),
        Fault::OpenBracket => own(
            "the list of rules is not closed",
            "Without the closing bracket it silences nothing.",
            "Close the list with `]`.",
            mend,
        ),
        Fault::NoReason => own("this suppression gives no reason", REASON, "Add `--` and the reason.", mend),
        Fault::UnknownRule => Wording {
            message: format!("no rule is called `{said}`"),
            why: "This name silences nothing; any other rule in the list is silenced.",
            help: match mend.as_str() {
                "" => "`kubectl lifecycle rules` lists the rules.".to_owned(),
                near => {
                    format!("Write `{near}`, if that is meant; `kubectl lifecycle rules` lists the rules.")
                }
            },
            yaml: String::new(),
        },
        Fault::NotSilenceable => own(
            "`invalid-suppression` cannot be silenced",
            "It says that a suppression does not work, and so it must always be seen.",
            "Remove the name from the list and mend the suppression it is meant for.",
            String::new(),
        ),
        Fault::FileTooLate => own(
            "`ignore-file` stands below the beginning of the file",
            "It silences a rule in the whole file, so it must be seen first: before the first document's content. Here it \
             silences nothing.",
            "Move the comment to the first line of the file, or write `ignore` to cover what follows it.",
            mend,
        ),
        Fault::Label => own(
            "this label looks like a suppression and is none",
            "Only annotations are read. As a label it silences nothing.",
            "Move it to the annotations.",
            format!("annotations:\n  {mend}: \"say here why it is fine\""),
        ),
        Fault::AnnotationKey => own(
            "this annotation looks like a suppression and is none",
            FORM,
            "Write its key in this form.",
            format!("{mend}: \"say here why it is fine\""),
        ),
        Fault::AnnotationReason => own(
            "this suppression gives no reason",
            REASON,
            "Write the reason as the annotation's value.",
            format!("{mend}: \"say here why it is fine\""),
        ),
        Fault::ContainerForm => own(
            "this suppression does not say for which containers it is",
            "Containers are named by `container=`, separated by commas, with a colon before the reason. In another form nothing \
             is silenced.",
            "Write the value in this form.",
            format!("{mend}: \"container=web: say here why it is fine\""),
        ),
        Fault::UnknownContainer => Wording {
            message: format!("{} has no container called `{said}`", named(&problem.site.object)),
            why: "This name silences nothing. The other containers that are named with it are covered.",
            help: match mend.as_str() {
                "" => "It has no containers: leave out `container=`.".to_owned(),
                near => format!("Write `{near}`, if that is meant."),
            },
            yaml: String::new(),
        },
    }
}

/// A name for a sentence: its first characters.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 60;
    text.chars().take(SHOWN).collect()
}
