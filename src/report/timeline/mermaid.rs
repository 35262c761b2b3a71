//! Timelines as Gantt charts of Mermaid, in Markdown: GitHub and GitLab draw them.
//!
//! Seconds are milliseconds since the epoch (`dateFormat x`), which the axis shows as seconds (`%s`). In its
//! grammar a task is `words :tags, begin, end`; words may hold neither `:`, `;` nor `#`, and `%%` begins a comment.
//! <https://mermaid.js.org/syntax/gantt.html>

use std::io::{self, Write};

use super::Shown;
use crate::finding::words::{self, capitalised};
use crate::finding::{Bar, Chart, Instant, Mark, Part, Phase, Row};
use crate::text::shorten;

/// The longest words of a task, in characters.
const LONGEST: usize = 60;
/// The longest name of a section.
const LONGEST_NAME: usize = 30;
/// The longest words in front of what the second 0 is.
const LONGEST_TITLE: usize = 70;

/// Writes a chart for each story, below a heading; and its events are left to the other formats.
pub(super) fn write(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let charts = shown.timelines.iter().flat_map(|timeline| {
        let told = shown.stories.iter().filter(|story| timeline.untold(**story).is_none());
        told.filter_map(|story| timeline.chart(*story))
    });
    for (at, chart) in charts.enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        one(&chart, out)?;
    }
    Ok(())
}

fn one(chart: &Chart, out: &mut dyn Write) -> io::Result<()> {
    let (zero, note) = chart.zero.split_once("; ").unwrap_or((&chart.zero, ""));
    let sections = sections(&chart.rows);
    let longest = sections.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    writeln!(out, "```mermaid")?;
    // Mermaid does not look how long the names are, and draws bars over them.
    writeln!(out, "%%{{init: {{\"gantt\": {{\"leftPadding\": {}}}}}}}%%", (30 + 7 * longest).max(75))?;
    writeln!(out, "gantt")?;
    writeln!(out, "    title {} (0 s = {})", inert(&chart.title, LONGEST_TITLE), inert(zero, LONGEST))?;
    writeln!(out, "    dateFormat x")?;
    writeln!(out, "    axisFormat %s")?;
    writeln!(out, "    todayMarker off")?;
    for (row, section) in chart.rows.iter().zip(sections) {
        writeln!(out, "    section {section}")?;
        tasks(row, chart.end, out)?;
    }
    writeln!(out, "```")?;
    // A title is one line, and cut at both ends.
    if note.is_empty() { Ok(()) } else { writeln!(out, "\n{}.", capitalised(&inert(note, 200))) }
}

/// What the rows are called, each otherwise: Mermaid takes two sections of one name for one, wherever they stand.
fn sections(rows: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for row in rows {
        let of = match row.of {
            Part::Service => "Service ",
            Part::InitContainer => "init container ",
            Part::Sidecar => "sidecar ",
            Part::Container | Part::Hook | Part::Pod => "",
        };
        let name = match shorten::middle(&inert(&row.name, 200), LONGEST_NAME, "…") {
            // A section without a name is none.
            name if name.is_empty() => format!("{of}(no letters)"),
            name => format!("{of}{name}"),
        };
        let number = (2..).map(|nth| format!("{name} ({nth})"));
        let mut free = std::iter::once(name.clone()).chain(number).filter(|one| !names.contains(one));
        names.extend(free.next());
    }
    names
}

fn tasks(row: &Row, end: f64, out: &mut dyn Write) -> io::Result<()> {
    let mut is_empty = true;
    for bar in &row.bars {
        for (words, tags, from, to) in spans(bar, end) {
            is_empty = false;
            writeln!(out, "    {words} :{tags}{from}, {to}")?;
        }
        // A hook that takes no time is still there.
        let (at, to) = bar.possible();
        if matches!(bar.what, Phase::PostStart | Phase::PreStop) && Some(at) == to && at <= end {
            is_empty = false;
            let (words, at) = (inert(&bar.label, LONGEST), milliseconds(at));
            writeln!(
                out,
                "    at {} {words} :active, milestone, {at}, {at}",
                words::seconds(bar.from.earliest)
            )?;
        }
    }
    for Mark { what, label, at, surely } in &row.marks {
        if label.is_empty() || at.earliest > end {
            continue;
        }
        is_empty = false;
        let tags = if matches!(what, Instant::Kill | Instant::Deadline) { "crit, " } else { "" };
        let perhaps = if *surely && at.width() == 0.0 { "" } else { " perhaps" };
        let (seconds, at) = (words::seconds(at.earliest), milliseconds(at.earliest));
        writeln!(out, "    at {seconds} {}{perhaps} :{tags}milestone, {at}, {at}", inert(label, LONGEST))?;
    }
    // A section without a task is none.
    if is_empty { writeln!(out, "    as above :done, 0, {}", milliseconds(end)) } else { Ok(()) }
}

/// What is certain of a bar, and what is possible before and behind it: words, tags, begin and end.
fn spans(bar: &Bar, end: f64) -> Vec<(String, &'static str, u64, u64)> {
    let (phase, tags) = match bar.what {
        Phase::Runs => ("runs", ""),
        Phase::PostStart => ("postStart", "active, "),
        Phase::PreStop => ("preStop", "active, "),
        Phase::Cut => ("rest of a cut hook", "crit, done, "),
        Phase::Stops => ("told to stop", "crit, "),
        Phase::Traffic => ("requests", "active, "),
        Phase::Pod => ("Pod", ""),
        Phase::Waits => ("held up", "crit, done, "),
    };
    // It begins with words of ours, so that none is a word of the grammar.
    let is_of_hook = matches!(bar.what, Phase::PostStart | Phase::PreStop);
    let words = match bar.label.as_str() {
        "" => phase.to_owned(),
        label if is_of_hook && !label.starts_with(phase) => format!("{phase} {}", inert(label, LONGEST)),
        label => inert(label, LONGEST),
    };
    let (from, to) = bar.possible();
    let to = to.unwrap_or(end).min(end);
    let certain = bar.certain().map(|(from, to)| (from.min(end), to.min(end)));
    let (first, last) = certain.unwrap_or((from, from));
    let parts = [(from, first, true), (first, last, false), (last, to, true)];
    let parts = parts.into_iter().map(|(from, to, perhaps)| (milliseconds(from), milliseconds(to), perhaps));
    let parts = parts.filter(|(from, to, _)| from < to);
    parts
        .map(|(from, to, perhaps)| match perhaps {
            true => (format!("{words} perhaps"), "done, ", from, to),
            false => (words.clone(), tags, from, to),
        })
        .collect()
}

/// Whole milliseconds; of what is no number none.
fn milliseconds(seconds: f64) -> u64 {
    (seconds.max(0.0) * 1000.0).round() as u64
}

/// Words that mean nothing to Mermaid or to Markdown: what could is a blank.
fn inert(text: &str, most: usize) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '-' | '_' | '/' | '(' | ')' | '=');
    let plain: String =
        text.chars().filter(|c| *c != '`').map(|c| if is_plain(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let joined = words.join(" ");
    match joined.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", joined.get(..cut).unwrap_or_default()),
        None => joined,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Interval;

    #[test]
    fn what_means_something_to_mermaid_is_a_blank() {
        let hostile = "a:b;c#d\ne`f` %%{init: {}}%% <script> \u{1b}[2J \u{202e}x click href";
        let shown = inert(hostile, 200);
        assert_eq!(shown, "a b c d ef init script 2J x click href");
        assert_eq!(inert(&"x".repeat(100), 60).chars().count(), 61);
        assert_eq!(inert("名前 größe", 60), "名前 größe");
    }

    fn drawn(rows: Vec<Row>) -> String {
        let mut out = Vec::new();
        assert!(one(&Chart::new("stop".to_owned(), "deleted".to_owned(), rows), &mut out).is_ok());
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn each_row_is_a_section_of_its_own() {
        let row = |name: &str| {
            let mut row = Row::new(name, Part::Service);
            row.bar(Phase::Traffic, "requests", Interval::ZERO, Interval::exactly(5.0));
            row
        };
        let drawn = drawn(vec![row("web"), row("api"), row("web")]);
        let sections: Vec<&str> =
            drawn.lines().filter_map(|line| line.strip_prefix("    section ")).collect();
        assert_eq!(sections, ["Service web", "Service api", "Service web (2)"]);
    }

    #[test]
    fn no_line_begins_with_a_word_of_the_grammar() {
        let mut row = Row::new("::", Part::Hook);
        row.bar(Phase::PreStop, "title 5", Interval::ZERO, Interval::exactly(5.0));
        let drawn = drawn(vec![row]);
        assert!(
            drawn.contains("    section (no letters)\n    preStop title 5 :active, 0, 5000\n"),
            "{drawn}"
        );
    }

    #[test]
    fn a_hook_that_takes_no_time_is_a_milestone() {
        let mut row = Row::new("web", Part::Container);
        row.bar(Phase::PreStop, "preStop: rm /tmp/up", Interval::ZERO, Interval::ZERO);
        row.bar(Phase::Stops, "told to stop", Interval::ZERO, Interval::exactly(30.0));
        assert!(drawn(vec![row]).contains("    at 0 s preStop rm /tmp/up :active, milestone, 0, 0\n"));
    }
}
