//! Draws an excerpt with miette: line numbers, underlines and labels.
//!
//! miette is handed a few prepared lines and never a whole file; it draws them, and nothing else of
//! a finding, so that another renderer could take its place here.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use owo_colors::Style;

use super::excerpt::{Excerpt, Mark};
use crate::finding::Severity;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::text::escape;
use crate::text::wrap;

/// A label narrower than this is harder to read than one that runs over the edge.
const NARROWEST_LABEL: usize = 24;

/// The drawn excerpt of a file under its title, which is safe to show; each line with its line break.
pub(super) fn draw(excerpt: &Excerpt, title: &str, severity: Severity, look: &Look) -> String {
    let palette = Palette::new(look.color);
    let snippet = Snippet { excerpt, name: title.to_owned() };
    let highlight = |mark: &Mark| {
        if mark.primary { palette.severity_style(severity) } else { palette.related_style() }
    };
    let theme = GraphicalTheme {
        characters: if look.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: ThemeStyles {
            error: Style::new(),
            warning: Style::new(),
            advice: Style::new(),
            help: Style::new(),
            link: palette.link_style(),
            linum: palette.dim_style(),
            highlights: excerpt.marks.iter().map(highlight).collect(),
        },
    };
    let mut drawn = String::new();
    let handler =
        GraphicalReportHandler::new_themed(theme).with_context_lines(1).without_syntax_highlighting();
    if handler.render_report(&mut drawn, &snippet).is_err() {
        return format!("  at {}:{}:{}\n", snippet.name, excerpt.at.line, excerpt.at.column);
    }
    // The first line is miette's own header, which is empty here: the report writes a better one.
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    body.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// An excerpt as miette wants it: the diagnostic and its source in one.
#[derive(Debug)]
struct Snippet<'a> {
    excerpt: &'a Excerpt,
    name: String,
}

impl fmt::Display for Snippet<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Snippet<'_> {}

impl Diagnostic for Snippet<'_> {
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let label = mark.label.as_deref().map(|label| self.wrapped(label, mark));
            let span = (mark.span.start, mark.span.end - mark.span.start);
            if mark.primary {
                LabeledSpan::new_primary_with_span(label, span)
            } else {
                LabeledSpan::new_with_span(label, span)
            }
        })))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }
}

impl Snippet<'_> {
    /// The label in lines that fit to the right of where miette draws it.
    fn wrapped(&self, label: &str, mark: &Mark) -> String {
        let text = &self.excerpt.text;
        let line_start =
            text.get(..mark.span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let marked = text.get(mark.span.range()).unwrap_or_default();
        let column = if marked.contains('\n') {
            0
        } else {
            let before = text.get(line_start..mark.span.start).unwrap_or_default();
            unicode_width::UnicodeWidthStr::width(before) + unicode_width::UnicodeWidthStr::width(marked) / 2
        };
        let room = self.excerpt.room.saturating_sub(column + 5).max(NARROWEST_LABEL);
        wrap::lines(&escape::line(label), room).join("\n")
    }
}

impl SourceCode for Snippet<'_> {
    /// All lines when asked for context, and the place in the real file when asked for the mark.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = &self.excerpt.text;
        let (span, line, column) = if lines_before == 0 {
            (*span, self.excerpt.at.line, self.excerpt.at.column)
        } else {
            (SourceSpan::new(0.into(), text.len()), self.excerpt.first_line, 1)
        };
        let lines = text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            text.as_bytes(),
            span,
            line.saturating_sub(1),
            column.saturating_sub(1),
            lines,
        )))
    }
}
