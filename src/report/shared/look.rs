//! How output looks: colours, drawing characters and width, from flags, environment and terminal.

use std::ffi::OsString;
use std::io::IsTerminal;

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Even in a pipe
    Always,
    /// Not at all
    Never,
}

/// How output looks. In a pipe it is the same everywhere: no colours, 80 columns, Unicode drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI colours may be written.
    pub color: bool,
    /// Whether lines are drawn with Unicode characters.
    pub unicode: bool,
    /// Columns to fill.
    pub width: usize,
}

impl Look {
    /// What a pipe gets.
    pub const PIPE: Self = Self { color: false, unicode: true, width: 80 };

    /// Narrower or wider output is hard to read whatever the terminal's size.
    const WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;

    /// The look for `choice` on `terminal`, as `variable` tells of the environment.
    pub fn new(choice: ColorChoice, terminal: Terminal, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto_color(terminal, &variable),
        };
        match terminal {
            Terminal::No => Self { color, ..Self::PIPE },
            Terminal::Yes { columns } => {
                let width =
                    columns.unwrap_or(Self::PIPE.width).clamp(*Self::WIDTHS.start(), *Self::WIDTHS.end());
                Self { color, unicode: utf8_locale(&variable), width }
            }
        }
    }

    /// The look for standard output of this process.
    pub fn of_stdout(choice: ColorChoice) -> Self {
        Self::new(choice, Terminal::of_stdout(), |name| std::env::var_os(name))
    }
}

/// Whether output goes to a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminal {
    /// A pipe or a file.
    No,
    /// A terminal, so wide if it says so.
    Yes {
        /// Its columns.
        columns: Option<usize>,
    },
}

impl Terminal {
    fn of_stdout() -> Self {
        if std::io::stdout().is_terminal() {
            Self::Yes { columns: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) }
        } else {
            Self::No
        }
    }
}

/// The first variable that is set decides (no-color.org, bixense.com/clicolors, force-color.org).
fn auto_color(terminal: Terminal, variable: &impl Fn(&str) -> Option<OsString>) -> bool {
    let filled = |name| variable(name).is_some_and(|value| !value.is_empty());
    let on = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "0");
    let says = |name, wanted: &str| variable(name).is_some_and(|value| value == wanted);
    if filled("NO_COLOR") {
        false
    } else if on("CLICOLOR_FORCE") || on("FORCE_COLOR") {
        true
    } else {
        terminal != Terminal::No && !says("CLICOLOR", "0") && !says("TERM", "dumb")
    }
}

/// Only a locale that names another encoding is taken at its word: many containers set none at all.
fn utf8_locale(variable: &impl Fn(&str) -> Option<OsString>) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .is_none_or(|value| {
            let value = value.to_string_lossy().to_ascii_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Terminal = Terminal::Yes { columns: Some(100) };

    fn look(choice: ColorChoice, terminal: Terminal, set: &[(&str, &str)]) -> Look {
        Look::new(choice, terminal, |name| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn colours_follow_the_flag_then_the_environment_then_the_terminal() {
        use ColorChoice::{Always, Auto, Never};
        type Variables = &'static [(&'static str, &'static str)];
        let table: &[(ColorChoice, Terminal, Variables, bool)] = &[
            (Auto, WIDE, &[], true),
            (Auto, Terminal::No, &[], false),
            (Always, Terminal::No, &[("NO_COLOR", "1")], true),
            (Never, WIDE, &[("FORCE_COLOR", "1")], false),
            (Auto, WIDE, &[("NO_COLOR", "1")], false),
            (Auto, WIDE, &[("NO_COLOR", "")], true),
            (Auto, Terminal::No, &[("FORCE_COLOR", "1")], true),
            (Auto, Terminal::No, &[("CLICOLOR_FORCE", "1")], true),
            (Auto, Terminal::No, &[("CLICOLOR_FORCE", "0")], false),
            (Auto, Terminal::No, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (Auto, WIDE, &[("CLICOLOR", "0")], false),
            (Auto, WIDE, &[("TERM", "dumb")], false),
        ];
        for (choice, terminal, set, expected) in table {
            assert_eq!(look(*choice, *terminal, set).color, *expected, "{choice:?} {terminal:?} {set:?}");
        }
    }

    #[test]
    fn a_pipe_looks_the_same_everywhere() {
        assert_eq!(look(ColorChoice::Auto, Terminal::No, &[("LANG", "C"), ("COLUMNS", "40")]), Look::PIPE);
    }

    #[test]
    fn a_terminal_is_filled_but_not_beyond_what_can_be_read() {
        let width = |columns| look(ColorChoice::Auto, Terminal::Yes { columns }, &[]).width;
        assert_eq!([width(Some(100)), width(Some(500)), width(Some(3)), width(None)], [100, 120, 40, 80]);
    }

    #[test]
    fn drawing_is_ascii_only_where_the_locale_says_so() {
        let unicode = |set: &[(&str, &str)]| look(ColorChoice::Auto, WIDE, set).unicode;
        assert!(unicode(&[]));
        assert!(unicode(&[("LANG", "C.UTF-8")]));
        assert!(unicode(&[("LC_ALL", "en_US.utf8"), ("LANG", "C")]));
        assert!(!unicode(&[("LANG", "C")]));
        assert!(!unicode(&[("LC_ALL", "POSIX"), ("LANG", "de_DE.UTF-8")]));
    }
}
