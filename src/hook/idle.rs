//! Whether a script does nothing but wait.

use super::Duration;
use crate::programs::{Prints, Rule, Runs};
use crate::shell::{Step, Trace};

/// It waits, perhaps says so, and does nothing else: it keeps a container there for others to work in.
pub(crate) fn only_waits(trace: &Trace) -> bool {
    /// In seconds: nobody waits so long for something else to begin.
    const LONG: f64 = 60.0;
    let time = Duration::of(trace);
    let is_long = time.never_ends() || time.shortest >= LONG;
    let waits = trace.steps.iter().any(is_wait);
    is_long
        && waits
        && trace.failure.is_none()
        && trace.steps.iter().all(|step| is_wait(step) || is_nothing(step))
}

fn is_wait(step: &Step) -> bool {
    let is_silent = || step.args.iter().skip(1).any(|arg| arg.known() == Some("/dev/null"));
    step.program.is_some_and(|program| match program.runs {
        Runs::Rule(Rule::Sleep | Rule::Usleep | Rule::Wait | Rule::Endless | Rule::Trap) => true,
        Runs::Rule(Rule::Tail) => is_silent(),
        _ => false,
    })
}

/// It ends at once, and nobody else sees what it did.
fn is_nothing(step: &Step) -> bool {
    step.is_empty
        || step.program.is_some_and(|program| {
            matches!(program.runs, Runs::Succeeds)
                || (program.tells.is_some() && program.prints != Prints::Nothing)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::sh;

    #[test]
    fn a_script_that_keeps_a_container_there_only_waits() {
        for script in [
            "sleep infinity",
            "sleep 3600",
            "tail -f /dev/null",
            "while true; do sleep 30; done",
            "echo ready; sleep infinity",
            "trap : TERM INT; sleep infinity & wait",
            "while :; do sleep 2147483647; done",
        ] {
            assert!(only_waits(&sh(script)), "{script}");
        }
    }

    #[test]
    fn a_script_that_works_does_not() {
        for script in [
            "sleep 5",
            "tail -f /var/log/app.log",
            "while true; do /app/poll; sleep 30; done",
            "/app/server & sleep infinity",
            "echo bye",
            "nginx; sleep infinity",
            "while true; do curl http://x/sync; sleep 60; done",
            "",
        ] {
            assert!(!only_waits(&sh(script)), "{script}");
        }
    }
}
