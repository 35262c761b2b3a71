//! Many findings in short: a line each, by file, and counts.

use std::io::{self, Write};

use super::Writer;
use crate::finding::{Finding, ObjectRef};
use crate::report::shared::spot::{self, Spot};
use crate::report::shared::statistics::{self, Counts, Statistics};
use crate::report::shared::subject;
use crate::text::{escape, wrap};

/// So many findings are read; more are looked over.
const MOST_WHOLE: usize = 30;
/// Blanks between the columns of a table, and before them.
const GAPS: usize = 6;
/// Files, objects and namespaces that are counted each; the others are summed up.
const MOST_ROWS: usize = 10;

/// Cells below which the beginning of a message says nothing.
const NARROWEST: usize = 20;

/// So many findings that somebody who did not ask for all of each gets them in short.
pub(super) fn is_for(findings: &[Finding]) -> bool {
    findings.len() > MOST_WHOLE
}

impl Writer<'_> {
    /// A line for each finding, below the name of its file.
    pub(super) fn brief(&self, out: &mut dyn Write) -> io::Result<()> {
        let same_file = |left: &Finding, right: &Finding| left.place.source == right.place.source;
        for group in self.report.findings.chunk_by(same_file) {
            let source = group.first().and_then(|finding| self.report.source(finding.place.source));
            let name = self.cut(&source.map(spot::title).unwrap_or_default(), 0);
            writeln!(out, "{}", self.palette.strong(&name))?;
            let spots: Vec<String> = group.iter().map(|finding| place(self, finding)).collect();
            let widest = spots.iter().map(String::len).max().unwrap_or(0);
            for (finding, spot) in group.iter().zip(spots) {
                self.line(finding, &format!("  {spot:>widest$} "), out)?;
            }
        }
        writeln!(out)
    }

    /// The whole sentence in a line or two; below its rule, in three, where the terminal is too narrow for both.
    fn line(&self, finding: &Finding, before: &str, out: &mut dyn Write) -> io::Result<()> {
        let tag = format!("{}[{}]", finding.severity.as_str(), finding.rule);
        // Its container is in the sentence, or at the place.
        let about = subject::object(&finding.object).map(|object| format!(" ({object})")).unwrap_or_default();
        let text = format!("{}{about}", escape::line(&finding.message));
        let (place, end) = (self.palette.dim(before), before.len() + tag.len());
        let colored = self.palette.severity(finding.severity, &tag);
        let fits = end + NARROWEST <= self.look.width;
        let most = if fits { 2 } else { 3 };
        let first = if fits { format!("{before}{tag} ") } else { "    ".to_owned() };
        let rest = if fits { " ".repeat(before.len()) } else { "    ".to_owned() };
        if !fits {
            let break_off = if end <= self.look.width { "" } else { "\n    " };
            writeln!(out, "{place}{break_off}{colored}")?;
        }
        let lines = wrap::hanging(&text, self.look.width, &first, &rest);
        for (at, line) in lines.iter().take(most).enumerate() {
            let more = lines.get(most).filter(|_| at + 1 == most);
            let line = match more {
                Some(more) => format!("{line} {}", more.trim_start()),
                None => line.clone(),
            };
            // Code and addresses are not broken, and may be too long for what is left of the first line.
            let line = self.cut(&line, 0);
            match line.strip_prefix(first.as_str()).filter(|_| fits && at == 0) {
                Some(text) => writeln!(out, "{place}{colored} {text}")?,
                None => writeln!(out, "{line}")?,
            }
        }
        Ok(())
    }

    /// Findings by rule.
    pub(super) fn rules(&self, out: &mut dyn Write) -> io::Result<()> {
        let rules = statistics::rules(self.report);
        let rows: Vec<Row> = rules.iter().map(|one| Row::new(one.rule, &one.counts)).collect();
        self.table("rules", &rows, usize::MAX, out)
    }

    /// Findings by rule, file, object and namespace.
    pub(super) fn statistics(&self, out: &mut dyn Write) -> io::Result<()> {
        let all = Statistics::of(self.report);
        self.rules(out)?;
        let files: Vec<Row> =
            all.files.iter().map(|one| Row::new(&escape::line(one.file), &one.counts)).collect();
        self.table("files", &files, MOST_ROWS, out)?;
        let objects: Vec<Row> = all.objects.iter().map(|one| Row::new(&object(one), &one.counts)).collect();
        self.table("objects", &objects, MOST_ROWS, out)?;
        let namespace = |one: &statistics::OfNamespace<'_>| match one.namespace {
            Some(name) => Row::new(&escape::line(name), &one.counts),
            None => Row::new("(none is named)", &one.counts),
        };
        let namespaces: Vec<Row> = all.namespaces.iter().map(namespace).collect();
        self.table("namespaces", &namespaces, MOST_ROWS, out)
    }

    /// Rows under a title, their numbers below each other.
    fn table(&self, title: &str, rows: &[Row], most: usize, out: &mut dyn Write) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.palette.strong(title))?;
        let shown = || rows.iter().take(most);
        let digits = shown().map(|row| row.count.to_string().len()).max().unwrap_or(1);
        let details = shown().map(|row| row.detail.len()).max().unwrap_or(0);
        let names = shown().map(|row| wrap::width(&row.name)).max().unwrap_or(0);
        // Where not all fits, names matter more.
        let has_details = digits + names + details + GAPS <= self.look.width;
        for Row { count, name, detail } in shown() {
            let blank = names.saturating_sub(wrap::width(name)) + 2;
            match has_details {
                true => writeln!(out, "  {count:>digits$}  {name}{:blank$}{}", "", self.palette.dim(detail))?,
                false if name.contains(' ') => {
                    writeln!(out, "  {count:>digits$}  {}", self.cut(name, digits + 4))?
                }
                // A path is copied whole.
                false => writeln!(out, "  {count:>digits$}  {name}")?,
            }
        }
        if let Some(more @ 1..) = rows.len().checked_sub(most) {
            let sum: usize = rows.iter().skip(most).map(|row| row.count).sum();
            let more = format!("{} and {sum} in {more} more", self.look.ellipsis());
            writeln!(out, "  {:digits$}  {more}", "")?;
        }
        writeln!(out)
    }

    /// What was left out, and how it is seen.
    pub(super) fn how_to_see_more(&self, out: &mut dyn Write) -> io::Result<()> {
        let text = "In short, as there are more than 30: `--full` says why each matters and how to mend it, \
                    `kubectl lifecycle explain <rule>` tells more about a rule.";
        let lines = wrap::lines(text, self.look.width);
        lines.iter().try_for_each(|line| writeln!(out, "{}", self.palette.dim(line)))
    }

    /// Text in what `before` cells leave of the line.
    fn cut(&self, text: &str, before: usize) -> String {
        wrap::cut(text, self.look.width.saturating_sub(before), self.look.ellipsis())
    }
}

/// A row of a table.
struct Row {
    count: usize,
    name: String,
    /// Of which severities they are.
    detail: String,
}

impl Row {
    fn new(name: &str, counts: &Counts) -> Self {
        Self { count: counts.findings, name: name.to_owned(), detail: counts.words() }
    }
}

/// `line:column`.
fn place(writer: &Writer<'_>, finding: &Finding) -> String {
    let start = Spot::of(writer.report, &finding.place).start;
    format!("{}:{}", start.line, start.column)
}

/// "Deployment shop/web in k8s/web.yaml".
fn object(one: &statistics::OfObject<'_>) -> String {
    let object = ObjectRef {
        api_version: one.api_version.to_owned(),
        kind: one.kind.to_owned(),
        namespace: one.namespace.map(str::to_owned),
        name: one.name.to_owned(),
    };
    let file = escape::line(one.file);
    subject::object(&object).map_or_else(|| file.to_string(), |object| format!("{object} in {file}"))
}
