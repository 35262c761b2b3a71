//! The duration of a script against the truth: real shells run it with a `sleep` that only counts.
//!
//! Every script is written here; nothing from a manifest is ever run.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;

use crate::hook::{Duration, real_shell};
use crate::shell::{CommandLine, Env, Knowledge, Longest, trace};

/// A directory whose `sleep` adds its operands to a file and returns at once.
struct Stub {
    directory: tempfile::TempDir,
}

const SLEEP: &str = "#!/bin/sh\n\
[ $# -gt 0 ] || exit 1\n\
for s; do case $s in ''|*[!0-9.smh]*|*[smh]?*) exit 1;; esac; done\n\
for s; do echo \"$s\" >> \"$SLEPT\"; done\n";

impl Stub {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sleep");
        // By another process: a child that a test beside this one forks would hold a file open that is
        // written here, and then nobody can run it (ETXTBSY).
        let write = r#"printf %s "$STUB" > "$0" && chmod 755 "$0""#;
        let written = Command::new("/bin/sh").args(["-c", write]).arg(&path).env("STUB", SLEEP).status();
        assert!(written.unwrap().success());
        Self { directory }
    }

    /// How many seconds the shell would have slept, all sleeps added up.
    fn run(&self, shell: &Path, script: &str) -> f64 {
        let slept = self.directory.path().join("slept");
        std::fs::write(&slept, "").unwrap();
        let path = format!("{}:/usr/bin:/bin", self.directory.path().display());
        let mut command = Command::new(shell);
        command.args(["-c", script]).env_clear().env("PATH", path).env("SLEPT", &slept).env("DRAIN", "7");
        real_shell::succeeds(command.current_dir(self.directory.path()), script);
        // Jobs in the background may still be writing.
        std::thread::sleep(std::time::Duration::from_millis(if script.contains('&') { 60 } else { 0 }));
        let seconds = |line: &str| match line.chars().last() {
            Some('m') => line.trim_end_matches('m').parse::<f64>().unwrap() * 60.0,
            Some('h') => line.trim_end_matches('h').parse::<f64>().unwrap() * 3600.0,
            _ => line.trim_end_matches('s').parse::<f64>().unwrap(),
        };
        std::fs::read_to_string(&slept).unwrap().lines().map(seconds).sum()
    }
}

fn shells() -> Vec<PathBuf> {
    ["/bin/sh", "/bin/bash"].iter().map(PathBuf::from).filter(|shell| shell.exists()).collect()
}

fn shell_name(shell: &Path) -> String {
    shell.file_name().unwrap().to_string_lossy().into_owned()
}

fn interval(shell: &Path, script: &str) -> (f64, Longest, bool) {
    let argv = [shell_name(shell), "-c".to_owned(), script.to_owned()];
    let env = Env::from([("DRAIN".to_owned(), Some("7".to_owned()))]);
    let line = CommandLine {
        argv: &argv,
        env: &env,
        image: None,
        working_dir: None,
        files: &|_| None,
        windows: false,
        shares_processes: false,
        knowledge: &Knowledge::NONE,
        unanswered: None,
    };
    let found = Duration::of(&trace(&line));
    (found.shortest, found.longest, found.known)
}

fn within(truth: f64, shortest: f64, longest: Longest) -> bool {
    let below = longest.seconds().is_none_or(|longest| truth <= longest + 1e-6);
    shortest <= truth + 1e-6 && below
}

/// Scripts whose sleeps follow one another, with the seconds every shell needs; the result must be
/// exactly that.
const EXACT: &[(&str, f64)] = &[
    ("sleep 5", 5.0),
    ("sleep 1.5 2m", 121.5),
    ("sleep 10m30", 0.0),
    ("sleep", 0.0),
    ("sleep $DRAIN", 7.0),
    ("sleep \"${DRAIN:-3}\"", 7.0),
    ("sleep $(DRAIN)", 0.0),
    ("sleep $((DRAIN * 2))", 14.0),
    ("N=2; sleep $N", 2.0),
    ("N=2; N=$((N + 3)); sleep \"$N\"s", 5.0),
    ("sleep 10 || sleep 60", 10.0),
    ("sleep x || sleep 6", 6.0),
    ("false && sleep 3; sleep 4", 4.0),
    ("! true || sleep 4", 4.0),
    ("if true; then sleep 3; else sleep 9; fi", 3.0),
    ("if false; then sleep 3; elif true; then sleep 4; else sleep 9; fi", 4.0),
    ("for i in 1 2 3; do sleep $i; done", 6.0),
    ("for i in $(seq 10); do sleep 1; done", 10.0),
    ("for i in $(seq 2 2 10); do sleep $i; done", 30.0),
    ("for i in 1 2 3 4; do [ $i -eq 3 ] && break; sleep 1; done", 2.0),
    ("for i in 1 2 3 4; do if [ $i = 2 ]; then continue; fi; sleep $i; done", 8.0),
    ("for i in 1 2; do for j in 1 2 3; do [ $j -eq 2 ] && continue 2; sleep 1; done; done", 2.0),
    ("i=0; while [ $i -lt 10 ]; do sleep 1; i=$((i+1)); done", 10.0),
    ("n=0; until [ $n -ge 5 ]; do sleep 2; n=$(expr $n + 1); done", 10.0),
    ("i=3; while [ \"$i\" -gt 0 ]; do sleep $i; i=$((i-1)); done", 6.0),
    ("i=0; while true; do i=$((i+1)); sleep 2; [ $i -ge 4 ] && break; done", 8.0),
    ("f() { sleep $1; }; f 7; f 2", 9.0),
    ("f() { sleep 1; return; sleep 9; }; f; sleep 1", 2.0),
    ("f() { return 1; }; f || sleep 3", 3.0),
    ("(sleep 2; exit; sleep 5); sleep 1", 3.0),
    ("{ sleep 2; }; sleep 1", 3.0),
    ("sleep 2; exit 0; sleep 5", 2.0),
    ("exec sleep 5; sleep 9", 5.0),
    ("eval 'sleep 5'", 5.0),
    ("x=sleep; $x 3", 3.0),
    ("x='sleep 3'; $x", 3.0),
    ("set -e; false; sleep 5", 0.0),
    ("set -e; false || true; sleep 5", 5.0),
    ("set -e; if false; then :; fi; sleep 5", 5.0),
    ("set -- 3 4; sleep $2; shift; sleep $1", 8.0),
    ("trap 'sleep 10' EXIT; sleep 1", 11.0),
    ("trap 'sleep 10' EXIT; trap - EXIT; sleep 1", 1.0),
    ("case $DRAIN in 5) sleep 5;; 7|8) sleep 1;; *) sleep 9;; esac", 1.0),
    ("case abc in a*) sleep 2;; esac", 2.0),
    ("sh -c 'sleep 4'", 4.0),
    ("sh -c 'sleep $1' x 6", 6.0),
    ("sh -c sleep 5", 0.0),
    ("env A=1 sleep 2; nice sleep 1; nohup sleep 1", 4.0),
    ("A=3 sh -c 'sleep $A'", 3.0),
    ("sleep 5 | cat", 5.0),
    ("x=$(sleep 2; echo 3); sleep 1", 3.0),
    ("sleep `echo 3`", 3.0),
    ("sleep 2\nsleep 3 # sleep 9\n", 5.0),
    ("sleep \\\n 4", 4.0),
    ("sleep 2\nif true; then\nsleep 9\n", 2.0),
    ("echo hi > /dev/null && sleep 3", 3.0),
    ("[ -n \"$DRAIN\" ] && sleep 3", 3.0),
    ("[ -z \"$DRAIN\" ] || sleep 3", 3.0),
    ("cat <<EOF\nsleep 9\nEOF\nsleep 1", 1.0),
    ("while :; do sleep 1; break; done", 1.0),
    ("a=1; (a=5; sleep $a); sleep $a", 6.0),
    ("true; [ $? -eq 0 ] && sleep 2", 2.0),
    ("unset DRAIN; sleep ${DRAIN:-4}", 4.0),
    ("timeout 60 true; sleep 1", 1.0),
    ("sleep 1; wait; sleep 1", 2.0),
];

#[test]
fn scripts_without_choice_take_exactly_what_a_real_shell_takes() {
    let stub = Stub::new();
    for (script, seconds) in EXACT {
        for shell in shells() {
            assert_eq!(stub.run(&shell, script), *seconds, "the shell itself, {}: {script}", shell.display());
            let (shortest, longest, known) = interval(&shell, script);
            assert_eq!((shortest, longest, known), (*seconds, Longest::Seconds(*seconds), true), "{script}");
        }
    }
}

#[test]
fn braces_expand_in_bash_and_may_expand_in_sh() {
    let script = "for i in {1..10}; do sleep 1; done";
    let stub = Stub::new();
    for shell in shells() {
        let truth = stub.run(&shell, script);
        let (shortest, longest, _) = interval(&shell, script);
        assert!(within(truth, shortest, longest), "{}", shell.display());
        if shell.ends_with("bash") {
            assert_eq!((shortest, longest), (10.0, Longest::Seconds(10.0)));
        } else {
            assert_eq!((shortest, longest), (1.0, Longest::Seconds(10.0)));
        }
    }
    if Path::new("/bin/bash").exists() {
        for (script, seconds) in [
            ("for ((i=0; i<4; i++)); do sleep 2; done", 8.0),
            ("i=0; while ((i < 3)); do sleep 1; ((i++)); done", 3.0),
        ] {
            let bash = Path::new("/bin/bash");
            assert_eq!(stub.run(bash, script), seconds);
            assert_eq!(interval(bash, script), (seconds, Longest::Seconds(seconds), true), "{script}");
        }
    }
}

/// A small grammar of scripts that end. The depth bounds the loops, so the stub is called at most a
/// few dozen times.
fn script() -> impl Strategy<Value = String> {
    let variable = prop_oneof![Just("a"), Just("b")];
    let leaf = prop_oneof![
        4 => (0..9u32).prop_map(|seconds| format!("sleep {seconds}")),
        1 => Just("sleep 1 2".to_owned()),
        1 => Just("sleep 1x".to_owned()),
        1 => Just("true".to_owned()),
        1 => Just("false".to_owned()),
        1 => Just("echo x".to_owned()),
        1 => variable.clone().prop_map(|name| format!("sleep $(( {name} % 5 ))")),
        2 => (variable.clone(), 0..9u32).prop_map(|(name, value)| format!("{name}={value}")),
        2 => (variable.clone(), 0..4u32).prop_map(|(name, value)| format!("{name}=$(({name}+{value}))")),
        1 => (variable.clone(), 0..9u32).prop_map(|(name, value)| format!("[ ${name} -gt {value} ]")),
        1 => (variable, 0..9u32).prop_map(|(name, value)| format!("test \"${name}\" = {value}")),
        1 => Just("grep -q x /nowhere".to_owned()),
        1 => Just("exit 0".to_owned()),
        1 => Just("f".to_owned()),
        1 => Just("set -e".to_owned()),
        1 => Just("wait".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            4 => two.clone().prop_map(|(a, b)| format!("{a}\n{b}")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ {a}\n}} && {{ {b}\n}}")),
            1 => two.clone().prop_map(|(a, b)| format!("{{ {a}\n}} || {{ {b}\n}}")),
            1 => inner.clone().prop_map(|a| format!("! {{ {a}\n}}")),
            1 => inner.clone().prop_map(|a| format!("( {a}\n)")),
            1 => inner.clone().prop_map(|a| format!("{{ {a}\n}} | cat")),
            1 => inner.clone().prop_map(|a| format!("x=$( {a}\n)")),
            1 => inner.clone().prop_map(|a| format!("f() {{ {a}\nreturn\n}}")).prop_filter("no recursion", |f| !f.contains("\nf\n") && !f.contains("{ f\n")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("if {a}\nthen {b}\nelse {c}\nfi")),
            1 => (1..4u32, inner.clone()).prop_map(|(n, a)| format!("for i in $(seq {n})\ndo {a}\ndone")),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("for i in 1 2 3\ndo {a}\n[ $i -eq 2 ] && break\n{b}\ndone")),
            1 => (1..4u32, inner.clone())
                .prop_map(|(n, a)| format!("k=0\nwhile [ $k -lt {n} ]\ndo k=$((k+1))\n( {a}\n)\ndone")),
            1 => (0..9u32, inner.clone(), inner.clone())
                .prop_map(|(n, a, b)| format!("case $a in ({n}) {a}\n;;\n(*) {b}\n;;\nesac")),
            1 => inner.clone().prop_map(|a| format!("eval '{}'", a.replace('\'', "'\\''"))),
            1 => inner.prop_map(|a| format!("sh -c '{}'", a.replace('\'', "'\\''"))),
        ]
    })
    .prop_map(|body| format!("a=1; b=2; f() {{ sleep 1; }}\n{body}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_a_real_shell_takes_lies_in_the_interval(script in script()) {
        let stub = Stub::new();
        for shell in shells() {
            let truth = stub.run(&shell, &script);
            let (shortest, longest, known) = interval(&shell, &script);
            prop_assert!(within(truth, shortest, longest), "{shell:?} took {truth}, told {shortest}..{longest:?}:\n{script}");
            // `grep` is the only command in the grammar that can go either way, and a child shell
            // does not tell which variables it inherits.
            if !script.contains("grep") && !script.contains("sh -c") {
                prop_assert!(known && longest == Longest::Seconds(shortest), "not exact ({shortest}..{longest:?}, {truth}):\n{script}");
            }
        }
    }

    #[test]
    fn jobs_in_the_background_lie_in_the_interval(before in 0..5u32, job in 1..9u32, after in 0..5u32, waits: bool, away: bool) {
        let away = if away { " >/dev/null 2>&1" } else { "" };
        let wait = if waits { "wait; " } else { "" };
        let script = format!("sleep {before}; sleep {job}{away} & {wait}sleep {after}");
        let (shortest, longest, _) = interval(Path::new("/bin/sh"), &script);
        // The truth by hand, as the stub cannot run two sleeps beside each other.
        let (before, job, after) = (f64::from(before), f64::from(job), f64::from(after));
        let (least, most) = match (waits, away) {
            (true, _) => (before + job + after, before + job + after),
            // It holds the output of the hook, and so the hook (fact N11).
            (false, "") => (before + job.max(after), before + job.max(after)),
            (false, _) => (before + after, before + after),
        };
        prop_assert_eq!((shortest, longest), (least, Longest::Seconds(most)));
    }
}
