//! Values as text.

use super::Content;
use crate::text::blanks;
use crate::yaml::Style;

/// A text in a style, where that can hold it: plain where it was plain and stays text, in the same quotes
/// where it had some. `None` for a text of several lines: how it is folded is a question of taste.
pub(super) fn scalar(text: &str, style: Style, is_json: bool) -> Option<String> {
    if text.contains(char::is_control) {
        return None;
    }
    match style {
        Style::Plain if !is_json && is_plain(text) => Some(text.to_owned()),
        Style::Single => Some(format!("'{}'", text.replace('\'', "''"))),
        Style::Plain | Style::Double => Some(quoted(text)),
        Style::Literal | Style::Folded | Style::Block | Style::Flow => None,
    }
}

/// A part of a text in double quotes.
pub(super) fn escaped(part: &str) -> String {
    let quoted = quoted(part);
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted).to_owned()
}

/// In one line.
pub(super) fn flow(content: &Content, is_json: bool) -> String {
    match content {
        Content::Int(number) => number.to_string(),
        Content::Bool(truth) => truth.to_string(),
        Content::Text(text) => plain_or_quoted(text, is_json),
        Content::Words(words) => {
            let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
            format!("[{}]", words.join(", "))
        }
        Content::Items(items) => {
            let items: Vec<String> = items.iter().map(|item| flow(item, is_json)).collect();
            format!("[{}]", items.join(", "))
        }
        Content::Fields(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, content)| format!("{}: {}", key(name, is_json), flow(content, is_json)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Content::Texts(texts) => {
            let texts = texts.iter().map(|(name, text)| {
                format!("{}: {}", plain_or_quoted(name, is_json), plain_or_quoted(text, is_json))
            });
            format!("{{{}}}", texts.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A field in a block, the first line without its indentation; `indent` is that of the key.
pub(super) fn block(name: &str, content: &Content, indent: usize, line_end: &str, is_json: bool) -> String {
    match content {
        Content::Fields(fields) if !fields.is_empty() => {
            let inner = indent + 2;
            let fields = fields.iter().map(|(name, content)| {
                let field = block(name, content, inner, line_end, is_json);
                format!("{line_end}{}{field}", blanks(inner))
            });
            format!("{name}:{}", fields.collect::<String>())
        }
        Content::Texts(texts) if !texts.is_empty() => {
            let texts = texts.iter().map(|(name, text)| {
                let (name, text) = (plain_or_quoted(name, is_json), plain_or_quoted(text, is_json));
                format!("{line_end}{}{name}: {text}", blanks(indent + 2))
            });
            format!("{name}:{}", texts.collect::<String>())
        }
        Content::Items(items) if !is_json => {
            let items = items.iter().map(|item| {
                let lines = match item {
                    Content::Fields(fields) => {
                        let inner = indent + 2;
                        let fields = fields
                            .iter()
                            .map(|(name, content)| block(name, content, inner, line_end, is_json));
                        fields.collect::<Vec<_>>().join(&format!("{line_end}{}", blanks(inner)))
                    }
                    item => flow(item, is_json),
                };
                format!("{line_end}{}- {lines}", blanks(indent))
            });
            format!("{name}:{}", items.collect::<String>())
        }
        Content::Words(words) if !is_json && words.iter().any(|word| word.contains('\n')) => {
            let items = words
                .iter()
                .map(|word| format!("{line_end}{}- {}", blanks(indent), item(word, indent + 2, line_end)));
            format!("{name}:{}", items.collect::<String>())
        }
        content => format!("{name}: {}", flow(content, is_json)),
    }
}

/// A text as an item of a list in a block: one of several lines with its lines.
fn item(text: &str, indent: usize, line_end: &str) -> String {
    let is_block = text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.contains(|c: char| c.is_control() && c != '\n');
    if !is_block {
        return plain_or_quoted(text, false);
    }
    let (body, keep) = match text.strip_suffix('\n') {
        Some(body) if !body.ends_with('\n') => (body, ""),
        Some(_) => return quoted(text),
        None => (text, "-"),
    };
    let lines = body.split('\n').map(|line| match line {
        "" => line_end.to_owned(),
        line => format!("{line_end}{}{line}", blanks(indent)),
    });
    format!("|{keep}{}", lines.collect::<String>())
}

/// A key in flow style.
pub(super) fn key(name: &str, is_json: bool) -> String {
    if is_json { quoted(name) } else { name.to_owned() }
}

pub(super) fn plain_or_quoted(text: &str, is_json: bool) -> String {
    if !is_json && is_plain(text) { text.to_owned() } else { quoted(text) }
}

/// In double quotes, as YAML and JSON both read it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// It is the same text without quotes, in a block and in a flow, and to YAML 1.1 as well: no number, no
/// truth value, no date, nothing that begins something else.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];
    // `-c` is an option, `-1` a number.
    let begins = text.strip_prefix('-').unwrap_or(text);
    let begins = begins.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let holds = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:@".contains(c));
    let is_word = WORDS.contains(&text.to_ascii_lowercase().as_str());
    begins && holds && !is_word && !text.ends_with(':')
}
