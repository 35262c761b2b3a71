//! What makes two findings the same one in two runs: the rule, the object, the container and the
//! field. No line numbers and no file names, so a moved file and an added line change nothing.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use hmac_sha256::Hash;

use crate::finding::{Finding, Report};
use crate::report::escape;

/// The identity of a finding; two findings of one identity are counted, not merged.
///
/// Its text is one line of words, which sorts and reads well in a file under review:
/// `latest-tag apps/Deployment shop/web container=app spec.template.spec.containers[app].image`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The rule's id.
    pub rule: String,
    /// The API group without its version, which clusters migrate; empty for the core group.
    pub group: String,
    /// `Deployment`.
    pub kind: String,
    /// As written; `None` when the object names none.
    pub namespace: Option<String>,
    /// As written; empty when the object has none.
    pub name: String,
    /// The container, if the finding is about one.
    pub container: Option<String>,
    /// The field, its list items called by their names.
    pub field: String,
}

impl Identity {
    /// The identity of a finding.
    pub fn of(finding: &Finding) -> Self {
        let object = &finding.object;
        Self {
            rule: finding.rule.to_owned(),
            group: object.api_version.split_once('/').map_or("", |(group, _)| group).to_owned(),
            kind: object.kind.clone(),
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            container: finding.container.clone(),
            field: finding.field.clone(),
        }
    }

    /// 32 hexadecimal digits that name the identity's `nth` finding, from 0, for programs that
    /// compare runs.
    pub fn fingerprint(&self, nth: usize) -> String {
        hashed(&format!("{self} {nth}"))
    }
}

/// The fingerprints of all findings, then of all suppressed ones; each is unique.
pub fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: HashMap<Identity, usize> = HashMap::new();
    let suppressed = report.suppressed.iter().map(|one| &one.finding);
    let all = report.findings.iter().chain(suppressed);
    all.map(|finding| {
        let identity = Identity::of(finding);
        match seen.get_mut(&identity) {
            Some(count) => {
                *count += 1;
                identity.fingerprint(*count)
            }
            None => {
                let first = identity.fingerprint(0);
                seen.insert(identity, 0);
                first
            }
        }
    })
    .collect()
}

/// 32 hexadecimal digits of a text.
pub fn hashed(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().map_or('0', char::from);
    let digest = Hash::hash(text.as_bytes());
    digest.iter().take(16).flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", Word(&self.rule))?;
        if !self.group.is_empty() {
            write!(f, "{}/", Word(&self.group))?;
        }
        write!(f, "{} ", Word(&self.kind))?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{}/", Word(namespace))?;
        }
        write!(f, "{} ", Word(&self.name))?;
        if let Some(container) = &self.container {
            write!(f, "container={} ", Word(container))?;
        }
        write!(f, "{}", Field(&self.field))
    }
}

/// The text is not that of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not `RULE GROUP/KIND NAMESPACE/NAME container=NAME FIELD`")]
pub struct NotAnIdentity;

impl FromStr for Identity {
    type Err = NotAnIdentity;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words = words(text).ok_or(NotAnIdentity)?;
        let (head, container, field) = match words.as_slice() {
            [rule, kind, name, field] => ([rule, kind, name], None, field),
            [rule, kind, name, container, field] => ([rule, kind, name], Some(container), field),
            _ => return Err(NotAnIdentity),
        };
        let [rule, kind, name] = head;
        let container = match container {
            None => None,
            Some(word) => Some(read(word.strip_prefix("container=").ok_or(NotAnIdentity)?)?),
        };
        let (group, kind) = pair(kind)?;
        let (namespace, name) = pair(name)?;
        Ok(Self {
            rule: read(rule)?,
            group: group.unwrap_or_default(),
            kind,
            namespace,
            name,
            container,
            field: if field.starts_with('"') { read(field)? } else { (*field).to_owned() },
        })
    }
}

/// A name: bare where it is harmless, else quoted and escaped.
struct Word<'a>(&'a str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
        if !self.0.is_empty() && self.0.chars().all(is_bare) {
            f.write_str(self.0)
        } else {
            quoted(self.0, f)
        }
    }
}

/// A field path: bare where no character of it could be taken for the end of the word.
struct Field<'a>(&'a str);

impl fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = |c: char| c != '"' && c != '\\' && !c.is_whitespace() && !escape::is_unsafe(c);
        let is_field = !self.0.is_empty() && !self.0.starts_with("container=") && self.0.chars().all(is_bare);
        if is_field { f.write_str(self.0) } else { quoted(self.0, f) }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            c if escape::is_unsafe(c) => write!(f, "{}", c.escape_unicode())?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("\"")
}

/// The words of a line, which blanks part, unless they are quoted.
fn words(text: &str) -> Option<Vec<&str>> {
    parts(text, ' ')
}

/// Splits at a character that stands outside quotes; `None` for a quote without an end.
fn parts(text: &str, at: char) -> Option<Vec<&str>> {
    let (mut is_quoted, mut is_escaped, mut start) = (false, false, 0);
    let mut found = Vec::new();
    for (index, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            c if c == at && !is_quoted => {
                found.push(text.get(start..index)?);
                start = index + c.len_utf8();
            }
            _ => {}
        }
    }
    found.push(text.get(start..)?);
    (!is_quoted).then_some(found)
}

/// `a/b` or `b`.
fn pair(word: &str) -> Result<(Option<String>, String), NotAnIdentity> {
    match parts(word, '/').as_deref() {
        Some([one]) => Ok((None, read(one)?)),
        Some([first, second]) => Ok((Some(read(first)?), read(second)?)),
        _ => Err(NotAnIdentity),
    }
}

/// The name that a word stands for.
fn read(word: &str) -> Result<String, NotAnIdentity> {
    let Some(inner) = word.strip_prefix('"') else {
        return if word.is_empty() || word.contains('"') { Err(NotAnIdentity) } else { Ok(word.to_owned()) };
    };
    let inner = inner.strip_suffix('"').ok_or(NotAnIdentity)?;
    let mut name = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        name.push_str(before);
        rest = match after.strip_prefix("u{") {
            Some(code) => {
                let (code, after) = code.split_once('}').ok_or(NotAnIdentity)?;
                let code = u32::from_str_radix(code, 16).map_err(|_| NotAnIdentity)?;
                name.push(char::from_u32(code).ok_or(NotAnIdentity)?);
                after
            }
            None => {
                let c = after.chars().next().ok_or(NotAnIdentity)?;
                name.push(c);
                after.get(c.len_utf8()..).unwrap_or_default()
            }
        };
    }
    name.push_str(rest);
    Ok(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn identity() -> Identity {
        Identity {
            rule: "latest-tag".into(),
            group: "apps".into(),
            kind: "Deployment".into(),
            namespace: Some("shop".into()),
            name: "web".into(),
            container: Some("app".into()),
            field: "spec.template.spec.containers[app].image".into(),
        }
    }

    #[test]
    fn the_text_is_one_line_of_words() {
        assert_eq!(
            identity().to_string(),
            "latest-tag apps/Deployment shop/web container=app spec.template.spec.containers[app].image"
        );
        let bare = Identity {
            group: String::new(),
            namespace: None,
            container: None,
            field: "spec".into(),
            name: String::new(),
            kind: "Pod".into(),
            ..identity()
        };
        assert_eq!(bare.to_string(), "latest-tag Pod \"\" spec");
    }

    #[test]
    fn a_hostile_name_is_quoted_and_stays_on_its_line() {
        let evil = Identity { name: "a\n\"b\\ c/\u{202e}".into(), ..identity() };
        assert_eq!(
            evil.to_string(),
            "latest-tag apps/Deployment shop/\"a\\u{a}\\\"b\\\\ c/\\u{202e}\" container=app \
             spec.template.spec.containers[app].image"
        );
        assert_eq!(evil.to_string().parse(), Ok(evil));
    }

    #[test]
    fn what_is_no_identity_is_refused() {
        for text in [
            "",
            "latest-tag",
            "a b c d e f",
            "a b c x=d e",
            "a b \"c d",
            "a b c/d/e f",
            "a b \"c\\u{110000}\" d",
            "a  b c",
        ] {
            assert_eq!(text.parse::<Identity>(), Err(NotAnIdentity), "{text}");
        }
    }

    #[test]
    fn fingerprints_tell_equals_apart_and_do_not_change() {
        assert_eq!(identity().fingerprint(0), identity().fingerprint(0));
        assert_ne!(identity().fingerprint(0), identity().fingerprint(1));
        assert_eq!(identity().fingerprint(0).len(), 32);
    }

    proptest::proptest! {
        #[test]
        fn any_identity_is_read_back_from_its_text(
            words in proptest::collection::vec("[a-c/ =\"\\\\\n\u{1b}名\\[\\].]{0,6}", 5),
            namespace in proptest::option::of("[a/ \"\\\\]{0,4}"),
            container in proptest::option::of("[a/ =\"\\\\]{0,4}"),
        ) {
            let [rule, group, kind, name, field] = <[String; 5]>::try_from(words).unwrap();
            let one = Identity { rule, group, kind, namespace, name, container, field };
            proptest::prop_assert_eq!(one.to_string().parse(), Ok(one));
        }
    }
}
