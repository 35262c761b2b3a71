//! How long a hook takes: a fold over what it does.

use crate::shell::{Failure, Longest, Reach, Time, Trace, Wait, Words};

/// How long a hook takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Duration {
    /// The shortest time in seconds; infinite when it certainly never ends by itself.
    pub shortest: f64,
    /// The longest time.
    pub longest: Longest,
    /// The seconds that it can take even if what nobody knows takes none.
    pub counted: f64,
    /// False when an unknown program takes part: `shortest` then counts only what is known.
    pub known: bool,
    /// The shortest time in seconds before the hook itself tells the server to stop (B34); the same
    /// as `shortest` when it does not.
    pub until_stop: f64,
    /// The longest time before that; [`Longest::Unknown`] when it does not.
    pub stop_by: Longest,
    /// It does so at each run, and nothing before takes a time that nobody knows.
    pub stops_surely: bool,
    /// The command that tells the server to stop, when that is before the end.
    pub stop: Option<Words>,
    /// The words that decide: the command that cannot run, the loop, the sleep's operands.
    pub decisive: Option<Words>,
    /// The first command that fails where it was meant to wait.
    pub failure: Option<Failure>,
    /// The wait that decides, as people write it, and its shortest time in seconds: `sleep 30`.
    pub wait: Option<(String, f64)>,
}

impl Duration {
    /// It certainly goes on until the grace period cuts it.
    pub(crate) fn never_ends(&self) -> bool {
        self.shortest.is_infinite()
    }

    /// The time of a hook, from what it does.
    pub(crate) fn of(trace: &Trace) -> Self {
        Self::with(trace, trace.time, |_| true)
    }

    /// The time of a container's program, which ends with its first process.
    pub(crate) fn of_program(trace: &Trace) -> Self {
        // What takes longer than the whole is not waited for.
        Self::with(trace, trace.own, |wait| wait.time.shortest * f64::from(wait.rounds) <= trace.own.shortest)
    }

    fn with(trace: &Trace, time: Time, decides: impl Fn(&Wait) -> bool) -> Self {
        let Time { shortest, longest, counted, known } = time;
        let longest_of = |seconds: fn(&Wait) -> f64| {
            let known = trace.waits.iter().filter(|wait| wait.time.known && decides(wait));
            known.max_by(|a, b| seconds(a).total_cmp(&seconds(b)))
        };
        let longest_wait = longest_of(|wait| wait.time.shortest);
        let longest_in_all = longest_of(|wait| wait.time.shortest * f64::from(wait.rounds));
        let failure = trace.failure.as_ref().map(|failure| failure.words.clone());
        let decisive = match longest {
            _ if shortest == 0.0 && failure.is_some() => failure,
            Longest::Unbounded => trace.endless.clone(),
            _ => None,
        };
        let decisive = decisive
            .or_else(|| longest_in_all.map(|wait| wait.decisive.clone()))
            .or_else(|| trace.waits.first().map(|wait| wait.decisive.clone()))
            .or_else(|| trace.failure.as_ref().map(|failure| failure.words.clone()))
            .or_else(|| trace.stop.clone());
        let stop = trace.steps.iter().find(|step| step.stops.is_some() && step.reach != Reach::AfterFailure);
        Self {
            shortest,
            longest,
            counted,
            known,
            stop_by: stop.map_or(Longest::Unknown, |step| step.starts.longest),
            until_stop: trace.until_stop.map_or(shortest, |live| live.min(shortest)),
            stops_surely: trace.stops_surely,
            stop: trace.stop.clone(),
            decisive,
            failure: trace.failure.clone(),
            wait: longest_wait.or(trace.waits.first()).map(|wait| (wait.what.clone(), wait.time.shortest)),
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth;
