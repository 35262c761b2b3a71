//! Colours, by what they mean. Everything that is coloured goes through here.

use owo_colors::{OwoColorize, Style};

use crate::finding::{Instant, Phase, Severity};

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

    /// What goes on in a chart.
    pub(crate) fn phase(self, phase: Phase, text: &str) -> String {
        text.style(self.phase_style(phase)).to_string()
    }

    /// What may go on in a chart.
    pub(crate) fn perhaps(self, phase: Phase, text: &str) -> String {
        let style = self.phase_style(phase);
        text.style(if self.color { style.dimmed() } else { style }).to_string()
    }

    /// What happens in a chart.
    pub(crate) fn instant(self, instant: Instant, text: &str) -> String {
        let style = self.style(|style| match instant {
            Instant::Kill | Instant::Deadline => style.red().bold(),
            Instant::Signal | Instant::Deleted => style.yellow().bold(),
            Instant::Ready => style.green().bold(),
            Instant::Begins | Instant::Ends | Instant::Probe => style.bold(),
        });
        text.style(style).to_string()
    }

    fn phase_style(self, phase: Phase) -> Style {
        self.style(|style| match phase {
            Phase::Runs => style.green(),
            Phase::PostStart | Phase::PreStop => style.blue(),
            Phase::Cut | Phase::Waits => style.red(),
            Phase::Stops => style.yellow(),
            Phase::Traffic => style.magenta(),
            Phase::Pod => style,
        })
    }
}
