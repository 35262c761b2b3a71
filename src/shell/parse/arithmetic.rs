//! `(( … ))` in its places: found by its parentheses, kept as written.

use super::Reader;

impl Reader<'_> {
    /// The expression of `(( … ))`, when that comes next and not a group in a group.
    pub(super) fn arithmetic_command(&mut self) -> Option<String> {
        let inner = self.arithmetic_inside()?;
        Some(spaced(inner))
    }

    /// The three expressions of `for ((a; b; c))`. A condition that is not there holds.
    pub(super) fn arithmetic_head(&mut self) -> Option<[String; 3]> {
        let start = self.at;
        let inner = self.arithmetic_inside()?;
        let mut parts = inner.split(';').map(spaced);
        let (Some(first), Some(condition), Some(step), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            self.at = start;
            return None;
        };
        let condition = if condition.is_empty() { "1".to_owned() } else { condition };
        Some([first, condition, step])
    }

    /// `((` comes next, and both parentheses are closed, be it apart.
    pub(super) fn closes_twice(&self) -> bool {
        let inner = self.rest().strip_prefix("((").unwrap_or_default().as_bytes();
        closing(inner, 0).and_then(|end| closing(inner, end + 1)).is_some()
    }

    /// Goes past `(( … ))`, and gives what stands inside.
    pub(super) fn arithmetic_inside(&mut self) -> Option<&str> {
        let inner = self.rest().strip_prefix("((")?;
        let end = inside_end(inner)?;
        self.at += "((".len() + end + "))".len();
        inner.get(..end)
    }
}

/// Where the `))` is that ends the inside of `(( … ))`; `None` when the parentheses close apart.
fn inside_end(inner: &str) -> Option<usize> {
    let end = closing(inner.as_bytes(), 0)?;
    inner.get(end + 1..)?.starts_with(')').then_some(end)
}

/// Where the parenthesis is that closes one that was opened in front of `from`; quotes are left out.
fn closing(bytes: &[u8], from: usize) -> Option<usize> {
    let mut open = 0_usize;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' | b'"' => at += 1 + bytes.get(at + 1..)?.iter().position(|next| next == byte)?,
            b'(' => open += 1,
            b')' if open == 0 => return Some(at),
            b')' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Without blanks around it, and with one where several stood.
fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
