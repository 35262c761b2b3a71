//! Text inside a Markdown page that stays what it is: no link, no mention, no HTML, no new line.
//!
//! GitHub and GitLab look for mentions, issues and emoji everywhere but in code. So what is no plain
//! prose is written as code: in backticks where that is safe, else in HTML with every sign spelled.

use crate::text::escape;

/// A sentence: what stands in backticks becomes code, and so does what is no plain prose.
pub(crate) fn prose(text: &str) -> String {
    let text = escape::line(text);
    let mut out = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    for (at, part) in parts.iter().enumerate() {
        let is_quoted = at % 2 == 1;
        if is_quoted && at + 1 < parts.len() {
            out.push_str(&code(part));
        } else {
            // A backtick without a partner.
            out.push_str(if is_quoted { "<code>&#96;</code>" } else { "" });
            plain(part, &mut out);
        }
    }
    out
}

/// Words as they are, and those that could mean something as code.
fn plain(text: &str, out: &mut String) {
    for word in text.split_inclusive(' ') {
        let (word, space) = word.strip_suffix(' ').map_or((word, ""), |word| (word, " "));
        if word.is_empty() || is_prose(word) {
            out.push_str(word);
        } else {
            out.push_str(&code(word));
        }
        out.push_str(space);
    }
}

/// Nothing in the word means anything in Markdown, HTML, or to GitHub and GitLab.
fn is_prose(word: &str) -> bool {
    const SIGNS: &str = ".,;:'\"()/-=%?+…";
    let is_harmless = |c: char| c.is_alphanumeric() || SIGNS.contains(c);
    word.chars().all(is_harmless) && !word.contains("://") && !word.to_ascii_lowercase().contains("www.")
}

/// Text as code, on one line.
pub(crate) fn code(text: &str) -> String {
    let text = escape::line(text);
    if text.is_empty() {
        return String::new();
    }
    if is_simple(&text) { format!("`{text}`") } else { format!("<code>{}</code>", spelled(&text)) }
}

/// It can stand in backticks, also in a table.
fn is_simple(text: &str) -> bool {
    let is_fine = |c: char| !matches!(c, '`' | '|' | '\\' | '<' | '>' | '&' | '@' | '#' | '!');
    text.chars().all(is_fine) && text.trim() == text && !text.contains("](") && !text.contains("://")
}

/// Every sign that could mean anything as a reference.
fn spelled(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        let is_plain = match c {
            'w' | 'W' => !matches!(after, 'w' | 'W'),
            '_' => before.is_alphanumeric() && after.is_alphanumeric(),
            ':' => after != '/',
            ' ' | '-' | '.' | ',' | '/' | ';' | '=' | '?' | '%' | '+' => true,
            c => !c.is_ascii_punctuation(),
        };
        if is_plain {
            out.push(c)
        } else {
            out.push_str(&format!("&#{};", u32::from(c)))
        }
        before = c;
    }
    out
}

/// A block of code that no line in it can end.
pub(crate) fn fenced(code: &str, language: &str) -> String {
    let code = escape::block(code);
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{code}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_backticks_are_code() {
        assert_eq!(prose("image `nginx` has no tag"), "image `nginx` has no tag");
        assert_eq!(code("k8s/web.yaml:12"), "`k8s/web.yaml:12`");
        assert_eq!(prose("`containers[0].image` (5 s)"), "`containers[0].image` (5 s)");
    }

    #[test]
    fn what_could_mean_anything_is_spelled() {
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("<script>"), "<code>&#60;script&#62;</code>");
        assert_eq!(code("@everyone"), "<code>&#64;everyone</code>");
        assert_eq!(code("a`b\\c"), "<code>a&#96;b&#92;c</code>");
        assert_eq!(code("https://evil.example"), "<code>https&#58;//evil.example</code>");
        assert_eq!(code("www.evil.example #1"), "<code>&#119;&#119;w.evil.example &#35;1</code>");
    }

    #[test]
    fn words_that_mean_something_are_code_outside_of_backticks_too() {
        assert_eq!(prose("a ` @everyone ` b"), "a <code> &#64;everyone </code> b");
        assert_eq!(prose("a @everyone #1 b"), "a <code>&#64;everyone</code> <code>&#35;1</code> b");
        assert_eq!(prose("an odd ` backtick *b*"), "an odd <code>&#96;</code> backtick `*b*`");
        assert_eq!(prose("a\n# b"), "<code>a&#92;n&#35;</code> b");
    }
}
