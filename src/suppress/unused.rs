//! What is said of a suppression that silences nothing.

use super::collect::{Entry, Suppression};
use super::site::Covers;
use crate::finding::{Finding, Help, Means, Place};
use crate::rules::unused_suppression::RULE;

/// `line` is where the rule does find something that the suppression does not cover.
pub(super) fn finding(suppression: &Suppression, entry: &Entry, line: Option<usize>) -> Finding {
    let site = &suppression.site;
    let noun = match suppression.means {
        Means::Annotation => "annotation",
        Means::Comment | Means::Baseline => "comment",
    };
    let of = match &entry.container {
        Some(container) => format!("`{}` in the container `{container}`", entry.rule),
        None => format!("`{}`", entry.rule),
    };
    let (help, yaml) = help(suppression, entry, noun, line);
    Finding {
        rule: RULE.id,
        verdict: "unused",
        fix: None,
        severity: RULE.severity(),
        message: format!("this {noun} silences no finding of {of}"),
        why: why(suppression, entry, line),
        help: Help::yaml(help, yaml),
        docs: RULE.links(),
        place: Place { span: entry.span, ..site.place.clone() },
        label: None,
        related: Vec::new(),
        chart: None,
        object: site.object.clone(),
        container: entry.container.clone().or_else(|| site.container.clone()),
        field: site.field.clone(),
    }
}

fn why(suppression: &Suppression, entry: &Entry, line: Option<usize>) -> String {
    let rule = entry.rule;
    let field = &suppression.site.field;
    let why = match suppression.site.covers {
        Covers::File => format!("`{rule}` finds nothing in this file."),
        Covers::Line => {
            format!("At the end of a line a comment covers that line, and `{rule}` finds nothing on it.")
        }
        Covers::Field => {
            format!("It covers `{field}` and everything in it, and `{rule}` finds nothing there.")
        }
        Covers::FirstField => {
            format!("It covers the field that follows, `{field}`, and not the whole object.")
        }
        Covers::Nothing => {
            "Alone on its line a comment covers the key or item on the line below, and there is none."
                .to_owned()
        }
        Covers::Object => format!("`{rule}` finds nothing in this object."),
        Covers::Container => format!("`{rule}` finds nothing in this container."),
    };
    match line {
        Some(line) => format!("{why} `{rule}` does report something in line {line}."),
        None => format!("{why} What it was written for may have been mended."),
    }
}

fn help(suppression: &Suppression, entry: &Entry, noun: &str, line: Option<usize>) -> (String, String) {
    let rule = entry.rule;
    let remove = match suppression.entries.len() {
        0 | 1 => format!("remove the {noun}"),
        _ => format!("remove `{rule}` from it"),
    };
    match (suppression.site.covers, line) {
        (Covers::FirstField, _) => (
            format!(
                "To cover the whole object, give it this annotation, or put the comment above `spec:`; else {remove}."
            ),
            format!(
                "metadata:\n  annotations:\n    ignore.kubectl-lifecycle/{rule}: {:?}",
                suppression.reason
            ),
        ),
        (Covers::Line | Covers::Field | Covers::Nothing, Some(line)) => (
            format!(
                "Put the comment at the end of line {line}, or on a line of its own directly above the field or item that \
                 holds it; or {remove}."
            ),
            String::new(),
        ),
        _ => {
            let mut letters = remove.chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            (format!("{first}{}.", letters.as_str()), String::new())
        }
    }
}
