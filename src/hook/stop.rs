//! How and when a hook tells the server to stop: a fold over what it does.

use crate::programs::Manner;
use crate::shell::{Reach, Trace};

/// A stop that a hook asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stop {
    /// How.
    pub(crate) manner: Manner,
    /// The shortest time before it, in seconds.
    pub(crate) after: f64,
    /// It comes at each run, and nothing in front of it takes a time that nobody knows.
    pub(crate) surely: bool,
}

impl Stop {
    /// The first stop of a trace.
    pub(crate) fn of(trace: &Trace) -> Option<Self> {
        let after = trace.until_stop?;
        let steps = trace.steps.iter().filter(|step| step.reach != Reach::AfterFailure);
        let manner = steps.filter_map(|step| step.stops).next()?;
        Some(Self { manner, after, surely: trace.stops_surely })
    }
}

#[cfg(test)]
mod tests {
    use super::super::traced::sh;
    use super::*;

    fn graceful(after: f64) -> Option<Stop> {
        Some(Stop { manner: Manner::Graceful, after, surely: true })
    }

    #[test]
    fn a_stop_has_a_time_and_a_manner() {
        assert_eq!(Stop::of(&sh("nginx -s quit")), graceful(0.0));
        assert_eq!(Stop::of(&sh("sleep 5; /usr/local/openresty/bin/openresty -s quit")), graceful(5.0));
        assert_eq!(Stop::of(&sh("sleep 5 && exec kill -TERM 1; sleep 9")), graceful(5.0));
        assert_eq!(Stop::of(&sh("/usr/local/apache2/bin/httpd -k graceful-stop")), graceful(0.0));
        let abrupt = Some(Stop { manner: Manner::Abrupt, after: 0.0, surely: true });
        assert_eq!(Stop::of(&sh("nginx -s stop")), abrupt);
        assert_eq!(Stop::of(&sh("pkill -9 nginx")), abrupt);
    }

    #[test]
    fn what_stops_nothing_is_no_stop() {
        for script in [
            "kill -9 1",
            "kill -0 1",
            "nginx -s reload",
            "sleep 5",
            "echo nginx -s quit",
            "false && nginx -s quit",
            "exit 0; nginx -s quit",
            "while true; do sleep 1; done; nginx -s quit",
        ] {
            assert_eq!(Stop::of(&sh(script)), None, "{script}");
        }
    }

    #[test]
    fn a_stop_that_some_runs_skip_is_not_sure() {
        let found = Stop::of(&sh("[ -f /drain ] && nginx -s quit; sleep 5"));
        assert_eq!(found, Some(Stop { manner: Manner::Graceful, after: 0.0, surely: false }));
        let found = Stop::of(&sh("if [ -f /a ]; then sleep 9; nginx -s quit; else nginx -s quit; fi"));
        assert_eq!(found, graceful(0.0), "the shortest of both ways");
    }
}
