//! What would change in a file, as a unified diff that `git apply` and `patch -p1` take.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::look::Look;
use super::palette::Palette;
use crate::edit;
use crate::finding::{Fix, Report};
use crate::text::{Span, escape};

/// Lines that are shown around a change, as programs that apply diffs expect them.
const AROUND: usize = 3;

/// A larger part of a text, in bytes, is not shown as lines: minified JSON.
const LONGEST: usize = 64 * 1024;

/// Writes the diff of a file. On a terminal every unsafe character is escaped; elsewhere only what acts on one, which
/// no manifest needs, so that the lines can be applied.
pub(crate) fn write(
    name: &str,
    before: &str,
    after: &str,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let palette = Palette::new(look.color);
    writeln!(out, "{}", palette.strong(&format!("--- {}", head(&below("a", name)))))?;
    writeln!(out, "{}", palette.strong(&format!("+++ {}", head(&below("b", name)))))?;
    // Only line feeds end lines there.
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let diff = TextDiff::from_slices(&old, &new);
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        writeln!(out, "{}", palette.dim(&hunk.header().to_string()))?;
        for change in hunk.iter_changes() {
            let text = change.value().strip_suffix('\n').unwrap_or(change.value());
            let text = if look.color { escape::block(text) } else { inert(text) };
            match change.tag() {
                ChangeTag::Equal => writeln!(out, " {text}")?,
                ChangeTag::Delete => writeln!(out, "{}", palette.removed(&format!("-{text}")))?,
                ChangeTag::Insert => writeln!(out, "{}", palette.code(&format!("+{text}")))?,
            }
            if !change.value().ends_with('\n') {
                writeln!(out, "\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// The lines of one fix with those around them, without a head; `None` for rendered text, which nobody edits, and for
/// lines that are too long to be read.
pub(crate) fn of_fix(report: &Report, fix: &Fix) -> Option<String> {
    let source = report.source(fix.source).filter(|source| source.rendered_by().is_none())?;
    let line = |byte| source.position(byte).line;
    let first = line(fix.edits.first()?.span.start).saturating_sub(AROUND).max(1);
    let last = line(fix.edits.last()?.span.end) + AROUND;
    let start = source.line_span(first)?.start;
    let end = source.line_span(last).map_or(source.text().len(), |span| span.end);
    if end - start > LONGEST {
        return None;
    }
    let before = source.slice(Span::new(start, end));
    let after = edit::applied(before, start, &fix.edits)?;
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let diff = TextDiff::from_slices(&old, &new);
    let mut shown = String::new();
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
        for change in hunk.iter_changes() {
            shown.push_str(&format!("{}{}\n", change.tag(), escape::line(change.value())));
        }
    }
    Some(shown.trim_end_matches('\n').to_owned())
}

/// As git names the two sides of a file in the working directory or below it.
fn below(side: &str, name: &str) -> String {
    if Path::new(name).is_absolute() {
        name.to_owned()
    } else {
        format!("{side}/{}", name.trim_start_matches("./"))
    }
}

/// A name as git writes it there: in quotes where it holds what would end it or acts on a terminal, and with a tab
/// behind where it holds blanks.
fn head(name: &str) -> String {
    if !name.contains(|c: char| matches!(c, '"' | '\\') || escape::is_unsafe(c)) {
        return format!("{name}{}", if name.contains(' ') { "\t" } else { "" });
    }
    let mut quoted = String::from("\"");
    for c in name.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            c => {
                let mut bytes = [0; 4];
                let bytes = c.encode_utf8(&mut bytes).bytes();
                bytes.for_each(|byte| quoted.push_str(&format!("\\{byte:03o}")));
            }
        }
    }
    quoted + "\""
}

/// Text without control characters; a carriage return at its end is one of a line ending.
fn inert(text: &str) -> Cow<'_, str> {
    let (line, end) = text.strip_suffix('\r').map_or((text, ""), |line| (line, "\r"));
    let acts = |c: char| c.is_control() && c != '\t';
    if !line.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for c in line.chars() {
        if acts(c) { escape::push(&mut shown, c) } else { shown.push(c) }
    }
    Cow::Owned(shown + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str, look: &Look) -> String {
        let mut out = Vec::new();
        write("k8s/web.yaml", before, after, look, &mut out).unwrap_or_default();
        String::from_utf8(out).unwrap_or_default()
    }

    #[test]
    fn three_lines_stand_around_a_change() {
        let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let after = "a\nb\nc\nd\nE\nf\ng\nh\n";
        assert_eq!(
            shown(before, after, &Look::PIPE),
            "--- a/k8s/web.yaml\n+++ b/k8s/web.yaml\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n"
        );
    }

    #[test]
    fn line_ends_are_kept_and_a_missing_one_is_told() {
        assert_eq!(
            shown("a\r\nb", "a\r\nb\r\nc", &Look::PIPE),
            "--- a/k8s/web.yaml\n+++ b/k8s/web.yaml\n@@ -1,2 +1,3 @@\n a\r\n-b\n\\ No newline at end of file\n+b\r\n+c\n\
             \\ No newline at end of file\n"
        );
    }

    #[test]
    fn what_acts_on_a_terminal_is_escaped() {
        let text = shown("a: \u{1b}[31m\u{202e}\n", "b\n", &Look { color: true, ..Look::PIPE });
        assert!(text.contains("-a: \\u{1b}[31m\\u{202e}"), "{text}");
        let piped = shown("a: \u{1b}[31m é👨\u{200d}👩\n", "b\n", &Look::PIPE);
        assert!(piped.contains("-a: \\u{1b}[31m é👨\u{200d}👩"), "{piped}");
    }
}
