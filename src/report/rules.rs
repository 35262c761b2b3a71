//! The list of rules, for people and for machines.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::report::shared::json;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::rules::options::Optional;
use crate::rules::{Group, Rule};
use crate::text::wrap;

/// Writes a table of id, severity and summary, and the groups.
pub(crate) fn human(rules: &[Rule], look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(look.color);
    let ids = rules.iter().map(|rule| rule.id.width()).max().unwrap_or(0).max("RULE".len());
    let severities =
        rules.iter().map(|rule| rule.severity().as_str().width()).max().unwrap_or(0).max("SEVERITY".len());
    let head = format!("{:ids$}  {:severities$}  SUMMARY", "RULE", "SEVERITY");
    writeln!(out, "{}", palette.strong(&head))?;
    let column = ids + severities + 4;
    for rule in rules {
        let severity = format!("{:severities$}", rule.severity().as_str());
        let id = format!("{:ids$}", rule.id);
        let mut lines = wrap::lines(rule.summary, look.width.saturating_sub(column).max(20)).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "{}  {}  {first}", palette.code(&id), palette.severity(rule.severity(), &severity))?;
        lines.try_for_each(|line| writeln!(out, "{:column$}{line}", ""))?;
    }
    let groups: Vec<&str> = Group::ALL.iter().map(|group| group.id()).collect();
    let groups = format!("Groups of rules, which --rule takes as well: {}.", groups.join(", "));
    writeln!(out)?;
    wrap::lines(&groups, look.width).iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// Writes `{"version": 1, "rules": [...]}`: all that is known of each rule but its page.
pub(crate) fn json(rules: &'static [Rule], out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct List<'a> {
        version: u32,
        rules: Vec<Entry<'a>>,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Entry<'a> {
        id: &'a str,
        severity: &'a str,
        summary: &'a str,
        aliases: &'a [&'a str],
        group: &'a str,
        severities: Vec<&'a str>,
        since: String,
        status: &'a str,
        fixable: bool,
        reason: &'a str,
        page: String,
        docs: Vec<Documentation<'a>>,
        options: Vec<Choice>,
    }
    #[derive(Serialize)]
    struct Choice {
        name: String,
        description: Option<Value>,
        default: Option<Value>,
    }
    #[derive(Serialize)]
    struct Documentation<'a> {
        title: &'a str,
        url: &'a str,
    }
    let choice = |(name, schema): (String, Value)| Choice {
        name,
        description: schema.get("description").cloned(),
        default: schema.get("default").cloned(),
    };
    let entry = |rule: &'static Rule| Entry {
        id: rule.id,
        severity: rule.severity().as_str(),
        summary: rule.summary,
        aliases: rule.aliases,
        group: rule.group.id(),
        severities: rule.severities.iter().map(|severity| severity.as_str()).collect(),
        since: rule.since.to_string(),
        status: rule.status.as_str(),
        fixable: rule.fixable,
        reason: rule.reason,
        page: rule.url(),
        docs: rule.docs.iter().map(|link| Documentation { title: link.title, url: link.url }).collect(),
        options: rule.options.map(Optional::properties).unwrap_or_default().into_iter().map(choice).collect(),
    };
    json::to_writer(&List { version: 1, rules: rules.iter().map(entry).collect() }, out)
}
