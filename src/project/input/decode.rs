//! Bytes to text.

/// Why bytes are not text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotText {
    /// Line from 1, when it can be told.
    pub(super) line: Option<usize>,
    /// Column from 1 in characters, when it can be told.
    pub(super) column: Option<usize>,
    /// Cause and next step.
    pub(super) message: String,
}

/// The text of a file. A byte order mark stays in it, so that positions are those of the file; the
/// YAML layer passes over it.
pub(super) fn text(bytes: Vec<u8>) -> Result<String, NotText> {
    if let Some(encoding) = wide_encoding(&bytes) {
        return Err(whole(format!("is encoded in {encoding}; kubectl reads UTF-8, so save it as UTF-8")));
    }
    if bytes.iter().take(8000).any(|byte| *byte == 0) {
        return Err(whole("is a binary file, not a manifest; leave it out".to_owned()));
    }
    String::from_utf8(bytes).map_err(|cause| {
        let good = cause.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(cause.as_bytes().get(..good).unwrap_or_default()).into_owned();
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        NotText {
            line: Some(before.matches('\n').count() + 1),
            column: Some(last_line.chars().count() + 1),
            message: "is not UTF-8 from here on; kubectl reads UTF-8, so save it as UTF-8".to_owned(),
        }
    })
}

fn wide_encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Some("UTF-32"),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Some("UTF-16"),
        _ => None,
    }
}

fn whole(message: String) -> NotText {
    NotText { line: None, column: None, message }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn utf8_is_taken_as_it_is_with_its_byte_order_mark() {
        assert_eq!(text("\u{feff}kind: Pod\n".into()), Ok("\u{feff}kind: Pod\n".to_owned()));
    }

    #[test]
    fn latin1_is_refused_at_its_line_and_column() {
        let fault = text(b"kind: Pod\nname: caf\xe9\n".to_vec()).unwrap_err();
        assert_eq!((fault.line, fault.column), (Some(2), Some(10)));
    }

    #[test]
    fn utf16_and_binary_are_told_apart() {
        assert!(text(vec![0xFF, 0xFE, b'k', 0]).unwrap_err().message.contains("UTF-16"));
        assert!(text(vec![0x7F, b'E', b'L', b'F', 0]).unwrap_err().message.contains("binary"));
    }
}
