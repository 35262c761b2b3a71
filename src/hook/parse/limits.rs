//! What is refused before the shell parser sees it: it recurses, and on some nestings it tries
//! every way of reading, which doubles the work with each level.

use super::ParseError;

/// The largest script that is read, in bytes; real hooks stay below a few kilobytes.
const LARGEST: usize = 256 * 1024;
/// The deepest nesting of parentheses, braces and compound commands.
const DEEPEST: usize = 60;
/// The deepest nesting of `$(`, `((` and `case`, on which the parser's work doubles.
pub(super) const DEEPEST_DOUBLING: usize = 8;

/// Refuses what is too large or too deep to be read safely.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let refuse = |at, message: &str| Err(ParseError { at, message: message.to_owned(), broken: false });
    if text.len() > LARGEST {
        return refuse(0, "the script is too large to be read");
    }
    if text.contains('\0') {
        return refuse(0, "the script holds a NUL byte");
    }
    match too_deep(text) {
        Some(at) => refuse(at, "the script is nested too deeply to be read"),
        None => Ok(()),
    }
}

/// Where the script gets too deep. Quotes are not looked at, so it errs on the deep side; closing
/// brackets count only as far as something is open, as a stray one in quotes must not hide depth.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut doubling) = (0_usize, 0_usize);
    let bytes = text.as_bytes();
    let mut word_start = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' => {
                depth += 1;
                doubling += 1;
            }
            b')' => {
                depth = depth.saturating_sub(1);
                doubling = doubling.saturating_sub(1);
            }
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if byte.is_ascii_alphabetic() {
            word_start.get_or_insert(at);
        } else if let Some(word) = word_start.take().and_then(|start| text.get(start..at)) {
            match word {
                "if" | "while" | "until" | "for" | "case" => depth += 1,
                "fi" | "done" | "esac" => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > DEEPEST || doubling > DEEPEST_DOUBLING {
            return Some(at);
        }
    }
    None
}
