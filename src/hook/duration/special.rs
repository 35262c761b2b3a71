//! Commands with rules of their own: those that wait, those that steer the shell, and signals.

use super::output::sends_away;
use super::run::Machine;
use super::simple::{Arg, Call};
use super::state::{Flow, Outcome, State};
use super::{Longest, Part, Time, Words};
use crate::hook::commands;
use crate::hook::time::sleep_operand;

type Rule<'a> = fn(&mut Machine<'a>, Call, State) -> Outcome;
type Rules<'a> = [(&'static [&'static str], Rule<'a>); 26];

/// Commands by name, each with the function that follows it.
fn rules<'a>() -> Rules<'a> {
    [
        (&["sleep"], Machine::<'a>::sleep),
        (&["usleep"], Machine::<'a>::usleep),
        (&["timeout"], Machine::<'a>::timeout),
        (&["wait"], Machine::<'a>::wait),
        (&["tail"], Machine::<'a>::tail),
        (&["yes", "watch", "pause"], Machine::<'a>::endless),
        (&["curl"], Machine::<'a>::curl),
        (&["read"], Machine::<'a>::read),
        (&["exit"], Machine::<'a>::exit),
        (&["return"], Machine::<'a>::returns),
        (&["break"], Machine::<'a>::breaks),
        (&["continue"], Machine::<'a>::continues),
        (&["set"], Machine::<'a>::set),
        (&["shift"], Machine::<'a>::shift),
        (&["trap"], Machine::<'a>::trap),
        (&["eval"], Machine::<'a>::eval),
        (&[".", "source"], Machine::<'a>::sourced),
        (&["exec"], Machine::<'a>::exec),
        (&["export", "local", "readonly", "declare", "typeset"], Machine::<'a>::declare),
        (&["unset"], Machine::<'a>::unset),
        (&["let"], Machine::<'a>::let_),
        (&["[", "test"], Machine::<'a>::test),
        (&["kill"], Machine::<'a>::kill),
        (&["pkill", "killall", "killall5"], Machine::<'a>::kill_by_name),
        (&["date"], Machine::<'a>::date),
        (&["command", "type", "hash"], Machine::<'a>::command_lookup),
    ]
}

impl Machine<'_> {
    /// Follows a command that has a rule of its own; `None` when it has none.
    pub(super) fn special(&mut self, name: &str, call: Call, state: &State) -> Option<Outcome> {
        let (_, rule) = rules().into_iter().find(|(names, _)| names.contains(&name))?;
        let passes_on = matches!(name, "exec" | "command") && call.args.len() > 1 && !is_lookup(call);
        let plain_tail = name == "tail" && !follows(call);
        if passes_on || plain_tail {
            return None;
        }
        Some(rule(self, call, state.clone()))
    }

    fn waits(&mut self, call: Call, decisive: Words, time: Time, mut state: State) -> Outcome {
        let what: Vec<&str> = (0..call.args.len()).map(|at| call.text(at).unwrap_or("…")).collect();
        self.note(Part { words: call.whole.clone(), decisive, what: what.join(" "), time });
        state.spend(time);
        state.status = Some(true);
        Outcome::next(state)
    }

    fn sleep(&mut self, call: Call, state: State) -> Outcome {
        let operands: Vec<&Arg> =
            call.args.iter().skip(1).filter(|arg| arg.value.as_deref() != Some("--")).collect();
        let (Some(first), Some(last)) = (operands.first(), operands.last()) else {
            return self.sleep_fails(
                call.whole.clone(),
                "sleep without an operand fails at once".to_owned(),
                state,
            );
        };
        let same_text = first.words.text == last.words.text;
        let range = first.words.range.start..last.words.range.end;
        let decisive = if same_text { Words { range, ..first.words.clone() } } else { first.words.clone() };
        // What a template tool will put there is not known.
        if operands.iter().any(|operand| operand.value.as_deref().is_some_and(|text| text.contains("{{"))) {
            return self.waits(call, decisive, Time::UNKNOWN, state);
        }
        let mut time = Time::NONE;
        for operand in &operands {
            let Some(text) = &operand.value else {
                time = time.then(Time::UNKNOWN);
                continue;
            };
            match sleep_operand(text) {
                Some(seconds) if seconds.is_finite() => time = time.then(Time::exactly(seconds)),
                Some(_) => time = time.then(Time::ENDLESS),
                // `--help` and `--version` are no time either.
                None => {
                    let reason = format!("`{text}` is no time that sleep understands, so it fails at once");
                    return self.sleep_fails(operand.words.clone(), reason, state);
                }
            }
        }
        if !time.known {
            time = Time::UNKNOWN;
        }
        if time.shortest.is_infinite() {
            self.endless.get_or_insert_with(|| decisive.clone());
        }
        self.waits(call, decisive, time, state)
    }

    fn sleep_fails(&mut self, words: Words, reason: String, state: State) -> Outcome {
        self.fail(words, reason);
        Outcome::next(State { status: Some(false), ..state })
    }

    fn usleep(&mut self, call: Call, state: State) -> Outcome {
        let microseconds = call.text(1).map(str::parse::<u64>);
        match (microseconds, call.args.get(1)) {
            (Some(Ok(microseconds)), Some(arg)) => {
                let time = Time::exactly(microseconds as f64 / 1e6);
                self.waits(call, arg.words.clone(), time, state)
            }
            (None, Some(_)) => self.unknown(call, state),
            _ => self.sleep_fails(
                call.whole.clone(),
                "usleep without a number fails at once".to_owned(),
                state,
            ),
        }
    }

    /// `timeout [options] 10s command`, and busybox's old `timeout -t 10 command`.
    fn timeout(&mut self, call: Call, mut state: State) -> Outcome {
        let mut at = 1;
        let mut limit = None;
        while let Some(option) = call.text(at).filter(|text| text.starts_with('-')) {
            match option {
                "-t" => {
                    limit = call.text(at + 1).and_then(sleep_operand);
                    at += 2;
                }
                "-s" | "-k" | "--signal" | "--kill-after" => at += 2,
                _ => at += 1,
            }
        }
        if limit.is_none() {
            limit = call.text(at).and_then(sleep_operand);
            at += 1;
        }
        let (Some(limit), true) = (limit, call.args.len() > at) else { return self.unknown(call, state) };
        let inner = call.without(at);
        let mut child = self.nested(&state, |machine, state| machine.dispatch(inner, state));
        if limit > 0.0 {
            let over = child.time.longest.seconds().is_none_or(|longest| longest > limit);
            child.time = child.time.cut(limit);
            child.live = child.live.min(limit);
            child.status = if over { None } else { child.status };
        }
        state.absorb(child);
        Outcome::next(state)
    }

    fn wait(&mut self, call: Call, mut state: State) -> Outcome {
        let operands = call.values();
        // `wait 1`: not a child of this shell.
        let others = operands.iter().flatten().any(|operand| operand.parse::<u64>().is_ok());
        if !others {
            state.wait(operands.is_empty());
        }
        state.status = if others { Some(false) } else { Some(true) };
        Outcome::next(state)
    }

    fn tail(&mut self, call: Call, state: State) -> Outcome {
        let bound = call.values().iter().flatten().any(|argument| argument.starts_with("--pid"));
        if bound {
            let time = Time { shortest: 0.0, ..Time::ENDLESS };
            self.endless.get_or_insert_with(|| call.whole.clone());
            return self.waits(call, call.whole.clone(), time, state);
        }
        self.endless(call, state)
    }

    fn endless(&mut self, call: Call, state: State) -> Outcome {
        self.endless.get_or_insert_with(|| call.whole.clone());
        self.waits(call, call.whole.clone(), Time::ENDLESS, state)
    }

    /// Nobody knows how long a server takes to answer, unless the request has a limit.
    fn curl(&mut self, call: Call, state: State) -> Outcome {
        let values = call.values();
        let retries = values.iter().flatten().any(|value| value.starts_with("--retry"));
        let limit = values.iter().enumerate().find_map(|(at, value)| {
            let value = value.as_deref()?;
            let next = || values.get(at + 1)?.as_deref();
            let text = match value {
                "-m" | "--max-time" => next()?,
                _ => value.strip_prefix("--max-time=").or_else(|| value.strip_prefix("-m"))?,
            };
            text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0)
        });
        let Some(limit) = limit.filter(|_| !retries) else { return self.unknown(call, state) };
        let mut outcome = self.waits(call, call.whole.clone(), Time::at_most(limit), state);
        outcome.for_each(|state| state.status = None);
        outcome
    }

    fn read(&mut self, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        let limit = values.iter().enumerate().find_map(|(at, value)| match value.as_deref()? {
            "-t" => values.get(at + 1)?.as_deref()?.parse::<f64>().ok(),
            value => value.strip_prefix("-t")?.parse().ok(),
        });
        for value in values.iter().flatten().filter(|value| !value.starts_with('-')) {
            state.vars.insert(value.clone(), None);
        }
        let elsewhere = call.reads_elsewhere() || !call.redirections.is_empty();
        match limit {
            Some(limit) => {
                let time = Time { shortest: 0.0, longest: Longest::Seconds(limit), known: true };
                let mut outcome = self.waits(call, call.whole.clone(), time, state);
                outcome.for_each(|state| state.status = None);
                outcome
            }
            None if elsewhere => self.unknown(call, state),
            None => Outcome::next(State { status: None, ..state }),
        }
    }

    fn exit(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Exit, with_status(call, state))
    }

    fn returns(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Return, with_status(call, state))
    }

    fn breaks(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Break(levels(call)), State { status: Some(true), ..state })
    }

    fn continues(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Continue(levels(call)), State { status: Some(true), ..state })
    }

    fn set(&mut self, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        let mut at = 0;
        while let Some(value) = values.get(at).cloned().flatten() {
            let on = value.starts_with('-');
            match value.as_str() {
                "--" => {
                    let zero = state.positional.as_ref().and_then(|all| all.first().cloned()).flatten();
                    let rest = values.get(at + 1..).unwrap_or_default().iter().cloned();
                    state.positional = Some(std::iter::once(zero).chain(rest).collect());
                    break;
                }
                "-o" | "+o" => {
                    if values.get(at + 1).cloned().flatten().as_deref() == Some("errexit") {
                        state.errexit = on;
                    }
                    at += 1;
                }
                flags if flags.starts_with(['-', '+']) => {
                    if flags.contains('e') {
                        state.errexit = on;
                    }
                }
                _ => {
                    state.positional = None;
                    break;
                }
            }
            at += 1;
        }
        Outcome::next(State { status: Some(true), ..state })
    }

    fn shift(&mut self, call: Call, mut state: State) -> Outcome {
        let by = call.text(1).map_or(Some(1), |text| text.parse::<usize>().ok());
        match (&mut state.positional, by) {
            (Some(all), Some(by)) if by < all.len() => {
                all.drain(1..=by);
            }
            _ => state.positional = None,
        }
        Outcome::next(State { status: Some(true), ..state })
    }

    fn trap(&mut self, call: Call, mut state: State) -> Outcome {
        let at_exit =
            call.values().iter().skip(1).flatten().any(|signal| matches!(signal.as_str(), "EXIT" | "0"));
        if at_exit {
            let script = call.text(1).filter(|script| !script.is_empty() && *script != "-");
            let words = call.args.get(1).map(|arg| arg.words.clone());
            state.trap = script.map(str::to_owned).zip(words);
        }
        Outcome::next(State { status: Some(true), ..state })
    }

    /// `exec >file`: only the shell's own redirections.
    fn exec(&mut self, call: Call, mut state: State) -> Outcome {
        state.quiet |= sends_away(call.redirections, call.scope.source);
        Outcome::next(State { status: Some(true), ..state })
    }

    fn declare(&mut self, call: Call, mut state: State) -> Outcome {
        for arg in call.args.iter().skip(1) {
            let text = arg.value.as_deref().or_else(|| self.written(call, arg));
            if call.text(0) == Some("export") {
                let name = text.and_then(|text| text.split('=').next()).unwrap_or_default();
                state.exported.insert(name.to_owned());
            }
            let Some((name, value)) = text.and_then(|text| text.split_once('=')) else { continue };
            let value = arg.value.as_ref().map(|_| value.to_owned());
            state.vars.insert(name.to_owned(), value);
        }
        Outcome::next(State { status: Some(true), ..state })
    }

    /// The text of an argument as the script writes it.
    fn written<'c>(&self, call: Call<'c>, arg: &Arg) -> Option<&'c str> {
        let super::run::InText::In(_, base) = call.scope.place else { return None };
        let range = &arg.words.range;
        call.scope.source.get(range.start.checked_sub(*base)?..range.end.checked_sub(*base)?)
    }

    fn unset(&mut self, call: Call, mut state: State) -> Outcome {
        for name in call.values().into_iter().flatten() {
            state.vars.insert(name, Some(String::new()));
        }
        Outcome::next(State { status: Some(true), ..state })
    }

    fn let_(&mut self, call: Call, mut state: State) -> Outcome {
        let mut status = None;
        for expression in call.values() {
            status = expression.and_then(|text| self.arithmetic(&text, &mut state)).map(|value| value != 0);
        }
        Outcome::next(State { status, ..state })
    }

    fn test(&mut self, call: Call, state: State) -> Outcome {
        let mut words = call.values();
        if call.text(0) == Some("[") {
            words.pop();
        }
        let exact = call.args.iter().all(|arg| arg.exact);
        let status = if exact { super::test::answer(&words) } else { None };
        Outcome::next(State { status, ..state })
    }

    fn kill(&mut self, call: Call, mut state: State) -> Outcome {
        let signal = signal(call);
        let targets: Vec<Option<String>> = targets(call);
        if targets.is_empty() || targets.iter().all(|target| target.as_deref() == Some("")) {
            let lists = call.text(1).is_some_and(|option| option == "-l" || option == "-L");
            return Outcome::next(State { status: Some(lists), ..state });
        }
        if signal == "0" {
            return Outcome::next(State { status: None, ..state });
        }
        let own_job =
            |target: &Option<String>| target.as_deref().is_some_and(|target| target.starts_with('%'));
        // The kernel keeps KILL from the first process of a container.
        let in_vain =
            |target: &Option<String>| target.as_deref() == Some("1") && matches!(signal, "KILL" | "9");
        let stops = commands::STOP_SIGNALS.contains(&signal);
        if targets.iter().any(own_job) && stops {
            for job in &mut state.jobs {
                job.time.shortest = 0.0;
            }
        }
        if stops && targets.iter().any(|target| !own_job(target) && !in_vain(target)) {
            self.tells_to_stop(call, &mut state);
        }
        self.instant("kill", call, state)
    }

    fn kill_by_name(&mut self, call: Call, mut state: State) -> Outcome {
        let signal = signal(call);
        if signal == "0" {
            return Outcome::next(State { status: None, ..state });
        }
        if commands::STOP_SIGNALS.contains(&signal) {
            self.tells_to_stop(call, &mut state);
        }
        self.instant("pkill", call, state)
    }

    fn date(&mut self, call: Call, state: State) -> Outcome {
        self.counts_unknown |=
            call.values().iter().any(|value| value.as_deref().is_none_or(|v| v.contains("%s")));
        self.instant("echo", call, state)
    }

    /// `command -v name`: is it there?
    fn command_lookup(&mut self, _call: Call, state: State) -> Outcome {
        Outcome::next(State { status: None, ..state })
    }
}

fn is_lookup(call: Call) -> bool {
    call.text(0) != Some("exec") && call.text(1).is_some_and(|option| matches!(option, "-v" | "-V"))
}

fn follows(call: Call) -> bool {
    call.values().iter().flatten().any(|argument| {
        argument == "--follow"
            || argument.starts_with("--follow=")
            || argument.starts_with('-') && !argument.starts_with("--") && argument.contains(['f', 'F'])
    })
}

fn with_status(call: Call, state: State) -> State {
    let status = match call.args.get(1) {
        None => state.status,
        Some(arg) => arg.value.as_deref().map(|code| code == "0"),
    };
    State { status, ..state }
}

fn levels(call: Call) -> usize {
    call.text(1).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}

/// The signal a `kill` sends, without `SIG`.
fn signal<'c>(call: Call<'c>) -> &'c str {
    let option = call.text(1).unwrap_or_default();
    let name = match option {
        "-s" | "--signal" | "-n" => call.text(2).unwrap_or_default(),
        _ if option.starts_with("--signal=") => option.strip_prefix("--signal=").unwrap_or_default(),
        _ => option.strip_prefix('-').unwrap_or_default(),
    };
    let name = name.strip_prefix("SIG").or_else(|| name.strip_prefix("sig")).unwrap_or(name);
    let is_signal = name == "0"
        || name.parse::<u8>().is_ok()
        || (name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()));
    if is_signal { name } else { "TERM" }
}

/// What a `kill` sends its signal to.
fn targets(call: Call) -> Vec<Option<String>> {
    let values = call.values();
    let options = match call.text(1) {
        Some("-s" | "-n" | "--signal") => 2,
        Some("--") => 1,
        Some(option) if option.starts_with('-') => 1,
        _ => 0,
    };
    let rest = values.get(options..).unwrap_or_default();
    rest.iter().filter(|value| value.as_deref() != Some("--")).cloned().collect()
}
