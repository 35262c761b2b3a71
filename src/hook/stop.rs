//! How and when a hook tells the server to stop: a fold over what it does.

use crate::programs::{Manner, Rule, Runs};
use crate::shell::{Reach, Sent, Time, Trace};

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

/// A signal that a hook sends to the first process of its container.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signal {
    /// Its name without `SIG`.
    pub(crate) name: String,
    /// The time before it, in seconds.
    pub(crate) after: Time,
    /// It comes at each run.
    pub(crate) surely: bool,
}

/// The signals of a trace, in the order of a run.
pub(crate) fn signals(trace: &Trace) -> Vec<Signal> {
    let kills = trace.steps.iter().filter(|step| {
        step.reach != Reach::AfterFailure
            && step.program.is_some_and(|program| matches!(program.runs, Runs::Rule(Rule::Kill)))
    });
    let sent = kills.filter_map(|step| {
        let sent = Sent::of(&step.args, false);
        let is_sent = sent.is_to_the_first() && sent.name() != "0";
        let surely = step.reach == Reach::Always && step.starts.known && !step.background;
        is_sent.then(|| Signal { name: sent.name().to_owned(), after: step.starts, surely })
    });
    sent.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::sh;

    #[test]
    fn every_signal_to_the_first_process_is_told() {
        let of = |script| {
            let sent = signals(&sh(script)).into_iter();
            sent.map(|sent| (sent.name, sent.after.shortest, sent.surely)).collect::<Vec<_>>()
        };
        assert_eq!(of("kill -USR1 1; sleep 20"), [("USR1".to_owned(), 0.0, true)]);
        assert_eq!(of("sleep 3; kill -s HUP 1"), [("HUP".to_owned(), 3.0, true)]);
        assert_eq!(of("[ -f /a ] && kill 1"), [("TERM".to_owned(), 0.0, false)]);
        assert_eq!(of("kill -0 1; kill -TERM 2; kill -l; echo kill -TERM 1"), []);
    }

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
        for script in
            ["pkill -9 nginx", "pkill -f -9 nginx", "killall -q -s KILL nginx", "pkill --signal=kill nginx"]
        {
            assert_eq!(Stop::of(&sh(script)), abrupt, "{script}");
        }
        for script in [
            "curl -X POST localhost:15000/quitquitquit",
            "wget -qO- --post-data= http://127.0.0.1:15020/quitquitquit",
            "curl \"http://$POD_IP:15000/quitquitquit?x\"",
            "kill -s TERM 1",
            "pidof app | xargs -I{} kill {}",
            "pilot-agent request POST quitquitquit",
            "kill -int 1",
            "/opt/tools/bin/pkill nginx",
        ] {
            assert_eq!(Stop::of(&sh(script)).map(|stop| stop.manner), Some(Manner::Graceful), "{script}");
        }
        let later = Stop::of(&sh("(sleep 9; nginx -s quit) & sleep 20"));
        assert_eq!(later, Some(Stop { manner: Manner::Graceful, after: 9.0, surely: false }));
    }

    #[test]
    fn what_stops_nothing_is_no_stop() {
        for script in [
            "kill -9 1",
            "kill -0 1",
            "nginx -s reload",
            "kill -hup 1",
            "kill -s HUP 1",
            "pkill -f -HUP nginx",
            "pkill nginx -HUP",
            "pkill -f --signal USR1 nginx",
            "killall -q -USR1 nginx",
            "kill $$",
            "kill 0",
            "kill $PPID",
            "curl -d quitquitquit localhost/log",
            "curl -o /tmp/quitquitquit localhost/a",
            "curl http://other.svc:15000/quitquitquit",
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
