//! Signals, and requests that ask a server to stop.

use super::address::Address;
use super::calls::{Call, program_of};
use super::machine::Machine;
use super::state::{Flow, Job, Outcome, State};
use super::status::Status;
use super::trace::{Arg, Flaw};
use super::value::Value;
use crate::programs::{self, Asks, Manner};

/// The signals that ask a server to stop, with their numbers; HUP and USR1 ask for a reload or for new
/// log files.
const STOPS: &[(&str, u8)] = &[("TERM", 15), ("INT", 2), ("QUIT", 3), ("KILL", 9), ("WINCH", 28)];

/// Every other signal that a command may name.
const OTHERS: &[&str] = &[
    "HUP", "ILL", "TRAP", "ABRT", "IOT", "BUS", "FPE", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "STKFLT",
    "CHLD", "CLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "IO",
    "POLL", "PWR", "SYS",
];

/// Options of `pkill` and `killall` with a value of their own.
const VALUES: &[&str] = &["-u", "-U", "-t", "-P", "-G", "-g", "-F", "-y"];

/// A signal by one of its names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signal(String);

impl Signal {
    /// `TERM`, `SIGTERM`, `term` and `15`.
    fn of(text: &str) -> Option<Self> {
        let upper = text.to_ascii_uppercase();
        let name = upper.strip_prefix("SIG").unwrap_or(&upper);
        let stop = STOPS.iter().find(|(known, number)| *known == name || number.to_string() == name);
        let is_number = name.parse::<u8>().is_ok_and(|number| number <= 64);
        let known =
            stop.map(|(known, _)| *known).or_else(|| (is_number || OTHERS.contains(&name)).then_some(name));
        known.map(|name| Self(name.to_owned()))
    }

    fn is_stop(&self) -> bool {
        self.number().is_some()
    }

    /// That of a signal which asks to stop.
    fn number(&self) -> Option<u8> {
        STOPS.iter().find(|(name, _)| *name == self.0).map(|(_, number)| *number)
    }

    /// No program hears of KILL.
    fn manner(&self) -> Manner {
        if self.0 == "KILL" { Manner::Abrupt } else { Manner::Graceful }
    }
}

/// What a `kill`, `pkill` or `killall` sends to whom.
pub(crate) struct Sent<'c> {
    signal: Signal,
    targets: Vec<&'c Arg>,
    /// It names a signal that does not exist, upon which `kill` fails.
    is_invalid: bool,
}

impl<'c> Sent<'c> {
    /// From its words; `by_name` is `pkill` and `killall`, whose targets are names of programs.
    pub(crate) fn of(args: &'c [Arg], by_name: bool) -> Self {
        let mut signal = None;
        let mut is_invalid = false;
        let mut targets = Vec::new();
        let mut args = args.iter().skip(1);
        while let Some(arg) = args.next() {
            let option = arg.known().filter(|text| text.len() > 1 && text.starts_with('-'));
            // Behind its signal `kill` takes groups of processes: `-1`.
            match option.filter(|_| by_name || (signal.is_none() && targets.is_empty())) {
                None if arg.known() == Some("--") => {}
                None => targets.push(arg),
                Some("--") => targets.extend(args.by_ref()),
                Some("-s" | "--signal" | "-n") => {
                    signal = args.next().and_then(Arg::known).and_then(Signal::of).or(signal);
                }
                Some(option) => {
                    let name = option
                        .strip_prefix("--signal=")
                        .or_else(|| option.strip_prefix('-'))
                        .unwrap_or(option);
                    match Signal::of(name) {
                        Some(named) => signal = Some(named),
                        None if VALUES.contains(&option) => _ = args.next(),
                        None => is_invalid |= !by_name && name.len() > 1,
                    }
                }
            }
        }
        Self { signal: signal.unwrap_or_else(|| Signal("TERM".to_owned())), targets, is_invalid }
    }

    /// The signal's name without `SIG`, or its number where it is no usual one.
    pub(crate) fn name(&self) -> &str {
        &self.signal.0
    }

    /// It names this program among its targets.
    pub(crate) fn names(&self, program: &str) -> bool {
        self.targets.iter().any(|target| target.known() == Some(program))
    }

    /// It goes to the first process.
    pub(crate) fn is_to_the_first(&self) -> bool {
        !self.is_invalid && self.targets.iter().any(|target| target.known() == Some("1"))
    }
}

impl Machine<'_> {
    pub(super) fn kill(&mut self, call: Call, mut state: State) -> Outcome {
        let Sent { signal, targets, is_invalid } = Sent::of(call.args, false);
        if targets.iter().all(|target| target.known() == Some("")) {
            let lists = call.text(1).is_some_and(|option| option == "-l" || option == "-L");
            // 2 or 1, by shell.
            let status = match (lists, call.args.len()) {
                (true, _) => Status::SUCCESS,
                (false, 1) => {
                    let reason = "`kill` without an operand fails at once";
                    self.faulty(Flaw::Operands, Status::FAILURE, call.whole.clone(), reason)
                }
                (false, _) => Status::FAILURE,
            };
            return Outcome::next(state.ended(status));
        }
        if is_invalid {
            return Outcome::next(state.ended(Status::FAILURE));
        }
        if signal.0 == "0" {
            return Outcome::next(state.ended(Status::UNKNOWN));
        }
        let Some(number) = signal.number() else { return self.instant(call, state) };
        // The shell, and the group of processes in which it runs.
        let is_shell =
            |target: &&Arg| target.known() == Some("0") || target.value.text == Value::unknown("$").text;
        if targets.iter().any(is_shell) {
            return Outcome::of(Flow::Exit, state.ended(Status::code(128 + number)));
        }
        let own_job = |target: &Arg| target.known().is_some_and(|target| target.starts_with('%'));
        if targets.iter().any(|target| own_job(target)) {
            let were_running = end_jobs(&mut state);
            if targets.iter().all(|target| own_job(target)) {
                return Outcome::next(state.ended(Status::answer(were_running.then_some(true))));
            }
        }
        // The kernel keeps KILL from the first process of a container, which is the server only where
        // the container has its processes for itself.
        let in_vain = |target: &Arg| {
            // `-1` is every process but the first.
            let is_first = target.known() == Some("1");
            let is_rest = target.known() == Some("-1") && !self.line.shares_processes;
            let is_parent = target.value.text == Value::unknown("PPID").text;
            is_parent
                || is_rest
                || is_first && (self.line.shares_processes || signal.manner() == Manner::Abrupt)
        };
        if targets.iter().any(|target| !own_job(target) && !in_vain(target)) {
            self.tells_to_stop(call, &mut state, signal.manner());
        }
        self.instant(call, state)
    }

    pub(super) fn kill_by_name(&mut self, call: Call, mut state: State) -> Outcome {
        let Sent { signal, targets, .. } = Sent::of(call.args, true);
        if signal.0 == "0" {
            return Outcome::next(state.ended(Status::UNKNOWN));
        }
        // A small tool that runs beside the server is not the server.
        let is_beside = |target: &&Arg| target.known().and_then(program_of).is_some_and(programs::is_helper);
        if signal.is_stop() && (targets.is_empty() || !targets.iter().all(is_beside)) {
            self.tells_to_stop(call, &mut state, signal.manner());
        }
        self.instant(call, state)
    }

    /// A request to this container behind which the server stops.
    pub(super) fn asks_to_stop(&mut self, call: Call, state: &mut State) {
        let program = call.text(0).and_then(program_of).filter(|program| program.asks == Some(Asks::Urls));
        let Some(program) = program else { return };
        let operands = call.given().operands(program.values);
        if operands.iter().any(|operand| is_stop(&operand.value.readable())) {
            self.tells_to_stop(call, state, Manner::Graceful);
        }
    }
}

/// The address is one of this container, and its last step one behind which the server stops.
fn is_stop(address: &str) -> bool {
    let address = Address::of(address);
    // A placeholder may be the Pod's own address.
    let is_here = matches!(address.host, "localhost" | "::1" | "0.0.0.0")
        || address.host.starts_with("127.")
        || address.host.contains('_');
    is_here && address.last_step().is_some_and(|last| programs::STOPPING_PATHS.contains(&last))
}

/// A signal for a job of the shell's own: it may end now, and does when it is the only one and one program.
/// True when every job still ran for sure.
fn end_jobs(state: &mut State) -> bool {
    let now = state.time;
    let mut own = state.jobs.iter().filter(|job| job.mine);
    let is_running = |job: &Job| {
        let passed = now.since(job.start).longest.seconds();
        passed.is_some_and(|passed| job.time.shortest > passed)
    };
    let were_running = own.all(is_running);
    let is_only = state.jobs.iter().filter(|job| job.mine).count() == 1;
    for job in &mut state.jobs {
        job.time.shortest = 0.0;
        if let Some(most) =
            now.since(job.start).longest.seconds().filter(|_| is_only && job.mine && job.single)
        {
            job.time = job.time.cut(most);
        }
    }
    were_running
}
