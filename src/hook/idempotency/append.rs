//! Redirections to files: `>>` adds up, `>` starts anew.

use super::candidate::Candidate;
use super::fold::Fold;
use super::ground::ground;
use super::rows::APPEND;
use super::{Ground, Replaced};
use crate::programs::{self, Prints, Tells};
use crate::shell::{Redirect, RedirectionKind, Step};
use crate::text::Span;

/// Takes in one redirection of a command.
pub(super) fn redirection<'s>(fold: &mut Fold<'s>, redirect: &Redirect, step: &'s Step) {
    match redirect.kind {
        RedirectionKind::Write => fold.truncates(redirect.target.path(&step.directory), step),
        // Errors are not what is written at each run.
        RedirectionKind::Append
            if redirect.descriptor != Some(2) && !redirect.target.fresh && writes(step) =>
        {
            let path = redirect.target.path(&step.directory);
            let is_kept = matches!(ground(&path, fold.context), Ground::Sandbox | Ground::Rewritten);
            let is_more = fold.effects.paths().any(|made| *made == path);
            fold.effects.made(path.clone());
            let candidate = Candidate::new(&APPEND, step, redirect.span);
            let (mend, replaced) = mend(redirect, step, is_kept, is_more);
            fold.push(Candidate { paths: vec![path], mend, replaced, ..candidate });
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

/// A line that is the same at each run is added once; anything else replaces the file, unless the kubelet has
/// written it, or the script has written to it before: then a person has to look.
fn mend(redirect: &Redirect, step: &Step, is_kept: bool, is_more: bool) -> (String, Option<Replaced>) {
    let written = step.written(step.span);
    let append = step.written(redirect.span);
    let target = step.written(redirect.target_span);
    let instead_of =
        |span: Span| Some(Replaced { words: step.words(span), written: step.written(span).to_owned() });
    if let [echo, line] = step.args.as_slice()
        && echo.literal
        && step.program.is_some_and(|program| program.tells == Some(Tells::Words))
        && (is_kept || line.literal)
        && line.known().is_none_or(|text| !text.contains('\n'))
    {
        let line = step.written(line.span);
        return (format!("grep -qsxF {line} {target} || {written}"), instead_of(step.span));
    }
    if is_kept || is_more {
        return (String::new(), None);
    }
    let anew = append.replacen(">>", ">", 1);
    // The text of a here-document stands behind the command.
    if written.contains("<<") {
        return (anew, instead_of(redirect.span));
    }
    let start = redirect.span.start.saturating_sub(step.span.start);
    let head = written.get(..start).unwrap_or_default();
    let tail = written.get(start + append.len()..).unwrap_or_default();
    (format!("{head}{anew}{tail}"), instead_of(step.span))
}
