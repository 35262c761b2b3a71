//! Whether a `sed -i` puts text in at each run.

use super::call::Call;

const SCRIPT: &[&str] = &["-e", "--expression"];
const SCRIPT_FILE: &[&str] = &["-f", "--file"];
const VALUES: &[&str] = &["-e", "--expression", "-f", "--file", "-l"];

/// It edits in place.
pub(super) fn in_place(call: &Call<'_>) -> bool {
    call.args.iter().any(|arg| {
        let text = &arg.value.text;
        text.starts_with("-i")
            || text.starts_with("--in-place")
            || (text.starts_with('-')
                && !text.starts_with("--")
                && text.chars().skip(1).take_while(|c| *c != 'e' && *c != 'f').any(|c| c == 'i'))
    })
}

/// It edits in place and its script inserts.
pub(super) fn inserts(call: &Call<'_>) -> bool {
    in_place(call) && !call.has(SCRIPT_FILE, VALUES) && scripts(call).iter().any(|script| adds(script))
}

/// How many operands the script takes before the files: one, unless an option gave it.
pub(super) fn script_operands(call: &Call<'_>) -> usize {
    usize::from(!call.has(SCRIPT, VALUES) && !call.has(SCRIPT_FILE, VALUES))
}

fn scripts(call: &Call<'_>) -> Vec<String> {
    let given: Vec<String> = call.values_of(SCRIPT, VALUES).iter().map(|value| value.readable()).collect();
    if !given.is_empty() {
        return given;
    }
    call.operands(VALUES).first().map(|arg| arg.value.readable()).into_iter().collect()
}

/// A script of one command, or of several on lines of their own, of which one adds text that the
/// next run adds again. Scripts in braces are not judged.
fn adds(script: &str) -> bool {
    script.split('\n').any(|line| {
        let (address, command) = split_address(line.trim_start());
        if address.ends_with('!') {
            return false;
        }
        let mut letters = command.chars();
        match letters.next() {
            Some('i' | 'a' | 'r') => !letters.as_str().trim().is_empty(),
            Some('s') => substitution_adds(letters.as_str()),
            _ => false,
        }
    })
}

/// Splits `12`, `$`, `/re/`, `1,/re/`, each with an optional `!`, from the command behind it.
fn split_address(line: &str) -> (&str, &str) {
    let mut rest = line;
    loop {
        let next = rest
            .trim_start_matches([' ', ',', '$', '!', '+', '~'])
            .trim_start_matches(|c: char| c.is_ascii_digit());
        let next = match next.strip_prefix('/') {
            Some(pattern) => match delimited(pattern, '/') {
                Some((_, behind)) => behind,
                None => return (line, ""),
            },
            None => next,
        };
        if next.len() == rest.len() {
            let cut = line.len() - rest.len();
            return (line.get(..cut).unwrap_or_default().trim_end(), rest);
        }
        rest = next;
    }
}

/// The text up to an unescaped delimiter, and what stands behind it.
fn delimited(text: &str, delimiter: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == delimiter => return Some((text.get(..at)?, text.get(at + c.len_utf8()..)?)),
            _ => {}
        }
    }
    None
}

/// `s/pattern/replacement/`: what it writes is matched and grows at the next run.
fn substitution_adds(rest: &str) -> bool {
    let parts = rest.chars().next().and_then(|delimiter| {
        let (pattern, behind) = delimited(rest.get(delimiter.len_utf8()..)?, delimiter)?;
        let (replacement, _) = delimited(behind, delimiter)?;
        Some((pattern, replacement))
    });
    let Some((pattern, replacement)) = parts else { return false };
    if matches!(pattern, "^" | "$") {
        return !replacement.is_empty();
    }
    let Some(plain) = plain(pattern) else { return false };
    let written = replacement.replace("\\&", "\u{2}").replace('&', &plain).replace('\\', "");
    !plain.is_empty() && written != plain && written.contains(&plain)
}

/// The pattern as text, when it matches nothing but that text.
fn plain(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(c) = letters.next() {
        match c {
            '\\' => match letters.next()? {
                c if c.is_ascii_alphanumeric() || "(){}|+?<>'`".contains(c) => return None,
                c => text.push(c),
            },
            '^' | '$' | '*' | '[' | ']' | '+' | '?' | '(' | ')' | '{' | '}' | '|' => return None,
            c => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::adds;

    #[test]
    fn a_script_that_inserts_adds_up() {
        for script in [
            "1i text",
            "$a text",
            "$ a text",
            "/x/a text",
            "/x/i\\ text",
            "1i\\\ntext",
            "s/^/x/",
            "s/$/ x/",
            "s/80/8080/",
            "s|/a|/a/b|",
            "s/foo/&bar/",
            "/x/ s/^/# /",
            "2,/end/s/$/;/",
            "$r other",
        ] {
            assert!(adds(script), "{script}");
        }
    }

    #[test]
    fn a_script_that_replaces_does_not() {
        for script in [
            "s/a/b/",
            "s/^#x/x/",
            "/foo/!s/$/ foo/",
            "/foo/d",
            "s/x$/x y/",
            "s/foo.*/foo bar/",
            "$d",
            "s/[0-9]*/7/",
            "s/@A@/b/",
            "p",
            "",
            "s/80/80/",
            "/a",
            "s/a",
        ] {
            assert!(!adds(script), "{script}");
        }
    }
}
