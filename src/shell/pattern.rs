//! Patterns of `case` and `[[ … == … ]]`: `*`, `?` and `[…]`.

/// Longer comparisons are not made.
const MOST: usize = 1_000_000;

/// The pattern matches all of the text; `None` when that is not looked at.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    if pattern.len().saturating_mul(text.len()) > MOST || pattern.contains('\\') {
        return None;
    }
    let pattern: Vec<Part> = parts(pattern)?;
    let text: Vec<char> = text.chars().collect();
    // Where to go on when what stands behind the last `*` does not fit: it takes one letter more.
    let mut retry = None;
    let (mut at, mut letter) = (0, 0);
    while letter < text.len() {
        match pattern.get(at) {
            Some(Part::Any) => {
                retry = Some((at, letter));
                at += 1;
            }
            Some(part) if text.get(letter).is_some_and(|letter| part.takes(*letter)) => {
                at += 1;
                letter += 1;
            }
            _ => {
                let Some((star, taken)) = retry else { return Some(false) };
                retry = Some((star, taken + 1));
                (at, letter) = (star + 1, taken + 1);
            }
        }
    }
    Some(pattern.get(at..).unwrap_or_default().iter().all(|part| matches!(part, Part::Any)))
}

enum Part {
    /// `*`
    Any,
    /// `?`
    One,
    Letter(char),
    /// `[a-c]`, `[!x]`
    Of {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
}

impl Part {
    fn takes(&self, letter: char) -> bool {
        match self {
            Self::Any => false,
            Self::One => true,
            Self::Letter(own) => *own == letter,
            Self::Of { ranges, negated } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&letter)) != *negated
            }
        }
    }
}

/// `None` for classes such as `[[:digit:]]`.
fn parts(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut rest = pattern.chars();
    while let Some(letter) = rest.next() {
        parts.push(match letter {
            '*' => Part::Any,
            '?' => Part::One,
            '[' => match set(rest.as_str()) {
                Some((part, behind)) => {
                    rest = behind.chars();
                    part
                }
                None if rest.as_str().contains(']') => return None,
                None => Part::Letter('['),
            },
            letter => Part::Letter(letter),
        });
    }
    Some(parts)
}

/// What stands behind `[`, and what behind its `]`.
fn set(text: &str) -> Option<(Part, &str)> {
    let inner = text.strip_prefix(['!', '^']);
    let (negated, text) = (inner.is_some(), inner.unwrap_or(text));
    // A `]` at once stands for itself.
    let first = text.chars().next()?.len_utf8();
    let end = first + text.get(first..)?.find(']')?;
    let (inner, behind) = (text.get(..end)?, text.get(end + 1..)?);
    if inner.contains("[:") {
        return None;
    }
    let letters: Vec<char> = inner.chars().collect();
    let mut ranges = Vec::new();
    let mut letters = letters.as_slice();
    loop {
        letters = match letters {
            [first, '-', last, rest @ ..] => {
                ranges.push((*first, *last));
                rest
            }
            [letter, rest @ ..] => {
                ranges.push((*letter, *letter));
                rest
            }
            [] => return Some((Part::Of { ranges, negated }, behind)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, text, answer) in [
            ("dev", "dev", true),
            ("dev", "devel", false),
            ("p*", "prod", true),
            ("p*", "dev", false),
            ("*v", "dev", true),
            ("d*v", "dev", true),
            ("d*v", "dew", false),
            ("*", "", true),
            ("?", "", false),
            ("???", "dev", true),
            ("[Pp]rod", "prod", true),
            ("[Pp]rod", "Prod", true),
            ("[!p]*", "prod", false),
            ("[a-e]ev", "dev", true),
            ("[a-c]ev", "dev", false),
            ("[]x]", "]", true),
            ("a[", "a[", true),
            ("*a*b*c", "xaybzc", true),
            ("*a*b*c", "xaybz", false),
        ] {
            assert_eq!(matches(pattern, text), Some(answer), "{pattern} {text}");
        }
        assert_eq!(matches("[[:alpha:]]*", "dev"), None);
        assert_eq!(matches(r"\*", "*"), None);
    }

    #[test]
    fn hostile_patterns_are_not_tried_for_long() {
        assert_eq!(matches(&"*a".repeat(400), &"a".repeat(399)), Some(false));
        assert_eq!(matches(&"*a".repeat(10_000), &"a".repeat(10_000)), None);
    }
}
