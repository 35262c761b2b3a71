//! Timelines for people.

use std::io::{self, Write};

use super::Shown;
use crate::finding::words::capitalised;
use crate::manifest::id::named;
use crate::report::shared::chart;
use crate::report::shared::look::Look;
use crate::report::shared::palette::Palette;
use crate::report::shared::spot;
use crate::text::{escape, wrap};
use crate::timeline::{Story, Timeline};

/// Writes one workload after the other, each below its name; then what has no timeline, and why.
pub(super) fn write(shown: &Shown<'_>, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(look.color);
    for (at, timeline) in shown.timelines.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let file = shown.run.source(timeline.source).map_or(String::new(), spot::title);
        let title = format!("{} in {file}", escape::line(&named(&timeline.object)));
        for line in wrap::hanging(&title, look.width, "", "  ") {
            writeln!(out, "{}", palette.strong(&line))?;
        }
        let rule = if look.unicode { "═" } else { "=" };
        writeln!(out, "{}", palette.dim(&rule.repeat(look.width)))?;
        for story in shown.stories {
            told(shown, timeline, *story, look, out)?;
        }
    }
    for one in &shown.without {
        writeln!(out)?;
        let (name, file) = (named(&one.object), shown.file(one.source));
        let text = format!("{name} in {file} has no timeline: {}.", one.reason);
        for line in wrap::hanging(&escape::line(&text), look.width, "", "  ") {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// A story: its drawing, and a sentence for each event with the lines it comes from.
fn told(
    shown: &Shown<'_>,
    timeline: &Timeline,
    story: Story,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out)?;
    if let Some(untold) = timeline.untold(story) {
        let text = format!("{}: nothing to draw: {untold}.", capitalised(super::name(story)));
        for line in wrap::hanging(&text, look.width, "", "  ") {
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let chart = timeline.chart(story);
    for line in chart.iter().flat_map(|chart| chart::draw(chart, look)) {
        writeln!(out, "{line}")?;
    }
    if chart.is_some() {
        writeln!(out)?;
    }
    for (sentence, places) in shown.sentences(timeline, story) {
        let origin = match shown.origin(timeline, &places) {
            origin if origin.is_empty() => origin,
            // A place is found again where it is not broken.
            origin => {
                format!(" ({})", origin.replace(' ', wrap::TIED).replace(&format!(",{}", wrap::TIED), ", "))
            }
        };
        let text = format!("{}{origin}", escape::line(&sentence));
        for line in wrap::hanging(&text, look.width, "  ", "      ") {
            writeln!(out, "{}", line.replace(wrap::TIED, " "))?;
        }
    }
    Ok(())
}
