//! Runs a program that renders manifests: without a shell, without input, for a bounded time and a
//! bounded output, and with nothing to fetch.

use std::ffi::{OsStr, OsString};
use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::project::cleanup;
use crate::text::system;

/// How long a program may run and how much it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// From the start of its first run to the end of its last.
    pub time: Duration,
    /// Of what it renders, in bytes.
    pub output: u64,
}

/// Why there is nothing rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProgramFailure {
    /// There is no such program.
    Missing,
    /// It could not be started, or its output could not be read.
    Unusable(String),
    /// It was still running at its deadline.
    TimedOut,
    /// It wrote more than it may.
    TooMuch,
    /// It failed; its own words, on one line.
    Failed(String),
    /// What it wrote is not UTF-8.
    NotText,
}

/// What a program says about its failure is kept up to here, in bytes.
const MOST_WORDS: u64 = 64 * 1024;
/// And shown up to here, in characters.
const MOST_SHOWN: usize = 2000;
/// Between two looks at a child that has closed its output.
const PACE: Duration = Duration::from_millis(2);

/// The environment takes every way to the network from git and from the HTTP client of Go, so that a
/// remote base fails at once, with the program's own words: linting fetches nothing.
const OFFLINE: [(&str, &str); 9] = [
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("HTTP_PROXY", NOWHERE),
    ("HTTPS_PROXY", NOWHERE),
    ("http_proxy", NOWHERE),
    ("https_proxy", NOWHERE),
    ("NO_PROXY", ""),
    ("no_proxy", ""),
    ("HELM_NO_PLUGINS", "1"),
];
/// A port that nothing listens on.
const NOWHERE: &str = "http://127.0.0.1:1";

/// Runs `program` and gives its standard output.
pub(super) fn run(
    program: &OsStr,
    arguments: &[OsString],
    deadline: Instant,
    most: u64,
) -> Result<String, ProgramFailure> {
    // It is no member of the terminal's group, so an interrupt does not reach it by itself.
    let ended_by = |child: &Child| {
        let id = child.id();
        move || end_group(id)
    };
    let started = cleanup::start(|| spawn(program, arguments), ended_by);
    let (mut child, guard) =
        started.unwrap_or_else(|| Err(ProgramFailure::Unusable("the run was interrupted".to_owned())))?;
    let result = watch(&mut child, deadline, most);
    drop(guard);
    if result.is_err() {
        end(&mut child);
    }
    let (status, output, words) = result?;
    if !status.success() {
        return Err(ProgramFailure::Failed(own_words(&words, status)));
    }
    String::from_utf8(output).map_err(|_| ProgramFailure::NotText)
}

fn spawn(program: &OsStr, arguments: &[OsString]) -> Result<Child, ProgramFailure> {
    let mut command = Command::new(program);
    command.args(arguments).envs(OFFLINE);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own can be ended as a whole, with all that the program has started.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => ProgramFailure::Missing,
        _ => ProgramFailure::Unusable(system::words(&cause)),
    })
}

type Ended = (ExitStatus, Vec<u8>, Vec<u8>);

fn watch(child: &mut Child, deadline: Instant, most: u64) -> Result<Ended, ProgramFailure> {
    let unusable = |cause: std::io::Error| ProgramFailure::Unusable(system::words(&cause));
    // One byte more than it may write shows that it wrote more.
    let output = read(child.stdout.take(), most.saturating_add(1));
    let words = read(child.stderr.take(), MOST_WORDS);
    let output = wait(&output, deadline)?;
    if output.len() as u64 > most {
        return Err(ProgramFailure::TooMuch);
    }
    let words = wait(&words, deadline)?;
    loop {
        match child.try_wait().map_err(unusable)? {
            Some(status) => return Ok((status, output, words)),
            None if Instant::now() >= deadline => return Err(ProgramFailure::TimedOut),
            None => std::thread::sleep(PACE),
        }
    }
}

fn wait(bytes: &Receiver<std::io::Result<Vec<u8>>>, deadline: Instant) -> Result<Vec<u8>, ProgramFailure> {
    match bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(read) => read.map_err(|cause| ProgramFailure::Unusable(system::words(&cause))),
        Err(RecvTimeoutError::Timeout) => Err(ProgramFailure::TimedOut),
        Err(RecvTimeoutError::Disconnected) => {
            Err(ProgramFailure::Unusable("its output broke off".to_owned()))
        }
    }
}

/// Reads on a thread of its own, which nobody waits for: something that the program has started may
/// hold the pipe open for longer than anyone has patience.
fn read(pipe: Option<impl Read + Send + 'static>, most: u64) -> Receiver<std::io::Result<Vec<u8>>> {
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        let Some(mut pipe) = pipe else { return };
        let mut bytes = Vec::new();
        let read = pipe.by_ref().take(most).read_to_end(&mut bytes).map(|_| bytes);
        let is_full = read.as_ref().is_ok_and(|bytes| bytes.len() as u64 >= most);
        let is_words = most == MOST_WORDS;
        let _ = send.send(read);
        if is_full && is_words {
            // A program that has much to say about its failure must not be stopped by a full pipe.
            let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        }
    });
    receive
}

/// Ends the program and all that it has started.
fn end(child: &mut Child) {
    end_group(child.id());
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(unix)]
fn end_group(id: u32) {
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;
    if let Ok(group) = i32::try_from(id) {
        // It may have ended by itself.
        let _ = killpg(Pid::from_raw(group), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn end_group(_id: u32) {}

/// What the program says, on one line and bounded.
fn own_words(bytes: &[u8], status: ExitStatus) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().map(without_log_head).filter(|line| !line.is_empty()).collect();
    // Warnings are not why it failed, unless nothing else is said.
    let (warnings, told): (Vec<&str>, Vec<&str>) =
        lines.into_iter().partition(|line| line.starts_with("# Warning:"));
    let joined = if told.is_empty() { warnings } else { told }.join("; ");
    let mut shown: String = joined.chars().take(MOST_SHOWN).collect();
    match shown.len() {
        0 => return format!("it said nothing, and ended with {status}"),
        length if length < joined.len() => shown.push('…'),
        _ => {}
    }
    shown
}

/// A line without what a log of klog puts around it: the time of day would make two runs differ.
fn without_log_head(line: &str) -> &str {
    let line = line.trim();
    let is_head = |head: &str| head.starts_with(['E', 'W', 'F', 'I']) && head.contains(".go:");
    let told = match line.split_once("] ") {
        Some((head, rest)) if is_head(head) => rest,
        _ => line,
    };
    let told = told.strip_prefix("\"command failed\" err=").unwrap_or(told);
    if matches!(told, "<" | ">") { "" } else { told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_day_is_no_part_of_what_a_program_says() {
        assert_eq!(without_log_head("E1121 12:36:04.208217    7500 run.go:72] \"command failed\" err=<"), "");
        assert_eq!(without_log_head("\terror: no such file"), "error: no such file");
        assert_eq!(without_log_head("Error: a [b] c"), "Error: a [b] c");
    }
}
