//! Commands with rules of their own: those that wait, those that steer the shell, and signals.

use super::answers;
use super::calls::{Call, program_of};
use super::invocation;
use super::machine::Machine;
use super::state::{Flow, Outcome, State};
use super::status::Status;
use super::time::{Time, sleep_operand};
use super::trace::{Arg, Flaw, Wait, Words};
use super::value::Value;
use crate::programs::{Program, Rule, Runs};
use crate::text::placeholder::is_filled_in;

impl Machine<'_> {
    /// Follows a command that has a rule of its own.
    pub(super) fn by_rule(
        &mut self,
        rule: Rule,
        program: Option<&'static Program>,
        call: Call,
        state: State,
    ) -> Outcome {
        match rule {
            // These are followed into; what they run is noted.
            Rule::Eval => {
                let state = self.noted_redirects(call, state);
                return self.eval(call, state);
            }
            Rule::Source => {
                let state = self.noted_redirects(call, state);
                return self.sourced(call, state);
            }
            Rule::Exec | Rule::Command => {
                if let Some(taken) = invocation::behind_wrapper(call.args) {
                    return self.wrapped(call.text(0).unwrap_or_default(), taken, call, state);
                }
            }
            Rule::Timeout => return self.timeout(call, state),
            Rule::Xargs => return self.xargs(call, state),
            _ => {}
        }
        self.noted(call, program, state, |machine, call, state| match rule {
            Rule::Sleep => machine.sleep(call, state),
            Rule::Usleep => machine.usleep(call, state),
            Rule::Wait => machine.wait(call, state),
            Rule::Tail => machine.tail(call, state),
            Rule::Endless => machine.endless(call, state),
            Rule::Curl => machine.curl(call, state),
            Rule::Read => machine.read(call, state),
            Rule::Exit => machine.exit(call, state),
            Rule::Return => machine.returns(call, state),
            Rule::Break => machine.breaks(call, state),
            Rule::Continue => machine.continues(call, state),
            Rule::Set => machine.set(call, state),
            Rule::Shift => machine.shift(call, state),
            Rule::Trap => machine.trap(call, state),
            Rule::Exec => machine.exec(call, state),
            Rule::Declare => machine.declare(call, state),
            Rule::Unset => machine.unset(call, state),
            Rule::Let => machine.let_(call, state),
            Rule::Test => machine.test(call, state),
            Rule::Kill => machine.kill(call, state),
            Rule::KillByName => machine.kill_by_name(call, state),
            Rule::Date => machine.date(call, state),
            Rule::Directory => machine.directory(call, state),
            // `command -v name`: is it there?
            Rule::Command => Outcome::next(state.ended(Status::UNKNOWN)),
            Rule::Eval | Rule::Source | Rule::Timeout | Rule::Xargs => machine.unknown(call, state),
        })
    }

    fn waits(&mut self, call: Call, decisive: Words, time: Time, mut state: State) -> Outcome {
        let what: Vec<&str> = (0..call.args.len()).map(|at| call.text(at).unwrap_or("…")).collect();
        self.note(Wait { words: call.whole.clone(), decisive, what: what.join(" "), time, rounds: 1 });
        state.spend(time);
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn sleep(&mut self, call: Call, state: State) -> Outcome {
        let operands: Vec<&Arg> = call.args.iter().skip(1).filter(|arg| arg.known() != Some("--")).collect();
        let (Some(first), Some(last)) = (operands.first(), operands.last()) else {
            return self.sleep_fails(
                call.whole.clone(),
                "`sleep` without an operand fails at once".to_owned(),
                state,
            );
        };
        let same_text = first.words.text == last.words.text;
        let end = if same_text { last.words.end } else { first.words.end };
        let decisive = Words { end, ..first.words.clone() };
        // What a template tool will put there is not known.
        if operands.iter().any(|operand| operand.known().is_some_and(is_filled_in)) {
            return self.waits(call, decisive, Time::UNKNOWN, state);
        }
        let mut time = Time::NONE;
        for operand in &operands {
            let Some(text) = operand.known() else {
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
            self.waits_for_ever(&decisive);
        }
        self.waits(call, decisive, time, state)
    }

    fn sleep_fails(&mut self, words: Words, reason: String, state: State) -> Outcome {
        let status = self.fail(Flaw::Operands, Status::code(1), words, reason);
        Outcome::next(state.ended(status))
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
                "`usleep` without a number fails at once".to_owned(),
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
        let (Some(limit), true) = (limit, call.args.len() > at) else {
            return self.noted(call, program_of("timeout"), state, Self::unknown);
        };
        let inner = call.without(at);
        let mut child = self.nested(&state, call.frame, |machine, state| machine.dispatch(inner, state));
        if limit > 0.0 {
            // coreutils counts fractions, busybox whole seconds from 1 on (measured).
            let (least, most) = match limit.fract() > 0.0 {
                true => (limit.floor().max(1.0).min(limit), limit.max(1.0)),
                false => (limit, limit),
            };
            let over = child.time.longest.seconds().is_none_or(|longest| longest > least);
            let always = child.time.shortest > most;
            child.time = child.time.cut(most);
            child.time.shortest = child.time.shortest.min(least);
            child.live = child.live.min(most);
            (child.succeeds_at, child.runs_on) = (None, false);
            child.status = match over {
                // coreutils says 124, busybox 143.
                true if always || child.status.success() == Some(false) => Status::FAILURE,
                true => Status::UNKNOWN,
                false => child.status,
            };
        }
        child.answer = answers::of_program(program_of("timeout"), call.frame.condition);
        state.absorb(child);
        Outcome::next(state)
    }

    /// `xargs kill`: the command gets further arguments that nobody knows.
    fn xargs(&mut self, call: Call, state: State) -> Outcome {
        const VALUES: &[&str] = &["-I", "-L", "-n", "-P", "-s", "-d", "-E", "-a"];
        let mut at = 1;
        while let Some(option) = call.text(at).filter(|text| text.starts_with('-')) {
            at += if VALUES.contains(&option) { 2 } else { 1 };
        }
        let is_known =
            call.text(at).and_then(program_of).is_some_and(|program| program.runs != Runs::Unknown);
        let Some(last) = call.args.last().filter(|_| is_known) else {
            return self.noted(call, program_of("xargs"), state, Self::unknown);
        };
        let further = Arg {
            value: Value::unknown("further").and_dynamic(true),
            exact: false,
            open: true,
            ..last.clone()
        };
        let options = call.args.get(1..at).unwrap_or_default();
        let placeholder = options.iter().enumerate().find_map(|(number, option)| match option.known()? {
            "-I" => options.get(number + 1)?.known(),
            "-i" | "--replace" => Some("{}"),
            option => option.strip_prefix("-I").or_else(|| option.strip_prefix("--replace=")),
        });
        let command = call.args.iter().skip(at);
        let args: Vec<Arg> = match placeholder {
            Some(text) if !text.is_empty() => command
                .map(|arg| match arg.known().is_some_and(|known| known.contains(text)) {
                    true => Arg { value: further.value.clone(), ..arg.clone() },
                    false => arg.clone(),
                })
                .collect(),
            _ => command.cloned().chain([further]).collect(),
        };
        let mut outcome = self.dispatch(Call { args: &args, ..call }, state);
        // Without input nothing runs.
        outcome.for_each(|state| *state = state.clone().ended(Status::UNKNOWN));
        outcome
    }

    fn wait(&mut self, call: Call, mut state: State) -> Outcome {
        let operands = call.values();
        // `wait 1`: not a child of this shell.
        let others = operands.iter().flatten().any(|operand| operand.parse::<u64>().is_ok());
        if !others {
            state.wait(operands.is_empty());
        }
        let status = match others {
            true => Status::NOT_FOUND,
            // That of the job.
            false if !operands.is_empty() => Status::UNKNOWN,
            false => Status::SUCCESS,
        };
        Outcome::next(state.ended(status))
    }

    fn tail(&mut self, call: Call, state: State) -> Outcome {
        if !follows(call) {
            return match call.reads_elsewhere() {
                true => self.unknown(call, state),
                false => self.instant(call, state),
            };
        }
        let bound = call.values().iter().flatten().any(|value| value.starts_with("--pid"));
        if bound {
            let time = Time { shortest: 0.0, ..Time::ENDLESS };
            self.waits_for_ever(call.whole);
            return self.waits(call, call.whole.clone(), time, state);
        }
        self.endless(call, state)
    }

    fn endless(&mut self, call: Call, state: State) -> Outcome {
        self.waits_for_ever(call.whole);
        self.waits(call, call.whole.clone(), Time::ENDLESS, state)
    }

    /// Nobody knows how long a server takes to answer, unless the request has a limit.
    fn curl(&mut self, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        self.asks_to_stop(call, &mut state);
        let retries = values.iter().flatten().any(|value| value.starts_with("--retry"));
        let limit = values.iter().enumerate().find_map(|(at, value)| {
            let value = (*value)?;
            let next = || values.get(at + 1).copied().flatten();
            let text = match value {
                "-m" | "--max-time" => next()?,
                _ => value.strip_prefix("--max-time=").or_else(|| value.strip_prefix("-m"))?,
            };
            text.parse::<f64>().ok().filter(|seconds| *seconds > 0.0)
        });
        let Some(limit) = limit.filter(|_| !retries) else { return self.unknown(call, state) };
        let mut outcome = self.waits(call, call.whole.clone(), Time::at_most(limit), state);
        outcome.for_each(|state| state.status = Status::UNKNOWN);
        outcome
    }

    fn read(&mut self, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        let limit = values.iter().enumerate().find_map(|(at, value)| match (*value)? {
            "-t" => values.get(at + 1).copied().flatten()?.parse::<f64>().ok(),
            value => value.strip_prefix("-t")?.parse().ok(),
        });
        for arg in call.given().operands(&["-p", "-t", "-n", "-d", "-u"]) {
            if let Some(name) = arg.known() {
                state.vars.insert(name.to_owned(), Value::unknown(name));
            }
        }
        let elsewhere = call.reads_elsewhere() || !call.redirections.is_empty();
        match limit {
            Some(limit) => {
                let time = Time { shortest: 0.0, ..Time::exactly(limit) };
                let mut outcome = self.waits(call, call.whole.clone(), time, state);
                outcome.for_each(|state| state.status = Status::UNKNOWN);
                outcome
            }
            None if elsewhere => self.unknown(call, state),
            None => Outcome::next(state.ended(Status::UNKNOWN)),
        }
    }

    fn exit(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Exit, with_status(call, state))
    }

    fn returns(&mut self, call: Call, state: State) -> Outcome {
        Outcome::of(Flow::Return, with_status(call, state))
    }

    fn breaks(&mut self, call: Call, state: State) -> Outcome {
        self.leaves(Flow::Break(levels(call).min(self.loops)), state)
    }

    fn continues(&mut self, call: Call, state: State) -> Outcome {
        self.leaves(Flow::Continue(levels(call).min(self.loops)), state)
    }

    /// Outside of loops there is nothing to leave, and the script goes on.
    fn leaves(&mut self, flow: Flow, state: State) -> Outcome {
        let flow = if self.loops == 0 { Flow::Next } else { flow };
        Outcome::of(flow, state.ended(Status::SUCCESS))
    }

    fn set(&mut self, call: Call, mut state: State) -> Outcome {
        let values = call.values();
        let mut at = 0;
        while let Some(value) = values.get(at).copied().flatten() {
            let on = value.starts_with('-');
            match value {
                "--" => {
                    let zero = state.positional.as_ref().and_then(|all| all.first().cloned());
                    let rest = call.args.iter().skip(at + 2).map(|arg| arg.value.clone());
                    let zero = zero.unwrap_or_else(|| Value::unknown("0"));
                    state.positional = Some(std::iter::once(zero).chain(rest).collect());
                    break;
                }
                flags if flags.starts_with(['-', '+']) => {
                    if flags.contains('e') {
                        state.errexit = on;
                    }
                    if flags.ends_with('o') {
                        match values.get(at + 1).copied().flatten() {
                            Some("errexit") => state.errexit = on,
                            Some("pipefail") => state.pipefail = on,
                            _ => {}
                        }
                        at += 1;
                    }
                }
                _ => {
                    state.positional = None;
                    break;
                }
            }
            at += 1;
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn shift(&mut self, call: Call, mut state: State) -> Outcome {
        let by = call.text(1).map_or(Some(1), |text| text.parse::<usize>().ok());
        match (&mut state.positional, by) {
            (Some(all), Some(by)) if by < all.len() => {
                all.drain(1..=by);
            }
            // bash goes on; dash ends.
            (Some(_), Some(_)) => {
                let failed = state.ended(Status::FAILURE);
                let mut outcome = Outcome::of(Flow::Exit, failed.clone());
                outcome.add(Flow::Next, failed);
                return outcome;
            }
            _ => state.positional = None,
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn trap(&mut self, call: Call, mut state: State) -> Outcome {
        let at_exit = call.values().iter().skip(1).flatten().any(|signal| matches!(*signal, "EXIT" | "0"));
        self.traps_failures |= call.values().iter().skip(1).flatten().any(|signal| *signal == "ERR");
        if at_exit {
            let script = call.text(1).filter(|script| !script.is_empty() && *script != "-");
            let words = call.args.get(1).map(|arg| arg.words.clone());
            state.trap = script.map(str::to_owned).zip(words).map(Box::new);
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    /// `cd`: where what follows runs.
    fn directory(&mut self, call: Call, mut state: State) -> Outcome {
        let to = call.given().operands(&[]).first().map(|arg| arg.value.path(&state.directory));
        state.directory = match call.text(0) {
            Some("popd") => Value::unknown(".").text,
            _ => to.unwrap_or_else(|| Value::unknown("~").text),
        };
        Outcome::next(state.ended(Status::SUCCESS))
    }

    /// `exec >file`: only the shell's own redirections, which stay.
    fn exec(&mut self, _: Call, state: State) -> Outcome {
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn declare(&mut self, call: Call, mut state: State) -> Outcome {
        for arg in call.args.iter().skip(1) {
            let written = call.frame.source.get(arg.span.range()).unwrap_or_default();
            let text = arg.known().unwrap_or(written);
            if call.text(0) == Some("export") {
                let name = text.split('=').next().unwrap_or_default();
                state.exported.insert(name.to_owned());
            }
            if self.in_function && call.text(0) != Some("export") {
                let name = text.split('=').next().unwrap_or_default();
                let before = state.vars.get(name).cloned();
                state.locals.entry(name.to_owned()).or_insert(before);
            }
            let Some((name, _)) = text.split_once('=') else { continue };
            let value = match arg.value.text.split_once('=') {
                Some((_, text)) => Value { text: text.to_owned(), ..arg.value.clone() },
                None => Value::unknown(name),
            };
            state.vars.insert(name.to_owned(), value.and_dynamic(state.is_asked()));
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn unset(&mut self, call: Call, mut state: State) -> Outcome {
        for name in call.values().into_iter().flatten() {
            state.vars.insert(name.to_owned(), Value::of(""));
        }
        Outcome::next(state.ended(Status::SUCCESS))
    }

    fn let_(&mut self, call: Call, mut state: State) -> Outcome {
        let mut answer = None;
        for expression in call.values() {
            answer = expression.and_then(|text| self.arithmetic(text, &mut state)).map(|value| value != 0);
        }
        Outcome::next(state.ended(Status::answer(answer)))
    }

    fn test(&mut self, call: Call, state: State) -> Outcome {
        let mut words: Vec<Value> = call.args.iter().skip(1).map(|arg| arg.value.clone()).collect();
        if call.text(0) == Some("[") {
            words.pop();
        }
        let mut state = answers::tested(state, &words);
        if compares_no_number(&words) {
            state.status = Status::code(2);
        }
        if !call.args.iter().all(|arg| arg.exact) {
            state.status = Status::UNKNOWN;
        }
        Outcome::next(state)
    }

    fn date(&mut self, call: Call, state: State) -> Outcome {
        self.counts_unknown |= call.values().iter().any(|value| value.is_none_or(|text| text.contains("%s")));
        Outcome::next(state.ended(Status::SUCCESS))
    }
}

fn follows(call: Call) -> bool {
    call.values().into_iter().flatten().any(|argument| {
        argument == "--follow"
            || argument.starts_with("--follow=")
            || argument.starts_with('-') && !argument.starts_with("--") && argument.contains(['f', 'F'])
    })
}

/// `[ a -eq 1 ]`: it is an error, and fails.
fn compares_no_number(words: &[Value]) -> bool {
    let [left, operator, right] = words else { return false };
    let is_text = |value: &Value| value.known().is_some_and(|text| text.trim().parse::<i64>().is_err());
    matches!(operator.known(), Some("-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge"))
        && (is_text(left) || is_text(right))
}

fn with_status(call: Call, state: State) -> State {
    let status = match call.args.get(1) {
        None => state.status,
        // A shell keeps the last eight bits.
        Some(arg) => match arg.known().map(str::parse::<i64>) {
            Some(Ok(code)) => Status::code(u8::try_from(code.rem_euclid(256)).unwrap_or(u8::MAX)),
            Some(Err(_)) => Status::code(2),
            None => Status::UNKNOWN,
        },
    };
    State { status, ..state }
}

fn levels(call: Call) -> usize {
    call.text(1).and_then(|text| text.parse().ok()).unwrap_or(1).max(1)
}
