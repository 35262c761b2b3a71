//! Fills lines of prose.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter};

/// An address is never broken: it could not be followed any more.
const ADDRESS: &str = "://";

/// Code in backticks up to this many bytes stays on one line.
const SHORT_CODE: usize = 40;

/// Stands for a space at which a line must not be broken.
pub(in crate::report) const TIED: &str = "\u{a0}";

/// Text in lines of at most `width` cells, broken at spaces: rule ids and flags keep their hyphens.
pub(in crate::report) fn lines(text: &str, width: usize) -> Vec<String> {
    hanging(text, width, "", "")
}

/// Like [`lines`], with `first` before the first line and `rest` before the others.
pub(in crate::report) fn hanging(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    // Most texts are short and have nothing to be wrapped.
    if !text.is_empty() && first.len() + text.len() <= width && text.is_ascii() && !text.contains('\n') {
        return vec![format!("{first}{}", text.trim_end_matches(' '))];
    }
    let options = options(width, first, rest).break_words(!text.contains(ADDRESS));
    textwrap::wrap(&tie_code(text, SHORT_CODE), options).into_iter().map(untied).collect()
}

/// Like [`hanging`], with all code in one piece, however long: it is there to be copied.
pub(in crate::report) fn with_commands(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let options = options(width, first, rest).break_words(false);
    textwrap::wrap(&tie_code(text, usize::MAX), options).into_iter().map(untied).collect()
}

fn options<'a>(width: usize, first: &'a str, rest: &'a str) -> Options<'a> {
    Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

fn untied(line: Cow<'_, str>) -> String {
    if line.contains(TIED) { line.replace(TIED, " ") } else { line.into_owned() }
}

/// The text with code in backticks held together, up to `longest` bytes of it.
fn tie_code(text: &str, longest: usize) -> Cow<'_, str> {
    if !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text.split('`').collect();
    let tied = parts.iter().enumerate().map(|(at, part)| {
        let code = at % 2 == 1 && at + 1 < parts.len() && part.len() <= longest;
        if code { part.replace(' ', TIED) } else { (*part).to_owned() }
    });
    Cow::Owned(tied.collect::<Vec<_>>().join("`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_stays_on_one_line() {
        let text = "To lint it: `tool -k 'a long'/path/to/an/overlay/somewhere-far-below-the-repository`";
        assert_eq!(
            with_commands(text, 20, "hint: ", "  "),
            [
                "hint: To lint it:",
                "  `tool -k 'a long'/path/to/an/overlay/somewhere-far-below-the-repository`"
            ]
        );
    }

    #[test]
    fn short_code_and_addresses_stay_whole() {
        assert_eq!(lines("a word, then `ln -s a b` and", 20), ["a word, then", "`ln -s a b` and"]);
        assert_eq!(
            lines("see https://kubernetes.io/docs/ now", 10),
            ["see", "https://kubernetes.io/docs/", "now"]
        );
    }

    #[test]
    fn long_words_are_broken_and_hyphens_are_not() {
        assert_eq!(lines("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"]);
        assert_eq!(lines("a latest-tag b", 9), ["a", "latest-ta", "g b"]);
        assert_eq!(lines("one latest-tag", 10), ["one", "latest-tag"]);
        assert_eq!(lines("an odd ` backtick", 9), ["an odd `", "backtick"]);
    }
}
