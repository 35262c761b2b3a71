//! Annotations for GitHub Actions: workflow commands on standard output.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step. The gravest come first, and what
//! would not be shown is written as plain lines, so that the log holds everything.

use crate::report::shared::line;
use std::io::{self, Write};

use crate::finding::{Finding, Report, Severity, Trouble};
use crate::report::shared::root::Root;
use crate::report::shared::spot::Spot;
use crate::report::shared::summary;
use crate::text::escape;

/// Annotations of one kind that GitHub shows of a step.
const MOST: usize = 10;

/// Writes the annotations, then the rest, then the closing line.
pub(crate) fn write(report: &Report, root: &Root, out: &mut dyn Write) -> io::Result<()> {
    let mut errors: Vec<Note> = report.trouble.iter().map(|trouble| unread(trouble, root)).collect();
    errors.extend(notes(report, root, Severity::Error));
    let warnings: Vec<Note> = notes(report, root, Severity::Warning).collect();
    let infos: Vec<Note> = notes(report, root, Severity::Info).collect();
    let is_too_much = [&errors, &warnings, &infos].iter().any(|notes| notes.len() > MOST);
    // The notice that says so is one of the ten as well.
    let most_infos = if is_too_much { MOST - 1 } else { MOST };
    let mut rest: Vec<&str> = Vec::new();
    for (notes, most) in [(&errors, MOST), (&warnings, MOST), (&infos, most_infos)] {
        notes.iter().take(most).try_for_each(|note| writeln!(out, "{}", note.command))?;
        rest.extend(notes.iter().skip(most).map(|note| note.plain.as_str()));
    }
    if !rest.is_empty() {
        let more = match rest.len() {
            1 => "1 more finding is".to_owned(),
            more => format!("{more} more findings are"),
        };
        let text = format!(
            "{more} not shown as annotations: GitHub shows ten of a kind. The log of this step lists them, \
             and `-o markdown=\"$GITHUB_STEP_SUMMARY\"` puts all into the job summary."
        );
        writeln!(out, "::notice title=kubectl lifecycle::{}", data(&text))?;
    }
    rest.iter().try_for_each(|line| writeln!(out, "{}", inert(line)))?;
    writeln!(out, "{}", inert(&summary::closing_line(report)))?;
    summary::fixes_made(report).map_or(Ok(()), |made| writeln!(out, "{made}"))
}

/// An annotation, and the same as a line that GitHub does not read.
struct Note {
    command: String,
    plain: String,
}

fn notes<'a>(report: &'a Report, root: &'a Root, severity: Severity) -> impl Iterator<Item = Note> + 'a {
    let some = report.findings.iter().filter(move |finding| finding.severity == severity);
    some.map(move |finding| note(report, root, finding))
}

fn note(report: &Report, root: &Root, finding: &Finding) -> Note {
    let spot = Spot::of(report, &finding.place);
    let message = match spot.remark() {
        Some(remark) => format!("{} ({remark})", finding.message),
        None => finding.message.clone(),
    };
    let text: Vec<_> = [message.as_str(), &finding.why, &finding.help.text]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(escape::line)
        .collect();
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let place = spot.in_file();
    let mut properties = place_of(root, place.file, Some(place.start.line));
    if !properties.is_empty() {
        properties.push(("endLine", place.end.line.to_string()));
        // GitHub takes columns of a single line only.
        if place.start.line == place.end.line && spot.rendered_by.is_none() {
            properties.push(("col", place.start.column.to_string()));
            properties.push(("endColumn", place.end.column.to_string()));
        }
    }
    properties.push(("title", format!("{}[{}]", finding.severity.as_str(), finding.rule)));
    Note { command: command(kind, &properties, &text.join("\n")), plain: line::finding(report, finding) }
}

fn unread(trouble: &Trouble, root: &Root) -> Note {
    let mut properties = place_of(root, &trouble.file, trouble.line);
    properties.extend(trouble.column.map(|column| ("col", column.to_string())));
    properties.push(("title", "trouble".to_owned()));
    let message = escape::line(&trouble.message);
    Note { command: command("error", &properties, &message), plain: line::trouble(trouble) }
}

/// Nothing for standard input, which is no file of the repository.
fn place_of(root: &Root, file: &str, line: Option<usize>) -> Vec<(&'static str, String)> {
    if file == "-" {
        return Vec::new();
    }
    let file = escape::line(&root.path(file)).into_owned();
    std::iter::once(("file", file)).chain(line.map(|line| ("line", line.to_string()))).collect()
}

fn command(kind: &str, properties: &[(&str, String)], text: &str) -> String {
    let properties: Vec<String> =
        properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    format!("::{kind} {}::{}", properties.join(","), data(text))
}

/// The text of a command, as GitHub wants it escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line that is no command, whatever it holds.
fn inert(line: &str) -> String {
    let mut out = Vec::with_capacity(line.len());
    // A buffer takes every write.
    let _ = crate::report::shared::guard::CommandGuard::new(&mut out).write_all(line.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}
