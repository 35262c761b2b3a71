//! What the catalogue says of one call.

use super::call::Call;
use super::candidate::{self, Candidate};
use super::effects::{clone_folder, is_form};
use super::fold::Fold;
use super::mend::fill;
use super::{Harm, sed, sql};
use crate::programs::{self, Client, Form, SecondRun, Target};
use crate::shell::{Arg, Step, Value};
use crate::text::Span;

/// Looks a call up in the catalogue and keeps what may be found.
pub(super) fn look<'s>(fold: &mut Fold<'s>, call: Call<'s>, step: &'s Step) {
    let end = call.args.last().map_or(call.span.end, |arg| arg.span.end);
    let span = Span::new(call.span.start, end);
    let is_piped = step.input.is_some() && !step.redirects.iter().any(|redirect| redirect.is_here());
    let piped = if is_piped { Span::new(step.pipeline_start, end) } else { span };
    if let Some(client) = sql::client(&call) {
        statements(fold, &call, client, step, (span, piped));
        return;
    }
    let rows = programs::find(call.name).map_or(&[][..], |program| program.second);
    let Some((row, from_input)) = rows.iter().find_map(|row| speaks(row, &call, step.input.as_deref()))
    else {
        return;
    };
    let Some(paths) = paths(row, &call, &step.directory) else { return };
    let mut candidate = Candidate::new(row, step, if from_input { piped } else { span });
    candidate.mend = fill(row, &call, &candidate.written, &paths, step, fold.context);
    if let Target::Links | Target::Moves = row.target {
        let others = call.operands(row.values);
        let absolute =
            others.iter().filter(|arg| arg.value.text.starts_with('/') || row.target == Target::Moves);
        let into = call.values_of(&["-t", "--target-directory"], row.values);
        let values = absolute.map(|arg| &arg.value).chain(&into);
        candidate.grounds = values.map(|value| value.path(&step.directory)).collect();
    }
    let (kills, repeats) = (step.kills, step.hangs);
    fold.push(Candidate { kills, repeats, paths, call: Some(call), listed: Some(row), ..candidate });
}

/// The row speaks of the call; with whether it does so because of standard input.
fn speaks(
    row: &'static SecondRun,
    call: &Call<'_>,
    input: Option<&str>,
) -> Option<(&'static SecondRun, bool)> {
    let with = row.with.is_empty() || call.has(row.with, row.values);
    if !with || call.has(row.safe, row.values) || call.is_open() {
        return None;
    }
    if is_form(call, row.form, row.values) {
        return (row.target != Target::Accounts || makes_account(row, call)).then_some((row, false));
    }
    // `echo "LPUSH list x" | redis-cli`
    let (Form::Word(words), Some(input)) = (row.form, input) else { return None };
    let first = |line: &str| line.split_whitespace().next().map(str::to_ascii_lowercase);
    let said = input.lines().filter_map(first).any(|word| words.contains(&word.as_str()));
    (said && call.operands(row.values).is_empty()).then_some((row, true))
}

/// `adduser user group` adds a member, which may be done twice.
fn makes_account(row: &SecondRun, call: &Call<'_>) -> bool {
    call.operands(row.values).len() == 1
}

/// The paths on which the harm depends; `None` when there is nothing to judge.
fn paths(row: &SecondRun, call: &Call<'_>, directory: &str) -> Option<Vec<String>> {
    let operands = call.operands(row.values);
    let path = |arg: &&Arg| (!arg.value.fresh).then(|| arg.value.path(directory));
    let found: Vec<String> = match row.target {
        Target::Accounts | Target::Network | Target::Server => return Some(Vec::new()),
        Target::File(option) => {
            return Some(
                call.values_of(&[option], row.values).iter().map(|value| value.path(directory)).collect(),
            );
        }
        Target::Makes | Target::Takes | Target::Appends => operands.iter().filter_map(path).collect(),
        Target::Edits => operands.iter().skip(sed::script_operands(call)).filter_map(path).collect(),
        Target::Clones => {
            clone_folder(call).filter(|folder| !folder.fresh).iter().map(|f| f.path(directory)).collect()
        }
        Target::Links => link_names(call, row, directory),
        Target::Moves => {
            let into = !call.values_of(&["-t", "--target-directory"], row.values).is_empty();
            let sources = if into { operands.len() } else { operands.len().saturating_sub(1) };
            operands.iter().take(sources).filter_map(path).collect()
        }
    };
    (!found.is_empty()).then_some(found)
}

fn link_names(call: &Call<'_>, row: &SecondRun, directory: &str) -> Vec<String> {
    let operands = call.operands(row.values);
    let name = |value: &Value| value.text.rsplit('/').next().unwrap_or_default().to_owned();
    let last = match operands.as_slice() {
        [] => return Vec::new(),
        [only] => Value { text: name(&only.value), ..only.value.clone() },
        [.., last] => last.value.clone(),
    };
    if last.fresh { Vec::new() } else { vec![last.path(directory)] }
}

fn statements<'s>(
    fold: &mut Fold<'s>,
    call: &Call<'s>,
    client: &'static Client,
    step: &'s Step,
    (span, piped): (Span, Span),
) {
    let (kills, repeats) = (step.kills, step.hangs);
    let found = sql::repeats(client, call, step.input.as_deref());
    let harmful = found.iter().find(|s| s.row.harm == Harm::AddsUp || (s.reaches && (kills || repeats)));
    let Some(statement) = harmful else { return };
    let span = if sql::has_statement(client, call) { span } else { piped };
    let mut candidate = Candidate::new(&statement.row, step, span);
    candidate.mend = statement_mend(fold, call, &candidate.written, statement, client, step);
    if !candidate.written.contains(&statement.text) {
        candidate.replaced = None;
    }
    candidate.kills = kills && statement.reaches;
    candidate.repeats = repeats && statement.reaches;
    if let Some(file) = sql::database_file(client, call) {
        if file.fresh || file.text == ":memory:" {
            return;
        }
        let path = file.path(&step.directory);
        if fold.effects.removes(&path) {
            return;
        }
        candidate.paths = vec![path];
        candidate.row.target = Target::Makes;
    }
    fold.push(candidate);
}

/// The call with its statement made safe. A statement in a here-document stands apart from the
/// call, so that there the statement itself is mended.
fn statement_mend(
    fold: &Fold<'_>,
    call: &Call<'_>,
    written: &str,
    statement: &sql::Statement,
    client: &Client,
    step: &Step,
) -> String {
    let inside = written.contains(&statement.text);
    let source = if inside { written } else { &statement.text };
    sql::mended(source, statement, client).unwrap_or_else(|| match inside {
        true => fill(&statement.row, call, written, &[], step, fold.context),
        false => format!("[ -e {} ] || {written}", candidate::marker(fold.context)),
    })
}
