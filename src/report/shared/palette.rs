//! Colours, by what they mean. Everything that is coloured goes through here.

use owo_colors::{OwoColorize, Style};

use crate::finding::Severity;

/// Styles by meaning; all of them plain where there are no colours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    color: bool,
}

impl Palette {
    /// With colours or without.
    pub(crate) fn new(color: bool) -> Self {
        Self { color }
    }

    /// The style of a severity's word and of the words it underlines.
    pub(crate) fn severity_style(self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.style(|style| style.red().bold()),
            Severity::Warning => self.style(|style| style.yellow().bold()),
            Severity::Info => self.style(|style| style.cyan().bold()),
        }
    }

    /// The style of a related place.
    pub(crate) fn related_style(self) -> Style {
        self.style(Style::blue)
    }

    /// The style of file names in snippets.
    pub(crate) fn link_style(self) -> Style {
        self.style(Style::underline)
    }

    /// The style of line numbers.
    pub(crate) fn dim_style(self) -> Style {
        self.style(Style::dimmed)
    }

    fn style(self, with: impl FnOnce(Style) -> Style) -> Style {
        if self.color { with(Style::new()) } else { Style::new() }
    }

    /// In the colour of a severity.
    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        text.style(self.severity_style(severity)).to_string()
    }

    /// What the eye should find first.
    pub(crate) fn strong(self, text: &str) -> String {
        text.style(self.style(Style::bold)).to_string()
    }

    /// What matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        text.style(self.dim_style()).to_string()
    }

    /// Stressed.
    pub(crate) fn emphasis(self, text: &str) -> String {
        text.style(self.style(Style::italic)).to_string()
    }

    /// Something to type or to paste.
    pub(crate) fn code(self, text: &str) -> String {
        text.style(self.style(Style::green)).to_string()
    }

    /// An address.
    pub(crate) fn link(self, text: &str) -> String {
        text.style(self.link_style()).to_string()
    }
}
