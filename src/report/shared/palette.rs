//! Colours, by what they mean. Everything that is coloured goes through here.

use anstyle::{AnsiColor, Style};

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
        let color = match severity {
            Severity::Error => AnsiColor::Red,
            Severity::Warning => AnsiColor::Yellow,
            Severity::Info => AnsiColor::Cyan,
        };
        self.style(color.on_default().bold())
    }

    /// The style of a related place.
    pub(crate) fn related_style(self) -> Style {
        self.style(AnsiColor::Blue.on_default())
    }

    /// The style of what matters less: line numbers and frames.
    pub(crate) fn dim_style(self) -> Style {
        self.style(Style::new().dimmed())
    }

    fn style(self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }

    fn in_style(self, style: Style, text: &str) -> String {
        let style = self.style(style);
        format!("{style}{text}{style:#}")
    }

    /// In the colour of a severity.
    pub(crate) fn severity(self, severity: Severity, text: &str) -> String {
        self.in_style(self.severity_style(severity), text)
    }

    /// What the eye should find first.
    pub(crate) fn strong(self, text: &str) -> String {
        self.in_style(Style::new().bold(), text)
    }

    /// What matters less.
    pub(crate) fn dim(self, text: &str) -> String {
        self.in_style(self.dim_style(), text)
    }

    /// Stressed.
    pub(crate) fn emphasis(self, text: &str) -> String {
        self.in_style(Style::new().italic(), text)
    }

    /// Something to type or to paste.
    pub(crate) fn code(self, text: &str) -> String {
        self.in_style(AnsiColor::Green.on_default(), text)
    }

    /// What a mend takes away.
    pub(crate) fn removed(self, text: &str) -> String {
        self.in_style(AnsiColor::Red.on_default(), text)
    }

    /// A text that leads to an address, on terminals that follow it (OSC 8).
    pub(crate) fn linked(self, address: &str, text: &str) -> String {
        format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
    }

    /// An address.
    pub(crate) fn link(self, text: &str) -> String {
        self.in_style(Style::new().underline(), text)
    }

    /// What goes on in a chart.
    pub(crate) fn phase(self, phase: Phase, text: &str) -> String {
        self.in_style(phase_style(phase), text)
    }

    /// What may go on in a chart.
    pub(crate) fn perhaps(self, phase: Phase, text: &str) -> String {
        self.in_style(phase_style(phase).dimmed(), text)
    }

    /// What happens in a chart.
    pub(crate) fn instant(self, instant: Instant, text: &str) -> String {
        let style = match instant {
            Instant::Kill | Instant::Deadline => AnsiColor::Red.on_default(),
            Instant::Signal | Instant::Deleted => AnsiColor::Yellow.on_default(),
            Instant::Ready => AnsiColor::Green.on_default(),
            Instant::Begins | Instant::Ends | Instant::Probe => Style::new(),
        };
        self.in_style(style.bold(), text)
    }
}

fn phase_style(phase: Phase) -> Style {
    match phase {
        Phase::Runs => AnsiColor::Green.on_default(),
        Phase::PostStart | Phase::PreStop => AnsiColor::Blue.on_default(),
        Phase::Cut | Phase::Waits => AnsiColor::Red.on_default(),
        Phase::Stops => AnsiColor::Yellow.on_default(),
        Phase::Traffic => AnsiColor::Magenta.on_default(),
        Phase::Pod => Style::new(),
    }
}
