//! YAML as any other reader has it.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};

/// The value of a text with one document, or what is wrong with it.
pub(crate) fn value(text: &str) -> Result<Value, String> {
    let mut reader = Reader::default();
    for event in Parser::new_from_str(text) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        reader.take(event)?;
    }
    Ok(reader.root.unwrap_or_default())
}

/// A collection whose end has not come yet; a mapping's keys and values stand in turn.
struct Open {
    is_mapping: bool,
    anchor: usize,
    children: Vec<Value>,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, Value>,
    root: Option<Value>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) -> Result<(), String> {
        match event {
            Event::Scalar(text, style, anchor, _) => self.place(scalar(&text, style), anchor),
            Event::SequenceStart(_, anchor, _) => self.begin(false, anchor),
            Event::MappingStart(_, anchor, _) => self.begin(true, anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                let ended = self.open.pop().ok_or("an end without a beginning")?;
                let value = match ended.is_mapping {
                    true => mapping(&ended.children)?,
                    false => Value::Array(ended.children),
                };
                self.place(value, ended.anchor)
            }
            Event::Alias(anchor) => {
                let value = self.anchors.get(&anchor).ok_or("an alias inside what it refers to")?.clone();
                self.place(value, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, is_mapping: bool, anchor: usize) -> Result<(), String> {
        self.open.push(Open { is_mapping, anchor, children: Vec::new() });
        Ok(())
    }

    fn place(&mut self, value: Value, anchor: usize) -> Result<(), String> {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut() {
            Some(open) => open.children.push(value),
            None if self.root.is_some() => return Err("a second document".to_owned()),
            None => self.root = Some(value),
        }
        Ok(())
    }
}

fn mapping(children: &[Value]) -> Result<Value, String> {
    let mut entries = Map::new();
    for pair in children.chunks(2) {
        let [key, value] = pair else { return Err("a key without a value".to_owned()) };
        let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        if entries.insert(key.clone(), value.clone()).is_some() {
            return Err(format!("the key {key} stands twice"));
        }
    }
    Ok(Value::Object(entries))
}

/// Plain words as YAML 1.1 has them, which kubectl reads.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return text.into();
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" | "yes" | "on" => true.into(),
        "false" | "no" | "off" => false.into(),
        _ => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) if text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
                json!(number)
            }
            _ => text.into(),
        },
    }
}
