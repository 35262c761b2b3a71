//! A place as outputs write it: file, line and column, and whether those are of the file itself.

use crate::finding::{Place, Report, Trouble};
use crate::text::escape;
use crate::text::{Position, Source};

/// A place in a file, as people count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spot<'a> {
    /// The file, as given.
    pub file: &'a str,
    /// The first character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// What rendered the text that lines and columns count in; `None` when it is that of the file.
    pub rendered_by: Option<&'a str>,
}

/// Where a file begins.
const TOP: Position = Position { line: 1, column: 1 };

impl<'a> Spot<'a> {
    /// The spot of a place.
    pub(crate) fn of(report: &'a Report, place: &Place) -> Self {
        let Some(source) = report.source(place.source) else {
            return Self { file: "", start: TOP, end: TOP, rendered_by: None };
        };
        Self {
            file: source.name(),
            start: source.position(place.span.start),
            end: source.position(place.span.end),
            rendered_by: source.rendered_by(),
        }
    }

    /// The spot of a byte.
    pub(crate) fn at(source: &'a Source, byte: usize) -> Self {
        let at = source.position(byte);
        Self { file: source.name(), start: at, end: at, rendered_by: source.rendered_by() }
    }

    /// The spot for programs that show the file itself: the top of it, where only the rendered text
    /// is known.
    #[must_use]
    pub(crate) fn in_file(self) -> Self {
        if self.rendered_by.is_some() { Self { start: TOP, end: TOP, ..self } } else { self }
    }

    /// `file:line:column`, for one line.
    pub(crate) fn text(&self) -> String {
        format!("{}:{}:{}", escape::line(self.file), self.start.line, self.start.column)
    }

    /// For sentences about a place in rendered text; `None` for a place in a file.
    pub(crate) fn remark(&self) -> Option<String> {
        let by = self.rendered_by?;
        Some(format!("at line {} as rendered by {}", self.start.line, escape::line(by)))
    }
}

/// What a source is called where its lines are shown.
pub(crate) fn title(source: &Source) -> String {
    let name = escape::line(source.name());
    match source.rendered_by() {
        Some(by) => format!("{name} (as rendered by {})", escape::line(by)),
        None => name.into_owned(),
    }
}

/// `file:line:column` of what could not be read, as far as it is known.
pub(crate) fn trouble(trouble: &Trouble) -> String {
    let file = escape::line(&trouble.file);
    match (trouble.line, trouble.column) {
        (Some(line), Some(column)) => format!("{file}:{line}:{column}"),
        (Some(line), None) => format!("{file}:{line}"),
        _ => file.into_owned(),
    }
}
