//! Redirections to files: `>>` adds up, `>` starts anew.

use super::calls;
use super::candidate::Candidate;
use super::table::APPEND;
use super::walk::Walk;
use crate::shell::script::{Command, CommandKind, Redirection, RedirectionKind, Simple};

/// Commands that write nothing to standard output, so that nothing is added.
const QUIET: &[&str] =
    &[":", "true", "false", "[", "test", "touch", "chmod", "chown", "mkdir", "rm", "ln", "cp", "mv", "sleep"];

/// Takes in one redirection of a command.
pub(super) fn redirection(walk: &mut Walk<'_>, redirection: &Redirection, command: &Command) {
    let value = walk.scope.value(&redirection.target);
    match redirection.kind {
        RedirectionKind::Write => {
            let path = walk.scope.path(&value);
            walk.truncates(path);
        }
        // Errors are not what is written at each run.
        RedirectionKind::Append
            if redirection.descriptor != Some(2) && !value.fresh && writes(walk, command) =>
        {
            let path = walk.scope.path(&value);
            walk.effects.made(path.clone());
            let candidate = Candidate::new(&APPEND, walk, redirection.span);
            let mend = mend(walk, redirection, command);
            walk.push(Candidate { paths: vec![path], mend, ..candidate });
        }
        _ => {}
    }
}

fn writes(walk: &Walk<'_>, command: &Command) -> bool {
    let CommandKind::Simple(simple) = &command.kind else { return true };
    match calls::first_word(&simple.words, &walk.scope) {
        Some(name) if name == "cat" => !reads_nothing(simple),
        Some(name) => !QUIET.contains(&name.as_str()),
        None => !simple.words.is_empty(),
    }
}

/// `cat /dev/null`
fn reads_nothing(simple: &Simple) -> bool {
    simple.words.get(1).and_then(|word| word.literal()).is_some_and(|text| text == "/dev/null")
}

/// A line that is the same at each run is added once; anything else replaces the file.
fn mend(walk: &Walk<'_>, redirection: &Redirection, command: &Command) -> String {
    let written = walk.written(command.span);
    let target = walk.written(redirection.target.span);
    if let CommandKind::Simple(Simple { words, .. }) = &command.kind
        && let [echo, line] = words.as_slice()
        && echo.literal().is_some_and(|name| name.ends_with("echo"))
        && line.literal().is_some_and(|text| !text.contains('\n'))
    {
        return format!("grep -qsxF {} {target} || {written}", walk.written(line.span));
    }
    let start = redirection.span.start.saturating_sub(command.span.start);
    let append = walk.written(redirection.span);
    let head = written.get(..start).unwrap_or_default();
    let tail = written.get(start + append.len()..).unwrap_or_default();
    format!("{head}{}{tail}", append.replacen(">>", ">", 1))
}
