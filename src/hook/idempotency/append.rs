//! Redirections to files: `>>` adds up, `>` starts anew.

use super::Replaced;
use super::candidate::Candidate;
use super::fold::Fold;
use super::rows::APPEND;
use crate::programs::{self, Prints, Tells};
use crate::shell::{Redirect, RedirectionKind, Step};

/// Takes in one redirection of a command.
pub(super) fn redirection<'s>(fold: &mut Fold<'s>, redirect: &Redirect, step: &'s Step) {
    match redirect.kind {
        RedirectionKind::Write => fold.truncates(redirect.target.path(&step.directory), step),
        // Errors are not what is written at each run.
        RedirectionKind::Append
            if redirect.descriptor != Some(2) && !redirect.target.fresh && writes(step) =>
        {
            let path = redirect.target.path(&step.directory);
            fold.effects.made(path.clone());
            let candidate = Candidate::new(&APPEND, step, redirect.span);
            let whole =
                Replaced { words: step.words(step.span), written: step.written(step.span).to_owned() };
            let mend = mend(redirect, step);
            fold.push(Candidate { paths: vec![path], mend, replaced: Some(whole), ..candidate });
        }
        _ => {}
    }
}

/// Something is written: not by a command that prints nothing, and not by one of which all output goes
/// elsewhere.
fn writes(step: &Step) -> bool {
    let Some(first) = step.args.first() else { return !step.is_empty };
    match first.known() {
        Some("cat") => step.args.get(1).is_none_or(|arg| !arg.literal || arg.known() != Some("/dev/null")),
        Some(name) => {
            programs::find(programs::base_name(name)).is_none_or(|program| program.prints != Prints::Nothing)
        }
        None => true,
    }
}

/// A line that is the same at each run is added once; anything else replaces the file.
fn mend(redirect: &Redirect, step: &Step) -> String {
    let written = step.written(step.span);
    let target = step.written(redirect.target_span);
    if let [echo, line] = step.args.as_slice()
        && echo.literal
        && step.program.is_some_and(|program| program.tells == Some(Tells::Words))
        && line.literal
        && line.known().is_some_and(|text| !text.contains('\n'))
    {
        return format!("grep -qsxF {} {target} || {written}", step.written(line.span));
    }
    let start = redirect.span.start.saturating_sub(step.span.start);
    let append = step.written(redirect.span);
    let head = written.get(..start).unwrap_or_default();
    let tail = written.get(start + append.len()..).unwrap_or_default();
    format!("{head}{}{tail}", append.replacen(">>", ">", 1))
}
