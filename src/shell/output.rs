//! Where a command's output goes: what holds the hook's own output open keeps the hook running (B7).

use super::script::{Redirection, RedirectionKind, Statement};

/// Names of the outputs that a command has already.
const OWN: &[&str] =
    &["/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/fd/2", "/proc/self/fd/1", "/proc/self/fd/2"];

/// Which of the hook's own outputs are held no more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Away {
    output: bool,
    errors: bool,
}

impl Away {
    /// Both.
    pub(super) const ALL: Self = Self { output: true, errors: true };

    /// What redirections send away besides.
    #[must_use]
    pub(super) fn and(self, redirections: &[Redirection], source: &str) -> Self {
        sent_away(self, redirections, source)
    }

    /// What both send away.
    #[must_use]
    pub(super) fn meet(self, other: Self) -> Self {
        Self { output: self.output && other.output, errors: self.errors && other.errors }
    }
}

/// What a background job sends away: what every command of it does.
pub(super) fn of_job(statement: &Statement, before: Away, source: &str) -> Away {
    let pipelines =
        std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, pipeline)| pipeline));
    let commands = pipelines.flat_map(|pipeline| &pipeline.commands);
    commands.map(|command| before.and(&command.redirections, source)).fold(Away::ALL, Away::meet)
}

/// Where the outputs go behind some redirections.
fn sent_away(before: Away, redirections: &[Redirection], source: &str) -> Away {
    let writes = |redirection: &&Redirection| {
        matches!(
            redirection.kind,
            RedirectionKind::Write | RedirectionKind::Append | RedirectionKind::ReadWrite
        )
    };
    let both = |redirection: &Redirection| {
        source.get(redirection.span.range()).is_some_and(|text| text.starts_with("&>"))
    };
    let Away { mut output, mut errors } = before;
    for redirection in redirections {
        let target = redirection.target.literal();
        // The same output by another name.
        if target.as_deref().is_some_and(|path| OWN.contains(&path)) {
            continue;
        }
        match (redirection.kind, redirection.descriptor) {
            (_, None) if writes(&redirection) && both(redirection) => (output, errors) = (true, true),
            (_, None | Some(1)) if writes(&redirection) => output = true,
            (_, Some(2)) if writes(&redirection) => errors = true,
            (RedirectionKind::Duplicate, Some(2)) if target.as_deref() == Some("1") => errors = output,
            (RedirectionKind::Duplicate, None | Some(1)) if target.as_deref() == Some("2") => output = errors,
            (RedirectionKind::Duplicate, Some(1)) if target.as_deref() == Some("-") => output = true,
            (RedirectionKind::Duplicate, Some(2)) if target.as_deref() == Some("-") => errors = true,
            // `>&file`
            (RedirectionKind::Duplicate, None)
                if target.as_deref().is_some_and(|file| !file.starts_with(|c: char| c.is_ascii_digit())) =>
            {
                (output, errors) = (true, true);
            }
            _ => {}
        }
    }
    Away { output, errors }
}
