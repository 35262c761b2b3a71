//! A run of a program that ends: by itself, or killed at its deadline and told.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Nothing that is run here takes a tenth of it on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);

/// What a program needs of the caller's environment. All else could change what comes out: colours, CI
/// systems, clusters, git's configuration.
const KEPT: &[&str] = &["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "PATHEXT", "LLVM_PROFILE_FILE"];

/// A program that is about to be run, in an environment of its own and without standard input.
pub(crate) struct Run {
    command: Command,
    name: String,
    input: Vec<u8>,
}

/// A program that runs.
pub(crate) struct Running {
    child: Child,
    name: String,
    started: Instant,
    ends: Receiver<(End, Vec<u8>)>,
    open: usize,
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    status: ExitStatus,
    /// What it wrote to standard output.
    pub(crate) out: String,
    /// What it wrote to standard error.
    pub(crate) err: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Out,
    Err,
}

impl Run {
    pub(crate) fn tool(directory: &Path) -> Self {
        Self::program(super::executable(), directory)
    }

    pub(crate) fn program(program: impl AsRef<OsStr>, directory: &Path) -> Self {
        #[cfg(unix)]
        super::signals::let_children_have_the_defaults();
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.env_clear().env("LC_ALL", "C.UTF-8").env("COLUMNS", "80");
        for name in KEPT {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.current_dir(directory).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own, so that it can be killed with all that it has started.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Self { command, name: program.to_string_lossy().into_owned(), input: Vec::new() }
    }

    pub(crate) fn args(mut self, arguments: &[impl AsRef<OsStr>]) -> Self {
        for argument in arguments {
            self.name.push(' ');
            self.name.push_str(&argument.as_ref().to_string_lossy());
        }
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// What it reads from standard input.
    pub(crate) fn input(mut self, text: &str) -> Self {
        self.command.stdin(Stdio::piped());
        self.input = text.as_bytes().to_vec();
        self
    }

    /// With nobody to read its standard output.
    pub(crate) fn start_unread(mut self) -> Running {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        self.command.stdout(writer);
        self.start()
    }

    pub(crate) fn start(self) -> Running {
        let name = self.name.clone();
        self.try_start().unwrap_or_else(|error| panic!("{name} cannot be run: {error}"))
    }

    fn try_start(mut self) -> std::io::Result<Running> {
        let mut child = self.command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            let input = std::mem::take(&mut self.input);
            // Refused arguments end a program before it reads.
            std::thread::spawn(move || drop(stdin.write_all(&input)));
        }
        let (sender, ends) = channel();
        let mut open = 0;
        let readers = [
            (End::Out, child.stdout.take().map(|end| Box::new(end) as Box<dyn Read + Send>)),
            (End::Err, child.stderr.take().map(|end| Box::new(end) as Box<dyn Read + Send>)),
        ];
        for (end, reader) in readers {
            let Some(mut reader) = reader else { continue };
            let sender = sender.clone();
            open += 1;
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = reader.read_to_end(&mut bytes);
                let _ = sender.send((end, bytes));
            });
        }
        Ok(Running { child, name: self.name, started: Instant::now(), ends, open })
    }

    pub(crate) fn end(self) -> Ran {
        self.start().end()
    }

    /// `None` where there is no such program.
    pub(crate) fn end_if_there(self) -> Option<Ran> {
        self.try_start().ok().map(Running::end)
    }
}

impl Running {
    #[cfg(unix)]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended and its outputs are closed, which what it has started may hold open.
    pub(crate) fn end(mut self) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        for _ in 0..self.open {
            match self.ends.recv_timeout(self.left()) {
                Ok((End::Out, bytes)) => out = bytes,
                Ok((End::Err, bytes)) => err = bytes,
                Err(_) => self.give_up(),
            }
        }
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break status,
                None if self.left().is_zero() => self.give_up(),
                None => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { status, out: text(out), err: text(err) }
    }

    fn left(&self) -> Duration {
        DEADLINE.saturating_sub(self.started.elapsed())
    }

    fn give_up(&mut self) -> ! {
        #[cfg(unix)]
        if let Ok(group) = i32::try_from(self.child.id()) {
            let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::SIGKILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        panic!("killed after {} s: {}", DEADLINE.as_secs(), self.name);
    }
}

impl Ran {
    /// The exit status.
    pub(crate) fn code(&self) -> i32 {
        self.status.code().unwrap_or_else(|| panic!("no exit status: {self:?}"))
    }

    /// The signal that ended it.
    #[cfg(unix)]
    pub(crate) fn signal(&self) -> Option<i32> {
        std::os::unix::process::ExitStatusExt::signal(&self.status)
    }

    /// What it printed, if it succeeded.
    pub(crate) fn printed(self) -> String {
        assert!(self.status.success(), "{self:?}");
        self.out
    }

    /// Its standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Of each finding in a JSON report what these words name: `{file}: {severity}[{rule}]`.
    pub(crate) fn findings(&self, words: &str) -> Vec<String> {
        let report = self.json();
        let of = |finding: &Value| {
            finding.as_object().unwrap().iter().fold(words.to_owned(), |text, (key, value)| {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                text.replace(&format!("{{{key}}}"), &value)
            })
        };
        report["findings"].as_array().unwrap().iter().map(of).collect()
    }
}
