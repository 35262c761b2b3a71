//! Where a command's output goes: what holds the hook's own output open keeps the hook running (B7).

use super::script::{Redirection, RedirectionKind, Statement};

/// Every command of a background job sends its output elsewhere, so it holds nothing open (B7).
pub(super) fn redirected(statement: &Statement, source: &str) -> bool {
    let pipelines =
        std::iter::once(&statement.first).chain(statement.rest.iter().map(|(_, pipeline)| pipeline));
    pipelines.flat_map(|pipeline| &pipeline.commands).all(|command| sends_away(&command.redirections, source))
}

/// Neither output is inherited.
pub(super) fn sends_away(redirections: &[Redirection], source: &str) -> bool {
    let writes = |redirection: &&Redirection| {
        matches!(
            redirection.kind,
            RedirectionKind::Write | RedirectionKind::Append | RedirectionKind::ReadWrite
        )
    };
    let both = |redirection: &Redirection| {
        source.get(redirection.span.range()).is_some_and(|text| text.starts_with("&>"))
    };
    let (mut output, mut errors) = (false, false);
    for redirection in redirections {
        let target = redirection.target.literal();
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
    output && errors
}
