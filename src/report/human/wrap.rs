//! Fills lines of prose.

use textwrap::{Options, WordSeparator, WordSplitter};

/// Text in lines of at most `width` cells, broken at spaces: rule ids and flags keep their hyphens.
pub(in crate::report) fn lines(text: &str, width: usize) -> Vec<String> {
    hanging(text, width, "", "")
}

/// Like [`lines`], with `first` before the first line and `rest` before the others.
pub(in crate::report) fn hanging(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}
