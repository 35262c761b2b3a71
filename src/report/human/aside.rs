//! What is said beside the findings: what could not be read, and what was not judged.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::Writer;
use super::excerpt::Mark;
use super::gutter::Gutter;
use crate::finding::{LeftOut, Severity, Why};
use crate::report::shared::spot;
use crate::text::{Position, Source, Span, escape, wrap};

impl Writer<'_> {
    /// What could not be read, with the place where that is known.
    pub(super) fn trouble(&self, out: &mut dyn Write) -> io::Result<()> {
        let sources: HashMap<&str, &Source> =
            self.report.sources.iter().map(|source| (source.name(), source)).collect();
        for trouble in &self.report.trouble {
            let tag = self.palette.severity(Severity::Error, "trouble:");
            writeln!(out, "{tag} {}", self.palette.strong(&spot::trouble(trouble)))?;
            let mark = sources.get(trouble.file.as_str()).and_then(|source| {
                let start = source.byte(Position { line: trouble.line?, column: trouble.column? })?;
                Some((source, Mark { span: Span::new(start, start), label: None, primary: true }))
            });
            if let Some((source, mark)) = mark {
                let gutter = Gutter::new(trouble.line.unwrap_or(1), self.look);
                self.lines(source, vec![mark], Severity::Error, &gutter, out)?;
            }
            for line in wrap::hanging(&escape::line(&trouble.message), self.look.width, "  ", "  ") {
                writeln!(out, "{line}")?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// What was knowingly not linted: every file, and each reason once.
    pub(super) fn skipped(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for skipped in &self.report.skipped {
            reasons.entry(&skipped.reason).or_default().push(&skipped.file);
        }
        for (reason, files) in reasons {
            let title = format!("skipped: {}", escape::line(reason));
            for line in wrap::hanging(&title, self.look.width, "", "  ") {
                match line.strip_prefix("skipped:") {
                    Some(rest) => writeln!(out, "{}{rest}", self.palette.strong("skipped:"))?,
                    None => writeln!(out, "{line}")?,
                }
            }
            for file in files {
                writeln!(out, "    {}", escape::line(file))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// What was read and not judged: each reason once, whatever the files.
    pub(super) fn left_out(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut reasons: BTreeMap<Why, LeftOut> = BTreeMap::new();
        for left_out in &self.report.left_out {
            let sum = reasons.entry(left_out.why).or_insert_with(|| LeftOut {
                file: String::new(),
                why: left_out.why,
                kinds: BTreeMap::new(),
            });
            for (kind, count) in &left_out.kinds {
                *sum.kinds.entry(kind.clone()).or_default() += count;
            }
        }
        for sum in reasons.values() {
            let text = format!("not judged: {}", escape::line(&sum.sentence()));
            for line in wrap::hanging(&text, self.look.width, "", "  ") {
                match line.strip_prefix("not judged:") {
                    Some(rest) => writeln!(out, "{}{rest}", self.palette.strong("not judged:"))?,
                    None => writeln!(out, "{line}")?,
                }
            }
        }
        if reasons.is_empty() { Ok(()) } else { writeln!(out) }
    }
}
