//! Timelines as one page for a browser: drawings, and a sentence for each event.

use std::io::{self, Write};

use askama::Template;

use super::{Shown, name};
use crate::finding::words::capitalised;
use crate::lint::Without;
use crate::report::shared::page::{Frame, Prose};
use crate::report::shared::spot;
use crate::report::shared::summary::plural;
use crate::report::shared::svg;
use crate::text::escape;
use crate::timeline::{Story, Timeline};

/// Up to so many workloads are shown open.
const FEW: usize = 10;

/// Writes the whole page.
pub(super) fn write(shown: &Shown<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut out = out;
    Page::of(shown)?.write_into(&mut out)?;
    writeln!(out)
}

#[derive(Template)]
#[template(path = "timelines.html")]
struct Page {
    frame: Frame,
    closing: String,
    files: Vec<File>,
    without: Vec<Row>,
    trouble: Vec<Row>,
    skipped: Vec<Row>,
    are_open: bool,
}

/// The workloads of a file.
struct File {
    anchor: usize,
    name: String,
    workloads: Vec<Workload>,
}

struct Workload {
    name: String,
    stories: Vec<Told>,
}

/// What happens from a first moment on.
struct Told {
    name: String,
    /// Why there is nothing to be told; empty where there is.
    untold: String,
    chart: Option<String>,
    events: Vec<Happening>,
}

/// An event, and the lines that it comes from.
struct Happening {
    said: Prose,
    origin: String,
}

struct Row {
    place: String,
    said: Prose,
}

impl Page {
    fn of(shown: &Shown<'_>) -> io::Result<Self> {
        let mut files: Vec<File> = Vec::new();
        for group in shown.timelines.chunk_by(|left, right| left.source == right.source) {
            let workloads: io::Result<Vec<Workload>> =
                group.iter().map(|timeline| Workload::of(shown, timeline)).collect();
            let source = group.first().and_then(|timeline| shown.run.source(timeline.source));
            let name = source.map_or(String::new(), spot::title);
            files.push(File { anchor: files.len() + 1, name, workloads: workloads? });
        }
        let trouble = shown.run.trouble.iter();
        let skipped = shown.run.skipped.iter();
        Ok(Self {
            frame: Frame::new(),
            closing: format!("Timelines of {}", plural(shown.timelines.len(), "workload")),
            files,
            without: shown.without.iter().map(|one| without(shown, one)).collect(),
            trouble: trouble
                .map(|one| Row { place: spot::trouble(one), said: Prose::of(&one.message) })
                .collect(),
            skipped: skipped.map(|one| Row::new(&one.file, &one.reason)).collect(),
            are_open: shown.timelines.len() <= FEW,
        })
    }
}

impl Workload {
    fn of(shown: &Shown<'_>, timeline: &Timeline) -> io::Result<Self> {
        let object = &timeline.object;
        let mut name = format!("{} {}", escape::line(&object.kind), escape::line(&object.name));
        if let Some(namespace) = &object.namespace {
            name.push_str(&format!(" in {}", escape::line(namespace)));
        }
        let stories = shown.stories.iter().map(|story| Told::of(shown, timeline, *story));
        Ok(Self { name, stories: stories.collect::<io::Result<_>>()? })
    }
}

impl Told {
    fn of(shown: &Shown<'_>, timeline: &Timeline, story: Story) -> io::Result<Self> {
        let name = capitalised(name(story));
        if let Some(untold) = timeline.untold(story) {
            return Ok(Self { name, untold: untold.to_owned(), chart: None, events: Vec::new() });
        }
        let chart = timeline.chart(story).map(|chart| svg::element(&chart)).transpose();
        let events = shown.sentences(timeline, story).into_iter().map(|(sentence, places)| Happening {
            said: Prose::of(&sentence),
            origin: shown.origin(timeline, &places),
        });
        let chart = chart.map_err(io::Error::other)?;
        Ok(Self { name, untold: String::new(), chart, events: events.collect() })
    }
}

fn without(shown: &Shown<'_>, one: &Without) -> Row {
    let named = crate::manifest::id::named(&one.object);
    Row::new(shown.file(one.source), &format!("{named} has no timeline: {}", one.reason))
}

impl Row {
    fn new(file: &str, said: &str) -> Self {
        Self { place: escape::line(file).into_owned(), said: Prose::of(said) }
    }
}
