//! The characters of a drawing.

use crate::finding::{Instant, Interval, Mark, Phase};

/// With which characters is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    unicode: bool,
}

impl Signs {
    pub(super) fn new(unicode: bool) -> Self {
        Self { unicode }
    }

    /// What goes on at each run.
    pub(super) fn phase(self, phase: Phase) -> char {
        let (unicode, ascii) = match phase {
            Phase::Runs => ('━', '='),
            Phase::PostStart | Phase::PreStop => ('█', '#'),
            Phase::Cut => ('╌', '-'),
            Phase::Stops => ('▓', '%'),
            Phase::Traffic => ('═', '~'),
            Phase::Pod => ('─', '_'),
            Phase::Waits => ('┄', '.'),
        };
        if self.unicode { unicode } else { ascii }
    }

    /// What may go on.
    pub(super) fn perhaps(self) -> char {
        if self.unicode { '░' } else { ':' }
    }

    /// What happens: at each run at that moment, or perhaps.
    pub(super) fn instant(self, instant: Instant, surely: bool) -> char {
        let (sure, perhaps, ascii) = match instant {
            Instant::Begins => ('▶', '▷', '>'),
            Instant::Ends => ('■', '□', ']'),
            Instant::Probe => ('◆', '◇', '?'),
            Instant::Ready => ('●', '○', 'R'),
            Instant::Signal => ('▲', '△', '^'),
            Instant::Kill => ('✖', '✕', 'X'),
            Instant::Deleted => ('▼', '▽', 'v'),
            Instant::Deadline => ('◤', '◸', '!'),
        };
        match (self.unicode, surely) {
            (true, true) => sure,
            (true, false) => perhaps,
            // There are no hollow ones: the label asks.
            (false, _) => ascii,
        }
    }

    /// Behind the words for something that happens.
    pub(super) fn doubt(self, surely: bool) -> &'static str {
        if self.unicode || surely { "" } else { "?" }
    }

    /// What a sign that is not sure means.
    pub(super) fn hollow(self, instant: Instant) -> String {
        const MEANS: &str = "not known when, or not at each run";
        match self.unicode {
            true => format!("{} hollow: {MEANS}", self.instant(instant, false)),
            false => format!("? {MEANS}"),
        }
    }

    /// A line of the scale, and where a second is told.
    pub(super) fn scale(self) -> [char; 3] {
        if self.unicode { ['├', '─', '┼'] } else { ['|', '-', '+'] }
    }

    /// That something is left out.
    pub(super) fn more(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }
}

/// It happens at each run, at a moment that is known.
pub(super) fn is_sure(mark: &Mark) -> bool {
    mark.surely && mark.at.width() == 0.0
}

/// When, in few characters: `5 s`, `0-11 s`, `5 s or later`.
pub(super) fn moment(at: Interval) -> String {
    let number = |seconds: f64| format!("{}", (seconds * 100.0).round() / 100.0);
    match at.latest {
        Some(latest) if number(latest) == number(at.earliest) => format!("{} s", number(latest)),
        Some(latest) => format!("{}-{} s", number(at.earliest), number(latest)),
        None => format!("{} s or later", number(at.earliest)),
    }
}

/// The words for a phase in a legend; `None` where it needs none.
pub(super) fn words(phase: Phase) -> Option<&'static str> {
    Some(match phase {
        Phase::Runs => "runs",
        Phase::PostStart => "postStart",
        Phase::PreStop => "preStop",
        Phase::Cut => "rest of a cut hook",
        Phase::Stops => "told to stop",
        Phase::Traffic => "requests come",
        Phase::Waits => "held up",
        // Its own words say on which way it is.
        Phase::Pod => return None,
    })
}
