//! Values that a tool fills in before the manifest is applied: what they hide is not judged.

use std::ops::Range;

/// What placeholders begin and end with, where anything may stand between.
const WRAPS: [(&str, &str); 8] = [
    ("${", "}"),
    ("$(", ")"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("[[", "]]"),
    ("%(", ")"),
    ("#{", "}"),
];

/// What may stand behind one that begins so and belongs to it: the task of Azure Pipelines that replaces tokens writes
/// `#{IMAGE}#`, and Octopus Deploy `#{IMAGE}`.
const TAILS: [(&str, &str); 1] = [("#{", "#")];

/// What placeholders begin and end with, where a name stands between: `<port>`, `@PORT@`, `%PORT%`.
const SIGNS: [(char, char); 3] = [('<', '>'), ('@', '@'), ('%', '%')];

/// Text that stands for another without a name: what Bazel and others put between two signs, what sops has encrypted,
/// and what Helm 2 called a release that has no name.
const MARKS: [&str; 3] = ["@@", "ENC[", "RELEASE-NAME"];

/// A part of the text is to be filled in: `${IMAGE}`, `$(TAG)`, `{{ .Values.x }}`, `<port>`.
pub(crate) fn has_placeholder(text: &str) -> bool {
    next(text, 0).is_some()
}

/// The same for a word that no shell reads any more: what begins with a dollar sign is no placeholder there, but a
/// mistake.
pub(crate) fn is_filled_in(word: &str) -> bool {
    let mut from = 0;
    while let Some(range) = next(word, from) {
        if !word.get(range.clone()).is_some_and(|one| one.starts_with('$')) {
            return true;
        }
        from = range.end;
    }
    false
}

/// A part of a value is to be filled in, or the whole of it, as envsubst does: `$REPLICAS`.
pub(crate) fn hides(value: &str) -> bool {
    has_placeholder(value) || is_variable(value)
}

/// The name of a variable in capitals behind a dollar sign, and nothing else.
fn is_variable(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A name that instructions tell their reader to replace: `PROJECT_ID`, `PORT`. Only where no such name could stand, since
/// there are programs that are called so.
pub(crate) fn is_shouted(name: &str) -> bool {
    const WORDS: [&str; 8] = ["HOST", "IMAGE", "NAME", "NAMESPACE", "PORT", "REPLICAS", "TAG", "VERSION"];
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    WORDS.contains(&name) || (name.contains('_') && name.split('_').all(is_word))
}

/// The text with every placeholder made letters, so that what is literal can be read. Every byte keeps its
/// place.
pub(crate) fn masked(text: &str) -> (String, Vec<Range<usize>>) {
    let mut masked = text.to_owned();
    let mut hidden = Vec::new();
    let mut from = 0;
    while let Some(range) = next(text, from) {
        from = range.end;
        masked.replace_range(range.clone(), &"x".repeat(range.len()));
        hidden.push(range);
    }
    (masked, hidden)
}

/// The first placeholder from a byte on; one without its end hides the rest.
fn next(text: &str, from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..)?;
    let wrapped = WRAPS.iter().filter_map(|(begin, end)| {
        let start = from + rest.find(begin)?;
        let behind = text.get(start + begin.len()..)?;
        let length = behind.find(end).map_or(behind.len(), |at| at + end.len());
        let tail = TAILS.iter().find(|(of, tail)| {
            of == begin && behind.get(length..).is_some_and(|rest| rest.starts_with(tail))
        });
        let length = length + tail.map_or(0, |(_, tail)| tail.len());
        Some(start..start + begin.len() + length)
    });
    let marked = MARKS.iter().filter_map(|mark| Some(from + rest.find(mark)?..text.len()));
    let signed = SIGNS.iter().filter_map(|(begin, end)| signed(text, from, *begin, *end));
    wrapped.chain(marked).chain(signed).min_by_key(|range| (range.start, std::cmp::Reverse(range.end)))
}

/// A name between two signs.
fn signed(text: &str, from: usize, begin: char, end: char) -> Option<Range<usize>> {
    let mut start = from + text.get(from..)?.find(begin)?;
    loop {
        let behind = text.get(start + 1..)?;
        let length = behind.find(|c: char| !is_of_name(c, begin)).unwrap_or(behind.len());
        let name = behind.get(..length).unwrap_or_default();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_name && behind.get(length..).is_some_and(|rest| rest.starts_with(end)) {
            return Some(start..start + 1 + length + 1);
        }
        start += 1 + behind.find(begin)?;
    }
}

/// People write sentences between angle brackets.
fn is_of_name(c: char, begin: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') || (begin == '<' && c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_a_placeholder() {
        for text in [
            "${PORT}",
            "$(PORT)",
            "{{ .Values.port }}",
            "<port>",
            "<your port>",
            "@PORT@",
            "@project.version@",
            "%PORT%",
            "a-${B}-c",
            "{% port %}",
            "[[ port ]]",
            "%(port)s",
            "#{Build.BuildId}#",
            "#{port}",
            "@@PORT@@",
            "ENC[AES256_GCM,data:x]",
            "${unclosed",
        ] {
            assert!(has_placeholder(text), "{text}");
        }
    }

    #[test]
    fn signs_in_ordinary_text_are_none() {
        for text in [
            "http",
            "a@sha256:0",
            "a < b > c",
            "50%",
            "50%-60%",
            "<",
            "<>",
            "a@b",
            "$PORT",
            "a, b",
            "#",
            "a#b",
        ] {
            assert!(!has_placeholder(text), "{text}");
        }
    }

    #[test]
    fn a_dollar_sign_that_no_shell_reads_stands_for_itself() {
        for word in ["<seconds>", "@SECONDS@", "{{ drain }}", "%DRAIN%", "${A}@B@"] {
            assert!(is_filled_in(word), "{word}");
        }
        for word in ["${SECONDS}", "$(SECONDS)", "5", "a@b"] {
            assert!(!is_filled_in(word), "{word}");
        }
        assert!(hides("$REPLICAS") && hides("${a}") && !hides("$a") && !hides("US$") && !hides("$"));
    }

    #[test]
    fn what_is_hidden_becomes_letters() {
        assert_eq!(masked("${A}/b:<c>"), ("xxxx/b:xxx".to_owned(), vec![0..4, 7..10]));
        assert_eq!(masked("{{ printf \"${a}\" }}é").0, format!("{}é", "x".repeat(19)));
        assert_eq!(masked("a:#{B}#-<c>"), ("a:xxxxx-xxx".to_owned(), vec![2..7, 8..11]));
        assert_eq!(masked("#{A}/b").0, "xxxx/b");
        assert_eq!(masked("a:1"), ("a:1".to_owned(), vec![]));
    }
}
