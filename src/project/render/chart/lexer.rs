//! The text of a Go template as literal text and actions, with what trim markers take away taken away.

use crate::text::Span;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
/// What a trim marker takes away, as `text/template` has it.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// A part of a template, in bytes of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// Text that is written as it stands; never empty.
    Text(Span),
    /// An action.
    Action {
        /// With its braces.
        span: Span,
        /// What stands between them, without trim markers.
        inner: Span,
    },
}

/// Parts a template. Comments leave no token; an action that does not end is text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut trims = false;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(OPEN)) {
        let open = at + found;
        let Some(action) = action(text, open) else { break };
        literal(text, Span::new(at, open), (trims, action.trims_before), &mut tokens);
        if !action.is_comment {
            tokens.push(Token::Action { span: action.span, inner: action.inner });
        }
        (at, trims) = (action.span.end, action.trims_after);
    }
    literal(text, Span::new(at, text.len()), (trims, false), &mut tokens);
    tokens
}

fn literal(text: &str, span: Span, (trims_start, trims_end): (bool, bool), tokens: &mut Vec<Token>) {
    let Span { mut start, mut end } = span;
    let written = text.get(start..end).unwrap_or_default();
    if trims_start {
        start += written.len() - written.trim_start_matches(BLANKS).len();
    }
    if trims_end && start < end {
        end -= written.len() - written.trim_end_matches(BLANKS).len();
    }
    if start < end {
        tokens.push(Token::Text(Span::new(start, end)));
    }
}

struct Action {
    span: Span,
    inner: Span,
    trims_before: bool,
    trims_after: bool,
    is_comment: bool,
}

/// The action whose braces open at a byte; `None` if it does not end.
fn action(text: &str, open: usize) -> Option<Action> {
    let mut start = open + OPEN.len();
    let rest = text.get(start..)?;
    let trims_before = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(BLANKS));
    start += usize::from(trims_before);
    let rest = text.get(start..)?;
    let blank = rest.len() - rest.trim_start_matches(BLANKS).len();
    let is_comment = rest.get(blank..)?.starts_with("/*");
    let close = match is_comment {
        true => {
            let comment = start + blank + rest.get(blank..)?.find("*/")? + 2;
            comment + text.get(comment..)?.find(CLOSE)?
        }
        false => start + end_of_action(rest)?,
    };
    let inner = text.get(start..close)?;
    let trims_after = inner.strip_suffix('-').is_some_and(|inner| inner.ends_with(BLANKS));
    let inner = Span::new(start, close - usize::from(trims_after));
    Some(Action { span: Span::new(open, close + CLOSE.len()), inner, trims_before, trims_after, is_comment })
}

/// Where the braces close, past strings that hold some.
fn end_of_action(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some('"' | '\''), '\\') => is_escaped = true,
            (Some(open), c) if c == open => quote = None,
            (Some('"' | '\''), '\n') => return None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '}') if text.get(at..)?.starts_with(CLOSE) => return Some(at),
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        let shown = |token: Token| match token {
            Token::Text(span) => text.get(span.range()).unwrap_or_default(),
            Token::Action { inner, .. } => text.get(inner.range()).unwrap_or_default().trim(),
        };
        tokens(text).into_iter().map(shown).collect()
    }

    #[test]
    fn trim_markers_take_blanks_away_and_hyphens_of_numbers_do_not() {
        assert_eq!(shown("a:\n  {{- x }}\nb"), ["a:", "x", "\nb"]);
        assert_eq!(shown("a {{ x -}} \n b"), ["a ", "x", "b"]);
        assert_eq!(shown("a {{-3 }} b"), ["a ", "-3", " b"]);
        assert_eq!(shown("a {{- x -}} {{- y }}"), ["a", "x", "y"]);
    }

    #[test]
    fn braces_in_strings_and_comments_end_nothing() {
        assert_eq!(shown(r#"{{ "}}" }}b"#), [r#""}}""#, "b"]);
        assert_eq!(shown(r#"{{ "\"}}" }}b"#), [r#""\"}}""#, "b"]);
        assert_eq!(shown("{{ `}}\n` }}b"), ["`}}\n`", "b"]);
        assert_eq!(shown("a\n{{- /* }} {{ \" */ -}}\nb"), ["a", "b"]);
    }

    #[test]
    fn what_does_not_end_is_text() {
        assert_eq!(shown("a {{ x"), ["a {{ x"]);
        assert_eq!(shown("a {{ \"}}\n"), ["a {{ \"}}\n"]);
        assert_eq!(shown("{{/* "), ["{{/* "]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_stand_in_order_and_inside(text in "[-{}a\"`'\\\\/* \n名]{0,40}") {
            let mut end = 0;
            for token in tokens(&text) {
                let (Token::Text(span) | Token::Action { span, .. }) = token;
                proptest::prop_assert!(end <= span.start && span.start < span.end && span.end <= text.len());
                proptest::prop_assert!(text.get(span.range()).is_some());
                end = span.end;
            }
        }
    }
}
