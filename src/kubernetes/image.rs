//! Image references: registry, path, tag and digest, and what is wrong with what is none.
//!
//! The grammar is that of the distribution project, by whose library the kubelet decides whether a name can be
//! pulled at all (`ParseImageName` in pkg/util/parsers). It is parsed by hand: the libraries that do it
//! compile a regular expression of it at every start, which takes longer than linting a file.
//! `testdata/_images/references.tsv` holds what that library says.

use strum::{IntoStaticStr, VariantNames};

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

/// What makes a text no reference; what is named first is looked for first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Fault {
    /// Blanks or line ends before or behind it.
    OuterBlanks,
    /// Blanks within.
    InnerBlanks,
    /// It is an address with a scheme, as for a browser.
    Scheme,
    /// It ends in the colon of a tag.
    EmptyTag,
    /// It ends in the sign of a digest.
    EmptyDigest,
    /// It is the name of an image on one machine: 64 hexadecimal digits.
    Identifier,
    /// A slash at its beginning or end, or two in a row.
    EmptyPart,
    /// The name has capital letters behind its registry.
    Capitals,
    /// What follows the colon cannot be a tag.
    Tag,
    /// What follows `@` is not an algorithm and as many digits as it makes.
    Digest,
    /// The name is too long.
    TooLong,
    /// The name has characters, or joints of them, that none has.
    Name,
}

/// The most characters a tag has.
pub(crate) const MAX_TAG: usize = 128;

/// The most characters of the path behind the registry.
pub(crate) const MAX_PATH: usize = 255;

/// What the path of an official image of Docker Hub begins with, though nobody writes it.
const OFFICIAL: &str = "library/";

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
            && reference.digest.is_none_or(is_digest)
            && !is_identifier(image)
            && path_length(reference.repository) <= MAX_PATH;
        is_good.then_some(reference)
    }
}

/// Why a text is no reference; `None` of one that is.
pub(crate) fn fault(image: &str) -> Option<Fault> {
    if Reference::parse(image).is_some() {
        return None;
    }
    let Reference { repository, tag, digest } = Reference::split(image);
    let path = split_registry(repository).1;
    Some(match image {
        _ if image.trim() != image => Fault::OuterBlanks,
        _ if image.contains(char::is_whitespace) => Fault::InnerBlanks,
        _ if image.contains("://") => Fault::Scheme,
        _ if tag == Some("") => Fault::EmptyTag,
        _ if digest == Some("") => Fault::EmptyDigest,
        _ if is_identifier(image) => Fault::Identifier,
        _ if repository.split('/').any(str::is_empty) => Fault::EmptyPart,
        _ if path.chars().any(char::is_uppercase) && is_repository(&repository.to_lowercase()) => {
            Fault::Capitals
        }
        _ if !is_repository(repository) => Fault::Name,
        _ if tag.is_some_and(|tag| !is_tag(tag)) => Fault::Tag,
        _ if digest.is_some_and(|digest| !is_digest(digest)) => Fault::Digest,
        _ => Fault::TooLong,
    })
}

/// The registry, if the first part is one, and the path: where nothing tells, it is a part of the path at Docker Hub.
pub(crate) fn split_registry(repository: &str) -> (Option<&str>, &str) {
    match repository.split_once('/') {
        Some((first, rest))
            if first == "localhost"
                || first.contains(['.', ':'])
                || first.chars().any(char::is_uppercase) =>
        {
            (Some(first), rest)
        }
        _ => (None, repository),
    }
}

fn path_length(repository: &str) -> usize {
    let (registry, path) = split_registry(repository);
    let is_hub = registry.is_none_or(|registry| matches!(registry, "docker.io" | "index.docker.io"));
    path.len() + if is_hub && !path.contains('/') { OFFICIAL.len() } else { 0 }
}

fn is_identifier(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
        let is_address =
            !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        return is_address && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
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

/// The algorithms that are known, with how many hexadecimal digits each makes.
const ALGORITHMS: &[(&str, usize)] = &[("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// An algorithm that is known, and as many small hexadecimal digits as it makes.
fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, digits)| {
        ALGORITHMS.contains(&(algorithm, digits.len()))
            && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
    fn each_text_is_taken_as_the_library_of_the_kubelet_takes_it() {
        let answers = include_str!("../../testdata/_images/references.tsv");
        let mut asked = 0;
        for line in answers.lines().filter(|line| !line.starts_with('#')) {
            let (answer, image) = line.split_once('\t').unwrap_or_default();
            let image: String = serde_json::from_str(image).unwrap_or_default();
            let told = Reference::parse(&image).is_some();
            assert_eq!(told, answer == "ok", "{image:?}");
            asked += 1;
        }
        assert!(asked > 300, "{asked}");
    }

    #[test]
    fn what_is_no_reference_is_told_apart() {
        let digits = "0123456789abcdef".repeat(4);
        for (image, expected) in [
            (" nginx", Fault::OuterBlanks),
            ("nginx:1.27\n", Fault::OuterBlanks),
            ("", Fault::EmptyPart),
            ("a b", Fault::InnerBlanks),
            ("https://registry.example.com/shop:1", Fault::Scheme),
            ("alpine:", Fault::EmptyTag),
            ("registry:5000/shop:", Fault::EmptyTag),
            ("alpine@", Fault::EmptyDigest),
            (&digits, Fault::Identifier),
            ("/a", Fault::EmptyPart),
            ("a/", Fault::EmptyPart),
            ("a//b:1", Fault::EmptyPart),
            ("NGINX", Fault::Capitals),
            ("shop/Web:1", Fault::Capitals),
            ("registry.example.com/shop/Web:1", Fault::Capitals),
            ("-a", Fault::Name),
            ("a___b", Fault::Name),
            ("a:b:c", Fault::Name),
            ("nginx\u{1b}[31m", Fault::Name),
            ("a:.1", Fault::Tag),
            ("a:1+2", Fault::Tag),
            ("a@sha256:0123", Fault::Digest),
            (&format!("a@sha256:{}", digits.to_uppercase()), Fault::Digest),
            (&"a".repeat(250), Fault::TooLong),
        ] {
            assert_eq!(fault(image), Some(expected), "{image:?}");
        }
        assert_eq!(fault("LOCALHOST/app"), None);
        assert_eq!(fault("Team/app"), None);
    }
}
