//! Progress of a run that lasts, on standard error: shown after a second, erased at the end.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::lint::meter::{Meter, MeterReading};
use crate::project::cleanup;

/// A shorter run says nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Between two looks at the meter.
const PACE: Duration = Duration::from_millis(100);
/// Progress is drawn so often a second at most.
const FRAMES: u8 = 10;

/// Shows progress while it lives.
#[derive(Debug)]
pub(super) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Shows how far the run of `meter` is, if it is `wanted` and someone sits before the terminal.
    pub(super) fn of(meter: &Meter, wanted: bool) -> Self {
        if !wanted || !is_watched(|name| std::env::var_os(name)) {
            return Self(None);
        }
        let meter = meter.clone();
        let (stop, stopped) = mpsc::channel::<()>();
        // Without a thread to spare there is no progress to see; the run goes on.
        let shown = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
            let waits = |time| stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout);
            if waits(PATIENCE) {
                show(&meter, waits);
            }
        });
        Self(shown.ok().map(|thread| (stop, thread)))
    }
}

impl Drop for Progress {
    /// Returns when nothing is left on the terminal.
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}

fn show(meter: &Meter, waits: impl Fn(Duration) -> bool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(FRAMES));
    let style = ProgressStyle::with_template("{spinner} {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()).tick_chars("|/-\\ "));
    let on_interrupt = bar.clone();
    let guard = cleanup::guard_with(move || on_interrupt.finish_and_clear());
    loop {
        bar.set_message(words(meter.reading()));
        bar.tick();
        if !waits(PACE) {
            break;
        }
    }
    bar.finish_and_clear();
    drop(guard);
}

/// Numbers only: names of files would need to be escaped, and nobody can read them so fast.
fn words(reading: MeterReading) -> String {
    let MeterReading { files, read, judged } = reading;
    let count = |count: usize| HumanCount(count as u64);
    let noun = if files == 1 { "file" } else { "files" };
    match () {
        () if files == 0 => "looking for manifests".to_owned(),
        () if read < files => format!("read {} of {} {noun}", count(read), count(files)),
        () => format!("judged {} of {} {noun}", count(judged), count(files)),
    }
}

/// Standard error is a terminal that can erase a line, and no machine's log.
fn is_watched(variable: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "false");
    let is_dumb = variable("TERM").is_some_and(|value| value == "dumb");
    !is_set("CI") && !is_dumb && std::io::stderr().is_terminal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_counts_files_and_names_none() {
        let words = |files, read, judged| words(MeterReading { files, read, judged });
        assert_eq!(words(0, 0, 0), "looking for manifests");
        assert_eq!(words(1, 0, 0), "read 0 of 1 file");
        assert_eq!(words(5000, 1204, 0), "read 1,204 of 5,000 files");
        assert_eq!(words(5000, 5000, 300), "judged 300 of 5,000 files");
    }

    #[test]
    fn a_machines_log_gets_none() {
        assert!(!is_watched(|name| (name == "CI").then(|| "true".into())));
        assert!(!is_watched(|name| (name == "TERM").then(|| "dumb".into())));
    }
}
