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

/// How output looks. In a pipe it is the same everywhere, but for the columns that `COLUMNS` asks for: no colours,
/// Unicode drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Whether ANSI colours may be written.
    pub color: bool,
    /// Whether lines are drawn with Unicode characters.
    pub unicode: bool,
    /// Whether words may lead to an address (OSC 8).
    pub links: bool,
    /// Columns to fill.
    pub width: usize,
}

impl Look {
    /// What a pipe gets.
    pub const PIPE: Self = Self { color: false, unicode: true, links: false, width: 80 };

    /// Narrower or wider output is hard to read whatever the terminal's size.
    const WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;

    /// The look for `choice` on `terminal`, as `variable` tells of the environment.
    pub fn new(choice: ColorChoice, terminal: Terminal, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => auto_color(terminal, &variable),
        };
        let asked = || variable("COLUMNS")?.to_str()?.trim().parse().ok().filter(|columns| *columns > 0);
        let width = |columns: Option<usize>| {
            let columns = columns.or_else(asked).unwrap_or(Self::PIPE.width);
            columns.clamp(*Self::WIDTHS.start(), *Self::WIDTHS.end())
        };
        match terminal {
            Terminal::No => Self { color, width: width(None), ..Self::PIPE },
            Terminal::Yes { columns, links } => {
                let unicode = utf8_locale(&variable) && draws(&variable);
                Self { color, unicode, links: links && color, width: width(columns) }
            }
        }
    }

    /// Stands for what is left out.
    pub fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
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
    /// A terminal.
    Yes {
        /// Its columns, if it says so.
        columns: Option<usize>,
        /// Whether it is known to follow addresses behind words (OSC 8).
        links: bool,
    },
}

impl Terminal {
    fn of_stdout() -> Self {
        if std::io::stdout().is_terminal() {
            let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
            Self::Yes { columns, links: supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) }
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

/// The font of the Linux console has 512 glyphs, and no arrows or dashed lines among them; a terminal that calls
/// itself dumb promises nothing at all.
fn draws(variable: &impl Fn(&str) -> Option<OsString>) -> bool {
    variable("TERM").is_none_or(|term| term != "dumb" && term != "linux")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: Terminal = Terminal::Yes { columns: Some(100), links: false };

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
    fn a_pipe_looks_the_same_everywhere_but_for_the_columns_that_are_asked_for() {
        let pipe = |set: &[(&str, &str)]| look(ColorChoice::Auto, Terminal::No, set);
        assert_eq!(pipe(&[("LANG", "C"), ("TERM", "dumb")]), Look::PIPE);
        assert_eq!(pipe(&[("COLUMNS", "100")]), Look { width: 100, ..Look::PIPE });
        for odd in ["", "0", "-1", "wide"] {
            assert_eq!(pipe(&[("COLUMNS", odd)]), Look::PIPE, "{odd}");
        }
    }

    #[test]
    fn words_lead_to_addresses_only_on_terminals_that_follow_them() {
        let terminal = Terminal::Yes { columns: None, links: true };
        assert!(look(ColorChoice::Auto, terminal, &[]).links);
        assert!(!look(ColorChoice::Never, terminal, &[]).links);
        assert!(!look(ColorChoice::Always, Terminal::No, &[]).links);
    }

    #[test]
    fn a_terminal_is_filled_but_not_beyond_what_can_be_read() {
        let width = |columns| look(ColorChoice::Auto, Terminal::Yes { columns, links: false }, &[]).width;
        assert_eq!([width(Some(100)), width(Some(500)), width(Some(3)), width(None)], [100, 120, 40, 80]);
    }

    #[test]
    fn drawing_is_ascii_only_where_the_locale_or_the_terminal_says_so() {
        let unicode = |set: &[(&str, &str)]| look(ColorChoice::Auto, WIDE, set).unicode;
        assert!(unicode(&[]));
        assert!(unicode(&[("LANG", "C.UTF-8")]));
        assert!(unicode(&[("LC_ALL", "en_US.utf8"), ("LANG", "C")]));
        assert!(!unicode(&[("LANG", "C")]));
        assert!(!unicode(&[("LANG", "C.UTF-8"), ("TERM", "linux")]));
        assert!(!unicode(&[("LANG", "C.UTF-8"), ("TERM", "dumb")]));
        assert!(!unicode(&[("LC_ALL", "POSIX"), ("LANG", "de_DE.UTF-8")]));
    }
}
