//! Image references: registry, path, tag and digest.
//!
//! The grammar is that of the distribution project. It is parsed by hand: the libraries that do it
//! compile a regular expression of it at every start, which takes longer than linting a file.

/// An image reference, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reference<'i> {
    /// Registry and path, without tag and digest.
    pub repository: &'i str,
    /// The tag, as written.
    pub tag: Option<&'i str>,
    /// The digest, with its algorithm.
    pub digest: Option<&'i str>,
}

/// The most characters a tag has.
const MAX_TAG: usize = 128;

impl<'i> Reference<'i> {
    /// Takes a reference apart without asking whether it is well-formed. The `:` of a registry's port
    /// has a `/` behind it, that of a tag has none.
    pub(crate) fn split(image: &'i str) -> Self {
        let (named, digest) =
            image.split_once('@').map_or((image, None), |(name, digest)| (name, Some(digest)));
        match named.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains(['/', ']']) => {
                Self { repository, tag: Some(tag), digest }
            }
            _ => Self { repository: named, tag: None, digest },
        }
    }

    /// `None` when the text is no well-formed reference.
    pub(crate) fn parse(image: &'i str) -> Option<Self> {
        let reference = Self::split(image);
        let is_good = is_repository(reference.repository)
            && reference.tag.is_none_or(is_tag)
            && reference.digest.is_none_or(is_digest);
        is_good.then_some(reference)
    }
}

/// `[registry/]path/path`: the first part may be a registry if others follow.
fn is_repository(text: &str) -> bool {
    match text.split_once('/') {
        None => is_path_component(text),
        Some((first, rest)) => {
            (is_registry(first) || is_path_component(first)) && rest.split('/').all(is_path_component)
        }
    }
}

/// Small letters and digits, joined by `.`, `_`, `__` or hyphens.
fn is_path_component(text: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(is_alphanumeric)
        && text.ends_with(is_alphanumeric)
        && text
            .split(is_alphanumeric)
            .all(|joint| matches!(joint, "" | "." | "_" | "__") || joint.chars().all(|c| c == '-'))
}

/// A host name or an address, with or without a port.
fn is_registry(text: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok()
            && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
    }
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    port.is_none_or(is_port)
        && host.split('.').all(|label| {
            let is_edge = |c: char| c.is_ascii_alphanumeric();
            label.starts_with(is_edge)
                && label.ends_with(is_edge)
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        })
}

fn is_tag(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= MAX_TAG
        && text.starts_with(is_word)
        && text.chars().all(|c| is_word(c) || matches!(c, '.' | '-'))
}

/// `sha256:` and at least 32 hexadecimal digits.
fn is_digest(text: &str) -> bool {
    const FEWEST_DIGITS: usize = 32;
    text.split_once(':').is_some_and(|(algorithm, digits)| {
        algorithm.starts_with(|c: char| c.is_ascii_alphabetic())
            && algorithm.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '_' | '-'))
            && digits.len() >= FEWEST_DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(image: &str) -> Option<(&str, Option<&str>, bool)> {
        Reference::parse(image).map(|found| (found.repository, found.tag, found.digest.is_some()))
    }

    #[test]
    fn a_port_is_no_tag() {
        assert_eq!(parts("registry:5000/app"), Some(("registry:5000/app", None, false)));
        assert_eq!(parts("registry:5000/app:1"), Some(("registry:5000/app", Some("1"), false)));
        assert_eq!(parts("[2001:db8::1]:5000/app"), Some(("[2001:db8::1]:5000/app", None, false)));
        assert_eq!(parts("nginx"), Some(("nginx", None, false)));
    }

    #[test]
    fn a_digest_may_follow_a_tag() {
        let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        assert_eq!(
            parts(&format!("a.b/c__d/e-f:latest@{digest}")),
            Some(("a.b/c__d/e-f", Some("latest"), true))
        );
        assert_eq!(parts(&format!("a@{digest}")), Some(("a", None, true)));
        assert_eq!(parts("a@sha256:0123"), None);
    }

    #[test]
    fn what_the_grammar_does_not_know_is_no_reference() {
        for image in [
            "",
            " ",
            "<image>",
            "$IMAGE",
            "NGINX",
            "nginx:",
            "a//b",
            "/a",
            "a/",
            "a b",
            "-a",
            "a___b",
            "ko://x/y",
            "nginx\u{1b}[31m",
        ] {
            assert_eq!(parts(image), None, "{image}");
        }
        assert!(parts("LOCALHOST/app").is_some() && parts("Team/app").is_some());
    }
}
