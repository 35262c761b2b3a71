//! What kubectl refuses in a text that can be read all the same (fact O5).

use super::fault::Fault;
use super::faults::Faults;
use crate::rules::verdict::{Mend, Words};
use crate::text::Span;
use crate::yaml::path::{FieldPath, Step};
use crate::yaml::{Node, Refusal};

/// One fault for each way in which the text of the object is refused, at the first place of it: kubectl
/// names no other.
pub(super) fn faults(faults: &mut Faults<'_, '_>) {
    let subject = faults.subject;
    for one in subject.refused {
        let same = faults.found.iter_mut().find_map(|invalid| match &mut invalid.fault {
            Fault::Unread { refusal, count, .. } if *refusal == one.refusal => Some(count),
            _ => None,
        });
        match same {
            Some(count) => *count += 1,
            None => faults.add(
                path_to(subject.object.root(), one.span),
                Fault::Unread { refusal: one.refusal, at: one.span, count: 1 },
            ),
        }
    }
}

/// The innermost field that holds these bytes.
fn path_to(root: Node<'_>, at: Span) -> FieldPath {
    let holds = |span: Span| span.start <= at.start && at.start < span.end;
    let mut path = FieldPath::root();
    let mut node = root;
    loop {
        let key = node.raw_entries().find(|(key, value)| {
            let is_own = value.alias_span().is_none() && key.alias_span().is_none();
            is_own && (holds(key.span()) || holds(value.span()))
        });
        if let Some((key, value)) = key {
            let Some(name) = key.text().filter(|name| node.get(name).is_some()) else { return path };
            path.push(Step::Key(name.to_owned().into()));
            node = value;
            continue;
        }
        let item =
            node.items().enumerate().find(|(_, item)| item.alias_span().is_none() && holds(item.span()));
        let Some((index, item)) = item else { return path };
        path.push(Step::Index(index));
        node = item;
    }
}

pub(super) fn words(refusal: Refusal, count: usize) -> Words {
    let (message, reason) = match refusal {
        Refusal::Escape => (
            "kubectl does not read the escape `\\/`".to_owned(),
            "It is one of JSON, which the YAML that kubectl reads has not.",
        ),
        Refusal::Tab => (
            "kubectl does not read a tab here".to_owned(),
            "Only spaces may stand before the text of a line, also where it is empty or holds just a comment.",
        ),
        Refusal::NullKey => (
            "a key is null".to_owned(),
            "An object's keys are text, and kubectl does not take null for a text: it says \"unsupported map key\".",
        ),
        Refusal::CollectionKey => (
            "a key is a list or a mapping".to_owned(),
            "An object's keys are text: kubectl says \"invalid map key\".",
        ),
        Refusal::Merge => (
            "`<<` merges something that is no mapping".to_owned(),
            "kubectl says \"map merge requires map or sequence of maps as the value\".",
        ),
        Refusal::LineBreak(c) => (
            format!("the character U+{:04X} ends this line for kubectl", u32::from(c)),
            "YAML 1.1, which kubectl reads, has more line breaks than others: what stands behind this one begins a \
             line of its own, so it is no part of the text or the comment before it.",
        ),
        Refusal::NoNumber => (
            "kubectl cannot send what is infinite or no number".to_owned(),
            "It makes JSON of the manifest, which has neither, and says \"json: unsupported value\".",
        ),
    };
    let more = match count {
        1 => String::new(),
        2 => " There is one more in this object.".to_owned(),
        _ => format!(" There are {} more in this object.", count - 1),
    };
    let whole = " kubectl refuses the whole document, whatever --validate says.";
    let whole = if matches!(refusal, Refusal::LineBreak(_)) { "" } else { whole };
    Words::new(message, format!("{reason}{whole}{more}"))
}

pub(super) fn mend(refusal: Refusal) -> Mend {
    Mend::prose(match refusal {
        Refusal::Escape => "Write the slash without the backslash.",
        Refusal::Tab => "Remove the tab, or write blanks in its place.",
        Refusal::NullKey => "Put the key into quotes, or remove it.",
        Refusal::CollectionKey => {
            "Write a name for the key. Where a template was meant, it has to be rendered first."
        }
        Refusal::Merge => "Name an anchor of a mapping, or put `<<` into quotes where it is an ordinary key.",
        Refusal::LineBreak(_) => {
            "Remove the character; in a text that needs it put the text into double quotes and write its escape."
        }
        Refusal::NoNumber => "Write a number, or put the word into quotes where it is a text.",
    })
}
