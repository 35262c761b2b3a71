//! The effective settings, for people and for machines.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::config::show::Setting;
use crate::project::sourced::SetBy;
use crate::report::shared::json;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::text::escape;

/// What is shown: settings, and what they are of.
#[derive(Debug)]
pub(crate) struct Shown<'a> {
    /// The configuration file; `None` without one.
    pub config: Option<&'a str>,
    /// The file whose settings these are; `None` for those of every file.
    pub file: Option<&'a str>,
    /// The glob that excludes that file.
    pub excluded: Option<String>,
    /// The settings.
    pub rows: &'a [Setting],
}

/// Writes a table of key, set_by and value.
pub(crate) fn human(shown: &Shown<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(look.color);
    match shown.config {
        Some(name) => writeln!(out, "configuration: {}", escape::line(name))?,
        None => writeln!(out, "configuration: none found, so the defaults hold")?,
    }
    if let Some(file) = shown.file {
        writeln!(out, "settings for: {}", escape::line(file))?;
    }
    if let Some(glob) = &shown.excluded {
        writeln!(out, "excluded by: {}, so it is read only when it is named", escape::line(glob))?;
    }
    writeln!(out)?;
    let texts: Vec<[String; 3]> = shown.rows.iter().map(cells).collect();
    let width = |column: usize, head: &str| {
        let cells = texts.iter().filter_map(|row| row.get(column));
        cells.map(|text| text.width()).chain([head.width()]).max().unwrap_or(0)
    };
    // Values stand last: a list of globs is wider than any terminal.
    let (keys, origins) = (width(0, "SETTING"), width(1, "FROM"));
    let head = format!("{:keys$}  {:origins$}  VALUE", "SETTING", "FROM");
    writeln!(out, "{}", palette.strong(&head))?;
    for [key, from, value] in &texts {
        let behind = |text: &str, width: usize| " ".repeat(width.saturating_sub(text.width()));
        writeln!(out, "{key}{}  {from}{}  {value}", behind(key, keys), behind(from, origins))?;
    }
    Ok(())
}

fn cells(row: &Setting) -> [String; 3] {
    let value = match &row.value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Object(entries) if entries.is_empty() => "none".to_owned(),
        other => other.to_string(),
    };
    [escape::line(&row.key).into(), escape::line(&row.set_by.to_string()).into(), escape::line(&value).into()]
}

/// Writes `{"version": 1, "config", "file", "excluded", "settings": [{"key", "value", "from"}]}`.
pub(crate) fn json(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Answer<'a> {
        version: u32,
        config: Option<&'a str>,
        file: Option<&'a str>,
        excluded: Option<&'a str>,
        settings: Vec<Setting<'a>>,
    }
    #[derive(Serialize)]
    struct Setting<'a> {
        key: &'a str,
        value: &'a Value,
        from: From<'a>,
    }
    let settings = shown.rows.iter().map(|row| Setting {
        key: &row.key,
        value: &row.value,
        from: From::of(&row.set_by),
    });
    let answer = Answer {
        version: 1,
        config: shown.config,
        file: shown.file,
        excluded: shown.excluded.as_deref(),
        settings: settings.collect(),
    };
    json::to_writer(&answer, out)
}

/// Where a setting comes from: `{"kind": "file", "file", "line", "column"}`.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum From<'a> {
    Default,
    File { file: &'a str, line: usize, column: usize },
    Override { file: &'a str, line: usize, column: usize },
    Flag { flag: &'a str },
}

impl<'a> From<'a> {
    fn of(set_by: &'a SetBy) -> Self {
        match set_by {
            SetBy::Default => Self::Default,
            SetBy::Flag(flag) => Self::Flag { flag },
            SetBy::File { name, line, column, in_override: false } => {
                Self::File { file: name, line: *line, column: *column }
            }
            SetBy::File { name, line, column, in_override: true } => {
                Self::Override { file: name, line: *line, column: *column }
            }
        }
    }
}
