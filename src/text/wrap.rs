//! Fills lines of prose.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

use textwrap::{Options, WordSeparator, WordSplitter};

/// An address is never broken: it could not be followed any more.
const ADDRESS: &str = "://";

/// Code in backticks up to this many bytes stays on one line.
const SHORT_CODE: usize = 64;

/// Stands for a space at which a line must not be broken.
pub(crate) const TIED: &str = "\u{a0}";

/// Text in lines of at most `width` cells, broken at spaces: rule ids and flags keep their hyphens.
pub(crate) fn lines(text: &str, width: usize) -> Vec<String> {
    hanging(text, width, "", "")
}

/// Like [`lines`], with `first` before the first line and `rest` before the others.
pub(crate) fn hanging(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    // Most texts are short and have nothing to be wrapped.
    if !text.is_empty() && first.len() + text.len() <= width && text.is_ascii() && !text.contains('\n') {
        return vec![format!("{first}{}", text.trim_end_matches(' '))];
    }
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(!text.contains(ADDRESS))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(&tie_units(&tie_code(text)), options).into_iter().map(untied).collect()
}

/// How many cells a text takes.
pub(crate) fn width(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// Text in one line of at most `width` cells: what does not fit gives way to `ellipsis`.
pub(crate) fn cut(text: &str, width: usize, ellipsis: &str) -> String {
    if self::width(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(self::width(ellipsis));
    let mut at = 0;
    let fits = |c: &char| {
        at += c.width().unwrap_or(0);
        at <= room
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}{ellipsis}", kept.trim_end())
}

/// A sentence that fits into a line of `width` cells, or else as many of its clauses as do; its first clause where
/// that alone is wider. What is left out is never a part of a clause.
pub(crate) fn beginning(sentence: &str, width: usize) -> Cow<'_, str> {
    if self::width(sentence) <= width {
        return Cow::Borrowed(sentence);
    }
    let clauses = clauses(sentence);
    // The full stop takes a cell.
    let fitting = clauses.iter().rev().find(|clause| self::width(clause) < width);
    match fitting.or(clauses.first()) {
        Some(clause) => Cow::Owned(format!("{clause}.")),
        None => Cow::Borrowed(sentence),
    }
}

/// What stands before each colon and semicolon of a sentence, with and without the aside in front of it. A few words
/// say nothing, and what is in code or in an aside is no clause.
fn clauses(sentence: &str) -> Vec<&str> {
    const LEAST: usize = 20;
    let mut ends = Vec::new();
    let (mut in_code, mut depth, mut last) = (false, 0_usize, ' ');
    // Where the aside begins that was read last, and where it ends.
    let (mut begins, mut aside) = (0, 0..0);
    for (at, c) in sentence.char_indices() {
        match c {
            '`' => in_code = !in_code,
            _ if in_code => {}
            '(' => {
                if depth == 0 {
                    begins = at;
                }
                depth += 1;
            }
            ')' => {
                depth = depth.saturating_sub(1);
                aside = begins..at + 1;
            }
            ' ' if depth == 0 && matches!(last, ';' | ':') => {
                let end = at - 1;
                if aside.end == end {
                    ends.push(aside.start);
                }
                ends.push(end);
            }
            _ => {}
        }
        last = c;
    }
    let before = ends.into_iter().filter_map(|end| sentence.get(..end)).map(str::trim_end);
    before.filter(|clause| width(clause) >= LEAST).collect()
}

fn untied(line: Cow<'_, str>) -> String {
    if line.contains(TIED) { line.replace(TIED, " ") } else { line.into_owned() }
}

/// The text with short code in backticks held together.
fn tie_code(text: &str) -> Cow<'_, str> {
    if !text.contains('`') {
        return Cow::Borrowed(text);
    }
    let parts: Vec<&str> = text.split('`').collect();
    let tied = parts.iter().enumerate().map(|(at, part)| {
        let code = at % 2 == 1 && at + 1 < parts.len() && part.len() <= SHORT_CODE;
        if code { part.replace(' ', TIED) } else { (*part).to_owned() }
    });
    Cow::Owned(tied.collect::<Vec<_>>().join("`"))
}

/// The text with numbers and their unit held together: `45 s`.
fn tie_units(text: &str) -> Cow<'_, str> {
    const UNIT: &str = " s";
    let is_unit = |at: usize| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        let after = text.get(at + UNIT.len()..).and_then(|text| text.chars().next());
        before.is_some_and(|c| c.is_ascii_digit()) && after.is_none_or(|c| !c.is_alphanumeric())
    };
    let units: Vec<usize> = text.match_indices(UNIT).map(|(at, _)| at).filter(|at| is_unit(*at)).collect();
    if units.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut tied = String::with_capacity(text.len() + units.len());
    let mut from = 0;
    for at in units {
        tied.push_str(text.get(from..at).unwrap_or_default());
        tied.push_str(TIED);
        from = at + 1;
    }
    tied.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(tied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_unit() {
        assert_eq!(lines("takes at least 45 s, and", 17), ["takes at least", "45 s, and"]);
        assert_eq!(lines("there were 45 sidecars", 14), ["there were 45", "sidecars"]);
        assert_eq!(lines("it takes 30 s", 12), ["it takes", "30 s"]);
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_at_its_end() {
        assert_eq!(cut("as it is", 8, "…"), "as it is");
        assert_eq!(cut("some words", 6, "…"), "some…");
        assert_eq!(cut("名前名前", 6, "…"), "名前…");
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

    #[test]
    fn a_sentence_that_is_too_long_ends_with_a_whole_clause() {
        assert_eq!(beginning("It fits.", 8), "It fits.");
        let two = "Without one it counts as ready: Services send it requests; some are lost.";
        assert_eq!(beginning(two, 40), "Without one it counts as ready.");
        assert_eq!(beginning(two, 60), "Without one it counts as ready: Services send it requests.");
        assert_eq!(beginning(two, 15), "Without one it counts as ready.");
        let aside = "Every start asks anew (a policy; of `x: y`): two can differ.";
        assert_eq!(beginning(aside, 40), "Every start asks anew.");
        assert_eq!(beginning(aside, 50), "Every start asks anew (a policy; of `x: y`).");
        let few = "No: of what follows nothing is left out.";
        assert_eq!(beginning(few, 20), few);
    }
}
