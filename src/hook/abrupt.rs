//! Whether a hook begins the stop of its server by cutting off what it is doing: a fold over what it does.

use crate::kubernetes::images::{self, Own, Server};
use crate::programs::{Cuts, Manner, Rule, Runs, base_name};
use crate::shell::{Given, Longest, Reach, Sent, Step, Trace, Words};

/// A stop that leaves nothing that is under way its time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Abrupt {
    /// How.
    pub(crate) by: By,
    /// The command.
    pub(crate) words: Words,
    /// The same, as it is written.
    pub(crate) written: String,
    /// The words that would have to be others, and those.
    pub(crate) instead: Option<(Words, String)>,
    /// The shortest time before it, in seconds.
    pub(crate) after: f64,
    /// The hook does nothing else.
    pub(crate) is_all: bool,
}

/// How a server is stopped without its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Its own program asks for it.
    Program(Cuts),
    /// SIGKILL, of which no program hears.
    Kill,
    /// SIGKILL to the first process of its container, from which the kernel keeps it: nothing is stopped.
    InVain,
    /// A signal, without `SIG`, on which this server ends at once.
    Signal(Server, &'static str),
}

impl Abrupt {
    /// The first stop of a trace, where it is one; `image` and `program` are what its container runs, as far as its
    /// manifest tells. A kill behind a wait is a last resort, and a stop that only some runs make so has to be one
    /// of several that are all alike.
    pub(crate) fn of(trace: &Trace, image: Option<&str>, program: Option<&str>, own: &Own) -> Option<Self> {
        let steps = || trace.steps.iter().filter(|step| step.reach != Reach::AfterFailure);
        let is_all = steps().count() == 1;
        let is_in_vain = |step: &&Step| step.stops.is_none() && is_kill_of_the_first(step);
        let step = steps().find(|step| step.stops.is_some() || is_in_vain(step))?;
        let by = By::of(step, image, program, own)?;
        // What the orderly call would have done is done: `redis-cli save; redis-cli shutdown nosave`.
        let is_done = |cuts: Cuts| {
            let before = steps().take_while(|one| !std::ptr::eq(*one, step));
            let mut same = before.filter(|one| is_same(one, step));
            let word = cuts.instead.map(|(_, word)| word);
            same.any(|one| word.is_some_and(|word| Given(&one.args).holds(&[word])))
        };
        let is_at_once = step.starts.known && step.starts.longest == Longest::Seconds(0.0);
        let is_alike = || {
            let others = steps().filter(|step| step.stops.is_some());
            others.into_iter().all(|other| By::of(other, image, program, own).is_some())
        };
        let is_told = match by {
            By::Kill => is_at_once && is_alike(),
            By::InVain => true,
            By::Program(cuts) if is_done(cuts) => false,
            By::Program(_) | By::Signal(..) => step.reach == Reach::Always || is_alike(),
        };
        is_told.then(|| Self {
            by,
            words: step.words(step.span),
            written: step.written(step.span).split_whitespace().collect::<Vec<_>>().join(" "),
            instead: instead(by, step),
            after: step.starts.shortest,
            is_all,
        })
    }
}

impl By {
    fn of(step: &Step, image: Option<&str>, program: Option<&str>, own: &Own) -> Option<Self> {
        if is_kill_of_the_first(step) && step.stops.is_none() {
            return Some(Self::InVain);
        }
        let manner = step.stops?;
        match sent(step) {
            Some(_) if manner == Manner::Abrupt => Some(Self::Kill),
            Some((sent, by_name)) => {
                let (server, signal) = images::ended_by(image?, sent.name(), own)?;
                // What else the image may run takes signals in another way.
                let is_it = server.program.is_none_or(|name| {
                    program.is_none_or(|program| base_name(program) == name) && (!by_name || sent.names(name))
                });
                is_it.then_some(Self::Signal(server, signal))
            }
            None => Some(Self::Program(used(step)?)),
        }
    }
}

/// Both are calls of one program.
fn is_same(a: &Step, b: &Step) -> bool {
    a.program.zip(b.program).is_some_and(|(a, b)| std::ptr::eq(a, b))
}

/// What it sends, and whether it names its targets.
fn sent(step: &Step) -> Option<(Sent<'_>, bool)> {
    match step.program?.runs {
        Runs::Rule(Rule::Kill) => Some((Sent::of(&step.args, false), false)),
        Runs::Rule(Rule::KillByName) => Some((Sent::of(&step.args, true), true)),
        _ => None,
    }
}

fn is_kill_of_the_first(step: &Step) -> bool {
    sent(step).is_some_and(|(sent, by_name)| !by_name && sent.name() == "KILL" && sent.is_to_the_first())
}

/// What the call costs that the program is used by.
fn used(step: &Step) -> Option<Cuts> {
    let given = Given(step.args.get(1..)?);
    let used = step.program?.uses.iter().find(|used| given.holds(used.arguments))?;
    used.cuts
}

/// The words that would have to be others.
fn instead(by: By, step: &Step) -> Option<(Words, String)> {
    match by {
        By::InVain => None,
        By::Program(cuts) => {
            let (word, other) = cuts.instead?;
            let arg = step.args.iter().skip(1).find(|arg| arg.known() == Some(word))?;
            arg.literal.then(|| (arg.words.clone(), other.to_owned()))
        }
        By::Kill => signal_instead(step, "TERM"),
        By::Signal(server, _) => signal_instead(step, server.graceful),
    }
}

/// The signal in the words of a command, in the same form: `-9` becomes `-TERM`, `SIGKILL` becomes `SIGTERM`.
fn signal_instead(step: &Step, other: &str) -> Option<(Words, String)> {
    const NAMES: [&str; 8] = ["KILL", "TERM", "QUIT", "INT", "9", "15", "3", "2"];
    let (name, args) = step.args.split_first()?;
    for (at, arg) in args.iter().enumerate() {
        let Some(text) = arg.known() else { continue };
        let is_value = || {
            let before = at.checked_sub(1).and_then(|before| args.get(before)?.known());
            matches!(before, Some("-s" | "-n" | "--signal"))
        };
        let (lead, signal) = match text.strip_prefix("--signal=").or_else(|| text.strip_prefix('-')) {
            Some(signal) => text.split_at(text.len() - signal.len()),
            None if is_value() => ("", text),
            None => continue,
        };
        let upper = signal.to_ascii_uppercase();
        let (sig, plain) = upper.strip_prefix("SIG").map_or(("", upper.as_str()), |plain| ("SIG", plain));
        if NAMES.contains(&plain) {
            return arg.literal.then(|| (arg.words.clone(), format!("{lead}{sig}{other}")));
        }
    }
    // It is not named, so it is TERM.
    let written = name.known().filter(|_| name.literal)?;
    Some((name.words.clone(), format!("{written} -{other}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::traced::{sh, words};

    fn of(script: &str) -> Option<(By, Option<String>)> {
        let found = Abrupt::of(&sh(script), Some("nginx:1.27"), None, &Own::NONE)?;
        Some((found.by, found.instead.map(|(_, text)| text)))
    }

    fn kill(instead: &str) -> Option<(By, Option<String>)> {
        Some((By::Kill, Some(instead.to_owned())))
    }

    #[test]
    fn a_stop_that_begins_with_a_kill_is_abrupt() {
        for (script, instead) in [
            ("kill -9 7", "-TERM"),
            ("kill -KILL $(cat /run/app.pid)", "-TERM"),
            ("pkill -9 app", "-TERM"),
            ("pkill -SIGKILL app; sleep 5", "-SIGTERM"),
            ("killall -s KILL app", "TERM"),
            ("pkill --signal=kill app", "--signal=TERM"),
            ("echo bye; kill -9 7", "-TERM"),
        ] {
            assert_eq!(of(script), kill(instead), "{script}");
        }
    }

    #[test]
    fn a_kill_behind_a_wait_is_a_last_resort() {
        for script in [
            "kill -QUIT 7; sleep 10; kill -9 7",
            "sleep 10; kill -9 7",
            "/app/drain; pkill -9 app",
            "pkill -QUIT app || pkill -9 app",
            "while pgrep app; do sleep 1; done; pkill -9 app",
        ] {
            assert_eq!(of(script), None, "{script}");
        }
    }

    #[test]
    fn the_kernel_keeps_a_kill_from_the_first_process() {
        assert_eq!(of("kill -9 1"), Some((By::InVain, None)));
        assert_eq!(of("kill -s KILL 1; sleep 5"), Some((By::InVain, None)));
        assert_eq!(of("kill -QUIT 1; sleep 5; kill -9 1"), None);
    }

    #[test]
    fn programs_stop_their_servers_in_one_way_or_the_other() {
        let program = |script| of(script).map(|(by, instead)| (matches!(by, By::Program(_)), instead));
        for (script, instead) in [
            ("nginx -s stop", "quit"),
            ("sleep 10; /usr/sbin/nginx -s stop", "quit"),
            ("if [ -f /run/nginx.pid ]; then nginx -s stop; fi", "quit"),
            ("apachectl -k stop", "graceful-stop"),
            ("kong stop", "quit"),
            ("redis-cli shutdown nosave", "save"),
            ("pg_ctl stop -m immediate", "fast"),
            ("pg_ctl stop --mode=immediate", "--mode=fast"),
            ("pg_ctl stop -D $PGDATA -m i", "f"),
            ("pg_ctl stop -mi", "-mf"),
            ("redis-cli ping; redis-cli shutdown nosave", "save"),
        ] {
            assert_eq!(program(script), Some((true, Some(instead.to_owned()))), "{script}");
        }
        for script in [
            "nginx -s quit",
            "nginx -s quit || nginx -s stop",
            "nginx -s quit; sleep 20; nginx -s stop",
            "if [ -f /a ]; then nginx -s stop; else nginx -s quit; fi",
            "redis-cli shutdown",
            "redis-cli save; redis-cli shutdown nosave",
            "pg_ctl stop -m fast",
            "nodetool stopdaemon",
            "echo nginx -s stop",
        ] {
            assert_eq!(program(script), None, "{script}");
        }
    }

    #[test]
    fn a_signal_is_abrupt_to_the_server_that_takes_it_so() {
        let signal = |script| match of(script)? {
            (By::Signal(server, signal), instead) => Some((server.name(), signal, instead?)),
            _ => None,
        };
        for (script, name, instead) in [
            ("kill -TERM 1", "TERM", "-QUIT"),
            ("kill 1", "TERM", "kill -QUIT"),
            ("kill -s int 1", "INT", "QUIT"),
            ("pkill nginx", "TERM", "pkill -QUIT"),
            ("kill $(cat /run/nginx.pid)", "TERM", "kill -QUIT"),
        ] {
            assert_eq!(signal(script), Some(("nginx", name, instead.to_owned())), "{script}");
        }
        for script in ["kill -QUIT 1", "pkill tail", "pkill app", "kill -HUP 1", "pkill -QUIT nginx"] {
            assert_eq!(signal(script), None, "{script}");
        }
        let trace = words(&["kill", "1"]);
        assert_eq!(Abrupt::of(&trace, Some("nginx:1.27"), Some("/app/serve"), &Own::NONE), None);
        assert_eq!(Abrupt::of(&trace, Some("registry.example.com/web:1"), None, &Own::NONE), None);
        assert!(Abrupt::of(&trace, Some("nginx:1.27"), Some("/usr/sbin/nginx"), &Own::NONE).is_some());
    }
}
