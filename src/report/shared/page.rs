//! What the pages for a browser share: their style sheet, their script, and what those are allowed.
//!
//! The page is shown as it was written, whatever stands in a manifest: the templates escape, and the policy
//! lets a browser run and apply nothing but what has the digest that stands in it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::Hash;

use super::svg;
use super::svg::colors::{BACK, Color, DIM, FILLS, GRID, TEXT};
use crate::text::escape;

/// What is in the head of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// The value of its Content-Security-Policy.
    pub(crate) policy: String,
    /// Its style sheet.
    pub(crate) style: String,
    /// Its script.
    pub(crate) script: &'static str,
}

const SHEET: &str = include_str!("../../../templates/page.css");
const SCRIPT: &str = include_str!("../../../templates/page.js");

impl Frame {
    /// The head of every page.
    pub(crate) fn new() -> Self {
        // The page holds them between line breaks, which count for the digest.
        let style = format!("\n{}{}{SHEET}", variables(), svg::style_sheet());
        let policy = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            digest(&style),
            digest(SCRIPT)
        );
        Self { policy, style, script: SCRIPT }
    }
}

/// The digest of what stands between two tags, as a policy names it.
fn digest(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Hash::hash(text.as_bytes())))
}

/// The colours as variables of the style sheet.
fn variables() -> String {
    let all = || [BACK, TEXT, DIM, GRID].into_iter().chain(FILLS);
    let set = |of: fn(Color) -> &'static str| -> String {
        all().map(|color| format!("--{}:{};", color.name, of(color))).collect()
    };
    format!(
        "html{{{}}}\n@media screen and (prefers-color-scheme:dark){{html{{{}}}}}\n",
        set(|color| color.light),
        set(|color| color.dark)
    )
}

/// Words, and those of them that are code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Prose(pub(crate) Vec<Words>);

/// Some words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// They are a name, a value, a command.
    pub(crate) is_code: bool,
    /// On one line.
    pub(crate) text: String,
}

impl Prose {
    /// A sentence; what stands in backticks is code.
    pub(crate) fn of(text: &str) -> Self {
        let text = escape::line(text);
        let parts: Vec<&str> = text.split('`').collect();
        let words = parts.iter().enumerate().map(|(at, part)| {
            let is_quoted = at % 2 == 1;
            // A backtick without a partner quotes nothing.
            let is_code = is_quoted && at + 1 < parts.len();
            let text = if is_quoted && !is_code { format!("`{part}") } else { (*part).to_owned() };
            Words { is_code, text }
        });
        Self(words.filter(|words| !words.text.is_empty()).collect())
    }

    /// There are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_make_code_and_an_odd_one_is_a_sign() {
        let code = |text: &str| Words { is_code: true, text: text.into() };
        let plain = |text: &str| Words { is_code: false, text: text.into() };
        assert_eq!(Prose::of("image `a` moves").0, [plain("image "), code("a"), plain(" moves")]);
        assert_eq!(Prose::of("an odd ` sign").0, [plain("an odd "), plain("` sign")]);
        assert!(Prose::of("").is_empty());
    }

    #[test]
    fn a_digest_is_that_of_a_browser() {
        // The example of the specification of Content Security Policy, level 3.
        assert_eq!(
            digest("alert('Hello, world.');"),
            "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
        );
    }

    #[test]
    fn neither_the_style_sheet_nor_the_script_holds_what_a_ci_system_would_take_for_a_command() {
        let frame = Frame::new();
        for text in [frame.style.as_str(), frame.script] {
            assert!(!text.contains("##") && !text.contains("</"), "{text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with(':')));
        }
    }
}
