//! What a script does, held against real shells: which commands run, in which order, for how long, and
//! the exit status. Every script is generated here; nothing from a manifest is ever run.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::Longest;
use super::machine::MOST_ROUNDS;
use super::traced::words;

/// How many scripts are tried in each shell.
const SCRIPTS: u64 = 2_000;

/// A whole run of all scripts in one shell takes a few seconds.
const DEADLINE: Duration = Duration::from_secs(120);

/// The shells, each as a command line behind which a script file stands.
const SHELLS: [&[&str]; 3] = [&["dash"], &["bash"], &["busybox", "ash"]];

#[test]
fn real_shells_agree_on_order_time_and_status() {
    let scripts: Vec<String> = (0..SCRIPTS).map(|seed| Writer::new(seed).script()).collect();
    let scripts = &scripts;
    let ran: Vec<_> = std::thread::scope(|scope| {
        let started = SHELLS.map(|shell| scope.spawn(move || run(shell, scripts)));
        started.into_iter().map(|shell| shell.join().unwrap()).collect()
    });
    assert!(ran.iter().any(Option::is_some), "no shell was found");
    for (shell, truths) in SHELLS.into_iter().zip(ran) {
        let Some(truths) = truths else { continue };
        let lies: Vec<String> =
            scripts.iter().zip(&truths).filter_map(|(script, truth)| lie(shell[0], script, truth)).collect();
        let shown: Vec<&str> = lies.iter().take(5).map(String::as_str).collect();
        assert!(lies.is_empty(), "{} of {SCRIPTS} in {shell:?}:\n{}", lies.len(), shown.join("\n"));
    }
}

#[test]
fn what_the_scripts_do_is_mostly_known_for_sure() {
    let exact = (0..SCRIPTS)
        .filter(|seed| {
            let trace = words(&["dash", "-c", &Writer::new(*seed).script()]);
            trace.status.number().is_some() && trace.time.longest == Longest::Seconds(trace.time.shortest)
        })
        .count();
    assert!(exact * 10 > 9 * usize::try_from(SCRIPTS).unwrap(), "only {exact} of {SCRIPTS} are known");
}

/// What a real shell did.
struct Truth {
    /// What was written, line by line; `s:3` for a sleep of three seconds.
    said: Vec<String>,
    status: u8,
}

/// Runs all scripts in one process of the shell, each in a subshell; `None`, said loudly, without it.
fn run(shell: &[&str], scripts: &[String]) -> Option<Vec<Truth>> {
    let scratch = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(scratch.path().join(name), text).unwrap();
    for (at, script) in scripts.iter().enumerate() {
        write(&format!("{at}.sh"), script);
        write(&format!("{at}.log"), "");
    }
    // Functions stand for the programs, which saves most of the processes: this sleep writes down how
    // long it was asked to.
    let programs = "sleep() { echo \"s:$1\" >>\"$LOG\"; }\n\
                    seq() { case $1 in 1) echo 1 ;; 2) echo 1 2 ;; 3) echo 1 2 3 ;; esac; }\n";
    // One by one, since a loop around them would be theirs to leave.
    let mut all = String::from(programs);
    for at in 0..scripts.len() {
        let _ = writeln!(all, "export LOG=\"$PWD/{at}.log\"; ( . ./{at}.sh ) >/dev/null 2>&1 </dev/null");
        let _ = writeln!(all, "echo $? >>status");
    }
    write("all", &all);
    let mut command = Command::new(shell[0]);
    command
        .args(&shell[1..])
        .arg("./all")
        .current_dir(scratch.path())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        let said = format!("SKIPPED: {} is not there, so no script was tried in it\n", shell[0]);
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return None;
    };
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > DEADLINE {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let read = |name: &str| std::fs::read_to_string(scratch.path().join(name)).unwrap();
    let statuses: Vec<u8> = read("status").lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(statuses.len(), scripts.len(), "{shell:?} did not end all of them");
    let truth = |(at, status): (usize, u8)| Truth {
        said: read(&format!("{at}.log")).lines().map(str::to_owned).collect(),
        status,
    };
    Some(statuses.into_iter().enumerate().map(truth).collect())
}

/// `None` when the trace tells the truth.
fn lie(shell: &str, script: &str, truth: &Truth) -> Option<String> {
    let shell = if shell == "busybox" { "ash" } else { shell };
    let trace = words(&[shell, "-c", script]);
    let said: Vec<String> = trace
        .steps
        .iter()
        .filter(|step| step.reach != super::Reach::AfterFailure)
        .filter_map(|step| {
            let text = |at: usize| step.args.get(at).and_then(|arg| arg.known());
            match text(0)? {
                "echo" => step.args.get(1).map(|arg| arg.value.readable()),
                "sleep" => step.args.get(1).map(|arg| format!("s:{}", arg.value.readable())),
                _ => None,
            }
        })
        .collect();
    let slept: f64 = truth.said.iter().filter_map(|line| line.strip_prefix("s:")?.parse::<f64>().ok()).sum();
    let is_sure = trace.steps.iter().all(|step| step.reach != super::Reach::Maybe);
    let longest = trace.time.longest.seconds().unwrap_or(f64::INFINITY);
    let wrong = if trace.status.number().is_some_and(|number| number != truth.status)
        || trace.status.success().is_some_and(|success| success != (truth.status == 0))
    {
        format!("status {:?} instead of {}", trace.status, truth.status)
    } else if slept < trace.time.shortest - 1e-6 || slept > longest + 1e-6 {
        format!("{:?} instead of {slept} s", trace.time)
    } else if is_sure && !is_same(&noted(&said, truth), &noted(&truth.said, truth)) {
        format!("{said:?} instead of {:?}", truth.said)
    } else {
        return None;
    };
    Some(format!("{wrong}\n{script}"))
}

/// The lines of which every round is noted: of what a loop repeats many times only the first are.
fn noted<'l>(lines: &'l [String], truth: &Truth) -> Vec<&'l String> {
    let rounds = |line: &str| truth.said.iter().filter(|said| site(said) == site(line)).count();
    lines.iter().filter(|line| rounds(line) <= MOST_ROUNDS).collect()
}

/// Which command wrote a line.
fn site(line: &str) -> &str {
    line.split(':').next().unwrap_or(line)
}

/// The same lines in the same order, as far as each is known.
fn is_same(said: &[&String], truth: &[&String]) -> bool {
    let is_known = |said: &str| !said.ends_with('_');
    let is_true =
        |(said, truth): (&&String, &&String)| said == truth || (!is_known(said) && site(said) == site(truth));
    said.len() == truth.len() && said.iter().zip(truth).all(is_true)
}

/// Writes a script by the numbers of a seed.
struct Writer {
    state: u64,
    text: String,
    marks: usize,
    /// What may still be written.
    budget: usize,
}

impl Writer {
    fn new(seed: u64) -> Self {
        Self {
            state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d,
            text: String::new(),
            marks: 0,
            budget: 14,
        }
    }

    /// The next number below a bound.
    fn below(&mut self, bound: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % bound
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn script(mut self) -> String {
        self.put("a=1\nb=2\nset -- x y\nf() { ");
        self.mark();
        self.put("; return $1; }\n");
        if self.below(5) == 0 {
            self.put("set -e\n");
        }
        if self.below(8) == 0 {
            let end = ["", "; exit 9", "; false"][usize::try_from(self.below(3)).unwrap()];
            let _ = writeln!(self.text, "trap 'echo trapped >>\"$LOG\"{end}' EXIT");
        }
        for _ in 0..2 + self.below(4) {
            self.statement(0);
            self.put("\n");
        }
        self.text
    }

    /// Writes down that the script came here.
    fn mark(&mut self) {
        self.marks += 1;
        let _ = write!(self.text, "echo m{} >>\"$LOG\"", self.marks);
    }

    fn list(&mut self, depth: usize) {
        for at in 0..1 + self.below(2) {
            if at > 0 {
                self.put("; ");
            }
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: usize) {
        self.budget = self.budget.saturating_sub(1);
        if depth > 3 || self.budget == 0 {
            return self.mark();
        }
        match self.below(24) {
            20 => {
                self.put("for v in \"$@\"; do ");
                self.list(depth + 1);
                self.put("; done");
            }
            21 => self.put("set -- one two; shift"),
            22 if depth == 0 => self.put("break"),
            22 => self.put("{ sleep 2; } >>\"$LOG\" 2>&1"),
            23 => self.put("r=$?; sleep $((r + 1)); x=$(exit $r)"),
            0..=3 => self.mark(),
            4 => {
                self.answer(depth);
                self.put(" && ");
                self.answer(depth);
            }
            5 => {
                self.answer(depth);
                self.put(" || ");
                self.answer(depth);
            }
            6 => {
                self.answer(depth);
                self.put(" && ");
                self.answer(depth);
                self.put(" || ");
                self.answer(depth);
            }
            7 | 8 => {
                self.put("if ");
                self.answer(depth);
                self.put("; then ");
                self.list(depth + 1);
                if self.below(2) == 0 {
                    self.put("; elif ");
                    self.answer(depth);
                    self.put("; then ");
                    self.list(depth + 1);
                }
                if self.below(2) == 0 {
                    self.put("; else ");
                    self.list(depth + 1);
                }
                self.put("; fi");
            }
            9 => {
                let last = 1 + self.below(3);
                match self.below(4) {
                    0 => {
                        let _ = write!(self.text, "for v in $(seq {last}); do ");
                    }
                    _ => self.put("for v in 1 2 3; do "),
                }
                self.list(depth + 1);
                if self.below(2) == 0 {
                    self.put("; [ $v -eq 2 ] && ");
                    let way = ["break", "continue", "exit 6"][usize::try_from(self.below(3)).unwrap()];
                    self.put(way);
                }
                self.put("; done");
            }
            10 => {
                let last = 1 + self.below(3);
                let _ = write!(
                    self.text,
                    "n{depth}=0; while [ $n{depth} -lt {last} ]; do n{depth}=$((n{depth} + 1)); "
                );
                self.list(depth + 1);
                self.put("; done");
            }
            11 => {
                let first = ["12", "[!01]*", "?[0-2]", "*1*2"][usize::try_from(self.below(4)).unwrap()];
                let _ = write!(self.text, "case $a$b in {first}) ");
                self.list(depth + 1);
                self.put(";; 1*) ");
                self.list(depth + 1);
                self.put(";; *) ");
                self.list(depth + 1);
                self.put(";; esac");
            }
            12 => {
                self.put("( ");
                self.list(depth + 1);
                self.put(" )");
            }
            13 => {
                self.put("{ ");
                self.list(depth + 1);
                self.put("; }");
            }
            14 => {
                let (name, value) = (["a", "b"][usize::try_from(self.below(2)).unwrap()], self.below(4));
                let _ = write!(self.text, "{name}={value}");
            }
            15 => {
                let seconds = 1 + self.below(9);
                let _ = write!(self.text, "sleep {seconds}");
            }
            16 => {
                self.put("eval '");
                self.mark();
                self.put("; (exit 3)'");
            }
            17 => {
                self.marks += 1;
                let _ = write!(self.text, "echo \"q{}:$?\" >>\"$LOG\"", self.marks);
            }
            18 => {
                let code = self.below(4);
                let _ = write!(self.text, "f {code}");
            }
            _ if depth > 0 => {
                let code = self.below(300);
                let _ = write!(self.text, "exit {code}");
            }
            _ => self.answer(depth),
        }
    }

    /// A command that is asked for its status.
    fn answer(&mut self, depth: usize) {
        match self.below(11) {
            0 => self.put("true"),
            1 => self.put("false"),
            2 => {
                let value = self.below(4);
                let _ = write!(self.text, "[ $a = {value} ]");
            }
            3 => {
                let value = self.below(4);
                let _ = write!(self.text, "[ \"$b\" -gt {value} ]");
            }
            4 => self.put("! true"),
            5 => {
                let code = self.below(3);
                let _ = write!(self.text, "(exit {code})");
            }
            6 => self.put("false | true"),
            7 => self.put("true | false"),
            8 if depth < 3 => {
                self.put("{ ");
                self.list(depth + 2);
                self.put("; }");
            }
            9 => {
                let code = self.below(2);
                let _ = write!(self.text, "f {code}");
            }
            _ => self.mark(),
        }
    }
}
