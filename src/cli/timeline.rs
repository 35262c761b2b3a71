//! `kubectl lifecycle timeline`.

use std::io;
use std::panic::{self, AssertUnwindSafe};

use super::args_timeline::ShowTimeline;
use super::configured;
use super::run::BUG;
use super::streams::Streams;
use crate::cli::exit::Exit;
use crate::lint::{self, Timelines};
use crate::report::shared::line;
use crate::report::shared::look::Look;
use crate::report::timeline::Shown;
use crate::text::escape;

/// Draws what was asked for; what was not read, and what has no timeline, is told on standard error.
pub(super) fn run(
    show: &ShowTimeline,
    look: &Look,
    streams: &mut Streams<'_>,
    exit: &mut Exit,
) -> io::Result<()> {
    *exit = Exit::Trouble;
    if let Some(misuse) = show.input.misuse() {
        return writeln!(streams.err, "error: {misuse}");
    }
    let options = match configured::configure_timeline(show) {
        Ok(options) => options,
        Err(trouble) => {
            return trouble
                .iter()
                .try_for_each(|one| writeln!(streams.err, "error: {}", configured::line(one)));
        }
    };
    // The message of a panic stands on standard error already.
    let timelines = panic::catch_unwind(AssertUnwindSafe(|| lint::timelines(&options, &show.given())));
    let Ok(run) = timelines else { return writeln!(streams.err, "{BUG}") };
    let stories = show.stories();
    let shown = Shown {
        timelines: run.timelines.iter().filter(|one| show.wants(&one.object)).collect(),
        without: run.without.iter().filter(|one| show.wants(&one.object)).collect(),
        stories: &stories,
        run: &run,
    };
    let missing = missing(show, &shown);
    if run.trouble.is_empty() && missing.is_empty() {
        *exit = Exit::Clean;
    }
    for one in &run.skipped {
        writeln!(streams.err, "{}: skipped: {}", escape::line(&one.file), escape::line(&one.reason))?;
    }
    for one in &run.trouble {
        writeln!(streams.err, "{}", line::trouble(one))?;
    }
    for name in missing {
        writeln!(streams.err, "error: no workload `{}` was read; {}", escape::line(&name), known(&run))?;
    }
    if shown.timelines.is_empty() && shown.without.is_empty() && show.objects.is_empty() {
        // Trouble says enough.
        if run.trouble.is_empty() {
            writeln!(streams.err, "nothing to draw: none of the objects that were read has Pods")?;
        }
    }
    show.output.write(&shown, look, streams.out)
}

/// Objects that were asked for and are not there.
fn missing(show: &ShowTimeline, shown: &Shown<'_>) -> Vec<String> {
    let objects = || {
        let timelines = shown.timelines.iter().map(|one| &one.object);
        timelines.chain(shown.without.iter().map(|one| &one.object))
    };
    let is_there = |named: &&super::args_timeline::Named| !objects().any(|object| named.is(object));
    show.objects.iter().filter(is_there).map(super::args_timeline::Named::words).collect()
}

/// Which workloads there are.
fn known(run: &Timelines) -> String {
    const MOST: usize = 5;
    let all: Vec<String> = run
        .timelines
        .iter()
        .map(|one| format!("{}/{}", one.object.kind.to_lowercase(), one.object.name))
        .collect();
    let named =
        all.iter().take(MOST).map(|name| escape::line(name).into_owned()).collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => "none was".to_owned(),
        count if count > MOST => format!("there are {named} and {} more", count - MOST),
        1 => format!("there is {named}"),
        _ => format!("there are {named}"),
    }
}
