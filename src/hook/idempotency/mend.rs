//! A call as it should be written.

use super::Context;
use super::call::Call;
use super::candidate;
use crate::programs::SecondRun;
use crate::shell::Step;
use crate::text::Span;

/// Puts a call into the row's template.
pub(super) fn fill(
    row: &SecondRun,
    call: &Call<'_>,
    written: &str,
    paths: &[String],
    step: &Step,
    context: &Context<'_>,
) -> String {
    let name = step.written(call.span).to_owned();
    let args = match (call.args.first(), call.args.last()) {
        (Some(first), Some(last)) => step.written(Span::new(first.span.start, last.span.end)).to_owned(),
        _ => String::new(),
    };
    let operands = call.operands(row.values);
    let last = operands.last().map(|arg| step.written(arg.span).to_owned()).unwrap_or_default();
    let path = first_path(row, call, paths, step);
    let marker = candidate::marker(context);
    let mut text = String::new();
    let mut rest = row.mend;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        // `{ {cmd}; }` is a group of the shell, not a hole.
        let Some((hole, after)) =
            behind.split_once('}').filter(|(hole, _)| !hole.contains([' ', '{']) || hole.contains("=>"))
        else {
            text.push('{');
            rest = behind;
            continue;
        };
        match hole {
            "cmd" => text.push_str(written),
            "0" => text.push_str(&name),
            "args" => text.push_str(&args),
            "path" => text.push_str(&path),
            "name" => text.push_str(&last),
            "marker" => text.push_str(&marker),
            hole => match hole.strip_suffix("..").and_then(|number| number.parse::<usize>().ok()) {
                Some(number) => text.push_str(&words_from(number, call, step)),
                None => text.push_str(&swapped(hole, call, written, step)),
            },
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Its words from one on, counted from 1 behind its name: `{5..}`.
fn words_from(number: usize, call: &Call<'_>, step: &Step) -> String {
    match (call.args.get(number.saturating_sub(1)), call.args.last()) {
        (Some(first), Some(last)) => step.written(Span::new(first.span.start, last.span.end)).to_owned(),
        _ => String::new(),
    }
}

/// The call as written with one word replaced: `{-A=>-C}`.
fn swapped(hole: &str, call: &Call<'_>, written: &str, step: &Step) -> String {
    let Some((from, to)) = hole.split_once("=>") else { return written.to_owned() };
    let Some(arg) = call.args.iter().find(|arg| step.written(arg.span) == from) else {
        return written.to_owned();
    };
    let end = call.args.last().map_or(arg.span.end, |last| last.span.end);
    let head = step.written(Span::new(call.span.start, arg.span.start));
    let tail = step.written(Span::new(arg.span.end, end));
    if to.is_empty() { format!("{}{tail}", head.trim_end()) } else { format!("{head}{to}{tail}") }
}

/// What the call works on, as written if it is.
fn first_path(row: &SecondRun, call: &Call<'_>, paths: &[String], step: &Step) -> String {
    let wanted = paths.first().map(String::as_str).unwrap_or_default();
    let operands = call.operands(row.values);
    let written = operands.iter().find(|arg| arg.value.path(&step.directory) == wanted);
    match written {
        Some(arg) => step.written(arg.span).to_owned(),
        None => candidate::readable(wanted.rsplit('/').next().unwrap_or(wanted)),
    }
}
