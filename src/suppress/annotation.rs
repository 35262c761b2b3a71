//! What an annotation says: `ignore.kubectl-lifecycle/<rule>: "container=a,b: reason"`.

use std::ops::Range;

use super::attempt::is_alike;
use super::comment::{says_something, words};
use crate::rules;

/// What an annotation's key begins with.
pub(crate) const PREFIX: &str = "ignore.kubectl-lifecycle/";

/// The value of an annotation that silences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// Only in these containers, as written; empty is everywhere.
    pub containers: Vec<Range<usize>>,
    /// Why; never empty.
    pub reason: String,
}

/// Why an annotation silences nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueFault {
    /// It gives no reason.
    NoReason,
    /// `container=` is written in another way, or names none.
    Containers,
}

/// What the key of an annotation means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key<'k> {
    /// It names this rule, known or not.
    Rule(&'k str),
    /// It means to silence, and is written in another way; the rule it may mean.
    Form(Option<&'static str>),
    /// Nothing.
    Other,
}

/// Reads the key of an annotation.
pub(crate) fn key(key: &str) -> Key<'_> {
    if let Some(rule) = key.strip_prefix(PREFIX) {
        return Key::Rule(rule);
    }
    let (prefix, name) = key.split_once('/').unwrap_or((key, ""));
    let (prefix, name) = (prefix.to_lowercase(), name.to_lowercase());
    let bare = name.trim_start_matches("ignore").trim_start_matches(['-', '.', '_']);
    let rule = rules::find(bare);
    let speaks_of_us = prefix.contains("lifecycle");
    let silences = prefix.contains("ignore") || name.contains("ignore");
    let is_near = is_alike(&prefix, PREFIX.trim_end_matches('/'));
    match is_near || (speaks_of_us && (silences || rule.is_some())) || (silences && rule.is_some()) {
        true => Key::Form(rule.map(|rule| rule.id).or_else(|| rules::nearest(bare))),
        false => Key::Other,
    }
}

/// Reads the value of an annotation.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn value(text: &str) -> Result<Value, ValueFault> {
    let (containers, reason) = container_list(text)?;
    let reason = reason.trim();
    match says_something(reason) {
        true => Ok(Value { containers, reason: reason.to_owned() }),
        false => Err(ValueFault::NoReason),
    }
}

/// The names in `container=a,b:`, none where it does not stand, and what follows it.
fn container_list(text: &str) -> Result<(Vec<Range<usize>>, &str), ValueFault> {
    let everywhere = Ok((Vec::new(), text));
    let Some(equals) = text.find('=') else { return everywhere };
    let word = text.get(..equals).unwrap_or_default().trim();
    match word {
        "container" => {}
        // A reason may hold an equals sign; this is none.
        _ if is_alike(&word.to_lowercase(), "container") => return Err(ValueFault::Containers),
        _ => return everywhere,
    }
    let Some(colon) = text.find(':').filter(|colon| *colon > equals) else {
        return Err(ValueFault::NoReason);
    };
    let names = words(text, equals + 1..colon);
    match names.is_empty() {
        true => Err(ValueFault::Containers),
        false => Ok((names, text.get(colon + 1..).unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn said(text: &str) -> Result<(Vec<&str>, String), ValueFault> {
        value(text).map(|value| {
            (value.containers.into_iter().map(|name| text.get(name).unwrap()).collect(), value.reason)
        })
    }

    #[test]
    fn a_value_is_a_reason_with_the_containers_it_is_for() {
        let want = |containers: &[&'static str], reason: &str| Ok((containers.to_vec(), reason.to_owned()));
        assert_eq!(said("pinned by CI"), want(&[], "pinned by CI"));
        assert_eq!(said("container=a,b: no traffic"), want(&["a", "b"], "no traffic"));
        assert_eq!(said(" container = a , b :x: y\n"), want(&["a", "b"], "x: y"));
        assert_eq!(said("set by A=b: so it is"), want(&[], "set by A=b: so it is"));
        assert_eq!(said("container images are pinned"), want(&[], "container images are pinned"));
    }

    #[test]
    fn a_value_without_a_reason_says_so() {
        for text in ["", "  ", "-", "container=a", "container=a,b:", "container=a: "] {
            assert_eq!(said(text), Err(ValueFault::NoReason), "{text}");
        }
        for text in ["container=: x", "containers=a: x", "Container=a: x", "contaner=a: x"] {
            assert_eq!(said(text), Err(ValueFault::Containers), "{text}");
        }
    }

    #[test]
    fn a_key_that_means_to_silence_is_never_passed_over() {
        assert_eq!(key("ignore.kubectl-lifecycle/latest-tag"), Key::Rule("latest-tag"));
        assert_eq!(key("ignore.kubectl-lifecycle/x"), Key::Rule("x"));
        for meant in [
            "ignore.kubectl-lifecycle.io/latest-tag",
            "ignore.kubectl-lifecyle/latest-tag",
            "ignore.lifecycle/latest-tag",
            "kubectl-lifecycle/latest-tag",
            "kubectl-lifecycle/ignore-latest-tag",
            "kubectl-lifecycle.ignore/latest-tag",
            "Ignore.kubectl-lifecycle/latest-tag",
        ] {
            assert_eq!(key(meant), Key::Form(Some("latest-tag")), "{meant}");
        }
        assert_eq!(key("ignore.kubectl-lifecycle"), Key::Form(None));
        for other in [
            "ignore-check.kube-linter.io/latest-tag-x",
            "kubectl.kubernetes.io/last-applied-configuration",
            "example.com/lifecycle",
            "lifecycle",
            "",
        ] {
            assert_eq!(key(other), Key::Other, "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic_and_within_its_bounds(
            text in ".{0,30}|(container|=|a|,|:|名| ){0,10}"
        ) {
            let _ = key(&text);
            if let Ok(value) = value(&text) {
                prop_assert!(value.containers.into_iter().all(|name| text.get(name).is_some()));
            }
        }
    }
}
