//! Braces of bash: `{1..10}`, `a{b,c}`, `{a..e}`, several of them and one in another.

/// More words than this are not made.
const MOST_WORDS: usize = 20_000;
/// A longer word is not looked at.
const LONGEST: usize = 2_000;
/// Deeper braces are not followed.
const DEEPEST: usize = 8;

/// The words that an unquoted word becomes; itself without braces. `None` when there are too many.
pub(super) fn expanded(text: &str) -> Option<Vec<String>> {
    match text.contains('{') {
        true if text.len() > LONGEST => None,
        true => words(text, 0),
        false => Some(vec![text.to_owned()]),
    }
}

fn words(text: &str, depth: usize) -> Option<Vec<String>> {
    if depth > DEEPEST {
        return None;
    }
    for (open, _) in text.match_indices('{') {
        let (front, rest) = (text.get(..open)?, text.get(open + 1..)?);
        let Some(close) = closing(rest).filter(|_| !front.ends_with('$')) else { continue };
        let (inner, back) = (rest.get(..close)?, rest.get(close + 1..)?);
        let Some(values) = alternatives(inner, depth) else { continue };
        let (values, backs) = (values?, words(back, depth)?);
        if values.len().saturating_mul(backs.len()) > MOST_WORDS {
            return None;
        }
        let join =
            |value: &String| backs.iter().map(|back| format!("{front}{value}{back}")).collect::<Vec<_>>();
        return Some(values.iter().flat_map(join).collect());
    }
    Some(vec![text.to_owned()])
}

/// Where the brace in front of a text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What stands between two braces; `None` when they stand for themselves, `Some(None)` for too much.
#[expect(clippy::option_option, reason = "no braces, and too many words, are two answers")]
fn alternatives(inner: &str, depth: usize) -> Option<Option<Vec<String>>> {
    let parts = split(inner);
    if parts.len() > 1 {
        let all: Option<Vec<Vec<String>>> = parts.into_iter().map(|part| words(part, depth + 1)).collect();
        return Some(all.map(|all| all.into_iter().flatten().collect()));
    }
    match inner.split("..").collect::<Vec<_>>().as_slice() {
        [first, last] => range(first, last, 1),
        [first, last, step] => range(first, last, step.parse().ok()?),
        _ => None,
    }
}

/// Splits at the commas that stand in no braces.
fn split(inner: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let comma = |letter: char| {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        letter == ',' && depth == 0
    };
    inner.split(comma).collect()
}

#[expect(clippy::option_option, reason = "no range, and too long a one, are two answers")]
fn range(first: &str, last: &str, step: i64) -> Option<Option<Vec<String>>> {
    let letter = |text: &str| match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(i64::from(*letter)),
        _ => None,
    };
    let step = step.checked_abs()?.max(1);
    let towards = |first: i64, last: i64| if first <= last { step } else { -step };
    if let (Some(first), Some(last)) = (letter(first), letter(last)) {
        let letters = numbers(first, towards(first, last), last)?;
        let text = |number: i64| u8::try_from(number).map(|byte| char::from(byte).to_string());
        return Some(letters.into_iter().map(|number| text(number).ok()).collect());
    }
    // `{01..10}` writes all with as many digits.
    let pads = |text: &str| text.trim_start_matches('-').starts_with('0') && text.len() > 1;
    let width = if pads(first) || pads(last) { first.len().max(last.len()) } else { 0 };
    if u16::try_from(width).is_err() {
        return Some(None);
    }
    let (first, last): (i64, i64) = (first.parse().ok()?, last.parse().ok()?);
    let values = numbers(first, towards(first, last), last);
    Some(values.map(|values| values.iter().map(|value| format!("{value:0width$}")).collect()))
}

/// The numbers from one to another, as text; `None` when there are too many.
pub(super) fn count(first: i64, step: i64, last: i64) -> Option<Vec<String>> {
    Some(numbers(first, step, last)?.iter().map(i64::to_string).collect())
}

fn numbers(first: i64, step: i64, last: i64) -> Option<Vec<i64>> {
    let most = i64::try_from(MOST_WORDS).unwrap_or(i64::MAX);
    if step == 0 || last.checked_sub(first)?.checked_div(step)? > most {
        return None;
    }
    let mut numbers = Vec::new();
    let mut at = first;
    while if step > 0 { at <= last } else { at >= last } {
        numbers.push(at);
        at = at.checked_add(step)?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::expanded;

    #[test]
    fn braces_expand_as_bash_expands_them() {
        for (text, words) in [
            ("a", "a"),
            ("{1..3}", "1 2 3"),
            ("{3..1}", "3 2 1"),
            ("{1..7..3}", "1 4 7"),
            ("{01..03}", "01 02 03"),
            ("{a..e}", "a b c d e"),
            ("x{a,b}y", "xay xby"),
            ("{a,b}{1,2}", "a1 a2 b1 b2"),
            ("{1..2}{1..2}", "11 12 21 22"),
            ("{a,{b,c}}d", "ad bd cd"),
            ("{a}", "{a}"),
            ("{}", "{}"),
            ("{a..}", "{a..}"),
            ("{a}{b,c}", "{a}b {a}c"),
            ("{a,b", "{a,b"),
            ("${A,b}", "${A,b}"),
        ] {
            assert_eq!(expanded(text).map(|words| words.join(" ")).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn too_many_words_are_not_made() {
        assert_eq!(expanded("{1..99999}"), None);
        assert_eq!(expanded("{1..1000}{1..1000}"), None);
        assert_eq!(expanded(&format!("{}{}", "{a,".repeat(50), "}".repeat(50))), None);
        assert_eq!(expanded(&"{a,b}".repeat(100)), None);
        assert_eq!(expanded(&format!("{{1..{}9}}", "0".repeat(70_000))), None);
    }
}
