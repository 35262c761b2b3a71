//! Timelines, drawn and told: the formats of `kubectl lifecycle timeline`.

mod html;
mod json;
mod mermaid;
mod svg;
mod text;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::finding::{Place, SourceId};
use crate::lint::{Timelines, Without};
use crate::report::shared::guard::CommandGuard;
use crate::report::shared::look::Look;
use crate::text::escape;
use crate::timeline::{Event, Story, Timeline};

/// A format of timelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// Drawings with a sentence for each event, for people
    #[default]
    Text,
    /// Everything, for programs: JSON, version 1
    Json,
    /// Gantt charts in Markdown, for a pull request
    Mermaid,
    /// One picture with all drawings, for documents: light and dark, no script
    Svg,
    /// One page for a browser, complete in itself, with a sentence for each event
    Html,
}

/// What is shown of a run.
pub(crate) struct Shown<'a> {
    /// The run.
    pub run: &'a Timelines,
    /// Those that were asked for.
    pub timelines: Vec<&'a Timeline>,
    /// Workloads that were asked for and have none.
    pub without: Vec<&'a Without>,
    /// What is told of each.
    pub stories: &'a [Story],
}

impl Format {
    /// Writes what is to be shown.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn write(self, shown: &Shown<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(shown, look, &mut CommandGuard::new(out)),
            Self::Json => json::write(shown, out),
            Self::Mermaid => mermaid::write(shown, &mut CommandGuard::new(out)),
            Self::Svg => svg::write(shown, &mut CommandGuard::markup(out)),
            Self::Html => html::write(shown, &mut CommandGuard::markup(out)),
        }
    }
}

/// The name of a story in a format for programs.
fn name(story: Story) -> &'static str {
    match story {
        Story::Start => "start",
        Story::Stop => "stop",
        Story::Rollout => "rollout",
        Story::Drain => "drain",
        Story::Liveness => "liveness",
        Story::Replacement => "replacement",
    }
}

impl Shown<'_> {
    /// The name of a file.
    fn file(&self, source: SourceId) -> &str {
        self.run.source(source).map_or("", |source| source.name())
    }

    /// The file of a place, its line, and what rendered the text that the line counts in.
    fn line(&self, place: &Place) -> Option<(&str, usize, Option<&str>)> {
        let source = self.run.source(place.source)?;
        Some((source.name(), source.position(place.span.start).line, source.rendered_by()))
    }

    /// Where an event comes from: `line 12`, `lines 12, 20`, or `budget.yaml:7` in a file that is not that of the
    /// workload, whose name stands above; each line once.
    fn origin(&self, of: &Timeline, places: &[Place]) -> String {
        let mut own: Vec<String> = Vec::new();
        let mut others: Vec<String> = Vec::new();
        for place in places {
            let Some((file, line, rendered)) = self.line(place) else { continue };
            let rendered = if rendered.is_some() { " as rendered" } else { "" };
            let (told, place) = match place.source == of.source {
                true => (&mut own, format!("{line}{rendered}")),
                false => (&mut others, format!("{}:{line}{rendered}", escape::line(file))),
            };
            if !told.contains(&place) {
                told.push(place);
            }
        }
        let own = match own.as_slice() {
            [] => None,
            [line] => Some(format!("line {line}")),
            lines => Some(format!("lines {}", lines.join(", "))),
        };
        own.into_iter().chain(others).collect::<Vec<_>>().join(", ")
    }

    /// What is told of a story: of a rollout as a whole it is one sentence.
    fn sentences(&self, timeline: &Timeline, story: Story) -> Vec<(String, Vec<Place>)> {
        let of = |event: Event| (event.sentence(), event.because);
        match (story, &timeline.rollout) {
            (Story::Rollout, Some(rollout)) => {
                vec![(format!("a rollout {}", rollout.sentence()), rollout.because.clone())]
            }
            _ => timeline.events(story).into_iter().map(of).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
