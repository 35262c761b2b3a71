//! Makes text from a manifest safe to show: what could move the cursor, change colours, reorder or
//! hide characters is shown as a visible escape, such as `\u{1b}`.

use std::borrow::Cow;

/// Ranges of characters that a terminal acts on, reorders by, or shows as nothing. The control
/// characters (C0, DEL, C1) are not among them: `char::is_control` knows those.
const TREACHEROUS: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),       // soft hyphen
    ('\u{34f}', '\u{34f}'),     // combining grapheme joiner
    ('\u{61c}', '\u{61c}'),     // Arabic letter mark (bidi)
    ('\u{115f}', '\u{1160}'),   // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),   // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),   // Mongolian selectors and vowel separator
    ('\u{200b}', '\u{200f}'),   // zero-width space and joiners, direction marks
    ('\u{2028}', '\u{202e}'),   // line and paragraph separators, bidi embeddings and overrides
    ('\u{2060}', '\u{206f}'),   // word joiner, invisible operators, bidi isolates
    ('\u{3164}', '\u{3164}'),   // Hangul filler
    ('\u{fe00}', '\u{fe0f}'),   // variation selectors
    ('\u{feff}', '\u{feff}'),   // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),   // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),   // interlinear annotation
    ('\u{fffe}', '\u{ffff}'),   // no characters, and forbidden in XML
    ('\u{1d173}', '\u{1d17a}'), // musical format controls
    ('\u{e0000}', '\u{e0fff}'), // tags, further variation selectors
];

/// The longest text that is shown whole, in characters: a longer name is an attack or an accident.
const LONGEST: usize = 4000;

/// Whether a character must not reach a terminal as it is.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control() || (c >= '\u{ad}' && TREACHEROUS.iter().any(|(first, last)| (*first..=*last).contains(&c)))
}

/// Appends `c` to `out`, escaped if it is unsafe.
pub(crate) fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_unsafe(c) => out.extend(c.escape_unicode()),
        c => out.push(c),
    }
}

/// Text for one line: line breaks are escaped too, and what is endless is cut.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    let is_plain = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if text.len() <= LONGEST && (is_plain(text) || !text.chars().any(is_unsafe)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    let mut rest = text.chars();
    rest.by_ref().take(LONGEST).for_each(|c| push(&mut shown, c));
    if rest.next().is_some() {
        shown.push('…');
    }
    Cow::Owned(shown)
}

/// Text of several lines, to be shown exactly: line breaks and tabs stay.
pub(crate) fn block(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c => push(&mut shown, c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_command_is_shown_and_not_obeyed() {
        assert_eq!(line("\u{1b}[31mred\u{7}"), "\\u{1b}[31mred\\u{7}");
        assert_eq!(line("\u{9b}31m \u{7f} \0"), "\\u{9b}31m \\u{7f} \\u{0}");
    }

    #[test]
    fn reordering_and_hidden_characters_are_visible() {
        assert_eq!(
            line("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{ad}"),
            r"a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{ad}"
        );
        assert_eq!(line("\u{e0041}\u{2028}"), r"\u{e0041}\u{2028}");
    }

    #[test]
    fn ordinary_text_of_any_script_is_left_alone() {
        for text in ["nginx:1.27", "größe", "名前", "שלום", "🙂", "e\u{301}", ""] {
            assert_eq!(line(text), text);
            assert!(matches!(line(text), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn line_breaks_are_escaped_in_a_line_and_kept_in_a_block() {
        assert_eq!(line("a\r\n\tb"), "a\\r\\n\\tb");
        assert_eq!(block("a\r\n\tb"), "a\\r\n\tb");
        assert_eq!(block("a\n  b: \u{1b}"), "a\n  b: \\u{1b}");
    }

    #[test]
    fn an_endless_name_is_cut() {
        assert_eq!(line(&"x".repeat(100_000)).chars().count(), LONGEST + 1);
        assert_eq!(line(&"x".repeat(LONGEST)).chars().count(), LONGEST);
    }
}
